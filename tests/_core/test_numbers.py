"""Numbers: exact from text to wire, and floats turned away."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krakenkit._core.numbers import exact, plain, refuse_float
from krakenkit.errors import SettingsError


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.10", "0.10"),
        ("1.50000000", "1.50000000"),
        (7, "7"),
        (Decimal("1.20"), "1.20"),
        ("-0.5", "-0.5"),
        ("+1", "1"),
    ],
)
def test_a_number_keeps_every_digit(value: Decimal | int | str, text: str) -> None:
    assert plain(exact(value)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1E-8", "0.00000001"),
        ("5.1e-05", "0.000051"),
        ("1E+5", "100000"),
        ("1.20E+1", "12.0"),
        ("0E-8", "0.00000000"),
        ("0E+2", "0"),
        ("-0", "-0"),
        ("123456789012345678901234567890.123456789", "123456789012345678901234567890.123456789"),
    ],
)
def test_plain_text_has_no_exponent(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text


def test_more_digits_than_the_arithmetic_context_holds_are_kept() -> None:
    long = "0." + "1234567890" * 10

    assert plain(exact(long)) == long


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_plain_text_reads_back_as_the_same_number(number: Decimal) -> None:
    text = plain(number)

    assert Decimal(text) == number
    assert "e" not in text.lower()


def test_a_float_is_turned_away_with_what_to_write_instead() -> None:
    given_as_float: Any = 0.1

    with pytest.raises(SettingsError) as caught:
        exact(given_as_float, name="volume")

    assert str(caught.value) == (
        "volume is the float 0.1, which cannot hold most decimal fractions exactly; "
        "give Decimal('0.1') or the text '0.1'."
    )


@pytest.mark.parametrize("value", [True, False, None, b"1", [1], 1j])
def test_what_is_no_number_is_turned_away_by_its_kind(value: Any) -> None:
    with pytest.raises(SettingsError, match=f"price is {type(value).__name__}, which is not a number"):
        exact(value, name="price")


@pytest.mark.parametrize("value", ["", "ten", "1,5", "1.2.3", "0x10"])
def test_text_that_is_no_number_is_turned_away_with_the_text(value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        exact(value, name="price")

    assert repr(value) in str(caught.value)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-inf", Decimal("nan"), Decimal("sNaN")])
def test_a_number_must_be_finite(value: Decimal | str) -> None:
    with pytest.raises(SettingsError, match="must be finite"):
        exact(value, name="price")


@pytest.mark.parametrize("value", [1, "0.1", Decimal("0.1"), None, True])
def test_only_floats_are_refused_as_floats(value: object) -> None:
    refuse_float(value, name="price")
