"""``doctor``: says what is wrong with an installation, and never shows a key."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from cli.cli_helpers import run
from krakenkit.cli.doctor import clock, exchange_clock, keys

SECRET = "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="
NOON = 1_764_000_000


def states(environ: dict[str, str]) -> dict[str, str]:
    return {check.check: check.state for check in keys(environ)}


def test_a_sound_installation_exits_with_0() -> None:
    ran = run("doctor", "--json")

    checks = {one["check"]: one for one in ran.data}
    assert ran.code == 0
    assert {"python", "krakenkit", "msgspec", "pyreqwest", "picows", "click", "rich", "clock"} <= set(checks)
    assert {one["state"] for one in ran.data} <= {"ok", "note"}
    assert "exchange" not in checks


def test_for_people_it_is_a_table() -> None:
    assert run("doctor").out.splitlines()[0].split() == ["check", "state", "detail"]


def test_keys_are_ok_absent_half_or_broken() -> None:
    whole = {"KRAKEN_API_KEY": "abcdefghijkl", "KRAKEN_API_SECRET": SECRET}

    assert states({}) == {"spot key": "note", "futures key": "note"}
    assert states(whole)["spot key"] == "ok"
    assert states({"KRAKEN_API_KEY": "abcdefghijkl"})["spot key"] == "wrong"
    assert states(whole | {"KRAKEN_API_SECRET": "%%%"})["spot key"] == "wrong"
    assert states({"API_FUTURES_KEY": "abcdefghijkl", "API_FUTURES_SECRET": SECRET})["futures key"] == "ok"


@pytest.mark.parametrize("secret", [SECRET, "no-base64-at-all!"])
def test_neither_key_nor_secret_is_ever_shown(secret: str) -> None:
    environment = {"KRAKEN_API_KEY": "publicHalfOfTheKey", "KRAKEN_API_SECRET": secret}

    ran = run("doctor", env=environment)

    assert ran.code == (0 if secret == SECRET else 1)
    assert "KRAKEN_API_KEY" in ran.out
    assert "publicHalf" not in ran.out + ran.err
    assert secret not in ran.out + ran.err


def test_a_clock_that_shows_the_past_is_wrong() -> None:
    assert clock(lambda: 0.0).state == "wrong"
    assert clock(lambda: 4_000_000_000.0).state == "ok"


class Time(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = f'{{"error":[],"result":{{"unixtime":{NOON},"rfc1123":"x"}}}}'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Time) as http:
        thread = threading.Thread(target=http.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


def test_the_exchanges_clock_is_compared_with_this_one(server: str) -> None:
    right = exchange_clock(server, now=lambda: NOON + 0.7)
    ahead = exchange_clock(server, now=lambda: NOON + 90.5)
    behind = exchange_clock(server, now=lambda: NOON - 59.5)

    assert (right.state, ahead.state, behind.state) == ("ok", "wrong", "wrong")
    assert "agrees" in right.detail
    assert "90 s ahead" in ahead.detail
    assert "60 s behind" in behind.detail


def test_network_is_asked_for_and_a_failure_exits_with_1() -> None:
    ran = run("doctor", "--network", "--sandbox-url", "http://127.0.0.1:1", "--json")

    assert ran.code == 1
    assert ran.data[-1]["check"] == "exchange"
    assert ran.data[-1]["state"] == "wrong"
