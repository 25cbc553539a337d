"""Filters, orderings and pages of the custody lists, applied to rows that are plain members by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeAlias, TypeVar

from krakenkit.sandbox.engine.refusals import invalid
from krakenkit.wire.institutional.custody import Condition, Filters, Ordering, Pagination

T = TypeVar("T")
Fields: TypeAlias = Mapping[str, Callable[[T], str]]
"""By which a list can be filtered and sorted, as text. Moments are RFC 3339 in UTC, whose order is that of their text."""
PAGE: Final = 50
MOST: Final = 500


class Asked(Protocol):
    """A request for a list."""

    @property
    def filters(self) -> Filters | None: ...
    @property
    def pagination(self) -> Pagination | None: ...
    @property
    def orderings(self) -> list[Ordering] | None: ...


@dataclass(frozen=True, slots=True)
class Chosen(Generic[T]):
    """One page: its rows, where it starts, and how many there are in all."""

    rows: list[T]
    start: int
    total: int


def choose(rows: Sequence[T], request: Asked, fields: Fields[T]) -> Chosen[T]:
    """The page that is asked for.

    Raises:
        EngineRefused: for a field, a type, a direction or a page that does not exist.
    """
    groups = [] if request.filters is None else [group.or_ for group in request.filters.and_]
    for group in groups:
        for condition in group:
            _check(condition, fields)
    found = [row for row in rows if all(any(_holds(one, row, fields) for one in group) for group in groups)]
    for ordering in reversed(request.orderings or []):
        if ordering.by not in fields or ordering.direction not in (None, "asc", "desc"):
            raise invalid("orderings")
        found.sort(key=fields[ordering.by], reverse=ordering.direction == "desc")
    start, limit = _page(request.pagination)
    return Chosen(found[start : start + limit], start, len(found))


def _page(pagination: Pagination | None) -> tuple[int, int]:
    if pagination is None:
        return 0, PAGE
    if not 1 <= pagination.limit <= MOST or pagination.offset < 0:
        raise invalid("pagination")
    return pagination.offset, pagination.limit


def _check(condition: Condition, fields: Fields[T]) -> None:
    known = condition.type in ("equals", "starts_with", "contains", "in")
    if condition.by not in fields or not known or condition.case not in (None, "sensitive", "insensitive"):
        raise invalid("filters")
    if condition.type != "in" and condition.values is None:
        raise invalid("filters")


def _holds(condition: Condition, row: T, fields: Fields[T]) -> bool:
    text = fields[condition.by](row)
    if condition.type == "in":
        left, right = condition.left, condition.right
        return (left is None or text >= str(left)) and (right is None or text <= str(right))
    values = [str(value) for value in condition.values or []]
    if condition.case == "insensitive":
        text, values = text.lower(), [value.lower() for value in values]
    match condition.type:
        case "equals":
            return text in values
        case "starts_with":
            return any(text.startswith(value) for value in values)
        case _:
            return any(value in text for value in values)
