"""Faults of REST: answers that do not come, come late, or are not the exchange's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Final, Literal

from msgspec import Meta

from krakenkit.sandbox.faults.fault import Count, HttpStatus, Occasion, Place, Scripted, Seconds, is_path

_JSON: Final = "application/json"
_FUTURES: Final = ("/derivatives/", "/api/")
_HISTORY: Final = "/api/history/"
_SECOND: Final = 10**9
_TITLES: Final = {502: "502 Bad Gateway", 520: "520: Web server is returning an unknown error"}


@dataclass(frozen=True, slots=True)
class Spoken:
    """An answer that no desk gave."""

    body: bytes = b""
    status: int = 200
    content_type: str = _JSON
    headers: tuple[tuple[str, str], ...] = ()


class _OfCall(Scripted, frozen=True):
    """A fault of calls of one path, or of any; where ``path`` stands among the settings is for each to say."""

    place: ClassVar[Place | None] = "call"

    def meant(self, occasion: Occasion) -> bool:
        return is_path(getattr(self, "path", None), occasion.name)


class _OfPath(_OfCall, frozen=True):
    """A fault whose settings begin with the path."""

    path: str | None = None
    count: Count = 1


class CloseAfterRequest(_OfPath, frozen=True):
    """Carries a REST call out, then cuts its line instead of answering: the lost order."""


class CloseBeforeRequest(_OfPath, frozen=True):
    """Reads a REST call and cuts its line without doing what it asks; to the client it looks the same."""


class DelayRest(_OfCall, frozen=True):
    """Carries a REST call out at once and answers so much later."""

    seconds: Seconds = 0.1
    path: str | None = None
    count: Count = 1


class AnswerRestWith(_OfCall, frozen=True):
    """Answers REST calls with this and does nothing of what they ask."""

    chance: ClassVar[bool] = False

    status: HttpStatus = 200
    body: str = ""
    path: str | None = None
    count: Count = 1
    content_type: Annotated[str, Meta(pattern=r"^[\w.+-]+/[\w.+-]+$")] = _JSON

    def says(self, path: str, now: int) -> Spoken:
        """What comes instead."""
        return Spoken(self.body.encode(), self.status, self.content_type)


class HtmlError(_OfPath, frozen=True):
    """Answers REST calls with an HTML page of a gateway and does nothing of what they ask."""

    status: Literal[502, 520] = 502

    def says(self, path: str, now: int) -> Spoken:
        """What comes instead."""
        title = _TITLES[self.status]
        page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
        return Spoken(page.encode(), self.status, "text/html")


class EmptyBody(_OfPath, frozen=True):
    """Answers REST calls with status 200 and nothing else, and does nothing of what they ask."""

    def says(self, path: str, now: int) -> Spoken:
        """What comes instead."""
        return Spoken()


class RefuseRest(_OfCall, frozen=True):
    """Refuses REST calls with this string and does nothing of what they ask."""

    chance: ClassVar[bool] = False

    code: str = "EService:Unavailable"
    path: str | None = None
    count: Count = 1

    def says(self, path: str, now: int) -> str:
        """The code of the refusal."""
        return self.code


class Busy(_OfPath, frozen=True):
    """Refuses REST calls with ``EService:Busy``; Futures, which has no such word, with ``Unavailable``."""

    def says(self, path: str, now: int) -> str:
        """The code of the refusal."""
        return "Unavailable" if path.startswith(_FUTURES) else "EService:Busy"


class Unavailable(_OfPath, frozen=True):
    """Refuses REST calls with ``EService:Unavailable``, or ``Unavailable`` on Futures."""

    def says(self, path: str, now: int) -> str:
        """The code of the refusal."""
        return "Unavailable" if path.startswith(_FUTURES) else "EService:Unavailable"


class Throttle(_OfCall, frozen=True):
    """Refuses REST calls with ``EService: Throttled: <unix time>``, so many seconds ahead; Futures as ``rate_limit`` does."""

    seconds: Seconds = 5.0
    path: str | None = None
    count: Count = 1

    def says(self, path: str, now: int) -> str | Spoken:
        """The code of the refusal, or what the history of Futures answers."""
        if path.startswith(_FUTURES):
            return _over_limit(path, self.seconds)
        return f"EService: Throttled: {-(-now // _SECOND) + round(self.seconds)}"


class RateLimit(_OfCall, frozen=True):
    """Refuses REST calls as over the limit: ``EAPI:Rate limit exceeded``, ``apiLimitExceeded``, or 429 on Futures history."""

    path: str | None = None
    count: Count = 1
    reset_seconds: Seconds = 1.0

    def says(self, path: str, now: int) -> str | Spoken:
        """The code of the refusal, or what the history of Futures answers."""
        return _over_limit(path, self.reset_seconds) if path.startswith(_FUTURES) else "EAPI:Rate limit exceeded"


SAYING: Final = (AnswerRestWith, HtmlError, EmptyBody, RefuseRest, Busy, Unavailable, Throttle, RateLimit)
"""Those that answer in the exchange's place: ``says`` gives the code of a refusal, or a whole answer."""


def _over_limit(path: str, seconds: float) -> str | Spoken:
    if not path.startswith(_HISTORY):
        return "apiLimitExceeded"
    reset = ("rate-limit-reset", str(max(1, round(seconds))))
    # The text itself is in no source.
    return Spoken(b"Too Many Requests", 429, "text/plain", (reset,))
