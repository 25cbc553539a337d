"""What Spot v1 sockets say: arrays of text for the market, entries by id for an account.

Every amount is text. Captures have more places than the pair: XBT/USD, whose prices have one decimal, is written with
five, XDG/USD with nine instead of seven. Nobody told the rule; the one here meets these two, and most others.
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any, Final, TypeAlias

import msgspec

from krakenkit.sandbox.engine import (
    AccountTrade,
    BookLevel,
    Candle,
    OrderEvent,
    OrderView,
    Pair,
    PublicTrade,
    Statistics,
    Ticker,
)
from krakenkit.sandbox.engine.words import close_texts, in_words, loan_in_words, price_texts
from krakenkit.sandbox.spot_v2.frames import Members

Row: TypeAlias = list[Any]
_FEWEST_PLACES = 5
_MORE_PLACES = 2
_SPOT_POSITION: Final = "TKH2SE-M7IF5-CFI7LT"
"""Captures have this one id as the position of every trade without margin."""
_STATUS: Final = {"pending_new": "pending", "new": "open", "partially_filled": "open", "filled": "closed"}

written = msgspec.json.Encoder(decimal_format="number").encode
"""A frame as bytes. The only numbers with a fraction are those that a client sent and gets back."""


# --- values -----------------------------------------------------------------------------------------------------------


def epoch(at: int) -> str:
    """Nanoseconds since 1970 as seconds with six decimals."""
    return micro_epoch(at // 1000)


def micro_epoch(micros: int) -> str:
    """Microseconds since 1970 as seconds with six decimals."""
    return f"{micros // 10**6}.{micros % 10**6:06d}"


def money(pair: Pair, value: Decimal | None) -> str:
    """A price, cost or fee with the places of its pair here, or more where it has more; zero for none."""
    return _padded(value, max(_FEWEST_PLACES, pair.pair_decimals + _MORE_PLACES))


def volume(value: Decimal | None) -> str:
    """A quantity, with eight places or more where it has more; zero for none."""
    return _padded(value, 8)


def _padded(value: Decimal | None, places: int) -> str:
    number = Decimal(0) if value is None else value
    return f"{number:.{max(places, -int(number.as_tuple().exponent))}f}"


# --- market data ------------------------------------------------------------------------------------------------------


def ticker_payload(now: Ticker) -> Members:
    """Best prices, and numbers of today and of a day; zeros where there is nothing."""
    pair, today, day = now.pair, now.today, now.day
    return {
        "a": [money(pair, now.ask), int(now.ask_qty or 0), volume(now.ask_qty)],
        "b": [money(pair, now.bid), int(now.bid_qty or 0), volume(now.bid_qty)],
        "c": [money(pair, now.last), volume(now.last_qty)],
        "v": [volume(today.volume), volume(day.volume)],
        "p": [money(pair, today.vwap), money(pair, day.vwap)],
        "t": [today.trades, day.trades],
        "l": [money(pair, today.low), money(pair, day.low)],
        "h": [money(pair, today.high), money(pair, day.high)],
        "o": [money(pair, _opening(today, now.last)), money(pair, _opening(day, now.last))],
    }


def _opening(span: Statistics, last: Decimal | None) -> Decimal | None:
    return span.open if span.trades else last


def candle_payload(pair: Pair, candle: Candle, *, traded_at: int) -> Row:
    """One candle, with the moment of its last trade and of its end."""
    prices = (candle.open, candle.high, candle.low, candle.close, candle.vwap)
    times = [epoch(traded_at), epoch(candle.end)]
    return [*times, *(money(pair, price) for price in prices), volume(candle.volume), candle.trades]


def trade_payload(trade: PublicTrade) -> Row:
    """One trade of the market; it has no id here."""
    pair = trade.pair
    words = [trade.side[0], trade.order_type[0], ""]
    return [money(pair, trade.price), volume(trade.qty), epoch(trade.at), *words]


def spread_payload(now: Ticker) -> Row:
    """The best prices and their sizes; zeros for an empty side."""
    prices = [money(now.pair, now.bid), money(now.pair, now.ask)]
    return [*prices, epoch(now.at), volume(now.bid_qty), volume(now.ask_qty)]


def level_row(pair: Pair, level: BookLevel, *, micros: int, again: bool = False) -> Row:
    """One level of a book; ``again`` marks one that comes back into the window as it was."""
    row = [*level_texts(pair, level), micro_epoch(micros)]
    return [*row, "r"] if again else row


def level_texts(pair: Pair, level: BookLevel) -> tuple[str, str]:
    """Price and volume of a level as they are written here, which is what the checksum sees."""
    return money(pair, level.price), volume(level.qty)


# --- an account -------------------------------------------------------------------------------------------------------


def open_order_entry(order: OrderView) -> Members:
    """An order whole, as the snapshot and its first report show it."""
    entry = {
        "refid": order.closes or order.replaces,
        "status": _STATUS.get(order.status, order.status),
        "opentm": epoch(order.opened_at),
        "starttm": None if order.start_at is None else epoch(order.start_at),
        "expiretm": None if order.expire_at is None else epoch(order.expire_at),
        "descr": _description(order),
        "vol": volume(order.qty if order.cash_qty is None else order.cash_qty),
        **_totals(order),
        **_prices(order),
        "misc": _misc(order),
        "oflags": _flags(order),
        "timeinforce": order.time_in_force.upper(),
        **_display(order),
        **_contingent(order),
        **_own_ids(order.cl_ord_id, order.userref),
    }
    return {order.order_id: entry | ({"amended": True} if order.amended_at is not None else {})}


def order_report(event: OrderEvent) -> Members:
    """One step in the life of an order. Only the first one tells everything; those that follow hold what changed."""
    order = event.order
    ids, updated = _own_ids(order.cl_ord_id, order.userref), {"lastupdated": epoch(event.at)}
    match event.kind:
        case "pending_new":
            return open_order_entry(order)
        case "new":
            changes: Members = {"status": "open"}
        case "trade":
            changes = _totals(order)
        case "filled" | "canceled" | "expired":
            changes = updated | {"status": _STATUS.get(order.status, order.status)} | _totals(order) | _reason(order)
        case "amended":
            changes = updated | _amended(order) | {"amend_reason": "User requested"}
        case "restated":
            changes = updated | _amended(order)
        case "iceberg_refill":
            changes = _display(order)
        case "status":
            changes = updated | {"misc": _misc(order)} | (_prices(order) if order.trailing is not None else {})
    return {order.order_id: changes | ids}


def own_trade_entry(trade: AccountTrade, *, live: bool) -> Members:
    """One trade of an account. The client's own ids stand in live ones only."""
    pair = trade.pair
    entry: Members = {
        "ordertxid": trade.order_id,
        "postxid": trade.position_id or _SPOT_POSITION,
        "pair": pair.wsname,
        "time": epoch(trade.at),
        "type": trade.side,
        "ordertype": trade.order_type,
        "price": money(pair, trade.price),
        "cost": money(pair, trade.cost),
        "fee": money(pair, trade.fee),
        "vol": volume(trade.qty),
        "margin": money(pair, trade.margin),
        **({} if trade.leverage is None else {"margin_borrow": True}),
    }
    return {trade.trade_id: entry | (_own_ids(trade.cl_ord_id, trade.userref) if live else {})}


def _own_ids(cl_ord_id: str | None, userref: int | None) -> Members:
    ids: Members = {"userref": userref or 0}
    return ids if cl_ord_id is None else ids | {"cl_ord_id": cl_ord_id}


def _totals(order: OrderView) -> Members:
    pair = order.pair
    return {
        "vol_exec": volume(order.cum_qty),
        "cost": money(pair, order.cum_cost),
        "fee": money(pair, order.cum_fee),
        "avg_price": money(pair, order.avg_price),
    }


def _prices(order: OrderView) -> Members:
    # As in REST, the limit stands here for triggered orders only; those of others are in the description. Without one, a
    # trailing stop shows the price it trails from.
    limit = None if order.trigger_price is None else order.limit_price
    if order.trailing is not None and limit is None:
        limit = order.trailing.peak
    return {"stopprice": money(order.pair, order.trigger_price), "limitprice": money(order.pair, limit)}


def _display(order: OrderView) -> Members:
    if order.display_qty is None:
        return {}
    return {"display_volume": volume(order.display_qty), "display_volume_remain": volume(order.display_remaining)}


def _reason(order: OrderView) -> Members:
    return {} if order.reason is None else {"cancel_reason": order.reason}


def _amended(order: OrderView) -> Members:
    terms = {"descr": _description(order), "vol": volume(order.qty)} | _prices(order) | _display(order)
    return terms | {"amended": True}


def _description(order: OrderView) -> Members:
    pair = order.pair
    price, price2 = price_texts(order, partial(money, pair))
    price = price or money(pair, None)
    size = volume(order.qty if order.cash_qty is None else order.cash_qty)
    return {
        "pair": pair.wsname,
        "type": order.side,
        "ordertype": order.order_type,
        "price": price,
        "price2": price2 or money(pair, None),
        "leverage": None if order.leverage is None else f"{order.leverage}:1",
        "order": f"{order.side} {size} {pair.wsname} @ {in_words(order.order_type, price, price2)}{loan_in_words(order)}",
        "close": _close(order),
    }


def _close(order: OrderView) -> str | None:
    if order.close is None:
        return None
    texts = close_texts(order.close, order.pair, partial(money, order.pair))
    return f"close position @ {in_words(order.close.order_type, *texts)}"


def _contingent(order: OrderView) -> Members:
    """The conditional close in its parts. Which flags belong to it is not documented: those of its order stand here."""
    if order.close is None:
        return {}
    price, price2 = close_texts(order.close, order.pair, partial(money, order.pair))
    parts = {"ordertype": order.close.order_type, "price": price, "price2": price2, "oflags": _flags(order)}
    return {"contingent": {name: text for name, text in parts.items() if text is not None}}


def _misc(order: OrderView) -> str:
    went_off = order.triggered_at is not None
    marks = {
        "stopped": went_off and "stop" in order.order_type,
        "touched": went_off and order.order_type.startswith("take-profit"),
        "liquidation": order.liquidated,
        "partial": order.status in ("canceled", "expired") and order.cum_qty > 0,
    }
    return ",".join(mark for mark, true in marks.items() if true)


def _flags(order: OrderView) -> str:
    flags = ["fcib" if order.fee_in == "base" else "fciq"]
    flags += ["post"] if order.post_only else []
    flags += ["viqc"] if order.cash_qty is not None else []
    return ",".join(flags)
