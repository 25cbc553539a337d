"""Spot: the feeds that market rules ask for (MiCA). Source: docs.kraken.com, Spot REST, Transparency."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from msgspec import Struct

from krakenkit.wire.checks import within
from krakenkit.wire.paged import Paged
from krakenkit.wire.request import Request
from krakenkit.wire.route import Route


class PreTradeLevel(Struct, frozen=True):
    """One price level. Times are RFC 3339."""

    side: str
    """``BUY`` or ``SELL``."""
    price: Decimal
    qty: Decimal
    """In base."""
    count: int | None = None
    """Number of orders."""
    submission_ts: str | None = None
    publication_ts: str | None = None


class PreTradeData(Struct, frozen=True):
    """The best ten levels per side, with the codes of the two assets."""

    symbol: str
    bids: list[PreTradeLevel]
    asks: list[PreTradeLevel]
    description: str | None = None
    base_asset: str | None = None
    base_notation: str | None = None
    """``UNIT`` or ``NOML``."""
    base_dti_code: str | None = None
    """Digital token identifier."""
    base_dti_short_name: str | None = None
    quote_asset: str | None = None
    quote_notation: str | None = None
    """``MONE``."""
    quote_dti_code: str | None = None
    quote_dti_short_name: str | None = None
    venue: str | None = None
    """Market identifier code, for example ``PGSL``."""
    system: str | None = None
    """``CLOB``: central limit order book."""


class GetPreTradeData(Request[PreTradeData], frozen=True):
    """The best ten levels of a pair per side, as reported to the public before trades."""

    route: ClassVar = Route.get("spot.transparency.get_pre_trade", "/0/public/PreTrade", siebly="getPreTradeData")

    symbol: str
    """The pair's display name, for example ``BTC/USD``."""


class PostTrade(Struct, frozen=True):
    """One trade as reported to the public. Times are RFC 3339."""

    trade_id: str
    price: Decimal
    quantity: Decimal
    """In base."""
    symbol: str
    trade_ts: str
    """When it was traded, to the microsecond."""
    description: str | None = None
    base_asset: str | None = None
    base_notation: str | None = None
    """``UNIT``."""
    quote_asset: str | None = None
    quote_notation: str | None = None
    """``MONE``."""
    trade_venue: str | None = None
    """Market identifier code."""
    publication_venue: str | None = None
    publication_ts: str | None = None


class PostTradeData(Struct, frozen=True):
    """Trades, oldest first; pass ``last_ts`` as ``from_ts`` to get what comes after."""

    trades: list[PostTrade] = []
    last_ts: str | None = None
    """Empty when there are no trades."""
    count: int | None = None


class GetPostTradeData(Request[PostTradeData], Paged[PostTrade], frozen=True):
    """Trades of one pair or of all, as reported to the public, oldest first."""

    route: ClassVar = Route.get("spot.transparency.get_post_trade", "/0/public/PostTrade", siebly="getPostTradeData")

    symbol: str | None = None
    """The pair's display name, for example ``BTC/USD``; all pairs when left out."""
    from_ts: datetime | str | None = None
    """Only trades after it. A ``datetime`` is sent in milliseconds; for pages give ``last_ts`` as it came."""
    to_ts: datetime | str | None = None
    """Only trades up to and including it."""
    count: int | None = None
    """1 to 1000; 1000 when left out."""

    def check(self) -> None:
        within(self, "count", 1, 1000)
