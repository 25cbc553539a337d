"""Every book sequence of the payload corpus, frame by frame."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from books.book_data import captures
from books.book_models import NaiveBook
from krakenkit.books import Level2Book, Level3Book
from krakenkit.books.capture import BookMessage, TextOrder, notes_of
from krakenkit.books.replay import replay


def frames(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines()


def messages(path: Path) -> list[BookMessage]:
    notes = [note for frame in frames(path) for note in notes_of(frame)]
    return [note for note in notes if isinstance(note, BookMessage)]


@pytest.mark.parametrize("folder", ["spot-ws-v1/book-sequence", "spot-ws-v2/book-sequence", "futures-ws/book-sequence"])
def test_every_update_of_every_capture_is_proven(folder: str) -> None:
    for path in captures(folder):
        report = replay(frames(path))

        assert report.frames == len(frames(path)), path.name
        assert report.verified == report.updates > 0, path.name
        assert (report.failed, report.undecodable) == (0, 0), path.name


def test_the_books_of_the_captures_equal_naive_ones_after_every_frame() -> None:
    for folder in ("spot-ws-v1/book-sequence", "futures-ws/book-sequence"):
        for path in captures(folder):
            first, *rest = messages(path)
            book, naive = Level2Book(first.depth), NaiveBook(first.depth, None)
            for message in (first, *rest[:200]):
                asks, bids = (
                    [(level.price_text.decode(), level.qty_text.decode()) for level in side]
                    for side in (message.asks, message.bids)
                )
                (book.snapshot if message.snapshot else book.update)(message.asks, message.bids)
                (naive.snapshot if message.snapshot else naive.update)(asks, bids)
                assert book.checksum() == naive.checksum(), path.name
            assert [(price, qty) for price, qty in book.view().asks] == naive.asks.shown()
            assert [(price, qty) for price, qty in book.view().bids] == naive.bids.shown()


def test_the_v2_capture_names_its_precision_by_its_checksums() -> None:
    path = next(path for path in captures("spot-ws-v2/book-sequence") if path.name == "1.jsonl")
    book = Level2Book(10, 1, 8)

    for message in messages(path):
        (book.snapshot if message.snapshot else book.update)(message.asks, message.bids)
        assert message.checksum is not None
        assert book.verify(message.checksum)


def test_the_level_3_sequence_does_what_its_events_say() -> None:
    # Its checksums are all zero, as its authors made it by hand; so the orders themselves are looked at.
    (path,) = captures("spot-ws-v2/level3-sequence")
    book = Level3Book(10, 1, 8)
    seen = []
    for message in messages(path):
        asks, bids = (
            [order for order in side if isinstance(order, TextOrder)] for side in (message.asks, message.bids)
        )
        (book.snapshot if message.snapshot else book.update)(asks, bids)
        seen.append(
            ([order.order_id for order in book.bids_in_order()], [order.order_id for order in book.asks_in_order()])
        )

    first = ["order-bid-1", "order-bid-2", "order-bid-3"]
    assert seen[0] == (first, ["order-ask-1", "order-ask-2"])
    assert seen[1][0] == ["order-bid-1", "order-bid-2", "order-bid-new", "order-bid-3"]
    assert seen[3][0] == ["order-bid-2", "order-bid-new", "order-bid-3", "order-bid-1"]
    assert seen[4][1] == ["order-ask-1"]
    assert book.asks_in_order()[0].qty == Decimal("0.5")
    assert replay(frames(path)).failed == 1
