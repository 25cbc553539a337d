"""The frames of the Futures WebSocket v1: numbers bare, moments in milliseconds, names in two styles as on the wire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TypeAlias

from krakenkit.sandbox.encode import stamp
from krakenkit.sandbox.engine.derivatives import (
    CASH,
    FLEX,
    BookChange,
    Contract,
    CurrencyView,
    DerivativesExchange,
    Fill,
    Holding,
    LogEntry,
    Notice,
    OrderView,
    Ticker,
    Trade,
    WalletView,
    shown_unit,
)
from krakenkit.sandbox.futures.encode import millis, trimmed

Members: TypeAlias = dict[str, Any]
_ZERO: Final = Decimal(0)
_DAY: Final = 86_400 * 10**9
_TYPES: Final[Mapping[str, str]] = {"stp": "stop", "take_profit": "take_profit", "trailing_stop": "trailing_stop"}
_FILL_TYPES: Final[Mapping[str, str]] = {"lmt": "limit", "mkt": "market", "fok": "fillOrKill"}
_SIGNALS: Final[Mapping[str, str]] = {"mark": "mark", "index": "spot", "last": "last"}


# --- public -----------------------------------------------------------------------------------------------------------


def ticker_frame(now: Ticker) -> Members:
    """The whole picture of a product."""
    members: Members = {
        "feed": "ticker",
        "product_id": now.contract.symbol,
        "time": millis(now.at),
        "bid": now.bid,
        "ask": now.ask,
        "bid_size": now.bid_qty,
        "ask_size": now.ask_qty,
        "volume": now.day.volume,
        "volumeQuote": now.volume_quote,
        "dtm": _days(now),
        "leverage": f"{10**6 // now.contract.initial_margin}x",
        "index": now.index,
        "premium": now.premium,
        "last": None if now.last is None else now.last.price,
        "change": now.change,
        "suspended": now.mode == "suspended",
        "tag": now.contract.tag,
        "pair": now.contract.scale.symbol,
        "openInterest": now.open_interest,
        "markPrice": now.mark,
        "maturityTime": _maturity(now.contract),
        "post_only": now.mode == "post_only",
    }
    # Funding fields are left out where they are zero, as the next moment is where there is no funding at all.
    members |= {
        "funding_rate": now.funding_rate or None,
        "funding_rate_prediction": now.funding_prediction or None,
        "relative_funding_rate": now.relative_funding_rate or None,
        "relative_funding_rate_prediction": now.relative_funding_prediction or None,
        "next_funding_rate_time": None if now.next_funding_at is None else millis(now.next_funding_at),
    }
    if now.day.trades:
        members |= {"open": now.day.open, "high": now.day.high, "low": now.day.low}
    return _there(members)


def ticker_lite_frame(now: Ticker) -> Members:
    """The short picture of a product."""
    return _there(
        {
            "feed": "ticker_lite",
            "product_id": now.contract.symbol,
            "bid": now.bid,
            "ask": now.ask,
            "change": now.change,
            "premium": now.premium,
            "volume": now.day.volume,
            "volumeQuote": now.volume_quote,
            "tag": now.contract.tag,
            "pair": now.contract.scale.symbol,
            "dtm": _days(now),
            "maturityTime": _maturity(now.contract),
        }
    )


def _maturity(contract: Contract) -> int:
    return 0 if contract.expiry is None else millis(contract.expiry)


def _days(now: Ticker) -> int:
    """Days until the contract expires, the one that has begun included."""
    expiry = now.contract.expiry
    return 0 if expiry is None else max(-((now.at - expiry) // _DAY), 0)


def trade_frame(trade: Trade) -> Members:
    """One trade."""
    return {
        "feed": "trade",
        "product_id": trade.contract.symbol,
        "uid": trade.uid,
        "side": trade.side,
        "type": trade.kind,
        "seq": trade.seq,
        "time": millis(trade.at),
        "qty": trade.qty,
        "price": trade.price,
    }


def trade_snapshot(contract: Contract, trades: Sequence[Trade]) -> Members:
    """The latest trades; they are given oldest first and shown newest first."""
    rows = [trade_frame(trade) for trade in reversed(trades)]
    return {"feed": "trade_snapshot", "product_id": contract.symbol, "trades": rows}


def book_text(change: BookChange) -> bytes:
    """One level of a book. Written by hand: there are hundreds of these in a second."""
    return (
        f'{{"feed":"book","product_id":"{change.contract.symbol}","side":"{change.side}","seq":{change.seq},'
        f'"price":{trimmed(change.price)},"qty":{trimmed(change.qty)},"timestamp":{millis(change.at)}}}'
    ).encode()


def book_snapshot(exchange: DerivativesExchange, contract: Contract) -> Members:
    """The whole book."""
    bids, asks = (
        [{"price": price, "qty": qty} for price, qty in exchange.levels(contract, side)] for side in ("buy", "sell")
    )
    return {
        "feed": "book_snapshot",
        "product_id": contract.symbol,
        "timestamp": millis(exchange.now),
        "seq": exchange.book_seq(contract),
        "tickSize": None,
        "bids": bids,
        "asks": asks,
    }


# --- orders and fills -------------------------------------------------------------------------------------------------


def order_row(order: OrderView) -> Members:
    """An order as the feed of open orders shows it."""
    return _there(
        {
            "instrument": order.contract.symbol,
            "time": millis(order.placed_at),
            "last_update_time": millis(order.updated_at),
            "qty": order.remaining,
            "filled": order.filled,
            "limit_price": order.limit_price,
            "stop_price": order.stop_price if order.waiting else _ZERO,
            "type": _TYPES.get(order.kind, "limit"),
            "order_id": order.order_id,
            "cli_ord_id": order.cli_ord_id,
            "direction": 0 if order.side == "buy" else 1,
            "reduce_only": order.reduce_only,
            "triggerSignal": _SIGNALS[order.signal] if order.waiting and order.signal is not None else None,
            "trailing_stop_options": None if order.deviation_unit is None else _trailing(order),
        }
    )


def _trailing(order: OrderView) -> Members:
    return {"max_deviation": order.deviation, "unit": str(order.deviation_unit).lower()}


def fill_row(fill: Fill) -> Members:
    """A fill."""
    return _there(
        {
            "instrument": fill.contract.symbol,
            "time": millis(fill.at),
            "price": fill.price,
            "seq": fill.seq,
            "buy": fill.order.side == "buy",
            "qty": fill.qty,
            "remaining_order_qty": fill.order.remaining,
            "order_id": fill.order.order_id,
            "cli_ord_id": fill.order.cli_ord_id,
            "fill_id": fill.fill_id,
            "fill_type": fill.fill_type,
            "fee_paid": fill.fee,
            "fee_currency": fill.contract.currency.display,
            "taker_order_type": _FILL_TYPES.get(fill.taker_kind, fill.taker_kind),
            "order_type": _FILL_TYPES.get(fill.order.kind, fill.order.kind),
        }
    )


def position_row(holding: Holding, unit: str = "USD") -> Members:
    """An open position; ``unit`` is the currency its profits are changed into."""
    margin = holding.initial_margin
    return _there(
        {
            "instrument": holding.contract.symbol,
            "balance": holding.size,
            "entry_price": holding.entry_price,
            "mark_price": holding.mark,
            "index_price": holding.index,
            "pnl": holding.profit,
            "return_on_equity": holding.profit * 100 / margin if margin else _ZERO,
            "effective_leverage": holding.value / margin if margin else _ZERO,
            "unrealized_funding": holding.funding,
            "initial_margin": margin,
            "initial_margin_with_orders": holding.with_orders,
            "maintenance_margin": holding.maintenance_margin,
            "pnl_currency": None if holding.contract.inverse else shown_unit(unit),
        }
    )


def log_row(entry: LogEntry) -> Members:
    """A row of the account log; what does not apply is zero or an empty text here."""
    fill, zero = entry.fill, _ZERO
    cash = None if entry.position_leg else fill
    return {
        "id": entry.id,
        "date": stamp(entry.at, 3),
        "asset": entry.asset,
        "info": entry.info,
        "booking_uid": entry.uid,
        "margin_account": entry.wallet,
        "old_balance": entry.old_balance,
        "new_balance": entry.new_balance,
        "old_average_entry_price": entry.old_entry or zero,
        "new_average_entry_price": entry.new_entry or zero,
        "trade_price": (entry.price or zero) if fill is None else fill.price,
        "mark_price": zero if fill is None else fill.mark_price,
        "realized_pnl": (entry.realized or zero) if cash is None else cash.realized,
        "fee": zero if cash is None else cash.fee,
        "execution": "" if fill is None else fill.trade_uid,
        "collateral": "" if entry.contract is None else entry.contract.currency.altname.lower(),
        "funding_rate": entry.funding_rate or zero,
        "realized_funding": entry.funding or zero,
        "conversion_spread_percentage": entry.spread or zero,
        "liquidation_fee": entry.liquidation_fee or zero,
    }


def notice_row(notice: Notice) -> Members:
    """Something that the exchange tells everybody."""
    return {
        "id": notice.id,
        "type": notice.type,
        "priority": notice.priority,
        "note": notice.note,
        "effective_time": millis(notice.at),
    }


# --- balances ---------------------------------------------------------------------------------------------------------


def balance_parts(exchange: DerivativesExchange, account: str, wallets: Sequence[str]) -> Members:
    """These wallets of an account, each under the part of the message where its kind stands."""
    parts: Members = {}
    singles = {
        wallet: exchange.wallet(account, wallet)
        for wallet in wallets
        if wallet in exchange.contracts.wallets and wallet != FLEX
    }
    if singles:
        shown = (_single(exchange, wallet, now) for wallet, now in singles.items())
        parts["futures"] = {members["name"]: members for members in shown}
        parts["futures_cash_value"] = sum(
            (_dollars(exchange, wallet, w.balance) for wallet, w in singles.items()), _ZERO
        )
        parts["futures_upnl_cash_value"] = sum(
            (_dollars(exchange, wallet, w.equity) for wallet, w in singles.items()), _ZERO
        )
    if FLEX in wallets:
        shares = [one for one in exchange.holdings(account) if one.contract.wallet == FLEX and one.leverage is not None]
        parts["flex_futures"] = _flex(exchange.wallet(account, FLEX), shares)
    if CASH in wallets:
        parts["holding"] = {shown_unit(unit): amount for unit, amount in exchange.cash(account).items()}
    return parts


def _single(exchange: DerivativesExchange, wallet: str, now: WalletView) -> Members:
    unit = exchange.contracts.wallets[wallet].altname
    return {
        "name": f"F-{unit}:USD",
        "pair": f"{unit}/USD",
        "unit": unit,
        "portfolio_value": now.equity,
        "balance": now.balance,
        "maintenance_margin": now.maintenance,
        "initial_margin": now.with_orders,
        "available": now.available,
        "unrealized_funding": now.funding,
        "pnl": now.profit,
        "cash_value": _dollars(exchange, wallet, now.balance),
    }


def _dollars(exchange: DerivativesExchange, wallet: str, amount: Decimal) -> Decimal:
    """An amount of a wallet's coin at the index price of its contracts."""
    contract = next(one for one in exchange.contracts.all if one.wallet == wallet)
    return (amount * exchange.ticker(contract).index).quantize(Decimal("0.01"))


def _flex(now: WalletView, isolated: Sequence[Holding]) -> Members:
    unrealized = now.profit + now.funding
    sums: Members = {
        "balance_value": now.balance,
        "portfolio_value": now.equity,
        "collateral_value": now.collateral,
        "margin_equity": now.margin_equity,
        "available_margin": now.available,
    }
    margins: Members = {
        "initial_margin": now.with_orders,
        "initial_margin_without_orders": now.initial,
        "maintenance_margin": now.maintenance,
        "pnl": now.profit,
        "unrealized_funding": now.funding,
        "total_unrealized": unrealized,
        "total_unrealized_as_margin": unrealized,
    }
    apart = {holding.contract.symbol: _isolated(holding) for holding in isolated}
    cross = {name: margins[name] - sum(one[name] for one in apart.values()) for name in margins}
    return {
        "currencies": {shown_unit(held.unit): _currency(held) for held in now.currencies},
        **sums,
        **margins,
        "isolated": apart,
        "cross": sums | cross,
    }


def _isolated(holding: Holding) -> Members:
    unrealized = holding.profit + holding.funding
    return {
        "initial_margin": holding.with_orders,
        "initial_margin_without_orders": holding.initial_margin,
        "maintenance_margin": holding.maintenance_margin,
        "pnl": holding.profit,
        "unrealized_funding": holding.funding,
        "total_unrealized": unrealized,
        "total_unrealized_as_margin": unrealized,
    }


def _currency(held: CurrencyView) -> Members:
    return {
        "quantity": held.qty,
        "value": held.value,
        "collateral_value": held.collateral,
        "available": held.available,
        "haircut": held.haircut,
        "conversion_spread": held.spread,
    }


def _there(members: Members) -> Members:
    return {name: member for name, member in members.items() if member is not None}
