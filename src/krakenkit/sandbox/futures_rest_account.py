"""Private REST of Futures that looks: wallets, positions, orders and fills, and the calling key."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from krakenkit.sandbox.encode import stamp
from krakenkit.sandbox.engine.derivatives import FLEX, Fill, Gone, Holding, OrderView, WalletView
from krakenkit.sandbox.futures_inbound import read_moment
from krakenkit.sandbox.futures_rest import FuturesCaller, endpoint
from krakenkit.sandbox.futures_rest_market import SCHEDULE
from krakenkit.wire.futures import account, fees, general, orders
from krakenkit.wire.futures.base import FULL, READ, TRANSFER

_FILLS_SHOWN: Final = 100
_REMEMBERED: Final = 5 * 10**9
"""How long the status of an order that is over can be asked for."""
_ORDER_WORDS: Final = {"stp": "stop", "take_profit": "take_profit"}
_SIGNALS: Final = {"mark": "mark", "index": "spot", "last": "last"}
_REASONS: Final = {
    "full_fill": "FULL_FILL",
    "cancelled_by_user": "CANCELLED_BY_USER",
    "dead_man_switch": "DEAD_MAN_SWITCH",
    "not_enough_margin": "NOT_ENOUGH_MARGIN",
    "would_not_reduce_position": "WOULD_NOT_REDUCE_POSITION",
    "would_execute_self": "WOULD_EXECUTE_SELF_REASON",
    "ioc_order_failed_because_it_would_not_be_executed": "IOC_WOULD_NOT_EXECUTE_REASON",
}


# --- money ------------------------------------------------------------------------------------------------------------


def accounts(caller: FuturesCaller, request: account.GetAccounts) -> account.Accounts:
    others = {
        wallet: _margin_wallet(caller, wallet, asset.altname)
        for wallet, asset in caller.venue.contracts.wallets.items()
        if wallet != FLEX
    }
    return account.Accounts(
        cash=account.CashWallet(), flex=_flex(caller.exchange.wallet(caller.account, FLEX)), margin=others
    )


def _flex(wallet: WalletView) -> account.FlexWallet:
    zero = Decimal(0)
    dollars = account.FlexCurrency(
        quantity=wallet.balance,
        value=wallet.balance,
        collateral=wallet.balance,
        available=max(min(wallet.balance, wallet.available), zero),
    )
    return account.FlexWallet(
        currencies={"USD": dollars},
        initial_margin=wallet.initial,
        initial_margin_with_orders=wallet.with_orders,
        maintenance_margin=wallet.maintenance,
        balance_value=wallet.balance,
        portfolio_value=wallet.equity,
        collateral_value=wallet.balance,
        pnl=wallet.profit,
        unrealized_funding=zero,
        total_unrealized=wallet.profit,
        total_unrealized_as_margin=wallet.profit,
        available_margin=wallet.available,
        margin_equity=wallet.equity,
    )


def _margin_wallet(caller: FuturesCaller, wallet: str, currency: str) -> account.MarginWallet:
    now = caller.exchange.wallet(caller.account, wallet)
    held = {
        one.contract.symbol: one.size
        for one in caller.exchange.holdings(caller.account)
        if one.contract.wallet == wallet
    }
    return account.MarginWallet(
        currency=currency.lower(),
        balances={currency.lower(): now.balance} | held,
        auxiliary=account.MarginAuxiliary(
            available_funds=now.available, portfolio_value=now.equity, pnl=now.profit, funding=Decimal(0)
        ),
        # Without liquidations, the two lower thresholds are the one that is known.
        margin_requirements=account.MarginFigures(
            initial=now.with_orders,
            maintenance=now.maintenance,
            liquidation=now.maintenance,
            termination=now.maintenance,
        ),
    )


def open_positions(caller: FuturesCaller, request: account.GetOpenPositions) -> account.OpenPositions:
    return account.OpenPositions(open_positions=[_position(one) for one in caller.exchange.holdings(caller.account)])


def _position(holding: Holding) -> account.OpenPosition:
    linear = not holding.contract.inverse
    return account.OpenPosition(
        symbol=holding.contract.symbol,
        side="long" if holding.size > 0 else "short",
        size=abs(holding.size),
        price=holding.entry_price,
        fill_time=stamp(holding.since, 3),
        unrealized_pnl=holding.profit,
        unrealized_funding=Decimal(0),
        pnl_currency="USD" if linear else None,
    )


def volumes(caller: FuturesCaller, request: fees.GetFeeScheduleVolumes) -> fees.FeeScheduleVolumes:
    traded = sum((_dollars(fill) for fill in caller.exchange.fills(caller.account)), Decimal(0))
    return fees.FeeScheduleVolumes(volumes_by_fee_schedule={SCHEDULE: traded})


def _dollars(fill: Fill) -> Decimal:
    return fill.qty if fill.contract.inverse else fill.qty * fill.price


# --- orders -----------------------------------------------------------------------------------------------------------


def open_orders(caller: FuturesCaller, request: orders.GetOpenOrders) -> orders.OpenOrders:
    return orders.OpenOrders(open_orders=[_open_order(one) for one in caller.exchange.open_orders(caller.account)])


def _open_order(order: OrderView) -> orders.OpenOrder:
    return orders.OpenOrder(
        order_id=order.order_id,
        cli_ord_id=order.cli_ord_id,
        symbol=order.contract.symbol,
        side=order.side,
        order_type=_ORDER_WORDS.get(order.kind, "lmt"),
        limit_price=order.limit_price,
        stop_price=order.stop_price if order.waiting else None,
        trigger_signal=_SIGNALS[order.signal] if order.waiting and order.signal is not None else None,
        filled_size=order.filled,
        unfilled_size=order.remaining,
        reduce_only=order.reduce_only,
        status="partiallyFilled" if order.filled else "untouched",
        received_time=stamp(order.placed_at, 3),
        last_update_time=stamp(order.updated_at, 3),
    )


def order_status(caller: FuturesCaller, request: orders.GetOrderStatus) -> orders.OrderStates:
    names = [*(request.order_ids or []), *(request.cli_ord_ids or [])]
    found = caller.exchange.orders(caller.account, names, since=caller.now - _REMEMBERED)
    return orders.OrderStates(orders=[_state(one) for one in found])


def _state(found: OrderView | Gone) -> orders.OrderState:
    if isinstance(found, Gone):
        status = "FULLY_EXECUTED" if found.reason == "full_fill" else "CANCELLED"
        reason = _REASONS.get(found.reason, "CANCELLED_BY_ADMIN")
        return orders.OrderState(order=_status_order(found.order), status=status, update_reason=reason)
    status = "TRIGGER_PLACED" if found.waiting else "ENTERED_BOOK"
    reason = "PARTIAL_FILL" if found.filled else "NEW_USER_ORDER"
    return orders.OrderState(order=_status_order(found), status=status, update_reason=reason)


def _status_order(order: OrderView) -> orders.StatusOrder:
    trigger = None
    if order.waiting and order.signal is not None:
        signals = {"mark": "MARK_PRICE", "index": "SPOT_PRICE", "last": "LAST_PRICE"}
        trigger = orders.PriceTrigger(
            trigger_price=order.stop_price,
            trigger_side="TRIGGER_ABOVE" if order.rising else "TRIGGER_BELOW",
            trigger_signal=signals[order.signal],
        )
    return orders.StatusOrder(
        order_id=order.order_id,
        cli_ord_id=order.cli_ord_id,
        type="TRIGGER_ORDER" if order.waiting else "ORDER",
        symbol=order.contract.symbol,
        side=order.side,
        quantity=order.qty,
        filled=order.filled,
        limit_price=order.limit_price,
        reduce_only=order.reduce_only,
        timestamp=stamp(order.placed_at, 3),
        last_update_timestamp=stamp(order.updated_at, 3),
        price_trigger_options=trigger,
    )


def fills(caller: FuturesCaller, request: orders.GetFills) -> orders.Fills:
    before = read_moment(request.last_fill_time, "lastFillTime")
    rows = [one for one in caller.exchange.fills(caller.account) if before is None or one.at < before]
    return orders.Fills(fills=[_fill(one) for one in rows[:_FILLS_SHOWN]])


def _fill(fill: Fill) -> orders.Fill:
    return orders.Fill(
        fill_id=fill.fill_id,
        symbol=fill.contract.symbol,
        side=fill.order.side,
        order_id=fill.order.order_id,
        cli_ord_id=fill.order.cli_ord_id,
        size=fill.qty,
        price=fill.price,
        fill_time=stamp(fill.at, 3),
        fill_type="maker" if fill.maker else "taker",
    )


# --- the rest ---------------------------------------------------------------------------------------------------------


def notifications(caller: FuturesCaller, request: general.GetNotifications) -> general.Notifications:
    return general.Notifications(notifications=[])


def check_key(caller: FuturesCaller, request: general.CheckApiKeyV3) -> general.ApiKeyCheck:
    key = caller.owner
    level = "FULL_ACCESS" if key.may(FULL) else "READ_ONLY" if key.may(READ) else "NO_ACCESS"
    return general.ApiKeyCheck(
        api_key=key.key,
        account_uid=caller.exchange.account_uid(key.account),
        created_at=stamp(key.created_at, 3),
        permissions=general.KeyPermissions(general=level, transfer="FULL_ACCESS" if key.may(TRANSFER) else "NO_ACCESS"),
    )


ENDPOINTS: Final = (
    endpoint(account.GetAccounts, accounts),
    endpoint(account.GetOpenPositions, open_positions),
    endpoint(fees.GetFeeScheduleVolumes, volumes),
    endpoint(orders.GetOpenOrders, open_orders),
    endpoint(orders.GetOrderStatus, order_status),
    endpoint(orders.GetFills, fills),
    endpoint(general.GetNotifications, notifications),
    endpoint(general.CheckApiKeyV3, check_key),
)
