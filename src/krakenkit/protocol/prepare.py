"""A request becomes bytes: encoded once, signed over those bytes, sent as those bytes."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from typing import Any, cast

import msgspec

from krakenkit.errors import SettingsError
from krakenkit.protocol.http import HttpRequest
from krakenkit.signing import spot
from krakenkit.signing.credentials import Credentials
from krakenkit.wire.environment import Environment
from krakenkit.wire.request import (
    Params,
    Request,
    fill_path,
    form_text,
    has_params,
    json_params,
    json_value,
    scalar_text,
    wire_params,
)
from krakenkit.wire.route import Encoding, Route

_FORM = ("Content-Type", "application/x-www-form-urlencoded")
_JSON = ("Content-Type", "application/json")
_encode_json = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, and to where."""

    environment: Environment
    credentials: Credentials | None = None
    bearer: str | None = None

    def __repr__(self) -> str:
        return f"Sender({self.environment.name!r}, {self.credentials!r})"


def prepare(request: Request[Any], sender: Sender) -> HttpRequest:
    """The bytes of one call, with a nonce and a signature of their own; call it anew for every try.

    Raises:
        SettingsError: for a private call without a key.
    """
    route = request.route
    params = wire_params(request)
    path = fill_path(route.path, params)
    query = {name: params.pop(name) for name in route.in_query if name in params}
    match route.access:
        case "public":
            return _public(request, path, query, params, sender)
        case "signed":
            return _signed(request, path, query, params, sender)
        case "bearer" | "basic":
            return _with_token(request, path, query, params, sender)


def _public(
    request: Request[Any], path: str, query: dict[str, Any], params: dict[str, Any], sender: Sender
) -> HttpRequest:
    route = request.route
    if route.encoding == "query":
        query |= params
        params = {}
    body, headers = _body(request, params) if params else (None, ())
    return _http(route, sender, _with_query(path, query), headers, body)


def _signed(
    request: Request[Any], path: str, query: dict[str, Any], params: dict[str, Any], sender: Sender
) -> HttpRequest:
    route = request.route
    credentials = sender.credentials
    if credentials is None:
        raise SettingsError(f"{route.label} is private: pass credentials=Credentials(key, secret), or use from_env().")
    nonce = str(credentials.nonces.next())
    otp = credentials.otp() if credentials.otp is not None else None
    headers: tuple[tuple[str, str], ...] = ()
    if path.startswith("/0/"):
        params = {"nonce": nonce} | ({"otp": otp} if otp else {}) | params
    else:
        headers = (("API-Nonce", nonce),) + ((("API-OTP", otp),) if otp else ())
    if route.encoding == "query":
        query |= params
        params = {}
    target = _with_query(path, query)
    body, content = _body(request, params) if params or route.encoding == "multipart" else (b"", ())
    signature = spot.sign(credentials.secret_bytes(), path=target, nonce=nonce, body=body)
    headers += (("API-Key", credentials.key), ("API-Sign", signature))
    return _http(route, sender, target, content + headers, body or None)


def _with_token(
    request: Request[Any], path: str, query: dict[str, Any], params: dict[str, Any], sender: Sender
) -> HttpRequest:
    route = request.route
    if route.access == "basic":
        pair = f"{params.pop('client_id')}:{params.pop('client_secret')}"
        scheme = f"Basic {base64.b64encode(pair.encode()).decode()}"
    elif sender.bearer is None:
        raise SettingsError(f"{route.label} needs an OAuth access token: pass access_token= to the client.")
    else:
        scheme = f"Bearer {sender.bearer}"
    if route.encoding == "query":
        query |= params
        params = {}
    body, content = _body(request, params) if params else (None, ())
    return _http(route, sender, _with_query(path, query), (*content, ("Authorization", scheme)), body)


def _http(
    route: Route, sender: Sender, target: str, headers: tuple[tuple[str, str], ...], body: bytes | None
) -> HttpRequest:
    url = sender.environment.rest(route.venue) + target
    return HttpRequest(method=route.method, url=url, headers=headers, body=body, label=route.label)


def _with_query(path: str, query: dict[str, Any]) -> str:
    if not query:
        return path
    return f"{path}?{form_text(query)}"


def _body(request: Request[Any], params: dict[str, Any]) -> tuple[bytes, tuple[tuple[str, str], ...]]:
    encoding: Encoding = request.route.encoding
    if encoding == "form" and any(has_params(value) for value in params.values()):
        encoding = "json"  # a form has no agreed spelling for lists of objects
    match encoding:
        case "json":
            return _encode_json(json_params(type(request), params)), (_JSON,)
        case "multipart":
            return _multipart(params, boundary=secrets.token_hex(16))
        case "form" | "query":
            return form_text(params).encode(), (_FORM,)


def _multipart(params: dict[str, Any], *, boundary: str) -> tuple[bytes, tuple[tuple[str, str], ...]]:
    """RFC 7578 form data; a value with ``filename`` and ``content`` is a file, an object is a part of JSON text."""
    parts: list[bytes] = []
    for name, value in params.items():
        disposition, content = f'form-data; name="{name}"', b""
        if isinstance(value, Params):
            disposition += f'; filename="{getattr(value, "filename", name)}"'
            disposition += f"\r\nContent-Type: {getattr(value, 'content_type', 'application/octet-stream')}"
            content = getattr(value, "content", b"")
        elif isinstance(value, dict):
            content = _encode_json(json_value(cast("object", value)))
        else:
            content = scalar_text(value, name=name).encode()
        parts.append(f"--{boundary}\r\nContent-Disposition: {disposition}\r\n\r\n".encode() + content + b"\r\n")
    parts.append(f"--{boundary}--\r\n".encode())
    return b"".join(parts), (("Content-Type", f"multipart/form-data; boundary={boundary}"),)
