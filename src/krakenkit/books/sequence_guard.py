"""A level 2 book without checksums, shown only while its messages count on without a hole and its sides do not cross.

The Futures WebSocket v1 sends no checksum. Each message of a product carries the next number; that the step is always one is
what clients rely on and what every capture shows, though no page says it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from krakenkit.books.guard import BookGuard, BookMessage, Verdict
from krakenkit.books.level2 import Level2Book
from krakenkit.errors import BookOutOfStep, DecodeError


class CountedMessage(BookMessage, Protocol):
    """A snapshot or an update with its number."""

    @property
    def seq(self) -> int: ...


@dataclass(slots=True)
class SequenceGuard(BookGuard):
    """The book of one product and whether it is proven now: as far as numbers and prices can prove it."""

    sequence: int | None = None
    """The number of the last message."""

    def apply(self, message: BookMessage) -> Verdict:
        """Take one message in."""
        counted: CountedMessage = message  # type: ignore[assignment]
        if not message.snapshot:
            if not self.synced or self.sequence is None:
                return Verdict.WITHHELD
            if counted.seq != self.sequence + 1:
                return self._distrust("a message is missing", self.sequence + 1, counted.seq)
        return Verdict.WITHHELD
