"""API keys of the Futures half: they are separate from Spot's, and sign by other rules."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from krakenkit._core.redaction import shortened
from krakenkit.sandbox.futures.inbound import FuturesDenied
from krakenkit.signing import challenge, futures
from krakenkit.wire.futures.base import FULL, READ, TRANSFER

AUTHENTICATION = "authenticationError"
NONCE_BELOW = "nonceBelowThreshold"
NONCE_TWICE = "nonceDuplicate"
NO_PRIVILEGE = "insufficientPrivileges"
TRADING: Final = frozenset({READ, FULL})
"""What a key may do when nothing else is asked for: everything but move money between wallets."""
EVERYTHING: Final = TRADING | {TRANSFER}
"""Every permission there is."""
# A nonce may come a little late. How little is not published; a billionth of the nonce is about two seconds, whatever
# unit a client counts in.
_LATE_PART: Final = 10**9
_NONCES_KEPT: Final = 10_000


@dataclass(slots=True, eq=False)
class FuturesKey:
    """One key. Its repr hides the secret."""

    key: str
    secret: bytes
    account: str
    permissions: frozenset[str]
    created_at: int
    _highest: int = 0
    _used: dict[int, None] = field(default_factory=dict[int, None])

    def __repr__(self) -> str:
        return f"FuturesKey(key={shortened(self.key)!r}, secret=<hidden>)"

    def may(self, permission: str | None) -> bool:
        """Whether a call that asks for this permission may be made with it; who may trade may also look."""
        if permission in (None, "any"):
            return True
        return permission in self.permissions or (permission == READ and FULL in self.permissions)

    def use_nonce(self, nonce: str) -> None:
        """Take a nonce in; calls without one pass.

        Raises:
            FuturesDenied: when it was used before, or lies too far below the highest one.
        """
        if not nonce:
            return
        if not (nonce.isascii() and nonce.isdecimal()):
            raise FuturesDenied(NONCE_BELOW)
        number = int(nonce)
        if number in self._used:
            raise FuturesDenied(NONCE_TWICE)
        if number < self._highest - self._highest // _LATE_PART:
            raise FuturesDenied(NONCE_BELOW)
        self._highest = max(self._highest, number)
        self._used[number] = None
        if len(self._used) > _NONCES_KEPT:
            del self._used[next(iter(self._used))]

    def signed_challenge(self, text: str, signature: str) -> bool:
        """Whether the challenge was signed with this key."""
        return signature.isascii() and challenge.verify(signature, self.secret, text)


class FuturesKeyRing:
    """All Futures keys of one sandbox."""

    def __init__(self) -> None:
        self._keys: dict[str, FuturesKey] = {}

    def make(self, account: str, permissions: Collection[str], now: int) -> tuple[FuturesKey, str]:
        """A new key, and its secret as text, both in the length of Kraken's."""
        secret = secrets.token_bytes(64)
        text = base64.b64encode(secrets.token_bytes(42)).decode()
        made = self._keys[text] = FuturesKey(text, secret, account, frozenset(permissions), now)
        return made, base64.b64encode(secret).decode()

    def find(self, key: str) -> FuturesKey | None:
        """The key of this text."""
        return self._keys.get(key)

    def authenticate(self, key: str, signature: str, *, path: str, post_data: bytes, nonce: str) -> FuturesKey:
        """The key that signed this call; its nonce is used up.

        Args:
            path: the path as it was sent, without its query.
            post_data: the query and the body, byte for byte.

        Raises:
            FuturesDenied: for a key nobody knows, a wrong signature, and a nonce that cannot be.
        """
        found = self._keys.get(key)
        # compare_digest takes no text beyond ASCII.
        if found is None or not signature.isascii():
            raise FuturesDenied(AUTHENTICATION)
        if not futures.verify(signature, found.secret, path=path, post_data=post_data, nonce=nonce):
            raise FuturesDenied(AUTHENTICATION)
        found.use_nonce(nonce)
        return found
