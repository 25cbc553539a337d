"""Values as clients write them: lists of names, amounts, moments. All refuse what is odd by the name of its field."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from ipaddress import ip_network

from krakenkit._core.clock import nanoseconds
from krakenkit._core.numbers import Number
from krakenkit.sandbox.engine.refusals import invalid

SECOND = 10**9
_REFERENCE = re.compile(r"-?[0-9]{1,19}")
LATEST_DEADLINE = 60 * SECOND


def is_reference(name: str) -> bool:
    """Whether this names orders by their user reference, which is a whole number."""
    return _REFERENCE.fullmatch(name) is not None


def names_in(value: str | list[str] | None) -> list[str]:
    """The names of a comma list, or of a list."""
    texts = [value] if isinstance(value, str) else value or []
    return [name.strip() for text in texts for name in text.split(",") if name.strip()]


def at_most(names: list[str], most: int, field: str) -> list[str]:
    """The names, unless there are too many.

    Raises:
        EngineRefused: naming the field.
    """
    if len(names) > most:
        raise invalid(field)
    return names


def read_amount(value: Number, field: str) -> Decimal:
    """An amount as given: text, digit for digit.

    Raises:
        EngineRefused: for anything that is not a finite number.
    """
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise invalid(field) from None
    if not number.is_finite():
        raise invalid(field)
    return number


def moment(value: int | str, field: str) -> int:
    """Seconds or nanoseconds since 1970, told apart by their size, as nanoseconds.

    Raises:
        EngineRefused: for anything that is no number of zero or more.
    """
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise invalid(field) from None
    if not number.is_finite() or number < 0 or number.adjusted() > 19:
        raise invalid(field)
    return int(number) if number >= 10**14 else int(number * SECOND)


def read_time(value: int | str | None, now: int, field: str) -> int | None:
    """``0``, seconds since 1970, or ``+n`` seconds from now, as nanoseconds; None for no time.

    Raises:
        EngineRefused: for anything else.
    """
    if value is None:
        return None
    text = str(value).strip()
    # A form's plus sign is a space when it was not escaped.
    relative = str(value).startswith(("+", " "))
    digits = text.removeprefix("+")
    if not digits.isdecimal() or len(digits) > 12:
        raise invalid(field)
    if int(digits) == 0:
        return None
    return int(digits) * SECOND + (now if relative else 0)


def read_deadline(value: object, now: int) -> int | None:
    """A deadline as nanoseconds; one that has passed is for the engine to refuse.

    Raises:
        EngineRefused: when it is not RFC 3339, or more than a minute ahead.
    """
    if value is None:
        return None
    try:
        at = nanoseconds(str(value))
    except ValueError:
        raise invalid("deadline") from None
    if at > now + LATEST_DEADLINE:
        raise invalid("deadline")
    return at


def read_networks(values: Iterable[str], field: str) -> tuple[str, ...]:
    """Addresses and networks that a key may be used from.

    Raises:
        EngineRefused: for anything else.
    """
    found = tuple(values)
    for text in found:
        try:
            ip_network(text, strict=False)
        except ValueError:
            raise invalid(field) from None
    return found
