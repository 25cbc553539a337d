"""Prices that wander: one random walk for each asset, in whole numbers, so that a seed gives the same walk everywhere."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from .instruments import Asset, Pair
from .scale import power_of_ten

NANO = 10**9
_MILLION = 10**6


@dataclass(frozen=True, slots=True)
class Temper:
    """How an asset's price behaves."""

    dollars: str
    """Where it starts, and where it is drawn back to."""
    swing: int
    """The longest step, in parts per million."""
    pull: int
    """One part in this many of the distance from its start is taken back at each step; smaller is stronger."""


TEMPERS = {
    "BTC": Temper("95000", 60, 4000),
    "ETH": Temper("3400", 70, 4000),
    "SOL": Temper("190", 90, 4000),
    "XRP": Temper("2.3", 90, 4000),
    "DOGE": Temper("0.32", 110, 4000),
    "ADA": Temper("0.9", 90, 4000),
    "LTC": Temper("105", 80, 4000),
    "DOT": Temper("7", 90, 4000),
    "USDT": Temper("0.9998", 6, 100),
    "USDC": Temper("1", 6, 100),
    "EUR": Temper("1.08", 8, 1000),
    "USD": Temper("1", 0, 1),
}
_OTHER = Temper("10", 90, 4000)


class Walks:
    """The dollar price of every asset, in billionths of a dollar."""

    def __init__(self, assets: Iterable[Asset], rng: random.Random) -> None:
        self._rng = rng
        self._tempers = {asset: TEMPERS.get(asset.display, _OTHER) for asset in assets}
        self._starts = {asset: int(Decimal(temper.dollars) * NANO) for asset, temper in self._tempers.items()}
        self._now = dict(self._starts)

    def step(self) -> None:
        """Let every price take one step."""
        for asset, temper in self._tempers.items():
            price, start = self._now[asset], self._starts[asset]
            chance = price * self._rng.randint(-temper.swing, temper.swing) // _MILLION
            self._now[asset] = price + chance + (start - price) // temper.pull

    def price(self, pair: Pair) -> int:
        """The fair price of a pair, in its price units; at least one tick."""
        units = self._now[pair.base] * power_of_ten(pair.pair_decimals) // self._now[pair.quote]
        return max(units, pair.tick)

    def swing(self, pair: Pair) -> int:
        """The longest step of a pair's price, in parts per million."""
        return self._tempers[pair.base].swing + self._tempers[pair.quote].swing

    def worth(self, asset: Asset, dollars: int) -> Decimal:
        """This many dollars in an asset, at its start price and in whole units of it."""
        return Decimal(max(dollars * NANO // self._starts[asset], 1))

    def lots(self, pair: Pair, dollars: int) -> int:
        """This many dollars in lots of a pair, at least its minimum size."""
        lots = dollars * NANO * power_of_ten(pair.lot_decimals) // self._now[pair.base]
        return max(lots, pair.smallest_qty)
