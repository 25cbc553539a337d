"""Matching of orders in contracts, and the checks that need the book or the account's means."""

from __future__ import annotations

from typing import Literal, TypeAlias

from .floor import Desk, Floor
from .orders import Order
from .requests import Declined

Mode: TypeAlias = Literal["open", "post_only", "suspended"]
NOT_AT_ONCE = "ioc_order_failed_because_it_would_not_be_executed"
POST_REFUSED = "post_order_failed_because_it_would_filled"
NO_MARGIN = "not_enough_margin"
NOTHING_TO_REDUCE = "would_not_reduce_position"
OWN_ORDER = "would_execute_self"
_PROTECTION = 100
"""A market order goes no farther than one part in this many from the best price."""


class Matcher:
    """Lets an order trade, and decides what becomes of what is left of it."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    # --- before it comes in ---------------------------------------------------------------------------------------------

    def admit(self, order: Order, mode: Mode, *, replacing: Order | None = None) -> int:
        """Let the order pass, or refuse it; gives the lots that were taken off one that only reduces.

        Raises:
            Declined: with the status of the answer; nothing has changed.
        """
        check_mode(mode, makes_only=order.kind == "post")
        reduced = self._reduce(order)
        if not order.waiting:
            self._check_book(order)
        self._check_means(order, replacing)
        return reduced

    def _reduce(self, order: Order) -> int:
        if not order.reduce_only or order.waiting:
            return 0
        most = order.account.position(order.contract).reducible(order)
        if not most:
            raise Declined("wouldNotReducePosition")
        too_much = max(order.remaining - most, 0)
        order.lots -= too_much
        return too_much

    def _check_book(self, order: Order) -> None:
        draft = self._protected(order)
        found = 0
        for lots, maker in self._floor.desk(order).book.in_reach(draft):
            if order.kind == "post":
                raise Declined("postWouldExecute")
            if maker.account is order.account:
                raise Declined("selfFill")
            found += lots
        nothing = order.kind in ("ioc", "mkt") and not found
        if nothing or (order.kind == "fok" and found < order.remaining):
            raise Declined("iocWouldNotExecute")

    def _protected(self, order: Order) -> Order:
        """The order with the price beyond which it must not trade; market orders get one here."""
        best = self._floor.desk(order).book.opposite(order).best()
        if order.limit is None and best is not None:
            limit = best.price + best.price // _PROTECTION * order.sign
            order.limit = limit - limit % order.contract.scale.tick
        return order

    def _check_means(self, order: Order, replacing: Order | None) -> None:
        account, contract = order.account, order.contract
        if account.house:
            return
        after = account.position(contract).lots + order.sign * order.remaining
        if abs(after) > contract.largest and not order.reduce_only:
            raise Declined("maxPositionViolation")
        if not self.affordable(order, replacing=replacing):
            raise Declined("insufficientAvailableFunds")

    def affordable(self, order: Order, *, replacing: Order | None = None) -> bool:
        """Whether the margin of its wallet covers the order, or the order binds nothing more."""
        account, wallet, marks = order.account, order.contract.wallet, self._floor.mark
        now = account.margin(wallet, marks)
        with_it = account.margin(wallet, marks, more=order, less=replacing)
        return with_it.with_orders <= now.with_orders or with_it.available >= 0

    # --- as it comes in -------------------------------------------------------------------------------------------------

    def enter(self, order: Order, *, reduced: int = 0, reason: str | None = "new_placed_order_by_user") -> None:
        """Let an admitted order wait for its trigger, or trade; what remains rests or is removed.

        ``reason`` is why it rests then; None for one whose coming was told already.
        """
        if order.waiting:
            self._floor.desk(order).waiting[order.order_id] = order
            self._floor.tell("placed", order, reason or "")
            return
        self._match(order)
        if order.order_id not in order.account.open:
            return
        if order.kind in ("ioc", "fok", "mkt"):
            self._floor.remove(order, NOT_AT_ONCE)
            return
        self._floor.rest(order)
        if reason is not None:
            qty = order.contract.qty(reduced) if reduced else None
            self._floor.tell("placed", order, reason, reduced=qty)

    def _match(self, order: Order) -> None:
        floor, side = self._floor, self._floor.desk(order).book.opposite(order)
        while order.remaining and order.order_id in order.account.open:
            level = side.best()
            if level is None or not order.takes(level.price):
                return
            maker = next(iter(level.orders.values()))
            if maker.account is order.account:
                floor.remove(maker, OWN_ORDER)
                continue
            lots = min(order.remaining, *(self._tradable(one) for one in (order, maker)))
            if not lots:
                floor.remove(order if not self._tradable(order) else maker, NOTHING_TO_REDUCE)
                continue
            floor.trade(order, maker, lots)
            for one in (order, maker):
                self._drop_idle(one)

    def _tradable(self, order: Order) -> int:
        """How much of an order may trade now; less than all of it where it only reduces."""
        if not order.reduce_only:
            return order.remaining
        return min(order.remaining, order.account.position(order.contract).reducible(order))

    def _drop_idle(self, traded: Order) -> None:
        """Remove the account's resting orders that only reduce and have nothing to reduce any more."""
        account, contract = traded.account, traded.contract
        if account.house:
            return
        position = account.position(contract)
        for order in list(account.open.values()):
            if order.contract is contract and order.resting and order.reduce_only and not position.reducible(order):
                self._floor.remove(order, NOTHING_TO_REDUCE)

    # --- triggers -------------------------------------------------------------------------------------------------------

    def set_off(self, desk: Desk) -> None:
        """Let the orders go whose trigger the prices have reached; their own trades may reach more."""
        while desk.waiting:
            order = next((one for one in desk.waiting.values() if self._due(desk, one)), None)
            if order is None:
                return
            self._fire(desk, order)

    def _due(self, desk: Desk, order: Order) -> bool:
        trigger = order.trigger
        if trigger is None:
            return False
        match trigger.signal:
            case "last":
                price = desk.tape.last
            case "index":
                price = self._floor.index(desk.contract)
            case "mark":
                price = self._floor.mark(desk.contract)
        return price is not None and trigger.reached(price)

    def _fire(self, desk: Desk, order: Order) -> None:
        del desk.waiting[order.order_id]
        order.waiting = False
        order.updated_at = self._floor.now
        self._floor.tell("fired", order, "stop_order_triggered")
        order.kind = "mkt" if order.limit is None else "lmt"
        try:
            self._reduce(order)
            self._check_book(order)
            self._check_means(order, None)
        except Declined as declined:
            self._floor.remove(order, _WORDS.get(declined.code, NO_MARGIN))
            return
        self.enter(order, reason="limit_order_from_stop")


_WORDS = {
    "wouldNotReducePosition": NOTHING_TO_REDUCE,
    "iocWouldNotExecute": NOT_AT_ONCE,
    "selfFill": OWN_ORDER,
}


def check_mode(mode: Mode, *, makes_only: bool) -> None:
    """Refuse what the mode of the market forbids.

    Raises:
        Declined: with the status of the answer.
    """
    if mode == "suspended":
        raise Declined("marketSuspended")
    if mode == "post_only" and not makes_only:
        raise Declined("marketIsPostOnly")
