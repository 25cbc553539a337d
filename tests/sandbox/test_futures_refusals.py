"""What Futures REST refuses: keys, signatures, nonces, arguments and orders; each in the exchange's own words."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest

from sandbox.futures_line import V3, Trader, fetch, trade
from sandbox.loopback import Moment, over_loopback, world

ACCOUNTS = "/derivatives/api/v3/accounts"
SEND = "/derivatives/api/v3/sendorder"


# --- who calls --------------------------------------------------------------------------------------------------------


@over_loopback
async def test_a_call_is_signed_over_what_is_sent_with_a_nonce_or_without() -> None:
    async with world() as here:
        trader = Trader(here)
        for nonce in ("", None):
            assert (await trader.send("GET", ACCOUNTS, nonce=nonce))[1]["result"] == "success"
            body = "orderType=lmt&symbol=PF_XBTUSD&side=buy&size=0.01&limitPrice=20000&cliOrdId=my+id%2F" + str(nonce)
            answer = (await trader.send("POST", SEND, body=body, nonce=nonce))[1]
            assert answer["sendStatus"]["cliOrdId"] == f"my id/{nonce}"


@over_loopback
async def test_arguments_of_a_post_may_stand_in_the_query() -> None:
    async with world() as here:
        query = "orderType=lmt&symbol=PF_XBTUSD&side=buy&size=0.01&limitPrice=20000"
        status, answer = await Trader(here).send("POST", SEND, query=query, nonce="")
        assert (status, answer["sendStatus"]["status"]) == (200, "placed")


@pytest.mark.parametrize("spelled", ["raw", "encoded", "raw and more"])
def test_a_batch_may_be_raw_json_or_url_encoded(spelled: str) -> None:
    async def story() -> None:
        async with world() as here:
            instruction = {"order": "send", "order_tag": "1", "orderType": "lmt", "symbol": "PF_XBTUSD", "side": "buy"}
            text = json.dumps(
                {"batchOrder": [instruction | {"size": 0.01, "limitPrice": 20000, "cliOrdId": "a+b & c"}]}
            )
            body = f"json={text if spelled != 'encoded' else quote(text)}"
            _, answer = await Trader(here).send("POST", V3 + "batchorder", body=body)
            (row,) = answer["batchStatus"]
            assert (row["status"], row["order_tag"], row["cliOrdId"]) == ("placed", "1", "a+b & c")

    asyncio.run(story())


@over_loopback
async def test_a_wrong_signature_or_key_is_no_authentication() -> None:
    async with world() as here:
        trader = Trader(here)
        spot = here.account().credentials
        for wrong in ({"signature": "c2lnbmF0dXJl"}, {"signature": "ü"}, {"key": "nobody's"}, {"key": spot.key}):
            status, answer = await trader.send("GET", ACCOUNTS, **wrong)
            assert (status, answer["result"], answer["error"]) == (200, "error", "authenticationError")
        right = await trader.send("GET", ACCOUNTS, nonce="77")
        moved = await trader.send("GET", V3 + "openorders", nonce="78", signature="c2lnbmF0dXJl")
        assert (right[1]["result"], moved[1]["error"]) == ("success", "authenticationError")
        assert (await fetch(here, ACCOUNTS))[1]["error"] == "authenticationError"


@over_loopback
async def test_a_nonce_is_used_once_and_may_come_a_little_late() -> None:
    async with world() as here:
        trader = Trader(here)

        async def told(nonce: int) -> str:
            _, answer = await trader.send("GET", ACCOUNTS, nonce=str(nonce))
            return str(answer.get("error", answer["result"]))

        milliseconds = 1_790_000_000_000
        assert await told(milliseconds) == "success"
        assert await told(milliseconds) == "nonceDuplicate"
        assert await told(milliseconds - 1500) == "success"
        assert await told(milliseconds - 60_000) == "nonceBelowThreshold"
        assert await told(milliseconds + 1) == "success"


@over_loopback
async def test_a_key_may_do_what_it_was_made_for() -> None:
    async with world() as here:
        reader, nobody = Trader(here, permissions=["general_read"]), Trader(here, permissions=[])
        await reader.get("accounts")
        assert await reader.error("sendorder", orderType="mkt") == "insufficientPrivileges"
        _, answer = await nobody.send("GET", ACCOUNTS)
        assert answer["error"] == "insufficientPrivileges"
        await nobody.get("/api/auth/v1/api-keys/v3/check")


@over_loopback
async def test_calls_are_counted_only_when_a_sandbox_is_told_to() -> None:
    clock = Moment()
    async with world(limits=True, clock=clock) as here:
        trader = Trader(here)
        for _ in range(20):
            await trader.post("cancelallorders")
        assert await trader.error("cancelallorders") == "apiLimitExceeded"
        clock.pass_by(1)
        await trader.post("cancelallorders")
        for _ in range(33):
            await trader.get("/api/history/v3/account-log")
        status, headers, text = await trader.raw("GET", "/api/history/v3/account-log")
        assert (status, headers["rate-limit-reset"], text) == (429, "594", "Too many requests")
    async with world(clock=clock) as here:
        trader = Trader(here)
        for _ in range(25):
            await trader.post("cancelallorders")


# --- what is asked ----------------------------------------------------------------------------------------------------


@over_loopback
async def test_paths_and_methods_that_are_not_there_are_told() -> None:
    async with world() as here:
        assert (await fetch(here, V3 + "moonprice"))[0] == 404
        assert (await fetch(here, V3 + "tickers/PF_WWWUSD"))[0] == 404
        assert (await fetch(here, "/api/charts/v1/moon"))[0] == 404
        for query, field in (
            ([], "since"),
            ([("since", 1)], "interval"),
            ([("since", 1), ("interval", 61)], "interval"),
        ):
            status, answer = await fetch(here, "/api/charts/v1/analytics/PF_XBTUSD/cvd", query)
            assert (status, [error["field"] for error in answer["errors"]]) == (400, [field])
            assert answer["result"]["timestamp"] == []
        odd = (await fetch(here, V3 + "instruments", [("contractType", "swaps")]))[1]
        assert odd["error"] == "invalidArgument: contractType"
        assert (await fetch(here, "/api/charts/v1/"))[1] == ["spot", "mark", "trade"]
        assert (await Trader(here).send("GET", SEND))[0] == 405
        assert (await Trader(here).send("POST", ACCOUNTS))[0] == 405


@over_loopback
async def test_a_look_up_that_is_posted_may_be_asked_for_by_get() -> None:
    async with world() as here:
        trader = Trader(here)
        order = await trader.order("buy", "0.1", "90000")
        (state,) = (await trader.get("orders/status", orderIds=order["order_id"]))["orders"]
        assert state["status"] == "ENTERED_BOOK"


GOOD: dict[str, Any] = {"orderType": "lmt", "symbol": "PF_XBTUSD", "side": "buy", "size": "0.01", "limitPrice": "90000"}


@pytest.mark.parametrize(
    ("name", "params", "error"),
    [
        ("sendorder", {**GOOD, "symbol": ""}, "requiredArgumentMissing: symbol"),
        ("sendorder", {**GOOD, "size": ""}, "requiredArgumentMissing: size"),
        ("sendorder", {**GOOD, "limitPrice": ""}, "requiredArgumentMissing: limitPrice"),
        ("sendorder", {**GOOD, "orderType": "stp"}, "requiredArgumentMissing: stopPrice"),
        ("sendorder", {**GOOD, "symbol": "PF_WWWUSD"}, "invalidArgument: symbol"),
        ("sendorder", {**GOOD, "size": "a lot"}, "invalidArgument: size"),
        ("sendorder", {**GOOD, "limitPrice": "nan"}, "invalidArgument: limitPrice"),
        ("sendorder", {**GOOD, "reduceOnly": "maybe"}, "invalidArgument: reduceOnly"),
        ("sendorder", {**GOOD, "processBefore": "soon"}, "invalidArgument: processBefore"),
        (
            "sendorder",
            {**GOOD, "orderType": "stp", "stopPrice": "1", "triggerSignal": "moon"},
            "invalidArgument: triggerSignal",
        ),
        (
            "sendorder",
            {"symbol": "PF_XBTUSD", "side": "buy", "size": 1, "orderType": "stp", "stopPrice": 1}
            | {"limitPriceOffsetValue": "far", "limitPriceOffsetUnit": "PERCENT"},
            "invalidArgument: limitPriceOffsetValue",
        ),
        ("editorder", {"size": "1"}, "invalidArgument"),
        ("cancelorder", {}, "invalidArgument"),
        ("cancelallorders", {"symbol": "PF_WWWUSD"}, "invalidArgument: symbol"),
        ("cancelallordersafter", {}, "requiredArgumentMissing: timeout"),
        ("cancelallordersafter", {"timeout": "-1"}, "invalidArgument: timeout"),
        ("cancelallordersafter", {"timeout": "later"}, "invalidArgument: timeout"),
        ("batchorder", {}, "requiredArgumentMissing: json"),
        ("batchorder", {"json": "{"}, "Json Parse Error"),
        ("batchorder", {"json": '{"batchOrder": [1]}'}, "Json Parse Error"),
        ("batchorder", {"json": '{"batchOrder": {}}'}, "Json Parse Error"),
        ("batchorder", {"json": '{"batchOrder": [{"order": "dance"}]}'}, "invalidArgument: order"),
        ("batchorder", {"json": '{"batchOrder": [{"order": "send"}]}'}, "requiredArgumentMissing: order_tag"),
    ],
)
def test_an_argument_that_is_wrong_or_missing_is_named(name: str, params: dict[str, Any], error: str) -> None:
    async def story() -> None:
        async with world() as here:
            trader = Trader(here)
            assert await trader.error(name, **params) == error
            assert (await trader.get("openorders"))["openOrders"] == []

    asyncio.run(story())


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"symbol": "PF_WWWUSD"}, "invalidArgument: symbol"),
        ({"limitPrice": "dear"}, "invalidArgument: limitPrice"),
        ({"orderType": "stp", "stopPrice": 1, "triggerSignal": "moon"}, "invalidArgument: triggerSignal"),
    ],
)
def test_a_batch_that_is_refused_for_one_instruction_has_carried_out_none(change: dict[str, Any], error: str) -> None:
    async def story() -> None:
        async with world() as here:
            trader = Trader(here)
            send = {"order": "send", "order_tag": "1"} | GOOD
            assert await trader.error("batchorder", json=json.dumps({"batchOrder": [send, send | change]})) == error
            assert (await trader.get("openorders"))["openOrders"] == []

    asyncio.run(story())


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"size": "200"}, "insufficientAvailableFunds"),
        ({"size": "1000"}, "maxPositionViolation"),
        ({"size": "0.00001"}, "invalidSize"),
        ({"size": "0"}, "invalidSize"),
        ({"size": "-1"}, "invalidSize"),
        ({"limitPrice": "-90000"}, "invalidPrice"),
        ({"cliOrdId": "x" * 101}, "clientOrderIdTooBig"),
        ({"limitPrice": "90000.5"}, "invalidPrice"),
        ({"limitPrice": "96000", "orderType": "post"}, "postWouldExecute"),
        ({"limitPrice": "94000", "orderType": "ioc"}, "iocWouldNotExecute"),
        ({"limitPrice": "96000", "orderType": "fok", "size": "2"}, "iocWouldNotExecute"),
        ({"reduceOnly": "true"}, "wouldNotReducePosition"),
        ({"cliOrdId": "taken"}, "clientOrderIdAlreadyExist"),
        ({"processBefore": "2020-01-01T00:00:00.000Z"}, "wouldProcessAfterSpecifiedTime"),
        ({"side": "sell", "limitPrice": "89000"}, "selfFill"),
        (
            {"orderType": "trailing_stop", "trailingStopMaxDeviation": "1.234", "trailingStopDeviationUnit": "PERCENT"}
            | {"limitPrice": ""},
            "invalidPrice",
        ),
        ({"orderType": "trailer", "limitPrice": ""}, "invalidOrderType"),
    ],
)
def test_a_refused_order_is_a_status_of_a_success(changes: dict[str, str], status: str) -> None:
    async def story() -> None:
        async with world() as here:
            trader, other = Trader(here), Trader(here, "other")
            await other.order("sell", "1", "95000")
            await trader.order("buy", "0.1", "89000", cliOrdId="taken")
            answer = await trader.post("sendorder", **(GOOD | changes))
            assert answer["sendStatus"]["status"] == status
            assert "order_id" not in answer["sendStatus"] or status in ("postWouldExecute", "iocWouldNotExecute")
            assert len((await trader.get("openorders"))["openOrders"]) == 1

    asyncio.run(story())


@over_loopback
async def test_what_is_gone_is_a_status_too() -> None:
    async with world() as here:
        buyer, seller = Trader(here, "buyer"), Trader(here, "seller")
        resting = await seller.order("sell", "0.1", "95000", cliOrdId="mine")
        await buyer.order("buy", "0.1", "95000")
        assert (await seller.post("cancelorder", order_id=resting["order_id"]))["cancelStatus"]["status"] == "filled"
        assert (await seller.post("cancelorder", cliOrdId="mine"))["cancelStatus"]["status"] == "filled"
        assert (await seller.post("cancelorder", cliOrdId="other"))["cancelStatus"]["status"] == "notFound"
        assert (await buyer.post("cancelorder", order_id=resting["order_id"]))["cancelStatus"]["status"] == "notFound"
        edited = (await seller.post("editorder", orderId=resting["order_id"], size="1"))["editStatus"]
        assert edited["status"] == "orderForEditNotFound"


@over_loopback
async def test_the_mode_of_the_exchange_counts_here_too() -> None:
    async with world() as here:
        trader = Trader(here)
        here.box.set_status("post_only")
        assert (await trader.order("buy", "0.1", "90000"))["status"] == "marketIsPostOnly"
        assert (await trader.order("buy", "0.1", "90000", orderType="post"))["status"] == "placed"
        ticker = (await fetch(here, V3 + "tickers/PF_XBTUSD"))[1]["ticker"]
        assert (ticker["postOnly"], ticker["suspended"]) == (True, False)
        here.box.set_status("cancel_only")
        assert (await trader.order("buy", "0.1", "90000"))["status"] == "marketSuspended"
        assert (await trader.post("cancelallorders"))["cancelStatus"]["status"] == "cancelled"
        here.box.set_status("online")
        assert (await trader.order("buy", "0.1", "90000"))["status"] == "placed"


# --- what goes wrong --------------------------------------------------------------------------------------------------


@over_loopback
async def test_a_scripted_refusal_is_in_the_words_of_the_surface() -> None:
    async with world() as here:
        trader = Trader(here)
        here.box.faults.refuse_rest("Unavailable", path="sendorder")
        assert await trader.error("sendorder", **GOOD) == "Unavailable"
        here.box.faults.refuse_rest("EService:Busy", path="/0/public/Time")
        assert (await here.get("Time"))["error"] == ["EService:Busy"]


@over_loopback
async def test_an_order_whose_answer_is_lost_is_found_on_the_exchange() -> None:
    async with world() as here:
        trader = Trader(here)
        here.box.faults.close_after_request(path=SEND)
        with pytest.raises(Exception, match="disconnected"):
            await trader.order("buy", "0.1", "90000", cliOrdId="lost")
        (row,) = (await trader.get("openorders"))["openOrders"]
        assert row["cliOrdId"] == "lost"


@over_loopback
async def test_futures_money_is_separate_from_spot_money() -> None:
    async with world() as here:
        spot, trader, other = here.account("trader"), Trader(here, "trader"), Trader(here, "other")
        before = await spot.result("Balance")
        await trade(trader, other)
        assert await spot.result("Balance") == before
        assert (await trader.get("accounts"))["accounts"]["flex"]["balanceValue"] == Decimal("99976.25")


@over_loopback
async def test_a_cancel_that_comes_too_late_cancels_nothing() -> None:
    async with world() as here:
        trader = Trader(here)
        order_id = (await trader.order("buy", "0.1", "90000"))["order_id"]
        late = {"order_id": order_id, "processBefore": "2020-01-01T00:00:00.000Z"}
        assert (await trader.post("cancelorder", **late))["cancelStatus"]["status"] == "wouldProcessAfterSpecifiedTime"
        assert len((await trader.get("openorders"))["openOrders"]) == 1
