"""A capture played through the books again: is every update what the exchange hashed? Values in, values out.

What a capture does not tell is found out from it. The precision of a v2 symbol comes from an ``instrument`` message before
its snapshot, or from the caller; else it is searched: from the longest decimals of the snapshot upwards, as re-saved captures
have lost trailing zeros, until the checksum agrees, which proves it. The depth comes from the subscription; else it is the
size of the snapshot where that is a depth on sale, or any depth above it, until only one agrees.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import product
from typing import Any, NamedTuple, Protocol

from krakenkit.books.capture import BookMessage, DepthNote, Family, Precision, notes_of
from krakenkit.books.digits import split_decimals
from krakenkit.books.level2 import Level2Book
from krakenkit.books.level3 import Level3Book
from krakenkit.errors import DecodeError

_DEPTHS = (10, 25, 100, 500, 1000)
_LEVEL3_DEPTHS = (10, 100, 1000)
_FINEST = 12
"""Most decimals that the search tries."""


class Failure(NamedTuple):
    """A message after which a book could not be trusted."""

    frame: int
    """Line of the capture, counted from 1 without empty lines."""
    symbol: str
    why: str


@dataclass(slots=True)
class Report:
    """What came of a capture."""

    frames: int = 0
    symbols: list[str] = field(default_factory=list[str])
    """Symbols with book messages, in order of appearance."""
    updates: int = 0
    """Updates of books; snapshots are not counted."""
    verified: int = 0
    """Updates after which the checksum agreed (Spot), or whose sequence number was the next one (Futures,
    where the book must not be crossed either)."""
    failed: int = 0
    """Snapshots and updates that did not agree. What follows until the next snapshot is neither verified nor failed."""
    undecodable: int = 0
    """Lines that are no JSON, or book messages of an unknown shape."""
    failures: list[Failure] = field(default_factory=list[Failure])


class _Book(Protocol):
    """What the replay wants of a book of either level."""

    def snapshot(self, asks: Any, bids: Any) -> None: ...
    def update(self, asks: Any, bids: Any) -> None: ...
    def checksum(self) -> int: ...
    @property
    def crossed(self) -> bool: ...


class _Distrust(Exception):
    """A message after which the book cannot be trusted, and why."""


@dataclass(slots=True)
class _Watched:
    """One symbol's book, as every candidate that has agreed so far; without any it is quarantined."""

    books: list[_Book] = field(default_factory=list[_Book])
    sequence: int | None = None


class Replay:
    """Frames go in one by one; :attr:`report` holds what came of them."""

    def __init__(self, precisions: Mapping[str, Precision] | None = None) -> None:
        self.report = Report()
        self._precisions = dict(precisions or {})
        self._depths: dict[tuple[Family, str], int] = {}
        self._seen: set[str] = set()
        self._watched: dict[tuple[Family, str, int | None], _Watched] = {}

    def feed(self, frame: bytes) -> None:
        """Take one line of a capture; an empty one is nothing."""
        frame = frame.strip()
        if not frame:
            return
        self.report.frames += 1
        try:
            notes = notes_of(frame)
        except DecodeError:
            self.report.undecodable += 1
            return
        for note in notes:
            match note:
                case BookMessage():
                    self._message(note)
                case DepthNote():
                    self._depths[note.family, note.symbol] = note.depth
                case _:
                    self._precisions[note.symbol] = note.precision

    def _message(self, message: BookMessage) -> None:
        report = self.report
        if message.symbol not in self._seen:
            self._seen.add(message.symbol)
            report.symbols.append(message.symbol)
        report.updates += not message.snapshot
        watched = self._watched.setdefault((message.family, message.symbol, message.depth), _Watched())
        try:
            if message.snapshot:
                self._begin(watched, message)
            else:
                report.verified += _go_on(watched, message)
        except _Distrust as distrust:
            watched.books = []
            report.failed += 1
            report.failures.append(Failure(report.frames, message.symbol, str(distrust)))

    def _begin(self, watched: _Watched, message: BookMessage) -> None:
        watched.sequence = message.sequence
        watched.books = []
        for precision in self._precisions_for(message):
            books = (_opened(message, depth, precision) for depth in self._depths_for(message))
            watched.books += [book for book in books if book and _agrees(book, message)]
            # A checksum that agrees proves the precision; without one every candidate stays.
            if watched.books and message.checksum is not None:
                break
        if not watched.books:
            raise _Distrust(
                f"the snapshot does not agree with its checksum {message.checksum}, or has no usable numbers"
            )

    def _precisions_for(self, message: BookMessage) -> Sequence[Precision | None]:
        if message.family in ("v1", "futures"):
            return (None,)
        known = self._precisions.get(message.symbol)
        return (known,) if known else _finer(*_longest_decimals(message))

    def _depths_for(self, message: BookMessage) -> Sequence[int | None]:
        if message.family in ("v1", "futures"):
            return (message.depth,)
        known = self._depths.get((message.family, message.symbol))
        return (known,) if known else _roomy(message)


def replay(frames: Iterable[bytes], *, precisions: Mapping[str, Precision] | None = None) -> Report:
    """Play a capture, one frame a line, and say what agreed and what did not.

    ``precisions`` are decimals by v2 symbol, for captures without an ``instrument`` message.
    """
    played = Replay(precisions)
    for frame in frames:
        played.feed(frame)
    return played.report


def _go_on(watched: _Watched, message: BookMessage) -> bool:
    """Apply an update to every candidate and keep those that agree; whether there was something to agree with."""
    if not watched.books:
        return False
    _check_sequence(watched, message)
    applied = [book for book in watched.books if _applied(book, message)]
    if not applied:
        raise _Distrust("it has numbers that do not fit the instrument")
    watched.books = [book for book in applied if _agrees(book, message)]
    if not watched.books:
        raise _Distrust(f"its checksum is {message.checksum}, the book's is {applied[0].checksum()}")
    if message.family == "futures" and watched.books[0].crossed:
        raise _Distrust("the best bid has reached the best ask")
    return message.checksum is not None or message.sequence is not None


def _check_sequence(watched: _Watched, message: BookMessage) -> None:
    if message.sequence is None or watched.sequence is None:
        return
    if message.sequence != watched.sequence + 1:
        raise _Distrust(f"its sequence is {message.sequence}, after {watched.sequence}")
    watched.sequence = message.sequence


def _opened(message: BookMessage, depth: int | None, precision: Precision | None) -> _Book | None:
    book = _new_book(message.family, depth, precision)
    try:
        book.snapshot(message.asks, message.bids)
    except DecodeError:
        return None
    return book


def _new_book(family: Family, depth: int | None, precision: Precision | None) -> _Book:
    if family == "level3" and depth and precision:
        return Level3Book(depth, precision.price, precision.qty)
    return Level2Book(depth, *(precision or (None, None)))


def _applied(book: _Book, message: BookMessage) -> bool:
    try:
        book.update(message.asks, message.bids)
    except DecodeError:
        return False
    return True


def _agrees(book: _Book, message: BookMessage) -> bool:
    return message.checksum is None or book.checksum() == message.checksum


def _longest_decimals(message: BookMessage) -> tuple[int, int]:
    longest_price = longest_qty = 0
    for level in (*message.asks, *message.bids):
        with suppress(DecodeError):  # a candidate refuses it next
            longest_price = max(longest_price, split_decimals(level.price_text, name="price")[1])
            longest_qty = max(longest_qty, split_decimals(level.qty_text, name="qty")[1])
    return longest_price, longest_qty


def _finer(price: int, qty: int) -> list[Precision]:
    """Precisions to try: those seen, then ever finer ones."""
    prices, qtys = range(price, max(price, _FINEST) + 1), range(qty, max(qty, _FINEST) + 1)
    return sorted((Precision(*pair) for pair in product(prices, qtys)), key=sum)


def _roomy(message: BookMessage) -> list[int]:
    """Depths to try: the one the snapshot fills, or all that it leaves room in."""
    size = max(len({level.price_text for level in side}) for side in (message.asks, message.bids))
    depths = _LEVEL3_DEPTHS if message.family == "level3" else _DEPTHS
    return [size] if size in depths else [depth for depth in depths if depth > size] or [size]
