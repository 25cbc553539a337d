"""A level 2 book without checksums, shown only while its messages count on without a hole and its sides do not cross.

The Futures WebSocket v1 sends no checksum. Each message of a product carries the next number; that the step is always one is
what clients rely on and what every capture shows, though no page says it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, cast

from krakenkit.books.guard import BookGuard, BookMessage, Verdict
from krakenkit.books.level2 import Level2Book
from krakenkit.errors import BookOutOfStep, DecodeError


class CountedMessage(BookMessage, Protocol):
    """A snapshot or an update with its number."""

    @property
    def seq(self) -> int: ...


@dataclass(slots=True)
class SequenceGuard(BookGuard):
    """The book of one product and whether it is proven now, as far as numbers and prices can prove it.

    Its messages are :class:`CountedMessage`; ``verified`` counts those whose number was the next one.
    """

    sequence: int = -1
    """The number of the last message; it means nothing while the book is not ``synced``."""

    def apply(self, message: BookMessage) -> Verdict:
        """Take one message in."""
        number = cast("CountedMessage", message).seq
        if not message.snapshot:
            if not self.synced:
                return Verdict.WITHHELD
            if number != self.sequence + 1:
                return self._distrust("a message is missing or came again", self.sequence + 1, number)
        try:
            if message.snapshot:
                self.begin(message)
            else:
                self.book.update(message.asks, message.bids)
        except DecodeError as error:
            return self._distrust(f"a level could not be read exactly: {error}", number, number)
        if isinstance(self.book, Level2Book) and self.book.crossed:
            return self._distrust("the best bid has reached the best ask", number, number)
        self.sequence = number
        self.synced = True
        self.verified += not message.snapshot
        self.error = None
        return Verdict.PROVEN

    def _distrust(self, reason: str, expected: int, number: int) -> Verdict:
        self.synced = False
        self.failed += 1
        symbol = self.book.symbol
        self.error = BookOutOfStep(
            f"The book of {symbol} is out of step: {reason} (message {expected} was due, {number} came). "
            "It is withheld and subscribed anew; nothing needs to be done.",
            symbol=symbol,
            expected=expected,
            computed=number,
        )
        return Verdict.OUT_OF_STEP
