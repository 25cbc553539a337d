"""The library's own clients against the Unified WebSocket of the sandbox: everything subscribed, traded and compared."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from krakenkit import (
    AsyncWebsocketAPIClient,
    AsyncWebsocketClient,
    Gap,
    OutcomeUnknown,
    ReconnectPolicy,
    Refused,
    WsKey,
    streams,
)
from krakenkit.clients.live_book import LiveBook
from krakenkit.sandbox import Sandbox
from krakenkit.sandbox.engine.derivatives import DerivativesExchange
from krakenkit.wire.spot_v2.trading import TriggerParams
from krakenkit.wire.unified.trading import LeverageMode, OrderParams
from sandbox.loopback import PATIENCE, over_loopback

QUICK = ReconnectPolicy(first=0.005, base=0.01, ceiling=0.05, busy=0.02)
EVERYTHING = (
    streams.unified.Ticker(symbol="PF_XBTUSD"),
    streams.unified.Trade(symbol="PF_XBTUSD"),
    streams.unified.Ohlc(symbol="PF_XBTUSD"),
    streams.unified.Instrument(),
    streams.unified.Level3(symbol="PF_XBTUSD"),
    streams.unified.Status(),
    streams.unified.Executions(),
    streams.unified.Balances(),
    streams.unified.Margin(),
    streams.unified.Positions(),
    streams.unified.Ledgers(),
    streams.unified.Preferences(),
)


class Reader:
    """Reads subscriptions to their ends, and keeps what they told."""

    def __init__(self, ws: AsyncWebsocketClient) -> None:
        self.rows: defaultdict[str, list[Any]] = defaultdict(list)
        self.gaps: list[Gap] = []
        self._ws = ws
        self._tasks: list[asyncio.Task[None]] = []

    async def follow(self, *channels: Any) -> None:
        """Subscribe, and wait until all is acknowledged."""
        opened = [(channel.topic, self._ws.subscribe(channel)) for channel in channels]
        self._tasks += [asyncio.create_task(self._read(topic, subscription)) for topic, subscription in opened]
        await asyncio.gather(*(subscription.ready() for topic, subscription in opened if topic != "status"))

    async def _read(self, topic: str, subscription: Any) -> None:
        async for item in subscription:
            if isinstance(item, Gap):
                self.gaps.append(item)
            else:
                self.rows[topic].append(item)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.01)


def truth(box: Sandbox) -> DerivativesExchange:
    """The engine behind the wire; the sandbox lives on this loop."""
    return box._venue.futures.exchange


def clients(box: Sandbox) -> tuple[AsyncWebsocketClient, AsyncWebsocketAPIClient]:
    key, options = box.key("trader"), {"environment": box.environment, "reconnect": QUICK}
    return (
        AsyncWebsocketClient(key, **options),  # type: ignore[arg-type]  # one set of options for two classes
        AsyncWebsocketAPIClient(key, ws_key=WsKey.UNIFIED_PRIVATE, **options),  # type: ignore[arg-type]
    )


@over_loopback
async def test_everything_is_subscribed_traded_and_equal_to_the_exchange() -> None:
    async with Sandbox(seed=5, market=["PF_XBTUSD"], pace=0.02) as box:
        ws, trading = clients(box)
        async with ws, trading:
            reader = Reader(ws)
            await reader.follow(*EVERYTHING)
            bought = await trading.submit_unified_order(
                order_type="market", side="buy", symbol="PF_XBTUSD", order_qty="0.25", cl_ord_id="mine"
            )
            resting = await trading.submit_unified_order(
                order_type="limit", side="sell", symbol="PF_XBTUSD", order_qty="0.1", limit_price=500_000
            )
            await until(lambda: [row for row in reader.rows["executions"] if row.order_id == resting.order_id])
            await until(lambda: len(reader.rows["ticker"]) > 3 and reader.rows["preferences"])
            box.set_status("cancel_only")  # the market stands still
            await until(lambda: reader.rows["status"][-1].system == "cancel_only")
            await reader.stop()

    rows, exchange = reader.rows, truth(box)
    assert {channel.topic for channel in EVERYTHING} == set(rows)
    (held,) = exchange.holdings("trader")
    assert rows["positions"][-1].futures[0].size == held.size == Decimal("0.25")
    assert rows["positions"][-1].futures[0].entry_price == held.entry_price
    money = exchange.wallet("trader", "flex").balance
    assert rows["balances"][-1].balance == money == Decimal(100_000) - exchange_fees(exchange)
    fills = [row for row in rows["executions"] if row.exec_type == "trade"]
    assert {row.exec_id for row in fills} == {fill.fill_id for fill in exchange.fills("trader")}
    assert {row.order_id for row in fills} == {bought.order_id}
    assert [order.order_id for order in exchange.open_orders("trader")] == [resting.order_id]
    sizes = [row.balance for row in rows["ledgers"] if row.asset == "PF_XBTUSD"]
    assert sizes[-1] == held.size
    assert [one.futures_permission for one in rows["preferences"]] == ["enabled"]
    multi = [row for row in rows["margin"] if row.section == "multi_collateral"]
    assert multi[-1].extra["initial_margin"] > 0
    assert rows["ticker"][-1].last == exchange.ticker(held.contract).last.price  # type: ignore[union-attr]
    assert not reader.gaps


def exchange_fees(exchange: DerivativesExchange) -> Decimal:
    return sum((fill.fee for fill in exchange.fills("trader")), Decimal(0))


@over_loopback
async def test_books_are_the_exchanges_own_after_cuts_losses_and_wrong_checksums() -> None:
    async with Sandbox(seed=6, market=["PF_XBTUSD", "PI_XBTUSD"], pace=0.01) as box:
        ws, _ = clients(box)
        async with (
            ws,
            ws.book("PF_XBTUSD", ws_key=WsKey.UNIFIED_PUBLIC) as linear,
            ws.book("PI_XBTUSD", depth=25, ws_key=WsKey.UNIFIED_PUBLIC) as inverse,
            ws.book("PF_XBTUSD", level=3, ws_key=WsKey.UNIFIED_L3) as orders,
        ):
            for turn in range(6):
                for book in (linear, inverse, orders):
                    await book.synced()
                match turn % 3:
                    case 0:
                        box.faults.drop_lines()
                    case 1:
                        box.faults.lose_next_book_update("PF_XBTUSD")
                    case _:
                        box.faults.corrupt_next_checksum("PI_XBTUSD")
                await asyncio.sleep(0.05)
            box.set_status("cancel_only")  # the market stands still
            await until(lambda: shown(linear) == there(box, "PF_XBTUSD", 10))
            await until(lambda: shown(inverse) == there(box, "PI_XBTUSD", 25))
            await until(lambda: shown(orders) == there(box, "PF_XBTUSD", 10))


def shown(book: LiveBook) -> list[list[tuple[Decimal, Decimal]]]:
    """What a book says, best first; nothing while it is withheld."""
    if not book.is_synced():
        return []
    view = book.view()
    return [[(level.price, level.qty) for level in side] for side in (view.bids, view.asks)]


def there(box: Sandbox, symbol: str, depth: int) -> list[list[tuple[Decimal, Decimal]]]:
    """What the engine's book says."""
    contract = truth(box).contracts.find(symbol)
    assert contract is not None
    return [truth(box).levels(contract, side, depth) for side in ("buy", "sell")]


@over_loopback
async def test_a_lost_line_is_subscribed_again_and_shows_what_happened_meanwhile() -> None:
    async with Sandbox(seed=7, market=False, pace=0.05) as box:
        ws, trading = clients(box)
        async with ws, trading:
            reader = Reader(ws)
            await reader.follow(streams.unified.Executions(), streams.unified.Positions(), streams.unified.Ledgers())
            first = await trading.submit_unified_order(
                order_type="limit", side="buy", symbol="PF_XBTUSD", order_qty="0.1", limit_price=90_000
            )
            await until(lambda: reader.rows["executions"])
            box.faults.stale_tokens()
            box.faults.drop_lines("private")
            await until(lambda: len(reader.gaps) == 3)  # one for each subscription
            await until(lambda: reader.rows["executions"][-1].snapshot)
            assert reader.rows["executions"][-1].order_id == first.order_id
            await trading.cancel_all_unified_orders()
            await until(lambda: reader.rows["executions"][-1].exec_type == "canceled")
            await reader.stop()


@over_loopback
async def test_an_order_whose_answer_is_lost_is_found_again_by_its_own_id() -> None:
    async with Sandbox(seed=8, market=False) as box:
        ws, trading = clients(box)
        async with ws, trading:
            reader = Reader(ws)
            await reader.follow(streams.unified.Executions())
            box.faults.drop_after_command("add_order")
            with pytest.raises(OutcomeUnknown) as lost:
                await trading.submit_unified_order(
                    order_type="limit",
                    side="buy",
                    symbol="PF_XBTUSD",
                    order_qty="0.1",
                    limit_price=90_000,
                    cl_ord_id="mine",
                )
            await until(lambda: [row for row in reader.rows["executions"] if row.cl_ord_id == "mine"])
            assert lost.value.client_order_id == "mine"
            (cancelled,) = await trading.cancel_unified_order(cl_ord_id=["mine"])
            assert cancelled.cl_ord_id == "mine"
            await reader.stop()


@over_loopback
async def test_batches_amends_the_switch_and_preferences_go_through_the_client() -> None:
    async with Sandbox(seed=9, market=False, pace=0.02) as box:
        _, trading = clients(box)
        async with trading:
            await trading.connect()
            row = OrderParams(order_type="limit", side="buy", order_qty="0.1", limit_price=90_000)
            first, second = (await trading.batch_submit_unified_orders(symbol="PF_XBTUSD", orders=[row, row])).orders
            await trading.amend_unified_order(order_id=first.order_id, limit_price=90_001)
            shown = {order.order_id: order.limit_price for order in truth(box).open_orders("trader")}
            assert shown == {first.order_id: 90_001, second.order_id: 90_000}
            ids = [first.order_id, second.order_id]
            assert (await trading.batch_cancel_unified_orders(orders=ids)).count == 2
            await trading.submit_unified_order(
                order_type="stop-loss", side="sell", symbol="PF_ETHUSD", order_qty=1, triggers=TriggerParams(price=1000)
            )
            assert (await trading.cancel_all_unified_orders_after(timeout=1)).trigger_time != "0"
            await until(lambda: not truth(box).open_orders("trader"))
            cross = LeverageMode(symbol="PF_XBTUSD", max_leverage=None)
            assert (await trading.set_unified_preference(leverage_mode=cross)).extra == {}
            with pytest.raises(Refused, match="Unknown 'params"):
                await trading.set_unified_preference(leverage_mode=LeverageMode(symbol="PF_X", max_leverage=None))


def test_a_saved_sandbox_goes_on_where_the_unified_account_stopped(tmp_path: Path) -> None:
    file = tmp_path / "sandbox"

    @over_loopback
    async def before() -> None:
        async with Sandbox(seed=10, market=["PF_XBTUSD"], pace=60) as box:
            _, trading = clients(box)
            async with trading:
                await trading.submit_unified_order(order_type="market", side="buy", symbol="PF_XBTUSD", order_qty="0.1")
                await trading.submit_unified_order(
                    order_type="limit",
                    side="buy",
                    symbol="PF_XBTUSD",
                    order_qty="0.1",
                    limit_price=1000,
                    cl_ord_id="mine",
                )
            box.save(file)

    @over_loopback
    async def after() -> None:
        async with Sandbox.load(file) as box:
            ws, _ = clients(box)
            async with ws:
                reader = Reader(ws)
                await reader.follow(streams.unified.Executions(), streams.unified.Positions())
                await until(lambda: reader.rows["executions"] and reader.rows["positions"])
                assert [row.cl_ord_id for row in reader.rows["executions"]] == ["mine"]
                assert reader.rows["positions"][0].futures[0].size == Decimal("0.1")
                assert truth(box).wallet("trader", "flex").balance < 100_000  # no second gift
                await reader.stop()

    before()
    after()
