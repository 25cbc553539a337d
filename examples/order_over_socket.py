"""An order over the socket and its fills: ``python examples/order_over_socket.py``. Runs in a sandbox."""

from __future__ import annotations

import asyncio

from krakenkit import AsyncWebsocketAPIClient, AsyncWebsocketClient, Gap, new_order_id, streams
from krakenkit.sandbox import Sandbox


async def main() -> None:
    async with Sandbox(seed=7) as box:
        key = box.key("trader")
        async with (
            AsyncWebsocketClient(key, environment=box.environment) as ws,
            AsyncWebsocketAPIClient(key, environment=box.environment) as trading,
            ws.subscribe(streams.spot.Executions()) as executions,
        ):
            placed = await trading.submit_spot_order(
                order_type="market", side="buy", symbol="BTC/USD", order_qty="0.25", cl_ord_id=new_order_id()
            )
            async for report in executions:
                if isinstance(report, Gap) or report.order_id != placed.order_id:
                    continue
                print(report.exec_type, report.order_status, report.last_qty, "at", report.last_price)
                if report.exec_type == "filled":
                    return


if __name__ == "__main__":
    asyncio.run(main())
