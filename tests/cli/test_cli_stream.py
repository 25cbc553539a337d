"""``stream`` and ``sandbox``: commands that run until they are told to stop."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

from cli.cli_helpers import run
from krakenkit.cli.streaming import channel_from, environment_for
from krakenkit.clients.spot import SpotClient
from krakenkit.errors import SettingsError
from krakenkit.sandbox import Sandbox
from krakenkit.signing.credentials import Credentials
from krakenkit.wire.environment import LIVE, Environment, WsKey
from krakenkit.wire.spot_v2.account import Executions
from krakenkit.wire.spot_v2.market import Book, Ticker


@pytest.fixture(scope="module")
def box() -> Iterator[dict[str, Any]]:
    with Sandbox(seed=5) as opened:
        yield opened.describe()


def test_rows_are_printed_one_json_object_on_each_line(box: dict[str, Any]) -> None:
    ran = run("stream", "ticker", "btc/usd", "--count", "3", "--json", "--ws-url", box["ws"]["SPOT_PUBLIC_V2"])

    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert (ran.code, ran.err) == (0, "")
    assert len(rows) == 3
    assert [row["symbol"] for row in rows] == ["BTC/USD"] * 3
    assert [row["snapshot"] for row in rows] == [True, False, False]
    assert all(isinstance(row["bid"], str) for row in rows)


def test_for_people_a_row_is_a_line_of_names_and_values(box: dict[str, Any]) -> None:
    ran = run("stream", "book", "BTC/USD", "-p", "depth=25", "--count", "1", "--ws-url", box["ws"]["SPOT_PUBLIC_V2"])

    assert ran.code == 0
    assert ran.out.startswith("symbol=BTC/USD  bids=")
    assert ran.out.endswith("  snapshot=yes\n")


def test_a_private_channel_takes_the_key_from_the_environment(box: dict[str, Any]) -> None:
    key = box["keys"]["spot"]
    where = ("--ws-url", box["ws"]["SPOT_PRIVATE_V2"], "--sandbox-url", box["rest"])

    ran = run(
        "stream", "balances", "--count", "1", "--json", *where,
        env={"KRAKEN_API_KEY": key["key"], "KRAKEN_API_SECRET": key["secret"]},
    )  # fmt: skip
    keyless = run("stream", "balances", *where)

    assert ran.code == 0
    assert json.loads(ran.out)["balance"] == "100000.0000"
    assert (keyless.code, keyless.out) == (2, "")


def test_a_refused_subscription_exits_with_1(box: dict[str, Any]) -> None:
    ran = run("stream", "trade", "NO/USD", "--ws-url", box["ws"]["SPOT_PUBLIC_V2"])

    assert (ran.code, ran.out) == (1, "")
    assert "Currency pair not supported NO/USD" in ran.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("tickr", "BTC/USD"), "Did you mean 'ticker'?"),
        (("ticker",), "Ticker needs symbol"),
        (("executions", "BTC/USD"), "does not take 'symbol'"),
        (("book", "BTC/USD", "-p", "dpeth=10"), "Did you mean 'depth'?"),
        (("book", "BTC/USD", "-p", "depth"), "write it as name=value"),
        (("book", "BTC/USD", "-p", "depth=deep"), "give a whole number"),
        (("ticker", "BTC/USD", "--sandbox-url", "http://127.0.0.1:1"), "give --ws-url as well"),
        (("executions", "--ws-url", "ws://127.0.0.1:1"), "give --sandbox-url beside --ws-url"),
        (("ticker", "BTC/USD", "--ws-url", "ws://exchange.example"), "use wss://"),
    ],
)
def test_misuse_is_told_before_anything_is_dialled(arguments: tuple[str, ...], message: str) -> None:
    ran = run("stream", *arguments)

    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


def test_channels_and_addresses_are_made_from_what_was_typed() -> None:
    assert channel_from("book", ["BTC/USD"], ["depth=100"]) == Book(symbol=["BTC/USD"], depth=100)
    assert channel_from("executions", [], ["snap_trades=true"]) == Executions(snap_trades=True)
    assert environment_for(Ticker(symbol="BTC/USD"), url=None, ws_url=None) is LIVE
    custom = environment_for(Ticker(symbol="BTC/USD"), url=None, ws_url="ws://127.0.0.1:9/v2")
    assert custom.socket(WsKey.SPOT_PUBLIC_V2) == "ws://127.0.0.1:9/v2"
    with pytest.raises(SettingsError):
        environment_for(Executions(), url=None, ws_url="ws://127.0.0.1:9/v2")


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "krakenkit", *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"}
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def out(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdout is not None
    return process.stdout


def ended_by(process: subprocess.Popen[str], number: signal.Signals) -> tuple[int, str, str]:
    """Exit code and the rest of what the process said, after this signal."""
    assert process.stderr is not None
    process.send_signal(number)
    return process.wait(timeout=20), out(process).read(), process.stderr.read()


def test_ctrl_c_ends_a_stream_quietly_with_130(box: dict[str, Any]) -> None:
    with running("stream", "ticker", "BTC/USD", "--json", "--ws-url", box["ws"]["SPOT_PUBLIC_V2"]) as process:
        out(process).readline()
        code, _, err = ended_by(process, signal.SIGINT)

    assert (code, err) == (130, "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_sandbox_prints_one_line_serves_and_ends_cleanly_on_a_signal(number: signal.Signals) -> None:
    with running("sandbox", "--port", "0", "--seed", "3", "--json") as process:
        described = json.loads(out(process).readline())
        key = Credentials(described["keys"]["spot"]["key"], described["keys"]["spot"]["secret"])
        with SpotClient(key, environment=Environment("box", spot_rest=described["rest"])) as spot:
            balance = spot.get_account_balance()
        end = ended_by(process, number)

    assert balance["ZUSD"] == 100_000
    assert all("v2" in described["ws"][name] for name in ("SPOT_PUBLIC_V2", "SPOT_PRIVATE_V2"))
    assert end == (0, "", "")


def test_for_people_a_sandbox_says_how_to_use_it() -> None:
    with running("sandbox") as process:
        first = out(process).readline()
        code, more, err = ended_by(process, signal.SIGINT)

    assert first.split()[0] == "rest"
    assert "SPOT_PUBLIC_V2" in more
    assert "krakenkit spot get-ticker XBTUSD --sandbox-url http://127.0.0.1:" in err
    assert code == 0


def test_a_port_that_is_taken_is_misuse(box: dict[str, Any]) -> None:
    port = box["rest"].rpartition(":")[2]

    ran = run("sandbox", "--port", port)

    assert (ran.code, ran.out) == (2, "")
    assert "cannot listen" in ran.err


def test_without_aiohttp_one_sentence_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("krakenkit.cli.box.find_spec", lambda _: None)

    ran = run("sandbox")

    assert (ran.code, ran.out) == (2, "")
    assert "krakenkit[sandbox]" in ran.err


def test_a_sandbox_takes_faults_and_tells_on_stderr_what_it_was_asked() -> None:
    with running(
        "sandbox", "--json", "--log", "--fault", "busy:path=Time", "--fault", "silence:seconds=0.1"
    ) as process:
        described = json.loads(out(process).readline())
        with SpotClient(environment=Environment("box", spot_rest=described["rest"])) as spot:
            spot.get_server_time()
        code, more, err = ended_by(process, signal.SIGINT)

    assert (code, more) == (0, "")
    assert "GET    /0/public/Time  -  EService:Busy" in err
    assert "GET    /0/public/Time  -  ok" in err


def test_the_faults_are_listed_and_what_is_none_is_misuse() -> None:
    listed = run("sandbox", "--list-faults", "--json")
    wrong = run("sandbox", "--fault", "busy:count=0")

    assert listed.code == 0
    assert {"fault": "busy", "settings": "path=None, count=1"}.items() <= {one["fault"]: one for one in listed.data}[
        "busy"
    ].items()
    assert (wrong.code, wrong.out) == (2, "")
    assert "Expected `int` >= 1 - at `$.count`" in wrong.err
    assert run("sandbox", "--host", "0.0.0.0").code == 2
