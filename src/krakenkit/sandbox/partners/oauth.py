"""OAuth: applications, the consents of accounts, tokens, and the API keys that applications make for accounts.

A consent is given in a browser at Kraken; here a test gives it. Codes are good for one use and a minute, access tokens for
four hours; a refresh token is good once, and its answer brings the next.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from krakenkit.sandbox.engine.refusals import invalid
from krakenkit.sandbox.envelopes import INVALID_CLIENT, INVALID_GRANT
from krakenkit.sandbox.inbound import Denied
from krakenkit.sandbox.keys import PERMISSION_DENIED, ApiKey, KeyRing
from krakenkit.sandbox.names import Names
from krakenkit.sandbox.tokens import UNKNOWN_TOKEN
from krakenkit.wire.spot.oauth import FastKeyPermissions

SCOPES: Final = frozenset({"account.info:basic", "account.fast-api-key:read", "account.fast-api-key:write"})
ACCESS_LIFE: Final = 4 * 3600
"""Seconds."""
CODE_LIFE: Final = 60
MOST_KEYS: Final = 10
"""Keys of one application for one account; no page tells a number."""
LONGEST_NAME: Final = 32
_SECOND: Final = 10**9
_WORDS: Final[Mapping[str, str]] = {
    "export_data": "export-data",
    "funds_add": "add-funds",
    "funds_earn": "earn-funds",
    "funds_query": "query-funds",
    "funds_withdraw": "withdraw-funds",
    "ledger_query": "query-ledger",
    "trades_close": "close-trades",
    "trades_modify": "modify-trades",
    "trades_query_closed": "query-closed-trades",
    "trades_query_open": "query-open-trades",
}
"""Switches of a key, and the permissions that they are."""


@dataclass(frozen=True, slots=True)
class App:
    """An application. Its repr hides the secret."""

    client_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Consent:
    """What an account lets an application do."""

    client_id: str
    account: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Code:
    """A consent on its way to the application."""

    consent: Consent
    redirect_uri: str | None
    expires_at: int


@dataclass(frozen=True, slots=True)
class Pair:
    """What the application gets. Its repr hides both."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)


@dataclass(slots=True, eq=False)
class FastKey:
    """A key that an application made for an account."""

    id: str
    client_id: str
    name: str
    switches: FastKeyPermissions
    key: ApiKey
    created_at: int
    modified_at: int


class OAuth:
    """All applications, tokens and keys made by them."""

    def __init__(self, names: Names, keys: KeyRing) -> None:
        self._names = names
        self._keys = keys
        self._apps: dict[str, App] = {}
        self._codes: dict[str, Code] = {}
        self._refresh: dict[str, Consent] = {}
        self._access: dict[str, tuple[Consent, int]] = {}
        self._fast: dict[str, list[FastKey]] = {}

    def register(self) -> App:
        """A new application."""
        made = App(self._names.uuid(), self._names.secret())
        self._apps[made.client_id] = made
        return made

    def consent(self, client_id: str, account: str, scopes: Collection[str], redirect_uri: str | None, now: int) -> str:
        """The code that an account's consent sends to the application.

        Raises:
            Denied: for an application or a scope that does not exist.
        """
        if client_id not in self._apps:
            raise Denied(INVALID_CLIENT)
        if not SCOPES.issuperset(scopes):
            raise Denied("invalid_scope")
        code = self._names.secret()
        self._codes[code] = Code(
            Consent(client_id, account, frozenset(scopes)), redirect_uri, now + CODE_LIFE * _SECOND
        )
        return code

    # --- tokens ---------------------------------------------------------------------------------------------------------

    def check_app(self, client_id: str, secret: str) -> None:
        """Refuse an application that is unknown or whose secret is wrong."""
        app = self._apps.get(client_id)
        if app is None or not hmac.compare_digest(app.secret.encode(), secret.encode()):
            raise Denied(INVALID_CLIENT, status=401)

    def by_code(self, client_id: str, code: str | None, redirect_uri: str | None, now: int) -> Pair:
        """The tokens for a code; it is used up, also when it is refused.

        Raises:
            Denied: ``invalid_grant`` for a code that is unknown, another application's, too old, or for another address.
        """
        found = self._codes.pop(code or "", None)
        if found is None or found.consent.client_id != client_id or now >= found.expires_at:
            raise Denied(INVALID_GRANT)
        if found.redirect_uri != redirect_uri:
            raise Denied(INVALID_GRANT)
        return self._issue(found.consent, now)

    def by_refresh(self, client_id: str, token: str | None, now: int) -> Pair:
        """New tokens for a refresh token, which is used up.

        Raises:
            Denied: ``invalid_grant`` for a token that is unknown or another application's.
        """
        consent = self._refresh.get(token or "")
        if consent is None or consent.client_id != client_id:
            raise Denied(INVALID_GRANT)
        del self._refresh[token or ""]
        return self._issue(consent, now)

    def bearer(self, header: str, permission: str | None, now: int) -> Consent:
        """Who stands behind an ``Authorization`` header.

        Args:
            permission: the route's, such as ``scope account.info:basic``.

        Raises:
            Denied: for a token that is unknown or too old, and one without the scope.
        """
        scheme, _, token = header.partition(" ")
        consent, expires_at = self._access.get(token.strip(), (None, 0))
        if scheme.lower() != "bearer" or consent is None or now >= expires_at:
            raise Denied(UNKNOWN_TOKEN)
        if permission is not None and permission.removeprefix("scope ") not in consent.scopes:
            raise Denied(PERMISSION_DENIED)
        return consent

    def _issue(self, consent: Consent, now: int) -> Pair:
        made = Pair(self._names.secret(), self._names.secret())
        self._access = {token: kept for token, kept in self._access.items() if kept[1] > now}
        self._access[made.access] = consent, now + ACCESS_LIFE * _SECOND
        self._refresh[made.refresh] = consent
        return made

    # --- keys -----------------------------------------------------------------------------------------------------------

    def keys(self, consent: Consent) -> list[FastKey]:
        """The keys that this application made for this account, oldest first."""
        return [one for one in self._fast.get(consent.account, []) if one.client_id == consent.client_id]

    def key(self, consent: Consent, name: str) -> FastKey:
        """The key of this name.

        Raises:
            Denied: with HTTP status 404, when there is none.
        """
        for one in self.keys(consent):
            if one.name == name:
                return one
        raise Denied("EGeneral:Invalid arguments:api_key_name", status=404)

    def make_key(
        self, consent: Consent, name: str, switches: FastKeyPermissions, *, nonce_window: int, now: int
    ) -> tuple[FastKey, str]:
        """A new key, and its secret, which is told this once.

        Raises:
            Denied: for a name that is taken or too long, an odd window, and too many keys.
        """
        self._check_name(consent, name)
        if nonce_window < 0:
            raise invalid("nonce_window")
        if len(self.keys(consent)) >= MOST_KEYS:
            raise Denied("EGeneral:Invalid arguments", status=409)
        key, secret = self._keys.make(name, consent.account, words_of(switches), now, nonce_window=nonce_window)
        made = FastKey(self._names.uuid(), consent.client_id, name, switches, key, now, now)
        self._fast.setdefault(consent.account, []).append(made)
        return made, secret

    def change_key(self, consent: Consent, name: str, switches: FastKeyPermissions, new_name: str | None) -> FastKey:
        """Give a key other permissions, or another name.

        Raises:
            Denied: for an unknown key, and a new name that is taken or too long.
        """
        found = self.key(consent, name)
        if new_name is not None and new_name != name:
            self._check_name(consent, new_name)
            found.name = found.key.name = new_name
        found.switches = switches
        found.key.permissions = frozenset(words_of(switches))
        return found

    def delete_key(self, consent: Consent, name: str) -> None:
        """Remove a key; whatever uses it stops working at once."""
        found = self.key(consent, name)
        self._keys.drop(found.key)
        self._fast[consent.account].remove(found)

    def _check_name(self, consent: Consent, name: str) -> None:
        if not 1 <= len(name) <= LONGEST_NAME or any(one.name == name for one in self.keys(consent)):
            raise invalid("api_key_name")


def words_of(switches: FastKeyPermissions) -> list[str]:
    """The permissions that are switched on, in the words of ``GetApiKeyInfo``."""
    return [word for name, word in _WORDS.items() if getattr(switches, name)]
