"""Public REST of Futures: contracts, prices, books, trades and candles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from krakenkit.sandbox.encode import stamp
from krakenkit.sandbox.engine import Candle
from krakenkit.sandbox.engine.derivatives import (
    TIERS,
    Contract,
    MarginLevel,
    Series,
    Ticker,
    Trade,
    coefficient,
    largest_rate,
)
from krakenkit.sandbox.futures.encode import millis
from krakenkit.sandbox.futures.inbound import FuturesDenied, read_moment, wrong
from krakenkit.sandbox.futures.rest import NOT_FOUND, FuturesCaller
from krakenkit.sandbox.routing import endpoint
from krakenkit.wire.futures import charts, fees, instruments, market

SCHEDULE = "9c1c2f1e-5a0b-4c8e-9f51-3f2d6f0a7b10"
"""The id of the only fee schedule."""
_NANO: Final = 10**9
_PARTS: Final = Decimal(10**6)
_TRADES_SHOWN: Final = 100
_TYPES: Final = frozenset({"futures_inverse", "futures_vanilla", "flexible_futures", "options", "all"})
_MINUTES: Final = {"1m": 1, "5m": 5, "15m": 15, "30m": 30, "1h": 60, "4h": 240, "12h": 720, "1d": 1440, "1w": 10080}
_TICK_TYPES: Final[Mapping[str, Series]] = {"spot": "spot", "mark": "mark", "trade": "trade"}
_LISTED_SINCE: Final = "2022-03-22T00:00:00.000Z"


# --- contracts --------------------------------------------------------------------------------------------------------


def kind_of(contract: Contract) -> str:
    """The type of a contract in the exchange's words."""
    return "futures_inverse" if contract.inverse else "flexible_futures"


def _chosen(caller: FuturesCaller, types: str | list[str] | None) -> list[Contract]:
    return _of_types(caller.venue.contracts.all, types)


def _of_types(contracts: Iterable[Contract], types: str | list[str] | None) -> list[Contract]:
    wanted = [types] if isinstance(types, str) else types or ["all"]
    if not _TYPES.issuperset(wanted):
        raise wrong("contractType")
    return [one for one in contracts if "all" in wanted or kind_of(one) in wanted]


def listed(caller: FuturesCaller, request: instruments.GetInstruments) -> instruments.Instruments:
    if request.expired:
        rows = _of_types(caller.venue.contracts.expired, request.contract_type)
    else:
        rows = _chosen(caller, request.contract_type)
    return instruments.Instruments(instruments=[_instrument(caller, one) for one in rows])


def tradeable(caller: FuturesCaller, request: instruments.GetTradingInstruments) -> instruments.Instruments:
    return instruments.Instruments(
        instruments=[_instrument(caller, one) for one in _chosen(caller, request.contract_type)]
    )


def _instrument(caller: FuturesCaller, contract: Contract) -> instruments.Instrument:
    scale, perpetual = contract.scale, contract.expiry is None
    levels = [_level(contract, level) for level in contract.levels]
    expired = contract.expiry is not None and contract.expiry <= caller.now
    return instruments.Instrument(
        symbol=contract.symbol,
        type=kind_of(contract),
        tradeable=not expired,
        pair=scale.symbol,
        base=scale.base.altname,
        quote="USD",
        underlying=caller.venue.reference_symbol(contract) if contract.inverse else None,
        tick_size=scale.tick_size,
        contract_size=Decimal(1),
        contract_value_trade_precision=contract.precision,
        max_position_size=contract.qty(contract.largest),
        opening_date=_LISTED_SINCE,
        last_trading_time=None if contract.expiry is None else stamp(contract.expiry, 3),
        funding_rate_coefficient=Decimal(coefficient(contract)) if perpetual else None,
        max_relative_funding_rate=Decimal(largest_rate(contract)) / _PARTS if perpetual else None,
        margin_levels=levels,
        # Whoever trades here is a professional; what retail clients may do is not kept apart.
        retail_margin_levels=levels,
        fee_schedule_uid=SCHEDULE,
        category="",
        tags=[],
        post_only=caller.exchange.mode == "post_only",
        tradfi=False,
        mtf=False,
        is_expired=expired,
        platforms_permitted=[],
        countries_banned=[],
    )


def _level(contract: Contract, level: MarginLevel) -> instruments.MarginLevel:
    size = Decimal(level.size)
    return instruments.MarginLevel(
        initial_margin=Decimal(level.initial) / _PARTS,
        maintenance_margin=Decimal(level.maintenance) / _PARTS,
        contracts=size if contract.inverse else None,
        num_non_contract_units=None if contract.inverse else size,
    )


def states(caller: FuturesCaller, request: instruments.GetInstrumentStatusList) -> instruments.InstrumentStatusList:
    rows = [
        instruments.InstrumentStatus(
            tradeable=one.symbol,
            experiencing_dislocation=False,
            experiencing_extreme_volatility=False,
            extreme_volatility_initial_margin_multiplier=Decimal(1),
        )
        for one in _chosen(caller, request.contract_type)
    ]
    return instruments.InstrumentStatusList(instrument_status=rows)


def state(caller: FuturesCaller, request: instruments.GetInstrumentStatus) -> instruments.InstrumentStatusReply:
    return instruments.InstrumentStatusReply(
        tradeable=caller.contract(request.symbol).symbol,
        experiencing_dislocation=False,
        experiencing_extreme_volatility=False,
        extreme_volatility_initial_margin_multiplier=Decimal(1),
    )


def schedules(caller: FuturesCaller, request: fees.GetFeeSchedules) -> fees.FeeSchedules:
    tiers = [
        fees.FeeTier(
            maker_fee=Decimal(tier.maker) * 100 / _PARTS,
            taker_fee=Decimal(tier.taker) * 100 / _PARTS,
            usd_volume=Decimal(tier.dollars),
        )
        for tier in TIERS
    ]
    return fees.FeeSchedules(fee_schedules=[fees.FeeSchedule(uid=SCHEDULE, name="Sandbox", tiers=tiers)])


# --- prices -----------------------------------------------------------------------------------------------------------


def tickers(caller: FuturesCaller, request: market.GetTickers) -> market.Tickers:
    asked = [request.symbol] if isinstance(request.symbol, str) else request.symbol
    wanted = None if asked is None else {name.upper() for name in asked}
    chosen = _chosen(caller, request.contract_type)
    rows = [_ticker(caller.exchange.ticker(one)) for one in chosen if wanted is None or one.symbol in wanted]
    indices = _indices(caller)
    rows += [_index(caller, name, one) for name, one in indices.items() if wanted is None or name.upper() in wanted]
    return market.Tickers(tickers=rows)


def ticker(caller: FuturesCaller, request: market.GetTicker) -> market.TickerReply:
    contract = caller.venue.contract(request.symbol)
    if contract is not None:
        return market.TickerReply(ticker=_ticker(caller.exchange.ticker(contract)))
    indices = _indices(caller)
    name = request.symbol.lower()
    if name not in indices:
        raise FuturesDenied(NOT_FOUND, status=404)
    return market.TickerReply(ticker=_index(caller, name, indices[name]))


def _indices(caller: FuturesCaller) -> dict[str, Contract]:
    """Every index and reference rate by its symbol, with the first contract that follows it.

    A reference rate is an average over a while at Kraken; here it is the index of the moment.
    """
    found: dict[str, Contract] = {}
    for one in caller.venue.contracts.all:
        found.setdefault(caller.venue.index_symbol(one), one)
    for one in caller.venue.contracts.all:
        if one.inverse:
            found.setdefault(caller.venue.reference_symbol(one), one)
    return found


def _index(caller: FuturesCaller, name: str, contract: Contract) -> market.Ticker:
    return market.Ticker(symbol=name, last=caller.exchange.ticker(contract).index, last_time=stamp(caller.now, 3))


def _ticker(now: Ticker) -> market.Ticker:
    last, traded = now.last, now.day.trades > 0
    return market.Ticker(
        symbol=now.contract.symbol,
        last=None if last is None else last.price,
        last_time=None if last is None else stamp(last.at, 3),
        last_size=None if last is None else last.qty,
        tag=now.contract.tag,
        pair=now.contract.scale.symbol,
        mark_price=now.mark,
        index_price=now.index,
        bid=now.bid,
        bid_size=now.bid_qty,
        ask=now.ask,
        ask_size=now.ask_qty,
        vol_24h=now.day.volume,
        volume_quote=now.volume_quote,
        open_interest=now.open_interest,
        open_24h=now.day.open if traded else None,
        high_24h=now.day.high if traded else None,
        low_24h=now.day.low if traded else None,
        change_24h=now.change,
        funding_rate=now.funding_rate,
        funding_rate_prediction=now.funding_prediction,
        suspended=now.mode == "suspended",
        post_only=now.mode == "post_only",
    )


def order_book(caller: FuturesCaller, request: market.GetOrderbook) -> market.OrderbookReply:
    contract = caller.contract(request.symbol)
    bids, asks = (
        [market.BookLevel(price, size) for price, size in caller.exchange.levels(contract, side)]
        for side in ("buy", "sell")
    )
    return market.OrderbookReply(order_book=market.Orderbook(bids=bids, asks=asks))


# --- what happened ----------------------------------------------------------------------------------------------------


def trades(caller: FuturesCaller, request: market.GetTradeHistory) -> market.TradeHistory:
    before = read_moment(request.last_time, "lastTime")
    followed = _indices(caller).get(request.symbol.lower())
    if followed is not None:
        return market.TradeHistory(history=_values(caller, followed, before))
    past = caller.exchange.trades(caller.contract(request.symbol))
    chosen = [one for one in past if before is None or one.at < before][-_TRADES_SHOWN:]
    return market.TradeHistory(history=[_trade(one, n) for n, one in enumerate(chosen, 1)][::-1])


def _values(caller: FuturesCaller, contract: Contract, before: int | None) -> list[market.PublicTrade]:
    """What an index was calculated as, minute by minute, the newest first; nobody traded at it."""
    minutes = caller.exchange.candles(contract, 1, series="spot")
    told = [(min(one.end, caller.now), one.close) for one in minutes]
    chosen = [value for value in told if before is None or value[0] < before][-_TRADES_SHOWN:]
    return [market.PublicTrade(time=stamp(at, 3), price=price) for at, price in reversed(chosen)]


def _trade(trade: Trade, number: int) -> market.PublicTrade:
    return market.PublicTrade(
        time=stamp(trade.at, 3),
        trade_id=number,
        price=trade.price,
        size=trade.qty,
        side=trade.side,
        type=trade.kind,
        uid=trade.uid,
    )


def funding_rates(caller: FuturesCaller, request: market.GetHistoricalFundingRates) -> market.FundingRates:
    contract = caller.venue.contract(request.symbol)
    if contract is None:
        raise FuturesDenied(wrong("symbol").code, status=400)
    rates = [
        market.FundingRate(
            timestamp=stamp(rate.begin, 3), funding_rate=rate.absolute, relative_funding_rate=rate.relative
        )
        for rate in caller.exchange.funding_rates(contract)
    ]
    return market.FundingRates(rates=rates)


def tick_types(caller: FuturesCaller, request: charts.GetTickTypes) -> list[str]:
    return list(_TICK_TYPES)


def chart_markets(caller: FuturesCaller, request: charts.GetMarketsForTickType) -> list[str]:
    _series(request.tick_type)
    return [one.symbol for one in caller.venue.contracts.all]


def resolutions(caller: FuturesCaller, request: charts.GetResolutions) -> list[str]:
    _series(request.tick_type)
    caller.contract(request.symbol)
    return list(_MINUTES)


def candles(caller: FuturesCaller, request: charts.GetCandles) -> charts.Candles:
    series = _series(request.tick_type)
    contract, minutes = caller.contract(request.symbol), _MINUTES.get(request.resolution)
    if minutes is None:
        raise wrong("resolution")
    first = 0 if request.from_ is None else request.from_ * _NANO
    last = caller.now if request.to is None else request.to * _NANO
    rows = [row for row in _of_length(caller, contract, minutes, series) if first <= row.begin <= last]
    if request.count is not None and request.from_ is None:
        rows = rows[-request.count :] if request.count else []
    cut = request.count is not None and len(rows) > request.count
    return charts.Candles(candles=[_candle(row) for row in rows[: request.count]], more_candles=cut)


def _of_length(caller: FuturesCaller, contract: Contract, minutes: int, series: Series) -> list[Candle]:
    if series != "trade" or minutes != _MINUTES["12h"]:
        return caller.exchange.candles(contract, minutes, series=series)
    # Spot has no candles of twelve hours; three of four hours make one.
    parts: dict[int, list[Candle]] = {}
    length = minutes * 60 * _NANO
    for row in caller.exchange.candles(contract, 240):
        parts.setdefault(row.begin - row.begin % length, []).append(row)
    return [_joined(begin, minutes, rows) for begin, rows in parts.items()]


def _joined(begin: int, minutes: int, rows: list[Candle]) -> Candle:
    volume = sum((row.volume for row in rows), Decimal(0))
    cost = sum((row.volume * row.vwap for row in rows), Decimal(0))
    return Candle(
        begin=begin,
        interval=minutes,
        open=rows[0].open,
        high=max(row.high for row in rows),
        low=min(row.low for row in rows),
        close=rows[-1].close,
        vwap=cost / volume if volume else rows[-1].close,
        volume=volume,
        trades=sum(row.trades for row in rows),
    )


def _candle(row: Candle) -> charts.Candle:
    return charts.Candle(
        time=millis(row.begin), open=row.open, high=row.high, low=row.low, close=row.close, volume=row.volume
    )


def _series(tick_type: str) -> Series:
    if tick_type not in _TICK_TYPES:
        raise FuturesDenied(NOT_FOUND, status=404)
    return _TICK_TYPES[tick_type]


ENDPOINTS: Final = (
    endpoint(instruments.GetInstruments, listed),
    endpoint(instruments.GetTradingInstruments, tradeable),
    endpoint(instruments.GetInstrumentStatusList, states),
    endpoint(instruments.GetInstrumentStatus, state),
    endpoint(fees.GetFeeSchedules, schedules),
    endpoint(market.GetTickers, tickers),
    endpoint(market.GetTicker, ticker),
    endpoint(market.GetOrderbook, order_book),
    endpoint(market.GetTradeHistory, trades),
    endpoint(market.GetHistoricalFundingRates, funding_rates),
    endpoint(charts.GetTickTypes, tick_types),
    endpoint(charts.GetMarketsForTickType, chart_markets),
    endpoint(charts.GetResolutions, resolutions),
    endpoint(charts.GetCandles, candles),
)
