"""Number text as integers at a fixed count of decimals, and back to ``Decimal``. Nothing is ever rounded."""

from __future__ import annotations

import re
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal

from krakenkit.errors import DecodeError

_NUMBER = re.compile(rb'(?P<quote>"?)(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?(?P=quote)')
_LONGEST = 60
"""Characters of a number, and digits before its point: ``1e9999`` must not be written out."""

_UNBOUNDED = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
"""Arithmetic in the program's own context would round to whatever it has set."""


def scaled(text: bytes, places: int, *, name: str) -> int:
    """The number times ``10**places``, exactly: ``scaled(b"5.1e-05", 8, name="qty")`` is 5100.

    Quotes around the number are allowed, as the exchange sends some numbers as strings.

    Raises:
        DecodeError: for text that is no number of zero or more, and for digits beyond ``places`` other than zero.
    """
    whole, _, decimals = text.partition(b".")
    if len(decimals) == places and len(text) <= _LONGEST and (whole + decimals).isdigit():
        return int(whole + decimals)
    number = _number(text, name=name)
    units = in_units(number, places)
    if units is None:
        raise _refusal(text, name, f"has a digit beyond the {places} decimals of this instrument; check its precision")
    return units


def in_units(number: Decimal, places: int) -> int | None:
    """The number times ``10**places``; None when that is not whole."""
    sign, digits, exponent = number.as_tuple()
    shift = int(exponent) + places
    if shift < 0 and any(digits[shift:]):
        return None
    kept = digits[:shift] if shift < 0 else digits
    units: int = int("".join(map(str, kept)) or "0") * 10 ** max(shift, 0)
    return -units if sign else units


def split_decimals(text: bytes, *, name: str) -> tuple[bytes, int]:
    """The digits without the point, exactly as received, and how many of them are decimals: ``(b"3548", 1)``.

    A number with an exponent is written out first, as its own digits are not the number's.

    Raises:
        DecodeError: for text that is no number of zero or more.
    """
    whole, _, decimals = text.strip(b'"').partition(b".")
    if not (whole + decimals).isdigit():
        whole, _, decimals = format(_number(text, name=name), "f").encode().partition(b".")
    return whole + decimals, len(decimals)


def decimal_at(value: int, places: int) -> Decimal:
    """The number that ``value`` stands for at ``places`` decimals, trailing zeros kept: ``Decimal("45281.0")``."""
    return Decimal(value).scaleb(-places, _UNBOUNDED)


def _number(text: bytes, *, name: str) -> Decimal:
    if len(text) > _LONGEST or not _NUMBER.fullmatch(text):
        raise _refusal(text, name, "is not a number of zero or more in plain digits")
    number = Decimal(text.strip(b'"').decode())
    if number and number.adjusted() >= _LONGEST:
        raise _refusal(text, name, f"has more than {_LONGEST} digits before the point")
    return number


def _refusal(text: bytes, name: str, why: str) -> DecodeError:
    shown = text[:_LONGEST].decode("ascii", "replace")
    return DecodeError(f"A book level came with {name} {shown}, which {why}.", raw=text, field=name)
