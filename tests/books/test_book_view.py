"""Views: what they say, to the last digit, and that they stay as they were."""

from __future__ import annotations

import random
from decimal import Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from books.book_models import Exchange, texts
from krakenkit.books import BookView, Change, Level, Level2Book, levels
from krakenkit.errors import SettingsError


def market(*, depth: int = 10) -> Level2Book:
    book = Level2Book(depth, 1, 2, symbol="BTC/USD")
    book.snapshot(
        levels([("10.1", "1.00"), ("10.2", "2.00"), ("10.4", "4.00")]),
        levels([("10.0", "3.00"), ("9.8", "5.00")]),
    )
    return book


def empty() -> BookView:
    return Level2Book(10, 1, 2, symbol="BTC/USD").view()


def test_best_levels_mid_and_spread_are_exact() -> None:
    view = market().view()

    assert view.symbol == "BTC/USD"
    assert view.best_ask == Level(Decimal("10.1"), Decimal("1.00"))
    assert view.best_bid == Level(Decimal("10.0"), Decimal("3.00"))
    assert str(view.mid) == "10.05"
    assert str(view.spread) == "0.1"
    assert not view.crossed


def test_the_microprice_leans_to_the_thinner_side() -> None:
    view = market().view()

    # (10.0 * 1 + 10.1 * 3) / 4
    assert view.microprice == Decimal("10.075")


def test_imbalance_goes_from_minus_one_to_one() -> None:
    view = market().view()

    assert view.imbalance(levels=1) == Decimal("0.5")
    assert view.imbalance() == Decimal(1) / Decimal(15)
    assert view.imbalance(levels=2) == Decimal(5) / Decimal(11)


def test_an_empty_book_has_no_prices_and_no_opinion() -> None:
    view = empty()

    assert (view.best_ask, view.best_bid, view.mid, view.spread) == (None, None, None, None)
    assert (view.microprice, view.imbalance()) == (None, None)
    assert (view.asks, view.bids, view.cumulative_asks) == ((), (), ())
    assert view.ask_volume() == 0
    assert view.cost_to_buy(1) is None
    assert not view.crossed


def test_volumes_and_cumulative_depth() -> None:
    view = market().view()

    assert str(view.ask_volume()) == "7.00"
    assert str(view.ask_volume(2)) == "3.00"
    assert str(view.bid_volume(1)) == "3.00"
    assert [(str(price), str(qty)) for price, qty in view.cumulative_asks] == [
        ("10.1", "1.00"),
        ("10.2", "3.00"),
        ("10.4", "7.00"),
    ]
    assert view.cumulative_bids[-1] == Level(Decimal("9.8"), Decimal(8))


@pytest.mark.parametrize(
    ("price", "asks", "bids"),
    [
        ("10", "0", "3"),
        ("10.1", "1", "0"),
        ("10.15", "1", "0"),
        ("10.2", "3", "0"),
        ("99", "7", "0"),
        ("9.9", "0", "3"),
        ("9.8", "0", "8"),
        ("9.79", "0", "8"),
        ("0", "0", "8"),
    ],
)
def test_volume_up_to_a_price_includes_the_price(price: str, asks: str, bids: str) -> None:
    view = market().view()

    assert view.ask_volume_up_to(price) == Decimal(asks)
    assert view.bid_volume_down_to(price) == Decimal(bids)


def test_the_cost_of_a_size_walks_the_levels() -> None:
    fill = market().view().cost_to_buy("2.5")

    assert fill is not None
    # 1 * 10.1 + 1.5 * 10.2
    assert fill.cost == Decimal("25.4")
    assert fill.average == Decimal("10.16")
    assert fill.worst == Decimal("10.2")
    assert fill.levels == 2
    assert fill.qty == Decimal("2.5")


def test_selling_takes_the_bids() -> None:
    fill = market().view().proceeds_of_selling(8)

    assert fill is not None
    assert (fill.cost, fill.worst, fill.levels) == (Decimal("79.0"), Decimal("9.8"), 2)


def test_a_size_finer_than_the_instrument_is_filled_exactly() -> None:
    fill = market().view().cost_to_buy("1.00001")

    assert fill is not None
    assert fill.cost == Decimal("10.1") + Decimal("0.00001") * Decimal("10.2")


def test_more_than_the_book_holds_has_no_price() -> None:
    view = market().view()

    assert view.cost_to_buy(7) is not None
    assert view.cost_to_buy("7.000000001") is None
    assert view.cost_to_buy(Decimal("1E+500000")) is None


@pytest.mark.parametrize("qty", [0, "-1", "nan", "much"])
def test_a_size_must_be_a_number_above_zero(qty: int | str) -> None:
    with pytest.raises(SettingsError, match="qty"):
        market().view().cost_to_buy(qty)


def test_floats_are_turned_away() -> None:
    with pytest.raises(SettingsError, match="float"):
        market().view().cost_to_buy(0.1)  # type: ignore[arg-type]


def test_the_programs_decimal_context_changes_nothing() -> None:
    book = Level2Book(10, 8, 8)
    book.snapshot(levels([("12345.12345678", "1.00000001")]), levels([("12345.12345675", "1.00000001")]))

    with localcontext(prec=4):
        view = book.view()
        fill = view.cost_to_buy("1.00000001")
        assert str(view.mid) == "12345.123456765"
        assert str(view.spread) == "3E-8"
        assert view.ask_volume_up_to("12345.12345678") == Decimal("1.00000001")
        assert view.bid_volume_down_to("12345.12345676") == 0
        assert fill is not None
        assert str(fill.cost) == "12345.1235802312345678"
        assert str(fill.average) == "12345.12345678"


def test_a_view_stays_as_it_was_when_the_book_goes_on() -> None:
    exchange = Exchange(3, depth=10)
    book = Level2Book(10, 1, 8)
    first = exchange.snapshot()
    book.snapshot(levels(texts(first.asks, (1, 8))), levels(texts(first.bids, (1, 8))))
    views, expected = [], []
    for _ in range(30):
        message = exchange.update()
        book.update(levels(texts(message.asks, (1, 8))), levels(texts(message.bids, (1, 8))))
        views.append(book.view())
        expected.append(
            [(Decimal(tick).scaleb(-1), Decimal(size).scaleb(-8)) for tick, size in exchange.seen[0].items()]
        )
    book.clear()

    # Looked at only now, long after.
    assert [[tuple(level) for level in view.asks] for view in views] == expected


def test_a_view_stays_as_it_was_when_the_scale_grows() -> None:
    book = Level2Book(None)
    book.snapshot(levels([("10", "1")]), levels([("9", "1")]))
    view = book.view()

    book.update(levels([("9.75", "0.5")]), [])

    assert view.asks == (Level(Decimal(10), Decimal(1)),)


def test_an_unchanged_side_is_not_copied_again() -> None:
    book = market()
    first = book.view()

    book.update(levels([("10.1", "9.00")]), [])

    assert book.view().bid_side is first.bid_side
    assert book.view().ask_side is not first.ask_side


def test_a_view_may_be_limited_to_the_best_levels() -> None:
    view = market().view(levels=1)

    assert (len(view.asks), len(view.bids)) == (1, 1)


def test_views_cannot_be_written_to() -> None:
    view = market().view()

    with pytest.raises(AttributeError):
        view.symbol = "ETH/USD"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        view.best_ask = None  # type: ignore[misc]


def test_changes_name_what_is_new_other_and_gone() -> None:
    book = market()
    before = book.view()

    book.update(levels([("10.1", "0"), ("10.2", "2.50"), ("10.3", "1.00")]), levels([("9.9", "7.00")]))

    assert book.view().changes_since(before) == (
        Change("ask", Decimal("10.1"), Decimal(0)),
        Change("ask", Decimal("10.2"), Decimal("2.50")),
        Change("ask", Decimal("10.3"), Decimal("1.00")),
        Change("bid", Decimal("9.9"), Decimal("7.00")),
    )
    assert before.changes_since(before) == ()


def test_the_same_book_at_another_scale_has_not_changed() -> None:
    book = Level2Book(None)
    book.snapshot(levels([("10.5", "1")]), levels([("9", "1")]))
    before = book.view()

    book.update(levels([("10.50", "1.0")]), [])

    assert book.view().changes_since(before) == ()


@given(st.integers(0, 2**32))
@settings(max_examples=30, deadline=None)
def test_changes_applied_to_the_older_view_give_the_newer(seed: int) -> None:
    roll = random.Random(seed)
    book = Level2Book(10, 0, 0)
    seen = []
    for _ in range(2):
        rows = [[(str(roll.randrange(1, 20)), str(roll.randrange(4))) for _ in range(12)] for _ in range(2)]
        book.update(levels(rows[0]), levels(rows[1]))
        seen.append(book.view())
    older, newer = seen

    asks, bids = dict(older.asks), dict(older.bids)
    for side, price, qty in newer.changes_since(older):
        (asks if side == "ask" else bids)[price] = qty

    assert sorted((price, qty) for price, qty in asks.items() if qty) == [*newer.asks]
    assert sorted(((price, qty) for price, qty in bids.items() if qty), reverse=True) == [*newer.bids]


def test_the_repr_shows_the_touch() -> None:
    assert repr(market().view()) == "BookView('BTC/USD', bid=3.00 at 10.0, ask=1.00 at 10.1)"
    assert repr(empty()) == "BookView('BTC/USD', bid=nothing, ask=nothing)"
    assert repr(market()) == "Level2Book('BTC/USD', asks=3, bids=2)"
