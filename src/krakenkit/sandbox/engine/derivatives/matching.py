"""Matching of orders in contracts, and the checks that need the book or the account's means."""

from __future__ import annotations

from typing import Literal, TypeAlias

from .contracts import PARTS
from .floor import Floor
from .margin import HUNDREDTHS
from .orders import Order
from .requests import Declined
from .triggers import NOT_AT_ONCE, NOTHING_TO_REDUCE, OWN_ORDER

Mode: TypeAlias = Literal["open", "post_only", "suspended"]
POST_REFUSED = "post_order_failed_because_it_would_filled"
_PROTECTION = 100
"""A market order goes no farther than one part in this many from the best price."""
_COLLAR = 10
"""An order that would trade at once may be priced one part in this many beyond the mark price, and no more."""
_MOST_OPEN = 1_000
_MOST_SMALL = 100
"""How many orders may be open in one contract, and how many small ones in all; the exchange publishes no numbers."""


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
        if order.contract.expiry is not None and order.contract.expiry <= self._floor.now:
            raise Declined("marketInactive")
        if replacing is None:
            self._check_number(order)
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

    def _check_number(self, order: Order) -> None:
        account = order.account
        order.small = self._floor.is_small(order)
        if account.counts.get(order.contract, 0) >= _MOST_OPEN:
            raise Declined("tooManyOrders")
        if order.small and account.small >= _MOST_SMALL:
            raise Declined("tooManySmallOrders")

    def _check_book(self, order: Order) -> None:
        draft = self._protected(order)
        found = 0
        for maker in self._floor.desk(order).book.in_reach(draft):
            if order.kind == "post":
                raise Declined("postWouldExecute")
            if not found:
                self._check_collar(order)
            meeting = clash(order, maker)
            if meeting == "reject":
                raise Declined("selfFill")
            found += 0 if meeting == "cancel" else maker.remaining
            if found >= order.remaining:
                return
        if order.kind == "fok" or (order.kind in ("ioc", "mkt") and not found):
            raise Declined("iocWouldNotExecute")

    def _check_collar(self, order: Order) -> None:
        mark = self._floor.mark(order.contract)
        if order.limit is not None and (order.limit - mark) * order.sign > mark // _COLLAR:
            raise Declined("outsidePriceCollar")

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
        self._check_leverage(order, abs(after))
        if not self.affordable(order, replacing=replacing):
            raise Declined("insufficientAvailableFunds")

    def _check_leverage(self, order: Order, lots: int) -> None:
        """Refuse what would make an isolated position too large for the leverage that its owner chose."""
        contract, leverage = order.contract, order.account.leverage.get(order.contract)
        if leverage is None or order.reduce_only:
            return
        level = contract.level(lots, contract.value(self._floor.mark(contract), lots))
        if leverage * level.initial > PARTS * HUNDREDTHS:
            raise Declined("fixedLeverageTooHigh")

    def affordable(self, order: Order, *, replacing: Order | None = None) -> bool:
        """Whether the margin of its wallet covers the order, or the order binds nothing more."""
        floor, account, wallet = self._floor, order.account, order.contract.wallet
        with_it = floor.margin(account, wallet, more=order, less=replacing)
        if with_it.available >= 0:
            return True
        return with_it.with_orders <= floor.margin(account, wallet).with_orders

    # --- as it comes in -------------------------------------------------------------------------------------------------

    def enter(self, order: Order, *, reduced: int = 0, reason: str | None = "new_placed_order_by_user") -> None:
        """Let an admitted order wait for its trigger, or trade; what remains rests or is removed.

        ``reason`` is why it rests then; None for one whose coming was told already.
        """
        if order.waiting:
            self._floor.wait(order)
            self._floor.tell("placed", order, reason or "")
            return
        self._match(order)
        if order.order_id not in order.account.open:
            return
        if order.kind in ("ioc", "fok", "mkt", "liquidation"):
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
            if clash(order, maker) is not None:
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
        if account.house or not account.reducing:
            return
        position = account.position(contract)
        for order in list(account.open.values()):
            if order.contract is contract and order.resting and order.reduce_only and not position.reducible(order):
                self._floor.remove(order, NOTHING_TO_REDUCE)

    # --- triggers -------------------------------------------------------------------------------------------------------

    def enter_fired(self, order: Order) -> None:
        """Let an order come in whose trigger went off.

        Raises:
            Declined: when it cannot; it is still open then, and nowhere.
        """
        self._reduce(order)
        self._check_book(order)
        self._check_means(order, None)
        self.enter(order, reason="limit_order_from_stop")


def clash(taker: Order, maker: Order) -> Literal["reject", "cancel"] | None:
    """What happens when two orders meet that may be of one owner; None when they simply trade.

    The widest strategy is not described; here it cancels the orders of master and subaccounts alike.
    """
    owner, other = taker.account, maker.account
    if not owner.akin(other):
        return None
    if owner.house:
        return "cancel"
    cancels = {
        "REJECT_TAKER": False,
        "CANCEL_MAKER_SELF": owner is other,
        "CANCEL_MAKER_CHILD": owner is other or other.master is owner,
        "CANCEL_MAKER_ANY": True,
    }
    return "cancel" if cancels[owner.self_trade] else "reject"


def check_mode(mode: Mode, *, makes_only: bool) -> None:
    """Refuse what the mode of the market forbids.

    Raises:
        Declined: with the status of the answer.
    """
    if mode == "suspended":
        raise Declined("marketSuspended")
    if mode == "post_only" and not makes_only:
        raise Declined("marketIsPostOnly")
