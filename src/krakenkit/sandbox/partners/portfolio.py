"""What Embed users own and what became of it, in numbers: holdings, their cost, and days of the past.

The cost of a holding is what was paid for it on average; selling takes its part of the cost along. Money that a test pays
into a user's account costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from krakenkit.sandbox.engine import Exchange
from krakenkit.sandbox.partners.days import Past, day_of, end_of, midnight
from krakenkit.sandbox.partners.quotes import Transaction
from krakenkit.sandbox.rates import is_fiat, rounded

_ZERO: Final = Decimal(0)
_SETTLED_AFTER: Final = 5 * 3600 * 10**9
"""How long after midnight a day appears in the history."""


@dataclass(frozen=True, slots=True)
class Position:
    """One holding; values are in the currency that was asked for."""

    asset: str
    balance: Decimal
    held: Decimal
    price: Decimal
    value: Decimal
    cost: Decimal
    average: Decimal
    """What one unit cost."""

    @property
    def profit(self) -> Decimal:
        """Not realised yet."""
        return self.value - self.cost


def positions(exchange: Exchange, user: str, trades: list[Transaction], unit: str) -> list[Position]:
    """All holdings of a user that are not empty."""
    costs = costs_of(exchange, trades)
    rows: list[Position] = []
    for held in exchange.balances(user):
        if held.balance:
            name = held.asset.display
            price = exchange.worth(Decimal(1), name, unit) or _ZERO
            cost = exchange.worth(costs.get(name, _ZERO), "USD", unit) or _ZERO
            value = exchange.worth(held.balance, name, unit) or _ZERO
            average = _money(exchange, cost / held.balance, unit)
            rows.append(Position(name, held.balance, held.hold_trade, price, value, cost, average))
    return rows


def costs_of(exchange: Exchange, trades: list[Transaction]) -> dict[str, Decimal]:
    """What the holdings that came of these trades cost, in US dollars."""
    amounts: dict[str, Decimal] = {}
    costs: dict[str, Decimal] = {}
    for trade in trades:
        if not trade.successful or trade.receive is None:
            continue
        moved = trade.invested
        if trade.spend is not None and not is_fiat(exchange.asset(trade.spend.asset)):
            paid, name = trade.spend.amount + trade.spend.fee, trade.spend.asset
            part = min(paid / amounts[name], Decimal(1)) if amounts.get(name) else _ZERO
            moved = costs.get(name, _ZERO) * part
            costs[name] = costs.get(name, _ZERO) - moved
            amounts[name] = max(amounts.get(name, _ZERO) - paid, _ZERO)
        if not is_fiat(exchange.asset(trade.receive.asset)):
            name = trade.receive.asset
            costs[name] = costs.get(name, _ZERO) + moved
            amounts[name] = amounts.get(name, _ZERO) + trade.receive.amount
    return costs


@dataclass(frozen=True, slots=True)
class Day:
    """A user at the end of one day; ``balance`` is None before the first holding."""

    day: date
    balance: Decimal | None
    profit: Decimal | None
    invested: Decimal
    assets: dict[str, Decimal]
    """Values of single assets."""


def last_day(now: int) -> date:
    """The newest day of the history: yesterday, from five hours after midnight on."""
    return day_of(now - _SETTLED_AFTER) - timedelta(days=1)


def history(
    exchange: Exchange, user: str, trades: list[Transaction], days: list[date], unit: str, assets: list[str]
) -> list[Day]:
    """A user at the ends of these days, which come in their order."""
    past = Past(exchange, user, unit)
    rows: list[Day] = []
    for day in days:
        at = end_of(day)
        held = past.held(at)
        invested = exchange.worth(invested_by(trades, at), "USD", unit) or _ZERO
        balance = past.worth(held, at) if held else None
        shown = {name: past.worth({name: held[name]}, at) for name in assets if name in held}
        rows.append(Day(day, balance, None if balance is None else balance - invested, invested, shown))
    return rows


def invested_by(trades: list[Transaction], at: int) -> Decimal:
    """US dollars that had come in by a moment, less what had gone out."""
    return sum((trade.invested for trade in trades if trade.at <= at), _ZERO)


def profit_today(exchange: Exchange, user: str, trades: list[Transaction], unit: str, now: int) -> tuple[int, Decimal]:
    """Since when the day runs, and what it has brought so far."""
    since = midnight(now)
    past = Past(exchange, user, unit)
    before = past.worth(past.held(since), since)
    came_in = exchange.worth(invested_by(trades, now) - invested_by(trades, since), "USD", unit) or _ZERO
    return since, _money(exchange, exchange.equity(user, unit) - before - came_in, unit)


def _money(exchange: Exchange, amount: Decimal, unit: str) -> Decimal:
    return rounded(amount, exchange.asset(unit))
