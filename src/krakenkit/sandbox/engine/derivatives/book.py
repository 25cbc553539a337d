"""The book of one contract: orders at a price wait in line, and all of it is shown."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Iterator

from .orders import Order


class Level:
    """The orders at one price, first come first served."""

    __slots__ = ("lots", "orders", "price")

    def __init__(self, price: int) -> None:
        self.price = price
        self.orders: OrderedDict[str, Order] = OrderedDict()
        self.lots = 0


class BookSide:
    """The bids or the asks of one contract. It remembers which prices were touched since it was last asked."""

    def __init__(self, *, bids: bool) -> None:
        self.bids = bids
        self.levels: dict[int, Level] = {}
        self._ranks: list[int] = []  # ascending, best last: the price of a bid, minus the price of an ask
        self._touched: dict[int, None] = {}

    def __len__(self) -> int:
        return len(self._ranks)

    def best(self) -> Level | None:
        """The level that trades first; None when the side is empty."""
        return self.levels[abs(self._ranks[-1])] if self._ranks else None

    def top(self, depth: int | None = None) -> Iterator[Level]:
        """The levels, best first, at most ``depth`` of them."""
        for rank in reversed(self._ranks if depth is None else self._ranks[-depth:]):
            yield self.levels[abs(rank)]

    def put(self, order: Order) -> None:
        """Let an order rest at the back of its level."""
        price = order.rests_at
        level = self.levels.get(price)
        if level is None:
            level = self.levels[price] = Level(price)
            insort(self._ranks, price if self.bids else -price)
        level.orders[order.order_id] = order
        order.resting = True
        self._show(level, order.remaining)

    def take_out(self, order: Order) -> None:
        """Take an order out of the book."""
        level = self.levels[order.rests_at]
        del level.orders[order.order_id]
        order.resting = False
        self._show(level, -order.remaining)
        if not level.orders:
            del self.levels[level.price]
            del self._ranks[bisect_left(self._ranks, level.price if self.bids else -level.price)]

    def shrink(self, order: Order, lots: int) -> None:
        """Show this much less of an order; it keeps its place. Whoever calls makes the order smaller too."""
        self._show(self.levels[order.rests_at], -lots)

    def touched(self) -> list[tuple[int, int]]:
        """Prices that changed since this was last asked, with their lots now; zero for a level that is gone."""
        if not self._touched:
            return []
        prices, self._touched = self._touched, {}
        return [(price, self.levels[price].lots if price in self.levels else 0) for price in prices]

    def _show(self, level: Level, lots: int) -> None:
        level.lots += lots
        self._touched[level.price] = None


class Book:
    """Both sides of one contract."""

    def __init__(self) -> None:
        self.bids = BookSide(bids=True)
        self.asks = BookSide(bids=False)

    def own(self, order: Order) -> BookSide:
        """The side where the order rests."""
        return self.bids if order.buy else self.asks

    def opposite(self, order: Order) -> BookSide:
        """The side the order trades against."""
        return self.asks if order.buy else self.bids

    def in_reach(self, order: Order) -> Iterator[Order]:
        """The orders that it could trade with, in turn, however much it has."""
        for level in self.opposite(order).top():
            if not order.takes(level.price):
                return
            yield from level.orders.values()
