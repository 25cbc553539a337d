"""Embed: assets on offer and their prices. Source: docs.kraken.com, Embed REST, Assets."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from msgspec import Raw, Struct, field

from krakenkit.wire.checks import at_most, within
from krakenkit.wire.paged import Paged
from krakenkit.wire.partner.nexus import PageMeta, embed_look_up
from krakenkit.wire.request import Request


class EmbedAssets(Struct, frozen=True):
    """One page of assets; ask for ``meta.page_number + 1`` until ``meta.total_pages`` is reached."""

    assets: list[dict[str, Raw]]
    """Each as the exchange wrote it (JSON by member); no source tells the shape of a row."""
    links: dict[str, Raw] | None = None
    meta: PageMeta | None = None


class ListEmbedAssets(Request[EmbedAssets], Paged[dict[str, Raw]], frozen=True):
    """The assets on offer, page by page."""

    route: ClassVar = embed_look_up("embed.list_assets", "/b2b/assets", siebly="listEmbedAssets")

    filter_user: str | None = field(default=None, name="filter[user]")
    """IIBAN: only what this user may hold."""
    filter_assets: list[str] | None = field(default=None, name="filter[assets][]")
    """At most 100."""
    filter_platform_statuses: list[str] | None = field(default=None, name="filter[platform_statuses][]")
    """``enabled``, ``deposit_only``, ``withdrawal_only``, ``funding_temporarily_disabled``, ``disabled``."""
    filter_tradable_only: bool | None = field(default=None, name="filter[tradable_only]")
    sort: str | None = None
    """``trending``, ``market_cap_rank``, ``symbol``, ``name``, ``listing_date`` or ``change_percent_`` with ``1h``,
    ``24h``, ``7d``, ``30d`` or ``1y``; a minus sign in front reverses all but ``trending``."""
    page_size: int | None = field(default=None, name="page[size]")
    """1 to 100."""
    page_number: int | None = field(default=None, name="page[number]")
    """From 1."""
    quote: str | None = None
    """Asset to price in; ``USD`` when left out."""
    lang: str | None = None
    """Language of the texts; ``en`` when left out."""

    def check(self) -> None:
        at_most(self, 100, "filter_assets")
        within(self, "page_size", 1, 100)
        within(self, "page_number", 1)


class EmbedAsset(Struct, frozen=True):
    """One asset: texts, supply, and market figures in the quote asset."""

    symbol: str | None = None
    english_name: str | None = None
    links: dict[str, Raw] | None = None
    """By name, for example ``self`` and ``logo``, each with ``href`` and ``type`` (JSON)."""
    description: str | None = None
    bearish_insights: str | None = None
    bullish_insights: str | None = None
    circulating_supply: Decimal | None = None
    total_supply: Decimal | None = None
    max_supply: Decimal | None = None
    market_cap_value: Decimal | None = None
    dominance_percent: Decimal | None = None
    market_cap_rank: int | None = None
    change_value_24h: Decimal | None = None
    change_percent_24h: Decimal | None = None
    volume_value_24h: Decimal | None = None
    ath_value: Decimal | None = None
    """The highest price ever."""
    ath_date: str | None = None
    """``YYYY-MM-DD``."""


class GetEmbedAsset(Request[EmbedAsset], frozen=True):
    """One asset with its texts and market figures."""

    route: ClassVar = embed_look_up("embed.get_asset", "/b2b/assets/{asset}", siebly="getEmbedAsset")

    asset: str
    """For example ``BTC``."""
    quote: str | None = None
    """Asset to price in; ``USD`` when left out."""
    lang: str | None = None
    """Language of the texts; ``en`` when left out."""


class AssetRate(Struct, frozen=True):
    """The price at one moment."""

    timestamp: str
    """RFC 3339."""
    price: Decimal


class AssetRatesMeta(Struct, frozen=True):
    """The page's ends and the change between them."""

    page_oldest_rate: AssetRate | None = None
    page_newest_rate: AssetRate | None = None
    page_price_change_value: Decimal | None = None
    page_price_change_percent: Decimal | None = None


class AssetRates(Struct, frozen=True):
    """The price history of one asset."""

    rates: list[AssetRate]
    meta: AssetRatesMeta | None = None


class ListEmbedAssetRates(Request[AssetRates], frozen=True):
    """The price history of one asset; each price is the median of its interval."""

    route: ClassVar = embed_look_up("embed.list_asset_rates", "/b2b/assets/{asset}/rates", siebly="listEmbedAssetRates")

    asset: str
    quote: str | None = None
    """Asset to price in; ``USD`` when left out."""
    start_time: datetime | str | None = None
    """RFC 3339."""
    end_time: datetime | str | None = None
    """RFC 3339."""
    interval: str | None = None
    """ISO 8601 duration: one, 5, 15, 30 or 60 minutes (``PT15M``), 4 hours, 1, 7 or 15 days (``P1D``)."""
