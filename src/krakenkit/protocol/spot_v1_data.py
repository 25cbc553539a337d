"""The short way of Spot v1 data: from a frame to rows, and from a row to the topic it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from krakenkit._core.redaction import excerpt
from krakenkit.books.guard import BookGuard
from krakenkit.books.level2 import Level2Book
from krakenkit.errors import DecodeError
from krakenkit.protocol.family import Batch, Family, RouteKey, Traits
from krakenkit.protocol.spot_v1 import SpotV1
from krakenkit.signing.credentials import Credentials
from krakenkit.wire.channel import Topic
from krakenkit.wire.codec import UNREADABLE
from krakenkit.wire.environment import WsKey
from krakenkit.wire.spot_v1.account import OwnTrades
from krakenkit.wire.spot_v1.channels import CHANNELS, PRIVATE_KEYS, PUBLIC_KEYS
from krakenkit.wire.spot_v1.frames import decode_event, read_frame, rows_of, system_status
from krakenkit.wire.spot_v1.market import Book, BookLevel, BookUpdate
from krakenkit.wire.symbols import spot_v1_name

_PARAMETER = {"book": "depth", "ohlc": "interval"}
"""What the channel's name carries behind its dash, so that rows say which subscription they belong to."""
_PRIVATE = ("openOrders", "ownTrades")


def read_data(payload: bytes) -> Batch | None:
    """The rows in a data frame or a status event; None for a heartbeat.

    Raises:
        DecodeError: for a frame of an unknown shape.
    """
    try:
        return _array(payload) if payload.lstrip().startswith(b"[") else _object(payload)
    except UNREADABLE as error:
        raise DecodeError(f"A frame could not be read: {error}. It begins {excerpt(payload)}", raw=payload) from error


def _array(payload: bytes) -> Batch:
    frame = read_frame(payload)
    rows = rows_of(frame)
    snapshot = frame.sequence == 1 if frame.channel in _PRIVATE else any(row.snapshot for row in rows)
    return Batch(frame.channel, snapshot, rows, frame.sequence)


def _object(payload: bytes) -> Batch | None:
    event = decode_event(payload).event
    if event == "heartbeat":
        return None
    if event != "systemStatus":
        raise msgspec.ValidationError(f"Unknown event {event!r} - at `$.event`")
    return Batch("systemStatus", False, (system_status(payload),))


def key_of_row(channel: str, row: Any) -> RouteKey:
    """Where a row belongs."""
    parameter = _PARAMETER.get(channel)
    if parameter is not None:
        return (channel, row.pair, getattr(row, parameter))
    return (channel, None if channel in _WHOLE else row.pair, None)


def key_of_topic(topic: Topic) -> RouteKey:
    """Where the rows of a topic come from."""
    parameter = _PARAMETER.get(topic.channel)
    return (topic.channel, topic.symbol, dict(topic.params).get(parameter) if parameter else None)


def _guard(topic: Topic, _: tuple[int, int] | None) -> BookGuard:
    """Digits count as they are written here, so that no precision is needed."""
    depth: int = dict(topic.params).get("depth", 10)
    return BookGuard(Level2Book(depth, symbol=topic.symbol or ""), bare_snapshots=True)


def _shown(topic: Topic, guard: BookGuard) -> BookUpdate:
    view = guard.book.view()
    return BookUpdate(
        pair=guard.book.symbol,
        depth=dict(topic.params).get("depth", 10),
        asks=[BookLevel.of(level.price, level.qty) for level in view.asks],
        bids=[BookLevel.of(level.price, level.qty) for level in view.bids],
        snapshot=True,
    )


def _dialect(key: WsKey, credentials: Credentials | None) -> SpotV1:
    return SpotV1(private=key.private)


def _renamed(symbol: str, params: Mapping[str, Any]) -> str | None:
    return spot_v1_name(symbol)


_WHOLE = (*_PRIVATE, "systemStatus")

SPOT_V1 = Family(
    name="Spot v1",
    public_keys=PUBLIC_KEYS,
    private_keys=PRIVATE_KEYS,
    channels=CHANNELS,
    traits={
        "ticker": Traits(kept=True, lively=True),
        "spread": Traits(kept=True, lively=True),
        "systemStatus": Traits(kept=True, unasked=True),
        "heartbeat": Traits(unasked=True),
        "ohlc": Traits(lively=True),
        "trade": Traits(lively=True),
        "book": Traits(book=True, lively=True),
        "openOrders": Traits(account=True),
        "ownTrades": Traits(account=True),
    },
    data_prefix=b"[",
    dialect=_dialect,
    read=read_data,
    row_key=key_of_row,
    topic_key=key_of_topic,
    guard=_guard,
    shown=_shown,
    book=lambda symbol, depth: Book(pair=symbol, depth=depth),
    keeper=OwnTrades(snapshot=False),
    renamed=_renamed,
)
