"""Private REST of Spot: what an account has, ordered and traded."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final, Protocol, TypeAlias

from krakenkit.sandbox.consolidation import consolidated
from krakenkit.sandbox.encode import Bare, seconds
from krakenkit.sandbox.engine import Ladder, OrderView, describe, describe_close, earning_name
from krakenkit.sandbox.engine.refusals import invalid
from krakenkit.sandbox.engine.words import digits, price_texts
from krakenkit.sandbox.paging import page
from krakenkit.sandbox.rest.desk import Caller
from krakenkit.sandbox.rest.ledgers import bare_names
from krakenkit.sandbox.routing import endpoint
from krakenkit.sandbox.values import at_most, names_in
from krakenkit.wire.rewrite import on_the_wire
from krakenkit.wire.spot import account, fees, history

Members: TypeAlias = dict[str, Any]
_STATUS = {"pending_new": "pending", "new": "open", "partially_filled": "open", "filled": "closed"}
_MOST_ORDERS = 50
_MOST_ROWS = 20
_NONE = Decimal("0.0000")


# --- money ------------------------------------------------------------------------------------------------------------


def balance(caller: Caller, request: account.GetAccountBalance) -> dict[str, Decimal]:
    """What lies in Earn is listed by a name of its own, such as ``XBT.B``."""
    found: dict[str, Decimal] = {}
    for held in caller.venue.exchange.balances(caller.account):
        found[held.asset.name] = held.balance
        if held.earning:
            found[earning_name(held.asset)] = held.in_earn
    return found


def extended_balance(caller: Caller, request: account.GetExtendedBalance) -> dict[str, account.ExtendedBalance]:
    found: dict[str, account.ExtendedBalance] = {}
    for held in caller.venue.exchange.balances(caller.account):
        found[held.asset.name] = account.ExtendedBalance(balance=held.balance, hold_trade=held.hold_trade)
        if held.earning:
            nothing = held.asset.amount(0)
            found[earning_name(held.asset)] = account.ExtendedBalance(balance=held.in_earn, hold_trade=nothing)
    return found


# --- orders -----------------------------------------------------------------------------------------------------------


def open_orders(caller: Caller, request: account.GetOpenOrders) -> Members:
    found = caller.venue.exchange.open_orders(caller.account, userref=request.userref, cl_ord_id=request.cl_ord_id)
    shown = {"open": {order.order_id: order_info(order, trades=_trade_ids(caller, order, request)) for order in found}}
    # One page holds them all.
    return shown | {"cursor": {"next": None}} if request.with_cursor else shown


def closed_orders(caller: Caller, request: account.GetClosedOrders) -> Members:
    exchange, by = caller.venue.exchange, request.closetime or "both"
    if by not in ("open", "close", "both"):
        raise invalid("closetime")

    def times(order: OrderView) -> tuple[int, ...]:
        closed_at = order.closed_at or order.opened_at
        return {"open": (order.opened_at,), "close": (closed_at,)}.get(by, (order.opened_at, closed_at))

    closed = [
        order
        for order in exchange.closed_orders(caller.account, userref=request.userref, cl_ord_id=request.cl_ord_id)
        if caller.owner.sees(order.closed_at or order.opened_at)
    ]
    found = page([(order.order_id, order) for order in closed], request, times=times)
    rows = {name: order_info(order, trades=_trade_ids(caller, order, request)) for name, order in found.rows}
    return {"closed": rows} | found.beside


def orders_by_id(caller: Caller, request: account.GetOrders) -> dict[str, Members]:
    """Orders that are unknown are left out; what Kraken does with them is not documented."""
    exchange, names = caller.venue.exchange, at_most(names_in(request.txid), _MOST_ORDERS, "txid")
    if not names and request.userref is None and request.cl_ord_id is None:
        raise invalid("txid")
    every = (
        *exchange.open_orders(caller.account, userref=request.userref, cl_ord_id=request.cl_ord_id),
        *exchange.closed_orders(caller.account, userref=request.userref, cl_ord_id=request.cl_ord_id),
    )
    by_id = {order.order_id: order for order in every if order.closed_at is None or caller.owner.sees(order.closed_at)}
    meant = [name for name in names or by_id if name in by_id]
    return {name: order_info(by_id[name], trades=_trade_ids(caller, by_id[name], request)) for name in meant}


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


class _WithTrades(Protocol):
    """A request for orders that may name their trades."""

    @property
    def trades(self) -> bool | None: ...
    @property
    def consolidate_taker(self) -> bool | None: ...


def _trade_ids(caller: Caller, order: OrderView, request: _WithTrades) -> Sequence[str]:
    """The ids of an order's trades, as far as they are asked for."""
    if not request.trades:
        return ()
    if not request.consolidate_taker:
        return order.trade_ids
    found = (caller.venue.exchange.trade(caller.account, name) for name in order.trade_ids)
    return [trade.trade_id for trade in consolidated(trade for trade in found if trade is not None)]


def order_info(order: OrderView, *, trades: Sequence[str]) -> Members:
    """One order as REST reports it. Captured: a reference and a reason that it does not have are null, not left out."""
    nulls: Members = {"refid": None} if order.closed_at is None else {"refid": None, "reason": None}
    told: Members = on_the_wire(_info(order, trades=trades))
    return nulls | told


def _info(order: OrderView, *, trades: Sequence[str]) -> account.OrderInfo:
    pair, closed = order.pair, order.closed_at
    return account.OrderInfo(
        status=_STATUS.get(order.status, order.status),
        opentm=seconds(order.opened_at),
        starttm=Bare(0) if order.start_at is None else Bare(order.start_at // 10**9),
        expiretm=Bare(0) if order.expire_at is None else Bare(order.expire_at // 10**9),
        closetm=None if closed is None else seconds(closed),
        descr=_description(order),
        vol=order.cum_qty if order.qty is None else order.qty,
        vol_exec=order.cum_qty,
        cost=order.cum_cost,
        fee=order.cum_fee,
        price=order.avg_price,
        stopprice=order.trigger_price or pair.price(0),
        limitprice=_limit_price(order),
        refid=order.closes or order.replaces,
        userref=order.userref or 0,
        cl_ord_id=order.cl_ord_id,
        reason=order.reason,
        displayvol=order.display_qty,
        displayvolremain=order.display_remaining,
        trigger=None if order.trigger_price is None else order.trigger_reference,
        time_in_force=order.time_in_force.lower(),
        margin=order.leverage is not None,
        reduce_only=True if order.reduce_only else None,
        misc=_misc(order),
        oflags=_flags(order),
        trades=list(trades) or None,
        amended=True if order.amended_at is not None else None,
    )


def _limit_price(order: OrderView) -> Decimal:
    """The limit of triggered orders. Captured: a trailing stop without a limit shows the price it trails from here."""
    if order.trailing is not None and order.limit_price is None:
        return order.trailing.peak
    limit = None if order.trigger_price is None else order.limit_price
    return limit or order.pair.price(0)


def _description(order: OrderView) -> account.OrderDescription:
    price, price2 = price_texts(order, digits)
    return account.OrderDescription(
        pair=order.pair.altname,
        aclass="forex",
        type=order.side,
        ordertype=order.order_type,
        price=price or "0",
        price2=price2 or "0",
        leverage="none" if order.leverage is None else f"{order.leverage}:1",
        order=describe(order),
        close=describe_close(order),
    )


def _misc(order: OrderView) -> str:
    marks = {
        "stopped": order.triggered_at is not None and "stop" in order.order_type,
        "touched": order.triggered_at is not None and order.order_type.startswith("take-profit"),
        "liquidated": order.liquidated,
        "partial": order.status in ("canceled", "expired") and order.cum_qty > 0,
        "amended": order.amended_at is not None,
    }
    return ",".join(mark for mark, true in marks.items() if true)


def _flags(order: OrderView) -> str:
    flags = ["fcib" if order.fee_in == "base" else "fciq"]
    flags += ["post"] if order.post_only else []
    flags += ["viqc"] if order.cash_qty is not None else []
    return ",".join(flags)


# --- fees -------------------------------------------------------------------------------------------------------------


def trading_volume(caller: Caller, request: fees.GetTradingVolume) -> fees.TradingVolume:
    exchange = caller.venue.exchange
    pairs = [exchange.pair(name) for name in bare_names(request.pair)]
    exchange.tick(caller.now)  # what is older than thirty days counts no more
    standing = {pair.name: exchange.fee_steps(caller.account, pair.name) for pair in pairs}
    volume = exchange.volume(caller.account)
    return fees.TradingVolume(
        currency="ZUSD",
        volume=volume,
        fees={name: _fee(*steps, maker=False) for name, steps in standing.items()} or None,
        fees_maker={name: _fee(*steps, maker=True) for name, steps in standing.items()} or None,
        inputs=fees.FeeInputs(
            domain_spot_volume_30d=volume,
            domain_futures_volume_30d=_NONE + caller.venue.futures.exchange.traded(caller.account).total,
            domain_assets_on_platform=exchange.equity(caller.account),
        ),
        schedules=[_schedule(name, *steps) for name, steps in standing.items()] if request.fee_schedule else None,
    )


def _fee(ladder: Ladder, place: int, *, maker: bool) -> fees.PairFee:
    """The fee of one side on a pair, with the step after it."""
    rates = [_percent(step.maker if maker else step.taker) for step in ladder]
    following = ladder[place + 1 : place + 2]
    return fees.PairFee(
        fee=rates[place],
        minfee=rates[-1],
        maxfee=rates[0],
        nextfee=rates[place + 1] if following else None,
        tiervolume=_NONE + ladder[place].dollars,
        nextvolume=_NONE + following[0].dollars if following else None,
    )


def _schedule(pair: str, ladder: Ladder, place: int) -> fees.FeeSchedule:
    tiers = [
        fees.ScheduleTier(
            maker_fee=_percent(step.maker),
            taker_fee=_percent(step.taker),
            min_spot_volume=_NONE + step.dollars,
            active=number == place,
        )
        for number, step in enumerate(ladder)
    ]
    return fees.FeeSchedule(pair=pair, tiers=tiers)


def _percent(rate: int) -> Decimal:
    """Parts per million as percent, with four decimals."""
    return Decimal(rate).scaleb(-4)


ENDPOINTS: Final = (
    endpoint(account.GetAccountBalance, balance),
    endpoint(account.GetExtendedBalance, extended_balance),
    endpoint(account.GetOpenOrders, open_orders),
    endpoint(account.GetClosedOrders, closed_orders),
    endpoint(account.GetOrders, orders_by_id),
    endpoint(history.GetOrderAmends, order_amends),
    endpoint(fees.GetTradingVolume, trading_volume),
)
