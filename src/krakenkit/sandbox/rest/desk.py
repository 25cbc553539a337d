"""The REST side without any I/O: a request's bytes go in, the answer's bytes come out.

The endpoints are the clients' own request classes: path, permission and cost come from their routes, parameters are read
into them, and what answers them is written from the clients' answer classes.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from krakenkit.sandbox.encode import bare_json, rest_error, rest_json
from krakenkit.sandbox.engine.refusals import EngineRefused
from krakenkit.sandbox.envelopes import INVALID_CLIENT, refusal_body, refusal_status
from krakenkit.sandbox.inbound import BAD_REQUEST, Denied, RestReader, read_body, read_form, read_pairs
from krakenkit.sandbox.keys import ApiKey, check_permission
from krakenkit.sandbox.multipart import is_multipart, read_multipart
from krakenkit.sandbox.routing import Endpoint, Routes
from krakenkit.sandbox.venue import Venue

log = logging.getLogger("krakenkit.sandbox")

UNKNOWN_METHOD = "EGeneral:Unknown method"
INTERNAL_ERROR = "EGeneral:Internal error"
RATE_LIMIT = "EAPI:Rate limit exceeded"
LOCKED_OUT = "EGeneral:Temporary lockout"
TOO_MANY = "EGeneral:Too many requests"
JSON = "application/json"
_VAULT: Final = "x-vault-id"
"""The header that makes a funding call of Spot one of custody."""


@dataclass(frozen=True, slots=True)
class HttpCall:
    """A request as it came off the line. ``target`` is the path with its query, byte for byte: it is what was signed."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    address: str = ""
    """The address of the one who calls."""

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
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and when; ``key`` is None where no key signs."""

    venue: Venue
    now: int
    key: ApiKey | None = None
    call: HttpCall = field(default_factory=lambda: HttpCall("", ""))
    """The call as it came, for what stands neither in its query nor in its body."""

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


class RestDesk:
    """Answers calls of the endpoints it was given.

    Below ``/0/`` a path has one meaning, whatever the method; elsewhere the method tells what is meant. There a refusal shows
    in the HTTP status too, beside a list of strings under ``error``; no page says how the exchange writes those.
    """

    def __init__(self, venue: Venue, endpoints: Iterable[Endpoint[Caller]]) -> None:
        self._venue = venue
        listed = list(endpoints)
        self._routes = Routes(one for one in listed if _VAULT not in one.kind.route.in_header)
        self._vaults = Routes(one for one in listed if _VAULT in one.kind.route.in_header)
        self._reader = RestReader()

    def answer(self, call: HttpCall) -> HttpAnswer:
        """The answer to one call; what was refused is an answer too, mostly with status 200."""
        classic = call.path.startswith("/0/")
        place = (self._vaults.at(call.path) if call.header(_VAULT) else None) or self._routes.at(call.path)
        if place is None:
            return HttpAnswer(rest_error(UNKNOWN_METHOD), 200 if classic else 404)
        found = place.first if classic else place.by_method.get(call.method)
        if found is None:
            return HttpAnswer(rest_error(BAD_REQUEST), 405)
        try:
            return _written(found, self._carry_out(found, call, place.in_path))
        except EngineRefused as refused:
            body = refusal_body(found.kind.route, refused.code)
            return HttpAnswer(body, 200 if classic else refusal_status(refused))
        except Exception:
            log.exception("%s broke", found.kind.route.label)
            return HttpAnswer(rest_error(INTERNAL_ERROR), 500)
        finally:
            self._venue.settle()

    def _carry_out(self, found: Endpoint[Caller], call: HttpCall, in_path: Mapping[str, str]) -> object:
        now = self._venue.clock()
        members = _members(found, call) | dict(in_path)
        key = self._authenticated(found, call, members, now) if found.kind.route.signed else None
        if key is None and not self._venue.limits.takes_public_call(call.address, now):
            raise Denied(TOO_MANY)
        self._venue.bank.tick(now)
        self._venue.exchange.tick(now)
        return found.answer(Caller(self._venue, now, key, call), self._reader.read(found.kind, members))

    def _authenticated(
        self, found: Endpoint[Caller], call: HttpCall, members: Mapping[str, object], now: int
    ) -> ApiKey:
        if call.method != found.kind.route.method:
            raise Denied(BAD_REQUEST)
        name, limits = call.header("API-Key"), self._venue.limits
        if limits.locked_out(name, now):
            raise Denied(LOCKED_OUT)
        nonce = members.get("nonce") or call.header("API-Nonce")
        try:
            key = self._venue.keys.authenticate(
                name,
                call.header("API-Sign"),
                path=call.target,
                nonce=str(nonce),
                body=call.body,
                now=now,
                address=call.address,
                otp=str(members.get("otp") or call.header("API-OTP")),
            )
        except Denied:
            limits.failed(name, now)
            raise
        if not limits.takes_call(name, found.kind.route.cost or 0, now):
            limits.failed(name, now)
            raise Denied(RATE_LIMIT)
        check_permission(found.kind.route.permission, key)
        if "account_id" in found.kind.__struct_fields__:
            self._check_wallet(key, members.get("account_id"))
        if "rebase_multiplier" in found.kind.__struct_fields__:
            _check_rebasing(members.get("rebase_multiplier"))
        return key

    def _check_wallet(self, key: ApiKey, account_id: object) -> None:
        """Every account has one wallet here, so the only id to ask for is its own."""
        if account_id and str(account_id) != self._venue.bank.directory.wallet_id(key.account):
            raise Denied("EGeneral:Invalid arguments:account_id")


def _check_rebasing(wanted: object) -> None:
    """Shares and tokens of an xStock are the same here, so both views show the same amounts."""
    if wanted and wanted not in ("rebased", "base"):
        raise Denied("EGeneral:Invalid arguments:rebase_multiplier")


def _members(found: Endpoint[Caller], call: HttpCall) -> dict[str, object]:
    """Everything a call says by name: in its query, its body, and the headers that its route names."""
    route = found.kind.route
    members: dict[str, object] = {name: call.header(name) for name in route.in_header}
    query, content_type = call.target.partition("?")[2], call.header("Content-Type")
    members |= read_form(query)
    if route.venue == "nexus":
        # Here brackets are part of the names (``page[size]``), and lists are repeated names.
        members |= read_pairs(query)
    if route.access == "basic":
        members |= _application(call.header("Authorization"))
    if is_multipart(content_type):
        return members | read_multipart(content_type, call.body)
    return members | read_body(content_type, call.body)


def _application(header: str) -> dict[str, object]:
    """The application's id and secret, from HTTP Basic; empty texts when they are not there."""
    scheme, _, coded = header.partition(" ")
    try:
        text = base64.b64decode(coded, validate=True).decode() if scheme.lower() == "basic" else ""
    except ValueError:
        text = ""
    name, _, secret = text.partition(":")
    if not (name and secret):
        raise Denied(INVALID_CLIENT, status=401)
    return {"client_id": name, "client_secret": secret}


def _written(found: Endpoint[Caller], answer: object) -> HttpAnswer:
    """An answer in the envelope of its route; one that is bytes already goes as it is."""
    if isinstance(answer, HttpAnswer):
        return answer
    match found.kind.route.envelope:
        case "spot" | "bytes":
            return HttpAnswer(rest_json(answer))
        case "result":
            return HttpAnswer(bare_json({"result": answer}))
        case "bare" | "custody" | "futures":
            return HttpAnswer(bare_json(answer))
