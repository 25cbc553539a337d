"""The public past of a market: executions, orders, mark prices. Source: docs.kraken.com, Futures History v3, Market History."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from msgspec import Struct, field

from krakenkit.wire.futures.base import public
from krakenkit.wire.futures.history import HistoryRequest
from krakenkit.wire.futures.history_events import Element, ExecutionEvent, HistoryPage, OneKind, OrderHistoryEvent
from krakenkit.wire.paged import Paged

_MARKET = "/api/history/v3/market/{tradeable}"


class GetPublicExecutionEvents(
    HistoryRequest[HistoryPage[Element[ExecutionEvent]]], Paged[Element[ExecutionEvent]], frozen=True
):
    """The executions of a market, with both orders of each. The taker's direction is the side of the trade."""

    route: ClassVar = public(
        "futures.market_history.executions", _MARKET + "/executions", siebly="getPublicExecutionEvents"
    )

    tradeable: str
    """The market's symbol."""


class GetPublicOrderEvents(
    HistoryRequest[HistoryPage[Element[OrderHistoryEvent]]], Paged[Element[OrderHistoryEvent]], frozen=True
):
    """The orders of a market as they came and went. Which kinds appear is known from one capture and other clients."""

    route: ClassVar = public("futures.market_history.orders", _MARKET + "/orders", siebly="getPublicOrderEvents")

    tradeable: str


class MarkPriceChanged(Struct, frozen=True):
    """A new mark price."""

    price: Decimal


class MarkPriceEvent(OneKind, frozen=True):
    """A new mark price. The manual shows ``price`` here, answers wrap it; :attr:`mark_price` reads both."""

    mark_price_changed: MarkPriceChanged | None = None
    price: Decimal | None = field(default=None, name="price")

    @property
    def mark_price(self) -> Decimal | None:
        """The price."""
        return self.mark_price_changed.price if self.mark_price_changed is not None else self.price


class GetPublicMarkPriceEvents(
    HistoryRequest[HistoryPage[Element[MarkPriceEvent]]], Paged[Element[MarkPriceEvent]], frozen=True
):
    """The changes of a market's mark price."""

    route: ClassVar = public("futures.market_history.mark_price", _MARKET + "/price", siebly="getPublicMarkPriceEvents")

    tradeable: str
