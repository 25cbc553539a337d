"""The one primitive of every signature: HMAC-SHA512 with the key's secret, or with whatever holds the secret elsewhere."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import TypeAlias

Secret: TypeAlias = bytes | Callable[[bytes], bytes]
"""The secret's bytes; or, for a key in a vault, what gives the HMAC-SHA512 of a message made with it."""


def mac(secret: Secret, message: bytes) -> bytes:
    """The 64 bytes of HMAC-SHA512."""
    return secret(message) if callable(secret) else hmac.digest(secret, message, "sha512")
