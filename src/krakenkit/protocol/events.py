"""What the connection machine tells its shell to do, and what it tells the user has happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from krakenkit.errors import KrakenError
from krakenkit.protocol.dialect import Ack, Reply, Trouble
from krakenkit.wire.channel import Topic

# --- to be done -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dial:
    """Open a socket; answer with ``opened`` or ``lost``."""


@dataclass(frozen=True, slots=True)
class Write:
    """Send this frame."""

    text: str


@dataclass(frozen=True, slots=True)
class Hangup:
    """Close the socket, or stop dialling. Nothing more is expected from it, except after a wanted close."""

    reason: str


@dataclass(frozen=True, slots=True)
class NeedToken:
    """Fetch a fresh token; answer with ``authorised`` or ``token_failed``."""


# --- has happened -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Opened:
    """The connection is up; subscriptions are still to be confirmed."""

    again: bool


@dataclass(frozen=True, slots=True)
class Authenticated:
    """The exchange accepted the token: a private request was answered with yes."""


@dataclass(frozen=True, slots=True)
class TokenFailed:
    """No token could be had this time. The connection goes on with the old one, or tries again soon."""

    error: KrakenError


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A subscription is live. ``blind_since`` is when it was last heard of before a gap, on the machine's clock."""

    topic: Topic
    blind_since: float | None = None


@dataclass(frozen=True, slots=True)
class SubscriptionLost:
    """A subscription was refused for good, or never answered; it is no longer wanted."""

    topic: Topic
    error: str


@dataclass(frozen=True, slots=True)
class Left:
    """A subscription ended as the user wished."""

    topic: Topic


@dataclass(frozen=True, slots=True)
class GapBegan:
    """Updates of these subscriptions may be missing from ``since`` on."""

    topics: tuple[Topic, ...]
    since: float
    reason: str
    unsure: tuple[Topic, ...] = ()
    """Topics that were asked for on this line and not answered yet; their data may have come all the same."""


@dataclass(frozen=True, slots=True)
class Reconnecting:
    """The line dropped; the next try comes in ``delay`` seconds."""

    reason: str
    delay: float
    drops: int


@dataclass(frozen=True, slots=True)
class Reconnected:
    """Back up: every wanted subscription is confirmed again or was reported as refused."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The connection is closed and stays so: wished for, or for good when ``error`` says why."""

    reason: str
    error: KrakenError | None = None


@dataclass(frozen=True, slots=True)
class Responded:
    """The exchange answered a request."""

    reply: Ack | Reply


@dataclass(frozen=True, slots=True)
class CommandSettled:
    """All replies to a command are here."""

    req_id: int
    replies: tuple[Reply, ...]


@dataclass(frozen=True, slots=True)
class CommandInDoubt:
    """A command left and its answer will not come: it may or may not have been executed. ``replies`` came before."""

    req_id: int
    reason: str
    replies: tuple[Reply, ...] = ()


@dataclass(frozen=True, slots=True)
class Complained:
    """The exchange complained about the connection, or sent a frame that cannot be read; the connection goes on."""

    trouble: Trouble


Event: TypeAlias = (
    Opened
    | Authenticated
    | TokenFailed
    | Confirmed
    | SubscriptionLost
    | Left
    | GapBegan
    | Reconnecting
    | Reconnected
    | Ended
    | Responded
    | CommandSettled
    | CommandInDoubt
    | Complained
)
Action: TypeAlias = Dial | Write | Hangup | NeedToken | Event
