"""REST of Futures for statistics in buckets. What is wrong with a question is told beside an empty result."""

from __future__ import annotations

from typing import Final

from krakenkit.sandbox.futures.analytics import TYPES, Question, Span, span_of
from krakenkit.sandbox.futures.rest import FuturesCaller
from krakenkit.sandbox.routing import endpoint
from krakenkit.wire.futures import analytics
from krakenkit.wire.futures.analytics import SeriesTree

_NANO: Final = 10**9


def market(caller: FuturesCaller, request: analytics.GetMarketAnalytics) -> analytics.Analytics:
    contract, kind = caller.venue.contract(request.symbol), TYPES.get(request.analytics_type)
    if contract is None:
        return _wrong("symbol", request.symbol)
    if kind is None:
        return _wrong("analytics_type", request.analytics_type)
    question = Question(caller.exchange, contract, _span(caller, request))
    return _answer(*kind(question))


def liquidity_pool(caller: FuturesCaller, request: analytics.GetLiquidityPoolStatistic) -> analytics.Analytics:
    """What the exchange itself holds: fees, and the other side of funding. Only the running bucket is known."""
    span = _span(caller, request)
    place = span.place(caller.exchange.now)
    running = Span(() if place is None else (span.begins[place],), span.interval, more=False)
    return _answer(running, {"usdValue": [caller.exchange.till() for _ in running.begins]})


def _span(caller: FuturesCaller, request: analytics.GetMarketAnalytics | analytics.GetLiquidityPoolStatistic) -> Span:
    now = caller.now // _NANO
    return span_of(request.since, now if request.to is None else min(request.to, now), request.interval)


def _answer(span: Span, data: SeriesTree) -> analytics.Analytics:
    return analytics.Analytics(result=analytics.AnalyticsResult(timestamp=list(span.begins), more=span.more, data=data))


def _wrong(field: str, value: str) -> analytics.Analytics:
    error = analytics.AnalyticsError(
        severity="E",
        error_class="General",
        type="Invalid arguments",
        msg=f"Unknown {field}",
        value=value,
        field=field,
    )
    return analytics.Analytics(result=analytics.AnalyticsResult(), errors=[error])


ENDPOINTS: Final = (
    endpoint(analytics.GetMarketAnalytics, market),
    endpoint(analytics.GetLiquidityPoolStatistic, liquidity_pool),
)
