"""Grouped and level 3 books, planned maintenance, and the transparency feeds."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from krakenkit.errors import SettingsError
from krakenkit.wire.request import Params, form_text, wire_params
from krakenkit.wire.rewrite import exact_json, on_the_wire, unread
from krakenkit.wire.spot.maintenance import GetMaintenanceSchedule
from krakenkit.wire.spot.market_depth import GetGroupedBook, GetLevel3OrderBook
from krakenkit.wire.spot.transparency import GetPostTradeData, GetPreTradeData


def form(request: Params) -> str:
    return form_text(wire_params(request))


def test_a_grouped_book_keeps_every_digit_and_is_not_keyed_by_pair() -> None:
    book = GetGroupedBook.reader()(
        b'{"pair":"ETH/EUR","grouping":25,"bids":[{"price":"1720.50","qty":"0.30000000"}],'
        b'"asks":[{"price":"1720.75","qty":"12.5"},{"price":"1721.00","qty":"1"}]}'
    )

    assert (book.pair, book.grouping) == ("ETH/EUR", 25)
    assert str(book.bids[0].qty) == "0.30000000"
    assert [level.price for level in book.asks] == [Decimal("1720.75"), Decimal("1721.00")]


@pytest.mark.parametrize("stamp", ["1764000000123456789", '"1764000000123456789"'])
def test_level_3_timestamps_are_read_as_numbers_and_as_text(stamp: str) -> None:
    order = f'{{"price":"41.07","qty":"3.00","order_id":"OAAAAA-BBBBB-CCCCCC","timestamp":{stamp}}}'

    book = GetLevel3OrderBook.reader()(f'{{"pair":"LTC/USD","bids":[{order}],"asks":[]}}'.encode())

    assert book.bids[0].timestamp == 1_764_000_000_123_456_789
    assert book.bids[0].order_id == "OAAAAA-BBBBB-CCCCCC"
    assert book.bids[0].qty == Decimal("3.00")


def test_depths_and_groupings_outside_the_manual_are_refused_before_sending() -> None:
    assert form(GetGroupedBook("ETH/EUR", depth=100, grouping=5)) == "pair=ETH%2FEUR&depth=100&grouping=5"
    assert GetLevel3OrderBook("LTC/USD", depth=0).depth == 0
    with pytest.raises(SettingsError, match=r"depth is 20; give one of 10, 25, 100, 250, 1000"):
        GetGroupedBook("ETH/EUR", depth=20)
    with pytest.raises(SettingsError, match="grouping is 3"):
        GetGroupedBook("ETH/EUR", grouping=3)
    with pytest.raises(SettingsError, match="give one of 0, 10"):
        GetLevel3OrderBook("LTC/USD", depth=5)


def test_level_3_is_a_signed_look_up_with_a_json_body() -> None:
    route = GetLevel3OrderBook.route

    assert (route.method, route.encoding, route.signed, route.cost) == ("POST", "json", True, 1)


def test_planned_maintenance_names_what_to_do_and_until_when() -> None:
    text = (
        b'{"events":[{"event_id":9001,"title":"Database work","expected_start_utc":"2026-12-01T06:00:00Z",'
        b'"expected_end_utc":"2026-12-01T06:45:00Z","time_to_start_s":86000,"phase":"reminder_24h",'
        b'"affected_services":["spot_rest","spot_ws"],"order_submission":"paused",'
        b'"recommended_action":"cancel_open_orders","cancel_before_utc":null,"source_url":"https://status.example"}]}'
    )

    schedule = GetMaintenanceSchedule.reader()(text)

    event = schedule.events[0]
    assert (event.event_id, event.time_to_start_s) == (9001, 86_000)
    assert event.affected_services == ["spot_rest", "spot_ws"]
    assert event.recommended_action == "cancel_open_orders"
    assert event.cancel_before_utc is None
    assert unread(exact_json(text), on_the_wire(schedule)) == []


def test_pre_trade_data_carries_levels_and_codes() -> None:
    text = (
        b'{"symbol":"ADA/USD","description":"Cardano against dollar","base_asset":"ADA","base_notation":"UNIT",'
        b'"base_dti_code":"AB12","base_dti_short_name":"ada","quote_asset":"USD","quote_notation":"MONE",'
        b'"quote_dti_code":null,"quote_dti_short_name":null,"venue":"PGSL","system":"CLOB",'
        b'"bids":[{"side":"BUY","price":"0.4310","qty":"1500.5","count":3,'
        b'"submission_ts":"2026-11-02T10:00:00.1Z","publication_ts":"2026-11-02T10:00:01Z"}],'
        b'"asks":[{"side":"SELL","price":"0.4311","qty":"20"}]}'
    )

    data = GetPreTradeData.reader()(text)

    assert (data.bids[0].price, data.bids[0].qty, data.bids[0].count) == (Decimal("0.4310"), Decimal("1500.5"), 3)
    assert (data.asks[0].side, data.asks[0].count) == ("SELL", None)
    assert (data.venue, data.base_dti_code) == ("PGSL", "AB12")
    assert unread(exact_json(text), on_the_wire(data)) == []


def test_post_trade_data_says_where_the_next_page_begins() -> None:
    data = GetPostTradeData.reader()(
        b'{"last_ts":"2026-11-02T10:00:02.000003Z","count":1,"trades":[{"trade_id":"77","price":"0.43100",'
        b'"quantity":"9.75","symbol":"ADA/USD","description":"d","base_asset":"ADA","base_notation":"UNIT",'
        b'"quote_asset":"USD","quote_notation":"MONE","trade_venue":"PGSL","trade_ts":"2026-11-02T10:00:02.000003Z",'
        b'"publication_venue":"PGSL","publication_ts":"2026-11-02T10:00:03Z"}]}'
    )
    nothing = GetPostTradeData.reader()(b'{"last_ts":"","count":0,"trades":[]}')

    assert (data.trades[0].price, data.trades[0].quantity) == (Decimal("0.43100"), Decimal("9.75"))
    assert data.last_ts == data.trades[0].trade_ts
    assert (nothing.last_ts, nothing.trades) == ("", [])


def test_post_trade_times_may_be_moments_and_the_count_has_limits() -> None:
    since = datetime(2026, 11, 2, 10, tzinfo=UTC)

    assert form(GetPostTradeData(from_ts=since, count=1000)) == "from_ts=2026-11-02T10%3A00%3A00.000Z&count=1000"
    for count in (0, 1001):
        with pytest.raises(SettingsError, match="give 1 to 1000"):
            GetPostTradeData(count=count)
