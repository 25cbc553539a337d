"""API keys of the sandbox: who they belong to, what they may do, and whether a request was signed with them."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Collection
from dataclasses import dataclass

from krakenkit._core.redaction import shortened
from krakenkit.sandbox.inbound import Denied
from krakenkit.signing import spot

INVALID_KEY = "EAPI:Invalid key"
INVALID_SIGNATURE = "EAPI:Invalid signature"
INVALID_NONCE = "EAPI:Invalid nonce"
PERMISSION_DENIED = "EGeneral:Permission denied"

TRADING = frozenset(
    {
        "query-funds",
        "query-open-trades",
        "query-closed-trades",
        "modify-trades",
        "close-trades",
        "query-ledger",
        "create-ws-token",
    }
)
"""What a key may do when nothing else is asked for: everything but move funds."""

PARTNER = frozenset({"embed", "ramp"})
"""What partners' keys may do, in words of the sandbox: Kraken gives such keys out by hand."""
CUSTODY = frozenset({"custody"})
"""What keys of custody API users may do, in the sandbox's word."""

# The manual names permissions by their place on the key's page; GetApiKeyInfo by these words.
_WORDS = {
    "Funds permissions - Query": "query-funds",
    "Orders and trades - Query open orders & trades": "query-open-trades",
    "Orders and trades - Query closed orders & trades": "query-closed-trades",
    "Orders and trades - Create & modify orders": "modify-trades",
    "Orders and trades - Cancel & close orders": "close-trades",
    "Data - Query ledger entries": "query-ledger",
    "WebSocket interface - On": "create-ws-token",
    "custody API user": "custody",
    "partner key (Embed)": "embed",
    "partner key (Ramp)": "ramp",
}


@dataclass(slots=True, eq=False)
class ApiKey:
    """One key. Its repr hides the secret."""

    name: str
    key: str
    secret: bytes
    account: str
    permissions: frozenset[str]
    created_at: int
    nonce_window: int = 0
    last_nonce: int = 0
    last_used: int = 0

    def __repr__(self) -> str:
        return f"ApiKey(name={self.name!r}, key={shortened(self.key)!r}, secret=<hidden>)"

    def may(self, *wanted: str) -> bool:
        """Whether the key has one of these permissions."""
        return not self.permissions.isdisjoint(wanted)

    def use_nonce(self, nonce: int) -> None:
        """Take a nonce in.

        Raises:
            Denied: when it is not above the last one, or farther below it than the key's window allows.
        """
        if nonce <= self.last_nonce - self.nonce_window or nonce >= 2**64:
            raise Denied(INVALID_NONCE)
        self.last_nonce = max(self.last_nonce, nonce)


class KeyRing:
    """All keys of one sandbox."""

    def __init__(self) -> None:
        self._keys: dict[str, ApiKey] = {}

    def make(
        self, name: str, account: str, permissions: Collection[str], now: int, *, nonce_window: int = 0
    ) -> tuple[ApiKey, str]:
        """A new key, and its secret as text, both in the length of Kraken's."""
        secret = secrets.token_bytes(64)
        made = ApiKey(
            name=name,
            key=base64.b64encode(secrets.token_bytes(42)).decode(),
            secret=secret,
            account=account,
            permissions=frozenset(permissions),
            created_at=now,
            nonce_window=nonce_window,
        )
        self._keys[made.key] = made
        return made, base64.b64encode(secret).decode()

    def drop(self, key: ApiKey) -> None:
        """Forget a key: whatever uses it stops working at once."""
        self._keys.pop(key.key, None)

    def authenticate(self, key: str, signature: str, *, path: str, nonce: str, body: bytes, now: int) -> ApiKey:
        """The key that signed this request; its nonce is used up.

        Args:
            path: the path with its query, as it was sent.
            nonce: its digits, from the body or the header.

        Raises:
            Denied: for a key nobody knows, a wrong signature, and a nonce that does not rise; in this order.
        """
        found = self._keys.get(key)
        if found is None:
            raise Denied(INVALID_KEY)
        # compare_digest takes no text beyond ASCII.
        signed = signature.isascii() and spot.verify(signature, found.secret, path=path, nonce=nonce, body=body)
        if not signed:
            raise Denied(INVALID_SIGNATURE)
        if not (nonce.isascii() and nonce.isdecimal()):
            raise Denied(INVALID_NONCE)
        found.use_nonce(int(nonce))
        found.last_used = now
        return found


def check_permission(permission: str | None, key: ApiKey) -> None:
    """Refuse a call whose permission, in the words of its route, the key does not have.

    Raises:
        Denied: ``EGeneral:Permission denied``.
    """
    wanted = [word for label, word in _WORDS.items() if label in (permission or "")]
    enough = key.may(*wanted) if " or " in (permission or "") else key.permissions.issuperset(wanted)
    if not enough:
        raise Denied(PERMISSION_DENIED)
