"""Futures candles. Source: docs.kraken.com, Futures Charts v1. The first three answer with bare JSON arrays."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from msgspec import Struct, field

from krakenkit.wire.checks import not_empty, within
from krakenkit.wire.futures.base import public
from krakenkit.wire.futures.words import Resolution, TickType
from krakenkit.wire.paged import Paged
from krakenkit.wire.request import Request

_CHARTS = "/api/charts/v1/"


class GetTickTypes(Request[list[str]], frozen=True):
    """The price series that candles are made of: ``spot``, ``mark``, ``trade``."""

    route: ClassVar = public("futures.charts.tick_types", _CHARTS, siebly="getTickTypes", envelope="bare")


class GetMarketsForTickType(Request[list[str]], frozen=True):
    """The markets that have this price series."""

    route: ClassVar = public(
        "futures.charts.markets", _CHARTS + "{tick_type}", siebly="getMarketsForTickType", envelope="bare"
    )

    tick_type: TickType

    def check(self) -> None:
        not_empty(self, "tick_type")


class GetResolutions(Request[list[str]], frozen=True):
    """The candle lengths of a market: ``1m`` to ``1w``."""

    route: ClassVar = public(
        "futures.charts.resolutions", _CHARTS + "{tick_type}/{symbol}", siebly="getResolutions", envelope="bare"
    )

    tick_type: TickType
    symbol: str

    def check(self) -> None:
        not_empty(self, "tick_type", "symbol")


class Candle(Struct, frozen=True):
    """One candle."""

    time: int
    """Start, milliseconds since 1970 (the request's bounds are seconds)."""
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    """0 on the series ``spot`` and ``mark``."""


class Candles(Struct, frozen=True):
    """Candles, oldest first."""

    candles: list[Candle]
    more_candles: bool = False
    """Whether the range was cut: ask again from the last candle on."""


class GetCandles(Request[Candles], Paged[Candle], frozen=True):
    """Candles of a market."""

    route: ClassVar = public(
        "futures.charts.candles", _CHARTS + "{tick_type}/{symbol}/{resolution}", siebly="getCandles"
    )

    tick_type: TickType
    """``trade``, ``mark`` or ``spot``."""
    symbol: str
    resolution: Resolution
    """``1m``, ``5m``, ``15m``, ``30m``, ``1h``, ``4h``, ``12h``, ``1d`` or ``1w``."""
    from_: int | None = field(default=None, name="from")
    """Seconds since 1970."""
    to: int | None = None
    """Seconds since 1970."""
    count: int | None = None

    def check(self) -> None:
        within(self, "count", 0)
        not_empty(self, "tick_type", "symbol", "resolution")
