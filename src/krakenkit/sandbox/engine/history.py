"""A past for a market that has just opened: trades up to now, denser the nearer they are, ending at the present price."""

from __future__ import annotations

import random

from .candles import MINUTE
from .exchange import Exchange
from .instruments import Pair
from .walks import Walks

# How many trades, how far apart, and how much longer than one step of the walk the price moves between two of them.
_SPANS = (
    (200, MINUTE // 2, 3),  # the last hour and a half
    (260, 5 * MINUTE, 10),  # a day
    (240, 180 * MINUTE, 50),  # a month
    (100, 4320 * MINUTE, 150),  # a year
)
_FINE = 10**6
_LARGEST_TRADE = 4_000
"""Dollars."""


def write_history(exchange: Exchange, pair: Pair, walks: Walks, rng: random.Random, now: int) -> None:
    """Put trades before ``now`` onto the tape of a pair. They are nobody's: no balance moves and no event tells of them."""
    swing, at = walks.swing(pair), now
    # Finer than the pair's prices: steps of a stablecoin are smaller than its tick.
    start = price = walks.price(pair) * _FINE
    past: list[tuple[int, int]] = []
    for count, gap, stride in _SPANS:
        for _ in range(count):
            at -= gap // 2 + rng.randrange(gap)
            price += price * rng.randint(-swing, swing) * stride // 10**6 + (start - price) // 50
            units = price // _FINE
            past.append((at, max(units - units % pair.tick, pair.tick)))
    for at, units in reversed(past):
        exchange.record_past(
            pair.name,
            price=units,
            lots=walks.lots(pair, rng.randrange(1, _LARGEST_TRADE)),
            side="buy" if rng.random() < 0.5 else "sell",
            order_type="market" if rng.random() < 0.7 else "limit",
            at=at,
        )
