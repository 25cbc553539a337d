"""Futures analytics in time buckets. Source: docs.kraken.com, Futures Charts v1, Analytics."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, TypeAlias

from msgspec import Struct

from krakenkit.errors import SettingsError
from krakenkit.wire.checks import not_empty
from krakenkit.wire.futures.base import public
from krakenkit.wire.futures.words import AnalyticsType
from krakenkit.wire.paged import Bucket, Paged
from krakenkit.wire.request import Request

_ANALYTICS = "/api/charts/v1/analytics"
_INTERVALS = (60, 300, 900, 1800, 3600, 14400, 43200, 86400, 604800)

Point: TypeAlias = Decimal | list[Decimal | None] | None
"""One bucket: a number, or the four of an open-high-low-close row."""
Series: TypeAlias = list[Point]
"""One point for each moment of ``timestamp``."""
SeriesTree: TypeAlias = Series | dict[str, Series | dict[str, Series]]


class AnalyticsResult(Struct, frozen=True):
    """Buckets. Every series of ``data`` has one point for each moment of ``timestamp``."""

    timestamp: list[int] = []
    """Seconds since 1970."""
    more: bool = False
    """Whether the range was cut."""
    data: SeriesTree | None = None
    """By type. A plain series (open interest, volume, count, volatility, …); series by name (``longCount``, ``ratio``,
    ``buyVolume``, ``cvd``, ``basis``, ``rate``, …); or series by name in groups (``bid`` and ``ask`` of book metrics,
    ``top20Percent`` of top traders)."""


class AnalyticsError(Struct, frozen=True):
    """What is wrong with the question."""

    severity: str | None = None
    error_class: str | None = None
    type: str | None = None
    msg: str | None = None
    value: str | None = None
    field: str | None = None


class Analytics(Struct, frozen=True):
    """Buckets, or ``errors`` that say why there are none: an unknown symbol was seen to come with HTTP 200."""

    result: AnalyticsResult
    errors: list[AnalyticsError] = []


def _check_interval(interval: int) -> None:
    if interval not in _INTERVALS:
        raise SettingsError(f"interval is {interval}; the exchange knows {', '.join(map(str, _INTERVALS))} seconds.")


class GetMarketAnalytics(Request[Analytics], Paged[Bucket], frozen=True):
    """One statistic of a market over time."""

    route: ClassVar = public(
        "futures.analytics.market", _ANALYTICS + "/{symbol}/{analytics_type}", siebly="getMarketAnalytics"
    )

    symbol: str
    analytics_type: AnalyticsType
    since: int
    """Seconds since 1970."""
    interval: int
    """Length of a bucket in seconds: 60, 300, 900, 1800, 3600, 14400, 43200, 86400 or 604800."""
    to: int | None = None
    """Seconds since 1970; now when left out."""

    def check(self) -> None:
        not_empty(self, "symbol", "analytics_type")
        _check_interval(self.interval)


class GetLiquidityPoolStatistic(Request[Analytics], Paged[Bucket], frozen=True):
    """The liquidity pool's value over time, ``data["usdValue"]``. Unconfirmed: parameters as of the market statistics."""

    route: ClassVar = public(
        "futures.analytics.liquidity_pool",
        _ANALYTICS + "/liquidity-pool",
        siebly="getLiquidityPoolStatistic",
        unconfirmed=True,
    )

    since: int
    interval: int
    to: int | None = None

    def check(self) -> None:
        _check_interval(self.interval)
