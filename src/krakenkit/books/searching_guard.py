"""Guards for books whose precision nobody tells: level 3, which has no instrument channel on its host, and Unified.

Each snapshot is read with the precision at hand, else with the decimals that it shows, else with finer ones until its
checksum agrees.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

from krakenkit.books.checksum import TOP
from krakenkit.books.guard import BookGuard, BookMessage, GuardedBook
from krakenkit.books.level2 import Level2Book
from krakenkit.books.level3 import Level3Book, Order
from krakenkit.books.precision import Precision, Rows, longest_decimals, proven_precision
from krakenkit.errors import DecodeError


@dataclass(slots=True)
class SearchingGuard(BookGuard):
    """A guard that opens its book anew with every snapshot."""

    precision: Precision | None = None
    """What was told or proven so far."""

    def begin(self, message: BookMessage) -> None:
        for book in self._candidates(message):
            self.book = book
            if message.checksum is None or book.checksum() == message.checksum:
                return

    def _candidates(self, message: BookMessage) -> Iterator[GuardedBook]:
        """The book as this snapshot makes it, with one precision after the other; the next is wanted when one fails.

        Raises:
            DecodeError: when a number cannot be taken at all.
        """
        if self.precision is not None:
            with suppress(DecodeError):  # finer than it used to be
                yield self._loaded(message, self.precision)
        texts = ((bytes(row.price_text), bytes(row.qty_text)) for row in (*message.asks, *message.bids))
        least = longest_decimals(texts)
        self.precision = least
        first = self._loaded(message, least)
        yield first
        found = proven_precision(*self._top(first), message.checksum or 0, least=least)
        if found is not None:
            self.precision = found
            yield self._loaded(message, found)

    def _loaded(self, message: BookMessage, precision: Precision) -> GuardedBook:
        book = self._new(precision)
        book.snapshot(message.asks, message.bids)
        return book

    def _new(self, precision: Precision) -> GuardedBook:
        raise NotImplementedError

    def _top(self, book: GuardedBook) -> tuple[Rows, Rows]:
        """What the checksum takes of each side."""
        raise NotImplementedError


@dataclass(slots=True)
class Level3Guard(SearchingGuard):
    """The level 3 book of one symbol; make it with :func:`level3_guard`."""

    depth: int = 10

    def _new(self, precision: Precision) -> Level3Book:
        return Level3Book(self.depth, precision.price, precision.qty, symbol=self.book.symbol)

    def _top(self, book: GuardedBook) -> tuple[Rows, Rows]:
        if not isinstance(book, Level3Book):
            return [], []
        return _best_orders(book.asks.orders()), _best_orders(book.bids.orders())


@dataclass(slots=True)
class Level2Guard(SearchingGuard):
    """The level 2 book of one symbol; make it with :func:`level2_guard`."""

    depth: int = 10

    def _new(self, precision: Precision) -> Level2Book:
        return Level2Book(self.depth, precision.price, precision.qty, symbol=self.book.symbol)

    def _top(self, book: GuardedBook) -> tuple[Rows, Rows]:
        view = book.view()
        return view.asks[:TOP], view.bids[:TOP]

    def _candidates(self, message: BookMessage) -> Iterator[GuardedBook]:
        yield from SearchingGuard._candidates(self, message)
        # Should the exchange hash the numbers as it printed them, without padding.
        as_written = Level2Book(self.depth, symbol=self.book.symbol)
        as_written.snapshot(message.asks, message.bids)
        yield as_written


def level3_guard(depth: int, precision: tuple[int, int] | None = None, *, symbol: str = "") -> Level3Guard:
    """A guard for a level 3 book of this many price levels; without a precision, it finds it out."""
    known = Precision(*precision) if precision else None
    book = Level3Book(depth, *(known or Precision(0, 0)), symbol=symbol)
    return Level3Guard(book, precision=known, depth=depth)


def level2_guard(depth: int, precision: tuple[int, int] | None = None, *, symbol: str = "") -> Level2Guard:
    """A guard for a level 2 book whose precision is not known, or not for certain."""
    known = Precision(*precision) if precision else None
    book = Level2Book(depth, *(known or (None, None)), symbol=symbol)
    return Level2Guard(book, precision=known, depth=depth)


def _best_orders(orders: Iterator[Order]) -> Rows:
    """The orders of the ten best prices."""
    best: list[tuple[Decimal, Decimal]] = []
    prices: set[Decimal] = set()
    for order in orders:
        prices.add(order.price)
        if len(prices) > TOP:
            break
        best.append((order.price, order.qty))
    return best
