"""Random schedules for the connection machine: a user, a shell and an exchange around it, and what must always hold.

One schedule is a stretch of trouble, then calm. Everything comes from its seed; ``troubles`` cuts it short, so that a
failure can be narrowed down to the shortest beginning that still fails.
"""

from __future__ import annotations

import random
from typing import Any

from krakenkit.errors import TransportError
from krakenkit.protocol.connection import State
from krakenkit.protocol.events import (
    Action,
    CommandInDoubt,
    CommandSettled,
    Confirmed,
    Ended,
    GapBegan,
    Left,
    Opened,
    Reconnected,
    Reconnecting,
    SubscriptionLost,
)
from krakenkit.wire.channel import Identity, Topic
from protocol.manual_shell import ManualShell, Step, check
from protocol.simulated_exchange import NO_SUCH_SYMBOL, Key

_DEPTH = ("depth",)
_SYMBOLS = ("BTC/USD", "ETH/USD", "SOL/USD", NO_SUCH_SYMBOL)


def _books(*params: tuple[str, Any]) -> list[Topic]:
    wanted = (("BTC/USD", 10), ("BTC/USD", 100), ("ETH/USD", 10))
    return [Topic("book", symbol, (("depth", depth), *params), _DEPTH) for symbol, depth in wanted]


_LEVEL3 = [Topic("level3", symbol, (("depth", 10),), _DEPTH) for symbol in ("BTC/USD", "ETH/USD", NO_SUCH_SYMBOL)]
_TICKERS = [Topic("ticker", symbol, (("snapshot", True),)) for symbol in _SYMBOLS]
_ACCOUNT = [Topic("executions", None, (("snap_orders", True),)), Topic("balances")]
TOPICS = {
    ("spot_v2", False): [Topic("instrument"), *_TICKERS, *_books(("snapshot", True))],
    ("spot_v2", True): [*_ACCOUNT, *_LEVEL3],
    ("unified", False): [Topic("instrument"), *_TICKERS, *_books(("snapshot", True))],
    ("unified", True): [*_ACCOUNT, Topic("positions", None, (("with_margin", True),)), Topic("account_log")],
    ("spot_v1", False): [*(Topic("ticker", symbol) for symbol in _SYMBOLS), Topic("spread", "BTC/USD"), *_books()],
    ("spot_v1", True): [Topic("openOrders", None, (("ratecounter", True),)), Topic("ownTrades")],
}
_CALMING_DOWN = 900.0
_UP = (State.AUTHENTICATING, State.RESUBSCRIBING, State.OPEN)
_ENDED = (State.IDLE, State.CLOSED, State.FAILED)


class Schedule(ManualShell):
    """One life of a connection."""

    def __init__(self, seed: int, *, private: bool, family: str = "spot_v2", troubles: int = 10**9) -> None:
        super().__init__(random.Random(f"{seed} {private}"), private=private, family=family)
        self.topics = TOPICS[family, private]
        self.wanted: dict[Identity, Topic] = {}
        self.leaving: dict[Identity, None] = {}
        self.live: dict[Identity, None] = {}
        """What was confirmed on the present line and neither left nor renewed since."""
        self.blind: dict[Identity, None] = {}
        self.pending: dict[int, None] = {}
        self._plan(troubles)

    def run(self) -> Schedule:
        """Live through the trouble, then through calm, and see that all is well."""
        self.until(self.now + self.span, lambda: False)
        self.exchange.calm = True
        self.exchange.bad_tokens.clear()
        self.note("calm", "")
        self.until(self.now + _CALMING_DOWN, self._restful)
        self.until(self.now + 12.0, lambda: False)
        self._verify()
        return self

    def rest(self) -> None:
        if self.machine.state is State.OPEN:
            check(self.wanted.keys() <= self.live.keys(), "open, though something wanted is not confirmed")

    # --- what the machine tells ---------------------------------------------------------------------------------------

    def hear(self, event: Action) -> None:
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
                check(self.line != 0 and not self.live, "opened without a line, or with what is not of this line")
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
        self.lose(self.line, self.rng.choice((1000, 1001, 1006, 1006, 1006, 1008)))

    def _heard(self) -> None:
        if self.line and not self.exchange.silent:
            self.machine.heard(self.now)

    def _fall_silent(self) -> None:
        self.note("exchange", "falls silent")
        self.exchange.silent = self.line != 0

    def _grumble(self) -> None:
        frames = (b'{"Error":"Exceeded msg rate"}', b"CloudFlare WebSocket proxy restarting", b"\xff\xfe{", b"")
        self.deliver(self.line, self.rng.choice(frames))

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


def first_failure(seed: int, *, private: bool, family: str = "spot_v2", troubles: int = 10**9) -> str | None:
    """What went wrong in this schedule, with its last events; None when nothing did."""
    schedule = Schedule(seed, private=private, family=family, troubles=troubles)
    try:
        schedule.run()
    except AssertionError as broken:
        return (
            f"{broken}\nSchedule({seed}, private={private}, family={family!r}, troubles={troubles})\n{schedule.told()}"
        )
    return None


def shortest_failure(seed: int, *, private: bool, family: str = "spot_v2") -> str | None:
    """The failure of the shortest beginning of this schedule that fails; None when the whole does not."""
    whole = first_failure(seed, private=private, family=family)
    if whole is None:
        return None
    shorter = (first_failure(seed, private=private, family=family, troubles=troubles) for troubles in range(24))
    return next((failure for failure in shorter if failure is not None), whole)
