"""The two faces of a REST client: drivers for the one flow of a call, a few lines each."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from krakenkit.clients.call import AsyncFace, BlockingFace
from krakenkit.errors import TransportError
from krakenkit.protocol.answers import Answer
from krakenkit.protocol.http import HttpReply, HttpRequest
from krakenkit.protocol.limit_engine import Tier
from krakenkit.protocol.limit_lanes import PublicPace
from krakenkit.protocol.limits import ClientLimits, LimitMode
from krakenkit.protocol.prepare import Sender
from krakenkit.protocol.rest import Flow, Pause, RetryPolicy, exchange
from krakenkit.signing.credentials import Credentials
from krakenkit.transport.http import AsyncHttp, BlockingHttp, HttpOptions
from krakenkit.wire.environment import LIVE, Environment
from krakenkit.wire.lifecycle import check_lifecycle
from krakenkit.wire.raw import raw_request
from krakenkit.wire.request import Request

if TYPE_CHECKING:
    from krakenkit.clients.pages import AsyncPager, PagedRequest, Pager
    from krakenkit.protocol.paging import Progress

R = TypeVar("R")
Row = TypeVar("Row")
log = logging.getLogger("krakenkit.rest")


class BlockingTransport(Protocol):
    """What sends bytes and waits; ``transport=`` takes any object of this shape."""

    def send(self, request: HttpRequest) -> HttpReply: ...
    def close(self) -> None: ...


class AsyncTransport(Protocol):
    """What sends bytes on an event loop; ``transport=`` takes any object of this shape."""

    async def send(self, request: HttpRequest) -> HttpReply: ...
    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Notice:
    """A ``W…`` entry that came with an answer: the call worked, and the exchange has something to say."""

    request: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientOptions:
    """What both faces of a client take. Times in seconds."""

    environment: Environment = LIVE
    timeout: float = 10.0
    """For a whole call, from connecting to the last byte of the answer."""
    connect_timeout: float = 5.0
    proxy: str | None = None
    """``http://``, ``https://`` or ``socks5://`` url, with user and password where needed."""
    user_agent: str | None = None
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    on_warning: Callable[[Notice], None] | None = None
    """Called with the warnings that ride along with an answer; they are logged in any case."""
    access_token: str | None = field(default=None, repr=False)
    """For the OAuth endpoints only."""
    limits: LimitMode | None = None
    """What happens to a call that the exchange would refuse for now: ``wait`` pauses it, orders included, ``raise``
    raises ``RateLimited`` unsent, ``off`` sends it all the same. Left out: ``wait``, and ``off`` on this machine."""
    tier: Tier | None = None
    """The account's verification tier, which sets its limits; ``intermediate`` when no client of the key says."""
    public_pace: PublicPace | None = None
    """How fast public Spot calls go from this process, for all its clients."""

    def http(self) -> HttpOptions:
        """The part that concerns the transport."""
        options = HttpOptions(timeout=self.timeout, connect_timeout=self.connect_timeout, proxy=self.proxy)
        return replace(options, user_agent=self.user_agent) if self.user_agent else options


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
        environment: where the exchange is; ``LIVE`` when left out.
        timeout, connect_timeout, proxy, user_agent, retry, on_warning: see :class:`ClientOptions`.
        limits, tier, public_pace: how the client keeps to the exchange's limits; see :class:`ClientOptions`.
        transport: another way to send bytes, for tests and recordings.
    """

    def __init__(
        self,
        credentials: Credentials | None = None,
        *,
        environment: Environment = LIVE,
        timeout: float = 10.0,
        connect_timeout: float = 5.0,
        proxy: str | None = None,
        user_agent: str | None = None,
        retry: RetryPolicy | None = None,
        on_warning: Callable[[Notice], None] | None = None,
        access_token: str | None = None,
        limits: LimitMode | None = None,
        tier: Tier | None = None,
        public_pace: PublicPace | None = None,
        transport: BlockingTransport | None = None,
    ) -> None:
        options = ClientOptions(
            environment=environment,
            timeout=timeout,
            connect_timeout=connect_timeout,
            proxy=proxy,
            user_agent=user_agent,
            retry=retry or RetryPolicy(),
            on_warning=on_warning,
            access_token=access_token,
            limits=limits,
            tier=tier,
            public_pace=public_pace,
        )
        super().__init__(credentials, options)
        self._http: BlockingTransport = transport or BlockingHttp(options.http())

    @classmethod
    def from_env(cls, **options: Any) -> Self:
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
        environment: Environment = LIVE,
        timeout: float = 10.0,
        connect_timeout: float = 5.0,
        proxy: str | None = None,
        user_agent: str | None = None,
        retry: RetryPolicy | None = None,
        on_warning: Callable[[Notice], None] | None = None,
        access_token: str | None = None,
        limits: LimitMode | None = None,
        tier: Tier | None = None,
        public_pace: PublicPace | None = None,
        transport: AsyncTransport | None = None,
    ) -> None:
        options = ClientOptions(
            environment=environment,
            timeout=timeout,
            connect_timeout=connect_timeout,
            proxy=proxy,
            user_agent=user_agent,
            retry=retry or RetryPolicy(),
            on_warning=on_warning,
            access_token=access_token,
            limits=limits,
            tier=tier,
            public_pace=public_pace,
        )
        super().__init__(credentials, options)
        self._http: AsyncTransport = transport or AsyncHttp(options.http())

    @classmethod
    def from_env(cls, **options: Any) -> Self:
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
