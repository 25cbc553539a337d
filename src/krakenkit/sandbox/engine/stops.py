"""Triggered orders of one pair that wait for one price, the last one or the index, to reach them."""

from __future__ import annotations

from collections.abc import Iterator

from .orders import Order
from .queues import Triggers
from .requests import STOP_LOSS
from .trailing import Trails


class Stops:
    """Waiting orders, nearest trigger first; orders that closed or moved since are passed over."""

    def __init__(self) -> None:
        self.trailing = False
        """Whether there may be trailing orders, which have to hear of every price."""
        self._rising = Triggers()
        self._falling = Triggers()
        self._trails = (Trails(buys=False), Trails(buys=True))
        self._tickets = 0

    def __bool__(self) -> bool:
        return bool(self._rising or self._falling or self.trailing)

    def add(self, order: Order) -> None:
        """Let an order wait, in place of any earlier trigger of its own."""
        self._tickets += 1
        order.ticket = self._tickets
        if order.trail is not None:
            self.trailing = True
            self._trails[order.buy].add(order, order.ticket)
            return
        rising = waits_for_rise(order)
        rank = order.goes_off_at if rising else -order.goes_off_at
        (self._rising if rising else self._falling).push((rank, order.ticket, order))

    def follow(self, price: int) -> bool:
        """Let the trailing orders hear of a price; whether it moved any trigger."""
        moved = [trails.follow(price) for trails in self._trails]
        return any(moved)

    def next(self, price: int) -> Order | None:
        """The next order that this price sets off, taken out of the queue; None when nothing is due."""
        for queue, reached in ((self._rising, price), (self._falling, -price)):
            order = queue.due(reached)
            if order is not None:
                return order
        return self._next_trailing(price) if self.trailing else None

    def moved(self) -> Iterator[Order]:
        """Trailing orders whose trigger moved since this was last asked."""
        for trails in self._trails:
            yield from trails.moved()

    def _next_trailing(self, price: int) -> Order | None:
        for trails in self._trails:
            order = trails.next(price)
            if order is not None:
                return order
        self.trailing = any(self._trails)
        return None


def waits_for_rise(order: Order) -> bool:
    """Whether the order goes off when the price rises to its trigger: stop-loss buys and take-profit sells do."""
    return order.buy == (order.order_type in STOP_LOSS)
