"""Private REST of Spot: what an account has, ordered and traded."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from krakenkit.sandbox.encode import Bare, seconds
from krakenkit.sandbox.engine import AccountTrade, LedgerEntry, OrderView, describe
from krakenkit.sandbox.engine.refusals import invalid
from krakenkit.sandbox.paging import page
from krakenkit.sandbox.rest import Caller, endpoint
from krakenkit.sandbox.values import names_in
from krakenkit.wire.spot import account, fees, history, keys, ledgers, positions

_STATUS = {"pending_new": "pending", "new": "open", "partially_filled": "open", "filled": "closed"}
_DAYS_30 = 30 * 86_400 * 10**9
_MOST_ORDERS = 50
_MOST_ROWS = 20
_NONE = Decimal("0.0000")


# --- money ------------------------------------------------------------------------------------------------------------


def balance(caller: Caller, request: account.GetAccountBalance) -> dict[str, Decimal]:
    return {held.asset.name: held.balance for held in caller.venue.exchange.balances(caller.account)}


def extended_balance(caller: Caller, request: account.GetExtendedBalance) -> dict[str, account.ExtendedBalance]:
    return {
        held.asset.name: account.ExtendedBalance(balance=held.balance, hold_trade=held.hold_trade)
        for held in caller.venue.exchange.balances(caller.account)
    }


def trade_balance(caller: Caller, request: account.GetTradeBalance) -> account.TradeBalance:
    worth = caller.venue.exchange.equity(caller.account, request.asset or "ZUSD")
    return account.TradeBalance(
        equivalent_balance=worth,
        trade_balance=worth,
        margin=_NONE,
        unrealised=_NONE,
        cost=_NONE,
        value=_NONE,
        equity=worth,
        free_margin=worth,
    )


def ledgers_info(caller: Caller, request: ledgers.GetLedgersInfo) -> ledgers.LedgersInfo:
    exchange = caller.venue.exchange
    names = [item.asset if isinstance(item, ledgers.ClassedAsset) else item for item in _listed(request.asset)]
    wanted = {exchange.asset(name) for name in names_in(names) if name != "all"}
    rows = [
        (entry.ledger_id, entry)
        for entry in exchange.ledger(caller.account)
        if (not wanted or entry.asset in wanted) and request.type in (None, "all", entry.type)
    ]
    found = page(rows, request, times=lambda entry: (entry.at,))
    return ledgers.LedgersInfo(
        ledger={name: _entry(entry) for name, entry in found.rows}, count=found.count, cursor=found.cursor
    )


def _listed(value: str | Sequence[str | ledgers.ClassedAsset] | None) -> Sequence[str | ledgers.ClassedAsset]:
    return [value] if isinstance(value, str) else value or []


def ledgers_by_id(caller: Caller, request: ledgers.GetLedgers) -> dict[str, ledgers.LedgerEntry]:
    names = _at_most(names_in(request.id), _MOST_ROWS, "id")
    found = ((name, caller.venue.exchange.ledger_entry(caller.account, name)) for name in names)
    return {name: _entry(entry) for name, entry in found if entry is not None}


def _entry(entry: LedgerEntry) -> ledgers.LedgerEntry:
    return ledgers.LedgerEntry(
        refid=entry.ref_id,
        time=seconds(entry.at),
        type=entry.type,
        aclass=entry.asset.aclass,
        asset=entry.asset.name,
        amount=entry.amount,
        fee=entry.fee,
        balance=entry.balance,
        wallet="spot / main",
    )


# --- orders -----------------------------------------------------------------------------------------------------------


def open_orders(caller: Caller, request: account.GetOpenOrders) -> account.OpenOrders:
    found = caller.venue.exchange.open_orders(caller.account, userref=request.userref, cl_ord_id=request.cl_ord_id)
    return account.OpenOrders(
        open={order.order_id: order_info(order, trades=bool(request.trades)) for order in found},
        cursor=account.Cursor() if request.with_cursor else None,  # one page holds them all
    )


def closed_orders(caller: Caller, request: account.GetClosedOrders) -> account.ClosedOrders:
    exchange, by = caller.venue.exchange, request.closetime or "both"
    if by not in ("open", "close", "both"):
        raise invalid("closetime")

    def times(order: OrderView) -> tuple[int, ...]:
        closed_at = order.closed_at or order.opened_at
        return {"open": (order.opened_at,), "close": (closed_at,)}.get(by, (order.opened_at, closed_at))

    closed = exchange.closed_orders(caller.account, userref=request.userref, cl_ord_id=request.cl_ord_id)
    found = page([(order.order_id, order) for order in closed], request, times=times)
    rows = {name: order_info(order, trades=bool(request.trades)) for name, order in found.rows}
    return account.ClosedOrders(closed=rows, count=found.count, cursor=found.cursor)


def orders_by_id(caller: Caller, request: account.GetOrders) -> dict[str, account.OrderInfo]:
    """Orders that are unknown are left out; what Kraken does with them is not documented."""
    exchange, names = caller.venue.exchange, _at_most(names_in(request.txid), _MOST_ORDERS, "txid")
    if not names and request.userref is None and request.cl_ord_id is None:
        raise invalid("txid")
    every = (
        *exchange.open_orders(caller.account, userref=request.userref, cl_ord_id=request.cl_ord_id),
        *exchange.closed_orders(caller.account, userref=request.userref, cl_ord_id=request.cl_ord_id),
    )
    by_id = {order.order_id: order for order in every}
    meant = [name for name in names or by_id if name in by_id]
    return {name: order_info(by_id[name], trades=bool(request.trades)) for name in meant}


def order_amends(caller: Caller, request: history.GetOrderAmends) -> history.OrderAmends:
    rows = caller.venue.exchange.amends(caller.account, request.order_id)
    amends = [
        history.OrderAmend(
            amend_id=row.amend_id,
            amend_type=row.amend_type,
            order_qty=row.order_qty or row.remaining_qty,
            remaining_qty=row.remaining_qty,
            limit_price=row.limit_price,
            trigger_price=row.trigger_price,
            display_qty=row.display_qty,
            reason=row.reason,
            post_only=row.post_only,
            timestamp=row.at,
        )
        for row in rows
    ]
    return history.OrderAmends(amends=amends, count=len(amends))


def order_info(order: OrderView, *, trades: bool) -> account.OrderInfo:
    """One order as REST reports it."""
    pair, closed = order.pair, order.closed_at
    return account.OrderInfo(
        status=_STATUS.get(order.status, order.status),
        opentm=seconds(order.opened_at),
        starttm=Bare(0),
        expiretm=Bare(0) if order.expire_at is None else Bare(order.expire_at // 10**9),
        closetm=None if closed is None else seconds(closed),
        descr=_description(order),
        vol=order.cum_qty if order.qty is None else order.qty,
        vol_exec=order.cum_qty,
        cost=order.cum_cost,
        fee=order.cum_fee,
        price=order.avg_price,
        stopprice=order.trigger_price or pair.price(0),
        limitprice=pair.price(0) if order.trigger_price is None else order.limit_price or pair.price(0),
        refid=order.replaces,
        userref=order.userref if order.userref is not None or order.cl_ord_id is not None else 0,
        cl_ord_id=order.cl_ord_id,
        reason=order.reason,
        displayvol=order.display_qty,
        displayvolremain=order.display_remaining,
        trigger=None if order.trigger_price is None else "last",
        time_in_force=order.time_in_force.lower(),
        margin=False,
        misc=_misc(order),
        oflags=_flags(order),
        trades=list(order.trade_ids) if trades and order.trade_ids else None,
        amended=True if order.amended_at is not None else None,
    )


def _description(order: OrderView) -> account.OrderDescription:
    first = order.limit_price if order.trigger_price is None else order.trigger_price
    second = None if order.trigger_price is None else order.limit_price
    return account.OrderDescription(
        pair=order.pair.altname,
        aclass="forex",
        type=order.side,
        ordertype=order.order_type,
        price="0" if first is None else f"{first:f}",
        price2="0" if second is None else f"{second:f}",
        leverage="none",
        order=describe(order),
        close="",
    )


def _misc(order: OrderView) -> str:
    marks = {
        "stopped": order.triggered_at is not None and order.order_type.startswith("stop-loss"),
        "touched": order.triggered_at is not None and order.order_type.startswith("take-profit"),
        "partial": order.status in ("canceled", "expired") and order.cum_qty > 0,
        "amended": order.amended_at is not None,
    }
    return ",".join(mark for mark, true in marks.items() if true)


def _flags(order: OrderView) -> str:
    flags = ["fcib" if order.fee_in == "base" else "fciq"]
    flags += ["post"] if order.post_only else []
    flags += ["viqc"] if order.cash_qty is not None else []
    return ",".join(flags)


# --- trades -----------------------------------------------------------------------------------------------------------


def trades_history(caller: Caller, request: account.GetTradesHistory) -> account.TradesHistory:
    exchange = caller.venue.exchange
    kinds = ("all", "no position", "any position", "closed position", "closing position")
    if request.type not in (None, *kinds):
        raise invalid("type")
    pair = None if request.pair is None else exchange.pair(request.pair)
    rows = [
        (trade.trade_id, trade)
        for trade in exchange.trades(caller.account)
        # There are no margin positions here.
        if request.type in (None, *kinds[:2]) and pair in (None, trade.pair)
    ]
    found = page(rows, request, times=lambda trade: (trade.at,))
    shown = {name: _trade(trade, ledger_ids=bool(request.ledgers)) for name, trade in found.rows}
    return account.TradesHistory(trades=shown, count=found.count, cursor=found.cursor)


def trades_by_id(caller: Caller, request: history.GetTrades) -> dict[str, account.TradeInfo]:
    names = _at_most(names_in(request.txid), _MOST_ROWS, "txid")
    found = ((name, caller.venue.exchange.trade(caller.account, name)) for name in names)
    return {name: _trade(trade, ledger_ids=bool(request.ledgers)) for name, trade in found if trade is not None}


def _trade(trade: AccountTrade, *, ledger_ids: bool) -> account.TradeInfo:
    return account.TradeInfo(
        ordertxid=trade.order_id,
        pair=trade.pair.name,
        aclass="forex",
        time=seconds(trade.at),
        type=trade.side,
        ordertype=trade.order_type,
        price=trade.price,
        cost=trade.cost,
        fee=trade.fee,
        vol=trade.qty,
        margin=trade.pair.cost(0),
        leverage="0",
        misc="",
        trade_id=trade.number,
        maker=trade.maker,
        ledgers=list(trade.ledger_ids) if ledger_ids else None,
    )


def open_positions(caller: Caller, request: positions.GetOpenPositions) -> positions.OpenPositions:
    return positions.OpenPositions(by_pair=[] if request.consolidation else None)


# --- fees and keys ----------------------------------------------------------------------------------------------------


def trading_volume(caller: Caller, request: fees.GetTradingVolume) -> fees.TradingVolume:
    exchange, terms = caller.venue.exchange, caller.venue.terms()
    names = [item.asset if isinstance(item, ledgers.ClassedAsset) else item for item in _listed(request.pair)]
    pairs = [exchange.pair(name) for name in names_in(names)]
    recent = [trade for trade in exchange.trades(caller.account) if trade.at > caller.now - _DAYS_30]
    worths = (exchange.worth(trade.cost, trade.pair.quote.name, "ZUSD") or Decimal(0) for trade in recent)
    volume = sum(worths, _NONE)
    return fees.TradingVolume(
        currency="ZUSD",
        volume=volume,
        fees={pair.name: _only_step(terms.taker_rate) for pair in pairs} if pairs else None,
        fees_maker={pair.name: _only_step(terms.maker_rate) for pair in pairs} if pairs else None,
        inputs=fees.FeeInputs(
            domain_spot_volume_30d=volume,
            domain_futures_volume_30d=_NONE,
            domain_assets_on_platform=exchange.equity(caller.account),
        ),
    )


def _only_step(rate: int) -> fees.PairFee:
    """The sandbox has one step: its fees do not fall with volume."""
    percent = Decimal(rate).scaleb(-4)
    return fees.PairFee(fee=percent, minfee=percent, maxfee=percent, tiervolume=_NONE)


def api_key_info(caller: Caller, request: keys.GetApiKeyInfo) -> dict[str, object]:
    key = caller.owner
    info = keys.ApiKeyInfo(
        api_key_name=key.name,
        api_key=key.key,
        nonce=key.last_nonce,
        nonce_window=key.nonce_window,
        permissions=sorted(key.permissions),
        valid_until=0,
        query_from=0,
        query_to=0,
        created_time=key.created_at // 10**9,
        modified_time=key.created_at // 10**9,
        last_used=key.last_used // 10**9,
    )
    # Captured: numbers come as text here, so that no client loses digits of a nonce.
    members = {name: getattr(info, name) for name in info.__struct_fields__}
    return {
        name: str(value) if isinstance(value, int) else value for name, value in members.items() if value is not None
    }


def _at_most(names: list[str], most: int, field: str) -> list[str]:
    if len(names) > most:
        raise invalid(field)
    return names


ENDPOINTS: Final = (
    endpoint(account.GetAccountBalance, balance),
    endpoint(account.GetExtendedBalance, extended_balance),
    endpoint(account.GetTradeBalance, trade_balance),
    endpoint(account.GetOpenOrders, open_orders),
    endpoint(account.GetClosedOrders, closed_orders),
    endpoint(account.GetOrders, orders_by_id),
    endpoint(account.GetTradesHistory, trades_history),
    endpoint(history.GetTrades, trades_by_id),
    endpoint(history.GetOrderAmends, order_amends),
    endpoint(positions.GetOpenPositions, open_positions),
    endpoint(ledgers.GetLedgersInfo, ledgers_info),
    endpoint(ledgers.GetLedgers, ledgers_by_id),
    endpoint(fees.GetTradingVolume, trading_volume),
    endpoint(keys.GetApiKeyInfo, api_key_info),
)
