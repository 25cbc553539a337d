"""What an account may do in a while, by its tier, and what actions on orders cost.

The trading engine counts per account and pair what is done to orders; doing something to a young order costs more. REST,
sockets and FIX share the count. Source: docs.kraken.com, Spot guides, Trading Limits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

Tier: TypeAlias = Literal["starter", "intermediate", "pro"]
Verb: TypeAlias = Literal["add", "amend", "edit", "cancel"]


class TierLimits(Struct, frozen=True):
    """What an account may do: two counters, each with its maximum and how much it falls in a second."""

    rest_most: float
    rest_decay: float
    engine_most: float
    engine_decay: float
    open_orders: int
    """How many orders may be open on one pair."""


TIERS: Mapping[Tier, TierLimits] = {
    "starter": TierLimits(rest_most=15, rest_decay=0.33, engine_most=60, engine_decay=1.0, open_orders=60),
    "intermediate": TierLimits(rest_most=20, rest_decay=0.5, engine_most=125, engine_decay=2.34, open_orders=80),
    "pro": TierLimits(rest_most=20, rest_decay=1.0, engine_most=180, engine_decay=3.75, open_orders=225),
}

# (younger than so many seconds, so much more): the first line that fits counts.
_BY_AGE: Mapping[Verb, tuple[tuple[float, int], ...]] = {
    "add": (),
    "amend": ((5, 3), (10, 2), (15, 1)),
    "edit": ((5, 6), (10, 5), (15, 4), (45, 2), (90, 1)),
    "cancel": ((5, 8), (10, 6), (15, 5), (45, 4), (90, 2), (300, 1)),
}
_FIXED: Mapping[Verb, int] = {"add": 1, "amend": 1, "edit": 1, "cancel": 0}
BATCHED_SHARE = 0.5
"""An order in a batch counts for this part of one."""


def engine_cost(verb: Verb, age: float | None = None) -> float:
    """Points for one action on one order of this age in seconds, counted since it was placed or last amended.

    An unknown age counts as old. Counting such an order as young would hold back orders that the exchange accepts;
    counting it as old costs one refused order at worst, and the refusal corrects the counter.
    """
    if age is None:
        return _FIXED[verb]
    return _FIXED[verb] + next((extra for below, extra in _BY_AGE[verb] if age < below), 0)
