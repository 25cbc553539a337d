"""A book without checksums is shown while its messages count on and its sides stay apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from krakenkit.books import Level2Book, TextLevel, levels
from krakenkit.books.guard import Verdict
from krakenkit.books.sequence_guard import SequenceGuard


@dataclass
class Message:
    seq: int
    asks: Sequence[TextLevel] = field(default_factory=list)
    bids: Sequence[TextLevel] = field(default_factory=list)
    snapshot: bool = False
    checksum: int | None = None


def snapshot(seq: int, ask: str = "34912", bid: str = "34892.5") -> Message:
    return Message(seq, levels([(ask, "2300")]), levels([(bid, "6385")]), snapshot=True)


def proven(seq: int = 10) -> SequenceGuard:
    guard = SequenceGuard(Level2Book(None, symbol="PF_XBTUSD"))
    assert guard.apply(snapshot(seq)) is Verdict.PROVEN
    return guard


def test_updates_are_proven_while_each_carries_the_next_number() -> None:
    guard = proven()

    verdicts = [guard.apply(Message(seq, bids=levels([(price, "1")]))) for seq, price in ((11, "34892"), (12, "34893"))]

    assert verdicts == [Verdict.PROVEN, Verdict.PROVEN]
    assert (guard.synced, guard.sequence, guard.verified, guard.failed) == (True, 12, 2, 0)
    assert [str(level.price) for level in guard.book.view().bids] == ["34893.0", "34892.5", "34892.0"]


@pytest.mark.parametrize("seq", [12, 10, 9, 1])
def test_a_number_that_is_not_the_next_withholds_the_book_and_says_so(seq: int) -> None:
    guard = proven()

    assert guard.apply(Message(seq, bids=levels([("34893", "1")]))) is Verdict.OUT_OF_STEP

    assert (guard.synced, guard.failed) == (False, 1)
    assert guard.error is not None
    assert (guard.error.symbol, guard.error.expected, guard.error.computed) == ("PF_XBTUSD", 11, seq)
    assert guard.apply(Message(seq + 1)) is Verdict.WITHHELD


def test_updates_before_the_first_snapshot_are_withheld() -> None:
    guard = SequenceGuard(Level2Book(None))

    assert guard.apply(Message(1, bids=levels([("1", "1")]))) is Verdict.WITHHELD


def test_a_snapshot_starts_the_count_anew_wherever_it_is() -> None:
    guard = proven()
    guard.apply(Message(99))

    assert guard.apply(snapshot(5)) is Verdict.PROVEN
    assert guard.error is None
    assert guard.apply(Message(6)) is Verdict.PROVEN


def test_a_book_whose_sides_meet_is_withheld() -> None:
    guard = proven()

    assert guard.apply(Message(11, bids=levels([("34912", "1")]))) is Verdict.OUT_OF_STEP
    assert guard.apply(snapshot(12, ask="34892", bid="34893")) is Verdict.OUT_OF_STEP
    assert not guard.synced
    assert "best bid" in str(guard.error)


def test_a_number_that_cannot_be_read_withholds_the_book() -> None:
    guard = proven()

    assert guard.apply(Message(11, bids=levels([("NaN", "1")]))) is Verdict.OUT_OF_STEP
    assert not guard.book.view().bids


def test_levels_without_quantity_are_no_levels_in_a_snapshot_either() -> None:
    guard = SequenceGuard(Level2Book(None))

    guard.apply(Message(1, levels([("34911.5", "0"), ("34912", "2300")]), levels([("34892", "0.0")]), snapshot=True))

    view = guard.book.view()
    assert ([str(level.price) for level in view.asks], len(view.bids)) == (["34912.0"], 0)


def test_a_reset_forgets_the_book_until_the_next_snapshot() -> None:
    guard = proven()

    guard.reset()

    assert guard.apply(Message(11)) is Verdict.WITHHELD
