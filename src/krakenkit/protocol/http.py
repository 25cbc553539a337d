"""What goes to an HTTP transport and what comes back: plain values, without I/O."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, repr=False)
class HttpRequest:
    """One request, encoded and signed. Its repr shows method and address, never query, headers or body."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    label: str = ""
    """How messages and logs call this request, for example ``POST /0/private/AddOrder``."""

    @property
    def name(self) -> str:
        """The label, or method and path where none was given."""
        return self.label or f"{self.method} {_path(self.url)}"

    def __repr__(self) -> str:
        return f"HttpRequest({self.name!r})"


@dataclass(frozen=True, slots=True)
class HttpReply:
    """Whatever an HTTP server answered, with any status. Its repr leaves the body out: answers may carry tokens."""

    status: int
    body: bytes = field(repr=False)
    content_type: str = ""
    retry_after: float | None = None
    """Seconds the server asked to wait, from its ``Retry-After`` header."""


def seconds_asked(retry_after: str, *, date: str | None = None) -> float | None:
    """Seconds in a ``Retry-After`` header; None for text that names no waiting time.

    The header holds seconds or a moment (RFC 9110, section 10.2.3). A moment is counted from the reply's own ``Date``,
    so that a local clock that runs wrong does not matter.
    """
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text) if len(text) < 10 else None
    return None if date is None else _seconds_between(date, text)


def _seconds_between(start: str, end: str) -> float | None:
    # Rare, and the email package is slow to import.
    from email.utils import parsedate_to_datetime

    try:
        return max((parsedate_to_datetime(end) - parsedate_to_datetime(start)).total_seconds(), 0.0)
    except (ValueError, TypeError):  # TypeError: one moment names its zone, the other does not
        return None


def _path(url: str) -> str:
    """The path of a URL, without query and without anything before the host."""
    bare = url.partition("?")[0].partition("#")[0]
    return "/" + bare.partition("://")[2].partition("/")[2]
