"""``ws.book(...)``: a book that is always either proven or withheld, looked at through cheap immutable views."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from krakenkit.books.guard import BookGuard
from krakenkit.books.level3 import Level3Book
from krakenkit.books.view import BookView
from krakenkit.clients.events import Gap
from krakenkit.clients.subscription import Subscription
from krakenkit.errors import KrakenError, SettingsError, StreamError
from krakenkit.wire.channel import Topic

_SYMBOL_MEMBERS = ("symbol", "pair", "product_id")
"""What the families call the instrument on a row."""


class LiveBook(Subscription[BookView]):
    """Iterate it for a view after each change; a slow reader gets the newest view, not a queue of old ones.

    A :class:`Gap` comes when the book is withheld: the line dropped or a check failed. The next view is proven again.
    The methods take a symbol as it was subscribed, and need none where there is only one.
    """

    def __init__(self, *arguments: Any, look: Callable[[Topic], BookGuard | None], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._look = look
        self._by_symbol = {topic.symbol: topic for topic in self.topics.values()}
        self._changed: set[str] = set()
        self._news = asyncio.Event()
        self.limit = len(self.topics) + 1  # each symbol waits once, behind at most one marker: nothing is ever dropped

    # --- for the one who delivers -------------------------------------------------------------------------------------

    def push(self, row: Any) -> None:
        """Note that a proven message changed the book of its symbol."""
        symbol = next(name for name in (getattr(row, member, None) for member in _SYMBOL_MEMBERS) if name)
        self._news.set()
        if symbol not in self._changed:
            self._changed.add(symbol)
            super().push(symbol)

    def mark(self, gap: Gap) -> None:
        """Put the marker before the symbols that wait: their views are looked up later, and are newer than the gap."""
        waiting = list(self._queue)
        self._queue.clear()
        self._queue.extend(item for item in waiting if isinstance(item, Gap))
        super().mark(gap)
        self._queue.extend(item for item in waiting if not isinstance(item, Gap))

    def refuse(self, topic: Topic, error: str) -> None:
        """Note that one symbol was refused; the others go on."""
        super().refuse(topic, error)
        self._news.set()

    def fail(self, error: KrakenError) -> None:
        """End the stream with an error."""
        super().fail(error)
        self._news.set()

    # --- for the one who reads ----------------------------------------------------------------------------------------

    @property
    def symbols(self) -> list[str]:
        """The symbols of this book that were not refused."""
        return [topic.symbol for topic in self.topics.values() if topic.symbol is not None]

    def is_synced(self, symbol: str | None = None) -> bool:
        """Whether the book is proven now."""
        return self._proven(symbol or self._only()) is not None

    def why(self, symbol: str | None = None) -> str:
        """Why the book is withheld; empty while it is proven."""
        name = symbol or self._only()
        guard = self._guard(name)
        if guard is None:
            return f"no snapshot of {name} has come yet"
        if guard.synced:
            return ""
        return str(guard.error) if guard.error is not None else f"a new snapshot of {name} is awaited"

    async def synced(self, symbol: str | None = None) -> BookView:
        """Wait until the book is proven, and give it.

        Raises:
            StreamError: when the stream ended before that.
        """
        name = symbol or self._only()
        while (guard := self._proven(name)) is None:
            if self.closed or self._error is not None or name not in self.symbols:
                raise self._error or StreamError(f"The book of {name} was closed or refused before it was proven.")
            self._news.clear()
            await self._news.wait()
        return guard.book.view()

    def view(self, symbol: str | None = None) -> BookView:
        """The book as it is now.

        Raises:
            StreamError: while it is withheld; it says why.
        """
        return self._known(symbol).book.view()

    def checks(self, symbol: str | None = None) -> tuple[int, int]:
        """How many messages were proven, and how many checks failed."""
        guard = self._guard(symbol or self._only())
        return (guard.verified, guard.failed) if guard is not None else (0, 0)

    def queue_position(self, order_id: str, symbol: str | None = None) -> int | None:
        """How many orders of its price stand before an order; None when it is not in the book. Level 3 only."""
        return self._orders(symbol).queue_position(order_id)

    def volume_ahead(self, order_id: str, symbol: str | None = None) -> Decimal | None:
        """The quantity of its price that stands before an order; None when it is not in the book. Level 3 only."""
        return self._orders(symbol).volume_ahead(order_id)

    def close(self) -> None:
        """Unsubscribe and end the iteration; may be called twice."""
        super().close()
        self._news.set()

    # --- the rest -----------------------------------------------------------------------------------------------------

    def _take(self) -> BookView | Gap | None:
        item: Any = super()._take()
        if isinstance(item, Gap):
            return item
        self._changed.discard(item)
        guard = self._proven(item)
        return guard.book.view() if guard is not None else None

    def _orders(self, symbol: str | None) -> Level3Book:
        book = self._known(symbol).book
        if not isinstance(book, Level3Book):
            raise SettingsError("Only a book of level 3 knows single orders: ws.book(symbol, level=3).")
        return book

    def _known(self, symbol: str | None) -> BookGuard:
        name = symbol or self._only()
        guard = self._proven(name)
        if guard is None:
            raise StreamError(f"The book of {name} is withheld: {self.why(name)}. Wait for it with synced().")
        return guard

    def _proven(self, symbol: str) -> BookGuard | None:
        guard = self._guard(symbol)
        return guard if guard is not None and guard.synced else None

    def _guard(self, symbol: str) -> BookGuard | None:
        topic = self._by_symbol.get(symbol)
        if topic is None:
            raise StreamError(
                f"This book is not of {symbol}; it is of {', '.join(self.symbols) or 'nothing any more'}."
            )
        return self._look(topic)

    def _only(self) -> str:
        if len(self.symbols) != 1:
            raise StreamError(f"Name one of the symbols: {', '.join(self.symbols) or 'all were refused'}.")
        return self.symbols[0]
