"""Rewards on what Embed users hold: switched on by user, paid once a week at a fixed rate for each asset.

Rates and the week are ours; the exchange tells them by the call that lists assets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from krakenkit.sandbox.engine import Exchange
from krakenkit.sandbox.engine.scale import to_units
from krakenkit.sandbox.partners.days import DAY, midnight
from krakenkit.sandbox.partners.quotes import Journal
from krakenkit.sandbox.partners.users import User, Users

RATES: Final[Mapping[str, tuple[Decimal, Decimal]]] = {
    "ETH": (Decimal("0.02"), Decimal("0.03")),
    "SOL": (Decimal("0.05"), Decimal("0.07")),
    "DOT": (Decimal("0.08"), Decimal("0.12")),
    "ADA": (Decimal("0.02"), Decimal("0.04")),
    "USDC": (Decimal("0.03"), Decimal("0.05")),
    "USDT": (Decimal("0.02"), Decimal("0.04")),
}
"""Yearly rates, lowest and highest, as parts of one; the lowest is paid."""
PERIOD: Final = 7 * DAY
PERIOD_WORD: Final = "P7D"
_FIRST_MONDAY: Final = 4 * DAY
_YEAR: Final = 365 * DAY


@dataclass(frozen=True, slots=True)
class Pending:
    """A reward that is growing."""

    asset: str
    amount: Decimal
    pays_at: int


def next_payout(now: int) -> int:
    """The next midnight to a Monday."""
    today = midnight(now) - _FIRST_MONDAY
    return _FIRST_MONDAY + (today // PERIOD + 1) * PERIOD


class Earn:
    """Whose rewards grow since when. Whoever keeps the time calls :meth:`pass_time`."""

    def __init__(self, users: Users, journal: Journal) -> None:
        self._users = users
        self._journal = journal
        self._since: dict[str, int] = {}
        self._payout = 0

    def switch(self, user: User, enabled: bool, now: int) -> None:
        """Switch rewards on or off; what has grown until then is lost, as it was not paid."""
        if user.auto_earn == enabled:
            return
        user.auto_earn, user.auto_earn_changed = enabled, now
        if enabled:
            if not self._since:
                self._payout = next_payout(now)
            self._since[user.iiban] = now
        else:
            del self._since[user.iiban]

    def pending(self, exchange: Exchange, user: User, now: int) -> list[Pending]:
        """What has grown since the last payout, on what the user has now."""
        since = self._since.get(user.iiban)
        if since is None:
            return []
        balances = {held.asset.display: held for held in exchange.balances(user.iiban)}
        rows: list[Pending] = []
        for name, (low, _) in RATES.items():
            if name in balances and balances[name].balance:
                asset = balances[name].asset
                grown = Fraction(balances[name].balance) * Fraction(low) * (now - since) / _YEAR
                rows.append(Pending(name, asset.amount(int(grown * 10**asset.decimals)), next_payout(now)))
        return rows

    def rewarded(self, user: User) -> dict[str, Decimal]:
        """What a user was paid, by asset."""
        found: dict[str, Decimal] = {}
        for trade in self._journal.of(user.iiban):
            if trade.type == "earn_reward" and trade.receive is not None:
                found[trade.receive.asset] = found.get(trade.receive.asset, Decimal(0)) + trade.receive.amount
        return found

    def pass_time(self, exchange: Exchange, now: int) -> None:
        """Pay what is due."""
        while self._since and self._payout <= now:
            for iiban in self._since:
                self._pay(exchange, self._users.by_iiban(iiban), self._payout)
            self._payout += PERIOD

    def _pay(self, exchange: Exchange, user: User, at: int) -> None:
        for reward in self.pending(exchange, user, at):
            if reward.amount:
                asset = exchange.asset(reward.asset)
                units = to_units(reward.amount, asset.decimals) or 0
                entry = exchange.post(user.iiban, reward.asset, units, at, kind="staking")
                self._journal.rewarded(user.iiban, reward.asset, reward.amount, entry.balance, entry.ledger_id, at)
        self._since[user.iiban] = at
