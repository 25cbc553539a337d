"""Futures market data: public look-ups. Source: docs.kraken.com, Futures REST, Market Data and Historical Funding Rates."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from msgspec import Struct, field

from krakenkit.wire.checks import not_empty
from krakenkit.wire.futures.base import Reply, public
from krakenkit.wire.futures.words import ContractType
from krakenkit.wire.paged import Paged
from krakenkit.wire.request import Request
from krakenkit.wire.vocab import Side


class PublicTrade(Struct, frozen=True):
    """One trade of a market, or one value of an index. The members below ``uid`` are transparency data, often absent."""

    price: Decimal
    time: str
    """RFC 3339."""
    side: Side | None = None
    """The taker's side."""
    size: Decimal | None = None
    """Contracts on inverse markets, base units on linear ones."""
    trade_id: int | None = None
    """Counts within one answer, newest highest: not an identity; use ``uid``."""
    type: str | None = None
    """``fill``, ``liquidation``, ``assignment``, ``termination`` or ``block``."""
    uid: str | None = None
    instrument_identification_type: str | None = None
    isin: str | None = None
    execution_venue: str | None = None
    price_notation: str | None = None
    price_currency: str | None = None
    notional_amount: Decimal | None = None
    notional_currency: str | None = None
    publication_time: str | None = None
    publication_venue: str | None = None
    transaction_identification_code: str | None = None
    to_be_cleared: bool | None = None


class TradeHistory(Reply, frozen=True):
    """Up to 100 trades, newest first."""

    history: list[PublicTrade]


class GetTradeHistory(Request[TradeHistory], Paged[PublicTrade], frozen=True, rename="camel"):
    """The newest 100 trades of a market, or the 100 before a moment; reaches back 7 days or to the last engine restart.

    Index symbols answer with computed values in place of trades. For older trades see ``get_public_execution_events``.
    """

    route: ClassVar = public("futures.market.trade_history", "/derivatives/api/v3/history", siebly="getTradeHistory")

    symbol: str
    last_time: datetime | str | None = None
    """Only trades before this moment."""


class BookLevel(Struct, frozen=True, array_like=True):
    """One price level; the size is the level's own, not a running total."""

    price: Decimal
    size: Decimal


class Orderbook(Struct, frozen=True):
    """Both sides of a book, best level first."""

    bids: list[BookLevel]
    asks: list[BookLevel]


class OrderbookReply(Reply, frozen=True):
    """The book of one market."""

    order_book: Orderbook


class GetOrderbook(Request[OrderbookReply], frozen=True):
    """The whole book of one market, best level first on each side; there is no depth to choose."""

    route: ClassVar = public("futures.market.orderbook", "/derivatives/api/v3/orderbook", siebly="getOrderbook")

    symbol: str


class Greeks(Struct, frozen=True):
    """Sensitivities of an option."""

    iv: Decimal
    """Implied volatility; -1 where it cannot be computed."""
    delta: Decimal | None = None
    gamma: Decimal | None = None
    vega: Decimal | None = None
    theta: Decimal | None = None
    rho: Decimal | None = None


class Ticker(Struct, frozen=True, rename="camel"):
    """Best prices and day statistics of one market; index rows (``in_…``, ``rr_…``) have only symbol, last and last_time."""

    symbol: str
    last: Decimal | None = None
    """Price of the last trade; None before the first one."""
    last_time: str | None = None
    last_size: Decimal | None = None
    tag: str | None = None
    """``perpetual``, ``month``, ``quarter``, ``semiannual`` or ``other``."""
    pair: str | None = None
    """Base and quote, ``XBT:USD`` or ``BTC:USD``: captures show both spellings of bitcoin."""
    mark_price: Decimal | None = None
    index_price: Decimal | None = None
    bid: Decimal | None = None
    bid_size: Decimal | None = None
    ask: Decimal | None = None
    ask_size: Decimal | None = None
    vol_24h: Decimal | None = field(default=None, name="vol24h")
    volume_quote: Decimal | None = None
    open_interest: Decimal | None = None
    open_24h: Decimal | None = field(default=None, name="open24h")
    high_24h: Decimal | None = field(default=None, name="high24h")
    low_24h: Decimal | None = field(default=None, name="low24h")
    change_24h: Decimal | None = field(default=None, name="change24h")
    """Percent."""
    funding_rate: Decimal | None = None
    """Absolute, perpetuals only: quote per base unit on linear markets, base per contract on inverse ones."""
    funding_rate_prediction: Decimal | None = None
    """Of the next period; absolute, perpetuals only."""
    suspended: bool | None = None
    post_only: bool | None = None
    is_underlying_market_closed: bool | None = None
    """Markets on traditional assets only."""
    extrinsic_value: Decimal | None = None
    """Options only."""
    greeks: Greeks | None = None
    """Options only."""


class Tickers(Reply, frozen=True):
    """Markets and indices, in no particular order."""

    tickers: list[Ticker]


class GetTickers(Request[Tickers], frozen=True, kw_only=True, rename="camel"):
    """Best prices and day statistics of all futures markets and indices, or of those asked for."""

    route: ClassVar = public(
        "futures.market.tickers",
        "/derivatives/api/v3/tickers",
        siebly="getTickers",
        repeat=("contractType", "symbol"),
    )

    contract_type: ContractType | list[ContractType] | None = None
    """One type or several; every futures type (so no options) when left out."""
    symbol: str | list[str] | None = None
    """One symbol or several, in upper or lower case."""

    def check(self) -> None:
        not_empty(self, "contract_type", "symbol")


class TickerReply(Reply, frozen=True):
    """One market or index."""

    ticker: Ticker


class GetTicker(Request[TickerReply], frozen=True):
    """Best prices and day statistics of one market or index; an unknown symbol is answered with HTTP 404."""

    route: ClassVar = public("futures.market.ticker", "/derivatives/api/v3/tickers/{symbol}", siebly="getTicker")

    symbol: str

    def check(self) -> None:
        not_empty(self, "symbol")


class FundingRate(Struct, frozen=True, rename="camel"):
    """The funding of one period."""

    timestamp: str
    """Start of the period, RFC 3339."""
    funding_rate: Decimal
    """Absolute; see ``Ticker.funding_rate``."""
    relative_funding_rate: Decimal
    """As a fraction: 0.0001 is one hundredth of a percent."""


class FundingRates(Reply, frozen=True):
    """Funding by period, oldest first."""

    rates: list[FundingRate]


class GetHistoricalFundingRates(Request[FundingRates], frozen=True):
    """All funding rates of a perpetual, oldest first; the periods are one hour today and were four hours before."""

    route: ClassVar = public(
        "futures.historical.funding_rates",
        "/derivatives/api/v3/historical-funding-rates",
        siebly="getHistoricalFundingRates",
    )

    symbol: str
