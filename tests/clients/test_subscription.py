"""What a subscription does with its queue, its readers and its markers. No connection."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from krakenkit import Gap, StreamError, SubscriptionRefused, WsKey, streams
from krakenkit.clients.live_book import LiveBook
from krakenkit.clients.subscription import OverflowPolicy, Subscription


class Desk:
    """What a subscription calls: who left, and who holds the line."""

    def __init__(self) -> None:
        self.left: list[Any] = []
        self.held: list[bool] = []

    def leave(self, subscription: Any) -> None:
        self.left.append(subscription)

    def flow(self, subscription: Any, holding: bool) -> None:
        self.held.append(holding)


def options(desk: Desk, *, limit: int, policy: OverflowPolicy = "drop_oldest") -> dict[str, Any]:
    return {"limit": limit, "policy": policy, "leave": desk.leave, "flow": desk.flow, "timeout": 0.5}


def trades(desk: Desk, *, limit: int = 100, policy: OverflowPolicy = "drop_oldest") -> Subscription[Any]:
    channel = streams.spot.Trade(symbol=["BTC/USD", "ETH/USD"])
    return Subscription(channel, WsKey.SPOT_PUBLIC_V2, **options(desk, limit=limit, policy=policy))


def book(*symbols: str, proven: dict[str, Any]) -> LiveBook:
    """A live book that finds its guards in ``proven``."""
    channel = streams.spot.Book(symbol=list(symbols))
    found: dict[str, Any] = options(Desk(), limit=100)
    return LiveBook(channel, WsKey.SPOT_PUBLIC_V2, look=lambda topic: proven.get(topic.symbol or ""), **found)


class Guard:
    """A book that is proven, or withheld, as a test wants it."""

    def __init__(self, view: str) -> None:
        self.synced = True
        self.book = self
        self._view = view

    def view(self) -> str:
        return self._view


def changed(symbol: str) -> streams.spot.BookUpdate:
    return streams.spot.BookUpdate(symbol=symbol)


async def test_several_readers_share_the_rows_and_all_of_them_end() -> None:
    stream = trades(Desk())
    seen: list[Any] = []

    async def read() -> None:
        seen.extend([row async for row in stream])

    readers = [asyncio.create_task(read()) for _ in range(3)]
    await asyncio.sleep(0)
    for number in range(10):
        stream.push(number)
        await asyncio.sleep(0)
    stream.close()
    async with asyncio.timeout(1):
        await asyncio.gather(*readers)

    assert sorted(seen) == list(range(10))


async def test_a_reader_that_is_cancelled_takes_nothing_along() -> None:
    stream = trades(Desk())
    given_up, stays = asyncio.create_task(anext(stream)), asyncio.create_task(anext(stream))
    await asyncio.sleep(0)

    given_up.cancel()
    stream.push("row")

    assert await stays == "row"


async def test_a_marker_that_is_pushed_out_of_a_full_queue_is_told_all_the_same() -> None:
    stream = trades(Desk(), limit=2)
    stream.mark(Gap("the line dropped", ("trade BTC/USD",)))
    for row in (1, 2):
        stream.push(row)

    assert [await anext(stream) for _ in range(3)] == [Gap("the line dropped", ("trade BTC/USD",)), 1, 2]
    assert (stream.gaps, stream.dropped) == (1, 0)


async def test_a_marker_that_is_pushed_out_with_rows_is_told_with_their_number() -> None:
    stream = trades(Desk(), limit=2)
    stream.push(0)
    stream.mark(Gap("the line dropped", ("trade BTC/USD",)))
    for row in (1, 2):
        stream.push(row)

    marker, *rows = [await anext(stream) for _ in range(3)]

    assert marker.dropped == 1
    assert marker.reason == "the line dropped; the program did not keep up: 1 rows were dropped"
    assert rows == [1, 2]


async def test_markers_with_nothing_between_them_become_one_however_often_the_line_drops() -> None:
    stream = trades(Desk())
    for number in range(10_000):
        stream.mark(Gap(f"drop {number}", ("trade BTC/USD",)))
    stream.mark(Gap("the last", ("trade ETH/USD",)))

    assert stream.lag == 1
    assert await anext(stream) == Gap("the last", ("trade BTC/USD", "trade ETH/USD"))
    assert stream.gaps == 10_001


async def test_a_queue_nobody_reads_stays_within_its_limit_through_drops() -> None:
    stream = trades(Desk(), limit=10)
    for number in range(1000):
        stream.push(number)
        stream.mark(Gap("drop"))

    assert stream.lag <= 10


async def test_the_newest_row_replaces_the_older_one_also_in_a_full_queue() -> None:
    stream = Subscription[Any](
        streams.spot.Ticker(symbol="BTC/USD"), WsKey.SPOT_PUBLIC_V2, **options(Desk(), limit=1, policy="latest")
    )
    rows = [
        streams.spot.TickerUpdate(symbol="BTC/USD", bid=n, bid_qty=n, ask=n, ask_qty=n) for n in map(Decimal, "123")
    ]
    for row in rows:
        stream.push(row)

    assert await anext(stream) is rows[2]
    assert (stream.conflated, stream.dropped) == (2, 0)


@pytest.mark.parametrize("end", [lambda stream: stream.close(), lambda stream: stream.fail(StreamError("over"))])
async def test_a_stream_that_ends_holds_no_line(end: Any) -> None:
    desk = Desk()
    stream = trades(desk, limit=1, policy="wait")
    for row in range(3):
        stream.push(row)
    assert desk.held == [True]

    end(stream)

    assert desk.held == [True, False]


async def test_entering_a_subscription_that_is_cancelled_leaves_it() -> None:
    desk = Desk()

    async def enter() -> None:
        async with trades(desk):
            raise AssertionError("it was never confirmed")

    entering = asyncio.create_task(enter())
    await asyncio.sleep(0)
    entering.cancel()

    with pytest.raises(asyncio.CancelledError):
        await entering
    assert len(desk.left) == 1


async def test_entering_a_subscription_that_is_refused_leaves_it() -> None:
    desk = Desk()
    stream = trades(desk)
    for topic in list(stream.topics.values()):
        stream.refuse(topic, "No such thing")

    with pytest.raises(SubscriptionRefused):
        async with stream:
            raise AssertionError("it was refused")
    assert desk.left == [stream]


async def test_a_topic_that_is_left_while_it_is_pending_is_not_waited_for() -> None:
    stream = trades(Desk())
    first, second = stream.topics.values()
    stream.confirm(first)
    stream.leave(second)

    assert await stream.ready() is stream


async def test_a_view_never_comes_before_the_marker_of_the_gap_that_lies_behind_it() -> None:
    proven = {"BTC/USD": Guard("before")}
    live = book("BTC/USD", proven=proven)
    live.push(changed("BTC/USD"))
    live.mark(Gap("the line dropped", ("book BTC/USD",)))
    proven["BTC/USD"] = Guard("after")
    live.push(changed("BTC/USD"))

    items: list[Any] = [await anext(live), await anext(live)]
    assert isinstance(items[0], Gap)
    assert items[1] == "after"
    assert live.lag == 0


async def test_a_batch_of_a_live_book_holds_views_and_leaves_out_what_is_withheld() -> None:
    proven = {"BTC/USD": Guard("btc"), "ETH/USD": Guard("eth"), "SOL/USD": Guard("sol")}
    live = book("BTC/USD", "ETH/USD", "SOL/USD", proven=proven)
    for symbol in proven:
        live.push(changed(symbol))
    proven["ETH/USD"].synced = False

    views: list[Any] = await live.batch(10)
    assert views == ["btc", "sol"]


async def test_a_live_book_that_nobody_reads_holds_one_item_for_each_symbol_and_one_marker() -> None:
    live = book("BTC/USD", "ETH/USD", proven={})
    for _ in range(1000):
        live.push(changed("BTC/USD"))
        live.push(changed("ETH/USD"))
        live.mark(Gap("drop", ("book BTC/USD",)))

    assert live.lag == 3


async def test_waiting_for_a_book_whose_symbol_is_refused_ends() -> None:
    live = book("BTC/USD", "NO/SUCH", proven={})
    waiting = asyncio.create_task(live.synced("NO/SUCH"))
    await asyncio.sleep(0)

    live.refuse(
        next(topic for topic in live.topics.values() if topic.symbol == "NO/SUCH"), "Currency pair not supported"
    )

    with pytest.raises(StreamError, match="NO/SUCH"):
        async with asyncio.timeout(1):
            await waiting
