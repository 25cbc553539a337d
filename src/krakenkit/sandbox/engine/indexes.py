"""The index: the price of a pair from outside its book, brought by whoever runs the exchange."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from .checks import Marks
from .floor import Desk, Floor
from .instruments import Pair
from .orders import Order

IndexSource: TypeAlias = Callable[[Pair], int | None]
"""The index of a pair in its price units; None for a pair that has none."""


class Indexes:
    """What orders are reckoned from, and what sets off those that wait for the index."""

    def __init__(self, floor: Floor, source: IndexSource | None) -> None:
        self._floor = floor
        self._source = source
        self._asked_at = floor.now

    def index(self, pair: Pair) -> int | None:
        """The index of a pair, cut off to its tick; None when it has none."""
        price = None if self._source is None else self._source(pair)
        return None if price is None else price - price % pair.tick

    def marks(self, pair: Pair, reference: str) -> Marks:
        """The prices from which an order with this trigger reference is reckoned."""
        desk = self._floor.desks[pair.name]
        index = self.index(pair) if reference.lower() == "index" else None
        if index is not None:
            self._hear(desk, index)
        return Marks(desk.tape.last, index)

    def reference(self, order: Order) -> int | None:
        """The price that sets off this order. As with Kraken, the last one stands in for an index that fails."""
        desk = self._floor.desk(order)
        index = self.index(order.pair) if order.index else None
        return desk.tape.last if index is None else index

    def renewed(self, *, at_once: bool) -> Iterator[Desk]:
        """Desks where orders wait for the index, once it is known anew: ``at_once``, else once for each moment."""
        if not self._floor.indexed or (self._floor.now == self._asked_at and not at_once):
            return
        self._asked_at = self._floor.now
        for name, desk in list(self._floor.indexed.items()):
            price = self.index(desk.pair)
            self._hear(desk, desk.tape.last if price is None else price)
            yield desk
            if not desk.index_stops:
                del self._floor.indexed[name]

    def _hear(self, desk: Desk, price: int | None) -> None:
        desk.index = price
        if price is not None and desk.index_stops.follow(price):
            self._floor.moved[f"{desk.pair.name} index"] = desk.index_stops
