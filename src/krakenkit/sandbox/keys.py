"""API keys of the sandbox: who they belong to, what they may do, and whether a request was signed with them."""

from __future__ import annotations

import base64
import ipaddress
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, TypedDict, Unpack

from krakenkit._core.redaction import shortened
from krakenkit.errors import SettingsError
from krakenkit.sandbox.inbound import Denied
from krakenkit.sandbox.otp import Password, Rolling
from krakenkit.signing import spot

INVALID_KEY = "EAPI:Invalid key"
INVALID_SIGNATURE = "EAPI:Invalid signature"
INVALID_NONCE = "EAPI:Invalid nonce"
PERMISSION_DENIED = "EGeneral:Permission denied"
_NANO = 10**9

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

# The manual names permissions by their place on the key's page; GetApiKeyInfo by these words.
_WORDS = {
    "Funds permissions - Query": "query-funds",
    "Funds permissions - Deposit": "add-funds",
    "Funds permissions - Withdraw": "withdraw-funds",
    "Funds permissions - Earn": "earn-funds",
    "Funds permissions - Add withdrawal addresses": "add-withdraw-address",
    "Query and Deposit": "add-funds",
    "Query and Withdraw": "withdraw-funds",
    "Orders and trades - Query open orders & trades": "query-open-trades",
    "Orders and trades - Query closed orders & trades": "query-closed-trades",
    "Orders and trades - Create & modify orders": "modify-trades",
    "Orders and trades - Cancel & close orders": "close-trades",
    "Data - Query ledger entries": "query-ledger",
    "Data - Export data": "export-data",
    "WebSocket interface - On": "create-ws-token",
    # Kraken makes such keys by hand, or in the custody UI; these words are the sandbox's.
    "custody API user": "custody",
    "partner key (Embed)": "embed",
    "partner key (Ramp)": "ramp",
}
_NONCES_KEPT = 1_000
EVERYTHING = frozenset(_WORDS.values()) | {"update-withdraw-address"}
"""Every permission there is."""
UNTOLD = frozenset({"custody", "embed", "ramp"})
"""Words of the sandbox that ``GetApiKeyInfo`` does not tell; clients with a closed list of permissions stumble over them."""

Permissions: TypeAlias = Collection[str] | Literal["all"]


class KeyRules(TypedDict, total=False):
    """What else a key may be bound to. Moments are seconds since 1970; 0 is none."""

    nonce_window: int
    """How far a nonce may lie below the last one."""
    valid_from: int
    """Before this the key is not known."""
    valid_until: int
    """From this on the key is not known any more."""
    query_from: int
    """The earliest moment of the past that the key sees."""
    query_to: int
    """The latest moment of the past that the key sees."""
    ip_allowlist: Collection[str]
    """Addresses or networks that it may be used from; all when there are none."""
    otp: str
    """A password to send with each call."""
    totp: str
    """The base32 secret of codes to send with each call."""


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
    valid_from: int = 0
    valid_until: int = 0
    query_from: int = 0
    query_to: int = 0
    ip_allowlist: tuple[str, ...] = ()
    second: Password | Rolling | None = None
    """The second factor."""
    last_nonce: int = 0
    last_used: int = 0
    _used: set[int] = field(default_factory=set[int])
    """Nonces inside the window."""
    _most_used: int = _NONCES_KEPT

    def __repr__(self) -> str:
        return f"ApiKey(name={self.name!r}, key={shortened(self.key)!r}, secret=<hidden>)"

    def may(self, *wanted: str) -> bool:
        """Whether the key has one of these permissions."""
        return not self.permissions.isdisjoint(wanted)

    def sees(self, at: int) -> bool:
        """Whether the key may look at what happened at this moment, in nanoseconds since 1970."""
        return self.query_from * _NANO <= at and (not self.query_to or at <= self.query_to * _NANO)

    def usable(self, address: str, now: int) -> bool:
        """Whether it can be used from this address at this moment."""
        seconds = now // _NANO
        in_time = self.valid_from <= seconds and (not self.valid_until or seconds < self.valid_until)
        return in_time and (not self.ip_allowlist or _among(address, self.ip_allowlist))

    def use_nonce(self, nonce: int) -> None:
        """Take a nonce in.

        One inside the window may overtake another, but none may come twice: a request that somebody sends again would be
        carried out again. What Kraken does there is in no source.

        Raises:
            Denied: when it is not above the last one, farther below it than the key's window allows, or was used before.
        """
        if nonce <= self.last_nonce - self.nonce_window or nonce >= 2**64 or nonce in self._used:
            raise Denied(INVALID_NONCE)
        self.last_nonce = max(self.last_nonce, nonce)
        if self.nonce_window:
            self._remember(nonce)

    def _remember(self, nonce: int) -> None:
        """Keep a nonce as long as it lies inside the window; those that fell out go when there are twice as many."""
        self._used.add(nonce)
        if len(self._used) > self._most_used:
            self._used = {one for one in self._used if one > self.last_nonce - self.nonce_window}
            self._most_used = max(2 * len(self._used), _NONCES_KEPT)

    def check_code(self, given: str, now: int) -> None:
        """Look at the second factor. A key without one takes no notice of a code.

        Raises:
            Denied: Kraken's words for both are reported by users, not by its manual.
        """
        if self.second is None:
            return
        if not given:
            raise Denied(PERMISSION_DENIED)
        if not self.second.accepts(given, now):
            raise Denied(INVALID_SIGNATURE)


def _among(text: str, allowed: Collection[str]) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(network, strict=False) for network in allowed)


class KeyRing:
    """All keys of one sandbox."""

    def __init__(self) -> None:
        self._keys: dict[str, ApiKey] = {}

    def make(
        self, name: str, account: str, permissions: Collection[str], now: int, **rules: Unpack[KeyRules]
    ) -> tuple[ApiKey, str]:
        """A new key, and its secret as text, both in the length of Kraken's.

        Raises:
            SettingsError: for rules that cannot be.
        """
        secret = secrets.token_bytes(64)
        made = ApiKey(
            name=name,
            key=base64.b64encode(secrets.token_bytes(42)).decode(),
            secret=secret,
            account=account,
            permissions=frozenset(permissions),
            created_at=now,
            nonce_window=rules.get("nonce_window", 0),
            valid_from=rules.get("valid_from", 0),
            valid_until=rules.get("valid_until", 0),
            query_from=rules.get("query_from", 0),
            query_to=rules.get("query_to", 0),
            ip_allowlist=_networks(rules.get("ip_allowlist", ())),
            second=_second_factor(rules),
        )
        self._keys[made.key] = made
        return made, base64.b64encode(secret).decode()

    def drop(self, key: ApiKey) -> None:
        """Forget a key: whatever uses it stops working at once."""
        self._keys.pop(key.key, None)

    def find(self, key: str) -> ApiKey | None:
        """The key of this text."""
        return self._keys.get(key)

    def authenticate(
        self,
        key: str,
        signature: str,
        *,
        path: str,
        nonce: str,
        body: bytes,
        now: int,
        address: str = "",
        otp: str = "",
    ) -> ApiKey:
        """The key that signed this request; its nonce is used up.

        Args:
            path: the path with its query, as it was sent.
            nonce: its digits, from the body or the header.
            address: the address that the request came from.
            otp: the code of the second factor; empty when none was sent.

        Raises:
            Denied: for a key nobody knows, or that is not good here and now; a wrong signature, or code; and a nonce that
                does not rise; in this order.
        """
        found = self.find(key)
        if found is None or not found.usable(address, now):
            raise Denied(INVALID_KEY)
        # compare_digest takes no text beyond ASCII.
        signed = signature.isascii() and spot.verify(signature, found.secret, path=path, nonce=nonce, body=body)
        if not signed:
            raise Denied(INVALID_SIGNATURE)
        found.check_code(otp, now)
        if not (nonce.isascii() and nonce.isdecimal()):
            raise Denied(INVALID_NONCE)
        found.use_nonce(int(nonce))
        found.last_used = now
        return found


def _networks(texts: Collection[str]) -> tuple[str, ...]:
    for text in texts:
        try:
            ipaddress.ip_network(text, strict=False)
        except ValueError:
            raise SettingsError(f"{text!r} is no address; give one such as 127.0.0.1 or 10.0.0.0/8.") from None
    return tuple(texts)


def _second_factor(rules: KeyRules) -> Password | Rolling | None:
    otp, totp = rules.get("otp"), rules.get("totp")
    if otp and totp:
        raise SettingsError("Give the key otp or totp, not both.")
    return Password(otp) if otp else Rolling.of(totp) if totp else None


def check_permission(permission: str | None, key: ApiKey) -> None:
    """Refuse a call whose permission, in the words of its route, the key does not have.

    Raises:
        Denied: ``EGeneral:Permission denied``.
    """
    wanted = [word for label, word in _WORDS.items() if label in (permission or "")]
    enough = key.may(*wanted) if " or " in (permission or "") else key.permissions.issuperset(wanted)
    if not enough:
        raise Denied(PERMISSION_DENIED)
