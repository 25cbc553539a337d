"""Futures candles and analytics."""

from __future__ import annotations

from decimal import Decimal

import pytest

from krakenkit.errors import SettingsError
from krakenkit.wire.futures.analytics import GetLiquidityPoolStatistic, GetMarketAnalytics
from krakenkit.wire.futures.charts import GetCandles, GetMarketsForTickType, GetResolutions, GetTickTypes
from wire.futures.reading import filled, form, path, read


def test_series_markets_and_resolutions_are_bare_lists() -> None:
    assert read(GetTickTypes, '["mark", "spot", "trade"]') == ["mark", "spot", "trade"]
    assert read(GetMarketsForTickType, '["PI_XBTUSD"]') == ["PI_XBTUSD"]
    assert read(GetResolutions, '["1h", "12h"]') == ["1h", "12h"]
    assert path(GetTickTypes()) == "/api/charts/v1/"
    assert path(GetMarketsForTickType("spot")) == "/api/charts/v1/spot"
    assert path(GetResolutions("mark", "PF_XBTUSD")) == "/api/charts/v1/mark/PF_XBTUSD"


def test_candles_are_exact_whether_text_or_number() -> None:
    answer = read(
        GetCandles,
        '{"candles": [{"time": 1731715200000, "open": "91079.780", "high": "91340.32", "low": "90897.3",'
        ' "close": "91049.05", "volume": 10824}], "more_candles": true}',
    )

    assert str(answer.candles[0].open) == "91079.780"
    assert (answer.candles[0].volume, answer.more_candles) == (Decimal(10824), True)


def test_candles_are_asked_for_in_the_path_and_by_seconds() -> None:
    asked = GetCandles("trade", "PF_XBTUSD", "1h", from_=1650000000, to=1650010799, count=0)

    assert path(asked) == "/api/charts/v1/trade/PF_XBTUSD/1h"
    assert form(asked) == "from=1650000000&to=1650010799&count=0"
    with pytest.raises(SettingsError, match="count"):
        GetCandles("trade", "PF_XBTUSD", "1h", count=-1)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ('["150000.50", null]', [Decimal("150000.50"), None]),
        ('[["1", "2", "0.5", "1.5"]]', [[Decimal(1), Decimal(2), Decimal("0.5"), Decimal("1.5")]]),
        ('{"longCount": [3], "ratio": ["1.245"]}', {"longCount": [Decimal(3)], "ratio": [Decimal("1.245")]}),
        ('{"bid": {"bestPrice": ["9.5", null]}, "ask": {}}', {"bid": {"bestPrice": [Decimal("9.5"), None]}, "ask": {}}),
        ('{"rate": [[1e-4, 2, 3, 4]]}', {"rate": [[Decimal("0.0001"), Decimal(2), Decimal(3), Decimal(4)]]}),
    ],
)
def test_analytics_are_exact_in_every_shape(data: str, expected: object) -> None:
    answer = read(
        GetMarketAnalytics,
        filled('{"result": {"timestamp": [1755000000], "more": false, "data": <>}, "errors": []}', data),
    )

    assert answer.result.data == expected


def test_analytics_may_answer_with_errors_in_place_of_data() -> None:
    answer = read(
        GetMarketAnalytics,
        '{"result": {}, "errors": [{"severity": "E", "error_class": "General", "type": "t", "msg": "symbol not found"}]}',
    )

    assert (answer.result.data, answer.errors[0].msg) == (None, "symbol not found")


def test_analytics_know_their_bucket_lengths() -> None:
    asked = GetMarketAnalytics("PF_XBTUSD", "open-interest", 1755000000, 60)

    assert path(asked) == "/api/charts/v1/analytics/PF_XBTUSD/open-interest"
    with pytest.raises(SettingsError, match="interval is 61"):
        GetMarketAnalytics("PF_XBTUSD", "cvd", 1755000000, 61)
    with pytest.raises(SettingsError, match="interval is 1"):
        GetLiquidityPoolStatistic(1755000000, 1)


def test_the_liquidity_pool_is_read() -> None:
    answer = read(
        GetLiquidityPoolStatistic,
        '{"result": {"timestamp": [1, 2], "more": true, "data": {"usdValue": ["1.10", "2"]}}, "errors": []}',
    )

    assert answer.result.data == {"usdValue": [Decimal("1.10"), Decimal(2)]}
    assert form(GetLiquidityPoolStatistic(1, 60, 2)) == "since=1&interval=60&to=2"
