"""What the stream clients need to know of one WebSocket family beside its words: its channels, how its data is read and
where each row belongs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from msgspec import Struct

from krakenkit._core.limits import Pace
from krakenkit.books.guard import BookGuard
from krakenkit.protocol.dialect import Dialect
from krakenkit.signing.credentials import Credentials
from krakenkit.wire.channel import Channel, Topic
from krakenkit.wire.environment import WsKey

RouteKey: TypeAlias = tuple[str, str | None, Any]
"""Channel, symbol, and what else a row of it says: what tells apart where rows go."""

Precisions: TypeAlias = Mapping[str, tuple[int, int]]
"""Decimals of prices and quantities by symbol."""


class Batch(Struct, frozen=True, gc=False):
    """The rows of one frame."""

    channel: str
    snapshot: bool
    rows: Sequence[Any]
    sequence: int | None = None
    """The number of the frame, or of its first row where rows are counted; the last one's in a snapshot."""
    numbers: int = 1
    """How many numbers the frame takes."""


@dataclass(frozen=True, slots=True)
class Traits:
    """How a channel behaves."""

    account: bool = False
    """It reports about the account: its rows are never dropped, and each of its readers needs the whole state."""
    unasked: bool = False
    """The exchange sends it by itself and refuses to be asked."""
    kept: bool = False
    """Its last row is the whole state of its key: a late reader is shown it at once."""
    book: bool = False
    """Its rows change a book, and are shown only while that book is proven."""
    unmarked: bool = False
    """Its rows do not say which of several subscriptions of a symbol they are for, so that a second one is refused."""
    running: bool = False
    """Its sequence goes on over renewals: any number may come first, and there is no snapshot to wait for."""
    symbols_per_connection: int | None = None
    """How many symbols one connection may hold, where the exchange says so."""
    lively: bool = False
    """It speaks with the market: when it goes quiet beyond its rhythm, that one subscription is renewed."""
    reference: bool = False
    """It describes the instruments; books wait for it where they need precisions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One family of connections."""

    name: str
    public_keys: tuple[WsKey, ...]
    private_keys: tuple[WsKey, ...]
    channels: Mapping[str, type[Channel[Any]]]
    traits: Mapping[str, Traits]
    data_prefix: bytes | tuple[bytes, ...]
    """How nearly every data frame begins; one that begins otherwise is found by reading it."""
    dialect: Callable[[WsKey, Credentials | None], Dialect]
    read: Callable[[bytes], Batch | None]
    """The rows of a data frame; None for a heartbeat. Raises ``DecodeError``."""
    row_key: Callable[[str, Any], RouteKey]
    topic_key: Callable[[Topic], RouteKey]
    guard: Callable[[Topic, tuple[int, int] | None], BookGuard | None]
    """A fresh guard for the book of a topic; None when it cannot be checked without the precision."""
    shown: Callable[[Topic, BookGuard], Any]
    """The proven book as a snapshot row of its channel."""
    book: Callable[[str | list[str], int], Channel[Any]] | None = None
    """The channel that brings the book of these symbols in this depth."""
    keeper: Channel[Any] | None = None
    """A quiet private subscription: the exchange closes connections that have none."""
    renamed: Callable[[str, Mapping[str, Any]], str | None] = field(default=lambda symbol, params: None)
    """The right name of a symbol that is spelled as on another surface, given what is asked beside it; None else."""
    pace: Callable[[], Pace] = field(default=lambda: Pace(rate=20, burst=10))
    """How fast requests may follow each other."""
    lifecycle: str | None = None
    """Its id in :mod:`krakenkit.wire.lifecycle`, where it has an end date."""
    reference: Topic | None = None
    """The subscription that tells precisions, where books need them."""
    precisions: Callable[[Any], Precisions] = field(default=lambda row: {})
    """The precisions in one row of the reference channel."""

    def traits_of(self, channel: str) -> Traits:
        """How this channel behaves."""
        return self.traits.get(channel, _PLAIN)

    @property
    def keys(self) -> tuple[WsKey, ...]:
        """Every connection that speaks it."""
        return self.public_keys + self.private_keys


_PLAIN = Traits()
