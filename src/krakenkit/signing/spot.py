"""The Spot signature, used by every REST API behind ``API-Key`` and ``API-Sign``.

``API-Sign = base64(HMAC-SHA512(secret, path + SHA256(nonce + body)))``, over the very bytes that are sent: the path
with its query string, and the body. Source: docs.kraken.com, Spot REST, Authentication.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from krakenkit.errors import SettingsError
from krakenkit.signing.mac import Secret, mac


def decode_secret(secret: str) -> bytes:
    """The secret's bytes.

    Raises:
        SettingsError: when it is empty or not base64. The message never contains it.
    """
    try:
        decoded = base64.b64decode(secret.strip(), validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if len(decoded) < 16:
        raise SettingsError("The secret is not a base64 private key; copy it again, whole, from the key's page.")
    return decoded


def sign(secret: Secret, *, path: str, nonce: str, body: bytes = b"") -> str:
    """The value of ``API-Sign`` for this path (query included), nonce and body."""
    digest = hashlib.sha256(nonce.encode() + body).digest()
    return base64.b64encode(mac(secret, path.encode() + digest)).decode()


def verify(signature: str, secret: Secret, *, path: str, nonce: str, body: bytes = b"") -> bool:
    """Whether the signature was made by :func:`sign` with the same secret over the same bytes."""
    expected = sign(secret, path=path, nonce=nonce, body=body)
    return hmac.compare_digest(signature.encode(), expected.encode())
