"""A market that moves: what a book publishes with each step, the checksum after it, tickers and trades.

Everything follows from the seed, so that every client in every round is given the same bytes.
"""

from __future__ import annotations

import random
import zlib
from bisect import bisect_left
from dataclasses import dataclass
from typing import NamedTuple

QTY_PLACES = 8
_FAR = 40


@dataclass(frozen=True)
class Listing:
    """A pair as the exchange lists it."""

    symbol: str
    v1_name: str
    places: int
    """Decimals of prices on Spot v2; Spot v1 writes five for each of these pairs."""
    start: int
    """First price, in units of the last decimal."""


LISTINGS = (
    Listing("BTC/USD", "XBT/USD", 1, 672_853),
    Listing("ETH/USD", "ETH/USD", 2, 351_207),
    Listing("SOL/USD", "SOL/USD", 2, 17_864),
    Listing("XRP/USD", "XRP/USD", 5, 61_253),
)
V1_PLACES = 5


class Level(NamedTuple):
    """A price and the quantity that stands there, in units of their last decimals; zero: the level is gone."""

    price: int
    qty: int


class Side:
    """One whole side of a book, of which a subscriber sees the best ``depth`` levels."""

    def __init__(self, sign: int, best: int, depth: int, roll: random.Random) -> None:
        self.sign = sign
        self.depth = depth
        self.roll = roll
        self.wanted = depth + max(10, depth // 3)
        self.keys: list[int] = []
        self.sizes: dict[int, int] = {}
        steps = (1, 1, 1, 2, 3, 5, 8) if depth < 500 else (1, 1, 2)
        key = sign * best
        for _ in range(self.wanted):
            self._put(len(self.keys), key)
            key += roll.choice(steps)

    def best(self) -> Level:
        """The best level."""
        return self._level(self.keys[0])

    def visible(self, count: int) -> list[Level]:
        """The best ``count`` levels."""
        return [self._level(key) for key in self.keys[:count]]

    def step(self, other_best: int) -> list[Level]:
        """One event: a size that changes, a level that goes, or one that comes. What is published of it, in order."""
        at = self._place()
        kind = self.roll.random()
        if kind < 0.50:
            return [self._resize(at)]
        if kind < (0.70 if len(self.keys) < self.wanted else 0.76):
            return self._remove(at)
        return [self._insert(at, other_best)]

    def new_size(self) -> int:
        """A size between 0.0003 and 60, small ones as likely as large ones."""
        return max(1, int(10 ** self.roll.uniform(4.5, 9.8)))

    def _place(self) -> int:
        """Where something happens: mostly near the best price, now and then anywhere in the window."""
        near = self.roll.random() < 0.85
        at = int(self.roll.expovariate(0.25)) if near else self.roll.randrange(self.depth)
        return min(at, self.depth - 1)

    def _resize(self, at: int) -> Level:
        key = self.keys[at]
        self.sizes[key] = self.new_size()
        return self._level(key)

    def _remove(self, at: int) -> list[Level]:
        """A level goes, and the one that moves into the window is published with it."""
        gone = self.keys.pop(at)
        del self.sizes[gone]
        if len(self.keys) < self.depth:
            self._put(len(self.keys), self.keys[-1] + 1)
        return [Level(abs(gone), 0), self._level(self.keys[self.depth - 1])]

    def _insert(self, at: int, other_best: int) -> Level:
        for _ in range(6):
            better = at == 0 and self.roll.random() < 0.5
            key = self.keys[0] - self.roll.choice((1, 1, 2, 3)) if better else self.keys[at] + 1
            crosses = better and key <= -other_best
            if not crosses and key not in self.sizes:
                self._put(bisect_left(self.keys, key), key)
                if len(self.keys) > self.wanted + _FAR:
                    del self.sizes[self.keys.pop()]
                return self._level(key)
            at = self._place()
        return self._resize(0)

    def _put(self, at: int, key: int) -> None:
        self.keys.insert(at, key)
        self.sizes[key] = self.new_size()

    def _level(self, key: int) -> Level:
        return Level(abs(key), self.sizes[key])


class Market:
    """Both sides of one pair."""

    def __init__(self, listing: Listing, depth: int, seed: int) -> None:
        self.listing = listing
        self.depth = depth
        self.roll = random.Random(f"{listing.symbol}/{depth}/{seed}")
        self.asks = Side(1, listing.start + 2, depth, self.roll)
        self.bids = Side(-1, listing.start - 2, depth, self.roll)
        self.trades = 4_665_900
        self.volume = 997_038_98383185

    def whole(self) -> tuple[list[Level], list[Level]]:
        """Everything a subscriber sees, asks and bids."""
        return self.asks.visible(self.depth), self.bids.visible(self.depth)

    def step(self) -> tuple[list[Level], list[Level]]:
        """What one message publishes of asks and bids, in the order in which it is to be applied."""
        asks: list[Level] = []
        bids: list[Level] = []
        for _ in range(self.roll.choices((1, 2, 3), (75, 17, 8))[0]):
            if self.roll.random() < 0.5:
                asks += self.asks.step(self.bids.keys[0])
            else:
                bids += self.bids.step(self.asks.keys[0])
        return asks, bids

    def checksum(self, *, price_factor: int = 1) -> int:
        """CRC-32 over the ten best levels of each side; ``price_factor`` for prices written with more decimals."""
        levels = self.asks.visible(10) + self.bids.visible(10)
        return zlib.crc32("".join(f"{price * price_factor}{qty}" for price, qty in levels).encode())
