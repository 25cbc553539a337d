"""A recorded REST body, read as the client would have read it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from krakenkit.cli.decoding.blanks import blank
from krakenkit.cli.decoding.findings import Finding, failed, is_object, read_as, refused_as, type_name
from krakenkit.errors import DecodeError, Refused, SettingsError, TransportError
from krakenkit.protocol.answers import Answer, read_answer
from krakenkit.protocol.http import HttpReply
from krakenkit.wire.registry import request_for, requests
from krakenkit.wire.request import Request
from krakenkit.wire.rewrite import exact_json, on_the_wire

_METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")


def endpoint_at(method: str, path: str) -> type[Request[Any]]:
    """The request class of a method and a path; the path may have a host, a query, and values in its places.

    Raises:
        SettingsError: when there is none; it says what is near.
    """
    bare = "/" + urlsplit(path).path.strip("/")
    kind = request_for(method, bare)
    if kind is not None:
        return kind
    others = [other for other in _METHODS if request_for(other, bare) is not None]
    hint = f"this path is called with {' or '.join(others)}" if others else _near(bare)
    raise SettingsError(f"There is no endpoint {method.upper()} {bare}; {hint}.")


def _near(path: str) -> str:
    import difflib  # only for the message

    known = {kind.route.path for kind in requests().values()}
    near = difflib.get_close_matches(path, known, n=1)
    return f"did you mean {near[0]}" if near else "see krakenkit endpoints"


def read_body(kind: type[Request[Any]], body: bytes, *, status: int = 200) -> Finding:
    """What a body that came with this HTTP status is."""
    answer_name = type_name(kind.answer_type())
    try:
        answer = read_answer(blank(kind), HttpReply(status, body))
    except Refused as refused:
        return refused_as(refused)
    except TransportError as error:
        # Of a recording that says so, a gateway's error page is what the client would have told of.
        return refused_as(error, codes=[f"HTTP {status}"]) if status != 200 else failed(answer_name, error)
    except DecodeError as error:
        return failed(answer_name, error)
    if isinstance(answer.value, bytes):
        return Finding(ok=True, type=answer_name, value={"bytes": len(answer.value)})
    original = exact_json(body)
    return read_as(answer_name, answer.value, original=original, wire=_wire(kind, original, answer))


def _wire(kind: type[Request[Any]], original: Any, answer: Answer[Any]) -> Any:
    """The answer written again in the shape of the whole body."""
    written: Any = on_the_wire(answer.value)
    if kind.route.envelope in ("spot", "result"):
        written = {"result": written}
    if not is_object(original) or not is_object(written):
        return written
    # The envelope's errors were looked at, and there were none.
    return {"error": original.get("error"), "errors": original.get("errors")} | written
