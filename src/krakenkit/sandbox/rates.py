"""What one asset is worth in another for somebody who trades now: best prices, over one asset in between if need be."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Final

from krakenkit.sandbox.engine import Asset, Exchange, Pair
from krakenkit.sandbox.engine.instruments import CURRENCY
from krakenkit.sandbox.engine.refusals import UNAVAILABLE, UNKNOWN_ASSET, EngineRefused
from krakenkit.sandbox.engine.scale import from_units

FIAT: Final = frozenset({"USD", "EUR", "GBP", "CAD", "AUD", "CHF", "JPY"})
"""Assets that are money of a state."""


def currencies(exchange: Exchange) -> list[Asset]:
    """Every asset but xStocks, which partners and institutions are not offered here."""
    return [asset for asset in exchange.instruments.assets if asset.aclass == CURRENCY]


def currency(exchange: Exchange, name: str) -> Asset:
    """The asset of this name, if it is offered.

    Raises:
        EngineRefused: ``EQuery:Unknown asset``, also for xStocks.
    """
    asset = exchange.asset(name)
    if asset.aclass != CURRENCY:
        raise EngineRefused(UNKNOWN_ASSET)
    return asset


def is_fiat(asset: Asset) -> bool:
    """Whether an asset is money of a state."""
    return asset.display in FIAT


def selling_rate(exchange: Exchange, asset: Asset, unit: Asset) -> Fraction:
    """How much of ``unit`` one ``asset`` brings when it is sold at the best price.

    A side of the book that is empty counts as the last price.

    Raises:
        EngineRefused: ``EService:Unavailable`` where no pair leads there or nothing has a price yet.
    """
    rate = _direct(exchange, asset, unit) or _around(exchange, asset, unit)
    if rate is None:
        raise EngineRefused(UNAVAILABLE)
    return rate


def rounded(value: Decimal | Fraction, asset: Asset) -> Decimal:
    """An amount to the decimals of its asset, whatever the decimal context is."""
    return from_units(round(Fraction(value) * 10**asset.decimals), asset.decimals)


def pair_of(exchange: Exchange, one: Asset, other: Asset) -> Pair | None:
    """The pair that trades two assets, whichever way round."""
    instruments = exchange.instruments
    return instruments.between(one, other) or instruments.between(other, one)


def _direct(exchange: Exchange, asset: Asset, unit: Asset) -> Fraction | None:
    if asset is unit:
        return Fraction(1)
    pair = pair_of(exchange, asset, unit)
    if pair is None:
        return None
    desk, selling = exchange.desk(pair.name), pair.base is asset
    level = (desk.book.bids if selling else desk.book.asks).best()
    units = desk.tape.last if level is None else level.price
    if not units:
        return None
    price = Fraction(units, 10**pair.pair_decimals)
    return price if selling else 1 / price


def _around(exchange: Exchange, asset: Asset, unit: Asset) -> Fraction | None:
    """The best of the ways over one other asset."""
    ways = [
        first * second
        for between in exchange.instruments.assets
        if (first := _direct(exchange, asset, between)) and (second := _direct(exchange, between, unit))
    ]
    return max(ways, default=None)
