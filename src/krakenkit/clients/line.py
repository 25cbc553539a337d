"""One connection with its socket, timer and tasks: the shell that carries out what the machine decides."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from krakenkit.errors import AuthRefused, KrakenError, OutcomeUnknown, SettingsError, TransportError
from krakenkit.protocol.connection import Connection, State
from krakenkit.protocol.dialect import Data, Reply
from krakenkit.protocol.events import (
    Action,
    CommandInDoubt,
    CommandSettled,
    Dial,
    Ended,
    Event,
    Hangup,
    NeedToken,
    Opened,
    Write,
)
from krakenkit.transport.sockets import DialFailed, Socket, SocketOptions, dial
from krakenkit.wire.environment import WsKey

log = logging.getLogger("krakenkit.streams")

_CLOSING_SECONDS = 0.9


@dataclass(frozen=True, slots=True)
class Token:
    """A fresh token for private requests. Its repr hides it."""

    value: str
    lifetime: float

    def __repr__(self) -> str:
        return f"Token(<hidden>, lifetime={self.lifetime:g})"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineHooks:
    """What a line needs of its client."""

    happened: Callable[[Event], None]
    """Told of everything the machine emits, in order."""
    data: Callable[[bytes], None]
    """Given every data frame."""
    fetch_token: Callable[[], Awaitable[Token]]


class _Listener:
    """Hears one socket; once the line has moved on to another one, what it hears is nobody's business."""

    def __init__(self, line: Line) -> None:
        self.line = line

    def opened(self, socket: Socket) -> None:
        if self.line.listener is self:
            self.line.socket_opened(socket)

    def frame(self, payload: bytes) -> None:
        """The hot path: data goes straight to its readers, the machine only notes that the line is alive."""
        line = self.line
        if line.listener is not self:
            return
        if payload.startswith(line.data_prefix):
            line.machine.heard(line.clock())
            line.data(payload)
        else:
            line.other_frame(payload)

    def closed(self, code: int, reason: str) -> None:
        if self.line.listener is self:
            self.line.socket_closed(code, reason)


class Line:
    """The connection of one :class:`WsKey`. It belongs to the event loop it is used on."""

    def __init__(
        self,
        key: WsKey,
        url: str,
        machine: Connection,
        hooks: LineHooks,
        options: SocketOptions,
        *,
        data_prefix: bytes | tuple[bytes, ...],
    ) -> None:
        self.key = key
        self.url = url
        self.machine = machine
        self.listener: _Listener | None = None
        self._hooks = hooks
        self._options = options
        self.data_prefix = data_prefix
        self.data = hooks.data
        self._socket: Socket | None = None
        self._loop = asyncio.get_running_loop()
        # asyncio's own time() is a call of Python around this one; other loops keep clocks of their own.
        own = type(self._loop).time is asyncio.BaseEventLoop.time
        self.clock: Callable[[], float] = time.monotonic if own else self._loop.time
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._dialling: asyncio.Task[None] | None = None
        self._fetching: asyncio.Task[None] | None = None
        self._todo: deque[Action] = deque()
        self._ended: Ended | None = None
        self._pending: dict[int, asyncio.Future[tuple[Reply, ...]]] = {}
        self._changed = asyncio.Event()
        self._holders: set[int] = set()
        self._busy = False

    # --- for the client -----------------------------------------------------------------------------------------------

    def do(self, step: Callable[[Connection, float], None]) -> None:
        """Let the machine take a step, and carry out what it asks for."""
        step(self.machine, self._loop.time())
        self._pump()

    async def ready(self, timeout: float) -> None:
        """Wait until requests can go out.

        Raises:
            TransportError: with ``sent=False``, when that takes too long or will not come.
        """
        try:
            async with asyncio.timeout(timeout):
                while not self.machine.ready:
                    if self.machine.state in (State.CLOSED, State.FAILED, State.CLOSING):
                        raise self._closed()
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise TransportError(
                f"{self.key.name} did not open within {timeout:g} s; nothing was sent.", sent=False
            ) from None

    def _closed(self) -> TransportError:
        why = f" ({self._ended.reason})" if self._ended is not None else ""
        error = TransportError(f"{self.key.name} is closed{why}; nothing was sent.", sent=False)
        error.__cause__ = self._ended.error if self._ended is not None else None
        return error

    async def command(
        self, method: str, params: Mapping[str, Any], *, expected: int, timeout: float
    ) -> tuple[Reply, ...]:
        """Send a trading command once and wait for its replies.

        Raises:
            TransportError: with ``sent=False`` when the line is not up.
            OutcomeUnknown: when the answer was lost.
        """
        req_id = self.machine.command(method, params, self._loop.time(), expected=expected, timeout=timeout)
        future: asyncio.Future[tuple[Reply, ...]] = self._loop.create_future()
        self._pending[req_id] = future
        try:
            self._pump()
            return await future
        finally:
            self._pending.pop(req_id, None)

    async def close(self) -> None:
        """Close and wait until nothing of it is left: less than a second, also when this is cancelled."""
        self.do(lambda machine, now: machine.close(now))
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(_CLOSING_SECONDS):
                    while self.machine.state is State.CLOSING:
                        self._changed.clear()
                        await self._changed.wait()
        finally:
            if self.machine.state is State.CLOSING:
                self._drop_socket()
                self.do(lambda machine, now: machine.lost("closing took too long", now))
            self._stop()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def hold(self, holder: object, holding: bool) -> None:
        """Stop reading the socket, or go on: back-pressure from a full queue that must not lose anything."""
        held = bool(self._holders)
        if holding:
            self._holders.add(id(holder))
        else:
            self._holders.discard(id(holder))
        if held and not self._holders:
            self.machine.unread(self._loop.time())
        if self._socket is not None:
            if self._holders:
                self._socket.pause_reading()
            else:
                self._socket.resume_reading()

    def now(self) -> float:
        """The clock of the machine."""
        return self._loop.time()

    def call_later(self, seconds: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        """Call back once on the line's loop."""
        return self._loop.call_later(seconds, callback)

    @property
    def is_over(self) -> bool:
        """Whether the line has ended and is not dialled again by itself."""
        return self.machine.state in (State.CLOSED, State.FAILED)

    @property
    def is_connected(self) -> bool:
        """Whether the socket is up."""
        return self._socket is not None and self._socket.is_open

    # --- what the socket says -----------------------------------------------------------------------------------------

    def socket_opened(self, socket: Socket) -> None:
        self._socket = socket
        if self._holders:
            socket.pause_reading()
        self.do(lambda machine, now: machine.opened(now))

    def other_frame(self, payload: bytes) -> None:
        """A frame that does not begin like data, though it may be some."""
        incoming = self.machine.dialect.read(payload)
        if isinstance(incoming, Data):
            self.machine.heard(self._loop.time())
            self._hooks.data(payload)
        else:
            self.do(lambda machine, now: machine.received(incoming, now))

    def socket_closed(self, code: int, reason: str) -> None:
        self._socket = None
        why = f"closed with code {code}{f': {reason}' if reason else ''}"
        self.do(lambda machine, now: machine.lost(why, now, code=code))

    # --- what the machine asks ----------------------------------------------------------------------------------------

    def _pump(self) -> None:
        """Carry out actions until there are none; steps taken meanwhile by callbacks join the queue."""
        if self._busy:
            return
        self._busy = True
        try:
            while self._fetch_actions():
                self._carry_out_one(self._todo.popleft())
        finally:
            self._busy = False
            if self._fetch_actions():  # Ctrl-C came in between: none of the others may be lost
                self._loop.call_soon(self._pump)
            self._changed.set()
            self._set_timer()

    def _fetch_actions(self) -> bool:
        self._todo.extend(self.machine.actions())
        return bool(self._todo)

    def _carry_out_one(self, action: Action) -> None:
        """Carry one action out. One that fails is nobody's who took the step, least of all a sender's of an order."""
        try:
            self._carry_out(action)
        except Exception:
            log.exception("%s: %s failed; the connection goes on", self.key.name, type(action).__name__)

    def _carry_out(self, action: Action) -> None:
        match action:
            case Write(text):
                self._write(text)
            case Dial():
                self.listener = _Listener(self)
                self._dialling = self._spawn(self._dial(self.listener))
            case Hangup(reason):
                self._hang_up(reason)
            case NeedToken():
                if self._fetching is None or self._fetching.done():  # one on its way is fresh enough
                    self._fetching = self._spawn(self._token())
            case _:
                self._tell(action)

    def _tell(self, event: Event) -> None:
        match event:
            case CommandSettled(req_id, replies):
                if (future := self._pending.get(req_id)) is not None and not future.done():
                    future.set_result(replies)
            case CommandInDoubt(req_id, reason, replies):
                if (future := self._pending.get(req_id)) is not None and not future.done():
                    future.set_exception(_in_doubt(reason, replies))
            case Opened():
                self._ended = None
                log.info("%s is open", self.key.name)
            case Ended(reason):
                self._ended = event
                log.info("%s has ended: %s", self.key.name, reason)
            case _:
                pass
        self._hooks.happened(event)

    def _write(self, text: str) -> None:
        if self._socket is None:
            return
        try:
            self._socket.send(text)
        except TransportError:
            log.debug("%s: a frame met a closing line; its end follows", self.key.name)

    async def _dial(self, listener: _Listener) -> None:
        try:
            await dial(self.url, listener, self._options)
        except DialFailed as failed:
            if self.listener is listener:
                status = failed.status
                reason = str(failed)
                self.do(lambda machine, now: machine.lost(reason, now, status=status))
        except SettingsError as error:
            if self.listener is listener:
                reason = str(error)
                self.do(lambda machine, now: machine.lost(reason, now, status=400))

    async def _token(self) -> None:
        try:
            token = await self._hooks.fetch_token()
        except Exception as error:
            failed = error if isinstance(error, KrakenError) else _odd(error)
            # A nonce that came too late is a matter of the moment, not of the key.
            late = isinstance(error, AuthRefused) and any("nonce" in code.lower() for code in error.codes)
            fatal = isinstance(error, AuthRefused | SettingsError) and not late
            self.do(lambda machine, now: machine.token_failed(failed, now, fatal=fatal))
        else:
            self.do(lambda machine, now: machine.authorised(token.value, now, lifetime=token.lifetime))

    def _hang_up(self, reason: str) -> None:
        if self.machine.state is not State.CLOSING:
            log.info("%s is hung up: %s", self.key.name, reason)
            self._drop_socket()
        elif self._socket is not None and not self._holders:
            self._socket.close()
        else:  # the answer to a goodbye would not be read
            self._drop_socket()
            self.do(lambda machine, now: machine.lost("the line was dropped", now))

    def _drop_socket(self) -> None:
        """Leave the socket, or the dialling, behind; nothing it says is heard any more."""
        self.listener = None
        if self._dialling is not None:
            self._dialling.cancel()
        if self._socket is not None:
            socket, self._socket = self._socket, None
            socket.abort()

    def _set_timer(self) -> None:
        deadline = self.machine.deadline
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if deadline is not None:
            self._timer = self._loop.call_at(deadline, self._tick)

    def _tick(self) -> None:
        if self._holders:
            self.machine.unread(self._loop.time())
        self.do(lambda machine, now: machine.tick(now))

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._drop_socket()
        for task in self._tasks:
            task.cancel()

    def _spawn(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("%s: a task of the connection failed", self.key.name, exc_info=error)


def _odd(error: Exception) -> KrakenError:
    failed = TransportError(f"The token call failed with {type(error).__name__}; it is tried again.", sent=True)
    failed.__cause__ = error
    return failed


def _in_doubt(reason: str, replies: tuple[Reply, ...]) -> OutcomeUnknown:
    known = f" {len(replies)} answers came before that." if replies else ""
    return OutcomeUnknown(
        f"The command may or may not have been executed: {reason}.{known} Do not send it again; "
        "look among open orders and recent trades first."
    )
