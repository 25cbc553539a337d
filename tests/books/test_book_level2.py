"""The level 2 book: what each kind of message does to it, and random markets beside a naive book."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from books.book_models import WRITERS, Exchange, Message, NaiveBook, Row, Writer, fixed, shortened, texts
from krakenkit.books import Level2Book, levels
from krakenkit.errors import DecodeError, SettingsError
from krakenkit.wire.spot_v2.market import BookLevel

PLACES = (1, 8)
DEPTHS = (3, 10, 25, 100, 500, 1000)


def shown(book: Level2Book) -> tuple[list[tuple[Decimal, Decimal]], list[tuple[Decimal, Decimal]]]:
    view = book.view()
    return [(price, qty) for price, qty in view.asks], [(price, qty) for price, qty in view.bids]


def opened(asks: Sequence[Row], bids: Sequence[Row] = (), *, depth: int | None = 10) -> Level2Book:
    book = Level2Book(depth, 1, 2, symbol="BTC/USD")
    book.snapshot(levels(asks), levels(bids))
    return book


def take(book: Level2Book, message: Message, write: Writer = fixed) -> None:
    book.update(levels(texts(message.asks, PLACES, write)), levels(texts(message.bids, PLACES, write)))


def started(exchange: Exchange) -> Level2Book:
    book = Level2Book(exchange.depth, *PLACES)
    first = exchange.snapshot()
    book.snapshot(levels(texts(first.asks, PLACES)), levels(texts(first.bids, PLACES)))
    assert book.verify(first.checksum)
    return book


def agrees(book: Level2Book, exchange_digits: tuple[str, str]) -> bool:
    return book.checksum_digits() == exchange_digits


# ---------------------------------------------------------------- rules


def test_levels_are_kept_best_first_whatever_their_order() -> None:
    book = opened([("10.3", "1"), ("10.1", "2"), ("10.2", "3")], [("9.7", "1"), ("9.9", "2"), ("9.8", "3")])

    assert [str(level.price) for level in book.view().asks] == ["10.1", "10.2", "10.3"]
    assert [str(level.price) for level in book.view().bids] == ["9.9", "9.8", "9.7"]


def test_the_last_entry_of_a_repeated_price_counts() -> None:
    book = opened([("10.1", "1.00")])

    book.update(levels([("10.1", "0.00"), ("10.1", "5.00"), ("10.2", "4.00"), ("10.2", "0.00")]), [])

    assert shown(book)[0] == [(Decimal("10.1"), Decimal(5))]


def test_only_an_exact_zero_removes_a_level() -> None:
    book = Level2Book(10, 1, 8)
    book.snapshot(levels([("10.1", "1"), ("10.2", "1"), ("10.3", "1")]), [])

    book.update(levels([("10.1", "0.00000001"), ("10.2", "0"), ("10.3", "0E-8")]), [])

    assert [(str(level.price), level.qty) for level in book.view().asks] == [("10.1", Decimal("1E-8"))]


def test_removing_an_absent_price_changes_nothing() -> None:
    book = opened([("10.1", "1.00")])
    before = book.checksum()

    book.update(levels([("10.0", "0.00")]), levels([("9.0", "0")]))

    assert book.checksum() == before


def test_levels_beyond_the_depth_are_dropped_after_the_whole_message() -> None:
    book = opened([("10.1", "1"), ("10.2", "2")], depth=2)

    book.update(levels([("10.0", "3")]), [])
    assert [str(level.price) for level in book.view().asks] == ["10.0", "10.1"]

    # What fell out is gone: it comes back only when the exchange sends it again.
    book.update(levels([("10.0", "0"), ("10.2", "2")]), [])
    assert [str(level.price) for level in book.view().asks] == ["10.1", "10.2"]


def test_a_level_may_pass_through_beyond_the_depth_within_a_message() -> None:
    book = opened([("10.1", "1"), ("10.2", "2")], depth=2)

    book.update(levels([("10.3", "3"), ("10.1", "0")]), [])

    assert [str(level.price) for level in book.view().asks] == ["10.2", "10.3"]


def test_a_snapshot_in_the_middle_replaces_everything() -> None:
    book = opened([("10.1", "1")], [("9.9", "1")])

    book.snapshot(levels([("20.0", "7")]), [])

    assert shown(book) == ([(Decimal("20.0"), Decimal(7))], [])


def test_a_crossed_book_is_a_state() -> None:
    book = opened([("10.1", "1")], [("10.0", "1")])
    seen = [book.crossed]

    book.update([], levels([("10.1", "1")]))
    seen += [book.crossed, book.view().crossed]
    book.update(levels([("10.1", "0"), ("10.2", "1")]), [])
    seen += [book.crossed]

    assert seen == [False, True, True, False]


def test_one_empty_side_is_not_crossed() -> None:
    assert not opened([("10.1", "1")]).crossed
    assert opened([]).best_ask is None
    assert opened([]).best_bid is None


def test_without_a_depth_everything_is_kept() -> None:
    book = opened([(f"{price}.0", "1") for price in range(1, 3000)], depth=None)

    assert len(book.view().asks) == 2999


def test_best_levels_keep_the_padding() -> None:
    book = Level2Book(10, 1, 8)
    book.snapshot(levels([("45281", "0.1")]), levels([("45280.5", "5.1e-05")]))

    assert book.best_ask is not None
    assert [str(each) for each in book.best_ask] == ["45281.0", "0.10000000"]
    assert book.best_bid is not None
    assert [str(each) for each in book.best_bid] == ["45280.5", "0.00005100"]


def test_precision_zero_is_a_precision() -> None:
    book = Level2Book(10, 0, 0)
    book.snapshot(levels([("45281", "12"), ("45282.0", "7")]), [])

    assert book.checksum_digits() == ("4528112" + "452827", "")
    with pytest.raises(DecodeError, match=r"45281\.5"):
        book.update(levels([("45281.5", "1")]), [])


def test_one_precision_alone_is_a_mistake() -> None:
    with pytest.raises(SettingsError, match="both precisions"):
        Level2Book(10, 1)


def test_wire_levels_of_raw_text_are_taken_as_they_are() -> None:
    raw = b'[{"price":10.1,"qty":2.50},{"price":"10.2","qty":"1.00"},{"price":10.3,"qty":"5e-2"}]'
    book = Level2Book(10, 1, 2)

    book.snapshot(msgspec.json.decode(raw, type=list[BookLevel]), [])

    assert book.checksum_digits()[0] == "101250" + "102100" + "1035"


def test_quoted_and_bare_numbers_may_be_mixed_without_losing_digits() -> None:
    book = Level2Book(10, 1, 2)

    book.snapshot(levels([('"10.1"', '"2.50"'), ("1234.5", '"1.00"'), ('"10.3"', "0.05"), ("10.4", "4.00")]), [])

    assert book.checksum_digits()[0] == "101250" + "1035" + "104400" + "12345100"


@pytest.mark.parametrize("row", [("10.15", "1"), ("10.1", "0.001"), ("-10.1", "1"), ("10.1", "null"), ("", "1")])
def test_a_number_that_does_not_fit_empties_the_book_and_says_why(row: Row) -> None:
    book = opened([("10.1", "1.00")], [("9.9", "1.00")])

    with pytest.raises(DecodeError, match="A book level came with"):
        book.update(levels([("10.1", "2.00"), row]), [])

    assert shown(book) == ([], [])
    assert book.checksum() == 0


def test_a_number_of_thousands_of_digits_is_refused_like_any_other() -> None:
    book = opened([("10.1", "1.00")])

    with pytest.raises(DecodeError):
        book.update(levels([("9" * 5000 + ".1", "1.00")]), [])

    assert shown(book) == ([], [])


# ---------------------------------------------------------------- digits as received (v1, Futures)


def test_text_mode_hashes_what_was_written() -> None:
    book = Level2Book(10)

    book.snapshot(levels([("0.05005", "0.00000500", "1616663113.123", "r")]), levels([('"0.05000"', '"0.00000500"')]))

    assert book.checksum_digits() == ("5005500", "5000500")
    assert str(book.view().bids[0].price) == "0.05000"


def test_text_mode_finds_a_price_again_that_is_written_with_other_decimals() -> None:
    book = Level2Book(None)
    book.snapshot(levels([("34981", "2"), ("34980.5", "3.0"), ("34979", "1")]), levels([("34970.0", "1")]))

    book.update(levels([("34981.00", "0"), ("34979.0", "4.25")]), [])

    assert shown(book)[0] == [(Decimal(34979), Decimal("4.25")), (Decimal("34980.5"), Decimal(3))]
    assert book.checksum_digits()[0] == "349790" + "425" + "349805" + "30"


def test_sides_of_different_scale_are_compared_by_value() -> None:
    book = Level2Book(None)
    book.snapshot(levels([("0.5881", "1")]), levels([("0.588", "1")]))
    before = book.crossed

    book.update([], levels([("0.59", "1")]))

    assert (before, book.crossed) == (False, True)


def test_twelve_decimals_and_large_volumes_stay_exact() -> None:
    book = Level2Book(10)

    book.snapshot(levels([("0.000074650000", "147354.32016076"), ("0.000074710000", "5084881.40000000")]), [])

    assert book.checksum_digits()[0] == "74650000" + "14735432016076" + "74710000" + "508488140000000"
    assert str(book.view().ask_volume()) == "5232235.72016076"


# ---------------------------------------------------------------- beside a naive book


def random_rows(roll: random.Random, count: int, places: tuple[int, int], span: int, kind: str) -> list[Row]:
    rows: list[Row] = []
    for _ in range(roll.randrange(count + 1)):
        tick, size = roll.randrange(1, span), roll.choice((0, 0, 1, 10, roll.randrange(1, 10**10)))
        # Spot v1 always writes all decimals; the others write as they like.
        write = fixed if kind == "v1" else roll.choice(WRITERS if kind == "v2" else (fixed, shortened))
        rows.append((write(tick, places[0]), write(size, places[1])))
    return rows


@given(
    seed=st.integers(0, 2**32),
    depth=st.sampled_from((*DEPTHS, None)),
    places=st.sampled_from([(1, 8), (0, 8), (5, 8), (4, 0), (12, 8), (0, 0)]),
    kind=st.sampled_from(["v2", "v1", "futures"]),
)
@settings(max_examples=60, deadline=None)
def test_random_messages_leave_the_same_book_as_a_naive_one(
    seed: int, depth: int | None, places: tuple[int, int], kind: str
) -> None:
    roll = random.Random(seed)
    precision = places if kind == "v2" else None
    book = Level2Book(depth, *(precision or (None, None)))
    naive = NaiveBook(depth, precision)
    size = min(depth or 50, 200)
    for step in range(25):
        starts = step == 0 or roll.random() < 0.05
        asks, bids = (random_rows(roll, 2 * size if starts else 6, places, 2 * size + 9, kind) for _ in range(2))
        (book.snapshot if starts else book.update)(levels(asks), levels(bids))
        (naive.snapshot if starts else naive.update)(asks, bids)
        # Not after each message, so that what is cached meets several changes.
        if roll.random() < 0.7:
            assert book.checksum() == naive.checksum()
    assert shown(book) == (naive.asks.shown(), naive.bids.shown())
    assert book.checksum() == naive.checksum()


@given(seed=st.integers(0, 2**32), depth=st.sampled_from((10, 25, 100)), write=st.sampled_from(WRITERS))
@settings(max_examples=30, deadline=None)
def test_a_feed_with_a_window_verifies_after_every_message(seed: int, depth: int, write: Writer) -> None:
    exchange = Exchange(seed, depth=depth)
    book = started(exchange)

    for _ in range(40):
        message = exchange.update()
        take(book, message, write)
        assert book.verify(message.checksum)


@pytest.mark.parametrize("depth", [500, 1000])
def test_a_deep_feed_verifies_after_every_message(depth: int) -> None:
    exchange = Exchange(depth, depth=depth)
    book = started(exchange)

    for _ in range(60):
        message = exchange.update()
        take(book, message)
        assert book.verify(message.checksum)
    assert shown(book)[0] == [
        (Decimal(tick).scaleb(-1), Decimal(size).scaleb(-8)) for tick, size in exchange.seen[0].items()
    ]


# ---------------------------------------------------------------- faults are noticed


def feed(seed: int, count: int = 30) -> tuple[Exchange, Level2Book, list[Message], list[tuple[str, str]]]:
    """A started book, the messages that follow, and the digits that the exchange hashed after each."""
    exchange = Exchange(seed, depth=10)
    book, truth = started(exchange), started(exchange)
    messages, digits = [], []
    for _ in range(count):
        messages.append(exchange.update())
        take(truth, messages[-1])
        digits.append(truth.checksum_digits())
    return exchange, book, messages, digits


def corrupted(message: Message) -> Message:
    """One unit more on the last level of a side, which no other entry overrides."""
    asks, bids = list(message.asks), list(message.bids)
    rows = asks or bids
    tick, size = rows[-1]
    rows[-1] = (tick, size + 1)
    return Message(asks, bids, message.checksum)


@given(st.integers(0, 2**32), st.integers(0, 29))
@settings(max_examples=40, deadline=None)
def test_a_corrupted_update_is_noticed_at_that_message(seed: int, at: int) -> None:
    _, book, messages, digits = feed(seed)
    for message in messages[:at]:
        take(book, message)
        assert book.verify(message.checksum)

    take(book, corrupted(messages[at]))

    # All but the removal of a level that falls out of the window anyway.
    assert book.verify(messages[at].checksum) == agrees(book, digits[at])


@given(st.integers(0, 2**32), st.integers(0, 28), st.sampled_from(["lost", "swapped"]))
@settings(max_examples=60, deadline=None)
def test_a_lost_or_swapped_update_is_noticed_as_soon_as_it_shows_in_the_best_ten(seed: int, at: int, how: str) -> None:
    _, book, messages, digits = feed(seed)
    order = list(range(len(messages)))
    order[at : at + 2] = [at + 1] if how == "lost" else [at + 1, at]

    for each in order:
        take(book, messages[each])
        assert book.verify(messages[each].checksum) == agrees(book, digits[each])


def test_such_faults_do_show_in_most_feeds() -> None:
    noticed = 0
    for seed in range(40):
        _, book, messages, _ = feed(seed, 3)
        take(book, messages[1])
        noticed += not book.verify(messages[1].checksum)

    # The rest lost a change that the next message made again.
    assert noticed > 30


@given(st.integers(0, 2**32), st.integers(0, 29))
@settings(max_examples=30, deadline=None)
def test_a_doubled_update_changes_nothing(seed: int, at: int) -> None:
    # Quantities are absolute, so that saying them twice is harmless, and invisible.
    _, book, messages, _ = feed(seed)
    for message in messages[: at + 1]:
        take(book, message)
    before = shown(book)

    take(book, messages[at])

    assert shown(book) == before
    assert book.verify(messages[at].checksum)


def test_a_corruption_in_the_best_ten_never_passes() -> None:
    exchange, book, messages, _ = feed(5, 1)
    best = messages[0].asks + messages[0].bids
    assert best
    take(book, messages[0])
    tick, size = next(iter(exchange.seen[0].items()))

    book.update(levels(texts([(tick, size + 1)], PLACES)), [])

    assert not book.verify(messages[0].checksum)
