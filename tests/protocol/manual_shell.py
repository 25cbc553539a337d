"""A shell around the connection machine on a manual clock: it carries out what the machine decides, and minds the rules.

Lines, dials and tokens are as lucky as the dice say. Who uses it hears everything else the machine tells.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from heapq import heappop, heappush
from typing import TypeAlias

from krakenkit._core.backoff import ReconnectPolicy
from krakenkit._core.limits import AttemptBudget, Pace
from krakenkit.errors import AuthRefused, TransportError
from krakenkit.protocol.connection import Connection, State
from krakenkit.protocol.dialect import Data, Dialect
from krakenkit.protocol.events import Action, Dial, Hangup, NeedToken, Responded, Write
from krakenkit.protocol.spot_v1 import SpotV1
from krakenkit.protocol.spot_v2 import SpotV2
from krakenkit.protocol.unified import Unified
from krakenkit.wire.channel import Topic
from protocol.simulated_exchange import SimulatedExchange, SimulatedSpotV1

Step: TypeAlias = Callable[[], None]
_RATE, _BURST = 5, 2
_FAMILIES: dict[str, tuple[Callable[..., Dialect], type[SimulatedExchange]]] = {
    "spot_v2": (SpotV2, SimulatedExchange),
    "unified": (Unified, SimulatedExchange),
    "spot_v1": (SpotV1, SimulatedSpotV1),
}


class Broken(AssertionError):
    """Something that must always hold did not."""


def check(holds: bool, what: str) -> None:
    if not holds:
        raise Broken(what)


class ManualShell:
    """One machine with its exchange, its clock and its line."""

    def __init__(self, rng: random.Random, *, private: bool, family: str = "spot_v2") -> None:
        dialect, exchange = _FAMILIES[family]
        self.rng = rng
        self.private = private
        self.now = rng.random() * 1e6
        self.log: deque[tuple[float, str, object]] = deque(maxlen=80)
        self.limit, self.window = rng.choice(((120, 600.0), (5, 60.0)))
        self.luck = rng.choice((0.3, 0.8, 0.9))
        """How often dialling works out."""
        self.machine = Connection(
            dialect(private=private),
            policy=ReconnectPolicy(ceiling=20.0),
            budget=AttemptBudget(self.limit, self.window),
            pace=Pace(rate=_RATE, burst=_BURST) if rng.random() < 0.5 else None,
            roll=rng.random,
        )
        self.exchange = exchange(rng, self._deliver_later, private=private)
        self.later: list[tuple[float, int, Step]] = []
        self.count = 0
        self.dial = 0
        """Which attempt is under way; 0 for none."""
        self.line = 0
        """Which line is up; 0 for none."""
        self.dropped = False
        """Whether a line that was up is gone, and nobody was told yet that all is well again."""
        self.attempts: list[float] = []
        self.requests: deque[float] = deque()
        """When the last subscribe and unsubscribe requests went out."""
        self.written: dict[int, None] = {}
        self.tokens = 0

    def hear(self, event: Action) -> None:
        """Told of everything that is not the shell's business."""
        raise NotImplementedError

    def rest(self) -> None:
        """Told when the machine has nothing more to say for now."""
        raise NotImplementedError

    # --- time ---------------------------------------------------------------------------------------------------------

    def at(self, delay: float, step: Step) -> None:
        self.count += 1
        heappush(self.later, (self.now + delay, self.count, step))

    def until(self, end: float, enough: Callable[[], bool]) -> None:
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
        self.rest()

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
                self.hear(action)

    def _write(self, text: str) -> None:
        check(self.line != 0, "a frame is written while no line is up")
        method, req_id, params = self.exchange.understand(text)
        check(req_id not in self.written, "a request number is used twice")
        self.written[req_id] = None
        check(not self.private or method == "ping" or "token" in params, "a private request has no token")
        if method in ("subscribe", "unsubscribe"):
            self._check_pace()
        self.exchange.hear(text)

    def _check_pace(self) -> None:
        pace, sent = self.machine.pace, self.requests
        sent.append(self.now)
        while sent[0] < self.now - 1.0:
            sent.popleft()
        check(len(sent) <= pace.rate + pace.burst, f"{len(sent)} requests within a second")

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
            self.at(self.rng.random(), lambda: self.lose(line, 1000))
        else:
            self._no_line()

    def _no_line(self) -> None:
        self.dropped = self.dropped or self.line != 0
        self.line = self.dial = 0
        self.exchange.line_lost()

    def lose(self, line: int, code: int) -> None:
        if line != 0 and line == self.line:
            self._no_line()
            self.note("shell", f"lost with {code}")
            self.machine.lost("dropped", self.now, code=code)

    def _deliver_later(self, delay: float, frame: bytes) -> None:
        line = self.line
        self.at(delay, lambda: self.deliver(line, frame))

    def deliver(self, line: int, frame: bytes) -> None:
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

    # --- for people ---------------------------------------------------------------------------------------------------

    def told(self) -> str:
        """The last things that happened, one a line."""
        return "\n".join(f"  {at:.6f} {what}: {_brief(detail)}" for at, what, detail in self.log)


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
