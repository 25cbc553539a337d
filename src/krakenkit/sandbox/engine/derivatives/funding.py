"""Funding: what holders of a perpetual contract pay each other every hour, so that its price stays near the index.

The rate of an hour is the average premium of the hour before, divided by the contract's coefficient and capped. Longs
pay shorts when it is positive. Funding adds up all the time, and is paid when the hour is over or the position changes.
"""

from __future__ import annotations

from collections import deque
from decimal import Decimal
from typing import Final

import msgspec

from ..scale import from_units, nearest, power_of_ten
from .accounts import Position
from .contracts import PARTS, Contract

HOUR: Final = 3_600 * 10**9
RATE_PLACES: Final = 12
FINE: Final = power_of_ten(RATE_PLACES)
"""Relative rates are counted in parts of this."""
RATES_KEPT: Final = 24 * 90
_LINEAR: Final = (24, 2_500)
_INVERSE: Final = (8, 1_000)


def coefficient(contract: Contract) -> int:
    """What the average premium is divided by to give the rate of an hour."""
    return (_INVERSE if contract.inverse else _LINEAR)[0]


def largest_rate(contract: Contract) -> int:
    """The largest rate of an hour, up or down, in parts per million."""
    return (_INVERSE if contract.inverse else _LINEAR)[1]


class FundingRate(msgspec.Struct, frozen=True, gc=False):
    """The funding of one hour."""

    begin: int
    """Nanoseconds since 1970."""
    relative: Decimal
    """A fraction of the value."""
    absolute: Decimal
    """Of one contract: dollars per unit of the base asset, or for inverse contracts base asset per dollar."""


class Funding:
    """The rates of one contract. Dated contracts have one too, which stays at zero."""

    def __init__(self, contract: Contract, now: int) -> None:
        self.contract = contract
        self.rate = 0
        """Of the running hour, in ``FINE`` parts of the value."""
        self.price = 0
        """The index price that the absolute rate of the running hour was made with; zero before the first one."""
        self.past: deque[FundingRate] = deque(maxlen=RATES_KEPT)
        """Oldest first; the last one is the running hour's."""
        self._premiums = 0
        self._time = 0
        self._next = now - now % HOUR + HOUR

    @property
    def next_at(self) -> int:
        """When the running hour is over."""
        return self._next

    def sample(self, premium: int, elapsed: int) -> None:
        """Take in a premium (in parts per million of the index) that held for this long."""
        self._premiums += premium * elapsed
        self._time += elapsed

    def prediction(self) -> int:
        """The rate that the premiums of the running hour make so far, in ``FINE`` parts."""
        if not self._time or self.contract.expiry is not None:
            return 0
        most = largest_rate(self.contract) * (FINE // PARTS)
        rate = nearest(self._premiums * (FINE // PARTS), self._time * coefficient(self.contract))
        return min(max(rate, -most), most)

    def turn(self, index: int) -> None:
        """End the hour: the rate that it made holds for the next one."""
        rate, begin = self.prediction(), self._next
        self._premiums = self._time = 0
        self._next += HOUR
        self.set(rate, index, begin)

    def set(self, rate: int, index: int, begin: int) -> None:
        """Let this rate hold from a moment on."""
        self.rate, self.price = rate, index
        self.past.append(FundingRate(begin, from_units(rate, RATE_PLACES), self.absolute(rate, index)))

    def absolute(self, rate: int, index: int) -> Decimal:
        """A relative rate in money for one contract, as the tickers show it."""
        places = self.contract.scale.pair_decimals
        if self.contract.inverse:
            return from_units(nearest(rate * power_of_ten(places + 12), index), RATE_PLACES + 12)
        return from_units(rate * index, RATE_PLACES + places)

    def accrued(self, position: Position, now: int) -> int:
        """What a position has won (or owes, when negative) since its funding was last paid, in money units."""
        if not self.rate or not position.lots:
            return 0
        elapsed = min(now, self._next) - max(position.funded_at, self._next - HOUR)
        value = self.contract.value(self.price, abs(position.lots))
        side = -1 if position.lots > 0 else 1
        return side * nearest(value * self.rate * max(elapsed, 0), FINE * HOUR)
