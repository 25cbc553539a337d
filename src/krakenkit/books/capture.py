"""Lines of a capture as the few things that matter to a book: its messages, precisions and depths.

Reads Spot v2 and Unified (``book``, ``level3``), Spot v1 and Futures frames, sent and received, of one or several families in
one file. Everything else in a capture is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, TypeAlias

import msgspec
from msgspec import Raw

from krakenkit.books.side import TextLevel
from krakenkit.errors import DecodeError

Family: TypeAlias = Literal["book", "level3", "v1", "futures"]


class TextOrder(msgspec.Struct, frozen=True, gc=False):
    """An order of a level 3 message; ``event`` is empty in a snapshot."""

    event: str
    order_id: str
    price_text: bytes
    qty_text: bytes


class Precision(NamedTuple):
    """Decimals of an instrument's prices and quantities."""

    price: int
    qty: int


class BookMessage(NamedTuple):
    """One snapshot or update of one symbol."""

    family: Family
    symbol: str
    snapshot: bool
    asks: Sequence[TextLevel | TextOrder]
    bids: Sequence[TextLevel | TextOrder]
    """Orders in the family ``level3``, else levels."""
    checksum: int | None = None
    depth: int | None = None
    """Where the message itself says it (v1)."""
    sequence: int | None = None
    """Futures only."""


class DepthNote(NamedTuple):
    """A subscription's depth, from the request or its acknowledgement."""

    family: Family
    symbol: str
    depth: int


class PrecisionNote(NamedTuple):
    """An instrument's decimals, from an ``instrument`` message."""

    symbol: str
    precision: Precision


Note: TypeAlias = BookMessage | DepthNote | PrecisionNote
Members: TypeAlias = Mapping[str, Raw]

_V2_FAMILIES: Mapping[str, Family] = {"book": "book", "level3": "level3"}

_members: Callable[[bytes], dict[str, Raw]] = msgspec.json.Decoder(dict[str, Raw]).decode
_rows: Callable[[bytes], list[dict[str, Raw]]] = msgspec.json.Decoder(list[dict[str, Raw]]).decode
_arrays: Callable[[bytes], list[list[Raw]]] = msgspec.json.Decoder(list[list[Raw]]).decode
_elements: Callable[[bytes], list[Raw]] = msgspec.json.Decoder(list[Raw]).decode
_text: Callable[[bytes], str] = msgspec.json.Decoder(str).decode
_names: Callable[[bytes], list[str] | str] = msgspec.json.Decoder(list[str] | str).decode
# Lax: v1 writes its checksum as a string.
_whole: Callable[[bytes], int] = msgspec.json.Decoder(int, strict=False).decode


def notes_of(frame: bytes) -> list[Note]:
    """What a frame says about books; empty for a frame about something else.

    Raises:
        DecodeError: when it is no JSON, or a book message of an unknown shape.
    """
    try:
        if frame.startswith(b"["):
            return list(_array_notes(_elements(frame)))
        return list(_object_notes(_members(frame)))
    except (msgspec.DecodeError, KeyError, IndexError) as error:
        raise DecodeError(f"A frame of the capture could not be read: {error!r}.", raw=frame) from error


def _object_notes(members: Members) -> Iterable[Note]:
    if "feed" in members:
        return _futures_notes(members)
    if "channel" in members and "data" in members:
        return _v2_notes(members)
    return _depth_notes(members)


def _v2_notes(members: Members) -> Iterator[Note]:
    channel = _text(members["channel"])
    if channel == "instrument":
        yield from _precision_notes(_members(members["data"]))
    elif family := _V2_FAMILIES.get(channel):
        read = _order if family == "level3" else _level
        for row in _rows(members["data"]):
            yield BookMessage(
                family=family,
                symbol=_text(row["symbol"]),
                snapshot=_text(members["type"]) == "snapshot",
                asks=[read(level) for level in _rows(row["asks"])],
                bids=[read(level) for level in _rows(row["bids"])],
                # Thin snapshots without a checksum have been seen.
                checksum=_whole(row["checksum"]) if "checksum" in row else None,
            )


def _level(row: Members) -> TextLevel:
    return TextLevel(bytes(row["price"]), bytes(row["qty"]))


def _order(row: Members) -> TextOrder:
    event = _text(row["event"]) if "event" in row else ""
    return TextOrder(event, _text(row["order_id"]), bytes(row["limit_price"]), bytes(row["order_qty"]))


def _precision_notes(data: Members) -> Iterator[Note]:
    for pair in _rows(data["pairs"]) if "pairs" in data else ():
        precision = Precision(_whole(pair["price_precision"]), _whole(pair["qty_precision"]))
        yield PrecisionNote(_text(pair["symbol"]), precision)


def _depth_notes(members: Members) -> Iterator[Note]:
    """Depths from a request, or from its acknowledgement, which leaves the depth of level 3 out."""
    for name in ("params", "result"):
        subscription = _object(members.get(name))
        if "channel" not in subscription or "depth" not in subscription or "symbol" not in subscription:
            continue
        if family := _V2_FAMILIES.get(_text(subscription["channel"])):
            symbols, depth = _names(subscription["symbol"]), _whole(subscription["depth"])
            for symbol in [symbols] if isinstance(symbols, str) else symbols:
                yield DepthNote(family, symbol, depth)


def _object(raw: Raw | None) -> Members:
    return _members(raw) if raw is not None and bytes(raw).startswith(b"{") else {}


def _array_notes(elements: Sequence[Raw]) -> Iterator[Note]:
    """Spot v1: ``[channelID, object, (object,) "book-10", "XBT/USD"]``; name and pair stand last."""
    if len(elements) < 4 or not bytes(elements[-2]).startswith(b'"book-'):
        return
    parts: dict[str, Raw] = {}
    for element in elements[1:-2]:
        parts.update(_members(element))
    yield BookMessage(
        family="v1",
        symbol=_text(elements[-1]),
        snapshot="as" in parts or "bs" in parts,
        asks=[*_v1_levels(parts.get("as")), *_v1_levels(parts.get("a"))],
        bids=[*_v1_levels(parts.get("bs")), *_v1_levels(parts.get("b"))],
        checksum=_whole(parts["c"]) if "c" in parts else None,
        depth=_whole(_text(elements[-2]).removeprefix("book-").encode()),
    )


def _v1_levels(raw: Raw | None) -> Iterator[TextLevel]:
    for row in _arrays(raw) if raw is not None else ():
        yield TextLevel(bytes(row[0]), bytes(row[1]))


def _futures_notes(members: Members) -> Iterator[Note]:
    feed = _text(members["feed"])
    # A subscription names the feed too, and has no sequence.
    if feed not in ("book", "book_snapshot") or "seq" not in members:
        return
    asks, bids = _futures_levels(members) if feed == "book_snapshot" else _futures_change(members)
    yield BookMessage(
        family="futures",
        symbol=_text(members["product_id"]),
        snapshot=feed == "book_snapshot",
        asks=asks,
        bids=bids,
        sequence=_whole(members["seq"]),
    )


def _futures_levels(members: Members) -> tuple[list[TextLevel], list[TextLevel]]:
    return [_level(row) for row in _rows(members["asks"])], [_level(row) for row in _rows(members["bids"])]


def _futures_change(members: Members) -> tuple[list[TextLevel], list[TextLevel]]:
    level = [_level(members)]
    return (level, []) if _text(members["side"]) == "sell" else ([], level)
