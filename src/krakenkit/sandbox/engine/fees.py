"""Fees: the ladder of a pair, and an account's volume of thirty days, which says on which step it stands.

The figures are those that ``/0/public/AssetPairs`` told until Kraken stopped keeping them up: one ladder for most pairs, one
for pairs of stablecoins and currencies. The manual has none of its own.

When a trade begins to count is not documented: here with the next full hour, so that all fills of an order cost the same.
"""

from __future__ import annotations

from collections import deque
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from .instruments import Pair
from .scale import from_units

HOUR = 3600 * 10**9
SPAN = 720 * HOUR
"""Thirty days."""
DOLLAR_PLACES = 4


class Step(NamedTuple):
    """One step of a ladder; rates in parts per million."""

    dollars: int
    """The volume where it begins."""
    maker: int
    taker: int


Ladder: TypeAlias = tuple[Step, ...]

LADDER: Ladder = (
    Step(0, 2_500, 4_000),
    Step(10_000, 2_000, 3_500),
    Step(50_000, 1_400, 2_400),
    Step(100_000, 1_200, 2_200),
    Step(250_000, 1_000, 2_000),
    Step(500_000, 800, 1_800),
    Step(1_000_000, 600, 1_600),
    Step(2_500_000, 400, 1_400),
    Step(5_000_000, 200, 1_200),
    Step(10_000_000, 0, 1_000),
)
STABLE_LADDER: Ladder = (
    Step(0, 2_000, 2_000),
    Step(50_000, 1_600, 1_600),
    Step(100_000, 1_200, 1_200),
    Step(250_000, 800, 800),
    Step(500_000, 400, 400),
    Step(1_000_000, 200, 200),
    Step(10_000_000, 0, 100),
    Step(100_000_000, 0, 10),
)
_STABLE = frozenset({"USDT", "USDC", "DAI", "PYUSD", "USDG", "EURC", "USD", "EUR", "GBP", "CHF", "CAD", "AUD", "JPY"})


def ladder_of(pair: Pair) -> Ladder:
    """The steps of a pair, the first one dearest."""
    return STABLE_LADDER if pair.base.display in _STABLE else LADDER


def place_on(ladder: Ladder, volume: int) -> int:
    """Which step a volume, in units of :class:`Volume`, stands on; counted from zero."""
    place = 0
    for step in ladder[1:]:
        if volume < step.dollars * 10**DOLLAR_PLACES:
            break
        place += 1
    return place


class Volume:
    """What an account traded in the last thirty days, in ten-thousandths of a dollar, hour by hour."""

    def __init__(self) -> None:
        self._hours: deque[list[int]] = deque()
        self._total = 0

    def add(self, units: int, at: int) -> None:
        """Count a trade."""
        hour = at - at % HOUR
        if not self._hours or self._hours[-1][0] != hour:
            self._hours.append([hour, 0])
        self._hours[-1][1] += units
        self._total += units

    def counted(self, now: int) -> int:
        """The volume that fees follow: without the present hour, and with the hour of thirty days ago."""
        self._forget(now)
        if not self._hours or self._hours[-1][0] + HOUR <= now:
            return self._total
        return self._total - self._hours[-1][1]

    def dollars(self, now: int) -> Decimal:
        """The whole volume, in dollars."""
        self._forget(now)
        return from_units(self._total, DOLLAR_PLACES)

    def _forget(self, now: int) -> None:
        while self._hours and self._hours[0][0] + HOUR <= now - SPAN:
            self._total -= self._hours.popleft()[1]
