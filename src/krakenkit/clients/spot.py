"""The Spot clients: tables of contents of the Spot REST API, shared by both faces."""

from __future__ import annotations

from krakenkit.clients.call import Call
from krakenkit.clients.rest import AsyncClient, BlockingClient
from krakenkit.wire.spot import account, market, trading


class MarketData:
    """Public look-ups."""

    get_server_time = Call(market.GetServerTime)
    get_system_status = Call(market.GetSystemStatus)
    get_asset_info = Call(market.GetAssetInfo)
    get_asset_pairs = Call(market.GetAssetPairs)
    get_ticker = Call(market.GetTicker)
    get_candles = Call(market.GetCandles)
    get_order_book = Call(market.GetOrderBook)
    get_recent_trades = Call(market.GetRecentTrades)
    get_recent_spreads = Call(market.GetRecentSpreads)


class AccountData:
    """Balances, orders and trades of the key's owner."""

    get_account_balance = Call(account.GetAccountBalance)
    get_extended_balance = Call(account.GetExtendedBalance)
    get_trade_balance = Call(account.GetTradeBalance)
    get_open_orders = Call(account.GetOpenOrders)
    get_closed_orders = Call(account.GetClosedOrders)
    get_orders = Call(account.GetOrders)
    get_trades_history = Call(account.GetTradesHistory)


class Trading:
    """Orders in and out."""

    submit_order = Call(trading.SubmitOrder)
    amend_order = Call(trading.AmendOrder)
    cancel_order = Call(trading.CancelOrder)
    cancel_all_orders = Call(trading.CancelAllOrders)
    get_web_sockets_token = Call(trading.GetWebSocketsToken)


class SpotClient(MarketData, AccountData, Trading, BlockingClient):
    """Spot REST, blocking: each method sends one request and returns its answer.

    ::

        with SpotClient() as spot:
            print(spot.get_ticker("XBTUSD")["XXBTZUSD"].last.price)
    """


class AsyncSpotClient(MarketData, AccountData, Trading, AsyncClient):
    """Spot REST, awaited: the same methods as :class:`SpotClient`."""
