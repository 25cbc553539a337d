"""One socket of one client: frames wait in a queue of limited length, and a client that does not keep up is cut off."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass
from typing import Protocol

from aiohttp import WSMsgType, web

from krakenkit.sandbox import traffic
from krakenkit.sandbox.faults.frames import DelayAcks, DuplicateFrames, LoseAcks, Mute, SwapFrames
from krakenkit.sandbox.faults.lines import DropLines, Freeze, HalfOpen, Silence
from krakenkit.sandbox.faults.occasions import Subject, subject_of
from krakenkit.sandbox.faults.script import Script

LONGEST_QUEUE = 5_000
"""Frames that may wait for a client."""
_HANGUP_SECONDS = 0.5
_GLANCE_SECONDS = 0.05
"""How long it takes at most until a quiet line notices that it may speak again."""


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
        faults: Script,
        *,
        private: bool,
        longest: int = LONGEST_QUEUE,
        number: int = 0,
    ) -> None:
        self.private = private
        self.number = number
        """Which of all sockets it is, for the log."""
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
        self._held: dict[Subject, bytes] = {}
        self._abandoned = False

    @property
    def waiting(self) -> int:
        """Frames that are queued."""
        return len(self._queue)

    def send(self, frame: bytes) -> None:
        """Queue a text frame; a client whose queue is full is cut off."""
        if self._faults.watches_frames or self._held or traffic.listening():
            subject = subject_of(frame)
            traffic.replied(self.number, subject)
            self._send_watched(frame, subject)
        else:
            self._put(_Frame(frame, WSMsgType.TEXT))

    def _send_watched(self, frame: bytes, subject: Subject) -> None:
        """Queue a frame, unless something is scripted to happen to it."""
        text = _Frame(frame, WSMsgType.TEXT)
        match self._faults.frame_fault(subject, private=self.private):
            case LoseAcks() | Mute():
                return
            case DelayAcks(seconds):
                asyncio.get_running_loop().call_later(seconds, self._put, text)
                return
            case SwapFrames() if subject not in self._held:
                self._held[subject] = frame
                return
            case DuplicateFrames():
                self._put(text)
            case DropLines():
                self.cut()
            case HalfOpen():
                self.abandon()
            case Silence(seconds, kind):
                self._faults.hush(time.monotonic() + seconds, kind)
            case Freeze(seconds):
                self._faults.freeze(time.monotonic() + seconds)
            case _:
                pass
        self._put(text)
        if subject in self._held:
            self._put(_Frame(self._held.pop(subject), WSMsgType.TEXT))

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

    def cut_in(self, seconds: float) -> None:
        """Cut the connection so much later."""
        asyncio.get_running_loop().call_later(seconds, self.cut)

    def abandon(self) -> None:
        """Leave the connection for dead without closing it: nothing is read or written any more, not even its end."""
        self._gone = self._abandoned = True
        self._queue.clear()
        self._transport.pause_reading()

    async def hang_up(self) -> None:
        """Close in an orderly way, within half a second."""
        self._gone = True
        if self._abandoned:
            self._transport.abort()
            return
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
                    await asyncio.sleep(min(pause, _GLANCE_SECONDS))
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
