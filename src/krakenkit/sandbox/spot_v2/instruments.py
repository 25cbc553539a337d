"""Assets and pairs as Spot v2 knows them: their symbols, and what the instrument channel says of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from krakenkit.sandbox.engine import Asset, Exchange, Pair
from krakenkit.sandbox.engine.instruments import TOKENIZED
from krakenkit.sandbox.engine.margin.terms import ASSETS, NO_MARGIN, PairMargin
from krakenkit.sandbox.spot_v2.frames import Members

_HUNDREDTH = Decimal("0.01")
INTERNATIONAL: Final = "international"
BITNOMIAL: Final = "bitnomial-exchange"
"""The venues of the instrument channel. At the second one nothing is traded here."""
_MULTIPLIER: Final = Decimal("1.0")
"""Shares behind one token of an xStock. No share is ever split here, so what is rebased and what is not are the same."""


def pair_of(exchange: Exchange, symbol: str) -> Pair | None:
    """The pair of this symbol, in any case; other spellings than ``BTC/USD`` are not taken on Spot v2."""
    pair = exchange.instruments.pair(symbol)
    return pair if pair is not None and pair.symbol.upper() == symbol.upper() else None


def instrument_data(exchange: Exchange, listing: str | None) -> Members:
    """All assets and pairs, xStocks only on request: one object, where other channels have a list."""
    assets = [one for one in exchange.instruments.assets if _is_listed(one, listing)]
    return {"assets": [_asset_row(asset) for asset in assets], "pairs": pair_rows(exchange, listing)}


def pair_rows(exchange: Exchange, listing: str | None) -> list[Members]:
    """The pairs of a listing: that of another venue, or the usual ones, with or without a class beside them."""
    pairs = exchange.instruments.pairs
    return [_pair_row(exchange, pair) for pair in pairs if _is_listed(pair.base, listing)]


def _is_listed(asset: Asset, listing: str | None) -> bool:
    return listing != BITNOMIAL and (listing == TOKENIZED or asset.aclass != TOKENIZED)


def _asset_row(asset: Asset) -> Members:
    terms = ASSETS.get(asset.display, NO_MARGIN)
    row: Members = {
        "id": asset.display,
        "status": asset.status,
        "precision": asset.decimals,
        "precision_display": asset.display_decimals,
        "borrowable": terms.pool > 0,
        "class": asset.aclass,
    }
    if asset.aclass == TOKENIZED:
        row["multiplier"] = _MULTIPLIER
    if terms.collateral:
        row["collateral_value"] = Decimal(terms.collateral).scaleb(-2)
    if terms.pool:
        row["margin_rate"] = Decimal(terms.rate).scaleb(-4)
    return row


def _pair_row(exchange: Exchange, pair: Pair) -> Members:
    return {
        "symbol": pair.symbol,
        "base": pair.base.display,
        "quote": pair.quote.display,
        "status": exchange.pair_status(pair),
        "qty_precision": pair.lot_decimals,
        "qty_increment": pair.qty(1),
        "price_precision": pair.pair_decimals,
        "cost_precision": pair.cost_decimals,
        "marginable": pair.margin is not None,
        "has_index": exchange.has_index(pair),
        "cost_min": pair.costmin,
        "tick_size": pair.tick_size,
        "price_increment": pair.tick_size,
        "qty_min": pair.ordermin,
        **_pair_margin(pair.margin),
    }


def _pair_margin(margin: PairMargin | None) -> Members:
    if margin is None:
        return {}
    return {
        "margin_initial": (1 / Decimal(margin.leverage[-1])).quantize(_HUNDREDTH),
        "position_limit_long": margin.long_limit,
        "position_limit_short": margin.short_limit,
    }
