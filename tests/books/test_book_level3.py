"""The level 3 book: queues, positions and the checksum over every order, beside a naive one."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from books.book_models import WRITERS, Writer, fixed
from krakenkit.books import Level3Book
from krakenkit.books.capture import TextOrder
from krakenkit.errors import DecodeError

PLACES = (1, 8)


class Event(NamedTuple):
    """An order event in ticks and units."""

    event: str
    order_id: str
    tick: int
    size: int


def wired(events: Sequence[Event], write: Writer = fixed) -> list[TextOrder]:
    return [
        TextOrder(each.event, each.order_id, write(each.tick, PLACES[0]).encode(), write(each.size, PLACES[1]).encode())
        for each in events
    ]


def text(event: str, order_id: str, price: str, qty: str) -> TextOrder:
    return TextOrder(event, order_id, price.encode(), qty.encode())


def queued() -> Level3Book:
    """Three bids at 10.0, one at 9.9, one ask at 10.1."""
    book = Level3Book(10, 1, 2, symbol="BTC/USD")
    bids = [text("", "A", "10.0", "1"), text("", "B", "10.0", "2"), text("", "C", "10.0", "4")]
    book.snapshot([text("", "S", "10.1", "8")], [*bids, text("", "D", "9.9", "16")])
    return book


def ids(book: Level3Book) -> list[str]:
    return [order.order_id for order in book.bids_in_order()]


# ---------------------------------------------------------------- rules


def test_a_snapshot_stands_in_queue_order() -> None:
    book = queued()

    assert ids(book) == ["A", "B", "C", "D"]
    assert book.checksum_digits() == ("101800", "100100" + "100200" + "100400" + "991600")
    assert book.checksum() == crc32(b"101800" + b"100100100200100400991600")
    assert str(book.bids_in_order()[0].qty) == "1.00"
    assert not book.crossed


def test_an_added_order_goes_to_the_back() -> None:
    book = queued()

    book.update([], [text("add", "E", "10.0", "1")])

    assert ids(book) == ["A", "B", "C", "E", "D"]


def test_a_modified_quantity_keeps_the_place() -> None:
    book = queued()

    book.update([], [text("modify", "A", "10.0", "0.5")])

    assert ids(book) == ["A", "B", "C", "D"]
    assert book.bids_in_order()[0].qty == Decimal("0.5")


def test_a_modified_price_goes_to_the_back_of_the_new_queue() -> None:
    book = queued()

    book.update([], [text("modify", "A", "9.9", "1")])

    assert ids(book) == ["B", "C", "D", "A"]


def test_a_modified_order_nobody_knew_is_added() -> None:
    book = queued()

    book.update([], [text("modify", "X", "10.0", "1")])

    assert ids(book) == ["A", "B", "C", "X", "D"]


def test_a_deletion_acts_on_the_word_and_not_on_the_quantity() -> None:
    book = queued()

    book.update([text("delete", "S", "10.1", "8")], [text("delete", "B", "10.0", "2")])

    assert ids(book) == ["A", "C", "D"]
    assert book.asks_in_order() == ()


def test_quantity_zero_alone_removes_nothing() -> None:
    book = queued()

    book.update([], [text("modify", "B", "10.0", "0")])

    assert ids(book) == ["A", "B", "C", "D"]
    assert book.checksum_digits()[1] == "100100" + "100" + "100400" + "991600"


def test_an_order_added_again_stands_once_at_the_back() -> None:
    book = queued()

    book.update([], [text("add", "A", "10.0", "3"), text("add", "B", "9.9", "5")])

    assert ids(book) == ["C", "A", "D", "B"]


def test_deleting_an_unknown_order_changes_nothing() -> None:
    book = queued()
    before = book.checksum()

    book.update([text("delete", "nobody", "10.1", "8")], [])

    assert book.checksum() == before


def test_an_event_nobody_knows_empties_the_book_and_says_so() -> None:
    book = queued()

    with pytest.raises(DecodeError, match="'replace'"):
        book.update([], [text("replace", "A", "10.0", "1")])

    assert ids(book) == []


@pytest.mark.parametrize("row", [("10.05", "1"), ("10.0", "0.001"), ("null", "1")])
def test_a_number_that_does_not_fit_empties_the_book(row: tuple[str, str]) -> None:
    book = queued()

    with pytest.raises(DecodeError):
        book.update([], [text("add", "E", *row)])

    assert ids(book) == []
    with pytest.raises(DecodeError):
        book.snapshot([], [text("", "E", *row)])


def test_price_levels_beyond_the_depth_are_dropped_with_their_orders() -> None:
    book = Level3Book(2, 1, 2)
    book.snapshot([], [text("", "A", "10.0", "1"), text("", "B", "9.9", "1"), text("", "C", "9.9", "1")])

    book.update([], [text("add", "E", "10.1", "1")])

    assert ids(book) == ["E", "A"]
    assert book.queue_position("B") is None
    # Back in the window, the exchange announces them again, as orders of old.
    book.update([], [text("delete", "E", "10.1", "1"), text("add", "B", "9.9", "1"), text("add", "C", "9.9", "1")])
    assert ids(book) == ["A", "B", "C"]


def test_a_snapshot_in_the_middle_replaces_everything() -> None:
    book = queued()

    book.snapshot([], [text("", "Z", "5.0", "1")])

    assert ids(book) == ["Z"]
    assert book.queue_position("A") is None


def test_queue_position_and_volume_ahead_count_who_stands_before() -> None:
    book = queued()

    assert [book.queue_position(each) for each in "ABCD"] == [0, 1, 2, 0]
    assert [str(book.volume_ahead(each)) for each in "BC"] == ["1.00", "3.00"]
    assert book.volume_ahead("A") == 0
    assert book.volume_ahead("S") == 0
    assert book.queue_position("nobody") is None
    assert book.volume_ahead("nobody") is None

    book.update([], [text("modify", "A", "10.0", "0.25"), text("delete", "B", "10.0", "2")])
    assert book.queue_position("C") == 1
    assert book.volume_ahead("C") == Decimal("0.25")


def test_orders_of_one_price_are_found_on_either_side() -> None:
    book = queued()

    assert [order.order_id for order in book.orders_at("10")] == ["A", "B", "C"]
    assert [order.order_id for order in book.orders_at(Decimal("10.1"))] == ["S"]
    assert book.orders_at("10.05") == ()
    assert book.orders_at("7") == ()


def test_the_view_by_price_adds_the_orders_up_and_stays_as_it_was() -> None:
    book = queued()
    view = book.view()

    book.update([], [text("delete", "A", "10.0", "1")])

    assert [(str(price), str(qty)) for price, qty in view.bids] == [("10.0", "7.00"), ("9.9", "16.00")]
    assert [str(qty) for _, qty in book.view().bids] == ["6.00", "16.00"]


def test_a_crossed_book_is_a_state() -> None:
    book = queued()

    book.update([], [text("add", "E", "10.1", "1")])

    assert book.crossed


# ---------------------------------------------------------------- beside a naive book


class NaiveOrders:
    """One side as a plain list of orders in the order of their arrival."""

    def __init__(self, depth: int, *, rising: bool) -> None:
        self.depth = depth
        self.rising = rising
        self.orders: list[tuple[str, int, int]] = []

    def apply(self, events: Sequence[Event]) -> None:
        for event, order_id, tick, size in events:
            known = next((at for at, order in enumerate(self.orders) if order[0] == order_id), None)
            if event == "modify" and known is not None and self.orders[known][1] == tick:
                self.orders[known] = (order_id, tick, size)
                continue
            if known is not None:
                del self.orders[known]
            if event != "delete":
                self.orders.append((order_id, tick, size))
        kept = self.ticks()[: self.depth]
        self.orders = [order for order in self.orders if order[1] in kept]

    def ticks(self) -> list[int]:
        return sorted({tick for _, tick, _ in self.orders}, reverse=not self.rising)

    def queues(self) -> list[list[tuple[str, int, int]]]:
        return [[order for order in self.orders if order[1] == tick] for tick in self.ticks()]

    def digits(self) -> str:
        return "".join(f"{tick}{size}" for queue in self.queues()[:10] for _, tick, size in queue)


def random_events(roll: random.Random, known: list[str], side: str, count: int) -> list[Event]:
    events = []
    for _ in range(roll.randrange(count + 1)):
        kind = roll.choice(("add", "add", "modify", "delete")) if known else "add"
        order_id = f"{side}{roll.randrange(10**9)}" if kind == "add" else roll.choice(known)
        known.append(order_id)
        events.append(Event(kind, order_id, roll.randrange(1, 40), roll.randrange(1, 10**10)))
    return events


@given(st.integers(0, 2**32), st.sampled_from((3, 10, 100, 1000)), st.sampled_from(WRITERS))
@settings(max_examples=60, deadline=None)
def test_random_events_leave_the_same_queues_as_a_naive_book(seed: int, depth: int, write: Writer) -> None:
    roll = random.Random(seed)
    book = Level3Book(depth, *PLACES)
    asks, bids = NaiveOrders(depth, rising=True), NaiveOrders(depth, rising=False)
    known: tuple[list[str], list[str]] = ([], [])
    for step in range(25):
        if step == 0 or roll.random() < 0.05:
            asks.orders, bids.orders = [], []
            first = [
                [Event("add", f"{side}{step}-{each}", roll.randrange(1, 40), 1 + each) for each in range(20)]
                for side in "ab"
            ]
            book.snapshot(wired(first[0], write), wired(first[1], write))
            asks.apply(first[0])
            bids.apply(first[1])
        events = random_events(roll, known[0], "a", 5), random_events(roll, known[1], "b", 5)
        book.update(wired(events[0], write), wired(events[1], write))
        asks.apply(events[0])
        bids.apply(events[1])
        assert book.checksum() == crc32((asks.digits() + bids.digits()).encode())

    for side, orders in ((asks, book.asks_in_order()), (bids, book.bids_in_order())):
        assert [order.order_id for order in orders] == [order[0] for queue in side.queues() for order in queue]
        for queue in side.queues():
            for at, (order_id, _, _) in enumerate(queue):
                assert book.queue_position(order_id) == at
                ahead = sum(size for _, _, size in queue[:at])
                assert book.volume_ahead(order_id) == Decimal(ahead).scaleb(-PLACES[1])


def test_orders_of_one_price_in_another_order_are_noticed() -> None:
    book, other = queued(), queued()

    other.snapshot(
        [text("", "S", "10.1", "8")],
        [
            text("", "B", "10.0", "2"),
            text("", "A", "10.0", "1"),
            text("", "C", "10.0", "4"),
            text("", "D", "9.9", "16"),
        ],
    )

    assert not other.verify(book.checksum())
