"""The short way of Spot v2 data: from a frame to rows, and from a row to the topic it belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

import msgspec

from krakenkit._core.redaction import excerpt
from krakenkit.books.guard import BookGuard
from krakenkit.books.level2 import Level2Book
from krakenkit.books.level3 import Level3Book
from krakenkit.books.searching_guard import level3_guard
from krakenkit.errors import DecodeError
from krakenkit.protocol.family import Batch, Family, Precisions, RouteKey, Traits
from krakenkit.protocol.spot_v2 import SpotV2
from krakenkit.protocol.spot_v2_level3 import SpotV2Level3, level3_pace
from krakenkit.signing.credentials import Credentials
from krakenkit.wire.channel import Topic
from krakenkit.wire.codec import UNREADABLE
from krakenkit.wire.environment import WsKey
from krakenkit.wire.spot_v2.account import Executions
from krakenkit.wire.spot_v2.channels import CHANNELS, LEVEL3_KEYS, PRIVATE_KEYS, PUBLIC_KEYS
from krakenkit.wire.spot_v2.frames import DataFrame, decode_frame
from krakenkit.wire.spot_v2.level3 import Level3, Level3Order, Level3Update
from krakenkit.wire.spot_v2.market import Book, BookLevel, BookUpdate, Instrument, InstrumentUpdate, Row
from krakenkit.wire.symbols import spot_v2_name


def read_data(payload: bytes) -> Batch | None:
    """The rows in a data frame; None for a heartbeat.

    Raises:
        DecodeError: for a frame of an unknown shape.
    """
    try:
        frame: Any = decode_frame(payload)
    except UNREADABLE as error:
        raise DecodeError(f"A frame could not be read: {error}. It begins {excerpt(payload)}", raw=payload) from error
    # A table instead of isinstance(): this runs for every frame.
    channel = _CHANNEL_OF[frame.__class__]
    if channel == "heartbeat":
        return None
    rows: Sequence[Row] = (frame.data,) if channel == "instrument" else frame.data
    if frame.type != "snapshot":
        return Batch(channel, False, rows, frame.sequence)
    for row in rows:
        # The row was made a moment ago and nobody has seen it: completing it here spares a copy.
        msgspec.structs.force_setattr(row, "snapshot", True)
    return Batch(channel, True, rows, frame.sequence)


def key_of_row(channel: str, row: Any) -> RouteKey:
    """Where a row belongs."""
    if channel in _BY_SYMBOL:
        return (channel, row.symbol, None)
    return (channel, row.symbol, row.interval) if channel == "ohlc" else (channel, None, None)


def key_of_topic(topic: Topic) -> RouteKey:
    """Where the rows of a topic come from; the exchange does not say on a row which depth or trigger it is for."""
    interval = dict(topic.params).get("interval") if topic.channel == "ohlc" else None
    return (topic.channel, topic.symbol, interval)


def _guard(topic: Topic, precision: tuple[int, int] | None) -> BookGuard | None:
    if precision is None:
        return None
    depth: int = dict(topic.params).get("depth", 10)
    return BookGuard(Level2Book(depth, *precision, symbol=topic.symbol or ""))


def _shown(topic: Topic, guard: BookGuard) -> BookUpdate:
    view = guard.book.view()
    return BookUpdate(
        symbol=guard.book.symbol,
        asks=[BookLevel.of(level.price, level.qty) for level in view.asks],
        bids=[BookLevel.of(level.price, level.qty) for level in view.bids],
        checksum=guard.book.checksum(),
        snapshot=True,
    )


def _level3_guard(topic: Topic, precision: tuple[int, int] | None) -> BookGuard:
    """The level 3 host has no instrument channel, so that each snapshot proves its precision itself."""
    depth: int = dict(topic.params).get("depth", 10)
    return level3_guard(depth, precision, symbol=topic.symbol or "")


def _level3_shown(topic: Topic, guard: BookGuard) -> Level3Update:
    book = guard.book
    sides = (book.asks_in_order(), book.bids_in_order()) if isinstance(book, Level3Book) else ((), ())
    asks, bids = ([Level3Order.of(*order) for order in side] for side in sides)
    return Level3Update(symbol=book.symbol, asks=asks, bids=bids, checksum=book.checksum(), snapshot=True)


def _precisions(row: InstrumentUpdate) -> Precisions:
    return {pair.symbol: (pair.price_precision, pair.qty_precision) for pair in row.pairs}


def _dialect(key: WsKey, credentials: Credentials | None) -> SpotV2:
    return SpotV2(private=key.private)


def _level3_dialect(key: WsKey, credentials: Credentials | None) -> SpotV2:
    return SpotV2Level3()


def _renamed(symbol: str, params: Mapping[str, Any]) -> str | None:
    return spot_v2_name(symbol)


_CHANNEL_OF: dict[type, str] = {kind: str(kind.__struct_config__.tag) for kind in get_args(DataFrame)}
_BY_SYMBOL = frozenset(("ticker", "book", "trade", "level3"))

SPOT_V2 = Family(
    name="Spot v2",
    public_keys=PUBLIC_KEYS,
    private_keys=PRIVATE_KEYS,
    channels={name: channel for name, channel in CHANNELS.items() if channel.ws_key not in LEVEL3_KEYS},
    traits={
        "ticker": Traits(kept=True, lively=True, unmarked=True),
        "trade": Traits(lively=True),
        "ohlc": Traits(lively=True),
        "status": Traits(kept=True, unasked=True),
        "heartbeat": Traits(unasked=True),
        "book": Traits(book=True, lively=True),
        "instrument": Traits(reference=True),
        "executions": Traits(account=True),
        "balances": Traits(account=True),
    },
    data_prefix=b'{"channel":"',
    dialect=_dialect,
    read=read_data,
    row_key=key_of_row,
    topic_key=key_of_topic,
    guard=_guard,
    shown=_shown,
    book=lambda symbol, depth: Book(symbol=symbol, depth=depth),
    keeper=Executions(snap_orders=False, snap_trades=False),
    renamed=_renamed,
    reference=next(Instrument(include_tokenized_assets=True).topics()),
    precisions=_precisions,
)

SPOT_V2_LEVEL3 = Family(
    name="Spot v2 level 3",
    public_keys=(),
    private_keys=LEVEL3_KEYS,
    channels={Level3.topic: Level3},
    traits={
        "level3": Traits(book=True, symbols_per_connection=200, lively=True),
        "status": Traits(kept=True, unasked=True),
        "heartbeat": Traits(unasked=True),
    },
    data_prefix=b'{"channel":"',
    dialect=_level3_dialect,
    read=read_data,
    row_key=key_of_row,
    topic_key=key_of_topic,
    guard=_level3_guard,
    shown=_level3_shown,
    book=lambda symbol, depth: Level3(symbol=symbol, depth=depth),
    renamed=_renamed,
    pace=level3_pace,
)
"""Level 3 has a host of its own."""
