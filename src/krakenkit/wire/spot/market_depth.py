"""Spot books other than the plain one: merged by ticks, and order by order.

Source: docs.kraken.com, Spot REST, Market Data, grouped and level 3 order book (both since December 2025).
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from msgspec import Struct

from krakenkit.wire.checks import one_of
from krakenkit.wire.request import Request
from krakenkit.wire.route import Route

_DEPTHS = (10, 25, 100, 250, 1000)
_GROUPINGS = (1, 5, 10, 25, 50, 100, 250, 500, 1000)


class GroupedLevel(Struct, frozen=True):
    """Everything between two steps of the grouping."""

    price: Decimal
    """The step: asks are rounded up to it, bids down."""
    qty: Decimal
    """In base."""


class GroupedBook(Struct, frozen=True):
    """Both sides of a book merged by ticks, best level first."""

    pair: str
    grouping: int
    """How many ticks one level spans."""
    bids: list[GroupedLevel]
    asks: list[GroupedLevel]


class GetGroupedBook(Request[GroupedBook], frozen=True):
    """The book of one pair with several ticks merged into each level. The answer is not keyed by pair."""

    route: ClassVar = Route.get("spot.market.get_grouped_book", "/0/public/GroupedBook", siebly="getGroupedBook")

    pair: str
    """One pair, for example ``BTC/USD``."""
    depth: int | None = None
    """Levels per side: 10 (when left out), 25, 100, 250 or 1000."""
    grouping: int | None = None
    """Ticks per level: 1 (when left out), 5, 10, 25, 50, 100, 250, 500 or 1000."""

    def check(self) -> None:
        one_of(self, "depth", _DEPTHS)
        one_of(self, "grouping", _GROUPINGS)


class RestingOrder(Struct, frozen=True):
    """One order in the book."""

    price: Decimal
    qty: Decimal
    """What is left of it, in base."""
    order_id: str
    timestamp: int | None = None
    """Nanoseconds since 1970; sent as a number or as text."""


class Level3Book(Struct, frozen=True):
    """Both sides of a book order by order, best price first and in queue order within a price."""

    pair: str
    bids: list[RestingOrder]
    asks: list[RestingOrder]


class GetLevel3OrderBook(Request[Level3Book], frozen=True):
    """The book of one pair order by order. Market data, but private: it needs a key and counts on its limit."""

    route: ClassVar = Route.read(
        "spot.market.get_level3_book",
        "/0/private/Level3",
        siebly="getLevel3OrderBook",
        permission="Orders and trades - Query open orders & trades",
        encoding="json",
    )

    pair: str
    depth: int | None = None
    """Price levels per side: 0 for the whole book, 10, 25, 100 (when left out), 250 or 1000."""

    def check(self) -> None:
        one_of(self, "depth", (0, *_DEPTHS))
