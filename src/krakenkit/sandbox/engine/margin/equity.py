"""What an account is worth and what its positions bind, at last prices: the numbers of TradeBalance.

Exact fractions inside; collateral without a price counts as nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from krakenkit.sandbox.engine.instruments import Asset, Pair
from krakenkit.sandbox.engine.margin.positions import Position, Positions, PositionView
from krakenkit.sandbox.engine.margin.terms import ASSETS, NO_MARGIN
from krakenkit.sandbox.engine.rates import Rates, amount_of
from krakenkit.sandbox.engine.scale import power_of_ten

if TYPE_CHECKING:
    from krakenkit.sandbox.engine.accounts import Account
    from krakenkit.sandbox.engine.floor import Floor
    from krakenkit.sandbox.engine.orders import Order

_NOTHING = Fraction(0)


class MarginSummary(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An account's margin in one asset."""

    equivalent_balance: Decimal
    """All balances at full price."""
    trade_balance: Decimal
    """All balances as collateral."""
    margin: Decimal
    """Bound by open positions."""
    unrealised: Decimal
    cost: Decimal
    value: Decimal
    equity: Decimal
    """Collateral with the unrealised profit or loss."""
    free_margin: Decimal
    free_margin_for_orders: Decimal
    """Less what open orders would bind."""
    margin_level: Decimal | None
    """Equity in percent of the bound margin; None without open positions."""
    unfilled_value: Decimal
    """Cost of what remains of open margin orders."""


@dataclass(frozen=True, slots=True)
class Means:
    """The exact numbers behind a :class:`MarginSummary`."""

    balances: Fraction
    collateral: Fraction
    used: Fraction
    cost: Fraction
    value: Fraction
    unrealised: Fraction
    reserved: Fraction
    """What open orders would bind."""
    unfilled: Fraction

    @property
    def equity(self) -> Fraction:
        return self.collateral + self.unrealised

    @property
    def free(self) -> Fraction:
        return self.equity - self.used

    @property
    def level(self) -> Fraction | None:
        return self.equity * 100 / self.used if self.used else None

    def summary(self, unit: Asset) -> MarginSummary:
        """The numbers rounded to the decimals of the asset they are in."""
        amount = partial(amount_of, asset=unit)
        level = self.level
        return MarginSummary(
            equivalent_balance=amount(self.balances),
            trade_balance=amount(self.collateral),
            margin=amount(self.used),
            unrealised=amount(self.unrealised),
            cost=amount(self.cost),
            value=amount(self.value),
            equity=amount(self.equity),
            free_margin=amount(self.free),
            free_margin_for_orders=amount(self.free - self.reserved),
            margin_level=None if level is None else Decimal(level * 100 // 1).scaleb(-2),
            unfilled_value=amount(self.unfilled),
        )


class Appraiser:
    """Appraises accounts in one asset; it asks for every price once, so make one for every look.

    Args:
        costs: exact costs of orders for which the book tells them.
    """

    def __init__(self, floor: Floor, unit: Asset, costs: Mapping[Order, int] | None = None) -> None:
        self._floor = floor
        self._rates: Rates = floor.rates
        self._unit = unit
        self._costs = costs or {}
        self._known: dict[Asset, Fraction] = {}

    def price(self, asset: Asset) -> Fraction:
        """What one of an asset is worth; zero when nobody can tell."""
        if asset not in self._known:
            self._known[asset] = self._rates.between(asset, self._unit) or _NOTHING
        return self._known[asset]

    def worth(self, asset: Asset, units: int) -> Fraction:
        """What bookkeeping units of an asset are worth."""
        return self.price(asset) * units / power_of_ten(asset.decimals)

    def collateral(self, asset: Asset, units: int) -> Fraction:
        """What bookkeeping units of an asset count as collateral."""
        return self.worth(asset, units) * _share(asset)

    def means(self, account: Account) -> Means:
        """The account as it stands."""
        balances = collateral = _NOTHING
        for asset, units in account.balances.items():
            worth = self.worth(asset, units)
            balances += worth
            collateral += worth * _share(asset)
        used = cost = value = unrealised = _NOTHING
        for pair, (margin, money) in _added_up(account.positions).items():
            size = account.positions.size(pair)
            owed, now = self.worth(pair.quote, money), self.exact_worth(pair, self._last(pair) * abs(size))
            used += self.worth(pair.quote, margin)
            cost += owed
            value += now
            unrealised += now - owed if size > 0 else owed - now
        reserved = self.reserved(account, account.margin_orders.values())
        unfilled = sum((self.order_cost(order) for order in account.margin_orders.values()), _NOTHING)
        return Means(balances, collateral, used, cost, value, unrealised, reserved, unfilled)

    def level(self, account: Account) -> Fraction | None:
        """Equity in percent of the bound margin; None without open positions."""
        return self.means(account).level

    def reserved(self, account: Account, orders: Iterable[Order]) -> Fraction:
        """What these orders would bind, the dearer side of each pair.

        What closes binds nothing; where orders of one side would close and then open, all their margin counts for the
        part that opens.
        """
        lots: dict[tuple[Pair, bool], int] = {}
        margins: dict[tuple[Pair, bool], Fraction] = {}
        for order in orders:
            if not order.reduce_only:
                side = (order.pair, order.buy)
                lots[side] = lots.get(side, 0) + order.remaining
                margins[side] = margins.get(side, _NOTHING) + self.order_cost(order) / (order.leverage or 1)
        dearest: dict[Pair, Fraction] = {}
        for (pair, buy), whole in margins.items():
            wanted = lots[pair, buy]
            opening = wanted - min(account.positions.closable(pair, buy=buy), wanted)
            bound = whole * opening / wanted if wanted else _NOTHING
            dearest[pair] = max(dearest.get(pair, _NOTHING), bound)
        return sum(dearest.values(), _NOTHING)

    def order_cost(self, order: Order) -> Fraction:
        """What the rest of an order costs."""
        return self.exact_worth(order.pair, self.exact_cost(order))

    def exact_cost(self, order: Order) -> int:
        """The same in exact cost units of its pair: at its limit, else its trigger, else the last price."""
        known = self._costs.get(order)
        price = order.limit or order.trigger or self._last(order.pair)
        return price * order.remaining if known is None else known

    def exact_worth(self, pair: Pair, exact: int) -> Fraction:
        """What an exact cost of a pair is worth."""
        return self.price(pair.quote) * exact / (pair.per_money * power_of_ten(pair.quote.decimals))

    def _last(self, pair: Pair) -> int:
        return self._floor.desks[pair.name].tape.last or 0


def _added_up(positions: Positions) -> dict[Pair, tuple[int, int]]:
    """What the open positions of each pair bind, and what they cost; whole numbers, because there may be many of them."""
    sums: dict[Pair, tuple[int, int]] = {}
    for position in positions.open.values():
        margin, money = sums.get(position.pair, (0, 0))
        sums[position.pair] = margin + position.open_margin, money + position.open_money
    return sums


def _share(asset: Asset) -> Fraction:
    return Fraction(ASSETS.get(asset.display, NO_MARGIN).collateral, 100)


class OpenPosition(msgspec.Struct, frozen=True, gc=False):
    """A position with what it is worth at the last price."""

    position: PositionView
    value: Decimal
    net: Decimal
    """Unrealised profit or loss, without fees."""


def appraised(floor: Floor, position: Position) -> OpenPosition:
    """An open position and its worth, in its quote asset."""
    pair = position.pair
    last = floor.desks[pair.name].tape.last or 0
    value = pair.quote.amount(pair.money(last * position.open_lots))
    view = position.view()
    return OpenPosition(view, value, value - view.cost_open if position.long else view.cost_open - value)
