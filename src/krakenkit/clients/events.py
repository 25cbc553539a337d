"""What the stream clients tell: the JavaScript SDK's events under its names, each with the connection it came from."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args, overload

from krakenkit.errors import KrakenError, SettingsError
from krakenkit.protocol.dialect import Ack, Reply
from krakenkit.wire.environment import WsKey

log = logging.getLogger("krakenkit.streams")

EventName: TypeAlias = Literal[
    "open", "message", "response", "reconnecting", "reconnected", "close", "authenticated", "exception", "gap"
]


@dataclass(frozen=True, slots=True)
class Gap:
    """A marker in a stream: here something may be missing. What follows begins with a snapshot where there is one.

    ``dropped`` counts what was thrown away because the program did not keep up; it is 0 when the line was at fault.
    """

    reason: str
    topics: tuple[str, ...] = ()
    dropped: int = 0

    def joined(self, later: Gap) -> Gap:
        """One marker for two with nothing between them; the later reason stands."""
        topics = tuple(dict.fromkeys((*self.topics, *later.topics)))
        return Gap(later.reason, topics, self.dropped + later.dropped)


@dataclass(frozen=True, slots=True)
class OpenEvent:
    """A connection is up for the first time; its subscriptions are being asked for."""

    ws_key: WsKey
    url: str


@dataclass(frozen=True, slots=True)
class MessageEvent:
    """Rows of a channel arrived."""

    ws_key: WsKey
    channel: str
    snapshot: bool
    data: Sequence[Any]


@dataclass(frozen=True, slots=True)
class ResponseEvent:
    """The exchange answered a request: a subscription's acknowledgement, or the reply to a trading command."""

    ws_key: WsKey
    reply: Ack | Reply


@dataclass(frozen=True, slots=True)
class ReconnectingEvent:
    """A connection dropped; the next try comes in ``delay`` seconds."""

    ws_key: WsKey
    reason: str
    delay: float
    drops: int


@dataclass(frozen=True, slots=True)
class ReconnectedEvent:
    """Back up: every wanted subscription is confirmed again, or was reported as refused."""

    ws_key: WsKey
    down_seconds: float


@dataclass(frozen=True, slots=True)
class CloseEvent:
    """A connection is closed and stays so, as wished or, with ``error``, for good."""

    ws_key: WsKey
    reason: str
    error: KrakenError | None = None


@dataclass(frozen=True, slots=True)
class AuthenticatedEvent:
    """The exchange accepted the token."""

    ws_key: WsKey


@dataclass(frozen=True, slots=True)
class ExceptionEvent:
    """Something went wrong that concerns one subscription, one frame or one callback; everything else goes on."""

    ws_key: WsKey
    error: Exception


@dataclass(frozen=True, slots=True)
class GapEvent:
    """Some subscriptions may have missed updates; the same marker stands in their streams."""

    ws_key: WsKey
    gap: Gap


AnyEvent: TypeAlias = (
    OpenEvent
    | MessageEvent
    | ResponseEvent
    | ReconnectingEvent
    | ReconnectedEvent
    | CloseEvent
    | AuthenticatedEvent
    | ExceptionEvent
    | GapEvent
)
_NAMES: tuple[str, ...] = get_args(EventName)


class Emitter:
    """Calls the callbacks of an event in the order they were added. A callback that raises harms nobody else."""

    def __init__(self, spawn: Callable[[Any], object]) -> None:
        self._callbacks: dict[str, list[Callable[[Any], object]]] = {name: [] for name in _NAMES}
        self._spawn = spawn

    @overload
    def on(self, name: Literal["open"], callback: Callable[[OpenEvent], object]) -> Callable[[], None]: ...
    @overload
    def on(self, name: Literal["message"], callback: Callable[[MessageEvent], object]) -> Callable[[], None]: ...
    @overload
    def on(self, name: Literal["response"], callback: Callable[[ResponseEvent], object]) -> Callable[[], None]: ...
    @overload
    def on(
        self, name: Literal["reconnecting"], callback: Callable[[ReconnectingEvent], object]
    ) -> Callable[[], None]: ...
    @overload
    def on(
        self, name: Literal["reconnected"], callback: Callable[[ReconnectedEvent], object]
    ) -> Callable[[], None]: ...
    @overload
    def on(self, name: Literal["close"], callback: Callable[[CloseEvent], object]) -> Callable[[], None]: ...
    @overload
    def on(
        self, name: Literal["authenticated"], callback: Callable[[AuthenticatedEvent], object]
    ) -> Callable[[], None]: ...
    @overload
    def on(self, name: Literal["exception"], callback: Callable[[ExceptionEvent], object]) -> Callable[[], None]: ...
    @overload
    def on(self, name: Literal["gap"], callback: Callable[[GapEvent], object]) -> Callable[[], None]: ...
    def on(self, name: EventName, callback: Callable[[Any], object]) -> Callable[[], None]:
        """Call ``callback`` (a function or a coroutine function) at each such event; returns what takes it off again.

        Raises:
            SettingsError: for a name that is none of the events.
        """
        if name not in self._callbacks:
            raise SettingsError(f"There is no event {name!r}; the events are {', '.join(_NAMES)}.")
        callbacks = self._callbacks[name]
        callbacks.append(callback)

        def off() -> None:
            if callback in callbacks:
                callbacks.remove(callback)

        return off

    def heard(self, name: EventName) -> bool:
        """Whether anybody listens."""
        return bool(self._callbacks[name])

    def emit(self, name: EventName, event: AnyEvent) -> None:
        """Tell everybody who listens; without a listener an exception is logged."""
        callbacks = self._callbacks[name]
        if name == "exception" and not callbacks and isinstance(event, ExceptionEvent):
            log.warning("%s: %s", event.ws_key.name, event.error)
        for callback in tuple(callbacks):
            self._call(name, callback, event)

    def _call(self, name: EventName, callback: Callable[[Any], object], event: AnyEvent) -> None:
        try:
            result = callback(event)
            if inspect.iscoroutine(result):
                self._spawn(self._guarded(name, result, event))
        except asyncio.CancelledError:  # as from the result of a cancelled future: nobody cancels a plain call
            self._raised(name, RuntimeError("the callback asked for something that was cancelled"), event)
        except Exception as error:
            self._raised(name, error, event)

    async def _guarded(self, name: EventName, result: Any, event: AnyEvent) -> None:
        try:
            await result
        except Exception as error:
            self._raised(name, error, event)

    def _raised(self, name: EventName, error: Exception, event: AnyEvent) -> None:
        log.error("a callback for %r raised; the stream goes on", name, exc_info=error)
        if name != "exception":
            self.emit("exception", ExceptionEvent(event.ws_key, error))
