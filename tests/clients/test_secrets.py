"""No key, secret, signature, nonce or token shows in a log, an error or a repr, whatever goes wrong."""

from __future__ import annotations

import asyncio
import logging
import re
import traceback
from typing import Any

import pytest

from krakenkit import (
    AsyncSpotClient,
    AsyncWebsocketAPIClient,
    AsyncWebsocketClient,
    Credentials,
    KrakenError,
    ReconnectPolicy,
    RetryPolicy,
    streams,
)
from krakenkit.protocol.http import HttpReply, HttpRequest
from krakenkit.sandbox import Sandbox
from krakenkit.transport.http import AsyncHttp


class Watching(AsyncHttp):
    """Sends as always, and keeps every secret word that left."""

    def __init__(self) -> None:
        super().__init__()
        self.secrets: set[str] = set()

    async def send(self, request: HttpRequest) -> HttpReply:
        headers = dict(request.headers)
        self.secrets |= {headers[name] for name in ("API-Key", "API-Sign") if name in headers}
        self.secrets |= {found.decode() for found in re.findall(rb"nonce=(\d+)", request.body or b"")}
        reply = await super().send(request)
        self.secrets |= {found.decode() for found in re.findall(rb'"token":"([^"]+)"', reply.body)}
        return reply


def shown(error: BaseException) -> str:
    """Everything of an error that a log would hold."""
    return "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))


async def test_secrets_appear_nowhere(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
    caplog.set_level(logging.DEBUG)
    texts: list[str] = []
    transport = Watching()
    async with Sandbox(seed=3) as box:
        good = box.key("trader")
        secret = "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="
        wrong = Credentials(good.key, secret)
        texts += await troubles_over_rest(box, good, wrong, transport)
        texts += await troubles_over_sockets(box, good, wrong)
        secrets = transport.secrets | {good.key, secret}
    out, err = capsys.readouterr()
    everything = "\n".join([*texts, out, err, *(record.getMessage() for record in caplog.records), caplog.text])
    assert len(texts) > 8
    assert len(secrets) > 10
    for word in secrets:
        assert word not in everything


async def troubles_over_rest(box: Sandbox, good: Credentials, wrong: Credentials, transport: Watching) -> list[str]:
    texts = [repr(good), str(good)]
    retry = RetryPolicy(tries=2, base=0.01)
    order: dict[str, Any] = {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "volume": "0.01", "price": "10"}
    async with AsyncSpotClient(good, environment=box.environment, transport=transport, retry=retry) as spot:
        texts += [repr(spot), repr(spot.sender), repr(spot.options), repr(await spot.get_web_sockets_token())]
        box.faults.close_after_request("/0/private/AddOrder")
        texts.append(await error_of(spot.submit_order(**order)))
        texts.append(await error_of(spot.get_ticker("NOPE")))
        texts.append(await error_of(spot.submit_order(**order | {"volume": "1000000"})))
        box.faults.answer_rest_with(status=502, body="<html>bad gateway</html>", count=4)
        texts.append(await error_of(spot.get_account_balance()))
        texts.append(await error_of(spot.submit_order(**order)))
    for credentials in (wrong, Credentials("some-unknown-key", "c2VjcmV0" * 8)):
        async with AsyncSpotClient(credentials, environment=box.environment, retry=retry) as spot:
            texts.append(await error_of(spot.get_account_balance()))
    return texts


async def troubles_over_sockets(box: Sandbox, good: Credentials, wrong: Credentials) -> list[str]:
    texts: list[str] = []
    options: dict[str, Any] = {"environment": box.environment, "reconnect": ReconnectPolicy(first=0.01, base=0.01)}
    async with AsyncWebsocketClient(good, **options) as ws, AsyncWebsocketAPIClient(good, **options) as trading:
        for name in ("open", "message", "response", "reconnecting", "reconnected", "exception", "gap", "authenticated"):
            ws.on(name, lambda event: texts.append(repr(event)))
        async with ws.subscribe(streams.spot.Executions()) as executions:
            texts += [repr(ws), repr(trading), repr(executions)]
            texts.append(
                await error_of(
                    trading.submit_spot_order(order_type="market", side="buy", symbol="NO/PE", order_qty="1")
                )
            )
            box.faults.stale_tokens()
            box.faults.drop_lines()
            await asyncio.sleep(0.3)
    async with AsyncWebsocketClient(wrong, **options) as ws:
        ws.on("exception", lambda event: texts.append(shown(event.error)))
        texts.append(await error_of(ws.subscribe(streams.spot.Balances()).ready()))
    return texts


async def error_of(call: Any) -> str:
    """The error that this call must raise, as a log would hold it."""
    try:
        await call
    except KrakenError as error:
        return shown(error)
    raise AssertionError("this had to fail")
