"""The counters of one sandbox: everything that is asked before a call, a connection or a frame is let in."""

from __future__ import annotations

import math
from typing import Final

from krakenkit.sandbox.engine import Pair
from krakenkit.sandbox.engine.bucket import Bucket
from krakenkit.sandbox.engine.trading_rates import TradingRates
from krakenkit.sandbox.limits.settings import Limits
from krakenkit.sandbox.limits.windows import Connections, Lockouts
from krakenkit.wire.futures.budget import Budget

PUBLIC_BURST: Final = 10.0
PUBLIC_RATE: Final = 1.0
FRAMES_A_SECOND: Final = 20.0
FUTURES_FRAMES_A_SECOND: Final = 100.0
FUTURES_SOCKETS: Final = 100
IDLE_SECONDS: Final = 60.0
LEVEL3_SYMBOLS: Final = 200
LEVEL3_POINTS: Final = 200.0
KEYS_KEPT: Final = 10_000
"""Counters of so many keys or addresses are kept; those unused for longest go."""


class LimitDesk:
    """Keeps count. Moments are nanoseconds since 1970; what is off counts nothing and lets everything in."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        figures = limits.figures
        self.rates = TradingRates(figures, limits.trading) if limits.trading else None
        self._rest = _Buckets(figures.rest_most * limits.rest, figures.rest_decay * limits.rest)
        self._public = _Buckets(PUBLIC_BURST * limits.public, PUBLIC_RATE * limits.public)
        self._futures: dict[str, _Buckets] = {}
        self._connections = Connections(limits.connections)
        self._lockouts = Lockouts(limits.lockouts)

    @property
    def most_rate(self) -> int:
        """What the counter of the trading engine may reach, as acknowledgements tell it."""
        return round(self.limits.figures.engine_most if self.rates is None else self.rates.most)

    def rate(self, account: str, pair: Pair, now: int) -> int:
        """Where the counter of an account stands on a pair, rounded up; zero while nothing is counted."""
        return 0 if self.rates is None else math.ceil(self.rates.level(account, pair, now))

    # --- calls ----------------------------------------------------------------------------------------------------------

    def takes_call(self, key: str, cost: float, now: int) -> bool:
        """Whether a private call of Spot fits on the counter of its key."""
        return not self.limits.rest or self._rest.of(key).spend(cost, now)

    def takes_public_call(self, address: str, now: int) -> bool:
        """Whether an address may make one more public call."""
        return not self.limits.public or self._public.of(address).spend(1, now)

    def takes_futures_call(self, key: str, budget: Budget, cost: float, now: int) -> bool:
        """Whether a call of Futures fits in the budget of its key."""
        if not self.limits.futures:
            return True
        return self._futures_buckets(budget).of(key).spend(cost, now)

    def futures_reset(self, key: str, budget: Budget, now: int) -> int:
        """Whole seconds until the budget of a key is full again."""
        bucket = self._futures_buckets(budget).of(key)
        return math.ceil(bucket.level_at(now) / bucket.decay) if bucket.decay else 0

    def _futures_buckets(self, budget: Budget) -> _Buckets:
        found = self._futures.get(budget.name)
        if found is None:
            most = budget.points * self.limits.futures
            found = self._futures[budget.name] = _Buckets(most, most / budget.seconds)
        return found

    def failed(self, key: str, now: int) -> None:
        """Note that a call of this key failed by its own fault."""
        self._lockouts.failed(key, now)

    def locked_out(self, key: str, now: int) -> bool:
        """Whether a key has to wait because it failed too often."""
        return self._lockouts.locked(key, now)

    # --- sockets --------------------------------------------------------------------------------------------------------

    def takes_connection(self, address: str, now: int) -> bool:
        """Whether an address may open one more socket."""
        return self._connections.take(address, now)

    def takes_futures_socket(self, open_now: int) -> bool:
        """Whether there may be one more Futures socket beside those that are open."""
        return not self.limits.connections or open_now < FUTURES_SOCKETS * self.limits.connections

    def frames(self, *, futures: bool = False) -> Bucket | None:
        """A new counter for the frames of one client; None when they are not counted."""
        rate = (FUTURES_FRAMES_A_SECOND if futures else FRAMES_A_SECOND) * self.limits.messages
        return Bucket(rate, rate) if rate else None

    @property
    def idle_seconds(self) -> float:
        """After how long an idle socket is closed; endless when it never is."""
        return IDLE_SECONDS * self.limits.idle if self.limits.idle else float("inf")

    @property
    def level3_symbols(self) -> float:
        """How many symbols one line of level 3 may have."""
        return LEVEL3_SYMBOLS * self.limits.level3 if self.limits.level3 else float("inf")

    def level3_points(self) -> Bucket | None:
        """A new counter for subscribing on one line of level 3; None when that is not counted."""
        most = LEVEL3_POINTS * self.limits.level3
        return Bucket(most, most) if most else None


class _Buckets:
    """A bucket of the same size for each key."""

    def __init__(self, most: float, decay: float) -> None:
        self._most = most
        self._decay = decay
        self._buckets: dict[str, Bucket] = {}

    def of(self, key: str) -> Bucket:
        """The bucket of this key."""
        found = self._buckets.pop(key, None) or Bucket(self._most, self._decay)
        self._buckets[key] = found  # the last of the dictionary is the one used last
        if len(self._buckets) > KEYS_KEPT:
            del self._buckets[next(iter(self._buckets))]
        return found
