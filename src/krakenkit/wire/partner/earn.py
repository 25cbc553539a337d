"""Embed: rewards on what users hold. Source: docs.kraken.com, Embed REST, Earn."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from msgspec import Struct

from krakenkit.errors import SettingsError
from krakenkit.wire.partner.nexus import Acknowledged, embed_look_up, embed_place
from krakenkit.wire.request import Request


class EarnAmount(Struct, frozen=True):
    """An amount in the asset itself and in the user's currency."""

    native: Decimal
    converted: Decimal


class UpcomingReward(Struct, frozen=True):
    """A reward that will be paid."""

    asset: str | None = None
    date: str | None = None
    """RFC 3339."""
    accumulated_amount: EarnAmount | None = None
    estimated_pending_amount: EarnAmount | None = None


class EmbedEarnSummary(Struct, frozen=True):
    """A user's rewards of all time, in one currency."""

    auto_earn_eligible: bool
    auto_earn_enabled: bool
    payout_period: str
    """ISO 8601 duration."""
    total_allocated_converted: Decimal
    total_rewarded_converted_true_rates: Decimal
    """Converted at the rates of the days of payment."""
    total_rewarded_converted_current_rate: Decimal
    """Converted at today's rates."""
    num_earning_assets: int
    upcoming_rewards: list[UpcomingReward] = []
    auto_earn_last_changed: str | None = None
    """RFC 3339."""


class GetEmbedEarnSummary(Request[EmbedEarnSummary], frozen=True):
    """A user's rewards of all time, and whether auto-earn is on."""

    route: ClassVar = embed_look_up("embed.get_earn_summary", "/b2b/earn/{user}", siebly="getEmbedEarnSummary")

    user: str
    """IIBAN."""
    currency: str | None = None
    """Currency of the converted amounts."""


class AprEstimate(Struct, frozen=True):
    """What an asset may yield in a year."""

    low: Decimal
    high: Decimal


class EarnAllocation(Struct, frozen=True):
    """What a user has allocated and received."""

    total_allocated: EarnAmount | None = None
    total_rewarded: EarnAmount | None = None
    upcoming_reward_date: str | None = None


class EmbedEarnAsset(Struct, frozen=True):
    """An asset that earns, and a user's part when a user was named."""

    apr_estimate: AprEstimate | None = None
    user_allocation: EarnAllocation | None = None


class EmbedEarnAssets(Struct, frozen=True):
    """Assets that earn, by name."""

    assets: dict[str, EmbedEarnAsset]


class ListEmbedEarnAssets(Request[EmbedEarnAssets], frozen=True):
    """Assets that earn, with a user's allocations when a user is named."""

    route: ClassVar = embed_look_up(
        "embed.list_earn_assets", "/b2b/earn/assets", siebly="listEmbedEarnAssets", repeat=("assets",)
    )

    assets: list[str] | None = None
    """All when left out."""
    user: str | None = None
    """IIBAN."""
    currency: str | None = None
    """Currency of the converted amounts; needed with ``user``."""

    def check(self) -> None:
        if self.user is not None and self.currency is None:
            raise SettingsError("ListEmbedEarnAssets needs currency when user is given; name one, such as 'USD'.")


class ToggleEmbedAutoEarn(Request[Acknowledged], frozen=True):
    """Switch a user's auto-earn on or off; it takes effect later, see the earn summary.

    It is sent once, because it moves the user's holdings in or out of earning.
    """

    route: ClassVar = embed_place(
        "embed.toggle_auto_earn",
        "/b2b/earn/{user}/auto",
        siebly="toggleEmbedAutoEarn",
        method="PUT",
        in_query=("want_enabled",),
    )

    user: str
    """IIBAN."""
    want_enabled: bool
