from __future__ import annotations

import json
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest

from krakenkit.cli.box_market import MarketChoices, sandbox_of, speed_from, symbols_from
from krakenkit.clients.spot import SpotClient
from krakenkit.errors import SettingsError
from krakenkit.sandbox import Limits
from krakenkit.signing.credentials import Credentials
from krakenkit.wire.environment import LIVE, Environment

PLACE: dict[str, Any] = {"host": "127.0.0.1", "port": 0, "seed": 7, "limits": Limits()}


def choices(**given: Any) -> MarketChoices:
    left_out: dict[str, Any] = {"pairs": None, "speed": None, "replay": None, "loop": False, "state": None}
    return cast("MarketChoices", left_out | given)


class Running:
    """``krakenkit sandbox --json`` in a process of its own."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, "-m", "krakenkit", "sandbox", "--json", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.told: dict[str, Any] = json.loads(self.process.stdout.readline())

    def client(self) -> SpotClient:
        key = self.told["keys"]["spot"]
        rest = self.told["rest"]
        here = Environment("sandbox", spot_rest=rest, futures_rest=rest, nexus_rest=rest, ws=LIVE.ws)
        return SpotClient(Credentials(key["key"], key["secret"]), environment=here)

    def stop(self) -> int:
        with self.process:  # closes what it printed to, and waits
            self.process.send_signal(signal.SIGINT)
        return self.process.returncode


def test_a_sandbox_with_a_state_goes_on_where_it_ended(tmp_path: Path) -> None:
    options = ("--pairs", "BTC/USD", "--speed", "0", "--state", str(tmp_path / "state"))
    first = Running(*options)
    with first.client() as spot:
        order = spot.submit_order(pair="XBTUSD", type="buy", ordertype="limit", volume="0.5", price="40000").txid
        at, book = spot.get_server_time().unixtime, spot.get_order_book("XBTUSD")
    assert first.stop() == 0

    second = Running(*options)
    assert second.told["keys"] == first.told["keys"]
    with second.client() as spot:
        assert list(spot.get_open_orders().open) == order
        assert (spot.get_server_time().unixtime, spot.get_order_book("XBTUSD")) == (at, book)
        assert not spot.get_order_book("ETHUSD")["XETHZUSD"].bids
    assert second.stop() == 0


def test_options_name_the_market_and_its_speed(tmp_path: Path) -> None:
    box = sandbox_of(choices(pairs="ETH/USD, PF_XBTUSD", speed="max"), **PLACE)
    assert box.speed == "max"
    assert box.market.price("ETH/USD") > 0
    box.market.move("PF_XBTUSD", "+1%")

    row = {"symbol": "BTC/USD", "bids": [{"price": 10, "qty": 1}], "asks": [{"price": 12, "qty": 1}]}
    (tmp_path / "r.jsonl").write_text(json.dumps({"channel": "book", "type": "snapshot", "data": [row]}))
    recorded = sandbox_of(choices(replay=str(tmp_path / "r.jsonl"), speed="2.5"), **PLACE)
    assert (recorded.speed, recorded.market.price("BTC/USD")) == (2.5, Decimal(11))


def test_what_was_typed_is_read() -> None:
    assert [symbols_from(text) for text in (None, "all", "", "none", "BTC/USD", "BTC/USD, PF_XBTUSD,")] == [
        True,
        True,
        False,
        False,
        ["BTC/USD"],
        ["BTC/USD", "PF_XBTUSD"],
    ]
    assert [speed_from(text) for text in (None, "max", "0", "1.5")] == [None, "max", 0, 1.5]
    with pytest.raises(SettingsError, match="there is no folder"):
        sandbox_of(choices(state="/no/such/folder/state"), **PLACE)
    with pytest.raises(SettingsError, match="--speed is 'fast'"):
        speed_from("fast")
    for wrong in ("-1", "nan", "inf"):
        with pytest.raises(SettingsError, match="is no speed"):
            sandbox_of(choices(speed=wrong), **PLACE)
