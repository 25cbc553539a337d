"""A scripted Spot v2 server on loopback: it says what a test tells it to, and keeps what it was sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import WSMsgType, web

from krakenkit import Environment, WsKey

Answer = Callable[["Peer", dict[str, Any]], Awaitable[None]]

INSTRUMENTS = {
    "channel": "instrument",
    "type": "snapshot",
    "data": {
        "assets": [],
        "pairs": [
            {
                "symbol": symbol,
                "base": symbol.split("/")[0],
                "quote": "USD",
                "status": "online",
                "price_precision": 1,
                "qty_precision": 8,
                "price_increment": 0.1,
                "qty_increment": 1e-08,
                "qty_min": 0.0001,
            }
            for symbol in ("BTC/USD", "ETH/USD")
        ],
    },
}


class Peer:
    """One connected client."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self.socket = socket
        self.received: list[dict[str, Any]] = []

    async def send(self, frame: dict[str, Any] | str) -> None:
        """Send one frame."""
        await self.socket.send_str(frame if isinstance(frame, str) else json.dumps(frame))

    async def ack(self, request: dict[str, Any], **changes: Any) -> None:
        """Say yes to a subscribe or unsubscribe request, once for each symbol."""
        for symbol in request["params"].get("symbol") or [None]:
            result = {"channel": request["params"]["channel"]} | ({"symbol": symbol} if symbol else {})
            frame = {"method": request["method"], "success": True, "result": result, "req_id": request["req_id"]}
            await self.send(frame | changes)

    def cut(self) -> None:
        """Drop the line without a word."""
        transport = self.socket._req.transport if self.socket._req else None
        assert transport is not None
        transport.abort()


class FakeV2:
    """Listens on loopback while entered; ``answer`` decides what a request gets."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.answer: Answer = answer or politely
        self.peers: list[Peer] = []
        self.token_calls = 0
        self.token_refusals: list[str] = []
        """What the next token calls are refused with."""
        self._runner: web.AppRunner | None = None
        self.url = ""

    @property
    def environment(self) -> Environment:
        """Addresses that lead here."""
        rest = self.url.replace("ws://", "http://").removesuffix("/v2")
        keys = (WsKey.SPOT_PUBLIC_V2, WsKey.SPOT_PRIVATE_V2)
        return Environment("fake", spot_rest=rest, ws=dict.fromkeys(keys, self.url))

    async def __aenter__(self) -> FakeV2:
        app = web.Application()
        app.router.add_get("/v2", self._serve)
        app.router.add_post("/0/private/GetWebSocketsToken", self._token)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        self.url = f"ws://127.0.0.1:{port}/v2"
        return self

    async def __aexit__(self, *_: object) -> None:
        for peer in self.peers:
            await peer.socket.close()
        assert self._runner is not None
        await self._runner.cleanup()

    async def _token(self, _: web.Request) -> web.Response:
        self.token_calls += 1
        if self.token_refusals:
            return web.json_response({"error": [self.token_refusals.pop(0)]})
        return web.json_response({"error": [], "result": {"token": "secret-token-of-the-test", "expires": 900}})

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        peer = Peer(socket)
        self.peers.append(peer)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                frame = json.loads(message.data)
                peer.received.append(frame)
                await self.answer(peer, frame)
        return socket

    async def peer(self, number: int) -> Peer:
        """The ``number``-th client, waited for."""
        async with asyncio.timeout(5):
            while len(self.peers) < number:
                await asyncio.sleep(0.005)
        return self.peers[number - 1]


async def politely(peer: Peer, frame: dict[str, Any]) -> None:
    """Yes to everything; instruments are told when asked for."""
    if frame["method"] == "ping":
        await peer.send({"method": "pong", "req_id": frame["req_id"]})
    elif frame["method"] in ("subscribe", "unsubscribe"):
        await peer.ack(frame)
        if frame["method"] == "subscribe" and frame["params"]["channel"] == "instrument":
            await peer.send(INSTRUMENTS)
