"""Answers written again, and the comparison that finds what was not read or came back different."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw, Struct, field

from krakenkit.wire.rewrite import altered, exact_json, named, on_the_wire, unread


class Level(Struct, frozen=True, array_like=True):
    price: Decimal
    qty: Decimal


class Trade(Struct, frozen=True):
    price: Decimal
    is_maker: bool | None = field(default=None, name="isMaker")
    extra: Raw = Raw(b"")


class Turned(Struct, frozen=True):
    """An answer that knows its own shape on the wire."""

    rows: list[Level]

    @classmethod
    def to_wire(cls, answer: Turned) -> dict[str, object]:
        return {"XXBTZUSD": answer.rows, "last": 7}

    @classmethod
    def to_named(cls, answer: Turned) -> dict[str, object]:
        return {"pair": "XXBTZUSD", "rows": answer.rows}


# ---------------------------------------------------------------- numbers


def test_fractions_are_decimals_with_every_digit_and_whole_numbers_are_ints() -> None:
    read = exact_json('{"a":0.10,"b":1e-8,"c":12345678901234567890,"d":1.0}')

    assert read == {"a": Decimal("0.10"), "b": Decimal("1E-8"), "c": 12345678901234567890, "d": Decimal("1.0")}
    assert str(read["a"]) == "0.10"
    assert isinstance(read["d"], Decimal)


@pytest.mark.parametrize("raw", ["[0.1]", b"[0.1]", Raw(b"[0.1]")])
def test_text_bytes_and_raw_json_are_read_alike(raw: str | bytes | Raw) -> None:
    assert exact_json(raw) == [Decimal("0.1")]


# ---------------------------------------------------------------- written again


def test_for_people_an_answer_has_our_names_and_its_decimals_as_text() -> None:
    trade = Trade(Decimal("1.50"), is_maker=True, extra=Raw(b'{"fee":0.10}'))

    assert named(trade) == {"price": "1.50", "is_maker": True, "extra": {"fee": "0.10"}}


def test_for_the_wire_an_answer_has_the_exchanges_names_and_exact_decimals() -> None:
    trade = Trade(Decimal("1.50"), is_maker=False, extra=Raw(b'{"fee":0.10}'))

    assert on_the_wire(trade) == {"price": Decimal("1.50"), "isMaker": False, "extra": {"fee": Decimal("0.10")}}


def test_absent_members_stay_absent() -> None:
    assert named(Trade(Decimal(1), extra=Raw(b"1"))) == {"price": "1", "extra": 1}
    assert on_the_wire(Trade(Decimal(1))) == {"price": Decimal(1)}


def test_raw_json_that_was_absent_stays_absent_for_people_too() -> None:
    assert named(Trade(Decimal(1))) == {"price": "1"}


def test_rows_are_named_for_people_and_lists_for_the_wire() -> None:
    levels = [Level(Decimal("1.0"), Decimal("2.0"))]

    assert named(levels) == [{"price": "1.0", "qty": "2.0"}]
    assert on_the_wire(levels) == [[Decimal("1.0"), Decimal("2.0")]]


def test_an_answer_that_knows_its_shape_is_asked_for_it() -> None:
    answer = Turned([Level(Decimal("1.0"), Decimal("2.0"))])

    assert on_the_wire(answer) == {"XXBTZUSD": [[Decimal("1.0"), Decimal("2.0")]], "last": 7}
    assert named(answer) == {"pair": "XXBTZUSD", "rows": [{"price": "1.0", "qty": "2.0"}]}


def test_bytes_are_told_by_their_number_and_other_things_by_their_text() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)

    assert named({"file": b"PK..", "at": at, 7: None}) == {"file": {"bytes": 4}, "at": str(at), "7": None}


# ---------------------------------------------------------------- compared


def test_what_was_not_modelled_is_named_by_its_path() -> None:
    original = exact_json('{"rows":[{"a":1,"new":{"x":1}}],"later":2,"nothing":null}')

    assert unread(original, {"rows": [{"a": 1}]}) == ["$.later", "$.rows[0].new"]


def test_rows_that_are_missing_are_named_too() -> None:
    assert unread([1, 2, 3], [1]) == ["$[1]", "$[2]"]


@pytest.mark.parametrize(
    ("original", "rewritten"),
    [
        ("0.10", Decimal("0.10")),
        (Decimal("0.10"), Decimal("0.10")),
        ("1e-8", Decimal("1E-8")),
        ("5.1e-05", Decimal("0.000051")),
        ("+1.5", Decimal("1.5")),
        (10, Decimal(10)),
        ("7", 7),
        (1, True),
        ("true", True),
        ("None", None),
        ("buy", "buy"),
        ("", ""),
    ],
)
def test_another_spelling_of_the_same_value_is_no_change(original: Any, rewritten: Any) -> None:
    assert altered({"x": original}, {"x": rewritten}) == []


@pytest.mark.parametrize(
    ("original", "rewritten"),
    [
        ("0.10", Decimal("0.1")),
        (Decimal("0.10"), Decimal("0.1")),
        (Decimal("1.0"), 1),
        ("0.1", "0.10"),
        ("buy", "Buy"),
        ("e5", "E5"),
        ({"a": 1}, [1]),
        ([1], 1),
        ("true", False),
        (2, True),
        ("", None),
    ],
)
def test_a_lost_digit_or_a_changed_word_is_named_by_its_path(original: Any, rewritten: Any) -> None:
    assert altered({"x": [original]}, {"x": [rewritten]}) == ["$.x[0]"]


def test_a_path_is_named_once() -> None:
    assert altered({"x": {"y": "1.0"}}, {"x": {"y": "1"}}) == ["$.x.y"]


plain_data = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(plain_data)
def test_an_answer_that_came_back_whole_shows_no_difference(data: Any) -> None:
    again = exact_json(msgspec.json.encode(on_the_wire(data)))

    assert (unread(data, again), altered(data, again)) == ([], [])
