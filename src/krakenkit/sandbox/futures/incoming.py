"""Orders and edits as they come in. What the clients' classes refuse to send, the exchange refuses by a status of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from krakenkit.wire.checks import at_least_one
from krakenkit.wire.futures.batch import EditInstruction, SendInstruction
from krakenkit.wire.futures.trading import EditOrder, SubmitOrder
from krakenkit.wire.request import Params


class IncomingOrder(SubmitOrder, frozen=True, kw_only=True):
    """An order that may be anything: the engine looks at it."""

    def check(self) -> None:
        """Nothing is refused here."""


class IncomingInstruction(SendInstruction, frozen=True, kw_only=True):
    """An order of a batch that may be anything."""

    def check(self) -> None:
        """Nothing is refused here."""


class IncomingEdit(EditOrder, frozen=True, kw_only=True):
    """An edit of an order that is named."""

    def check(self) -> None:
        at_least_one(self, "order_id", "cli_ord_id")


class IncomingEditInstruction(EditInstruction, frozen=True, kw_only=True):
    """An edit in a batch of an order that is named."""

    def check(self) -> None:
        at_least_one(self, "order_id", "cli_ord_id")


INCOMING: Final[Mapping[type[Any], type[Params]]] = {
    SubmitOrder: IncomingOrder,
    SendInstruction: IncomingInstruction,
    EditOrder: IncomingEdit,
    EditInstruction: IncomingEditInstruction,
}
"""What is read in place of a class."""
