"""OAuth: tokens for users of an application, and API keys made for them. Source: docs.kraken.com, OAuth REST.

The user consents at https://id.kraken.com/oauth/authorize first. Answers carry no error list: the HTTP status counts.
"""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct

from krakenkit._core.redaction import HIDDEN
from krakenkit.errors import SettingsError
from krakenkit.wire.checks import at_least_one, one_of
from krakenkit.wire.request import Params, Request
from krakenkit.wire.route import Route

_READ_KEYS = "scope account.fast-api-key:read"
_WRITE_KEYS = "scope account.fast-api-key:write"
_LONGEST_NAME = 32


class AccessToken(Struct, frozen=True):
    """A token that stands for the user. Its repr hides the secrets."""

    access_token: str
    token_type: str
    """``bearer``."""
    expires_in: int | None = None
    """Seconds."""
    refresh_token: str | None = None
    """What to ask for the next token with; it takes the place of the one before."""

    def __repr__(self) -> str:
        return f"AccessToken(access_token={HIDDEN}, expires_in={self.expires_in})"


class GetOauthAccessToken(Request[AccessToken], frozen=True, kw_only=True):
    """A token for the code of a consent, or a new one for a refresh token. Its repr hides the secrets.

    Sent with the application's id and secret (HTTP Basic), and once: a code is good for one use, and every answer brings
    the refresh token for the next.
    """

    route: ClassVar = Route.place(
        "oauth.get_access_token", "/oauth/token", siebly="getOAuthAccessToken", access="basic", envelope="bare"
    )

    client_id: str
    """The application's id. Like the secret it travels in the ``Authorization`` header, not in the body."""
    client_secret: str
    grant_type: str
    """``authorization_code`` or ``refresh_token``."""
    code: str | None = None
    """For ``authorization_code``."""
    redirect_uri: str | None = None
    """For ``authorization_code``: as in the consent."""
    refresh_token: str | None = None
    """For ``refresh_token``."""

    def check(self) -> None:
        one_of(self, "grant_type", ("authorization_code", "refresh_token"))
        at_least_one(self, "code" if self.grant_type == "authorization_code" else "refresh_token")

    def __repr__(self) -> str:
        return f"GetOauthAccessToken(grant_type={self.grant_type!r})"


class OauthUser(Struct, frozen=True):
    """Who signed in."""

    email: str | None = None
    iban: str | None = None
    """Kraken's number of the account (IIBAN)."""


class GetOauthUserInfo(Request[OauthUser], frozen=True):
    """Who signed in."""

    route: ClassVar = Route.get(
        "oauth.get_user_info",
        "/oauth/userinfo",
        siebly="getOAuthUserInfo",
        access="bearer",
        envelope="result",
        permission="scope account.info:basic",
    )


class FastKeyPermissions(Params, frozen=True, kw_only=True):
    """What a key may do. Everything is sent, so that a key can do what is named here and nothing else."""

    export_data: bool = False
    funds_add: bool = False
    funds_earn: bool = False
    funds_query: bool = False
    funds_withdraw: bool = False
    ledger_query: bool = False
    trades_close: bool = False
    trades_modify: bool = False
    trades_query_closed: bool = False
    trades_query_open: bool = False


class FastApiKey(Struct, frozen=True):
    """A key that was made for the user. Times are seconds since 1970 unless written as text. Its repr hides secrets."""

    id: str
    api_key_name: str
    permissions: FastKeyPermissions | None = None
    api_key: str | None = None
    """Only in the answer that made it."""
    secret: str | None = None
    """Only in the answer that made it: keep it, it does not come again."""
    created_time: int | str | None = None
    modified_time: int | str | None = None
    last_used: int | None = None
    ip_allowlist: list[str] = []
    nonce: int | None = None
    nonce_window: int | None = None
    oauth_client: str | None = None
    purpose: str | None = None
    query_from: int | None = None
    query_to: int | None = None
    valid_until: int | None = None

    def __repr__(self) -> str:
        return f"FastApiKey(id={self.id!r}, api_key_name={self.api_key_name!r}, secret={HIDDEN})"


class CreateOauthFastApiKey(Request[FastApiKey], frozen=True, kw_only=True):
    """Make an API key for the user who signed in. It is sent once: when the answer is lost, list the keys and look."""

    route: ClassVar = Route.place(
        "oauth.create_fast_api_key",
        "/oauth/fast-api-key",
        siebly="createOAuthFastApiKey",
        access="bearer",
        envelope="result",
        encoding="json",
        permission=_WRITE_KEYS,
    )

    api_key_name: str
    """Up to 32 characters."""
    ip_allowlist: list[str]
    """Addresses that may use it; may be empty."""
    permissions: FastKeyPermissions
    nonce_window: int | None = None
    query_from: int | None = None
    """Seconds since 1970: the earliest moment the key may ask about."""
    query_to: int | None = None
    valid_until: int | None = None
    """Seconds since 1970."""

    def check(self) -> None:
        _short_enough(self, "api_key_name")


class UpdateOauthFastApiKey(Request[bool], frozen=True, kw_only=True):
    """Change such a key; True when done. It is sent once: after a rename, a second call would not find the old name."""

    route: ClassVar = Route.place(
        "oauth.update_fast_api_key",
        "/oauth/fast-api-key",
        siebly="updateOAuthFastApiKey",
        method="PUT",
        access="bearer",
        envelope="result",
        encoding="json",
        permission=_WRITE_KEYS,
    )

    api_key_name: str
    """The name it has."""
    ip_allowlist: list[str]
    permissions: FastKeyPermissions
    new_api_key_name: str | None = None
    """Up to 32 characters."""
    nonce_window: int | None = None
    query_from: int | None = None
    query_to: int | None = None
    valid_until: int | None = None

    def check(self) -> None:
        _short_enough(self, "api_key_name")
        _short_enough(self, "new_api_key_name")


class DeleteOauthFastApiKey(Request[bool], frozen=True):
    """Delete such a key; True when done. A DELETE with a JSON body."""

    route: ClassVar = Route.cancel(
        "oauth.delete_fast_api_key",
        "/oauth/fast-api-key",
        siebly="deleteOAuthFastApiKey",
        method="DELETE",
        access="bearer",
        envelope="result",
        encoding="json",
        permission=_WRITE_KEYS,
    )

    api_key_name: str

    def check(self) -> None:
        _short_enough(self, "api_key_name")


class ListOauthFastApiKeys(Request[list[FastApiKey]], frozen=True):
    """The keys that were made for the user; without their secrets."""

    route: ClassVar = Route.get(
        "oauth.list_fast_api_keys",
        "/oauth/fast-api-keys",
        siebly="listOAuthFastApiKeys",
        access="bearer",
        envelope="result",
        permission=_READ_KEYS,
    )


def _short_enough(request: Params, name: str) -> None:
    value = getattr(request, name)
    if value is not None and not 1 <= len(value) <= _LONGEST_NAME:
        raise SettingsError(f"{type(request).__name__}.{name} has {len(value)} characters; give 1 to {_LONGEST_NAME}.")
