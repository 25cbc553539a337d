"""Spot REST: books in other shapes, and the reports to the public that market rules ask for."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from krakenkit._core.clock import nanoseconds
from krakenkit.sandbox.encode import stamp
from krakenkit.sandbox.engine import BookLevel, Pair, PublicTrade, QueuedOrder
from krakenkit.sandbox.engine.refusals import invalid
from krakenkit.sandbox.engine.scale import ceiling, to_units
from krakenkit.sandbox.rest.desk import Caller
from krakenkit.sandbox.routing import endpoint
from krakenkit.wire.spot import market_depth, transparency

_LEVELS: Final = 10
_VENUE: Final = "PGSL"
"""Kraken's market identifier code."""
_UNITS, _MONEY = "UNIT", "MONE"


# --- books ------------------------------------------------------------------------------------------------------------


def grouped_book(caller: Caller, request: market_depth.GetGroupedBook) -> market_depth.GroupedBook:
    exchange = caller.venue.exchange
    pair, depth, grouping = exchange.pair(request.pair), request.depth or 10, request.grouping or 1
    step = pair.tick * grouping
    bids, asks = (
        _grouped(pair, exchange.levels(pair.name, side), step, up=side == "sell")[:depth] for side in ("buy", "sell")
    )
    return market_depth.GroupedBook(pair=pair.symbol, grouping=grouping, bids=bids, asks=asks)


def _grouped(pair: Pair, levels: Iterable[BookLevel], step: int, *, up: bool) -> list[market_depth.GroupedLevel]:
    """Levels, best first, with all of one step put together."""
    sums: dict[int, Decimal] = {}
    for level in levels:
        price = to_units(level.price, pair.pair_decimals) or 0
        group = (ceiling(price, step) if up else price // step) * step
        sums[group] = sums.get(group, pair.qty(0)) + level.qty
    return [market_depth.GroupedLevel(pair.price(group), qty) for group, qty in sums.items()]


def level3_book(caller: Caller, request: market_depth.GetLevel3OrderBook) -> market_depth.Level3Book:
    exchange = caller.venue.exchange
    pair, depth = exchange.pair(request.pair), 100 if request.depth is None else request.depth
    bids, asks = (
        [_resting(order) for order in exchange.queue(pair.name, side, depth or None)] for side in ("buy", "sell")
    )
    return market_depth.Level3Book(pair=pair.symbol, bids=bids, asks=asks)


def _resting(order: QueuedOrder) -> market_depth.RestingOrder:
    return market_depth.RestingOrder(order.price, order.qty, order.order_id, order.at)


# --- transparency -----------------------------------------------------------------------------------------------------


def pre_trade(caller: Caller, request: transparency.GetPreTradeData) -> transparency.PreTradeData:
    pair = caller.venue.exchange.pair(request.symbol)
    return transparency.PreTradeData(
        symbol=pair.symbol,
        description=_description(pair),
        base_asset=pair.base.display,
        base_notation=_UNITS,
        quote_asset=pair.quote.display,
        quote_notation=_MONEY,
        venue=_VENUE,
        system="CLOB",
        bids=_levels(caller, pair, "buy"),
        asks=_levels(caller, pair, "sell"),
    )


def _levels(caller: Caller, pair: Pair, side: str) -> list[transparency.PreTradeLevel]:
    exchange = caller.venue.exchange
    counts: dict[Decimal, int] = {}
    for order in exchange.queue(pair.name, side, _LEVELS):
        counts[order.price] = counts.get(order.price, 0) + 1
    return [
        transparency.PreTradeLevel(
            side=side.upper(),
            price=level.price,
            qty=level.qty,
            count=counts[level.price],
            submission_ts=stamp(level.at),
            publication_ts=stamp(caller.now),
        )
        for level in exchange.levels(pair.name, side, _LEVELS)
    ]


def post_trade(caller: Caller, request: transparency.GetPostTradeData) -> transparency.PostTradeData:
    """Without a moment to begin with, the newest trades."""
    exchange = caller.venue.exchange
    pairs = exchange.instruments.pairs if request.symbol is None else (exchange.pair(request.symbol),)
    begin, end = _bound(request.from_ts, "from_ts"), _bound(request.to_ts, "to_ts")
    every = heapq.merge(*(exchange.public_trades(pair.name) for pair in pairs), key=lambda trade: trade.at)
    count = 1000 if request.count is None else request.count
    # Moments are told to the microsecond, and so they are compared.
    inside = [
        trade
        for trade in every
        if (begin is None or trade.at // 1000 > begin) and (end is None or trade.at // 1000 <= end)
    ]
    rows = inside[:count] if begin is not None else inside[-count:]
    return transparency.PostTradeData(
        trades=[_post_trade(trade) for trade in rows], last_ts=stamp(rows[-1].at) if rows else "", count=len(rows)
    )


def _bound(text: object, field: str) -> int | None:
    """A bound in microseconds."""
    if text is None:
        return None
    try:
        return nanoseconds(str(text)) // 1000
    except (ValueError, OverflowError):
        raise invalid(field) from None


def _post_trade(trade: PublicTrade) -> transparency.PostTrade:
    pair = trade.pair
    return transparency.PostTrade(
        trade_id=f"{pair.name}-{trade.number}",
        price=trade.price,
        quantity=trade.qty,
        symbol=pair.symbol,
        description=_description(pair),
        base_asset=pair.base.display,
        base_notation=_UNITS,
        quote_asset=pair.quote.display,
        quote_notation=_MONEY,
        trade_venue=_VENUE,
        trade_ts=stamp(trade.at),
        publication_venue=_VENUE,
        publication_ts=stamp(trade.at),
    )


def _description(pair: Pair) -> str:
    return f"{pair.base.display} against {pair.quote.display}"


ENDPOINTS: Final = (
    endpoint(market_depth.GetGroupedBook, grouped_book),
    endpoint(market_depth.GetLevel3OrderBook, level3_book),
    endpoint(transparency.GetPreTradeData, pre_trade),
    endpoint(transparency.GetPostTradeData, post_trade),
)
