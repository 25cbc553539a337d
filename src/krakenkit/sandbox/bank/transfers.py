"""Deposits and withdrawals, and the states they pass through.

Both go from ``Initial`` over ``Pending`` and ``Settled`` to ``Success``, some seconds in each. A deposit is credited with
``Success``. A withdrawal is taken from the balance when it is asked for, and given back when it fails. Kraken publishes the
states and not how long they last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from krakenkit.sandbox.bank.methods import Method

Status: TypeAlias = Literal["Initial", "Pending", "Settled", "Success", "Failure"]
Mark: TypeAlias = Literal["cancel-pending", "canceled", "cancel-denied", "return", "onhold"]
Fate: TypeAlias = Literal["success", "hold", "failure"]
"""How it will go: ``hold`` stops it when it is settled, until somebody releases it."""

SECOND: Final = 10**9
STAYS: Final[Mapping[Status, int]] = {"Initial": 2 * SECOND, "Pending": 4 * SECOND, "Settled": 4 * SECOND}
"""How long a transfer stays in each state."""
CANCEL_TAKES: Final = SECOND
_NEXT: Final[Mapping[Status, Status]] = {"Initial": "Pending", "Pending": "Settled", "Settled": "Success"}


@dataclass(slots=True, eq=False, kw_only=True)
class Transfer:
    """One transfer. Amounts are bookkeeping units of its asset."""

    ref_id: str
    account: str
    method: Method
    units: int
    """What is sent: for a withdrawal net of the fee."""
    fee: int
    address: str
    created_at: int
    txid: str = ""
    status: Status = "Initial"
    mark: Mark | None = None
    fate: Fate = "success"
    due_at: int | None = None
    """When it will move on; None when it stays where it is."""

    @property
    def over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.status in ("Success", "Failure")

    def stay(self, at: int) -> None:
        """Stay in the present state for its usual time."""
        self.due_at = None if self.over else at + STAYS[self.status]

    def move_on(self, at: int) -> None:
        """Enter the next state, as its fate will have it."""
        if self.fate == "failure" and self.status == "Pending":
            return self.fail()
        self.status, self.mark = _NEXT[self.status], None
        if self.fate == "hold" and self.status == "Settled":
            return self.hold()
        return self.stay(at)

    def fail(self, mark: Mark | None = None) -> None:
        """End without success."""
        self.status, self.mark, self.due_at = "Failure", mark, None

    def hold(self) -> None:
        """Stop where it is, for review."""
        self.mark, self.due_at = "onhold", None

    def release(self, at: int) -> None:
        """Go on after a review."""
        self.mark, self.fate = None, "success"
        self.stay(at)


@dataclass(slots=True, eq=False, kw_only=True)
class Deposit(Transfer):
    """Money on its way in."""


@dataclass(slots=True, eq=False, kw_only=True)
class Withdrawal(Transfer):
    """Money on its way out."""

    key: str
    """The name of the saved address."""
    address_id: str

    @property
    def cancellable(self) -> bool:
        """Whether a wish to cancel is heard; whether it is granted shows a moment later."""
        if self.status == "Initial":
            return self.mark != "cancel-pending"
        return self.status == "Pending" and self.mark not in ("cancel-pending", "onhold")

    def ask_to_cancel(self, at: int) -> None:
        """Wish it back: granted while nobody has begun to carry it out."""
        self.mark, self.due_at = "cancel-pending", at + CANCEL_TAKES

    def answer_cancel(self, at: int) -> None:
        """Grant the wish, or deny it and go on."""
        if self.status == "Initial":
            return self.fail("canceled")
        self.mark = "cancel-denied"
        return self.stay(at)
