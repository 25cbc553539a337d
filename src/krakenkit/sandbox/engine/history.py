"""A past for a market that has just opened: trades up to now, denser the nearer they are, ending at the present price."""

from __future__ import annotations

import random

from .exchange import Exchange
from .instruments import Pair
from .walks import NANO, Walks

# How many trades, and how many seconds apart.
_SPANS = (
    (200, 30),  # the last hour and a half
    (260, 300),  # a day
    (240, 10_800),  # a month
    (100, 259_200),  # a year
)
_FINE = 10**6
_LARGEST_TRADE = 4_000
"""Dollars."""


def write_history(exchange: Exchange, pair: Pair, walks: Walks, rng: random.Random, now: int) -> None:
    """Put trades before ``now`` onto the tape of a pair. They are nobody's: no balance moves and no event tells of them."""
    at = now
    # Finer than the pair's prices: steps of a stablecoin are smaller than its tick.
    start = price = walks.price(pair) * _FINE
    past: list[tuple[int, int]] = []
    for count, seconds in _SPANS:
        gap, stride = seconds * NANO, walks.stride(pair, seconds)
        for _ in range(count):
            at -= gap // 2 + rng.randrange(gap)
            price += price * rng.randint(-stride, stride) // 10**6 + (start - price) // 50
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
