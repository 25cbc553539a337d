"""One socket of a client that speaks Spot v1."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from typing import Any

import aiohttp

from krakenkit.wire.environment import WsKey
from sandbox.loopback import PATIENCE, Account, World

PUBLIC_V1 = WsKey.SPOT_PUBLIC_V1
PRIVATE_V1 = WsKey.SPOT_PRIVATE_V1


class V1Line:
    """Requests are events, data are arrays."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, status: dict[str, Any], token: str = "") -> None:
        self.socket = socket
        self.status = status
        self.token = token
        self._requests = 0
        self._passed: deque[str] = deque()

    async def text(self) -> str:
        """The next message as it came."""
        if self._passed:
            return self._passed.popleft()
        async with asyncio.timeout(PATIENCE):
            message = await self.socket.receive()
        assert message.type is aiohttp.WSMsgType.TEXT, f"the line ended: {message}"
        return str(message.data)

    async def next(self) -> Any:
        return json.loads(await self.text())

    async def until(self, wanted: Callable[[Any], bool]) -> Any:
        """The next message that is wanted; others are passed over."""
        while True:
            message = await self.next()
            if wanted(message):
                return message

    async def on(self, channel: str) -> list[Any]:
        """The next data of this channel, such as ``book-10``."""
        found: list[Any] = await self.until(lambda m: isinstance(m, list) and m[-2] == channel)
        return found

    async def texts_on(self, channel: str, count: int) -> list[str]:
        """The next data of this channel, as they came."""
        found: list[str] = []
        while len(found) < count:
            text = await self.text()
            if text.startswith("[") and json.loads(text)[-2] == channel:
                found.append(text)
        return found

    async def send(self, event: str, **members: Any) -> int:
        """Send a request; gives its id."""
        self._requests += 1
        await self.socket.send_json({"event": event, "reqid": self._requests} | members)
        return self._requests

    async def reply(self, reqid: int) -> dict[str, Any]:
        """The next answer to this request; what came before it can be read afterwards."""
        passed: list[str] = []
        while True:
            text = await self.text()
            message: Any = json.loads(text)
            if isinstance(message, dict) and message.get("reqid") == reqid:
                self._passed.extendleft(reversed(passed))
                return message
            passed.append(text)

    async def ask(self, event: str, **members: Any) -> dict[str, Any]:
        """The reply to a request."""
        return await self.reply(await self.send(event, **members))

    async def command(self, event: str, **members: Any) -> dict[str, Any]:
        """The reply to a trading command, which carries the token."""
        return await self.ask(event, **{"token": self.token} | members)

    async def subscribe(self, name: str, *pairs: str, **details: Any) -> list[dict[str, Any]]:
        """The statuses, all of which must be good."""
        subscription = {"name": name} | details | ({"token": self.token} if self.token else {})
        reqid = await self.send("subscribe", **({"pair": list(pairs)} if pairs else {}), subscription=subscription)
        statuses = [await self.reply(reqid) for _ in pairs or (name,)]
        assert {status["status"] for status in statuses} == {"subscribed"}, statuses
        return statuses

    async def ended(self) -> bool:
        """Reads on until the line ends."""
        async with asyncio.timeout(PATIENCE):
            async for _ in self.socket:
                pass
        return self.socket.closed


async def v1_line(here: World, key: WsKey = PUBLIC_V1) -> V1Line:
    """A socket; its status event is read already."""
    line = await here.line(key)
    return V1Line(line.socket, line.status)


async def private_v1_line(here: World, account: Account) -> V1Line:
    """A private socket with a token."""
    line = await v1_line(here, PRIVATE_V1)
    line.token = await account.token()
    return line
