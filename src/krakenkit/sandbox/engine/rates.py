"""What one asset is worth in another at last prices."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from .instruments import Asset, Instruments
from .scale import from_units, nearest
from .tape import Tape


class HasTape(Protocol):
    """Where a pair's last price is found."""

    @property
    def tape(self) -> Tape: ...


class Rates:
    """Last prices, also over one asset in between."""

    def __init__(self, instruments: Instruments, desks: Mapping[str, HasTape]) -> None:
        self._instruments = instruments
        self._desks = desks

    def worth(self, amount: Decimal, asset: Asset, unit: Asset) -> Decimal | None:
        """The amount in another asset, rounded to its decimals; None when no traded pair leads there."""
        rate = self.between(asset, unit)
        return None if rate is None else amount_of(Fraction(amount) * rate, unit)

    def between(self, asset: Asset, unit: Asset) -> Fraction | None:
        """What one of an asset is in another, over one asset in between if need be; None when none will do."""
        rate = self._direct(asset, unit)
        if rate is not None:
            return rate
        ways = ((self._direct(asset, middle), self._direct(middle, unit)) for middle in self._instruments.assets)
        return next((first * second for first, second in ways if first is not None and second is not None), None)

    def _direct(self, asset: Asset, unit: Asset) -> Fraction | None:
        if asset == unit:
            return Fraction(1)
        for base, quote in ((asset, unit), (unit, asset)):
            pair = self._instruments.between(base, quote)
            last = None if pair is None else self._desks[pair.name].tape.last
            if pair is not None and last is not None:
                rate = Fraction(last, 10**pair.pair_decimals)
                return rate if base == asset else 1 / rate
        return None


def amount_of(value: Fraction, asset: Asset) -> Decimal:
    """An exact value as an amount of an asset, rounded to its decimals."""
    value *= 10**asset.decimals
    return from_units(nearest(value.numerator, value.denominator), asset.decimals)
