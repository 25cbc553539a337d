"""Public REST of Spot: time, names, and what the market did."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from krakenkit.sandbox.asset_classes import assets_in, is_in, pair_in
from krakenkit.sandbox.encode import Bare, seconds, stamp
from krakenkit.sandbox.engine import Asset, BookLevel, Candle, Pair, PublicTrade, Statistics, Ticker, ladder_of
from krakenkit.sandbox.engine.instruments import TOKENIZED
from krakenkit.sandbox.engine.margin.terms import ASSETS, MARGIN_CALL, MARGIN_STOP, NO_MARGIN
from krakenkit.sandbox.engine.refusals import invalid
from krakenkit.sandbox.rest.desk import Caller
from krakenkit.sandbox.routing import endpoint
from krakenkit.sandbox.values import moment, names_in
from krakenkit.wire.codec import PairRows
from krakenkit.wire.spot import maintenance, market

_NANO: Final = 10**9
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SHOWN: Mapping[str, tuple[str, ...]] = {
    "leverage": ("leverage_buy", "leverage_sell"),
    "fees": ("fees", "fees_maker", "fee_volume_currency"),
    # Captured: asked alone, margin_stop has another name.
    "margin": ("margin_call", "margin_level"),
}


# --- names ------------------------------------------------------------------------------------------------------------


def key_of(pair: Pair, asked: str, version: int | None) -> str:
    """The key of a pair in an answer: its display name for those who asked by it, else its internal name."""
    return pair.symbol if version == 1 or asked.upper() == pair.symbol.upper() else pair.name


def _pairs(
    caller: Caller, names: str | list[str] | None, version: int | None, asset_class: str | None
) -> dict[str, Pair]:
    exchange, asked = caller.venue.exchange, names_in(names)
    if not asked:
        return {key_of(pair, "", version): pair for pair in exchange.instruments.pairs if is_in(pair, asset_class)}
    found = [(name, pair_in(exchange, name, asset_class)) for name in asked]
    return {key_of(pair, name, version): pair for name, pair in found}


def _pair(caller: Caller, name: str, version: int | None, asset_class: str | None) -> tuple[str, Pair]:
    pair = pair_in(caller.venue.exchange, name, asset_class)
    return key_of(pair, name, version), pair


# --- time and names ---------------------------------------------------------------------------------------------------


def server_time(caller: Caller, request: market.GetServerTime) -> market.ServerTime:
    unix = caller.now // _NANO
    at = datetime.fromtimestamp(unix, UTC)
    # Written by hand: strftime would use the names of the machine's language.
    text = f"{_DAYS[at.weekday()]}, {at.day:2d} {_MONTHS[at.month - 1]} {at:%y %H:%M:%S} +0000"
    return market.ServerTime(unixtime=unix, rfc1123=text)


def system_status(caller: Caller, request: market.GetSystemStatus) -> market.SystemStatus:
    return market.SystemStatus(status=caller.venue.exchange.status, timestamp=stamp(caller.now, 0))


def maintenance_schedule(
    caller: Caller, request: maintenance.GetMaintenanceSchedule
) -> maintenance.MaintenanceSchedule:
    return maintenance.MaintenanceSchedule()


def asset_info(caller: Caller, request: market.GetAssetInfo) -> dict[str, market.Asset]:
    assets = assets_in(caller.venue.exchange, names_in(request.asset), request.aclass)
    return {asset.display if request.asset_version == 1 else asset.name: _asset(asset) for asset in assets}


def _asset(asset: Asset) -> market.Asset:
    terms = ASSETS.get(asset.display, NO_MARGIN)
    return market.Asset(
        aclass=asset.aclass,
        altname=asset.altname,
        decimals=asset.decimals,
        display_decimals=asset.display_decimals,
        collateral_value=Bare(Decimal(terms.collateral) / 100) if terms.collateral else None,
        margin_rate=Decimal(terms.rate).scaleb(-4) if terms.pool else None,
        status=asset.status,
    )


def asset_pairs(caller: Caller, request: market.GetAssetPairs) -> dict[str, market.AssetPair]:
    if request.info not in (None, "info", *_SHOWN):
        raise invalid("info")
    shown = _SHOWN.get(request.info or "info")
    version = request.asset_version
    found: dict[str, market.AssetPair] = {}
    for key, pair in _pairs(caller, request.pair, version, request.aclass_base).items():
        if not _open_to(pair, request.country_code, request.execution_venue):
            continue
        whole = _asset_pair(caller, pair, display=version == 1, alone=shown is not None)
        found[key] = whole if shown is None else market.AssetPair(**{name: getattr(whole, name) for name in shown})
    return found


def _open_to(pair: Pair, country_code: str | None, execution_venue: str | None) -> bool:
    """Whether a pair is listed for this country and venue: xStocks are closed to the United States, all else is open."""
    if country_code is not None and not re.fullmatch("[A-Za-z]{2}(:[A-Za-z0-9]{1,3})?", country_code):
        raise invalid("country_code")
    if execution_venue not in (None, "international", "bitnomial_exchange"):
        raise invalid("execution_venue")
    closed = pair.base.aclass == TOKENIZED and (country_code or "").upper().startswith("US")
    return execution_venue != "bitnomial_exchange" and not closed


def _asset_pair(caller: Caller, pair: Pair, *, display: bool, alone: bool) -> market.AssetPair:
    steps = ladder_of(pair)
    return market.AssetPair(
        altname=pair.altname,
        wsname=pair.wsname,
        aclass_base=pair.base.aclass,
        base=pair.base.display if display else pair.base.name,
        aclass_quote=pair.quote.aclass,
        quote=pair.quote.display if display else pair.quote.name,
        execution_venue="international",
        lot="unit",
        pair_decimals=pair.pair_decimals,
        cost_decimals=pair.cost_decimals,
        lot_decimals=pair.lot_decimals,
        lot_multiplier=1,
        leverage_buy=[] if pair.margin is None else list(pair.margin.leverage),
        leverage_sell=[] if pair.margin is None else list(pair.margin.leverage),
        fees=[market.FeeStep(Bare(step.dollars), percent(step.taker)) for step in steps],
        fees_maker=[market.FeeStep(Bare(step.dollars), percent(step.maker)) for step in steps],
        fee_volume_currency="ZUSD",
        margin_call=MARGIN_CALL,
        margin_stop=MARGIN_STOP,
        margin_level=MARGIN_STOP if alone else None,
        ordermin=pair.ordermin,
        costmin=pair.costmin,
        tick_size=pair.tick_size,
        status=caller.venue.exchange.pair_status(pair),
        long_position_limit=None if pair.margin is None else pair.margin.long_limit,
        short_position_limit=None if pair.margin is None else pair.margin.short_limit,
    )


def percent(rate: int) -> Bare:
    """Parts per million as percent."""
    return Bare(f"{rate // 10_000}.{rate % 10_000:04d}".rstrip("0").rstrip("."))


# --- prices -----------------------------------------------------------------------------------------------------------


def tickers(caller: Caller, request: market.GetTicker) -> dict[str, market.Ticker]:
    pairs = _pairs(caller, request.pair, request.asset_version, request.asset_class)
    return {key: _ticker(caller.venue.exchange.ticker(pair.name)) for key, pair in pairs.items()}


def _ticker(now: Ticker) -> market.Ticker:
    zero, nothing = now.pair.price(0), now.pair.qty(0)
    return market.Ticker(
        ask=_best(now.ask, now.ask_qty, zero, nothing),
        bid=_best(now.bid, now.bid_qty, zero, nothing),
        last=market.LastTrade(now.last or zero, now.last_qty or nothing),
        volume=market.DayAmounts(now.today.volume, now.day.volume),
        vwap=market.DayAmounts(now.today.vwap, now.day.vwap),
        trades=market.DayCounts(now.today.trades, now.day.trades),
        low=market.DayAmounts(now.today.low, now.day.low),
        high=market.DayAmounts(now.today.high, now.day.high),
        open=_opening(now.today, now.last, zero),
    )


def _best(price: Decimal | None, qty: Decimal | None, zero: Decimal, nothing: Decimal) -> market.BestPrice:
    return market.BestPrice(price or zero, Decimal(int(qty or 0)), qty or nothing)


def _opening(today: Statistics, last: Decimal | None, zero: Decimal) -> Decimal:
    return today.open if today.trades else last or zero


def candles(caller: Caller, request: market.GetCandles) -> PairRows[market.Candle]:
    key, pair = _pair(caller, request.pair, request.asset_version, request.asset_class)
    since = moment(request.since, "since") // _NANO if request.since is not None else -1
    interval = 1 if request.interval is None else request.interval
    kept = [_candle(row) for row in caller.venue.exchange.candles(pair.name, interval)]
    # ``last`` is the newest finished candle; the row after it is still forming.
    last = kept[-2].time if len(kept) > 1 else max(since, 0)
    return PairRows(pair=key, rows=[row for row in kept if row.time > since], last=last)


def _candle(row: Candle) -> market.Candle:
    return market.Candle(
        time=row.begin // _NANO,
        open=row.open,
        high=row.high,
        low=row.low,
        close=row.close,
        vwap=row.vwap,
        volume=row.volume,
        count=row.trades,
    )


def order_book(caller: Caller, request: market.GetOrderBook) -> dict[str, market.Depth]:
    key, pair = _pair(caller, request.pair, request.asset_version, request.asset_class)
    count = 100 if request.count is None else request.count
    if not 1 <= count <= 500:
        raise invalid("count")
    asks, bids = (caller.venue.exchange.levels(pair.name, side, count) for side in ("sell", "buy"))
    return {key: market.Depth(asks=[_level(row) for row in asks], bids=[_level(row) for row in bids])}


def _level(level: BookLevel) -> market.DepthLevel:
    return market.DepthLevel(level.price, level.qty, level.at // _NANO)


# --- what happened ----------------------------------------------------------------------------------------------------


def recent_trades(caller: Caller, request: market.GetRecentTrades) -> PairRows[market.PublicTrade]:
    key, pair = _pair(caller, request.pair, request.asset_version, request.asset_class)
    count = 1000 if request.count is None else request.count
    if not 1 <= count <= 1000:
        raise invalid("count")
    trades = caller.venue.exchange.public_trades(pair.name)
    if request.since is None:
        rows, last = trades[-count:], caller.now
    else:
        last = moment(request.since, "since")
        rows = [trade for trade in trades if trade.at > last][:count]
    last = rows[-1].at if rows else last
    return PairRows(pair=key, rows=[_trade(row) for row in rows], last=str(last))


def _trade(trade: PublicTrade) -> market.PublicTrade:
    return market.PublicTrade(
        price=trade.price,
        volume=trade.qty,
        time=seconds(trade.at),
        side=trade.side[0],
        order_type=trade.order_type[0],
        misc="",
        trade_id=trade.number,
    )


def recent_spreads(caller: Caller, request: market.GetRecentSpreads) -> PairRows[market.Spread]:
    key, pair = _pair(caller, request.pair, request.asset_version, request.asset_class)
    since = request.since or 0
    rows = [
        market.Spread(time=row.at // _NANO, bid=row.bid, ask=row.ask)
        for row in caller.venue.exchange.spreads(pair.name)
        # Whole seconds may be shared by several rows, so the second asked for belongs to the answer.
        if row.at // _NANO >= since
    ]
    return PairRows(pair=key, rows=rows, last=rows[-1].time if rows else since)


ENDPOINTS: Final = (
    endpoint(market.GetServerTime, server_time),
    endpoint(market.GetSystemStatus, system_status),
    endpoint(maintenance.GetMaintenanceSchedule, maintenance_schedule),
    endpoint(market.GetAssetInfo, asset_info),
    endpoint(market.GetAssetPairs, asset_pairs),
    endpoint(market.GetTicker, tickers),
    endpoint(market.GetCandles, candles),
    endpoint(market.GetOrderBook, order_book),
    endpoint(market.GetRecentTrades, recent_trades),
    endpoint(market.GetRecentSpreads, recent_spreads),
)
