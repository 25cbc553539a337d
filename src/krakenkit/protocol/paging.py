"""Reading a listing page by page, decided without I/O: which request comes next, and which rows are new.

A listing moves while it is read: orders fill, trades arrive, rows end up on a page that was read already. So a walk
drops the rows that an earlier page brought, and the kinds of paging (:mod:`krakenkit.protocol.page_kinds`) ask for pages
that overlap wherever the exchange offers no cursor. Which endpoint pages how is told in
:mod:`krakenkit.protocol.page_plans`; sending is left to the clients.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, Generic, TypeVar, cast

import msgspec

from krakenkit.errors import SettingsError
from krakenkit.wire.paged import Entry
from krakenkit.wire.request import Request

A = TypeVar("A")

_CAP = 50
"""Pages of equal length that are at least this long are taken for pages that the exchange cut."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a walk has come."""

    pages: int
    """Pages read."""
    rows: int
    """Rows found so far, each counted once."""
    total: int | None = None
    """Rows there are in all, by the newest page; None where the exchange does not tell."""


class Seen:
    """What the pages read so far have brought.

    It remembers the keys of all rows where ``keep`` is None, else of the first page and of the newest ``keep`` pages.
    """

    def __init__(self, keep: int | None = None) -> None:
        self.pages = 0
        self.rows = 0
        self.total: int | None = None
        self.shrunk_by = 0
        """How many rows the total lost since the page before."""
        self.length = 0
        """Rows on the newest page, known ones included."""
        self.new = 0
        """Rows on the newest page that no earlier page had."""
        self.joined = True
        """Whether the newest page goes on where the known rows end; a page that does not is passed over unread."""
        self.largest = 0
        """The longest page before the newest."""
        self.previous = 0
        """The length of the page before the newest."""
        self.barren = 0
        """How many pages in a row brought nothing new, the newest included."""
        self.falls = 0
        """How often pages ceased to join since one brought something new."""
        self.repeats = 0
        """How often in a row a page was the one before once more."""
        self.gaps: list[str] = []
        """Places where rows may be missing, told to the user."""
        self.memo: dict[str, int] = {}
        """What a kind of paging has to remember between pages."""
        self._first: set[Hashable] = set()
        self._newest: deque[set[Hashable]] = deque(maxlen=keep)
        self._keep_all = keep is None
        self._last: Sequence[Hashable] = ()
        self._cursors: set[str] = set()

    def take(self, rows: Sequence[Any], keys: Sequence[Hashable], total: int | None) -> list[Any]:
        """The rows that are new, in their order; rows of one page are never taken for one another."""
        fresh = [row for row, key in zip(rows, keys, strict=True) if not self.knows(key)]
        self._note(len(rows), len(fresh), total)
        self.joined = True
        self.falls = 0 if fresh else self.falls
        self.repeats = self.repeats + 1 if keys and keys == self._last else 0
        self._last = keys
        self._remember(keys)
        return fresh

    def pass_over(self, rows: Sequence[Any], total: int | None) -> list[Any]:
        """Count a page whose rows are not taken, because unread ones may lie before it."""
        self._note(len(rows), 0, total)
        self.falls += self.joined
        self.joined = False
        return []

    def knows(self, key: Hashable) -> bool:
        """Whether a page that was taken had this row."""
        return key in self._first or any(key in page for page in self._newest)

    def _note(self, length: int, new: int, total: int | None) -> None:
        self.pages += 1
        self.rows += new
        self.previous, self.length, self.new = self.length, length, new
        self.largest = max(self.largest, self.previous)
        self.barren = 0 if new else self.barren + 1
        self._count(total)

    def _count(self, total: int | None) -> None:
        both = self.total is not None and total is not None
        self.shrunk_by = max(0, cast("int", self.total) - cast("int", total)) if both else 0
        self.total = total

    def _remember(self, keys: Iterable[Hashable]) -> None:
        if self._keep_all or self.pages == 1:
            self._first.update(keys)
        else:
            self._newest.append(set(keys))

    def first_time(self, cursor: str) -> bool:
        """Whether this cursor is new; a repeated one would lead round in a circle."""
        if cursor in self._cursors:
            return False
        self._cursors.add(cursor)
        return True

    def ended(self, size: int) -> bool:
        """Whether the newest page, which is not empty, looks like the last one of a listing without an end mark.

        ``size`` is the documented length of a page, which is not to be trusted alone: Futures candles, documented as
        5000, come by 2000. So a page is also measured by those before it, and pages of one length are taken for cut.
        """
        if 2 * self.length < self.largest:
            return True
        cut = self.length == self.previous >= _CAP
        return self.pages > 1 and 2 * self.length < size and not cut


@dataclass(frozen=True, kw_only=True)
class PagePlan:
    """How one endpoint pages. As it stands: everything comes with one answer."""

    rows: str = "rows"
    """Where the answer keeps its rows, with dots for members of members."""
    key: str | None = None
    """The member that names a row; the whole row when None, or where a row has none."""
    apart_from: str | None = None
    """A member that differs from answer to answer and says nothing about the row."""
    total: str | None = None
    """Where the answer tells how many rows there are in all."""
    keep: int | None = 2
    """How many pages back rows are known again; None for all, which listings read by offset need."""

    def first(self, request: Request[A]) -> Request[A]:
        """The request for the first page."""
        return request

    def joins(self, request: Request[Any], keys: Sequence[Hashable], seen: Seen) -> bool:
        """Whether this page goes on where the known rows end."""
        return True

    def next(self, request: Request[A], answer: A, seen: Seen) -> Request[A] | None:
        """The request for the page after this answer; None when it was the last."""
        return None

    def rows_of(self, answer: object) -> list[Any]:
        """The rows of one answer; those keyed by id as :class:`Entry`."""
        found = look(answer, self.rows)
        if isinstance(found, dict):
            return [Entry(id, value) for id, value in cast("dict[str, Any]", found).items()]
        return list(cast("list[Any]", found or []))

    def total_of(self, answer: object) -> int | None:
        """How many rows there are in all, where the answer says so."""
        found = look(answer, self.total) if self.total else None
        return found if isinstance(found, int) else None

    def keys_of(self, rows: Sequence[Any]) -> list[Hashable]:
        """What each row is known by. Equal rows of one page are numbered, so that none is taken for the other."""
        counted: Counter[Hashable] = Counter()
        keys: list[Hashable] = []
        for row in rows:
            name = self._name(row)
            keys.append((name, counted[name]))
            counted[name] += 1
        return keys

    def _name(self, row: Any) -> Hashable:
        named = getattr(row, self.key, None) if self.key else None
        if named is not None:
            return cast("Hashable", named)
        return msgspec.json.encode(msgspec.structs.replace(row, **{self.apart_from: None}) if self.apart_from else row)


@dataclass
class Walk(Generic[A]):
    """One reading of a listing: send ``request``, give its answer to :meth:`take`, until ``request`` is None.

    It changes only when an answer is taken, so a call that failed can be sent again.
    """

    start: Request[A]
    plan: PagePlan
    limit: int | None = None
    """Most rows to bring."""
    request: Request[A] | None = field(init=False, default=None)
    """What to send now; None at the end."""
    seen: Seen = field(init=False)

    def __post_init__(self) -> None:
        if self.limit is not None and self.limit < 0:
            raise SettingsError(f"limit is {self.limit}; give the most rows to read, or leave it out for all of them.")
        self.seen = Seen(self.plan.keep)
        self.request = None if self.limit == 0 else self.plan.first(self.start)

    @property
    def progress(self) -> Progress:
        """How far it has come."""
        rows = self.seen.rows if self.limit is None else min(self.seen.rows, self.limit)
        return Progress(self.seen.pages, rows, self.seen.total)

    def take(self, answer: A) -> list[Any]:
        """The rows of this answer that are new, in the exchange's order; then ``request`` is the next one.

        Raises:
            SettingsError: when there is nothing left to take.
        """
        if self.request is None:
            raise SettingsError("This listing has been read to its end; begin a new walk.")
        before = self.seen.rows
        fresh = self._fresh(self.request, answer)
        full = self.limit is not None and self.seen.rows >= self.limit
        following = None if full else self.plan.next(self.request, answer, self.seen)
        # The same question would be given the same answer.
        self.request = None if following == self.request else following
        return fresh if self.limit is None else fresh[: self.limit - before]

    def _fresh(self, request: Request[A], answer: A) -> list[Any]:
        rows, total = self.plan.rows_of(answer), self.plan.total_of(answer)
        keys = self.plan.keys_of(rows)
        if self.plan.joins(request, keys, self.seen):
            return self.seen.take(rows, keys, total)
        return self.seen.pass_over(rows, total)


def look(answer: object, path: str) -> Any:
    """A member of an answer, or of its members where the path has dots; None where one is missing."""
    return reduce(lambda value, name: getattr(value, name, None), path.split("."), answer)


def changed(request: Request[A], **changes: Any) -> Request[A]:
    """The request with other parameters."""
    return msgspec.structs.replace(request, **changes)
