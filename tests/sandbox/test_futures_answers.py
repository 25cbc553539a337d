"""What Futures REST answers: every answer decodes through the clients' classes, with no member unread and no digit changed."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from krakenkit.sandbox.futures import rest_analytics, rest_programs, rest_rfq
from krakenkit.sandbox.futures.endpoints import FUTURES_ENDPOINTS
from krakenkit.wire.futures import (
    account,
    account_log,
    batch,
    charts,
    fees,
    general,
    history,
    instruments,
    margining,
    market,
    market_history,
    orders,
    settings,
    trading,
    transfers,
)
from krakenkit.wire.futures.base import FULL, READ, TRANSFER
from krakenkit.wire.request import Request
from krakenkit.wire.rewrite import altered, on_the_wire, unread
from sandbox.futures_line import Trader, exchange_of, get, trade
from sandbox.loopback import Moment, World, over_loopback, world
from sandbox.test_rest_answers import as_text

INSTRUCTIONS = [
    {
        "order": "send",
        "order_tag": "1",
        "orderType": "lmt",
        "symbol": "PF_XBTUSD",
        "side": "buy",
        "size": 0.2,
        "limitPrice": 9e4,
    },
    {
        "order": "send",
        "order_tag": "2",
        "orderType": "post",
        "symbol": "PF_XBTUSD",
        "side": "buy",
        "size": 1,
        "limitPrice": 99999,
    },
    {"order": "edit", "order_id": "<open>", "size": 0.3},
    {"order": "cancel", "order_id": "<stop>"},
    {"order": "cancel", "order_id": "no such"},
]
SAMPLES: dict[type[Request[Any]], dict[str, Any]] = {
    instruments.GetInstruments: {},
    instruments.GetTradingInstruments: {"contractType": "flexible_futures"},
    instruments.GetInstrumentStatusList: {},
    instruments.GetInstrumentStatus: {"symbol": "PF_XBTUSD"},
    fees.GetFeeSchedules: {},
    fees.GetFeeScheduleVolumes: {},
    market.GetTickers: {},
    market.GetTicker: {"symbol": "pi_xbtusd"},
    market.GetOrderbook: {"symbol": "PF_XBTUSD"},
    market.GetTradeHistory: {"symbol": "PF_XBTUSD"},
    market.GetHistoricalFundingRates: {"symbol": "PF_XBTUSD"},
    charts.GetTickTypes: {},
    charts.GetMarketsForTickType: {"tick_type": "trade"},
    charts.GetResolutions: {"tick_type": "trade", "symbol": "PF_XBTUSD"},
    charts.GetCandles: {"tick_type": "trade", "symbol": "PF_XBTUSD", "resolution": "12h"},
    trading.SubmitOrder: {"orderType": "stp", "symbol": "PF_XBTUSD", "side": "sell", "size": "1", "stopPrice": "80000"},
    trading.EditOrder: {"orderId": "<open>", "limitPrice": "94000"},
    trading.CancelOrder: {"order_id": "<stop>"},
    trading.CancelAllOrders: {"symbol": "PF_XBTUSD"},
    trading.CancelAllOrdersAfter: {"timeout": 60},
    batch.BatchOrderManagement: {"json": json.dumps({"batchOrder": INSTRUCTIONS})},
    account.GetAccounts: {},
    account.GetOpenPositions: {},
    orders.GetOpenOrders: {},
    orders.GetOrderStatus: {"orderIds": ["<open>", "<stop>", "<filled>"]},
    orders.GetFills: {},
    general.GetNotifications: {},
    general.CheckApiKeyV3: {},
    history.GetOrderEvents: {"count": 20},
    history.GetTriggerEvents: {},
    history.GetExecutionEvents: {},
    history.GetPositionEvents: {},
    account.GetPositionPercentile: {},
    margining.GetPortfolioMarginParameters: {},
    margining.SimulateMarginRequirements: {
        "json": json.dumps({"balances": {"USD": 1000}, "positions": [{"instrument": "PF_XBTUSD", "size": -0.1}]})
    },
    settings.GetLeverageSettings: {},
    settings.SetLeverageSettings: {"symbol": "PF_XBTUSD", "maxLeverage": 10},
    settings.GetPnlPreferences: {},
    settings.SetPnlPreference: {"symbol": "PF_XBTUSD", "pnlPreference": "BTC"},
    settings.GetSelfTradeStrategy: {},
    settings.UpdateSelfTradeStrategy: {"strategy": "CANCEL_MAKER_SELF"},
    settings.GetRfqAssignmentMaxLeverage: {},
    settings.SetRfqAssignmentMaxLeverage: {"maxLeverage": "2.5"},
    settings.DeleteRfqAssignmentMaxLeverage: {},
    transfers.SubmitWalletTransfer: {"fromAccount": "flex", "toAccount": "cash", "unit": "USD", "amount": "1.5"},
    transfers.SubmitSubaccountTransfer: {
        "fromUser": "trader",
        "toUser": "child",
        "fromAccount": "flex",
        "toAccount": "flex",
        "unit": "USD",
        "amount": "2",
    },
    transfers.SubmitTransferToSpot: {"currency": "USD", "amount": "3.25", "sourceWallet": "flex"},
    market_history.GetPublicExecutionEvents: {"tradeable": "PF_XBTUSD"},
    market_history.GetPublicOrderEvents: {"tradeable": "PF_XBTUSD"},
    market_history.GetPublicMarkPriceEvents: {"tradeable": "PF_XBTUSD"},
    account_log.GetAccountLog: {},
}


def test_every_endpoint_has_a_sample_here() -> None:
    # The log as CSV is no JSON: it has a test of its own. The thin groups have stories instead (``test_futures_rfq.py``,
    # ``test_futures_programs.py``), since their calls need what earlier ones made.
    thin = (rest_rfq.ENDPOINTS, rest_programs.ENDPOINTS, rest_analytics.ENDPOINTS)
    in_stories = {one.kind for endpoints in thin for one in endpoints}
    assert {one.kind for one in FUTURES_ENDPOINTS} == set(SAMPLES) | in_stories | {account_log.GetAccountLogCsv}


@pytest.mark.parametrize("kind", SAMPLES, ids=lambda kind: kind.__name__)
def test_an_answer_is_read_whole_by_the_clients_class(kind: type[Request[Any]]) -> None:
    async def story() -> None:
        async with world(market=["PF_XBTUSD"], pace=60) as here:
            answer = await answer_to(here, kind, SAMPLES[kind])
        rewritten = on_the_wire(kind.reader()(msgspec.json.encode(as_text(answer))))
        assert unread(answer, rewritten) == []
        assert altered(answer, rewritten) == []

    asyncio.run(story())


async def answer_to(here: World, kind: type[Request[Any]], params: dict[str, Any]) -> Any:
    trader, other = Trader(here, permissions=[READ, FULL, TRANSFER]), Trader(here, "other")
    here.box.futures_key("child")
    exchange_of(here).adopt("trader", "child")
    filled = await trader.order("buy", "0.01")
    await other.order("sell", "0.5", "94990", cliOrdId="theirs")
    resting = await trader.order("buy", "0.02", "94000", cliOrdId="mine")
    stop = await trader.order("sell", "0.01", orderType="take_profit", stopPrice="99000", limitPrice="98900")
    await trader.order("buy", "0.01", "99000", orderType="post")  # refused
    text = json.dumps(params)
    for word, status in (("open", resting), ("stop", stop), ("filled", filled)):
        text = text.replace(f"<{word}>", status["order_id"])
    given = dict(json.loads(text))
    path = kind.route.path
    for name in list(given):
        if f"{{{name}}}" in path:
            path = path.replace(f"{{{name}}}", given.pop(name))
    if not kind.route.signed:
        return await get(here, path, list(given.items()))
    if kind.route.method == "GET":
        return await trader.get(path, **given)
    if kind.route.method == "POST":
        return await trader.post(path.removeprefix("/derivatives/api/v3/"), **given)
    return await trader.change(kind.route.method, path, **given)


# --- prices and books -------------------------------------------------------------------------------------------------


@over_loopback
async def test_numbers_are_numbers_in_trading_and_text_in_history_and_charts() -> None:
    async with world() as here:
        buyer, seller = Trader(here, "buyer"), Trader(here, "seller")
        await trade(buyer, seller, "0.25", "95001")
        (row,) = (await buyer.get("fills"))["fills"]
        assert (row["size"], row["price"], row["fillType"]) == (Decimal("0.25"), 95001, "taker")
        (element,) = (await buyer.get("/api/history/v3/executions"))["elements"]
        execution = element["event"]["Execution"]["execution"]
        assert (execution["quantity"], execution["price"], execution["usdValue"]) == ("0.25", "95001", "23750.25")
        assert execution["orderData"]["fee"] == "11.875125"
        candles = await get(here, "/api/charts/v1/trade/PF_XBTUSD/1m")
        assert [candles["candles"][-1][name] for name in ("open", "volume")] == ["95001", "0.25"]
        cash = (await buyer.get("/api/history/v3/account-log"))["logs"][1]
        assert (cash["fee"], cash["new_balance"]) == (Decimal("11.875125"), Decimal("99988.124875"))


@over_loopback
async def test_tickers_are_chosen_by_symbol_and_by_type_and_indices_are_among_them() -> None:
    async with world() as here:
        everything = (await get(here, "/derivatives/api/v3/tickers"))["tickers"]
        names = [row["symbol"] for row in everything]
        assert names[:3] == ["PF_XBTUSD", "PF_ETHUSD", "PF_SOLUSD"]
        assert everything[names.index("in_xbtusd")].keys() == {"symbol", "last", "lastTime"}
        two = [("symbol", "pf_ethusd"), ("symbol", "in_xbtusd")]
        assert [row["symbol"] for row in (await get(here, "/derivatives/api/v3/tickers", two))["tickers"]] == [
            "PF_ETHUSD",
            "in_xbtusd",
        ]
        inverse = [("contractType", "futures_inverse")]
        listed = (await get(here, "/derivatives/api/v3/instruments", inverse))["instruments"]
        dated = next(name for name in names if name.startswith("FI_XBTUSD_"))
        assert [(row["symbol"], row["type"], row["tickSize"]) for row in listed] == [
            ("PI_XBTUSD", "futures_inverse", Decimal("0.5")),
            ("PI_ETHUSD", "futures_inverse", Decimal("0.05")),
            (dated, "futures_inverse", Decimal("0.5")),
        ]
        reference = (await get(here, f"/derivatives/api/v3/tickers/{listed[0]['underlying']}"))["ticker"]
        assert (reference["symbol"], reference.keys()) == ("rr_xbtusd", {"symbol", "last", "lastTime"})
        assert (await get(here, "/derivatives/api/v3/tickers/in_xbtusd"))["ticker"]["last"] == reference["last"]


@over_loopback
async def test_the_whole_book_comes_best_level_first() -> None:
    async with world() as here:
        trader = Trader(here)
        for side, price in (("buy", "94000"), ("buy", "94500"), ("sell", "96000"), ("sell", "95500")):
            await trader.order(side, "0.5", price)
        book = (await get(here, "/derivatives/api/v3/orderbook", [("symbol", "pf_xbtusd")]))["orderBook"]
        half = Decimal("0.5")
        assert book == {"bids": [[94500, half], [94000, half]], "asks": [[95500, half], [96000, half]]}


@over_loopback
async def test_the_index_of_a_contract_is_what_its_spot_pair_is_worth() -> None:
    async with world(market=["BTC/USD", "PF_XBTUSD"], pace=60) as here:
        here.box.advance(1, steps=50)
        future = (await get(here, "/derivatives/api/v3/tickers/PF_XBTUSD"))["ticker"]
        spot = Decimal((await here.get("Ticker", pair="BTC/USD"))["result"]["BTC/USD"]["b"][0])
        assert abs(future["indexPrice"] - spot) < 5
        assert abs(future["bid"] - future["indexPrice"]) < 50


@over_loopback
async def test_trades_reach_back_to_a_moment() -> None:
    clock = Moment()
    async with world(clock=clock) as here:
        buyer, seller = Trader(here, "buyer"), Trader(here, "seller")
        for price in ("95000", "95010"):
            clock.pass_by(10)
            await trade(buyer, seller, "0.1", price)
        both = (await get(here, "/derivatives/api/v3/history", [("symbol", "PF_XBTUSD")]))["history"]
        assert [row["price"] for row in both] == [95010, 95000]
        before = [("symbol", "PF_XBTUSD"), ("lastTime", both[0]["time"])]
        (first,) = (await get(here, "/derivatives/api/v3/history", before))["history"]
        assert first["uid"] == both[1]["uid"]
        older = (await buyer.get("fills", lastFillTime=both[0]["time"]))["fills"]
        assert [row["price"] for row in older] == [95000]


# --- orders -----------------------------------------------------------------------------------------------------------


@over_loopback
async def test_an_order_that_fills_is_placed_and_tells_its_executions() -> None:
    async with world() as here:
        buyer, seller = Trader(here, "buyer"), Trader(here, "seller")
        await seller.order("sell", "0.5", "95000")
        status = await buyer.order("buy", "0.8", "95000", cliOrdId="mine")
        assert (status["status"], status["cliOrdId"]) == ("placed", "mine")
        execution, placed = status["orderEvents"]
        assert (execution["type"], execution["amount"], execution["price"]) == ("EXECUTION", Decimal("0.5"), 95000)
        assert execution["orderPriorExecution"]["filled"] == 0
        assert (placed["type"], placed["order"]["filled"]) == ("PLACE", Decimal("0.5"))
        (row,) = (await buyer.get("openorders"))["openOrders"]
        assert (row["status"], row["filledSize"], row["unfilledSize"]) == (
            "partiallyFilled",
            Decimal("0.5"),
            Decimal("0.3"),
        )
        (position,) = (await buyer.get("openpositions"))["openPositions"]
        assert (position["symbol"], position["side"], position["size"]) == ("PF_XBTUSD", "long", Decimal("0.5"))
        (short,) = (await seller.get("openpositions"))["openPositions"]
        assert (short["side"], short["size"], short["price"]) == ("short", Decimal("0.5"), 95000)


@over_loopback
async def test_an_edited_order_keeps_its_id() -> None:
    async with world() as here:
        trader = Trader(here)
        placed = await trader.order("buy", "0.5", "90000", cliOrdId="mine")
        edited = (await trader.post("editorder", cliOrdId="mine", size="0.4", limitPrice="91000"))["editStatus"]
        assert (edited["status"], edited["orderId"]) == ("edited", placed["order_id"])
        (event,) = edited["orderEvents"]
        assert (event["old"]["limitPrice"], event["new"]["limitPrice"], event["new"]["quantity"]) == (
            90000,
            91000,
            Decimal("0.4"),
        )


@over_loopback
async def test_a_waiting_order_is_told_as_a_trigger() -> None:
    async with world() as here:
        trader = Trader(here)
        more = {"orderType": "stp", "stopPrice": "90000", "triggerSignal": "index", "reduceOnly": "true"}
        status = await trader.order("sell", "0.5", **more)
        trigger = status["orderEvents"][0]["orderTrigger"]
        assert (trigger["uid"], trigger["triggerSide"], trigger["triggerSignal"]) == (
            status["order_id"],
            "trigger_below",
            "spot_price",
        )
        (row,) = (await trader.get("openorders"))["openOrders"]
        assert (row["orderType"], row["triggerSignal"], row["stopPrice"], row["reduceOnly"]) == (
            "stop",
            "spot",
            90000,
            True,
        )
        (state,) = (await trader.post("orders/status", orderIds=[status["order_id"]]))["orders"]
        assert (state["status"], state["order"]["type"]) == ("TRIGGER_PLACED", "TRIGGER_ORDER")
        cancelled = (await trader.post("cancelorder", order_id=status["order_id"]))["cancelStatus"]
        assert cancelled["orderEvents"][0]["orderTrigger"]["uid"] == status["order_id"]
        kinds = [next(iter(row["event"])) for row in (await trader.get("/api/history/v3/triggers"))["elements"]]
        assert kinds == ["OrderTriggerCancelled", "OrderTriggerPlaced"]
        assert (await trader.get("/api/history/v3/orders"))["elements"] == []


@over_loopback
async def test_an_order_that_its_trigger_could_not_place_says_why() -> None:
    async with world(market=["PF_XBTUSD"], pace=60) as here:
        trader = Trader(here)
        stop: dict[str, Any] = {"orderType": "stp", "stopPrice": "94000"}
        poor = await trader.order("sell", "400", **stop)
        flat = await trader.order("sell", "0.1", **stop, reduceOnly="true")
        kept = await trader.order("sell", "0.1", **stop, limitPrice="94000", triggerSignal="index")
        here.box.market.move("PF_XBTUSD", "93000")
        await trader.post("cancelorder", order_id=kept["order_id"])
        (state,) = (await trader.post("orders/status", orderIds=kept["order_id"]))["orders"]
        assert (state["status"], "error" in state) == ("CANCELLED", False)
        states = (await trader.post("orders/status", orderIds=[poor["order_id"], flat["order_id"]]))["orders"]
        assert [(state["status"], state["error"]) for state in states] == [
            ("TRIGGER_ACTIVATION_FAILURE", "INSUFFICIENT_MARGIN"),
            ("TRIGGER_ACTIVATION_FAILURE", "WOULD_NOT_REDUCE_POSITION"),
        ]


@over_loopback
async def test_a_batch_carries_out_each_instruction_for_itself() -> None:
    async with world() as here:
        trader, other = Trader(here), Trader(here, "other")
        await other.order("sell", "1", "95000")
        resting = await trader.order("buy", "0.5", "90000", cliOrdId="mine")
        send = {"order": "send", "symbol": "pf_xbtusd", "side": "buy", "size": 0.1}
        rows = await trader.batch(
            {**send, "order_tag": "a", "orderType": "post", "limitPrice": 96000},
            {**send, "order_tag": "b", "orderType": "lmt", "limitPrice": 91000.0, "cliOrdId": "b"},
            {"order": "edit", "cliOrdId": "mine", "size": 0.7},
            {"order": "cancel", "order_id": resting["order_id"]},
            {"order": "cancel", "cliOrdId": "nobody's"},
        )
        assert [row["status"] for row in rows] == ["postWouldExecute", "placed", "edited", "cancelled", "notFound"]
        assert [row.get("order_tag") for row in rows] == ["a", "b", None, None, None]
        assert rows[0]["orderEvents"][0]["reason"] == "POST_WOULD_EXECUTE"
        assert [row["cliOrdId"] for row in (await trader.get("openorders"))["openOrders"]] == ["b"]


@over_loopback
async def test_an_instruction_that_cannot_be_is_refused_alone() -> None:
    async with world() as here:
        trader = Trader(here)
        await trader.order("buy", "0.5", "90000", cliOrdId="mine")
        send = {"order": "send", "symbol": "PF_XBTUSD", "side": "buy", "orderType": "lmt", "size": 1, "limitPrice": 9e4}
        rows = await trader.batch(
            {**send, "order_tag": "a", "size": -1},
            {**send, "order_tag": "b", "cliOrdId": "x" * 101},
            {**send, "order_tag": "c", "cliOrdId": "mine"},
            {**send, "order_tag": "d"},
            {"order": "edit", "cliOrdId": "mine", "size": 0},
        )
        assert [row["status"] for row in rows] == [
            "invalidSize",
            "clientOrderIdTooLong",
            "clientOrderIdAlreadyExist",
            "placed",
            "invalidSize",
        ]
        assert (await trader.post("editorder", cliOrdId="mine", size=-1))["editStatus"]["status"] == "invalidSize"
        assert [row["unfilledSize"] for row in (await trader.get("openorders"))["openOrders"]] == [1, Decimal("0.5")]


@over_loopback
async def test_orders_are_cancelled_by_the_margin_account_that_backs_them() -> None:
    async with world() as here:
        trader = Trader(here)
        await trader.order("buy", "0.5", "90000")
        await trader.order("buy", "100", "90000", symbol="PI_XBTUSD")
        for name, symbol in [("FI_XBTUSD", "PI_XBTUSD"), ("flex", "PF_XBTUSD")]:
            (order,) = [row for row in (await trader.get("openorders"))["openOrders"] if row["symbol"] == symbol]
            done = (await trader.post("cancelallorders", symbol=name))["cancelStatus"]
            assert (done["cancelOnly"], done["status"]) == (name.lower(), "cancelled")
            assert [row["order_id"] for row in done["cancelledOrders"]] == [order["order_id"]]


@over_loopback
async def test_all_orders_are_cancelled_at_once_or_when_the_timer_is_not_set_again() -> None:
    clock = Moment()
    async with world(clock=clock) as here:
        trader = Trader(here)
        for _ in range(2):
            await trader.order("buy", "0.1", "90000")
        gone = (await trader.post("cancelallorders"))["cancelStatus"]
        assert (gone["status"], gone["cancelOnly"], len(gone["cancelledOrders"])) == ("cancelled", "all", 2)
        again = (await trader.post("cancelallorders", symbol="PF_XBTUSD"))["cancelStatus"]
        assert (again["status"], again["cancelOnly"]) == ("noOrdersToCancel", "PF_XBTUSD")
        order = await trader.order("buy", "0.1", "90000")
        timer = (await trader.post("cancelallordersafter", timeout=60))["status"]
        assert timer["triggerTime"] > timer["currentTime"]
        clock.pass_by(61)
        assert (await trader.get("openorders"))["openOrders"] == []
        (state,) = (await trader.post("orders/status", orderIds=order["order_id"]))["orders"]
        assert (state["status"], state["updateReason"]) == ("CANCELLED", "DEAD_MAN_SWITCH")
        clock.pass_by(6)
        assert (await trader.post("orders/status", orderIds=order["order_id"]))["orders"] == []
        assert (await trader.post("cancelallordersafter", timeout=0))["status"]["triggerTime"] == "0"


@over_loopback
async def test_wallets_are_told_apart() -> None:
    async with world() as here:
        buyer, seller = Trader(here, "buyer", balances={"USD": 5000, "BTC": "0.5"}), Trader(here, "seller")
        await trade(buyer, seller, "1000", "95000", symbol="PI_XBTUSD")
        wallets = (await buyer.get("accounts"))["accounts"]
        assert wallets["flex"]["currencies"]["USD"]["quantity"] == 5000
        inverse = wallets["fi_xbtusd"]
        assert inverse["balances"]["PI_XBTUSD"] == 1000
        assert Decimal("0.4999") < inverse["balances"]["xbt"] < Decimal("0.5")
        assert inverse["marginRequirements"]["im"] == pytest.approx(Decimal("0.0002105"), abs=Decimal("0.0000001"))
        volume = (await buyer.get("feeschedules/volumes"))["volumesByFeeSchedule"]
        assert list(volume.values()) == [1000]


@over_loopback
async def test_the_calling_key_is_described() -> None:
    async with world() as here:
        reader = Trader(here, permissions=["general_read"])
        told = await reader.get("/api/auth/v1/api-keys/v3/check")
        assert told["permissions"] == {"general": "READ_ONLY", "transfer": "NO_ACCESS"}
        assert told["apiKey"] == reader.credentials.key


# --- history ----------------------------------------------------------------------------------------------------------


@over_loopback
async def test_history_comes_in_pages_either_way_round() -> None:
    clock = Moment()
    async with world(clock=clock) as here:
        trader = Trader(here)
        for _ in range(5):
            clock.pass_by(1)
            await trader.order("buy", "0.1", "90000")
        whole = (await trader.get("/api/history/v3/orders"))["elements"]
        assert len(whole) == 5
        for sort, wanted in (("desc", whole), ("asc", whole[::-1])):
            found: list[Any] = []
            token: dict[str, Any] = {}
            while True:
                page = await trader.get("/api/history/v2/orders", count=2, sort=sort, **token)
                found += page["elements"]
                if "continuationToken" not in page:
                    break
                token = {"continuation_token": page["continuationToken"]}
            assert found == wanted
        _, headers, text = await trader.raw("GET", "/api/history/v3/orders", query="count=2")
        assert headers["Next-Continuation-Token"] == json.loads(text)["continuationToken"]
        _, headers, _ = await trader.raw("GET", "/api/history/v3/orders")
        assert "Next-Continuation-Token" not in headers
        since = whole[2]["timestamp"]
        assert (await trader.get("/api/history/v3/orders", since=since))["len"] == 3
        assert (await trader.get("/api/history/v3/orders", before=since))["len"] == 2
        assert (await trader.get("/api/history/v3/orders", tradeable="PF_ETHUSD"))["elements"] == []


@over_loopback
async def test_positions_tell_how_they_changed() -> None:
    async with world() as here:
        trader, other = Trader(here), Trader(here, "other")
        await trade(trader, other, "0.5", "95000")
        await trade(trader, other, "0.5", "95100")
        await trade(other, trader, "1.5", "95200")
        await trade(trader, other, "0.5", "95300")
        elements = (await trader.get("/api/history/v3/positions", sort="asc"))["elements"]
        updates = [row["event"]["PositionUpdate"] for row in elements]
        assert [row["positionChange"] for row in updates] == ["open", "increase", "reverse", "close"]
        assert updates[2]["realizedPnL"] == "150"
        closed = (await trader.get("/api/history/v3/positions", closed="true"))["elements"]
        assert [row["event"]["PositionUpdate"]["newPosition"] for row in closed] == ["0"]


@over_loopback
async def test_public_executions_name_both_orders_and_nobody() -> None:
    async with world() as here:
        buyer, seller = Trader(here, "buyer"), Trader(here, "seller")
        await trade(buyer, seller, "0.1", "95000")
        page = await get(here, "/api/history/v3/market/PF_XBTUSD/executions", [("sort", "asc"), ("count", 1)])
        execution = page["elements"][0]["event"]["Execution"]["execution"]
        assert (execution["makerOrder"]["direction"], execution["takerOrder"]["direction"]) == ("Sell", "Buy")
        assert not {"clientId", "filled", "accountUid"} & execution["takerOrder"].keys()
