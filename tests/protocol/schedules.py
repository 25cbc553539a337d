"""Random schedules for the connection machine: a user, a shell and an exchange around it, and what must always hold.

One schedule is a stretch of trouble, then calm. Everything comes from its seed; ``troubles`` cuts it short, so that a
failure can be narrowed down to the shortest beginning that still fails.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from heapq import heappop, heappush
from typing import Any, TypeAlias

import msgspec

from krakenkit._core.backoff import ReconnectPolicy
from krakenkit._core.limits import AttemptBudget, Pace
from krakenkit.errors import AuthRefused, TransportError
from krakenkit.protocol.connection import Connection, State
from krakenkit.protocol.dialect import Data
from krakenkit.protocol.events import (
    Action,
    CommandInDoubt,
    CommandSettled,
    Confirmed,
    Dial,
    Ended,
    GapBegan,
    Hangup,
    Left,
    NeedToken,
    Opened,
    Reconnected,
    Reconnecting,
    Responded,
    SubscriptionLost,
    Write,
)
from krakenkit.protocol.spot_v2 import SpotV2
from krakenkit.wire.channel import Identity, Topic
from protocol.simulated_exchange import NO_SUCH_SYMBOL, Key, SimulatedExchange

Step: TypeAlias = Callable[[], None]

_DEPTH = ("depth",)
PUBLIC = [
    Topic("instrument"),
    *(Topic("ticker", symbol, (("snapshot", True),)) for symbol in ("BTC/USD", "ETH/USD", "SOL/USD", NO_SUCH_SYMBOL)),
    *(Topic("book", "BTC/USD", (("depth", depth), ("snapshot", True)), _DEPTH) for depth in (10, 100)),
    Topic("book", "ETH/USD", (("depth", 10), ("snapshot", True)), _DEPTH),
]
PRIVATE = [
    Topic("executions", None, (("snap_orders", True),)),
    Topic("balances"),
    *(Topic("level3", symbol, (("depth", 10),), _DEPTH) for symbol in ("BTC/USD", "ETH/USD", NO_SUCH_SYMBOL)),
]
_CALMING_DOWN = 900.0
_RATE, _BURST = 5, 2
_UP = (State.AUTHENTICATING, State.RESUBSCRIBING, State.OPEN)
_ENDED = (State.IDLE, State.CLOSED, State.FAILED)


class Broken(AssertionError):
    """Something that must always hold did not."""


def check(holds: bool, what: str) -> None:
    if not holds:
        raise Broken(what)


class Schedule:
    """One life of a connection."""

    def __init__(self, seed: int, *, private: bool, troubles: int = 10**9) -> None:
        rng = self.rng = random.Random(f"{seed} {private}")
        self.now = rng.random() * 1e6
        self.log: deque[tuple[float, str, object]] = deque(maxlen=80)
        self.private = private
        self.topics = PRIVATE if private else PUBLIC
        self.limit, self.window = rng.choice(((120, 600.0), (5, 60.0)))
        self.machine = Connection(
            SpotV2(private=private),
            policy=ReconnectPolicy(ceiling=20.0),
            budget=AttemptBudget(self.limit, self.window),
            pace=Pace(rate=_RATE, burst=_BURST) if rng.random() < 0.5 else None,
            roll=rng.random,
        )
        self.exchange = SimulatedExchange(rng, self._deliver_later, private=private)
        self.later: list[tuple[float, int, Step]] = []
        self.count = 0
        # the shell
        self.dial = 0
        """Which attempt is under way; 0 for none."""
        self.line = 0
        """Which line is up; 0 for none."""
        self.attempts: list[float] = []
        self.requests: deque[float] = deque()
        """When the last subscribe and unsubscribe requests went out."""
        self.tokens = 0
        self.dropped = False
        """Whether a line that was up is gone, and nobody was told yet that all is well again."""
        # the user
        self.wanted: dict[Identity, Topic] = {}
        self.leaving: dict[Identity, None] = {}
        self.live: dict[Identity, None] = {}
        """What was confirmed on the present line and neither left nor renewed since."""
        self.blind: dict[Identity, None] = {}
        self.pending: dict[int, None] = {}
        self.written: dict[int, None] = {}
        self._plan(troubles)

    # --- time ---------------------------------------------------------------------------------------------------------

    def at(self, delay: float, step: Step) -> None:
        self.count += 1
        heappush(self.later, (self.now + delay, self.count, step))

    def run(self) -> Schedule:
        """Live through the trouble, then through calm, and see that all is well."""
        self._until(self.now + self.span, lambda: False)
        self.exchange.calm = True
        self.exchange.bad_tokens.clear()
        self.note("calm", "")
        self._until(self.now + _CALMING_DOWN, self._restful)
        self._until(self.now + 12.0, lambda: False)
        self._verify()
        return self

    def _until(self, end: float, enough: Callable[[], bool]) -> None:
        stuck = 0
        while not enough():
            deadline = self.machine.deadline
            soonest = self.later[0][0] if self.later else end
            if deadline is None or deadline > soonest:
                if soonest >= end:
                    break
                self.now, _, step = heappop(self.later)
                step()
                self._carry_out()
                continue
            if deadline >= end:
                break
            stuck = stuck + 1 if deadline <= self.now else 0
            check(stuck < 3, f"tick is wanted again and again at {deadline}")
            self.now = max(self.now, deadline)
            self.machine.tick(self.now)
            self._carry_out()
        self.now = max(self.now, end) if not enough() else self.now

    def note(self, what: str, detail: object) -> None:
        if not (isinstance(detail, bytes) and b"pong" in detail):
            self.log.append((self.now, what, detail))

    # --- the shell ----------------------------------------------------------------------------------------------------

    def _carry_out(self) -> None:
        while actions := self.machine.actions():
            for action in actions:
                if not (isinstance(action, Write) and '"ping"' in action.text):
                    self.note("machine", action)
                self._do(action)
        if self.machine.state is State.OPEN:
            check(self.wanted.keys() <= self.live.keys(), "open, though something wanted is not confirmed")

    def _do(self, action: Action) -> None:
        match action:
            case Write(text):
                self._write(text)
            case Dial():
                self._dial()
            case Hangup():
                self._hang_up()
            case NeedToken():
                self._fetch_token()
            case _:
                self._hear(action)

    def _write(self, text: str) -> None:
        check(self.line != 0, "a frame is written while no line is up")
        frame: dict[str, Any] = msgspec.json.decode(text)
        check(frame["req_id"] not in self.written, "a request number is used twice")
        self.written[frame["req_id"]] = None
        check(not self.private or "params" not in frame or "token" in frame["params"], "a private request has no token")
        if frame["method"] in ("subscribe", "unsubscribe"):
            self._check_pace()
        self.exchange.hear(text)

    def _check_pace(self) -> None:
        pace, sent = self.machine.pace, self.requests
        sent.append(self.now)
        while sent[0] < self.now - 1.0:
            sent.popleft()
        check(len(sent) <= pace.rate + pace.burst + 1, f"{len(sent)} requests within a second")

    def _dial(self) -> None:
        check(self.dial == 0 and self.line == 0, "dialling while a line is up or being dialled")
        self.attempts.append(self.now)
        recent = sum(1 for at in self.attempts if at > self.now - self.window + 1e-6)
        check(recent <= self.limit, f"{recent} attempts within {self.window} s")
        self.dial = len(self.attempts)
        self._answer_dial(self.dial, 0.0 if self.exchange.calm else self.rng.random())

    def _answer_dial(self, dial: int, roll: float) -> None:
        if roll < self.luck:
            self.at(0.05, lambda: self._opened(dial))
        elif roll < self.luck + 0.05:
            self.at(10.0, lambda: self._undialled(dial, None))
        elif roll < 0.98:
            status = self.rng.choice((None, 429, 503, 500))
            self.at(0.1, lambda: self._undialled(dial, status))
        else:
            status = self.rng.choice((400, 401, 403, 404))
            self.at(0.1, lambda: self._undialled(dial, status))

    def _opened(self, dial: int) -> None:
        if dial == self.dial:
            self.dial, self.line = 0, dial
            self.live.clear()
            self.note("shell", "opened")
            self.exchange.line_opened()
            self.machine.opened(self.now)

    def _undialled(self, dial: int, status: int | None) -> None:
        if dial == self.dial:
            self.dial = 0
            self.note("shell", f"not opened, status {status}")
            self.machine.lost("could not be opened", self.now, status=status)

    def _hang_up(self) -> None:
        check(self.line != 0 or self.dial != 0, "nothing to hang up")
        if self.machine.state is State.CLOSING:
            line = self.line
            self.at(self.rng.random(), lambda: self._lost(line, 1000))
        else:
            self._no_line()

    def _no_line(self) -> None:
        self.dropped = self.dropped or self.line != 0
        self.line = self.dial = 0
        self.exchange.line_lost()

    def _lost(self, line: int, code: int) -> None:
        if line != 0 and line == self.line:
            self._no_line()
            self.note("shell", f"lost with {code}")
            self.machine.lost("dropped", self.now, code=code)

    def _deliver_later(self, delay: float, frame: bytes) -> None:
        line = self.line
        self.at(delay, lambda: self._deliver(line, frame))

    def _deliver(self, line: int, frame: bytes) -> None:
        if line != 0 and line == self.line and not self.exchange.silent:
            self.note("frame", frame)
            incoming = self.machine.dialect.read(frame)
            if isinstance(incoming, Data):
                self.machine.heard(self.now)
            else:
                self.machine.received(incoming, self.now)

    def _fetch_token(self) -> None:
        check(self.private, "a public connection asks for a token")
        self.tokens += 1
        name = f"token{self.tokens}"
        roll = 0.0 if self.exchange.calm else self.rng.random()
        if roll < 0.8:
            if not self.exchange.calm and self.rng.random() < 0.25:
                self.exchange.bad_tokens.add(name)
            lifetime = 900.0 if self.exchange.calm else self.rng.choice((4.0, 900.0))
            self.at(roll, lambda: self.machine.authorised(name, self.now, lifetime=lifetime))
        elif roll < 0.9:
            error = TransportError("no token", sent=True)
            self.at(0.5, lambda: self.machine.token_failed(error, self.now, fatal=False))
        elif roll < 0.94:
            self.at(35.0, lambda: self.machine.authorised(name, self.now))
        elif roll < 0.96:
            refused = AuthRefused("no token", codes=("EAPI:Invalid key",))
            self.at(0.5, lambda: self.machine.token_failed(refused, self.now, fatal=True))

    # --- what the machine tells ---------------------------------------------------------------------------------------

    def _hear(self, event: Action) -> None:
        match event:
            case Confirmed(topic, blind_since):
                check(topic.identity in self.wanted, f"{topic} is confirmed, but nobody wants it")
                check(_key(topic) in self.exchange.live, f"{topic} is confirmed, but not live")
                blind = topic.identity in self.blind
                check((blind_since is not None) is blind, f"{topic}: blind {blind}, since {blind_since}")
                self.blind.pop(topic.identity, None)
                self.live[topic.identity] = None
            case SubscriptionLost(topic):
                check(topic.identity in self.wanted, f"{topic} is reported lost, but nobody wants it any more")
                self._forget(topic)
            case Left(topic):
                check(topic.identity in self.leaving, f"{topic} is reported left without having been given up")
                del self.leaving[topic.identity]
            case GapBegan(topics, since):
                check(since <= self.now, "a gap begins in the future")
                told = {topic.identity for topic in topics}
                check(told == self.live.keys() & self.wanted.keys(), "a gap tells of too many or too few")
                self.blind |= dict.fromkeys(told)
                self.live.clear()
            case _:
                self._hear_of_the_line(event)

    def _hear_of_the_line(self, event: Action) -> None:
        match event:
            case CommandSettled(req_id) | CommandInDoubt(req_id):
                check(req_id in self.pending, f"command {req_id} ends twice")
                del self.pending[req_id]
            case Opened():
                check(self.line != 0, "opened without a line")
            case Reconnected():
                check(self.dropped, "reconnected, though nothing had dropped")
                self.dropped = False
                check(self.wanted.keys() <= self.live.keys(), "reconnected, though something is neither live nor lost")
            case Reconnecting():
                check(not self.live.keys() & self.wanted.keys(), "a drop without a gap")
                check(not self.pending, "a drop leaves commands waiting")
            case Ended():
                check(not self.pending, "the end leaves commands waiting")
                check(self.machine.state is not State.FAILED or not self.wanted, "failed without reporting all topics")
                self.dropped = False
                self.live.clear()
                self.blind.clear()
                self.leaving.clear()
            case _:
                pass

    def _forget(self, topic: Topic) -> None:
        for store in (self.wanted, self.live, self.blind):
            store.pop(topic.identity, None)

    # --- trouble ------------------------------------------------------------------------------------------------------

    def _plan(self, troubles: int) -> None:
        rng = self.rng
        self.span = rng.choice((3.0, 15.0, 60.0, 150.0))
        self.luck = rng.choice((0.3, 0.8, 0.9))
        """How often dialling works out."""
        steps: list[tuple[Step, int]] = [
            (self._want, 8),
            (self._unwant, 4),
            (self._renew, 3),
            (self._command, 4),
            (self._drop, 3),
            (self._heard, 2),
            (self._fall_silent, 1),
            (self._grumble, 1),
            (self._close, 1),
            (self._connect, 1),
        ]
        kinds, weights = [step for step, _ in steps], [weight for _, weight in steps]
        self.at(0.0, self._want)
        for step in rng.choices(kinds, weights, k=rng.randint(3, 24))[:troubles]:
            self.at(rng.random() * self.span, step)

    def _some(self) -> list[Topic]:
        return self.rng.sample(self.topics, self.rng.randint(1, len(self.topics)))

    def _want(self) -> None:
        topics = self._some()
        self.note("user wants", topics)
        for topic in topics:
            self.wanted[topic.identity] = topic
            self.leaving.pop(topic.identity, None)
        self.machine.want(topics, self.now)

    def _unwant(self) -> None:
        topics = self._some()
        self.note("user gives up", topics)
        for topic in topics:
            if topic.identity in self.wanted:
                self.leaving[topic.identity] = None
            self._forget(topic)
        self.machine.unwant(topics, self.now)

    def _renew(self) -> None:
        topics = self._some()
        self.note("user renews", topics)
        for topic in topics:
            if topic.identity in self.live and self.machine.state in _UP:
                del self.live[topic.identity]
                self.blind[topic.identity] = None
        self.machine.renew(topics, self.now)

    def _command(self) -> None:
        expected = self.rng.choice((1, 1, 3))
        self.note("user commands", expected)
        try:
            req_id = self.machine.command("add_order", {"replies": expected}, self.now, expected=expected)
        except TransportError as error:
            check(not error.sent and not self.machine.ready, "a command was not sent on a ready line")
        else:
            check(self.machine.ready and req_id not in self.pending, "a command was taken on a line that is not ready")
            self.pending[req_id] = None

    def _drop(self) -> None:
        self._lost(self.line, self.rng.choice((1000, 1001, 1006, 1006, 1006, 1008)))

    def _heard(self) -> None:
        if self.line and not self.exchange.silent:
            self.machine.heard(self.now)

    def _fall_silent(self) -> None:
        self.note("exchange", "falls silent")
        self.exchange.silent = self.line != 0

    def _grumble(self) -> None:
        frames = (b'{"Error":"Exceeded msg rate"}', b"CloudFlare WebSocket proxy restarting", b"\xff\xfe{", b"")
        self._deliver(self.line, self.rng.choice(frames))

    def _close(self) -> None:
        self.note("user", "closes")
        for store in (self.wanted, self.live, self.blind, self.leaving):
            store.clear()
        self.machine.close(self.now)

    def _connect(self) -> None:
        self.machine.connect(self.now)

    # --- afterwards ---------------------------------------------------------------------------------------------------

    def _restful(self) -> bool:
        if self.later or self.pending or self.exchange.silent or self.machine.state not in (State.OPEN, *_ENDED):
            return False
        return self.exchange.live.keys() == {_key(topic) for topic in self.wanted.values()} and not self.leaving

    def _verify(self) -> None:
        check(self.machine.state in (State.OPEN, *_ENDED), f"still {self.machine.state.name} after a long calm")
        check(self.machine.state is State.OPEN or not self.wanted, "something is wanted on a connection that has ended")
        check(self.wanted.keys() <= self.live.keys(), "something is wanted, and neither confirmed nor reported")
        check(not self.pending, "a command never ended")
        check(not self.dropped, "nobody was told that all is well again")
        check(not self.leaving, "something was given up, and nobody was told that it is gone")
        self._verify_exchange()

    def _verify_exchange(self) -> None:
        wanted = {_key(topic) for topic in self.wanted.values()}
        check(wanted <= self.exchange.live.keys(), "something is confirmed, but not live")
        tries = self.machine.timing.ack_tries
        stray = [key for key in self.exchange.live if key not in wanted and self.exchange.ignored.get(key, 0) < tries]
        check(not stray, f"live, though nobody wants it: {stray}")


def _key(topic: Topic) -> Key:
    return (topic.channel, topic.symbol, dict(topic.params).get("depth"))


def told(schedule: Schedule) -> str:
    """The last things that happened, one a line."""
    return "\n".join(f"  {at:.6f} {what}: {_brief(detail)}" for at, what, detail in schedule.log)


def _brief(detail: object) -> str:
    match detail:
        case Write(text):
            return f"writes {text}"
        case bytes():
            return detail.decode(errors="replace")
        case Responded(reply):
            return f"heard the answer to {reply.req_id}"
        case Topic():
            return str(detail)
        case list() | tuple():
            return ", ".join(_brief(item) for item in detail)
        case _ if is_dataclass(detail):
            members = ((member.name, getattr(detail, member.name)) for member in fields(detail))
            return f"{type(detail).__name__}({', '.join(f'{name}={_brief(value)}' for name, value in members)})"
        case _:
            return str(detail)


def first_failure(seed: int, *, private: bool, troubles: int = 10**9) -> str | None:
    """What went wrong in this schedule, with its last events; None when nothing did."""
    schedule = Schedule(seed, private=private, troubles=troubles)
    try:
        schedule.run()
    except AssertionError as broken:
        return f"{broken}\nSchedule({seed}, private={private}, troubles={troubles})\n{told(schedule)}"
    return None


def shortest_failure(seed: int, *, private: bool) -> str | None:
    """The failure of the shortest beginning of this schedule that fails; None when the whole does not."""
    whole = first_failure(seed, private=private)
    if whole is None:
        return None
    shorter = (first_failure(seed, private=private, troubles=troubles) for troubles in range(24))
    return next((failure for failure in shorter if failure is not None), whole)
