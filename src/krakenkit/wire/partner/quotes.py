"""Embed: prices that hold for a moment, and trading at them. Source: docs.kraken.com, Embed REST, Quotes.

Ask for a quote, execute it before it expires, then look it up until it is done. Asking and executing are sent once.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, TypeAlias

from msgspec import Raw, Struct

from krakenkit._core.numbers import Number
from krakenkit.wire.partner.actions import CounterAsset, FixedAmount, PriceTrigger, TradeAction
from krakenkit.wire.partner.nexus import USER_IN_QUERY, AssetAmount, UnitPrice, embed_look_up, embed_place, embed_read
from krakenkit.wire.request import Request

QuoteStatus: TypeAlias = str | dict[str, Raw]
"""A word such as ``new``; older pages show an object."""


class QuoteSide(Struct, frozen=True):
    """What is paid or what arrives: ``subtotal`` without the fee, ``total`` with it."""

    asset: str
    total: Decimal
    fee: Decimal | None = None
    subtotal: Decimal | None = None
    asset_class: str | None = None


class EmbedQuote(Struct, frozen=True):
    """A price for one trade. The ``quoted_…`` members say the same in ``quote_currency``, when one was named."""

    quote_id: str
    type: str
    """``spend`` or ``receive``."""
    status: QuoteStatus
    expires: str
    """RFC 3339; after it the quote cannot be executed."""
    spend: QuoteSide
    receive: QuoteSide
    unit_price: UnitPrice
    quoted_spend: QuoteSide | None = None
    quoted_receive: QuoteSide | None = None
    quoted_unit_price: UnitPrice | None = None
    transaction_id: str | None = None
    """Once it was executed."""


class RequestEmbedQuote(Request[EmbedQuote], frozen=True, kw_only=True):
    """Ask for a price that can be executed. It is sent once: every answer is another quote."""

    route: ClassVar = embed_place(
        "embed.request_quote", "/b2b/quotes", siebly="requestEmbedQuote", in_query=USER_IN_QUERY
    )

    user: str
    """IIBAN."""
    type: str
    """``spend`` or ``receive``: what ``amount`` fixes."""
    amount: FixedAmount
    quote: CounterAsset
    fee_bps: Number
    """Your fee, in hundredths of a percent."""
    spread_bps: Number
    """Your spread, in hundredths of a percent."""
    quote_currency: str | None = None
    """Another currency to express the amounts in."""


class GetEmbedQuote(Request[EmbedQuote], frozen=True):
    """One quote and how far it got."""

    route: ClassVar = embed_look_up("embed.get_quote", "/b2b/quotes/{quote_id}", siebly="getEmbedQuote")

    quote_id: str
    user: str
    """IIBAN."""


class ExecutedQuote(Struct, frozen=True):
    """A quote that was taken; look it up until it is done."""

    quote_id: str
    status: QuoteStatus
    transaction_id: str | None = None


class ExecuteEmbedQuote(Request[ExecutedQuote], frozen=True, kw_only=True):
    """Trade at the quoted price. It moves money and is sent once: when the answer is lost, look the quote up."""

    route: ClassVar = embed_place(
        "embed.execute_quote",
        "/b2b/quotes/{quote_id}",
        siebly="executeEmbedQuote",
        method="PUT",
        in_query=USER_IN_QUERY,
    )

    quote_id: str
    user: str
    """IIBAN."""


class QuoteLimits(Struct, frozen=True):
    """The smallest and the largest amount, in ``asset``; the ``…_in_display`` members in ``quote_currency``."""

    asset: str | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    precision: int | None = None
    """Decimals of an amount."""
    minimum_tradable_amount: Decimal | None = None
    minimum_in_display: AssetAmount | None = None
    maximum_in_display: AssetAmount | None = None
    minimum_tradable_amount_in_display: AssetAmount | None = None


class GetEmbedQuoteLimits(Request[QuoteLimits], frozen=True):
    """The smallest and the largest amount of a trade, and its decimals."""

    route: ClassVar = embed_look_up(
        "embed.get_quote_limits", "/b2b/quotes/limits", siebly="getEmbedQuoteLimits", unconfirmed=True
    )

    user: str | None = None
    """IIBAN. The newest page asks for this and the next three."""
    base_asset: str | None = None
    """The asset whose amount is fixed."""
    quote_asset: str | None = None
    """The asset on the other side."""
    type: str | None = None
    """``spend`` or ``receive``."""
    quote_currency: str | None = None


class ProspectiveQuote(Struct, frozen=True):
    """An indication: nothing was reserved and nothing can be executed."""

    type: str
    """``spend`` or ``receive``."""
    spend: QuoteSide
    receive: QuoteSide
    unit_price: UnitPrice
    quoted_spend: QuoteSide | None = None
    quoted_receive: QuoteSide | None = None
    quoted_unit_price: UnitPrice | None = None


class RequestEmbedProspectiveQuote(Request[ProspectiveQuote], frozen=True, kw_only=True):
    """What a trade would cost now, or at the price of a trigger. Nothing is reserved, so it may be sent again."""

    route: ClassVar = embed_read(
        "embed.request_prospective_quote",
        "/b2b/quotes/prospective",
        siebly="requestEmbedProspectiveQuote",
        in_query=USER_IN_QUERY,
    )

    action: TradeAction
    trigger: PriceTrigger | None = None
    """Price the trade as if this had happened."""
    quote_currency: str | None = None
    user: str | None = None
    """IIBAN; not confirmed that the call takes it."""
