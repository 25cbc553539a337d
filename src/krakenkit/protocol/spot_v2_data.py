"""The short way of Spot v2 data: from a frame to rows, and from a row to the topic it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import msgspec

from krakenkit._core.redaction import excerpt
from krakenkit.errors import DecodeError
from krakenkit.wire.channel import Topic
from krakenkit.wire.codec import UNREADABLE
from krakenkit.wire.spot_v2.frames import HeartbeatFrame, InstrumentFrame, decode_frame
from krakenkit.wire.spot_v2.market import Row

DATA_PREFIX = b'{"channel":"'
"""How nearly every data frame begins; one that begins otherwise is found by reading it."""

RouteKey: TypeAlias = tuple[str, str | None, int | None]
"""Channel, symbol, and interval: what tells apart where rows go."""


class Batch(NamedTuple):
    """The rows of one frame."""

    channel: str
    snapshot: bool
    rows: Sequence[Any]
    sequence: int | None


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
    return (channel, getattr(row, "symbol", None) if channel not in ("executions", "balances") else None, None)


def key_of_topic(topic: Topic) -> RouteKey:
    """Where the rows of a topic come from; the exchange does not say on a row which depth or trigger it is for."""
    interval = dict(topic.params).get("interval") if topic.channel == "ohlc" else None
    return (topic.channel, topic.symbol, interval)
