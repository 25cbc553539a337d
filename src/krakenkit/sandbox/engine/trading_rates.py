"""The limit of the trading engine: what each account does to orders, counted for each pair.

Adds, amends and edits that would lift a counter above its maximum are refused, and then not counted. Cancels are always
taken, as the manual says of batches; of single ones it says nothing. Expiries and the dead man's switch count nothing
here: no source says what they cost. Cancelling everything at once has a counter of its own, whose figures no source has.
"""

from __future__ import annotations

from krakenkit.wire.trading_limits import TierLimits, Verb, engine_cost

from .bucket import Bucket
from .instruments import Pair
from .orders import Order
from .refusals import CANCEL_ALL_LIMIT, DOMAIN_RATE_LIMIT, RATE_LIMIT, EngineRefused

_NANO = 10**9
_DOMAIN = 5
"""A master account and its subaccounts together may do so many times what one may."""
_CANCEL_ALLS = 10
"""How often an account may cancel everything at once; every second it may once more."""


class TradingRates:
    """Every account's counters.

    Args:
        tier: the figures of the accounts.
        scale: how generous the figures are: 1 as documented, 2 twice as much.
    """

    def __init__(self, tier: TierLimits, scale: float = 1.0) -> None:
        self.most = tier.engine_most * scale
        self._decay = tier.engine_decay * scale
        self._scale = scale
        self._cancel_alls: dict[str, Bucket] = {}
        self._pairs: dict[tuple[str, str], Bucket] = {}
        self._domains: dict[str, Bucket] = {}
        self._masters: dict[str, str] = {}

    def join(self, account: str, master: str) -> None:
        """Let an account count on the domain of its master."""
        self._masters[account] = master

    def level(self, account: str, pair: Pair, now: int) -> float:
        """Where the counter of an account stands on a pair."""
        found = self._pairs.get((account, pair.name))
        return 0.0 if found is None else found.level_at(now)

    def add(self, account: str, pair: Pair, now: int, *, share: float = 1.0) -> None:
        """Count a new order; in a batch each counts for a ``share`` of one.

        Raises:
            EngineRefused: ``EOrder:Rate limit exceeded``, or ``EOrder:Domain rate limit exceeded``.
        """
        self._spend(account, pair, engine_cost("add") * share, now)

    def change(self, verb: Verb, order: Order, now: int) -> None:
        """Count an amend or an edit of an order.

        Raises:
            EngineRefused: as for a new order.
        """
        self._spend(order.account.name, order.pair, _cost(verb, order, now), now)

    def cancel(self, order: Order, now: int) -> None:
        """Count a cancel."""
        cost = _cost("cancel", order, now)
        for bucket in self._buckets(order.account.name, order.pair):
            bucket.add(cost, now)

    def cancel_all(self, account: str, now: int) -> None:
        """Count a cancel of everything.

        Raises:
            EngineRefused: ``EBM:limit exceeded:CAL``.
        """
        bucket = self._cancel_alls.get(account)
        if bucket is None:
            bucket = self._cancel_alls[account] = Bucket(_CANCEL_ALLS * self._scale, self._scale)
        if not bucket.spend(1, now):
            raise EngineRefused(CANCEL_ALL_LIMIT)

    def _spend(self, account: str, pair: Pair, cost: float, now: int) -> None:
        own, domain = self._buckets(account, pair)
        if domain.level_at(now) + cost > domain.most:
            raise EngineRefused(DOMAIN_RATE_LIMIT)
        if not own.spend(cost, now):
            raise EngineRefused(RATE_LIMIT)
        domain.add(cost, now)

    def _buckets(self, account: str, pair: Pair) -> tuple[Bucket, Bucket]:
        own = self._pairs.get((account, pair.name))
        if own is None:
            own = self._pairs[account, pair.name] = Bucket(self.most, self._decay)
        master = self._masters.get(account, account)
        domain = self._domains.get(master)
        if domain is None:
            domain = self._domains[master] = Bucket(self.most * _DOMAIN, self._decay * _DOMAIN)
        return own, domain


def _cost(verb: Verb, order: Order, now: int) -> float:
    since = order.opened_at if order.amended_at is None else order.amended_at
    return engine_cost(verb, (now - since) / _NANO)
