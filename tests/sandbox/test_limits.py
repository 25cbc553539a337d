"""Limits as clients meet them: what is on, what is scaled, and in which words they are told."""

from __future__ import annotations

import aiohttp
import pytest

from krakenkit.errors import SettingsError
from krakenkit.sandbox import Limits
from krakenkit.wire.environment import WsKey
from sandbox import futures_line
from sandbox.loopback import Moment, over_loopback, world

BUY = {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "volume": "0.001", "price": "20000"}


def test_limits_are_read_from_a_line_of_text() -> None:
    assert Limits.parse("") == Limits()
    assert Limits.parse("all") == Limits.all()
    assert Limits.parse("none, trading=0.5, tier=pro") == Limits(idle=0, trading=0.5, tier="pro")
    assert Limits.parse("rest,idle=2") == Limits(rest=1, idle=2)


@pytest.mark.parametrize("text", ["speed=1", "rest=fast", "rest=-1", "rest=nan", "tier=gold"])
def test_a_limit_that_makes_no_sense_is_told(text: str) -> None:
    with pytest.raises(SettingsError):
        Limits.parse(text)


@over_loopback
async def test_nothing_is_counted_unless_asked_for() -> None:
    async with world(market=False) as here:
        trader = here.account()
        for _ in range(30):
            assert (await trader.call("Ledgers"))["error"] == []
            await here.get("Time")


@over_loopback
async def test_the_tier_says_how_many_orders_may_be_open_on_a_pair() -> None:
    async with world(market=False, limits=Limits(tier="starter")) as here:
        trader = here.account()
        for _ in range(60):
            assert (await trader.call("AddOrder", **BUY))["error"] == []
        assert (await trader.call("AddOrder", **BUY))["error"] == ["EOrder:Orders limit exceeded"]


@over_loopback
async def test_the_trading_counter_is_shared_by_rest_and_sockets_and_told_on_request() -> None:
    async with world(market=False, limits=Limits(trading=0.1), clock=Moment()) as here:
        trader = here.account()
        line = await here.private_line(trader)
        ack = await line.subscribe("executions", ratecounter=True)
        assert ack["result"]["maxratecount"] == 12
        for _ in range(11):
            assert (await trader.call("AddOrder", **BUY))["error"] == []
        counts = [(await line.on("executions", "update"))["data"][0]["ratecount"] for _ in range(22)]
        assert (counts[0], counts[-1]) == (1, 11)
        order = {"order_type": "limit", "side": "buy", "symbol": "BTC/USD", "order_qty": 0.001, "limit_price": 20000}
        assert (await line.ask("add_order", **order, token=await trader.token()))["success"] is True
        refused = await line.ask("add_order", **order, token=await trader.token())
        assert refused["error"] == "EOrder:Rate limit exceeded"


@over_loopback
async def test_a_master_and_its_subaccounts_share_a_limit() -> None:
    async with world(market=False, limits=Limits(trading=0.1), clock=Moment()) as here:
        master, stranger = here.account("master", permissions="all"), here.account("stranger")
        await master.result("CreateSubaccount", username="second", email="second@example.org")
        second = here.account("second", balances={"USD": 100_000})
        orders = [
            BUY | {"pair": pair, "price": "20", "volume": "1"}
            for pair in ("XBTUSD", "ETHUSD", "SOLUSD")
            for _ in range(12)
        ]
        errors = [
            (await account.call("AddOrder", **order))["error"] for account in (master, second) for order in orders
        ]
        assert errors == [[]] * 62 + [["EOrder:Domain rate limit exceeded"]] * 10
        assert [(await stranger.call("AddOrder", **order))["error"] for order in orders] == [[]] * 36


@over_loopback
async def test_everything_can_be_cancelled_at_once_only_so_often() -> None:
    clock = Moment()
    async with world(market=False, limits=Limits(trading=1), clock=clock) as here:
        trader = here.account()
        line = await here.private_line(trader)
        for _ in range(10):
            await trader.result("CancelAll")
        assert (await trader.call("CancelAll"))["error"] == ["EBM:limit exceeded:CAL"]
        assert (await line.ask("cancel_all"))["error"] == "EBM:limit exceeded:CAL"
        clock.pass_by(1)
        assert (await line.ask("cancel_all"))["success"] is True


@over_loopback
async def test_public_calls_of_one_address_are_limited() -> None:
    clock = Moment()
    async with world(market=False, limits=Limits(public=1), clock=clock) as here:
        answers = [(await here.get("Time"))["error"] for _ in range(11)]
        assert answers == [[]] * 10 + [["EGeneral:Too many requests"]]
        clock.pass_by(1)
        assert (await here.get("Time"))["error"] == []


@over_loopback
async def test_a_key_that_fails_too_often_is_locked_out_for_a_while() -> None:
    clock = Moment()
    async with world(market=False, limits=Limits(lockouts=1), clock=clock) as here:
        trader, other = here.account(), here.account("other")
        await trader.result("Balance")
        for _ in range(16):
            answer = await trader.send("/0/private/Balance", b"nonce=1", nonce="1")
            assert answer["error"] == ["EAPI:Invalid nonce"]
        assert (await trader.call("Balance"))["error"] == ["EGeneral:Temporary lockout"]
        assert (await other.call("Balance"))["error"] == []
        clock.pass_by(301)
        assert (await trader.call("Balance"))["error"] == []


@over_loopback
async def test_too_many_sockets_of_one_address_are_banned_for_ten_minutes() -> None:
    clock = Moment()
    async with world(market=False, limits=Limits(connections=0.02), clock=clock) as here:
        for _ in range(3):
            await here.line()
        for _ in range(2):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await here.line()
            assert refused.value.status == 429
        clock.pass_by(601)
        await here.line()


@over_loopback
async def test_only_so_many_futures_sockets_may_be_open() -> None:
    async with world(market=False, limits=Limits(connections=0.02)) as here:
        taken = [await futures_line.line(here) for _ in range(2)]
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await futures_line.line(here)
        await taken[0].ask("ping")


@over_loopback
async def test_frames_above_the_rate_are_refused_and_not_carried_out() -> None:
    clock = Moment()
    async with world(market=False, limits=Limits(messages=0.1), clock=clock) as here:
        line = await here.line()
        for symbol in ("BTC/USD", "ETH/USD"):
            await line.subscribe("trade", symbol, snapshot=False)
        await line.send("subscribe", channel="trade", symbol=["SOL/USD"])
        assert await line.until(lambda frame: "Error" in frame) == {"Error": "Exceeded msg rate"}
        clock.pass_by(1)
        await line.subscribe("trade", "SOL/USD", snapshot=False)
        futures = await futures_line.line(here)
        for _ in range(10):
            await futures.ask("ping")
        assert (await futures.ask("ping"))["event"] == "alert"


@over_loopback
async def test_a_socket_without_subscriptions_is_closed_when_its_client_is_silent() -> None:
    async with world(market=False, limits=Limits(idle=0.005)) as here:  # a third of a second
        kept, silent = await here.line(), await here.line(WsKey.SPOT_PUBLIC_V1)
        await kept.subscribe("ticker", "BTC/USD", snapshot=False)
        futures = await futures_line.line(here)
        assert await silent.ended()
        assert await futures.ended()
        await kept.subscribe("ticker", "ETH/USD", snapshot=False)
