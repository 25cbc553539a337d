"""Between the Decimals people use and the whole numbers the engine counts with.

Inside the engine every price, size and amount is an ``int`` of some smallest unit, so sums and comparisons are exact.
"""

from __future__ import annotations

from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal

_MOST_DIGITS = 30
"""Nothing on an exchange has more; a request such as 1E+999999 must not build a number of a million digits."""
_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
"""Rounds nothing, whatever context the caller has."""
_times, _shifted = _EXACT.multiply, _EXACT.scaleb
_ONES = tuple(Decimal(f"1E-{places}") for places in range(40))
_ZEROS = tuple(Decimal(f"0E-{places}") for places in range(40))


def to_units(value: Decimal, places: int) -> int | None:
    """How many units of ``10**-places`` the value is; None when it is not a whole number of them, or beyond all reason."""
    if not value:
        return 0
    if not value.is_finite() or value.adjusted() > _MOST_DIGITS:
        return None
    scaled = _shifted(value, places)
    units = int(scaled)
    return units if units == scaled else None


def from_units(units: int, places: int) -> Decimal:
    """The units as a Decimal with exactly ``places`` places, whatever the caller's decimal context is."""
    return _times(units, _ONES[places]) if units else _ZEROS[places]


def ceiling(numerator: int, denominator: int) -> int:
    """The quotient rounded up."""
    return -(-numerator // denominator)


def nearest(numerator: int, denominator: int) -> int:
    """The quotient rounded to the nearest whole number, halves up."""
    return (2 * numerator + denominator) // (2 * denominator)


def power_of_ten(places: int) -> int:
    """Ten to this power, which type checkers take for an int only here."""
    return int(10**places)
