"""Margin as clients see it: REST, both sockets, and a story told with our own client."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from krakenkit import SpotClient
from krakenkit.sandbox import Sandbox
from sandbox.loopback import Account, Moment, World, over_loopback, world
from sandbox.spot_v1_line import private_v1_line

LONG = {"pair": "XBTUSD", "type": "buy", "ordertype": "market", "volume": "0.5", "leverage": "5"}
SHORT = LONG | {"type": "sell"}


async def priced(here: World, price: int = 40_000) -> Account:
    """Somebody who sells and buys 5 BTC at this price, where something has traded."""
    maker, other = here.account("maker"), here.account("other")
    await maker.result("AddOrder", pair="XBTUSD", type="buy", ordertype="limit", price=price, volume="2")
    await other.result("AddOrder", pair="XBTUSD", type="sell", ordertype="market", volume="0.001")
    await maker.result("AddOrder", pair="XBTUSD", type="sell", ordertype="limit", price=price + 1, volume="5")
    return maker


# --- REST -------------------------------------------------------------------------------------------------------------


@over_loopback
async def test_a_position_shows_in_open_positions_and_in_the_trade_balance() -> None:
    moment = Moment()
    async with world(clock=moment) as here:
        await priced(here)
        trader = here.account(balances={"USD": 10_000})
        placed = await trader.result("AddOrder", **LONG)

        assert placed["descr"]["order"] == "buy 0.50000000 XBTUSD @ market with 5:1 leverage"
        ((position_id, position),) = (await trader.result("OpenPositions", docalcs="true")).items()
        assert position == {
            "ordertxid": placed["txid"][0],
            "posstatus": "open",
            "pair": "XXBTZUSD",
            "class": "forex",
            "time": Decimal("1790000000.000000"),
            "type": "buy",
            "ordertype": "market",
            "cost": "20000.50000",
            "fee": "84.00210",
            "vol": "0.50000000",
            "vol_closed": "0.00000000",
            "margin": "4000.10000",
            "value": "20000.5000",
            "net": "+0.0000",
            "terms": "0.0200% per 4 hours",
            "rollovertm": "1790014400",
            "misc": "",
            "oflags": "",
        }
        assert await trader.result("OpenPositions", txid=position_id) == {
            position_id: {name: member for name, member in position.items() if name not in ("value", "net")}
        }
        assert await trader.call("OpenPositions", txid="TAAAAA-AAAAA-AAAAAA") == {"error": ["EOrder:Unknown position"]}
        assert await trader.result("TradeBalance") == {
            "eb": "9915.9979",
            "tb": "9915.9979",
            "m": "4000.1000",
            "n": "0.0000",
            "c": "20000.5000",
            "v": "20000.5000",
            "e": "9915.9979",
            "mf": "5915.8979",
            "mfo": "5915.8979",
            "ml": "247.89",
            "uv": "0.0000",
        }


@over_loopback
async def test_positions_of_one_pair_are_added_up_when_asked_for() -> None:
    async with world() as here:
        await priced(here)
        trader = here.account(balances={"USD": 50_000})
        for volume in ("0.5", "0.25"):
            await trader.result("AddOrder", **LONG | {"volume": volume})
        await trader.result("AddOrder", **SHORT | {"volume": "0.1"})

        (row,) = await trader.result("OpenPositions", consolidation="market", docalcs="true")

        assert (row["pair"], row["positions"], row["type"], row["leverage"]) == ("XXBTZUSD", "2", "buy", "5:1")
        assert (row["vol"], row["vol_closed"], row["cost"]) == ("0.75000000", "0.10000000", "30000.75000")
        assert (row["value"], row["net"]) == ("26000.0000", "-0.6500")
        assert await here.account("other").result("OpenPositions", consolidation="market") == []


@over_loopback
async def test_trades_tell_of_the_positions_they_opened_and_closed() -> None:
    async with world() as here:
        await priced(here)
        trader = here.account(balances={"USD": 50_000})
        await trader.result("AddOrder", **LONG)
        await trader.result("AddOrder", **SHORT | {"volume": "0.2"})
        await trader.result("AddOrder", **LONG | {"leverage": "none", "volume": "0.1"})

        async def found(kind: str, **more: str) -> dict[str, Any]:
            trades: dict[str, Any] = (await trader.result("TradesHistory", type=kind, **more))["trades"]
            return trades

        everything = await found("all")
        spot, closing, opening = everything
        assert set(await found("no position")) == {spot}
        assert set(await found("any position")) == {opening, closing}
        assert set(await found("closing position")) == {closing}
        assert await found("closed position") == {}
        assert (everything[closing]["misc"], everything[closing]["postxid"]) == ("closing", opening)
        assert "posstatus" not in everything[closing]
        opened = everything[opening]
        assert (opened["postxid"], opened["leverage"], opened["margin"]) == (opening, "5", "4000.10000")
        assert {name: opened[name] for name in ("posstatus", "cprice", "cvol", "ccost", "cfee", "cmargin", "net")} == {
            "posstatus": "open",
            "cprice": "40000.0",
            "cvol": "0.20000000",
            "ccost": "8000.00000",
            "cfee": "32.00000",
            "cmargin": "1600.04000",
            "net": "-0.20000",
        }
        assert (await trader.result("QueryTrades", txid=opening, trades="true"))[opening]["trades"] == [closing]

        await trader.result("AddOrder", **SHORT | {"volume": "0"})
        assert list(await found("closed position")) == [opening]
        assert (await found("closed position"))[opening]["posstatus"] == "closed"


@over_loopback
async def test_orders_and_ledgers_tell_of_leverage_settlement_and_rollover() -> None:
    moment = Moment()
    async with world(clock=moment) as here:
        await priced(here)
        trader = here.account(balances={"USD": 50_000})
        await trader.result("AddOrder", **LONG | {"volume": "0.2"})
        target = LONG | {"type": "sell", "ordertype": "limit", "price": "45000", "reduce_only": "true"}
        order_id = (await trader.result("AddOrder", **target))["txid"][0]

        order = (await trader.result("OpenOrders"))["open"][order_id]
        assert (order["descr"]["leverage"], order["margin"], order["reduce_only"]) == ("5:1", True, True)
        assert (order["descr"]["order"], order["vol"]) == (
            "sell 0.20000000 XBTUSD @ limit 45000.0 with 5:1 leverage",
            "0.20000000",
        )
        assert (await trader.result("BalanceEx"))["ZUSD"]["hold_trade"] == "0.0000"

        moment.pass_by(4 * 3600)
        await trader.result(
            "AddOrder", pair="XBTUSD", type="sell", ordertype="settle-position", volume="0", leverage="5"
        )

        ledger = (await trader.result("Ledgers"))["ledger"].values()
        assert [(row["type"], row["asset"], row["amount"], row["fee"]) for row in ledger][:4] == [
            ("settled", "XXBT", "0.2000000000", "0.0000000000"),
            ("settled", "ZUSD", "-8000.2000", "0.0000"),
            ("rollover", "ZUSD", "0.0000", "1.6000"),
            ("margin", "ZUSD", "0.0000", "33.6008"),
        ]
        only = (await trader.result("Ledgers", type="rollover"))["ledger"]
        assert len(only) == 1
        gone = (await trader.result("QueryOrders", txid=order_id))[order_id]
        assert (gone["status"], gone["reason"]) == ("canceled", "Reduce only:Position is closed")
        assert await trader.result("OpenPositions") == {}


@over_loopback
async def test_a_liquidation_shows_as_such() -> None:
    moment = Moment()
    async with world(clock=moment) as here:
        maker = await priced(here)
        trader = here.account(balances={"USD": 5_000})
        line = await here.private_line(trader)
        await trader.result("AddOrder", **LONG)
        await line.subscribe("executions", snap_orders=False)
        await line.subscribe("balances", snapshot=False)
        await maker.result("CancelAll")
        moment.pass_by(1)
        await priced(here, 32_000)
        here.box.advance(1)

        report = await line.until(lambda m: m.get("channel") == "executions" and m["data"][0]["exec_type"] == "trade")
        (fill,) = report["data"]
        assert (fill["margin_borrow"], fill["position_status"], fill["liquidated"]) == (True, "closed", True)
        (entry,) = (await line.on("balances"))["data"]
        assert (entry["type"], entry["category"], entry["amount"]) == ("margin", "margin-trade", Decimal("-4000.5000"))
        order = (await trader.result("ClosedOrders"))["closed"][fill["order_id"]]
        assert (order["misc"], order["descr"]["leverage"]) == ("liquidated", "5:1")
        assert await trader.result("OpenPositions") == {}


@over_loopback
async def test_what_is_offered_on_margin_is_published() -> None:
    async with world() as here:
        pairs = (await here.get("AssetPairs", pair="XBTUSD,DOTUSD"))["result"]
        btc, dot = pairs["XXBTZUSD"], pairs["DOTUSD"]
        assert (btc["leverage_buy"], btc["leverage_sell"], btc["margin_stop"]) == ([2, 3, 4, 5], [2, 3, 4, 5], 40)
        assert (btc["long_position_limit"], btc["short_position_limit"]) == (300, 240)
        assert (dot["leverage_buy"], "long_position_limit" in dot) == ([], False)
        assets = (await here.get("Assets", asset="XBT,USD"))["result"]
        assert (assets["XXBT"]["collateral_value"], assets["XXBT"]["margin_rate"]) == (Decimal("0.98"), "0.0100")
        line = await here.line()
        await line.subscribe("instrument")
        data = (await line.on("instrument", "snapshot"))["data"]
        pair = next(row for row in data["pairs"] if row["symbol"] == "BTC/USD")
        assert (pair["marginable"], pair["margin_initial"], pair["position_limit_long"]) == (True, Decimal("0.20"), 300)
        asset = next(row for row in data["assets"] if row["id"] == "BTC")
        assert (asset["borrowable"], asset["collateral_value"], asset["margin_rate"]) == (
            True,
            Decimal("0.98"),
            Decimal("0.0100"),
        )


@over_loopback
async def test_collateral_that_positions_need_cannot_go_into_earn_not_even_a_moment_later() -> None:
    moment = Moment()
    async with world(clock=moment) as here:
        await priced(here)
        trader = here.account(balances={"USD": 10_000}, permissions="all")
        items = (await trader.call("Earn/Strategies", {"asset": "USD", "lock_type": ["instant"]}))["result"]["items"]
        dollars = {"strategy_id": items[0]["id"], "amount": "9000"}
        assert await trader.result("Earn/Allocate", **dollars) is True
        await trader.result("AddOrder", **LONG)

        moment.pass_by(5)
        here.box.advance(1)

        status = await trader.call("Earn/AllocateStatus", strategy_id=dollars["strategy_id"])
        assert status["error"][0].startswith("EEarnings:Insufficient funds")
        assert (await trader.call("Earn/Allocate", **dollars))["error"] == status["error"]
        assert await trader.result("Balance") == {"ZUSD": "9915.9979"}


# --- sockets ----------------------------------------------------------------------------------------------------------


@over_loopback
async def test_spot_v2_trades_on_margin_with_the_largest_leverage() -> None:
    async with world() as here:
        await priced(here)
        trader = here.account(balances={"USD": 50_000})
        line = await here.private_line(trader)
        await line.subscribe("executions")
        order = {
            "order_type": "market",
            "side": "buy",
            "symbol": "BTC/USD",
            "order_qty": Decimal("0.5"),
            "margin": True,
        }

        assert (await line.ask("add_order", **order))["success"] is True

        rows = [(await line.on("executions", "update"))["data"][0] for _ in range(4)]
        assert rows[0]["margin"] is True
        assert "reduce_only" not in rows[0]
        assert (rows[2]["margin_borrow"], rows[2]["position_status"]) == (True, "opened")
        (position,) = (await trader.result("OpenPositions")).values()
        assert position["margin"] == "4000.10000"
        reply = await line.ask("add_order", **order | {"side": "sell", "margin": False, "reduce_only": True})
        assert reply["error"] == "EOrder:Reduce only:Non-PC"


@over_loopback
async def test_both_sockets_tell_of_reduce_only_orders_that_shrink_and_go() -> None:
    async with world() as here:
        await priced(here)
        trader = here.account(balances={"USD": 50_000})
        await trader.result("AddOrder", **LONG)
        target = SHORT | {"ordertype": "limit", "price": "45000", "reduce_only": "true"}
        order_id = (await trader.result("AddOrder", **target))["txid"][0]
        v2, v1 = await here.private_line(trader), await private_v1_line(here, trader)
        await v2.subscribe("executions")
        (snapshot,) = (await v2.on("executions", "snapshot"))["data"]
        assert (snapshot["margin"], snapshot["reduce_only"]) == (True, True)
        await v1.subscribe("openOrders")
        await v1.on("openOrders")

        await trader.result("AddOrder", **SHORT | {"volume": "0.2"})
        await trader.result("AddOrder", **SHORT | {"volume": "0"})

        def about(kind: str) -> Callable[[dict[str, Any]], bool]:
            return lambda m: m["data"][0]["order_id"] == order_id and m["data"][0]["exec_type"] == kind

        (restated,) = (await v2.until(about("restated")))["data"]
        assert (restated["order_qty"], restated["amended"]) == (Decimal("0.3"), True)
        (gone,) = (await v2.until(about("canceled")))["data"]
        assert gone["reason"] == "Reduce only:Position is closed"
        told = [(await v1.until(lambda m: order_id in m[0][0]))[0][0][order_id] for _ in range(2)]
        assert told[0]["vol"] == "0.30000000"
        assert (told[1]["status"], told[1]["cancel_reason"]) == ("canceled", "Reduce only:Position is closed")


@over_loopback
async def test_spot_v1_tells_of_leverage_and_of_borrowed_trades() -> None:
    async with world() as here:
        await priced(here)
        trader = here.account()
        line = await private_v1_line(here, trader)
        await line.subscribe("openOrders")
        await line.subscribe("ownTrades")
        order = {"ordertype": "market", "type": "buy", "pair": "XBT/USD", "volume": "0.5", "leverage": "3"}

        await line.on("openOrders")
        await line.on("ownTrades")

        await line.command("addOrder", **order)

        ((_, opened),) = (await line.on("openOrders"))[0][0].items()
        assert opened["descr"]["leverage"] == "3:1"
        assert opened["descr"]["order"].endswith("with 3:1 leverage")
        ((trade_id, trade),) = (await line.on("ownTrades"))[0][0].items()
        assert (trade["margin"], trade["margin_borrow"], trade["postxid"]) == ("6666.83340", True, trade_id)
        assert list(await trader.result("OpenPositions")) == [trade_id]


# --- a story ----------------------------------------------------------------------------------------------------------


def test_a_trader_goes_long_makes_money_overstays_and_is_liquidated() -> None:
    with (
        Sandbox(seed=7) as box,
        SpotClient(box.key("trader", balances={"USD": 5_000}), environment=box.environment) as spot,
    ):
        spot.submit_order(pair="XBTUSD", type="buy", ordertype="market", volume="0.2", leverage=5)
        opened = spot.get_open_positions(docalcs=True).by_id.values()
        cost = sum((one.cost for one in opened), Decimal(0))
        assert sum(one.vol for one in opened) == Decimal("0.2")
        assert abs(sum((one.net or Decimal(0) for one in opened), Decimal(0))) < 50

        box.market.move("BTC/USD", "+5%")
        now = spot.get_trade_balance()
        assert 0 < now.unrealised < cost / 10
        assert now.equity == now.trade_balance + now.unrealised

        box.market.move("BTC/USD", "-24%")

        assert spot.get_open_positions().by_id == {}
        closing = spot.get_trades_history(type="closing position").trades.values()
        assert {(one.type, one.misc) for one in closing} == {("sell", "closing")}
        assert sum(one.vol for one in closing) == Decimal("0.2")
        (order,) = [one for one in spot.get_closed_orders().closed.values() if one.misc == "liquidated"]
        assert order.descr.leverage == "5:1"
        after = spot.get_trade_balance()
        assert after.margin == after.unrealised == 0
        assert after.margin_level is None
        assert 0 < after.equity < 2_500


def test_a_saved_sandbox_keeps_its_positions(tmp_path: Path) -> None:
    file = tmp_path / "margin.box"
    with Sandbox(seed=7, market=["BTC/USD"]) as box:
        key = box.key("trader", balances={"USD": 50_000})
        with SpotClient(key, environment=box.environment) as spot:
            spot.submit_order(pair="XBTUSD", type="sell", ordertype="market", volume="0.2", leverage=2)
            before = spot.get_open_positions().by_id
        box.save(file)
    with Sandbox.load(file) as again, SpotClient(key, environment=again.environment) as spot:
        assert spot.get_open_positions().by_id == before
        spot.submit_order(pair="XBTUSD", type="buy", ordertype="market", volume="0", leverage=2)
        assert spot.get_open_positions().by_id == {}
