"""Every method of every REST client, on both faces: the bytes that would leave, without a socket."""

from __future__ import annotations

import asyncio
import base64
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

import krakenkit
from krakenkit import Credentials
from krakenkit.clients.call import Call
from krakenkit.protocol.http import HttpReply, HttpRequest
from krakenkit.signing import futures, spot
from krakenkit.wire import registry
from krakenkit.wire.environment import LIVE
from krakenkit.wire.request import Request, fill_path, wire_params
from wire.sample_requests import sample

Kind = type[Request[Any]]
pytestmark = pytest.mark.filterwarnings("ignore::krakenkit.KrakenLifecycleWarning")

SECRET = bytes(range(64))
EVERY = pytest.mark.parametrize("kind", registry.requests().values(), ids=lambda kind: kind.route.id)


class LeftTheClientError(Exception):
    """Raised by the transports in place of an answer."""


@dataclass
class Wire:
    """A transport that keeps what it was given."""

    sent: list[HttpRequest] = field(default_factory=list[HttpRequest])

    def send(self, request: HttpRequest) -> HttpReply:
        self.sent.append(request)
        raise LeftTheClientError

    def close(self) -> None: ...


@dataclass
class AsyncWire:
    """The same on an event loop."""

    sent: list[HttpRequest] = field(default_factory=list[HttpRequest])

    async def send(self, request: HttpRequest) -> HttpReply:
        self.sent.append(request)
        raise LeftTheClientError

    async def close(self) -> None: ...


def options(kind: Kind) -> dict[str, Any]:
    key = Credentials(
        f"key of {kind.route.id}".replace(" ", "-"), base64.b64encode(SECRET).decode(), otp=lambda: "123456"
    )
    return {"credentials": key, "access_token": "token-of-a-user", "limits": "off"}


def arguments(request: Request[Any]) -> dict[str, Any]:
    given = {name: getattr(request, name) for name in request.__struct_fields__}
    return {name: value for name, value in given.items() if value is not None}


def sent_blocking(kind: Kind, request: Request[Any]) -> HttpRequest:
    wire = Wire()
    client = getattr(krakenkit, registry.client_of(kind))(transport=wire, **options(kind))
    with pytest.raises(LeftTheClientError):
        getattr(client, registry.method_name(kind))(**arguments(request))
    (sent,) = wire.sent
    return sent


def sent_async(kind: Kind, request: Request[Any]) -> HttpRequest:
    wire = AsyncWire()
    client = getattr(krakenkit, f"Async{registry.client_of(kind)}")(transport=wire, **options(kind))

    async def call() -> None:
        with pytest.raises(LeftTheClientError):
            await getattr(client, registry.method_name(kind))(**arguments(request))

    asyncio.run(call())
    (sent,) = wire.sent
    return sent


@dataclass
class Seen:
    """A sent request, taken apart again as a server would."""

    target: str
    headers: dict[str, str]
    query: list[tuple[str, str]]
    members: dict[str, Any]
    body: bytes

    @classmethod
    def of(cls, sent: HttpRequest, origin: str) -> Seen:
        assert sent.url.startswith(f"{origin}/")
        target, headers, body = sent.url.removeprefix(origin), dict(sent.headers), sent.body or b""
        query = parse_qsl(urlsplit(target).query, strict_parsing="?" in target)
        return cls(target, headers, query, _members(headers.get("Content-Type", ""), body), body)

    def names(self) -> set[str]:
        """The parameters, wherever they travelled, without what the client adds."""
        found = {name.partition("[")[0] for name, _ in self.query} | {name.partition("[")[0] for name in self.members}
        return found - {"nonce", "otp"}


def _members(content_type: str, body: bytes) -> dict[str, Any]:
    match content_type.partition(";")[0]:
        case "":
            assert body == b""
            return {}
        case "application/x-www-form-urlencoded":
            return dict(parse_qsl(body.decode(), strict_parsing=True))
        case "application/json":
            members: dict[str, Any] = json.loads(body)
            return members
        case "multipart/form-data":
            parts = body.split(f"--{content_type.rpartition('boundary=')[2]}".encode())
            return {part.partition(b'name="')[2].partition(b'"')[0].decode(): part for part in parts[1:-1]}
        case _:
            raise AssertionError(f"unknown content: {content_type}")


def expected_names(request: Request[Any], seen: Seen) -> set[str]:
    params = wire_params(request)
    fill_path(request.route.path, params)
    hidden = {"client_id", "client_secret"} if request.route.access == "basic" else set[str]()
    assert all(name in seen.headers for name in request.route.in_header if name in params)
    return {name.partition("[")[0] for name in params} - hidden - set(request.route.in_header)


def signature_holds(request: Request[Any], seen: Seen) -> bool:
    route, headers, path = request.route, seen.headers, seen.target.partition("?")[0]
    match route.access:
        case "public":
            return not {"API-Key", "APIKey", "Authorization"} & set(headers)
        case "bearer":
            return headers["Authorization"] == "Bearer token-of-a-user"
        case "basic":
            return headers["Authorization"].startswith("Basic ")
        case "signed" if route.venue == "futures":
            data = seen.body or seen.target.partition("?")[2]
            return headers["APIKey"].startswith("key-of-") and futures.verify(
                headers["Authent"], SECRET, path=path, post_data=data, nonce=headers["Nonce"]
            )
        case "signed":
            private = path.startswith("/0/")
            nonce, otp = (
                (seen.members["nonce"], seen.members["otp"]) if private else (headers["API-Nonce"], headers["API-OTP"])
            )
            return otp == "123456" and spot.verify(
                headers["API-Sign"], SECRET, path=seen.target, nonce=str(nonce), body=seen.body
            )


def check(kind: Kind, request: Request[Any], sent: HttpRequest) -> None:
    route = kind.route
    seen = Seen.of(sent, LIVE.rest(route.venue))

    assert sent.method == route.method
    assert seen.target.partition("?")[0] == fill_path(route.path, wire_params(request))
    assert seen.names() == expected_names(request, seen)
    if route.encoding == "query":
        assert seen.body == b""
    assert signature_holds(request, seen)


@EVERY
def test_a_blocking_method_sends_its_endpoint_whole_and_signed(kind: Kind) -> None:
    request = sample(kind)

    check(kind, request, sent_blocking(kind, request))


@EVERY
def test_an_async_method_sends_the_same(kind: Kind) -> None:
    request = sample(kind)

    check(kind, request, sent_async(kind, request))


@pytest.mark.parametrize("prefix", ["", "Async"])
@pytest.mark.parametrize("product", registry.PRODUCTS)
def test_a_client_lists_the_endpoints_of_its_product_and_no_others(product: str, prefix: str) -> None:
    client = getattr(krakenkit, prefix + registry.PRODUCTS[product])
    listed = {name: call.request for name in dir(client) if isinstance(call := getattr(client, name), Call)}

    wanted = [kind for kind in registry.requests().values() if registry.product_of(kind) == product]
    assert listed == {registry.method_name(kind): kind for kind in wanted}
    assert len(listed) == len(wanted)
