"""One connection as its client sees it: the line, the feeds behind it, and the events it tells."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from krakenkit._core.backoff import ReconnectPolicy
from krakenkit._core.limits import AttemptBudget
from krakenkit.clients.events import (
    AuthenticatedEvent,
    CloseEvent,
    Emitter,
    ExceptionEvent,
    Gap,
    GapEvent,
    MessageEvent,
    OpenEvent,
    ReconnectedEvent,
    ReconnectingEvent,
    ResponseEvent,
)
from krakenkit.clients.evidence_folder import EvidenceFolder
from krakenkit.clients.families import family_of
from krakenkit.clients.feeds import Feeds
from krakenkit.clients.line import Line, LineHooks, Token
from krakenkit.clients.metrics import ConnectionMetrics
from krakenkit.clients.subscription import Subscription
from krakenkit.errors import DecodeError, StreamError, SubscriptionRefused
from krakenkit.protocol.connection import Connection
from krakenkit.protocol.dialect import Ack, Data, Reply, Timing
from krakenkit.protocol.events import (
    Authenticated,
    Complained,
    Confirmed,
    Ended,
    Event,
    GapBegan,
    Opened,
    Reconnected,
    Reconnecting,
    Responded,
    SubscriptionLost,
    TokenFailed,
)
from krakenkit.protocol.liveness import Patience, Pulses
from krakenkit.signing.credentials import Credentials
from krakenkit.transport.sockets import SocketOptions
from krakenkit.wire.channel import Channel, Identity, Topic
from krakenkit.wire.environment import WsKey

log = logging.getLogger("krakenkit.streams")

_PULSE_SECONDS = 1.0


class _Silent(Subscription[Any]):
    """A subscription whose rows are told as ``message`` events only; nothing queues up."""

    def push(self, row: Any) -> None: ...

    def mark(self, gap: Gap) -> None:
        self.gaps += 1


class SocketConnection:
    """The connection of one :class:`WsKey`."""

    def __init__(
        self,
        key: WsKey,
        url: str,
        *,
        events: Emitter,
        options: SocketOptions,
        timing: Timing,
        policy: ReconnectPolicy,
        budget: AttemptBudget,
        credentials: Credentials | None,
        fetch_token: Callable[[], Awaitable[Token]],
        subscribe_timeout: float,
        patience: Patience,
        measured: bool,
        evidence: EvidenceFolder | None,
    ) -> None:
        self.key = key
        self._events = events
        self._subscribe_timeout = subscribe_timeout
        self._held: list[Topic] = []
        self._silent: dict[Identity, _Silent] = {}
        self._keeper: Subscription[Any] | None = None
        self._marks: dict[Identity, Gap] = {}
        """Gaps that are to be marked where the fresh subscription begins: until then the old one may still speak."""
        self._down_since: float | None = None
        self.metrics = ConnectionMetrics() if measured else None
        self._pulses = Pulses(patience)
        self._pulse_timer: asyncio.TimerHandle | None = None
        self.family = family_of(key)
        self.feeds = Feeds(self.family, renew=self._renew, trouble=self._trouble, gap=self._gap, evidence=evidence)
        self.feeds.on_reference = self._release_books
        dialect = self.family.dialect(key, credentials)
        machine = Connection(dialect, timing=timing, policy=policy, budget=budget, pace=self.family.pace())
        hooks = LineHooks(happened=self._happened, data=self._data, fetch_token=fetch_token)
        self.line = Line(key, url, machine, hooks, options, data_prefix=self.family.data_prefix)

    # --- subscriptions ------------------------------------------------------------------------------------------------

    def add(self, subscription: Subscription[Any], topics: Sequence[Topic]) -> None:
        """Deliver these topics to the subscription from now on, and ask the exchange for those nobody asked for yet."""
        self.feeds.check(topics)
        traits = self.family.traits_of(subscription.channel.topic)
        if traits.account:
            subscription.policy = "wait"
        begins_whole = traits.reference or (traits.account and not traits.kept)
        for topic in topics:
            if begins_whole and self._is_confirmed(topic):
                self._start_over(topic, f"{topic} begins anew: another reader needs the whole state", counted=False)
            self.feeds.add(subscription, topic)
        for topic in topics:
            if self._comes_unasked(topic) or self._is_confirmed(topic):
                subscription.confirm(topic)
        self._want([topic for topic in topics if not self._comes_unasked(topic)])

    def add_silent(self, channel: Channel[Any]) -> Subscription[Any]:
        """Subscribe a channel whose rows are told as ``message`` events; asking twice is asking once."""
        first = next(iter(channel.topics()))
        there = self._silent.get(first.identity)
        if there is not None and not there.closed and there.topics.keys() >= {t.identity for t in channel.topics()}:
            return there
        silent = _Silent(
            channel,
            self.key,
            limit=1,
            policy="drop_oldest",
            leave=self.remove,
            flow=self.hold,
            timeout=self._subscribe_timeout,
        )
        self.add(silent, list(silent.topics.values()))
        for identity in silent.topics:
            self._silent[identity] = silent
        return silent

    def remove_silent(self, channel: Channel[Any]) -> None:
        """Take back what :meth:`add_silent` did."""
        for topic in channel.topics():
            self._silent.pop(topic.identity, None)
            for listener in self.feeds.listeners(topic):
                if isinstance(listener, _Silent):
                    listener.leave(topic)
                    self._unsubscribe(listener, [topic])

    def keep_open(self, channel: Channel[Any]) -> None:
        """Connect, and subscribe a quiet channel unless something holds the line: it is closed without a subscription."""
        if self.line.machine.holds_nothing and (self._keeper is None or not self._keeper.refused or self.line.is_over):
            self._keeper = self.add_silent(channel)
        self.connect()

    def remove(self, subscription: Subscription[Any]) -> None:
        """Deliver no more to this subscription, and unsubscribe what nobody else wants."""
        mine = [topic for topic in subscription.topics.values() if subscription in self.feeds.listeners(topic)]
        self._unsubscribe(subscription, mine)

    def _unsubscribe(self, subscription: Subscription[Any], topics: list[Topic]) -> None:
        unwanted = [topic for topic in topics if self.feeds.remove(subscription, topic)]
        for topic in unwanted:
            self._unwatch(topic)
        self._held = [topic for topic in self._held if topic not in unwanted]
        # The reference channel stays: the books are read with its precisions.
        stays = self.family.reference
        leaving = [
            t for t in unwanted if not self._comes_unasked(t) and (stays is None or t.identity != stays.identity)
        ]
        self.line.do(lambda machine, now: machine.unwant(leaving, now))

    def hold(self, subscription: Subscription[Any], holding: bool) -> None:
        """Stop reading the line, if the subscription is read from it, or go on."""
        if not holding or any(subscription in self.feeds.listeners(topic) for topic in subscription.topics.values()):
            self.line.hold(subscription, holding)

    def connect(self) -> None:
        """Open the line before anything is subscribed."""
        self.line.do(lambda machine, now: machine.connect(now))

    async def close(self) -> None:
        """Close the line and end every stream."""
        listeners = self.feeds.everyone()
        self._held = []
        if self._pulse_timer is not None:
            self._pulse_timer.cancel()
        try:
            await self.line.close()
        finally:
            for subscription in listeners:
                subscription.close()

    def _want(self, topics: list[Topic]) -> None:
        """Ask for topics; books wait until the reference channel has told their precisions, where there is one."""
        reference = self.family.reference
        if reference is not None and not self.feeds.precisions:
            books = [topic for topic in topics if self.family.traits_of(topic.channel).book]
            if books:
                self._held += books
                topics = [reference, *(topic for topic in topics if topic not in books)]
        self.line.do(lambda machine, now: machine.want(topics, now))

    def _release_books(self) -> None:
        held, self._held = self._held, []
        if held:
            self.line.do(lambda machine, now: machine.want(held, now))

    def _comes_unasked(self, topic: Topic) -> bool:
        return self.family.traits_of(topic.channel).unasked

    def _is_confirmed(self, topic: Topic) -> bool:
        standing = self.line.machine.subscriptions.standings.get(topic.identity)
        return standing is not None and standing.live

    def _renew(self, topic: Topic, *, counted: bool = True) -> None:
        if self.metrics is not None:
            self.metrics.renewals += 1
        self.line.do(lambda machine, now: machine.renew([topic], now, counted=counted))

    def _start_over(self, topic: Topic, reason: str, *, counted: bool = True) -> None:
        """Subscribe one topic anew; what its readers had so far ends with a marker."""
        self.feeds.lost([topic], reason)
        self._renew(topic, counted=counted)
        if self.feeds.listeners(topic):
            self._gap(Gap(reason, (str(topic),)))

    def _unwatch(self, topic: Topic) -> None:
        self._pulses.forget(topic)
        self._marks.pop(topic.identity, None)

    def _check_pulses(self) -> None:
        """Note which topics spoke, about once a second, and renew those that are quiet beyond their rhythm."""
        self._pulse_timer = self.line.call_later(_PULSE_SECONDS, self._check_pulses)
        now = self.line.now()
        for topic in self.feeds.spoke():
            self._pulses.beat(topic, now)
        for topic, seconds in self._pulses.quiet(now):
            self._rouse(topic, f"nothing came for {seconds:.0f} s although the line lives")

    def _rouse(self, topic: Topic, reason: str) -> None:
        """Renew a topic that went quiet. Rows may still come on the old subscription: the gap is where the new one begins."""
        if self.family.traits_of(topic.channel).book:
            self._start_over(topic, reason)
            return
        self._marks[topic.identity] = Gap(reason, (str(topic),))
        self.feeds.forget(topic)
        for subscription in self.feeds.listeners(topic):
            subscription.unconfirm(topic)
        self._renew(topic)

    # --- what arrives -------------------------------------------------------------------------------------------------

    def _data(self, payload: bytes) -> None:
        try:
            batch = self.family.read(payload)
            if batch is None:
                return
            rows = self.feeds.deliver(batch, payload)
        except Exception as error:
            self._not_data(payload, error)
            return
        if self.metrics is not None:
            self.metrics.frame(len(payload))
            if rows:
                self.metrics.delivered(getattr(rows[-1], "timestamp", None))
        if rows and self._events.heard("message"):
            self._events.emit("message", MessageEvent(self.key, batch.channel, batch.snapshot, rows))

    def _not_data(self, payload: bytes, error: Exception) -> None:
        """A frame that begins like data and is none: perhaps the refusal of a request, which may name its channel."""
        incoming = self.line.machine.dialect.read(payload)
        if isinstance(incoming, Ack | Reply):
            self.line.do(lambda machine, now: machine.received(incoming, now))
            return
        if not isinstance(error, DecodeError):
            log.error("%s: a frame could not be delivered", self.key.name, exc_info=error)
        self._missed(incoming.channel if isinstance(incoming, Data) else None)
        self._trouble(error)

    def _missed(self, channel: str | None) -> None:
        """A frame of this channel, or of any, was lost here: mark it, where no checksum or count will show it."""
        reason = "a frame could not be read"
        marked: list[Topic] = []
        for topic in self.feeds.topics(channel):
            traits = self.family.traits_of(topic.channel)
            if traits.account and self._is_confirmed(topic):
                self._start_over(topic, reason)
            elif not traits.book:
                marked.append(topic)
        if marked:
            self.feeds.mark(marked, reason)
            self._gap(Gap(reason, tuple(str(topic) for topic in marked)))

    def _happened(self, event: Event) -> None:
        match event:
            case Confirmed(topic):
                self._confirmed(topic)
            case SubscriptionLost(topic, error):
                self._lost(topic, error)
            case GapBegan(blind, _, reason, unsure):
                topics = (*blind, *unsure)
                self.feeds.lost(topics, reason)
                for topic in topics:
                    self._unwatch(topic)
                self._gap(Gap(reason, tuple(str(topic) for topic in topics)))
            case Responded(reply):
                self._events.emit("response", ResponseEvent(self.key, reply))
            case Complained(trouble):
                self._trouble(
                    StreamError(f"{self.key.name}: the exchange says {trouble.text!r}; the connection goes on.")
                )
            case Ended():
                self._ended(event)
            case _:
                self._line_event(event)

    def _confirmed(self, topic: Topic) -> None:
        now = self.line.now()
        for subscription in self.feeds.listeners(topic):
            subscription.confirm(topic)
        if (gap := self._marks.pop(topic.identity, None)) is not None:
            for subscription in self.feeds.listeners(topic):
                subscription.mark(gap)
            self._gap(gap)
        if self.family.traits_of(topic.channel).lively:
            self._pulses.follow(topic, now)
            if self._pulse_timer is None:
                self._pulse_timer = self.line.call_later(_PULSE_SECONDS, self._check_pulses)
        if self.metrics is not None:
            standing = self.line.machine.subscriptions.standings.get(topic.identity)
            if standing is not None:
                self.metrics.ack.add(now - standing.asked_at)

    def _line_event(self, event: Event) -> None:
        now = self.line.now()
        match event:
            case Opened(again):
                if not again:
                    self._events.emit("open", OpenEvent(self.key, self.line.url))
            case Authenticated():
                self._events.emit("authenticated", AuthenticatedEvent(self.key))
            case TokenFailed(error):
                self._trouble(error)
            case Reconnecting(reason, delay, drops):
                self.feeds.line_lost()
                if self.metrics is not None:
                    self.metrics.reconnects += 1
                self._down_since = self._down_since or now
                self._events.emit("reconnecting", ReconnectingEvent(self.key, reason, delay, drops))
            case Reconnected():
                down, self._down_since = now - (self._down_since or now), None
                self._events.emit("reconnected", ReconnectedEvent(self.key, down))
            case _:
                pass

    def _lost(self, topic: Topic, error: str) -> None:
        if self.family.reference is not None and topic.identity == self.family.reference.identity:
            for book in self._held:
                self._lost(book, f"its precision is unknown, since {topic} was refused: {error}")
            self._held = []
        refused = SubscriptionRefused(
            f"{topic} was refused on {self.key.name}: {error}. The other subscriptions go on.",
            topics=(str(topic),),
            code=error,
        )
        for subscription in self.feeds.listeners(topic):
            subscription.refuse(topic, error)
            self.feeds.remove(subscription, topic)
        self._silent.pop(topic.identity, None)
        self._unwatch(topic)
        self._trouble(refused)

    def _ended(self, event: Ended) -> None:
        self._down_since = None
        if event.error is not None:
            self._held = []
            self._silent.clear()
            for subscription in self.feeds.everyone():
                subscription.fail(event.error)
                self.remove(subscription)
            self._trouble(event.error)
        self._events.emit("close", CloseEvent(self.key, event.reason, event.error))

    def _trouble(self, error: Exception) -> None:
        self._events.emit("exception", ExceptionEvent(self.key, error))

    def _gap(self, gap: Gap) -> None:
        self._events.emit("gap", GapEvent(self.key, gap))
