"""Moments: what the exchange writes as time, and the clocks that tests replace."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeAlias

Clock: TypeAlias = Callable[[], float]
"""Seconds on some clock; ``time.monotonic`` for intervals, a manual clock in tests."""

wall_clock: Clock = time.time
steady_clock: Clock = time.monotonic

_NANO = 10**9


def moment(text: str) -> datetime:
    """An RFC 3339 text as an aware ``datetime``; digits beyond microseconds are cut off (see :func:`nanoseconds`)."""
    return datetime.fromisoformat(_microseconds(text))


def nanoseconds(text: str) -> int:
    """An RFC 3339 text as whole nanoseconds since 1970, with up to nine fractional digits kept."""
    head, fraction = _split_fraction(text)
    zone = text[len(head) + len(fraction) + bool(fraction) :]
    seconds = int(datetime.fromisoformat(head + zone).timestamp())
    return seconds * _NANO + int(fraction[:9].ljust(9, "0") or 0)


def from_epoch(seconds: Decimal | int) -> datetime:
    """Seconds since 1970 as an aware ``datetime``, exact to the microsecond."""
    whole = int(seconds)
    micros = int((seconds - whole) * 1_000_000)
    return datetime.fromtimestamp(whole, UTC).replace(microsecond=micros)


def rfc3339(at: datetime, *, timespec: str = "milliseconds") -> str:
    """The way the exchange writes a moment: UTC, with a ``Z``.

    A naive ``datetime`` is taken as local time, as ``datetime.astimezone`` does.
    """
    return at.astimezone(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")


def _split_fraction(text: str) -> tuple[str, str]:
    head, dot, rest = text.partition(".")
    if not dot:
        return text[:19], ""
    digits = len(rest) - len(rest.lstrip("0123456789"))
    return head, rest[:digits]


def _microseconds(text: str) -> str:
    head, dot, rest = text.partition(".")
    if not dot:
        return text
    digits = len(rest) - len(rest.lstrip("0123456789"))
    return f"{head}.{rest[: min(digits, 6)].ljust(6, '0')}{rest[digits:]}"
