"""The book checksum of Kraken Spot, spelled out for whole levels. The books keep the same digits ready-made instead.

https://docs.kraken.com/api/docs/guides/spot-ws-book-v2
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from zlib import crc32

TOP: Final = 10
"""Levels of each side that enter the checksum, whatever the depth of the subscription."""


def digits_of(number: str) -> str:
    """What the checksum sees of a number: no point, no leading zeros. ``0.00100000`` becomes ``100000``."""
    return number.replace(".", "", 1).lstrip("0")


def side_digits(rows: Iterable[tuple[str, str]]) -> str:
    """The digits of price and quantity texts, one row after the other.

    Give the ten best levels, best first; for level 3 every order of them, in queue order.
    """
    return "".join(digits_of(price) + digits_of(qty) for price, qty in rows)


def checksum_of(asks: Iterable[tuple[str, str]], bids: Iterable[tuple[str, str]]) -> int:
    """The unsigned CRC32 over the asks, then the bids; texts at full precision, best level first."""
    return crc32((side_digits(asks) + side_digits(bids)).encode())
