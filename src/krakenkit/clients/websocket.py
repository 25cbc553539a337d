"""The stream client: one object for the exchange's sockets, on an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, TypedDict, TypeVar, Unpack, overload
from urllib.parse import urlsplit

from krakenkit._core.backoff import ReconnectPolicy
from krakenkit._core.limits import AttemptBudget
from krakenkit.books.guard import BookGuard
from krakenkit.clients.connection import SocketConnection
from krakenkit.clients.events import Emitter
from krakenkit.clients.evidence_folder import EvidenceFolder
from krakenkit.clients.families import family_of
from krakenkit.clients.line import Token
from krakenkit.clients.live_book import LiveBook
from krakenkit.clients.metrics import ConnectionMetrics
from krakenkit.clients.shards import shards_needed, spread
from krakenkit.clients.subscription import OverflowPolicy, Subscription
from krakenkit.clients.topics import TopicRequest, channels_from, check_place
from krakenkit.errors import SettingsError
from krakenkit.protocol.dialect import Timing
from krakenkit.protocol.liveness import Patience
from krakenkit.signing.credentials import Credentials
from krakenkit.transport.sockets import SocketOptions
from krakenkit.wire.channel import Channel, Topic
from krakenkit.wire.environment import LIVE, Environment, WsKey
from krakenkit.wire.lifecycle import warn_once

if TYPE_CHECKING:
    from krakenkit.clients.spot import AsyncSpotClient

T = TypeVar("T")
_budgets: dict[str, AttemptBudget] = {}


class StreamOptions(TypedDict, total=False):
    """The options of :class:`AsyncWebsocketClient` by name, for those who pass them on."""

    environment: Environment
    proxy: str | None
    timing: Timing | None
    reconnect: ReconnectPolicy | None
    attempts: AttemptBudget | None
    queue_size: int
    subscribe_timeout: float
    patience: Patience | None
    measured: bool
    evidence: Path | str | None
    dial_timeout: float
    user_agent: str


def budget_of(url: str) -> AttemptBudget:
    """The budget of connection attempts to this host, one for the whole process."""
    return _budgets.setdefault(urlsplit(url).netloc, AttemptBudget())


async def _all(work: Iterable[Coroutine[Any, Any, object]]) -> None:
    """Wait for all of it, so that nothing runs on unowned; then the first error is raised."""
    for answer in await asyncio.gather(*work, return_exceptions=True):
        if isinstance(answer, BaseException):
            raise answer


class AsyncWebsocketClient:
    """Streams of market and account data, kept in step through anything.

    It connects by itself with the first subscription, and again after every drop; what was subscribed is subscribed
    again, with a fresh token where one is needed. Streams carry a ``Gap`` marker where something may be missing.

    Args:
        credentials: the key for private channels; public ones need none.
        environment: where the exchange is.
        proxy: ``http://``, ``https://`` or ``socks5://`` url, for sockets and for the token call.
        timing: the rhythm of pings and time-outs.
        reconnect: when to dial again.
        attempts: how often it may dial, instead of the budget that all clients of the process share for each host.
        queue_size: rows that wait to be read, for each subscription.
        subscribe_timeout: seconds until a subscription that is not confirmed is given up.
        patience: when a subscription on a living line is too quiet and is taken up anew.
        measured: count and time everything; see :meth:`metrics`.
        evidence: a folder for what is known about each failed check of a book, replayable with ``krakenkit replay``.
        dial_timeout: seconds for opening a socket.
    """

    def __init__(
        self,
        credentials: Credentials | None = None,
        *,
        environment: Environment = LIVE,
        proxy: str | None = None,
        timing: Timing | None = None,
        reconnect: ReconnectPolicy | None = None,
        attempts: AttemptBudget | None = None,
        queue_size: int = 10_000,
        subscribe_timeout: float = 30.0,
        patience: Patience | None = None,
        measured: bool = False,
        evidence: Path | str | None = None,
        dial_timeout: float = 10.0,
        user_agent: str = "krakenkit",
    ) -> None:
        self.credentials = credentials
        self.environment = environment
        self.timing = timing or Timing()
        self.reconnect = reconnect or ReconnectPolicy()
        self.attempts = attempts
        self.queue_size = queue_size
        self.subscribe_timeout = subscribe_timeout
        self.patience = patience or Patience()
        self.measured = measured
        self._evidence = EvidenceFolder(evidence) if evidence is not None else None
        self._proxy = proxy
        self._options = SocketOptions(timeout=dial_timeout, proxy=proxy, user_agent=user_agent)
        self._connections: dict[tuple[WsKey, int], SocketConnection] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closings: set[asyncio.Task[None]] = set()
        self._leaving = 0
        self._rest: AsyncSpotClient | None = None
        self._events = Emitter(self._spawn)
        self.on = self._events.on

    @classmethod
    def from_env(cls, **options: Unpack[StreamOptions]) -> Self:
        """A client with the key from the environment variables; see ``Credentials.from_env``."""
        return cls(Credentials.from_env(), **options)

    # --- subscribing --------------------------------------------------------------------------------------------------

    @overload
    def subscribe(
        self,
        request: Channel[T],
        ws_key: WsKey | None = None,
        *,
        overflow: OverflowPolicy = "drop_oldest",
        connections: int = 1,
    ) -> Subscription[T]: ...
    @overload
    def subscribe(self, request: TopicRequest | Sequence[TopicRequest], ws_key: WsKey) -> Coroutine[Any, Any, None]: ...
    def subscribe(
        self,
        request: Channel[T] | TopicRequest | Sequence[TopicRequest],
        ws_key: WsKey | None = None,
        *,
        overflow: OverflowPolicy = "drop_oldest",
        connections: int = 1,
    ) -> Subscription[T] | Coroutine[Any, Any, None]:
        """Subscribe a channel, or topics as the JavaScript SDK names them.

        A channel gives a :class:`Subscription` to iterate; it begins at once, and awaiting it waits for the exchange's
        yes. With ``connections`` its symbols are spread over several sockets.

        A topic name, ``{"topic", "payload"}`` or a list of both needs a ``ws_key``; its rows arrive as ``message``
        events, and awaiting it waits for the exchange's answers.

        Raises:
            SettingsError: for an unknown topic, a connection that does not have it, or a private one without a key.
        """
        if isinstance(request, Channel):
            return self._open(request, ws_key, overflow, connections)
        if ws_key is None:
            raise SettingsError("Topics by name need the connection: subscribe(request, WsKey.SPOT_PUBLIC_V2).")
        channels = list(channels_from(request, ws_key))
        return self._subscribe_topics(channels, ws_key)

    def _open(
        self, channel: Channel[T], ws_key: WsKey | None, overflow: OverflowPolicy, connections: int
    ) -> Subscription[T]:
        key = self._place(channel, ws_key)
        if overflow == "latest" and not family_of(key).traits_of(channel.topic).kept:
            raise SettingsError(f"{channel.topic} cannot be read with overflow='latest': each of its rows counts.")
        subscription = Subscription[T](channel, key, policy=overflow, **self._reading())
        self._spread(subscription, key, connections)
        return subscription

    def _reading(self) -> dict[str, Any]:
        """What every subscription needs to know."""
        return {
            "limit": self.queue_size,
            "leave": self._leave,
            "flow": self._hold,
            "timeout": self.subscribe_timeout,
        }

    def _spread(self, subscription: Subscription[Any], key: WsKey, connections: int) -> None:
        """Give the subscription's topics to as many connections as asked for, or as they need."""
        topics = list(subscription.topics.values())
        limit = family_of(key).traits_of(subscription.channel.topic).symbols_per_connection
        shards = shards_needed(len(topics), connections=connections, limit=limit)
        try:
            for shard, part in enumerate(spread(topics, shards)):
                self._connection(key, shard).add(subscription, part)
        except BaseException:
            subscription.close()  # the shards before may have taken their part
            raise

    def _leave(self, subscription: Subscription[Any]) -> None:
        for connection in list(self._connections.values()):
            connection.remove(subscription)

    def _hold(self, subscription: Subscription[Any], holding: bool) -> None:
        for connection in self._connections.values():
            connection.hold(subscription, holding)

    async def _subscribe_topics(self, channels: Iterable[Channel[Any]], ws_key: WsKey) -> None:
        connection = self._connection(ws_key)
        await _all([connection.add_silent(channel).ready() for channel in channels])

    async def unsubscribe(self, request: TopicRequest | Sequence[TopicRequest], ws_key: WsKey) -> None:
        """Unsubscribe topics that were subscribed by name; typed subscriptions are closed by their own ``close``."""
        connection = self._connection(ws_key)
        for channel in channels_from(request, ws_key):
            connection.remove_silent(channel)

    def book(
        self, symbol: str | list[str], depth: int = 10, *, level: Literal[2, 3] = 2, ws_key: WsKey | None = None
    ) -> LiveBook:
        """A live book of one or several symbols, proven with every message: by checksum, for Futures by sequence.

        Level 2 of Spot v2, unless ``ws_key`` names another connection. Level 3 knows each order's place in the queue, and
        needs a key.

        ::

            async with ws.book("BTC/USD", depth=10) as book:
                async for view in book: ...
        """
        place = ws_key or (WsKey.SPOT_PUBLIC_V2 if level == 2 else WsKey.SPOT_L3_V2)
        family = family_of(place)
        if family.book is None or (level == 3) is not (place in (WsKey.SPOT_L3_V2, WsKey.UNIFIED_L3)):
            raise SettingsError(f"{place.name} has no live book of level {level}.")
        channel = family.book(symbol, depth)
        key = self._place(channel, place)
        book = LiveBook(channel, key, policy="drop_oldest", look=self._look(key), **self._reading())
        self._spread(book, key, 1)
        return book

    def _look(self, key: WsKey) -> Callable[[Topic], BookGuard | None]:
        """What finds the guarded book of a topic, on whichever connection it is."""

        def look(topic: Topic) -> BookGuard | None:
            found = (connection.feeds.guard_of(topic) for connection in self._shards(key))
            return next((guard for guard in found if guard is not None), None)

        return look

    def _place(self, channel: Channel[Any], ws_key: WsKey | None) -> WsKey:
        key = ws_key or channel.ws_key
        check_place(channel, key)
        if key.private and self.credentials is None:
            raise SettingsError(
                f"{channel.topic} is private: pass credentials=Credentials(key, secret), or use from_env()."
            )
        return key

    # --- connections --------------------------------------------------------------------------------------------------

    async def connect(self, ws_key: WsKey, *, timeout: float = 30.0) -> None:
        """Open a connection before anything is subscribed.

        Raises:
            TransportError: when it does not open in time.
        """
        connection = self._connection(ws_key)
        connection.connect()
        await connection.line.ready(timeout)

    async def connect_all(self) -> None:
        """Open the public connection, and the private one where there is a key."""
        keys = [WsKey.SPOT_PUBLIC_V2] + ([WsKey.SPOT_PRIVATE_V2] if self.credentials is not None else [])
        await _all(self.connect(key) for key in keys)

    def is_connected(self, ws_key: WsKey) -> bool:
        """Whether the socket of this connection is up now."""
        shards = self._shards(ws_key)
        return bool(shards) and all(connection.line.is_connected for connection in shards)

    def _shards(self, ws_key: WsKey) -> list[SocketConnection]:
        return [connection for (key, _), connection in self._connections.items() if key is ws_key]

    def metrics(self, ws_key: WsKey) -> ConnectionMetrics:
        """Counts and latencies of a connection, of a client made with ``measured=True``.

        Raises:
            SettingsError: when nothing is measured.
        """
        shards = self._shards(ws_key)
        metrics = shards[0].metrics if shards else None
        if metrics is None:
            raise SettingsError(
                f"Nothing is measured on {ws_key.name}: make the client with measured=True and connect."
            )
        return metrics

    async def close(self, ws_key: WsKey | None = None) -> None:
        """Close one connection, or all of them; their streams end, within a second. May be called twice, and by many."""
        self._leaving += ws_key is None
        try:
            for key in [key for key in self._connections if ws_key in (None, key[0])]:
                closing = asyncio.create_task(self._connections.pop(key).close())
                self._closings.add(closing)
                closing.add_done_callback(self._closings.discard)
            if closings := list(self._closings):
                await asyncio.wait(closings)  # which leaves them to their end when this is cancelled
            for closing in closings:
                closing.result()
        finally:
            if not self._connections:
                await self._let_go()
            self._leaving -= ws_key is None

    async def close_all(self) -> None:
        """Close all connections; their streams end."""
        await self.close()

    async def _let_go(self) -> None:
        if self._rest is not None:
            rest, self._rest = self._rest, None
            await rest.close()
        current = asyncio.current_task()
        waiting = [task for task in self._tasks if task is not current]
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    def connection(self, ws_key: WsKey) -> SocketConnection:
        """The connection itself, for those who build on it.

        Raises:
            SettingsError: for a private one without a key.
        """
        return self._connection(ws_key)

    def _connection(self, key: WsKey, shard: int = 0) -> SocketConnection:
        if key.private and self.credentials is None:
            raise SettingsError(f"{key.name} is private: pass credentials=Credentials(key, secret), or use from_env().")
        if (key, shard) not in self._connections:
            if self._leaving:
                raise SettingsError(f"{key.name} is not opened: the client is being closed.")
            if (ends := family_of(key).lifecycle) is not None:
                warn_once(ends, datetime.now(UTC).date())
            url = self.environment.socket(key)
            self._connections[key, shard] = SocketConnection(
                key,
                url,
                events=self._events,
                options=self._options,
                timing=self.timing,
                policy=self.reconnect,
                budget=self.attempts or budget_of(url),
                credentials=self.credentials,
                fetch_token=self._fetch_token,
                subscribe_timeout=self.subscribe_timeout,
                patience=self.patience,
                measured=self.measured,
                evidence=self._evidence,
            )
        return self._connections[key, shard]

    async def _fetch_token(self) -> Token:
        if self._rest is None:
            # Late: public streams need no REST, and it is a fifth of the time and a quarter of the memory of the import.
            from krakenkit.clients.spot import AsyncSpotClient

            self._rest = AsyncSpotClient(self.credentials, environment=self.environment, proxy=self._proxy)
        answer = await self._rest.get_web_sockets_token()
        return Token(answer.token, float(answer.expires))

    def _spawn(self, work: Awaitable[Any]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.environment.name!r}, {self.credentials!r})"
