"""What a subscriber of a book is told: a snapshot first, then what changed in the window he watches.

A feed compares the window it last told of with the window as it is now, so it may be asked after every action or after
many, and always brings the subscriber to the present. Levels that were pushed out of the window are not mentioned:
subscribers drop them by themselves, as Kraken's manual tells them to.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, TypeAlias

import msgspec

from .book import Book, BookSide
from .instruments import Pair
from .orders import Order


class BookLevel(msgspec.Struct, frozen=True, gc=False):
    """One price of a book and the size it shows; zero takes the level away."""

    price: Decimal
    qty: Decimal
    at: int
    """When it last changed, nanoseconds since 1970."""


class QueuedOrder(msgspec.Struct, frozen=True, gc=False):
    """One order in a book, as level 3 shows it."""

    order_id: str
    price: Decimal
    qty: Decimal
    at: int
    """When it took its place in the line, nanoseconds since 1970."""


class QueueChange(msgspec.Struct, frozen=True, gc=False):
    """One step of a level 3 book. A ``delete`` repeats the last size the order showed."""

    event: Literal["add", "modify", "delete"]
    order: QueuedOrder


class DepthFeed:
    """The level 2 book of one pair for subscribers of one depth."""

    def __init__(self, pair: Pair, book: Book, depth: int) -> None:
        self.pair = pair
        self.depth = depth
        self._sides = (book.bids, book.asks)
        self._told: tuple[dict[int, int], dict[int, int]] = ({}, {})

    def snapshot(self) -> tuple[list[BookLevel], list[BookLevel]]:
        """Bids and asks as they are, best first; later changes count from here."""
        self._told = (self._window(self._sides[0]), self._window(self._sides[1]))
        bids, asks = (book_levels(self.pair, side, self.depth) for side in self._sides)
        return bids, asks

    def changes(self) -> tuple[list[BookLevel], list[BookLevel]]:
        """Bids and asks to apply to the last told book; removals first, then best first. Both empty: nothing to say."""
        rows: list[list[BookLevel]] = []
        now: list[dict[int, int]] = []
        for side, old in zip(self._sides, self._told, strict=True):
            new = self._window(side)
            gone = [price for price in old if price not in side.levels]
            rows.append([BookLevel(self.pair.price(price), self.pair.qty(0), side.at) for price in gone])
            rows[-1] += [self._level(side, price) for price, lots in new.items() if old.get(price) != lots]
            now.append(new)
        self._told = (now[0], now[1])
        return rows[0], rows[1]

    def _window(self, side: BookSide) -> dict[int, int]:
        return {level.price: level.visible for level in side.top(self.depth)}

    def _level(self, side: BookSide, price: int) -> BookLevel:
        level = side.levels[price]
        return BookLevel(self.pair.price(price), self.pair.qty(level.visible), level.at)


class QueueFeed:
    """The level 3 book of one pair for subscribers of one depth, counted in price levels."""

    def __init__(self, pair: Pair, book: Book, depth: int) -> None:
        self.pair = pair
        self.depth = depth
        self._sides = (book.bids, book.asks)
        self._told: tuple[_Line, _Line] = ({}, {})

    def snapshot(self) -> tuple[list[QueuedOrder], list[QueuedOrder]]:
        """Bids and asks as they stand in line, best price first; later changes count from here."""
        self._told = (self._window(self._sides[0]), self._window(self._sides[1]))
        bids, asks = ([seen for _, _, seen in line.values()] for line in self._told)
        return bids, asks

    def changes(self) -> tuple[list[QueueChange], list[QueueChange]]:
        """Steps to apply to the last told book, deletions first; an order that lost its place is deleted and added."""
        told = self._told
        self._told = (self._window(self._sides[0]), self._window(self._sides[1]))
        bids, asks = map(_steps, self._sides, told, self._told)
        return bids, asks

    def _window(self, side: BookSide) -> _Line:
        return {
            order.order_id: (level.price, order.place, _queued(self.pair, level.price, order))
            for level in side.top(self.depth)
            for order in level.orders.values()
        }


_Line: TypeAlias = dict[str, tuple[int, int, QueuedOrder]]
"""Orders of one side by id: price, place in line, and what is told of them."""


def _steps(side: BookSide, old: _Line, new: _Line) -> list[QueueChange]:
    steps: list[QueueChange] = []
    for order_id, (price, place, seen) in old.items():
        now = new.get(order_id)
        # Not in the window but still in line at its price: pushed out, which is not told.
        pushed_out = now is None and price in side.levels and order_id in side.levels[price].orders
        if not pushed_out and (now is None or now[1] != place):
            steps.append(QueueChange("delete", seen))
    for order_id, (_, place, seen) in new.items():
        before = old.get(order_id)
        if before is None or before[1] != place:
            steps.append(QueueChange("add", seen))
        elif before[2].qty != seen.qty:
            steps.append(QueueChange("modify", seen))
    return steps


def book_levels(pair: Pair, side: BookSide, depth: int | None = None) -> list[BookLevel]:
    """The levels of one side, best first."""
    return [BookLevel(pair.price(level.price), pair.qty(level.visible), level.at) for level in side.top(depth)]


def book_queue(pair: Pair, side: BookSide, depth: int | None = None) -> list[QueuedOrder]:
    """The orders of one side, best price first and first in line first; ``depth`` counts price levels."""
    return [_queued(pair, level.price, order) for level in side.top(depth) for order in level.orders.values()]


def _queued(pair: Pair, price: int, order: Order) -> QueuedOrder:
    return QueuedOrder(order.order_id, pair.price(price), pair.qty(order.visible), order.queued_at)
