"""The book of one pair: orders at a price wait in line, and the best price is served first.

Prices and sizes are whole units of the pair. Each side remembers which prices were touched since it was last asked.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Iterator

from .orders import Order


class Level:
    """The orders at one price, first come first served."""

    __slots__ = ("at", "orders", "price", "visible")

    def __init__(self, price: int) -> None:
        self.price = price
        self.orders: OrderedDict[str, Order] = OrderedDict()
        self.visible = 0
        """Lots the book shows here: everything but the hidden part of icebergs."""
        self.at = 0
        """When it last changed."""

    def first(self) -> Order:
        """Whose turn it is."""
        return next(iter(self.orders.values()))


class BookSide:
    """The bids or the asks of one pair."""

    def __init__(self, *, bids: bool) -> None:
        self.bids = bids
        self.levels: dict[int, Level] = {}
        self.at = 0
        """When the side last changed."""
        self._places = 0
        self._ranks: list[int] = []  # ascending, best last: the price of a bid, minus the price of an ask
        self._touched: dict[int, None] = {}

    def __len__(self) -> int:
        return len(self._ranks)

    def best(self) -> Level | None:
        """The level that trades first; None when the side is empty."""
        return self.levels[abs(self._ranks[-1])] if self._ranks else None

    def top(self, depth: int | None = None) -> Iterator[Level]:
        """The levels, best first, at most ``depth`` of them."""
        ranks = self._ranks if depth is None else self._ranks[-depth:] if depth else []
        for rank in reversed(ranks):
            yield self.levels[abs(rank)]

    def put(self, order: Order, at: int) -> None:
        """Let an order rest at the back of its level, showing its slice."""
        price = order.rests_at
        level = self.levels.get(price)
        if level is None:
            level = self.levels[price] = Level(price)
            insort(self._ranks, price if self.bids else -price)
        order.visible = order.slice()
        order.queued_at = at
        self._places += 1
        order.place = self._places
        level.orders[order.order_id] = order
        self._show(level, order.visible, at)

    def take_out(self, order: Order, at: int) -> None:
        """Take an order out of the book."""
        level = self.levels[order.rests_at]
        del level.orders[order.order_id]
        self._show(level, -order.visible, at)
        order.visible = order.place = 0
        if not level.orders:
            del self.levels[level.price]
            del self._ranks[bisect_left(self._ranks, level.price if self.bids else -level.price)]

    def shrink(self, order: Order, lots: int, at: int) -> None:
        """Show this much less of an order; it keeps its place."""
        order.visible -= lots
        self._show(self.levels[order.rests_at], -lots, at)

    def touched(self) -> list[tuple[int, int]]:
        """Prices that changed since this was last asked, with what they show now; zero for a level that is gone."""
        prices, self._touched = self._touched, {}
        return [(price, self.levels[price].visible if price in self.levels else 0) for price in prices]

    def _show(self, level: Level, lots: int, at: int) -> None:
        level.visible += lots
        level.at = self.at = at
        self._touched[level.price] = None


class Book:
    """Both sides of one pair."""

    def __init__(self) -> None:
        self.bids = BookSide(bids=True)
        self.asks = BookSide(bids=False)

    def own(self, order: Order) -> BookSide:
        """The side where the order rests."""
        return self.bids if order.buy else self.asks

    def opposite(self, order: Order) -> BookSide:
        """The side the order trades against."""
        return self.asks if order.buy else self.bids

    def would_take(self, order: Order, price: int | None) -> bool:
        """Whether the order would trade at once if this were its limit."""
        best = self.opposite(order).best()
        if best is None:
            return False
        return price is None or (price >= best.price if order.buy else price <= best.price)
