"""A Futures v1 exchange with moods and a shell around the machine, on a manual clock: what must hold after any trouble."""

from __future__ import annotations

import json
import random
from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

from krakenkit._core.backoff import ReconnectPolicy
from krakenkit._core.limits import AttemptBudget
from krakenkit.protocol.connection import Connection, State
from krakenkit.protocol.events import (
    Action,
    Confirmed,
    Dial,
    GapBegan,
    Hangup,
    Left,
    NeedToken,
    SubscriptionLost,
    Write,
)
from krakenkit.protocol.futures_v1 import FuturesV1
from krakenkit.signing import challenge
from krakenkit.signing.credentials import Credentials
from krakenkit.wire.channel import Identity, Topic

KEY = Credentials(
    "futures-test-key", "7zxMEF5p/Z8l2p2U7Ghv6x14Af+Fx+92tPgUdVQ748FOIrEoT9bgT+bTRfXc5pz8na+hL/QdrCVG7bh9KpT0eMTm"
)
NO_SUCH_PRODUCT = "PF_WWWUSD"
PUBLIC = [
    Topic("heartbeat"),
    *(Topic(feed, product) for feed in ("ticker", "book") for product in ("PF_XBTUSD", "PF_ETHUSD", NO_SUCH_PRODUCT)),
]
PRIVATE = [Topic(feed) for feed in ("open_orders", "fills", "balances", "open_positions", "account_log")]
_UP = (State.AUTHENTICATING, State.RESUBSCRIBING, State.OPEN)
Key = tuple[str, str | None]


class Broken(AssertionError):
    """Something that must always hold did not."""


def check(holds: bool, what: str) -> None:
    if not holds:
        raise Broken(what)


class FuturesLife:
    """One life of a Futures connection, from its seed: a stretch of trouble, then calm."""

    def __init__(self, seed: int, *, private: bool) -> None:
        rng = self.rng = random.Random(f"{seed} {private}")
        self.private = private
        self.now = 0.0
        self.calm = False
        self.slow = rng.random() < 0.2
        """Whether answers may come after their time-out, where no answer can be told from another for certain."""
        self.refuses_whole_requests = rng.random() < 0.5
        self.repeats = rng.random() < 0.5
        """Whether an alert about a subscription that stands is followed by an acknowledgement."""
        self.log: deque[str] = deque(maxlen=60)
        self.machine = Connection(
            FuturesV1(KEY if private else None),
            policy=ReconnectPolicy(ceiling=5.0),
            budget=AttemptBudget(100, 10.0),
            roll=rng.random,
        )
        self.later: list[tuple[float, int, Callable[[], None]]] = []
        self.count = 0
        self.line = 0
        self.lines = 0
        self.speaks_at = 0.0
        self.challenge = ""
        self.live: dict[Key, None] = {}
        self.ignored: dict[Key, int] = {}
        """Unsubscribe requests that did nothing, by what is live."""
        self.silenced: dict[Key, None] = {}
        """What was asked for without an answer at some time."""
        self.answered_at = 0.0
        """When the answers to the last request are all there."""
        self.wanted: dict[Identity, Topic] = {}
        self.confirmed: dict[Identity, None] = {}
        for _ in range(rng.randrange(2, 14)):
            self.at(rng.random() * 60, self._act)

    # --- time ---------------------------------------------------------------------------------------------------------

    def at(self, delay: float, step: Callable[[], None]) -> None:
        self.count += 1
        heappush(self.later, (self.now + delay, self.count, step))

    def run(self) -> None:
        """Live through it and see that all is well."""
        self._until(90.0)
        self.calm = True
        self._until(self.now + 400.0)
        self._verify()

    def _until(self, end: float) -> None:
        stuck = 0
        while True:
            deadline = self.machine.deadline
            soonest = self.later[0][0] if self.later else end
            at = min(end, soonest if deadline is None else min(deadline, soonest))
            if at >= end:
                self.now = end
                return
            stuck = stuck + 1 if at <= self.now else 0
            check(stuck < 200, f"nothing moves on at {at}")
            self.now = max(self.now, at)
            if deadline is not None and deadline <= soonest:
                self.machine.tick(self.now)
            else:
                heappop(self.later)[2]()
            self._carry_out()

    # --- the user -----------------------------------------------------------------------------------------------------

    def _act(self) -> None:
        some = self.rng.sample(PRIVATE if self.private else PUBLIC, self.rng.randrange(1, 4))
        match self.rng.randrange(6):
            case 0 | 1 | 2:
                for topic in some:
                    self.wanted[topic.identity] = topic
                self.machine.want(some, self.now)
            case 3:
                for topic in some:
                    self.wanted.pop(topic.identity, None)
                    self.confirmed.pop(topic.identity, None)
                self.machine.unwant(some, self.now)
            case 4:
                self.machine.renew(some, self.now)
            case _:
                self._cut("cut")
        self._carry_out()

    # --- the shell ----------------------------------------------------------------------------------------------------

    def _carry_out(self) -> None:
        while actions := self.machine.actions():
            for action in actions:
                self.log.append(f"{self.now:.2f} {action}")
                self._do(action)

    def _do(self, action: Action) -> None:
        match action:
            case Dial():
                self.at(self.rng.random() * 0.2, self._open)
            case Write(text):
                check(self.line != 0, "a frame is written while no line is up")
                self._hear(json.loads(text))
            case Hangup():
                self._hung_up()
            case NeedToken():
                check(False, "a token is wanted where a challenge is signed")
            case Confirmed(topic):
                self.confirmed[topic.identity] = None
            case SubscriptionLost(topic, error):
                self._reported(topic, error)
            case GapBegan(topics):
                for topic in topics:
                    self.confirmed.pop(topic.identity, None)
            case Left(topic):
                check(topic.identity not in self.wanted, f"{topic} was left, though it is wanted")
            case _:
                pass

    def _reported(self, topic: Topic, error: str) -> None:
        self.wanted.pop(topic.identity, None)
        self.confirmed.pop(topic.identity, None)
        if error.startswith("no answer"):
            check(self.slow or (topic.channel, topic.symbol) in self.silenced, f"{topic} was answered: {error}")
        elif not error.startswith(("no token", "3 fresh tokens")):
            guilty = topic.symbol == NO_SUCH_PRODUCT
            check(self.slow or guilty, f"{topic} was refused, though nothing is wrong with it: {error}")

    def _open(self) -> None:
        self.lines += 1
        self.line = self.lines
        self.speaks_at = self.now
        self.live.clear()
        self.ignored.clear()
        self.answered_at = 0.0
        self.challenge = ""
        self._say('{"event":"info","version":1}')
        self.machine.opened(self.now)

    def _hung_up(self) -> None:
        self.line = 0
        self.live.clear()

    def _cut(self, reason: str) -> None:
        if self.line:
            self._hung_up()
            self.machine.lost(reason, self.now)

    # --- the exchange -------------------------------------------------------------------------------------------------

    def _say(self, *frames: str) -> None:
        """Answer in order, soon or, where the exchange is slow, much later."""
        late = self.slow and self._moody(0.05)
        line = self.line
        self.speaks_at = max(self.speaks_at, self.now + (7.0 if late else self.rng.random() * 0.2))
        for frame in frames:
            self.at(self.speaks_at - self.now, lambda text=frame: self._deliver(line, text))  # type: ignore[misc]

    def _deliver(self, line: int, text: str) -> None:
        if line == self.line:
            self.log.append(f"{self.now:.2f} <- {text}")
            self.machine.received(self.machine.dialect.read(text.encode()), self.now)

    def _moody(self, chance: float) -> bool:
        return not self.calm and self.rng.random() < chance

    def _hear(self, frame: dict[str, Any]) -> None:
        event = frame["event"]
        if event == "ping":
            self._say('{"event":"pong"}')
        elif event == "challenge":
            self._give_challenge()
        elif self._moody(0.08):
            self._ignore(frame)
        elif self._moody(0.05):
            self._say('{"event":"alert","message":"rate_limited"}')
        elif not self._proven(frame):
            self._say('{"event":"alert","message":"Failed to subscribe to authenticated feed"}')
        else:
            self._take_turn(frame)

    def _take_turn(self, frame: dict[str, Any]) -> None:
        """Requests take turns: the one before this was answered, or its time is over."""
        check(self.slow or self.now >= self.answered_at, "a second request went out before the first was answered")
        self._say(*(self._subscribe(frame) if frame["event"] == "subscribe" else self._unsubscribe(frame)))
        self.answered_at = self.speaks_at

    def _ignore(self, frame: dict[str, Any]) -> None:
        for key in _keys(frame):
            self.silenced[key] = None
            if frame["event"] == "unsubscribe":
                self.ignored[key] = self.ignored.get(key, 0) + 1

    def _give_challenge(self) -> None:
        if self._moody(0.1):
            self._say('{"event":"error","message":"Json Error"}')
        elif not self._moody(0.1):
            self.challenge = f"challenge-of-line-{self.line}"
            self._say(json.dumps({"event": "challenge", "message": self.challenge}))

    def _proven(self, frame: dict[str, Any]) -> bool:
        if not self.private:
            return True
        if self._moody(0.03):
            return False
        check(frame["original_challenge"] == self.challenge, "a challenge of another line was signed")
        return challenge.verify(frame["signed_challenge"], KEY.secret_bytes(), self.challenge)

    def _subscribe(self, frame: dict[str, Any]) -> list[str]:
        keys = _keys(frame)
        if self.refuses_whole_requests and any(product == NO_SUCH_PRODUCT for _, product in keys):
            return ['{"event":"error","message":"Invalid product id"}']
        return [answer for key in keys for answer in self._subscribe_one(key)]

    def _subscribe_one(self, key: Key) -> list[str]:
        if key[1] == NO_SUCH_PRODUCT:
            return ['{"event":"error","message":"Invalid product id"}']
        if key in self.live:
            alert = '{"event":"alert","message":"Already subscribed to feed, re-requesting"}'
            return [alert, _ack("subscribed", key)] if self.repeats else [alert]
        self.live[key] = None
        self.ignored.pop(key, None)
        return [_ack("subscribed", key)]

    def _unsubscribe(self, frame: dict[str, Any]) -> list[str]:
        answers: list[str] = []
        for key in _keys(frame):
            there = key in self.live
            self.live.pop(key, None)
            answers.append(
                _ack("unsubscribed", key) if there else '{"event":"alert","message":"Not subscribed to feed"}'
            )
        return answers

    # --- afterwards ---------------------------------------------------------------------------------------------------

    def _verify(self) -> None:
        ended = (State.OPEN, State.IDLE, State.CLOSED, State.FAILED)
        check(self.machine.state in ended, f"still {self.machine.state.name} after a long calm")
        check(self.wanted.keys() <= self.confirmed.keys(), "something is wanted, and neither confirmed nor reported")
        wanted = {(topic.channel, topic.symbol) for topic in self.wanted.values()}
        check(self.slow or wanted <= self.live.keys(), f"confirmed, but not live: {wanted - self.live.keys()}")
        tries = self.machine.timing.ack_tries
        stray = [key for key in self.live if key not in wanted and self.ignored.get(key, 0) < tries]
        check(self.slow or not stray, f"live, though nobody wants it: {stray}")


def _keys(frame: dict[str, Any]) -> list[Key]:
    return [(frame["feed"], product) for product in frame.get("product_ids") or [None]]


def _ack(event: str, key: Key) -> str:
    feed, product = key
    return json.dumps({"event": event, "feed": feed} | ({"product_ids": [product]} if product else {}))


def first_failure(seed: int, *, private: bool) -> str | None:
    """What went wrong in this life, with its last events; None when nothing did."""
    life = FuturesLife(seed, private=private)
    try:
        life.run()
    except AssertionError as broken:
        return f"{broken}\nFuturesLife({seed}, private={private})\n" + "\n".join(life.log)
    return None
