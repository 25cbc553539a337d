"""The log of a sandbox: one line for each call and each event of a socket, and never anything secret."""

from __future__ import annotations

import logging

import aiohttp
import pytest

from krakenkit.sandbox.traffic import clean, outcome_of
from sandbox.loopback import world

LIMIT = {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "price": "30000", "volume": "0.01"}
V2_LIMIT = {"order_type": "limit", "side": "buy", "symbol": "BTC/USD", "order_qty": 1, "limit_price": 30000}


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, b'{"error":[],"result":{}}', "ok"),
        (200, b'{"error":["EService:Busy","EAPI:x"]}', "EService:Busy EAPI:x"),
        (200, b'{"result":"error","error":"notFound"}', "notFound"),
        (200, b'{"result":"success","sendStatus":{"status":"placed"}}', "placed"),
        (404, b"not here", "HTTP 404"),
        (200, b"", "HTTP 200 without a body"),
        (200, b"{broken", "ok"),
        (200, b"[1]", "ok"),
    ],
)
def test_an_answer_tells_how_it_ended(status: int, body: bytes, outcome: str) -> None:
    assert outcome_of(status, body) == outcome


def test_what_a_client_wrote_stays_on_one_line() -> None:
    assert clean("a\nb\x1b[31m") == "a?b?[31m"
    assert len(clean("x" * 500)) == 121


async def test_calls_and_sockets_are_told_without_secrets(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "krakenkit.sandbox")
    async with world() as here:
        trader = here.account("tom")
        line = await here.private_line(trader)
        await here.get("Time", nonce=123456789)
        await trader.result("AddOrder", **LIMIT)
        await trader.call("AddOrder", **LIMIT | {"volume": "-1"})
        await line.subscribe("executions")
        await line.ask("add_order", **V2_LIMIT)
        await line.ask("add_order", **V2_LIMIT | {"symbol": "WWW/USD\n"})
        here.box.faults.close_before_request()
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await trader.call("Balance")
        await line.socket.close()
        await here.get("SystemStatus")
        token, secret, key = line.token, trader.credentials.secret_bytes(), trader.credentials.key
    told = [record.getMessage() for record in caplog.records]
    text = "\n".join(told)
    for wanted in (
        "ws 1  opened /ws-auth/v2",
        "POST   /0/private/GetWebSocketsToken  tom  ok  ",
        "GET    /0/public/Time  -  ok  ",
        "POST   /0/private/AddOrder  tom  EGeneral:Invalid arguments:volume  ",
        "ws 1  subscribe executions  ok",
        "ws 1  add_order  ok",
        "ws 1  add_order  E",
        "fault  close_before_request  /0/private/Balance",
        "POST   /0/private/Balance  tom  line cut  ",
        "ws 1  closed",
    ):
        assert any(one.startswith(wanted) for one in told), wanted
    for hidden in (token, str(secret), key, "nonce", "123456789"):
        assert hidden not in text


async def test_nobody_who_does_not_ask_gets_a_log(caplog: pytest.LogCaptureFixture) -> None:
    async with world() as here:
        await here.get("Time")
        await here.line()
    assert caplog.records == []
