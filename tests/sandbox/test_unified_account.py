"""Private channels of the Unified WebSocket: orders, money, positions and margin of the account that a token stands for."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from sandbox.futures_line import Trader, private_line
from sandbox.loopback import Moment, World, over_loopback, read, world
from sandbox.unified_line import BUY, SELL, UnifiedLine, private, public, unread_by_clients

HALF = Decimal("0.5")


async def two(here: World) -> tuple[UnifiedLine, UnifiedLine]:
    """Lines of two accounts, the second of which hears of its orders."""
    maker, taker = await private(here, here.account("maker")), await private(here, here.account("taker"))
    await taker.follow("executions", snap_orders=False)
    return maker, taker


def kinds(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(row["exec_type"], row["order_status"]) for row in rows]


# --- orders -----------------------------------------------------------------------------------------------------------


@over_loopback
async def test_an_order_that_rests_is_new_changes_and_ends() -> None:
    async with world() as here:
        line = await private(here, here.account())
        await line.follow("executions")
        assert (await line.on("executions", "snapshot"))["sequence"] == 1
        order_id = await line.place(cl_ord_id="mine", post_only=True, limit_price=Decimal(90000))
        await line.done("amend_order", cl_ord_id="mine", limit_price=90001, order_qty=Decimal("0.4"))
        await line.done("cancel_order", order_id=[order_id])
        new, amended, gone = rows = await line.reports(3)
        assert kinds(rows) == [("new", "new"), ("amended", "new"), ("canceled", "canceled")]
        assert {(row["order_id"], row["cl_ord_id"], row["asset_class"]) for row in rows} == {
            (order_id, "mine", "derivatives")
        }
        assert (new["symbol"], new["side"], new["order_type"]) == ("PF_XBTUSD", "buy", "limit")
        assert (new["order_qty"], new["limit_price"], new["post_only"]) == (HALF, 90000, True)
        assert (amended["limit_price"], amended["order_qty"]) == (90001, Decimal("0.4"))
        assert gone["reason"] == "User requested"


@over_loopback
async def test_an_order_that_is_filled_at_once_is_new_before_it_trades() -> None:
    async with world() as here:
        maker, taker = await two(here)
        await maker.follow("executions", snap_orders=False)
        for price in (90000, 90010):
            await maker.place(**SELL | {"limit_price": price})
        order_id = await taker.place(order_type="market", limit_price=None, order_qty=Decimal(1))
        new, first, second, done = rows = await taker.reports(4)
        assert kinds(rows) == [
            ("new", "new"),
            ("trade", "partially_filled"),
            ("trade", "partially_filled"),
            ("filled", "filled"),
        ]
        assert {row["order_id"] for row in rows} == {order_id}
        assert (new["order_qty"], new["cum_qty"], "limit_price" in new) == (1, 0, False)
        assert (first["last_price"], second["last_price"]) == (90000, 90010)
        assert (second["liquidity_ind"], second["cum_qty"], done["cum_qty"]) == ("t", 1, 1)
        assert second["fees"] == [{"asset": "USD", "qty": Decimal("22.5025")}]
        assert second["trade_id"] == first["trade_id"] + 1
        makers = await maker.reports(6)
        assert [kind for kind, _ in kinds(makers)] == ["new", "new", "trade", "filled", "trade", "filled"]
        assert makers[2]["liquidity_ind"] == "m"


@over_loopback
async def test_a_stop_waits_goes_off_and_keeps_its_type() -> None:
    async with world() as here:
        maker, taker = await two(here)
        await taker.place(order_type="stop-loss", limit_price=None, triggers={"price": 95000, "reference": "last"})
        for price in (95000, 95100):
            await maker.place(**SELL | {"limit_price": price, "order_qty": Decimal("0.6")})
        other = await private(here, here.account("other"))
        await other.place(limit_price=95000, order_qty=Decimal("0.1"))  # a trade at the trigger price
        rows = await taker.reports(4)
        assert [kind for kind, _ in kinds(rows)] == ["new", "status", "trade", "filled"]
        assert [row["order_type"] for row in (rows[0], rows[2])] == ["stop-loss", "stop-loss"]
        assert [rows[step]["triggers"]["status"] for step in (0, 1)] == ["untriggered", "triggered"]


@over_loopback
async def test_a_trailing_stop_follows_the_price_and_goes_off_when_it_turns() -> None:
    async with world() as here:
        maker, taker = await two(here)
        other = await private(here, here.account("other"))

        async def trade(price: int) -> None:
            await maker.place(**SELL | {"limit_price": price, "order_qty": Decimal("0.1")})
            await other.place(limit_price=price, order_qty=Decimal("0.1"))

        await trade(93000)
        trail = {"price": 500, "price_type": "quote", "reference": "last"}
        await taker.place(**SELL | {"order_type": "trailing-stop", "limit_price": None, "triggers": trail})
        await trade(94000)
        await other.place(limit_price=93400)
        await trade(93500)
        new, followed, fired, fill, filled = rows = await taker.reports(5)
        assert [kind for kind, _ in kinds(rows)] == ["new", "restated", "status", "trade", "filled"]
        assert [row["triggers"]["actual_price"] for row in (new, followed)] == [92500, 93500]
        assert (new["triggers"]["price"], new["triggers"]["price_type"]) == (500, "quote")
        assert (fired["triggers"]["status"], fill["order_type"]) == ("triggered", "trailing-stop")
        assert (fill["last_price"], filled["cum_qty"]) == (93400, HALF)


@over_loopback
async def test_snapshots_show_open_orders_and_fills_in_frames_of_their_own() -> None:
    async with world() as here:
        maker, taker = await two(here)
        await maker.place(**SELL)
        await taker.place(order_qty=Decimal("0.2"))
        resting = [await taker.place(limit_price=price) for price in (80000, 81000)]
        late = await private(here, here.account("taker"))
        await late.follow("executions", snap_trades=True)
        orders, fills = [await late.on("executions", "snapshot") for _ in range(2)]
        assert [row["order_id"] for row in orders["data"]] == resting
        ((fill,), numbers) = fills["data"], [orders["sequence"], fills["sequence"]]
        assert (fill["exec_type"], fill["last_qty"], fill["trade_id"], numbers) == ("trade", Decimal("0.2"), 1, [1, 2])


@over_loopback
async def test_without_order_status_only_begin_fills_and_end_are_told() -> None:
    async with world() as here:
        line = await private(here, here.account())
        await line.follow("executions", order_status=False, snap_orders=False)
        order_id = await line.place()
        await line.done("amend_order", order_id=order_id, limit_price=90001)
        await line.done("cancel_all")
        assert [kind for kind, _ in kinds(await line.reports(2))] == ["new", "canceled"]


# --- money ------------------------------------------------------------------------------------------------------------


@over_loopback
async def test_balances_cover_spot_and_the_wallets_behind_contracts() -> None:
    async with world() as here:
        account = here.account("taker", balances={"USD": 500})
        here.box.futures_key("taker", balances={"USD": 100_000, "EUR": 70})
        maker, taker = await private(here, here.account("maker")), await private(here, account)
        await taker.follow("balances")
        rows = {row["asset"]: row for row in (await taker.on("balances", "snapshot"))["data"]}
        assert rows["USD"]["balance"] == 100_500
        assert [(wallet["type"], wallet["id"], wallet["balance"]) for wallet in rows["USD"]["wallets"]] == [
            ("spot", "main", 500),
            ("futures", "flex", 100_000),
        ]
        assert rows["EUR"]["wallets"] == [{"type": "futures", "id": "flex", "balance": 70}]
        await maker.place(**SELL)
        await taker.place()
        (entry,) = (await taker.on("balances", "update"))["data"]
        assert (entry["asset"], entry["amount"], entry["fee"]) == ("USD", 0, Decimal("22.5"))
        assert (entry["wallet_type"], entry["wallet_id"], entry["balance"]) == ("futures", "flex", Decimal("99977.5"))
        here.box.deposit("taker", "EUR", 7)
        (entry,) = (await taker.on("balances", "update"))["data"]
        assert (entry["asset"], entry["amount"], entry["wallet_type"]) == ("EUR", 7, "spot")


@over_loopback
async def test_ledgers_count_on_for_the_connection_and_tell_of_money_and_positions() -> None:
    async with world() as here:
        maker, taker = await private(here, here.account("maker")), await private(here, here.account("taker"))
        await taker.follow("ledgers")
        await maker.place(**SELL)
        await taker.place(order_qty=Decimal("0.2"))
        money, position = [await taker.on("ledgers") for _ in range(2)]
        assert [money["sequence"], position["sequence"]] == [1, 2]
        assert (money["data"][0]["asset"], money["data"][0]["fee"]) == ("USD", 9)
        (moved,) = position["data"]
        assert (moved["asset"], moved["amount"], moved["balance"]) == ("PF_XBTUSD", Decimal("0.2"), Decimal("0.2"))
        assert (moved["asset_class"], moved["new_average_entry_price"]) == ("derivatives", 90000)
        await taker.ask("unsubscribe", channel="ledgers")
        await taker.follow("ledgers")
        here.box.deposit("taker", "EUR", 7)
        entry = await taker.on("ledgers")
        assert (entry["sequence"], entry["data"][0]["asset_class"]) == (3, "spot")


@over_loopback
async def test_funding_is_an_entry_of_the_ledgers() -> None:
    async with world(market=["PF_XBTUSD"], pace=60) as here:
        line = await private(here, here.account())
        await line.place(order_type="market", limit_price=None)
        await line.follow("ledgers")
        here.box.advance(3600)
        (entry,) = (await line.on("ledgers"))["data"]
        assert (entry["type"], entry["asset"]) == ("funding rate change", "USD")
        assert entry["amount"] == entry["realized_funding"] != 0


@over_loopback
async def test_a_contract_that_expires_closes_positions_and_makes_room_for_the_next() -> None:
    clock = Moment()
    async with world(clock=clock, pace=0.01) as here:
        maker, taker = await private(here, here.account("maker")), await private(here, here.account("taker"))
        market = await public(here)
        await market.follow("instrument", snapshot=False)
        await taker.follow("positions", snapshot=False)
        await maker.place(**SELL | {"symbol": "FF_XBTUSD_260925"})
        await taker.place(symbol="FF_XBTUSD_260925")
        assert len((await taker.on("positions"))["data"]["futures"]) == 1
        clock.pass_by(5 * 86_400)
        closed = (await taker.on("positions"))["data"]["futures"]
        assert [(row["symbol"], row["size"]) for row in closed] == [("FF_XBTUSD_260925", 0)]
        pairs = (await market.on("instrument", "update"))["data"]["pairs"]
        assert {(pair["symbol"], pair["status"]) for pair in pairs} == {
            ("FF_XBTUSD_260925", "delisted"),
            ("FI_XBTUSD_260925", "delisted"),
            ("FF_XBTUSD_261225", "online"),
            ("FI_XBTUSD_261225", "online"),
        }


@over_loopback
async def test_a_liquidation_is_marked_on_the_fill() -> None:
    async with world() as here:
        here.box.futures_key("poor", balances={"USD": 1_100})
        poor, rich = await private(here, here.account("poor")), await private(here, here.account("rich"))

        async def quote(price: int) -> None:
            """Let the mark price average half a minute of these quotes."""
            await rich.done("cancel_all")
            await rich.place(limit_price=price, order_qty=5)
            await rich.place(**SELL | {"limit_price": price + 2, "order_qty": 5})
            here.box.advance(60)

        await quote(95900)
        await poor.place(limit_price=95902)
        await poor.follow("executions", snap_orders=False)
        await quote(94000)
        new, fill = await poor.reports(2)
        assert (new["exec_type"], new["order_type"]) == ("new", "market")
        assert (fill["exec_type"], fill["liquidated"], fill["side"]) == ("trade", True, "sell")


@over_loopback
async def test_a_lost_report_leaves_a_hole_in_the_count() -> None:
    async with world() as here:
        line = await private(here, here.account())
        await line.follow("executions", snap_orders=False)
        here.box.faults.lose_next_report("executions")
        for price in (90000, 90001):
            await line.place(limit_price=price)
        assert (await line.on("executions"))["sequence"] == 2


# --- what is held -----------------------------------------------------------------------------------------------------


@over_loopback
async def test_positions_tell_what_an_event_touched_and_zero_for_what_is_closed() -> None:
    async with world() as here:
        maker, taker = await private(here, here.account("maker")), await private(here, here.account("taker"))
        await taker.follow("positions")
        first = await taker.on("positions", "snapshot")
        assert (first["data"]["futures"], first["data"]["options"]) == ([], [])
        for change in (SELL, BUY):
            await maker.place(**change)
            await taker.place(**(BUY if change is SELL else SELL))
        opened, closed = [(await taker.on("positions", "update"))["data"]["futures"] for _ in range(2)]
        assert opened == [{"symbol": "PF_XBTUSD", "size": HALF, "entry_price": 90000}]
        assert closed == [{"symbol": "PF_XBTUSD", "size": 0, "entry_price": 0}]


@over_loopback
async def test_positions_with_margin_carry_their_risk_and_are_told_as_prices_move() -> None:
    async with world(pace=60) as here:
        maker, taker = await private(here, here.account("maker")), await private(here, here.account("taker"))
        await maker.place(**SELL)
        await taker.place()
        await maker.follow("positions", with_margin=True)
        (held,) = (await maker.on("positions", "snapshot"))["data"]["futures"]
        assert (held["size"], held["initial_margin"] > 0) == (-HALF, True)
        assert held["pnl"] == (90000 - held["mark_price"]) * HALF
        (again,) = (await maker.on("positions", "update"))["data"]["futures"]
        assert again["symbol"] == "PF_XBTUSD"


@over_loopback
async def test_margin_comes_section_by_section_and_whole_again_on_a_change() -> None:
    async with world() as here:
        line = await private(here, here.account())
        await line.follow("margin")
        multi, single = [await line.on("margin") for _ in range(2)]
        assert (multi["type"], single["type"]) == ("multi_collateral", "single_collateral")
        assert (multi["data"]["balance_value"], single["data"]["F-XBT:USD"]["balance"]) == (100_000, 2)
        await line.place(limit_price=90000)
        changed = await line.on("margin")
        assert changed["type"] == "multi_collateral"
        assert changed["data"].keys() == multi["data"].keys()
        assert changed["data"]["available_margin"] < multi["data"]["available_margin"]


@over_loopback
async def test_preferences_say_that_contracts_may_be_traded_and_can_be_late() -> None:
    async with world() as here:
        line = await private(here, here.account())
        here.box.faults.refuse_subscriptions("Preferences are not available yet, try again later")
        refused = await line.refused("subscribe", channel="preferences")
        assert refused.startswith("Preferences are not available yet")
        await line.follow("preferences")
        assert (await line.on("preferences", "snapshot"))["data"] == {"futures_permission": "enabled"}


@over_loopback
async def test_every_private_message_is_read_by_the_clients_classes() -> None:
    """What margin, risk and ledgers say besides is known to have no fields: Kraken's pages do not name it."""
    async with world() as here:
        maker, taker = await private(here, here.account("maker")), await private(here, here.account("taker"))
        listener = await private(here, here.account("taker"))
        for channel in ("executions", "balances", "positions", "preferences"):
            await listener.follow(channel)
        await taker.place(order_type="take-profit-limit", triggers={"price": 80000, "reference": "index"})
        await maker.place(**SELL)
        await taker.place(cl_ord_id="mine")
        texts = [await listener.line.text() for _ in range(7)]
        assert {read(text)["channel"] for text in texts} == {"executions", "balances", "positions", "preferences"}
        assert [unread_by_clients(text) for text in texts] == [[]] * 7


# --- whose account it is ----------------------------------------------------------------------------------------------


@over_loopback
async def test_a_spot_key_acts_for_the_derivatives_account_of_the_same_name() -> None:
    async with world() as here:
        line = await private(here, here.account("trader"))
        order_id = await line.place(cl_ord_id="mine")
        futures = Trader(here, "trader", balances={})
        (order,) = (await futures.get("openorders"))["openOrders"]
        assert (order["order_id"], order["cliOrdId"]) == (order_id, "mine")
        socket = await private_line(here, futures)
        assert [row["order_id"] for row in (await socket.follow("open_orders"))["orders"]] == [order_id]
        await line.follow("executions", snap_orders=False)
        status = await futures.order("buy", "0.1", "91000")
        (report,) = await line.reports(1)
        assert (report["exec_type"], report["order_id"]) == ("new", status["order_id"])


@over_loopback
async def test_an_account_with_a_futures_key_keeps_its_money() -> None:
    async with world() as here:
        here.box.futures_key("trader", balances={"USD": 5})
        line = await private(here, here.account("trader"))
        await line.follow("margin")
        assert (await line.on("margin"))["data"]["balance_value"] == 5
        assert await line.refused("add_order", **BUY) == "EOrder:Insufficient margin"


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"channel": "executions", "asset_class": None}, "Missing 'params.asset_class'"),
        ({"channel": "executions", "asset_class": "spot"}, "'params.asset_class' spot is not available yet"),
        ({"channel": "executions", "token": ""}, "ESession:Invalid session"),
        ({"channel": "executions", "token": "x"}, "EAPI:Invalid token"),
        ({"channel": "executions", "users": "all"}, "'params.users' is not valid for the executions channel"),
        ({"channel": "executions", "snap_orders": 1}, "Snap_orders field must be a boolean"),
        ({"channel": "executions", "ratecounter": "yes"}, "Ratecounter field must be a boolean"),
        (
            {"channel": "ledgers", "asset_class": "derivatives"},
            "'params.asset_class' is not valid for the ledgers channel",
        ),
        ({"channel": "margin", "snapshot": True}, "'params.snapshot' is not valid for the margin channel"),
        (
            {"channel": "positions", "snapshot": True, "with_margin": True},
            "'params.snapshot' is not valid together with 'params.with_margin'",
        ),
        ({"channel": "status"}, "Symbol(s) not found"),
        ({"channel": "notifications"}, "Subscription name invalid"),
    ],
)
def test_a_private_subscription_is_refused_in_words_after_krakens(params: dict[str, Any], error: str) -> None:
    async def story() -> None:
        async with world() as here:
            assert await (await private(here, here.account())).refused("subscribe", **params) == error

    asyncio.run(story())


@over_loopback
async def test_margin_and_positions_have_one_subscription_a_connection() -> None:
    async with world() as here:
        line = await private(here, here.account())
        for channel in ("margin", "positions"):
            await line.follow(channel)
            again = await line.refused("subscribe", channel=channel)
            assert again == f"Already subscribed to {channel} channel"
            await line.ask("unsubscribe", channel=channel)
            await line.follow(channel)
        await line.follow("executions")
        await line.follow("executions")  # others begin anew


@over_loopback
async def test_channels_and_commands_ask_for_spots_permissions() -> None:
    async with world() as here:
        line = await private(here, here.account("reader", permissions=["create-ws-token", "query-open-trades"]))
        await line.follow("executions")
        for channel in ("balances", "ledgers", "margin"):
            assert await line.refused("subscribe", channel=channel) == "EGeneral:Permission denied"
        assert await line.refused("add_order", **BUY) == "EGeneral:Permission denied"
        await line.follow("preferences")
