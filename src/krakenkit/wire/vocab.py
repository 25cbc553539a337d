"""The exchange's own words. Editors offer the known ones; a word that is new tomorrow arrives as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    Side: TypeAlias = Literal["buy", "sell"] | str
    OrderType: TypeAlias = (
        Literal[
            "market",
            "limit",
            "iceberg",
            "stop-loss",
            "take-profit",
            "stop-loss-limit",
            "take-profit-limit",
            "trailing-stop",
            "trailing-stop-limit",
            "settle-position",
        ]
        | str
    )
    TimeInForce: TypeAlias = Literal["GTC", "IOC", "GTD", "FOK"] | str
    OrderStatus: TypeAlias = Literal["pending", "open", "closed", "canceled", "expired"] | str
    SystemState: TypeAlias = Literal["online", "maintenance", "cancel_only", "post_only", "limit_only"] | str
    AssetClass: TypeAlias = Literal["currency", "tokenized_asset"] | str
    RebaseMultiplier: TypeAlias = Literal["rebased", "base"] | str
    Trigger: TypeAlias = Literal["last", "index"] | str
    PriceType: TypeAlias = Literal["static", "pct", "quote"] | str
else:
    # The codecs read these as open text: a value outside the list must not stop a program.
    Side = OrderType = TimeInForce = OrderStatus = SystemState = str
    AssetClass = RebaseMultiplier = Trigger = PriceType = str

__all__ = [
    "AssetClass",
    "OrderStatus",
    "OrderType",
    "PriceType",
    "RebaseMultiplier",
    "Side",
    "SystemState",
    "TimeInForce",
    "Trigger",
]
