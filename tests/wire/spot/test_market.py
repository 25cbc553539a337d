"""Public market data: times, assets, pairs, prices, candles, books, trades."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from krakenkit.errors import SettingsError
from krakenkit.wire.request import Params, Request, form_text, wire_params
from krakenkit.wire.rewrite import altered, exact_json, on_the_wire, unread
from krakenkit.wire.spot.maintenance import GetMaintenanceSchedule
from krakenkit.wire.spot.market import (
    GetAssetInfo,
    GetAssetPairs,
    GetCandles,
    GetOrderBook,
    GetRecentSpreads,
    GetRecentTrades,
    GetServerTime,
    GetSystemStatus,
    GetTicker,
)

EVENT = (
    b'{"event_id":12,"title":"Engine update","expected_start_utc":"2026-12-01T06:00:00Z","time_to_start_s":3600,'
    b'"phase":"reminder_24h","affected_services":["spot_rest","spot_trading"],"order_submission":"rejected",'
    b'"recommended_action":"cancel_open_orders","cancel_before_utc":null}'
)
SAMPLES: list[tuple[type[Request[Any]], bytes]] = [
    (GetServerTime, b'{"unixtime":1790000000,"rfc1123":"Mon, 21 Sep 26 14:13:20 +0000"}'),
    (
        GetSystemStatus,
        b'{"status":"post_only","timestamp":"2026-12-01T05:00:00Z","upcoming_maintenance":[' + EVENT + b"],"
        b'"emergency":[{"event_id":"e-1","title":"Slow deposits","affected_services":["all"],'
        b'"next_steps":[{"applies_to":"deposits","type":"resume","expected_at_utc":null}]}]}',
    ),
    (GetMaintenanceSchedule, b'{"events":[' + EVENT + b"]}"),
    (
        GetAssetInfo,
        b'{"XXRP":{"aclass":"currency","altname":"XRP","decimals":8,"display_decimals":5,"collateral_value":0.85,'
        b'"margin_rate":"0.020","status":"enabled"}}',
    ),
    (
        GetAssetPairs,
        b'{"XXRPZEUR":{"altname":"XRPEUR","wsname":"XRP/EUR","aclass_base":"currency","base":"XXRP",'
        b'"aclass_quote":"currency","quote":"ZEUR","lot":"unit","cost_decimals":6,"pair_decimals":5,"lot_decimals":8,'
        b'"lot_multiplier":1,"leverage_buy":[2,3],"leverage_sell":[2],"fees":[[0,0.4],[10000,0.35]],'
        b'"fees_maker":[[0,0.25]],"fee_volume_currency":"ZUSD","margin_call":80,"margin_stop":40,"ordermin":"2.5",'
        b'"costmin":"0.45","tick_size":"0.00001","status":"online","execution_venue":"international"}}',
    ),
    (
        GetTicker,
        b'{"XXRPZEUR":{"a":["0.51010","900","900.000"],"b":["0.51000","12","12.000"],"c":["0.51005","55.50000000"],'
        b'"v":["1000.25","2000.5"],"p":["0.50500","0.50400"],"t":[17,31],"l":["0.50000","0.49000"],'
        b'"h":["0.52000","0.53000"],"o":"0.50100"}}',
    ),
    (
        GetCandles,
        b'{"XXRPZEUR":[[1790000000,"0.50","0.52","0.49","0.51","0.505","1000.10000000",42]],"last":1789999940}',
    ),
    (
        GetOrderBook,
        b'{"XXRPZEUR":{"asks":[["0.51010","900.000",1790000001]],"bids":[["0.51000","12.000",1790000002]]}}',
    ),
    (
        GetRecentTrades,
        b'{"XXRPZEUR":[["0.51000","12.50000000",1790000000.1234567,"b","l","",9007199254740993]],'
        b'"last":"1790000000123456789"}',
    ),
    (GetRecentSpreads, b'{"XXRPZEUR":[[1790000000,"0.51000","0.51010"]],"last":1790000001}'),
]


def answer(kind: type[Request[Any]]) -> Any:
    return kind.reader()(dict(SAMPLES)[kind])


def form(request: Params) -> str:
    return form_text(wire_params(request))


@pytest.mark.parametrize(("kind", "text"), SAMPLES, ids=[kind.__name__ for kind, _ in SAMPLES])
def test_an_answer_is_read_whole_and_written_again(kind: type[Request[Any]], text: bytes) -> None:
    written = on_the_wire(kind.reader()(text))

    assert unread(exact_json(text), written) == []
    assert altered(exact_json(text), written) == []


def test_prices_have_names_and_every_digit() -> None:
    ticker = answer(GetTicker)["XXRPZEUR"]
    assert (ticker.ask.price, ticker.bid.lot_volume) == (Decimal("0.51010"), Decimal("12.000"))
    assert (ticker.last.lot_volume, ticker.trades.last_24_hours) == (Decimal("55.50000000"), 31)

    pair = answer(GetAssetPairs)["XXRPZEUR"]
    assert (pair.fees[1].volume, pair.fees[1].percent) == (Decimal(10000), Decimal("0.35"))
    assert (pair.ordermin, pair.tick_size, pair.margin_level) == (Decimal("2.5"), Decimal("0.00001"), None)


def test_rows_come_with_the_pair_and_where_to_go_on() -> None:
    candles = answer(GetCandles)
    assert (candles.pair, candles.last) == ("XXRPZEUR", 1789999940)
    assert (candles.rows[0].close, candles.rows[0].volume) == (Decimal("0.51"), Decimal("1000.10000000"))

    trades = answer(GetRecentTrades)
    assert trades.last == "1790000000123456789"
    assert (trades.rows[0].time, trades.rows[0].trade_id) == (Decimal("1790000000.1234567"), 9007199254740993)


def test_planned_maintenance_is_the_same_event_in_both_answers() -> None:
    (upcoming,) = answer(GetSystemStatus).upcoming_maintenance
    (scheduled,) = answer(GetMaintenanceSchedule).events

    assert upcoming == scheduled
    assert (upcoming.time_to_start_s, upcoming.affected_services) == (3600, ["spot_rest", "spot_trading"])
    assert (upcoming.cancel_before_utc, answer(GetSystemStatus).emergency[0].event_id) == (None, "e-1")


def test_an_ancient_ticker_is_read_too() -> None:
    ticker = GetTicker.reader()(b'{"XXRPZEUR":{"a":["0.51","900"],"c":["0.5","1"]}}')["XXRPZEUR"]

    assert (ticker.ask.price, ticker.last.price) == (Decimal("0.51"), Decimal("0.5"))


def test_several_pairs_are_joined_by_commas() -> None:
    assert form(GetTicker(["XRPEUR", "XRPUSD"], asset_version=1)) == "pair=XRPEUR%2CXRPUSD&assetVersion=1"


def test_documented_ranges_are_checked_before_anything_is_sent() -> None:
    with pytest.raises(SettingsError, match="interval is 2; give one of 1, 5, 15"):
        GetCandles("XRPEUR", interval=2)
    with pytest.raises(SettingsError, match="count is 501; give 1 to 500"):
        GetOrderBook("XRPEUR", count=501)
    with pytest.raises(SettingsError, match="count is 0; give 1 to 1000"):
        GetRecentTrades("XRPEUR", count=0)
