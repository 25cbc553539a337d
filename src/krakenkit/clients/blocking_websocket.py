"""The stream clients for blocking code: the async ones on a loop thread of their own, read with ``for``."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from decimal import Decimal
from types import TracebackType
from typing import Any, ClassVar, Generic, Literal, ParamSpec, Self, TypeVar, Unpack, overload

from krakenkit.books.view import BookView
from krakenkit.clients.call import BlockingFace
from krakenkit.clients.events import Gap
from krakenkit.clients.live_book import LiveBook
from krakenkit.clients.subscription import OverflowPolicy, Subscription
from krakenkit.clients.topics import TopicRequest
from krakenkit.clients.trading_socket import AsyncWebsocketAPIClient, TradingCommands
from krakenkit.clients.websocket import AsyncWebsocketClient, StreamOptions
from krakenkit.errors import SettingsError
from krakenkit.signing.credentials import Credentials
from krakenkit.transport.portal import LoopThread
from krakenkit.wire.channel import Channel
from krakenkit.wire.command import Command
from krakenkit.wire.environment import WsKey

T = TypeVar("T")
C = TypeVar("C")
R = TypeVar("R")
P = ParamSpec("P")


class BlockingSubscription(Generic[T]):
    """Iterate it with ``for``: rows of the channel, and a ``Gap`` where something may be missing.

    Entering it with ``with`` waits until the exchange confirmed it; see :class:`Subscription`. Several threads may read
    it: each item goes to one of them.
    """

    _most: ClassVar = 256
    """Items that are fetched from the streams' thread at once."""

    def __init__(self, subscription: Subscription[T], thread: LoopThread) -> None:
        self._inner = subscription
        self._thread = thread
        self._ready: deque[T | Gap] = deque()

    @property
    def lag(self) -> int:
        """Rows that wait to be read."""
        return len(self._ready) + self._inner.lag

    @property
    def dropped(self) -> int:
        """Rows thrown away because the queue was full."""
        return self._inner.dropped

    @property
    def gaps(self) -> int:
        """How often something may have been missed."""
        return self._inner.gaps

    @property
    def refused(self) -> dict[str, str]:
        """Why the exchange refused a topic, by its name."""
        return dict(self._inner.refused)

    def ready(self) -> Self:
        """Wait until every symbol is confirmed or refused; raises as :meth:`Subscription.ready` does."""
        self._thread.call(self._inner.ready)
        return self

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> T | Gap:
        while True:
            with suppress(IndexError):  # another thread may have been quicker
                return self._ready.popleft()
            if not self._more():
                raise StopIteration

    def _more(self) -> bool:
        """Wait for what comes next; False once the stream or the client is closed, also while this call waits."""
        try:
            return self._thread.running and self._thread.call(self._fill)
        except SettingsError:
            if self._thread.running:
                raise
            return False

    async def _fill(self) -> bool:
        """Take what there is. Done on the loop's side, so that an interrupted call loses nothing of it."""
        items = await self._inner.batch(self._most)
        self._ready.extend(items)
        return bool(items)

    def rows(self) -> Iterator[T]:
        """Only the rows, without gap markers; ``gaps`` and ``dropped`` still count them."""
        for item in self:
            if not isinstance(item, Gap):
                yield item

    def close(self) -> None:
        """Unsubscribe and end the iteration; may be called twice."""
        _unless_closed(self._thread, _awaited(self._inner.close))

    def __enter__(self) -> Self:
        try:
            return self.ready()
        except BaseException:
            self.close()  # __exit__ is not called after this
            raise

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class BlockingLiveBook(BlockingSubscription[BookView]):
    """A live book read with ``for``; see :class:`LiveBook`. A view is looked up when it is asked for, so it is fresh."""

    _most: ClassVar = 1

    def __init__(self, book: LiveBook, thread: LoopThread) -> None:
        super().__init__(book, thread)
        self._book = book

    def is_synced(self, symbol: str | None = None) -> bool:
        """Whether the book is proven now."""
        return self._thread.call(_awaited(self._book.is_synced), symbol)

    def why(self, symbol: str | None = None) -> str:
        """Why the book is withheld; empty while it is proven."""
        return self._thread.call(_awaited(self._book.why), symbol)

    def synced(self, symbol: str | None = None) -> BookView:
        """Wait until the book is proven, and give it."""
        return self._thread.call(self._book.synced, symbol)

    def view(self, symbol: str | None = None) -> BookView:
        """The book as it is now; raises ``StreamError`` while it is withheld."""
        return self._thread.call(_awaited(self._book.view), symbol)

    def checks(self, symbol: str | None = None) -> tuple[int, int]:
        """How many messages were proven, and how many checks failed."""
        return self._thread.call(_awaited(self._book.checks), symbol)

    def queue_position(self, order_id: str, symbol: str | None = None) -> int | None:
        """How many orders of its price stand before an order; level 3 only."""
        return self._thread.call(_awaited(self._book.queue_position), order_id, symbol)

    def volume_ahead(self, order_id: str, symbol: str | None = None) -> Decimal | None:
        """The quantity of its price that stands before an order; level 3 only."""
        return self._thread.call(_awaited(self._book.volume_ahead), order_id, symbol)


def _unless_closed(thread: LoopThread, end: Callable[P, Awaitable[None]], *args: P.args, **kwargs: P.kwargs) -> None:
    """Run what ends something, unless all has ended already, perhaps by another thread and while this call waits."""
    try:
        if thread.running:
            thread.call(end, *args, **kwargs)
    except SettingsError:
        if thread.running:
            raise


def _awaited(look: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """A plain call, made on the streams' thread, where nothing moves meanwhile."""

    async def call(*args: P.args, **kwargs: P.kwargs) -> R:
        return look(*args, **kwargs)

    return call


class WebsocketClient:
    """Streams for blocking code: the same methods and options as :class:`AsyncWebsocketClient`.

    Callbacks given to ``on`` run on the streams' thread; they must not call back into this client's blocking methods.
    """

    def __init__(self, credentials: Credentials | None = None, **options: Unpack[StreamOptions]) -> None:
        self._inner = AsyncWebsocketClient(credentials, **options)
        self._thread = LoopThread()
        self.on = self._inner.on

    @classmethod
    def from_env(cls, **options: Unpack[StreamOptions]) -> Self:
        """A client with the key from the environment variables; see ``Credentials.from_env``."""
        return cls(Credentials.from_env(), **options)

    @overload
    def subscribe(
        self,
        request: Channel[T],
        ws_key: WsKey | None = None,
        *,
        overflow: OverflowPolicy = "drop_oldest",
        connections: int = 1,
    ) -> BlockingSubscription[T]: ...
    @overload
    def subscribe(self, request: TopicRequest | Sequence[TopicRequest], ws_key: WsKey) -> None: ...
    def subscribe(
        self,
        request: Channel[T] | TopicRequest | Sequence[TopicRequest],
        ws_key: WsKey | None = None,
        *,
        overflow: OverflowPolicy = "drop_oldest",
        connections: int = 1,
    ) -> BlockingSubscription[T] | None:
        """Subscribe a channel, or topics as the JavaScript SDK names them; see :class:`AsyncWebsocketClient`."""
        if isinstance(request, Channel):
            opened = self._thread.call(self._open, request, ws_key, overflow, connections)
            return BlockingSubscription(opened, self._thread)
        self._thread.call(self._subscribe_topics, request, ws_key)
        return None

    async def _open(
        self, channel: Channel[T], ws_key: WsKey | None, overflow: OverflowPolicy, connections: int
    ) -> Subscription[T]:
        return self._inner.subscribe(channel, ws_key, overflow=overflow, connections=connections)

    async def _subscribe_topics(self, request: Any, ws_key: Any) -> None:
        await self._inner.subscribe(request, ws_key)

    def unsubscribe(self, request: TopicRequest | Sequence[TopicRequest], ws_key: WsKey) -> None:
        """Unsubscribe topics that were subscribed by name."""
        self._thread.call(self._inner.unsubscribe, request, ws_key)

    def book(
        self, symbol: str | list[str], depth: int = 10, *, level: Literal[2, 3] = 2, ws_key: WsKey | None = None
    ) -> BlockingLiveBook:
        """A live book of one or several symbols, proven with every message; see :meth:`AsyncWebsocketClient.book`."""
        opened = self._thread.call(_awaited(self._inner.book), symbol, depth, level=level, ws_key=ws_key)
        return BlockingLiveBook(opened, self._thread)

    def connect(self, ws_key: WsKey, *, timeout: float = 30.0) -> None:
        """Open a connection before anything is subscribed."""
        self._thread.call(self._connect, ws_key, timeout)

    async def _connect(self, ws_key: WsKey, timeout: float) -> None:
        await self._inner.connect(ws_key, timeout=timeout)

    def connect_all(self) -> None:
        """Open the public connection, and the private one where there is a key."""
        self._thread.call(self._inner.connect_all)

    def is_connected(self, ws_key: WsKey) -> bool:
        """Whether the socket of this connection is up now."""
        return self._inner.is_connected(ws_key)

    def close(self, ws_key: WsKey | None = None) -> None:
        """Close one connection, or all of them and the thread behind them. May be called twice."""
        try:
            _unless_closed(self._thread, self._inner.close, ws_key)
        finally:
            if ws_key is None:
                self._thread.close()

    def close_all(self) -> None:
        """Close everything."""
        self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return repr(self._inner).removeprefix("Async")


class WebsocketAPIClient(TradingCommands, BlockingFace):
    """Orders over the private socket, blocking; see :class:`AsyncWebsocketAPIClient`. May be shared by threads."""

    def __init__(
        self,
        credentials: Credentials,
        *,
        ws_key: WsKey = WsKey.SPOT_PRIVATE_V2,
        reply_timeout: float = 10.0,
        open_timeout: float = 10.0,
        **options: Unpack[StreamOptions],
    ) -> None:
        self._inner = AsyncWebsocketAPIClient(
            credentials, ws_key=ws_key, reply_timeout=reply_timeout, open_timeout=open_timeout, **options
        )
        self._thread = LoopThread()

    @classmethod
    def from_env(cls, **options: Any) -> Self:
        """A client with the key from the environment variables; see ``Credentials.from_env``."""
        return cls(Credentials.from_env(), **options)

    def on(self, name: Any, callback: Callable[[Any], object]) -> Callable[[], None]:
        """Hear an event of the connection; see ``AsyncWebsocketClient.on``. It is called on the streams' thread."""
        return self._inner.get_ws_client().on(name, callback)

    def connect(self) -> None:
        """Open the connection ahead of the first order."""
        self._thread.call(self._inner.connect)

    def send(self, request: Command[C]) -> C:
        """Send any command once and return its answer; raises as :meth:`AsyncWebsocketAPIClient.send` does."""
        return self._thread.call(self._inner.send, request)

    def close(self) -> None:
        """Close the connection and the thread behind it; may be called twice."""
        try:
            _unless_closed(self._thread, self._inner.close)
        finally:
            self._thread.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return repr(self._inner).removeprefix("Async")
