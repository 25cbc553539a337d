"""The REST side without any I/O: a request's bytes go in, the answer's bytes come out.

The endpoints are the clients' own request classes: path, permission and cost come from their routes, parameters are read
into them, and what answers them is written from the clients' answer classes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from krakenkit.sandbox.encode import rest_error, rest_json
from krakenkit.sandbox.engine.refusals import EngineRefused
from krakenkit.sandbox.inbound import BAD_REQUEST, Denied, RestReader, read_body, read_form
from krakenkit.sandbox.keys import ApiKey, check_permission
from krakenkit.sandbox.venue import Venue
from krakenkit.wire.request import Request

log = logging.getLogger("krakenkit.sandbox")

Q = TypeVar("Q", bound=Request[Any])
UNKNOWN_METHOD = "EGeneral:Unknown method"
INTERNAL_ERROR = "EGeneral:Internal error"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class HttpCall:
    """A request as it came off the line. ``target`` is the path with its query, byte for byte: it is what was signed."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    def header(self, name: str) -> str:
        """A header's value, whatever the case of its name; empty when it is not there."""
        return self.headers.get(name) or next((v for n, v in self.headers.items() if n.lower() == name.lower()), "")


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What goes back."""

    body: bytes
    status: int = 200
    content_type: str = JSON


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and when; ``key`` is None on public endpoints."""

    venue: Venue
    now: int
    key: ApiKey | None = None

    @property
    def owner(self) -> ApiKey:
        """The key of a private call."""
        if self.key is None:
            raise RuntimeError("A public endpoint has no key.")
        return self.key

    @property
    def account(self) -> str:
        """The account of a private call."""
        return self.owner.account


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One request class and the function that answers it."""

    kind: type[Request[Any]]
    answer: Callable[[Caller, Any], object]


def endpoint(kind: type[Q], answer: Callable[[Caller, Q], object]) -> Endpoint:
    """An endpoint whose function takes the very class it is listed for."""
    return Endpoint(kind, answer)


class RestDesk:
    """Answers calls of the endpoints it was given."""

    def __init__(self, venue: Venue, endpoints: Iterable[Endpoint]) -> None:
        self._venue = venue
        self._endpoints = {one.kind.route.path: one for one in endpoints}
        self._reader = RestReader()

    def answer(self, call: HttpCall) -> HttpAnswer:
        """The answer to one call; what was refused is an answer too, mostly with status 200."""
        found = self._endpoints.get(call.path)
        if found is None:
            return HttpAnswer(rest_error(UNKNOWN_METHOD), 200 if call.path.startswith("/0/") else 404)
        try:
            return HttpAnswer(rest_json(self._carry_out(found, call)))
        except EngineRefused as refused:
            return HttpAnswer(rest_error(refused.code))
        except Exception:
            log.exception("%s broke", found.kind.route.label)
            return HttpAnswer(rest_error(INTERNAL_ERROR), 500)
        finally:
            self._venue.settle()

    def _carry_out(self, found: Endpoint, call: HttpCall) -> object:
        now = self._venue.clock()
        members = read_form(call.target.partition("?")[2]) | read_body(call.header("Content-Type"), call.body)
        key = self._authenticated(found, call, members, now) if found.kind.route.signed else None
        self._venue.exchange.tick(now)
        return found.answer(Caller(self._venue, now, key), self._reader.read(found.kind, members))

    def _authenticated(self, found: Endpoint, call: HttpCall, members: Mapping[str, object], now: int) -> ApiKey:
        if call.method != "POST":
            raise Denied(BAD_REQUEST)
        nonce = members.get("nonce") or call.header("API-Nonce")
        key = self._venue.keys.authenticate(
            call.header("API-Key"),
            call.header("API-Sign"),
            path=call.target,
            nonce=str(nonce),
            body=call.body,
            now=now,
        )
        check_permission(found.kind.route.permission, key)
        if self._venue.rate_limits:
            key.counter.charge(found.kind.route.cost or 0, now)
        return key
