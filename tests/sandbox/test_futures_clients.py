"""The library's own clients against the Futures half of the sandbox: one story over REST and sockets."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from krakenkit import AsyncDerivativesClient, AsyncWebsocketClient, DerivativesClient, streams
from krakenkit.sandbox import Sandbox
from krakenkit.wire.environment import WsKey
from krakenkit.wire.futures.history import GetExecutionEvents
from sandbox.loopback import over_loopback

pytestmark = pytest.mark.filterwarnings("ignore::krakenkit.KrakenLifecycleWarning")


@over_loopback
async def test_an_order_is_seen_on_rest_and_on_every_feed() -> None:
    async with Sandbox(seed=5, market=["PF_XBTUSD"], pace=0.02) as box:
        key = box.futures_key("trader")
        async with (
            AsyncDerivativesClient(environment=box.environment, credentials=key) as rest,
            AsyncWebsocketClient(environment=box.environment, credentials=key) as sockets,
            sockets.subscribe(streams.futures.OpenOrders()) as orders,
            sockets.subscribe(streams.futures.Fills()) as fills,
            sockets.subscribe(streams.futures.OpenPositions()) as positions,
        ):
            await asyncio.gather(orders.ready(), fills.ready(), positions.ready())
            bid = (await rest.get_ticker("PF_XBTUSD")).ticker.bid
            assert bid is not None
            sent = await rest.submit_order(
                order_type="lmt", symbol="PF_XBTUSD", side="buy", size="0.25", limit_price=bid + 1, cli_ord_id="mine"
            )
            assert sent.send_status.placed
            bought = Decimal(0)
            async for fill in fills.rows():
                assert (fill.order_id, fill.cli_ord_id, fill.side) == (sent.send_status.order_id, "mine", "buy")
                bought += fill.qty or Decimal(0)
                if not fill.remaining_order_qty:
                    break
            assert bought == Decimal("0.25")
            async for update in positions.rows():
                if [(row.instrument, row.balance) for row in update.positions] == [("PF_XBTUSD", bought)]:
                    break
            (held,) = (await rest.get_open_positions()).open_positions
            assert (held.side, held.size) == ("long", bought)
            assert sum(row.size for row in (await rest.get_fills()).fills) == bought
            assert (await rest.get_open_orders()).open_orders == []


@over_loopback
async def test_a_live_book_is_the_exchanges_own_after_cuts_and_losses() -> None:
    async with (
        Sandbox(seed=6, market=["PF_XBTUSD"], pace=0.01) as box,
        AsyncDerivativesClient(environment=box.environment) as rest,
        AsyncWebsocketClient(environment=box.environment) as sockets,
        sockets.book("PF_XBTUSD", ws_key=WsKey.DERIVATIVES_PUBLIC_V1) as book,
    ):
        for turn in range(4):
            await book.synced()
            if turn % 2:
                box.faults.lose_next_book_update("PF_XBTUSD")
            else:
                box.faults.drop_lines()
            await asyncio.sleep(0.05)
        box.set_status("cancel_only")  # the market stands still
        told = (await rest.get_orderbook("PF_XBTUSD")).order_book
        wanted = [[(row.price, row.size) for row in side] for side in (told.bids, told.asks)]
        async with asyncio.timeout(5):
            while True:
                view = await book.synced()
                if [[(level.price, level.qty) for level in side] for side in (view.bids, view.asks)] == wanted:
                    break
                await asyncio.sleep(0.02)


def test_the_blocking_client_trades_from_a_thread() -> None:
    with (
        Sandbox(seed=7, market=["PI_XBTUSD"], pace=0.05) as box,
        DerivativesClient(environment=box.environment, credentials=box.futures_key("trader")) as rest,
    ):
        sent = rest.submit_order(order_type="mkt", symbol="PI_XBTUSD", side="sell", size=500)
        assert sent.send_status.executed == 500
        (held,) = rest.get_open_positions().open_positions
        assert (held.symbol, held.side, held.size) == ("PI_XBTUSD", "short", Decimal(500))
        sold = [row.event.execution for row in rest.pages(GetExecutionEvents(count=1))]
        assert sum(one.quantity for one in sold if one is not None) == 500
