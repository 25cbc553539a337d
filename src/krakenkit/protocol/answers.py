"""An HTTP reply becomes an answer or an error; whether an error leaves the outcome in doubt shows in its class."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from krakenkit._core.redaction import excerpt
from krakenkit.errors import AuthRefused, DecodeError, KrakenError, RateLimited, Refused, TransportError
from krakenkit.protocol.http import HttpReply
from krakenkit.wire.codec import UNREADABLE, Reader, read_envelope, reader_for, refusal_in
from krakenkit.wire.refusals import errors_in, refusal, warnings_in
from krakenkit.wire.request import Request

R = TypeVar("R")
_PLACE = re.compile(r" - at `(.+)`$")


@dataclass(frozen=True, slots=True)
class Answer(Generic[R]):
    """What came back, with the warnings that rode along."""

    value: R
    warnings: tuple[str, ...] = ()


def read_answer(request: Request[R], reply: HttpReply) -> Answer[R]:
    """The typed answer in a reply.

    Raises:
        Refused: the exchange answered no.
        TransportError: no usable answer, for example an empty body or a gateway's error page.
        DecodeError: an answer of an unknown shape.
    """
    label = request.route.label
    if not reply.body.strip() and reply.status != 204:
        raise TransportError(
            f"{label}: the answer was empty (HTTP status {reply.status}).",
            sent=True,
            request=label,
            status=reply.status,
        )
    match request.route.envelope:
        case "spot":
            return _spot(request, reply)
        case "futures":
            return _futures(request, reply)
        case "custody":
            return _custody(request, reply)
        case "result":
            return _result(request, reply)
        case "bare":
            return _bare(request, reply)
        case "bytes":
            return _bytes(request, reply)


def _spot(request: Request[R], reply: HttpReply) -> Answer[R]:
    try:
        envelope = read_envelope(reply.body)
    except UNREADABLE as error:
        raise not_json(request.route.label, reply) from error
    codes = envelope.codes()
    if refused := errors_in(codes):
        raise _refused(request, refused)
    if reply.status >= 400:
        raise http_refusal(request.route.label, reply)
    if not bytes(envelope.result):
        raise DecodeError(
            f"{request.route.label}: the answer has neither an error nor a result: {excerpt(reply.body)}",
            raw=reply.body,
            field="$.result",
            request=request.route.label,
        )
    value: R = decode(type(request).reader(), envelope.result, raw=reply.body, label=request.route.label, at="$.result")
    if (words := refusal_in(value)) is not None:
        raise _refused(request, [words])
    return Answer(value, tuple(warnings_in(codes)))


class _FuturesHead(msgspec.Struct):
    """What tells a Futures answer from a refusal; ``result`` is an object on some surfaces."""

    result: msgspec.Raw = msgspec.Raw(b"")
    error: str | None = None
    errors: list[msgspec.Raw] = []
    status: msgspec.Raw = msgspec.Raw(b"")
    reason: str | None = None

    def codes(self) -> list[str]:
        """The errors as text; the history surface says ``unauthorized`` in ``status`` with a ``reason``."""
        found = [self.error] if self.error else []
        found += [_text_of(error) for error in self.errors]
        if not found and self.reason and bytes(self.status) == b'"unauthorized"':
            found = [f"authenticationError: {self.reason}"]
        return list(dict.fromkeys(found))


class _FuturesError(msgspec.Struct):
    code: int | str | None = None
    type: str | None = None
    message: str | None = None
    msg: str | None = None


def _text_of(raw: msgspec.Raw) -> str:
    try:
        found: str | _FuturesError = reader_for(str | _FuturesError)(raw)
    except msgspec.ValidationError:
        return bytes(raw).decode("utf-8", "replace")
    if isinstance(found, str):
        return found
    words = (found.code, found.type, found.message or found.msg)
    return ": ".join(str(word) for word in words if word is not None)


def _futures(request: Request[R], reply: HttpReply) -> Answer[R]:
    try:
        head: _FuturesHead = reader_for(_FuturesHead)(reply.body)
    except UNREADABLE:
        head = _FuturesHead()  # not an object: the reader below judges it
    codes = head.codes()
    if bytes(head.result) == b'"error"' or (reply.status >= 400 and codes):
        raise _refused(request, codes or ["error without a code"])
    if reply.status >= 400:
        raise http_refusal(request.route.label, reply)
    return Answer(decode(type(request).reader(), reply.body, raw=reply.body, label=request.route.label, at="$"))


def _custody(request: Request[R], reply: HttpReply) -> Answer[R]:
    try:
        codes = read_envelope(reply.body).codes()
    except UNREADABLE as error:
        raise not_json(request.route.label, reply) from error
    if refused := errors_in(codes):
        raise _refused(request, refused)
    if reply.status >= 400:
        raise http_refusal(request.route.label, reply)
    value: R = decode(type(request).reader(), reply.body, raw=reply.body, label=request.route.label, at="$")
    return Answer(value, tuple(warnings_in(codes)))


class _Explained(msgspec.Struct):
    """Texts that APIs outside the Spot envelope put beside an error."""

    message: str | None = None
    error_description: str | None = None


def _result(request: Request[R], reply: HttpReply) -> Answer[R]:
    _raise_loose_error(request, reply)
    try:
        envelope = read_envelope(reply.body)
    except UNREADABLE as error:
        raise not_json(request.route.label, reply) from error
    raw = envelope.result if bytes(envelope.result) else msgspec.Raw(b"null")
    return Answer(decode(type(request).reader(), raw, raw=reply.body, label=request.route.label, at="$.result"))


def _bare(request: Request[R], reply: HttpReply) -> Answer[R]:
    _raise_loose_error(request, reply)
    return Answer(decode(type(request).reader(), reply.body, raw=reply.body, label=request.route.label, at="$"))


def _bytes(request: Request[R], reply: HttpReply) -> Answer[R]:
    if reply.status >= 400 or "json" in reply.content_type or reply.body.lstrip()[:1] == b"{":
        # A refusal comes as the JSON envelope in place of the file.
        _raise_loose_error(request, reply)
    if not 200 <= reply.status < 300 or "html" in reply.content_type:
        raise http_refusal(request.route.label, reply)
    if request.answer_type() is bytes:
        value: Any = reply.body
        return Answer(value)
    return Answer(decode(type(request).reader(), reply.body, raw=reply.body, label=request.route.label, at="$"))


def _raise_loose_error(request: Request[Any], reply: HttpReply) -> None:
    """Raise what an answer without the Spot envelope says went wrong, in any of the spellings in use."""
    try:
        codes = read_envelope(reply.body).codes()
        told: _Explained = reader_for(_Explained)(reply.body)
    except UNREADABLE:
        codes, told = [], _Explained()
    if refused := errors_in(codes):
        raise _refused(request, refused + [text for text in (told.message, told.error_description) if text])
    if reply.status >= 400:
        raise http_refusal(request.route.label, reply)


def _refused(request: Request[Any], codes: list[str]) -> Refused:
    return refusal(codes, request=request.route.label, client_order_id=request.client_order_id)


def decode(reader: Reader[R], part: bytes | msgspec.Raw, *, raw: bytes, label: str, at: str) -> R:
    """The part as an answer.

    Raises:
        DecodeError: naming the field; ``raw`` is kept on it whole.
    """
    try:
        return reader(part)
    except msgspec.ValidationError as error:
        found = _PLACE.search(str(error))
        field = (found.group(1) if found else "$").replace("$", at, 1)
        reason = _PLACE.sub("", str(error))
        raise DecodeError(
            f"{label}: the answer has an unknown shape at {field}: {reason}. "
            f"The whole answer is in .raw; it begins {excerpt(raw)}",
            raw=raw,
            field=field,
            request=label,
        ) from error
    except UNREADABLE as error:
        raise DecodeError(
            f"{label}: the answer is not JSON: {excerpt(raw)}", raw=raw, field="$", request=label
        ) from error


def not_json(label: str, reply: HttpReply) -> KrakenError:
    """The error for a body that is not the JSON we expect: a gateway's page, or half an answer."""
    if reply.status != 200:
        return http_refusal(label, reply)
    return DecodeError(
        f"{label}: the answer is not the JSON of this API ({reply.content_type or 'no content type'}): "
        f"{excerpt(reply.body)}",
        raw=reply.body,
        field="$",
        request=label,
    )


def http_refusal(label: str, reply: HttpReply) -> KrakenError:
    """The error for an HTTP status that says no by itself; behind a 5xx of a gateway the call may have gone through."""
    codes = (f"HTTP {reply.status}",)
    text = f"{label} was answered with HTTP status {reply.status}: {excerpt(reply.body)}"
    if reply.status == 429:
        return RateLimited(
            f"{text} Next: slow down.", codes=codes, request=label, retryable=True, retry_after=reply.retry_after
        )
    if reply.status in (401, 403):
        advice = "Next: check the key and the address this machine calls from."
        return AuthRefused(f"{text} {advice}", codes=codes, request=label)
    if reply.status == 408 or reply.status >= 500 or reply.status < 400:
        return TransportError(text, sent=True, request=label, status=reply.status)
    return Refused(text, codes=codes, request=label)
