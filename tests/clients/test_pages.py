"""``client.pages(...)`` on both faces: rows for a loop, pages for those who want them, and going on after a failure."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, assert_type
from urllib.parse import parse_qs, urlsplit

import pytest

from krakenkit import AsyncSpotClient, Credentials, DerivativesClient, Refused, SettingsError, SpotClient
from krakenkit.clients.pages import AsyncPager, Pager
from krakenkit.errors import KrakenWarning
from krakenkit.protocol.http import HttpReply, HttpRequest
from krakenkit.protocol.paging import Progress
from krakenkit.sandbox import Sandbox
from krakenkit.wire.codec import PairRows
from krakenkit.wire.futures.charts import GetCandles
from krakenkit.wire.paged import Entry, Paged
from krakenkit.wire.request import Request
from krakenkit.wire.spot.account import GetTradesHistory, TradeInfo, TradesHistory
from krakenkit.wire.spot.market import GetRecentTrades, GetTicker, PublicTrade

CREDENTIALS = Credentials(
    "pages-test", "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="
)


@dataclass
class Shelf:
    """A transport with trades of one's own on it, numbered down from ``rows``, a hundred a page, by cursor."""

    rows: int
    fails_on: int | None = None
    """The call that is refused, counted from 1."""
    calls: int = 0
    cursors: list[str | None] = field(default_factory=list[str | None])

    def send(self, request: HttpRequest) -> HttpReply:
        self.calls += 1
        if self.calls == self.fails_on:
            return reply({"error": ["EGeneral:Permission denied"]})
        asked = parse_qs((request.body or b"").decode())
        cursor = asked.get("cursor", [None])[0]
        self.cursors.append(cursor)
        first = self.rows if cursor is None else int(cursor)
        page = range(first, max(0, first - int(asked["limit"][0])), -1)
        following = str(page[-1] - 1) if page and page[-1] > 1 else None
        trades = {f"T{number}": trade(number) for number in page}
        return reply({"error": [], "result": {"trades": trades, "cursor": {"next": following}}})

    def close(self) -> None: ...


class AsyncShelf(Shelf):
    async def send(self, request: HttpRequest) -> HttpReply:  # type: ignore[override]
        return Shelf.send(self, request)

    async def close(self) -> None: ...  # type: ignore[override]


def reply(answer: object) -> HttpReply:
    return HttpReply(200, json.dumps(answer).encode(), "application/json")


def trade(number: int) -> dict[str, Any]:
    amounts = dict.fromkeys(("price", "cost", "fee", "vol", "margin"), "1")
    return amounts | {
        "ordertxid": f"O{number}",
        "pair": "XXBTZUSD",
        "time": number,
        "type": "buy",
        "ordertype": "limit",
    }


def blocking(shelf: Any) -> SpotClient:
    return SpotClient(CREDENTIALS, transport=shelf, limits="off")


def asynchronous(shelf: Any) -> AsyncSpotClient:
    return AsyncSpotClient(CREDENTIALS, transport=shelf, limits="off")


def test_a_for_loop_reads_every_row() -> None:
    shelf = Shelf(230)

    with blocking(shelf) as spot:
        ids = [id for id, _ in spot.pages(GetTradesHistory())]

    assert ids == [f"T{number}" for number in range(230, 0, -1)]
    assert shelf.cursors == [None, "130", "30"]


async def test_an_async_for_loop_reads_every_row() -> None:
    async with asynchronous(AsyncShelf(230)) as spot:
        ids = [entry.id async for entry in spot.pages(GetTradesHistory())]

    assert ids == [f"T{number}" for number in range(230, 0, -1)]


def test_pages_are_asked_for_as_rows_are_read() -> None:
    shelf = Shelf(230)
    rows = blocking(shelf).pages(GetTradesHistory())

    assert shelf.calls == 0
    for _ in range(100):
        next(rows)
    assert shelf.calls == 1
    next(rows)
    assert shelf.calls == 2


def test_pages_can_be_had_whole() -> None:
    rows = blocking(Shelf(230)).pages(GetTradesHistory())

    pages = list(rows.by_page())

    assert [len(page.trades) for page in pages] == [100, 100, 30]
    assert list(rows) == []


async def test_pages_can_be_had_whole_on_the_async_face() -> None:
    rows = asynchronous(AsyncShelf(230)).pages(GetTradesHistory())

    pages = [page async for page in rows.by_page()]

    assert [len(page.trades) for page in pages] == [100, 100, 30]
    assert [entry async for entry in rows] == []


def test_a_refused_call_loses_nothing_when_the_loop_goes_on() -> None:
    rows = blocking(Shelf(230, fails_on=2)).pages(GetTradesHistory())

    before: list[str] = []
    with pytest.raises(Refused, match="Permission denied"):
        before.extend(entry.id for entry in rows)
    after = [entry.id for entry in rows]

    assert len(after) == 130
    assert after[-1] == "T1"


async def test_a_refused_call_loses_nothing_on_the_async_face() -> None:
    rows = asynchronous(AsyncShelf(230, fails_on=2)).pages(GetTradesHistory())

    before = [(await anext(rows)).id for _ in range(100)]
    with pytest.raises(Refused, match="Permission denied"):
        await anext(rows)
    after = [entry.id async for entry in rows]

    assert before + after == [f"T{number}" for number in range(230, 0, -1)]


def test_progress_is_told_after_each_page() -> None:
    told: list[Progress] = []

    rows = blocking(Shelf(230)).pages(GetTradesHistory(), progress=told.append)
    list(rows)

    assert told == [Progress(1, 100), Progress(2, 200), Progress(3, 230)]
    assert rows.progress == Progress(3, 230)


def test_a_limit_stops_the_reading() -> None:
    shelf = Shelf(230)

    rows = list(blocking(shelf).pages(GetTradesHistory(), limit=100))

    assert len(rows) == 100
    assert shelf.calls == 1


def test_a_finished_loop_stays_finished() -> None:
    rows = blocking(Shelf(3)).pages(GetTradesHistory())

    assert len(list(rows)) == 3
    assert list(rows) == []


def test_rows_that_cannot_be_had_are_warned_about() -> None:
    moment = 1_700_000_000_000_000_000

    class Burst:
        """More trades in one nanosecond than a page holds."""

        def send(self, request: HttpRequest) -> HttpReply:
            since = int(parse_qs(urlsplit(request.url).query)["since"][0])
            rows = [[str(n), "1", 1700000000.0, "b", "m", "", n] for n in range(1000)] if since < moment else []
            return reply({"error": [], "result": {"XXBTZUSD": rows, "last": str(moment)}})

        def close(self) -> None: ...

    rows = blocking(Burst()).pages(GetRecentTrades("XBTUSD", since=0))

    with pytest.warns(KrakenWarning, match="GET /0/public/Trades may be missing: more rows than one page"):
        found = list(rows)

    assert len(found) == 1000
    assert len(rows.gaps) == 1


@pytest.mark.filterwarnings("ignore::krakenkit.errors.KrakenLifecycleWarning")
def test_futures_listings_are_read_the_same_way() -> None:
    class Charts:
        def send(self, request: HttpRequest) -> HttpReply:
            asked = parse_qs(urlsplit(request.url).query)
            start, end = int(asked["from"][0]) // 60, int(asked["to"][0]) // 60
            times = range(start, end + 1)[:40]
            prices = dict.fromkeys(("open", "high", "low", "close", "volume"), "1")
            candles = [{"time": time * 60_000} | prices for time in times]
            return reply({"candles": candles, "more_candles": times[-1] < end})

        def close(self) -> None: ...

    futures = DerivativesClient(transport=Charts(), limits="off")
    rows = list(futures.pages(GetCandles("trade", "PF_XBTUSD", "1m", from_=60, to=6000)))

    assert [row.time // 60_000 for row in rows] == list(range(1, 101))


def test_a_call_that_does_not_page_is_refused_before_anything_is_sent() -> None:
    class Unmarked(Request[dict[str, Any]], Paged[int], frozen=True):
        route = GetTicker.route

    with pytest.raises(SettingsError, match="answers with everything at once"):
        blocking(Shelf(1)).pages(Unmarked())


def test_a_pager_tells_what_it_reads_and_how_far_it_came() -> None:
    rows = blocking(Shelf(3)).pages(GetTradesHistory())
    list(rows)

    assert repr(rows) == "Pager(GetTradesHistory, pages=1, rows=3)"


def test_the_sandboxs_listings_are_read_whole_while_it_trades() -> None:
    with Sandbox(seed=7) as box, SpotClient(box.key("trader"), environment=box.environment) as spot:
        for number in range(30):
            side = "buy" if number % 2 else "sell"
            spot.submit_order(pair="XBTUSD", type=side, ordertype="market", volume="0.001")
        whole = spot.send(GetRecentTrades("XBTUSD", since=0)).rows

        trades = list(spot.pages(GetRecentTrades("XBTUSD", since=0, count=40)))
        mine = [id for id, _ in spot.pages(GetTradesHistory(limit=7))]
        same = [id for id, _ in spot.pages(GetTradesHistory(with_cursor=False))]

    assert trades[: len(whole)] == whole
    assert len(mine) == len(set(mine)) >= 30
    assert same == mine


def test_the_type_checkers_know_rows_and_answers() -> None:
    spot, later = blocking(Shelf(1)), asynchronous(AsyncShelf(1))

    assert_type(spot.pages(GetTradesHistory()), Pager[TradesHistory, Entry[TradeInfo]])
    assert_type(later.pages(GetRecentTrades("XBTUSD")), AsyncPager[PairRows[PublicTrade], PublicTrade])
    assert_type(next(spot.pages(GetTradesHistory())).value, TradeInfo)
