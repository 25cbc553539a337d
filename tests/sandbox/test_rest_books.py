"""Books in other shapes, and what is reported to the public."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sandbox.loopback import Account, Moment, over_loopback, trade, world


async def stand(account: Account, side: str, price: str, volume: str) -> None:
    await account.result("AddOrder", pair="XBTUSD", type=side, ordertype="limit", price=price, volume=volume)


async def stock(account: Account) -> None:
    for price, volume in (("40000.1", "1"), ("40000.9", "2"), ("40002.5", "3")):
        await stand(account, "sell", price, volume)
    for price, volume in (("39999.9", "0.1"), ("39998.0", "0.2"), ("39997.9", "0.3")):
        await stand(account, "buy", price, volume)


def pairs(rows: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(row["price"], Decimal(row["qty"]).normalize().__str__()) for row in rows]


@over_loopback
async def test_a_grouped_book_rounds_asks_up_and_bids_down() -> None:
    async with world() as here:
        await stock(here.account())
        book = (await here.get("GroupedBook", pair="BTC/USD", grouping=10))["result"]
        assert (book["pair"], book["grouping"]) == ("BTC/USD", 10)
        assert pairs(book["asks"]) == [("40001.0", "3"), ("40003.0", "3")]
        assert pairs(book["bids"]) == [("39999.0", "0.1"), ("39998.0", "0.2"), ("39997.0", "0.3")]


@over_loopback
async def test_groups_hold_all_of_the_book_and_no_more_than_was_asked_for() -> None:
    async with world(market=["BTC/USD"], pace=60) as here:
        whole = (await here.get("Depth", pair="XBTUSD", count=500))["result"]["XXBTZUSD"]
        book = (await here.get("GroupedBook", pair="BTC/USD", grouping=1000, depth=1000))["result"]
        for side in ("asks", "bids"):
            total = sum((Decimal(level[1]) for level in whole[side]), Decimal(0))
            assert sum(Decimal(row["qty"]) for row in book[side]) == total
            assert all(Decimal(row["price"]) % 100 == 0 for row in book[side])
        top = (await here.get("GroupedBook", pair="BTC/USD"))["result"]
        assert [len(top[side]) for side in ("asks", "bids")] == [10, 10]


@over_loopback
async def test_level3_lists_orders_in_the_order_they_will_trade() -> None:
    async with world() as here:
        trader = here.account(permissions={"modify-trades", "query-open-trades"})
        await stock(trader)
        await stand(trader, "sell", "40000.1", "2")
        book: Any = (await trader.call("Level3", {"pair": "BTC/USD", "depth": 10}))["result"]
        assert pairs(book["asks"]) == [("40000.1", "1"), ("40000.1", "2"), ("40000.9", "2"), ("40002.5", "3")]
        orders = (await trader.result("OpenOrders"))["open"]
        assert {row["order_id"] for row in (*book["asks"], *book["bids"])} == set(orders)
        assert isinstance(book["asks"][0]["timestamp"], int)
        assert (await trader.call("Level3", {"pair": "BTC/USD", "depth": 0}))["result"] == book


@over_loopback
async def test_ten_levels_are_reported_before_trades() -> None:
    async with world() as here:
        trader = here.account()
        await stock(trader)
        await stand(trader, "sell", "40000.1", "2")
        book = (await here.get("PreTrade", symbol="BTC/USD"))["result"]
        best = book["asks"][0]
        assert (best["side"], best["price"], Decimal(best["qty"]), best["count"]) == ("SELL", "40000.1", Decimal(3), 2)
        assert (book["base_asset"], book["quote_notation"], len(book["bids"])) == ("BTC", "MONE", 3)


@over_loopback
async def test_trades_are_reported_oldest_first_and_go_on_where_the_last_answer_ended() -> None:
    moment = Moment()
    async with world(clock=moment) as here:
        maker, taker = here.account("maker"), here.account("taker")
        for _ in range(5):
            moment.pass_by(1)
            await trade(maker, taker, qty="0.1")
        every = (await here.get("PostTrade"))["result"]
        first = (await here.get("PostTrade", from_ts="1970-01-01T00:00:00Z", count=3))["result"]
        second = (await here.get("PostTrade", from_ts=first["last_ts"], symbol="BTC/USD"))["result"]
        assert [row["trade_id"] for row in (*first["trades"], *second["trades"])] == [
            row["trade_id"] for row in every["trades"]
        ]
        assert (first["count"], second["count"]) == (3, 2)
        until = (await here.get("PostTrade", to_ts=first["last_ts"]))["result"]
        assert until["trades"] == first["trades"]
        assert (await here.get("PostTrade", symbol="ETH/USD"))["result"] == {"trades": [], "last_ts": "", "count": 0}


@pytest.mark.parametrize(
    ("path", "params", "code"),
    [
        ("GroupedBook", {"pair": "WWWUSD"}, "EQuery:Unknown asset pair"),
        ("GroupedBook", {"pair": "XBTUSD", "grouping": "7"}, "EGeneral:Invalid arguments:grouping"),
        ("GroupedBook", {"pair": "XBTUSD", "depth": "0"}, "EGeneral:Invalid arguments:depth"),
        ("PreTrade", {"symbol": "WWW"}, "EQuery:Unknown asset pair"),
        ("PreTrade", {}, "EGeneral:Invalid arguments:symbol"),
        ("PostTrade", {"from_ts": "yesterday"}, "EGeneral:Invalid arguments:from_ts"),
        ("PostTrade", {"count": "1001"}, "EGeneral:Invalid arguments:count"),
        ("PostTrade", {"symbol": "WWW"}, "EQuery:Unknown asset pair"),
    ],
)
def test_odd_questions_are_refused(path: str, params: dict[str, str], code: str) -> None:
    @over_loopback
    async def story() -> None:
        async with world() as here:
            assert await here.get(path, **params) == {"error": [code]}

    story()
