"""Orders that wait for a price: when they go off, how trailing stops follow the price, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable

from .desks import Desk
from .floor import Floor
from .orders import Order
from .requests import Declined

NO_MARGIN = "not_enough_margin"
NOTHING_TO_REDUCE = "would_not_reduce_position"
NOT_AT_ONCE = "ioc_order_failed_because_it_would_not_be_executed"
OWN_ORDER = "would_execute_self"
TRIGGERED = "stop_order_triggered"
FOLLOWED = "trailing_stop_price_updated"
_WORDS = {
    "wouldNotReducePosition": NOTHING_TO_REDUCE,
    "iocWouldNotExecute": NOT_AT_ONCE,
    "selfFill": OWN_ORDER,
}


class Triggers:
    """Lets waiting orders go. What an order is once it has gone off, is for whoever lets it ``enter``."""

    def __init__(self, floor: Floor, enter: Callable[[Order], None]) -> None:
        self._floor = floor
        self._enter = enter

    def look(self, desk: Desk) -> None:
        """Let the orders go whose trigger the prices have reached; their own trades may reach more."""
        while desk.waiting:
            seen = (desk.tape.last, self._floor.index(desk.contract), self._floor.mark(desk.contract))
            if seen == desk.watched:
                return
            desk.watched = seen
            for order in [order for order in desk.waiting.values() if self._due(order)]:
                if order.waiting:
                    self._fire(desk, order)

    def _due(self, order: Order) -> bool:
        trigger = order.trigger
        price = None if trigger is None else self._floor.reference(order.contract, trigger.signal)
        if trigger is None or price is None:
            return False
        if trigger.reached(price):
            return True
        moved = trigger.after(price, order.contract.scale.tick)
        if moved is not trigger:
            old, order.trigger = order.view(), moved
            order.updated_at = self._floor.now
            self._floor.tell("edited", order, FOLLOWED, old=old)
        return False

    def _fire(self, desk: Desk, order: Order) -> None:
        del desk.waiting[order.order_id]
        order.waiting = False
        order.account.bind(order, order.remaining)
        order.updated_at = self._floor.now
        tick = order.contract.scale.tick
        limit = None if order.trigger is None else order.trigger.limit(tick)
        if limit is not None:
            # The trigger may have come so far down that its offset leads below nothing.
            order.limit = max(limit, tick)
        self._floor.tell("fired", order, TRIGGERED)
        order.kind = "mkt" if order.limit is None else "lmt"
        try:
            self._enter(order)
        except Declined as declined:
            self._floor.remove(order, _WORDS.get(declined.code, NO_MARGIN), unplaced=True)
