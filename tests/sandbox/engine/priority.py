"""Who was before whom in the lines of a book, from one action to the next."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple, TypeAlias

Key: TypeAlias = tuple[str, str]
"""Market and side (``buy`` or ``sell``)."""
Line: TypeAlias = list[tuple[Decimal, str]]
"""Price and id of the orders of one side, in the order in which they will trade."""


class Served(NamedTuple):
    """A resting order that was traded with."""

    key: Key
    order_id: str
    price: Decimal


class Lines:
    """The lines as they stood after the last action."""

    def __init__(self) -> None:
        self._lines: dict[Key, Line] = {}

    def follow(self, lines: dict[Key, Line], *, lost: set[str], served: Iterable[Served]) -> None:
        """Whoever did not lose his place stands before all who came later, and nobody went past him."""
        for key, line in lines.items():
            there, before = set(line), self._lines.get(key, [])
            kept = [place for place in before if place in there and place[1] not in lost]
            assert [place for place in line if place in set(kept)] == kept
            assert not _overtaken(line, set(kept))
            rank = {order_id: number for number, (_, order_id) in enumerate(before)}
            for one in served:
                if one.key == key:
                    _assert_nobody_was_passed_over(one, kept, rank)
        self._lines = lines


def _overtaken(line: Line, kept: set[tuple[Decimal, str]]) -> bool:
    """Whether somebody new stands before somebody who was there, at one price."""
    newcomers = set[Decimal]()
    for price, order_id in line:
        if (price, order_id) not in kept:
            newcomers.add(price)
        elif price in newcomers:
            return True
    return False


def _assert_nobody_was_passed_over(served: Served, kept: Line, rank: dict[str, int]) -> None:
    buys = served.key[1] == "buy"
    turn = rank.get(served.order_id, len(rank))
    for price, order_id in kept:
        better = price > served.price if buys else price < served.price
        first = price == served.price and rank[order_id] < turn
        passed_over = better or first
        assert not passed_over, f"{served.order_id} was served before {order_id}"
