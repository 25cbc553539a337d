"""Arrays of Spot v1 held against the rows they became: which members nobody read, and which numbers are none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, cast

from krakenkit.cli.decoding.findings import is_object
from krakenkit.cli.decoding.frames import no_number
from krakenkit.wire.rewrite import unread
from krakenkit.wire.spot_v1.frames import Frame, frame_of
from krakenkit.wire.spot_v1.market import BookUpdate

_SIDES = ("as", "bs", "a", "b")
_PRIVATE = ("openOrders", "ownTrades")


def unread_of(elements: Sequence[Any], frame: Frame, rows: Sequence[Any]) -> list[str]:
    """Places of what the array says and the rows do not."""
    if frame.channel in _PRIVATE:
        return unread(_flat(elements, len(frame.parts)), _private(frame, rows))
    name = list(elements[-2:])
    if frame.channel == "book":
        return unread([elements[0], _together(elements[1:-2]), *name], [frame.channel_id, _book(rows), *name])
    if frame.channel == "trade":
        return unread(elements, frame_of(rows, channel_id=frame.channel_id) if rows else elements)
    return unread(elements, [frame.channel_id, *(frame_of([row])[1] for row in rows), *name])


def check_book(frame: bytes, elements: Sequence[Any]) -> None:
    """Look at the numbers of a book, which its rows keep as text until they are used.

    Raises:
        DecodeError: naming the first that is none.
    """
    for index, part in enumerate(elements[1:-2], 1):
        for side in _SIDES if is_object(part) else ():
            for place, level in enumerate(part.get(side) or ()):
                for column in (0, 1):
                    if not _is_number(level[column]):
                        raise no_number(frame, f"$[{index}].{side}[{place}][{column}]")


def _is_number(text: object) -> bool:
    try:
        return Decimal(str(text)).is_finite()
    except ArithmeticError:
        return False


def _flat(elements: Sequence[Any], parts: int) -> list[Any]:
    """A private message with one object for each order or trade: on the wire one object may hold several."""
    entries = [cast("dict[str, Any]", entry) for part in elements[:parts] for entry in part]
    return [[{txid: members} for entry in entries for txid, members in entry.items()], *elements[parts:]]


def _private(frame: Frame, rows: Sequence[Any]) -> list[Any]:
    entries: list[Any] = frame_of(rows)[0] if rows else []
    numbered = [] if frame.sequence is None else [{"sequence": frame.sequence}]
    return [entries, frame.channel, *numbered]


def _together(parts: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The objects of a book message as one: each side may have its own."""
    whole: dict[str, Any] = {}
    for part in parts:
        for name, value in part.items():
            whole[name] = [*whole.get(name, []), *value] if isinstance(value, list) else value
    return whole


def _book(rows: Sequence[BookUpdate]) -> dict[str, Any]:
    (book,) = rows
    asks, bids = ([level.to_wire() for level in side] for side in (book.asks, book.bids))
    sides = {"as": asks, "bs": bids, "a": asks, "b": bids}
    return sides if book.checksum is None else sides | {"c": str(book.checksum)}
