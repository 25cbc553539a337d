"""The two faces of a REST client: drivers for the one flow of a call, a few lines each."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, Unpack

from krakenkit.clients.call import AsyncFace, BlockingFace
from krakenkit.clients.options import AsyncTransport, BlockingTransport, ClientOptions, Notice, Options, client_options
from krakenkit.errors import TransportError
from krakenkit.protocol.answers import Answer
from krakenkit.protocol.http import HttpReply, HttpRequest
from krakenkit.protocol.limits import ClientLimits
from krakenkit.protocol.prepare import Sender
from krakenkit.protocol.rest import Flow, Pause, exchange
from krakenkit.signing.credentials import Credentials
from krakenkit.transport.http import AsyncHttp, BlockingHttp
from krakenkit.wire.lifecycle import check_lifecycle
from krakenkit.wire.raw import raw_request
from krakenkit.wire.request import Request

if TYPE_CHECKING:
    from krakenkit.clients.pages import AsyncPager, PagedRequest, Pager
    from krakenkit.protocol.paging import Progress

R = TypeVar("R")
Row = TypeVar("Row")
log = logging.getLogger("krakenkit.rest")


class _Client:
    product = "spot"

    def __init__(self, credentials: Credentials | None, options: ClientOptions) -> None:
        self.options = options
        self.sender = Sender(options.environment, credentials, options.access_token)
        self.limits = ClientLimits(self.sender, mode=options.limits, tier=options.tier, public_pace=options.public_pace)
        """How this client keeps to the limits; ``limits.explain()`` tells what its calls wait for."""
        self._limits = None if self.limits.mode == "off" else self.limits

    def _flow(self, request: Request[R]) -> Flow[R]:
        ended = check_lifecycle(request.route, datetime.now(UTC).date()) if request.route.lifecycle else None
        policy = self.options.retry
        return exchange(request, self.sender, policy=policy, roll=random.random, limits=self._limits, ended=ended)

    def _unwrap(self, request: Request[R], answer: Answer[R]) -> R:
        if answer.warnings:
            notice = Notice(request.route.label, answer.warnings)
            log.warning("%s was answered with warnings: %s", notice.request, ", ".join(notice.codes))
            if self.options.on_warning is not None:
                self.options.on_warning(notice)
        return answer.value

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.options.environment.name!r}, {self.sender.credentials!r})"


class BlockingClient(_Client, BlockingFace):
    """A REST client whose calls return answers. Safe to share between threads.

    Args:
        credentials: the key for private calls; public calls need none.
        transport: another way to send bytes, for tests and recordings.
        options: ``environment``, ``timeout``, ``proxy``, ``retry``, ``limits`` and more; see :class:`ClientOptions`.
    """

    def __init__(
        self,
        credentials: Credentials | None = None,
        *,
        transport: BlockingTransport | None = None,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(credentials, client_options(options))
        self._http: BlockingTransport = transport or BlockingHttp(self.options.http())

    @classmethod
    def from_env(cls, **options: Unpack[Options]) -> Self:
        """A client with the key from the environment variables; see ``Credentials.from_env``."""
        return cls(Credentials.from_env(product=cls.product), **options)

    def send(self, request: Request[R]) -> R:
        """Send any request, also one of a class of your own, and return its answer."""
        return self._unwrap(request, drive(self._flow(request), self._http.send))

    def request(self, method: str, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """Call any path of the exchange; the answer is plain JSON data with fractions as ``Decimal``.

        Paths under ``/0/private`` are signed. A ``GET`` is tried again on trouble, everything else is sent once.
        """
        return self.send(raw_request(method, path, params or {}))

    def pages(
        self,
        request: PagedRequest[R, Row],
        *,
        progress: Callable[[Progress], object] | None = None,
        limit: int | None = None,
    ) -> Pager[R, Row]:
        """Every row of a listing once, page by page as the loop asks for them; rows keyed by id come as ``Entry``.

        ::

            for id, trade in spot.pages(GetTradesHistory(start=1700000000)): ...

        Args:
            request: the listing; what it says about filters and page length is kept.
            progress: called after each page with how far the reading has come.
            limit: most rows to read.

        Raises:
            SettingsError: when the endpoint does not page.
        """
        from krakenkit.clients.pages import Pager

        return Pager(self.send, request, progress=progress, limit=limit)

    def close(self) -> None:
        """Close the connections; may be called twice."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class AsyncClient(_Client, AsyncFace):
    """A REST client whose calls are awaited. Its parameters are those of :class:`BlockingClient`."""

    def __init__(
        self,
        credentials: Credentials | None = None,
        *,
        transport: AsyncTransport | None = None,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(credentials, client_options(options))
        self._http: AsyncTransport = transport or AsyncHttp(self.options.http())

    @classmethod
    def from_env(cls, **options: Unpack[Options]) -> Self:
        """A client with the key from the environment variables; see ``Credentials.from_env``."""
        return cls(Credentials.from_env(product=cls.product), **options)

    async def send(self, request: Request[R]) -> R:
        """Send any request, also one of a class of your own, and return its answer."""
        return self._unwrap(request, await drive_async(self._flow(request), self._http.send))

    async def request(self, method: str, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """Call any path of the exchange; see :meth:`BlockingClient.request`."""
        return await self.send(raw_request(method, path, params or {}))

    def pages(
        self,
        request: PagedRequest[R, Row],
        *,
        progress: Callable[[Progress], object] | None = None,
        limit: int | None = None,
    ) -> AsyncPager[R, Row]:
        """Every row of a listing once, for ``async for``; see :meth:`BlockingClient.pages`."""
        from krakenkit.clients.pages import AsyncPager

        return AsyncPager(self.send, request, progress=progress, limit=limit)

    async def close(self) -> None:
        """Close the connections; may be called twice."""
        await self._http.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()


def drive(flow: Flow[R], send: Callable[[HttpRequest], HttpReply]) -> Answer[R]:
    """Run a call to its end with blocking I/O."""
    try:
        step = next(flow)
        while True:
            if isinstance(step, Pause):
                log.info("waiting %.1f s: %s", step.seconds, step.reason)
                time.sleep(step.seconds)
                step = next(flow)
                continue
            try:
                reply = send(step)
            except TransportError as error:
                step = flow.throw(error)
            else:
                step = flow.send(reply)
    except StopIteration as done:
        answer: Answer[R] = done.value
        return answer
    finally:
        flow.close()  # a call that is given up leaves the line


async def drive_async(flow: Flow[R], send: Callable[[HttpRequest], Any]) -> Answer[R]:
    """Run a call to its end on an event loop."""
    import asyncio  # a blocking program never pays for it

    try:
        step = next(flow)
        while True:
            if isinstance(step, Pause):
                log.info("waiting %.1f s: %s", step.seconds, step.reason)
                await asyncio.sleep(step.seconds)
                step = next(flow)
                continue
            try:
                reply: HttpReply = await send(step)
            except TransportError as error:
                step = flow.throw(error)
            else:
                step = flow.send(reply)
    except StopIteration as done:
        answer: Answer[R] = done.value
        return answer
    finally:
        flow.close()  # a call that is given up leaves the line
