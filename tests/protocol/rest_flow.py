"""A REST call driven by hand: what the exchange does at each try is given, what the flow did is told."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from krakenkit.errors import AuthRefused, KrakenError, OrderRefused, RateLimited, Refused, TransportError, Unavailable
from krakenkit.protocol.answers import Answer
from krakenkit.protocol.http import HttpReply, HttpRequest
from krakenkit.protocol.prepare import Sender
from krakenkit.protocol.rest import Pause, RetryPolicy, exchange
from krakenkit.signing.credentials import Credentials
from krakenkit.wire.environment import Environment
from krakenkit.wire.request import Request
from krakenkit.wire.spot.account import GetAccountBalance
from krakenkit.wire.spot.trading import CancelOrder, SubmitOrder

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


def failed(request: Request[Any], *events: Event, sender: Sender = SENDER) -> KrakenError:
    told = drive(request, *events, sender=sender)
    assert told.error is not None
    return told.error


def nonce_of(body: bytes | None) -> int:
    found = re.search(rb"nonce=(\d+)", body or b"")
    assert found
    return int(found[1])


# what may happen to a call

READ = GetAccountBalance()
CANCEL = CancelOrder(txid="O1")
ORDER = SubmitOrder(pair="XBTUSD", type="buy", ordertype="limit", volume="1", price="10", cl_ord_id="mine-1")

TIME = spoken('{"error":[],"result":{"unixtime":1700000000,"rfc1123":"x"}}')
BALANCE = spoken('{"error":[],"result":{"ZUSD":"1.50"}}')
CANCELLED = spoken('{"error":[],"result":{"count":1}}')
HTML_502 = spoken("<html>Bad gateway</html>", 502, "text/html")
HTML_200 = spoken("<html>Please wait</html>", 200, "text/html")
HALF = spoken('{"error":[],"result":{"descr":{"ord')
EMPTY = spoken("")
STRANGE = spoken('{"error":[],"result":{"txid":7}}')
NO_RESULT = spoken('{"error":[]}')
NOT_UTF8 = spoken(b'{"error":[],"result":{"txid":["\xff\xfe"]}}')

IN_DOUBT: dict[str, Event] = {
    "the line broke after sending": lost(sent=True),
    "an empty body": EMPTY,
    "a gateway's page with 502": HTML_502,
    "a page with 200": HTML_200,
    "half an answer": HALF,
    "an answer of unknown shape": STRANGE,
    "neither error nor result": NO_RESULT,
    "not UTF-8": NOT_UTF8,
    "a redirect": spoken("moved", 302, "text/plain"),
    "a server error in JSON": spoken("{}", 500),
    "a request time-out": spoken("late", 408, "text/plain"),
    "EService:Unavailable": refused("EService:Unavailable"),
    "EService:Busy": refused("EService:Busy"),
    "EService:Deadline elapsed": refused("EService:Deadline elapsed"),
    "EGeneral:Internal error": refused("EGeneral:Internal error"),
    "EGeneral:Internal error with a code": refused("EGeneral:Internal error:42"),
    "EService: with a space": refused("EService: Unavailable"),
}

PLAIN: dict[str, tuple[Event, type[KrakenError]]] = {
    "nothing was sent": (lost(sent=False), TransportError),
    "funds": (refused("EOrder:Insufficient funds"), OrderRefused),
    "nonce": (refused("EAPI:Invalid nonce"), AuthRefused),
    "signature": (refused("EAPI:Invalid signature"), AuthRefused),
    "rate": (refused("EOrder:Rate limit exceeded"), RateLimited),
    "lockout": (refused("EGeneral:Temporary lockout"), RateLimited),
    "throttled": (refused("EService:Throttled: 1700000000"), RateLimited),
    "mode": (refused("EService:Market in cancel_only mode"), Unavailable),
    "429": (spoken("slow down", 429, "text/plain"), RateLimited),
    "403": (spoken("go away", 403, "text/html"), AuthRefused),
    "401": (spoken("who?", 401, "text/html"), AuthRefused),
    "400": (spoken("what?", 400, "text/plain"), Refused),
}
