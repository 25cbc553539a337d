"""What a measurement says, and the table of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

ROUNDS: Final = 3
"""Everything is measured so often, and the best counts: whatever else the machine does only makes it slower."""


class Row(NamedTuple):
    """One measurement."""

    what: str
    figure: str
    wanted: str = ""
    """What it should be; empty where nothing was promised."""
    good: bool = True


def rate_row(what: str, rate: Callable[[], float], *, wanted: int | None = None) -> Row:
    """The best of a few measurements of orders a second."""
    best = max(rate() for _ in range(ROUNDS))
    return Row(
        what,
        f"{best:,.0f} orders/s",
        "" if wanted is None else f"{wanted:,} orders/s",
        wanted is None or best >= wanted,
    )


def table(rows: Iterable[Row]) -> str:
    """The measurements in columns."""
    listed = [("measurement", "figure", "wanted"), *((one.what, one.figure, one.wanted) for one in rows)]
    widths = [max(len(row[column]) for row in listed) for column in range(3)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in listed
    )
