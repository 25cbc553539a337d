"""Guards that find the precision out, for level 3 and for families whose instruments are not known."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import pytest

from krakenkit.books import Level3Book, TextLevel, levels
from krakenkit.books.guard import BookGuard, Verdict
from krakenkit.books.level2 import Level2Book
from krakenkit.books.precision import Precision, proven_precision
from krakenkit.books.searching_guard import level2_guard, level3_guard


@dataclass
class Order:
    order_id: str
    price_text: bytes
    qty_text: bytes
    event: str = ""


@dataclass
class Message:
    asks: Sequence[Order | TextLevel] = field(default_factory=list)
    bids: Sequence[Order | TextLevel] = field(default_factory=list)
    checksum: int | None = None
    snapshot: bool = False


def crc(*numbers: str) -> int:
    """The checksum of these numbers at full precision."""
    return zlib.crc32("".join(number.replace(".", "").lstrip("0") for number in numbers).encode())


def orders(*rows: tuple[str, str, str], event: str = "") -> list[Order]:
    return [Order(order_id, price.encode(), qty.encode(), event) for order_id, price, qty in rows]


ASKS = orders(("a1", "100.2", "0.50000000"), ("a2", "100.2", "0.25000000"))
BIDS = orders(("b1", "100.1", "1.00000000"))
WHOLE = crc("100.2", "0.50000000", "100.2", "0.25000000", "100.1", "1.00000000")


def test_the_decimals_of_a_snapshot_are_its_precision_and_the_checksum_proves_it() -> None:
    guard = level3_guard(10, symbol="BTC/USD")

    assert guard.apply(Message(ASKS, BIDS, WHOLE, snapshot=True)) is Verdict.PROVEN
    assert guard.precision == (1, 8)
    assert isinstance(guard.book, Level3Book)
    assert guard.book.queue_position("a2") == 1
    assert guard.book.view().symbol == "BTC/USD"


def test_lost_zeros_are_found_again() -> None:
    guard = level3_guard(10)
    short = orders(("a1", "100.2", "0.5"), ("a2", "100.2", "0.25"))

    assert guard.apply(Message(short, orders(("b1", "100.1", "1")), WHOLE, snapshot=True)) is Verdict.PROVEN
    assert guard.precision == (1, 8)


def test_what_was_proven_once_is_tried_first_and_may_become_finer() -> None:
    guard = level3_guard(10, (1, 8))
    finer = orders(("a1", "100.25", "0.50000000"))

    assert guard.apply(Message(finer, [], crc("100.25", "0.50000000"), snapshot=True)) is Verdict.PROVEN
    assert guard.precision == (2, 8)


def test_updates_are_checked_with_the_precision_found() -> None:
    guard = level3_guard(10)
    guard.apply(Message(ASKS, BIDS, WHOLE, snapshot=True))

    left = crc("100.2", "0.25000000", "100.1", "1.00000000")
    assert guard.apply(Message(orders(("a1", "100.2", "0.5"), event="delete"), [], left)) is Verdict.PROVEN
    assert guard.apply(Message(orders(("a2", "100.2", "0.1"), event="modify"), [], 7)) is Verdict.OUT_OF_STEP
    assert (guard.verified, guard.failed) == (2, 1)


def test_a_snapshot_that_no_precision_proves_is_out_of_step_and_the_next_one_may_be_right() -> None:
    guard = level3_guard(10)

    assert guard.apply(Message(ASKS, BIDS, 7, snapshot=True)) is Verdict.OUT_OF_STEP
    assert guard.apply(Message(ASKS, BIDS, WHOLE, snapshot=True)) is Verdict.PROVEN


def test_an_event_of_an_unknown_kind_is_a_failed_check() -> None:
    guard = level3_guard(10)
    guard.apply(Message(ASKS, BIDS, WHOLE, snapshot=True))

    assert guard.apply(Message(orders(("a1", "100.2", "1"), event="explode"), [], 1)) is Verdict.OUT_OF_STEP


def test_only_the_orders_of_the_ten_best_prices_prove_a_precision() -> None:
    asks = orders(*((f"a{n}", f"{100 + n}.5", "1.5") for n in range(14)))
    text = [number for n in range(10) for number in (f"{100 + n}.50", "1.50")]
    guard = level3_guard(100)

    assert guard.apply(Message(asks, [], crc(*text), snapshot=True)) is Verdict.PROVEN
    assert guard.precision == (2, 2)


def test_level_2_takes_padded_digits_or_digits_as_written() -> None:
    padded, written = level2_guard(10), level2_guard(10)
    asks, bids = levels([("100.5", "1.2")]), levels([("100", "3")])

    assert padded.apply(Message(asks, bids, crc("100.50", "1.200", "100.00", "3.000"), snapshot=True)) is Verdict.PROVEN
    assert written.apply(Message(asks, bids, crc("100.5", "1.2", "100", "3"), snapshot=True)) is Verdict.PROVEN
    assert padded.precision == (2, 3)
    for guard in (padded, written):
        assert guard.book.view().asks[0].price == Decimal("100.5")


def test_a_precision_that_was_told_is_used() -> None:
    guard = level2_guard(10, (2, 3))

    verdict = guard.apply(Message(levels([("100.5", "1.2")]), [], crc("100.50", "1.200"), snapshot=True))

    assert (verdict, guard.precision) == (Verdict.PROVEN, (2, 3))


def test_no_precision_is_proven_by_a_checksum_that_fits_none() -> None:
    rows = [(Decimal("1.5"), Decimal(2))]

    assert proven_precision(rows, [], 1, least=Precision(1, 0)) is None
    assert proven_precision(rows, [], crc("1.500", "2.0"), least=Precision(1, 0)) == (3, 1)


def test_bare_snapshots_are_shown_and_the_next_update_proves_or_refutes_them() -> None:
    guard = BookGuard(Level2Book(10, symbol="XBT/USD"), bare_snapshots=True)
    snapshot = Message(levels([("100.50", "1.00")]), [], None, snapshot=True)

    assert guard.apply(snapshot) is Verdict.PROVEN
    assert (guard.synced, guard.verified) == (True, 0)
    bid = levels([("100.40", "2.00")])
    assert guard.apply(Message([], bid, crc("100.50", "1.00", "100.40", "2.00"))) is Verdict.PROVEN
    assert guard.apply(Message([], bid, 7)) is Verdict.OUT_OF_STEP


@pytest.mark.parametrize("bare", [True, False])
def test_an_update_without_a_checksum_is_out_of_step(bare: bool) -> None:
    guard = BookGuard(Level2Book(10), bare_snapshots=bare)
    guard.apply(Message(levels([("100.50", "1.00")]), [], crc("100.50", "1.00"), snapshot=True))

    assert guard.apply(Message(levels([("100.60", "1.00")]))) is Verdict.OUT_OF_STEP
