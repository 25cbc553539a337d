"""A REST call driven by hand: what the exchange does at each try is given, what the flow did is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from krakenkit.errors import KrakenError, TransportError
from krakenkit.protocol.answers import Answer
from krakenkit.protocol.http import HttpReply, HttpRequest
from krakenkit.protocol.prepare import Sender
from krakenkit.protocol.rest import Pause, RetryPolicy, exchange
from krakenkit.signing.credentials import Credentials
from krakenkit.wire.environment import Environment
from krakenkit.wire.request import Request

KEY = "k3yOfTheTestsWhichOpensNothing0123456789"
SECRET = "c2VjcmV0LW9mLXRoZS10ZXN0cy13aGljaC1vcGVucy1ub3RoaW5n"
OTP = "274913"
HERE = Environment("test", spot_rest="http://127.0.0.1:1", nexus_rest="http://127.0.0.1:2")

Event: TypeAlias = HttpReply | TransportError


def credentials(*, otp: bool = False) -> Credentials:
    return Credentials(KEY, SECRET, otp=(lambda: OTP) if otp else None)


SENDER = Sender(HERE, credentials())


def spoken(body: str | bytes, status: int = 200, content_type: str = "application/json") -> HttpReply:
    """A reply with this body."""
    return HttpReply(status, body.encode() if isinstance(body, str) else body, content_type)


def refused(*codes: str) -> HttpReply:
    """An envelope that says no in these words."""
    listed = ",".join(f'"{code}"' for code in codes)
    return spoken(f'{{"error":[{listed}]}}')


def lost(*, sent: bool) -> TransportError:
    """What a transport throws."""
    return TransportError("the line broke", sent=sent)


@dataclass
class Told:
    """What became of a call."""

    answer: Answer[Any] | None = None
    error: KrakenError | None = None
    sent: list[HttpRequest] = field(default_factory=list[HttpRequest])
    waits: list[float] = field(default_factory=list[float])
    reasons: list[str] = field(default_factory=list[str])


def drive(
    request: Request[Any], *events: Event, sender: Sender = SENDER, policy: RetryPolicy | None = None, roll: float = 1.0
) -> Told:
    """Run the call against these events, one for each time it is sent."""
    told = Told()
    flow = exchange(request, sender, policy=policy or RetryPolicy(), roll=lambda: roll)
    left: Iterable[Event] = iter(events)
    try:
        step = next(flow)
        while True:
            if isinstance(step, Pause):
                told.waits.append(step.seconds)
                told.reasons.append(step.reason)
                step = next(flow)
                continue
            told.sent.append(step)
            event = next(iter(left), None)
            if event is None:
                raise AssertionError(f"sent {len(told.sent)} times, which nobody expected")
            step = flow.throw(event) if isinstance(event, TransportError) else flow.send(event)
    except StopIteration as done:
        told.answer = done.value
    except KrakenError as error:
        told.error = error
    return told
