"""What is wanted on one connection, and where each subscription stands. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from krakenkit._core.backoff import delay_after
from krakenkit.protocol.dialect import Ack, Timing
from krakenkit.protocol.turns import Asked, Turns
from krakenkit.wire.channel import Identity, Topic
from krakenkit.wire.refusals import passing, token_stale

_RENEWALS_FORGOTTEN_AFTER = 60.0
_STALE_TRIES = 3


class Phase(Enum):
    """How far one subscription has come on the present line."""

    IDLE = auto()
    ASKED = auto()
    CONFIRMED = auto()
    PARTING = auto()
    """To be unsubscribed; the request is not out yet."""
    LEAVING = auto()


@dataclass(slots=True)
class Standing:
    """One topic and where it stands."""

    topic: Topic
    wanted: bool = True
    told: bool = False
    """Nobody wants it and nobody waits to hear that it is gone."""
    phase: Phase = Phase.IDLE
    not_before: float = float("-inf")
    asked_at: float = 0.0
    req_id: int = 0
    since: int = 0
    """The first request of the present round of asking or leaving; answers to older ones are history."""
    alone: bool = False
    """Asked for in a request of its own, so that a refusal that names no symbol is about this one."""
    tries: int = 0
    refusals: int = 0
    stale: int = 0
    renewals: int = 0
    renewed_at: float = float("-inf")
    blind_since: float | None = None

    @property
    def live(self) -> bool:
        """Whether the exchange confirmed it on the present line."""
        return self.phase is Phase.CONFIRMED


class Fate(Enum):
    """What an answer did to a topic."""

    CONFIRMED = auto()
    REFUSED = auto()
    TOKEN_STALE = auto()
    LEFT = auto()


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
    private: bool = False
    """Whether requests carry a token, which can be refused as stale."""
    standings: dict[Identity, Standing] = field(default_factory=dict[Identity, Standing])
    requests: dict[int, Asked] = field(default_factory=dict[int, Asked])
    numbered: bool = True
    """Whether answers carry the number of their request; where they do not, requests take turns."""
    turns: Turns | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        if not self.numbered:
            self.turns = Turns(self.timing.ack_timeout, self.requests)

    # what the user wants

    def want(self, topic: Topic) -> bool:
        """Note a topic as wanted; False when it was already."""
        standing = self.standings.get(topic.identity)
        if standing is None:
            self.standings[topic.identity] = Standing(topic)
            return True
        fresh = not standing.wanted
        if fresh:
            standing.blind_since = None
            standing.renewals = 0
        standing.wanted = True
        standing.told = False
        standing.topic = topic if fresh else _for_both(standing.topic, topic)
        return fresh

    def unwant(self, topic: Topic) -> bool:
        """Note a topic as unwanted; True when it is gone at once, since the exchange was never asked for it."""
        standing = self.standings.get(topic.identity)
        if standing is None:
            return False
        standing.wanted = False
        if standing.phase in (Phase.ASKED, Phase.CONFIRMED) or (standing.phase is Phase.IDLE and standing.since):
            self._part(standing)
        elif standing.phase is Phase.IDLE:
            del self.standings[topic.identity]
            return True
        return False

    def renew(self, topic: Topic, now: float, *, counted: bool = True) -> None:
        """Let a topic be unsubscribed and subscribed again; its data may have come before its confirmation."""
        standing = self.standings.get(topic.identity)
        if standing is None or not standing.wanted or standing.phase not in (Phase.CONFIRMED, Phase.ASKED):
            return
        if now - standing.renewed_at > _RENEWALS_FORGOTTEN_AFTER:
            standing.renewals = 0
        if counted:
            standing.renewals += 1
            standing.renewed_at = now
        if standing.phase is Phase.CONFIRMED:
            standing.blind_since = now
        self._part(standing)

    def _part(self, standing: Standing) -> None:
        standing.phase = Phase.PARTING
        standing.since = standing.tries = standing.refusals = 0
        standing.not_before = float("-inf")

    # what goes out

    def due(self, now: float) -> list[Topic]:
        """The topics to ask for now; channel-wide ones first, as they may describe the others."""
        waiting = [
            s.topic for s in self.standings.values() if s.phase is Phase.IDLE and s.wanted and s.not_before <= now
        ]
        return sorted(waiting, key=lambda topic: topic.symbol is not None)

    def parting(self, now: float) -> list[Topic]:
        """The topics to unsubscribe now."""
        return [s.topic for s in self.standings.values() if s.phase is Phase.PARTING and s.not_before <= now]

    def alone(self, topic: Topic) -> bool:
        """Whether this topic shares no request with others."""
        standing = self.standings.get(topic.identity)
        return standing is not None and standing.alone

    def unsendable(self, topic: Topic, error: str) -> Outcome:
        """Give up on a topic that no request can be written for."""
        self.standings.pop(topic.identity, None)
        return Outcome(topic, Fate.REFUSED, error)

    def asked(self, req_id: int, topics: Iterable[Topic], now: float, *, leaving: bool = False) -> None:
        """Note that a request for these topics went out."""
        named = {topic.identity: topic for topic in topics}
        self.requests[req_id] = Asked(leaving, named)
        for identity in named:
            if standing := self.standings.get(identity):
                standing.phase = Phase.LEAVING if leaving else Phase.ASKED
                standing.asked_at = now
                standing.req_id = req_id
                standing.since = standing.since or req_id
        if self.turns is not None:
            self.turns.took(req_id, now)

    def waiting(self, now: float) -> bool:
        """Whether a request has to be answered before the next one may go out."""
        return self.turns is not None and self.turns.waiting(now) is not None

    # what comes in

    def settle(self, ack: Ack, now: float) -> Iterator[Outcome]:
        """Take an answer in and tell what it did to each topic it speaks of."""
        if ack.req_id is not None and (request := self.requests.get(ack.req_id)) is not None:
            yield from self._settled(ack, ack.req_id, request, self._named(ack, request), now)
        elif ack.req_id is None and self.turns is not None:
            for numbered, topics in list(self.turns.meant(ack, now)):
                req_id = numbered.req_id or 0
                yield from self._settled(numbered, req_id, self.requests[req_id], topics, now)
                self._forget_older(req_id, topics)

    def _settled(self, ack: Ack, req_id: int, request: Asked, named: list[Topic], now: float) -> Iterator[Outcome]:
        for topic in named:
            del request.open[topic.identity]
            outcome = (
                self._left(topic, ack, now) if request.leaving else self._answered(topic, ack, now, len(named) > 1)
            )
            if outcome is not None:
                yield outcome
        if not request.open:
            self.requests.pop(req_id, None)

    def _forget_older(self, req_id: int, topics: Iterable[Topic]) -> None:
        """Answers come in order: what was asked before this will not be answered any more."""
        for older in [number for number in self.requests if number < req_id]:
            for topic in topics:
                self.requests[older].open.pop(topic.identity, None)
            if not self.requests[older].open:
                del self.requests[older]

    def _named(self, ack: Ack, request: Asked) -> list[Topic]:
        """The topics an ack speaks of: its symbol's, or all that are open when it names none."""
        topics = list(request.open.values())
        if ack.symbol is None:
            return topics
        symbol = ack.symbol.casefold()
        return [topic for topic in topics if (topic.symbol or "").casefold() == symbol]

    def _answered(self, topic: Topic, ack: Ack, now: float, several: bool) -> Outcome | None:
        standing = self.standings.get(topic.identity)
        if ack.ok:
            return self._confirmed(topic, standing, ack)
        if standing is None or standing.phase is not Phase.ASKED or standing.req_id != ack.req_id:
            return None  # an earlier try was answered with yes, or nobody wants it any more
        error = ack.error or "refused without a reason"
        if standing.since != ack.req_id and (ack.meaning == "as_asked" or _already(error)):
            return self._confirmed(topic, standing, ack)  # by an earlier try, whose answer got lost
        standing.phase = Phase.IDLE
        if ack.meaning == "as_asked":
            standing.alone = True  # the words may be late ones, for another topic: the next answer is certain
            return None
        if self._stale(ack):
            standing.stale += 1
            if standing.stale <= _STALE_TRIES:
                return Outcome(topic, Fate.TOKEN_STALE, error)
        elif _passing(ack):
            self._postpone(standing, now)
            return None
        elif several:
            standing.alone = True  # which one was meant shows when each is asked for by itself
            return None
        if standing.since != ack.req_id:
            return self._given_up(standing, error)
        del self.standings[topic.identity]
        return Outcome(topic, Fate.REFUSED, error)

    def _given_up(self, standing: Standing, error: str) -> Outcome:
        """Report a topic of which one request went without an answer: it may be live all the same."""
        standing.wanted, standing.told = False, True
        self._part(standing)
        return Outcome(standing.topic, Fate.REFUSED, error)

    def _stale(self, ack: Ack) -> bool:
        return self.private and not ack.ok and (ack.meaning == "stale" or token_stale(ack.error or ""))

    def _postpone(self, standing: Standing, now: float) -> None:
        standing.refusals += 1
        standing.tries = 0
        standing.not_before = now + delay_after(standing.refusals, base=0.5, ceiling=30.0, roll=1.0)

    def _confirmed(self, topic: Topic, standing: Standing | None, ack: Ack) -> Outcome | None:
        if standing is None:
            # Nobody wants it any more: it must be unsubscribed.
            self.standings[topic.identity] = Standing(topic, wanted=False, told=True, phase=Phase.PARTING)
            return None
        if standing.phase not in (Phase.ASKED, Phase.IDLE) or not 0 < standing.since <= (ack.req_id or 0):
            return None
        standing.phase = Phase.CONFIRMED
        standing.alone = False
        standing.tries = standing.refusals = standing.stale = 0
        blind_since, standing.blind_since = standing.blind_since, None
        return Outcome(topic, Fate.CONFIRMED, blind_since=blind_since)

    def _left(self, topic: Topic, ack: Ack, now: float) -> Outcome | None:
        """An unsubscribe was answered: the topic is gone, also when the exchange never heard of it.

        Not so when it was the token or the pace that was refused.
        """
        standing = self.standings.get(topic.identity)
        if standing is None or standing.phase is not Phase.LEAVING or (ack.req_id or 0) < standing.since:
            return None
        if not self._stale(ack) and not _passing(ack):
            return self._gone(standing)
        standing.phase = Phase.PARTING
        if self._stale(ack):
            standing.stale += 1
            if standing.stale <= _STALE_TRIES:
                return Outcome(topic, Fate.TOKEN_STALE, ack.error or "")
        self._postpone(standing, now)
        return None

    def _gone(self, standing: Standing) -> Outcome | None:
        if not standing.wanted:
            del self.standings[standing.topic.identity]
            return None if standing.told else Outcome(standing.topic, Fate.LEFT)
        standing.phase = Phase.IDLE
        standing.since = standing.tries = standing.refusals = standing.stale = 0
        if standing.renewals > 1:
            standing.not_before = standing.renewed_at + delay_after(
                standing.renewals - 2, base=0.5, ceiling=30.0, roll=1.0
            )
        return None

    # time and the line

    def overdue(self, now: float) -> Iterator[Outcome]:
        """Give up or ask again where an answer did not come in time."""
        if self.turns is not None and (request := self.turns.suspects(now)) is not None:
            yield from self._suspected(request)
        for standing in list(self.standings.values()):
            waiting = standing.phase in (Phase.ASKED, Phase.LEAVING)
            if not waiting or standing.asked_at + self.timing.ack_timeout > now:
                continue
            standing.tries += 1
            again = standing.tries < self.timing.ack_tries
            if standing.phase is Phase.LEAVING:
                if again:
                    standing.phase = Phase.PARTING
                elif outcome := self._gone(standing):
                    yield outcome
            elif again:
                standing.phase = Phase.IDLE
                standing.alone = standing.alone or not self.numbered
            else:
                yield self._given_up(standing, f"no answer to {standing.tries} requests")

    def _suspected(self, request: Asked) -> Iterator[Outcome]:
        """A refusal fits several topics: each is asked for by itself. One that was to be left is gone either way."""
        for identity in request.open:
            standing = self.standings.get(identity)
            if standing is None or standing.phase is not (Phase.LEAVING if request.leaving else Phase.ASKED):
                continue
            if not request.leaving:
                standing.phase = Phase.IDLE
                standing.alone = True
            elif outcome := self._gone(standing):
                yield outcome

    def excuse(self, now: float) -> None:
        """Count the time for answers from now: they could not be read until now."""
        for standing in self.standings.values():
            standing.asked_at = max(standing.asked_at, now)
        if self.turns is not None:
            self.turns.excuse(now)

    def line_lost(self, heard_at: float) -> tuple[list[Topic], list[Topic], list[Topic]]:
        """Forget what the old line knew.

        Gives the topics that were live and are wanted, which are blind from ``heard_at`` on, those whose answer was still
        to come, and those that are left.
        """
        self.requests.clear()
        if self.turns is not None:
            self.turns.line_lost()
        blind: list[Topic] = []
        unsure: list[Topic] = []
        left: list[Topic] = []
        for standing in list(self.standings.values()):
            if not standing.wanted:
                del self.standings[standing.topic.identity]
                if not standing.told:
                    left.append(standing.topic)
                continue
            if standing.phase is Phase.CONFIRMED:
                standing.blind_since = heard_at
                blind.append(standing.topic)
            elif standing.phase is Phase.ASKED:
                unsure.append(standing.topic)
            standing.phase = Phase.IDLE
            standing.since = standing.tries = standing.stale = 0
            standing.not_before = float("-inf")
            standing.alone = (
                standing.alone and self.numbered
            )  # for want of an answer, which the line may be to blame for
        return blind, unsure, left

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
        free_at = self.turns.free_at if self.turns is not None else float("-inf")
        moments = [
            max(s.not_before, free_at)
            if s.phase in (Phase.IDLE, Phase.PARTING)
            else s.asked_at + self.timing.ack_timeout
            for s in self.standings.values()
            if s.phase is not Phase.CONFIRMED
        ]
        if self.turns is not None and self.turns.rests_until < float("inf"):
            moments.append(self.turns.rests_until)
        return min(moments, default=None)


def _for_both(one: Topic, other: Topic) -> Topic:
    """What serves the readers of both: a snapshot, or whatever else either of them switched on, is asked for."""
    params = dict(one.params) | {name: value for name, value in other.params if dict(one.params).get(name) is not True}
    return replace(other, params=tuple(params.items()))


def _passing(ack: Ack) -> bool:
    """Whether it was refused for now only."""
    return not ack.ok and (ack.meaning == "passing" or passing(ack.error or ""))


def _already(error: str) -> bool:
    """Whether a subscription was refused because it is there."""
    text = error.lower()
    # "Already subscribed to one ohlc interval on this symbol" refuses another one instead.
    return "already subscribed" in text and " to one " not in text
