"""Orders that start later: they are open and pending until their moment, and then go the way of every other order.

What Kraken does with them in between is not documented. Here a scheduled order holds from the beginning what it would hold
while it rests or waits (a market buy, nothing), relative prices were reckoned when it was placed, and whatever keeps it
from starting when its time has come (missing funds, a post-only order that would take) cancels it.
"""

from __future__ import annotations

from .distances import Peak
from .floor import Floor
from .indexes import Indexes
from .matching import NO_FUNDS, Matcher
from .orders import Order
from .queues import Moments

WOULD_TAKE = "Post only order"


class Schedule:
    """Starts orders when they are due."""

    def __init__(self, floor: Floor, matcher: Matcher, indexes: Indexes) -> None:
        self._floor = floor
        self._matcher = matcher
        self._indexes = indexes
        self._starts = Moments()

    def add(self, order: Order) -> None:
        """Note the start of an order that has one ahead."""
        if order.start_at is not None and order.scheduled:
            self._starts.push((order.start_at, order.order_id, order))

    def run(self) -> None:
        """Start everything that is due, the earliest first."""
        while (order := self._starts.due(self._floor.now)) is not None:
            self._start(order)

    def _start(self, order: Order) -> None:
        self._begin_trail(order)
        if not self._matcher.affords(order):
            self._floor.close(order, "canceled", NO_FUNDS)
        elif order.post_only and self._floor.desk(order).book.would_take(order, order.limit):
            self._floor.close(order, "canceled", WOULD_TAKE)
        else:
            order.account.hold(order)
            self._matcher.start(order)

    def _begin_trail(self, order: Order) -> None:
        """A trailing stop follows the market from its start on."""
        price = self._indexes.reference(order)
        if order.trail is not None and price is not None:
            order.trail.peak = Peak(price)
            order.trigger, order.limit = order.terms()
