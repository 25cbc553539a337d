"""A guarded book is shown only while it is proven."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from krakenkit.books import Level2Book, TextLevel, levels
from krakenkit.books.guard import BookGuard, Verdict


@dataclass
class Message:
    asks: Sequence[TextLevel] = field(default_factory=list)
    bids: Sequence[TextLevel] = field(default_factory=list)
    checksum: int | None = None
    snapshot: bool = False


def guard() -> BookGuard:
    return BookGuard(Level2Book(10, 1, 2, symbol="BTC/USD"))


def crc(text: str) -> int:
    return zlib.crc32(text.encode())


SNAPSHOT = Message(levels([("10.2", "1.00")]), levels([("10.1", "2.50")]), crc("102100101250"), snapshot=True)


def test_a_snapshot_with_the_right_checksum_is_proven() -> None:
    book = guard()
    assert book.apply(SNAPSHOT) is Verdict.PROVEN
    assert (book.synced, book.verified, book.failed) == (True, 1, 0)


def test_updates_before_the_first_snapshot_are_withheld() -> None:
    book = guard()
    assert book.apply(Message(asks=levels([("10.2", "1.00")]), checksum=crc("102100"))) is Verdict.WITHHELD
    assert not book.synced


def test_a_snapshot_without_a_checksum_is_not_shown_and_the_full_one_after_it_is() -> None:
    book = guard()
    assert book.apply(Message(levels([("10.2", "1.00")]), snapshot=True)) is Verdict.WITHHELD
    assert not book.synced
    assert book.apply(SNAPSHOT) is Verdict.PROVEN


def test_a_wrong_checksum_puts_the_book_out_of_step_until_the_next_snapshot() -> None:
    book = guard()
    book.apply(SNAPSHOT)
    wrong = Message(asks=levels([("10.3", "1.00")]), checksum=7)
    right = Message(asks=levels([("10.4", "1.00")]), checksum=crc("102100103100104100101250"))
    assert book.apply(wrong) is Verdict.OUT_OF_STEP
    assert book.error is not None
    assert (book.error.symbol, book.error.expected) == ("BTC/USD", 7)
    assert book.apply(right) is Verdict.WITHHELD
    assert book.apply(SNAPSHOT) is Verdict.PROVEN
    assert (book.verified, book.failed) == (2, 1)
    assert book.error is None


def test_a_number_that_does_not_fit_the_precision_is_a_failed_check() -> None:
    book = guard()
    book.apply(SNAPSHOT)
    assert book.apply(Message(asks=levels([("10.25", "1.00")]), checksum=1)) is Verdict.OUT_OF_STEP
    assert book.error is not None
    assert "10.25" in str(book.error)


def test_a_dropped_line_forgets_the_book() -> None:
    book = guard()
    book.apply(SNAPSHOT)
    book.reset()
    assert not book.synced
    assert book.book.view().best_ask is None
