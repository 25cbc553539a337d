"""Pages of REST lists: newest first, cut by time, by offset or by cursor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from krakenkit.sandbox.engine.refusals import invalid
from krakenkit.sandbox.inbound import invalid_arguments
from krakenkit.sandbox.values import moment
from krakenkit.wire.spot.account import Cursor

T = TypeVar("T")
_PAGE = 50
_LARGEST_PAGE = 100
_MICRO = 1000


class Paged(Protocol):
    """A request for a page."""

    @property
    def start(self) -> int | str | None: ...
    @property
    def end(self) -> int | str | None: ...
    @property
    def ofs(self) -> int | None: ...
    @property
    def without_count(self) -> bool | None: ...
    @property
    def with_cursor(self) -> bool | None: ...
    @property
    def cursor(self) -> str | None: ...
    @property
    def limit(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page. ``count`` is how many rows there are on all pages; None when it was not wanted."""

    rows: list[tuple[str, T]]
    count: int | None
    cursor: Cursor | None

    @property
    def beside(self) -> dict[str, object]:
        """What an answer says of the page beside its rows. A cursor that leads nowhere is null, not left out."""
        said: dict[str, object] = {} if self.count is None else {"count": self.count}
        return said if self.cursor is None else said | {"cursor": {"next": self.cursor.next}}


def page(rows: Sequence[tuple[str, T]], request: Paged, *, times: Callable[[T], Sequence[int]]) -> Page[T]:
    """The page a request asks for.

    Args:
        rows: all rows with their ids, newest first.
        times: the moments of a row, in nanoseconds; ``start`` (exclusive) and ``end`` (inclusive) let a row pass when
            one of them lies between.

    Raises:
        EngineRefused: for an odd limit, offset, cursor or bound.
    """
    chosen = _between(rows, request, times)
    if request.with_cursor or request.cursor is not None:
        return _by_cursor(chosen, request)
    first = request.ofs or 0
    if first < 0:
        raise invalid("ofs")
    count = None if request.without_count else len(chosen)
    return Page(list(chosen[first : first + _PAGE]), count, None)


def _by_cursor(rows: Sequence[tuple[str, T]], request: Paged) -> Page[T]:
    if request.ofs is not None:
        raise invalid_arguments()
    limit = _PAGE if request.limit is None else request.limit
    if not 1 <= limit <= _LARGEST_PAGE:
        raise invalid("limit")
    first = 0 if request.cursor is None else _index(rows, request.cursor) + 1
    chosen = list(rows[first : first + limit])
    more = first + limit < len(rows)
    return Page(chosen, None, Cursor(next=chosen[-1][0] if more else None))


def _index(rows: Sequence[tuple[str, T]], cursor: str) -> int:
    """A cursor is the id of the last row that was seen, so rows that come in meanwhile do not shift the pages."""
    for index, (name, _) in enumerate(rows):
        if name == cursor:
            return index
    raise invalid("cursor")


def _between(
    rows: Sequence[tuple[str, T]], request: Paged, times: Callable[[T], Sequence[int]]
) -> Sequence[tuple[str, T]]:
    start, end = (_bound(bound, rows, times, name) for bound, name in ((request.start, "start"), (request.end, "end")))
    if start is None and end is None:
        return rows
    return [row for row in rows if any(_inside(at // _MICRO, start, end) for at in times(row[1]))]


def _inside(at: int, start: int | None, end: int | None) -> bool:
    return (start is None or at > start) and (end is None or at <= end)


def _bound(
    bound: int | str | None, rows: Sequence[tuple[str, T]], times: Callable[[T], Sequence[int]], name: str
) -> int | None:
    """A bound in microseconds: answers show times so, and a time read there must mean the same row when it is sent back."""
    if bound is None or str(bound) == "0":
        return None
    for row_id, row in rows:
        if row_id == bound:
            return times(row)[0] // _MICRO
    return moment(bound, name) // _MICRO
