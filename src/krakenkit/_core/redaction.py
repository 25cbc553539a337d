"""Keeping secrets out of logs, errors, reprs and recordings."""

from __future__ import annotations

import re

HIDDEN = "<hidden>"

_HIDDEN_NAMES = (
    "api-key|apikey|api_key|api-sign|apisign|authent|authorization|nonce|otp|password|secret|signature|signed_challenge|"
    "original_challenge|challenge|token|access_token|refresh_token|client_secret"
)
_JSON_MEMBER = re.compile(rf'("(?:{_HIDDEN_NAMES})"\s*:\s*)("(?:[^"\\]|\\.)*(?:"|$)|-?[0-9.]+)', re.IGNORECASE)
_FORM_MEMBER = re.compile(rf"(?<![\w-])((?:{_HIDDEN_NAMES})=)[^&\s\"']+", re.IGNORECASE)
_SCHEME = re.compile(r"(authorization[\"']?\s*[:=,]\s*[\"']?(?:bearer|basic)\s+)[^\s,;\"'}]+", re.IGNORECASE)
_HEADER_LINE = re.compile(rf"(?<![\w-])((?:{_HIDDEN_NAMES}):\s*)[^\s,;\"'}}]+", re.IGNORECASE)


def redact(text: str) -> str:
    """The text with the values of tokens, keys, signatures, nonces and one-time codes replaced."""
    text = _SCHEME.sub(rf"\g<1>{HIDDEN}", text)
    text = _JSON_MEMBER.sub(rf'\g<1>"{HIDDEN}"', text)
    text = _FORM_MEMBER.sub(rf"\g<1>{HIDDEN}", text)
    return _HEADER_LINE.sub(rf"\g<1>{HIDDEN}", text)


def excerpt(raw: bytes, *, limit: int = 200) -> str:
    """The beginning of an answer, readable and redacted, for an error message."""
    text = redact(raw[: limit * 2].decode("utf-8", "replace")).strip()
    return text if len(text) <= limit else f"{text[:limit]}…"


def shortened(key: str) -> str:
    """Enough of an API key to tell two apart, not enough to use."""
    return f"{key[:4]}…" if len(key) > 8 else "…"
