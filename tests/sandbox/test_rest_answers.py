"""What REST answers: every answer decodes through the clients' classes, with no member unread and no digit changed."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from krakenkit.sandbox.rest.endpoints import SPOT_ENDPOINTS
from krakenkit.wire.request import Request
from krakenkit.wire.rewrite import altered, on_the_wire, unread
from krakenkit.wire.spot import (
    account,
    batches,
    credit,
    deadman,
    earn,
    edits,
    exports,
    fees,
    funding,
    funding_withdrawals,
    history,
    keys,
    ledgers,
    maintenance,
    market,
    market_depth,
    positions,
    subaccounts,
    trading,
    transparency,
)
from sandbox.loopback import Account, Moment, World, over_loopback, trade, world

BATCH = [
    {"type": "buy", "ordertype": "limit", "price": "30000", "volume": "0.01", "cl_ord_id": "first"},
    {"type": "buy", "ordertype": "limit", "price": "30000", "volume": "99", "userref": 5},
]
SAMPLES: dict[type[Request[Any]], dict[str, Any]] = {
    market.GetServerTime: {},
    market.GetSystemStatus: {},
    maintenance.GetMaintenanceSchedule: {},
    market.GetAssetInfo: {"asset": "XBT,usd"},
    market.GetAssetPairs: {"pair": "XBTUSD,ETH/USD"},
    market.GetTicker: {"pair": "XBTUSD"},
    market.GetCandles: {"pair": "XBTUSD", "interval": 5},
    market.GetOrderBook: {"pair": "XBTUSD", "count": 5},
    market.GetRecentTrades: {"pair": "XBTUSD", "count": 20},
    market.GetRecentSpreads: {"pair": "XBTUSD"},
    market_depth.GetGroupedBook: {"pair": "BTC/USD", "grouping": 25},
    market_depth.GetLevel3OrderBook: {"pair": "BTC/USD", "depth": 10},
    transparency.GetPreTradeData: {"symbol": "BTC/USD"},
    transparency.GetPostTradeData: {"symbol": "BTC/USD", "count": 5},
    account.GetAccountBalance: {},
    account.GetExtendedBalance: {},
    account.GetTradeBalance: {"asset": "ZUSD"},
    account.GetOpenOrders: {"trades": "true"},
    account.GetClosedOrders: {"trades": "true"},
    account.GetOrders: {"txid": "<closed>", "trades": "true"},
    account.GetTradesHistory: {"ledgers": "true"},
    history.GetTrades: {"txid": "<trade>"},
    history.GetOrderAmends: {"order_id": "<open>"},
    positions.GetOpenPositions: {},
    ledgers.GetLedgersInfo: {"type": "trade"},
    ledgers.GetLedgers: {"id": "<ledger>"},
    fees.GetTradingVolume: {"pair": "XBTUSD"},
    keys.GetApiKeyInfo: {},
    keys.GetWalletAccounts: {},
    credit.GetCreditLines: {},
    exports.RequestLedgersExport: {"report": "ledgers", "description": "mine", "fields": "time,amount"},
    exports.GetLedgersExportStatus: {"report": "ledgers"},
    funding.GetDepositMethods: {"asset": "USDT"},
    funding.GetDepositAddresses: {"asset": "XRP", "method": "Ripple XRP", "new": "true"},
    funding.GetDepositsStatus: {"asset": "XBT"},
    funding.SubmitTransferToFutures: {"asset": "XBT", "from": "Spot Wallet", "to": "Futures Wallet", "amount": "1"},
    funding_withdrawals.GetWithdrawalMethods: {"asset": "ETH"},
    funding_withdrawals.GetWithdrawalAddresses: {"asset": "XBT"},
    funding_withdrawals.GetWithdrawalInfo: {"asset": "XBT", "key": "cold", "amount": "1"},
    funding_withdrawals.SubmitWithdrawal: {"asset": "XBT", "key": "cold", "amount": "1", "max_fee": "0.001"},
    funding_withdrawals.GetWithdrawalsStatus: {"cursor": "true", "limit": 1},
    funding_withdrawals.CancelWithdrawal: {"asset": "XBT", "refid": "<withdrawal>"},
    earn.GetEarnStrategies: {"lock_type": ["bonded", "instant", "flex"]},
    earn.AllocateEarnFunds: {"strategy_id": "<strategy>", "amount": "1"},
    earn.DeallocateEarnFunds: {"strategy_id": "<strategy>", "amount": "1"},
    earn.GetEarnAllocationStatus: {"strategy_id": "<strategy>"},
    earn.GetEarnDeallocationStatus: {"strategy_id": "<strategy>"},
    earn.GetEarnAllocations: {"converted_asset": "EUR"},
    subaccounts.CreateSubaccount: {"username": "second", "email": "second@example.org"},
    trading.SubmitOrder: {"pair": "XBTUSD", "type": "sell", "ordertype": "limit", "price": "90000", "volume": "0.1"},
    trading.AmendOrder: {"txid": "<open>", "order_qty": "0.02"},
    edits.EditOrder: {"txid": "<open>", "pair": "XBTUSD", "price": "20000.5", "userref": 8},
    batches.SubmitBatchOrders: {"pair": "XBTUSD", "orders": BATCH},
    batches.CancelBatchOrders: {"orders": ["<open>", "OABCDE-ABCDE-ABCDEF"]},
    trading.CancelOrder: {"txid": "<open>"},
    trading.CancelAllOrders: {},
    deadman.CancelAllOrdersAfter: {"timeout": 60},
    trading.GetWebSocketsToken: {},
}


ELSEWHERE: set[type[Request[Any]]] = {
    exports.GetLedgersExport,  # a file: test_rest_ledgers.py
    exports.DeleteLedgersExport,
    subaccounts.SubmitSubaccountTransfer,  # between accounts: test_rest_keys.py
}
"""Endpoints whose answers are read in stories of their own."""


def test_every_endpoint_has_a_sample_here() -> None:
    # Funding (Beta) has other verbs and no envelope: test_rest_funding_beta.py
    listed = {one.kind for one in SPOT_ENDPOINTS if one.kind.route.path.startswith("/0/")}
    assert listed == set(SAMPLES) | ELSEWHERE


@pytest.mark.parametrize("kind", SAMPLES, ids=lambda kind: kind.__name__)
def test_an_answer_is_read_whole_by_the_clients_class(kind: type[Request[Any]]) -> None:
    async def story() -> None:
        async with world(market=["BTC/USD"], pace=60) as here:
            result = await answer_to(here, kind, SAMPLES[kind])
        rewritten = on_the_wire(kind.reader()(msgspec.json.encode(as_text(result))))
        assert unread(result, rewritten) == []
        assert altered(result, rewritten) == []

    asyncio.run(story())


async def dots_in_earn(here: World, trader: Account) -> str:
    """Put some DOT to work, and some of it on its way out; gives the strategy's id."""
    (strategy,) = (await trader.call("Earn/Strategies", {"asset": "DOT"}))["result"]["items"]
    for way, amount in (("Allocate", "90"), ("Deallocate", "40"), ("Allocate", "10")):
        await trader.result(f"Earn/{way}", strategy_id=strategy["id"], amount=amount)
        here.box.advance(3)
    return str(strategy["id"])


async def answer_to(here: World, kind: type[Request[Any]], params: dict[str, Any]) -> Any:
    name = kind.route.path.removeprefix("/0/private/").removeprefix("/0/public/")
    if not kind.route.signed:
        answer = await here.get(name, **params)
    else:
        trader = here.account(permissions="all")
        taken = await trader.result("AddOrder", pair="XBTUSD", type="buy", ordertype="market", volume="0.3")
        resting = await trader.result(
            "AddOrder", pair="XBTUSD", type="buy", ordertype="limit", price="10000.1", volume="0.01", oflags="post"
        )
        trades = await trader.result("TradesHistory", ledgers="true")
        here.box.bank.save_address("trader", "cold", "BTC", "bc1qsomewhere")
        here.box.bank.announce_deposit("trader", "BTC", 1)
        for _ in range(2):
            gone = await trader.result("Withdraw", asset="XBT", key="cold", amount="0.01")
        trade_id, row = next(iter(trades["trades"].items()))
        ids = {"closed": taken["txid"][0], "open": resting["txid"][0], "trade": trade_id, "ledger": row["ledgers"][0]}
        ids["withdrawal"] = gone["refid"]
        if kind.__module__ == earn.__name__:
            ids["strategy"] = await dots_in_earn(here, trader)
        text = json.dumps(params)
        for word, txid in ids.items():
            text = text.replace(f"<{word}>", txid)
        answer = await trader.call(name, json.loads(text))
    assert answer["error"] == []
    return answer["result"]


def as_text(value: Any) -> Any:
    """Decimals as raw JSON numbers again, as they came."""
    match value:
        case Decimal():
            return msgspec.Raw(str(value).encode())
        case dict():
            return {name: as_text(member) for name, member in value.items()}
        case list():
            return [as_text(item) for item in value]
        case _:
            return value


@over_loopback
async def test_amounts_are_text_and_times_are_numbers() -> None:
    async with world() as here:
        maker, taker = here.account("maker"), here.account("taker")
        await trade(maker, taker)
        (row,) = (await taker.result("TradesHistory"))["trades"].values()
        assert isinstance(row["time"], Decimal)
        assert row["time"].as_tuple().exponent == -6
        assert (row["price"], row["vol"], row["cost"], row["fee"]) == (
            "40000.0",
            "0.50000000",
            "20000.00000",
            "80.0000",
        )
        (pair,) = (await here.get("AssetPairs", pair="XBTUSD"))["result"].values()
        assert pair["fees"][:2] == [[0, Decimal("0.4")], [10_000, Decimal("0.35")]]
        assert pair["tick_size"] == "0.1"
        assert pair["ordermin"] == "0.00005"


@pytest.mark.parametrize(
    ("asked", "more", "key"),
    [
        ("XBTUSD", {}, "XXBTZUSD"),
        ("xxbtzusd", {}, "XXBTZUSD"),
        ("XBT/USD", {}, "XXBTZUSD"),
        ("BTC/USD", {}, "BTC/USD"),
        ("XBTUSD", {"assetVersion": 1}, "BTC/USD"),
        ("SOLUSD", {}, "SOLUSD"),
        ("SOL/USD", {}, "SOL/USD"),
    ],
)
def test_a_pair_is_found_under_any_name_and_answered_under_one(asked: str, more: dict[str, int], key: str) -> None:
    async def story() -> None:
        async with world() as here:
            for path in ("AssetPairs", "Ticker", "OHLC", "Depth", "Trades", "Spread"):
                result = (await here.get(path, pair=asked, **more))["result"]
                assert set(result) - {"last"} == {key}, path

    asyncio.run(story())


@over_loopback
async def test_assets_and_pairs_have_display_names_when_asked_for_them() -> None:
    async with world() as here:
        assets = (await here.get("Assets", asset="XXBT,ZUSD", assetVersion=1))["result"]
        pairs = (await here.get("AssetPairs", assetVersion=1))["result"]
        assert (set(assets), assets["BTC"]["altname"]) == ({"BTC", "USD"}, "XBT")
        assert len(pairs) == 40
        assert (pairs["BTC/USD"]["base"], pairs["BTC/USD"]["wsname"]) == ("BTC", "XBT/USD")
        margin = (await here.get("AssetPairs", pair="XBTUSD", info="margin"))["result"]
        assert margin == {"XXBTZUSD": {"margin_call": 80, "margin_level": 40}}


@over_loopback
async def test_public_calls_may_be_posted_with_anything_in_them() -> None:
    async with world() as here:
        url = f"{here.box.environment.spot_rest}/0/public/AssetPairs"
        async with here.http.post(url, data={"pair": "XBTUSD", "nonce": "1", "whatever": "x"}) as answer:
            assert set((await answer.json())["result"]) == {"XXBTZUSD"}


@over_loopback
async def test_trades_and_candles_go_on_where_the_last_answer_ended() -> None:
    async with world(market=["BTC/USD"], pace=60) as here:
        first = (await here.get("Trades", pair="XBTUSD", since=0, count=700))["result"]
        second = (await here.get("Trades", pair="XBTUSD", since=first["last"]))["result"]
        ids = [row[6] for row in (*first["XXBTZUSD"], *second["XXBTZUSD"])]
        assert ids == list(range(1, 801))
        third = (await here.get("Trades", pair="XBTUSD", since=second["last"]))["result"]
        assert third == {"XXBTZUSD": [], "last": second["last"]}
        candles = (await here.get("OHLC", pair="XBTUSD", interval=60))["result"]
        newer = (await here.get("OHLC", pair="XBTUSD", interval=60, since=candles["last"]))["result"]
        assert [row[0] for row in newer["XXBTZUSD"]] == [candles["last"] + 3600]


@over_loopback
async def test_a_market_that_never_traded_is_answered_too() -> None:
    async with world() as here:
        ticker = (await here.get("Ticker", pair="XBTUSD"))["result"]["XXBTZUSD"]
        assert (ticker["a"], ticker["c"], ticker["o"]) == (["0.0", "0", "0.00000000"], ["0.0", "0.00000000"], "0.0")
        assert (await here.get("Depth", pair="XBTUSD"))["result"] == {"XXBTZUSD": {"asks": [], "bids": []}}
        assert (await here.get("Spread", pair="XBTUSD"))["result"] == {"XXBTZUSD": [], "last": 0}


@over_loopback
async def test_closed_orders_come_in_pages_by_offset_by_cursor_and_by_time() -> None:
    clock = Moment()
    async with world(clock=clock) as here:
        trader = here.account()
        ids: list[str] = []
        for _ in range(53):
            clock.pass_by(1)
            params = {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "price": "30000", "volume": "0.01"}
            ids.insert(0, (await trader.result("AddOrder", **params))["txid"][0])
            await trader.result("CancelOrder", txid=ids[0])
        first = await trader.result("ClosedOrders")
        second = await trader.result("ClosedOrders", ofs=50)
        assert [*first["closed"], *second["closed"]] == ids
        assert first["count"] == 53
        assert "count" not in await trader.result("ClosedOrders", without_count="true")
        pages: list[str] = []
        cursor: dict[str, Any] = {"with_cursor": "true", "limit": 20}
        while cursor:
            page = await trader.result("ClosedOrders", **cursor)
            pages += page["closed"]
            following = page["cursor"].get("next")
            cursor = {"cursor": following, "limit": 20} if following else {}
        assert pages == ids
        whole = await trader.result("ClosedOrders", with_cursor="true", limit=53)
        assert (list(whole["closed"]), whole["cursor"]) == (ids, {"next": None})
        middle = first["closed"][ids[10]]["closetm"]
        later = await trader.result("ClosedOrders", start=middle, closetime="close")
        earlier = await trader.result("ClosedOrders", end=middle, closetime="close")
        assert (list(later["closed"]), earlier["count"]) == (ids[:10], 43)
        assert list((await trader.result("ClosedOrders", start=ids[10]))["closed"]) == ids[:10]
        assert (await trader.call("ClosedOrders", with_cursor="true", ofs=1))["error"] == ["EGeneral:Invalid arguments"]
        assert (await trader.call("ClosedOrders", cursor="x"))["error"] == ["EGeneral:Invalid arguments:cursor"]


@over_loopback
async def test_orders_are_looked_up_by_any_of_their_ids() -> None:
    async with world() as here:
        trader = here.account()
        params = {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "price": "30000", "volume": "0.01"}
        mine = (await trader.result("AddOrder", **params, cl_ord_id="mine"))["txid"][0]
        ours = (await trader.result("AddOrder", **params, userref=5))["txid"][0]
        await trader.result("CancelOrder", txid=5)
        assert list(await trader.result("QueryOrders", cl_ord_id="mine")) == [mine]
        assert list(await trader.result("OpenOrders", cl_ord_id="mine")) == ["open"]
        assert list(await trader.result("QueryOrders", userref=5)) == [ours]
        assert list(await trader.result("QueryOrders", txid=f"{ours},{mine},OABCDE-ABCDE-ABCDEF")) == [ours, mine]
        assert await trader.result("QueryOrders", cl_ord_id="nobody's") == {}
        assert (await trader.call("QueryOrders"))["error"] == ["EGeneral:Invalid arguments"]


@over_loopback
async def test_references_and_reasons_that_an_order_does_not_have_are_null() -> None:
    async with world() as here:
        maker, taker = here.account("maker"), here.account("taker")
        filled = await trade(maker, taker)
        params = {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "price": "30000", "volume": "0.01"}
        rests = (await taker.result("AddOrder", **params, cl_ord_id="mine"))["txid"][0]
        order = (await taker.result("OpenOrders"))["open"][rests]
        assert (order["refid"], order["userref"], "reason" in order) == (None, 0, False)
        closed = await taker.result("QueryOrders", txid=filled)
        assert (closed[filled]["refid"], closed[filled]["reason"]) == (None, None)
        await taker.result("CancelOrder", txid=rests)
        assert (await taker.result("ClosedOrders"))["closed"][rests]["reason"] == "User requested"


@over_loopback
async def test_trades_are_narrowed_to_a_pair_and_a_kind() -> None:
    async with world() as here:
        maker, taker = here.account("maker"), here.account("taker")
        await trade(maker, taker)
        for params, count in (
            ({}, 1),
            ({"pair": "BTC/USD", "type": "no position"}, 1),
            ({"pair": "ETHUSD"}, 0),
            ({"type": "closed position"}, 0),
        ):
            assert (await taker.result("TradesHistory", **params))["count"] == count
        assert (await taker.call("TradesHistory", type="lucky"))["error"] == ["EGeneral:Invalid arguments:type"]
        assert (await taker.result("Ledgers", asset="XBT", type="trade"))["count"] == 1
        assert (await taker.result("Ledgers", asset="XBT,ZUSD"))["count"] == 4


@over_loopback
async def test_a_stop_order_is_described_with_both_prices() -> None:
    async with world() as here:
        maker, taker = here.account("maker"), here.account("taker")
        await trade(maker, taker)
        stop = await taker.result(
            "AddOrder",
            pair="XBTUSD",
            type="sell",
            ordertype="stop-loss-limit",
            price="39000",
            price2="#1%",
            volume="0.1",
        )
        assert stop["descr"]["order"] == "sell 0.10000000 XBTUSD @ stop loss 39000.0 -> limit 39600.0"
        row = (await taker.result("OpenOrders"))["open"][stop["txid"][0]]
        assert (row["descr"]["price"], row["descr"]["price2"], row["trigger"]) == ("39000.0", "39600.0", "last")
        assert (row["stopprice"], row["limitprice"], row["time_in_force"]) == ("39000.0", "39600.0", "gtc")
