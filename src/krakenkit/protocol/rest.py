"""The life of one REST call, written once, without I/O: a generator that asks to send and to pause.

Reads are tried again on trouble of the line and on a busy service. Cancels likewise, since twice does no harm. Whatever
places an order or moves funds is sent once; when its answer is lost, ``OutcomeUnknown`` says so. After a refusal for too
many calls, a read or cancel waits and is sent once more.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from krakenkit._core.backoff import delay_after
from krakenkit.errors import DecodeError, KrakenError, OutcomeUnknown, Refused, TransportError, Unavailable
from krakenkit.protocol.answers import Answer, read_answer
from krakenkit.protocol.http import HttpReply, HttpRequest
from krakenkit.protocol.limit_models import Ticket
from krakenkit.protocol.limits import ClientLimits
from krakenkit.protocol.prepare import Sender, prepare
from krakenkit.wire.refusals import undecided
from krakenkit.wire.request import Request
from krakenkit.wire.route import Resend

R = TypeVar("R")
_LONGEST_PAUSE = 10.0
"""A call in line asks again at least so often: those before it may have given up."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Ask the driver to wait, and why."""

    seconds: float
    reason: str


Step: TypeAlias = HttpRequest | Pause
Flow: TypeAlias = Generator[Step, HttpReply | None, Answer[R]]


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a call that may be sent again is sent, and how long it waits between; times in seconds."""

    tries: int = 3
    base: float = 0.5
    ceiling: float = 8.0

    def delay(self, tried: int, roll: float) -> float:
        """Seconds to wait after ``tried`` tries."""
        return delay_after(tried - 1, base=self.base, ceiling=self.ceiling, roll=roll)


def exchange(
    request: Request[R],
    sender: Sender,
    *,
    policy: RetryPolicy,
    roll: Callable[[], float] = random.random,
    limits: ClientLimits | None = None,
    ended: str | None = None,
) -> Flow[R]:
    """Wait for the limits, sign, send, classify; pause and try again where that is safe.

    Drive it with ``next`` and ``send``; throw a ``TransportError`` in when sending failed. A driver that gives up closes
    it, so that the call leaves the line. ``ended`` is what an error adds where the surface has been switched off.
    """
    tries = _Tries(request.route.resend, policy)
    while True:
        ticket = limits.ticket(request) if limits is not None else None
        if limits is not None and ticket is not None:
            yield from _turn(limits, ticket)
        try:
            reply = yield prepare(request, sender)
            if reply is None:
                raise RuntimeError("the driver answered a request with nothing")
            answer = read_answer(request, reply)
        except KrakenError as error:
            if ended is not None:
                error.args = (f"{error} {ended}", *error.args[1:])
            too_many = limits is not None and ticket is not None and limits.failed(ticket, error)
            if (unknown := _in_doubt(request, error)) is not None:
                raise unknown from error
            if not tries.again(error, too_many=too_many):
                raise
            reason = str(error)
        else:
            if limits is not None and ticket is not None:
                limits.answered(ticket, answer.value)
            return answer
        if (seconds := tries.pause(roll())) > 0:
            yield Pause(seconds, reason)


@dataclass(slots=True)
class _Tries:
    """What was tried so far, and whether it may be tried again."""

    resend: Resend
    policy: RetryPolicy
    counted: int = 0
    nonce_renewed: bool = False
    slowed_down: bool = False
    at_once: bool = False

    def again(self, error: KrakenError, *, too_many: bool) -> bool:
        """Whether to send once more after this error; never for what places an order or moves funds."""
        self.at_once = False
        if self.resend is Resend.NEVER:
            return False
        if too_many and not self.slowed_down:
            self.slowed_down = self.at_once = True  # the limiter knows how long to wait
            return True
        if _nonce_refused(error) and not self.nonce_renewed:
            self.nonce_renewed = self.at_once = True
            return True
        self.counted += 1
        return self.counted < self.policy.tries and _worth_another_try(error)

    def pause(self, roll: float) -> float:
        """Seconds to wait before the next try."""
        return 0.0 if self.at_once else self.policy.delay(self.counted, roll)


def _turn(limits: ClientLimits, ticket: Ticket) -> Generator[Pause, HttpReply | None, None]:
    """Pause until the call may go; whoever gives up leaves the line."""
    try:
        while seconds := limits.reserve(ticket):
            yield Pause(min(seconds, _LONGEST_PAUSE), limits.reason(ticket))
    finally:
        limits.leave(ticket)


def _worth_another_try(error: KrakenError) -> bool:
    if isinstance(error, TransportError):
        return True
    if not isinstance(error, Refused) or not error.retryable:
        return False
    return isinstance(error, Unavailable) or any(code.startswith("EService:") for code in error.codes)


def _nonce_refused(error: KrakenError) -> bool:
    return isinstance(error, Refused) and any(code.startswith("EAPI:Invalid nonce") for code in error.codes)


def _in_doubt(request: Request[Any], error: KrakenError) -> OutcomeUnknown | None:
    """For a call that is never sent twice: the error that says its outcome is unknown, unless it is proven."""
    unproven = (
        isinstance(error, DecodeError)
        or (isinstance(error, TransportError) and error.sent)
        or (isinstance(error, Refused) and undecided(error.codes))
    )
    if request.route.resend is not Resend.NEVER or not unproven:
        return None
    label = request.route.label
    return OutcomeUnknown(
        f"{label} may or may not have been executed: {error} Do not send it again; {_how_to_look(request)}",
        request=label,
        client_order_id=request.client_order_id,
        status=error.status if isinstance(error, TransportError) else None,
    )


def _how_to_look(request: Request[Any]) -> str:
    if request.client_order_id is not None:
        return f"look for cl_ord_id {request.client_order_id} among open and closed orders first."
    return "look among open orders and recent trades, or transfers, first."
