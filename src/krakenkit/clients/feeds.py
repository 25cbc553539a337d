"""Where the rows of a connection go: to the subscriptions that asked for them, books checked and sequences watched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from krakenkit.books.evidence import Evidence
from krakenkit.books.guard import OUT_OF_STEP, PROVEN, BookGuard
from krakenkit.clients.events import Gap
from krakenkit.clients.evidence_folder import EvidenceFolder
from krakenkit.clients.subscription import Subscription
from krakenkit.errors import SettingsError, StreamError
from krakenkit.protocol.family import Batch, Family, RouteKey
from krakenkit.wire.channel import Topic


@dataclass(slots=True)
class _Route:
    """One place that rows go to, and what is known there; a row is looked up once for all of it."""

    topic: Topic | None = None
    """None while nobody has asked: some channels come by themselves."""
    listeners: list[Subscription[Any]] = field(default_factory=list[Subscription[Any]])
    guard: BookGuard | None = None
    kept: Any = None
    """The last row, where that is the whole state."""
    evidence: Evidence | None = None
    spoke: bool = False
    """Whether a change came since :meth:`Feeds.spoke` was asked; a snapshot is none."""
    unlisted: bool = False
    """Whether its book cannot be checked until the reference channel lists it."""

    def forget(self) -> None:
        """Keep no rows, and withhold the book until its next snapshot."""
        self.kept = None
        if self.guard is not None:
            self.guard.reset()


class Feeds:
    """The routes of one connection.

    Args:
        family: how its data is read and where it belongs.
        renew: asks the connection to subscribe a topic anew.
        trouble: is told what went wrong with one subscription while the others go on.
    """

    def __init__(
        self,
        family: Family,
        *,
        renew: Callable[[Topic], None],
        trouble: Callable[[Exception], None],
        gap: Callable[[Gap], None],
        evidence: EvidenceFolder | None = None,
    ) -> None:
        self.family = family
        self._row_key = family.row_key
        self._books = frozenset(name for name, traits in family.traits.items() if traits.book)
        self._renew = renew
        self._trouble = trouble
        self._folder = evidence
        self._gap = gap
        self._routes: dict[RouteKey, _Route] = {}
        self._sequences: dict[RouteKey, int] = {}
        self.precisions: dict[str, tuple[int, int]] = {}
        """Decimals of prices and quantities by symbol, where the family has a channel that tells them."""
        self.on_reference: Callable[[], None] | None = None

    # --- who listens --------------------------------------------------------------------------------------------------

    def check(self, topics: Iterable[Topic]) -> None:
        """Refuse a topic whose rows could not be told from those of another one.

        Raises:
            SettingsError: for example for a second depth of a book, where rows do not say their depth.
        """
        for topic in topics:
            there = self._asked(topic)
            if there is not None and there.identity != topic.identity and self._is_unmarked(topic):
                raise SettingsError(
                    f"{there} is subscribed on this connection already, and the exchange does not say on an update for "
                    f"which of the two it is. Use that one, or subscribe {topic} with a second client."
                )

    def add(self, subscription: Subscription[Any], topic: Topic) -> None:
        """Deliver the topic's rows to this subscription from now on, beginning with what is known already."""
        route = self._routes.setdefault(self.family.topic_key(topic), _Route())
        late = bool(route.listeners)
        route.listeners.append(subscription)
        route.topic = route.topic or topic
        if route.kept is not None:
            subscription.push(route.kept)
        elif late and self.family.traits_of(topic.channel).book:
            self._show_book(subscription, route)

    def remove(self, subscription: Subscription[Any], topic: Topic) -> bool:
        """Deliver no more; True when nobody else wants the topic."""
        key = self.family.topic_key(topic)
        route = self._routes.get(key)
        if route is None:
            return True
        if subscription in route.listeners:
            route.listeners.remove(subscription)
        if route.listeners:
            return False
        del self._routes[key]
        self._sequences.pop(key, None)
        return True

    def listeners(self, topic: Topic) -> tuple[Subscription[Any], ...]:
        """Who reads this topic."""
        route = self._route(topic)
        return tuple(route.listeners) if route is not None else ()

    def spoke(self) -> list[Topic]:
        """The topics that rows came for since the last call."""
        topics: list[Topic] = []
        for route in self._routes.values():
            if route.spoke and route.topic is not None:
                topics.append(route.topic)
            route.spoke = False
        return topics

    def everyone(self) -> list[Subscription[Any]]:
        """Every subscription on the connection, each once."""
        found = {id(one): one for route in self._routes.values() for one in route.listeners}
        return list(found.values())

    @property
    def books(self) -> dict[RouteKey, BookGuard]:
        """The guard of each book."""
        return {key: route.guard for key, route in self._routes.items() if route.guard is not None}

    def _route(self, topic: Topic) -> _Route | None:
        return self._routes.get(self.family.topic_key(topic))

    def _asked(self, topic: Topic) -> Topic | None:
        """The topic whose rows could not be told from those of this one, if there is one."""
        route = self._route(topic)
        return route.topic if route is not None else None

    def topics(self, channel: str | None) -> list[Topic]:
        """What somebody reads of a channel, or of all of them."""
        read = (route.topic for route in self._routes.values() if route.listeners)
        return [topic for topic in read if topic is not None and channel in (None, topic.channel)]

    # --- what arrives -------------------------------------------------------------------------------------------------

    def deliver(self, batch: Batch, payload: bytes = b"") -> Sequence[Any]:
        """Hand the rows of one frame to their readers; the rows that may be shown, which leaves out unproven books."""
        channel, rows = batch.channel, batch.rows
        if channel in self._books:
            return self._deliver_books(batch, payload)
        traits = self.family.traits_of(channel)
        if batch.sequence is not None and not self._in_sequence(batch):
            return ()
        if traits.reference:
            self._learn(batch)
        for row in rows:
            key = self._row_key(channel, row)
            route = self._routes.get(key)
            if route is None:
                if not traits.unasked:
                    continue  # the rest of what nobody wants any more
                route = self._routes[key] = _Route()
            route.spoke = route.spoke or not batch.snapshot
            if traits.kept:
                route.kept = row
            for subscription in route.listeners:
                subscription.push(row)
        return rows

    def lost(self, topics: Iterable[Topic], reason: str) -> None:
        """Mark the gap in every stream of these topics and forget what can no longer be proven."""
        named = list(topics)
        for topic in named:
            self.forget(topic)
            for subscription in self.listeners(topic):
                subscription.unconfirm(topic)
        self.mark(named, reason)

    def mark(self, topics: Iterable[Topic], reason: str) -> None:
        """Mark the gap in every stream of these topics, once in each."""
        touched: dict[int, tuple[Subscription[Any], list[str]]] = {}
        for topic in topics:
            for subscription in self.listeners(topic):
                touched.setdefault(id(subscription), (subscription, []))[1].append(str(topic))
        for subscription, names in touched.values():
            subscription.mark(Gap(reason, tuple(names)))

    def line_lost(self) -> None:
        """Forget what came over the old line, also for topics that were not confirmed on it yet."""
        for route in self._routes.values():
            route.forget()
        self._sequences.clear()

    def forget(self, topic: Topic) -> None:
        """Keep no rows of a topic, and withhold its book until its next snapshot."""
        route = self._route(topic)
        if route is not None:
            route.forget()
        self._sequences.pop(self.family.topic_key(topic), None)

    # --- books --------------------------------------------------------------------------------------------------------

    def _is_unmarked(self, topic: Topic) -> bool:
        traits = self.family.traits_of(topic.channel)
        return traits.book or traits.unmarked

    def _deliver_books(self, batch: Batch, payload: bytes) -> Sequence[Any]:
        """Take book messages in, and hand on those that prove their book."""
        channel, rows, snapshot = batch.channel, batch.rows, batch.snapshot
        shown = rows
        for row in rows:
            route = self._routes.get(self._row_key(channel, row))
            if route is None:
                shown = _without(row, shown)
                continue
            if not snapshot:
                route.spoke = True
            if self._folder is not None:
                route.evidence = route.evidence or Evidence()
                route.evidence.note(payload, snapshot=snapshot)
            guard = route.guard or self._new_guard(route)
            verdict = guard.apply(row) if guard is not None else None
            if verdict is PROVEN:
                for subscription in route.listeners:
                    subscription.push(row)
                continue
            shown = _without(row, shown)
            if verdict is OUT_OF_STEP and guard is not None:
                self._out_of_step(route, guard)
        return shown

    def _new_guard(self, route: _Route) -> BookGuard | None:
        topic = route.topic
        if topic is None:
            return None
        route.guard = self.family.guard(topic, self.precisions.get(topic.symbol or ""))
        if route.guard is None and not route.unlisted:
            route.unlisted = True
            self._trouble(
                StreamError(
                    f"{topic} cannot be checked and is withheld: {self.family.reference} does not list it yet. "
                    "It is subscribed anew when it does; nothing needs to be done."
                )
            )
        return route.guard

    def _out_of_step(self, route: _Route, guard: BookGuard) -> None:
        """Quarantine one book: mark the gap, ask for a fresh snapshot, and tell. The others go on."""
        if self._folder is not None and route.evidence is not None:
            symbol = guard.book.symbol
            self._folder.write(symbol, route.evidence.case(guard, precision=self.precisions.get(symbol)))
        # A new guard takes over, with the precision that the reference channel says now.
        if (fresh := self._new_guard(route)) is not None:
            fresh.failed, fresh.verified, fresh.error = guard.failed, guard.verified, guard.error
        topic = route.topic
        if topic is None:
            return
        gap = Gap(f"the book of {topic.symbol} is out of step", (str(topic),))
        for subscription in tuple(route.listeners):
            subscription.unconfirm(topic)
            subscription.mark(gap)
        self._renew(topic)
        # Telling comes last: a callback may close the book.
        if guard.error is not None:
            self._trouble(guard.error)
        self._gap(gap)

    def guard_of(self, topic: Topic) -> BookGuard | None:
        """The guard of a topic's book; None before its first message."""
        route = self._route(topic)
        return route.guard if route is not None else None

    def _show_book(self, subscription: Subscription[Any], route: _Route) -> None:
        """Begin a second reader's stream with the proven book as its snapshot."""
        if route.guard is not None and route.guard.synced and route.topic is not None:
            subscription.push(self.family.shown(route.topic, route.guard))

    # --- the rest -----------------------------------------------------------------------------------------------------

    def _learn(self, batch: Batch) -> None:
        """Keep the precisions that the reference channel tells; books that waited for theirs begin."""
        for row in batch.rows:
            self.precisions.update(self.family.precisions(row))
        for route in list(self._routes.values()):
            if route.unlisted and route.topic is not None and route.topic.symbol in self.precisions:
                route.unlisted = False
                self._renew(route.topic)
        if self.on_reference is not None:
            self.on_reference()

    def _in_sequence(self, batch: Batch) -> bool:
        """Watch the count of a topic's rows; a hole is told, and the topic is subscribed anew."""
        channel, sequence = batch.channel, batch.sequence or 0
        key = self._row_key(channel, batch.rows[0]) if batch.rows else (channel, None, None)
        expected = self._sequences.get(key)
        fresh = batch.snapshot or sequence == 1 or self.family.traits_of(channel).running
        route = self._routes.get(key)
        topic = route.topic if route is not None else None
        if topic is None:
            return False  # the rest of what nobody wants any more
        if expected is None and not fresh and not self._is_live(topic):
            return False  # the rest of an old subscription, before the new one's first message
        if expected is None or sequence == expected or batch.snapshot:
            self._sequences[key] = sequence + batch.numbers
            return True
        gap = Gap(f"{topic} jumped from sequence {expected - 1} to {sequence}", (str(topic),))
        self.lost([topic], gap.reason)
        self._renew(topic)
        self._gap(gap)
        return False

    def _is_live(self, topic: Topic) -> bool:
        """Whether the exchange confirmed the topic to any of its readers."""
        return any(not reader.awaits(topic) for reader in self.listeners(topic))


def _without(row: Any, rows: Sequence[Any]) -> Sequence[Any]:
    """The rows that are left; a copy is made here, which is rare, rather than for every message."""
    return [one for one in rows if one is not row]
