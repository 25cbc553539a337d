"""The short way of Spot v2 data: from a frame to rows, and from a row to the topic it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from krakenkit._core.redaction import excerpt
from krakenkit.books.guard import BookGuard
from krakenkit.books.level2 import Level2Book
from krakenkit.errors import DecodeError
from krakenkit.protocol.family import Batch, Family, Precisions, RouteKey, Traits
from krakenkit.protocol.spot_v2 import SpotV2
from krakenkit.signing.credentials import Credentials
from krakenkit.wire.channel import Topic
from krakenkit.wire.codec import UNREADABLE
from krakenkit.wire.environment import WsKey
from krakenkit.wire.spot_v2.channels import CHANNELS, PRIVATE_KEYS, PUBLIC_KEYS
from krakenkit.wire.spot_v2.frames import HeartbeatFrame, InstrumentFrame, decode_frame
from krakenkit.wire.spot_v2.market import Instrument, InstrumentUpdate, Row


def read_data(payload: bytes) -> Batch | None:
    """The rows in a data frame; None for a heartbeat.

    Raises:
        DecodeError: for a frame of an unknown shape.
    """
    try:
        frame = decode_frame(payload)
    except UNREADABLE as error:
        raise DecodeError(f"A frame could not be read: {error}. It begins {excerpt(payload)}", raw=payload) from error
    if isinstance(frame, HeartbeatFrame):
        return None
    rows: Sequence[Row] = (frame.data,) if isinstance(frame, InstrumentFrame) else frame.data
    snapshot = frame.type == "snapshot"
    if snapshot:
        for row in rows:
            # The row was made a moment ago and nobody has seen it: completing it here spares a copy.
            msgspec.structs.force_setattr(row, "snapshot", True)
    return Batch(str(frame.__struct_config__.tag), snapshot, rows, frame.sequence)


def key_of_row(channel: str, row: Any) -> RouteKey:
    """Where a row belongs."""
    if channel == "ohlc":
        return (channel, row.symbol, row.interval)
    return (channel, getattr(row, "symbol", None) if channel not in _WHOLE else None, None)


def key_of_topic(topic: Topic) -> RouteKey:
    """Where the rows of a topic come from; the exchange does not say on a row which depth or trigger it is for."""
    interval = dict(topic.params).get("interval") if topic.channel == "ohlc" else None
    return (topic.channel, topic.symbol, interval)


def _guard(topic: Topic, precision: tuple[int, int] | None) -> BookGuard:
    price_places, qty_places = precision or (None, None)
    depth: int = dict(topic.params).get("depth", 10)
    return BookGuard(Level2Book(depth, price_places, qty_places, symbol=topic.symbol or ""))


def _precisions(row: InstrumentUpdate) -> Precisions:
    return {pair.symbol: (pair.price_precision, pair.qty_precision) for pair in row.pairs}


def _dialect(key: WsKey, credentials: Credentials | None) -> SpotV2:
    return SpotV2(private=key.private)


_WHOLE = ("executions", "balances", "instrument", "status")

SPOT_V2 = Family(
    name="Spot v2",
    public_keys=PUBLIC_KEYS,
    private_keys=PRIVATE_KEYS,
    channels=CHANNELS,
    traits={
        "ticker": Traits(kept=True, lively=True),
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
    reference=next(Instrument(include_tokenized_assets=True).topics()),
    precisions=_precisions,
)
