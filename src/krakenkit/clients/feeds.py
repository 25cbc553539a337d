"""Where the rows of a connection go: to the subscriptions that asked for them, books checked and sequences watched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from krakenkit.books.guard import BookGuard, Verdict
from krakenkit.books.level2 import Level2Book
from krakenkit.books.view import BookView
from krakenkit.clients.events import Gap
from krakenkit.clients.subscription import Subscription
from krakenkit.errors import SettingsError, StreamError
from krakenkit.protocol.spot_v2_data import Batch, RouteKey, key_of_row, key_of_topic
from krakenkit.wire.channel import Topic
from krakenkit.wire.spot_v2.market import (
    BookLevel,
    BookUpdate,
    Instrument,
    InstrumentAsset,
    InstrumentPair,
    InstrumentUpdate,
)

INSTRUMENT = next(Instrument(include_tokenized_assets=True).topics())
_KEPT = ("ticker", "status")
_SEQUENCED = ("executions", "balances")


class Feeds:
    """The routes of one Spot v2 connection.

    Args:
        renew: asks the connection to subscribe a topic anew.
        trouble: is told what went wrong with one subscription while the others go on.
    """

    def __init__(
        self, *, renew: Callable[[Topic], None], trouble: Callable[[Exception], None], gap: Callable[[Gap], None]
    ) -> None:
        self._renew = renew
        self._trouble = trouble
        self._gap = gap
        self._routes: dict[RouteKey, list[Subscription[Any]]] = {}
        self._topics: dict[RouteKey, Topic] = {}
        self._kept: dict[RouteKey, Any] = {}
        self._sequences: dict[str, int] = {}
        self.books: dict[str, BookGuard] = {}
        self.precisions: dict[str, tuple[int, int]] = {}
        """Decimals of prices and quantities by symbol, from the instrument channel."""
        self._pairs: dict[str, InstrumentPair] = {}
        self._assets: dict[str, InstrumentAsset] = {}
        self.on_instruments: Callable[[], None] | None = None

    # --- who listens --------------------------------------------------------------------------------------------------

    def check(self, topics: Iterable[Topic]) -> None:
        """Refuse a topic whose rows could not be told from those of another one.

        Raises:
            SettingsError: for a second depth of a book on one connection.
        """
        for topic in topics:
            there = self._topics.get(key_of_topic(topic))
            if there is not None and topic.channel == "book" and there.identity != topic.identity:
                raise SettingsError(
                    f"{there} is subscribed on this connection already, and the exchange does not say which depth an "
                    f"update is for. Use that depth, or subscribe {topic} with a second client."
                )

    def add(self, subscription: Subscription[Any], topic: Topic) -> None:
        """Deliver the topic's rows to this subscription from now on, beginning with what is known already."""
        key = key_of_topic(topic)
        listeners = self._routes.setdefault(key, [])
        late = bool(listeners)
        listeners.append(subscription)
        self._topics.setdefault(key, topic)
        if key in self._kept:
            subscription.push(self._kept[key])
        elif topic.channel == "instrument" and self._pairs:
            subscription.push(self._instruments())
        elif late and topic.channel == "book":
            self._show_book(subscription, topic)
        elif late and topic.channel in _SEQUENCED:
            self._renew(topic)  # a second reader needs the whole state too

    def remove(self, subscription: Subscription[Any], topic: Topic) -> bool:
        """Deliver no more; True when nobody else wants the topic."""
        key = key_of_topic(topic)
        listeners = self._routes.get(key, [])
        if subscription in listeners:
            listeners.remove(subscription)
        if listeners:
            return False
        self._routes.pop(key, None)
        self._topics.pop(key, None)
        if topic.channel == "book" and topic.symbol is not None:
            self.books.pop(topic.symbol, None)
        self._kept.pop(key, None)
        return True

    def listeners(self, topic: Topic) -> tuple[Subscription[Any], ...]:
        """Who reads this topic."""
        return tuple(self._routes.get(key_of_topic(topic), ()))

    def everyone(self) -> list[Subscription[Any]]:
        """Every subscription on the connection, each once."""
        found = {id(one): one for listeners in self._routes.values() for one in listeners}
        return list(found.values())

    # --- what arrives -------------------------------------------------------------------------------------------------

    def deliver(self, batch: Batch) -> Sequence[Any]:
        """Hand the rows of one frame to their readers; the rows that may be shown, which leaves out unproven books."""
        channel = batch.channel
        if channel == "book":
            return [row for row in batch.rows if self._book(row)]
        if batch.sequence is not None and channel in _SEQUENCED and not self._in_sequence(batch):
            return ()
        if channel == "instrument":
            self._learn(batch.rows[0])
        for row in batch.rows:
            key = key_of_row(channel, row)
            if channel in _KEPT:
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
        if topic.channel == "book" and topic.symbol in self.books:
            self.books[topic.symbol].reset()
        self._sequences.pop(topic.channel, None)
        self._kept.pop(key_of_topic(topic), None)

    # --- books --------------------------------------------------------------------------------------------------------

    def _book(self, row: BookUpdate) -> bool:
        """Take one book message in; whether the book is proven with it."""
        guard = self.books.get(row.symbol) or self._new_guard(row.symbol)
        if guard is None:
            return False
        verdict = guard.apply(row)
        if verdict is Verdict.PROVEN:
            for subscription in self._routes.get(("book", row.symbol, None), ()):
                subscription.push(row)
            return True
        if verdict is Verdict.OUT_OF_STEP:
            self._out_of_step(row.symbol, guard)
        return False

    def _new_guard(self, symbol: str) -> BookGuard | None:
        topic = self._topics.get(("book", symbol, None))
        precision = self.precisions.get(symbol)
        if topic is None:
            return None
        if precision is None:
            self._trouble(
                StreamError(f"The book of {symbol} cannot be checked: the instrument channel does not list it.")
            )
            return None
        depth: int = dict(topic.params).get("depth", 10)
        guard = self.books[symbol] = BookGuard(Level2Book(depth, *precision, symbol=symbol))
        return guard

    def _out_of_step(self, symbol: str, guard: BookGuard) -> None:
        """Quarantine one book: tell, mark the gap, ask for a fresh snapshot. The others go on."""
        topic = self._topics[("book", symbol, None)]
        if guard.error is not None:
            self._trouble(guard.error)
        # A new guard takes over with the precision that the instrument channel says now.
        counted = guard.failed, guard.verified
        if (fresh := self._replace(symbol)) is not None:
            fresh.failed, fresh.verified, fresh.error = *counted, guard.error
        gap = Gap(f"the checksum of {symbol} failed", (str(topic),))
        for subscription in self.listeners(topic):
            subscription.unconfirm(topic)
            subscription.mark(gap)
        self._gap(gap)
        self._renew(topic)

    def _replace(self, symbol: str) -> BookGuard | None:
        del self.books[symbol]
        return self._new_guard(symbol)

    def view(self, symbol: str) -> BookView | None:
        """The proven book of a symbol now; None while it is withheld."""
        guard = self.books.get(symbol)
        return guard.book.view() if guard is not None and guard.synced else None

    def _show_book(self, subscription: Subscription[Any], topic: Topic) -> None:
        """Begin a second reader's stream with the proven book as its snapshot."""
        guard = self.books.get(topic.symbol or "")
        if guard is not None and guard.synced:
            subscription.push(snapshot_of(guard))

    # --- the rest -----------------------------------------------------------------------------------------------------

    def _learn(self, row: InstrumentUpdate) -> None:
        self._assets |= {asset.id: asset for asset in row.assets}
        for pair in row.pairs:
            self._pairs[pair.symbol] = pair
            self.precisions[pair.symbol] = (pair.price_precision, pair.qty_precision)
        if self.on_instruments is not None:
            self.on_instruments()

    def _instruments(self) -> InstrumentUpdate:
        """All that the instrument channel has said, as a snapshot for a late reader."""
        return InstrumentUpdate(assets=list(self._assets.values()), pairs=list(self._pairs.values()), snapshot=True)

    def _in_sequence(self, batch: Batch) -> bool:
        """Watch the count of an account channel; a hole is told, and the channel is subscribed anew."""
        channel, sequence = batch.channel, batch.sequence or 0
        expected = self._sequences.get(channel)
        if expected is None and not batch.snapshot and sequence != 1:
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


def snapshot_of(guard: BookGuard) -> BookUpdate:
    """The proven book as a snapshot message of its channel."""
    view = guard.book.view()
    return BookUpdate(
        symbol=guard.book.symbol,
        asks=[BookLevel.of(level.price, level.qty) for level in view.asks],
        bids=[BookLevel.of(level.price, level.qty) for level in view.bids],
        checksum=guard.book.checksum(),
        snapshot=True,
    )
