"""The watch over accounts with open positions: a call for margin first, and in the end the market closes for them.

Kraken publishes the two levels and that positions are closed at market; the rest is chosen here. All margin orders of
the account are cancelled, then its pairs are closed one after the other, the one with the oldest position first, until
the account is above the level again. What the book cannot take stays open until the next look.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from krakenkit.sandbox.engine.accounts import Account
from krakenkit.sandbox.engine.events import MarginCallEvent
from krakenkit.sandbox.engine.margin.equity import Appraiser
from krakenkit.sandbox.engine.margin.terms import MARGIN_CALL, MARGIN_STOP
from krakenkit.sandbox.engine.orders import Order

if TYPE_CHECKING:
    from krakenkit.sandbox.engine.floor import Floor
    from krakenkit.sandbox.engine.instruments import Pair
    from krakenkit.sandbox.engine.matching import Matcher

LIQUIDATED: Final = "Margin level too low"
"""Why its other margin orders were cancelled; Kraken documents no words for it."""
EVERY: Final = 100 * 10**6
"""Nanoseconds between two looks while orders come in, so that they do not pay for other people's positions."""


class Watch:
    """Looks at margin levels after prices have moved."""

    def __init__(self, floor: Floor, matcher: Matcher) -> None:
        self._floor = floor
        self._matcher = matcher
        self._looked_at = 0

    def glance(self) -> None:
        """Look if something traded, but not all the time."""
        if self._floor.traded and self._floor.now >= self._looked_at + EVERY:
            self.look()

    def look(self) -> None:
        """Call and close where it is due."""
        self._looked_at = self._floor.now
        self._floor.traded = False
        if not self._floor.lending.exposed:
            return
        appraiser = Appraiser(self._floor, self._floor.dollar)
        levels = [(account, appraiser.level(account)) for account in self._floor.lending.exposed.values()]
        for account, level in levels:
            if level is not None and level < MARGIN_CALL:
                self._call(account, level)
            else:
                account.positions.called = False
        for account, level in levels:
            if level is not None and level < MARGIN_STOP:
                self._liquidate(account)

    def _call(self, account: Account, level: Fraction) -> None:
        if not account.positions.called:
            account.positions.called = True
            percent = int(level * 100 // 1)
            self._floor.journal.add(MarginCallEvent(account.name, percent, self._floor.now))

    def _liquidate(self, account: Account) -> None:
        for order in list(account.margin_orders.values()):
            self._floor.close(order, "canceled", LIQUIDATED)
        pairs = dict.fromkeys(position.pair for position in account.positions.open.values())
        for pair in pairs:
            # Asked anew each time: closing a pair moves its price.
            level = Appraiser(self._floor, self._floor.dollar).level(account)
            if level is None or level >= MARGIN_STOP:
                return
            self._close(account, pair)

    def _close(self, account: Account, pair: Pair) -> None:
        size, book = account.positions.size(pair), self._floor.desks[pair.name].book
        if (book.asks if size < 0 else book.bids).best() is not None:
            self._matcher.enter(_liquidation(account, pair, size))


def _liquidation(account: Account, pair: Pair, size: int) -> Order:
    return Order(
        account=account,
        pair=pair,
        buy=size < 0,
        order_type="market",
        qty=abs(size),
        cash=None,
        limit=None,
        trigger=None,
        display=None,
        time_in_force="GTC",
        expire_at=None,
        post_only=False,
        fee_in_base=False,
        stp_type="cancel_oldest",
        cl_ord_id=None,
        userref=None,
        leverage=account.positions.on(pair)[0].leverage,
        reduce_only=True,
        liquidated=True,
    )
