"""Where the rows of a connection go: to the subscriptions that asked for them, books checked and sequences watched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from krakenkit.books.guard import BookGuard, Verdict
from krakenkit.books.view import BookView
from krakenkit.clients.events import Gap
from krakenkit.clients.subscription import Subscription
from krakenkit.errors import SettingsError, StreamError
from krakenkit.protocol.family import Batch, Family, RouteKey
from krakenkit.wire.channel import Topic


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
    ) -> None:
        self.family = family
        self._renew = renew
        self._trouble = trouble
        self._gap = gap
        self._routes: dict[RouteKey, list[Subscription[Any]]] = {}
        self._topics: dict[RouteKey, Topic] = {}
        self._kept: dict[RouteKey, Any] = {}
        self._sequences: dict[str, int] = {}
        self._spoke: set[RouteKey] = set()
        self._reference: list[Any] = []
        self.books: dict[RouteKey, BookGuard] = {}
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
            there = self._topics.get(self.family.topic_key(topic))
            if there is not None and there.identity != topic.identity and self._is_unmarked(topic):
                raise SettingsError(
                    f"{there} is subscribed on this connection already, and the exchange does not say on an update for "
                    f"which of the two it is. Use that one, or subscribe {topic} with a second client."
                )

    def add(self, subscription: Subscription[Any], topic: Topic) -> None:
        """Deliver the topic's rows to this subscription from now on, beginning with what is known already."""
        key = self.family.topic_key(topic)
        listeners = self._routes.setdefault(key, [])
        late = bool(listeners)
        listeners.append(subscription)
        self._topics.setdefault(key, topic)
        traits = self.family.traits_of(topic.channel)
        if key in self._kept:
            subscription.push(self._kept[key])
        elif traits.reference:
            for row in self._reference:
                subscription.push(row)
        elif late and traits.book:
            self._show_book(subscription, key)
        elif late and traits.account:
            self._renew(topic)  # a second reader needs the whole state too

    def remove(self, subscription: Subscription[Any], topic: Topic) -> bool:
        """Deliver no more; True when nobody else wants the topic."""
        key = self.family.topic_key(topic)
        listeners = self._routes.get(key, [])
        if subscription in listeners:
            listeners.remove(subscription)
        if listeners:
            return False
        for known in (self._routes, self._topics, self.books, self._kept):
            known.pop(key, None)
        return True

    def listeners(self, topic: Topic) -> tuple[Subscription[Any], ...]:
        """Who reads this topic."""
        return tuple(self._routes.get(self.family.topic_key(topic), ()))

    def spoke(self) -> list[Topic]:
        """The topics that rows came for since the last call."""
        topics = [self._topics[key] for key in self._spoke if key in self._topics]
        self._spoke.clear()
        return topics

    def everyone(self) -> list[Subscription[Any]]:
        """Every subscription on the connection, each once."""
        found = {id(one): one for listeners in self._routes.values() for one in listeners}
        return list(found.values())

    # --- what arrives -------------------------------------------------------------------------------------------------

    def deliver(self, batch: Batch) -> Sequence[Any]:
        """Hand the rows of one frame to their readers; the rows that may be shown, which leaves out unproven books."""
        channel = batch.channel
        traits = self.family.traits_of(channel)
        if traits.book:
            return [row for row in batch.rows if self._book(channel, row)]
        if batch.sequence is not None and not self._in_sequence(batch):
            return ()
        if traits.reference:
            self._learn(batch)
        row_key = self.family.row_key
        for row in batch.rows:
            key = row_key(channel, row)
            self._spoke.add(key)
            if traits.kept:
                self._kept[key] = row
            for subscription in self._routes.get(key, ()):
                subscription.push(row)
        return batch.rows

    def lost(self, topics: Iterable[Topic], reason: str) -> None:
        """Mark the gap in every stream of these topics and forget what can no longer be proven."""
        touched: dict[int, tuple[Subscription[Any], list[str]]] = {}
        for topic in topics:
            self._forget(topic)
            for subscription in self.listeners(topic):
                subscription.unconfirm(topic)
                touched.setdefault(id(subscription), (subscription, []))[1].append(str(topic))
        for subscription, names in touched.values():
            subscription.mark(Gap(reason, tuple(names)))

    def _forget(self, topic: Topic) -> None:
        key = self.family.topic_key(topic)
        if key in self.books:
            self.books[key].reset()
        self._kept.pop(key, None)
        self._sequences.pop(topic.channel, None)

    # --- books --------------------------------------------------------------------------------------------------------

    def _is_unmarked(self, topic: Topic) -> bool:
        traits = self.family.traits_of(topic.channel)
        return traits.book or traits.unmarked

    def _book(self, channel: str, row: Any) -> bool:
        """Take one book message in; whether the book is proven with it."""
        key = self.family.row_key(channel, row)
        self._spoke.add(key)
        guard = self.books.get(key) or self._new_guard(key)
        if guard is None:
            return False
        verdict = guard.apply(row)
        if verdict is Verdict.PROVEN:
            for subscription in self._routes.get(key, ()):
                subscription.push(row)
            return True
        if verdict is Verdict.OUT_OF_STEP:
            self._out_of_step(key, guard)
        return False

    def _new_guard(self, key: RouteKey) -> BookGuard | None:
        topic = self._topics.get(key)
        if topic is None:
            return None
        guard = self.family.guard(topic, self.precisions.get(topic.symbol or ""))
        if guard is None:
            self._trouble(StreamError(f"{topic} cannot be checked: {self.family.reference} does not list it."))
            return None
        self.books[key] = guard
        return guard

    def _out_of_step(self, key: RouteKey, guard: BookGuard) -> None:
        """Quarantine one book: tell, mark the gap, ask for a fresh snapshot. The others go on."""
        topic = self._topics[key]
        if guard.error is not None:
            self._trouble(guard.error)
        # A new guard takes over, with the precision that the reference channel says now.
        del self.books[key]
        if (fresh := self._new_guard(key)) is not None:
            fresh.failed, fresh.verified, fresh.error = guard.failed, guard.verified, guard.error
        gap = Gap(f"the book of {topic.symbol} is out of step", (str(topic),))
        for subscription in self.listeners(topic):
            subscription.unconfirm(topic)
            subscription.mark(gap)
        self._gap(gap)
        self._renew(topic)

    def view(self, topic: Topic) -> BookView | None:
        """The proven book of a topic now; None while it is withheld."""
        guard = self.books.get(self.family.topic_key(topic))
        return guard.book.view() if guard is not None and guard.synced else None

    def _show_book(self, subscription: Subscription[Any], key: RouteKey) -> None:
        """Begin a second reader's stream with the proven book as its snapshot."""
        guard = self.books.get(key)
        if guard is not None and guard.synced:
            subscription.push(self.family.shown(self._topics[key], guard))

    # --- the rest -----------------------------------------------------------------------------------------------------

    def _learn(self, batch: Batch) -> None:
        """Keep what the reference channel says, for books and for late readers."""
        self._reference = [*([] if batch.snapshot else self._reference), *batch.rows]
        for row in batch.rows:
            self.precisions.update(self.family.precisions(row))
        if self.on_reference is not None:
            self.on_reference()

    def _in_sequence(self, batch: Batch) -> bool:
        """Watch the count of an account channel; a hole is told, and the channel is subscribed anew."""
        channel, sequence = batch.channel, batch.sequence or 0
        expected = self._sequences.get(channel)
        fresh = batch.snapshot or sequence == 1 or self.family.traits_of(channel).running
        if expected is None and not fresh:
            return False  # the rest of an old subscription, before the new one's first message
        if expected is None or sequence == expected or batch.snapshot:
            self._sequences[channel] = sequence + 1
            return True
        topic = self._topics.get((channel, None, None))
        if topic is not None:
            gap = Gap(f"{channel} jumped from sequence {expected - 1} to {sequence}", (str(topic),))
            self.lost([topic], gap.reason)
            self._gap(gap)
            self._renew(topic)
        return False
