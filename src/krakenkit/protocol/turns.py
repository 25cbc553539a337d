"""Whose answer is it, where answers carry no number? Values in, values out.

The Futures WebSocket v1 confirms by feed and product, one acknowledgement for each product, and refuses with an ``error`` or
``alert`` frame that names neither. So requests take turns: while one waits for its answer no other is sent, and a refusal
that names nothing is about that one.

A request may name many products, though, and only one of them may be the guilty one. The good ones are acknowledged by name,
so that once a single product is left beside a refusal, it is that one. When several are left, the line rests for a
second, in which everything that was on its way arrives; then each of them is asked for by itself, where a refusal is
plain. A refusal of the token or the pace is one of the whole request.

A request that is not answered at all gives its turn away after the usual time-out. Its topics are asked for again one by one,
as the exchange may drop a whole request for one name in it; a topic that is never answered is reported like everywhere else.

An acknowledgement that comes late counts for the latest request that can be meant: all of them ask for the same. A refusal
without a name that comes later than the time-out cannot be told from one of the next request. It may then cost a good topic,
which is reported; that "already subscribed" was said too late is found out by the watch over quiet subscriptions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from krakenkit.protocol.dialect import Ack
from krakenkit.wire.channel import Identity, Topic

REST = 1.0
"""Seconds without an answer after which a refusal of several topics is looked into."""


@dataclass(slots=True)
class Asked:
    """A request on its way: what it asks for, and which topics were not answered yet."""

    leaving: bool
    open: dict[Identity, Topic]


@dataclass(slots=True)
class Turns:
    """Which request of a line has the turn, and what came back for it without a name."""

    ack_timeout: float
    requests: Mapping[int, Asked]
    last: int = 0
    ends: float = float("-inf")
    """When the turn is over without an answer."""
    refusal: Ack | None = field(default=None, repr=False)
    """What was refused of the present request without a name, while that may be one of several topics."""
    _rest: float = float("inf")

    def took(self, req_id: int, now: float) -> None:
        """A request went out."""
        self.last = req_id
        self.ends = now + self.ack_timeout
        self.refusal = None
        self._rest = float("inf")

    def waiting(self, now: float) -> Asked | None:
        """The request that waits for its answer."""
        request = self.requests.get(self.last)
        return request if request is not None and now < self.ends else None

    @property
    def free_at(self) -> float:
        """When the next request may go out, if nothing comes in before."""
        return min(self.ends, self.rests_until) if self.last in self.requests else float("-inf")

    @property
    def rests_until(self) -> float:
        """When a refusal that fits several topics is looked into."""
        return self._rest if self.last in self.requests else float("inf")

    def meant(self, ack: Ack, now: float) -> Iterator[tuple[Ack, list[Topic]]]:
        """The topics that an answer settles, each with the answer under the number of its request."""
        if ack.channel is not None:
            yield from self._named(ack)
        elif (request := self.waiting(now)) is not None and ack.leaving in (None, request.leaving):
            yield from self._unnamed(replace(ack, req_id=self.last), request, now)

    def _named(self, ack: Ack) -> Iterator[tuple[Ack, list[Topic]]]:
        found: dict[int, list[Topic]] = {}
        for topic, req_id in self._latest(ack).values():
            found.setdefault(req_id, []).append(topic)
        for req_id, topics in found.items():
            yield replace(ack, req_id=req_id), topics
        if self.refusal is not None and (left := self._left_beside(found.get(self.last, []))) is not None:
            yield self.refusal, [left]

    def _latest(self, ack: Ack) -> dict[Identity, tuple[Topic, int]]:
        """The topics that a named answer can be about, each with the latest request for it."""
        return {
            identity: (topic, req_id)
            for req_id, request in sorted(self.requests.items())
            if request.leaving == ack.leaving
            for identity, topic in request.open.items()
            if _speaks_of(ack, topic)
        }

    def _left_beside(self, named: list[Topic]) -> Topic | None:
        """The one topic that is open beside these."""
        request = self.requests.get(self.last)
        if request is None:
            return None
        answered = {topic.identity for topic in named}
        left = [topic for identity, topic in request.open.items() if identity not in answered]
        return left[0] if len(left) == 1 else None

    def _unnamed(self, ack: Ack, request: Asked, now: float) -> Iterator[tuple[Ack, list[Topic]]]:
        topics = list(request.open.values())
        if len(topics) == 1 or ack.meaning in ("stale", "passing"):
            for topic in topics:
                yield ack, [topic]
            return
        self.refusal = ack
        self._rest = now + REST

    def excuse(self, now: float) -> None:
        """Count the time of the turn from now."""
        if self.last in self.requests and self.ends > float("-inf"):
            self.ends = max(self.ends, now + self.ack_timeout)

    def suspects(self, now: float) -> Asked | None:
        """The request whose refusal fits several topics, once the line has rested; its turn is over then."""
        request = self.requests.get(self.last)
        if request is None or self.refusal is None or now < self.rests_until:
            return None
        self.ends = now
        self._rest = float("inf")
        return request

    def line_lost(self) -> None:
        """Nothing waits any more."""
        self.ends = float("-inf")
        self.refusal = None
        self._rest = float("inf")


def _speaks_of(ack: Ack, topic: Topic) -> bool:
    """Whether a named answer is about this topic; one without products is about all of a feed, and the other way round."""
    if ack.channel != topic.channel:
        return False
    if not ack.symbols or topic.symbol is None:
        return True
    return topic.symbol.casefold() in {symbol.casefold() for symbol in ack.symbols}
