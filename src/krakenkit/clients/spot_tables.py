"""The Spot REST calls by group, shared by both faces. Each group loads with the first use of one of its calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from krakenkit.clients.call import Call
from krakenkit.clients.later import later

if TYPE_CHECKING:
    from krakenkit.wire.spot import (
        account,
        batches,
        credit,
        deadman,
        earn,
        edits,
        exports,
        fees,
        funding,
        funding_beta,
        funding_beta_addresses,
        funding_beta_transfers,
        funding_withdrawals,
        history,
        keys,
        ledgers,
        maintenance,
        market,
        market_depth,
        oauth,
        positions,
        subaccounts,
        trading,
        transparency,
    )
else:
    globals().update(
        later(
            "krakenkit.wire.spot",
            "account",
            "batches",
            "credit",
            "deadman",
            "earn",
            "edits",
            "exports",
            "fees",
            "funding",
            "funding_beta",
            "funding_beta_addresses",
            "funding_beta_transfers",
            "funding_withdrawals",
            "history",
            "keys",
            "ledgers",
            "maintenance",
            "market",
            "market_depth",
            "oauth",
            "positions",
            "subaccounts",
            "trading",
            "transparency",
        )
    )


class MarketData:
    """Public look-ups; only the book of single orders, ``get_level3_order_book``, needs a key."""

    get_server_time = Call(market.GetServerTime)
    get_system_status = Call(market.GetSystemStatus)
    get_asset_info = Call(market.GetAssetInfo)
    get_asset_pairs = Call(market.GetAssetPairs)
    get_ticker = Call(market.GetTicker)
    get_candles = Call(market.GetCandles)
    get_order_book = Call(market.GetOrderBook)
    get_recent_trades = Call(market.GetRecentTrades)
    get_recent_spreads = Call(market.GetRecentSpreads)
    get_grouped_book = Call(market_depth.GetGroupedBook)
    get_level3_order_book = Call(market_depth.GetLevel3OrderBook)
    get_maintenance_schedule = Call(maintenance.GetMaintenanceSchedule)


class Transparency:
    """Public trade data that European rules ask venues for."""

    get_pre_trade_data = Call(transparency.GetPreTradeData)
    get_post_trade_data = Call(transparency.GetPostTradeData)


class AccountData:
    """Balances, orders, trades, ledgers and fees of the key's owner."""

    get_account_balance = Call(account.GetAccountBalance)
    get_extended_balance = Call(account.GetExtendedBalance)
    get_trade_balance = Call(account.GetTradeBalance)
    get_open_orders = Call(account.GetOpenOrders)
    get_closed_orders = Call(account.GetClosedOrders)
    get_orders = Call(account.GetOrders)
    get_trades_history = Call(account.GetTradesHistory)
    get_open_positions = Call(positions.GetOpenPositions)
    get_order_amends = Call(history.GetOrderAmends)
    get_trades = Call(history.GetTrades)
    get_ledgers_info = Call(ledgers.GetLedgersInfo)
    get_ledgers = Call(ledgers.GetLedgers)
    get_trading_volume = Call(fees.GetTradingVolume)
    get_credit_lines = Call(credit.GetCreditLines)
    get_api_key_info = Call(keys.GetApiKeyInfo)
    get_wallet_accounts = Call(keys.GetWalletAccounts)


class Exports:
    """Reports that the exchange writes in the background and keeps for a while."""

    request_ledgers_export = Call(exports.RequestLedgersExport)
    get_ledgers_export_status = Call(exports.GetLedgersExportStatus)
    get_ledgers_export = Call(exports.GetLedgersExport)
    delete_ledgers_export = Call(exports.DeleteLedgersExport)


class Trading:
    """Orders in and out, and the token for private sockets."""

    submit_order = Call(trading.SubmitOrder)
    amend_order = Call(trading.AmendOrder)
    cancel_order = Call(trading.CancelOrder)
    cancel_all_orders = Call(trading.CancelAllOrders)
    get_web_sockets_token = Call(trading.GetWebSocketsToken)
    submit_batch_orders = Call(batches.SubmitBatchOrders)
    cancel_batch_orders = Call(batches.CancelBatchOrders)
    edit_order = Call(edits.EditOrder)
    cancel_all_orders_after = Call(deadman.CancelAllOrdersAfter)


class Funding:
    """Deposits, withdrawals, and the transfer to the futures wallet."""

    get_deposit_methods = Call(funding.GetDepositMethods)
    get_deposit_addresses = Call(funding.GetDepositAddresses)
    get_deposits_status = Call(funding.GetDepositsStatus)
    submit_transfer_to_futures = Call(funding.SubmitTransferToFutures)
    get_withdrawal_methods = Call(funding_withdrawals.GetWithdrawalMethods)
    get_withdrawal_addresses = Call(funding_withdrawals.GetWithdrawalAddresses)
    get_withdrawal_info = Call(funding_withdrawals.GetWithdrawalInfo)
    submit_withdrawal = Call(funding_withdrawals.SubmitWithdrawal)
    get_withdrawals_status = Call(funding_withdrawals.GetWithdrawalsStatus)
    cancel_withdrawal = Call(funding_withdrawals.CancelWithdrawal)


class FundingBeta:
    """Deposits and withdrawals by the newer funding API, which is in beta."""

    list_funding_methods = Call(funding_beta.ListFundingMethods)
    list_funding_assets = Call(funding_beta.ListFundingAssets)
    list_funding_networks = Call(funding_beta.ListFundingNetworks)
    get_funding_fees = Call(funding_beta.GetFundingFees)
    get_funding_deposit_limits = Call(funding_beta.GetFundingDepositLimits)
    get_funding_withdrawal_limits = Call(funding_beta.GetFundingWithdrawalLimits)
    create_funding_deposit_address = Call(funding_beta_addresses.CreateFundingDepositAddress)
    list_funding_deposit_addresses = Call(funding_beta_addresses.ListFundingDepositAddresses)
    list_funding_addresses = Call(funding_beta_addresses.ListFundingAddresses)
    create_funding_address = Call(funding_beta_addresses.CreateFundingAddress)
    update_funding_address = Call(funding_beta_addresses.UpdateFundingAddress)
    delete_funding_address = Call(funding_beta_addresses.DeleteFundingAddress)
    list_funding_deposits = Call(funding_beta_transfers.ListFundingDeposits)
    list_funding_withdrawals = Call(funding_beta_transfers.ListFundingWithdrawals)
    submit_funding_withdrawal = Call(funding_beta_transfers.SubmitFundingWithdrawal)


class Subaccounts:
    """Subaccounts, for institutions."""

    create_subaccount = Call(subaccounts.CreateSubaccount)
    submit_subaccount_transfer = Call(subaccounts.SubmitSubaccountTransfer)


class Earn:
    """Earn strategies and allocations."""

    allocate_earn_funds = Call(earn.AllocateEarnFunds)
    deallocate_earn_funds = Call(earn.DeallocateEarnFunds)
    get_earn_allocation_status = Call(earn.GetEarnAllocationStatus)
    get_earn_deallocation_status = Call(earn.GetEarnDeallocationStatus)
    get_earn_strategies = Call(earn.GetEarnStrategies)
    get_earn_allocations = Call(earn.GetEarnAllocations)


class OAuth:
    """For applications that act for other users; all but the first take ``access_token`` in place of a key."""

    get_oauth_access_token = Call(oauth.GetOauthAccessToken)
    get_oauth_user_info = Call(oauth.GetOauthUserInfo)
    create_oauth_fast_api_key = Call(oauth.CreateOauthFastApiKey)
    update_oauth_fast_api_key = Call(oauth.UpdateOauthFastApiKey)
    delete_oauth_fast_api_key = Call(oauth.DeleteOauthFastApiKey)
    list_oauth_fast_api_keys = Call(oauth.ListOauthFastApiKeys)
