"""The signed challenge of the Futures WebSocket v1.

The socket answers ``{"event": "challenge", "api_key": …}`` with a UUID; every private subscribe and unsubscribe carries
it as ``original_challenge`` and its signature as ``signed_challenge``. The server echoes both in its acknowledgements,
so they are hidden in logs. Source: docs.kraken.com, Futures WebSocket, Challenge.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from krakenkit.signing.mac import Secret, mac


def sign(secret: Secret, challenge: str) -> str:
    """The value of ``signed_challenge``: base64 of HMAC-SHA512 over the SHA-256 of the challenge's text."""
    digest = hashlib.sha256(challenge.encode()).digest()
    return base64.b64encode(mac(secret, digest)).decode()


def verify(signature: str, secret: Secret, challenge: str) -> bool:
    """Whether the signature was made by :func:`sign` with the same secret over the same challenge."""
    return hmac.compare_digest(signature.encode(), sign(secret, challenge).encode())
