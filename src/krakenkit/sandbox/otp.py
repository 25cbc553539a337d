"""One-time codes of keys with two-factor authentication: a password that stays, or six digits that change."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from krakenkit.errors import SettingsError

STEP_SECONDS: Final = 30
_DIGITS: Final = 6
_NANO: Final = 10**9


def code_at(secret: bytes, seconds: int) -> str:
    """The code of a moment (RFC 6238, SHA-1, six digits, half a minute)."""
    digest = hmac.digest(secret, (seconds // STEP_SECONDS).to_bytes(8, "big"), "sha1")
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}d}"


@dataclass(frozen=True, slots=True)
class Password:
    """A password that stays the same. Its repr hides it."""

    password: str

    def __repr__(self) -> str:
        return "Password(<hidden>)"

    def accepts(self, given: str, now: int) -> bool:
        """Whether this is it."""
        return hmac.compare_digest(given.encode(), self.password.encode())

    def giver(self, clock: Callable[[], int]) -> Callable[[], str]:
        """What gives the code to send."""
        return self.password.__str__


@dataclass(frozen=True, slots=True)
class Rolling:
    """Codes of an authenticator app. The one before and the one after are good too. Its repr hides the secret."""

    secret: bytes

    def __repr__(self) -> str:
        return "Rolling(<hidden>)"

    @classmethod
    def of(cls, text: str) -> Rolling:
        """The secret as apps show it.

        Raises:
            SettingsError: when it is not base32.
        """
        bare = text.replace(" ", "").rstrip("=").upper()
        try:
            secret = base64.b32decode(bare + "=" * (-len(bare) % 8))
        except binascii.Error:
            secret = b""
        if not secret:
            raise SettingsError("totp is no base32 secret; give one such as JBSWY3DPEHPK3PXP.")
        return cls(secret)

    def accepts(self, given: str, now: int) -> bool:
        """Whether this is a code of about now, in nanoseconds since 1970."""
        moments = (now // _NANO + late for late in (-STEP_SECONDS, 0, STEP_SECONDS))
        return given.isascii() and any(hmac.compare_digest(given, code_at(self.secret, at)) for at in moments)

    def giver(self, clock: Callable[[], int]) -> Callable[[], str]:
        """What gives the code to send, by the exchange's clock in nanoseconds."""
        return _Giver(self.secret, clock)


@dataclass(frozen=True, slots=True, repr=False)
class _Giver:
    secret: bytes
    clock: Callable[[], int]

    def __call__(self) -> str:
        return code_at(self.secret, self.clock() // _NANO)
