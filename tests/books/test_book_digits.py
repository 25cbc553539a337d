"""Number text to integers and back: exact or refused."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from books.book_models import WRITERS, Writer
from krakenkit.books.digits import decimal_at, in_units, scaled, split_decimals
from krakenkit.errors import DecodeError


@pytest.mark.parametrize(
    ("text", "places", "units"),
    [
        (b"45285.2", 1, 452852),
        (b"0.00100000", 8, 100000),
        (b"0.001", 8, 100000),
        (b"45281", 1, 452810),
        (b"45281.000", 1, 452810),
        (b"5.1e-05", 8, 5100),
        (b"1E-8", 8, 1),
        (b"2.5E+3", 0, 2500),
        (b'"45285.2"', 1, 452852),
        (b'"5.1e-05"', 8, 5100),
        (b"0", 8, 0),
        (b"0.0000000000", 8, 0),
        (b"0e-20", 8, 0),
        (b"123456789012345678901234567890.5", 1, 1234567890123456789012345678905),
    ],
)
def test_text_of_every_spelling_becomes_whole_units(text: bytes, places: int, units: int) -> None:
    assert scaled(text, places, name="price") == units


@pytest.mark.parametrize("text", [b"45285.25", b"1e-9", b"0.000000001", b"1e-4000", b'"0.15"'])
def test_a_digit_beyond_the_precision_is_refused_by_name_and_never_rounded(text: bytes) -> None:
    with pytest.raises(DecodeError, match=r"price .* beyond the 1 decimals") as refused:
        scaled(text, 1, name="price")

    assert refused.value.raw == text
    assert refused.value.field == "price"
    assert text.decode() in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        b"-1.0",
        b"-0",
        b"+1",
        b"nan",
        b"Infinity",
        b"null",
        b"",
        b'""',
        b'"',
        b"1_000.0",
        b" 1.0",
        b"1.2.3",
        b".",
        b"1e",
        b"1e9999",
        b"1e99999999999",
        b"{}",
        "\N{ARABIC-INDIC DIGIT ONE}.0".encode(),
    ],
)
def test_what_is_no_plain_number_is_refused(text: bytes) -> None:
    with pytest.raises(DecodeError, match="qty"):
        scaled(text, 1, name="qty")
    with pytest.raises(DecodeError, match="qty"):
        split_decimals(text, name="qty")


def test_numbers_of_no_sensible_length_are_refused() -> None:
    with pytest.raises(DecodeError, match="price"):
        scaled(b"9" * 5000, 0, name="price")


@given(st.integers(0, 10**20), st.integers(0, 12), st.sampled_from(WRITERS))
@settings(max_examples=60, deadline=None)
def test_units_survive_every_spelling(units: int, places: int, write: Writer) -> None:
    assert scaled(write(units, places).encode(), places, name="qty") == units


def test_text_mode_keeps_the_digits_as_received() -> None:
    assert split_decimals(b"0.00000500", name="qty") == (b"000000500", 8)
    assert split_decimals(b'"354.80000000"', name="price") == (b"35480000000", 8)
    assert split_decimals(b"34981", name="price") == (b"34981", 0)


def test_text_mode_writes_exponents_out() -> None:
    assert split_decimals(b"5.1e-05", name="qty") == (b"0000051", 6)
    assert split_decimals(b"2E+3", name="qty") == (b"2000", 0)


def test_decimals_keep_trailing_zeros_and_ignore_the_context() -> None:
    with localcontext(prec=3):
        assert str(decimal_at(452810, 1)) == "45281.0"
        assert str(decimal_at(100000, 8)) == "0.00100000"
        assert str(decimal_at(12345678901234567890123456789012345, 2)) == "123456789012345678901234567890123.45"


def test_whole_units_of_a_decimal_or_none() -> None:
    assert in_units(Decimal("1.50"), 1) == 15
    assert in_units(Decimal(-2), 3) == -2000
    assert in_units(Decimal("1E+2"), 0) == 100
    assert in_units(Decimal("1.55"), 1) is None
