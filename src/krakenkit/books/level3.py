"""The level 3 book of Spot v2: every order in its queue, and the checksum over them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import takewhile
from typing import NamedTuple, Protocol
from zlib import crc32

from krakenkit._core.numbers import Number, exact
from krakenkit.books.checksum import TOP
from krakenkit.books.digits import decimal_at, in_units, scaled
from krakenkit.books.view import BookView, SideView
from krakenkit.errors import DecodeError


class OrderText(Protocol):
    """An order of a snapshot as it came: ``limit_price`` and ``order_qty`` as text, see :class:`~.side.LevelText`."""

    @property
    def order_id(self) -> str: ...
    @property
    def price_text(self) -> bytes: ...
    @property
    def qty_text(self) -> bytes: ...


class OrderEvent(OrderText, Protocol):
    """An order of an update: ``event`` is ``add``, ``modify`` or ``delete``."""

    @property
    def event(self) -> str: ...


class Order(NamedTuple):
    """One resting order."""

    order_id: str
    price: Decimal
    qty: Decimal


class Queue:
    """Orders at one price, oldest first, by id; sizes in units of the instrument's precision."""

    __slots__ = ("_digits", "_price_digits", "orders")

    def __init__(self, price: int) -> None:
        self.orders: dict[str, int] = {}
        self._price_digits = b"%d" % price
        self._digits: bytes | None = None

    def put(self, order_id: str, size: int) -> None:
        """Append an order, or change the size of one where it stands."""
        self.orders[order_id] = size
        self._digits = None

    def drop(self, order_id: str) -> None:
        """Take an order out."""
        del self.orders[order_id]
        self._digits = None

    def digits(self) -> bytes:
        """What the checksum sees of this price: price and size of each order, in queue order."""
        if self._digits is None:
            price = self._price_digits
            self._digits = b"".join([price + (b"%d" % size).lstrip(b"0") for size in self.orders.values()])
        return self._digits


class OrderSide:
    """One side: queues in parallel with their sorted keys, best price first, as in :class:`~.side.Side`."""

    __slots__ = ("_top", "depth", "keys", "price_places", "prices", "qty_places", "queues", "sign")

    def __init__(self, *, sign: int, depth: int, price_places: int, qty_places: int) -> None:
        self.sign = sign
        self.depth = depth
        self.price_places = price_places
        self.qty_places = qty_places
        self.clear()

    def clear(self) -> None:
        """Forget every order."""
        self.keys: list[int] = []
        self.queues: list[Queue] = []
        self.prices: dict[str, int] = {}
        """Order id to the key of its price."""
        self._top: bytes | None = b""

    def load(self, orders: Sequence[OrderText]) -> None:
        """Take over a snapshot, whose order is queue order."""
        for order in orders:
            self._add(order.order_id, *self._numbers(order))
        self._settle()

    def apply(self, events: Sequence[OrderEvent]) -> None:
        """Take over the orders of one update, in their order."""
        for event in events:
            self._apply(event)
        self._settle()

    def top(self) -> bytes:
        """The digits of every order on the ten best levels."""
        if self._top is None:
            self._top = b"".join([queue.digits() for queue in self.queues[:TOP]])
        return self._top

    def queue_of(self, order_id: str) -> Queue | None:
        """The queue an order stands in."""
        key = self.prices.get(order_id)
        return None if key is None else self.queues[bisect_left(self.keys, key)]

    def queue_at(self, price: Number) -> Queue | None:
        """The queue at a price."""
        units = in_units(exact(price, name="price"), self.price_places)
        if units is None:
            return None
        at = bisect_left(self.keys, units * self.sign)
        return self.queues[at] if self.keys[at : at + 1] == [units * self.sign] else None

    def orders(self) -> Iterator[Order]:
        """Every order, best price first, in queue order."""
        for key, queue in zip(self.keys, self.queues, strict=True):
            price = decimal_at(key * self.sign, self.price_places)
            for order_id, size in queue.orders.items():
                yield Order(order_id, price, decimal_at(size, self.qty_places))

    def freeze(self) -> SideView:
        """The side by price levels."""
        sizes = [sum(queue.orders.values()) for queue in self.queues]
        return SideView(self.keys[:], sizes, self.sign, self.price_places, self.qty_places)

    def _apply(self, event: OrderEvent) -> None:
        # A deletion repeats the last quantity, so that only the word counts.
        match event.event:
            case "delete":
                self._remove(event.order_id)
            case "add":
                self._remove(event.order_id)
                self._add(event.order_id, *self._numbers(event))
            case "modify":
                self._modify(event.order_id, *self._numbers(event))
            case other:
                raise DecodeError(
                    f"A level 3 order came with event {other!r}, which is none of add, modify and delete.",
                    raw=other.encode(),
                    field="event",
                )

    def _numbers(self, order: OrderText) -> tuple[int, int]:
        price = scaled(bytes(order.price_text), self.price_places, name="limit_price")
        return price * self.sign, scaled(bytes(order.qty_text), self.qty_places, name="order_qty")

    def _add(self, order_id: str, key: int, size: int) -> None:
        at = bisect_left(self.keys, key)
        if self.keys[at : at + 1] != [key]:
            self.keys.insert(at, key)
            self.queues.insert(at, Queue(key * self.sign))
        self.queues[at].put(order_id, size)
        self.prices[order_id] = key

    def _modify(self, order_id: str, key: int, size: int) -> None:
        # The same price keeps the place in the queue. Another price, or an order we did not know, goes to the back:
        # no page says so, and the checksum decides.
        if self.prices.get(order_id) != key:
            self._remove(order_id)
        self._add(order_id, key, size)

    def _remove(self, order_id: str) -> None:
        key = self.prices.pop(order_id, None)
        if key is None:
            return
        at = bisect_left(self.keys, key)
        self.queues[at].drop(order_id)
        if not self.queues[at].orders:
            del self.keys[at], self.queues[at]

    def _settle(self) -> None:
        """What is due after each message: drop what lies beyond the depth."""
        self._top = None
        for queue in self.queues[self.depth :]:
            for order_id in queue.orders:
                del self.prices[order_id]
        del self.keys[self.depth :], self.queues[self.depth :]


class Level3Book:
    """Orders of one instrument, kept from messages; checked with :meth:`verify`.

    ``depth`` counts price levels; precisions are the instrument's decimals, to which the checksum pads.
    """

    __slots__ = ("asks", "bids", "depth", "symbol")

    def __init__(self, depth: int, price_precision: int, qty_precision: int, *, symbol: str = "") -> None:
        self.depth = depth
        self.symbol = symbol
        self.asks = OrderSide(sign=1, depth=depth, price_places=price_precision, qty_places=qty_precision)
        self.bids = OrderSide(sign=-1, depth=depth, price_places=price_precision, qty_places=qty_precision)

    def snapshot(self, asks: Sequence[OrderText], bids: Sequence[OrderText]) -> None:
        """Replace everything; orders of one price come in queue order.

        Raises:
            DecodeError: when a number cannot be taken exactly; the book is empty then.
        """
        self.clear()
        try:
            self.asks.load(asks)
            self.bids.load(bids)
        except DecodeError:
            self.clear()
            raise

    def update(self, asks: Sequence[OrderEvent], bids: Sequence[OrderEvent]) -> None:
        """Apply one whole message, in its order, then drop price levels beyond the depth.

        Raises:
            DecodeError: when a number or an event cannot be taken; the book is empty then.
        """
        try:
            if asks:
                self.asks.apply(asks)
            if bids:
                self.bids.apply(bids)
        except DecodeError:
            self.clear()
            raise

    def clear(self) -> None:
        """Forget every order."""
        self.asks.clear()
        self.bids.clear()

    def checksum(self) -> int:
        """The CRC32 of every order on the ten best levels of each side, in queue order."""
        return crc32(self.bids.top(), crc32(self.asks.top()))

    def verify(self, expected: int) -> bool:
        """Whether the book is the one that the exchange hashed."""
        return self.checksum() == expected

    def checksum_digits(self) -> tuple[str, str]:
        """The digits that :meth:`checksum` hashes, asks and bids: the evidence when it fails."""
        return self.asks.top().decode(), self.bids.top().decode()

    def queue_position(self, order_id: str) -> int | None:
        """How many orders stand before this one at its price: 0 is next. None when it is not in the book."""
        queue = self._queue_of(order_id)
        return None if queue is None else sum(1 for _ in _ahead(queue, order_id))

    def volume_ahead(self, order_id: str) -> Decimal | None:
        """The quantity before this order at its price. None when it is not in the book.

        The hidden part of iceberg orders is not announced, so that more than this may have to trade first.
        """
        queue = self._queue_of(order_id)
        if queue is None:
            return None
        return decimal_at(sum(queue.orders[ahead] for ahead in _ahead(queue, order_id)), self.asks.qty_places)

    def asks_in_order(self) -> tuple[Order, ...]:
        """Every ask, lowest price first, in queue order."""
        return tuple(self.asks.orders())

    def bids_in_order(self) -> tuple[Order, ...]:
        """Every bid, highest price first, in queue order."""
        return tuple(self.bids.orders())

    def orders_at(self, price: Number) -> tuple[Order, ...]:
        """The orders at a price, on whichever side has it, in queue order."""
        shown = exact(price, name="price")
        queue = self.asks.queue_at(shown) or self.bids.queue_at(shown)
        orders = queue.orders.items() if queue else ()
        return tuple(Order(order_id, shown, decimal_at(size, self.asks.qty_places)) for order_id, size in orders)

    @property
    def crossed(self) -> bool:
        """Whether the best bid has reached the best ask."""
        return bool(self.asks.keys and self.bids.keys and self.asks.keys[0] <= -self.bids.keys[0])

    def view(self) -> BookView:
        """The book by price levels as it is now; it stays so when the book goes on."""
        return BookView(self.symbol, self.asks.freeze(), self.bids.freeze())

    def _queue_of(self, order_id: str) -> Queue | None:
        return self.asks.queue_of(order_id) or self.bids.queue_of(order_id)

    def __repr__(self) -> str:
        return f"Level3Book({self.symbol!r}, asks={len(self.asks.prices)}, bids={len(self.bids.prices)})"


def _ahead(queue: Queue, order_id: str) -> Iterator[str]:
    return takewhile(lambda other: other != order_id, queue.orders)
