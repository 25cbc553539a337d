"""Trailing stops of one pair that wait: their triggers follow the best price, and only some orders are looked at.

Orders that have seen the same best price share a crest. A new best price joins the crests it passes into one, and moves
all their orders at once; inside a crest the order at the shortest distance goes off first. So a trade costs two
comparisons, whatever waits.
"""

from __future__ import annotations

from collections.abc import Iterator

from .distances import Peak, Trail
from .orders import Order
from .queues import Entry, Triggers


class Crest:
    """Orders that share a peak, by their distance from it: one queue of distances in price, one in percent."""

    __slots__ = ("moved", "peak", "queues")

    def __init__(self, price: int) -> None:
        self.peak = Peak(price)
        self.queues = (Triggers(), Triggers())
        self.moved = False

    def __len__(self) -> int:
        return len(self.queues[0]) + len(self.queues[1])

    def add(self, order: Order, ticket: int) -> None:
        """Take an order in; from now on its peak is the one of the crest."""
        trail = trail_of(order)
        trail.peak = self.peak
        self.queues[trail.offset.percent].push((trail.offset.size, ticket, order))

    def nearest(self) -> Order | None:
        """The order that goes off first, the longest wait first; None when nobody waits here any more."""
        heads = [head for queue in self.queues if (head := queue.first()) is not None]
        return min(heads, key=self._distance)[2] if heads else None

    def _distance(self, entry: Entry[int]) -> tuple[int, int]:
        _, ticket, order = entry
        return trail_of(order).offset.at(self.peak.price, order.pair.tick), ticket

    def take(self, order: Order) -> None:
        """Take out the nearest order."""
        self.queues[trail_of(order).offset.percent].pop()

    def waiting(self) -> Iterator[Order]:
        """Everybody who waits here, in no order that means anything."""
        return (order for queue in self.queues for _, _, order in queue)

    def swallow(self, other: Crest) -> None:
        """Take in all orders of another crest."""
        for queue in other.queues:
            for _, ticket, order in queue:
                self.add(order, ticket)


class Trails:
    """Trailing orders of one side: sells follow rising prices, buys falling ones.

    Inside, prices are heights: minus the price for buys, so that both sides climb and go off when the height falls back.
    """

    def __init__(self, *, buys: bool) -> None:
        self._sign = -1 if buys else 1
        self._crests: list[Crest] = []  # highest first
        self._due: int | None = None  # no order goes off above this height

    def __bool__(self) -> bool:
        return bool(self._crests)

    def add(self, order: Order, ticket: int) -> None:
        """Let an order wait; its trail says from which peak."""
        crest = self._crest(trail_of(order).peak.price)
        crest.add(order, ticket)
        self._note(order)

    def follow(self, price: int) -> bool:
        """Hear of a price; whether it moved any trigger."""
        height, crests = self._sign * price, self._crests
        if not crests or height <= self._height(crests[-1]):
            return False
        highest = crests.pop()
        while crests and self._height(crests[-1]) <= height:
            highest = _joined(crests.pop(), highest)
        nearest = highest.nearest()
        if nearest is not None:
            highest.peak.price, highest.moved = price, True
            crests.append(highest)
            self._note(nearest)
        return nearest is not None

    def next(self, price: int) -> Order | None:
        """The next order that this price sets off, taken out; None when nothing is due."""
        height = self._sign * price
        if self._due is None or height > self._due:
            return None
        heads = [(crest, crest.nearest()) for crest in self._crests]
        self._crests = [crest for crest, order in heads if order is not None]
        due = [(self._goes_off(order), -order.ticket, crest, order) for crest, order in heads if order is not None]
        if not due:
            self._due = None
            return None
        self._due, _, crest, order = max(due, key=lambda row: row[:2])
        if self._due < height:
            return None
        crest.take(order)
        return order

    def moved(self) -> Iterator[Order]:
        """The orders whose trigger moved since this was last asked."""
        for crest in self._crests:
            if crest.moved:
                crest.moved = False
                yield from crest.waiting()

    def _crest(self, price: int) -> Crest:
        height, place = self._sign * price, len(self._crests)
        while place and self._height(self._crests[place - 1]) < height:
            place -= 1
        if not place or self._crests[place - 1].peak.price != price:
            self._crests.insert(place, Crest(price))
            return self._crests[place]
        return self._crests[place - 1]

    def _note(self, order: Order) -> None:
        height = self._goes_off(order)
        self._due = height if self._due is None else max(self._due, height)

    def _goes_off(self, order: Order) -> int:
        return self._sign * trail_of(order).trigger(order.pair, buy=order.buy)

    def _height(self, crest: Crest) -> int:
        return self._sign * crest.peak.price


def trail_of(order: Order) -> Trail:
    """The trail of an order that has one."""
    if order.trail is None:
        raise ValueError(f"Order {order.order_id} does not trail.")
    return order.trail


def _joined(one: Crest, other: Crest) -> Crest:
    """Both in one; the smaller moves, so that no order moves often."""
    larger, smaller = (one, other) if len(one) >= len(other) else (other, one)
    larger.swallow(smaller)
    return larger
