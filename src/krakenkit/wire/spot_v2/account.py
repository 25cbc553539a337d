"""Private channels of Spot v2. Source: docs.kraken.com, Spot WebSocket v2, User Data."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from msgspec import Struct

from krakenkit.wire.channel import Channel
from krakenkit.wire.environment import WsKey
from krakenkit.wire.spot_v2.market import Row
from krakenkit.wire.vocab import OrderType, PriceType, Side, TimeInForce


class Fee(Struct, frozen=True, gc=False):
    """A fee in one asset."""

    asset: str
    qty: Decimal


class Contingent(Struct, frozen=True):
    """The conditional close of an order."""

    order_type: OrderType | None = None
    trigger_price: Decimal | None = None
    trigger_price_type: PriceType | None = None
    limit_price: Decimal | None = None
    limit_price_type: PriceType | None = None


class Triggers(Struct, frozen=True):
    """What fires a triggered order."""

    reference: str | None = None
    price: Decimal | None = None
    price_type: PriceType | None = None
    actual_price: Decimal | None = None
    peak_price: Decimal | None = None
    last_price: Decimal | None = None
    status: str | None = None
    timestamp: str | None = None


class Execution(Row, frozen=True, kw_only=True):
    """One report about an order. Later reports hold only what changed: merge them by ``order_id``.

    An order is done with the report ``filled``, ``canceled`` or ``expired``; the last ``trade`` may still say
    ``partially_filled``.
    """

    exec_type: str
    """``pending_new``, ``new``, ``trade``, ``filled``, ``iceberg_refill``, ``canceled``, ``expired``, ``amended``,
    ``restated`` or ``status``."""
    order_id: str
    order_status: str
    """``pending_new``, ``new``, ``partially_filled``, ``filled``, ``canceled`` or ``expired``."""
    timestamp: str
    order_userref: int | None = None
    cl_ord_id: str | None = None
    symbol: str | None = None
    side: Side | None = None
    order_type: OrderType | None = None
    order_qty: Decimal | None = None
    cash_order_qty: Decimal | None = None
    display_qty: Decimal | None = None
    display_qty_remain: Decimal | None = None
    limit_price: Decimal | None = None
    limit_price_type: PriceType | None = None
    time_in_force: TimeInForce | None = None
    effective_time: str | None = None
    expire_time: str | None = None
    post_only: bool | None = None
    reduce_only: bool | None = None
    margin: bool | None = None
    no_mpp: bool | None = None
    fee_ccy_pref: str | None = None
    fee_usd_equiv: Decimal | None = None
    cum_qty: Decimal | None = None
    cum_cost: Decimal | None = None
    avg_price: Decimal | None = None
    exec_id: str | None = None
    """The trade's id, as REST knows it."""
    trade_id: int | None = None
    last_qty: Decimal | None = None
    last_price: Decimal | None = None
    cost: Decimal | None = None
    liquidity_ind: str | None = None
    """``m`` maker, ``t`` taker."""
    fees: list[Fee] | None = None
    margin_borrow: bool | None = None
    position_status: str | None = None
    liquidated: bool | None = None
    reason: str | None = None
    amended: bool | None = None
    ord_ref_id: str | None = None
    sender_sub_id: str | None = None
    ext_ord_id: str | None = None
    ext_exec_id: str | None = None
    user: str | None = None
    contingent: Contingent | None = None
    triggers: Triggers | None = None
    ratecount: Decimal | None = None
    """Unconfirmed name: no source shows it."""
    cancel_reason: str | None = None
    """Deprecated by the exchange, use ``reason``."""
    stop_price: Decimal | None = None
    """Deprecated by the exchange, use ``triggers``."""
    trigger: str | None = None
    triggered_price: Decimal | None = None


class Executions(Channel[Execution], frozen=True):
    """Reports about your orders and fills."""

    topic: ClassVar = "executions"
    ws_key: ClassVar = WsKey.SPOT_PRIVATE_V2

    snap_orders: bool = True
    """Open orders in the snapshot."""
    snap_trades: bool = False
    """The last 50 fills in the snapshot."""
    order_status: bool | None = None
    """False keeps only new, filled, canceled and expired."""
    ratecounter: bool | None = None
    rebased: bool | None = None
    users: str | None = None
    """``all`` for a master account with its subaccounts; no snapshot then."""


class Wallet(Struct, frozen=True):
    """A part of a balance."""

    type: str
    id: str
    balance: Decimal


class Balance(Row, frozen=True, kw_only=True):
    """One asset's balance: in the snapshot with its wallets, later one ledger entry each.

    A trade gives two entries, one for each asset, with the same ``ref_id``.
    """

    asset: str
    balance: Decimal
    """After the entry; in the snapshot the sum over wallets."""
    asset_class: str | None = None
    wallets: list[Wallet] | None = None
    amount: Decimal | None = None
    """Signed."""
    fee: Decimal | None = None
    ledger_id: str | None = None
    ref_id: str | None = None
    timestamp: str | None = None
    type: str | None = None
    subtype: str | None = None
    category: str | None = None
    wallet_type: str | None = None
    wallet_id: str | None = None
    user: str | None = None


class Balances(Channel[Balance], frozen=True):
    """Your balances and every ledger entry that changes them."""

    topic: ClassVar = "balances"
    ws_key: ClassVar = WsKey.SPOT_PRIVATE_V2

    snapshot: bool = True
    rebased: bool | None = None
    users: str | None = None
