"""The open door: any path with any parameters, answered by plain data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, ClassVar

from msgspec import Raw, Struct, defstruct

from krakenkit.errors import SettingsError
from krakenkit.wire.codec import reader_for
from krakenkit.wire.request import Request
from krakenkit.wire.rewrite import exact_json
from krakenkit.wire.route import Encoding, Envelope, Resend, Route, Venue


class PlainData(Struct, frozen=True):
    """JSON as builtins, fractions as ``Decimal``."""

    @classmethod
    def from_wire(cls, raw: bytes | Raw) -> Any:
        """The data itself."""
        reader_for(Raw)(raw)  # malformed JSON is told in the decoder's words
        return exact_json(raw)


class RawRequest(Request[Any], frozen=True):
    """A call that is described only by its path; made by :func:`raw_request`."""

    route: ClassVar[Route]

    params: dict[str, Any] = {}

    @classmethod
    def answer_type(cls) -> Any:
        return PlainData

    def given(self) -> dict[str, Any]:
        return {name: value for name, value in self.params.items() if value is not None}


def raw_request(method: str, path: str, params: Mapping[str, Any]) -> Request[Any]:
    """A request for a path that has no class here, or none that fits.

    Raises:
        SettingsError: when the path does not begin with ``/`` or has a query of its own.
    """
    if not path.startswith("/") or "?" in path:
        raise SettingsError(f"{path!r} is not a path: begin with /, and give what follows ? as params.")
    made = _raw_class(method.upper(), path, _encoding(method.upper(), params))(params=dict(params))
    return made


@lru_cache(maxsize=256)
def _raw_class(method: str, path: str, encoding: Encoding) -> type[RawRequest]:
    route = Route(
        id=f"raw:{path}",
        method=method,
        path=path,
        encoding=encoding,
        access="public" if path.startswith("/0/public/") else "signed",
        envelope=_envelope(path),
        venue=_venue(path),
        resend=Resend.READ if method == "GET" else Resend.NEVER,
        lifecycle="futures-rest" if _venue(path) == "futures" else None,
    )
    made: type[RawRequest] = defstruct("RawRequest", [], bases=(RawRequest,), namespace={"route": route}, frozen=True)  # type: ignore[assignment]
    return made


def _venue(path: str) -> Venue:
    if path.startswith(("/derivatives/", "/api/")):
        return "futures"
    return "nexus" if path.startswith("/b2b/") else "spot"


def _envelope(path: str) -> Envelope:
    if path.startswith("/0/"):
        return "spot"
    match _venue(path):
        case "futures":
            return "futures"
        case "nexus":
            return "result"
        case "spot":
            return "bare"


def _encoding(method: str, params: Mapping[str, Any]) -> Encoding:
    """Nested values need JSON; everything else fits a query or a form."""
    if method in ("GET", "DELETE"):
        return "query"
    nested = any(isinstance(value, Mapping | list) for value in params.values())
    return "json" if nested else "form"
