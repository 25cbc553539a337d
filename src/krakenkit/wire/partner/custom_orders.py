"""Embed: orders that wait for a price. Source: docs.kraken.com, Embed REST, Custom Orders."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct

from krakenkit.wire.paged import Paged
from krakenkit.wire.partner.actions import PriceTrigger, PriceTriggerInfo, TradeAction, TradeActionInfo
from krakenkit.wire.partner.nexus import USER_IN_QUERY, embed_look_up, embed_place, embed_settle
from krakenkit.wire.request import Request


class CustomOrderStatus(Struct, frozen=True):
    """How far an order got."""

    status: str
    """``active``, ``completed``, ``cancelled`` or ``paused``."""
    reason: str | None = None


class CustomOrder(Struct, frozen=True):
    """One conditional order. Times are RFC 3339."""

    id: str
    name: str
    action: TradeActionInfo
    trigger: PriceTriggerInfo
    created_at: str
    updated_at: str
    status: CustomOrderStatus


class CustomOrderAnswer(Struct, frozen=True):
    """The order that was asked for."""

    order: CustomOrder


class CreateEmbedCustomOrder(Request[CustomOrderAnswer], frozen=True, kw_only=True):
    """Place an order that trades once a price is reached. It is sent once."""

    route: ClassVar = embed_place(
        "embed.create_custom_order", "/b2b/custom-orders", siebly="createEmbedCustomOrder", in_query=USER_IN_QUERY
    )

    user: str
    """IIBAN."""
    name: str
    """A label of yours; the list of orders shows it."""
    trigger: PriceTrigger
    action: TradeAction


class CustomOrders(Struct, frozen=True):
    """One page of orders; ``next_cursor`` is None on the last one."""

    orders: list[CustomOrder] = []
    next_cursor: str | None = None


class ListEmbedCustomOrders(Request[CustomOrders], Paged[CustomOrder], frozen=True):
    """A user's conditional orders, page by page."""

    route: ClassVar = embed_look_up(
        "embed.list_custom_orders",
        "/b2b/custom-orders",
        siebly="listEmbedCustomOrders",
        unconfirmed=True,
        repeat=("statuses",),
    )

    user: str
    """IIBAN."""
    statuses: list[str] | None = None
    """``active``, ``completed``, ``cancelled``, ``paused``; all when left out."""
    cursor: str | None = None
    """``next_cursor`` of the page before."""


class GetEmbedCustomOrder(Request[CustomOrderAnswer], frozen=True):
    """One conditional order."""

    route: ClassVar = embed_look_up(
        "embed.get_custom_order", "/b2b/custom-orders/{order_id}", siebly="getEmbedCustomOrder"
    )

    order_id: str
    user: str
    """IIBAN."""


class CancelledCustomOrder(Struct, frozen=True):
    """The order as it is now, where the exchange sends it; the manual does not show the answer."""

    order: CustomOrder | None = None


class CancelEmbedCustomOrder(Request[CancelledCustomOrder | None], frozen=True):
    """Cancel a conditional order that has not traded yet."""

    route: ClassVar = embed_settle(
        "embed.cancel_custom_order",
        "/b2b/custom-orders/{id}/cancel",
        siebly="cancelEmbedCustomOrder",
        in_query=USER_IN_QUERY,
    )

    id: str
    user: str
    """IIBAN."""
