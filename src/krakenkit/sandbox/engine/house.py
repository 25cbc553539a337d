"""What the operator of the exchange may do and clients may not: quote without checks, fill somebody's order, print a trade."""

from __future__ import annotations

from typing import Literal

from .accounts import Account
from .events import PublicTrade, TradeEvent
from .instruments import Pair
from .matching import Matcher
from .orders import Order, OrderView, Side
from .refusals import UNKNOWN_ORDER, EngineRefused, invalid
from .views import ExchangeViews


class HouseDoor(ExchangeViews):
    """The way in for house accounts, in whole units; nothing is checked, and books are told of by ``end_of_step``."""

    _matcher: Matcher

    def quote(self, house: Account, pair: Pair, side: Side, *, price: int | None, lots: int, stays: bool) -> Order:
        """Place an order of a house account: one that ``stays`` rests, any other is gone at once; None is any price."""
        order = _order(house, pair, side, price=price, lots=lots, stays=stays)
        self._matcher.enter(order)
        return order

    def withdraw_quote(self, order: Order) -> None:
        """Take an order of a house account back, if it is still open."""
        if order.open:
            self._floor.close(order, "canceled")

    def resting_order(self, order_id: str) -> Order:
        """The order of this id, whoever placed it.

        Raises:
            EngineRefused: when none of this id rests in a book.
        """
        for account in self._floor.treasury.accounts.values():
            order = account.open.get(order_id)
            if order is not None and order.resting:
                return order
        raise EngineRefused(UNKNOWN_ORDER)

    def fill(self, house: Account, order: Order, lots: int) -> OrderView:
        """Trade with one resting order at its own price, past everybody who stands before it in the line.

        Raises:
            EngineRefused: for a size that is not positive, or more than what remains of it.
        """
        if not 0 < lots <= order.remaining:
            raise invalid("volume")
        taker = _order(house, order.pair, "sell" if order.buy else "buy", price=order.rests_at, lots=lots, stays=False)
        self._floor.enlist(taker)
        while taker.remaining:
            # An iceberg shows no more than a slice at a time.
            self._floor.trade(taker, order, min(taker.remaining, order.visible))
        self._floor.close(taker, "filled")
        self._matcher.set_off(self._floor.desk(taker))
        return order.view()

    def print_trade(
        self, pair: Pair, side: Side, *, price: int, lots: int, order_type: Literal["market", "limit"]
    ) -> PublicTrade:
        """Tell of a trade between nobody and nobody: no money moves, but it is the last price from now on."""
        desk = self._floor.desks[pair.name]
        public = desk.tape.record(price=price, lots=lots, side=side, order_type=order_type, at=self._floor.now)
        self._floor.journal.add(TradeEvent(public))
        self._matcher.set_off(desk)
        return public


def _order(house: Account, pair: Pair, side: Side, *, price: int | None, lots: int, stays: bool) -> Order:
    return Order(
        account=house,
        pair=pair,
        buy=side == "buy",
        order_type="market" if price is None else "limit",
        qty=lots,
        cash=None,
        limit=price,
        trigger=None,
        display=None,
        time_in_force="GTC" if stays else "IOC",
        expire_at=None,
        post_only=False,
        fee_in_base=False,
        # Should it meet a quote of its own house on the other side, the older one is out of date.
        stp_type="cancel_oldest",
        cl_ord_id=None,
        userref=None,
    )
