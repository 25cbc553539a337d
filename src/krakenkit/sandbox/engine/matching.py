"""Matching: an arriving order meets the book, the best price first and at one price the longest wait first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from .accounts import needed, selling, spending
from .floor import Desk, Floor
from .margin.allowing import check_margin
from .orders import Order
from .refusals import INSUFFICIENT_FUNDS, EngineRefused

SELF_TRADE = "Cannot trade with self"
"""Kraken's words: https://support.kraken.com/articles/360042529892-self-trading-prevention"""
# Kraken documents no words for these three.
NOT_ALL_AT_ONCE = "Could not be filled at once"
NO_LIQUIDITY = "Not enough liquidity"
NO_FUNDS = "Insufficient funds"


class Matcher:
    """Lets an order trade, and decides what becomes of what is left of it."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    def enter(self, order: Order) -> None:
        """Take in a new order; unless it is scheduled, it goes live at once."""
        self._floor.enlist(order)
        if not order.scheduled:
            self.start(order)

    def start(self, order: Order) -> None:
        """Send an order to its desk: stops wait for their price, everything else trades."""
        self._floor.start(order)
        if order.waiting:
            self._floor.wait(order)
        else:
            self.execute(order)
        self.set_off(self._floor.desk(order))

    def execute(self, order: Order) -> None:
        """Trade as far as the order goes; then it is filled, rests in the book, or is cancelled."""
        if order.time_in_force == "FOK" and self._reach(order)[0] < order.remaining:
            self._floor.close(order, "canceled", NOT_ALL_AT_ONCE)
            return
        match self._match(order):
            case "done":
                self._floor.close(order, "filled")
            case "self":
                self._floor.close(order, "canceled", SELF_TRADE)
            case "dry" if order.limit is None:
                self._floor.close(order, "canceled", NO_LIQUIDITY)
            # All was there for a FOK order, but a reduce-only order may go while it trades with another of its account.
            case "dry" if order.time_in_force in {"IOC", "FOK"}:
                self._floor.close(order, "canceled", NOT_ALL_AT_ONCE)
            case "dry":
                self._floor.rest(order)

    def set_off(self, desk: Desk) -> None:
        """Execute the stops that the last price, or the index, has reached; their own trades may reach more."""
        while (order := desk.next_stop()) is not None:
            order.settle_trail()
            order.triggered_at = self._floor.now
            order.triggered_by = desk.index if order.index else desk.tape.last
            order.account.hold(order)
            self._floor.tell("status", order)
            if self.affords(order):
                self.execute(order)
            else:
                self._floor.close(order, "canceled", NO_FUNDS)

    def affords(self, order: Order) -> bool:
        """Whether its account still has what the order may take, or can carry it."""
        try:
            self.check_means(order)
        except EngineRefused:
            return False
        return True

    def check_means(self, order: Order, *, replacing: Order | None = None) -> None:
        """Refuse an order that its account cannot pay or carry; what it and ``replacing`` hold counts as free.

        Raises:
            EngineRefused: for missing funds, or what :func:`check_margin` says.
        """
        if order.leverage is not None:
            market = order.limit is None and not order.waiting
            exact = self._reach(order)[1] if market else None
            check_margin(self._floor, order, exact=exact, replacing=replacing)
            return
        freed = order.held + (0 if replacing is None else replacing.held)
        if self.funds(order) > order.account.available(order.hold_asset) + freed:
            raise EngineRefused(INSUFFICIENT_FUNDS)

    def funds(self, order: Order) -> int:
        """Units of its ``hold_asset`` the order may take: what it holds, or for a market order what it finds."""
        if order.waiting or order.limit is not None:
            return needed(order)
        if not order.buy:
            return selling(order, order.remaining)
        return spending(order, order.cash_left if order.cash is not None else self._reach(order)[1])

    def _match(self, order: Order) -> Literal["done", "self", "dry"]:
        floor, side = self._floor, self._floor.desk(order).book.opposite(order)
        while True:
            level = side.best()
            if order.cash is None and not order.remaining:
                return "done"
            if level is None or not order.takes(level.price):
                return "dry"
            lots = order.remaining if order.cash is None else order.cash_left // level.price
            if not lots:
                return "done"  # what is left of the cash buys nothing at this price
            maker = level.first()
            if maker.account is order.account:
                if order.stp_type != "cancel_newest":
                    floor.close(maker, "canceled", SELF_TRADE)
                if order.stp_type != "cancel_oldest":
                    return "self"
            else:
                floor.trade(order, maker, min(lots, maker.visible))

    def _reach(self, order: Order) -> tuple[int, int]:
        """Lots the order would find in the book now, up to its size, and their exact cost."""
        lots = exact = 0
        for maker in self._in_reach(order):
            part = min(maker.remaining, order.remaining - lots)
            lots += part
            exact += part * maker.rests_at
            if lots == order.remaining:
                break
        return lots, exact

    def _in_reach(self, order: Order) -> Iterator[Order]:
        for level in self._floor.desk(order).book.opposite(order).top():
            if not order.takes(level.price):
                return
            for maker in level.orders.values():
                if maker.account is not order.account:
                    yield maker
                elif order.stp_type != "cancel_oldest":
                    return
