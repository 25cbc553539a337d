"""Events of the history API, and the pages they come in. Source: docs.kraken.com, Futures History v3.

Each event is an object with one key, its kind; here every known kind is a member, and the others are None. Numbers are
text on this wire, enums are capitalised (``Buy``, ``Limit``), times are milliseconds since 1970.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Generic, TypeVar

from msgspec import Raw, Struct, field

from krakenkit.wire.futures.blanks import read_past_blanks, written

Row = TypeVar("Row")
Event = TypeVar("Event")


class HistoryPage(Struct, Generic[Row], frozen=True, rename="camel", kw_only=True):
    """One page. Pass ``continuation_token`` to get the next, with the same ``sort``; the last page has none."""

    elements: list[Row]
    len: int | None = None
    account_uid: str | None = None
    """Private pages only."""
    server_time: str | None = None
    continuation_token: str | None = None

    @classmethod
    def from_wire(cls, raw: bytes | Raw, row: Any) -> HistoryPage[Any]:
        """Read a page, with ``""`` in the place of a number as None."""
        page: HistoryPage[Any] = read_past_blanks(raw, HistoryPage[row])
        return page


class Element(Struct, Generic[Event], frozen=True):
    """One event with its id and moment."""

    event: Event
    uid: str | None = None
    """Empty on mark prices."""
    timestamp: int | None = None
    """Milliseconds since 1970."""


class OneKind(Struct, frozen=True, rename="pascal"):
    """An event: one member is set, the others are None. All are None for a kind that is new."""

    @property
    def kind(self) -> str | None:
        """The exchange's name of the kind, for example ``OrderPlaced``."""
        names = zip(self.__struct_fields__, self.__struct_encode_fields__, strict=True)
        return next((wire for name, wire in names if getattr(self, name) is not None), None)


class SpotOrderData(Struct, frozen=True, rename="camel"):
    """Preferences of a spot order, which shares this history."""

    margin: bool | None = None
    fee_preference: str | None = None
    quantity_preference: str | None = None


class HistoryOrder(Struct, frozen=True, rename="camel"):
    """An order as the history keeps it; public pages leave out whose it was and how much was filled."""

    uid: str
    tradeable: str
    """The market's symbol."""
    direction: str
    """``Buy``, ``Sell`` or ``Unknown``."""
    quantity: Decimal | None = None
    filled: Decimal | None = None
    limit_price: Decimal | None = None
    order_type: str | None = None
    """``Limit``, ``IoC``, ``Post``, ``Market``, ``Liquidation``, ``Assignment``, ``Unwind``, ``Unknown``, …"""
    reduce_only: bool | None = None
    client_id: str | None = None
    """Empty when none was given."""
    timestamp: int | None = None
    last_update_timestamp: int | None = None
    account_uid: str | None = None
    position_uid: str | None = None
    spot_data: SpotOrderData | str | None = None
    parent_of_group_id: str | None = None
    member_of_group_id: str | None = None
    partner_order_id: str | None = None
    regulatory_external_uid: str | None = None


class FeeCalculation(Struct, frozen=True, rename="camel"):
    """How a fee came about."""

    percentage_fee: Decimal | None = None
    user_fee_discount_applied: Decimal | None = None
    market_share_rebate_credited: Decimal | None = None


class RegulatoryData(Struct, frozen=True, rename="camel"):
    """Where and against whom an execution was booked."""

    venue: str | None = None
    counterparty: str | None = None
    external_uid: str | None = None


class ExecutedOrderData(Struct, frozen=True, rename="camel"):
    """What an execution did to your side."""

    fee: Decimal | None = None
    position_size: Decimal | None = None
    realized_pnl: Decimal | None = None
    fee_calculation_info: list[FeeCalculation] | FeeCalculation | None = None
    """A list in the manual, one object in some answers."""
    regulatory_data: RegulatoryData | None = None


class Execution(Struct, frozen=True, rename="camel"):
    """One execution. Private pages have ``order`` (yours), public ones ``maker_order`` and ``taker_order``."""

    uid: str
    timestamp: int
    quantity: Decimal
    price: Decimal
    mark_price: Decimal | None = None
    usd_value: Decimal | None = None
    limit_filled: bool | None = None
    execution_type: str | None = None
    """``maker`` or ``taker``: your side of it."""
    order: HistoryOrder | None = None
    order_data: ExecutedOrderData | None = None
    old_taker_order: HistoryOrder | None = None
    maker_order: HistoryOrder | None = None
    taker_order: HistoryOrder | None = None
    maker_order_data: ExecutedOrderData | None = None
    """Older answers only, as is ``taker_order_data``."""
    taker_order_data: ExecutedOrderData | None = None
    partner_trade_id: str | None = None
    regulatory_data: RegulatoryData | None = None


class ExecutionDetails(Struct, frozen=True, rename="camel"):
    """An execution, and what was taken off a reduce-only taker before it."""

    execution: Execution
    taker_reduced_quantity: Decimal | None = None

    @classmethod
    def to_wire(cls, answer: ExecutionDetails) -> dict[str, object]:
        """The exchange's shape: it always sends the member, blank where it does not apply."""
        return written(answer, "taker_reduced_quantity")


class ExecutionEvent(OneKind, frozen=True):
    """An execution. Its key comes with a capital letter or without; :attr:`execution` reads both."""

    capital: ExecutionDetails | None = field(default=None, name="Execution")
    small: ExecutionDetails | None = field(default=None, name="execution")

    @property
    def execution(self) -> Execution | None:
        """The execution itself."""
        details = self.capital or self.small
        return details.execution if details is not None else None


class OrderPlaced(Struct, frozen=True, rename="camel"):
    """An order was placed."""

    order: HistoryOrder
    reason: str | None = None
    """For example ``new_user_order``."""
    reduced_quantity: Decimal | None = None
    algo_id: str | None = None
    origin: str | None = None

    @classmethod
    def to_wire(cls, answer: OrderPlaced) -> dict[str, object]:
        """The exchange's shape: it always sends the member, blank where it does not apply."""
        return written(answer, "reduced_quantity")


class OrderUpdated(Struct, frozen=True, rename="camel"):
    """An order was edited or filled, as ``reason`` says."""

    old_order: HistoryOrder
    new_order: HistoryOrder
    reason: str | None = None
    reduced_quantity: Decimal | None = None
    algo_id: str | None = None
    origin: str | None = None


class OrderRejected(Struct, frozen=True, rename="camel"):
    """An order was refused."""

    order: HistoryOrder
    order_error: str | None = None
    reason: str | None = None
    algo_id: str | None = None
    origin: str | None = None


class OrderCancelled(Struct, frozen=True, rename="camel"):
    """An order was cancelled."""

    order: HistoryOrder
    reason: str | None = None
    algo_id: str | None = None
    origin: str | None = None


class OrderNotFound(Struct, frozen=True, rename="camel"):
    """A cancel or edit named an order that does not exist."""

    order_id: str
    """Spelled ``Uuid(uuid=…)``."""
    account_uid: str | None = None


class OrderEditRejected(Struct, frozen=True, rename="camel"):
    """An edit was refused; the old order stands."""

    old_order: HistoryOrder
    attempted_order: HistoryOrder
    order_error: str | None = None


class OrderHistoryEvent(OneKind, frozen=True):
    """What happened to an order. Public pages have only the first four."""

    order_placed: OrderPlaced | None = None
    order_updated: OrderUpdated | None = None
    order_cancelled: OrderCancelled | None = None
    order_rejected: OrderRejected | None = None
    order_not_found: OrderNotFound | None = None
    order_edit_rejected: OrderEditRejected | None = None


class TrailingStopOptions(Struct, frozen=True, rename="camel"):
    """How far a trigger may trail the market."""

    max_deviation: Decimal | None = None
    unit: str | None = None
    """``Percent``, ``QuoteCurrency`` or ``Unknown``."""


class LimitPriceOffset(Struct, frozen=True, rename="camel"):
    """A limit price relative to the trigger."""

    price_offset: Decimal | None = None
    unit: str | None = None


class TriggerOptions(Struct, frozen=True, rename="camel"):
    """When a trigger fires."""

    trigger_price: Decimal | None = None
    trigger_signal: str | None = None
    """``MarkPrice``, ``LastPrice``, ``SpotPrice`` or ``Unknown``."""
    trigger_side: str | None = None
    """``Above``, ``Below`` or ``Unknown``."""
    trailing_stop_options: TrailingStopOptions | None = None
    limit_price_offset: LimitPriceOffset | None = None


class HistoryTrigger(Struct, frozen=True, rename="camel"):
    """A waiting order as the history keeps it."""

    uid: str
    tradeable: str
    direction: str
    quantity: Decimal | None = None
    limit_price: Decimal | None = None
    order_type: str | None = None
    reduce_only: bool | None = None
    client_id: str | None = None
    timestamp: int | None = None
    last_update_timestamp: int | None = None
    trigger_options: TriggerOptions | None = None
    account_id: int | None = None
    account_uid: str | None = None

    @classmethod
    def to_wire(cls, answer: HistoryTrigger) -> dict[str, object]:
        """The exchange's shape: it always sends the member, blank where it does not apply."""
        return written(answer, "limit_price")


class TriggerPlaced(Struct, frozen=True, rename="camel"):
    """A waiting order was placed."""

    order: HistoryTrigger
    reason: str | None = None
    algo_id: str | None = None
    origin: str | None = None


class TriggerCancelled(Struct, frozen=True, rename="camel"):
    """A waiting order was cancelled."""

    order: HistoryTrigger
    reason: str | None = None
    algo_id: str | None = None
    origin: str | None = None


class TriggerUpdated(Struct, frozen=True, rename="camel"):
    """A waiting order was edited."""

    old_order_trigger: HistoryTrigger
    new_order_trigger: HistoryTrigger
    reason: str | None = None
    algo_id: str | None = None
    origin: str | None = None


class TriggerActivated(Struct, frozen=True):
    """A waiting order fired."""

    order: HistoryTrigger


class TriggerEditRejected(Struct, frozen=True, rename="camel"):
    """An edit was refused; the old order stands."""

    old_order_trigger: HistoryTrigger
    attempted_order_trigger: HistoryTrigger
    order_error: str | None = None
    reason: str | None = None


class TriggerHistoryEvent(OneKind, frozen=True):
    """What happened to a waiting order."""

    order_trigger_placed: TriggerPlaced | None = None
    order_trigger_cancelled: TriggerCancelled | None = None
    order_trigger_updated: TriggerUpdated | None = None
    order_trigger_activated: TriggerActivated | None = None
    order_trigger_edit_rejected: TriggerEditRejected | None = None
