"""REST of Embed: the assets on offer and what they cost now and did before.

What the market of a sandbox cannot know (supply, texts, capitalisation) is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

import msgspec

from krakenkit.sandbox.cursors import by_number, read_rfc3339
from krakenkit.sandbox.encode import stamp
from krakenkit.sandbox.engine import Asset, Candle, Exchange
from krakenkit.sandbox.engine.refusals import invalid
from krakenkit.sandbox.partners.days import day_of
from krakenkit.sandbox.partners.rest_embed import user_of
from krakenkit.sandbox.rates import currencies, pair_of
from krakenkit.sandbox.rest.desk import Caller
from krakenkit.sandbox.routing import endpoint
from krakenkit.wire.partner import assets
from krakenkit.wire.partner.assets import AssetRate

_NAMES: Final[Mapping[str, str]] = {
    "BTC": "Bitcoin",
    "ETH": "Ethereum",
    "SOL": "Solana",
    "XRP": "XRP",
    "DOGE": "Dogecoin",
    "ADA": "Cardano",
    "LTC": "Litecoin",
    "DOT": "Polkadot",
    "USDT": "Tether",
    "USDC": "USD Coin",
    "USD": "US Dollar",
    "EUR": "Euro",
}
_STATUSES: Final = frozenset({"enabled", "deposit_only", "withdrawal_only", "funding_temporarily_disabled", "disabled"})
_SPANS: Final = {"1h": (1, 60), "24h": (60, 24), "7d": (1440, 7), "30d": (1440, 30), "1y": (1440, 365)}
"""Minutes of a candle, and how many candles back."""
_INTERVALS: Final = {
    timedelta(minutes=1): 1,
    timedelta(minutes=5): 5,
    timedelta(minutes=15): 15,
    timedelta(minutes=30): 30,
    timedelta(hours=1): 60,
    timedelta(hours=4): 240,
    timedelta(days=1): 1440,
    timedelta(days=7): 10080,
    timedelta(days=15): 21600,
}
_PAGE: Final = 50


def list_assets(caller: Caller, request: assets.ListEmbedAssets) -> assets.EmbedAssets:
    exchange, unit = caller.venue.exchange, caller.venue.exchange.asset(request.quote or "USD")
    if request.filter_user is not None:
        user_of(caller, request.filter_user)
    if not _STATUSES.issuperset(request.filter_platform_statuses or ()):
        raise invalid("filter[platform_statuses][]")
    asked = [exchange.asset(name) for name in request.filter_assets or ()]
    wanted = request.filter_platform_statuses or list(_STATUSES)
    rows = [
        one
        for one in currencies(exchange)
        if (not asked or one in asked)
        and one.status in wanted
        and not (request.filter_tradable_only and not _tradable(exchange, one))
    ]
    rows = _sorted(exchange, rows, request.sort or "trending", unit)
    size = _PAGE if request.page_size is None else request.page_size
    page, links, meta = by_number(rows, number=request.page_number or 1, size=size, path=request.route.path)
    return assets.EmbedAssets(
        assets=[_row(exchange, one, unit) for one in page], links=_raw_members(msgspec.to_builtins(links)), meta=meta
    )


def _row(exchange: Exchange, asset: Asset, unit: Asset) -> dict[str, msgspec.Raw]:
    """A row as this sandbox writes it; no source tells how the exchange does."""
    price = exchange.worth(Decimal(1), asset.display, unit.display)
    members: dict[str, Any] = {
        "symbol": asset.display,
        "english_name": _NAMES.get(asset.display, asset.display),
        "platform_status": asset.status,
        "tradable": _tradable(exchange, asset),
        "decimals": asset.decimals,
        "price": None if price is None else f"{price:f}",
        "change_percent_24h": f"{_change(exchange, asset, unit, '24h')[1]:f}",
    }
    return _raw_members(members)


def _raw_members(members: dict[str, Any]) -> dict[str, msgspec.Raw]:
    return {name: msgspec.Raw(msgspec.json.encode(value)) for name, value in members.items() if value is not None}


def _sorted(exchange: Exchange, rows: list[Asset], word: str, unit: Asset) -> list[Asset]:
    """``trending`` is by the volume of the day; listing date and capitalisation are the order of the catalogue."""
    name, backwards = word.removeprefix("-"), word.startswith("-")
    if name == "trending" and not backwards:
        return sorted(rows, key=lambda one: -_volume(exchange, one, unit))
    span = name.removeprefix("change_percent_")
    if span in _SPANS:
        return sorted(rows, key=lambda one: _change(exchange, one, unit, span)[1], reverse=backwards)
    match name:
        case "market_cap_rank" | "listing_date":
            return rows[::-1] if backwards else rows
        case "symbol":
            return sorted(rows, key=lambda one: one.display, reverse=backwards)
        case "name":
            return sorted(rows, key=lambda one: _NAMES.get(one.display, one.display), reverse=backwards)
        case _:
            raise invalid("sort")


def _tradable(exchange: Exchange, asset: Asset) -> bool:
    return any(asset in (pair.base, pair.quote) for pair in exchange.instruments.pairs)


def _volume(exchange: Exchange, asset: Asset, unit: Asset) -> Decimal:
    pairs = [pair for pair in exchange.instruments.pairs if pair.base is asset]
    traded = sum((exchange.ticker(pair.name).day.volume for pair in pairs), Decimal(0))
    return exchange.worth(traded, asset.display, unit.display) or Decimal(0)


def _change(exchange: Exchange, asset: Asset, unit: Asset, span: str) -> tuple[Decimal, Decimal]:
    """How far the price has moved in a span, in the unit and in percent; zero without a price."""
    now = exchange.worth(Decimal(1), asset.display, unit.display)
    minutes, count = _SPANS[span]
    rows = [candle for candle in _candles(exchange, asset, unit, minutes)[-count:] if candle.close]
    if now is None or not rows:
        return Decimal(0), Decimal(0)
    before = _priced(exchange, asset, unit, rows[0].open)
    moved = now - before
    return moved, (moved * 100 / before).quantize(Decimal("0.01")) if before else Decimal(0)


def _candles(exchange: Exchange, asset: Asset, unit: Asset, minutes: int) -> list[Candle]:
    pair = None if asset is unit else pair_of(exchange, asset, unit)
    return [] if pair is None else exchange.candles(pair.name, minutes)


def _priced(exchange: Exchange, asset: Asset, unit: Asset, price: Decimal) -> Decimal:
    """A price of the pair of both assets as a price of the first in the second."""
    pair = pair_of(exchange, asset, unit)
    return price if pair is None or pair.base is asset else 1 / price


def get_asset(caller: Caller, request: assets.GetEmbedAsset) -> assets.EmbedAsset:
    exchange = caller.venue.exchange
    asset, unit = exchange.asset(request.asset), exchange.asset(request.quote or "USD")
    moved, percent = _change(exchange, asset, unit, "24h")
    highest = max(
        (candle for candle in _candles(exchange, asset, unit, 1440) if candle.high),
        key=lambda candle: _priced(exchange, asset, unit, candle.high),
        default=None,
    )
    return assets.EmbedAsset(
        symbol=asset.display,
        english_name=_NAMES.get(asset.display, asset.display),
        links=_raw_members({"self": {"href": f"/b2b/assets/{asset.display}", "type": "application/json"}}),
        market_cap_rank=exchange.instruments.assets.index(asset) + 1,
        change_value_24h=moved,
        change_percent_24h=percent,
        volume_value_24h=_volume(exchange, asset, unit),
        ath_value=None if highest is None else _priced(exchange, asset, unit, highest.high),
        ath_date=None if highest is None else str(day_of(highest.begin)),
    )


def asset_rates(caller: Caller, request: assets.ListEmbedAssetRates) -> assets.AssetRates:
    """The closing price of each interval, where Kraken takes the median. No page says how far back it goes."""
    exchange = caller.venue.exchange
    asset, unit = exchange.asset(request.asset), exchange.asset(request.quote or "USD")
    start, end = read_rfc3339(request.start_time, "start_time"), read_rfc3339(request.end_time, "end_time")
    minutes = _interval(request.interval or "PT1H")
    rates = [
        AssetRate(timestamp=stamp(candle.begin, 0), price=_priced(exchange, asset, unit, candle.close))
        for candle in _candles(exchange, asset, unit, minutes)
        if candle.close and (start is None or candle.begin >= start) and (end is None or candle.begin <= end)
    ]
    if not rates:
        return assets.AssetRates(rates=[])
    moved = rates[-1].price - rates[0].price
    meta = assets.AssetRatesMeta(
        page_oldest_rate=rates[0],
        page_newest_rate=rates[-1],
        page_price_change_value=moved,
        page_price_change_percent=(moved * 100 / rates[0].price).quantize(Decimal("0.01")),
    )
    return assets.AssetRates(rates=rates, meta=meta)


def _interval(text: str) -> int:
    try:
        length = msgspec.convert(text, timedelta)
    except msgspec.ValidationError:
        raise invalid("interval") from None
    minutes = _INTERVALS.get(length)
    if minutes is None:
        raise invalid("interval")
    return minutes


ENDPOINTS: Final = (
    endpoint(assets.ListEmbedAssets, list_assets),
    endpoint(assets.GetEmbedAsset, get_asset),
    endpoint(assets.ListEmbedAssetRates, asset_rates),
)
