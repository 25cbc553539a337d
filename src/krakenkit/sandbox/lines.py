"""One socket of one client: frames wait in a queue of limited length, and a client that does not keep up is cut off."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass
from typing import Protocol

from aiohttp import WSMsgType, web

from krakenkit.sandbox.faults import Faults

LONGEST_QUEUE = 5_000
"""Frames that may wait for a client."""
_HANGUP_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class _Frame:
    data: bytes
    opcode: WSMsgType


class Session(Protocol):
    """What a protocol does with one line."""

    @property
    def idle(self) -> bool:
        """Whether nothing but what the client says keeps the line open."""
        ...

    def opened(self) -> None:
        """The line is up."""

    def received(self, text: str) -> None:
        """The client said something."""

    def closed(self) -> None:
        """The line is gone; nothing can be sent any more."""


class Line:
    """The sending side of one socket. All methods belong to the thread of its loop."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        transport: asyncio.Transport,
        faults: Faults,
        *,
        private: bool,
        longest: int = LONGEST_QUEUE,
    ) -> None:
        self.private = private
        self.sent_at = time.monotonic()
        """When the last frame was queued, on the steady clock."""
        self.heard_at = self.sent_at
        """When the client last said something, a ping of the WebSocket protocol included."""
        self._socket = socket
        self._transport = transport
        self._faults = faults
        self._longest = longest
        self._queue: deque[_Frame] = deque()
        self._wake = asyncio.Event()
        self._gone = False

    @property
    def waiting(self) -> int:
        """Frames that are queued."""
        return len(self._queue)

    def send(self, frame: bytes) -> None:
        """Queue a text frame; a client whose queue is full is cut off."""
        self._put(_Frame(frame, WSMsgType.TEXT))

    def pong(self, payload: bytes) -> None:
        """Answer a ping of the WebSocket protocol."""
        self._put(_Frame(payload, WSMsgType.PONG))

    def _put(self, frame: _Frame) -> None:
        if self._gone:
            return
        if len(self._queue) >= self._longest:
            self.cut()
            return
        self.sent_at = time.monotonic()
        self._queue.append(frame)
        self._wake.set()

    def cut(self) -> None:
        """Cut the connection in the middle of whatever is going on, as a failing network does."""
        self._gone = True
        self._queue.clear()
        self._transport.abort()

    def end(self) -> None:
        """Close in an orderly way after what is queued, as Kraken closes an idle socket."""
        self._put(_Frame(b"", WSMsgType.CLOSE))

    async def hang_up(self) -> None:
        """Close in an orderly way, within half a second."""
        self._gone = True
        try:
            async with asyncio.timeout(_HANGUP_SECONDS):
                await self._socket.close(code=1001, message=b"the sandbox closes")
        except (TimeoutError, ConnectionError):
            self._transport.abort()

    async def write(self) -> None:
        """Send what is queued, until the line is gone; a scripted silence holds everything back."""
        try:
            while not self._gone:
                if pause := self._faults.quiet_for(time.monotonic(), private=self.private):
                    await asyncio.sleep(pause)
                elif self._queue:
                    await self._send(self._queue.popleft())
                else:
                    self._wake.clear()
                    await self._wake.wait()
        except ConnectionError:
            self._gone = True

    async def _send(self, frame: _Frame) -> None:
        if frame.opcode is WSMsgType.CLOSE:
            self._gone = True
            await self._socket.close()
        else:
            await self._socket.send_frame(frame.data, frame.opcode)
