"""What Spot v2 sockets say, as plain members: frames of market data, reports about orders, ledger entries.

Which members a report carries follows the manual's examples and captures; times have six digits, those of candles nine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from msgspec import Raw

from krakenkit.books.checksum import TOP, checksum_of
from krakenkit.sandbox.encode import stamp
from krakenkit.sandbox.engine import (
    AccountTrade,
    Balance,
    BookLevel,
    Candle,
    Closing,
    Exchange,
    LedgerEntry,
    Offset,
    OrderEvent,
    OrderView,
    Pair,
    PublicTrade,
    Ticker,
)
from krakenkit.sandbox.engine.prices import Price

Members: TypeAlias = dict[str, Any]
_HUNDREDTH = Decimal("0.01")


def channel_frame(channel: str, kind: str, data: object, **more: object) -> Members:
    """A message of a channel; ``kind`` is ``snapshot`` or ``update``."""
    return {"channel": channel, "type": kind, "data": data, **more}


# --- the connection ---------------------------------------------------------------------------------------------------


def status_frame(system: str, connection_id: int | None = None) -> Members:
    """The state of the engine, as it is pushed on connecting and, without the connection's id, on each change."""
    row: Members = {"version": "2.0.10", "system": system, "api_version": "v2"}
    if connection_id is not None:
        row["connection_id"] = connection_id
    row["upcoming_maintenance"], row["emergency"] = [], []
    return channel_frame("status", "update", [row])


# --- market data ------------------------------------------------------------------------------------------------------


def book_frame(
    kind: str, pair: Pair, bids: Sequence[BookLevel], asks: Sequence[BookLevel], *, checksum: int, at: int
) -> Members:
    """Levels of one book with the checksum of the whole book after them."""
    row = {
        "symbol": pair.symbol,
        "bids": _levels(bids),
        "asks": _levels(asks),
        "checksum": checksum,
        "timestamp": stamp(at),
    }
    return channel_frame("book", kind, [row])


def _levels(levels: Iterable[BookLevel]) -> Raw:
    # The most frequent thing that is written, so it is put together as text.
    rows = ",".join([f'{{"price":{level.price:f},"qty":{level.qty:f}}}' for level in levels])
    return Raw(f"[{rows}]".encode())


def book_checksum(exchange: Exchange, pair: Pair) -> int:
    """The checksum of the book as it is now. It looks at ten levels, so it is the same for every depth."""
    asks, bids = (
        [(f"{level.price:f}", f"{level.qty:f}") for level in exchange.levels(pair.name, side, TOP)]
        for side in ("sell", "buy")
    )
    return checksum_of(asks, bids)


def ticker_row(ticker: Ticker) -> Members:
    """Best prices and the numbers of a day; without any trade only the best prices."""
    pair, day = ticker.pair, ticker.day
    row: Members = {
        "symbol": pair.symbol,
        "bid": ticker.bid or pair.price(0),
        "bid_qty": ticker.bid_qty or pair.qty(0),
        "ask": ticker.ask or pair.price(0),
        "ask_qty": ticker.ask_qty or pair.qty(0),
    }
    if ticker.last is not None:
        row |= {
            "last": ticker.last,
            "volume": day.volume,
            "vwap": day.vwap,
            "low": day.low,
            "high": day.high,
            "change": ticker.change,
            "change_pct": _percent(ticker.change, day.open),
            "trades": day.trades,
        }
    return row | {"timestamp": stamp(ticker.at)}


def _percent(change: Decimal, start: Decimal) -> Decimal:
    return (change * 100 / start).quantize(_HUNDREDTH) if start else Decimal("0.00")


def trade_row(trade: PublicTrade) -> Members:
    """One trade of the market."""
    return {
        "symbol": trade.pair.symbol,
        "side": trade.side,
        "price": trade.price,
        "qty": trade.qty,
        "ord_type": trade.order_type,
        "trade_id": trade.number,
        "timestamp": stamp(trade.at),
    }


def candle_row(pair: Pair, candle: Candle) -> Members:
    """One candle; ``timestamp`` is its end, deprecated and still sent."""
    return {
        "symbol": pair.symbol,
        "open": candle.open,
        "high": candle.high,
        "low": candle.low,
        "close": candle.close,
        "trades": candle.trades,
        "volume": candle.volume,
        "vwap": candle.vwap,
        "interval_begin": stamp(candle.begin, 9),
        "interval": candle.interval,
        "timestamp": stamp(candle.end),
    }


# --- reports about orders ---------------------------------------------------------------------------------------------


def report_row(event: OrderEvent) -> Members:
    """One report. Only ``pending_new`` tells everything; those that follow hold what changed."""
    order = event.order
    row: Members = {"exec_type": event.kind, "order_status": order.status, "timestamp": stamp(event.at)} | _ids(order)
    match event.kind:
        case "pending_new":
            row |= _terms(order)
        case "trade" if event.trade is not None:
            row |= _fill(event.trade) | {"fee_usd_equiv": order.fee_usd} | _totals(order)
        case "filled":
            row |= _totals(order) | {"fee_usd_equiv": order.fee_usd}
        case "canceled" | "expired":
            row |= _totals(order) | {"fee_usd_equiv": order.fee_usd} | _reason(order)
        case "amended":
            row |= _amended(order) | {"reason": "User requested"}
        case "restated":
            row |= _amended(order)
        case "iceberg_refill":
            row |= {"display_qty_remain": order.display_remaining}
        case "status":
            row |= {"triggers": _triggers(order)}
        case _:
            pass
    return row


def open_order_row(order: OrderView) -> Members:
    """An open order as the snapshot shows it: everything that is known of it."""
    at = stamp(order.amended_at or order.opened_at)
    kind = "pending_new" if order.status == "pending_new" else "new"
    row: Members = {"exec_type": kind, "order_status": order.status, "timestamp": at} | _ids(order)
    row |= _terms(order) | _totals(order)
    return row | {"amended": True} if order.amended_at is not None else row


def past_trade_row(trade: AccountTrade) -> Members:
    """A fill as the snapshot shows it: said to be ``filled``, and without totals."""
    row: Members = {
        "exec_type": "trade",
        "order_status": "filled",
        "timestamp": stamp(trade.at),
        "order_id": trade.order_id,
        "fee_usd_equiv": trade.fee_usd,
    }
    return row | _own_id(trade.cl_ord_id, trade.userref) | _fill(trade)


def _ids(order: OrderView) -> Members:
    return {"order_id": order.order_id} | _own_id(order.cl_ord_id, order.userref)


def _own_id(cl_ord_id: str | None, userref: int | None) -> Members:
    # A userref of 0 stands for none.
    return {"order_userref": userref or 0} if cl_ord_id is None else {"cl_ord_id": cl_ord_id}


def _terms(order: OrderView) -> Members:
    row: Members = {"symbol": order.pair.symbol, "side": order.side, "order_type": order.order_type}
    row |= {"order_qty": order.qty} if order.cash_qty is None else {"cash_order_qty": order.cash_qty}
    row |= _limit(order) | {"time_in_force": order.time_in_force.upper()}
    if order.start_at is not None:
        row["effective_time"] = stamp(order.start_at)
    if order.expire_at is not None:
        row["expire_time"] = stamp(order.expire_at)
    if order.display_qty is not None:
        row |= {"display_qty": order.display_qty, "display_qty_remain": order.display_remaining}
    if order.post_only:
        row["post_only"] = True
    row |= _loan(order)
    row["stop_price"] = order.trigger_price or order.pair.price(0)
    if order.trigger_price is not None:
        row |= {"trigger": order.trigger_reference, "triggers": _triggers(order)}
    if order.close is not None:
        row["contingent"] = _contingent(order.close)
    if order.closes is not None:
        row["ord_ref_id"] = order.closes
    fee_preference = "fcib" if order.fee_in == "base" else "fciq"
    return row | {"cum_cost": order.cum_cost, "fee_usd_equiv": order.fee_usd, "fee_ccy_pref": fee_preference}


def _loan(order: OrderView) -> Members:
    if order.leverage is None:
        return {}
    marks = {"margin": True, "reduce_only": order.reduce_only, "liquidated": order.liquidated}
    return {name: True for name, true in marks.items() if true}


def _limit(order: OrderView) -> Members:
    """The limit; behind a trailing stop that waits, its distance from the trigger."""
    trail = order.trailing if order.triggered_at is None else None
    if trail is not None and trail.limit is not None:
        return _priced("limit_price", trail.limit)
    return {} if order.limit_price is None else _priced("limit_price", order.limit_price)


def _contingent(close: Closing) -> Members:
    row: Members = {"order_type": close.order_type}
    row |= {} if close.trigger_price is None else _priced("trigger_price", close.trigger_price)
    return row if close.limit_price is None else row | _priced("limit_price", close.limit_price)


def _priced(name: str, price: Price) -> Members:
    """A price with its type; offsets are signed numbers."""
    if not isinstance(price, Offset):
        return {name: price, f"{name}_type": "static"}
    amount = price.amount.copy_negate() if price.sign == "-" else price.amount
    return {name: amount, f"{name}_type": "pct" if price.percent else "quote"}


def _triggers(order: OrderView) -> Members:
    trail = order.trailing
    first: Price | None = order.trigger_price if trail is None else trail.offset
    row: Members = {"reference": order.trigger_reference} | ({} if first is None else _priced("price", first))
    if trail is not None:
        row |= {"actual_price": order.trigger_price, "peak_price": trail.peak}
    row["status"] = "untriggered" if order.triggered_at is None else "triggered"
    if order.triggered_at is not None:
        row |= {"last_price": order.triggered_by, "timestamp": stamp(order.triggered_at)}
    return row


def _totals(order: OrderView) -> Members:
    return {"cum_qty": order.cum_qty, "cum_cost": order.cum_cost, "avg_price": order.avg_price}


def _reason(order: OrderView) -> Members:
    return {} if order.reason is None else {"cancel_reason": order.reason, "reason": order.reason}


def _amended(order: OrderView) -> Members:
    row: Members = {"amended": True, "cum_qty": order.cum_qty, "order_qty": order.qty}
    row |= _limit(order)
    if order.display_qty is not None:
        row |= {"display_qty": order.display_qty, "display_qty_remain": order.display_remaining}
    return row if order.trigger_price is None else row | {"triggers": _triggers(order)}


def _fill(trade: AccountTrade) -> Members:
    row: Members = {
        "exec_id": trade.trade_id,
        "trade_id": trade.number,
        "symbol": trade.pair.symbol,
        "side": trade.side,
        "order_type": trade.order_type,
        "last_qty": trade.qty,
        "last_price": trade.price,
        "cost": trade.cost,
        "liquidity_ind": "m" if trade.maker else "t",
        "fees": [{"asset": trade.fee_asset.display, "qty": trade.fee}],
    }
    if trade.leverage is not None:
        row |= {"margin_borrow": True, "position_status": trade.position_status}
    return row | {"liquidated": True} if trade.liquidated else row


# --- balances ---------------------------------------------------------------------------------------------------------


def balance_row(held: Balance) -> Members:
    """One asset in the snapshot, wallet by wallet."""
    return {
        "asset": held.asset.display,
        "asset_class": held.asset.aclass,
        "balance": held.balance + sum(amount for _, amount in held.earning),
        "wallets": [
            {"type": "spot", "id": "main", "balance": held.balance},
            *({"type": "earn", "id": wallet, "balance": amount} for wallet, amount in held.earning),
        ],
    }


def ledger_row(entry: LedgerEntry) -> Members:
    """One change of a balance."""
    return {
        "ledger_id": entry.ledger_id,
        "ref_id": entry.ref_id,
        "timestamp": stamp(entry.at),
        "type": entry.type,
        **({"subtype": entry.subtype} if entry.subtype else {}),
        "asset": entry.asset.display,
        "asset_class": entry.asset.aclass,
        "category": _category(entry),
        "wallet_type": "spot" if entry.wallet == "main" else "earn",
        "wallet_id": entry.wallet,
        "amount": entry.amount,
        "fee": entry.fee,
        "balance": entry.balance,
    }


def _category(entry: LedgerEntry) -> str:
    """The manual's list has no word for transfers, which are told by the way they go, and none for adjustments."""
    match entry.type:
        case "transfer":
            return "deposit" if entry.amount > 0 else "withdrawal"
        case "staking":
            return "staking-rewards"
        case "margin":
            return "margin-trade"
        case "settled":
            return "margin-settle"
        case "conversion":
            return "margin-conversion"
        case "rollover":
            return "marginrollover"
        case "adjustment":
            return "credit"
        case _:
            return entry.type
