"""What a subscriber holds: a bounded queue with a stated policy, read by iteration."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Generator
from dataclasses import replace
from types import TracebackType
from typing import Any, Generic, Literal, Self, TypeAlias, TypeVar

from krakenkit.clients.events import Gap
from krakenkit.errors import KrakenError, StreamError, SubscriptionRefused
from krakenkit.wire.channel import Channel, Identity, Topic
from krakenkit.wire.environment import WsKey

T = TypeVar("T")

OverflowPolicy: TypeAlias = Literal["drop_oldest", "wait", "latest"]
"""What happens to rows that wait to be read.

``drop_oldest``: a full queue throws the oldest away and says how many. ``wait``: a full queue stops the reading of its
connection until there is room; account channels always do this, since a fill is never thrown away. ``latest``: only the
newest row of each symbol waits, for channels whose rows are whole pictures.
"""


class Subscription(Generic[T]):
    """Iterate it with ``async for``: rows of the channel, and a :class:`Gap` where something may be missing.

    ``await`` it, or enter it with ``async with``, to know that the exchange confirmed it. Symbols that were refused are
    in ``refused``; when all were, ``SubscriptionRefused`` is raised.
    """

    def __init__(
        self,
        channel: Channel[T],
        ws_key: WsKey,
        *,
        limit: int,
        policy: OverflowPolicy,
        leave: Callable[[Subscription[Any]], None],
        flow: Callable[[Subscription[Any], bool], None],
        timeout: float,
    ) -> None:
        self.channel = channel
        self.ws_key = ws_key
        self.topics: dict[Identity, Topic] = {topic.identity: topic for topic in channel.topics()}
        self.limit = limit
        self.policy: OverflowPolicy = policy
        self.refused: dict[str, str] = {}
        """Why the exchange refused a topic, by its name."""
        self.dropped = 0
        """Rows thrown away because the queue was full."""
        self.conflated = 0
        """Rows replaced by a newer one of their symbol before they were read, with ``overflow="latest"``."""
        self.gaps = 0
        """How often something may have been missed."""
        self.closed = False
        self._leave = leave
        self._flow = flow
        self._timeout = timeout
        self._queue: deque[T | Gap] = deque()
        self._newest: dict[Any, T] = {}
        self._overflow = 0
        self._pushed_out: Gap | None = None
        self._holding = False
        self._unconfirmed = set(self.topics)
        self._settled = asyncio.Event()
        self._waiters: list[asyncio.Future[None]] = []
        self._error: KrakenError | None = None

    # --- for the one who reads ----------------------------------------------------------------------------------------

    @property
    def lag(self) -> int:
        """Rows that wait to be read."""
        return len(self._queue)

    @property
    def confirmed(self) -> bool:
        """Whether every symbol that was not refused is live now."""
        return not self._unconfirmed and not self.closed

    async def ready(self) -> Self:
        """Wait until every symbol is confirmed or refused.

        Raises:
            SubscriptionRefused: when all of them were refused.
            StreamError: when the exchange did not answer in time; the subscription is given up.
        """
        try:
            async with asyncio.timeout(self._timeout):
                await self._settled.wait()
        except TimeoutError:
            self.close()
            raise StreamError(
                f"{self.channel.topic} was not confirmed within {self._timeout:g} s and is given up. "
                "Next: see whether the exchange can be reached, or give a longer subscribe_timeout."
            ) from None
        if self._error is not None:
            raise self._error
        return self

    def __await__(self) -> Generator[Any, None, Self]:
        return self.ready().__await__()

    async def __aenter__(self) -> Self:
        try:
            return await self.ready()
        except BaseException:
            self.close()  # __aexit__ is not called after this
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T | Gap:
        while True:
            if self._overflow or self._pushed_out is not None:
                return self._overflow_marker()
            if self._queue:
                if (item := self._take()) is not None:
                    return item
                continue
            if self._error is not None:
                raise self._error
            if self.closed:
                raise StopAsyncIteration
            await self._wait()

    async def rows(self) -> AsyncIterator[T]:
        """Only the rows, without gap markers; ``gaps`` and ``dropped`` still count them."""
        async for item in self:
            if not isinstance(item, Gap):
                yield item

    async def batch(self, limit: int) -> list[T | Gap]:
        """What is there, at least one item and at most ``limit``; empty at the end."""
        try:
            items = [await anext(self)]
        except StopAsyncIteration:
            return []
        while self._queue and len(items) < limit:
            if (item := self._take()) is not None:
                items.append(item)
        return items

    def close(self) -> None:
        """Unsubscribe and end the iteration; may be called twice."""
        if not self.closed:
            self.closed = True
            self._release()
            self._settled.set()
            self._wake()
            self._leave(self)

    # --- for the one who delivers -------------------------------------------------------------------------------------

    def push(self, row: T) -> None:
        """Queue one row."""
        queue = self._queue
        if self.policy == "latest" and self._replaces(row):
            return
        if len(queue) >= self.limit:
            self._full()
        queue.append(row)
        if self._waiters:
            self._wake()

    def mark(self, gap: Gap) -> None:
        """Queue a gap marker; rows from now on belong behind it. Markers with nothing between them become one."""
        self.gaps += 1
        self._newest.clear()
        last = self._queue[-1] if self._queue else None
        if isinstance(last, Gap):
            self._queue[-1] = last.joined(gap)
        else:
            if len(self._queue) >= self.limit:
                self._full()
            self._queue.append(gap)
        self._wake()

    def confirm(self, topic: Topic) -> None:
        """Note that one topic is live."""
        self._unconfirmed.discard(topic.identity)
        self._settle()

    def unconfirm(self, topic: Topic) -> None:
        """Note that one topic is not live any more, and will be asked for again."""
        if topic.identity in self.topics:
            self._unconfirmed.add(topic.identity)

    def awaits(self, topic: Topic) -> bool:
        """Whether one topic is not live at present."""
        return topic.identity in self._unconfirmed

    def leave(self, topic: Topic) -> None:
        """Note that one topic is not wanted any more; nobody waits for its confirmation."""
        self.topics.pop(topic.identity, None)
        self._unconfirmed.discard(topic.identity)
        self._settle()

    def refuse(self, topic: Topic, error: str) -> None:
        """Note that one topic was refused; the others go on."""
        self._unconfirmed.discard(topic.identity)
        self.topics.pop(topic.identity, None)
        self.refused[str(topic)] = error
        if not self.topics:
            self.fail(
                SubscriptionRefused(
                    f"{self.channel.topic} was refused: {error}. Check the symbol and the parameters.",
                    topics=tuple(self.refused),
                    code=error,
                )
            )
        self._settle()

    def fail(self, error: KrakenError) -> None:
        """End the stream with an error, after what is queued."""
        self._error = self._error or error
        self._release()
        self._settled.set()
        self._wake()

    def _settle(self) -> None:
        if not self._unconfirmed:
            self._settled.set()

    def _replaces(self, row: T) -> bool:
        """Put the row in the place of an older one of its symbol that still waits."""
        symbol = getattr(row, "symbol", None)
        older = self._newest.get(symbol)
        self._newest[symbol] = row
        if older is None:
            return False
        for place, waiting in enumerate(self._queue):
            if waiting is older:
                self._queue[place] = row
                self.conflated += 1
                return True
        return False

    def _take(self) -> T | Gap | None:
        """The next item; None when it turns out to be nothing to show."""
        item = self._queue.popleft()
        if self._holding and len(self._queue) <= self.limit // 2:
            self._release()
        return item

    def _full(self) -> None:
        if self.policy == "wait":
            if not self._holding:
                self._holding = True
                self._flow(self, True)
            return
        oldest = self._queue.popleft()
        if isinstance(oldest, Gap):
            self._pushed_out = self._pushed_out.joined(oldest) if self._pushed_out is not None else oldest
        else:
            self.dropped += 1
            self._overflow += 1

    def _overflow_marker(self) -> Gap:
        """What stands before the oldest row that is left: how many were dropped, and the marker that went with them."""
        count, self._overflow = self._overflow, 0
        told, self._pushed_out = self._pushed_out, None
        if told is not None and not count:
            return told
        self.gaps += 1
        names = tuple(str(topic) for topic in self.topics.values())
        marker = Gap(f"the program did not keep up: {count} rows were dropped", names, dropped=count)
        return marker if told is None else replace(marker, reason=f"{told.reason}; {marker.reason}")

    def _release(self) -> None:
        if self._holding:
            self._holding = False
            self._flow(self, False)

    async def _wait(self) -> None:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            await waiter
        finally:
            if waiter in self._waiters:
                self._waiters.remove(waiter)

    def _wake(self) -> None:
        # Taken away at once, so that the rest of a packet need not look at them again.
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)
