"""The short way of Unified data: from a frame to rows, and from a row to the topic it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from krakenkit._core.redaction import excerpt
from krakenkit.books.guard import BookGuard
from krakenkit.books.level3 import Level3Book
from krakenkit.books.searching_guard import level2_guard, level3_guard
from krakenkit.errors import DecodeError
from krakenkit.protocol.family import Batch, Family, Precisions, RouteKey, Traits
from krakenkit.protocol.spot_v2_level3 import level3_pace
from krakenkit.protocol.unified import Unified
from krakenkit.signing.credentials import Credentials
from krakenkit.wire.channel import Topic
from krakenkit.wire.codec import UNREADABLE
from krakenkit.wire.environment import WsKey
from krakenkit.wire.spot_v2.level3 import Level3Order
from krakenkit.wire.spot_v2.market import BookLevel
from krakenkit.wire.symbols import product_name, spot_v2_name
from krakenkit.wire.unified.account import Executions
from krakenkit.wire.unified.channels import CHANNELS, LEVEL3_KEYS, PRIVATE_KEYS, PUBLIC_KEYS
from krakenkit.wire.unified.frames import HEARTBEAT, read_frame, rows_of
from krakenkit.wire.unified.market import Book, BookUpdate, InstrumentUpdate, Level3, Level3Update

_BY_SYMBOL = ("ticker", "book", "level3", "ohlc", "trade")


def read_data(payload: bytes) -> Batch | None:
    """The rows in a data frame; None for a heartbeat.

    Raises:
        DecodeError: for a frame of an unknown shape.
    """
    try:
        frame = read_frame(payload)
        if frame.channel == HEARTBEAT:
            return None
        rows = rows_of(frame, payload)
    except UNREADABLE as error:
        raise DecodeError(f"A frame could not be read: {error}. It begins {excerpt(payload)}", raw=payload) from error
    return Batch(frame.channel, frame.type == "snapshot", rows, frame.sequence)


def key_of_row(channel: str, row: Any) -> RouteKey:
    """Where a row belongs."""
    symbol = row.symbol if channel in _BY_SYMBOL else None
    return (channel, symbol, row.interval if channel == "ohlc" else None)


def key_of_topic(topic: Topic) -> RouteKey:
    """Where the rows of a topic come from; which depth or kind of tick a row is for is not said on it."""
    interval = dict(topic.params).get("interval") if topic.channel == "ohlc" else None
    return (topic.channel, topic.symbol, interval)


def _guard(topic: Topic, precision: tuple[int, int] | None) -> BookGuard:
    """The checksum of derivatives is described by the Spot guide only: the snapshot proves how its digits are taken."""
    depth: int = dict(topic.params).get("depth", 10)
    make = level3_guard if topic.channel == "level3" else level2_guard
    return make(depth, precision, symbol=topic.symbol or "")


def _shown(topic: Topic, guard: BookGuard) -> BookUpdate | Level3Update:
    book, checksum = guard.book, guard.book.checksum()
    if isinstance(book, Level3Book):
        asks, bids = (
            [Level3Order.of(*order) for order in side] for side in (book.asks_in_order(), book.bids_in_order())
        )
        return Level3Update(symbol=book.symbol, asks=asks, bids=bids, checksum=checksum, snapshot=True)
    view = book.view()
    return BookUpdate(
        symbol=book.symbol,
        asks=[BookLevel.of(level.price, level.qty) for level in view.asks],
        bids=[BookLevel.of(level.price, level.qty) for level in view.bids],
        checksum=checksum,
        snapshot=True,
    )


def _precisions(row: InstrumentUpdate) -> Precisions:
    known = ((pair.symbol, pair.price_precision, pair.qty_precision) for pair in row.pairs)
    return {symbol: (price, qty) for symbol, price, qty in known if price is not None and qty is not None}


def _dialect(key: WsKey, credentials: Credentials | None) -> Unified:
    return Unified(private=key.private)


def _renamed(symbol: str, params: Mapping[str, Any]) -> str | None:
    return product_name(symbol) if params.get("asset_class") == "derivatives" else spot_v2_name(symbol)


UNIFIED = Family(
    name="Unified",
    public_keys=PUBLIC_KEYS,
    private_keys=PRIVATE_KEYS,
    channels={name: channel for name, channel in CHANNELS.items() if channel is not Level3},
    traits={
        "ticker": Traits(kept=True, lively=True),
        "status": Traits(kept=True, unasked=True),
        "heartbeat": Traits(unasked=True),
        "trade": Traits(lively=True),
        "book": Traits(book=True, lively=True),
        "ohlc": Traits(unmarked=True, lively=True),
        "instrument": Traits(reference=True),
        "executions": Traits(account=True),
        "balances": Traits(account=True),
        "margin": Traits(account=True),
        "positions": Traits(account=True, unmarked=True),
        "ledgers": Traits(account=True, running=True),
        "preferences": Traits(account=True),
    },
    data_prefix=b'{"channel":"',
    dialect=_dialect,
    read=read_data,
    row_key=key_of_row,
    topic_key=key_of_topic,
    guard=_guard,
    shown=_shown,
    # No reference: books prove their precision themselves, as the shape of the instrument data is not known for certain.
    precisions=_precisions,
    book=lambda symbol, depth: Book(symbol=symbol, depth=depth),
    keeper=Executions(snap_orders=False, snap_trades=False),
    renamed=_renamed,
)

UNIFIED_LEVEL3 = Family(
    name="Unified level 3",
    public_keys=(),
    private_keys=LEVEL3_KEYS,
    channels={Level3.topic: Level3},
    traits={
        "level3": Traits(book=True, symbols_per_connection=200, lively=True),
        "status": Traits(kept=True, unasked=True),
        "heartbeat": Traits(unasked=True),
    },
    data_prefix=b'{"channel":"',
    dialect=_dialect,
    read=read_data,
    row_key=key_of_row,
    topic_key=key_of_topic,
    guard=_guard,
    shown=_shown,
    book=lambda symbol, depth: Level3(symbol=symbol, depth=depth),
    renamed=_renamed,
    pace=level3_pace,
)
"""Level 3 stands on the public path and takes a token all the same, so that it has a line of its own."""
