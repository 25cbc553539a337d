"""Parameters as text: forms, queries, JSON bodies and paths."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import parse_qsl

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from krakenkit._core.numbers import Number
from krakenkit.errors import SettingsError
from krakenkit.wire.request import (
    Params,
    Request,
    amount_fields,
    fill_path,
    form_text,
    has_params,
    json_params,
    json_value,
    scalar_text,
    wire_params,
)
from krakenkit.wire.route import Route


class Leg(Params, frozen=True):
    price: Number
    side: str | None = None


class Thing(Request[dict[str, Any]], frozen=True, kw_only=True):
    route: ClassVar = Route.read("test.thing", "/0/private/Thing")

    pair: str
    volume: Number | None = None
    count: int | None = None
    ids: list[str] | None = None
    legs: list[Leg] | None = None
    from_: str | None = msgspec.field(default=None, name="from")


# ---------------------------------------------------------------- what was given


def test_members_left_out_are_absent_and_names_are_the_exchanges() -> None:
    assert wire_params(Thing(pair="XBTUSD", from_="a")) == {"pair": "XBTUSD", "from": "a"}


def test_a_zero_a_false_and_an_empty_text_were_given() -> None:
    assert wire_params(Thing(pair="", count=0, ids=[])) == {"pair": "", "count": 0, "ids": []}


def test_a_float_is_refused_when_the_request_is_made() -> None:
    volume: Any = 0.1

    with pytest.raises(SettingsError, match=r"Thing\.volume is the float 0\.1"):
        Thing(pair="XBTUSD", volume=volume)


def test_amounts_are_known_by_their_type() -> None:
    assert amount_fields(Thing) == {"volume"}
    assert amount_fields(Leg) == {"price"}


# ---------------------------------------------------------------- single values


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        ("a b", "a b"),
        (7, "7"),
        (Decimal("1E-8"), "0.00000001"),
        (Decimal("1.50"), "1.50"),
        (["a", 1, True, Decimal("0.10")], "a,1,true,0.10"),
        (("a",), "a"),
        ([], ""),
        (datetime(2026, 3, 1, tzinfo=UTC), "2026-03-01T00:00:00.000Z"),
    ],
)
def test_a_value_as_text(value: object, text: str) -> None:
    assert scalar_text(value, name="x") == text


@pytest.mark.parametrize("value", [0.1, [0.1], Decimal("NaN"), {"a": 1}, {1}, None, b"x", [["a"], object()]])
def test_what_has_no_text_is_refused_by_name(value: object) -> None:
    with pytest.raises(SettingsError, match="thing"):
        scalar_text(value, name="thing")


# ---------------------------------------------------------------- forms and queries


def test_a_form_escapes_what_has_a_meaning_of_its_own() -> None:
    assert form_text({"price": "+5%", "note": "a&b=c d", "é": "☃"}) == (
        "price=%2B5%25&note=a%26b%3Dc+d&%C3%A9=%E2%98%83"
    )


def test_members_keep_their_order() -> None:
    assert form_text({"z": "1", "a": "2", "m": "3"}) == "z=1&a=2&m=3"


def test_lists_are_joined_repeated_or_numbered_as_the_route_says() -> None:
    assert form_text({"ids": ["a", "b"]}) == "ids=a%2Cb"
    assert form_text({"ids": ["a", "b"]}, repeat=("ids",)) == "ids=a&ids=b"
    assert form_text({"ids[]": ["a", "b"]}) == "ids%5B%5D=a&ids%5B%5D=b"
    assert form_text({"legs": [Leg("1.50", "buy"), Leg(2)]}) == (
        "legs%5B0%5D%5Bprice%5D=1.50&legs%5B0%5D%5Bside%5D=buy&legs%5B1%5D%5Bprice%5D=2"
    )


def test_a_member_with_members_is_spelled_with_brackets() -> None:
    assert form_text({"close": Leg("9", "sell")}) == "close%5Bprice%5D=9&close%5Bside%5D=sell"


def test_only_lists_of_things_with_members_need_json() -> None:
    assert has_params([Leg("1")])
    assert not has_params(["a"])
    assert not has_params(Leg("1"))


text = st.text(st.characters(codec="utf-8"), max_size=12)


@given(st.dictionaries(text.filter(lambda name: not name.endswith("[]")), text, max_size=6))
def test_a_form_reads_back_as_what_was_written(members: dict[str, str]) -> None:
    written = form_text(dict(members))

    assert dict(parse_qsl(written, keep_blank_values=True)) == members
    assert written.isascii()


# ---------------------------------------------------------------- JSON


def test_amounts_are_texts_in_json_and_counts_are_numbers() -> None:
    thing = Thing(pair="XBTUSD", volume=Decimal("0.10"), count=3, legs=[Leg(5, "buy")])

    assert json_params(Thing, wire_params(thing)) == {
        "pair": "XBTUSD",
        "volume": "0.10",
        "count": 3,
        "legs": [{"price": "5", "side": "buy"}],
    }


def test_an_amount_given_as_an_int_is_text_as_well() -> None:
    assert json_params(Thing, {"volume": 2}) == {"volume": "2"}


def test_nested_plain_data_is_kept_and_its_decimals_become_text() -> None:
    given = {"a": [Decimal("0.10"), None, True, {"b": (1, "x")}]}

    assert json_value(given) == {"a": ["0.10", None, True, {"b": [1, "x"]}]}


@pytest.mark.parametrize("value", [0.5, {"a": 0.5}, [[0.5]]])
def test_a_float_anywhere_in_a_json_body_is_refused(value: object) -> None:
    with pytest.raises(SettingsError, match="float"):
        json_value(value)


# ---------------------------------------------------------------- paths


def test_a_path_takes_its_members_out_of_the_parameters() -> None:
    params = {"user": "AA 01/2", "id": 7, "note": "x"}

    path = fill_path("/b2b/users/{user}/orders/{id}", params)

    assert path == "/b2b/users/AA%2001%2F2/orders/7"
    assert params == {"note": "x"}


def test_a_path_without_braces_stays() -> None:
    params = {"user": "x"}

    assert fill_path("/0/public/Time", params) == "/0/public/Time"
    assert params == {"user": "x"}


@given(text.filter(lambda name: name not in ("", ".", "..")))
def test_no_text_leads_out_of_its_place_in_the_path(name: str) -> None:
    path = fill_path("/v1/{name}/end", {"name": name})

    assert path.count("/") == 3
    assert not set(path) & set("?#&% ") - {"%"}
    assert path.isascii()


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_text_that_is_a_place_of_its_own_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="would lead to another path"):
        fill_path("/v1/{name}", {"name": name})


def test_what_is_written_as_json_is_json() -> None:
    body = msgspec.json.encode(json_params(Thing, wire_params(Thing(pair="é☃", ids=["a"]))))

    assert json.loads(body) == {"pair": "é☃", "ids": ["a"]}
