"""A line of log for each call and each event of a socket: what was asked, by whom, and how it ended.

Paths stand here without their query, requests without their contents: no key, token, signature or nonce gets in.
"""

from __future__ import annotations

import logging
from typing import Any, Final, cast

import msgspec

from krakenkit.sandbox.faults.occasions import Subject

log = logging.getLogger("krakenkit.sandbox.traffic")

_LONGEST_TEXT: Final = 120
_LARGEST_READ: Final = 64 * 1024
_STATUSES: Final = ("sendStatus", "editStatus", "cancelStatus")
_TOO_OFTEN: Final = frozenset({"pong"})


def listening() -> bool:
    """Whether anybody reads these lines."""
    return log.isEnabledFor(logging.INFO)


def call_answered(method: str, path: str, account: str, outcome: str, seconds: float) -> None:
    """A REST call got its answer, or none."""
    log.info("%-6s %s  %s  %s  %.1f ms", method, clean(path), account or "-", clean(outcome), seconds * 1000)


def socket_opened(number: int, path: str) -> None:
    """A socket was opened."""
    log.info("ws %d  opened %s", number, clean(path))


def socket_closed(number: int) -> None:
    """A socket is gone."""
    log.info("ws %d  closed", number)


def replied(number: int, subject: Subject) -> None:
    """A request on a socket got its reply."""
    if subject.kind == "reply" and subject.name not in _TOO_OFTEN:
        words = " ".join((subject.name, *subject.symbols))
        log.info("ws %d  %s  %s", number, clean(words), clean(subject.outcome or "ok"))


def outcome_of(status: int, body: bytes) -> str:
    """How a call ended: ``ok``, the exchange's refusal, or the HTTP status of what is neither."""
    said = _members(body)
    errors: Any = said.get("error") or said.get("errors")
    if isinstance(errors, str | list):
        return errors if isinstance(errors, str) else " ".join(map(str, cast("list[object]", errors)))
    for name in _STATUSES:
        found: Any = said.get(name)
        if isinstance(found, dict):
            return str(cast("dict[str, Any]", found).get("status", "ok"))
    return "ok" if status == 200 and body else f"HTTP {status}" if body else f"HTTP {status} without a body"


def _members(body: bytes) -> dict[str, Any]:
    if len(body) > _LARGEST_READ or not body.startswith(b"{"):
        return {}
    try:
        said: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return cast("dict[str, Any]", said)


def clean(text: str) -> str:
    """Text for one line of log, whatever a client put into it."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in text[: _LONGEST_TEXT + 1])
    return shown if len(text) <= _LONGEST_TEXT else f"{shown[:_LONGEST_TEXT]}…"
