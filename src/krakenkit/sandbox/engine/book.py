"""The book of one pair: orders at a price wait in line, and the best price is served first.

Icebergs show a slice of themselves, and moments are noted, because Spot's feeds tell them.
"""

from __future__ import annotations

from . import levels
from .orders import Order


class Level(levels.Level[Order]):
    """The orders at one price; it shows everything but the hidden part of icebergs."""

    __slots__ = ("at",)

    def __init__(self, price: int) -> None:
        super().__init__(price)
        self.at = 0
        """When it last changed."""

    def first(self) -> Order:
        """Whose turn it is."""
        return next(iter(self.orders.values()))


class BookSide(levels.Levels[Level]):
    """The bids or the asks of one pair."""

    def __init__(self, *, bids: bool) -> None:
        super().__init__(Level, bids=bids)
        self.at = 0
        """When the side last changed."""
        self._places = 0

    def put(self, order: Order, at: int) -> None:
        """Let an order rest at the back of its level, showing its slice."""
        level = self._opened(order.rests_at)
        order.visible = order.slice()
        order.queued_at = at
        self._places += 1
        order.place = self._places
        level.orders[order.order_id] = order
        self._show_at(level, order.visible, at)

    def take_out(self, order: Order, at: int) -> None:
        """Take an order out of the book."""
        level = self.levels[order.rests_at]
        del level.orders[order.order_id]
        self._show_at(level, -order.visible, at)
        order.visible = order.place = 0
        self._close_if_empty(level)

    def shrink(self, order: Order, lots: int, at: int) -> None:
        """Show this much less of an order; it keeps its place."""
        order.visible -= lots
        self._show_at(self.levels[order.rests_at], -lots, at)

    def _show_at(self, level: Level, lots: int, at: int) -> None:
        level.at = self.at = at
        self._show(level, lots)


class Book(levels.TwoSides[BookSide]):
    """Both sides of one pair."""

    def __init__(self) -> None:
        super().__init__(BookSide(bids=True), BookSide(bids=False))

    def would_take(self, order: Order, price: int | None) -> bool:
        """Whether the order would trade at once if this were its limit."""
        best = self.opposite(order).best()
        if best is None:
            return False
        return price is None or (price >= best.price if order.buy else price <= best.price)
