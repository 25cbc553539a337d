"""Small exchanges that page as Kraken's endpoints do, over listings that change while they are read."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from krakenkit._core.clock import nanoseconds
from krakenkit.protocol.page_plans import walk
from krakenkit.protocol.paging import Walk
from krakenkit.wire.codec import PairRows
from krakenkit.wire.futures import account_log, analytics, charts
from krakenkit.wire.futures.history_events import Element, ExecutionEvent, HistoryPage
from krakenkit.wire.futures.orders import Fill, Fills, GetFills
from krakenkit.wire.institutional.custody import CustodyRows, ListCustodyVaults, Vault
from krakenkit.wire.partner.funds import ListEmbedSettlementReports, SettlementReport, SettlementReports
from krakenkit.wire.partner.nexus import PageMeta
from krakenkit.wire.request import Request
from krakenkit.wire.spot.account import Cursor, GetTradesHistory, TradeInfo, TradesHistory
from krakenkit.wire.spot.funding import Deposit, GetDepositsStatus, Recent
from krakenkit.wire.spot.market import GetRecentTrades, PublicTrade
from krakenkit.wire.spot.transparency import GetPostTradeData, PostTrade, PostTradeData


def read_all(request: Request[Any], serve: Callable[[Any], Any], *, most: int = 2000) -> list[Any]:
    """All rows that a walk brings; fails when it does not end by itself."""
    return finish(walk(request), serve, most=most)


def finish(reading: Walk[Any], serve: Callable[[Any], Any], *, most: int = 2000) -> list[Any]:
    """The rows that are left of a walk; fails when it does not end by itself."""
    rows: list[Any] = []
    while reading.request is not None:
        assert reading.seen.pages < most, f"the walk did not end within {most} pages"
        rows += reading.take(serve(reading.request))
    return rows


@dataclass
class Listing:
    """Row numbers in the order they came; each page served may first bring new rows, or take old ones away."""

    start: int
    seed: int = 0
    arriving: int = 0
    """Most rows that arrive before a page is served."""
    leaving: int = 0
    """Most rows that vanish before a page is served."""
    changes: int = 40
    """Pages before which something may change."""
    numbers: list[int] = field(init=False)
    stayed: set[int] = field(init=False)
    """Rows that were there from the beginning to the end."""

    def __post_init__(self) -> None:
        self.numbers = list(range(1, self.start + 1))
        self.stayed = set(self.numbers)
        self._next = self.start + 1
        self._dice = random.Random(self.seed)
        self._served = 0

    def newest_first(self) -> list[int]:
        """The rows as of now; it may have changed since the last look."""
        self._served += 1
        if 1 < self._served <= self.changes:
            self._change()
        return self.numbers[::-1]

    def oldest_first(self) -> list[int]:
        """The same, the other way round."""
        return self.newest_first()[::-1]

    def _change(self) -> None:
        for _ in range(self._dice.randint(0, self.arriving)):
            self.numbers.append(self._next)
            self._next += 1
        for _ in range(self._dice.randint(0, min(self.leaving, len(self.numbers)))):
            gone = self.numbers.pop(self._dice.randrange(len(self.numbers)))
            self.stayed.discard(gone)


def trade_info(number: int) -> TradeInfo:
    """A trade of one's own that costs its number."""
    return TradeInfo(
        ordertxid=f"O{number}",
        pair="XXBTZUSD",
        time=Decimal(number),
        type="buy",
        ordertype="limit",
        price=Decimal(number),
        cost=Decimal(number),
        fee=Decimal(0),
        vol=Decimal(1),
        margin=Decimal(0),
    )


@dataclass
class TradesServer:
    """Trades history, by cursor where ``knows_cursors``, else by offset."""

    listing: Listing
    size: int = 50
    knows_cursors: bool = True
    counts: bool = True
    asked: list[GetTradesHistory] = field(default_factory=list[GetTradesHistory])

    def __call__(self, request: GetTradesHistory) -> TradesHistory:
        self.asked.append(request)
        rows = self.listing.newest_first()
        if request.with_cursor and self.knows_cursors:
            return self._by_cursor(rows, request)
        page = rows[(request.ofs or 0) :][: self.size]
        return TradesHistory(self._keyed(page), count=len(rows) if self.counts else None)

    def _by_cursor(self, rows: list[int], request: GetTradesHistory) -> TradesHistory:
        below = [number for number in rows if request.cursor is None or number < int(request.cursor)]
        page = below[: request.limit or self.size]
        following = str(page[-1]) if len(below) > len(page) else None
        return TradesHistory(self._keyed(page), cursor=Cursor(next=following))

    def _keyed(self, page: list[int]) -> dict[str, TradeInfo]:
        return {f"T{number}": trade_info(number) for number in page}


@dataclass
class DepositServer:
    """Deposit status: one list without ``cursor``, pages with it."""

    listing: Listing
    size: int = 7

    def __call__(self, request: GetDepositsStatus) -> Recent[Deposit]:
        rows = self.listing.newest_first()
        if not request.cursor:
            return Recent([self._deposit(number) for number in rows[: self.size]])
        below = [number for number in rows if request.cursor is True or number < int(request.cursor)]
        page = below[: self.size]
        following = str(page[-1]) if len(below) > len(page) else None
        return Recent([self._deposit(number) for number in page], next_cursor=following, member="deposits")

    def _deposit(self, number: int) -> Deposit:
        return Deposit("Bitcoin", "currency", "XXBT", f"R{number}", Decimal(number), number, "Success")


@dataclass
class VaultServer:
    """Custody vaults: offset and limit, with a total beside the rows."""

    listing: Listing
    size: int = 10

    def __call__(self, request: ListCustodyVaults) -> CustodyRows[Vault]:
        rows = self.listing.newest_first()
        offset = request.pagination.offset if request.pagination else 0
        limit = min(self.size, request.pagination.limit if request.pagination else self.size)
        page = [Vault(id=str(number)) for number in rows[offset:][:limit]]
        return CustodyRows(result=page, start=offset, total=len(rows))


@dataclass
class ReportServer:
    """Settlement reports: pages by number."""

    listing: Listing
    size: int = 10

    def __call__(self, request: ListEmbedSettlementReports) -> SettlementReports:
        rows = self.listing.newest_first()
        number = request.page_number or 1
        page = rows[(number - 1) * self.size :][: self.size]
        meta = PageMeta(len(rows), -(-len(rows) // self.size), self.size, number)
        reports = [SettlementReport(str(row), "2026-01-01", "trades", 1, "a") for row in page]
        return SettlementReports(reports, meta=meta)


@dataclass
class TradeTape:
    """Public trades; ``shared`` of them have the same nanosecond. ``inclusive`` says whether ``since`` itself counts."""

    listing: Listing
    size: int = 1000
    shared: int = 1
    inclusive: bool = False
    with_ids: bool = True

    def __call__(self, request: GetRecentTrades) -> PairRows[PublicTrade]:
        since = int(request.since or 0)
        rows = [n for n in self.listing.oldest_first() if self._after(self.time(n), since)]
        page = rows[: min(self.size, request.count or self.size)]
        last = str(self.time(page[-1])) if page else str(since)
        return PairRows("XXBTZUSD", [self._trade(number) for number in page], last)

    def time(self, number: int) -> int:
        """When this trade was, in nanoseconds."""
        return 1_700_000_000_000_000_000 + number // self.shared

    def _after(self, time: int, since: int) -> bool:
        return time >= since if self.inclusive else time > since

    def _trade(self, number: int) -> PublicTrade:
        at = Decimal(self.time(number)) / 10**9
        # Without ids, trades of one moment may be equal in every member.
        price = Decimal(number) if self.with_ids else Decimal(100)
        return PublicTrade(price, Decimal(1), at, "b", "m", "", number if self.with_ids else None)


@dataclass
class PostTradeTape:
    """Transparency trades: ``from_ts`` is exclusive, and several trades share a microsecond."""

    listing: Listing
    size: int = 10
    shared: int = 3

    def __call__(self, request: GetPostTradeData) -> PostTradeData:
        after = nanoseconds(str(request.from_ts)) if request.from_ts else 0
        rows = [n for n in self.listing.oldest_first() if nanoseconds(self.time(n)) > after]
        page = rows[: min(self.size, request.count or self.size)]
        trades = [PostTrade(f"T{n}", Decimal(n), Decimal(1), "BTC/USD", self.time(n)) for n in page]
        return PostTradeData(trades, self.time(page[-1]) if page else "", len(page))

    def time(self, number: int) -> str:
        """When this trade was, to the microsecond."""
        return (
            datetime.fromtimestamp(1_700_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%S") + f".{number // self.shared:06d}Z"
        )


@dataclass
class FillServer:
    """Futures fills: the newest, or those before a moment; several share a millisecond."""

    listing: Listing
    size: int = 100
    shared: int = 4

    def __call__(self, request: GetFills) -> Fills:
        before = nanoseconds(str(request.last_fill_time)) if request.last_fill_time else None
        rows = self.listing.newest_first()
        page = [n for n in rows if before is None or nanoseconds(self.time(n)) < before][: self.size]
        return Fills(fills=[self._fill(number) for number in page])

    def time(self, number: int) -> str:
        """When this fill was, to the millisecond."""
        millis = number // self.shared
        return datetime.fromtimestamp(1_700_000_000 + millis // 1000, UTC).strftime(
            f"%Y-%m-%dT%H:%M:%S.{millis % 1000:03d}Z"
        )

    def _fill(self, number: int) -> Fill:
        return Fill(str(number), "PF_XBTUSD", "buy", "o", Decimal(1), Decimal(1), self.time(number))


@dataclass
class HistoryServer:
    """Futures history: a token leads on, in either direction."""

    listing: Listing
    size: int = 10

    def __call__(self, request: Any) -> HistoryPage[Element[ExecutionEvent]]:
        upwards = request.sort == "asc"
        rows = self.listing.oldest_first() if upwards else self.listing.newest_first()
        token = request.continuation_token
        rest = [n for n in rows if token is None or (n > int(token) if upwards else n < int(token))]
        page = rest[: self.size]
        following = str(page[-1]) if len(rest) > len(page) else None
        elements = [Element(ExecutionEvent(), uid=str(number), timestamp=number) for number in page]
        return HistoryPage(elements=elements, len=len(elements), continuation_token=following)


@dataclass
class LogServer:
    """The account log: rows by their numbers, bounds inclusive."""

    listing: Listing
    size: int = 500

    def __call__(self, request: account_log.GetAccountLog) -> account_log.AccountLog:
        upwards = request.sort == "asc"
        rows = self.listing.oldest_first() if upwards else self.listing.newest_first()
        low, high = request.from_ or 1, request.to or 10**9
        page = [n for n in rows if low <= n <= high][: min(self.size, request.count or self.size)]
        entries = [account_log.AccountLogEntry(id=n, date="2026-01-01T00:00:00Z", asset="usd", info="x") for n in page]
        return account_log.AccountLog(logs=entries)


@dataclass
class CandleServer:
    """Futures candles of a minute; a range that is too long is cut at its end, or at its start."""

    listing: Listing
    size: int = 20
    cut_at: str = "end"

    def __call__(self, request: charts.GetCandles) -> charts.Candles:
        rows = self.listing.oldest_first()
        low, high = request.from_ or 0, 10**12 if request.to is None else request.to
        found = [n for n in rows if low <= n * 60 <= high]
        size = min(self.size, request.count or self.size)
        # Without a start there is only one sensible answer: the newest.
        from_the_end = self.cut_at == "start" or request.from_ is None
        page = found[-size:] if from_the_end else found[:size]
        return charts.Candles([self._candle(number) for number in page], more_candles=len(found) > len(page))

    def _candle(self, number: int) -> charts.Candle:
        price = Decimal(number)
        return charts.Candle(number * 60_000, price, price, price, price, Decimal(0))


@dataclass
class AnalyticsServer:
    """Futures statistics in buckets of a minute, as two named series."""

    listing: Listing
    size: int = 20

    def __call__(self, request: analytics.GetMarketAnalytics) -> analytics.Analytics:
        rows = self.listing.oldest_first()
        found = [n for n in rows if request.since <= n * 60 <= (request.to or 10**12)]
        page = found[: self.size]
        data: Any = {"bid": [Decimal(n) for n in page], "ask": [Decimal(-n) for n in page]}
        result = analytics.AnalyticsResult([n * 60 for n in page], len(found) > len(page), data)
        return analytics.Analytics(result)
