"""Embed: what a user owns and did. Source: docs.kraken.com, Embed REST, Portfolios. Amounts are in the quote currency."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from msgspec import Raw, Struct, field

from krakenkit.wire.paged import Paged
from krakenkit.wire.partner.nexus import AssetAmount, embed_look_up
from krakenkit.wire.request import Params, Request


class CurrentDayPnl(Struct, frozen=True):
    """Profit and loss of the running day."""

    since: str
    """RFC 3339."""
    pnl: Decimal


class PortfolioSummary(Struct, frozen=True):
    """The value of all that a user owns."""

    timestamp: str
    """RFC 3339."""
    currency: str
    portfolio_value: Decimal
    withheld_value: Decimal
    open_orders: Decimal
    """Bound by open orders."""
    available_balance: Decimal
    lots_upnl: Decimal | None = None
    """Profit and loss not realised yet."""
    cost_basis: Decimal | None = None
    current_day_pnl: CurrentDayPnl | None = None
    """When asked for."""


class GetEmbedPortfolioSummary(Request[PortfolioSummary], frozen=True):
    """The value of all that a user owns, in one currency."""

    route: ClassVar = embed_look_up(
        "embed.get_portfolio_summary", "/b2b/portfolio/{user}/summary", siebly="getEmbedPortfolioSummary"
    )

    user: str
    """IIBAN."""
    quote: str | None = None
    """Currency of the amounts; ``USD`` when left out."""
    include_current_day_pnl: bool | None = field(default=None, name="include[current_day_pnl]")


class PortfolioDay(Struct, frozen=True):
    """One point of the history. A balance is None before the first holding and 0 after the last."""

    date: str | None = None
    """``YYYY-MM-DD``."""
    total_balance: Decimal | None = None
    total_pnl: Decimal | None = None
    total_pnl_pct: Decimal | None = None
    assets: dict[str, Raw] | None = None
    """By asset, as the exchange wrote it (JSON); no source tells the shape of a member."""


class PortfolioHistory(Struct, frozen=True):
    """At most 365 points; ``next_cursor`` is None on the last page."""

    start_date: str
    end_date: str
    history: list[PortfolioDay]
    next_cursor: str | None = None
    currency: str | None = None
    total_pnl: Decimal | None = None
    total_pnl_pct: Decimal | None = None


class GetEmbedPortfolioHistory(Request[PortfolioHistory], Paged[PortfolioDay], frozen=True):
    """A user's balances over time, page by page. The last day appears about five hours after midnight UTC."""

    route: ClassVar = embed_look_up(
        "embed.get_portfolio_history", "/b2b/portfolio/{user}/history", siebly="getEmbedPortfolioHistory"
    )

    user: str
    """IIBAN."""
    include_assets: list[str] | None = field(default=None, name="include[assets][]")
    """Assets to show one by one."""
    include_total_balance: bool | None = field(default=None, name="include[total_balance]")
    include_total_pnl: bool | None = field(default=None, name="include[total_pnl]")
    start_date: str | None = None
    """``YYYY-MM-DD``, exclusive; a year before ``end_date`` when left out."""
    end_date: str | None = None
    """``YYYY-MM-DD``."""
    resolution: int | None = None
    """Step between points; 1 when left out."""
    quote: str | None = None
    """Currency of the amounts; ``USD`` when left out."""
    cursor: str | None = None
    """``next_cursor`` of the page before."""


class PortfolioAsset(Struct, frozen=True):
    """One holding. ``…_value`` members are in the quote currency, the others in the asset."""

    asset: str
    cash_balance: Decimal | None = None
    index_price: Decimal | None = None
    cash_value: Decimal | None = None
    held_orders_spot: Decimal | None = None
    """Bound by open orders."""
    asset_class: str | None = field(default=None, name="class")
    """``currency``."""
    avail_trade: Decimal | None = None
    avail_trade_value: Decimal | None = None
    credit_line_used: Decimal | None = None
    credit_line_available: Decimal | None = None
    lots_upnl: Decimal | None = None
    """Profit and loss not realised yet."""
    avg_entry_price: Decimal | None = None
    cost_basis: Decimal | None = None


class PortfolioDetails(Struct, frozen=True):
    """A user's holdings."""

    timestamp: str
    """RFC 3339."""
    currency: str
    assets: list[PortfolioAsset]


class ListEmbedPortfolioDetails(Request[PortfolioDetails], frozen=True):
    """A user's holdings, asset by asset."""

    route: ClassVar = embed_look_up(
        "embed.list_portfolio_details", "/b2b/portfolio/{user}/details", siebly="listEmbedPortfolioDetails"
    )

    user: str
    """IIBAN."""
    quote: str | None = None
    """Currency of the amounts; ``USD`` when left out."""


class TransactionLeg(Struct, frozen=True):
    """One side of a transaction; the ``quoted_…`` members are in the quote currency, when one was named."""

    amount: AssetAmount | None = None
    total: AssetAmount | None = None
    fee: AssetAmount | None = None
    balance: AssetAmount | None = None
    """After the transaction."""
    quoted_amount: AssetAmount | None = None
    quoted_fee: AssetAmount | None = None
    quoted_total: AssetAmount | None = None
    ledger_id: str | None = None
    time: str | None = None
    """RFC 3339."""


class PortfolioTransaction(Struct, frozen=True):
    """One trade, reward or failed trade."""

    id: str | None = None
    time: str | None = None
    """RFC 3339."""
    type: str | None = None
    """``simple_order``, ``simple_order_failed``, ``earn_reward``, …"""
    status: str | None = None
    """``no_status``, ``unspecified``, ``in_progress``, ``successful`` or ``failed``."""
    ref_id: str | None = None
    ref_id2: str | None = None
    spend: TransactionLeg | None = None
    receive: TransactionLeg | None = None


class TransactionStats(Struct, frozen=True):
    """How much was looked through for this page."""

    transactions_seen: int | None = None


class PortfolioTransactions(Struct, frozen=True):
    """One page of transactions; ``next_cursor`` is None on the last one."""

    transactions: list[PortfolioTransaction]
    stats: TransactionStats | None = None
    next_cursor: str | None = None


class TransactionRef(Params, frozen=True, kw_only=True):
    """A transaction named by what caused it."""

    type: str
    """``simple_order_quote`` or ``simple_order_quote_failed``."""
    ref_id: str


class ListEmbedPortfolioTransactions(Request[PortfolioTransactions], Paged[PortfolioTransaction], frozen=True):
    """A user's trades and rewards, page by page, newest first unless ``sorting`` says otherwise."""

    route: ClassVar = embed_look_up(
        "embed.list_portfolio_transactions",
        "/b2b/portfolio/{user}/transactions",
        siebly="listEmbedPortfolioTransactions",
        repeat=("types", "assets", "statuses", "ids"),
    )

    user: str
    """IIBAN."""
    cursor: str | None = None
    """``next_cursor`` of the page before."""
    types: list[str] | None = None
    """``simple_order``, ``simple_order_failed``, ``earn_reward``."""
    page_size: int | None = None
    assets: list[str] | None = None
    from_time: datetime | str | None = None
    """RFC 3339."""
    until_time: datetime | str | None = None
    """RFC 3339."""
    statuses: list[str] | None = None
    """``no_status``, ``unspecified``, ``in_progress``, ``successful``, ``failed``."""
    ids: list[str] | None = None
    sorting: str | None = None
    """``descending`` or ``ascending``."""
    ref_ids: list[TransactionRef] | None = None
    quote: str | None = None
    """Currency of the ``quoted_…`` members."""
