"""The Futures REST signature, sent as ``Authent`` beside ``APIKey`` and, where one is used, ``Nonce``.

``Authent = base64(HMAC-SHA512(secret, SHA256(post_data + nonce + endpoint_path)))``, over the very bytes that are sent:
the url-encoded query of a GET or DELETE, the url-encoded form of a POST or PUT. Since 20 February 2024 the encoded text
is hashed; the decoded text of older samples is no longer accepted. Source: docs.kraken.com, Futures REST, Authentication.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from krakenkit.signing.mac import Secret, mac

_PREFIX = "/derivatives"


def endpoint_path(path: str) -> str:
    """The path as it is signed: without its query, and without ``/derivatives`` where it begins so.

    Paths under ``/api/history``, ``/api/auth`` and ``/api/stats`` are signed whole.
    """
    return path.partition("?")[0].removeprefix(_PREFIX)


def sign(secret: Secret, *, path: str, post_data: str | bytes = b"", nonce: str = "") -> str:
    """The value of ``Authent``.

    Args:
        secret: the decoded secret, see :func:`krakenkit.signing.spot.decode_secret`.
        path: the path of the url; its query, if any, is not read here and belongs into ``post_data``.
        post_data: the url-encoded query or form, byte for byte as it is sent; empty when there are no arguments.
        nonce: the value of the ``Nonce`` header; empty when none is sent, which the exchange allows.
    """
    data = post_data.encode() if isinstance(post_data, str) else post_data
    digest = hashlib.sha256(data + nonce.encode() + endpoint_path(path).encode()).digest()
    return base64.b64encode(mac(secret, digest)).decode()


def verify(signature: str, secret: Secret, *, path: str, post_data: str | bytes = b"", nonce: str = "") -> bool:
    """Whether the signature was made by :func:`sign` with the same secret over the same bytes."""
    expected = sign(secret, path=path, post_data=post_data, nonce=nonce)
    return hmac.compare_digest(signature.encode(), expected.encode())
