"""Spot account: balances, orders and trades of the key's owner. Source: docs.kraken.com, Spot REST, Account Data."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from msgspec import Struct, field

from krakenkit.wire.checks import at_least_one, at_most, only_one, within
from krakenkit.wire.codec import ABSENT
from krakenkit.wire.paged import Entry, Paged
from krakenkit.wire.request import Request
from krakenkit.wire.route import Route
from krakenkit.wire.vocab import OrderStatus, OrderType, RebaseMultiplier, Side, Trigger

_FUNDS = "Funds permissions - Query"
_OPEN = "Orders and trades - Query open orders & trades"
_CLOSED = "Orders and trades - Query closed orders & trades"


class GetAccountBalance(Request[dict[str, Decimal]], frozen=True):
    """Balances by asset, net of pending withdrawals.

    Keys are internal names (``XXBT``, ``ZUSD``), some with a suffix: ``.S`` and ``.M`` old staking, ``.B`` yield-bearing,
    ``.F`` auto-earn, ``.T`` tokenized.
    """

    route: ClassVar = Route.read(
        "spot.account.get_balance", "/0/private/Balance", siebly="getAccountBalance", permission=_FUNDS
    )

    rebase_multiplier: RebaseMultiplier | None = None
    """For xStocks: ``rebased`` counts underlying shares, ``base`` tokens."""
    account_id: str | None = None
    """A wallet, as the list of wallet accounts names it."""


class ExtendedBalance(Struct, frozen=True):
    """One asset's balance and what is bound. Available: balance + credit - credit_used - hold_trade."""

    balance: Decimal
    hold_trade: Decimal
    """Held by open spot orders without margin."""
    credit: Decimal | None = None
    credit_used: Decimal | None = None

    @property
    def available(self) -> Decimal:
        """What can be traded or withdrawn now."""
        return self.balance + (self.credit or 0) - (self.credit_used or 0) - self.hold_trade


class GetExtendedBalance(Request[dict[str, ExtendedBalance]], frozen=True):
    """Balances by asset with what open orders hold and what credit lines give."""

    route: ClassVar = Route.read(
        "spot.account.get_extended_balance", "/0/private/BalanceEx", siebly="getExtendedBalance", permission=_FUNDS
    )

    rebase_multiplier: RebaseMultiplier | None = None
    account_id: str | None = None


class TradeBalance(Struct, frozen=True):
    """A margin account's summary, in the asset asked for."""

    equivalent_balance: Decimal = field(name="eb", default=ABSENT)
    trade_balance: Decimal = field(name="tb", default=ABSENT)
    margin: Decimal = field(name="m", default=ABSENT)
    """Margin used by open positions."""
    unrealised: Decimal = field(name="n", default=ABSENT)
    """Profit and loss of open positions, net."""
    cost: Decimal = field(name="c", default=ABSENT)
    """Cost basis of open positions."""
    value: Decimal = field(name="v", default=ABSENT)
    """Value of open positions now."""
    equity: Decimal = field(name="e", default=ABSENT)
    """Trade balance plus unrealised profit and loss."""
    free_margin: Decimal = field(name="mf", default=ABSENT)
    free_margin_for_orders: Decimal | None = field(default=None, name="mfo")
    margin_level: Decimal | None = field(default=None, name="ml")
    """Percent; only with open positions."""
    unfilled_value: Decimal | None = field(default=None, name="uv")


class GetTradeBalance(Request[TradeBalance], frozen=True):
    """Collateral, margin in use and free margin."""

    route: ClassVar = Route.read(
        "spot.account.get_trade_balance", "/0/private/TradeBalance", siebly="getTradeBalance", permission=_OPEN
    )

    asset: str | None = None
    """Asset to express amounts in; ``ZUSD`` when left out."""
    rebase_multiplier: RebaseMultiplier | None = None
    account_id: str | None = None


class OrderDescription(Struct, frozen=True):
    """What was ordered, in the exchange's words."""

    pair: str = ABSENT
    type: Side = ABSENT
    ordertype: OrderType = ABSENT
    price: str = ABSENT
    """A price, or text such as ``+50.0000%`` for trailing orders."""
    price2: str = ABSENT
    leverage: str = ABSENT
    """``none`` or ``5:1``."""
    order: str = ABSENT
    close: str | None = None
    """The conditional close, empty when there is none."""
    aclass: str | None = None


class OrderInfo(Struct, frozen=True):
    """One order as REST reports it. Times are seconds since 1970; amounts in base, costs and fees in quote."""

    status: OrderStatus
    opentm: Decimal
    descr: OrderDescription
    vol: Decimal
    vol_exec: Decimal
    cost: Decimal
    fee: Decimal
    price: Decimal
    """Average price of the fills."""
    refid: str | None = None
    userref: int | None = None
    cl_ord_id: str | None = None
    starttm: Decimal = Decimal(0)
    expiretm: Decimal = Decimal(0)
    closetm: Decimal | None = None
    reason: str | None = None
    stopprice: Decimal | None = None
    limitprice: Decimal | None = None
    displayvol: Decimal | None = None
    displayvolremain: Decimal | None = None
    trigger: Trigger | None = None
    time_in_force: str | None = None
    margin: bool | None = None
    reduce_only: bool | None = None
    misc: str = ""
    """Comma list: stopped, touched, liquidated, partial, amended."""
    oflags: str = ""
    trades: list[str] | None = None
    """Trade ids, when asked for."""
    sender_sub_id: str | None = None
    ext_ord_id: str | None = None
    link_id: str | None = None
    amended: bool | None = None


class Cursor(Struct, frozen=True):
    """Where the next page begins; ``next`` is None on the last page."""

    next: str | None = None


class OpenOrders(Struct, frozen=True):
    """Open orders by order id."""

    open: dict[str, OrderInfo]
    cursor: Cursor | None = None


class GetOpenOrders(Request[OpenOrders], Paged[Entry[OrderInfo]], frozen=True):
    """The open orders, all of them unless ``with_cursor`` asks for pages."""

    route: ClassVar = Route.read(
        "spot.account.get_open_orders", "/0/private/OpenOrders", siebly="getOpenOrders", permission=_OPEN
    )

    trades: bool | None = None
    userref: int | None = None
    cl_ord_id: str | None = None
    consolidate_taker: bool | None = None
    with_cursor: bool | None = None
    cursor: str | None = None
    limit: int | None = None
    """Page size: at most 100 with a cursor, 1000 without."""
    rebase_multiplier: RebaseMultiplier | None = None
    account_id: str | None = None

    def check(self) -> None:
        within(self, "limit", 1, 100 if self.with_cursor or self.cursor else 1000)


class ClosedOrders(Struct, frozen=True):
    """Closed orders by order id; ``count`` is the grand total, not the page's."""

    closed: dict[str, OrderInfo]
    count: int | None = None
    cursor: Cursor | None = None


class GetClosedOrders(Request[ClosedOrders], Paged[Entry[OrderInfo]], frozen=True):
    """Closed orders, newest first, 50 a page."""

    route: ClassVar = Route.read(
        "spot.account.get_closed_orders", "/0/private/ClosedOrders", siebly="getClosedOrders", permission=_CLOSED
    )

    trades: bool | None = None
    userref: int | None = None
    cl_ord_id: str | None = None
    start: int | str | None = None
    """Seconds since 1970 or an order id, exclusive."""
    end: int | str | None = None
    """Seconds since 1970 or an order id, inclusive."""
    ofs: int | None = None
    """Rows to skip; not together with a cursor."""
    closetime: str | None = None
    """Which time ``start`` and ``end`` look at: ``open``, ``close`` or ``both``."""
    consolidate_taker: bool | None = None
    without_count: bool | None = None
    with_cursor: bool | None = None
    cursor: str | None = None
    limit: int | None = None
    rebase_multiplier: RebaseMultiplier | None = None
    account_id: str | None = None

    def check(self) -> None:
        only_one(self, "ofs", "cursor")
        within(self, "limit", 1, 100)


class GetOrders(Request[dict[str, OrderInfo]], frozen=True):
    """Orders by id, open or closed; at most 50 in one call."""

    route: ClassVar = Route.read(
        "spot.account.get_orders", "/0/private/QueryOrders", siebly="getOrders", permission=f"{_OPEN} or {_CLOSED}"
    )

    txid: str | list[str] | None = None
    userref: int | None = None
    cl_ord_id: str | None = None
    trades: bool | None = None
    consolidate_taker: bool | None = None
    rebase_multiplier: RebaseMultiplier | None = None
    account_id: str | None = None

    def check(self) -> None:
        at_least_one(self, "txid", "userref", "cl_ord_id")
        at_most(self, 50, "txid")


class TradeInfo(Struct, frozen=True):
    """One of your trades. ``time`` is seconds since 1970; the ``c…`` fields come when it opened a position."""

    ordertxid: str
    pair: str
    time: Decimal
    type: Side
    ordertype: OrderType
    price: Decimal
    cost: Decimal
    fee: Decimal
    vol: Decimal
    margin: Decimal
    postxid: str | None = None
    leverage: str | None = None
    misc: str = ""
    trade_id: int | None = None
    maker: bool | None = None
    aclass: str | None = None
    tradeordertype: str | None = None
    ledgers: list[str] | None = None
    ext_exec_id: str | None = None
    posstatus: str | None = None
    cprice: Decimal | None = None
    ccost: Decimal | None = None
    cfee: Decimal | None = None
    cvol: Decimal | None = None
    cmargin: Decimal | None = None
    net: Decimal | None = None
    trades: list[str] | None = None


class TradesHistory(Struct, frozen=True):
    """Trades by trade id; ``count`` is the grand total, not the page's."""

    trades: dict[str, TradeInfo]
    count: int | None = None
    cursor: Cursor | None = None


class GetTradesHistory(Request[TradesHistory], Paged[Entry[TradeInfo]], frozen=True):
    """Your trades, newest first, 50 a page."""

    route: ClassVar = Route.read(
        "spot.account.get_trades_history",
        "/0/private/TradesHistory",
        siebly="getTradesHistory",
        permission=_CLOSED,
        cost=2,
    )

    type: str | None = None
    """``all`` (when left out), ``any position``, ``closed position``, ``closing position`` or ``no position``."""
    trades: bool | None = None
    start: int | str | None = None
    """Seconds since 1970 or a trade id, exclusive."""
    end: int | str | None = None
    """Seconds since 1970 or a trade id, inclusive."""
    ofs: int | None = None
    without_count: bool | None = None
    consolidate_taker: bool | None = None
    ledgers: bool | None = None
    pair: str | None = None
    aclass: str | None = None
    with_cursor: bool | None = None
    cursor: str | None = None
    limit: int | None = None
    rebase_multiplier: RebaseMultiplier | None = None
    account_id: str | None = None

    def check(self) -> None:
        only_one(self, "ofs", "cursor")
        within(self, "limit", 1, 100)
