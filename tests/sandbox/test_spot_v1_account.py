"""Private sockets of Spot v1: reports about orders and trades, tokens, and what the two channels promise."""

from __future__ import annotations

from typing import Any

from krakenkit.wire.rewrite import altered, exact_json, on_the_wire, unread
from krakenkit.wire.spot_v1.frames import frame_of, read_frame, rows_of
from sandbox.loopback import Moment, over_loopback, trade, world
from sandbox.spot_v1_line import PRIVATE_V1, V1Line, private_v1_line, v1_line

LIMIT = {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "price": "30000", "volume": "0.01"}


async def entry(line: V1Line, channel: str) -> tuple[str, dict[str, Any]]:
    """The id and the members of the only entry of the next message."""
    ((found,), _, _) = await line.on(channel)
    ((name, members),) = found.items()
    return name, members


# --- orders and trades ------------------------------------------------------------------------------------------------


@over_loopback
async def test_an_order_by_rest_fills_and_shows_on_both_channels() -> None:
    clock = Moment()
    async with world(clock=clock) as here:
        maker, taker = here.account("maker"), here.account("taker")
        line = await private_v1_line(here, taker)
        (ack,) = await line.subscribe("openOrders")
        await line.subscribe("ownTrades")
        assert ack == {
            "channelName": "openOrders",
            "event": "subscriptionStatus",
            "reqid": 1,
            "status": "subscribed",
            "subscription": {"name": "openOrders", "maxratecount": 125},
        }
        assert await line.on("openOrders") == [[], "openOrders", {"sequence": 1}]
        assert await line.on("ownTrades") == [[], "ownTrades", {"sequence": 1}]
        order_id = await trade(maker, taker)

        messages = [await line.next() for _ in range(5)]
        steps = [message[0][0] for message in messages if message[1] == "openOrders"]
        (fill,) = [message[0][0] for message in messages if message[1] == "ownTrades"]
        totals = {"vol_exec": "0.50000000", "cost": "20000.00000", "fee": "80.00000", "avg_price": "40000.00000"}
        assert [list(step) for step in steps] == [[order_id]] * 4
        pending, opened, filled, closed = (step[order_id] for step in steps)
        assert (pending["status"], pending["vol"], pending["vol_exec"]) == ("pending", "0.50000000", "0.00000000")
        assert pending["descr"]["order"] == "buy 0.50000000 XBT/USD @ market 0.00000"
        assert opened == {"status": "open", "userref": 0}
        assert filled == totals | {"userref": 0}
        assert closed == totals | {"lastupdated": "1790000000.000000", "status": "closed", "userref": 0}
        ((trade_id, told),) = fill.items()
        assert told == {
            "ordertxid": order_id,
            "postxid": "TKH2SE-M7IF5-CFI7LT",
            "pair": "XBT/USD",
            "time": "1790000000.000000",
            "type": "buy",
            "ordertype": "market",
            "price": "40000.00000",
            "cost": "20000.00000",
            "fee": "80.00000",
            "vol": "0.50000000",
            "margin": "0.00000",
            "userref": 0,
        }
        assert trade_id in await taker.result("QueryTrades", txid=trade_id)


@over_loopback
async def test_every_report_is_read_whole_by_the_clients_classes() -> None:
    async with world() as here:
        maker, trader = here.account("maker"), here.account()
        await trade(maker, trader, price="39000")
        line = await private_v1_line(here, trader)
        for channel in ("openOrders", "ownTrades"):
            await line.subscribe(channel)
        await trader.result("AddOrder", **LIMIT | {"volume": "0.2"}, userref=3)
        iceberg = LIMIT | {"ordertype": "iceberg", "volume": "0.15", "displayvol": "0.05"}
        hidden = await trader.result("AddOrder", **iceberg, cl_ord_id="mine")
        await trader.result("AmendOrder", cl_ord_id="mine", limit_price="29999")
        stop = LIMIT | {"type": "sell", "ordertype": "stop-loss-limit", "price": "38000", "price2": "37000"}
        await trader.result("AddOrder", **stop | {"volume": "0.1"})
        await maker.result("AddOrder", **LIMIT | {"type": "sell", "price": "29999", "volume": "0.26"})
        await trader.result("CancelOrder", txid=hidden["txid"][0])
        seen: dict[str, set[str]] = {"openOrders": set(), "ownTrades": set()}
        while "canceled" not in seen["openOrders"]:
            text = await line.text()
            frame = read_frame(text.encode())
            rows = rows_of(frame)
            if rows:
                again = on_the_wire(frame_of(rows, sequence=frame.sequence))
                assert unread(exact_json(text), again) == []
                assert altered(exact_json(text), again) == []
                assert [row.extra for row in rows] == [{}] * len(rows)
            for one in exact_json(text)[0]:
                ((_, members),) = one.items()
                seen[frame.channel] |= members.keys() | {str(members.get("status")), str(members.get("misc"))}
        assert seen["openOrders"] >= {
            *("pending", "open", "closed", "canceled", "amended", "amend_reason", "cancel_reason", "stopped"),
            *("display_volume", "display_volume_remain", "cl_ord_id", "userref", "descr", "expiretm", "stopprice"),
        }
        assert seen["ownTrades"] >= {"cl_ord_id", "userref", "postxid"}


@over_loopback
async def test_a_snapshot_shows_open_orders_whole_and_the_newest_trades_first() -> None:
    clock = Moment()
    async with world(clock=clock) as here:
        maker, trader = here.account("maker"), here.account()
        for price in ("39000", "40000"):
            await trade(maker, trader, qty="0.1", price=price)
        first = await trader.result("AddOrder", **LIMIT | {"volume": "0.25"}, cl_ord_id="mine", oflags="post")
        clock.pass_by(1)
        stop = LIMIT | {"ordertype": "take-profit-limit", "price": "35000", "price2": "35001"}
        second = await trader.result("AddOrder", **stop, userref=7, expiretm="+60")
        line = await private_v1_line(here, trader)
        await line.subscribe("openOrders")
        await line.subscribe("ownTrades")
        orders, trades = (await line.on("openOrders"))[0], (await line.on("ownTrades"))[0]
        assert [list(one) for one in orders] == [first["txid"], second["txid"]]
        (limit,), (triggered,) = (list(one.values()) for one in orders)
        assert limit == {
            "refid": None,
            "status": "open",
            "opentm": "1790000000.000000",
            "starttm": None,
            "expiretm": None,
            "descr": {
                "pair": "XBT/USD",
                "type": "buy",
                "ordertype": "limit",
                "price": "30000.00000",
                "price2": "0.00000",
                "leverage": None,
                "order": "buy 0.25000000 XBT/USD @ limit 30000.00000",
                "close": None,
            },
            "vol": "0.25000000",
            "vol_exec": "0.00000000",
            "cost": "0.00000",
            "fee": "0.00000",
            "avg_price": "0.00000",
            "stopprice": "0.00000",
            "limitprice": "0.00000",
            "misc": "",
            "oflags": "fciq,post",
            "timeinforce": "GTC",
            "userref": 0,
            "cl_ord_id": "mine",
        }
        assert (triggered["stopprice"], triggered["limitprice"]) == ("35000.00000", "35001.00000")
        assert (triggered["userref"], triggered["expiretm"]) == (7, "1790000061.000000")
        assert triggered["descr"]["order"].endswith("@ take profit 35000.00000 -> limit 35001.00000")
        assert [one["price"] for row in trades for one in row.values()] == ["40000.00000", "39000.00000"]
        assert "userref" not in next(iter(trades[0].values()))  # only live trades have the client's own ids


@over_loopback
async def test_trades_may_do_without_a_snapshot_and_count_from_one_all_the_same() -> None:
    async with world() as here:
        maker, trader = here.account("maker"), here.account()
        await trade(maker, trader)
        line = await private_v1_line(here, trader)
        await line.subscribe("ownTrades", snapshot=False)
        await trade(maker, trader, price="41000")
        rows = rows_of(read_frame((await line.text()).encode()))
        assert [(str(row.price), row.snapshot) for row in rows] == [("41000.00000", False)]


@over_loopback
async def test_messages_are_counted_for_each_subscription_and_a_lost_one_leaves_a_hole() -> None:
    async with world() as here:
        trader = here.account()
        line = await private_v1_line(here, trader)
        await line.subscribe("openOrders")
        here.box.faults.lose_next_report("openOrders")
        await trader.result("AddOrder", **LIMIT)
        told = [await line.on("openOrders") for _ in range(2)]
        assert [message[2]["sequence"] for message in told] == [1, 3]
        await line.subscribe("openOrders")  # once more: from the beginning
        ((one,), _, counted) = await line.on("openOrders")
        assert (len(one), counted) == (1, {"sequence": 1})


# --- tokens -----------------------------------------------------------------------------------------------------------


@over_loopback
async def test_a_refused_subscription_repeats_what_was_asked_with_its_token() -> None:
    async with world() as here:
        line = await v1_line(here, PRIVATE_V1)
        asked = {"name": "ownTrades", "token": "WW91ciBhdXRoZW50aWNhdGlvbiB0b2tlbg"}
        assert await line.ask("subscribe", subscription=asked) == {
            "errorMessage": "EAPI:Invalid token",
            "event": "subscriptionStatus",
            "status": "error",
            "subscription": asked,
            "reqid": 1,
        }
        without = await line.ask("subscribe", subscription={"name": "openOrders"})
        assert without["errorMessage"] == "ESession:Invalid session"
        pairs = await line.ask("subscribe", pair=["XBT/USD"], subscription={"name": "openOrders"})
        assert pairs["errorMessage"] == "Pair field unsupported for this subscription type"


@over_loopback
async def test_a_token_lives_as_long_as_a_subscription_that_was_made_with_it() -> None:
    clock = Moment()
    async with world(clock=clock) as here:
        holding, other = await private_v1_line(here, here.account()), await private_v1_line(here, here.account())
        await holding.subscribe("openOrders")
        clock.pass_by(901)
        await holding.subscribe("ownTrades")
        late = await other.ask("subscribe", subscription={"name": "ownTrades", "token": other.token})
        assert late["errorMessage"] == "ESession:Invalid session"
        for name in ("openOrders", "ownTrades"):
            asked = {"name": name, "token": holding.token}
            ended = await holding.ask("unsubscribe", subscription=asked)
            assert (ended["status"], ended["channelName"], "pair" in ended) == ("unsubscribed", name, False)
        gone = await holding.ask("unsubscribe", subscription=asked)
        assert gone["errorMessage"] == "ESession:Invalid session"


@over_loopback
async def test_a_key_reads_what_its_permissions_say() -> None:
    async with world() as here:
        reader = here.account(permissions=["create-ws-token", "query-open-trades"])
        line = await private_v1_line(here, reader)
        await line.subscribe("openOrders")
        refused = await line.ask("subscribe", subscription={"name": "ownTrades", "token": line.token})
        assert refused["errorMessage"] == "EGeneral:Permission denied"


@over_loopback
async def test_nobody_hears_of_other_accounts() -> None:
    async with world() as here:
        line = await private_v1_line(here, here.account("curious"))
        await line.subscribe("openOrders")
        await line.subscribe("ownTrades")
        await trade(here.account("maker"), here.account("taker"))
        assert {(await line.next())[2]["sequence"] for _ in range(2)} == {1}
        await line.send("ping")
        assert (await line.next())["event"] == "pong"
