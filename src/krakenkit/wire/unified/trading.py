"""Trading commands of the Unified WebSocket, for derivatives until Spot is opened. Source: docs.kraken.com, Unified WebSocket.

The names are those of Spot v2 with ``asset_class`` beside them. Members marked *expected* are not on the readable part of
Kraken's pages; they are sent only when given.
"""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar

from msgspec import Raw, Struct

from krakenkit._core.numbers import Number, exact
from krakenkit.errors import SettingsError
from krakenkit.wire.checks import at_least_one, only_one
from krakenkit.wire.codec import reader_for
from krakenkit.wire.command import Amounts, Command
from krakenkit.wire.environment import WsKey
from krakenkit.wire.open_row import Open, kept_json
from krakenkit.wire.request import Params
from krakenkit.wire.spot_v2 import trading as spot
from krakenkit.wire.spot_v2.trading import BatchPlaced, CancelAllAfter, CancelCount, OrderPlaced, TriggerParams
from krakenkit.wire.unified.asset_class import MarketClass, check_asset_class
from krakenkit.wire.vocab import OrderType, Side, TimeInForce

C = TypeVar("C")


class UnifiedCommand(Command[C], Generic[C], frozen=True, kw_only=True):
    """A trading request for one asset class; derived classes have the field ``asset_class``."""

    ws_key: ClassVar = WsKey.UNIFIED_PRIVATE
    only_derivatives: ClassVar[bool] = False

    def check(self) -> None:
        super().check()
        # The field is theirs, as two bases with fields cannot be joined in one class.
        check_asset_class(self, getattr(self, "asset_class", "derivatives"), only_derivatives=self.only_derivatives)


class OrderParams(Amounts, frozen=True, kw_only=True):
    """What describes an order, alone or as a row of a batch."""

    order_type: OrderType
    """``limit``, ``market``, ``stop-loss``, ``stop-loss-limit``, ``take-profit``, ``take-profit-limit``, ``trailing-stop``,
    ``trailing-stop-limit``."""
    side: Side
    order_qty: Number
    """Expected. In contracts or base: not documented for inverse contracts."""
    limit_price: Number | None = None
    """Expected. For ``trailing-stop-limit`` an offset from the trigger price."""
    limit_price_type: str | None = None
    """Of ``trailing-stop-limit`` only: ``static``."""
    triggers: TriggerParams | None = None
    """``reference`` is ``last`` (when left out) or ``index``, which falls back to ``last`` when the index is down."""
    time_in_force: TimeInForce | None = None
    """Expected: ``gtc``, ``gtd`` with ``expire_time``, ``ioc`` or ``fok``."""
    post_only: bool | None = None
    """Expected."""
    reduce_only: bool | None = None
    """Expected."""
    effective_time: str | None = None
    """Expected: RFC 3339, whole seconds."""
    expire_time: str | None = None
    """Expected: RFC 3339, whole seconds."""
    cl_ord_id: str | None = None
    """Expected: your own id, a UUID, 32 hex digits or up to 18 characters."""
    stp_type: str | None = None
    """Expected: ``cancel_newest``, ``cancel_oldest`` or ``cancel_both``."""
    display_qty: Number | None = None
    """Expected."""


class AddOrder(OrderParams, UnifiedCommand[OrderPlaced], frozen=True, kw_only=True):
    """Place an order. It is sent once: when the answer is lost, ``OutcomeUnknown`` is raised.

    There is no look-up by id on this surface: give a ``cl_ord_id`` and a ``deadline`` where a lost answer matters.
    """

    method: ClassVar = "add_order"

    symbol: str
    """For example ``PF_XBTUSD``."""
    asset_class: MarketClass = "derivatives"
    deadline: str | None = None
    """RFC 3339 with milliseconds, 500 ms to 60 s ahead (5 s when left out); the engine will not match after it."""
    validate: bool | None = None
    """Expected: check only; nothing is placed."""


class OrderAmended(Struct, frozen=True):
    """The order keeps its ids; the amend's own id is empty for derivatives."""

    amend_id: str = ""
    order_id: str | None = None
    cl_ord_id: str | None = None
    warnings: list[str] | None = None


class AmendOrder(UnifiedCommand[OrderAmended], frozen=True, kw_only=True):
    """Change an open order in place; it keeps its ids and, where possible, its place in the queue."""

    method: ClassVar = "amend_order"

    order_id: str | None = None
    cl_ord_id: str | None = None
    order_qty: Number | None = None
    """At or below what is filled, the rest is cancelled."""
    limit_price: Number | None = None
    post_only: bool | None = None
    deadline: str | None = None
    trigger_price: Number | None = None
    """Expected."""
    display_qty: Number | None = None
    """Expected."""
    asset_class: MarketClass = "derivatives"

    def check(self) -> None:
        super().check()
        at_least_one(self, "order_id", "cl_ord_id")
        only_one(self, "order_id", "cl_ord_id")


class CancelOrder(spot.CancelOrder, frozen=True, kw_only=True):
    """Cancel orders by one kind of id; the answer has one entry for each. It raises only when all were refused."""

    ws_key: ClassVar = WsKey.UNIFIED_PRIVATE
    siebly: ClassVar[str | None] = None  # type: ignore[assignment]  # that SDK has no Unified commands

    asset_class: MarketClass = "derivatives"

    def check(self) -> None:
        super().check()
        check_asset_class(self, self.asset_class)
        only_one(self, "order_id", "cl_ord_id", "order_userref")
        if self.order_userref is not None and self.asset_class == "derivatives":
            raise SettingsError("CancelOrder takes order_userref for Spot only; name order_id or cl_ord_id.")


class CancelAll(UnifiedCommand[CancelCount], frozen=True):
    """Cancel every open order of the asset class."""

    method: ClassVar = "cancel_all"

    asset_class: MarketClass = "derivatives"


class CancelAllOrdersAfter(Command[CancelAllAfter], frozen=True):
    """A dead man's switch: all orders of the *account* are cancelled unless it is renewed within ``timeout`` seconds.

    0 turns it off. Send 60 every 15 to 30 seconds; turn it off before announced maintenance. Whether Spot orders are meant
    too is not documented, and neither are the parameters, which are those of Spot v2.
    """

    method: ClassVar = "cancel_all_orders_after"
    ws_key: ClassVar = WsKey.UNIFIED_PRIVATE

    timeout: int
    asset_class: MarketClass | None = None
    """Sent only when given: whether it is taken is not documented."""

    def check(self) -> None:
        super().check()
        if not 0 <= self.timeout < 86_400:
            raise SettingsError(f"timeout is {self.timeout}; give 0 (off) to 86399 seconds.")


class BatchAdd(UnifiedCommand[BatchPlaced], frozen=True, kw_only=True):
    """Place 2 to 15 orders of one symbol; an order may be refused while its siblings live: look at each ``error``."""

    method: ClassVar = "batch_add"

    symbol: str
    orders: list[OrderParams]
    deadline: str | None = None
    validate: bool | None = None
    asset_class: MarketClass = "derivatives"

    def check(self) -> None:
        super().check()
        if not 2 <= len(self.orders) <= 15:
            raise SettingsError(f"A batch takes 2 to 15 orders, not {len(self.orders)}; split it, or place one alone.")


class BatchCancel(spot.BatchCancel, frozen=True, kw_only=True):
    """Cancel 2 to 50 orders by order id (``orders``), by your own ids, or by both."""

    ws_key: ClassVar = WsKey.UNIFIED_PRIVATE
    siebly: ClassVar[str | None] = None  # type: ignore[assignment]  # that SDK has no Unified commands

    asset_class: MarketClass = "derivatives"

    def check(self) -> None:
        super().check()
        check_asset_class(self, self.asset_class)


class LeverageMode(Params, frozen=True, kw_only=True):
    """Leverage of one market."""

    symbol: str
    max_leverage: Number | None
    """A number fixes it (isolated margin); None goes back to cross margin."""

    def check(self) -> None:
        if self.max_leverage is not None:
            exact(self.max_leverage, name="max_leverage")

    def given(self) -> dict[str, Any]:
        """None is sent as ``null``: leaving it out is refused."""
        leverage = None if self.max_leverage is None else exact(self.max_leverage, name="max_leverage")
        return {"symbol": self.symbol, "max_leverage": leverage}


class PreferenceSet(Struct, Open, frozen=True):
    """The exchange took the preference. What it says beside that is in ``extra``."""

    raw: Raw = kept_json()

    @classmethod
    def from_wire(cls, raw: bytes | Raw) -> PreferenceSet:
        """Read any object, or nothing at all."""
        reader_for(dict[str, Raw] | None)(raw)
        return cls() if bytes(raw).strip() in (b"", b"null") else cls(raw=Raw(raw))


class SetPreference(UnifiedCommand[PreferenceSet], frozen=True, kw_only=True):
    """Set the leverage of a market: fixed, or cross margin with ``max_leverage=None``."""

    method: ClassVar = "set_preference"
    only_derivatives: ClassVar = True

    leverage_mode: LeverageMode
    asset_class: MarketClass = "derivatives"


COMMANDS: tuple[type[Command[Any]], ...] = (
    AddOrder,
    AmendOrder,
    CancelOrder,
    CancelAll,
    CancelAllOrdersAfter,
    BatchAdd,
    BatchCancel,
    SetPreference,
)
