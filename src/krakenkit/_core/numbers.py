"""Exact numbers. Money is ``Decimal`` from wire text to user and back; floats are turned away at the door."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from krakenkit.errors import SettingsError

Number: TypeAlias = Decimal | int | str
"""What an amount or a price may be given as. Text keeps its digits: ``"0.10"`` is sent as ``0.10``."""


def exact(value: Number, *, name: str = "number") -> Decimal:
    """The value as a finite ``Decimal``, digit for digit.

    Raises:
        SettingsError: for floats, booleans, and text that is not a finite number.
    """
    if isinstance(value, Decimal):
        number = value
    else:
        refuse_float(value, name=name)
        try:
            number = Decimal(_text_of(value, name=name))
        except InvalidOperation:
            raise SettingsError(f"{name} is {value!r}, which is not a number; write it like '0.25'.") from None
    if not number.is_finite():
        raise SettingsError(f"{name} is {number}; an amount or a price must be finite.")
    return number


def _text_of(value: object, *, name: str) -> int | str:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise SettingsError(f"{name} is {type(value).__name__}, which is not a number; give a Decimal, an int or text.")
    return value


def refuse_float(value: object, *, name: str) -> None:
    """Raise for a float: it has already lost the digits that were meant.

    Raises:
        SettingsError: when the value is a float.
    """
    if isinstance(value, float):
        raise SettingsError(
            f"{name} is the float {value!r}, which cannot hold most decimal fractions exactly; "
            f"give Decimal({str(value)!r}) or the text {str(value)!r}."
        )


def plain(value: Decimal) -> str:
    """Decimal text with all its digits and without an exponent, as the wire and the checksums want it."""
    return format(value, "f")
