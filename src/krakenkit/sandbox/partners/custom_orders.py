"""Orders of Embed users that wait for a price, and trade once when it is reached."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from krakenkit.sandbox.engine import EngineRefused, Exchange
from krakenkit.sandbox.inbound import Denied
from krakenkit.sandbox.names import Names
from krakenkit.sandbox.partners.quotes import Journal
from krakenkit.sandbox.partners.trades import Action, price, read_action, read_trigger, settle
from krakenkit.sandbox.partners.users import User
from krakenkit.sandbox.rates import selling_rate
from krakenkit.wire.partner.actions import PriceTrigger, TradeAction

State: TypeAlias = Literal["active", "completed", "cancelled", "paused"]
STATES: Final = frozenset({"active", "completed", "cancelled", "paused"})
MOST_ACTIVE: Final = 100
"""Waiting orders of one user; the manual tells no number."""
LONGEST_NAME: Final = 256


@dataclass(slots=True, eq=False)
class CustomOrder:
    """One conditional order."""

    id: str
    user: str
    partner: str
    name: str
    asked: TradeAction
    trigger: PriceTrigger
    action: Action
    target: Fraction
    created_at: int
    updated_at: int
    state: State = "active"
    reason: str | None = None


class CustomOrders:
    """All conditional orders. Whoever keeps the time calls :meth:`pass_time`."""

    def __init__(self, names: Names, journal: Journal) -> None:
        self._names = names
        self._journal = journal
        self._orders: dict[str, CustomOrder] = {}
        self._active: dict[str, CustomOrder] = {}

    def create(
        self, exchange: Exchange, user: User, name: str, asked: TradeAction, trigger: PriceTrigger, now: int
    ) -> CustomOrder:
        """A new order; it trades at once when its price is reached already.

        Raises:
            EngineRefused: for words, assets and numbers that cannot be, and too many waiting orders.
        """
        if len(name) > LONGEST_NAME:
            raise Denied("EGeneral:Invalid arguments:name")
        action = read_action(exchange, asked)
        target = read_trigger(exchange, trigger, action)
        if sum(one.user == user.iiban for one in self._active.values()) >= MOST_ACTIVE:
            raise Denied("EOrder:Orders limit exceeded")
        made = CustomOrder(self._names.uuid(), user.iiban, user.partner, name, asked, trigger, action, target, now, now)
        self._orders[made.id] = self._active[made.id] = made
        self._try(exchange, made, now)
        return made

    def find(self, user: User, order_id: str) -> CustomOrder:
        """One order of a user.

        Raises:
            Denied: with HTTP status 404, when there is none.
        """
        found = self._orders.get(order_id)
        if found is None or found.user != user.iiban:
            raise Denied("EOrder:Unknown order", status=404)
        return found

    def of(self, user: User) -> list[CustomOrder]:
        """A user's orders, newest first."""
        return [one for one in reversed(self._orders.values()) if one.user == user.iiban]

    def cancel(self, user: User, order_id: str, now: int) -> CustomOrder:
        """Take an order back; one that was cancelled already stays so.

        Raises:
            Denied: for an unknown order, and one that has traded.
        """
        found = self.find(user, order_id)
        if found.state == "completed":
            raise Denied("EOrder:Unknown order", status=409)
        if found.state != "cancelled":
            self._end(found, "cancelled", "User requested", now)
        return found

    def pass_time(self, exchange: Exchange, now: int) -> None:
        """Trade what has reached its price, while the exchange trades."""
        for order in list(self._active.values()):
            self._try(exchange, order, now)

    def _try(self, exchange: Exchange, order: CustomOrder, now: int) -> None:
        if exchange.status != "online" or not self._reached(exchange, order):
            return
        try:
            deal = price(exchange, order.action)
            settled = settle(exchange, deal, user=order.user, partner=order.partner, now=now)
        except EngineRefused as refused:
            self._end(order, "cancelled", refused.code, now)
            return
        self._journal.traded(exchange, order.user, deal, settled, order.id, now)
        self._end(order, "completed", None, now)

    def _reached(self, exchange: Exchange, order: CustomOrder) -> bool:
        """Whether the rate at which the action would trade, without its spread, is where the trigger wants it."""
        try:
            rate = selling_rate(exchange, exchange.asset(order.action.spend), exchange.asset(order.action.receive))
        except EngineRefused:
            return False
        base = exchange.asset(order.trigger.base_asset).display
        now = rate if base == order.action.spend else 1 / rate
        return now <= order.target if order.trigger.condition == "lte" else now >= order.target

    def _end(self, order: CustomOrder, state: State, reason: str | None, now: int) -> None:
        order.state, order.reason, order.updated_at = state, reason, now
        self._active.pop(order.id, None)
