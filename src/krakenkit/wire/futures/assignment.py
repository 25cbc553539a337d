"""The assignment program: taking over positions of liquidated accounts.

Source: docs.kraken.com, Futures REST, Assignment Program. All but adding a preference is unconfirmed: parameters and
answers as other clients know them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from msgspec import Struct

from krakenkit._core.numbers import Number
from krakenkit.wire.checks import not_empty
from krakenkit.wire.futures.base import READ, Reply, change, look_up, place
from krakenkit.wire.futures.words import AssignmentTimeFrame
from krakenkit.wire.request import Request


class AssignmentPreference(Struct, frozen=True, rename="camel"):
    """On which terms positions are taken over."""

    contract_type: str
    """The wallet, for example ``flex``."""
    accept_long: bool
    accept_short: bool
    time_frame: AssignmentTimeFrame | None = None
    enabled: bool | None = None
    contract: str | None = None
    max_size: Decimal | None = None
    max_position: Decimal | None = None
    # Members that other clients read and the manual's readable part does not show.
    base_currency: str | None = None
    quote_currency: str | None = None
    cash_account_open_position_max_notional: Decimal | None = None
    minimum_profitability_per_assignment_long_bps: int | None = None
    minimum_profitability_per_assignment_short_bps: int | None = None


class AssignmentProgram(Struct, frozen=True):
    """One preference with the id that deletes it."""

    id: int
    participant: AssignmentPreference


class AssignmentPrograms(Reply, frozen=True):
    """The preferences in force."""

    participants: list[AssignmentProgram] = []


class GetAssignmentPrograms(Request[AssignmentPrograms], frozen=True):
    """The preferences in force. Unconfirmed."""

    route: ClassVar = look_up(
        "futures.assignment.current",
        "/derivatives/api/v3/assignmentprogram/current",
        siebly="getAssignmentPrograms",
        unconfirmed=True,
    )


class AssignmentChange(Reply, frozen=True):
    """The preference that was added or deleted."""

    id: int | None = None
    participant: AssignmentPreference | None = None


class AddAssignmentPreference(Request[AssignmentChange], frozen=True, kw_only=True, rename="camel"):
    """Offer to take over positions of liquidated accounts. It is sent once: each call adds a preference.

    The manual names a read-only key for this call although it writes; use one with full access when it is refused.
    """

    route: ClassVar = place(
        "futures.assignment.add",
        "/derivatives/api/v3/assignmentprogram/add",
        siebly="addAssignmentPreference",
        permission=READ,
    )

    contract_type: str
    """The wallet as ``get_accounts`` names it, for example ``flex``."""
    contract: str | None = None
    """One contract of that wallet."""
    max_size: Number | None = None
    """Largest single assignment."""
    max_position: Number | None = None
    """Largest position it may lead to."""
    accept_long: bool
    accept_short: bool
    time_frame: AssignmentTimeFrame
    """``WEEKDAYS``, ``WEEKEND`` or ``ALL``."""
    enabled: bool

    def check(self) -> None:
        not_empty(self, "contract_type", "contract")


class DeleteAssignmentPreference(Request[AssignmentChange], frozen=True):
    """Withdraw a preference. Unconfirmed."""

    route: ClassVar = change(
        "futures.assignment.delete",
        "/derivatives/api/v3/assignmentprogram/delete",
        siebly="deleteAssignmentPreference",
        permission=READ,
        unconfirmed=True,
    )

    id: int
    """As ``get_assignment_programs`` tells it."""


class AssignmentHistoryRow(Struct, frozen=True):
    """A preference as one change left it."""

    participant: AssignmentPreference
    deleted: bool = False
    timestamp: str | None = None


class AssignmentHistory(Reply, frozen=True):
    """All changes of preferences."""

    participants: list[AssignmentHistoryRow] = []


class GetAssignmentPreferencesHistory(Request[AssignmentHistory], frozen=True):
    """All changes of preferences, deletions included. Unconfirmed."""

    route: ClassVar = look_up(
        "futures.assignment.history",
        "/derivatives/api/v3/assignmentprogram/history",
        siebly="getAssignmentPreferencesHistory",
        unconfirmed=True,
    )
