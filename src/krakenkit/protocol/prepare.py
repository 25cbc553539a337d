"""A request becomes bytes: encoded once, signed over those bytes, sent as those bytes."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from typing import Any, cast

import msgspec

from krakenkit.errors import SettingsError
from krakenkit.protocol.http import HttpRequest
from krakenkit.signing import futures, spot
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
from krakenkit.wire.route import Encoding

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
    parts = _take_apart(request)
    match request.route.access:
        case "public":
            return _http(parts, sender, *_encoded(parts))
        case "signed":
            return _signed(parts, sender)
        case "bearer" | "basic":
            return _with_token(parts, sender)


@dataclass(slots=True)
class _Parts:
    """A request by where its members travel."""

    request: Request[Any]
    path: str
    query: dict[str, Any]
    params: dict[str, Any]
    headers: list[tuple[str, str]]


def _take_apart(request: Request[Any]) -> _Parts:
    route = request.route
    params = wire_params(request)
    path = fill_path(route.path, params)
    headers = [(name, _header_text(params.pop(name), name=name)) for name in route.in_header if name in params]
    query = {name: params.pop(name) for name in route.in_query if name in params}
    return _Parts(request, path, query, params, headers)


def _header_text(value: object, *, name: str) -> str:
    text = scalar_text(value, name=name)
    if not (text.isascii() and text.isprintable()):
        raise SettingsError(f"{name} is {text!r}; a header takes printable ASCII on one line.")
    return text


def _encoded(parts: _Parts) -> tuple[str, bytes]:
    """The path with its query, and the body; both as they are sent, and signed where a signature is asked for."""
    encoding = parts.request.route.encoding
    if encoding == "query":
        return _with_query(parts.path, parts.query | parts.params, parts.request.route.repeat), b""
    target = _with_query(parts.path, parts.query, parts.request.route.repeat)
    if not parts.params and encoding != "multipart":
        return target, b""
    body, content = _body(parts.request, parts.params)
    parts.headers.insert(0, content)
    return target, body


def _signed(parts: _Parts, sender: Sender) -> HttpRequest:
    credentials = sender.credentials
    if credentials is None:
        label = parts.request.route.label
        raise SettingsError(f"{label} is private: pass credentials=Credentials(key, secret), or use from_env().")
    if parts.request.route.venue == "futures":
        return _signed_for_futures(parts, sender, credentials)
    nonce = str(credentials.nonces.next())
    otp = credentials.otp() if credentials.otp is not None else None
    if parts.path.startswith("/0/"):
        ours = {"nonce": nonce} | ({"otp": otp} if otp else {})
        # First in the body, and not to be replaced by a parameter of the same name from the open door.
        parts.params = ours | parts.params | ours
    else:
        parts.headers += [("API-Nonce", nonce)] + ([("API-OTP", otp)] if otp else [])
    target, body = _encoded(parts)
    signature = spot.sign(credentials.signing_secret(), path=target, nonce=nonce, body=body)
    parts.headers += [("API-Key", credentials.key), ("API-Sign", signature)]
    return _http(parts, sender, target, body)


def _signed_for_futures(parts: _Parts, sender: Sender, credentials: Credentials) -> HttpRequest:
    """Futures signs what is url-encoded, in the query or in the body, and takes the nonce as a header."""
    nonce = str(credentials.nonces.next())
    target, body = _encoded(parts)
    data = body or target.partition("?")[2].encode()
    signature = futures.sign(credentials.signing_secret(), path=parts.path, post_data=data, nonce=nonce)
    parts.headers += [("APIKey", credentials.key), ("Nonce", nonce), ("Authent", signature)]
    return _http(parts, sender, target, body)


def _with_token(parts: _Parts, sender: Sender) -> HttpRequest:
    if parts.request.route.access == "basic":
        pair = f"{parts.params.pop('client_id')}:{parts.params.pop('client_secret')}"
        scheme = f"Basic {base64.b64encode(pair.encode()).decode()}"
    elif sender.bearer is None:
        raise SettingsError(
            f"{parts.request.route.label} needs an OAuth access token: pass access_token= to the client."
        )
    else:
        scheme = f"Bearer {sender.bearer}"
    parts.headers.append(("Authorization", scheme))
    return _http(parts, sender, *_encoded(parts))


def _http(parts: _Parts, sender: Sender, target: str, body: bytes) -> HttpRequest:
    route = parts.request.route
    return HttpRequest(
        method=route.method,
        url=sender.environment.rest(route.venue) + target,
        headers=tuple(parts.headers),
        body=body or None,
        label=route.label,
    )


def _with_query(path: str, query: dict[str, Any], repeat: tuple[str, ...]) -> str:
    return f"{path}?{form_text(query, repeat=repeat)}" if query else path


def _body(request: Request[Any], params: dict[str, Any]) -> tuple[bytes, tuple[str, str]]:
    encoding: Encoding = request.route.encoding
    if encoding == "form" and any(has_params(value) for value in params.values()):
        encoding = "json"  # a form has no agreed spelling for lists of objects
    match encoding:
        case "json":
            return _encode_json(json_params(type(request), params)), _JSON
        case "multipart":
            return _multipart(params, boundary=secrets.token_hex(16))
        case "form" | "query":
            return form_text(params, repeat=request.route.repeat).encode(), _FORM


def _multipart(params: dict[str, Any], *, boundary: str) -> tuple[bytes, tuple[str, str]]:
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
    return b"".join(parts), ("Content-Type", f"multipart/form-data; boundary={boundary}")
