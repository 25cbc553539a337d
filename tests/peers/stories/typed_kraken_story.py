"""typed-kraken against a sandbox: its models judge every answer, so what they take has the documented shape."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from truth import BOX, control, key
from typed_kraken import Kraken

SEEN: dict[str, Any] = {"taken": [], "rejected": []}


def pointed(name: str) -> Any:
    """A client with a key of the sandbox; addresses are attributes of the parts it is made of."""
    owner = key(name)
    made = Kraken.new(api_key=owner["key"], private_key=owner["secret"])
    made.spot_client.base_url = BOX["rest"]
    made.futures_client.base_url = BOX["futures"]
    made.charts_client.base_url = BOX["futures"]
    made.market_client.conn.url = BOX["ws"]["SPOT_PUBLIC_V2"]
    made.private_client.conn.url = BOX["ws"]["SPOT_PRIVATE_V2"]
    return made


async def judged(call: Any, *arguments: Any, **named: Any) -> Any:
    """The answer of a call, noted as taken or rejected by the model of its answer."""
    return await noted(call.__name__, call(*arguments, **named))


async def noted(name: str, answered: Any) -> Any:
    try:
        answer = await answered
    except Exception as error:
        sys.stderr.write(f"{name}: {error}\n")
        SEEN["rejected"].append(name)
        return None
    SEEN["taken"].append(name)
    return answer


async def market(client: Any) -> None:
    data = client.spot.market_data
    for call in (data.time, data.system_status, data.assets, data.asset_pairs, data.ticker):
        await judged(call)
    for call in (data.depth, data.ohlc, data.trades, data.spread, data.grouped_book):
        await judged(call, "XBTUSD")
    await judged(data.pre_trade, "BTC/USD")
    await judged(data.post_trade, "BTC/USD")
    await judged(client.futures.instruments)
    await judged(client.futures.tickers)
    for call in (client.futures.ticker, client.futures.orderbook, client.futures.historical_funding_rates):
        await judged(call, "PF_XBTUSD")
    await judged(client.charts.tick_types)
    await judged(client.charts.markets, "trade")
    await judged(client.charts.candles, "trade", symbol="PF_XBTUSD", resolution="1h")


async def account(client: Any) -> None:
    trading, own = client.spot.trading, client.spot.account
    terms = {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "volume": "0.01", "price": "20000"}
    order_id = (await judged(trading.add_order, terms))["txid"][0]
    await judged(own.open_orders)
    await judged(own.query_orders, order_id)
    await judged(trading.amend_order, txid=order_id, limit_price="20001")
    await judged(own.order_amends, order_id)
    order_id = (await judged(trading.edit_order, txid=order_id, pair="XBTUSD", price="20002"))["txid"]
    await judged(trading.cancel_order, order_id)
    row = {"type": "buy", "ordertype": "limit", "volume": "0.01", "price": "20000"}
    await judged(trading.add_order_batch, [row, row], pair="XBTUSD")
    await judged(trading.cancel_all)
    await judged(trading.cancel_all_orders_after, 0)
    await judged(trading.add_order, {"pair": "XBTUSD", "type": "buy", "ordertype": "market", "volume": "0.01"})
    for name in (
        "balance",
        "balance_ex",
        "trade_balance",
        "trade_volume",
        "ledgers",
        "trades_history",
        "open_positions",
    ):
        await judged(getattr(own, name))
    await judged(own.api_key_info)
    await judged(own.closed_orders)


async def money(client: Any) -> None:
    funding, earn = client.spot.funding, client.spot.earn
    control("POST", "/bank/announce", account="trader", asset="BTC", amount="0.5")
    control("POST", "/bank/addresses", account="trader", key="cold", asset="BTC", address="bc1qsomewhere")
    await judged(funding.deposit_methods, "XBT")
    await judged(funding.deposit_addresses, asset="XBT", method="Bitcoin", new=True)
    await judged(funding.deposit_status, asset="XBT")
    for call in (funding.withdraw_methods, funding.withdraw_addresses):
        await judged(call, asset="XBT")
    await judged(funding.withdraw_info, asset="XBT", key="cold", amount="0.1")
    await judged(funding.withdraw, asset="XBT", key="cold", amount="0.1")
    await judged(funding.withdraw_status, asset="XBT")
    await judged(funding.wallet_transfer, asset="ZUSD", amount="10")
    await judged(earn.strategies)
    await judged(earn.allocations)


async def streams(client: Any) -> None:
    public, own = client.streams.market_data, client.streams.private
    for name in ("book", "ticker", "trade", "ohlc"):
        await noted(name, messages(getattr(public, name)(["BTC/USD"]), 2))
    await noted("instrument", messages(public.instrument(), 1))
    await noted("executions", messages(own.executions(), 1))
    await noted("balances", messages(own.balances(), 1))
    terms = {"symbol": "BTC/USD", "side": "buy", "order_type": "limit", "order_qty": 0.01, "limit_price": 20000}
    placed = await judged(client.trading_ws.add_order, terms)
    await judged(client.trading_ws.amend_order, order_id=placed["order_id"], limit_price=20001)
    await judged(client.trading_ws.cancel_order, order_id=[placed["order_id"]])


async def messages(opened: Any, wanted: int) -> None:
    """Hear so many messages of a stream."""
    async with asyncio.timeout(10), opened as stream:
        async for _ in stream:
            wanted -= 1
            if wanted == 0:
                return


async def main() -> None:
    client = pointed("spot")
    async with client:
        for story in (market, account, money, streams):
            await story(client)


asyncio.run(main())
print(json.dumps(SEEN))
