"""kraken-connector against a sandbox: REST with generated models, and Spot WebSocket v2 with its own book.

Its check of the book reads quantities as floats, which forget trailing zeros: it fails often, at Kraken too. The book is right.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from kraken_connector.api.account_data import get_account_balance, get_open_orders
from kraken_connector.api.market_data import get_system_status
from kraken_connector.api.trading import add_order, cancel_order
from kraken_connector.constants.trading import OrderType, TypeOrder
from kraken_connector.http import HTTPAuthenticatedClient
from kraken_connector.schemas.add_order_request import AddOrderRequest
from kraken_connector.schemas.cancel_order_request import CancelOrderRequest
from kraken_connector.security import get_nonce
from kraken_connector.types import UNSET
from kraken_connector.ws.client import KrakenWSClient
from kraken_connector.ws.subscribe import BookParams, ExecutionsParams
from kraken_connector.ws.token import TokenManager
from kraken_connector.ws.trading import AddOrderParams, CancelOrderParams
from truth import BOX, Book, agrees, key, levels, until

SEEN: dict[str, Any] = {}


def account() -> Any:
    owner = key("spot")
    return HTTPAuthenticatedClient(base_url=BOX["rest"], api_key=owner["key"], api_secret=owner["secret"])


def calls() -> None:
    client = account()
    SEEN["status"] = get_system_status.sync(client=client).to_dict()["result"]["status"]
    SEEN["balance"] = get_account_balance.sync(client=client).to_dict()["result"]["XXBT"]
    terms = AddOrderRequest(
        ordertype=OrderType.LIMIT,
        type=TypeOrder.BUY,
        volume="0.01",
        pair="XBTUSD",
        price="20000",
        # Its defaults cannot be sent: it signs nonces as old as the import, and "False" where it sends "false".
        nonce=get_nonce(),
        reduce_only=UNSET,
        validate=UNSET,
    )
    order_id = add_order.sync(client=client, form_data=terms).to_dict()["result"]["txid"][0]
    found = get_open_orders.sync(client=client).to_dict()["result"]["open"]
    SEEN["open"] = found[order_id]["descr"]["order"]
    cancelled = cancel_order.sync_detailed(
        client=client, form_data=CancelOrderRequest(txid=order_id, nonce=get_nonce())
    )
    SEEN["cancelled"] = json.loads(cancelled.content)["result"]["count"]


async def book() -> None:
    async with KrakenWSClient(BOX["ws"]["SPOT_PUBLIC_V2"]) as client:
        heard: list[Any] = []
        reader = asyncio.create_task(read(client, heard))
        await client.subscribe(BookParams(symbol=["BTC/USD"], depth=10))
        await until(lambda: client.book_manager.get("BTC/USD") is not None and len(heard) > 60)
        kept = client.book_manager.get("BTC/USD")

        def seen() -> Book:
            return {"bids": levels(kept.bids, 10), "asks": levels(kept.asks, 10)}

        SEEN["book true"] = await agrees(seen, "BTC/USD", 10)
        reader.cancel()


async def read(client: Any, heard: list[Any]) -> None:
    async for message in client:
        heard.append(message)  # noqa: PERF401 — others look at it meanwhile


async def trading() -> None:
    tokens = TokenManager(account())
    async with KrakenWSClient(BOX["ws"]["SPOT_PRIVATE_V2"], token_manager=tokens) as client:
        token = await tokens.get_token()
        heard: list[Any] = []
        reader = asyncio.create_task(read(client, heard))
        await client.subscribe(ExecutionsParams(token=token, snap_orders=True))
        terms = {"symbol": "BTC/USD", "side": "buy", "order_type": "limit", "order_qty": 0.01, "limit_price": 20000}
        placed = await client.add_order(AddOrderParams(token=token, **terms))
        SEEN["socket order"] = placed.success
        order_id = placed.result["order_id"]
        gone = await client.cancel_order(CancelOrderParams(token=token, order_id=[order_id]))
        SEEN["socket cancel"] = gone.success
        await until(lambda: len(heard) > 2)
        reader.cancel()


calls()
asyncio.run(book())
asyncio.run(trading())
print(json.dumps(SEEN))
