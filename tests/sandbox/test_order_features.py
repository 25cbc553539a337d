"""Trailing stops, index triggers, conditional closes and scheduled orders as each face of Spot takes and shows them."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from krakenkit.wire.rewrite import exact_json, on_the_wire, unread
from krakenkit.wire.spot_v2.frames import decode_frame
from sandbox.loopback import Account, Line, Moment, World, over_loopback, trade, world
from sandbox.spot_v1_line import private_v1_line

SELL = {"pair": "XBTUSD", "type": "sell", "volume": "0.1"}
BUY = {"pair": "XBTUSD", "type": "buy", "volume": "0.1"}


async def shown(trader: Account, txid: str) -> dict[str, Any]:
    """One order as REST tells it."""
    orders = await trader.result("QueryOrders", txid=txid)
    row: dict[str, Any] = orders[txid]
    return row


async def trade_at(here: World, *prices: str) -> None:
    """Let two others trade at each of these prices."""
    maker, taker = here.account("maker", balances={"BTC": 1}), here.account("taker", balances={"USD": 100_000})
    for price in prices:
        await trade(maker, taker, qty="0.01", price=price)


async def reports(line: Line, order_id: str, last: str) -> list[dict[str, Any]]:
    """The reports about an order, up to one of this kind; none has a member that the clients do not read."""
    rows: list[dict[str, Any]] = []
    while not rows or rows[-1]["exec_type"] != last:
        text = await line.text()
        message = json.loads(text, parse_float=Decimal)
        if message.get("channel") != "executions" or message["type"] != "update":
            continue
        again = on_the_wire(decode_frame(text.encode())) | {"channel": "executions"}
        assert unread(exact_json(text), again) == []
        rows += [row for row in message["data"] if row["order_id"] == order_id]
    return rows


# --- trailing stops ---------------------------------------------------------------------------------------------------


@over_loopback
async def test_rest_shows_where_a_trailing_stop_is_and_how_it_was_given() -> None:
    async with world(clock=Moment()) as here:
        trader = here.account()
        await trade_at(here, "40000")
        placed = await trader.result("AddOrder", **SELL, ordertype="trailing-stop-limit", price="+1%", price2="-0.5%")
        plain = await trader.result("AddOrder", **BUY, ordertype="trailing-stop", price="+500")
        assert placed["descr"]["order"] == "sell 0.10000000 XBTUSD @ trailing stop +1.0000% -> limit -0.5000%"
        await trade_at(here, "41000", "40900")

        row = await shown(trader, placed["txid"][0])
        assert (row["descr"]["price"], row["descr"]["price2"]) == ("+1.0000%", "-0.5000%")
        assert (row["stopprice"], row["limitprice"], row["trigger"]) == ("40590.0", "40387.1", "last")
        row = await shown(trader, plain["txid"][0])
        assert (row["descr"]["price"], row["descr"]["price2"]) == ("+500.0", "0")
        # Captured: without a limit the price it trails from stands where limits do.
        assert (row["stopprice"], row["limitprice"]) == ("40500.0", "40000.0")

        await trade_at(here, "40590")
        row = await shown(trader, placed["txid"][0])
        assert (row["status"], row["misc"], row["stopprice"], row["limitprice"]) == (
            "open",
            "stopped",
            "40590.0",
            "40387.1",
        )


@over_loopback
async def test_v2_tells_the_trail_and_its_moves() -> None:
    clock = Moment()
    async with world(clock=clock) as here:
        trader = here.account()
        line = await here.private_line(trader)
        await trade_at(here, "40000")
        await line.subscribe("executions", snap_orders=False)
        order = {"order_type": "trailing-stop-limit", "side": "sell", "symbol": "BTC/USD", "order_qty": 1}
        triggers = {"price": 1, "price_type": "pct", "reference": "last"}
        answer = await line.ask("add_order", **order, triggers=triggers, limit_price=-100)
        order_id = answer["result"]["order_id"]
        clock.pass_by(2)
        await trade_at(here, "41000", "42000", "41600")
        here.box.advance()
        clock.pass_by(2)
        here.box.advance()

        (new, *_), moved = await reports(line, order_id, "new"), await reports(line, order_id, "status")
        assert new["triggers"] == {
            "reference": "last",
            "price": Decimal("1.0000"),
            "price_type": "pct",
            "actual_price": Decimal("39600.0"),
            "peak_price": Decimal("40000.0"),
            "status": "untriggered",
        }
        assert (new["limit_price"], new["limit_price_type"]) == (Decimal("-100.0"), "quote")
        while moved[-1]["triggers"]["peak_price"] != 42000:
            moved += await reports(line, order_id, "status")
        assert moved[-1]["triggers"]["actual_price"] == Decimal("41580.0")
        await trade_at(here, "41580")
        (off,) = await reports(line, order_id, "status")
        assert (off["triggers"]["status"], off["triggers"]["last_price"]) == ("triggered", Decimal("41580.0"))


@over_loopback
async def test_v2_amends_the_limit_of_a_trailing_stop_by_its_distance() -> None:
    async with world() as here:
        trader = here.account()
        line = await here.private_line(trader)
        await trade_at(here, "40000")
        order = {"order_type": "trailing-stop-limit", "side": "sell", "symbol": "BTC/USD", "order_qty": 1}
        answer = await line.ask(
            "add_order", **order, triggers={"price": 500, "price_type": "quote"}, limit_price=-100, cl_ord_id="mine"
        )
        assert answer["success"], answer

        for change in ({"limit_price": -50}, {"trigger_price": 2, "trigger_price_type": "pct"}):
            assert (await line.ask("amend_order", cl_ord_id="mine", **change))["success"]

        row = await shown(trader, answer["result"]["order_id"])
        assert (row["descr"]["price"], row["descr"]["price2"]) == ("+2.0000%", "-50.0")
        assert (row["stopprice"], row["limitprice"]) == ("39200.0", "39150.0")
        refused = await line.ask("amend_order", cl_ord_id="mine", trigger_price=39000)
        assert refused["error"] == "EOrder:Invalid price:Invalid price argument"


@over_loopback
async def test_v1_takes_and_shows_a_trailing_stop() -> None:
    async with world() as here:
        trader = here.account()
        await trade_at(here, "40000")
        line = await private_v1_line(here, trader)
        order = {"ordertype": "trailing-stop", "type": "buy", "pair": "XBT/USD", "volume": "0.1", "price": "+2%"}
        assert (await line.command("addOrder", **order))["status"] == "ok"
        await line.subscribe("openOrders")

        ((entry,), *_) = (list(row.values()) for row in (await line.on("openOrders"))[0])
        assert entry["descr"]["order"] == "buy 0.10000000 XBT/USD @ trailing stop +2.0000%"
        assert (entry["descr"]["price"], entry["stopprice"], entry["limitprice"]) == (
            "+2.0000%",
            "40800.00000",
            "40000.00000",
        )


# --- the index --------------------------------------------------------------------------------------------------------


@over_loopback
async def test_the_market_is_the_index_and_without_one_there_is_none() -> None:
    # The market trades ether; bitcoin has no trades of its own, and an index all the same.
    async with world(market=["ETH/USD"], pace=60) as here:
        trader, line = here.account(), await here.line()
        await trade_at(here, "40000")
        placed = await trader.result("AddOrder", **SELL, ordertype="stop-loss", price="90000", trigger="index")
        waits = await shown(trader, placed["txid"][0])
        reached = await trader.result("AddOrder", **SELL, ordertype="take-profit", price="90000", trigger="index")
        done = await shown(trader, reached["txid"][0])
        await line.subscribe("instrument")
        pairs = (await line.on("instrument"))["data"]["pairs"]

        assert (waits["trigger"], waits["misc"], waits["status"]) == ("index", "", "open")
        assert (done["misc"], done["status"], done["reason"]) == ("touched", "canceled", "Not enough liquidity")
        assert {pair["has_index"] for pair in pairs} == {True}
    async with world() as here:
        line = await here.line()
        await line.subscribe("instrument")
        assert {pair["has_index"] for pair in (await line.on("instrument"))["data"]["pairs"]} == {False}


@over_loopback
async def test_an_edit_on_v2_goes_back_to_the_last_price_unless_it_names_the_index() -> None:
    async with world(market=["ETH/USD"], pace=60) as here:
        trader = here.account()
        line = await here.private_line(trader)
        await trade_at(here, "40000")
        order = {"order_type": "stop-loss", "side": "sell", "symbol": "BTC/USD", "order_qty": 1}
        answer = await line.ask("add_order", **order, triggers={"price": 30000, "reference": "index"})
        seen = []
        for triggers in ({"price": 31000, "reference": "index"}, None, {"price": 32000}):
            change = {} if triggers is None else {"triggers": triggers}
            answer = await line.ask("edit_order", order_id=answer["result"]["order_id"], symbol="BTC/USD", **change)
            row = await shown(trader, answer["result"]["order_id"])
            seen.append((row["stopprice"], row["trigger"]))
        assert seen == [("31000.0", "index"), ("31000.0", "index"), ("32000.0", "last")]


@over_loopback
async def test_a_price_that_is_moved_by_hand_sets_off_what_waits_for_the_index() -> None:
    async with world(market=["BTC/USD"], pace=60, speed=0) as here:
        trader = here.account()
        price = here.box.market.price("BTC/USD")
        stop = {"ordertype": "stop-loss", "price": f"{price * Decimal('0.99'):.1f}", "trigger": "index"}
        trail = {"ordertype": "trailing-stop", "price": "+1%", "trigger": "index"}
        orders = [(await trader.result("AddOrder", **SELL, **order))["txid"][0] for order in (stop, trail)]

        here.box.market.move("BTC/USD", "+2%")
        waiting = [await shown(trader, txid) for txid in orders]
        here.box.market.move("BTC/USD", "-4%")
        gone_off = [await shown(trader, txid) for txid in orders]

        assert [row["misc"] for row in waiting] == ["", ""]
        assert Decimal(waiting[1]["stopprice"]) > price
        assert [(row["misc"], row["status"]) for row in gone_off] == [("stopped", "closed")] * 2


# --- conditional closes -----------------------------------------------------------------------------------------------


@over_loopback
async def test_rest_places_a_close_for_what_was_filled() -> None:
    async with world() as here:
        trader = here.account()
        close = {"close[ordertype]": "stop-loss-limit", "close[price]": "38000", "close[price2]": "36000"}
        placed = await trader.result("AddOrder", **BUY, ordertype="limit", price="40000", userref=5, **close)
        in_words = "close position @ stop loss 38000.0 -> limit 36000.0"
        assert placed["descr"] == {"order": "buy 0.10000000 XBTUSD @ limit 40000.0", "close": in_words}
        assert (await shown(trader, placed["txid"][0]))["descr"]["close"] == in_words

        maker = here.account("maker")
        await maker.result("AddOrder", **SELL, ordertype="market")

        ((txid, row),) = (await trader.result("OpenOrders"))["open"].items()
        assert (row["refid"], row["userref"], row["descr"]["close"]) == (placed["txid"][0], 5, "")
        assert row["descr"]["order"] == "sell 0.10000000 XBTUSD @ stop loss 38000.0 -> limit 36000.0"
        refused = await trader.call("EditOrder", pair="XBTUSD", txid=txid, volume="0.05")
        assert refused["error"] == []  # the close itself is an order like others


@over_loopback
async def test_a_fill_by_the_house_calls_for_the_close_as_well() -> None:
    async with world() as here:
        trader = here.account()
        close = {"close[ordertype]": "limit", "close[price]": "50000"}
        placed = await trader.result("AddOrder", **BUY, ordertype="limit", price="40000", **close)

        here.box.fill(placed["txid"][0], "0.06")

        rows = (await trader.result("OpenOrders"))["open"].values()
        assert {(row.get("refid"), row["vol"], row["descr"]["type"]) for row in rows} == {
            (None, "0.10000000", "buy"),
            (placed["txid"][0], "0.06000000", "sell"),
        }


@over_loopback
async def test_a_batch_shows_the_close_beside_the_description() -> None:
    async with world() as here:
        trader = here.account()
        close = {"ordertype": "limit", "price": "+5%"}
        rows = [
            {"type": "buy", "ordertype": "limit", "price": "40000", "volume": "0.1", "close": close},
            {"type": "buy", "ordertype": "limit", "price": "39000", "volume": "0.1"},
        ]
        await trade_at(here, "40000")
        answer = await trader.call("AddOrderBatch", {"pair": "XBTUSD", "orders": rows})
        assert answer["error"] == []
        first, second = answer["result"]["orders"]
        assert first["close"] == "close position @ limit +5.0000%"
        assert second.get("close") is None
        refused = await trader.call("AmendOrder", txid=first["txid"], order_qty="0.2")
        assert refused["error"] == ["EOrder:Invalid order"]
        refused = await trader.call("EditOrder", pair="XBTUSD", txid=first["txid"], volume="0.2")
        assert refused["error"] == ["EOrder:Invalid order"]


@over_loopback
async def test_v2_tells_the_close_and_whose_it_is() -> None:
    async with world() as here:
        trader = here.account()
        line = await here.private_line(trader)
        await line.subscribe("executions", snap_orders=False)
        conditional = {"order_type": "trailing-stop", "trigger_price": 1, "trigger_price_type": "pct"}
        await trade_at(here, "40000")
        order = {"order_type": "limit", "side": "buy", "symbol": "BTC/USD", "order_qty": 1, "limit_price": 40000}
        order_id = (await line.ask("add_order", **order, conditional=conditional))["result"]["order_id"]
        told, *_ = await reports(line, order_id, "new")
        assert told["contingent"] == {
            "order_type": "trailing-stop",
            "trigger_price": Decimal(1),
            "trigger_price_type": "pct",
        }
        await here.account("maker").result("AddOrder", **SELL | {"volume": "0.4"}, ordertype="market")

        while "ord_ref_id" not in (row := (await line.on("executions", "update"))["data"][0]):
            pass
        assert (row["ord_ref_id"], row["side"], row["order_qty"]) == (order_id, "sell", Decimal("0.40000000"))
        assert row["triggers"]["actual_price"] == Decimal("39600.0")


@over_loopback
async def test_v1_tells_the_close_in_parts_and_words() -> None:
    async with world() as here:
        trader = here.account()
        line = await private_v1_line(here, trader)
        await line.subscribe("openOrders")
        order = {"ordertype": "limit", "type": "buy", "pair": "XBT/USD", "price": "9000", "volume": "1"}
        await line.command("addOrder", **order, **{"close[ordertype]": "limit", "close[price]": "9100"})

        entry: dict[str, Any] = {}
        while not entry.get("descr"):
            rows = (await line.on("openOrders"))[0]
            entry = next(iter(rows[0].values())) if rows else {}
        assert entry["contingent"] == {"ordertype": "limit", "price": "9100.00000", "oflags": "fciq"}
        assert entry["descr"]["close"] == "close position @ limit 9100.00000"


# --- scheduled starts -------------------------------------------------------------------------------------------------


@over_loopback
async def test_a_scheduled_order_is_pending_on_every_face_until_it_starts() -> None:
    clock = Moment()
    async with world(clock=clock) as here:
        trader = here.account()
        line = await here.private_line(trader)
        by_rest = await trader.result("AddOrder", **BUY, ordertype="limit", price="30000", starttm="+60")
        order = {"order_type": "limit", "side": "buy", "symbol": "BTC/USD", "order_qty": 1, "limit_price": 30001}
        by_socket = (await line.ask("add_order", **order, effective_time="2026-09-21T14:14:20Z"))["result"]["order_id"]
        v1 = await private_v1_line(here, trader)
        words = {"ordertype": "limit", "type": "buy", "pair": "XBT/USD", "price": "30002", "volume": "0.1"}
        by_v1 = (await v1.command("addOrder", **words, starttm="1790000060"))["txid"]

        rows = (await trader.result("OpenOrders"))["open"]
        assert {txid: (row["status"], row["starttm"]) for txid, row in rows.items()} == {
            by_rest["txid"][0]: ("pending", 1790000060),
            by_socket: ("pending", 1790000060),
            by_v1: ("pending", 1790000060),
        }
        await line.subscribe("executions")
        (snapshot,) = [await line.on("executions", "snapshot")]
        assert {(row["exec_type"], row["effective_time"]) for row in snapshot["data"]} == {
            ("pending_new", "2026-09-21T14:14:20.000000Z")
        }
        await v1.subscribe("openOrders")
        entries = [entry for row in (await v1.on("openOrders"))[0] for entry in row.values()]
        assert {(entry["status"], entry["starttm"]) for entry in entries} == {("pending", "1790000060.000000")}
        assert (await here.get("Depth", pair="XBTUSD"))["result"]["XXBTZUSD"]["bids"] == []

        clock.pass_by(60)
        here.box.advance()

        bids = (await here.get("Depth", pair="XBTUSD"))["result"]["XXBTZUSD"]["bids"]
        assert [bid[0] for bid in bids] == ["30002.0", "30001.0", "30000.0"]
        told = [(await line.on("executions", "update"))["data"][0] for _ in range(3)]
        assert {(row["exec_type"], row["order_status"]) for row in told} == {("new", "new")}


# --- fees -------------------------------------------------------------------------------------------------------------


@over_loopback
async def test_trade_volume_and_asset_pairs_tell_one_ladder() -> None:
    clock = Moment()
    async with world(clock=clock) as here:
        maker, taker = here.account("maker"), here.account("taker")
        await trade(maker, taker, qty="1.5", price="40000")
        first = await taker.result("TradeVolume", pair="XBTUSD,USDCUSD")
        assert (first["volume"], first["fees"]["XXBTZUSD"]) == (
            "60000.0000",
            {
                "fee": "0.4000",
                "minfee": "0.1000",
                "maxfee": "0.4000",
                "nextfee": "0.3500",
                "tiervolume": "0.0000",
                "nextvolume": "10000.0000",
            },
        )
        clock.pass_by(3600)
        later = await taker.result("TradeVolume", pair="XBTUSD,USDCUSD", fee_schedule="true")
        fees, makers = later["fees"], later["fees_maker"]
        assert (fees["XXBTZUSD"]["fee"], makers["XXBTZUSD"]["fee"]) == ("0.2400", "0.1400")
        assert (fees["XXBTZUSD"]["tiervolume"], fees["XXBTZUSD"]["nextfee"]) == ("50000.0000", "0.2200")
        assert fees["USDCUSD"]["fee"] == "0.1600"

        pairs = (await here.get("AssetPairs", pair="XBTUSD,USDCUSD"))["result"]
        schedules = {row["pair"]: row["tiers"] for row in later["schedules"]}
        assert {
            name: [[Decimal(tier["min_spot_volume"]), Decimal(tier["taker_fee"])] for tier in tiers]
            for name, tiers in schedules.items()
        } == {name: pair["fees"] for name, pair in pairs.items()}
        assert [tier["active"] for tier in schedules["XXBTZUSD"]].index(True) == 2
