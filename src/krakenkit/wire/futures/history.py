"""Your executions, orders, triggers and positions of the past. Source: docs.kraken.com, Futures History v3, Account History.

Pages draw on a budget of their own: 100 points that come back over ten minutes.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Generic, TypeVar

from msgspec import Struct, field

from krakenkit.errors import SettingsError
from krakenkit.wire.checks import not_empty, within
from krakenkit.wire.futures.base import look_up
from krakenkit.wire.futures.history_events import (
    Element,
    ExecutionEvent,
    HistoryPage,
    OneKind,
    OrderHistoryEvent,
    TriggerHistoryEvent,
)
from krakenkit.wire.futures.words import Sort
from krakenkit.wire.paged import Paged
from krakenkit.wire.request import Request

R = TypeVar("R")


class HistoryRequest(Request[R], Generic[R], frozen=True, kw_only=True):
    """The parameters that all pages of the history share; every one of them has a ``tradeable`` of its own beside."""

    since: int | None = None
    """Milliseconds since 1970."""
    before: int | None = None
    """Milliseconds since 1970."""
    sort: Sort | None = None
    """``asc`` or ``desc`` (when left out); keep it while paging."""
    continuation_token: str | None = None
    """From the page before."""
    count: int | None = None
    """Rows of a page; the exchange was seen to send at most 1000."""

    def check(self) -> None:
        within(self, "count", 1)
        not_empty(self, "continuation_token", "tradeable")
        if self.since is not None and self.before is not None and self.since >= self.before:
            raise SettingsError(
                f"since ({self.since}) must be earlier than before ({self.before}); both are milliseconds."
            )


class GetExecutionEvents(
    HistoryRequest[HistoryPage[Element[ExecutionEvent]]], Paged[Element[ExecutionEvent]], frozen=True, kw_only=True
):
    """Your executions with their fees."""

    route: ClassVar = look_up(
        "futures.account_history.executions", "/api/history/v3/executions", siebly="getExecutionEvents", cost=1
    )

    tradeable: str | None = None
    """Only this market."""


class GetOrderEvents(
    HistoryRequest[HistoryPage[Element[OrderHistoryEvent]]],
    Paged[Element[OrderHistoryEvent]],
    frozen=True,
    kw_only=True,
):
    """What happened to your orders."""

    route: ClassVar = look_up(
        "futures.account_history.orders", "/api/history/v3/orders", siebly="getOrderEvents", cost=1
    )

    tradeable: str | None = None
    opened: bool | None = None
    """True to get placements, False to leave them out."""
    closed: bool | None = None
    """True to get closings, cancellations and rejections, False to leave them out."""


class GetTriggerEvents(
    HistoryRequest[HistoryPage[Element[TriggerHistoryEvent]]],
    Paged[Element[TriggerHistoryEvent]],
    frozen=True,
    kw_only=True,
):
    """What happened to your stops, take-profits and trailing orders."""

    route: ClassVar = look_up(
        "futures.account_history.triggers", "/api/history/v3/triggers", siebly="getTriggerEvents", cost=1
    )

    tradeable: str | None = None
    opened: bool | None = None
    closed: bool | None = None


class PositionUpdate(Struct, frozen=True, rename="camel", kw_only=True):
    """A change of a position by a trade, by funding or by settlement. Positions are signed: short is negative."""

    tradeable: str | None = None
    timestamp: int | None = None
    """Moment of the change, milliseconds since 1970."""
    old_position: Decimal | None = None
    old_average_entry_price: Decimal | None = None
    new_position: Decimal | None = None
    new_average_entry_price: Decimal | None = None
    position_change: str | None = None
    """``open``, ``close``, ``increase``, ``decrease``, ``reverse``, ``noChange`` or ``unknown``."""
    update_reason: str | None = None
    """``trade``, ``fundingRealisation``, ``settlement`` or ``unknown``."""
    fill_time: int | None = None
    """When the position was entered, not when it changed: parts of one position share it."""
    fee: Decimal | None = None
    fee_currency: str | None = None
    realized_pnl: Decimal | None = field(default=None, name="realizedPnL")
    """Before fees."""
    realized_funding: Decimal | None = None
    funding_realization_time: int | None = None
    execution_uid: str | None = None
    execution_price: Decimal | None = None
    execution_size: Decimal | None = None
    trade_type: str | None = None
    """``userExecution``, ``liquidation``, ``partialLiquidation``, ``assignment``, ``unwind`` or ``unknown``."""
    settlement_price: Decimal | None = None
    account_uid: str | None = None


class PositionEvent(OneKind, frozen=True):
    """A change of a position, under its kind."""

    position_update: PositionUpdate | None = None


class PositionElement(PositionUpdate, frozen=True, kw_only=True):
    """One change. Live answers wrap it in ``event``, the manual shows its members here; :attr:`update` reads both."""

    uid: str | None = None
    event: PositionEvent | None = None

    @property
    def update(self) -> PositionUpdate:
        """The change itself."""
        wrapped = self.event.position_update if self.event is not None else None
        return wrapped if wrapped is not None else self


class GetPositionEvents(
    HistoryRequest[HistoryPage[PositionElement]], Paged[PositionElement], frozen=True, kw_only=True
):
    """Changes of your positions, with fee, profit and loss and funding of each.

    The filters of change (``opened`` to ``no_change``) widen each other, those of reason (``trades`` to ``settlement``)
    likewise; a row must pass both families. Only True has an effect.
    """

    route: ClassVar = look_up(
        "futures.account_history.positions", "/api/history/v3/positions", siebly="getPositionEvents"
    )

    tradeable: str | None = None
    opened: bool | None = None
    closed: bool | None = None
    increased: bool | None = None
    decreased: bool | None = None
    reversed: bool | None = None
    no_change: bool | None = None
    trades: bool | None = None
    funding_realization: bool | None = None
    settlement: bool | None = None
