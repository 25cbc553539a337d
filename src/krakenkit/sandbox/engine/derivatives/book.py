"""The book of one contract: orders at a price wait in line, and all of it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from .. import levels
from .orders import Order

Level: TypeAlias = levels.Level[Order]


class BookSide(levels.Levels[Level]):
    """The bids or the asks of one contract."""

    def __init__(self, *, bids: bool) -> None:
        super().__init__(levels.Level, bids=bids)

    def put(self, order: Order) -> None:
        """Let an order rest at the back of its level."""
        level = self._opened(order.rests_at)
        level.orders[order.order_id] = order
        order.resting = True
        self._show(level, order.remaining)

    def take_out(self, order: Order) -> None:
        """Take an order out of the book."""
        level = self.levels[order.rests_at]
        del level.orders[order.order_id]
        order.resting = False
        self._show(level, -order.remaining)
        self._close_if_empty(level)

    def shrink(self, order: Order, lots: int) -> None:
        """Show this much less of an order; it keeps its place. Whoever calls makes the order smaller too."""
        self._show(self.levels[order.rests_at], -lots)


class Book(levels.TwoSides[BookSide]):
    """Both sides of one contract."""

    def __init__(self) -> None:
        super().__init__(BookSide(bids=True), BookSide(bids=False))

    def in_reach(self, order: Order) -> Iterator[Order]:
        """The orders that it could trade with, in turn, however much it has."""
        for level in self.opposite(order).top():
            if not order.takes(level.price):
                return
            yield from level.orders.values()
