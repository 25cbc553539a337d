"""The ways in which Kraken's listings are paged, each with what it takes to lose no row and repeat none."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

import msgspec

from krakenkit._core.clock import nanoseconds
from krakenkit.errors import KrakenError
from krakenkit.protocol.paging import PagePlan, Seen, changed, look
from krakenkit.wire.paged import Bucket
from krakenkit.wire.request import Request

A = TypeVar("A")

_REPEATS = 3
"""So many pages without anything new end a listing that repeats itself."""
_FALLS = 20
"""So many times may pages cease to join without a new row in between."""
_EMPTY = 100
"""So many empty pages in a row are too many, whatever their cursors promise."""


@dataclass(frozen=True, kw_only=True)
class ByCursor(PagePlan):
    """Each answer names the next page. Rows that arrive meanwhile do not move what the cursor points at."""

    cursor: str = "cursor"
    """The parameter that takes it."""
    next_cursor: str = "next_cursor"
    """Where the answer tells it."""
    turned_on: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Parameters that ask for pages in the first place; what the caller gave is left alone."""
    alone: bool = False
    """Whether the cursor remembers the filters, and the exchange refuses them beside it."""

    def first(self, request: Request[A]) -> Request[A]:
        missing = {name: value for name, value in self.turned_on.items() if getattr(request, name) is None}
        return changed(request, **missing) if missing else request

    def next(self, request: Request[A], answer: A, seen: Seen) -> Request[A] | None:
        came_from, goes_to = getattr(request, self.cursor), look(answer, self.next_cursor)
        if isinstance(came_from, str):
            seen.first_time(came_from)
        if not goes_to or not seen.first_time(goes_to):
            return None
        if seen.length and seen.barren >= _REPEATS:
            return None
        if seen.barren >= _EMPTY:
            raise KrakenError(
                f"{request.route.label} sent {_EMPTY} pages without a row, each naming another page; stopped at "
                f"{self.cursor}={goes_to!r}. Narrow the filters, or go on from there with a request of your own."
            )
        return self._at(request, goes_to)

    def _at(self, request: Request[A], cursor: str) -> Request[A]:
        if not self.alone:
            return changed(request, **{self.cursor: cursor})
        # The wallet stays: it says whose rows are meant, and travels in the signed URL.
        filters = [f.name for f in msgspec.structs.fields(request) if f.default is None and f.name != "account_id"]
        return changed(request, **(dict.fromkeys(filters) | {self.cursor: cursor}))


@dataclass(frozen=True, kw_only=True)
class ByOffset(PagePlan):
    """Pages counted from the top, where new rows push the others down and removed ones pull them up.

    Each page begins with the last row of the page before. When it does not, rows may have been pulled past the offset
    unread: the page is passed over, and the walk steps back, further each time, until pages join again.
    """

    offset: str = "ofs"
    off: tuple[str, ...] = ()
    """Parameters that exclude an offset and are dropped from the first page on."""
    size: int = 50
    """The documented length of a page; 0 where there is none."""
    more: str | None = None
    """Where the answer tells whether another page follows."""
    keep: int | None = None

    def joins(self, request: Request[Any], keys: Sequence[Hashable], seen: Seen) -> bool:
        if not seen.pages or self.offset_of(request) <= seen.memo.get("start", 0):
            return True
        # Pages of one row have no place for an overlap.
        single = max(seen.length, seen.largest) == len(keys) == 1
        return bool(keys) and (single or seen.knows(keys[0]))

    def next(self, request: Request[A], answer: A, seen: Seen) -> Request[A] | None:
        here = self.offset_of(request)
        seen.memo.setdefault("start", here)
        if not seen.joined:
            return self._back(request, here, seen)
        seen.memo["stride"] = max(1, seen.length, seen.largest)
        end = here + seen.length
        if not seen.length or self._is_last(answer, end, seen):
            return None
        return self.at(request, here + max(1, seen.length - 1), seen)

    def _back(self, request: Request[A], here: int, seen: Seen) -> Request[A] | None:
        stride = seen.memo["stride"]
        seen.memo["stride"] = 2 * stride
        # An exchange that counts more rows than it shows has not lost them, it will not show them.
        withheld = not seen.length and (seen.total or 0) > here
        if seen.falls > (_REPEATS if withheld else _FALLS):
            seen.gaps.append(f"the pages before and after row {here} never joined")
            return None
        return self.at(request, max(seen.memo["start"], here - stride), seen)

    def _is_last(self, answer: object, end: int, seen: Seen) -> bool:
        # A total of 0 beside rows means that it was not counted.
        if seen.total:
            return end >= seen.total
        more = look(answer, self.more) if self.more else None
        if more is not None:
            return not more
        return 2 * seen.length < self.size or seen.ended(self.size) or seen.repeats >= _REPEATS

    def offset_of(self, request: Request[Any]) -> int:
        """How many rows this request skips."""
        return getattr(request, self.offset, None) or 0

    def at(self, request: Request[A], offset: int, seen: Seen) -> Request[A]:
        """The same listing from this row on."""
        return changed(request, **(dict.fromkeys(self.off) | {self.offset: offset}))


@dataclass(frozen=True, kw_only=True)
class ByPagination(ByOffset):
    """Offsets inside a ``pagination`` object, as custody has them."""

    total: str | None = "total"
    size: int = 0

    def offset_of(self, request: Request[Any]) -> int:
        pagination = getattr(request, "pagination", None)
        return 0 if pagination is None else pagination.offset

    def at(self, request: Request[A], offset: int, seen: Seen) -> Request[A]:
        from krakenkit.wire.institutional.custody import Pagination

        given = cast("Pagination | None", getattr(request, "pagination", None))
        limit = max(1, seen.length, seen.largest) if given is None else given.limit
        return changed(request, pagination=Pagination(limit=limit, offset=offset))


@dataclass(frozen=True, kw_only=True)
class ByCursorOrOffset(ByCursor):
    """The account's lists: by cursor, and by offset where the caller or the exchange knows no cursors."""

    offset: ByOffset | None = None
    turned_on: Mapping[str, Any] = field(default_factory=lambda: {"with_cursor": True, "limit": 100})
    next_cursor: str = "cursor.next"
    keep: int | None = None

    def first(self, request: Request[A]) -> Request[A]:
        refused = getattr(request, "with_cursor", None) is False or getattr(request, "ofs", None) is not None
        return request if refused else ByCursor.first(self, request)

    def joins(self, request: Request[Any], keys: Sequence[Hashable], seen: Seen) -> bool:
        return self.offset is None or self.offset.joins(request, keys, seen)

    def next(self, request: Request[A], answer: A, seen: Seen) -> Request[A] | None:
        if getattr(request, "with_cursor", None) and look(answer, "cursor") is not None:
            return ByCursor.next(self, request, answer, seen)
        if self.offset is None or getattr(request, "cursor", None) is not None:
            return None
        return self.offset.next(request, answer, seen)


@dataclass(frozen=True, kw_only=True)
class ByPageNumber(PagePlan):
    """Pages by number. Their borders are fixed, so they cannot overlap: a total that shrinks sends the walk back."""

    total: str | None = "meta.total_items"
    keep: int | None = None

    def next(self, request: Request[A], answer: A, seen: Seen) -> Request[A] | None:
        number = cast("int | None", getattr(request, "page_number", None)) or 1
        size = max(1, seen.length, seen.largest)
        if seen.shrunk_by and number > 1:
            return changed(request, page_number=max(1, number - -(-seen.shrunk_by // size)))
        pages = look(answer, "meta.total_pages")
        last = number >= pages if pages is not None else seen.barren >= _REPEATS
        return None if last or not seen.length else changed(request, page_number=number + 1)


@dataclass(frozen=True, kw_only=True)
class ByLast(PagePlan):
    """Oldest first from a moment on: the answer's ``last`` is the next page's ``since``.

    Rows can share their moment, and a page may end between them. So the next page is asked from one unit earlier.
    """

    since: str = "since"
    last: str = "last"
    size: int = 1000

    def next(self, request: Request[A], answer: A, seen: Seen) -> Request[A] | None:
        last = look(answer, self.last)
        if not seen.length or last in (None, ""):
            return None
        size = getattr(request, "count", None) or self.size
        asked, following = getattr(request, self.since), _shifted(last, -1)
        if following == asked and 2 * seen.length > size:
            # A whole page of one moment: there is no other way than past it.
            seen.gaps.append(f"more rows than one page holds share the moment {last}")
            return changed(request, **{self.since: last})
        if not seen.new or seen.ended(size):
            return None
        return changed(request, **{self.since: following})


@dataclass(frozen=True, kw_only=True)
class ByTime(PagePlan):
    """Newest first up to a moment: the time of the oldest row leads to the page before, asked with a unit of overlap."""

    before: str
    time: str
    size: int = 100

    def next(self, request: Request[A], answer: A, seen: Seen) -> Request[A] | None:
        if not seen.length:
            return None
        oldest = min((getattr(row, self.time) for row in self.rows_of(answer)), key=nanoseconds)
        asked, following = getattr(request, self.before), _shifted(oldest, 1)
        if following == asked and 2 * seen.length > self.size:
            seen.gaps.append(f"more rows than one page holds share the moment {oldest}")
            return changed(request, **{self.before: oldest})
        if not seen.new or seen.ended(self.size):
            return None
        return changed(request, **{self.before: following})


@dataclass(frozen=True, kw_only=True)
class ByRowId(PagePlan):
    """Rows counted up from 1, bounds inclusive: the next page begins beside the last row, so nothing can shift."""

    size: int = 500

    def next(self, request: Request[A], answer: A, seen: Seen) -> Request[A] | None:
        size = getattr(request, "count", None) or self.size
        if not seen.new or seen.ended(size):
            return None
        ids: list[int] = [row.id for row in self.rows_of(answer)]
        low, high = getattr(request, "from_", None) or 1, getattr(request, "to", None)
        if getattr(request, "sort", None) == "asc":
            beyond = max(ids) + 1
            return None if high is not None and beyond > high else changed(request, from_=beyond)
        beyond = min(ids) - 1
        return None if beyond < low else changed(request, to=beyond)


@dataclass(frozen=True, kw_only=True)
class ByRange(PagePlan):
    """A span of time that the exchange cuts without saying where, as charts do: read on past the end, then the start.

    Each request overlaps the rows at hand by one; their order is that of the pages.
    """

    low: str
    high: str
    time: str = "time"
    unit: int = 1
    """How many units of a row's time make a second of the bounds."""
    more: str = "more"

    def next(self, request: Request[A], answer: A, seen: Seen) -> Request[A] | None:
        cut = bool(look(answer, self.more))
        if seen.pages == 1 and not (cut and seen.length):
            return None
        self._note(request, answer, seen)
        step = 0 if seen.length > 1 else 1
        further = cut and bool(seen.new)
        if further and "turned" not in seen.memo:
            return changed(request, **{self.low: seen.memo["newest"] + step, self.high: seen.memo.get("high")})
        oldest, low = seen.memo["oldest"], seen.memo.get("low")
        if ("turned" in seen.memo and not further) or (low is not None and oldest <= low):
            return None
        seen.memo["turned"] = 1
        return changed(request, **{self.low: low, self.high: oldest - step})

    def _note(self, request: Request[Any], answer: object, seen: Seen) -> None:
        """Keep the caller's bounds, and those of the rows at hand."""
        times: list[int] = [getattr(row, self.time) // self.unit for row in self.rows_of(answer)]
        if seen.pages == 1:
            asked = {"low": getattr(request, self.low), "high": getattr(request, self.high)}
            seen.memo.update({name: bound for name, bound in asked.items() if bound is not None})
            seen.memo.update(oldest=times[0], newest=times[0])
        seen.memo["oldest"] = min([seen.memo["oldest"], *times])
        seen.memo["newest"] = max([seen.memo["newest"], *times])


@dataclass(frozen=True, kw_only=True)
class Columns(ByRange):
    """A range whose answer holds one list for each series; its rows are the moments across all series."""

    def rows_of(self, answer: object) -> list[Any]:
        times: list[int] = look(answer, "result.timestamp") or []
        data: Any = look(answer, "result.data")
        return [Bucket(time, _point(data, index)) for index, time in enumerate(times)]


def _point(data: Any, index: int) -> Any:
    if isinstance(data, dict):
        return {name: _point(series, index) for name, series in cast("dict[str, Any]", data).items()}
    series = cast("list[Any]", data or [])
    return series[index] if index < len(series) else None


def _shifted(moment: int | str, units: int) -> int | str:
    """The moment, moved by so many of its smallest units: its last digit, or milliseconds where it shows fewer."""
    if isinstance(moment, int):
        return moment + units
    if moment.isdigit():
        return str(int(moment) + units)
    fraction = moment.partition(".")[2]
    digits = min(9, max(3, len(fraction) - len(fraction.lstrip("0123456789"))))
    unit = 10 ** (9 - digits)
    seconds, rest = divmod(nanoseconds(moment) // unit * unit + units * unit, 10**9)
    whole = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").removesuffix("+00:00")
    return f"{whole}.{rest:09d}"[: len(whole) + 1 + digits] + "Z"
