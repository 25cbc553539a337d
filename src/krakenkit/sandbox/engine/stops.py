"""Stop and take-profit orders of one pair that wait for the last price to reach their trigger."""

from __future__ import annotations

import heapq

from .orders import Order
from .requests import STOP_LOSS


class Stops:
    """Waiting orders, nearest trigger first; orders that closed or moved since are passed over."""

    def __init__(self) -> None:
        self._rising: list[tuple[int, int, Order]] = []
        self._falling: list[tuple[int, int, Order]] = []
        self._tickets = 0

    def add(self, order: Order) -> None:
        """Let an order wait, in place of any earlier trigger of its own."""
        self._tickets += 1
        order.ticket = self._tickets
        rising = waits_for_rise(order)
        rank = order.goes_off_at if rising else -order.goes_off_at
        heapq.heappush(self._rising if rising else self._falling, (rank, order.ticket, order))

    def next(self, last: int) -> Order | None:
        """The next order that this last price sets off, taken out of the queue; None when nothing is due."""
        for queue, reached in ((self._rising, last), (self._falling, -last)):
            while queue and queue[0][0] <= reached:
                _, ticket, order = heapq.heappop(queue)
                if order.open and order.waiting and order.ticket == ticket:
                    return order
        return None


def waits_for_rise(order: Order) -> bool:
    """Whether the order goes off when the price rises to its trigger: stop-loss buys and take-profit sells do."""
    return order.buy == (order.order_type in STOP_LOSS)
