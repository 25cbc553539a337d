"""The precision of an instrument, found out: the decimals with which a snapshot agrees with its checksum are proven by it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import product
from typing import NamedTuple, TypeAlias

from krakenkit.books.checksum import checksum_of
from krakenkit.books.digits import split_decimals

_FINEST = 12
"""Most decimals that are tried."""

Rows: TypeAlias = Sequence[tuple[Decimal, Decimal]]
"""Prices and quantities in the order in which the checksum takes them."""


class Precision(NamedTuple):
    """Decimals of an instrument's prices and quantities."""

    price: int
    qty: int


def longest_decimals(rows: Iterable[tuple[bytes, bytes]]) -> Precision:
    """The most decimals that any price and any quantity is written with: the precision is no less.

    Raises:
        DecodeError: for text that is no number.
    """
    price = qty = 0
    for price_text, qty_text in rows:
        price = max(price, split_decimals(price_text, name="price")[1])
        qty = max(qty, split_decimals(qty_text, name="qty")[1])
    return Precision(price, qty)


def proven_precision(asks: Rows, bids: Rows, checksum: int, *, least: Precision) -> Precision | None:
    """The precision, from ``least`` upwards, with which these rows give the checksum; None when none does.

    The live wire keeps trailing zeros, so that ``least`` is it nearly always; numbers in scientific notation have lost theirs.
    """
    prices, qtys = (range(places, max(places, _FINEST) + 1) for places in least)
    for candidate in sorted((Precision(*pair) for pair in product(prices, qtys)), key=sum):
        if checksum_of(_texts(asks, candidate), _texts(bids, candidate)) == checksum:
            return candidate
    return None


def _texts(rows: Rows, precision: Precision) -> Iterable[tuple[str, str]]:
    return ((f"{price:.{precision.price}f}", f"{qty:.{precision.qty}f}") for price, qty in rows)
