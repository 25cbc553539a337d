"""The Partner clients: Embed, Ramp and Pay. Embed and Ramp take keys made for partners, Pay takes a Spot key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from krakenkit.clients.call import Call
from krakenkit.clients.later import later
from krakenkit.clients.rest import AsyncClient, BlockingClient

if TYPE_CHECKING:
    from krakenkit.wire.partner import (
        assets,
        custom_orders,
        earn,
        funds,
        pay,
        portfolio,
        quotes,
        ramp,
        users,
        verification,
    )
else:
    globals().update(
        later(
            "krakenkit.wire.partner",
            "assets",
            "custom_orders",
            "earn",
            "funds",
            "pay",
            "portfolio",
            "quotes",
            "ramp",
            "users",
            "verification",
        )
    )


class Embed:
    """Users of a partner: their verification, quotes, orders, portfolio, earnings and funds."""

    create_embed_user = Call(users.CreateEmbedUser)
    get_embed_user = Call(users.GetEmbedUser)
    update_embed_user = Call(users.UpdateEmbedUser)
    submit_embed_verification = Call(verification.SubmitEmbedVerification)
    list_embed_assets = Call(assets.ListEmbedAssets)
    get_embed_asset = Call(assets.GetEmbedAsset)
    list_embed_asset_rates = Call(assets.ListEmbedAssetRates)
    request_embed_quote = Call(quotes.RequestEmbedQuote)
    get_embed_quote = Call(quotes.GetEmbedQuote)
    execute_embed_quote = Call(quotes.ExecuteEmbedQuote)
    get_embed_quote_limits = Call(quotes.GetEmbedQuoteLimits)
    request_embed_prospective_quote = Call(quotes.RequestEmbedProspectiveQuote)
    create_embed_custom_order = Call(custom_orders.CreateEmbedCustomOrder)
    list_embed_custom_orders = Call(custom_orders.ListEmbedCustomOrders)
    get_embed_custom_order = Call(custom_orders.GetEmbedCustomOrder)
    cancel_embed_custom_order = Call(custom_orders.CancelEmbedCustomOrder)
    get_embed_portfolio_summary = Call(portfolio.GetEmbedPortfolioSummary)
    get_embed_portfolio_history = Call(portfolio.GetEmbedPortfolioHistory)
    list_embed_portfolio_details = Call(portfolio.ListEmbedPortfolioDetails)
    list_embed_portfolio_transactions = Call(portfolio.ListEmbedPortfolioTransactions)
    get_embed_earn_summary = Call(earn.GetEmbedEarnSummary)
    list_embed_earn_assets = Call(earn.ListEmbedEarnAssets)
    toggle_embed_auto_earn = Call(earn.ToggleEmbedAutoEarn)
    withdraw_embed_funds = Call(funds.WithdrawEmbedFunds)
    list_embed_funding_transactions = Call(funds.ListEmbedFundingTransactions)
    list_embed_settlement_reports = Call(funds.ListEmbedSettlementReports)
    get_embed_settlement_report = Call(funds.GetEmbedSettlementReport)


class Ramp:
    """What can be bought with which money, and the address of a hosted checkout."""

    list_ramp_buy_crypto_assets = Call(ramp.ListRampBuyCryptoAssets)
    list_ramp_fiat_currencies = Call(ramp.ListRampFiatCurrencies)
    list_ramp_payment_methods = Call(ramp.ListRampPaymentMethods)
    list_ramp_countries = Call(ramp.ListRampCountries)
    get_ramp_limits = Call(ramp.GetRampLimits)
    get_ramp_prospective_quote = Call(ramp.GetRampProspectiveQuote)
    get_ramp_checkout_url = Call(ramp.GetRampCheckoutUrl)


class Pay:
    """Payment links, requests and transfers of Kraken Pay."""

    create_paylink = Call(pay.CreatePaylink)
    get_paylink_config = Call(pay.GetPaylinkConfig)
    get_paylink = Call(pay.GetPaylink)
    create_pay_request = Call(pay.CreatePayRequest)
    cancel_pay_request = Call(pay.CancelPayRequest)
    create_pay_transfer = Call(pay.CreatePayTransfer)
    cancel_pay_transfer = Call(pay.CancelPayTransfer)


class PartnerCalls(Embed, Ramp, Pay):
    """Everything for partners."""


class PartnerClient(PartnerCalls, BlockingClient):
    """Embed, Ramp and Pay, blocking: each method sends one signed request and returns its answer."""


class AsyncPartnerClient(PartnerCalls, AsyncClient):
    """Embed, Ramp and Pay, awaited: the same methods as :class:`PartnerClient`."""
