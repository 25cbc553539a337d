"""A sandbox and plain clients of it: aiohttp and our signing, none of the library's own clients."""

from __future__ import annotations

import asyncio
import functools
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from krakenkit.sandbox import Sandbox
from krakenkit.signing import spot
from krakenkit.signing.credentials import Credentials
from krakenkit.wire.environment import WsKey

PUBLIC = WsKey.SPOT_PUBLIC_V2
PRIVATE = WsKey.SPOT_PRIVATE_V2
PATIENCE = 5.0
"""Seconds after which a message that does not come is a failure."""


def over_loopback(story: Callable[[], Awaitable[None]]) -> Callable[[], None]:
    """Runs an async test."""

    @functools.wraps(story)
    def test() -> None:
        async def run() -> None:
            async with asyncio.timeout(20):
                await story()

        asyncio.run(run())

    del test.__wrapped__  # pytest would look for the coroutine
    return test


class Moment:
    """A clock that stands until it is set on."""

    def __init__(self) -> None:
        self.now = 1_790_000_000 * 10**9

    def __call__(self) -> int:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += int(seconds * 10**9)


class World:
    """One sandbox and whoever talks to it."""

    def __init__(self, box: Sandbox, http: aiohttp.ClientSession, stack: AsyncExitStack) -> None:
        self.box = box
        self.http = http
        self._stack = stack

    async def get(self, path: str, **params: object) -> dict[str, Any]:
        """A public call."""
        query = {name: str(value) for name, value in params.items()}
        async with self.http.get(f"{self.box.environment.spot_rest}/0/public/{path}", params=query) as answer:
            assert answer.status == 200
            return read(await answer.text())

    def account(self, name: str = "trader", **settings: Any) -> Account:
        """Somebody with a key."""
        return Account(self, self.box.key(name, **settings))

    async def line(self, key: WsKey = PUBLIC, *, protocols: tuple[str, ...] = ()) -> Line:
        """A socket; its status message is read already."""
        socket = await self._stack.enter_async_context(
            self.http.ws_connect(self.box.environment.socket(key), protocols=protocols, max_msg_size=0)
        )
        line = Line(socket)
        line.status = await line.next()
        return line

    async def private_line(self, account: Account) -> Line:
        """A private socket with a token."""
        line = await self.line(PRIVATE)
        line.token = await account.token()
        return line


class Account:
    """Signs what it sends."""

    def __init__(self, world: World, credentials: Credentials) -> None:
        self._world = world
        self.credentials = credentials

    async def call(self, name: str, as_json: Mapping[str, object] | None = None, /, **params: object) -> dict[str, Any]:
        """A private call, with a form unless JSON is given."""
        nonce = str(self.credentials.nonces.next())
        if as_json is None:
            body, kind = urlencode({"nonce": nonce} | params), "application/x-www-form-urlencoded"
        else:
            body, kind = json.dumps({"nonce": nonce} | dict(as_json)), "application/json"
        return await self.send(f"/0/private/{name}", body.encode(), nonce=nonce, kind=kind)

    async def result(self, name: str, /, **params: object) -> Any:
        """What a private call gave; it must not be refused."""
        answer = await self.call(name, **params)
        assert answer["error"] == []
        return answer["result"]

    async def send(
        self,
        target: str,
        body: bytes,
        *,
        nonce: str,
        kind: str = "",
        signature: str | None = None,
        key: str | None = None,
    ) -> dict[str, Any]:
        """These very bytes, signed rightly unless told otherwise."""
        right = spot.sign(self.credentials.secret_bytes(), path=target, nonce=nonce, body=body)
        headers = {
            "API-Key": self.credentials.key if key is None else key,
            "API-Sign": right if signature is None else signature,
            "Content-Type": kind or "application/x-www-form-urlencoded",
        }
        url = f"{self._world.box.environment.spot_rest}{target}"
        async with self._world.http.post(url, data=body, headers=headers) as answer:
            return read(await answer.text())

    async def ask(
        self, method: str, target: str, as_json: Mapping[str, object] | None = None, *, otp: str | None = None
    ) -> tuple[int, Any]:
        """The status and the answer of a call with a REST verb, whose nonce is in a header."""
        nonce = str(self.credentials.nonces.next())
        body = b"" if as_json is None else json.dumps(as_json).encode()
        sign = spot.sign(self.credentials.secret_bytes(), path=target, nonce=nonce, body=body)
        headers = {"API-Key": self.credentials.key, "API-Sign": sign, "API-Nonce": nonce}
        headers |= {"API-OTP": otp} if otp is not None else {}
        headers |= {"Content-Type": "application/json"} if body else {}
        url = URL(f"{self._world.box.environment.spot_rest}{target}", encoded=True)
        async with self._world.http.request(method, url, data=body or None, headers=headers) as answer:
            return answer.status, read(await answer.text())

    async def token(self) -> str:
        return str((await self.result("GetWebSocketsToken"))["token"])


class Line:
    """One socket of a client."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.status: dict[str, Any] = {}
        self.token = ""
        self._requests = 0

    async def text(self) -> str:
        """The next message as it came."""
        async with asyncio.timeout(PATIENCE):
            message = await self.socket.receive()
        assert message.type is aiohttp.WSMsgType.TEXT, f"the line ended: {message}"
        return str(message.data)

    async def next(self) -> dict[str, Any]:
        return read(await self.text())

    async def until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The next message that is wanted; others are passed over."""
        while True:
            message = await self.next()
            if wanted(message):
                return message

    async def on(self, channel: str, kind: str | None = None) -> dict[str, Any]:
        """The next message of this channel."""
        return await self.until(lambda m: m.get("channel") == channel and kind in (None, m.get("type")))

    async def send(self, method: str, **params: Any) -> int:
        """Send a request, with the token where there is one; gives its id. Decimals go as bare numbers."""
        self._requests += 1
        if self.token:
            params.setdefault("token", self.token)
        await self.socket.send_str(written({"method": method, "params": params, "req_id": self._requests}))
        return self._requests

    async def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """The reply to a request."""
        req_id = await self.send(method, **params)
        return await self.until(lambda m: m.get("req_id") == req_id)

    async def subscribe(self, channel: str, *symbols: str, **params: Any) -> dict[str, Any]:
        """The last of the acknowledgements, all of which must be good."""
        more = {"symbol": list(symbols)} if symbols else {}
        req_id = await self.send("subscribe", channel=channel, **more, **params)
        ack: dict[str, Any] = {}
        for _ in symbols or (channel,):
            ack = await self.until(lambda m: m.get("req_id") == req_id)
            assert ack["success"] is True, ack
        return ack

    async def ended(self) -> bool:
        """Reads on until the line ends."""
        async with asyncio.timeout(PATIENCE):
            async for _ in self.socket:
                pass
        return self.socket.closed


def read(text: str) -> dict[str, Any]:
    """JSON with exact numbers."""
    members: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return members


def written(value: object) -> str:
    """JSON with decimals as bare numbers."""
    match value:
        case Decimal():
            return f"{value:f}"
        case dict():
            return "{" + ",".join(f"{json.dumps(name)}:{written(member)}" for name, member in value.items()) + "}"
        case list():
            return "[" + ",".join(written(item) for item in value) + "]"
        case _:
            return json.dumps(value)


@asynccontextmanager
async def world(**settings: Any) -> AsyncIterator[World]:
    """A sandbox, quiet unless told otherwise, and a client session."""
    async with (
        Sandbox(**({"market": False} | settings)) as box,
        aiohttp.ClientSession() as http,
        AsyncExitStack() as stack,
    ):
        yield World(box, http, stack)


async def trade(maker: Account, taker: Account, *, qty: str = "0.5", price: str = "40000") -> str:
    """Let two accounts trade BTC for USD; gives the id of the taker's order."""
    await maker.result("AddOrder", pair="XBTUSD", type="sell", ordertype="limit", price=price, volume=qty)
    taken = await taker.result("AddOrder", pair="XBTUSD", type="buy", ordertype="market", volume=qty)
    return str(taken["txid"][0])
