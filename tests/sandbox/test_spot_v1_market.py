"""Public sockets of Spot v1: the connection, subscriptions, and market data that a client can verify."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import Any

import pytest

from krakenkit.books import Level2Book
from krakenkit.wire.rewrite import altered, exact_json, on_the_wire, unread
from krakenkit.wire.spot_v1.frames import frame_of, read_frame, rows_of
from krakenkit.wire.spot_v1.market import BookUpdate
from sandbox.loopback import PUBLIC, Account, Moment, World, over_loopback, trade, world
from sandbox.spot_v1_line import PRIVATE_V1, PUBLIC_V1, v1_line

LIMIT = {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "price": "30000", "volume": "0.01"}
TRY_PRIVATE = "Private data and trading are unavailable on this endpoint. Try ws-auth.kraken.com"


async def bid(trader: Account, price: str, volume: str = "0.01") -> str:
    placed = await trader.result("AddOrder", **LIMIT | {"price": price, "volume": volume})
    return str(placed["txid"][0])


# --- the connection ---------------------------------------------------------------------------------------------------


@over_loopback
async def test_the_state_of_the_engine_comes_first_and_on_every_change() -> None:
    async with world() as here:
        line = await v1_line(here)
        connection = line.status["connectionID"]
        assert line.status == {
            "connectionID": connection,
            "event": "systemStatus",
            "status": "online",
            "version": "1.9.1",
        }
        assert connection >= 2**63
        here.box.set_status("cancel_only")
        assert (await line.next())["status"] == "cancel_only"


@over_loopback
async def test_a_heartbeat_comes_when_something_is_subscribed_and_nothing_else_is_said() -> None:
    async with world(pace=60) as here:
        quiet, listening = await v1_line(here), await v1_line(here)
        await listening.subscribe("trade", "XBT/USD")
        assert await listening.next() == {"event": "heartbeat"}
        await quiet.send("ping")
        assert (await quiet.next())["event"] == "pong"  # and no heartbeat before it


@over_loopback
async def test_a_ping_is_answered_under_its_own_id() -> None:
    async with world() as here:
        line = await v1_line(here)
        await line.socket.send_str('{"event":"ping","reqid":1693415329704}')
        assert await line.next() == {"event": "pong", "reqid": 1693415329704}
        await line.socket.send_str('{"event":"ping","reqid":"a"}')
        assert await line.next() == {"event": "pong"}


@pytest.mark.parametrize("text", ["{", "[]", "1", "null", "CloudFlare"])
def test_a_frame_that_is_no_request_is_answered_and_the_line_goes_on(text: str) -> None:
    async def story() -> None:
        async with world() as here:
            line = await v1_line(here)
            await line.socket.send_str(text)
            assert await line.next() == {"errorMessage": "Malformed request", "event": "error"}
            await line.subscribe("ticker", "XBT/USD")

    asyncio.run(story())


@over_loopback
async def test_an_unknown_event_is_refused_under_the_name_of_another() -> None:
    async with world() as here:
        refused = await (await v1_line(here)).ask("subscribed", pair=["XBT/USD"], subscription={"name": "ticker"})
        assert refused == {
            "errorMessage": "Unsupported event",
            "event": "subscriptionStatus",
            "status": "error",
            "reqid": 1,
        }


@over_loopback
async def test_v1_is_at_the_root_of_two_origins_and_v2_beside_it() -> None:
    async with world() as here:
        public, private = (here.box.environment.socket(key) for key in (PUBLIC_V1, PRIVATE_V1))
        assert public != private
        other = await here.http.ws_connect(f"{private}/ws/v2")
        assert json.loads((await other.receive()).data)["channel"] == "status"
        await other.close()


# --- subscriptions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pair", "subscription", "error"),
    [
        (["XBT/USD"], None, "Subscription field must be an object"),
        ("XBT/USD", {"name": "ticker"}, "Pair field must be an array"),
        (None, {"name": "ticker"}, "Pair(s) not found"),
        (["XBT/USD"], {"name": "gossip"}, "Subscription name invalid"),
        (["XBT/USD"], {"name": "*"}, "Subscription name invalid"),
        (["XBT/USD"], {"name": "ticker", "volume": 1}, "Subscription object unsupported field"),
        (["XBT/USD"], {"name": "spread", "depth": 10}, "Subscription spread doesn't require depth"),
        (["XBT/USD"], {"name": "book", "interval": 1}, "Subscription book doesn't require interval"),
        (["XBT/USD"], {"name": "book", "depth": 42}, "Subscription depth not supported"),
        (["XBT/USD"], {"name": "book", "depth": "10"}, "Subscription book depth must be an integer"),
        (["XBT/USD"], {"name": "ohlc", "interval": 2}, "Subscription ohlc interval not supported"),
        (["XBT/USD"], {"name": "ohlc", "interval": 1.5}, "Subscription ohlc interval must be an integer"),
        (["BTC/USD"], {"name": "ticker"}, "Currency pair not supported BTC/USD"),
        (["XBTUSD"], {"name": "ticker"}, "Currency pair not in ISO 4217-A3 format XBTUSD"),
        ([7], {"name": "ticker"}, "Currency pair not in ISO 4217-A3 format 7"),
        (None, {"name": "openOrders", "token": "x"}, TRY_PRIVATE),
    ],
)
def test_a_subscription_is_refused_in_krakens_words(pair: Any, subscription: Any, error: str) -> None:
    async def story() -> None:
        async with world() as here:
            asked = {"pair": pair, "subscription": subscription}
            given = {name: value for name, value in asked.items() if value is not None}
            reply = await (await v1_line(here)).ask("subscribe", **given)
            told = {"errorMessage": error, "event": "subscriptionStatus", "status": "error", "reqid": 1}
            named = pair[0] if isinstance(pair, list) else None
            repeated = {"pair": named, "subscription": subscription}
            assert reply == told | {name: value for name, value in repeated.items() if value is not None}

    asyncio.run(story())


@over_loopback
async def test_market_data_and_private_data_are_kept_apart() -> None:
    async with world() as here:
        public, private = await v1_line(here), await v1_line(here, PRIVATE_V1)
        refused = await private.ask("subscribe", pair=["XBT/USD"], subscription={"name": "book"})
        assert "Try ws.kraken.com" in refused["errorMessage"]
        assert await public.ask("cancelAll", token="x") == {
            "errorMessage": TRY_PRIVATE,
            "event": "cancelAllStatus",
            "status": "error",
            "reqid": 1,
        }


@over_loopback
async def test_every_pair_is_acknowledged_by_itself_under_one_id() -> None:
    async with world() as here:
        line = await v1_line(here)
        asked = {"name": "book", "depth": 25}
        reqid = await line.send("subscribe", pair=["XBT/USD", "WWW/USD", "ETH/USD"], subscription=asked)
        first, refused, last = [await line.reply(reqid) for _ in range(3)]
        assert first == {
            "channelID": 16,
            "channelName": "book-25",
            "event": "subscriptionStatus",
            "pair": "XBT/USD",
            "reqid": 1,
            "status": "subscribed",
            "subscription": {"name": "book", "depth": 25},
        }
        assert (refused["status"], refused["pair"]) == ("error", "WWW/USD")
        assert "channelName" not in refused
        assert (last["pair"], last["channelID"] == first["channelID"]) == ("ETH/USD", False)


@over_loopback
async def test_a_subscription_exists_once_and_two_depths_are_two() -> None:
    async with world() as here:
        line = await v1_line(here)
        await line.subscribe("book", "XBT/USD")
        again = await line.ask("subscribe", pair=["XBT/USD"], subscription={"name": "book", "depth": 10})
        assert again["errorMessage"] == "Already subscribed"
        await line.subscribe("book", "XBT/USD", depth=25)
        await bid(here.account(), "30000")
        told = [(await line.next())[-2] for _ in range(4)]
        assert told == ["book-10", "book-25", "book-10", "book-25"]  # snapshots, then updates


@over_loopback
async def test_what_is_unsubscribed_is_told_no_more() -> None:
    async with world() as here:
        line = await v1_line(here)
        await line.subscribe("ohlc", "XBT/USD", interval=5)
        missed = await line.ask("unsubscribe", pair=["XBT/USD"], subscription={"name": "ohlc"})
        assert (missed["status"], missed["errorMessage"]) == ("error", "Subscription Not Found")
        ended = await line.ask("unsubscribe", pair=["XBT/USD"], subscription={"name": "ohlc", "interval": 5})
        assert (ended["status"], ended["channelName"], ended["pair"]) == ("unsubscribed", "ohlc-5", "XBT/USD")
        assert ended["subscription"] == {"name": "ohlc", "interval": 5}
        await trade(here.account("maker"), here.account("taker"))
        await line.send("ping")
        assert (await line.next())["event"] == "pong"  # of the trade nothing was told


@over_loopback
async def test_many_subscriptions_end_by_a_star_or_by_their_number() -> None:
    async with world() as here:
        line = await v1_line(here)
        await line.subscribe("trade", "XBT/USD", "ETH/USD")
        await line.subscribe("spread", "XBT/USD")
        (book,) = await line.subscribe("book", "ETH/USD")
        reqid = await line.send("unsubscribe", pair=["XBT/USD"], subscription={"name": "*"})
        ended = [await line.reply(reqid) for _ in range(2)]
        assert [(status["channelName"], status["pair"]) for status in ended] == [
            ("trade", "XBT/USD"),
            ("spread", "XBT/USD"),
        ]
        assert (await line.ask("unsubscribe", channelID=book["channelID"]))["channelName"] == "book-10"
        assert (await line.ask("unsubscribe", subscription={"name": "*"}))["pair"] == "ETH/USD"
        none_left = await line.ask("unsubscribe", subscription={"name": "*"})
        assert none_left["errorMessage"] == "Subscription Not Found"


# --- books ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pair", ["XBT/USD", "XDG/USD"])
def test_books_of_every_depth_verify_through_hundreds_of_updates(pair: str) -> None:
    async def story() -> None:
        async with world(market=[pair], pace=60, clock=Moment()) as here:
            found = await asyncio.gather(*(verified(here, pair, depth) for depth in (10, 25, 100)))
            assert min(found) >= 280

    asyncio.run(story())


async def verified(here: World, pair: str, depth: int) -> int:
    """How many updates of a book agreed with their checksum; all must, no time may stand still, and no book be crossed."""
    line = await v1_line(here)
    await line.subscribe("book", pair, depth=depth)
    for _ in range(100):
        here.box.advance(0.05)  # everybody's market: the readers see one another's steps too
    book, updates, times = Level2Book(depth, symbol=pair), 0, dict[str, float]()
    for text in await line.texts_on(f"book-{depth}", 281):
        (row,) = rows_of(read_frame(text.encode()))
        assert isinstance(row, BookUpdate)
        (book.snapshot if row.snapshot else book.update)(row.asks, row.bids)
        if row.snapshot:
            assert row.checksum is None
        else:
            assert row.checksum is not None
            assert book.verify(row.checksum), text
            updates += 1
        assert not book.crossed
        keep_time(times, json.loads(text))
        forget_the_pushed_out(times, book)
    return updates


def keep_time(times: dict[str, float], frame: list[Any]) -> None:
    """Every known level must be newer than it was, as clients demand that drop what is not."""
    for part in frame[1:-2]:
        for side in ("as", "bs", "a", "b"):
            for price, volume, at, *flag in part.get(side, ()):
                key = f"{side[0]} {price}"
                assert float(at) > times.get(key, 0), (key, at)
                assert not flag or key not in times
                times[key] = float(at)
                if float(volume) == 0:
                    del times[key]


def forget_the_pushed_out(times: dict[str, float], book: Level2Book) -> None:
    view = book.view()
    held = {f"a {level.price:f}" for level in view.asks} | {f"b {level.price:f}" for level in view.bids}
    for key in times.keys() - held:
        del times[key]


@over_loopback
async def test_the_checksum_stands_in_the_last_object_and_only_there() -> None:
    async with world() as here:
        line, maker, taker = await v1_line(here), here.account("maker"), here.account("taker")
        book = Level2Book(10)
        await maker.result("AddOrder", **LIMIT | {"type": "sell", "price": "40000"})
        await line.subscribe("book", "XBT/USD")
        await bid(taker, "40000", "0.03")  # takes the ask, and rests with what is left
        await bid(taker, "39999")
        snapshot, both, one = [json.loads(text) for text in await line.texts_on("book-10", 3)]
        assert [set(part) for part in snapshot[1:-2]] == [{"as", "bs"}]
        assert [set(part) for part in both[1:-2]] == [{"a"}, {"b", "c"}]
        assert [set(part) for part in one[1:-2]] == [{"b", "c"}]
        for frame in (snapshot, both, one):
            (row,) = rows_of(read_frame(json.dumps(frame).encode()))
            assert isinstance(row, BookUpdate)
            (book.snapshot if row.snapshot else book.update)(row.asks, row.bids)
            assert row.checksum in (None, book.checksum())


@over_loopback
async def test_prices_have_five_places_and_more_where_the_pair_is_finer() -> None:
    async with world() as here:
        line, trader = await v1_line(here), here.account()
        await bid(trader, "30000")
        await trader.result("AddOrder", **LIMIT | {"pair": "XDGUSD", "price": "0.07", "volume": "50"})
        await line.subscribe("book", "XBT/USD", "XDG/USD")
        rows = [(await line.until(lambda m: isinstance(m, list)))[1]["bs"][0][:2] for _ in range(2)]
        assert rows == [["30000.00000", "0.01000000"], ["0.070000000", "50.00000000"]]


@over_loopback
async def test_a_level_that_comes_back_is_marked_and_has_its_old_time() -> None:
    clock = Moment()
    async with world(clock=clock) as here:
        line, trader = await v1_line(here), here.account()
        prices = [f"{30000 - step}" for step in range(11)]
        ids = [await bid(trader, price) for price in prices]
        clock.pass_by(5)
        await line.subscribe("book", "XBT/USD")
        snapshot = await line.on("book-10")
        assert [row[0] for row in snapshot[1]["bs"]] == [f"{price}.00000" for price in prices[:10]]
        await trader.result("CancelOrder", txid=ids[0])
        (part,) = (await line.on("book-10"))[1:-2]
        assert part["b"] == [
            ["30000.00000", "0.00000000", "1790000005.000000"],
            ["29990.00000", "0.01000000", "1790000000.000000", "r"],
        ]
        await bid(trader, "30001")
        (part,) = (await line.on("book-10"))[1:-2]
        assert part["b"] == [
            ["30001.00000", "0.01000000", "1790000005.000000"]
        ]  # 29990 falls out unsaid, and is no "r"


@over_loopback
async def test_several_changes_of_a_level_in_one_moment_have_growing_times() -> None:
    async with world(clock=Moment()) as here:
        line, trader = await v1_line(here), here.account()
        await bid(trader, "30000")
        await line.subscribe("book", "XBT/USD")
        for _ in range(3):
            await bid(trader, "30000")
        late = await v1_line(here)
        await late.subscribe("book", "XBT/USD")
        told = [(await line.on("book-10"))[1] for _ in range(4)]
        assert [(part.get("bs") or part["b"])[0][2] for part in told] == [
            f"1790000000.00000{count}" for count in range(4)
        ]
        assert (await late.on("book-10"))[1]["bs"][0][2] == "1790000000.000003"  # as those know it who came before


# --- the other channels -----------------------------------------------------------------------------------------------


@over_loopback
async def test_every_message_is_read_whole_by_the_clients_classes() -> None:
    async with world(market=["XBT/USD"], pace=60) as here:
        line = await v1_line(here)
        for channel in ("ticker", "book", "trade", "spread", "ohlc"):
            await line.send("subscribe", pair=["XBT/USD"], subscription={"name": channel})
        await line.send("ping")
        seen: Counter[str] = Counter()
        while set(seen.values()) != {3} or len(seen) < 5:
            text = await line.text()
            if '"pong"' in text:
                here.box.advance(1, steps=20)  # everything is subscribed
            if not text.startswith("["):
                continue
            frame = read_frame(text.encode())
            again = on_the_wire(frame_of(rows_of(frame), channel_id=frame.channel_id))
            assert unread(exact_json(text), again) == []
            assert altered(exact_json(text), again) == []
            seen[frame.channel] = min(seen[frame.channel] + 1, 3)


@over_loopback
async def test_a_trade_is_told_on_every_channel_it_changes() -> None:
    clock = Moment()
    async with world(clock=clock) as here:
        line = await v1_line(here)
        maker, taker = here.account("maker"), here.account("taker")
        await trade(maker, taker, qty="0.1", price="39000")
        clock.pass_by(60)
        for channel in ("ticker", "trade", "ohlc", "spread"):
            await line.subscribe(channel, "XBT/USD")
        old = (await line.on("ohlc-1"))[1]
        assert old[:3] == ["1790000000.000000", "1790000040.000000", "39000.00000"]  # the last one with a trade
        await trade(maker, taker, qty="2.25", price="40000")
        assert (await line.on("spread"))[1][:2] == ["0.00000", "0.00000"]
        told = {
            message[-2]: message[1] for message in [await line.until(lambda m: isinstance(m, list)) for _ in range(5)]
        }
        assert told["trade"] == [["40000.00000", "2.25000000", "1790000060.000000", "b", "m", ""]]
        assert told["ticker"]["c"] == ["40000.00000", "2.25000000"]
        assert told["ticker"]["t"] == [2, 2]
        assert told["ticker"]["o"] == ["39000.00000", "39000.00000"]
        assert told["ohlc-1"] == [
            "1790000060.000000",
            "1790000100.000000",
            *["40000.00000"] * 5,
            "2.25000000",
            1,
        ]
        assert told["spread"][0] == "0.00000"  # the ask came and went


@over_loopback
async def test_the_spread_is_told_when_the_best_changes() -> None:
    async with world() as here:
        line, trader = await v1_line(here), here.account()
        await line.subscribe("spread", "XBT/USD")
        for price in ("30000", "29000", "30001"):  # the second is no change of the best price
            await bid(trader, price)
        told = [(await line.on("spread"))[1] for _ in range(3)]
        assert [(row[0], row[3]) for row in told] == [
            ("0.00000", "0.00000000"),
            ("30000.00000", "0.01000000"),
            ("30001.00000", "0.01000000"),
        ]


# --- what goes wrong --------------------------------------------------------------------------------------------------


@over_loopback
async def test_one_update_has_a_wrong_checksum_and_a_lost_one_leaves_the_book_wrong() -> None:
    async with world() as here:
        line, trader = await v1_line(here), here.account()
        await line.subscribe("book", "XBT/USD")
        book = Level2Book(10)

        async def agrees() -> bool:
            (row,) = rows_of(read_frame((await line.texts_on("book-10", 1))[0].encode()))
            assert isinstance(row, BookUpdate)
            (book.snapshot if row.snapshot else book.update)(row.asks, row.bids)
            return row.snapshot or book.checksum() == row.checksum

        here.box.faults.corrupt_next_checksum("XBT/USD")
        for price in ("30000", "30001"):
            await bid(trader, price)
        assert [await agrees() for _ in range(3)] == [True, False, True]
        here.box.faults.lose_next_book_update("XBT/USD")
        for price in ("30002", "30003"):
            await bid(trader, price)
        assert await agrees() is False


@over_loopback
async def test_lines_of_v1_are_cut_silenced_and_spoken_to_like_those_of_v2() -> None:
    async with world() as here:
        public, private, v2 = await v1_line(here), await v1_line(here, PRIVATE_V1), await here.line(PUBLIC)
        here.box.faults.say("CloudFlare WebSocket proxy restarting")
        assert {await line.text() for line in (public, private, v2)} == {"CloudFlare WebSocket proxy restarting"}
        here.box.faults.refuse_subscriptions("EGeneral:Too many requests")
        refused = await public.ask("subscribe", pair=["XBT/USD"], subscription={"name": "trade"})
        assert refused["errorMessage"] == "EGeneral:Too many requests"
        await public.subscribe("trade", "XBT/USD")
        assert here.box.faults.drop_lines("private") == 1
        assert await private.ended()
        assert here.box.faults.drop_lines("public") == 2
        assert await public.ended()
