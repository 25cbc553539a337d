"""What a quote or a conditional order is to do, as it is sent and as it comes back. Source: docs.kraken.com, Embed REST.

A ``spend`` fixes what the user pays and leaves open what arrives; a ``receive`` fixes what arrives.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from krakenkit._core.numbers import Number
from krakenkit.wire.partner.nexus import AssetAmount
from krakenkit.wire.request import Params


class FixedAmount(Params, frozen=True, kw_only=True):
    """The side of a trade that is fixed."""

    asset: str
    amount: Number
    asset_class: str | None = None
    """``currency``."""


class CounterAsset(Params, frozen=True, kw_only=True):
    """The other side of a trade, whose amount follows from the price."""

    asset: str


class TradeAction(Params, frozen=True, kw_only=True):
    """A trade with the partner's fee and spread."""

    type: str
    """``spend`` or ``receive``: what ``amount`` fixes."""
    amount: FixedAmount
    quote: CounterAsset
    fee_bps: Number
    """The partner's fee, in hundredths of a percent."""
    spread_bps: Number
    """The partner's spread, in hundredths of a percent."""


class PriceTrigger(Params, frozen=True, kw_only=True):
    """When the rate of ``base_asset`` in ``quote_asset`` reaches the target."""

    type: str = "price"
    base_asset: str
    quote_asset: str
    target_price: Number
    condition: str
    """``lte`` for at or below the target, ``gte`` for at or above it."""


class CounterAssetInfo(Struct, frozen=True):
    """The other side of a trade. Some pages put fee and spread here instead of beside it."""

    asset: str
    fee_bps: Decimal | None = None
    spread_bps: Decimal | None = None


class TradeActionInfo(Struct, frozen=True):
    """The trade that an order makes."""

    type: str
    """``spend`` or ``receive``."""
    amount: AssetAmount
    quote: CounterAssetInfo
    fee_bps: Decimal | None = None
    spread_bps: Decimal | None = None


class PriceTriggerInfo(Struct, frozen=True):
    """What an order waits for."""

    type: str
    """``price``."""
    base_asset: str | None = None
    quote_asset: str | None = None
    target_price: Decimal | None = None
    condition: str | None = None
    """``lte`` or ``gte``."""
