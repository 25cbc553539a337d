"""Private channels of Spot v1. Source: docs.kraken.com, Spot WebSocket v1, User Data."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from msgspec import Struct

from krakenkit.wire.channel import Channel
from krakenkit.wire.environment import WsKey
from krakenkit.wire.open_row import OpenRow
from krakenkit.wire.vocab import OrderStatus, OrderType, Side, TimeInForce


class OrderDescription(Struct, frozen=True):
    """What was ordered, in words and parts."""

    pair: str | None = None
    position: str | None = None
    type: Side | None = None
    ordertype: OrderType | None = None
    price: str | None = None
    """Absolute, or relative with ``+``, ``-``, ``#`` and ``%``."""
    price2: str | None = None
    leverage: str | None = None
    margin: bool | None = None
    order: str | None = None
    close: str | None = None


class ConditionalClose(Struct, frozen=True):
    """The conditional close of an order."""

    ordertype: OrderType | None = None
    price: str | None = None
    price2: str | None = None
    oflags: str | None = None


class OpenOrder(OpenRow, frozen=True, kw_only=True):
    """One order. Later messages hold only what changed: merge them by ``txid``.

    Moments are seconds since 1970. Members that have no field here are in ``extra``.
    """

    txid: str = ""
    status: OrderStatus | None = None
    """``pending``, ``open``, ``closed``, ``canceled`` or ``expired``."""
    refid: str | None = None
    userref: int | None = None
    cl_ord_id: str | None = None
    ext_ord_id: str | None = None
    opentm: Decimal | None = None
    starttm: Decimal | None = None
    expiretm: Decimal | None = None
    lastupdated: Decimal | None = None
    descr: OrderDescription | None = None
    contingent: ConditionalClose | None = None
    vol: Decimal | None = None
    vol_exec: Decimal | None = None
    display_volume: Decimal | None = None
    display_volume_remain: Decimal | None = None
    cost: Decimal | None = None
    fee: Decimal | None = None
    avg_price: Decimal | None = None
    stopprice: Decimal | None = None
    limitprice: Decimal | None = None
    misc: str | None = None
    """With commas: ``stopped``, ``touched``, ``liquidation``, ``partial``."""
    oflags: str | None = None
    """With commas: ``viqc``, ``fcib``, ``fciq``, ``nompp``, ``post``."""
    timeinforce: TimeInForce | None = None
    sender_sub_id: str | None = None
    cancel_reason: str | None = None
    amend_reason: str | None = None
    amended: bool | None = None
    ratecount: Decimal | None = None
    """With ``ratecounter``: the trading rate counter of the pair."""


class OpenOrders(Channel[OpenOrder], frozen=True):
    """Your open orders, all of them first, then every change."""

    topic: ClassVar = "openOrders"
    ws_key: ClassVar = WsKey.SPOT_PRIVATE_V1

    ratecounter: bool | None = None
    rebased: bool | None = None
    """xStocks: True (when left out) in terms of the underlying equity."""


class OwnTrade(OpenRow, frozen=True, kw_only=True):
    """One of your trades; ``time`` is seconds since 1970."""

    txid: str = ""
    """The trade's id."""
    ordertxid: str | None = None
    postxid: str | None = None
    pair: str | None = None
    time: Decimal | None = None
    type: Side | None = None
    ordertype: OrderType | None = None
    price: Decimal | None = None
    cost: Decimal | None = None
    fee: Decimal | None = None
    vol: Decimal | None = None
    margin: Decimal | None = None
    margin_borrow: bool | None = None
    cl_ord_id: str | None = None
    """On live trades only."""
    userref: int | None = None
    """On live trades only."""
    ext_exec_id: str | None = None


class OwnTrades(Channel[OwnTrade], frozen=True):
    """Your trades; the snapshot holds the latest 50."""

    topic: ClassVar = "ownTrades"
    ws_key: ClassVar = WsKey.SPOT_PRIVATE_V1

    snapshot: bool = True
    """False leaves the latest trades out. Take every row as live then: the first message is not told apart for certain."""
    consolidate_taker: bool | None = None
    """False sends every match of a taker order by itself; True when left out."""
    rebased: bool | None = None
    """xStocks: True (when left out) in terms of the underlying equity."""
