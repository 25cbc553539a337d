"""Prices as requests give them: plain numbers, or Kraken's offsets from the last trade (``+5``, ``-1%``, ``#2.5%``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from .instruments import Pair
from .refusals import INVALID_PRICE, PRICE_ARGUMENT, TICK_SIZE, EngineRefused
from .scale import nearest, to_units


@dataclass(frozen=True, slots=True)
class Offset:
    """A distance from the last traded price. ``sign`` is ``+``, ``-``, or ``#``: let side and order type choose."""

    sign: str
    amount: Decimal
    percent: bool = False

    def text(self, write: Callable[[Decimal], str]) -> str:
        """As REST shows it: ``+1.0000%``, or ``+100.0`` with the amount written as prices are."""
        return f"{self.sign}{self.amount:.4f}%" if self.percent else f"{self.sign}{write(self.amount)}"


Price: TypeAlias = Decimal | Offset
"""A price as a request gives it."""


def read_price(text: str) -> Price:
    """What REST's price grammar ``[+|-|#]number[%]`` says.

    Raises:
        EngineRefused: for anything else.
    """
    sign = text[:1] if text[:1] in {"+", "-", "#"} else ""
    percent = text.endswith("%")
    try:
        number = Decimal(text[len(sign) : len(text) - percent])
    except InvalidOperation:
        raise EngineRefused(PRICE_ARGUMENT) from None
    # Decimal reads a second sign; the grammar has one.
    if not number.is_finite() or number.is_signed() or (percent and not sign):
        raise EngineRefused(PRICE_ARGUMENT)
    return Offset(sign, number, percent) if sign else number


def price_units(price: Price, pair: Pair, *, last: int | None, chosen_sign: str) -> int:
    """The price in units of the pair; offsets are counted from ``last`` and rounded to the nearest tick.

    Raises:
        EngineRefused: for a price that is not positive, has too many decimals, is off the tick, or has nothing to be
            counted from.
    """
    if isinstance(price, Offset):
        return _from_last(price, pair, last=last, sign=chosen_sign if price.sign == "#" else price.sign)
    units = whole_units(price, pair)
    if units <= 0:
        raise EngineRefused(INVALID_PRICE)
    return units


def whole_units(amount: Decimal, pair: Pair) -> int:
    """A price, or a distance between two, in units of the pair.

    Raises:
        EngineRefused: when it has too many decimals, or is off the tick.
    """
    units = to_units(amount, pair.pair_decimals)
    if units is None:
        # Kraken's own words; it names the pair as its altname or symbol, we take the altname.
        raise EngineRefused(
            f"{INVALID_PRICE}:{pair.altname} price can only be specified up to {pair.pair_decimals} decimals."
        )
    if units % pair.tick:
        raise EngineRefused(TICK_SIZE)
    return units


def _from_last(offset: Offset, pair: Pair, *, last: int | None, sign: str) -> int:
    if last is None or offset.amount.adjusted() > pair.pair_decimals + 20:
        raise EngineRefused(INVALID_PRICE)
    numerator, denominator = offset.amount.as_integer_ratio()
    scale = last if offset.percent else 10**pair.pair_decimals
    distance = nearest(numerator * scale, denominator * (100 if offset.percent else 1) * pair.tick) * pair.tick
    units = last + distance if sign == "+" else last - distance
    if units <= 0:
        raise EngineRefused(INVALID_PRICE)
    return units - units % pair.tick
