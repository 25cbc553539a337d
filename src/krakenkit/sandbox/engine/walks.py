"""Fair prices that wander: one random walk for each asset, in whole numbers, so that a seed gives the same walk everywhere.

How far a price moves depends on how much time has passed, not on the number of steps. Coins move partly together. Now and
then a burst begins: an asset becomes restless, sometimes with a jump, and calms down within a minute or so.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import isqrt

from .instruments import Asset, Pair
from .scale import power_of_ten

NANO = 10**9
SHORTEST_SPAN = NANO // 20
"""A step is at least as long as this, also when no time has passed."""
LONGEST_SPAN = 3600 * NANO
CALM = 100
"""Heat is counted in percent of this."""

_MILLION = 10**6
_ROOT_SECOND = isqrt(NANO)
_SIGMA = 1024
_BURST_EVERY = 900 * NANO
"""How often a burst begins, on average for each asset."""
_COOLING = 25 * NANO


@dataclass(frozen=True, slots=True)
class Temper:
    """How an asset's price behaves."""

    dollars: str
    """Where it starts, and where it is drawn back to."""
    swing: int
    """How far it usually moves in a second, in parts per million; in four seconds it is twice as far."""
    pull: int = 86_400
    """Seconds in which a distance from its start would be taken back."""
    coin: bool = True
    """Whether it moves with the other coins."""


_DAY_OR_SO = 40_000
TEMPERS = {
    "BTC": Temper("95000", 70),
    "ETH": Temper("3400", 85),
    "SOL": Temper("190", 105),
    "XRP": Temper("2.3", 105),
    "DOGE": Temper("0.32", 125),
    "ADA": Temper("0.9", 110),
    "LTC": Temper("105", 95),
    "DOT": Temper("7", 105),
    "LINK": Temper("18", 110),
    "AVAX": Temper("35", 115),
    "XMR": Temper("210", 80),
    "XLM": Temper("0.35", 110),
    "ETC": Temper("25", 100),
    "ZEC": Temper("55", 120),
    "BCH": Temper("450", 95),
    "USDT": Temper("0.9998", 2, 60, coin=False),
    "USDC": Temper("1", 2, 60, coin=False),
    "EUR": Temper("1.08", 10, _DAY_OR_SO, coin=False),
    "GBP": Temper("1.27", 10, _DAY_OR_SO, coin=False),
    "JPY": Temper("0.0065", 12, _DAY_OR_SO, coin=False),
    "USD": Temper("1", 0, 1, coin=False),
    "AAPLx": Temper("230", 35, coin=False),
    "TSLAx": Temper("340", 75, coin=False),
    "NVDAx": Temper("140", 60, coin=False),
}
_OTHER = Temper("10", 105)


class Walks:
    """The dollar price of every asset, in billionths of a dollar."""

    def __init__(self, assets: Iterable[Asset], rng: random.Random) -> None:
        self._rng = rng
        self._tempers = {asset: TEMPERS.get(asset.display, _OTHER) for asset in assets}
        self._starts = {asset: int(Decimal(temper.dollars) * NANO) for asset, temper in self._tempers.items()}
        self._anchors = dict(self._starts)
        self._now = dict(self._starts)
        self._heat = dict.fromkeys(self._now, CALM)
        self._restless = [asset for asset, temper in self._tempers.items() if temper.swing]
        self._at = 0

    def step(self, now: int) -> None:
        """Let every price move on to this moment."""
        span = min(max(now - self._at, SHORTEST_SPAN), LONGEST_SPAN) if self._at else SHORTEST_SPAN
        self._at = now
        self._stir(span)
        together, root = self._draw(), isqrt(span)
        for asset in self._restless:
            temper, price, heat = self._tempers[asset], self._now[asset], self._heat[asset]
            # 0.8 and 0.6: the squares add up to one, so what moves together moves as far as what does not.
            sigmas = (4 * together + 3 * self._draw()) // 5 if temper.coin else self._draw()
            chance = price * temper.swing * heat * root * sigmas // (_MILLION * CALM * _ROOT_SECOND * _SIGMA)
            pull = temper.pull * NANO
            back = (self._anchors[asset] - price) * min(span, pull) // pull
            # Whatever happens in one step, a price does not fall below half of what it was.
            self._now[asset] = max(price + chance + back, price // 2, 1)
            if heat > CALM:
                self._heat[asset] = heat - max((heat - CALM) * min(span, _COOLING) // _COOLING, 1)

    def move(self, asset: Asset, numerator: int, denominator: int) -> None:
        """Multiply an asset's price by a fraction, for good: what draws it back moves along."""
        self._now[asset] = max(self._now[asset] * numerator // denominator, 1)
        self._anchors[asset] = max(self._anchors[asset] * numerator // denominator, 1)

    def price(self, pair: Pair) -> int:
        """The fair price of a pair, in its price units; at least one tick."""
        units = self._now[pair.base] * power_of_ten(pair.pair_decimals) // self._now[pair.quote]
        return max(units, pair.tick)

    def heat(self, pair: Pair) -> int:
        """How restless a pair is, in percent of its calm."""
        return max(self._heat[pair.base], self._heat[pair.quote])

    def dollars(self, asset: Asset) -> int:
        """The fair price of an asset, in billionths of a dollar."""
        return self._now[asset]

    def swing(self, pair: Pair) -> int:
        """How far a pair's price usually moves in a second, in parts per million."""
        return self._tempers[pair.base].swing + self._tempers[pair.quote].swing

    def stride(self, pair: Pair, seconds: int) -> int:
        """The longest step of a pair's past between two moments so far apart, in parts per million."""
        tempers = (self._tempers[pair.base], self._tempers[pair.quote])
        # Even chances up to 1.73 times the usual step make for the same spread as the steps of a walk.
        return sum(173 * one.swing * isqrt(min(seconds, max(one.pull // 2, 1))) // 100 for one in tempers)

    def worth(self, asset: Asset, dollars: int) -> Decimal:
        """This many dollars in an asset, at its start price and in whole units of it."""
        return Decimal(max(dollars * NANO // self._starts[asset], 1))

    def lots(self, pair: Pair, dollars: int) -> int:
        """This many dollars in lots of a pair, at least its minimum size."""
        lots = dollars * NANO * power_of_ten(pair.lot_decimals) // self._now[pair.base]
        return max(lots, pair.smallest_qty)

    def _draw(self) -> int:
        """A number that is as good as normal, whose usual distance from zero is ``_SIGMA``."""
        bits = self._rng.getrandbits(72)
        # How many of 64 bits are set spreads by four around 32; eight more bits fill the spaces in between.
        return ((bits >> 8).bit_count() - 32) * 256 + (bits & 255) - 128

    def _stir(self, span: int) -> None:
        """Now and then, let a burst begin in one asset."""
        rng, count = self._rng, len(self._restless)
        if not count or rng.getrandbits(30) * _BURST_EVERY >= (span * count) << 30:
            return
        asset = self._restless[rng.randrange(count)]
        self._heat[asset] = max(self._heat[asset], rng.randint(3, 9) * CALM)
        if rng.getrandbits(2) == 0:
            far = rng.randint(8, 50) * self._tempers[asset].swing
            self._now[asset] += self._now[asset] * (far if rng.getrandbits(1) else -far) // _MILLION
