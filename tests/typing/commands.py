"""What type checkers make of trading over a socket. Nothing here runs: mypy and pyright read it."""

from __future__ import annotations

from typing import assert_type

from krakenkit import AsyncWebsocketAPIClient, WebsocketAPIClient
from krakenkit.wire.spot_v2.trading import (
    AddOrder,
    BatchPlaced,
    CancelAllAfter,
    CancelCount,
    CancelOrder,
    OrderAmended,
    OrderCancelled,
    OrderEdited,
    OrderParams,
    OrderPlaced,
)


async def awaited(trading: AsyncWebsocketAPIClient) -> None:
    placed = await trading.submit_spot_order(
        order_type="limit", side="buy", symbol="BTC/USD", order_qty="1.2", limit_price="26500.4"
    )
    assert_type(placed, OrderPlaced)
    assert_type(await trading.amend_spot_order(order_id="O-1", limit_price="26500.5"), OrderAmended)
    assert_type(await trading.edit_spot_order(order_id="O-1", symbol="BTC/USD", order_qty="1"), OrderEdited)
    assert_type(await trading.cancel_spot_order(order_id=["O-1"]), list[OrderCancelled])
    assert_type(await trading.cancel_all_spot_orders(), CancelCount)
    assert_type(await trading.cancel_all_spot_orders_after(60), CancelAllAfter)
    both = [OrderParams(order_type="market", side="sell", order_qty=quantity) for quantity in ("1", "2")]
    assert_type(await trading.batch_submit_spot_orders(symbol="BTC/USD", orders=both), BatchPlaced)
    assert_type(await trading.batch_cancel_spot_orders(orders=["O-1", "O-2"]), CancelCount)
    assert_type(await trading.send(CancelOrder(cl_ord_id=["mine"])), list[OrderCancelled])


def blocking(trading: WebsocketAPIClient) -> None:
    placed = trading.submit_spot_order(order_type="market", side="buy", symbol="BTC/USD", order_qty=1)
    assert_type(placed, OrderPlaced)
    assert_type(trading.cancel_all_spot_orders(), CancelCount)
    order = AddOrder(order_type="market", side="buy", symbol="BTC/USD", order_qty=1)
    assert_type(trading.send(order), OrderPlaced)
