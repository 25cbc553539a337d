"""Whether an order may come in now: the mode of the exchange, the state of the book, and the account's means."""

from __future__ import annotations

from .checks import check_minimums
from .events import SystemStatus
from .floor import Floor
from .matching import Matcher
from .orders import Order
from .refusals import (
    CANCEL_ONLY_MODE,
    ORDER_MINIMUM,
    ORDERS_LIMIT,
    POST_ONLY,
    POST_ONLY_MODE,
    SCHEDULED_LIMIT,
    TAKEN_CLIENT_ID,
    UNAVAILABLE,
    EngineRefused,
)


def check_mode(status: SystemStatus, *, makes_only: bool) -> None:
    """Refuse what the mode forbids; ``makes_only`` says that the order cannot take liquidity."""
    match status:
        case "maintenance":
            raise EngineRefused(UNAVAILABLE)
        case "cancel_only":
            raise EngineRefused(CANCEL_ONLY_MODE)
        case "post_only" if not makes_only:
            raise EngineRefused(POST_ONLY_MODE)
        case _:
            return


class Admission:
    """The last checks before an order becomes live."""

    def __init__(self, floor: Floor, matcher: Matcher) -> None:
        self._floor = floor
        self._matcher = matcher

    def admit(self, order: Order, *, replacing: Order | None = None) -> None:
        """Let the order pass, or refuse it. What ``replacing`` holds and occupies counts as free.

        Raises:
            EngineRefused: for a client id in use, too many open or scheduled orders, a post-only order that would take, a
                market order below the minimums, and missing funds or margin.
        """
        account, book = order.account, self._floor.desk(order).book
        if order.cl_ord_id is not None and order.cl_ord_id in account.client_ids:
            raise EngineRefused(TAKEN_CLIENT_ID)
        taken = account.open_on.get(order.pair.name, 0) - (replacing is not None)
        if order.may_stay and taken >= account.terms.max_open_orders:
            raise EngineRefused(ORDERS_LIMIT)
        if order.scheduled:
            self._check_scheduled(order)
        elif order.post_only and book.would_take(order, order.limit):
            raise EngineRefused(POST_ONLY)
        best = book.opposite(order).best()
        if order.limit is None and order.trigger is None and best is not None:
            self._check_market(order, best.price)
        self._matcher.check_means(order, replacing=replacing)

    def _check_scheduled(self, order: Order) -> None:
        waiting = sum(other.scheduled for other in order.account.open.values())
        if waiting >= order.account.terms.max_scheduled_orders:
            raise EngineRefused(SCHEDULED_LIMIT)

    def _check_market(self, order: Order, price: int) -> None:
        check_minimums(order, price=price)
        if order.cash is not None and order.cash // price < order.pair.smallest_qty:
            raise EngineRefused(ORDER_MINIMUM)
