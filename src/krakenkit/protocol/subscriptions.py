"""What is wanted on one connection, and where each subscription stands. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from krakenkit._core.backoff import delay_after
from krakenkit.protocol.dialect import Ack, Timing
from krakenkit.wire.channel import Identity, Topic
from krakenkit.wire.refusals import passing, token_stale

_RENEWALS_FORGOTTEN_AFTER = 60.0


class Phase(Enum):
    """How far one subscription has come on the present line."""

    IDLE = auto()
    ASKED = auto()
    CONFIRMED = auto()
    LEAVING = auto()


@dataclass(slots=True)
class Standing:
    """One topic and where it stands."""

    topic: Topic
    wanted: bool = True
    phase: Phase = Phase.IDLE
    not_before: float = float("-inf")
    asked_at: float = 0.0
    req_id: int = 0
    tries: int = 0
    refusals: int = 0
    renewals: int = 0
    renewed_at: float = float("-inf")
    blind_since: float | None = None

    @property
    def live(self) -> bool:
        """Whether the exchange confirmed it on the present line."""
        return self.phase is Phase.CONFIRMED


@dataclass(slots=True)
class Asked:
    """A request on its way: what it asks for, and which topics were not answered yet."""

    leaving: bool
    open: dict[Identity, Topic]


class Fate(Enum):
    """What an answer did to a topic."""

    CONFIRMED = auto()
    REFUSED = auto()
    TOKEN_STALE = auto()
    LEFT = auto()
    ORPHAN = auto()
    """Confirmed although nobody wants it any more: it must be unsubscribed."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A topic and what happened to it."""

    topic: Topic
    fate: Fate
    error: str = ""
    blind_since: float | None = None


@dataclass(slots=True)
class Subscriptions:
    """The topics of one connection."""

    timing: Timing
    standings: dict[Identity, Standing] = field(default_factory=dict[Identity, Standing])
    requests: dict[int, Asked] = field(default_factory=dict[int, Asked])

    # what the user wants

    def want(self, topic: Topic) -> bool:
        """Note a topic as wanted; False when it was already."""
        standing = self.standings.get(topic.identity)
        if standing is None:
            self.standings[topic.identity] = Standing(topic)
            return True
        fresh = not standing.wanted
        standing.wanted = True
        standing.topic = topic
        return fresh

    def unwant(self, topic: Topic, *, line_up: bool) -> bool:
        """Note a topic as unwanted; True when an unsubscribe request must go out for it."""
        standing = self.standings.get(topic.identity)
        if standing is None:
            return False
        standing.wanted = False
        if line_up and standing.phase in (Phase.ASKED, Phase.CONFIRMED):
            standing.phase = Phase.LEAVING
            standing.tries = 0
            return True
        if standing.phase is not Phase.LEAVING:
            del self.standings[topic.identity]
        return False

    def renew(self, topic: Topic, now: float) -> bool:
        """Mark a confirmed topic for leaving and subscribing again; True when an unsubscribe request must go out."""
        standing = self.standings.get(topic.identity)
        if standing is None or standing.phase is not Phase.CONFIRMED:
            return False
        if now - standing.renewed_at > _RENEWALS_FORGOTTEN_AFTER:
            standing.renewals = 0
        standing.renewals += 1
        standing.renewed_at = now
        standing.phase = Phase.LEAVING
        standing.tries = 0
        standing.blind_since = now
        return True

    # what goes out

    def due(self, now: float) -> list[Topic]:
        """The topics to ask for now; channel-wide ones first, as they may describe the others."""
        waiting = [
            s.topic for s in self.standings.values() if s.phase is Phase.IDLE and s.wanted and s.not_before <= now
        ]
        return sorted(waiting, key=lambda topic: topic.symbol is not None)

    def asked(self, req_id: int, topics: Iterable[Topic], now: float, *, leaving: bool = False) -> None:
        """Note that a request for these topics went out."""
        named = {topic.identity: topic for topic in topics}
        self.requests[req_id] = Asked(leaving, named)
        for identity in named:
            if standing := self.standings.get(identity):
                standing.phase = Phase.LEAVING if leaving else Phase.ASKED
                standing.asked_at = now
                standing.req_id = req_id

    # what comes in

    def settle(self, ack: Ack, now: float) -> Iterator[Outcome]:
        """Take an answer in and tell what it did to each topic it speaks of."""
        request = self.requests.get(ack.req_id or 0)
        if request is None or ack.req_id is None:
            return
        for topic in self._named(ack, request):
            del request.open[topic.identity]
            outcome = self._left(topic) if request.leaving else self._answered(topic, ack, now)
            if outcome is not None:
                yield outcome
        if not request.open:
            self.requests.pop(ack.req_id, None)

    def _named(self, ack: Ack, request: Asked) -> list[Topic]:
        """The topics an ack speaks of: its symbol's, or all that are open when it names none."""
        topics = list(request.open.values())
        if ack.symbol is None:
            return topics
        symbol = ack.symbol.upper()
        return [topic for topic in topics if topic.symbol == symbol]

    def _answered(self, topic: Topic, ack: Ack, now: float) -> Outcome | None:
        standing = self.standings.get(topic.identity)
        if ack.ok:
            return self._confirmed(topic, standing)
        if standing is None or standing.phase is not Phase.ASKED or standing.req_id != ack.req_id:
            return None  # an earlier try was answered with yes, or nobody wants it any more
        error = ack.error or "refused without a reason"
        standing.phase = Phase.IDLE
        if token_stale(error):
            return Outcome(topic, Fate.TOKEN_STALE, error)
        if passing(error):
            standing.refusals += 1
            standing.not_before = now + delay_after(standing.refusals, base=0.5, ceiling=30.0, roll=1.0)
            return None
        del self.standings[topic.identity]
        return Outcome(topic, Fate.REFUSED, error)

    def _confirmed(self, topic: Topic, standing: Standing | None) -> Outcome | None:
        if standing is None:
            return Outcome(topic, Fate.ORPHAN)
        if standing.phase is not Phase.ASKED:
            return None
        standing.phase = Phase.CONFIRMED
        standing.tries = standing.refusals = 0
        blind_since, standing.blind_since = standing.blind_since, None
        return Outcome(topic, Fate.CONFIRMED, blind_since=blind_since)

    def _left(self, topic: Topic) -> Outcome | None:
        """An unsubscribe was answered; whatever it said, the topic is gone on the exchange's side."""
        standing = self.standings.get(topic.identity)
        if standing is None or standing.phase is not Phase.LEAVING:
            return None
        if not standing.wanted:
            del self.standings[topic.identity]
            return Outcome(topic, Fate.LEFT)
        standing.phase = Phase.IDLE
        if standing.renewals > 1:
            standing.not_before = standing.renewed_at + delay_after(
                standing.renewals - 2, base=0.5, ceiling=30.0, roll=1.0
            )
        return None

    # time and the line

    def overdue(self, now: float) -> Iterator[Outcome]:
        """Give up or ask again where an answer did not come in time."""
        for standing in list(self.standings.values()):
            waiting = standing.phase in (Phase.ASKED, Phase.LEAVING)
            if not waiting or standing.asked_at + self.timing.ack_timeout > now:
                continue
            standing.tries += 1
            if standing.phase is Phase.LEAVING:
                if outcome := self._left(standing.topic):
                    yield outcome
            elif standing.tries < self.timing.ack_tries:
                standing.phase = Phase.IDLE
            else:
                del self.standings[standing.topic.identity]
                yield Outcome(standing.topic, Fate.REFUSED, f"no answer to {standing.tries} requests")

    def line_lost(self, heard_at: float) -> tuple[Topic, ...]:
        """Forget what the old line knew; the topics that were live and are wanted are blind from ``heard_at`` on."""
        self.requests.clear()
        blind: list[Topic] = []
        for standing in list(self.standings.values()):
            if not standing.wanted:
                del self.standings[standing.topic.identity]
                continue
            if standing.phase is Phase.CONFIRMED:
                standing.blind_since = heard_at
                blind.append(standing.topic)
            standing.phase = Phase.IDLE
            standing.tries = 0
        return tuple(blind)

    def clear(self) -> tuple[Topic, ...]:
        """Want nothing any more; the topics that were wanted."""
        wanted = tuple(standing.topic for standing in self.standings.values() if standing.wanted)
        self.standings.clear()
        self.requests.clear()
        return wanted

    @property
    def all_settled(self) -> bool:
        """Whether every wanted topic is confirmed."""
        return all(s.phase is Phase.CONFIRMED for s in self.standings.values() if s.wanted)

    @property
    def any_confirmed(self) -> bool:
        """Whether the exchange has something to send on this line."""
        return any(s.phase is Phase.CONFIRMED for s in self.standings.values())

    @property
    def deadline(self) -> float | None:
        """The earliest moment at which something is due or overdue."""
        moments = [
            standing.not_before if standing.phase is Phase.IDLE else standing.asked_at + self.timing.ack_timeout
            for standing in self.standings.values()
            if standing.phase is not Phase.CONFIRMED and (standing.wanted or standing.phase is not Phase.IDLE)
        ]
        return min(moments, default=None)
