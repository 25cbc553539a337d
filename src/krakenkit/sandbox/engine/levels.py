"""What the books of pairs and of contracts share: prices in rank, and at each price a line of orders.

Prices and sizes are whole units. How much an order shows, and what its book notes about it, is for the books to say.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, Generic, Protocol, TypeVar


class Sided(Protocol):
    """An order, as far as it takes to know its side."""

    @property
    def buy(self) -> bool: ...


R = TypeVar("R")
L = TypeVar("L", bound="Level[Any]")
S = TypeVar("S")


class Level(Generic[R]):
    """The orders at one price, first come first served."""

    __slots__ = ("orders", "price", "visible")

    def __init__(self, price: int) -> None:
        self.price = price
        self.orders: OrderedDict[str, R] = OrderedDict()
        self.visible = 0
        """Lots the book shows here."""


class Levels(Generic[L]):
    """The levels of one side. It remembers which prices were touched since it was last asked."""

    def __init__(self, kind: type[L], *, bids: bool) -> None:
        self.bids = bids
        self.levels: dict[int, L] = {}
        self._kind = kind
        self._ranks: list[int] = []  # ascending, best last: the price of a bid, minus the price of an ask
        self._touched: dict[int, None] = {}

    def __len__(self) -> int:
        return len(self._ranks)

    def best(self) -> L | None:
        """The level that trades first; None when the side is empty."""
        return self.levels[abs(self._ranks[-1])] if self._ranks else None

    def top(self, depth: int | None = None) -> Iterator[L]:
        """The levels, best first, at most ``depth`` of them."""
        ranks = self._ranks if depth is None else self._ranks[-depth:] if depth else []
        for rank in reversed(ranks):
            yield self.levels[abs(rank)]

    def touched(self) -> list[tuple[int, int]]:
        """Prices that changed since this was last asked, with what they show now; zero for a level that is gone."""
        if not self._touched:
            return []
        prices, self._touched = self._touched, {}
        return [(price, self.levels[price].visible if price in self.levels else 0) for price in prices]

    def _opened(self, price: int) -> L:
        """The level at this price, opened if nobody waits there yet."""
        level = self.levels.get(price)
        if level is None:
            level = self.levels[price] = self._kind(price)
            insort(self._ranks, price if self.bids else -price)
        return level

    def _close_if_empty(self, level: L) -> None:
        if not level.orders:
            del self.levels[level.price]
            del self._ranks[bisect_left(self._ranks, level.price if self.bids else -level.price)]

    def _show(self, level: L, lots: int) -> None:
        level.visible += lots
        self._touched[level.price] = None


class TwoSides(Generic[S]):
    """Bids and asks."""

    def __init__(self, bids: S, asks: S) -> None:
        self.bids = bids
        self.asks = asks

    def own(self, order: Sided) -> S:
        """The side where the order rests."""
        return self.bids if order.buy else self.asks

    def opposite(self, order: Sided) -> S:
        """The side the order trades against."""
        return self.asks if order.buy else self.bids
