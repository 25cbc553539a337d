"""OAuth: tokens, the user, and keys made for users."""

from __future__ import annotations

import pytest

from krakenkit.errors import SettingsError
from krakenkit.wire.request import json_value, wire_params
from krakenkit.wire.route import Resend
from krakenkit.wire.spot.oauth import (
    CreateOauthFastApiKey,
    DeleteOauthFastApiKey,
    FastKeyPermissions,
    GetOauthAccessToken,
    GetOauthUserInfo,
    ListOauthFastApiKeys,
    UpdateOauthFastApiKey,
)

APP = {"client_id": "app-1", "client_secret": "app-s3cret"}


def test_a_code_buys_a_token_whose_secrets_stay_out_of_reprs() -> None:
    request = GetOauthAccessToken(**APP, grant_type="authorization_code", code="c0de-1", redirect_uri="app://cb")
    token = GetOauthAccessToken.reader()(
        b'{"access_token":"acc-1","token_type":"bearer","expires_in":3600,"refresh_token":"ref-1"}'
    )

    assert (token.access_token, token.expires_in, token.refresh_token) == ("acc-1", 3600, "ref-1")
    assert wire_params(request) == APP | {
        "grant_type": "authorization_code",
        "code": "c0de-1",
        "redirect_uri": "app://cb",
    }
    shown = repr(request) + repr(token)
    assert not any(secret in shown for secret in ("c0de-1", "acc-1", "ref-1", "app-s3cret"))


def test_a_token_is_asked_for_once_with_the_applications_own_credentials() -> None:
    route = GetOauthAccessToken.route

    assert (route.access, route.envelope, route.encoding, route.resend) == ("basic", "bare", "form", Resend.NEVER)
    assert route.cost is None


def test_each_way_to_a_token_needs_its_own_secret() -> None:
    with pytest.raises(SettingsError, match="needs code"):
        GetOauthAccessToken(**APP, grant_type="authorization_code", refresh_token="r")
    with pytest.raises(SettingsError, match="needs refresh_token"):
        GetOauthAccessToken(**APP, grant_type="refresh_token", code="c")
    with pytest.raises(SettingsError, match="give one of authorization_code, refresh_token"):
        GetOauthAccessToken(**APP, grant_type="password")


def test_the_user_is_read_with_a_bearer_token() -> None:
    user = GetOauthUserInfo.reader()(b'{"email":"user@example.com","iban":"AA00 N11G"}')

    assert (user.email, user.iban) == ("user@example.com", "AA00 N11G")
    assert (GetOauthUserInfo.route.access, GetOauthUserInfo.route.envelope) == ("bearer", "result")


def test_a_new_key_may_do_what_is_named_and_nothing_else() -> None:
    request = CreateOauthFastApiKey(
        api_key_name="desk",
        ip_allowlist=[],
        permissions=FastKeyPermissions(funds_query=True, trades_query_open=True),
        valid_until=1_800_000_000,
    )

    assert json_value(wire_params(request)) == {
        "api_key_name": "desk",
        "ip_allowlist": [],
        "permissions": {
            "export_data": False,
            "funds_add": False,
            "funds_earn": False,
            "funds_query": True,
            "funds_withdraw": False,
            "ledger_query": False,
            "trades_close": False,
            "trades_modify": False,
            "trades_query_closed": False,
            "trades_query_open": True,
        },
        "valid_until": 1_800_000_000,
    }
    assert request.route.resend is Resend.NEVER


KEY = (
    b'{"id":"k-1","api_key":"pub-1","api_key_name":"desk","created_time":"2026-11-01T00:00:00Z","modified_time":"1762000000",'
    b'"last_used":0,"ip_allowlist":["192.0.2.1"],"nonce":5,"nonce_window":10,"oauth_client":"app",'
    b'"permissions":{"funds_query":true},"purpose":"p","query_from":0,"query_to":0,"valid_until":0,"secret":"s3cret-1"}'
)


def test_a_created_key_brings_its_secret_once_and_hides_it_in_reprs() -> None:
    key = CreateOauthFastApiKey.reader()(KEY)

    assert (key.secret, key.api_key, key.created_time) == ("s3cret-1", "pub-1", "2026-11-01T00:00:00Z")
    assert key.permissions == FastKeyPermissions(funds_query=True)
    assert not any(secret in repr(key) for secret in ("s3cret-1", "pub-1"))


def test_listed_keys_come_without_secrets() -> None:
    (key,) = ListOauthFastApiKeys.reader()(b'[{"id":"k-1","api_key_name":"desk","ip_allowlist":[],"nonce_window":0}]')

    assert (key.id, key.secret, key.nonce_window) == ("k-1", None, 0)


def test_changing_and_deleting_a_key_answer_true() -> None:
    change = UpdateOauthFastApiKey(
        api_key_name="desk", new_api_key_name="desk-2", ip_allowlist=[], permissions=FastKeyPermissions()
    )

    assert (change.route.method, DeleteOauthFastApiKey.route.method) == ("PUT", "DELETE")
    assert UpdateOauthFastApiKey.reader()(b"true") is DeleteOauthFastApiKey.reader()(b"true") is True
    assert json_value(wire_params(DeleteOauthFastApiKey("desk"))) == {"api_key_name": "desk"}
    assert DeleteOauthFastApiKey.route.resend is Resend.CANCEL


def test_names_of_keys_have_1_to_32_characters() -> None:
    for name in ("", "x" * 33):
        with pytest.raises(SettingsError, match=r"give 1 to 32"):
            DeleteOauthFastApiKey(name)
    with pytest.raises(SettingsError, match="new_api_key_name has 40 characters"):
        UpdateOauthFastApiKey(
            api_key_name="desk", new_api_key_name="y" * 40, ip_allowlist=[], permissions=FastKeyPermissions()
        )
