"""How a refusal is written: each group of the API has a shape of its own."""

from __future__ import annotations

from typing import Final

import msgspec

from krakenkit.sandbox.encode import rest_error
from krakenkit.sandbox.engine.refusals import EngineRefused
from krakenkit.wire.route import Route

_encode = msgspec.json.Encoder().encode
_STATUS: Final = {
    "EAPI:Invalid": 401,
    "EGeneral:Permission denied": 403,
    "EAPI:Rate limit": 429,
    "EService:": 503,
}
INVALID_CLIENT: Final = "invalid_client"
INVALID_GRANT: Final = "invalid_grant"
_OAUTH_WORDS: Final = frozenset({INVALID_CLIENT, INVALID_GRANT})


def refusal_body(route: Route, code: str) -> bytes:
    """The body of a refusal of a call of this route."""
    if route.envelope == "custody":
        return _encode({"errors": [_object(code)]})
    if route.access == "basic":
        word = code if code in _OAUTH_WORDS else "invalid_request"
        return _encode({"error": word, "error_description": code})
    return rest_error(code)


def _object(code: str) -> dict[str, str]:
    """A string such as ``EGeneral:Invalid arguments:id`` as custody writes it."""
    head, _, rest = code.partition(":")
    kind, _, message = rest.partition(":")
    members = {"severity": head[:1], "errorClass": head[1:], "type": kind}
    return members | {"errorMessage": message} if message else members


def refusal_status(refused: EngineRefused) -> int:
    """The HTTP status of a refusal outside of ``/0/``."""
    given: int | None = getattr(refused, "status", None)
    if given is not None:
        return given
    return next((status for words, status in _STATUS.items() if refused.code.startswith(words)), 400)
