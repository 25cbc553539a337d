"""Private sockets of Spot v2: reports about orders and balances, tokens, and what the two channels promise."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from krakenkit.wire.rewrite import altered, exact_json, on_the_wire, unread
from krakenkit.wire.spot_v2.frames import decode_frame
from sandbox.loopback import PRIVATE, Line, Moment, over_loopback, trade, world

LIMIT = {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "price": "30000", "volume": "0.01"}


async def rows_of(line: Line, channel: str, count: int) -> list[dict[str, Any]]:
    """The rows of the next messages of a channel, one row each."""
    rows: list[dict[str, Any]] = []
    for _ in range(count):
        (row,) = (await line.on(channel))["data"]
        rows.append(row)
    return rows


def kinds(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(row["exec_type"], row["order_status"]) for row in rows]


# --- orders and balances ----------------------------------------------------------------------------------------------


@over_loopback
async def test_an_order_by_rest_fills_and_shows_on_executions_and_balances() -> None:
    async with world() as here:
        maker, taker = here.account("maker"), here.account("taker", balances={"USD": 100_000})
        line = await here.private_line(taker)
        await line.subscribe("executions")
        await line.subscribe("balances")
        await line.on("balances", "snapshot")
        order_id = await trade(maker, taker)

        messages = [await line.next() for _ in range(6)]
        reports = [m["data"][0] for m in messages if m["channel"] == "executions"]
        entries = [m["data"][0] for m in messages if m["channel"] == "balances"]

        assert kinds(reports) == [
            ("pending_new", "pending_new"),
            ("new", "new"),
            ("trade", "partially_filled"),
            ("filled", "filled"),
        ]
        assert {(row["order_id"], row["order_userref"]) for row in reports} == {(order_id, 0)}
        _, _, fill, done = reports
        assert (fill["last_qty"], fill["last_price"], fill["cost"]) == (Decimal("0.5"), Decimal(40000), Decimal(20000))
        assert (fill["liquidity_ind"], fill["fees"]) == ("t", [{"asset": "USD", "qty": Decimal("80.0000")}])
        assert (done["cum_qty"], done["avg_price"], done["fee_usd_equiv"]) == (
            fill["cum_qty"],
            Decimal(40000),
            Decimal(80),
        )
        assert [(row["asset"], row["amount"], row["fee"]) for row in entries] == [
            ("BTC", Decimal("0.5"), Decimal(0)),
            ("USD", Decimal(-20000), Decimal(80)),
        ]
        assert {row["ref_id"] for row in entries} == {fill["exec_id"]}
        by_rest = await taker.result("Balance")
        assert (Decimal(by_rest["XXBT"]), Decimal(by_rest["ZUSD"])) == tuple(row["balance"] for row in entries)
        assert fill["exec_id"] in await taker.result("QueryTrades", txid=fill["exec_id"])


@over_loopback
async def test_every_report_is_read_whole_by_the_clients_classes() -> None:
    async with world() as here:
        maker, trader = here.account("maker"), here.account()
        await trade(maker, trader, price="39000")
        line = await here.private_line(trader)
        await line.send("subscribe", channel="executions", snap_trades=True)
        await line.send("subscribe", channel="balances")
        seen: set[str] = set()
        await trader.result("AddOrder", **LIMIT | {"volume": "0.2"}, userref=3)
        iceberg = LIMIT | {"ordertype": "iceberg", "volume": "0.15", "displayvol": "0.05"}
        hidden = await trader.result("AddOrder", **iceberg, cl_ord_id="mine")
        await trader.result("AmendOrder", cl_ord_id="mine", limit_price="29999")
        stop = LIMIT | {"type": "sell", "ordertype": "stop-loss", "price": "38000", "volume": "0.1"}
        await trader.result("AddOrder", **stop)
        await maker.result("AddOrder", **LIMIT | {"type": "sell", "price": "29999", "volume": "0.26"})
        await trader.result("CancelOrder", txid=hidden["txid"][0])
        wanted = {"pending_new", "new", "trade", "filled", "canceled", "amended", "iceberg_refill", "status"}
        while not wanted | {"trade snapshot", "balances"} <= seen:
            text = await line.text()
            if not text.startswith('{"channel"'):
                continue
            frame = decode_frame(text.encode())
            again = on_the_wire(frame) | {"channel": str(frame.__struct_config__.tag)}
            assert unread(exact_json(text), again) == []
            assert altered(exact_json(text), again) == []
            rows = exact_json(text)["data"]
            seen |= {f"{row['exec_type']} snapshot" if frame.type == "snapshot" else row["exec_type"]
                     for row in rows if "exec_type" in row}  # fmt: skip
            seen |= {"balances"} if "ledger_id" in text else set()


@over_loopback
async def test_messages_are_counted_from_one_for_each_subscription() -> None:
    async with world() as here:
        trader = here.account()
        line = await here.private_line(trader)
        await line.subscribe("executions")
        await trader.result("AddOrder", **LIMIT)
        assert [(await line.on("executions"))["sequence"] for _ in range(3)] == [1, 2, 3]
        await line.subscribe("balances")
        assert (await line.on("balances"))["sequence"] == 1
        here.box.deposit("trader", "USD", 5)
        assert (await line.on("balances"))["sequence"] == 2
        await line.subscribe("executions")  # once more: from the beginning
        again = await line.on("executions")
        assert (again["type"], again["sequence"], len(again["data"])) == ("snapshot", 1, 1)


@over_loopback
async def test_a_snapshot_shows_open_orders_whole_and_fills_in_a_message_of_their_own() -> None:
    async with world() as here:
        maker, trader = here.account("maker"), here.account()
        await trade(maker, trader)
        await trader.result("AddOrder", **LIMIT, cl_ord_id="mine")
        line = await here.private_line(trader)
        ack = await line.subscribe("executions", snap_trades=True)
        assert (ack["result"]["snap_orders"], ack["result"]["snap_trades"]) == (True, True)
        orders, trades = await line.on("executions"), await line.on("executions")
        assert [(m["type"], m["sequence"]) for m in (orders, trades)] == [("snapshot", 1), ("snapshot", 2)]
        (order,), (fill,) = orders["data"], trades["data"]
        assert (order["exec_type"], order["cl_ord_id"], order["limit_price"]) == ("new", "mine", Decimal(30000))
        assert (order["cum_qty"], order["symbol"], order["stop_price"]) == (0, "BTC/USD", 0)
        assert (fill["exec_type"], fill["order_status"], "cum_qty" in fill) == ("trade", "filled", False)


@over_loopback
async def test_a_snapshot_is_left_out_on_request() -> None:
    async with world() as here:
        trader = here.account()
        line = await here.private_line(trader)
        await line.subscribe("executions", snap_orders=False)
        await line.subscribe("balances", users="all")
        await trader.result("AddOrder", **LIMIT)
        first = await line.on("executions")
        assert (first["type"], first["sequence"]) == ("update", 1)


@over_loopback
async def test_without_order_status_only_beginnings_ends_and_fills_are_told() -> None:
    async with world() as here:
        trader = here.account()
        line = await here.private_line(trader)
        await line.subscribe("executions", order_status=False, snap_orders=False)
        txid = (await trader.result("AddOrder", **LIMIT))["txid"][0]
        await trader.result("AmendOrder", txid=txid, order_qty="0.02")
        await trader.result("CancelOrder", txid=txid)
        assert kinds(await rows_of(line, "executions", 2)) == [("new", "new"), ("canceled", "canceled")]


@over_loopback
async def test_what_ends_an_order_says_why() -> None:
    clock = Moment()
    async with world(clock=clock, pace=0.01) as here:
        trader = here.account()
        line = await here.private_line(trader)
        await line.subscribe("executions", order_status=False, snap_orders=False)
        txid = (await trader.result("AddOrder", **LIMIT, userref=4))["txid"][0]
        await trader.result("CancelOrder", txid=4)
        _, gone = await rows_of(line, "executions", 2)
        assert (gone["order_id"], gone["order_userref"], gone["reason"]) == (txid, 4, "User requested")
        assert gone["cancel_reason"] == gone["reason"]
        await trader.result("AddOrder", **LIMIT, timeinforce="GTD", expiretm="+10")
        clock.pass_by(11)
        _, expired = await rows_of(line, "executions", 2)
        assert (expired["exec_type"], expired["order_status"]) == ("expired", "expired")


@over_loopback
async def test_nobody_hears_of_other_peoples_orders() -> None:
    async with world() as here:
        trader, other = here.account(), here.account("somebody else")
        line = await here.private_line(other)
        await line.subscribe("executions", snap_orders=False)
        await trader.result("AddOrder", **LIMIT)
        await other.result("AddOrder", **LIMIT, cl_ord_id="mine")
        (row,) = (await line.on("executions"))["data"]
        assert row["cl_ord_id"] == "mine"


@over_loopback
async def test_an_unsubscribed_channel_is_silent() -> None:
    async with world() as here:
        trader = here.account()
        line = await here.private_line(trader)
        await line.subscribe("executions", snap_orders=False)
        assert (await line.ask("unsubscribe", channel="executions"))["result"] == {"channel": "executions"}
        assert (await line.ask("unsubscribe", channel="executions"))["error"] == "Subscription Not Found"
        await trader.result("AddOrder", **LIMIT)
        await line.send("ping")
        assert (await line.next())["method"] == "ping"


# --- tokens -----------------------------------------------------------------------------------------------------------


async def refusal(line: Line, token: object, channel: str = "balances") -> Any:
    return (await line.ask("subscribe", token=token, channel=channel)).get("error")


@over_loopback
async def test_tokens_are_refused_in_krakens_words() -> None:
    async with world() as here:
        trader = here.account()
        line = await here.line(PRIVATE)
        assert await refusal(line, "invented") == "EAPI:Invalid token"
        assert await refusal(line, None) == "ESession:Invalid session"
        assert await refusal(line, 5) == "EAPI:Invalid token"
        assert (await line.ask("cancel_all"))["error"] == "Token(s) not found"
        reply = await line.ask("subscribe", channel="executions")
        assert (reply["status"], reply["success"]) == ("error", False)
        assert await refusal(line, await trader.token()) is None


@over_loopback
async def test_a_token_that_was_not_used_for_fifteen_minutes_is_stale() -> None:
    clock = Moment()
    async with world(clock=clock) as here:
        trader = here.account()
        line, token = await here.line(PRIVATE), await trader.token()
        clock.pass_by(899)
        assert (await line.ask("cancel_all", token=token))["success"] is True
        clock.pass_by(2)
        assert await refusal(line, token) == "ESession:Invalid session"


@over_loopback
async def test_a_token_lives_as_long_as_a_subscription_that_was_made_with_it() -> None:
    clock = Moment()
    async with world(clock=clock) as here:
        trader = here.account()
        line = await here.private_line(trader)
        await line.subscribe("balances")
        clock.pass_by(5000)
        assert (await line.ask("cancel_all"))["success"] is True
        assert (await line.ask("unsubscribe", channel="balances"))["success"] is True
        assert (await line.ask("cancel_all"))["error"] == "ESession:Invalid session"


@over_loopback
async def test_a_socket_may_do_what_the_key_of_its_token_may() -> None:
    async with world() as here:
        watcher = here.account(permissions={"create-ws-token", "query-funds"})
        line = await here.private_line(watcher)
        await line.subscribe("balances")
        assert await refusal(line, line.token, "executions") == "EGeneral:Permission denied"
        assert (await line.ask("cancel_all"))["error"] == "EGeneral:Permission denied"


@over_loopback
async def test_another_key_of_an_account_sees_the_same_orders() -> None:
    async with world() as here:
        first, second = here.account("trader"), here.account("trader")
        assert first.credentials.key != second.credentials.key
        await first.result("AddOrder", **LIMIT)
        assert len((await second.result("OpenOrders"))["open"]) == 1
        assert await first.result("Balance") == await second.result("Balance")


@over_loopback
async def test_a_master_may_hear_of_all_its_subaccounts_and_nobody_elses() -> None:
    async with world() as here:
        master, stranger = here.account("master", permissions="all"), here.account("stranger")
        await master.result("CreateSubaccount", username="second", email="second@example.org")
        second = here.account("second", balances={"USD": 1_000})
        line, own = await here.private_line(master), await here.private_line(master)
        for channel in ("executions", "balances"):
            ack = await line.subscribe(channel, users="all")
            assert True not in (ack["result"].get("snapshot"), ack["result"].get("snap_orders"))
        await own.subscribe("executions", snap_orders=False)

        here.box.deposit("second", "USD", 5)
        await stranger.result("AddOrder", **LIMIT)
        placed = [(await account.result("AddOrder", **LIMIT))["txid"][0] for account in (second, master)]
        (entry,) = await rows_of(line, "balances", 1)
        assert (entry["amount"], entry["balance"]) == (5, 1005)
        rows = await rows_of(line, "executions", 4)
        assert [row["order_id"] for row in rows] == [placed[0]] * 2 + [placed[1]] * 2
        numbers = [here.box.bank.account_number(name) for name in ("second", "master")]
        assert [entry["user"], *(row["user"] for row in rows)] == [numbers[0]] * 3 + [numbers[1]] * 2
        rows = await rows_of(own, "executions", 2)
        assert [(row["order_id"], "user" in row) for row in rows] == [(placed[1], False)] * 2

        refused = await (await here.private_line(second)).ask("subscribe", channel="executions", users="all")
        assert refused["error"] == "EGeneral:Permission denied"
