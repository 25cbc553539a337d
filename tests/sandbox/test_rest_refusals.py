"""What REST refuses, in Kraken's words, and what a refusal leaves behind."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from sandbox.loopback import Moment, over_loopback, world

BUY = {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "price": "40000", "volume": "0.01"}


@pytest.mark.parametrize(
    ("path", "params", "code"),
    [
        ("Depth", {}, "EGeneral:Invalid arguments:pair"),
        ("Depth", {"pair": "XBTUSD", "count": "many"}, "EGeneral:Invalid arguments:count"),
        ("Depth", {"pair": "XBTUSD", "count": "0"}, "EGeneral:Invalid arguments:count"),
        ("Depth", {"pair": "WWWUSD"}, "EQuery:Unknown asset pair"),
        ("Ticker", {"pair": "XBTUSD,WWWUSD"}, "EQuery:Unknown asset pair"),
        ("OHLC", {"pair": "XBTUSD", "interval": "7"}, "EGeneral:Invalid arguments:interval"),
        ("Trades", {"pair": "XBTUSD", "since": "yesterday"}, "EGeneral:Invalid arguments:since"),
        ("Assets", {"asset": "WWW"}, "EQuery:Unknown asset"),
        ("AssetPairs", {"info": "gossip"}, "EGeneral:Invalid arguments:info"),
        ("Horoscope", {}, "EGeneral:Unknown method"),
    ],
)
def test_a_public_call_is_refused_in_krakens_words(path: str, params: dict[str, str], code: str) -> None:
    async def story() -> None:
        async with world() as here:
            assert await here.get(path, **params) == {"error": [code]}

    asyncio.run(story())


@over_loopback
async def test_an_unknown_path_outside_of_rest_is_not_found() -> None:
    async with world() as here, here.http.get(f"{here.box.environment.spot_rest}/b2b/nothing") as answer:
        assert answer.status == 404
        assert await answer.json() == {"error": ["EGeneral:Unknown method"]}


@over_loopback
async def test_key_signature_and_nonce_are_checked_in_this_order() -> None:
    async with world() as here:
        trader = here.account()
        target, body = "/0/private/Balance", b"nonce=10"

        async def code(**odd: Any) -> Any:
            return (await trader.send(target, **({"body": body, "nonce": "10"} | odd)))["error"]

        assert await code(key="nobody", signature="wrong") == ["EAPI:Invalid key"]
        assert await code(key="") == ["EAPI:Invalid key"]
        assert await code(signature="wrong") == ["EAPI:Invalid signature"]
        assert await code(signature="") == ["EAPI:Invalid signature"]
        assert await code(nonce="11") == ["EAPI:Invalid signature"]  # another nonce was signed than is sent
        assert await code(body=b"asset=XBT", nonce="") == ["EAPI:Invalid nonce"]
        assert await code(body=b"nonce=ten", nonce="ten") == ["EAPI:Invalid nonce"]
        assert await code() == []  # none of the refused calls used the nonce up
        assert await code() == ["EAPI:Invalid nonce"]
        assert await code(body=b"nonce=18446744073709551616", nonce="18446744073709551616") == ["EAPI:Invalid nonce"]
        assert await code(body=b"nonce=11", nonce="11") == []


@over_loopback
async def test_a_signature_beyond_ascii_is_refused_like_any_other() -> None:
    async with world() as here:
        trader = here.account()
        answer = await trader.send("/0/private/Balance", b"nonce=1", nonce="1", signature="ü" * 8)
        assert answer["error"] == ["EAPI:Invalid signature"]


@over_loopback
async def test_a_nonce_window_lets_requests_overtake_one_another() -> None:
    async with world() as here:
        trader = here.account(nonce_window=5)
        target = "/0/private/Balance"
        assert (await trader.send(target, b"nonce=100", nonce="100"))["error"] == []
        assert (await trader.send(target, b"nonce=96", nonce="96"))["error"] == []
        assert (await trader.send(target, b"nonce=95", nonce="95"))["error"] == ["EAPI:Invalid nonce"]


@over_loopback
async def test_a_request_sent_again_inside_the_window_is_refused_and_orders_nothing() -> None:
    async with world(market=False) as here:
        trader = here.account(nonce_window=5_000)
        order = b"nonce=100&ordertype=limit&pair=XBTUSD&price=20000&type=buy&volume=0.01"
        assert (await trader.send("/0/private/AddOrder", order, nonce="100"))["error"] == []
        assert (await trader.send("/0/private/AddOrder", order, nonce="100"))["error"] == ["EAPI:Invalid nonce"]
        for nonce in range(101, 3_101):
            answer = await trader.send("/0/private/GetApiKeyInfo", b"nonce=%d" % nonce, nonce=str(nonce))
            assert answer["error"] == []
        assert (await trader.send("/0/private/AddOrder", order, nonce="100"))["error"] == ["EAPI:Invalid nonce"]
        assert len(here.box.state()["spot"]["accounts"]["trader"]["open_orders"]) == 1


@over_loopback
async def test_the_query_is_signed_with_the_path() -> None:
    async with world() as here:
        trader = here.account()
        answer = await trader.send("/0/private/ListWalletAccounts", b"nonce=1", nonce="1")
        (wallet,) = answer["result"]["accounts"]
        target = f"/0/private/Balance?account_id={wallet['account_id']}"
        assert (await trader.send(target, b"nonce=2", nonce="2"))["error"] == []


@over_loopback
async def test_only_an_accounts_own_wallet_can_be_asked_about() -> None:
    async with world() as here:
        answer = await here.account().send("/0/private/Balance?account_id=WX6V-JUKW-KKPB-QE36", b"nonce=1", nonce="1")
        assert answer == {"error": ["EGeneral:Invalid arguments:account_id"]}


@over_loopback
async def test_views_and_types_that_there_are_not_are_refused() -> None:
    async with world() as here:
        trader = here.account(permissions="all")
        for name in ("Balance", "OpenOrders", "TradesHistory", "Ledgers"):
            assert (await trader.call(name, rebase_multiplier="base"))["error"] == []
            refused = await trader.call(name, rebase_multiplier="shares")
            assert refused["error"] == ["EGeneral:Invalid arguments:rebase_multiplier"]
        assert (await trader.call("Ledgers", type="luck"))["error"] == ["EGeneral:Invalid arguments:type"]


@over_loopback
async def test_private_calls_are_posts() -> None:
    async with world() as here, here.http.get(f"{here.box.environment.spot_rest}/0/private/Balance") as answer:
        assert await answer.json() == {"error": ["EAPI:Bad request"]}


@pytest.mark.parametrize(
    ("permissions", "allowed", "denied"),
    [
        ({"query-funds"}, "Balance", "OpenOrders"),
        ({"query-open-trades"}, "QueryOrders", "ClosedOrders"),
        ({"query-closed-trades"}, "QueryOrders", "Balance"),
        ({"close-trades"}, "CancelAll", "AddOrder"),
        ({"modify-trades"}, "AddOrder", "Ledgers"),
        ({"query-ledger"}, "Ledgers", "GetWebSocketsToken"),
        (set[str](), "GetApiKeyInfo", "Balance"),
    ],
)
def test_a_key_may_do_what_its_permissions_say(permissions: set[str], allowed: str, denied: str) -> None:
    async def story() -> None:
        async with world() as here:
            trader = here.account(permissions=permissions)
            params = BUY | {"txid": "OABCDE-ABCDE-ABCDEF"}
            if allowed == "Ledgers":
                params["type"] = "all"  # another word has this name there
            assert (await trader.call(allowed, **params))["error"] == []
            assert (await trader.call(denied, **params))["error"] == ["EGeneral:Permission denied"]

    asyncio.run(story())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"stptype": "cancel_oldest"}, "EGeneral:Invalid arguments:stptype"),
        ({"volume": None}, "EGeneral:Invalid arguments:volume"),
        ({"volume": "some"}, "EGeneral:Invalid arguments:volume"),
        ({"type": "hold"}, "EGeneral:Invalid arguments:type"),
        ({"ordertype": "best", "price": "+5"}, "EGeneral:Invalid arguments:ordertype"),
        ({"ordertype": "trailing-stop", "price": "5"}, "EOrder:Invalid price:Invalid price argument"),
        (
            {"ordertype": "trailing-stop-limit", "price": "+5", "price2": "39000"},
            "EOrder:Invalid price:Invalid price argument",
        ),
        ({"ordertype": "stop-loss", "trigger": "index"}, "EGeneral:Invalid arguments:Index unavailable"),
        ({"ordertype": "stop-loss", "trigger": "mark"}, "EGeneral:Invalid arguments:trigger"),
        ({"starttm": "+9999999"}, "EGeneral:Invalid arguments:starttm"),
        ({"starttm": "soon"}, "EGeneral:Invalid arguments:starttm"),
        ({"price": "cheap"}, "EOrder:Invalid price:Invalid price argument"),
        ({"price": "40000.05"}, "EOrder:Invalid price:XBTUSD price can only be specified up to 1 decimals."),
        ({"volume": "0.00001"}, "EOrder:Order minimum not met"),
        ({"price": "1", "volume": "0.1"}, "EOrder:Cost minimum not met"),
        ({"volume": "1000"}, "EOrder:Insufficient funds"),
        ({"pair": "WWWUSD"}, "EQuery:Unknown asset pair"),
        ({"oflags": "post,please"}, "EGeneral:Invalid arguments:oflags"),
        ({"oflags": "fcib,fciq"}, "EGeneral:Invalid arguments:oflags"),
        ({"userref": "1", "cl_ord_id": "mine"}, "EGeneral:Invalid arguments"),
        ({"userref": "one"}, "EGeneral:Invalid arguments:userref"),
        ({"reduce_only": "maybe"}, "EGeneral:Invalid arguments:reduce_only"),
        ({"leverage": "5", "pair": "DOTUSD"}, "EOrder:Cannot open position"),
        ({"leverage": "6"}, "EGeneral:Invalid arguments:leverage"),
        ({"leverage": "-2"}, "EGeneral:Invalid arguments:leverage"),
        ({"leverage": "5", "volume": "0"}, "EOrder:Unknown position"),
        ({"leverage": "5", "reduce_only": "true"}, "EOrder:Reduce only:No position exists"),
        ({"reduce_only": "true"}, "EOrder:Reduce only:Non-PC"),
        ({"close[ordertype]": "market"}, "EGeneral:Invalid arguments:close"),
        ({"close[price]": "50000"}, "EGeneral:Invalid arguments:ordertype"),
        ({"close": "limit"}, "EGeneral:Invalid arguments:close"),
        (
            {"close[ordertype]": "limit", "close[price]": "1E-9"},
            "EOrder:Invalid price:XBTUSD price can only be specified up to 1 decimals.",
        ),
        (
            {"close[ordertype]": "limit", "close[price]": "50000", "cl_ord_id": "me"},
            "EGeneral:Invalid arguments:cl_ord_id",
        ),
        ({"timeinforce": "GTD"}, "EGeneral:Invalid arguments:expiretm"),
        ({"expiretm": "soon"}, "EGeneral:Invalid arguments:expiretm"),
        ({"deadline": "2020-01-01T00:00:00Z"}, "EService:Deadline elapsed"),
        ({"deadline": "2100-01-01T00:00:00Z"}, "EGeneral:Invalid arguments:deadline"),
        ({"deadline": "now"}, "EGeneral:Invalid arguments:deadline"),
    ],
)
def test_an_order_is_refused_in_krakens_words(change: dict[str, str | None], code: str) -> None:
    async def story() -> None:
        async with world() as here:
            order = {name: value for name, value in (BUY | change).items() if value is not None}
            assert await here.account().call("AddOrder", **order) == {"error": [code]}

    asyncio.run(story())


@over_loopback
async def test_orders_that_do_not_exist_cannot_be_changed_or_cancelled() -> None:
    async with world() as here:
        trader = here.account()
        unknown = {"txid": "OABCDE-ABCDE-ABCDEF"}
        for name, more in (("CancelOrder", {}), ("AmendOrder", {"order_qty": "1"}), ("EditOrder", {"pair": "XBTUSD"})):
            assert (await trader.call(name, **unknown, **more))["error"] == ["EOrder:Unknown order"]
        assert (await trader.call("CancelOrder", txid="77"))["error"] == ["EOrder:Unknown order"]


@over_loopback
async def test_a_body_that_is_no_json_is_a_bad_request() -> None:
    async with world() as here:
        trader = here.account()
        for body in (b"{", b'{"nonce": NaN}', b"[1]"):
            answer = await trader.send("/0/private/Balance", body, nonce="1", kind="application/json")
            assert answer["error"] == ["EAPI:Bad request"]


@over_loopback
async def test_the_rest_counter_fills_and_falls() -> None:
    clock = Moment()
    async with world(limits=True, clock=clock) as here:
        trader = here.account()
        codes = [(await trader.call("Ledgers"))["error"] for _ in range(11)]
        assert codes == [[]] * 10 + [["EAPI:Rate limit exceeded"]]
        assert (await trader.call("CancelOrder", txid="1"))["error"] == ["EOrder:Unknown order"]  # orders cost nothing
        clock.pass_by(4)
        assert (await trader.call("Ledgers"))["error"] == []
        assert (await here.account("somebody else").call("Ledgers"))["error"] == []
