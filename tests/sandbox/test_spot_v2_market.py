"""Public sockets of Spot v2: the connection, subscriptions, and market data that a client can verify."""

from __future__ import annotations

import asyncio
import re
from decimal import Decimal
from typing import Any

import pytest

from krakenkit.books import Level2Book
from krakenkit.wire.rewrite import altered, exact_json, on_the_wire, unread
from krakenkit.wire.spot_v2.frames import BookFrame, decode_frame
from sandbox.loopback import PRIVATE, Line, World, over_loopback, trade, world


async def frames(line: Line, count: int) -> list[str]:
    return [await line.text() for _ in range(count)]


# --- the connection ---------------------------------------------------------------------------------------------------


@over_loopback
async def test_the_state_of_the_engine_comes_first_and_on_every_change() -> None:
    async with world() as here:
        line = await here.line()
        (row,) = line.status["data"]
        assert (row["system"], row["api_version"], row["connection_id"] >= 2**63) == ("online", "v2", True)
        here.box.set_status("post_only")
        here.box.set_status("post_only")
        here.box.set_status("online")
        states = [(await line.next())["data"][0] for _ in range(2)]
        assert [state["system"] for state in states] == ["post_only", "online"]
        assert "connection_id" not in states[0]
        assert (await here.get("SystemStatus"))["result"]["status"] == "online"


@over_loopback
async def test_a_heartbeat_comes_when_something_is_subscribed_and_nothing_else_is_said() -> None:
    async with world(pace=60) as here:  # however slow the market is
        quiet, listening = await here.line(), await here.line()
        await listening.subscribe("trade", "BTC/USD", snapshot=False)
        asked = asyncio.get_running_loop().time()
        assert await listening.next() == {"channel": "heartbeat"}
        assert 0.9 < asyncio.get_running_loop().time() - asked < 2
        await quiet.send("nothing of this kind")
        assert "error" in await quiet.next()  # and no heartbeat before it


@over_loopback
async def test_a_ping_is_answered_and_a_ping_with_params_is_refused() -> None:
    async with world() as here:
        line = await here.line()
        await line.socket.send_str('{"method":"ping","req_id":0}')
        pong = await line.next()
        assert (pong["method"], pong["req_id"], set(pong)) == ("pong", 0, {"method", "req_id", "time_in", "time_out"})
        refused = await line.ask("ping")
        assert refused["method"] == "ping"
        assert refused["error"] == "Unsupported field: 'params' for the given msg type: ping"
        await line.socket.ping(b"x")
        await line.socket.send_str('{"method":"ping"}')
        assert "req_id" not in await line.next()


@over_loopback
async def test_the_subprotocol_that_is_asked_for_is_echoed() -> None:
    async with world() as here:
        assert (await here.line(protocols=("v1",))).socket.protocol == "v1"


@pytest.mark.parametrize("text", ["{", "[]", "1", "null", "CloudFlare", '{"a":NaN}'])
def test_a_frame_that_is_no_request_is_answered_and_the_line_goes_on(text: str) -> None:
    async def story() -> None:
        async with world() as here:
            line = await here.line()
            await line.socket.send_str(text)
            answer = await line.next()
            assert (answer["error"], answer["success"]) == ("Malformed request", False)
            await line.subscribe("ticker", "BTC/USD")

    asyncio.run(story())


# --- subscriptions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"channel": "gossip"}, "Subscription name invalid"),
        ({"channel": "status"}, "Symbol(s) not found"),
        ({"channel": "ticker"}, "Symbol(s) not found"),
        ({"channel": "ticker", "symbol": []}, "Symbol(s) not found"),
        ({"channel": "ticker", "symbol": ["XBT/USD"]}, "Currency pair not supported XBT/USD"),
        ({"channel": "book", "symbol": ["BTC/USD"], "depth": 11}, "Subscription depth not supported"),
        ({"channel": "ohlc", "symbol": ["BTC/USD"], "interval": 2}, "Subscription ohlc interval not supported"),
        (
            {"channel": "ticker", "symbol": ["BTC/USD"], "event_trigger": "x"},
            "EGeneral:Invalid arguments:event_trigger",
        ),
        (
            {"channel": "executions"},
            "Private data and trading are unavailable on this endpoint. Try ws-auth.kraken.com",
        ),
    ],
)
def test_a_subscription_is_refused_in_krakens_words(params: dict[str, Any], error: str) -> None:
    async def story() -> None:
        async with world() as here:
            reply = await (await here.line()).ask("subscribe", **params)
            assert (reply["method"], reply["success"], reply["error"]) == ("subscribe", False, error)
            assert "result" not in reply

    asyncio.run(story())


@over_loopback
async def test_market_data_and_trading_are_kept_apart() -> None:
    async with world() as here:
        public, private = await here.line(), await here.line(PRIVATE)
        assert "Try ws.kraken.com" in (await private.ask("subscribe", channel="book", symbol=["BTC/USD"]))["error"]
        assert "Try ws-auth.kraken.com" in (await public.ask("cancel_all"))["error"]
        assert (await private.ask("sing"))["error"] == "Unsupported event"


@over_loopback
async def test_every_symbol_is_acknowledged_by_itself_as_it_was_written() -> None:
    async with world() as here:
        line = await here.line()
        req_id = await line.send("subscribe", channel="book", symbol=["btc/usd", "WWW/USD", "ETH/USD"], depth=25)
        replies = [await line.until(lambda m: m.get("req_id") == req_id) for _ in range(3)]
        assert [reply["success"] for reply in replies] == [True, False, True]
        assert replies[0]["result"] == {"channel": "book", "symbol": "btc/usd", "depth": 25, "snapshot": True}
        assert replies[1]["symbol"] == "WWW/USD"


@over_loopback
async def test_ids_are_echoed_when_they_are_integers() -> None:
    async with world() as here:
        line = await here.line()
        for req_id, echoed in (('"7"', None), ("true", None), ("7.5", None), ("0", 0), ("9007199254740993", 2**53 + 1)):
            await line.socket.send_str(f'{{"method":"subscribe","params":{{"channel":"x"}},"req_id":{req_id}}}')
            assert (await line.next()).get("req_id") == echoed


@over_loopback
async def test_an_unsubscribe_names_the_depth_or_interval_and_ends_only_that() -> None:
    async with world() as here:
        line = await here.line()
        await line.subscribe("book", "BTC/USD", depth=25)
        await line.subscribe("ohlc", "BTC/USD", interval=5)
        missed = await line.ask("unsubscribe", channel="book", symbol=["BTC/USD"])
        assert (missed["error"], missed["method"]) == ("Subscription Not Found", "subscribe")
        assert "error" in await line.ask("unsubscribe", channel="ohlc", symbol=["BTC/USD"])
        ended = await line.ask("unsubscribe", channel="book", symbol=["BTC/USD"], depth=25)
        assert ended["result"] == {"channel": "book", "symbol": "BTC/USD", "depth": 25}
        assert (await line.ask("unsubscribe", channel="ohlc", symbol=["BTC/USD"], interval=5))["success"] is True
        await trade(here.account("maker"), here.account("taker"))
        await line.send("subscribe", channel="x")
        assert "error" in await line.next()  # of the trade nothing was told


@over_loopback
async def test_a_line_gets_candles_of_one_length_for_each_symbol() -> None:
    async with world() as here:
        line = await here.line()
        await line.subscribe("ohlc", "BTC/USD", interval=5)
        refused = await line.ask("subscribe", channel="ohlc", symbol=["BTC/USD"], interval=1)
        assert (refused["success"], refused["error"], refused["symbol"]) == (
            False,
            "Already subscribed to one ohlc interval on this symbol",
            "BTC/USD",
        )
        await line.subscribe("ohlc", "ETH/USD", interval=1)
        await (await here.line()).subscribe("ohlc", "BTC/USD", interval=1)
        await line.ask("unsubscribe", channel="ohlc", symbol=["BTC/USD"], interval=5)
        await line.subscribe("ohlc", "BTC/USD", interval=1)


@over_loopback
async def test_a_ticker_may_be_unsubscribed_without_its_trigger() -> None:
    async with world() as here:
        line = await here.line()
        await line.subscribe("ticker", "BTC/USD", event_trigger="bbo")
        assert (await line.ask("unsubscribe", channel="ticker", symbol=["BTC/USD"]))["success"] is True
        await line.subscribe("instrument")
        assert (await line.ask("unsubscribe", channel="instrument"))["result"] == {"channel": "instrument"}
        assert "error" in await line.ask("unsubscribe", channel="instrument")


# --- what is told -----------------------------------------------------------------------------------------------------


@over_loopback
async def test_every_message_is_read_whole_by_the_clients_classes() -> None:
    async with world(market=["BTC/USD"], pace=60) as here:
        line = await here.line()
        for channel in ("ticker", "book", "trade", "ohlc"):
            await line.send("subscribe", channel=channel, symbol=["BTC/USD"])
        await line.send("subscribe", channel="ticker", symbol=["BTC/USD"], event_trigger="bbo")
        await line.send("subscribe", channel="instrument")
        await line.send("ping")
        seen: set[tuple[str, str]] = set()
        while len(seen) < 9:
            text = await line.text()
            if "Unsupported field" in text:
                here.box.advance(1, steps=10)  # everything is subscribed
            if not text.startswith('{"channel"'):
                continue
            frame = decode_frame(text.encode())
            tag = str(frame.__struct_config__.tag)
            again = on_the_wire(frame) | {"channel": tag}
            assert unread(exact_json(text), again) == []
            assert altered(exact_json(text), again) == []
            seen.add((tag, frame.type))


@over_loopback
async def test_numbers_are_written_with_all_their_digits() -> None:
    async with world(market=["BTC/USD", "ETH/BTC"], pace=60) as here:
        line = await here.line()
        await line.subscribe("book", "BTC/USD", snapshot=False)
        await line.subscribe("book", "ETH/BTC", snapshot=False)
        here.box.advance(1, steps=20)
        zeros = 0
        for text in await frames(line, 20):
            places = 1 if '"BTC/USD"' in text else 5
            for price, qty in re.findall(r'{"price":([^,]+),"qty":([^}]+)}', text):
                assert re.fullmatch(rf"\d+\.\d{{{places}}}", price)
                assert re.fullmatch(r"\d+\.\d{8}", qty)
                zeros += qty.endswith("0")
        assert zeros > 10


@pytest.mark.parametrize("symbol", ["BTC/USD", "DOGE/USD"])
def test_books_of_every_depth_verify_through_hundreds_of_updates(symbol: str) -> None:
    async def story() -> None:
        async with world(market=[symbol], pace=60) as here:
            counts = await asyncio.gather(*(verified(here, symbol, depth) for depth in (10, 25, 100)))
            assert min(counts) >= 250

    asyncio.run(story())


async def verified(here: World, symbol: str, depth: int) -> int:
    """How many updates of a book agreed with their checksum; all must."""
    line = await here.line()
    await line.subscribe("instrument")
    pairs = (await line.on("instrument"))["data"]["pairs"]
    (pair,) = (row for row in pairs if row["symbol"] == symbol)
    book = Level2Book(depth, pair["price_precision"], pair["qty_precision"], symbol=symbol)
    await line.subscribe("book", symbol, depth=depth)
    for _ in range(100):
        here.box.advance(0.05)  # everybody's market: the readers see one another's steps too
    updates = 0
    while updates < 280:
        frame = decode_frame(await line.text())
        assert isinstance(frame, BookFrame)
        (row,) = frame.data
        take = book.snapshot if frame.type == "snapshot" else book.update
        take(row.asks, row.bids)
        assert row.checksum is not None
        assert book.verify(row.checksum), f"update {updates} at depth {depth}"
        updates += frame.type == "update"
    return updates


@over_loopback
async def test_a_level_that_comes_back_into_the_window_is_told_again() -> None:
    async with world() as here:
        trader = here.account()
        prices = [f"{30000 - step}.0" for step in range(11)]
        ids = [
            (await trader.result("AddOrder", pair="XBTUSD", type="buy", ordertype="limit", price=p, volume="0.01"))[
                "txid"
            ][0]
            for p in prices
        ]
        line = await here.line()
        await line.subscribe("book", "BTC/USD")
        snapshot = await line.on("book")
        await trader.result("CancelOrder", txid=ids[0])
        update = await line.on("book")
        rows = [(f"{row['price']:f}", f"{row['qty']:f}") for row in update["data"][0]["bids"]]
        assert len(snapshot["data"][0]["bids"]) == 10
        assert rows == [("30000.0", "0.00000000"), ("29990.0", "0.01000000")]
        better = await trader.result(
            "AddOrder", pair="XBTUSD", type="buy", ordertype="limit", price="30001", volume="0.01"
        )
        pushed = await line.on("book")
        assert [str(row["price"]) for row in pushed["data"][0]["bids"]] == ["30001.0"]  # 29990 falls out unsaid
        await trader.result("CancelOrder", txid=better["txid"][0])
        again = await line.on("book")
        assert [str(row["price"]) for row in again["data"][0]["bids"]] == ["30001.0", "29990.0"]


@over_loopback
async def test_a_late_reader_of_a_book_does_not_disturb_the_early_one() -> None:
    async with world() as here:
        trader = here.account()
        early = await here.line()
        await early.subscribe("book", "BTC/USD")
        await early.on("book", "snapshot")
        await trader.result("AddOrder", pair="XBTUSD", type="buy", ordertype="limit", price="30000", volume="0.01")
        late = await here.line()
        await late.subscribe("book", "BTC/USD")
        snapshot, update = await late.on("book"), await early.on("book")
        assert snapshot["data"][0]["checksum"] == update["data"][0]["checksum"]
        assert update["type"] == "update"


@over_loopback
async def test_a_trade_is_told_on_every_channel_it_changes() -> None:
    async with world() as here:
        line = await here.line()
        maker, taker = here.account("maker"), here.account("taker")
        await trade(maker, taker, qty="0.1", price="39000")
        for channel in ("trade", "ticker", "ohlc"):
            await line.subscribe(channel, "BTC/USD")
        old = await line.on("ohlc", "snapshot")
        await trade(maker, taker, qty="0.2", price="40000")
        told: dict[str, dict[str, Any]] = {}
        for _ in range(3):
            message = await line.until(lambda m: m.get("type") == "update" and m.get("channel") != "status")
            told[message["channel"]] = message
        (row,) = told["trade"]["data"]
        assert (row["side"], str(row["price"]), str(row["qty"]), row["trade_id"]) == ("buy", "40000.0", "0.20000000", 2)
        assert row["ord_type"] == "market"
        (row,) = told["ticker"]["data"]
        assert (str(row["last"]), str(row["change"]), str(row["change_pct"]), row["trades"]) == (
            "40000.0",
            "1000.0",
            "2.56",
            2,
        )
        assert str(row["volume"]) == "0.30000000"
        (row,) = told["ohlc"]["data"]
        assert (str(row["close"]), row["trades"] >= 1) == ("40000.0", True)
        assert re.fullmatch(r".*\.\d{9}Z", row["interval_begin"])
        assert old["data"][-1]["interval"] == 1


@over_loopback
async def test_the_best_prices_are_told_by_themselves_to_those_who_ask_for_them() -> None:
    async with world() as here:
        line = await here.line()
        trader = here.account()
        await line.subscribe("ticker", "BTC/USD", event_trigger="bbo")
        (first,) = (await line.on("ticker"))["data"]
        assert "last" not in first
        for price in ("30000", "29000"):  # the second is no change of the best price
            await trader.result("AddOrder", pair="XBTUSD", type="buy", ordertype="limit", price=price, volume="0.01")
        await trader.result("AddOrder", pair="XBTUSD", type="buy", ordertype="limit", price="30001", volume="0.01")
        bids = [str((await line.on("ticker"))["data"][0]["bid"]) for _ in range(2)]
        assert bids == ["30000.0", "30001.0"]


@over_loopback
async def test_a_new_reader_of_trades_sees_the_last_fifty() -> None:
    async with world(market=["BTC/USD"], pace=60) as here:
        line = await here.line()
        await line.subscribe("trade", "BTC/USD")
        ids = [row["trade_id"] for row in (await line.on("trade"))["data"]]
        assert ids == list(range(ids[-1] - 49, ids[-1] + 1))


@over_loopback
async def test_the_instruments_are_those_of_rest() -> None:
    async with world() as here:
        line = await here.line()
        await line.subscribe("instrument")
        data = (await line.on("instrument"))["data"]
        rest = (await here.get("AssetPairs", assetVersion=1))["result"]
        assert {row["symbol"] for row in data["pairs"]} == set(rest)
        for row in data["pairs"]:
            pair = rest[row["symbol"]]
            assert (row["price_precision"], row["qty_precision"]) == (pair["pair_decimals"], pair["lot_decimals"])
            assert (row["price_increment"], row["qty_min"]) == (Decimal(pair["tick_size"]), Decimal(pair["ordermin"]))
        assert {row["id"] for row in data["assets"]} >= {"BTC", "USD", "DOGE"}


def test_a_socket_that_asks_for_no_known_path_is_not_opened() -> None:
    async def story() -> None:
        async with world() as here:
            origin = here.box.environment.spot_rest.replace("http", "ws")
            with pytest.raises(Exception, match="404"):
                await here.http.ws_connect(f"{origin}/ws/v9")

    asyncio.run(story())


@over_loopback
async def test_listeners_to_instruments_hear_when_the_status_of_pairs_changes() -> None:
    async with world() as here:
        line, quiet = await here.line(), await here.line()
        await line.subscribe("instrument")
        await quiet.subscribe("instrument", snapshot=False, include_tokenized_assets=True)
        told = (await line.on("instrument", "snapshot"))["data"]["pairs"]
        for mode in ("cancel_only", "online"):
            here.box.set_status(mode)
            assert (await line.on("status"))["data"][0]["system"] == mode
            update = (await line.on("instrument", "update"))["data"]
            assert update == {"assets": [], "pairs": [pair | {"status": mode} for pair in told]}
            (rest,) = (await here.get("AssetPairs", pair="XBTUSD"))["result"].values()
            assert rest["status"] == mode
        symbols = {pair["symbol"] for pair in (await quiet.on("instrument"))["data"]["pairs"]}
        assert symbols > {pair["symbol"] for pair in told}
        assert "TSLAx/USD" in symbols


@over_loopback
async def test_instruments_are_those_of_the_venue_that_is_asked_for() -> None:
    async with world() as here:
        line = await here.line()
        refused = await line.ask("subscribe", channel="instrument", execution_venue="elsewhere")
        assert refused["error"] == "EGeneral:Invalid arguments:execution_venue"
        await line.subscribe("instrument", execution_venue="bitnomial-exchange")
        assert (await line.on("instrument"))["data"] == {"assets": [], "pairs": []}
        await line.subscribe("instrument", execution_venue="international", include_tokenized_assets=True)
        data = (await line.on("instrument"))["data"]
        multiplied = {asset["id"] for asset in data["assets"] if "multiplier" in asset}
        assert multiplied == {pair["base"] for pair in data["pairs"] if pair["base"].endswith("x")} != set()
