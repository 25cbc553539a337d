"""Trading over private sockets of Spot v1: what each command does, and what answers it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from krakenkit.protocol.spot_v1 import SpotV1
from krakenkit.wire.spot_v1 import trading
from sandbox.loopback import Account, Moment, World, over_loopback, trade, world
from sandbox.spot_v1_line import V1Line, private_v1_line

LIMIT = {"ordertype": "limit", "type": "buy", "pair": "XBT/USD", "price": "30000", "volume": "0.01"}


async def trader_of(here: World) -> tuple[Account, V1Line]:
    trader = here.account()
    return trader, await private_v1_line(here, trader)


async def placed(line: V1Line, **changes: Any) -> str:
    """The id of a new order."""
    reply = await line.command("addOrder", **LIMIT | changes)
    assert reply["status"] == "ok", reply
    return str(reply["txid"])


async def open_prices(trader: Account) -> list[str]:
    orders = (await trader.result("OpenOrders"))["open"]
    return sorted(order["descr"]["price"] for order in orders.values())


@over_loopback
async def test_an_order_is_placed_and_answered_with_its_id_and_its_words() -> None:
    async with world() as here:
        trader, line = await trader_of(here)
        reply = await line.command("addOrder", **LIMIT, cl_ord_id="mine")
        (order_id,) = (await trader.result("OpenOrders"))["open"]
        assert reply == {
            "descr": "buy 0.01000000 XBTUSD @ limit 30000.0",
            "txid": order_id,
            "cl_ord_id": "mine",
            "event": "addOrderStatus",
            "status": "ok",
            "reqid": 1,
        }


@over_loopback
async def test_every_option_of_an_order_is_understood() -> None:
    async with world(clock=Moment()) as here:
        trader, line = await trader_of(here)
        await trade(here.account("maker"), here.account("taker"), qty="0.1")  # relative prices count from here
        await placed(line, price="-1%", oflags="post,fcib", userref="7")
        await placed(line, ordertype="stop-loss-limit", type="sell", price="#5%", price2="37000", timeinforce="GTC")
        await placed(line, price="1000", timeinforce="GTD", expiretm="+60", deadline="2026-09-21T14:13:30Z")
        await placed(line, price="1001", stp_type="cancel_both", validate="false", leverage="1", margin=False)
        orders = (await trader.result("OpenOrders"))["open"].values()
        assert sorted((order["descr"]["price"], order["descr"]["price2"]) for order in orders) == [
            ("1000.0", "0"),
            ("1001.0", "0"),
            ("38000.0", "37000.0"),
            ("39600.0", "0"),
        ]
        assert {order["oflags"] for order in orders} == {"fcib,post", "fciq"}
        assert {order["userref"] for order in orders} == {0, 7}


@over_loopback
async def test_an_order_may_be_given_in_quote() -> None:
    async with world() as here:
        trader, line = await trader_of(here)
        maker = here.account("maker")
        await maker.result("AddOrder", pair="XBTUSD", type="sell", ordertype="limit", price="40000", volume="1")
        market = {"ordertype": "market", "type": "buy", "pair": "XBT/USD", "volume": "1000", "oflags": "viqc"}
        reply = await line.command("addOrder", **market)
        assert reply["status"] == "ok"
        order = (await trader.result("QueryOrders", txid=reply["txid"]))[reply["txid"]]
        assert order["vol_exec"] == "0.02500000"


@over_loopback
async def test_a_validated_order_is_described_and_not_placed() -> None:
    async with world() as here:
        trader, line = await trader_of(here)
        reply = await line.command("addOrder", **LIMIT, validate="true")
        assert (reply["status"], "txid" in reply) == ("ok", False)
        assert await open_prices(trader) == []


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"pair": "WWW/USD"}, "EQuery:Unknown asset pair"),
        ({"volume": "0.00001"}, "EOrder:Order minimum not met"),
        ({"volume": "1000"}, "EOrder:Insufficient funds"),
        ({"volume": "a lot"}, "EGeneral:Invalid arguments:volume"),
        ({"price": None}, "EOrder:Invalid price:Invalid price argument"),
        ({"timeinforce": "FOK"}, "EGeneral:Invalid arguments:timeinforce"),
        ({"stp_type": "cancel-oldest"}, "EGeneral:Invalid arguments:stp_type"),
        ({"type": "give"}, "EGeneral:Invalid arguments:type"),
        ({"ordertype": None}, "EGeneral:Invalid arguments:ordertype"),
        ({"userref": "mine"}, "EGeneral:Invalid arguments:userref"),
        ({"userref": "1", "cl_ord_id": "mine"}, "EGeneral:Invalid arguments"),
        ({"close[ordertype]": "iceberg", "close[price]": "40000"}, "EGeneral:Invalid arguments:close"),
        ({"close[ordertype]": "limit", "close[price]": "-40000"}, "EOrder:Invalid price"),
        ({"leverage": "2", "pair": "DOT/USD"}, "EOrder:Cannot open position"),
        ({"refid": "x"}, "Unsupported field: 'refid' for the given msg type: add order"),
        ({"token": None}, "Token(s) not found"),
        ({"token": "x"}, "EAPI:Invalid token"),
    ],
)
def test_an_order_is_refused_in_krakens_words(changes: dict[str, Any], error: str) -> None:
    async def story() -> None:
        async with world() as here:
            trader, line = await trader_of(here)
            order = {"token": line.token} | LIMIT | changes
            reply = await line.ask("addOrder", **{name: value for name, value in order.items() if value is not None})
            told = {"event": "addOrderStatus", "status": "error", "reqid": 1, "pair": order["pair"]}
            assert reply == told | {"errorMessage": error}
            assert await open_prices(trader) == []

    asyncio.run(story())


@over_loopback
async def test_an_order_is_amended_in_place() -> None:
    async with world() as here:
        trader, line = await trader_of(here)
        order_id = await placed(line, cl_ord_id="mine")
        reply = await line.command("amendOrder", cl_ord_id="mine", limit_price="30001", volume="0.02")
        assert reply == {
            "amend_id": reply["amend_id"],
            "cl_ord_id": "mine",
            "event": "amendOrderStatus",
            "status": "ok",
            "reqid": 2,
        }
        order = (await trader.result("QueryOrders", txid=order_id))[order_id]
        assert (order["descr"]["price"], order["vol"]) == ("30001.0", "0.02000000")
        assert (await line.command("amendOrder", txid=order_id, volume="0.03"))["txid"] == order_id
        for named in ({}, {"txid": order_id, "cl_ord_id": "mine"}):
            refused = await line.command("amendOrder", **named, volume="0.03")
            assert refused["errorMessage"].startswith("EGeneral:Invalid arguments")
        assert (await line.command("amendOrder", txid="O", volume="1"))["errorMessage"] == "EOrder:Unknown order"


@over_loopback
async def test_an_edited_order_has_a_new_id() -> None:
    async with world() as here:
        trader, line = await trader_of(here)
        old = await placed(line, userref="7")
        edit = {"pair": "XBT/USD", "price": "29000", "volume": "0.02"}
        checked = await line.command("editOrder", orderid="7", **edit, validate=True)
        assert (checked["status"], "txid" in checked) == ("ok", False)
        reply = await line.command("editOrder", orderid="7", **edit, newuserref="8")
        assert (reply["event"], reply["status"], reply["originaltxid"]) == ("editOrderStatus", "ok", old)
        assert reply["descr"] == "order edited price = 29000.00000, volume = 0.02000000"
        order = (await trader.result("QueryOrders", txid=reply["txid"]))[reply["txid"]]
        assert (order["descr"]["price"], order["userref"], order["refid"]) == ("29000.0", 8, old)
        gone = await line.command("editOrder", orderid="7", **edit)
        assert gone["errorMessage"] == "EOrder:Unknown order"


@over_loopback
async def test_a_cancel_is_answered_once_for_each_order_it_names() -> None:
    async with world() as here:
        trader, line = await trader_of(here)
        by_id = await placed(line)
        for price in ("29000", "28000"):
            await placed(line, price=price, userref="7")
        await placed(line, price="27000", cl_ord_id="mine")
        reqid = await line.send(
            "cancelOrder", token=line.token, txid=[by_id, "OXXXXX-XXXXX-XXXXXX", "7"], cl_ord_id=["mine"]
        )
        replies = [await line.reply(reqid) for _ in range(4)]
        good = {"event": "cancelOrderStatus", "status": "ok", "reqid": reqid}
        bad = {"event": "cancelOrderStatus", "status": "error", "errorMessage": "EOrder:Unknown order", "reqid": reqid}
        assert replies == [good, bad, good, good]
        assert await open_prices(trader) == []
        nothing = await line.command("cancelOrder")
        assert nothing["errorMessage"].startswith("EGeneral:Invalid arguments")


@over_loopback
async def test_all_orders_are_cancelled_now_or_by_a_switch() -> None:
    clock = Moment()
    async with world(clock=clock) as here:
        trader, line = await trader_of(here)
        for price in ("29000", "28000"):
            await placed(line, price=price)
        assert await line.command("cancelAll") == {
            "count": 2,
            "event": "cancelAllStatus",
            "status": "ok",
            "reqid": 3,
        }
        clock.pass_by(0.25)
        armed = await line.command("cancelAllOrdersAfter", timeout=60)
        assert (armed["currentTime"], armed["triggerTime"]) == ("2026-09-21T14:13:21Z", "2026-09-21T14:14:21Z")
        await placed(line)
        clock.pass_by(61)
        assert await open_prices(trader) == []
        assert (await line.command("cancelAllOrdersAfter", timeout=0))["triggerTime"] == "0"


@over_loopback
async def test_a_key_trades_as_far_as_its_permissions_go() -> None:
    async with world() as here:
        line = await private_v1_line(here, here.account(permissions=["create-ws-token", "close-trades"]))
        assert (await line.command("addOrder", **LIMIT))["errorMessage"] == "EGeneral:Permission denied"
        assert (await line.command("cancelAll"))["status"] == "ok"


@over_loopback
async def test_a_line_is_cut_after_the_command_was_carried_out() -> None:
    async with world() as here:
        trader, line = await trader_of(here)
        here.box.faults.drop_after_command("addOrder")
        await line.send("addOrder", token=line.token, **LIMIT)
        assert await line.ended()
        assert await open_prices(trader) == ["30000.0"]


@over_loopback
async def test_replies_come_late_on_request() -> None:
    async with world() as here:
        _, line = await trader_of(here)
        here.box.faults.delay_acks(0.1)
        began = asyncio.get_running_loop().time()
        await line.command("cancelAll")
        assert asyncio.get_running_loop().time() - began > 0.09


@over_loopback
async def test_what_the_library_writes_is_what_the_sandbox_reads() -> None:
    async with world() as here:
        trader, line = await trader_of(here)
        words = SpotV1(private=True)
        order = trading.AddOrder(
            ordertype="limit",
            type="buy",
            pair="XBT/USD",
            volume="0.010",
            price="30000.0",
            oflags=["post"],
            validate=False,
        )
        others: list[trading.SpotV1Command[Any]] = [trading.CancelAllOrdersAfter(timeout=60), trading.CancelAll()]
        for reqid, command in enumerate([order, *others], start=90):
            await line.socket.send_str(words.command(command.method, command.given(), reqid, line.token))
            assert (await line.reply(reqid))["status"] == "ok"
        assert await open_prices(trader) == []
