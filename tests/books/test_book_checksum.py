"""The checksum against vectors: our own, made by hand, and the published ones where they are found."""

from __future__ import annotations

import json
from typing import Any
from zlib import crc32

import pytest

from books.book_data import shared
from krakenkit.books import Level2Book, Level3Book, levels
from krakenkit.books.capture import TextOrder
from krakenkit.books.checksum import checksum_of, digits_of, side_digits


def vector(name: str) -> dict[str, Any]:
    every = json.loads(shared("api/checksum-vectors.json").read_bytes())["vectors"]
    found: dict[str, Any] = next(each for each in every if each["id"] == name)
    return found


def orders(rows: list[list[str]]) -> list[TextOrder]:
    return [TextOrder("", row[0], row[1].encode(), row[2].encode()) for row in rows]


def test_digits_lose_the_point_and_leading_zeros_only() -> None:
    assert digits_of("0.00100000") == "100000"
    assert digits_of("45281.0") == "452810"
    assert digits_of("0.00000000") == ""
    assert side_digits([("0.5", "1.00"), ("10.0", "0.20")]) == "5100" + "100" + "20"


def test_asks_come_before_bids() -> None:
    # By hand: 101 + 250 for the ask, 99 + 5 for the bid.
    assert checksum_of([("10.1", "2.50")], [("9.9", "0.05")]) == crc32(b"101250" + b"995")


def test_a_small_book_by_hand() -> None:
    book = Level2Book(10, 1, 2)

    book.snapshot(levels([("10.2", "1"), ("10.1", "2.5")]), levels([("9.8", "3.25"), ("9.9", "0.05")]))

    assert book.checksum_digits() == ("101250" + "102100", "995" + "98325")
    assert book.checksum() == crc32(b"101250102100" + b"99598325") == 46895101


def test_an_empty_book_hashes_nothing() -> None:
    assert Level2Book(10, 1, 8).checksum() == 0
    assert Level3Book(10, 1, 8).checksum() == 0


def test_ten_levels_count_whatever_the_depth() -> None:
    rows = [(f"{price}.0", "1.0") for price in range(100, 125)]
    book = Level2Book(25, 1, 1)

    book.snapshot(levels(rows), [])

    assert book.checksum() == crc32("".join(f"{price}010" for price in range(100, 110)).encode())


def test_the_official_v1_example() -> None:
    example = vector("v1-official-guide")
    book = Level2Book(10)

    book.snapshot(levels(example["asks"]), levels(example["bids"]))

    assert book.checksum_digits() == (example["asks_string"], example["bids_string"])
    assert book.verify(example["expected_checksum"])
    assert checksum_of(example["asks"], example["bids"]) == example["expected_checksum"]


def test_the_official_v2_example() -> None:
    example = vector("v2-official-guide")
    book = Level2Book(10, example["price_precision"], example["qty_precision"])

    book.snapshot(levels(example["asks"]), levels(example["bids"]))

    assert book.checksum_digits() == (example["asks_string"], example["bids_string"])
    assert book.verify(example["expected_checksum"])


def test_the_official_level_3_example_depends_on_queue_order() -> None:
    example = vector("level3-official-guide")
    book = Level3Book(10, example["price_precision"], example["qty_precision"])
    book.snapshot(orders(example["asks"]), orders(example["bids"]))
    assert book.checksum_digits() == (example["asks_string"], example["bids_string"])
    assert book.verify(example["expected_checksum"])

    first, second, *rest = example["bids"]
    book.snapshot(orders(example["asks"]), orders([second, first, *rest]))

    assert book.checksum() == example["negative"]["checksum_then"]


def test_the_published_sample_needs_padding() -> None:
    example = vector("v2-channel-page-snapshot-then-update")
    snapshot, update = example["snapshot"], example["update"]
    padded = Level2Book(example["depth"], example["price_precision"], example["qty_precision"])
    as_printed = Level2Book(example["depth"])

    for book in (padded, as_printed):
        book.snapshot(levels(snapshot["asks"]), levels(snapshot["bids"]))
    assert padded.verify(snapshot["expected_checksum"])
    assert as_printed.checksum() == example["negative"]["checksum_then"]

    padded.update(levels(update["asks"]), levels(update["bids"]))
    assert padded.checksum_digits() == (update["asks_string_after"], update["bids_string_after"])
    assert padded.verify(update["expected_checksum"])


@pytest.mark.parametrize(
    "name",
    [
        "v2-live-capture-depth10",
        "v1-live-capture-short-side",
        "v1-live-capture-small-prices",
        "v1-live-capture-sequence",
    ],
)
def test_live_captures_agree_after_every_update(name: str) -> None:
    example = vector(name)
    book = Level2Book(example["depth"], example.get("price_precision"), example.get("qty_precision"))
    snapshot = example["snapshot"]
    book.snapshot(levels(snapshot["asks"]), levels(snapshot["bids"]))
    assert snapshot["expected_checksum"] in (None, book.checksum())

    for asks, bids, expected in example["updates"]:
        book.update(levels(asks), levels(bids))
        assert book.verify(int(expected))


def test_without_truncation_the_capture_fails_where_the_notes_say() -> None:
    example = vector("v2-live-capture-depth10")
    book = Level2Book(None, example["price_precision"], example["qty_precision"])
    book.snapshot(levels(example["snapshot"]["asks"]), levels(example["snapshot"]["bids"]))

    failed = []
    for at, (asks, bids, expected) in enumerate(example["updates"]):
        book.update(levels(asks), levels(bids))
        if not book.verify(expected):
            failed.append(at)

    assert failed[0] == example["negative"]["first_mismatch_at_update_index"]
