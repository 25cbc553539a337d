"""Changes of derivatives books, applied as a client applies them, lead from one window to the next."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from krakenkit.sandbox.engine import QueueChange, QueuedOrder
from krakenkit.sandbox.unified.books import level_changes, queue_changes

DEPTH = 3
SIDES = st.dictionaries(st.integers(1, 8).map(Decimal), st.integers(1, 3).map(Decimal))
Queue = dict[int, list[tuple[str, int]]]
"""Orders by price, each with its size, first come first served."""


def window(side: dict[Decimal, Decimal], *, bids: bool) -> list[tuple[Decimal, Decimal]]:
    return sorted(side.items(), reverse=bids)[:DEPTH]


@settings(deadline=None)
@given(SIDES, SIDES, st.booleans())
def test_levels_that_are_told_lead_from_one_window_to_the_next(
    old: dict[Decimal, Decimal], new: dict[Decimal, Decimal], bids: bool
) -> None:
    book = dict(window(old, bids=bids))
    changes = level_changes(window(old, bids=bids), window(new, bids=bids), DEPTH, Decimal(0), bids=bids)
    for price, qty in changes:
        if qty:
            book[price] = qty
        else:
            del book[price]  # only what the client has is taken away
    assert window(book, bids=bids) == window(new, bids=bids)
    assert all(new.get(price, Decimal(0)) == qty for price, qty in changes)


@st.composite
def evolutions(draw: st.DrawFn) -> tuple[Queue, Queue]:
    """A side of a book, and the same after some actions of the kind an exchange lets happen."""
    before: Queue = {}
    for number in range(draw(st.integers(0, 8))):
        before.setdefault(draw(st.integers(1, 6)), []).append((f"O{number}", draw(st.integers(2, 4))))
    now = {price: list(line) for price, line in before.items()}
    for number in range(draw(st.integers(0, 6))):
        ids = [order for line in now.values() for order, _ in line]
        action = draw(st.sampled_from(["come", "go", "shrink", "move"]))
        if action == "come" or not ids:
            now.setdefault(draw(st.integers(1, 6)), []).append((f"N{number}", draw(st.integers(1, 4))))
            continue
        chosen = draw(st.sampled_from(ids))
        price = next(price for price, line in now.items() if chosen in [order for order, _ in line])
        place = [order for order, _ in now[price]].index(chosen)
        if action == "shrink":
            now[price][place] = (chosen, 1)
            continue
        size = now[price].pop(place)[1]
        if action == "move":  # to the back of its own line or of another one
            now.setdefault(draw(st.integers(1, 6)), []).append((chosen, size))
    return before, {price: line for price, line in now.items() if line}


def in_line(side: Queue, *, bids: bool) -> list[QueuedOrder]:
    return [
        QueuedOrder(order, Decimal(price), Decimal(qty), 0)
        for price in sorted(side, reverse=bids)[:DEPTH]
        for order, qty in side[price]
    ]


def applied(side: Queue, changes: list[QueueChange], *, bids: bool) -> Queue:
    """What a client makes of it: it keeps as many prices as it asked for."""
    book = {price: list(side[price]) for price in sorted(side, reverse=bids)[:DEPTH]}
    for change in changes:
        order, price, qty = change.order.order_id, int(change.order.price), int(change.order.qty)
        line = book.setdefault(price, [])
        match change.event:
            case "add":
                line.append((order, qty))
            case "modify":
                line[[name for name, _ in line].index(order)] = (order, qty)
            case "delete":
                line.pop([name for name, _ in line].index(order))
    return {price: line for price, line in book.items() if line}


@settings(deadline=None)
@given(evolutions(), st.booleans())
def test_steps_that_are_told_keep_every_order_in_its_place(both: tuple[Queue, Queue], bids: bool) -> None:
    before, now = both
    changes = queue_changes(in_line(before, bids=bids), in_line(now, bids=bids), DEPTH, bids=bids)
    assert in_line(applied(before, changes, bids=bids), bids=bids) == in_line(now, bids=bids)


def test_only_who_went_to_the_back_is_deleted_and_added() -> None:
    before, now = {5: [("a", 1), ("b", 1), ("c", 1)]}, {5: [("a", 1), ("c", 1), ("b", 2)]}
    steps = queue_changes(in_line(before, bids=True), in_line(now, bids=True), DEPTH, bids=True)
    assert [(step.event, step.order.order_id, step.order.qty) for step in steps] == [
        ("delete", "b", Decimal(1)),
        ("add", "b", Decimal(2)),
    ]
