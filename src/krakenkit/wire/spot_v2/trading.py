"""Trading commands of Spot v2. Source: docs.kraken.com, Spot WebSocket v2, User Trading."""

from __future__ import annotations

from typing import Any, ClassVar

from msgspec import Raw, Struct

from krakenkit._core.numbers import Number
from krakenkit.errors import SettingsError
from krakenkit.wire.checks import at_least_one, only_one
from krakenkit.wire.codec import reader_for
from krakenkit.wire.command import Amounts, Command
from krakenkit.wire.environment import WsKey
from krakenkit.wire.vocab import OrderType, PriceType, Side, TimeInForce


class TriggerParams(Amounts, frozen=True, kw_only=True):
    """What fires a triggered order."""

    price: Number
    reference: str | None = None
    """``last`` (when left out) or ``index``."""
    price_type: PriceType | None = None
    """``static`` (when left out), ``pct`` or ``quote``; trailing orders need one of the last two."""


class ConditionalParams(Amounts, frozen=True, kw_only=True):
    """An order of the opposite side that is placed for every fill."""

    order_type: OrderType
    limit_price: Number | None = None
    limit_price_type: PriceType | None = None
    trigger_price: Number | None = None
    trigger_price_type: PriceType | None = None


class OrderParams(Amounts, frozen=True, kw_only=True):
    """What describes an order, alone or as a row of a batch."""

    order_type: OrderType
    side: Side
    order_qty: Number | None = None
    """Base quantity; left out only when ``cash_order_qty`` stands in for it."""
    limit_price: Number | None = None
    limit_price_type: PriceType | None = None
    triggers: TriggerParams | None = None
    time_in_force: TimeInForce | None = None
    """``gtc`` (when left out), ``gtd`` with ``expire_time``, ``ioc`` or ``fok``."""
    margin: bool | None = None
    post_only: bool | None = None
    reduce_only: bool | None = None
    effective_time: str | None = None
    """RFC 3339, whole seconds."""
    expire_time: str | None = None
    """RFC 3339, whole seconds."""
    cl_ord_id: str | None = None
    """Your own id: a UUID, 32 hex digits or up to 18 characters. Not together with ``order_userref``."""
    order_userref: int | None = None
    conditional: ConditionalParams | None = None
    display_qty: Number | None = None
    fee_preference: str | None = None
    """``base`` or ``quote``."""
    stp_type: str | None = None
    """``cancel_newest`` (when left out), ``cancel_oldest`` or ``cancel_both``."""
    cash_order_qty: Number | None = None
    """Amount in quote, for market buys without margin."""
    sender_sub_id: str | None = None

    def check(self) -> None:
        super().check()
        only_one(self, "cl_ord_id", "order_userref")
        if self.order_qty is None and self.cash_order_qty is None:
            raise SettingsError(f"{type(self).__name__} needs order_qty, or cash_order_qty for a market buy.")


class OrderPlaced(Struct, frozen=True):
    """A placed order; ``order_id`` is empty when it was only validated."""

    order_id: str = ""
    cl_ord_id: str | None = None
    order_userref: int | None = None
    warnings: list[str] | None = None
    error: str | None = None
    """In a batch: why this row was refused while others live."""
    success: bool | None = None


class AddOrder(OrderParams, Command[OrderPlaced], frozen=True, kw_only=True):
    """Place an order. It is sent once: when the answer is lost, ``OutcomeUnknown`` is raised."""

    method: ClassVar = "add_order"
    ws_key: ClassVar = WsKey.SPOT_PRIVATE_V2
    siebly: ClassVar = "submitSpotOrder"

    symbol: str
    """For example ``BTC/USD``."""
    deadline: str | None = None
    """RFC 3339 with milliseconds, 500 ms to 60 s ahead (5 s when left out); the engine will not match after it."""
    validate: bool | None = None
    """Check only; nothing is placed."""


class OrderAmended(Struct, frozen=True):
    """The amend's own id; the order keeps its ids."""

    amend_id: str
    order_id: str | None = None
    cl_ord_id: str | None = None
    warnings: list[str] | None = None


class AmendOrder(Command[OrderAmended], frozen=True, kw_only=True):
    """Change an open order in place; it keeps its ids and, where possible, its place in the queue."""

    method: ClassVar = "amend_order"
    ws_key: ClassVar = WsKey.SPOT_PRIVATE_V2
    siebly: ClassVar = "amendSpotOrder"

    order_id: str | None = None
    cl_ord_id: str | None = None
    order_qty: Number | None = None
    """New base quantity; below what is filled, the rest is cancelled."""
    display_qty: Number | None = None
    limit_price: Number | None = None
    limit_price_type: PriceType | None = None
    post_only: bool | None = None
    trigger_price: Number | None = None
    trigger_price_type: PriceType | None = None
    deadline: str | None = None
    symbol: str | None = None
    """Needed for pairs other than crypto."""

    def check(self) -> None:
        super().check()
        at_least_one(self, "order_id", "cl_ord_id")
        only_one(self, "order_id", "cl_ord_id")


class OrderEdited(Struct, frozen=True):
    """An edit gives the order a new id."""

    order_id: str
    original_order_id: str | None = None
    warnings: list[str] | None = None


class EditOrder(Command[OrderEdited], frozen=True, kw_only=True):
    """Cancel and replace an order; prefer amending, which keeps id and queue place."""

    method: ClassVar = "edit_order"
    ws_key: ClassVar = WsKey.SPOT_PRIVATE_V2
    siebly: ClassVar = "editSpotOrder"

    order_id: str
    symbol: str
    order_qty: Number | None = None
    limit_price: Number | None = None
    display_qty: Number | None = None
    fee_preference: str | None = None
    order_userref: int | None = None
    post_only: bool | None = None
    reduce_only: bool | None = None
    triggers: TriggerParams | None = None
    deadline: str | None = None
    validate: bool | None = None


class OrderCancelled(Struct, frozen=True):
    """What became of one order: cancelled, or refused with ``error``.

    It carries the id it was cancelled by. A refusal comes without one; it is filled in where it can only be one.
    """

    order_id: str | None = None
    cl_ord_id: str | None = None
    order_userref: int | None = None
    warnings: list[str] | None = None
    error: str | None = None


class CancelOrder(Command[list[OrderCancelled]], frozen=True, kw_only=True):
    """Cancel orders by any of their ids; the answer has one entry for each. It raises only when all were refused."""

    method: ClassVar = "cancel_order"
    ws_key: ClassVar = WsKey.SPOT_PRIVATE_V2
    siebly: ClassVar = "cancelSpotOrder"

    order_id: list[str] | None = None
    cl_ord_id: list[str] | None = None
    order_userref: list[int] | None = None

    def check(self) -> None:
        super().check()
        at_least_one(self, "order_id", "cl_ord_id", "order_userref")

    @property
    def expected_replies(self) -> int:
        return sum(len(ids) for ids in (self.order_id, self.cl_ord_id, self.order_userref) if ids)

    def ids_besides(self, done: list[OrderCancelled]) -> list[dict[str, Any]]:
        """The ids that no entry speaks of, each as the member it belongs into."""
        spoken = {(d.order_id or d.cl_ord_id or d.order_userref) for d in done}
        named = {"order_id": self.order_id, "cl_ord_id": self.cl_ord_id, "order_userref": self.order_userref}
        return [{name: one} for name, ids in named.items() for one in ids or () if one not in spoken]

    @property
    def client_order_id(self) -> str | None:
        return self.cl_ord_id[0] if self.cl_ord_id and len(self.cl_ord_id) == 1 else None


class CancelCount(Struct, frozen=True):
    """How many orders were cancelled."""

    count: int = 0
    warnings: list[str] | None = None


class CancelAll(Command[CancelCount], frozen=True):
    """Cancel every open order."""

    method: ClassVar = "cancel_all"
    ws_key: ClassVar = WsKey.SPOT_PRIVATE_V2
    siebly: ClassVar = "cancelAllSpotOrders"


class CancelAllAfter(Struct, frozen=True):
    """The dead man's switch as it is set now."""

    current_time: str | None = None
    trigger_time: str | None = None
    """``0`` or absent once it is off."""
    warnings: list[str] | None = None

    @classmethod
    def from_wire(cls, raw: bytes | Raw) -> CancelAllAfter:
        """Read the documented camel case, and snake case should the exchange turn to it."""
        members = reader_for(dict[str, str | list[str] | None])(raw)
        return cls(
            current_time=members.get("currentTime") or members.get("current_time"),
            trigger_time=members.get("triggerTime") or members.get("trigger_time"),
            warnings=members.get("warnings"),
        )

    @classmethod
    def to_wire(cls, answer: CancelAllAfter) -> dict[str, object]:
        """The documented shape."""
        named = {
            "currentTime": answer.current_time,
            "triggerTime": answer.trigger_time,
            "warnings": answer.warnings,
        }
        return {name: value for name, value in named.items() if value is not None}


class CancelAllOrdersAfter(Command[CancelAllAfter], frozen=True):
    """A dead man's switch: all orders are cancelled unless it is renewed within ``timeout`` seconds; 0 turns it off.

    Send 60 every 15 to 30 seconds; turn it off before announced maintenance.
    """

    method: ClassVar = "cancel_all_orders_after"
    ws_key: ClassVar = WsKey.SPOT_PRIVATE_V2
    siebly: ClassVar = "cancelAllSpotOrdersAfter"

    timeout: int

    def check(self) -> None:
        super().check()
        if not 0 <= self.timeout < 86_400:
            raise SettingsError(f"timeout is {self.timeout}; give 0 (off) to 86399 seconds.")


class _NamedOrders(Struct, frozen=True):
    orders: list[OrderPlaced]


class BatchPlaced(Struct, frozen=True):
    """One entry for each order, in the order they were given."""

    orders: list[OrderPlaced]

    @classmethod
    def from_wire(cls, raw: bytes | Raw) -> BatchPlaced:
        """Read a bare array, as documented and captured, or an object with ``orders``, as other clients expect."""
        text = bytes(raw).lstrip()
        if text.startswith(b"["):
            return cls(orders=reader_for(list[OrderPlaced])(text))
        named: _NamedOrders = reader_for(_NamedOrders)(text)
        return cls(orders=named.orders)

    @classmethod
    def to_wire(cls, answer: BatchPlaced) -> list[OrderPlaced]:
        """The documented shape."""
        return answer.orders


class BatchAdd(Command[BatchPlaced], frozen=True, kw_only=True):
    """Place 2 to 15 orders of one pair; an order may be refused while its siblings live: look at each ``error``."""

    method: ClassVar = "batch_add"
    ws_key: ClassVar = WsKey.SPOT_PRIVATE_V2
    siebly: ClassVar = "batchSubmitSpotOrders"

    symbol: str
    orders: list[OrderParams]
    deadline: str | None = None
    validate: bool | None = None

    def check(self) -> None:
        super().check()
        if not 2 <= len(self.orders) <= 15:
            raise SettingsError(f"A batch takes 2 to 15 orders, not {len(self.orders)}; split it, or place one alone.")


class BatchCancel(Command[CancelCount], frozen=True, kw_only=True):
    """Cancel 2 to 50 orders by order id or userref (``orders``), or by your own ids."""

    method: ClassVar = "batch_cancel"
    ws_key: ClassVar = WsKey.SPOT_PRIVATE_V2
    siebly: ClassVar = "batchCancelSpotOrders"

    orders: list[str]
    """Order ids and userrefs, both as text."""
    cl_ord_id: list[str] | None = None

    def check(self) -> None:
        super().check()
        count = len(self.orders) + len(self.cl_ord_id or ())
        if not 2 <= count <= 50:
            raise SettingsError(f"A batch cancels 2 to 50 orders, not {count}; split it, or cancel one alone.")


COMMANDS: tuple[type[Command[Any]], ...] = (
    AddOrder,
    AmendOrder,
    EditOrder,
    CancelOrder,
    CancelAll,
    CancelAllOrdersAfter,
    BatchAdd,
    BatchCancel,
)
