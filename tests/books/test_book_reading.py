"""Readings of prices are kept, and sizes stay in digits until somebody looks: neither may ever show."""

from __future__ import annotations

import random
from decimal import Decimal

from krakenkit.books.level2 import Level2Book
from krakenkit.books.side import levels


def test_a_book_stays_right_when_its_readings_of_prices_are_forgotten() -> None:
    roll = random.Random(5)
    book, plain = Level2Book(None, 1, 8), dict[str, str]()
    for _ in range(12_000):  # many more prices than a side keeps readings of
        price = f"{roll.randrange(100_000, 109_000) / 10:.1f}"
        qty = f"{roll.choice((0, 1, 25, 300_000_000)) / 1e8:.8f}"
        book.update(levels([(price, qty)]), [])
        plain.pop(price, None)
        if Decimal(qty):
            plain[price] = qty
    expected = sorted((Decimal(price), Decimal(qty)) for price, qty in plain.items())
    assert [(level.price, level.qty) for level in book.view().asks] == expected


def test_sizes_are_read_from_the_digits_of_their_level() -> None:
    book = Level2Book(10, 1, 8)
    book.snapshot(levels([("0.1", "0.00000001"), ("10.0", "100.00000000")]), levels([("0.0", "7.00000000")]))
    view = book.view()
    assert [level.qty for level in view.asks] == [Decimal("0.00000001"), Decimal(100)]
    assert view.ask_volume(1) == Decimal("0.00000001")
    assert view.ask_volume() == Decimal("100.00000001")
    assert view.best_bid is not None
    assert view.best_bid.qty == Decimal(7)


def test_a_view_keeps_its_sizes_when_the_book_goes_on() -> None:
    book = Level2Book(10, 1, 8)
    book.snapshot(levels([("10.0", "1.00000000")]), [])
    before = book.view()
    book.update(levels([("10.0", "2.00000000")]), [])
    assert before.asks[0].qty == Decimal(1)
    assert book.view().asks[0].qty == Decimal(2)
