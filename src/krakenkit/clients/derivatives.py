"""The Derivatives clients: Futures REST, which the exchange switches off on 1 March 2027 (see ``wire/lifecycle.py``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from krakenkit.clients.call import Call
from krakenkit.clients.later import later
from krakenkit.clients.rest import AsyncClient, BlockingClient

if TYPE_CHECKING:
    from krakenkit.wire.futures import (
        account,
        account_log,
        analytics,
        assignment,
        batch,
        charts,
        fees,
        general,
        history,
        instruments,
        margining,
        market,
        market_history,
        orders,
        rfq,
        settings,
        subaccounts,
        trading,
        transfers,
    )
else:
    globals().update(
        later(
            "krakenkit.wire.futures",
            "account",
            "account_log",
            "analytics",
            "assignment",
            "batch",
            "charts",
            "fees",
            "general",
            "history",
            "instruments",
            "margining",
            "market",
            "market_history",
            "orders",
            "rfq",
            "settings",
            "subaccounts",
            "trading",
            "transfers",
        )
    )


class MarketData:
    """Public look-ups; only ``get_trading_instruments`` needs a key."""

    get_trade_history = Call(market.GetTradeHistory)
    get_orderbook = Call(market.GetOrderbook)
    get_tickers = Call(market.GetTickers)
    get_ticker = Call(market.GetTicker)
    get_historical_funding_rates = Call(market.GetHistoricalFundingRates)
    get_instruments = Call(instruments.GetInstruments)
    get_trading_instruments = Call(instruments.GetTradingInstruments)
    get_instrument_status_list = Call(instruments.GetInstrumentStatusList)
    get_instrument_status = Call(instruments.GetInstrumentStatus)
    get_tick_types = Call(charts.GetTickTypes)
    get_markets_for_tick_type = Call(charts.GetMarketsForTickType)
    get_resolutions = Call(charts.GetResolutions)
    get_candles = Call(charts.GetCandles)
    get_market_analytics = Call(analytics.GetMarketAnalytics)
    get_liquidity_pool_statistic = Call(analytics.GetLiquidityPoolStatistic)
    get_public_execution_events = Call(market_history.GetPublicExecutionEvents)
    get_public_order_events = Call(market_history.GetPublicOrderEvents)
    get_public_mark_price_events = Call(market_history.GetPublicMarkPriceEvents)


class Trading:
    """Orders in and out, open orders and fills."""

    submit_order = Call(trading.SubmitOrder)
    edit_order = Call(trading.EditOrder)
    cancel_order = Call(trading.CancelOrder)
    cancel_all_orders = Call(trading.CancelAllOrders)
    cancel_all_orders_after = Call(trading.CancelAllOrdersAfter)
    batch_order_management = Call(batch.BatchOrderManagement)
    get_open_orders = Call(orders.GetOpenOrders)
    get_order_status = Call(orders.GetOrderStatus)
    get_fills = Call(orders.GetFills)


class AccountData:
    """Wallets, positions, margin and fees, and what the key may do."""

    get_accounts = Call(account.GetAccounts)
    get_open_positions = Call(account.GetOpenPositions)
    get_position_percentile = Call(account.GetPositionPercentile)
    get_portfolio_margin_parameters = Call(margining.GetPortfolioMarginParameters)
    simulate_margin_requirements = Call(margining.SimulateMarginRequirements)
    get_fee_schedules = Call(fees.GetFeeSchedules)
    get_fee_schedule_volumes = Call(fees.GetFeeScheduleVolumes)
    get_notifications = Call(general.GetNotifications)
    check_api_key_v3 = Call(general.CheckApiKeyV3)
    get_account_market_share = Call(general.GetAccountMarketShare)


class History:
    """Executions, orders, triggers, positions and the account log of the past."""

    get_execution_events = Call(history.GetExecutionEvents)
    get_order_events = Call(history.GetOrderEvents)
    get_trigger_events = Call(history.GetTriggerEvents)
    get_position_events = Call(history.GetPositionEvents)
    get_account_log = Call(account_log.GetAccountLog)
    get_account_log_csv = Call(account_log.GetAccountLogCsv)


class Settings:
    """Leverage, currency of profits, self-trade strategy, assignment of positions."""

    get_leverage_settings = Call(settings.GetLeverageSettings)
    set_leverage_settings = Call(settings.SetLeverageSettings)
    get_pnl_preferences = Call(settings.GetPnlPreferences)
    set_pnl_preference = Call(settings.SetPnlPreference)
    get_self_trade_strategy = Call(settings.GetSelfTradeStrategy)
    update_self_trade_strategy = Call(settings.UpdateSelfTradeStrategy)
    get_rfq_assignment_max_leverage = Call(settings.GetRfqAssignmentMaxLeverage)
    set_rfq_assignment_max_leverage = Call(settings.SetRfqAssignmentMaxLeverage)
    delete_rfq_assignment_max_leverage = Call(settings.DeleteRfqAssignmentMaxLeverage)
    get_assignment_programs = Call(assignment.GetAssignmentPrograms)
    add_assignment_preference = Call(assignment.AddAssignmentPreference)
    delete_assignment_preference = Call(assignment.DeleteAssignmentPreference)
    get_assignment_preferences_history = Call(assignment.GetAssignmentPreferencesHistory)


class Transfers:
    """Transfers between wallets, and subaccounts."""

    submit_wallet_transfer = Call(transfers.SubmitWalletTransfer)
    submit_subaccount_transfer = Call(transfers.SubmitSubaccountTransfer)
    submit_transfer_to_spot = Call(transfers.SubmitTransferToSpot)
    get_subaccounts = Call(subaccounts.GetSubaccounts)
    get_subaccount_trading_status = Call(subaccounts.GetSubaccountTradingStatus)
    update_subaccount_trading_status = Call(subaccounts.UpdateSubaccountTradingStatus)


class Rfq:
    """Requests for quotes; documented for a pre-production host that was switched off."""

    get_open_rfqs = Call(rfq.GetOpenRfqs)
    get_open_rfq = Call(rfq.GetOpenRfq)
    get_own_rfqs = Call(rfq.GetOwnRfqs)
    submit_rfq = Call(rfq.SubmitRfq)
    cancel_rfq = Call(rfq.CancelRfq)
    submit_rfq_acceptance = Call(rfq.SubmitRfqAcceptance)
    get_rfq_open_offers = Call(rfq.GetRfqOpenOffers)
    get_rfq_closed_offers = Call(rfq.GetRfqClosedOffers)
    submit_rfq_new_offer = Call(rfq.SubmitRfqNewOffer)
    update_rfq_open_offer = Call(rfq.UpdateRfqOpenOffer)
    cancel_rfq_offer = Call(rfq.CancelRfqOffer)


class DerivativesCalls(MarketData, Trading, AccountData, History, Settings, Transfers, Rfq):
    """Everything that Futures REST offers."""


class DerivativesClient(DerivativesCalls, BlockingClient):
    """Futures REST, blocking: each method sends one request and returns its answer."""

    product = "futures"


class AsyncDerivativesClient(DerivativesCalls, AsyncClient):
    """Futures REST, awaited: the same methods as :class:`DerivativesClient`."""

    product = "futures"
