"""A desk with one exchange, a clock that is moved by hand, and clients of some keys."""

from __future__ import annotations

from typing import Any

from krakenkit.errors import RateLimited
from krakenkit.protocol.limit_models import Ticket
from krakenkit.protocol.limit_queue import Limiter
from krakenkit.protocol.limits import ClientLimits
from krakenkit.protocol.prepare import Sender
from krakenkit.signing.credentials import Credentials
from krakenkit.wire.environment import LIVE, Environment
from krakenkit.wire.refusals import refusal
from krakenkit.wire.request import Request
from krakenkit.wire.spot.account import GetAccountBalance
from krakenkit.wire.spot.trading import SubmitOrder

SECRET = "bm90IGEgc2VjcmV0LCBidXQgbG9uZyBlbm91Z2g="
BALANCE = GetAccountBalance()
ORDER = SubmitOrder(pair="XBTUSD", type="buy", ordertype="limit", volume="1", price="1", cl_ord_id="mine")


class Desk:
    """One exchange, one clock, and clients of some keys."""

    def __init__(self, *, margin: float = 0.0) -> None:
        self.now = 1000.0
        self.limiter = Limiter(margin=margin)

    def client(
        self, key: str | None = "KxQ2f-one-long", environment: Environment = LIVE, **options: Any
    ) -> ClientLimits:
        credentials = Credentials(key, SECRET) if key else None
        sender = Sender(environment, credentials)
        return ClientLimits(sender, limiter=self.limiter, clock=lambda: self.now, **options)


def place(client: ClientLimits, request: Request[Any]) -> Ticket:
    ticket = client.ticket(request)
    assert ticket is not None
    return ticket


def ask(client: ClientLimits, request: Request[Any]) -> float:
    """What a call that comes now is told; it does not stay in line."""
    ticket = place(client, request)
    seconds = client.reserve(ticket)
    client.leave(ticket)
    return seconds


def sent(client: ClientLimits, request: Request[Any]) -> Ticket:
    ticket = place(client, request)
    assert client.reserve(ticket) == 0
    return ticket


def refused(client: ClientLimits, request: Request[Any], *codes: str, retry_after: float | None = None) -> bool:
    """Send a call that the exchange refuses; whether it is worth sending again."""
    ticket = sent(client, request)
    error = refusal(codes, request=ticket.label)
    assert isinstance(error, RateLimited)
    if retry_after is not None:
        error.retry_after = retry_after
    return client.failed(ticket, error)


def full(desk: Desk) -> ClientLimits:
    """A client that has spent its REST counter."""
    client = desk.client()
    for _ in range(20):
        sent(client, BALANCE)
    return client
