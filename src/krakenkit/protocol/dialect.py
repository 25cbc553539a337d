"""What the connection machine needs to know of one WebSocket family, and what it is told about an incoming frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable

from krakenkit.wire.channel import Topic

Meaning: TypeAlias = Literal["stale", "passing", "as_asked"]
"""What a refusal is about, where a family has words of its own for it: the token, the moment, or nothing at all, since things
stand as asked for already."""


@dataclass(frozen=True, slots=True)
class Ack:
    """The exchange answered one subscribe or unsubscribe request, for one symbol or for all it named.

    In a family whose answers carry no number, ``channel``, ``symbols`` and ``leaving`` tell what is meant. One that tells
    none of them is a refusal of some request, and it shows from what waits for an answer which one.
    """

    req_id: int | None
    ok: bool
    symbol: str | None = None
    error: str | None = None
    warnings: tuple[str, ...] = ()
    raw: bytes = field(default=b"", repr=False)
    """The whole frame; it may echo a token, so it is not shown."""
    channel: str | None = None
    symbols: tuple[str, ...] = ()
    """What it is about, where it names several; empty for all."""
    leaving: bool | None = None
    """Whether it answers an unsubscribe request; None where it does not tell."""
    meaning: Meaning | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """The exchange answered a trading command."""

    req_id: int | None
    method: str
    ok: bool
    error: str | None = None
    raw: bytes = field(default=b"", repr=False)
    """The whole frame; it may echo a token, so it is not shown."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the exchange wants signed before it takes private requests on this line."""

    message: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Greeting:
    """The exchange said something on its own that asks for nothing."""


@dataclass(frozen=True, slots=True)
class Pong:
    """The exchange answered a ping."""


@dataclass(frozen=True, slots=True)
class Data:
    """A frame of a channel; its contents are read elsewhere."""

    channel: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """The exchange complained about the connection as a whole, or sent what is not JSON."""

    text: str
    rate: bool = False
    """Whether it said that frames come too fast."""


Incoming: TypeAlias = Ack | Reply | Challenge | Greeting | Pong | Data | Trouble


@dataclass(frozen=True, slots=True)
class Timing:
    """The rhythm of a connection, in seconds."""

    ping_interval: float = 10.0
    """A ping goes out this often, which also keeps an idle connection open."""
    pong_timeout: float = 5.0
    """No frame of any kind for this long after a ping: the line is dead."""
    silence: float = 5.0
    """With a confirmed subscription, quiet for this long is asked about with a ping at once."""
    ack_timeout: float = 5.0
    ack_tries: int = 3
    token_timeout: float = 30.0


class Dialect(Protocol):
    """The words of one family."""

    private: bool
    """Whether requests carry a token."""

    def groups(self, topics: Iterable[Topic]) -> Iterable[Sequence[Topic]]:
        """The topics in the bunches that one request each may name."""
        ...

    def subscribe(self, topics: Sequence[Topic], req_id: int, token: str | None) -> str: ...
    def unsubscribe(self, topics: Sequence[Topic], req_id: int, token: str | None) -> str: ...
    def command(self, method: str, params: Mapping[str, Any], req_id: int, token: str | None) -> str: ...
    def ping(self, req_id: int) -> str: ...
    def read(self, payload: bytes) -> Incoming: ...


@runtime_checkable
class Challenged(Protocol):
    """What a dialect has beside its words where private lines are opened by signing a challenge instead of a token."""

    def challenge(self) -> str:
        """The request for a challenge."""
        ...

    def answer(self, message: str) -> str:
        """What private requests on this line carry as their token, made from the challenge."""
        ...


def numbers_answers(dialect: Dialect) -> bool:
    """Whether answers carry the number of their request. A dialect whose answers do not says ``numbered = False``."""
    numbered: bool = getattr(dialect, "numbered", True)
    return numbered
