"""A scripted Futures v1 server on loopback: it says what a test tells it to, checks challenges, and keeps what it was sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import WSMsgType, web

from krakenkit import Environment, WsKey
from krakenkit.signing import challenge, spot

SECRET = "7zxMEF5p/Z8l2p2U7Ghv6x14Af+Fx+92tPgUdVQ748FOIrEoT9bgT+bTRfXc5pz8na+hL/QdrCVG7bh9KpT0eMTm"
Frame = dict[str, Any]
Answer = Callable[["Peer", Frame], Awaitable[None]]


class Peer:
    """One connected client."""

    def __init__(self, socket: web.WebSocketResponse, number: int) -> None:
        self.socket = socket
        self.challenge = f"challenge-{number}"
        self.received: list[Frame] = []

    async def send(self, *frames: Frame | str) -> None:
        """Send frames, one after the other."""
        for frame in frames:
            await self.socket.send_str(frame if isinstance(frame, str) else json.dumps(frame))

    async def ack(self, request: Frame) -> None:
        """Say yes to a request: once for each product, and with the proof repeated, as the exchange does."""
        proof = {name: value for name, value in request.items() if name not in ("event", "feed", "product_ids")}
        for product in request.get("product_ids") or [None]:
            named = {"product_ids": [product]} if product else {}
            await self.send({"event": request["event"] + "d", "feed": request["feed"], **named, **proof})

    def proves(self, request: Frame) -> bool:
        """Whether a private request carries the challenge of this line, well signed."""
        signed = str(request.get("signed_challenge"))
        return request.get("original_challenge") == self.challenge and challenge.verify(
            signed, spot.decode_secret(SECRET), self.challenge
        )

    def asked(self, feed: str) -> list[tuple[str, list[str] | None]]:
        """What this client asked about a feed, in order."""
        requests = [frame for frame in self.received if frame.get("feed") == feed]
        return [(request["event"], request.get("product_ids")) for request in requests]

    def cut(self) -> None:
        """Drop the line without a word."""
        transport = self.socket._req.transport if self.socket._req else None
        if transport is not None:
            transport.abort()


class FakeFutures:
    """Listens on loopback while entered; ``answer`` decides what a request gets."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.answer: Answer = answer or politely
        self.peers: list[Peer] = []
        self._runner: web.AppRunner | None = None
        self.url = ""

    @property
    def environment(self) -> Environment:
        """Addresses that lead here."""
        keys = (WsKey.DERIVATIVES_PUBLIC_V1, WsKey.DERIVATIVES_PRIVATE_V1)
        return Environment("fake", ws=dict.fromkeys(keys, self.url))

    async def __aenter__(self) -> FakeFutures:
        app = web.Application()
        app.router.add_get("/ws/v1", self._serve)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        self.url = f"ws://127.0.0.1:{port}/ws/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        for peer in self.peers:
            await peer.socket.close()
        assert self._runner is not None
        await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        peer = Peer(socket, len(self.peers) + 1)
        self.peers.append(peer)
        await peer.send('{"event":"info","version":1}')
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


async def politely(peer: Peer, frame: Frame) -> None:
    """Yes to everything that is well asked for."""
    private = frame.get("feed") in ("open_orders", "fills", "balances", "open_positions", "account_log")
    match frame["event"]:
        case "ping":
            await peer.send('{"event":"pong"}')
        case "challenge":
            await peer.send({"event": "challenge", "message": peer.challenge})
        case _ if private and not peer.proves(frame):
            await peer.send('{"event":"alert","message":"Failed to subscribe to authenticated feed"}')
        case _:
            await peer.ack(frame)
