"""A book that is shown only while it is proven: checked after every message, withheld from the first mismatch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Protocol

from krakenkit.books.view import BookView
from krakenkit.errors import BookOutOfStep, DecodeError


class BookMessage(Protocol):
    """What a snapshot or an update brings: levels, or the orders of level 3."""

    @property
    def asks(self) -> Sequence[Any]: ...
    @property
    def bids(self) -> Sequence[Any]: ...
    @property
    def checksum(self) -> int | None: ...
    @property
    def snapshot(self) -> bool: ...


class GuardedBook(Protocol):
    """What a guard and its readers want of a book of either level."""

    @property
    def symbol(self) -> str: ...
    def snapshot(self, asks: Any, bids: Any) -> None: ...
    def update(self, asks: Any, bids: Any) -> None: ...
    def checksum(self) -> int: ...
    def clear(self) -> None: ...
    def view(self) -> BookView: ...


class Verdict(Enum):
    """What a message did to the book."""

    PROVEN = auto()
    """Applied and checked: it may be shown."""
    WITHHELD = auto()
    """Nothing to show: there is no proven snapshot yet."""
    OUT_OF_STEP = auto()
    """The check failed with this message; the book is withheld until a proven snapshot comes."""


# Names of their own: looking a member up on its Enum costs as much as two function calls, and there are two a message.
PROVEN = Verdict.PROVEN
WITHHELD = Verdict.WITHHELD
OUT_OF_STEP = Verdict.OUT_OF_STEP


@dataclass(slots=True)
class BookGuard:
    """The book of one symbol and whether it is proven now."""

    book: GuardedBook
    bare_snapshots: bool = False
    """Snapshots of this family carry no checksum: they are shown as they came, and the next update proves them."""
    synced: bool = False
    verified: int = 0
    """Messages whose checksum was right."""
    failed: int = 0
    error: BookOutOfStep | None = None
    """Why the book is withheld, after a failed check."""

    def apply(self, message: BookMessage) -> Verdict:
        """Take one message in."""
        try:
            if message.snapshot:
                self.synced = True
                self.begin(message)
            elif self.synced:
                self.book.update(message.asks, message.bids)
            else:
                return WITHHELD
        except DecodeError as error:
            return self._fail(f"a level could not be read exactly: {error}", message.checksum or 0, 0)
        expected = message.checksum
        if expected is None:
            return self._unchecked(message)
        computed = self.book.checksum()
        if computed != expected:
            return self._fail("the checksum differs", expected, computed)
        self.verified += 1
        self.error = None
        return PROVEN

    def begin(self, message: BookMessage) -> None:
        """Replace the book by a snapshot.

        Raises:
            DecodeError: when a number cannot be taken exactly.
        """
        self.book.snapshot(message.asks, message.bids)

    def reset(self) -> None:
        """Forget the book until the next snapshot, as after a dropped line."""
        self.synced = False
        self.book.clear()

    def _unchecked(self, message: BookMessage) -> Verdict:
        if not message.snapshot:
            return self._fail("an update came without a checksum", 0, self.book.checksum())
        if self.bare_snapshots:
            return PROVEN
        # A thin snapshot of a quiet pair was seen to come without one, with a full snapshot after it.
        self.synced = False
        return WITHHELD

    def _fail(self, reason: str, expected: int, computed: int) -> Verdict:
        self.synced = False
        self.failed += 1
        symbol = self.book.symbol
        self.error = BookOutOfStep(
            f"The book of {symbol} is out of step: {reason} (expected {expected}, computed {computed}). "
            "It is withheld and subscribed anew; nothing needs to be done.",
            symbol=symbol,
            expected=expected,
            computed=computed,
        )
        return OUT_OF_STEP
