"""Marks for requests whose answers come in pages, and the rows that a client's ``pages`` makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

Row = TypeVar("Row")
Value = TypeVar("Value")


class Entry(NamedTuple, Generic[Value]):
    """One row of an answer that the exchange keys by id: ``for id, trade in spot.pages(GetTradesHistory())``."""

    id: str
    value: Value


class Bucket(NamedTuple):
    """One moment of a statistic that the exchange sends as one list for each series."""

    time: int
    """Start of the bucket, seconds since 1970."""
    value: Any
    """What the series hold at this moment, in the shape of the answer's ``data``."""


class Paged(Generic[Row]):
    """A request whose answer is one page of ``Row``; ``client.pages(request)`` reads them all."""

    __slots__ = ()

    if TYPE_CHECKING:
        # Never called: it tells the type checkers which rows a request stands for.
        def __page_row__(self) -> Row: ...
