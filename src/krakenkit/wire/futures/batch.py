"""Futures batch: orders, edits and cancels in one call. Source: docs.kraken.com, Futures REST, Batch order management.

The instructions travel as JSON text in the form field ``json``. The largest batch is not published; clients use 10 to 100.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any, ClassVar, TypeAlias

from msgspec import field

from krakenkit._core.numbers import Number, exact
from krakenkit.errors import SettingsError
from krakenkit.wire.checks import at_least_one, positive
from krakenkit.wire.futures.base import Reply, place
from krakenkit.wire.futures.events import OrderEvent, Outcome
from krakenkit.wire.futures.jsontext import json_text
from krakenkit.wire.futures.trading import check_client_id, check_deviation, check_terms
from krakenkit.wire.futures.words import PLACED, DeviationUnit, OrderType, QtyMode, TriggerSignal
from krakenkit.wire.request import Params, Request
from krakenkit.wire.vocab import Side

_NUMBERS = frozenset({"size", "limitPrice", "stopPrice", "trailingStopMaxDeviation"})


class _Instruction(Params, frozen=True, kw_only=True, rename="camel"):
    kind: ClassVar[str]

    def given(self) -> dict[str, Any]:
        """The members that were given, amounts as numbers: this JSON takes bare ones."""
        members = super().given().items()
        amounts = {name: exact(value, name=name) if name in _NUMBERS else value for name, value in members}
        return {"order": self.kind} | amounts


class SendInstruction(_Instruction, frozen=True, kw_only=True, rename="camel"):
    """Place an order. The members are those of ``submit_order``."""

    kind: ClassVar[str] = "send"

    order_tag: str = field(name="order_tag")
    """A label of yours that comes back with the row, to find it by."""
    order_type: OrderType
    symbol: str
    side: Side
    size: Number
    limit_price: Number | None = None
    stop_price: Number | None = None
    cli_ord_id: str | None = None
    trigger_signal: TriggerSignal | None = None
    reduce_only: bool | None = None
    trailing_stop_max_deviation: Number | None = None
    trailing_stop_deviation_unit: DeviationUnit | None = None

    def check(self) -> None:
        positive(self, "size")
        check_terms(self)
        check_deviation(self)
        check_client_id(self.cli_ord_id)


class EditInstruction(_Instruction, frozen=True, kw_only=True, rename="camel"):
    """Change an order. The members are those of ``edit_order``."""

    kind: ClassVar[str] = "edit"

    order_id: str | None = field(default=None, name="order_id")
    cli_ord_id: str | None = None
    size: Number | None = None
    limit_price: Number | None = None
    stop_price: Number | None = None
    trailing_stop_max_deviation: Number | None = None
    trailing_stop_deviation_unit: DeviationUnit | None = None
    qty_mode: QtyMode | None = None

    def check(self) -> None:
        at_least_one(self, "order_id", "cli_ord_id")
        positive(self, "size")
        check_deviation(self)


class CancelInstruction(_Instruction, frozen=True, kw_only=True, rename="camel"):
    """Cancel an order."""

    kind: ClassVar[str] = "cancel"

    order_id: str | None = field(default=None, name="order_id")
    cli_ord_id: str | None = None

    def check(self) -> None:
        at_least_one(self, "order_id", "cli_ord_id")


Instruction: TypeAlias = SendInstruction | EditInstruction | CancelInstruction


class BatchRow(Outcome, frozen=True):
    """What became of one instruction; rows come in no particular order."""

    order_id: str | None = field(default=None, name="order_id")
    order_tag: str | None = field(default=None, name="order_tag")
    """The label of a sent order."""
    cli_ord_id: str | None = None
    date_time_received: str | None = None
    order_events: list[OrderEvent] = []

    @property
    def placed(self) -> bool:
        """Whether a sent order was taken."""
        return self.status in PLACED


class BatchReply(Reply, frozen=True):
    """One row for each instruction. An answer without an error may hold refusals: see :attr:`refused`."""

    batch_status: list[BatchRow]

    @property
    def refused(self) -> list[BatchRow]:
        """The rows of which it is certain that nothing was done."""
        return [row for row in self.batch_status if row.refused]


class BatchOrderManagement(Request[BatchReply], frozen=True):
    """Send, edit and cancel several orders in one call; each succeeds or fails by itself, in no particular order.

    It is sent once: when the answer is lost, ``OutcomeUnknown`` is raised.
    """

    route: ClassVar = place(
        "futures.trading.batch_order", "/derivatives/api/v3/batchorder", siebly="batchOrderManagement", cost=9
    )

    batch_order: list[Instruction]
    process_before: datetime | str | None = field(default=None, name="ProcessBefore")
    """Refuse what would be processed after this moment. Unconfirmed: the manual spells it with a capital P here only."""

    def check(self) -> None:
        if not self.batch_order:
            raise SettingsError("batch_order_management was given no instructions; nothing was sent.")
        if twice := [given for given, times in Counter(self.client_order_ids).items() if times > 1]:
            raise SettingsError(f"cli_ord_id must be unique, and {', '.join(twice)} occurs more than once.")

    def given(self) -> dict[str, Any]:
        """The form: the instructions as JSON text under ``json``."""
        form: dict[str, Any] = {"json": json_text({"batchOrder": list(self.batch_order)})}
        return form if self.process_before is None else form | {"ProcessBefore": self.process_before}

    @property
    def budget_cost(self) -> int:
        """What it takes from the budget: 9, and 1 for each instruction."""
        return 9 + len(self.batch_order)

    @property
    def client_order_ids(self) -> list[str]:
        """The ids to look up when the answer is lost."""
        sent = (one.cli_ord_id for one in self.batch_order if isinstance(one, SendInstruction))
        return [given for given in sent if given is not None]

    @property
    def client_order_id(self) -> str | None:
        """The first of the batch's own ids, for ``OutcomeUnknown``; the others are in ``client_order_ids``."""
        return next(iter(self.client_order_ids), None)
