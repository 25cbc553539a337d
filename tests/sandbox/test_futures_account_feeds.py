"""Private feeds of the Futures WebSocket v1: orders, fills, positions and money."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sandbox.futures_line import FuturesLine, Trader, private_line, trade
from sandbox.loopback import Moment, over_loopback, world


async def told(socket: FuturesLine, count: int) -> list[tuple[str, bool]]:
    """Reason and end of the next messages about orders."""
    messages = [await socket.on("open_orders") for _ in range(count)]
    return [(message["reason"], message["is_cancel"]) for message in messages]


# --- orders -----------------------------------------------------------------------------------------------------------


@over_loopback
async def test_open_orders_begin_with_those_that_are_there_and_tell_each_step() -> None:
    async with world() as here:
        trader, other = Trader(here), Trader(here, "other")
        first = await trader.order("sell", "0.5", "95000", cliOrdId="mine")
        socket = await private_line(here, trader)
        (row,) = (await socket.follow("open_orders"))["orders"]
        assert (row["order_id"], row["cli_ord_id"], row["direction"]) == (first["order_id"], "mine", 1)
        assert (row["type"], row["qty"], row["stop_price"], row["limit_price"]) == ("limit", Decimal("0.5"), 0, 95000)
        await other.order("buy", "0.2", "95000")
        partly = await socket.on("open_orders")
        assert (partly["reason"], partly["is_cancel"], partly["order"]["qty"]) == (
            "partial_fill",
            False,
            Decimal("0.3"),
        )
        await other.order("buy", "0.3", "95000")
        whole = await socket.on("open_orders")
        assert (whole["reason"], whole["is_cancel"], whole["order"]["qty"]) == ("full_fill", True, 0)
        await trader.order("buy", "0.1", "90000", cliOrdId="next")
        await trader.post("editorder", cliOrdId="next", limitPrice="91000")
        placed, edited = await socket.on("open_orders"), await socket.on("open_orders")
        assert (placed["reason"], edited["reason"]) == ("new_placed_order_by_user", "edited_by_user")
        assert edited["order"]["limit_price"] == 91000
        await trader.post("cancelorder", cliOrdId="next")
        gone = await socket.on("open_orders")
        assert gone == {
            "feed": "open_orders",
            "order_id": edited["order"]["order_id"],
            "cli_ord_id": "next",
            "is_cancel": True,
            "reason": "cancelled_by_user",
        }


@over_loopback
async def test_what_never_was_open_is_not_told() -> None:
    async with world() as here:
        trader, other = Trader(here), Trader(here, "other")
        await other.order("sell", "0.5", "95000")
        socket = await private_line(here, trader)
        await socket.follow("open_orders")
        await trader.order("buy", "0.1")
        await trader.order("buy", "0.9", "95000", orderType="ioc")
        await trader.order("buy", "0.1", "90000")
        assert await told(socket, 1) == [("new_placed_order_by_user", False)]


@over_loopback
async def test_the_rest_of_an_order_that_traded_comes_as_a_new_one() -> None:
    async with world() as here:
        trader, other = Trader(here), Trader(here, "other")
        await other.order("sell", "0.5", "95000")
        socket = await private_line(here, trader)
        await socket.follow("open_orders")
        await trader.order("buy", "0.8", "95000")
        message = await socket.on("open_orders")
        assert (message["reason"], message["order"]["qty"], message["order"]["filled"]) == (
            "new_placed_order_by_user",
            Decimal("0.3"),
            Decimal("0.5"),
        )


@over_loopback
async def test_an_edit_that_trades_tells_both() -> None:
    async with world() as here:
        trader, other = Trader(here), Trader(here, "other")
        await other.order("sell", "0.5", "95000")
        await trader.order("buy", "0.8", "94000", cliOrdId="mine")
        socket = await private_line(here, trader)
        await socket.follow("open_orders")
        await trader.post("editorder", cliOrdId="mine", limitPrice="95000")
        assert await told(socket, 2) == [("edited_by_user", False), ("partial_fill", False)]


@over_loopback
async def test_refused_post_orders_are_told_on_the_verbose_feed_only() -> None:
    async with world() as here:
        trader, other = Trader(here), Trader(here, "other")
        await other.order("sell", "0.5", "95000")
        socket = await private_line(here, trader)
        await socket.follow("open_orders")
        await socket.follow("open_orders_verbose")
        await trader.order("buy", "0.1", "95000", orderType="post")
        await trader.order("buy", "0.1", "90000")
        refused = await socket.next()
        assert (refused["feed"], refused["is_cancel"]) == ("open_orders_verbose", True)
        assert refused["reason"] == "post_order_failed_because_it_would_filled"
        both = [await socket.next(), await socket.next()]
        assert {(message["feed"], message["reason"]) for message in both} == {
            (feed, "new_placed_order_by_user") for feed in ("open_orders", "open_orders_verbose")
        }


@over_loopback
async def test_a_stop_leaves_when_it_goes_off_and_what_rests_of_it_comes() -> None:
    async with world() as here:
        trader, other = Trader(here), Trader(here, "other")
        socket = await private_line(here, trader)
        await socket.follow("open_orders")
        stop = {"orderType": "stp", "stopPrice": "94000", "triggerSignal": "last", "limitPrice": "93900"}
        await trader.order("sell", "0.1", **stop)
        waiting = await socket.on("open_orders")
        row = waiting["order"]
        assert (row["type"], row["stop_price"], row["triggerSignal"]) == ("stop", 94000, "last")
        await trade(other, Trader(here, "third"), "0.1", "93800")
        fired, resting = await socket.on("open_orders"), await socket.on("open_orders")
        assert (fired["reason"], fired["is_cancel"], fired["order_id"]) == (
            "stop_order_triggered",
            True,
            row["order_id"],
        )
        assert (resting["reason"], resting["order"]["type"]) == ("limit_order_from_stop", "limit")


@over_loopback
async def test_the_switch_is_named_as_the_reason() -> None:
    clock = Moment()
    async with world(clock=clock, pace=0.02) as here:
        trader = Trader(here)
        await trader.order("buy", "0.1", "90000")
        socket = await private_line(here, trader)
        await socket.follow("open_orders")
        await trader.post("cancelallordersafter", timeout=5)
        clock.pass_by(6)
        assert await told(socket, 1) == [("dead_man_switch", True)]


# --- fills, positions, money ------------------------------------------------------------------------------------------


@over_loopback
async def test_fills_are_told_to_both_sides_with_their_fees() -> None:
    async with world() as here:
        buyer, seller = Trader(here, "buyer"), Trader(here, "seller")
        await trade(buyer, seller, "0.1", "95000")
        lines = [await private_line(here, trader) for trader in (buyer, seller)]
        snapshots = [await socket.follow("fills") for socket in lines]
        assert [len(snapshot["fills"]) for snapshot in snapshots] == [1, 1]
        resting = await seller.order("sell", "0.5", "95000", cliOrdId="mine")
        await buyer.order("buy", "0.2")
        (bought,), (sold,) = [(await socket.on("fills"))["fills"] for socket in lines]
        assert (bought["seq"], bought["buy"], bought["fill_type"], bought["order_type"]) == (2, True, "taker", "market")
        assert (bought["fee_paid"], bought["fee_currency"]) == (Decimal("9.5"), "USD")
        assert (sold["order_id"], sold["cli_ord_id"], sold["fill_type"]) == (resting["order_id"], "mine", "maker")
        assert (sold["remaining_order_qty"], sold["taker_order_type"]) == (Decimal("0.3"), "market")


@over_loopback
async def test_fills_may_be_narrowed_to_products() -> None:
    async with world() as here:
        buyer, seller = Trader(here, "buyer"), Trader(here, "seller")
        socket = await private_line(here, buyer)
        ack = await socket.ask("subscribe", feed="fills", product_ids=["pi_xbtusd"], **socket.proof)
        assert ack["product_ids"] == ["PI_XBTUSD"]
        await trade(buyer, seller, "0.1", "95000")
        await trade(buyer, seller, "10", "95000", symbol="PI_XBTUSD")
        (fill,) = (await socket.on("fills"))["fills"]
        assert (fill["instrument"], fill["seq"], fill["fee_currency"]) == ("PI_XBTUSD", 2, "BTC")
        wrong = await socket.ask("subscribe", feed="fills", product_ids=["PF_WWWUSD"], **socket.proof)
        assert wrong == {"event": "error", "message": "Invalid product id"}


@over_loopback
async def test_open_positions_are_all_told_whenever_one_changes() -> None:
    async with world(pace=60) as here:
        buyer, seller = Trader(here, "buyer"), Trader(here, "seller")
        socket = await private_line(here, buyer)
        assert (await socket.follow("open_positions"))["positions"] == []
        await trade(buyer, seller, "0.2", "95000")
        await trade(seller, buyer, "100", "95000", symbol="PI_XBTUSD")
        await trade(seller, buyer, "0.2", "95100")
        messages = [await socket.on("open_positions") for _ in range(3)]
        assert [message["seq"] for message in messages] == [1, 2, 3]
        sizes = [{row["instrument"]: row["balance"] for row in message["positions"]} for message in messages]
        assert sizes == [
            {"PF_XBTUSD": Decimal("0.2")},
            {"PF_XBTUSD": Decimal("0.2"), "PI_XBTUSD": -100},
            {"PI_XBTUSD": -100},
        ]
        assert messages[0]["positions"][0]["entry_price"] == 95000


@over_loopback
async def test_balances_tell_the_wallet_that_changed_and_count_from_zero() -> None:
    async with world() as here:
        buyer, seller = Trader(here, "buyer"), Trader(here, "seller")
        socket = await private_line(here, buyer)
        whole = await socket.follow("balances")
        assert (whole["seq"], set(whole["futures"]), whole["holding"]) == (0, {"F-XBT:USD", "F-ETH:USD"}, {})
        assert whole["flex_futures"]["balance_value"] == 100_000
        await trade(buyer, seller, "0.2", "95000")
        await trade(buyer, seller, "1000", "95000", symbol="PI_XBTUSD")
        flex, inverse = await socket.on("balances"), await socket.on("balances")
        assert (flex["seq"], inverse["seq"]) == (1, 2)
        assert ("futures" in flex, "flex_futures" in inverse) == (False, False)
        assert flex["flex_futures"]["balance_value"] == Decimal("99990.5")
        assert flex["flex_futures"]["cross"]["initial_margin_without_orders"] == 380
        assert inverse["futures"]["F-XBT:USD"]["balance"] < 2
        here.box.futures_key("buyer", balances={"USD": 7})
        paid = await socket.on("balances")
        assert paid["flex_futures"]["balance_value"] == Decimal("99997.5")


@over_loopback
async def test_the_account_log_goes_on_where_its_snapshot_ends() -> None:
    async with world() as here:
        buyer, seller = Trader(here, "buyer"), Trader(here, "seller")
        socket = await private_line(here, buyer)
        snapshot = await socket.follow("account_log")
        assert [(row["id"], row["info"]) for row in snapshot["logs"]] == [
            (2, "cross-exchange transfer"),
            (1, "cross-exchange transfer"),
        ]
        await trade(buyer, seller, "0.2", "95000")
        entries: list[dict[str, Any]] = [(await socket.on("account_log"))["new_entry"] for _ in range(2)]
        assert [(row["id"], row["asset"]) for row in entries] == [(3, "usd"), (4, "pf_xbtusd")]
        assert (entries[0]["fee"], entries[1]["new_balance"]) == (Decimal("9.5"), Decimal("0.2"))


@over_loopback
async def test_nobody_hears_of_somebody_else() -> None:
    async with world() as here:
        trader, other = Trader(here), Trader(here, "other")
        socket = await private_line(here, trader)
        for feed in ("open_orders", "fills", "balances", "open_positions", "account_log", "notifications_auth"):
            await socket.follow(feed)
        await trade(other, Trader(here, "third"), "0.2", "95000")
        await other.order("buy", "0.2", "90000")
        assert await socket.ask("ping") == {"event": "pong"}
