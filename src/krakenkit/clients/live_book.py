"""``ws.book(...)``: a book that is always either proven or withheld, looked at through cheap immutable views."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from krakenkit.books.view import BookView
from krakenkit.clients.events import Gap
from krakenkit.clients.subscription import Subscription
from krakenkit.errors import StreamError
from krakenkit.wire.channel import Topic


class LiveBook(Subscription[BookView]):
    """Iterate it for a view after each change; a slow reader gets the newest view, not a queue of old ones.

    A :class:`Gap` comes when the book is withheld: the line dropped or a checksum failed. The next view is proven again.
    """

    def __init__(self, *arguments: Any, look: Callable[[Topic], BookView | None], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._look = look
        self._changed: set[str] = set()

    def push(self, row: Any) -> None:
        if row.symbol not in self._changed:
            self._changed.add(row.symbol)
            super().push(row.symbol)

    async def __anext__(self) -> BookView | Gap:
        while True:
            item: Any = await super().__anext__()
            if isinstance(item, Gap):
                return item
            self._changed.discard(item)
            if (view := self._proven(item)) is not None:
                return view

    def _proven(self, symbol: str) -> BookView | None:
        topic = next((topic for topic in self.topics.values() if topic.symbol == symbol), None)
        return self._look(topic) if topic is not None else None

    @property
    def symbols(self) -> list[str]:
        """The symbols of this book that were not refused."""
        return [topic.symbol for topic in self.topics.values() if topic.symbol is not None]

    def synced(self, symbol: str | None = None) -> bool:
        """Whether the book is proven now."""
        return self._proven(symbol or self._only()) is not None

    def view(self, symbol: str | None = None) -> BookView:
        """The book as it is now.

        Raises:
            StreamError: while it is withheld; wait for the next item of the iteration.
        """
        name = symbol or self._only()
        view = self._proven(name)
        if view is None:
            raise StreamError(f"The book of {name} is withheld until it is proven; wait for the next view.")
        return view

    def _only(self) -> str:
        if len(self.symbols) != 1:
            raise StreamError(f"Name one of the symbols: {', '.join(self.symbols) or 'all were refused'}.")
        return self.symbols[0]
