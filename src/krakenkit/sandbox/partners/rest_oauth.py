"""REST of OAuth: tokens for applications, who signed in, and keys made for them."""

from __future__ import annotations

from typing import Any, Final

from krakenkit.sandbox.engine.refusals import invalid
from krakenkit.sandbox.keys import ApiKey
from krakenkit.sandbox.partners.oauth import ACCESS_LIFE, Consent, FastKey, OAuth
from krakenkit.sandbox.rest.desk import Caller
from krakenkit.sandbox.routing import endpoint
from krakenkit.sandbox.values import read_networks
from krakenkit.wire.request import Request
from krakenkit.wire.spot import oauth

_LATEST: Final = 2**53
_NANO: Final = 10**9


def _oauth(caller: Caller) -> OAuth:
    return caller.venue.partners.oauth


def _consent(caller: Caller, request: Request[Any]) -> Consent:
    """Who stands behind the token of a call."""
    return _oauth(caller).bearer(caller.call.header("Authorization"), request.route.permission, caller.now)


def access_token(caller: Caller, request: oauth.GetOauthAccessToken) -> oauth.AccessToken:
    desk = _oauth(caller)
    desk.check_app(request.client_id, request.client_secret)
    if request.grant_type == "authorization_code":
        pair = desk.by_code(request.client_id, request.code, request.redirect_uri, caller.now)
    else:
        pair = desk.by_refresh(request.client_id, request.refresh_token, caller.now)
    return oauth.AccessToken(pair.access, "bearer", ACCESS_LIFE, pair.refresh)


def user_info(caller: Caller, request: oauth.GetOauthUserInfo) -> oauth.OauthUser:
    account = _consent(caller, request).account
    return oauth.OauthUser(email=f"{account}@sandbox.invalid", iban=caller.venue.bank.directory.number(account))


def create_key(caller: Caller, request: oauth.CreateOauthFastApiKey) -> oauth.FastApiKey:
    consent, rules = _consent(caller, request), _rules(request)
    made, secret = _oauth(caller).make_key(
        consent, request.api_key_name, request.permissions, nonce_window=request.nonce_window or 0, now=caller.now
    )
    _bind(made.key, rules)
    return _told(made, secret=secret)


def update_key(caller: Caller, request: oauth.UpdateOauthFastApiKey) -> bool:
    consent, rules = _consent(caller, request), _rules(request)
    found = _oauth(caller).change_key(consent, request.api_key_name, request.permissions, request.new_api_key_name)
    found.modified_at = caller.now
    _bind(found.key, rules)
    return True


def _rules(request: oauth.CreateOauthFastApiKey | oauth.UpdateOauthFastApiKey) -> dict[str, int | tuple[str, ...]]:
    """What the key is bound to from now on; what is left out stays as it was.

    Raises:
        EngineRefused: for a number or an address that cannot be.
    """
    rules: dict[str, int | tuple[str, ...]] = {"ip_allowlist": read_networks(request.ip_allowlist, "ip_allowlist")}
    for name in ("nonce_window", "query_from", "query_to", "valid_until"):
        value: int | None = getattr(request, name)
        if value is not None and not 0 <= value <= _LATEST:
            raise invalid(name)
        if value is not None:
            rules[name] = value
    return rules


def _bind(key: ApiKey, rules: dict[str, int | tuple[str, ...]]) -> None:
    for name, value in rules.items():
        setattr(key, name, value)


def delete_key(caller: Caller, request: oauth.DeleteOauthFastApiKey) -> bool:
    _oauth(caller).delete_key(_consent(caller, request), request.api_key_name)
    return True


def list_keys(caller: Caller, request: oauth.ListOauthFastApiKeys) -> list[oauth.FastApiKey]:
    return [_told(one) for one in _oauth(caller).keys(_consent(caller, request))]


def _told(key: FastKey, *, secret: str | None = None) -> oauth.FastApiKey:
    """A key as it is told; key and secret only when it is made."""
    return oauth.FastApiKey(
        id=key.id,
        api_key_name=key.name,
        permissions=key.switches,
        api_key=None if secret is None else key.key.key,
        secret=secret,
        created_time=str(key.created_at // _NANO),
        modified_time=str(key.modified_at // _NANO),
        last_used=key.key.last_used // _NANO,
        ip_allowlist=list(key.key.ip_allowlist),
        nonce=key.key.last_nonce,
        nonce_window=key.key.nonce_window,
        oauth_client=key.client_id,
        purpose="fast-api-key",
        query_from=key.key.query_from,
        query_to=key.key.query_to,
        valid_until=key.key.valid_until,
    )


ENDPOINTS: Final = (
    endpoint(oauth.GetOauthAccessToken, access_token),
    endpoint(oauth.GetOauthUserInfo, user_info),
    endpoint(oauth.CreateOauthFastApiKey, create_key),
    endpoint(oauth.UpdateOauthFastApiKey, update_key),
    endpoint(oauth.DeleteOauthFastApiKey, delete_key),
    endpoint(oauth.ListOauthFastApiKeys, list_keys),
)
