"""Futures fee schedules, deprecated. Source: docs.kraken.com, Futures REST, Fee Schedules.

Since 22 June 2026 these are not what is charged. Fees now come from Spot's trade volume call, with a Spot key.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from msgspec import Struct

from krakenkit.wire.futures.base import Reply, look_up, public
from krakenkit.wire.request import Request

_LIFECYCLE = "futures-fee-schedules"


class FeeTier(Struct, frozen=True, rename="camel"):
    """Fees from a 30-day volume on, in percent."""

    maker_fee: Decimal
    taker_fee: Decimal
    usd_volume: Decimal


class FeeSchedule(Struct, frozen=True):
    """One schedule."""

    uid: str
    name: str
    tiers: list[FeeTier]


class FeeSchedules(Reply, frozen=True):
    """All schedules."""

    fee_schedules: list[FeeSchedule]


class GetFeeSchedules(Request[FeeSchedules], frozen=True):
    """All fee schedules. Deprecated: since 22 June 2026 they are not what is charged; see Spot's trade volume call."""

    route: ClassVar = public(
        "futures.fees.schedules", "/derivatives/api/v3/feeschedules", siebly="getFeeSchedules", lifecycle=_LIFECYCLE
    )


class FeeScheduleVolumes(Reply, frozen=True):
    """Your volume over 30 days, in USD, by schedule id."""

    volumes_by_fee_schedule: dict[str, Decimal]


class GetFeeScheduleVolumes(Request[FeeScheduleVolumes], frozen=True):
    """Your 30-day volume for each fee schedule. Deprecated: no longer decides what is charged."""

    route: ClassVar = look_up(
        "futures.fees.volumes",
        "/derivatives/api/v3/feeschedules/volumes",
        siebly="getFeeScheduleVolumes",
        lifecycle=_LIFECYCLE,
    )
