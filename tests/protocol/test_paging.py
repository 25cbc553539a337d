"""Listings are read whole: each row once, none lost, whatever happens meanwhile, and the reading ends by itself."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from krakenkit.errors import KrakenError, SettingsError
from krakenkit.protocol.page_plans import PLANS, walk
from krakenkit.protocol.paging import PagePlan, Progress, Seen, Walk
from krakenkit.wire.codec import PairRows
from krakenkit.wire.futures.account_log import GetAccountLog
from krakenkit.wire.futures.analytics import GetMarketAnalytics
from krakenkit.wire.futures.charts import GetCandles as GetFuturesCandles
from krakenkit.wire.futures.history import GetExecutionEvents
from krakenkit.wire.futures.market import GetTradeHistory, PublicTrade, TradeHistory
from krakenkit.wire.futures.market_history import GetPublicExecutionEvents
from krakenkit.wire.futures.orders import GetFills
from krakenkit.wire.institutional.custody import CustodyRows, Filters, ListCustodyVaults, Pagination, Vault
from krakenkit.wire.paged import Bucket, Entry, Paged
from krakenkit.wire.partner.funds import ListEmbedSettlementReports
from krakenkit.wire.registry import requests
from krakenkit.wire.request import Request
from krakenkit.wire.spot.account import Cursor, GetOpenOrders, GetTradesHistory, OpenOrders, TradesHistory
from krakenkit.wire.spot.funding import GetDepositsStatus
from krakenkit.wire.spot.funding_beta import FundingAsset, FundingMethods, ListFundingMethods
from krakenkit.wire.spot.funding_beta_transfers import FundingDeposits, ListFundingDeposits
from krakenkit.wire.spot.market import Candle, GetCandles, GetRecentTrades, GetTicker
from krakenkit.wire.spot.transparency import GetPostTradeData
from protocol.paged_servers import (
    AnalyticsServer,
    CandleServer,
    DepositServer,
    FillServer,
    HistoryServer,
    Listing,
    LogServer,
    PostTradeTape,
    ReportServer,
    TradesServer,
    TradeTape,
    VaultServer,
    finish,
    read_all,
)

A = TypeVar("A")

quick = settings(max_examples=60, deadline=None)
lengths = st.integers(0, 260)
seeds = st.integers(0, 10_000)


def numbers(rows: list[Any], of: Callable[[Any], Any]) -> list[int]:
    return [int(of(row)) for row in rows]


def assert_each_once(found: list[int], listing: Listing) -> None:
    assert len(found) == len(set(found)), "a row came twice"
    assert listing.stayed <= set(found), f"lost: {sorted(listing.stayed - set(found))}"


# --- every kind, while rows arrive ---------------------------------------------------------------------------------------


@quick
@given(lengths, seeds, st.integers(0, 120))
def test_trades_by_cursor_come_once_each(start: int, seed: int, arriving: int) -> None:
    listing = Listing(start, seed, arriving)

    rows = read_all(GetTradesHistory(), TradesServer(listing))

    assert_each_once(numbers(rows, lambda row: row.id[1:]), listing)


@quick
@given(lengths, seeds, st.integers(0, 120), st.booleans())
def test_trades_by_offset_come_once_each_although_new_ones_push_them_down(
    start: int, seed: int, arriving: int, counts: bool
) -> None:
    listing = Listing(start, seed, arriving if counts else arriving // 4)
    server = TradesServer(listing, counts=counts)

    rows = read_all(GetTradesHistory(with_cursor=False), server)

    assert_each_once(numbers(rows, lambda row: row.id[1:]), listing)
    assert all(request.cursor is None and not request.with_cursor for request in server.asked)


@quick
@given(lengths, seeds, st.integers(0, 60))
def test_an_exchange_that_knows_no_cursors_is_read_by_offset(start: int, seed: int, arriving: int) -> None:
    listing = Listing(start, seed, arriving)

    rows = read_all(GetTradesHistory(), TradesServer(listing, knows_cursors=False))

    assert_each_once(numbers(rows, lambda row: row.id[1:]), listing)


@quick
@given(lengths, seeds, st.integers(0, 20), st.integers(0, 20), st.integers(2, 13))
@example(start=166, seed=1916, arriving=2, leaving=16, size=2)
def test_custody_rows_come_once_each_although_some_arrive_and_some_vanish(
    start: int, seed: int, arriving: int, leaving: int, size: int
) -> None:
    listing = Listing(start, seed, arriving, leaving)

    rows = read_all(ListCustodyVaults(), VaultServer(listing, size))

    assert_each_once(numbers(rows, lambda row: row.id), listing)


def test_rows_that_come_one_a_page_are_all_read() -> None:
    rows = read_all(ListCustodyVaults(), VaultServer(Listing(7), size=1))

    assert numbers(rows, lambda row: row.id) == [7, 6, 5, 4, 3, 2, 1]


@quick
@given(lengths, seeds, st.integers(0, 12), st.integers(0, 80))
def test_a_list_by_offset_that_is_not_counted_loses_no_row_when_others_vanish(
    start: int, seed: int, arriving: int, leaving: int
) -> None:
    listing = Listing(start, seed, arriving, leaving)

    rows = read_all(GetTradesHistory(with_cursor=False), TradesServer(listing, counts=False))

    assert_each_once(numbers(rows, lambda row: row.id[1:]), listing)


@quick
@given(lengths, seeds, st.integers(0, 30))
def test_reports_by_page_number_come_once_each_while_some_arrive(start: int, seed: int, arriving: int) -> None:
    listing = Listing(start, seed, arriving)

    rows = read_all(ListEmbedSettlementReports(), ReportServer(listing))

    assert_each_once(numbers(rows, lambda row: row.id), listing)


@quick
@given(lengths, seeds, st.integers(0, 30))
def test_reports_by_page_number_come_once_each_while_some_vanish(start: int, seed: int, leaving: int) -> None:
    listing = Listing(start, seed, leaving=leaving)

    rows = read_all(ListEmbedSettlementReports(), ReportServer(listing))

    assert_each_once(numbers(rows, lambda row: row.id), listing)


@quick
@given(lengths, seeds, st.integers(0, 20))
def test_deposits_come_once_each(start: int, seed: int, arriving: int) -> None:
    listing = Listing(start, seed, arriving)

    rows = read_all(GetDepositsStatus(asset="XBT"), DepositServer(listing))

    assert_each_once(numbers(rows, lambda row: row.refid[1:]), listing)


@quick
@given(lengths, seeds, st.integers(0, 30), st.integers(1, 7), st.booleans(), st.integers(8, 90))
def test_public_trades_come_once_each_although_some_share_their_nanosecond(
    start: int, seed: int, arriving: int, shared: int, inclusive: bool, size: int
) -> None:
    listing = Listing(start, seed, arriving)
    tape = TradeTape(listing, size, shared, inclusive)

    rows = read_all(GetRecentTrades("XBTUSD", since=0, count=size), tape)

    assert_each_once(numbers(rows, lambda row: row.trade_id), listing)


@quick
@given(lengths, seeds, st.integers(2, 7), st.booleans())
def test_old_trades_without_ids_are_all_counted_although_they_look_alike(
    start: int, seed: int, shared: int, inclusive: bool
) -> None:
    tape = TradeTape(Listing(start, seed), 10, shared, inclusive, with_ids=False)

    rows = read_all(GetRecentTrades("XBTUSD", since=0, count=10), tape)

    assert len(rows) == start


@quick
@given(lengths, seeds, st.integers(0, 20), st.integers(1, 8))
def test_transparency_trades_come_once_each_although_some_share_their_microsecond(
    start: int, seed: int, arriving: int, shared: int
) -> None:
    listing = Listing(start, seed, arriving)

    rows = read_all(GetPostTradeData(count=10), PostTradeTape(listing, 10, shared))

    assert_each_once(numbers(rows, lambda row: row.trade_id[1:]), listing)


@quick
@given(lengths, seeds, st.integers(0, 20), st.integers(1, 60))
def test_futures_fills_come_once_each_although_some_share_their_millisecond(
    start: int, seed: int, arriving: int, shared: int
) -> None:
    listing = Listing(start, seed, arriving)

    rows = read_all(GetFills(), FillServer(listing, shared=shared))

    assert_each_once(numbers(rows, lambda row: row.fill_id), listing)


@quick
@given(lengths, seeds, st.integers(0, 20), st.sampled_from(["asc", "desc", None]), st.booleans())
def test_futures_events_come_once_each_in_both_directions(
    start: int, seed: int, arriving: int, sort: str | None, public: bool
) -> None:
    listing = Listing(start, seed, arriving)
    request: Any = (
        GetPublicExecutionEvents(tradeable="PF_XBTUSD", sort=sort) if public else GetExecutionEvents(sort=sort)
    )

    rows = read_all(request, HistoryServer(listing))

    assert_each_once(numbers(rows, lambda row: row.uid), listing)


@quick
@given(lengths, seeds, st.integers(0, 20), st.sampled_from(["asc", "desc", None]), st.sampled_from([None, 9, 40]))
def test_the_account_log_comes_once_in_both_directions(
    start: int, seed: int, arriving: int, sort: str | None, count: int | None
) -> None:
    listing = Listing(start, seed, arriving)

    rows = read_all(GetAccountLog(sort=sort, count=count), LogServer(listing))

    assert_each_once(numbers(rows, lambda row: row.id), listing)


@quick
@given(lengths, seeds, st.integers(0, 3), st.sampled_from(["end", "start"]), st.booleans(), st.integers(1, 25))
def test_candles_come_once_each_wherever_the_exchange_cuts(
    start: int, seed: int, arriving: int, cut_at: str, bounded: bool, size: int
) -> None:
    listing = Listing(start, seed, arriving)
    request = GetFuturesCandles("trade", "PF_XBTUSD", "1m", from_=60 if bounded else None)

    rows = read_all(request, CandleServer(listing, size, cut_at))

    assert_each_once(numbers(rows, lambda row: row.time // 60_000), listing)


@quick
@given(lengths, seeds, st.integers(0, 3))
def test_statistics_become_buckets_with_every_series(start: int, seed: int, arriving: int) -> None:
    listing = Listing(start, seed, arriving)
    request = GetMarketAnalytics("PF_XBTUSD", "liquidity-pool", since=0, interval=60)

    rows = read_all(request, AnalyticsServer(listing))

    assert_each_once(numbers(rows, lambda row: row.time // 60), listing)
    assert all(
        row == Bucket(row.time, {"bid": Decimal(row.time // 60), "ask": Decimal(-row.time // 60)}) for row in rows
    )


# --- where bounds and filters go -----------------------------------------------------------------------------------------


def test_the_callers_bounds_hold_on_every_page() -> None:
    candles = GetFuturesCandles("trade", "PF_XBTUSD", "1m", from_=60 * 11, to=60 * 75)
    log = GetAccountLog(from_=11, to=75, count=9)

    found = numbers(read_all(candles, CandleServer(Listing(200, seed=3, arriving=5))), lambda row: row.time // 60_000)
    logged = numbers(read_all(log, LogServer(Listing(200, seed=3, arriving=5))), lambda row: row.id)

    assert found == list(range(11, 76))
    assert logged == list(range(75, 10, -1))


def test_pages_are_asked_by_cursor_and_as_long_as_they_may_be() -> None:
    server = TradesServer(Listing(230))

    read_all(GetTradesHistory(type="all", start=5), server)

    assert server.asked == [
        GetTradesHistory(type="all", start=5, with_cursor=True, limit=100),
        GetTradesHistory(type="all", start=5, with_cursor=True, limit=100, cursor="131"),
        GetTradesHistory(type="all", start=5, with_cursor=True, limit=100, cursor="31"),
    ]


def test_what_the_caller_says_about_pages_is_kept() -> None:
    assert walk(GetTradesHistory(limit=20)).request == GetTradesHistory(limit=20, with_cursor=True)
    assert walk(GetTradesHistory(ofs=50)).request == GetTradesHistory(ofs=50)
    assert walk(GetTradesHistory(with_cursor=False)).request == GetTradesHistory(with_cursor=False)


def test_a_reading_can_begin_at_an_offset_or_at_a_cursor() -> None:
    by_offset = read_all(GetTradesHistory(ofs=60), TradesServer(Listing(130)))
    by_cursor = read_all(GetTradesHistory(cursor="71"), TradesServer(Listing(130)))

    assert numbers(by_offset, lambda row: row.id[1:]) == list(range(70, 0, -1))
    assert numbers(by_cursor, lambda row: row.id[1:]) == list(range(70, 0, -1))


def test_a_cursor_that_nobody_asked_for_does_not_end_a_reading_by_offset() -> None:
    server = TradesServer(Listing(130))

    def generous(request: GetTradesHistory) -> TradesHistory:
        page = server(request)
        return TradesHistory(page.trades, page.count, cursor=Cursor())

    assert len(read_all(GetTradesHistory(with_cursor=False), generous)) == 130


def test_a_reading_from_an_offset_on_never_steps_back_before_it() -> None:
    server = TradesServer(Listing(300, seed=1, leaving=120))

    read_all(GetTradesHistory(ofs=60), server)

    assert min(request.ofs or 0 for request in server.asked) == 60
    assert [request.ofs for request in server.asked].count(60) > 1


def test_the_older_funding_lists_are_asked_for_pages() -> None:
    assert walk(GetDepositsStatus(asset="XBT")).request == GetDepositsStatus(asset="XBT", cursor=True)


def test_a_cursor_of_the_newer_funding_lists_goes_without_filters_and_with_the_wallet() -> None:
    reading = walk(ListFundingDeposits(asset=FundingAsset("XBT"), status="success", limit=5, account_id="WX6V"))

    reading.take(FundingDeposits([], next_cursor="c1"))

    assert reading.request == ListFundingDeposits(cursor="c1", account_id="WX6V")


def test_a_path_parameter_stays_beside_a_lonely_cursor() -> None:
    reading = walk(ListFundingMethods("deposit", limit=5))

    reading.take(FundingMethods([], next_cursor="c1"))

    assert reading.request == ListFundingMethods("deposit", cursor="c1")


def test_custody_filters_and_page_length_are_kept() -> None:
    request = ListCustodyVaults(filters=Filters(and_=[]), pagination=Pagination(limit=4))
    reading = walk(request)

    reading.take(VaultServer(Listing(9), size=4)(request))

    assert reading.request == ListCustodyVaults(filters=Filters(and_=[]), pagination=Pagination(limit=4, offset=3))


def test_all_open_orders_in_one_answer_are_the_end() -> None:
    reading = walk(GetOpenOrders())

    reading.take(OpenOrders({}))

    assert reading.request is None


def test_candles_and_spreads_of_spot_come_with_one_answer() -> None:
    one = Decimal(1)
    candle = Candle(60, one, one, one, one, one, one, 1)
    reading = walk(GetCandles("XBTUSD", since=5))

    rows = reading.take(PairRows("XXBTZUSD", [candle], 60))

    assert rows == [candle]
    assert reading.request is None


def test_trades_of_an_answer_are_not_told_apart_by_their_count_within_it() -> None:
    reading = walk(GetTradeHistory("PF_XBTUSD"))
    rows = [
        PublicTrade(price=Decimal(n), size=Decimal(1), time=f"2026-01-01T00:00:00.{n:03d}Z") for n in range(99, -1, -1)
    ]

    reading.take(TradeHistory(history=[trade_of_answer(row, 100 - at) for at, row in enumerate(rows)]))
    again = reading.take(TradeHistory(history=[trade_of_answer(rows[-1], 100)]))

    assert again == []
    assert reading.request is None


def trade_of_answer(row: PublicTrade, trade_id: int) -> PublicTrade:
    return PublicTrade(price=row.price, size=row.size, time=row.time, trade_id=trade_id)


# --- endings -------------------------------------------------------------------------------------------------------------


def test_an_equal_cursor_ends_the_reading() -> None:
    def serve(request: GetTradesHistory) -> TradesHistory:
        page = TradesServer(Listing(3))(GetTradesHistory())
        return TradesHistory(page.trades, cursor=Cursor(next="again"))

    rows = read_all(GetTradesHistory(), serve, most=2)

    assert len(rows) == 3


def test_cursors_that_lead_in_a_circle_end_the_reading() -> None:
    following = {None: "a", "a": "b", "b": "a"}

    def serve(request: GetTradesHistory) -> TradesHistory:
        page = TradesServer(Listing(3))(GetTradesHistory())
        return TradesHistory(page.trades, cursor=Cursor(next=following[request.cursor]))

    assert len(read_all(GetTradesHistory(), serve, most=3)) == 3


def test_a_last_page_that_repeats_under_new_cursors_ends_the_reading() -> None:
    fresh = iter(range(1000))

    def serve(request: GetTradesHistory) -> TradesHistory:
        return TradesHistory(TradesServer(Listing(3))(GetTradesHistory()).trades, cursor=Cursor(next=str(next(fresh))))

    assert len(read_all(GetTradesHistory(), serve, most=6)) == 3


def test_empty_pages_are_read_past_but_not_for_ever() -> None:
    def serve(request: ListFundingMethods) -> FundingMethods:
        return FundingMethods([], next_cursor=str(int(request.cursor or 0) + 1))

    with pytest.raises(KrakenError, match="100 pages without a row"):
        read_all(ListFundingMethods("deposit"), serve)


def test_an_exchange_that_ignores_the_offset_ends_the_reading() -> None:
    first = TradesServer(Listing(50), counts=False)(GetTradesHistory())

    def ignores(request: GetTradesHistory) -> TradesHistory:
        return first

    assert len(read_all(GetTradesHistory(with_cursor=False), ignores, most=6)) == 50


def test_an_exchange_that_limits_the_offset_ends_the_reading_with_a_gap() -> None:
    server = TradesServer(Listing(400))
    reading = walk(GetTradesHistory(with_cursor=False))

    def limits(request: GetTradesHistory) -> TradesHistory:
        return server(request) if (request.ofs or 0) < 120 else TradesHistory({}, count=400)

    rows = finish(reading, limits, most=20)

    assert len(rows) == 148
    assert "never joined" in reading.seen.gaps[0]


def test_a_moment_with_more_fills_than_a_page_holds_is_told_as_a_gap() -> None:
    reading = walk(GetFills())

    found = numbers(finish(reading, FillServer(Listing(450), shared=250)), lambda row: row.fill_id)

    assert len(found) == len(set(found)) < 450
    assert "share the moment" in reading.seen.gaps[0]


def test_a_nanosecond_with_more_trades_than_a_page_holds_is_told_as_a_gap() -> None:
    reading = walk(GetRecentTrades("XBTUSD", since=0, count=10))

    finish(reading, TradeTape(Listing(90), size=10, shared=30))

    assert "share the moment" in reading.seen.gaps[0]


@pytest.mark.parametrize("each", [1, 2, 7, 60])
def test_a_market_that_never_rests_is_caught_up_with_and_left(each: int) -> None:
    listing = Listing(300)
    listing.changes = 0

    def serve(request: GetRecentTrades) -> PairRows[Any]:
        listing.numbers.extend(range(listing.numbers[-1] + 1, listing.numbers[-1] + 1 + each))
        return TradeTape(listing)(request)

    rows = read_all(GetRecentTrades("XBTUSD", since=0), serve, most=10)

    assert len(rows) >= 300


def test_a_short_page_after_full_ones_is_the_last() -> None:
    tape = TradeTape(Listing(2300))

    rows = read_all(GetRecentTrades("XBTUSD", since=0), tape, most=3)

    assert len(rows) == 2300


def test_a_list_that_is_not_counted_ends_with_a_page_shorter_than_those_before() -> None:
    server = VaultServer(Listing(22), size=10)

    def uncounted(request: ListCustodyVaults) -> CustodyRows[Vault]:
        return CustodyRows(result=server(request).result)

    assert len(read_all(ListCustodyVaults(), uncounted, most=3)) == 22


def test_a_plan_that_asks_the_same_again_ends_the_reading() -> None:
    class Stuck(PagePlan):
        def next(self, request: Request[A], answer: A, seen: Seen) -> Request[A] | None:
            return request

    reading = Walk(GetOpenOrders(), Stuck(rows="open"))
    reading.take(OpenOrders({}))

    assert reading.request is None


def test_a_page_that_is_cut_shorter_than_documented_is_not_the_end() -> None:
    tape = TradeTape(Listing(1000), size=80)

    rows = read_all(GetRecentTrades("XBTUSD", since=0), tape)

    assert len(rows) == 1000


# --- limit, progress, misuse ---------------------------------------------------------------------------------------------


def test_a_limit_stops_without_another_request() -> None:
    server = TradesServer(Listing(300))
    reading = walk(GetTradesHistory(), limit=120)

    rows = finish(reading, server)

    assert len(rows) == 120
    assert len(server.asked) == 2
    assert reading.progress == Progress(pages=2, rows=120)


def test_a_limit_of_nothing_asks_nothing_and_a_negative_one_is_refused() -> None:
    assert walk(GetTradesHistory(), limit=0).request is None
    with pytest.raises(SettingsError, match="limit is -1"):
        walk(GetTradesHistory(), limit=-1)


def test_progress_tells_the_total_where_the_exchange_counts() -> None:
    reading = walk(GetTradesHistory(with_cursor=False))

    reading.take(TradesServer(Listing(130))(GetTradesHistory()))

    assert reading.progress == Progress(pages=1, rows=50, total=130)


def test_a_call_that_does_not_page_is_refused_with_what_to_do() -> None:
    with pytest.raises(SettingsError, match=r"GetTicker answers with everything at once.*client\.send"):
        walk(GetTicker())


def test_a_walk_at_its_end_takes_no_more() -> None:
    reading = walk(GetOpenOrders(), limit=0)

    with pytest.raises(SettingsError, match="read to its end"):
        reading.take(OpenOrders({}))


def test_rows_keyed_by_id_come_with_it() -> None:
    rows = read_all(GetTradesHistory(), TradesServer(Listing(1)))

    (entry,) = rows
    id, trade = entry
    assert isinstance(entry, Entry)
    assert (id, trade.price) == ("T1", Decimal(1))


# --- the table -----------------------------------------------------------------------------------------------------------


_PAGING_FIELDS = {"cursor", "ofs", "offset", "pagination", "page_number", "continuation_token"}


def test_every_request_that_takes_a_page_has_a_plan_and_a_mark() -> None:
    for id, kind in requests().items():
        pages = bool(_PAGING_FIELDS & set(kind.__struct_fields__))
        assert pages <= (id in PLANS), f"{id} takes pages and has no plan"
        assert (id in PLANS) == issubclass(kind, Paged), f"{id}: the mark Paged and the plan do not agree"


def test_every_plan_is_of_a_request_and_names_its_members() -> None:
    known = requests()

    for id, plan in PLANS.items():
        fields = set(known[id].__struct_fields__)
        named = {getattr(plan, name) for name in ("cursor", "since", "before", "low", "high") if hasattr(plan, name)}
        assert named <= fields, f"{id} has no {named - fields}"
