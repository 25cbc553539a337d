"""Tokens for private sockets: made by REST, good for 900 seconds, and beyond that while a subscription lives on them."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass

from krakenkit.sandbox.inbound import Denied
from krakenkit.sandbox.keys import ApiKey

LIFE_SECONDS = 900
NO_TOKEN = "Token(s) not found"  # noqa: S105  - the exchange's words
UNKNOWN_TOKEN = "EAPI:Invalid token"  # noqa: S105
STALE_SESSION = "ESession:Invalid session"


@dataclass(slots=True, eq=False)
class Token:
    """One token; it acts for the key that fetched it."""

    key: ApiKey
    expires_at: int
    holders: int = 0
    """Private subscriptions that were made with it and are still open."""
    spoilt: bool = False

    def __repr__(self) -> str:
        return f"Token(key={self.key!r})"

    def good(self, now: int) -> bool:
        """Whether a request may still use it."""
        return not self.spoilt and (now < self.expires_at or self.holders > 0)


class Tokens:
    """All tokens of one sandbox."""

    def __init__(self) -> None:
        self._tokens: dict[str, Token] = {}

    def issue(self, key: ApiKey, expires_at: int) -> str:
        """A new token for this key, good until this moment."""
        text = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        self._tokens[text] = Token(key, expires_at)
        return text

    def check(self, text: object, now: int) -> Token:
        """The token of a request.

        Raises:
            Denied: when there is none, or it is unknown, or its time is over; Kraken has other words for each.
        """
        if text is None or text == "":
            raise Denied(NO_TOKEN)
        token = self._tokens.get(text) if isinstance(text, str) else None
        if token is None:
            raise Denied(UNKNOWN_TOKEN)
        if not token.good(now):
            raise Denied(STALE_SESSION)
        return token

    def spoil_all(self) -> None:
        """Make every token stale, whatever lives on it."""
        for token in self._tokens.values():
            token.spoilt = True
