"""What an order takes at one moment: one trade for those who want it consolidated, fill by fill for the others."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sandbox.loopback import Account, World, over_loopback, world
from sandbox.spot_v1_line import V1Line, private_v1_line

PRICES = ("40000", "40100", "40300")


async def sweep(here: World) -> tuple[Account, Account, str]:
    """Three makers' orders of 0.1 BTC that one market order takes; gives both accounts and that order's id."""
    maker, taker = here.account("maker"), here.account("taker")
    for price in PRICES:
        order = {"pair": "XBTUSD", "type": "sell", "ordertype": "limit", "price": price, "volume": "0.1"}
        await maker.result("AddOrder", **order)
    taken = await taker.result("AddOrder", pair="XBTUSD", type="buy", ordertype="market", volume="0.3", userref=3)
    return maker, taker, taken["txid"][0]


async def trades_on(line: V1Line) -> list[dict[str, Any]]:
    """The next message of ownTrades, newest first."""
    entries, _, _ = await line.on("ownTrades")
    return [members for entry in entries for members in entry.values()]


@over_loopback
async def test_v1_tells_of_one_trade_for_all_that_an_order_takes() -> None:
    async with world() as here:
        maker, taker = here.account("maker"), here.account("taker")
        line = await private_v1_line(here, taker)
        await line.subscribe("ownTrades", snapshot=False)
        _, _, order_id = await sweep(here)
        (told,) = await trades_on(line)
        assert (told["ordertxid"], told["vol"], told["cost"]) == (order_id, "0.30000000", "12040.00000")
        assert (told["price"], told["fee"], told["userref"]) == ("40133.30000", "48.16000", 3)
        await line.send("ping")
        assert (await line.next())["event"] == "pong"  # nothing else was told

        both = await private_v1_line(here, maker)
        await both.subscribe("ownTrades")
        assert [one["price"] for one in await trades_on(both)] == ["40300.00000", "40100.00000", "40000.00000"]


@over_loopback
async def test_v1_tells_of_every_fill_where_that_is_wanted() -> None:
    async with world() as here:
        line = await private_v1_line(here, here.account("taker"))
        await line.subscribe("ownTrades", consolidate_taker=False)
        assert await trades_on(line) == []
        await sweep(here)
        assert [(await trades_on(line))[0]["price"] for _ in PRICES] == ["40000.00000", "40100.00000", "40300.00000"]
        late = await private_v1_line(here, here.account("taker"))
        await late.subscribe("ownTrades")
        (whole,) = await trades_on(late)
        assert (whole["vol"], whole["price"]) == ("0.30000000", "40133.30000")


@over_loopback
async def test_rest_consolidates_on_request_and_loses_nothing_by_it() -> None:
    async with world() as here:
        _, taker, order_id = await sweep(here)
        apart = (await taker.result("TradesHistory", ledgers="true"))["trades"]
        whole = await taker.result("TradesHistory", ledgers="true", consolidate_taker="true")
        ((name, one),) = whole["trades"].items()
        assert (len(apart), whole["count"]) == (3, 1)
        for field in ("vol", "cost", "fee"):
            assert Decimal(one[field]) == sum(Decimal(fill[field]) for fill in apart.values())
        assert sorted(one["ledgers"]) == sorted(entry for fill in apart.values() for entry in fill["ledgers"])
        listed = await taker.result("QueryOrders", txid=order_id, trades="true")
        assert sorted(listed[order_id]["trades"]) == sorted(apart)
        listed = await taker.result("QueryOrders", txid=order_id, trades="true", consolidate_taker="true")
        assert listed[order_id]["trades"] == [name]


@over_loopback
async def test_fills_on_margin_stay_apart_because_they_name_positions() -> None:
    async with world() as here:
        maker, taker = here.account("maker"), here.account("taker")
        for price in PRICES:
            order = {"pair": "XBTUSD", "type": "sell", "ordertype": "limit", "price": price, "volume": "0.1"}
            await maker.result("AddOrder", **order)
        await taker.result("AddOrder", pair="XBTUSD", type="buy", ordertype="market", volume="0.3", leverage="2")
        whole = (await taker.result("TradesHistory", consolidate_taker="true"))["trades"]
        assert set(whole) == set(await taker.result("OpenPositions"))
