"""The life of one WebSocket connection, for every family: a machine without sockets, clocks or tasks.

Its shell tells it what happened (``opened``, ``received``, ``lost``, ``tick``, …) and then carries out what
``actions()`` gives: dial, write, hang up, fetch a token, tell the user. Every wanted subscription ends confirmed, or reported.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from krakenkit._core.backoff import ReconnectPolicy
from krakenkit._core.limits import AttemptBudget, Pace
from krakenkit.errors import AuthRefused, KrakenError, TransportError
from krakenkit.protocol.commands import Commands, auth_refused
from krakenkit.protocol.dialect import (
    Ack,
    Challenge,
    Challenged,
    Dialect,
    Incoming,
    Reply,
    Timing,
    Trouble,
    numbers_answers,
)
from krakenkit.protocol.events import (
    Action,
    Authenticated,
    Complained,
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
    TokenFailed,
    Write,
)
from krakenkit.protocol.pulse import Pulse
from krakenkit.protocol.states import TRANSITIONS, UP
from krakenkit.protocol.states import State as State
from krakenkit.protocol.subscriptions import Fate, Outcome, Subscriptions
from krakenkit.protocol.token_desk import TokenDesk
from krakenkit.wire.channel import Topic
from krakenkit.wire.refusals import token_stale

_TOKEN_REFUSALS = 3
_TERMINAL_STATUS = (400, 401, 403, 404)
_BUSY_STATUS = (429, 503)
_TERMINAL_CODE = 1008
_UNWRITABLE = (TypeError, ValueError, OverflowError)


class Connection:
    """One connection of one family.

    Args:
        dialect: the words of the family.
        timing: the rhythm of pings and time-outs.
        policy: when to dial again.
        budget: connection attempts, shared by everyone who dials the same host.
        pace: requests a second.
        roll: a number from 0 to 1, for jitter.
    """

    def __init__(
        self,
        dialect: Dialect,
        *,
        timing: Timing | None = None,
        policy: ReconnectPolicy | None = None,
        budget: AttemptBudget | None = None,
        pace: Pace | None = None,
        roll: Callable[[], float] = random.random,
    ) -> None:
        self.dialect = dialect
        self.timing = timing or Timing()
        self.policy = policy or ReconnectPolicy()
        self.budget = budget or AttemptBudget()
        self.pace = pace or Pace(rate=20, burst=10)
        self.roll = roll
        self.state = State.IDLE
        self.subscriptions = Subscriptions(self.timing, dialect.private, numbered=numbers_answers(dialect))
        self.commands = Commands()
        self.pulse = Pulse(self.timing)
        self.tokens = TokenDesk(self.timing.token_timeout)
        self._actions: list[Action] = []
        self._ids = 0
        self._drops = 0
        self._again = False
        self._reopen = False
        self._opened_at = 0.0
        self._retry_at = 0.0
        self._paced_until: float | None = None

    def actions(self) -> list[Action]:
        """What is to be done, in order; each action is handed out once."""
        out, self._actions = self._actions, []
        return out

    # --- what the user wants ------------------------------------------------------------------------------------------

    def connect(self, now: float) -> None:
        """Open the line, if it is not open or opening already; one that is closing is opened again after that."""
        if self.state is State.CLOSING:
            self._reopen = True
        elif self.state in (State.IDLE, State.CLOSED, State.FAILED):
            self._drops = 0
            self._again = False
            self.tokens.refusals = 0
            self._dial(now)

    def want(self, topics: Iterable[Topic], now: float) -> None:
        """Subscribe these topics now and after every drop; opens the line when it is not open."""
        for topic in topics:
            self.subscriptions.want(topic)
        self.connect(now)
        self._ask(now)

    def unwant(self, topics: Iterable[Topic], now: float) -> None:
        """Unsubscribe these topics, and do not ask for them again."""
        for topic in topics:
            if self.subscriptions.unwant(topic):
                self._do(Left(topic))
        self._ask(now)

    def renew(self, topics: Iterable[Topic], now: float, *, counted: bool = True) -> None:
        """Subscribe these topics anew for a fresh snapshot; the others on the line go on.

        Renewals that follow each other wait longer and longer, unless nothing went wrong: those are not ``counted``.
        """
        for topic in topics:
            self.subscriptions.renew(topic, now, counted=counted)
        self._ask(now)

    def command(
        self, method: str, params: Mapping[str, Any], now: float, *, expected: int = 1, timeout: float = 10.0
    ) -> int:
        """Send a trading command once; its answer arrives as ``CommandSettled`` or ``CommandInDoubt`` with this id.

        Raises:
            TransportError: with ``sent=False`` when the line is not up; nothing was sent.
        """
        if not self.ready:
            raise TransportError(
                f"{method} was not sent: the connection is {self.state.name.lower()}. Wait until it is open.",
                sent=False,
                request=method,
            )
        req_id = self._next_id()
        text = self.dialect.command(method, params, req_id, self.tokens.token)
        self.commands.sent(req_id, expected=expected, due_at=now + timeout)
        self._write(text)
        return req_id

    def close(self, now: float, reason: str = "closed by the user") -> None:
        """Close for good; nothing is wanted any more."""
        self.subscriptions.clear()
        self._reopen = False
        match self.state:
            case State.AUTHENTICATING | State.RESUBSCRIBING | State.OPEN:
                self._abandon_commands(reason)
                self._move(State.CLOSING)
                self._do(Hangup(reason))
            case State.DIALLING:
                self._do(Hangup(reason))
                self._end(State.CLOSED, reason)
            case State.IDLE | State.WAITING:
                self._end(State.CLOSED, reason)
            case State.CLOSING | State.CLOSED | State.FAILED:
                pass

    # --- what happened ------------------------------------------------------------------------------------------------

    def opened(self, now: float) -> None:
        """The socket is up."""
        if self.state is not State.DIALLING:
            return
        self._opened_at = now
        self.pulse.begin(now)
        self._do(Opened(again=self._again))
        if self.dialect.private:
            self._need_token(now)
            self._move(State.AUTHENTICATING)
        else:
            self._subscribe_all(now)

    def authorised(self, token: str, now: float, *, lifetime: float = 900.0) -> None:
        """A fresh token is here."""
        if self.state not in UP:
            return
        self.tokens.given(token, now, lifetime=lifetime)
        if self.state is State.AUTHENTICATING:
            self._subscribe_all(now)

    def token_failed(self, error: KrakenError, now: float, *, fatal: bool) -> None:
        """No token could be had; ``fatal`` when another try would not help."""
        if self.state not in UP:
            return
        if fatal and self.state is State.AUTHENTICATING:
            self._fail(f"no token: {error}", error)
            return
        self._do(TokenFailed(error))
        if fatal:
            self.tokens.asked_at = None  # the one at hand serves until it is refused
        else:
            self._ask_again_for_a_token(now)

    def _ask_again_for_a_token(self, now: float) -> None:
        self.tokens.failed(now, delay=self.policy.delay(self.tokens.failures + 2, roll=self.roll()))

    def heard(self, now: float) -> None:
        """A frame of a channel came in: the line is alive."""
        self.pulse.heard(now)

    def unread(self, now: float) -> None:
        """Nobody reads the line at present, or did until now: what is quiet or unanswered is not the exchange's fault."""
        self.heard(now)
        self.subscriptions.excuse(now)

    def received(self, incoming: Incoming, now: float) -> None:
        """A frame that is not channel data came in."""
        self.heard(now)
        if self.state not in UP:
            return
        match incoming:
            case Ack() as ack:
                self._acknowledged(ack, now)
            case Reply() as reply:
                self._replied(reply, now)
            case Challenge(message):
                self._challenged(message, now)
            case Trouble() as trouble:
                self._do(Complained(trouble))
                if trouble.rate:
                    self.pace.hold(now + 1.0)
            case _:
                pass
        self._ask(now)

    def lost(self, reason: str, now: float, *, code: int | None = None, status: int | None = None) -> None:
        """The line dropped, or could not be opened; ``status`` is that of a refused upgrade, ``code`` a close code."""
        if self.state in (State.CLOSING, State.DIALLING, *UP):
            self._drop(reason, now, code, status)

    def tick(self, now: float) -> None:
        """Time has passed: do what is due."""
        if self.state is State.WAITING and now >= self._retry_at:
            self._dial(now)
        elif self.state in UP:
            self._give_up_on_late_answers(now)
            self._keep_alive(now)
            self._refresh_token(now)
            self._ask(now)

    @property
    def deadline(self) -> float | None:
        """When ``tick`` wants to be called next; None when there is nothing to wait for."""
        if self.state is State.WAITING:
            return self._retry_at
        if self.state not in UP:
            return None
        moments = [self._alive_deadline(), self.commands.deadline, self.tokens.deadline]
        if self.ready:
            due = self.subscriptions.deadline
            moments.append(due if self._paced_until is None or due is None else max(due, self._paced_until))
        return min(moment for moment in moments if moment is not None)

    @property
    def holds_nothing(self) -> bool:
        """Whether nothing is wanted on this line."""
        return not any(standing.wanted for standing in self.subscriptions.standings.values())

    @property
    def ready(self) -> bool:
        """Whether requests can go out."""
        return self.state in (State.RESUBSCRIBING, State.OPEN)

    # --- steps --------------------------------------------------------------------------------------------------------

    def _dial(self, now: float) -> None:
        wait = self.budget.claim(now)
        if wait > 0:
            self._retry_at = now + wait
            self._move(State.WAITING)
            self._do(Reconnecting("the budget of connection attempts is used up", wait, self._drops))
            return
        self._move(State.DIALLING)
        self._do(Dial())

    def _subscribe_all(self, now: float) -> None:
        self._move(State.RESUBSCRIBING)
        self._ask(now)

    def _ask(self, now: float) -> None:
        """Send the requests that are due, as fast as the pace allows, and see whether anything is left to confirm."""
        if not self.ready:
            return
        self._paced_until = None
        for topics, leaving in list(self._requests(now)):
            if self.subscriptions.waiting(now):
                break
            wait = self.pace.claim(now)
            if wait > 0:
                self._paced_until = now + wait
                break
            self._request(topics, now, leaving=leaving)
        self._settled()

    def _requests(self, now: float) -> Iterator[tuple[Sequence[Topic], bool]]:
        """The bunches of topics to unsubscribe and to subscribe, each with whether it is leaving."""
        for bunch in self.dialect.groups(self.subscriptions.parting(now)):
            yield bunch, True
        due = self.subscriptions.due(now)
        for bunch in self.dialect.groups(topic for topic in due if not self.subscriptions.alone(topic)):
            yield bunch, False
        for topic in due:
            if self.subscriptions.alone(topic):
                yield [topic], False

    def _request(self, topics: Sequence[Topic], now: float, *, leaving: bool) -> None:
        req_id = self._next_id()
        write = self.dialect.unsubscribe if leaving else self.dialect.subscribe
        try:
            text = write(topics, req_id, self.tokens.token)
        except _UNWRITABLE as error:
            for topic in topics:
                self._take(self.subscriptions.unsendable(topic, f"it cannot be written: {error}"), now)
            return
        self.subscriptions.asked(req_id, topics, now, leaving=leaving)
        self._write(text)

    def _acknowledged(self, ack: Ack, now: float) -> None:
        if ack.meaning == "passing":
            self.pace.hold(now + 1.0)
        unnamed = ack.req_id is None and ack.channel is None
        if unnamed and self.subscriptions.turns is not None and not self.subscriptions.waiting(now):
            self._do(Complained(Trouble(ack.error or "refused without a reason", rate=ack.meaning == "passing")))
            self._challenge_refused(ack, now)
            return
        self._do(Responded(ack))
        for outcome in list(self.subscriptions.settle(ack, now)):
            self._take(outcome, now)

    def _take(self, outcome: Outcome, now: float) -> None:
        match outcome.fate:
            case Fate.CONFIRMED:
                self._proven()
                self._do(Confirmed(outcome.topic, outcome.blind_since))
            case Fate.REFUSED:
                self._do(SubscriptionLost(outcome.topic, outcome.error))
            case Fate.LEFT:
                self._do(Left(outcome.topic))
            case Fate.TOKEN_STALE:
                self._token_refused(outcome.error, now)

    def _settled(self) -> None:
        """Open once nothing is left to confirm; after a drop this is the moment of ``Reconnected``."""
        settled = self.subscriptions.all_settled
        if self.state is State.OPEN and not settled:
            self._move(State.RESUBSCRIBING)
        elif self.state is State.RESUBSCRIBING and settled:
            self._move(State.OPEN)
            if self._again:
                self._again = False
                self._do(Reconnected())

    def _replied(self, reply: Reply, now: float) -> None:
        self._do(Responded(reply))
        if settled := self.commands.settle(reply):
            self._do(settled)
        if self.dialect.private and not reply.ok and reply.error is not None and token_stale(reply.error):
            self._token_refused(reply.error, now)
        elif not auth_refused(reply):
            self._proven()  # also a refusal about the order itself proves that the token is good

    def _proven(self) -> None:
        if self.dialect.private and self.tokens.accepted():
            self._do(Authenticated())

    def _token_refused(self, error: str, now: float) -> None:
        if self.state not in (State.RESUBSCRIBING, State.OPEN):
            return  # several refusals of one request count once
        refusals = self.tokens.refused()
        if refusals >= _TOKEN_REFUSALS:
            refused = AuthRefused(
                f"{refusals} fresh tokens in a row were refused: {error}. Next: check that the key may use WebSockets.",
                codes=(error,),
            )
            self._fail(str(refused), refused)
            return
        self._move(State.AUTHENTICATING)
        if self.tokens.asked_at is None:
            self._need_token(now)

    def _need_token(self, now: float) -> None:
        self.tokens.asked(now)
        self._do(Write(self.dialect.challenge()) if isinstance(self.dialect, Challenged) else NeedToken())

    def _challenged(self, message: str, now: float) -> None:
        """Sign what the exchange wants signed on this line; no end of such a proof is published."""
        if self.state is State.AUTHENTICATING and isinstance(self.dialect, Challenged):
            self.authorised(self.dialect.answer(message), now, lifetime=float("inf"))

    def _challenge_refused(self, ack: Ack, now: float) -> None:
        """A refusal while only a challenge can have been asked for; one of a private request is late news of the old proof."""
        asked = self.state is State.AUTHENTICATING and self.tokens.asked_at is not None
        if not asked or ack.meaning == "stale" or not isinstance(self.dialect, Challenged):
            return
        error = AuthRefused(
            f"No challenge was given to sign: {ack.error}. Next: check that this is a Futures key (Spot keys differ).",
            codes=(ack.error or "",),
        )
        if ack.meaning == "passing" or self.tokens.failures + 1 < _TOKEN_REFUSALS:
            self._ask_again_for_a_token(now)
        else:
            self.token_failed(error, now, fatal=True)

    def _refresh_token(self, now: float) -> None:
        """Ask again after a failure, or ahead of the token's expiry."""
        if self.tokens.wanted(now):
            self._need_token(now)

    def _give_up_on_late_answers(self, now: float) -> None:
        for doubt in self.commands.overdue(now):
            self._do(doubt)
        if self.ready:
            for outcome in list(self.subscriptions.overdue(now)):
                self._take(outcome, now)

    def _keep_alive(self, now: float) -> None:
        if now < self._alive_deadline():
            return
        if self.pulse.unanswered_since is not None:
            self._do(Hangup("no answer to a ping"))
            self._drop(f"silent for {now - self.pulse.heard_at:.1f} s", now, None, None)
        else:
            self.pulse.pinged(now)
            self._write(self.dialect.ping(self._next_id()))

    def _alive_deadline(self) -> float:
        return self.pulse.deadline(speaking=self.subscriptions.any_confirmed)

    def _drop(self, reason: str, now: float, code: int | None, status: int | None) -> None:
        was_up = self.state in UP
        blind, unsure, left = self.subscriptions.line_lost(self.pulse.heard_at)
        self.tokens.forget()
        self._paced_until = None
        self._abandon_commands(reason)
        for topic in left:
            self._do(Left(topic))
        if self.state is State.CLOSING:
            self._end(State.CLOSED, reason)
            if self._reopen:
                self._reopen = False
                self.connect(now)
            return
        if code == _TERMINAL_CODE or status in _TERMINAL_STATUS:
            where = f"close code {code}" if code == _TERMINAL_CODE else f"HTTP status {status}"
            error = TransportError(
                f"The exchange refused the connection with {where}: {reason}. It is not tried again.",
                sent=False,
                status=status,
            )
            self._fail(reason, error, hang_up=False)
            return
        if was_up and now - self._opened_at >= self.policy.steady:
            self._drops = 0
        self._drops += 1
        self._again = self._again or was_up
        delay = self.policy.delay(self._drops, roll=self.roll(), busy=status in _BUSY_STATUS)
        self._retry_at = now + delay
        self._move(State.WAITING)
        if blind or unsure:
            self._do(GapBegan(tuple(blind), self.pulse.heard_at, reason, tuple(unsure)))
        self._do(Reconnecting(reason, delay, self._drops))

    def _abandon_commands(self, reason: str) -> None:
        for doubt in self.commands.line_lost(reason):
            self._do(doubt)

    def _fail(self, reason: str, error: KrakenError, *, hang_up: bool = True) -> None:
        """End for good with an error; what was wanted is reported, since it will not come."""
        if hang_up:
            self._do(Hangup(reason))
        self._abandon_commands(reason)
        for topic in self.subscriptions.clear():
            self._do(SubscriptionLost(topic, reason))
        self._end(State.FAILED, reason, error)

    def _end(self, state: State, reason: str, error: KrakenError | None = None) -> None:
        self._move(state)
        self.tokens.forget()
        self._do(Ended(reason, error))

    def _move(self, state: State) -> None:
        if state not in TRANSITIONS[self.state] and state is not self.state:
            raise AssertionError(f"a connection cannot go from {self.state.name} to {state.name}")
        self.state = state

    def _next_id(self) -> int:
        self._ids += 1
        return self._ids

    def _write(self, text: str) -> None:
        self._do(Write(text))

    def _do(self, action: Action) -> None:
        self._actions.append(action)
