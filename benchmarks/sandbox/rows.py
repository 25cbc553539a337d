"""What a measurement says, and the table of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Row(NamedTuple):
    """One measurement."""

    what: str
    figure: str
    wanted: str
    """What it should be; empty where nothing was promised."""
    good: bool = True


def table(rows: Iterable[Row]) -> str:
    """The measurements in columns."""
    listed = [("measurement", "figure", "wanted"), *((one.what, one.figure, one.wanted) for one in rows)]
    widths = [max(len(row[column]) for row in listed) for column in range(3)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in listed
    )
