"""Frames of Spot v1: arrays carry channel data, objects with ``event`` carry everything else.

``read_frame`` takes an array apart, ``rows_of`` makes rows of it, ``frame_of`` writes rows as a frame again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
from msgspec import Raw, Struct, field

from krakenkit.wire.codec import Reader, reader_for
from krakenkit.wire.open_row import read_open
from krakenkit.wire.rewrite import on_the_wire
from krakenkit.wire.spot_v1.account import OpenOrder, OwnTrade
from krakenkit.wire.spot_v1.market import (
    BookLevel,
    BookUpdate,
    OhlcUpdate,
    SpreadUpdate,
    SystemStatusUpdate,
    TickerUpdate,
    TradeUpdate,
)

_SIDES = {"b": "buy", "s": "sell"}
_ORDER_TYPES = {"l": "limit", "m": "market"}


class Event(Struct, frozen=True):
    """Any object, as far as it takes to tell what it is. ``reqid`` stands at the top."""

    event: str | None = None
    status: str | None = None
    reqid: int | None = None
    pair: str | None = None
    channel_name: str | None = field(default=None, name="channelName")
    error: str | None = field(default=None, name="errorMessage")
    complaint: str | None = field(default=None, name="Error")


class Subscribed(Struct, frozen=True):
    """The subscription that a status speaks of. It can carry the token, which is left unread."""

    name: str | None = None
    depth: int | None = None
    interval: int | None = None
    maxratecount: int | None = None
    ratecounter: bool | None = None
    snapshot: bool | None = None


class SubscriptionStatus(Struct, frozen=True):
    """The answer to subscribe or unsubscribe, for one pair or for a private channel."""

    event: str
    status: str
    """``subscribed``, ``unsubscribed``, ``error`` or ``ok``."""
    channel_name: str | None = field(default=None, name="channelName")
    """With its parameter: ``book-10``, ``ohlc-5``. Refusals have none."""
    channel_id: int | None = field(default=None, name="channelID")
    """Deprecated and not unique; name and pair tell subscriptions apart."""
    pair: str | None = None
    reqid: int | None = None
    error: str | None = field(default=None, name="errorMessage")
    subscription: Subscribed | None = None


class Pong(Struct, frozen=True):
    """The answer to a ping."""

    event: str
    reqid: int | None = None


class Frame(NamedTuple):
    """An array taken apart; name and pair are read from its end, as a book update of both sides has one element more."""

    channel: str
    """Without its parameter: ``book`` of ``book-10``."""
    parameter: int | None
    parts: Sequence[Raw]
    """What lies between the channel id and the name."""
    pair: str | None = None
    sequence: int | None = None
    channel_id: int | None = None


class _Sequence(Struct):
    sequence: int | None = None


class _Candle(Struct, array_like=True):
    time: Decimal
    etime: Decimal
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    vwap: Decimal
    volume: Decimal
    count: int


class _Trade(Struct, array_like=True):
    price: Decimal
    volume: Decimal
    time: Decimal
    side: str
    order_type: str
    misc: str = ""


class _Spread(Struct, array_like=True):
    bid: Decimal
    ask: Decimal
    timestamp: Decimal
    bid_volume: Decimal | None = None
    ask_volume: Decimal | None = None


class _BookPart(Struct):
    """One object of a book message."""

    all_asks: list[BookLevel] | None = field(default=None, name="as")
    all_bids: list[BookLevel] | None = field(default=None, name="bs")
    asks: list[BookLevel] = field(default_factory=list[BookLevel], name="a")
    bids: list[BookLevel] = field(default_factory=list[BookLevel], name="b")
    checksum: int | None = field(default=None, name="c")


decode_event: Reader[Event] = reader_for(Event)
_elements: Reader[list[Raw]] = reader_for(list[Raw])
_text: Reader[str] = reader_for(str)
_number: Reader[int] = reader_for(int)
_entries: Reader[list[dict[str, Raw]]] = reader_for(list[dict[str, Raw]])


def read_frame(payload: bytes) -> Frame:
    """The parts of a data frame.

    Raises:
        msgspec.ValidationError: for any other array.
    """
    elements = _elements(payload)
    if len(elements) < 2:
        raise msgspec.ValidationError(f"Expected at least 2 elements, got {len(elements)} - at `$`")
    if bytes(elements[-1]).startswith(b"{"):
        counted: _Sequence = reader_for(_Sequence)(elements[-1])
        return Frame(_text(elements[-2]), None, elements[:-2], sequence=counted.sequence)
    if len(elements) == 2:  # a private message of the time before sequences
        return Frame(_text(elements[1]), None, elements[:1])
    name, _, parameter = _text(elements[-2]).partition("-")
    number = int(parameter) if parameter.isdigit() else None
    return Frame(name, number, elements[1:-2], pair=_text(elements[-1]), channel_id=_number(elements[0]))


def rows_of(frame: Frame) -> list[Any]:
    """The rows of a data frame.

    Raises:
        msgspec.ValidationError: for an unknown channel or shape.
    """
    read = _READERS.get(frame.channel)
    if read is None:
        raise msgspec.ValidationError(f"Unknown channel {frame.channel!r} - at `$[-2]`")
    return list(read(frame))


def system_status(payload: bytes) -> SystemStatusUpdate:
    """The engine's state from its event."""
    status: SystemStatusUpdate = reader_for(SystemStatusUpdate)(payload)
    msgspec.structs.force_setattr(status, "snapshot", False)
    return status


def _ticker(frame: Frame) -> Iterator[TickerUpdate]:
    for part in frame.parts:
        row: TickerUpdate = reader_for(TickerUpdate)(part)
        msgspec.structs.force_setattr(row, "pair", frame.pair)
        yield row


def _ohlc(frame: Frame) -> Iterator[OhlcUpdate]:
    for part in frame.parts:
        candle: _Candle = reader_for(_Candle)(part)
        yield OhlcUpdate(pair=frame.pair or "", interval=frame.parameter or 1, **msgspec.structs.asdict(candle))


def _trade(frame: Frame) -> Iterator[TradeUpdate]:
    for part in frame.parts:
        trades: list[_Trade] = reader_for(list[_Trade])(part)
        for trade in trades:
            yield TradeUpdate(
                pair=frame.pair or "",
                price=trade.price,
                volume=trade.volume,
                time=trade.time,
                # The manual's table has words here, the wire letters.
                side=_SIDES.get(trade.side, trade.side),
                order_type=_ORDER_TYPES.get(trade.order_type, trade.order_type),
                misc=trade.misc,
            )


def _spread(frame: Frame) -> Iterator[SpreadUpdate]:
    for part in frame.parts:
        spread: _Spread = reader_for(_Spread)(part)
        yield SpreadUpdate(pair=frame.pair or "", **msgspec.structs.asdict(spread))


def _book(frame: Frame) -> Iterator[BookUpdate]:
    """One update of however many objects: each side may have its own, and the checksum is in the last."""
    parts: list[_BookPart] = [reader_for(_BookPart)(part) for part in frame.parts]
    yield BookUpdate(
        pair=frame.pair or "",
        depth=frame.parameter or 10,
        snapshot=any(part.all_asks is not None or part.all_bids is not None for part in parts),
        asks=[level for part in parts for level in (*(part.all_asks or ()), *part.asks)],
        bids=[level for part in parts for level in (*(part.all_bids or ()), *part.bids)],
        checksum=next((part.checksum for part in reversed(parts) if part.checksum is not None), None),
    )


def _orders(frame: Frame) -> Iterator[OpenOrder]:
    """Later messages are told from the snapshot by their sequence alone."""
    for txid, raw in _private_entries(frame):
        order = read_open(OpenOrder, raw)
        _complete(order, txid, snapshot=frame.sequence == 1)
        yield order


def _trades(frame: Frame) -> Iterator[OwnTrade]:
    """The first message is the snapshot, unless its trades carry what the manual gives to live ones only."""
    for txid, raw in _private_entries(frame):
        trade = read_open(OwnTrade, raw)
        live = trade.userref is not None or trade.cl_ord_id is not None
        _complete(trade, txid, snapshot=frame.sequence == 1 and not live)
        yield trade


def _private_entries(frame: Frame) -> Iterator[tuple[str, Raw]]:
    for part in frame.parts:
        for entry in _entries(part):
            yield from entry.items()


def _complete(row: OpenOrder | OwnTrade, txid: str, *, snapshot: bool) -> None:
    # Made a moment ago, seen by nobody yet.
    msgspec.structs.force_setattr(row, "txid", txid)
    msgspec.structs.force_setattr(row, "snapshot", snapshot)


_READERS: Mapping[str, Callable[[Frame], Iterator[Any]]] = {
    "ticker": _ticker,
    "ohlc": _ohlc,
    "trade": _trade,
    "spread": _spread,
    "book": _book,
    "openOrders": _orders,
    "ownTrades": _trades,
}


# --- written again ----------------------------------------------------------------------------------------------------


def frame_of(rows: Sequence[Any], *, channel_id: int | None = None, sequence: int | None = None) -> list[Any]:
    """Rows of one channel as the frame that brings them, decimals exact; ``sequence`` for private channels."""
    match rows:
        case [OpenOrder() | OwnTrade(), *_]:
            name = "openOrders" if isinstance(rows[0], OpenOrder) else "ownTrades"
            return [[_entry(row) for row in rows], name, *([] if sequence is None else [{"sequence": sequence}])]
        case [TradeUpdate() as first, *_]:
            return [channel_id, [_trade_row(row) for row in rows], "trade", first.pair]
        case [BookUpdate() as book]:
            return [channel_id, *_book_parts(book), f"book-{book.depth}", book.pair]
        case [OhlcUpdate() as candle]:
            return [channel_id, _members(candle, _Candle), f"ohlc-{candle.interval}", candle.pair]
        case [SpreadUpdate() as spread]:
            return [channel_id, _members(spread, _Spread), "spread", spread.pair]
        case [TickerUpdate() as ticker]:
            members = {name: value for name, value in on_the_wire(ticker).items() if name not in ("pair", "snapshot")}
            return [channel_id, members, "ticker", ticker.pair]
        case _:
            raise TypeError(f"These rows make no frame of Spot v1: {rows!r}")


def _entry(row: OpenOrder | OwnTrade) -> dict[str, Any]:
    members = {name: value for name, value in on_the_wire(row).items() if name not in ("txid", "snapshot")}
    return {row.txid: members}


def _members(row: Struct, shape: type[Struct]) -> list[Any]:
    values = [getattr(row, name) for name in shape.__struct_fields__]
    return [on_the_wire(value) for value in values if value is not None]


def _trade_row(row: TradeUpdate) -> list[Any]:
    return [row.price, row.volume, row.time, row.side[:1], row.order_type[:1], row.misc]


def _book_parts(book: BookUpdate) -> list[dict[str, Any]]:
    asks, bids = ([level.to_wire() for level in side] for side in (book.asks, book.bids))
    if book.snapshot:
        return [{"as": asks, "bs": bids}]
    parts = [{name: side} for name, side in (("a", asks), ("b", bids)) if side]
    checksum = {} if book.checksum is None else {"c": str(book.checksum)}
    return [*parts[:-1], {**parts[-1], **checksum}] if parts else [checksum]
