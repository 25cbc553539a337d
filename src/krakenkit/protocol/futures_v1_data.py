"""The short way of Futures v1 data: from a frame to rows, and from a row to the topic it belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from krakenkit._core.redaction import excerpt
from krakenkit.books.guard import BookGuard
from krakenkit.books.level2 import Level2Book
from krakenkit.books.sequence_guard import SequenceGuard
from krakenkit.errors import DecodeError
from krakenkit.protocol.family import Batch, Family, RouteKey, Traits
from krakenkit.protocol.futures_v1 import FuturesV1
from krakenkit.signing.credentials import Credentials
from krakenkit.wire.channel import Topic
from krakenkit.wire.codec import UNREADABLE
from krakenkit.wire.environment import WsKey
from krakenkit.wire.futures_v1.account import Fill, OpenPositionsUpdate
from krakenkit.wire.futures_v1.balances import BalancesUpdate
from krakenkit.wire.futures_v1.channels import CHANNELS, PRIVATE_KEYS, PUBLIC_KEYS
from krakenkit.wire.futures_v1.frames import SNAPSHOT, DataFrame, Frame, decode_frame
from krakenkit.wire.futures_v1.market import Book, BookUpdate, TradeUpdate
from krakenkit.wire.spot_v2.market import BookLevel, Row
from krakenkit.wire.symbols import product_name

_OF_PRODUCTS = ("ticker", "ticker_lite", "trade", "book")


def read_data(payload: bytes) -> Batch | None:
    """The rows in a data frame; those of a ``…_snapshot`` frame belong to the feed it is the snapshot of.

    Raises:
        DecodeError: for a frame of an unknown feed or shape.
    """
    try:
        return _batch(decode_frame(payload), payload)
    except UNREADABLE as error:
        raise DecodeError(f"A frame could not be read: {error}. It begins {excerpt(payload)}", raw=payload) from error


def _batch(frame: Frame, payload: bytes) -> Batch:
    feed = str(frame.__struct_config__.tag).removesuffix(SNAPSHOT)
    if not isinstance(frame, DataFrame):
        return Batch(feed, False, (frame,), frame.seq if isinstance(frame, TradeUpdate) else None)
    rows = frame.rows(payload)
    if frame.snapshot:
        for row in rows:
            # The row was made a moment ago and nobody has seen it: completing it here spares a copy.
            msgspec.structs.force_setattr(row, "snapshot", True)
    if frame.snapshot:
        return Batch(feed, True, rows, _number(rows[-1:]))
    return Batch(feed, False, rows, _number(rows), len(rows))


def _number(rows: Sequence[Row]) -> int | None:
    """The number of the first of these rows; those of books are looked at by their guards."""
    row = rows[0] if rows else None
    return row.seq if isinstance(row, Fill | TradeUpdate | BalancesUpdate | OpenPositionsUpdate) else None


def key_of_row(channel: str, row: Any) -> RouteKey:
    """Where a row belongs."""
    return (channel, row.product_id if channel in _OF_PRODUCTS else None, None)


def key_of_topic(topic: Topic) -> RouteKey:
    """Where the rows of a topic come from."""
    return (topic.channel, topic.symbol, None)


def _guard(topic: Topic, precision: tuple[int, int] | None) -> BookGuard:
    """The whole book, digits as they are written."""
    return SequenceGuard(Level2Book(None, symbol=topic.symbol or ""))


def _shown(topic: Topic, guard: BookGuard) -> BookUpdate:
    view = guard.book.view()
    return BookUpdate(
        product_id=guard.book.symbol,
        seq=guard.sequence if isinstance(guard, SequenceGuard) else 0,
        asks=[BookLevel.of(level.price, level.qty) for level in view.asks],
        bids=[BookLevel.of(level.price, level.qty) for level in view.bids],
        snapshot=True,
    )


def _dialect(key: WsKey, credentials: Credentials | None) -> FuturesV1:
    return FuturesV1(credentials if key.private else None)


def _renamed(symbol: str, params: Mapping[str, Any]) -> str | None:
    return product_name(symbol)


FUTURES_V1 = Family(
    lifecycle="futures-ws-v1",
    name="Futures v1",
    public_keys=PUBLIC_KEYS,
    private_keys=PRIVATE_KEYS,
    channels=CHANNELS,
    traits={
        "ticker": Traits(kept=True, lively=True),
        "ticker_lite": Traits(kept=True, lively=True),
        "trade": Traits(lively=True),
        "book": Traits(book=True, lively=True),
        "heartbeat": Traits(lively=True),
        "open_orders": Traits(account=True),
        "open_orders_verbose": Traits(account=True),
        "fills": Traits(account=True, unmarked=True),
        "balances": Traits(account=True),
        "open_positions": Traits(account=True, kept=True, running=True),
        "account_log": Traits(account=True),
        "notifications_auth": Traits(account=True),
    },
    # A ticker was seen to begin with its time, too.
    data_prefix=(b'{"feed":"', b'{"time":'),
    dialect=_dialect,
    read=read_data,
    row_key=key_of_row,
    topic_key=key_of_topic,
    guard=_guard,
    shown=_shown,
    book=lambda symbol, depth: Book(product_ids=symbol),
    renamed=_renamed,
)
"""Books have no depth here: whatever is asked for, all levels come."""
