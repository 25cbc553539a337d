"""Futures notices, the calling key, and market share rebates.

Source: docs.kraken.com, Futures REST, General; auth v1; stats v1.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from msgspec import Raw, Struct

from krakenkit._core.redaction import shortened
from krakenkit.wire.codec import reader_for
from krakenkit.wire.futures.base import Reply, look_up
from krakenkit.wire.request import Request


class Notification(Struct, frozen=True, rename="camel"):
    """One notice of the platform. ``high`` priority of type ``maintenance`` announces downtime at ``effective_time``."""

    type: str
    """``market``, ``general``, ``new_feature``, ``bug_fix``, ``maintenance`` or ``settlement``."""
    priority: str
    """``low``, ``medium`` or ``high``."""
    note: str
    effective_time: str | None = None
    """RFC 3339."""
    expected_downtime_minutes: int | None = None


class Notifications(Reply, frozen=True):
    """Notices of the platform."""

    notifications: list[Notification]


class GetNotifications(Request[Notifications], frozen=True):
    """Notices of the platform: maintenance, settlement, new features."""

    route: ClassVar = look_up(
        "futures.general.notifications", "/derivatives/api/v3/notifications", siebly="getNotifications"
    )


class KeyPermissions(Struct, frozen=True):
    """The two switches of a Futures key: ``NO_ACCESS``, ``READ_ONLY`` or ``FULL_ACCESS``."""

    general: str | None = None
    transfer: str | None = None


class ApiKeyCheck(Struct, frozen=True, rename="camel"):
    """The calling key. Its repr shows the first characters of the key only."""

    api_key: str
    account_uid: str
    created_at: str | None = None
    permissions: KeyPermissions | None = None
    iiban: str | None = None
    allowed_cidr_block: str | None = None
    allowed_cidr_blocks: list[str] = []
    """Addresses that the key may be used from; any when empty."""

    def __repr__(self) -> str:
        return f"ApiKeyCheck(api_key={shortened(self.api_key)!r}, permissions={self.permissions!r})"


class CheckApiKeyV3(Request[ApiKeyCheck], frozen=True):
    """What the calling key may do; any valid key may ask."""

    route: ClassVar = look_up(
        "futures.auth.check_api_key", "/api/auth/v1/api-keys/v3/check", siebly="checkApiKeyV3", permission="any"
    )


class ContractShare(Struct, frozen=True, rename="camel"):
    """Your part of one market."""

    market_share: Decimal | None = None
    volume: Decimal | None = None
    usd_rebate_credited: Decimal | None = None


class MarketShare(Struct, frozen=True):
    """Your part of each market, by symbol; empty while the exchange has not summed the figures up."""

    contracts: dict[str, ContractShare] = {}

    @classmethod
    def from_wire(cls, raw: bytes | Raw) -> MarketShare:
        """Read the answer, or nothing at all: HTTP 204 without a body means no figures yet."""
        body = bytes(raw)
        return cls(contracts=reader_for(_MarketShareBody)(body).contracts) if body.strip() else cls()

    @classmethod
    def to_wire(cls, answer: MarketShare) -> dict[str, object]:
        """The shape that :meth:`from_wire` reads."""
        return {"contracts": answer.contracts}


class _MarketShareBody(Struct, frozen=True):
    contracts: dict[str, ContractShare] = {}


class GetAccountMarketShare(Request[MarketShare], frozen=True):
    """Your part of each market's volume and the rebates for it. The members are as other clients know them."""

    route: ClassVar = look_up(
        "futures.stats.self_market_share", "/api/stats/v1/rebates/self-market-share", siebly="getAccountMarketShare"
    )
