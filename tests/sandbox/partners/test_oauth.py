"""OAuth from the consent to keys that trade, over the Spot client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from krakenkit import AuthRefused, Credentials, Refused, SpotClient
from krakenkit.sandbox import Sandbox
from krakenkit.wire.spot.oauth import FastKeyPermissions
from sandbox.loopback import Moment

RETURN = "https://app.example/return"


@contextmanager
def application(**settings: Any) -> Iterator[tuple[Sandbox, SpotClient, dict[str, str]]]:
    """A sandbox with a trader, a client without a key, and an application's id and secret."""
    with Sandbox(market=False, **settings) as box, SpotClient(environment=box.environment) as client:
        box.key("trader", balances={"USD": 70})
        client_id, client_secret = box.partners.oauth_app()
        yield box, client, {"client_id": client_id, "client_secret": client_secret}


def signed_in(box: Sandbox, client: SpotClient, app: dict[str, str], *scopes: str) -> SpotClient:
    """A client that acts for the trader."""
    code = box.partners.consent(app["client_id"], "trader", scopes=scopes or None, redirect_uri=RETURN)
    token = client.get_oauth_access_token(grant_type="authorization_code", code=code, redirect_uri=RETURN, **app)
    return SpotClient(environment=box.environment, access_token=token.access_token)


def test_a_consent_becomes_a_token_that_tells_who_signed_in() -> None:
    with application() as (box, client, app), signed_in(box, client, app) as user:
        told = user.get_oauth_user_info()
        assert told.email is not None
        assert told.email.startswith("trader@")
        assert told.iban
        assert user.get_oauth_user_info() == told


def test_codes_and_refresh_tokens_are_good_once() -> None:
    with application() as (box, client, app):
        code = box.partners.consent(app["client_id"], "trader", redirect_uri=RETURN)
        grant = {"grant_type": "authorization_code", "code": code, "redirect_uri": RETURN}
        first = client.get_oauth_access_token(**grant, **app)
        assert (first.token_type, first.expires_in) == ("bearer", 14_400)
        with pytest.raises(Refused, match="invalid_grant"):
            client.get_oauth_access_token(**grant, **app)
        again = {"grant_type": "refresh_token", "refresh_token": first.refresh_token or ""}
        second = client.get_oauth_access_token(**again, **app)
        assert second.refresh_token != first.refresh_token
        with pytest.raises(Refused, match="invalid_grant"):
            client.get_oauth_access_token(**again, **app)


def test_a_key_that_was_made_works_as_any_other_until_it_is_deleted() -> None:
    with application() as (box, client, app), signed_in(box, client, app) as user:
        wanted = FastKeyPermissions(funds_query=True)
        made = user.create_oauth_fast_api_key(api_key_name="robot", ip_allowlist=[], permissions=wanted)
        assert made.api_key is not None
        assert made.secret is not None
        with SpotClient(environment=box.environment, credentials=Credentials(made.api_key, made.secret)) as robot:
            assert robot.get_account_balance() == {"ZUSD": 70}
            with pytest.raises(AuthRefused, match="Permission denied"):
                robot.get_open_orders()
            allowed = FastKeyPermissions(trades_query_open=True)
            assert user.update_oauth_fast_api_key(
                api_key_name="robot", new_api_key_name="watcher", ip_allowlist=["127.0.0.1"], permissions=allowed
            )
            assert robot.get_open_orders().open == {}
            with pytest.raises(AuthRefused, match="Permission denied"):
                robot.get_account_balance()
            (listed,) = user.list_oauth_fast_api_keys()
            assert (listed.id, listed.api_key_name, listed.permissions) == (made.id, "watcher", allowed)
            assert (listed.secret, listed.api_key, listed.ip_allowlist) == (None, None, ["127.0.0.1"])
            assert user.delete_oauth_fast_api_key("watcher") is True
            with pytest.raises(AuthRefused, match="Invalid key"):
                robot.get_open_orders()
        assert user.list_oauth_fast_api_keys() == []


def test_a_key_is_good_where_and_while_it_may_be_used() -> None:
    clock = Moment()
    with application(clock=clock) as (box, client, app), signed_in(box, client, app) as user:
        until = clock.now // 10**9 + 60
        allowed = FastKeyPermissions(funds_query=True)
        asked: dict[str, Any] = {"api_key_name": "robot", "permissions": allowed}
        made = user.create_oauth_fast_api_key(ip_allowlist=[], valid_until=until, **asked)
        key = Credentials(made.api_key or "", made.secret or "")
        with SpotClient(environment=box.environment, credentials=key) as robot:
            user.update_oauth_fast_api_key(ip_allowlist=["10.0.0.1"], **asked)
            with pytest.raises(AuthRefused, match="Invalid key"):
                robot.get_account_balance()
            user.update_oauth_fast_api_key(ip_allowlist=["127.0.0.0/8"], **asked)
            assert robot.get_account_balance() == {"ZUSD": 70}
            clock.pass_by(60)
            with pytest.raises(AuthRefused, match="Invalid key"):
                robot.get_account_balance()
        (listed,) = user.list_oauth_fast_api_keys()
        assert listed.valid_until == until


def test_a_token_does_what_its_scopes_say_and_for_four_hours() -> None:
    clock = Moment()
    with (
        application(clock=clock) as (box, client, app),
        signed_in(box, client, app, "account.fast-api-key:read") as user,
    ):
        assert user.list_oauth_fast_api_keys() == []
        with pytest.raises(AuthRefused, match="Permission denied"):
            user.get_oauth_user_info()
        clock.pass_by(4 * 3600)
        with pytest.raises(AuthRefused, match="Invalid token"):
            user.list_oauth_fast_api_keys()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"code": "guessed"}, "invalid_grant"),
        ({"redirect_uri": "https://elsewhere.example"}, "invalid_grant"),
    ],
)
def test_a_grant_that_is_not_the_applications_is_refused(change: dict[str, str], code: str) -> None:
    with application() as (box, client, app):
        sent = box.partners.consent(app["client_id"], "trader", redirect_uri=RETURN)
        grant = {"grant_type": "authorization_code", "code": sent, "redirect_uri": RETURN} | app | change
        with pytest.raises(Refused) as refused:
            client.get_oauth_access_token(**grant)
        assert refused.value.codes[0] == code


def test_a_code_is_good_for_a_minute() -> None:
    clock = Moment()
    with application(clock=clock) as (box, client, app):
        code = box.partners.consent(app["client_id"], "trader")
        clock.pass_by(60)
        with pytest.raises(Refused, match="invalid_grant"):
            client.get_oauth_access_token(grant_type="authorization_code", code=code, **app)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"api_key_name": "robot"}, "api_key_name"),
        ({"nonce_window": -1}, "nonce_window"),
        ({"valid_until": -5}, "valid_until"),
        ({"ip_allowlist": ["nowhere"]}, "ip_allowlist"),
    ],
)
def test_a_key_that_cannot_be_is_not_made(change: dict[str, Any], status: str) -> None:
    asked: dict[str, Any] = {"api_key_name": "other", "ip_allowlist": [], "permissions": FastKeyPermissions()}
    with application() as (box, client, app), signed_in(box, client, app) as user:
        user.create_oauth_fast_api_key(api_key_name="robot", ip_allowlist=[], permissions=FastKeyPermissions())
        with pytest.raises(Refused, match=status):
            user.create_oauth_fast_api_key(**asked | change)
        with pytest.raises(Refused, match="api_key_name"):
            user.delete_oauth_fast_api_key("unknown")
        assert len(user.list_oauth_fast_api_keys()) == 1
