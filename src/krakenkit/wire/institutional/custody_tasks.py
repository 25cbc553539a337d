"""Custody: tasks that wait for approval, and the log of what was done about them.

The members of a task depend on what is to be done, those of an activity on what was done, and no page lists them all:
they are kept as JSON under ``result``, and the ones that are always there have properties.
Source: docs.kraken.com, Custody REST, Tasks.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec
from msgspec import Struct

from krakenkit.wire.codec import reader_for
from krakenkit.wire.institutional.custody import (
    CUSTODY,
    CustodyErrors,
    CustodyRows,
    Filters,
    Moment,
    Ordering,
    Pagination,
)
from krakenkit.wire.paged import Paged
from krakenkit.wire.request import Request
from krakenkit.wire.route import Route


class CustodyUser(Struct, frozen=True):
    """Somebody who asked for, approved or denied something."""

    full_name: str | None = None
    role: str | None = None
    """``admin``, ``initiator``, ``reviewer`` or ``auditor``."""
    ip_address: str | None = None
    iiban: str | None = None


class ReviewerStatistics(Struct, frozen=True):
    """How the reviewers have decided so far."""

    current_count: int | None = None
    approved: int | None = None
    denied: int | None = None
    undecided: int | None = None


class CustodyTask(Struct, frozen=True):
    """Something that waits, or waited, for approval."""

    id: str
    approval_id: str | None = None
    created_at: Moment | None = None
    updated_at: Moment | None = None
    expires_at: Moment | None = None
    can_review: bool | None = None
    """Whether you may decide on it."""
    reviewer_statistics: ReviewerStatistics | None = None
    current_user_decision: str | None = None
    """Yours: ``approved``, ``denied`` or ``undecided``."""
    initiator: CustodyUser | None = None


class ListCustodyTasks(Request[CustodyRows[CustodyTask]], Paged[CustodyTask], frozen=True, kw_only=True):
    """Tasks that wait, or waited, for approval.

    Filter by ``id``, ``approval_id``, ``vault_id``, ``scope`` (``domain``, ``vault``), ``state``, ``action``,
    ``created_at``, ``updated_at``, ``expires_at`` or ``current_user_decision``.
    """

    route: ClassVar = Route.read(
        "custody.list_tasks",
        "/0/private/ListCustodyTasks",
        siebly="listCustodyTasks",
        encoding="json",
        envelope="custody",
        permission=CUSTODY,
    )

    filters: Filters | None = None
    pagination: Pagination | None = None
    orderings: list[Ordering] | None = None


class TaskDetails(CustodyErrors, frozen=True, kw_only=True):
    """One task; ``result`` holds all of its members (JSON), which depend on the action."""

    result: dict[str, msgspec.Raw]

    @property
    def state(self) -> str | None:
        """``pending``, ``approved``, ``denied``, ``canceled``, ``expired``, ``executed`` or ``failed``."""
        return _text(self.result.get("state"))


class GetCustodyTaskbyId(Request[TaskDetails], frozen=True):
    """One task with its details."""

    route: ClassVar = Route.read(
        "custody.get_task",
        "/0/private/GetCustodyTask",
        siebly="getCustodyTaskbyId",
        encoding="json",
        envelope="custody",
        permission=CUSTODY,
        in_query=("id",),
    )

    id: str
    """The id of the task or of its approval."""


class CustodyActivity(Struct, frozen=True):
    """One entry of the log; ``task`` holds the members of the task (JSON), which depend on the action."""

    id: str
    created_at: Moment | None = None
    task: dict[str, msgspec.Raw] = {}


class ListCustodyActivities(Request[CustodyRows[CustodyActivity]], Paged[CustodyActivity], frozen=True, kw_only=True):
    """The log of what was done about tasks.

    Filter by ``id``, ``scope``, ``vault_id``, ``task_id``, ``approval_id``, ``task_action``, ``activity_action``,
    ``created_at`` or ``user``; order by ``activity_created_at``.
    """

    route: ClassVar = Route.read(
        "custody.list_activities",
        "/0/private/ListCustodyActivities",
        siebly="listCustodyActivities",
        encoding="json",
        envelope="custody",
        permission=CUSTODY,
    )

    filters: Filters | None = None
    pagination: Pagination | None = None
    orderings: list[Ordering] | None = None


class ActivityDetails(CustodyErrors, frozen=True, kw_only=True):
    """One entry of the log; ``result`` holds all of its members (JSON), which depend on the type."""

    result: dict[str, msgspec.Raw]

    @property
    def type(self) -> str | None:
        """``created``, ``review_approved``, ``review_denied``, ``canceled``, ``executed``, ``failed`` or ``expired``."""
        return _text(self.result.get("type"))

    @property
    def comment(self) -> str | None:
        """What the person wrote, if anything."""
        return _text(self.result.get("comment"))

    @property
    def user(self) -> CustodyUser | None:
        """Who did it."""
        raw = self.result.get("user")
        return None if raw is None else reader_for(CustodyUser | None)(raw)


class GetCustodyActivitybyId(Request[ActivityDetails], frozen=True):
    """One entry of the log with its details."""

    route: ClassVar = Route.read(
        "custody.get_activity",
        "/0/private/GetCustodyActivity",
        siebly="getCustodyActivitybyId",
        encoding="json",
        envelope="custody",
        permission=CUSTODY,
        in_query=("id",),
    )

    id: str


def _text(raw: msgspec.Raw | None) -> str | None:
    return None if raw is None else reader_for(str | None)(raw)
