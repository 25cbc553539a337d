"""What ``client.pages(...)`` returns: all rows of a listing, read page by page as they are asked for."""

from __future__ import annotations

import warnings
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, Generic, Protocol, Self, TypeVar, cast

from krakenkit.errors import KrakenWarning
from krakenkit.protocol.page_plans import walk
from krakenkit.protocol.paging import Progress
from krakenkit.wire.codec import Reader
from krakenkit.wire.request import Request

A = TypeVar("A")
Row = TypeVar("Row")
Answer_co = TypeVar("Answer_co", covariant=True)
Row_co = TypeVar("Row_co", covariant=True)


class PagedRequest(Protocol[Answer_co, Row_co]):
    """A request class that is marked as ``Paged[Row]``; it is answered by one page."""

    @classmethod
    def reader(cls) -> Reader[Answer_co]: ...

    def __page_row__(self) -> Row_co: ...


class Reading(Generic[A, Row]):
    """What both faces share: the walk, the rows that wait to be handed out, and the news for the caller."""

    def __init__(
        self,
        request: PagedRequest[A, Row],
        *,
        progress: Callable[[Progress], object] | None = None,
        limit: int | None = None,
    ) -> None:
        self._walk = walk(cast("Request[A]", request), limit=limit)
        self._tell = progress
        self._ready: deque[Row] = deque()

    @property
    def progress(self) -> Progress:
        """How far the reading has come."""
        return self._walk.progress

    @property
    def gaps(self) -> list[str]:
        """Places where rows may be missing, in words. Each was told in a ``KrakenWarning`` as well."""
        return list(self._walk.seen.gaps)

    def _take(self, answer: A) -> None:
        told = len(self._walk.seen.gaps)
        self._ready.extend(self._walk.take(answer))
        for gap in self._walk.seen.gaps[told:]:
            label = self._walk.start.route.label
            warnings.warn(f"Rows of {label} may be missing: {gap}.", KrakenWarning, stacklevel=3)
        if self._tell is not None:
            self._tell(self.progress)

    def __repr__(self) -> str:
        name = type(self._walk.start).__name__
        return f"{type(self).__name__}({name}, pages={self.progress.pages}, rows={self.progress.rows})"


class Pager(Reading[A, Row]):
    """The rows of a listing, for ``for``; each comes once.

    A call that fails raises out of the loop and loses nothing: iterate again, and the reading goes on where it was.
    """

    def __init__(self, send: Callable[[Any], Any], request: PagedRequest[A, Row], **options: Any) -> None:
        super().__init__(request, **options)
        self._send = send

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Row:
        while not self._ready:
            if self._walk.request is None:
                raise StopIteration
            self._take(self._send(self._walk.request))
        return self._ready.popleft()

    def by_page(self) -> Iterator[A]:
        """The answers themselves, as the exchange sent them: neighbours may overlap by some rows."""
        while self._walk.request is not None:
            answer = self._send(self._walk.request)
            self._take(answer)
            self._ready.clear()
            yield answer


class AsyncPager(Reading[A, Row]):
    """The rows of a listing, for ``async for``; see :class:`Pager`."""

    def __init__(self, send: Callable[[Any], Awaitable[Any]], request: PagedRequest[A, Row], **options: Any) -> None:
        super().__init__(request, **options)
        self._send = send

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Row:
        while not self._ready:
            if self._walk.request is None:
                raise StopAsyncIteration
            self._take(await self._send(self._walk.request))
        return self._ready.popleft()

    async def by_page(self) -> AsyncIterator[A]:
        """The answers themselves, as the exchange sent them: neighbours may overlap by some rows."""
        while self._walk.request is not None:
            answer = await self._send(self._walk.request)
            self._take(answer)
            self._ready.clear()
            yield answer
