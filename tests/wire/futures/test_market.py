"""Futures market data and contracts: public answers by named fields, and what is asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from krakenkit.errors import SettingsError
from krakenkit.wire.futures.instruments import (
    GetInstruments,
    GetInstrumentStatus,
    GetInstrumentStatusList,
    GetTradingInstruments,
)
from krakenkit.wire.futures.market import (
    GetHistoricalFundingRates,
    GetOrderbook,
    GetTicker,
    GetTickers,
    GetTradeHistory,
)
from wire.futures.reading import filled, form, path, read

HEAD = '"result": "success", "serverTime": "2026-11-20T09:00:00.125Z"'


def test_trades_are_read_whether_the_size_is_text_or_a_number() -> None:
    answer = read(
        GetTradeHistory,
        filled(
            '{<>, "history": ['
            '{"time": "2026-11-20T08:59:58.001Z", "trade_id": 2, "price": 91250.50, "size": "0.0040", "side": "buy",'
            ' "type": "fill", "uid": "u-2", "notional_amount": 365.002, "to_be_cleared": false},'
            '{"time": "2026-11-20T08:59:57.000Z", "price": 91250, "size": 3}]}',
            HEAD,
        ),
    )

    newest, older = answer.history
    assert (newest.price, newest.size, newest.side) == (Decimal("91250.50"), Decimal("0.0040"), "buy")
    assert newest.notional_amount == Decimal("365.002")
    assert (older.size, older.uid) == (Decimal(3), None)
    assert answer.server_time == "2026-11-20T09:00:00.125Z"
    asked = GetTradeHistory("PF_XBTUSD", datetime(2026, 11, 20, 8, tzinfo=UTC))
    assert form(asked) == "symbol=PF_XBTUSD&lastTime=2026-11-20T08%3A00%3A00.000Z"


def test_a_book_has_its_levels_with_all_digits() -> None:
    answer = read(
        GetOrderbook, filled('{<>, "orderBook": {"bids": [[91000.50, 2900]], "asks": [[91001.0, 0.10]]}}', HEAD)
    )

    assert str(answer.order_book.bids[0].price) == "91000.50"
    assert str(answer.order_book.asks[0].size) == "0.10"


def test_tickers_of_markets_and_indices_share_a_list() -> None:
    answer = read(
        GetTickers,
        filled(
            '{<>, "tickers": ['
            '{"symbol": "PF_ETHUSD", "tag": "perpetual", "pair": "ETH:USD", "markPrice": 3010.25, "indexPrice": "3010.10",'
            ' "bid": 3010, "bidSize": 1.5, "vol24h": 200, "volumeQuote": 602050.0, "openInterest": 77.125, "open24h": 3000,'
            ' "high24h": 3050, "low24h": 2990.5, "change24h": 0.34, "fundingRate": -8.15861558e-10,'
            ' "fundingRatePrediction": 1.2e-7, "suspended": false, "postOnly": false, "isUnderlyingMarketClosed": false,'
            ' "extrinsicValue": 1.5, "greeks": {"iv": -1.0, "delta": 0.5, "gamma": null}},'
            '{"symbol": "in_ethusd", "last": 3010.10, "lastTime": "2026-11-20T09:00:00Z"}]}',
            HEAD,
        ),
    )

    market, index = answer.tickers
    assert market.funding_rate == Decimal("-0.000000000815861558")
    assert (market.index_price, market.vol_24h, market.high_24h) == (Decimal("3010.10"), Decimal(200), Decimal(3050))
    assert (market.ask, market.change_24h) == (None, Decimal("0.34"))
    assert market.greeks is not None
    assert market.greeks.iv == Decimal("-1.0")
    assert (index.last, index.mark_price) == (Decimal("3010.10"), None)


def test_a_ticker_is_found_by_a_symbol_in_the_path() -> None:
    answer = read(GetTicker, filled('{<>, "ticker": {"symbol": "rr_xbtusd", "last": 91000.25}}', HEAD))

    assert answer.ticker.last == Decimal("91000.25")
    assert path(GetTicker("PF_XBTUSD")) == "/derivatives/api/v3/tickers/PF_XBTUSD"


def test_funding_rates_keep_their_small_digits() -> None:
    answer = read(
        GetHistoricalFundingRates,
        filled(
            '{<>, "rates": [{"timestamp": "2026-11-20T08:00:00Z", "fundingRate": -2.6115278e-11,'
            ' "relativeFundingRate": "-0.000001203125"}]}',
            HEAD,
        ),
    )

    assert answer.rates[0].funding_rate == Decimal("-2.6115278e-11")
    assert answer.rates[0].relative_funding_rate == Decimal("-0.000001203125")


INSTRUMENT = (
    '{"symbol": "PF_DOGEUSD", "type": "flexible_futures", "pair": "DOGE:USD", "base": "DOGE", "quote": "USD",'
    ' "tickSize": 0.00001, "contractSize": 1, "contractValueTradePrecision": -1, "impactMidSize": 1000.0,'
    ' "maxPositionSize": 5000000, "openingDate": "2022-03-22T13:18:45Z", "fundingRateCoefficient": 24,'
    ' "maxRelativeFundingRate": 0.0025, "tradeable": true, "postOnly": false, "tradfi": false, "mtf": true,'
    ' "isExpired": false, "makerProtectionMillis": 20, "category": "Meme", "tags": [], "restricted": false,'
    ' "marginLevels": [{"numNonContractUnits": 0.0, "initialMargin": 0.1, "maintenanceMargin": 0.05}],'
    ' "retailMarginLevels": [{"contracts": 0, "initialMargin": 0.5, "maintenanceMargin": 0.25}],'
    ' "marginSchedules": {"north": {"retail": [], "professional":'
    ' [{"contracts": null, "numNonContractUnits": 250000, "initialMargin": 0.2, "maintenanceMargin": 0.1}]}},'
    ' "rebateLevels": {"0.05": "10.5"}, "platformsPermitted": ["north"], "countriesBanned": []}'
)


@pytest.mark.parametrize("request_class", [GetInstruments, GetTradingInstruments])
def test_the_terms_of_a_contract_are_read_in_full(
    request_class: type[GetInstruments] | type[GetTradingInstruments],
) -> None:
    answer = read(request_class, filled('{<>, "instruments": [<>]}', HEAD, INSTRUMENT))

    (contract,) = answer.instruments
    assert (contract.tick_size, contract.contract_value_trade_precision) == (Decimal("0.00001"), -1)
    assert contract.maker_protection_millis == 20
    assert contract.margin_levels is not None
    assert contract.margin_levels[0].num_non_contract_units == Decimal("0.0")
    assert contract.margin_schedules is not None
    assert contract.margin_schedules["north"].professional[0].initial_margin == Decimal("0.2")
    assert contract.rebate_levels == {"0.05": Decimal("10.5")}


def test_both_spellings_of_the_disorder_flags_are_read() -> None:
    many = read(
        GetInstrumentStatusList,
        filled(
            '{<>, "instrumentStatus": [{"tradeable": "PF_AUSD", "isExperiencingDislocation": true,'
            ' "isExperiencingExtremeVolatility": false, "priceDislocationDirection": "ABOVE_UPPER_BOUND",'
            ' "extremeVolatilityInitialMarginMultiplier": 1}]}',
            HEAD,
        ),
    )
    one = read(
        GetInstrumentStatus,
        filled(
            '{<>, "tradeable": "PF_BUSD", "experiencingDislocation": false, "experiencingExtremeVolatility": true,'
            ' "priceDislocationDirection": null, "extremeVolatilityInitialMarginMultiplier": 2}',
            HEAD,
        ),
    )

    assert (many.instrument_status[0].dislocated, many.instrument_status[0].volatile) == (True, False)
    assert (one.dislocated, one.volatile, one.server_time) == (False, True, "2026-11-20T09:00:00.125Z")
    assert one.extreme_volatility_initial_margin_multiplier == Decimal(2)


def test_an_empty_filter_is_refused_before_it_asks_for_everything() -> None:
    with pytest.raises(SettingsError, match="empty contract_type"):
        GetInstruments(contract_type=[])
    with pytest.raises(SettingsError, match="empty symbol"):
        GetTickers(symbol="")
    assert form(GetInstruments(expired=True)) == "expired=true"


def test_several_names_are_sent_as_repeated_keys() -> None:
    asked = GetTickers(contract_type=["options", "flexible_futures"], symbol=["PF_XBTUSD", "PI_XBTUSD"])

    assert form(asked) == "contractType=options&contractType=flexible_futures&symbol=PF_XBTUSD&symbol=PI_XBTUSD"
    assert form(GetTickers(symbol="PF_XBTUSD")) == "symbol=PF_XBTUSD"
