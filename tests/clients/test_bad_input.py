"""What a user gets for input that cannot work: a clear error, before anything is sent."""

from __future__ import annotations

import base64
import hmac
import pickle
from decimal import Decimal
from typing import Any

import pytest

from krakenkit import (
    AsyncWebsocketClient,
    Credentials,
    Environment,
    SettingsError,
    SpotClient,
    WebsocketAPIClient,
    WsKey,
    streams,
)
from krakenkit.protocol.http import HttpReply, HttpRequest
from krakenkit.signing import spot as spot_signing

SECRET = "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="


class Recorder:
    """A transport that answers everything with the same body and keeps what it was given."""

    def __init__(self, body: bytes = b'{"error":[],"result":{}}') -> None:
        self.body = body
        self.sent: list[HttpRequest] = []

    def send(self, request: HttpRequest) -> HttpReply:
        self.sent.append(request)
        return HttpReply(status=200, body=self.body, content_type="application/json")

    def close(self) -> None: ...


def order(**changes: Any) -> dict[str, Any]:
    return {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "volume": "1", "price": "2"} | changes


@pytest.mark.parametrize("secret", ["", "   ", "not base64!", "c2hvcnQ=", SECRET + "=", SECRET[:-5]])
def test_a_malformed_secret_is_refused_without_being_shown(secret: str) -> None:
    with pytest.raises(SettingsError, match="base64") as refused:
        Credentials("a-key", secret)
    assert not secret.strip() or secret not in str(refused.value)


@pytest.mark.parametrize("key", ["", " ", "two words", "übung"])
def test_a_broken_key_is_refused(key: str) -> None:
    with pytest.raises(SettingsError, match="API key"):
        Credentials(key, SECRET)


def test_missing_variables_are_named() -> None:
    with pytest.raises(SettingsError, match="KRAKEN_API_KEY and KRAKEN_API_SECRET"):
        Credentials.from_env(environ={})
    with pytest.raises(SettingsError, match="KRAKEN_FUTURES_API_KEY"):
        Credentials.from_env(product="futures", environ={})


def test_variables_of_the_javascript_sdk_are_a_second_choice() -> None:
    first = {"KRAKEN_API_KEY": "first-key", "KRAKEN_API_SECRET": SECRET}
    second = {"API_SPOT_KEY": "second-key", "API_SPOT_SECRET": SECRET}
    assert Credentials.from_env(environ=second).key == "second-key"
    assert Credentials.from_env(environ=first | second).key == "first-key"


def test_credentials_show_and_give_away_nothing() -> None:
    credentials = Credentials("public-half-of-the-key", SECRET)
    assert SECRET[:8] not in repr(credentials)
    assert "public-half" not in repr(credentials)
    with pytest.raises(TypeError, match="secret"):
        pickle.dumps(credentials)


@pytest.mark.parametrize("volume", [0.1, float("nan")])
def test_a_float_amount_is_refused_with_the_text_to_use(volume: float) -> None:
    transport = Recorder()
    spot = SpotClient(Credentials("float-test", SECRET), transport=transport)
    with pytest.raises(SettingsError, match="float"):
        spot.submit_order(**order(volume=volume))
    assert not transport.sent


@pytest.mark.parametrize("volume", [Decimal("NaN"), Decimal("Infinity")])
def test_an_amount_that_is_no_number_is_refused(volume: Decimal) -> None:
    transport = Recorder()
    spot = SpotClient(Credentials("nan-test", SECRET), transport=transport)
    with pytest.raises(SettingsError, match="finite"):
        spot.submit_order(**order(volume=volume))
    assert not transport.sent


def test_small_amounts_leave_without_an_exponent() -> None:
    transport = Recorder(b'{"error":[],"result":{"descr":{"order":""},"txid":["O1"]}}')
    spot = SpotClient(Credentials("plain-test", SECRET), transport=transport)
    spot.submit_order(**order(volume=Decimal("1E-8"), price=Decimal("1E+5")))
    body = transport.sent[0].body or b""
    assert b"volume=0.00000001" in body
    assert b"price=100000" in body


def test_an_unknown_parameter_is_refused_with_the_one_that_was_meant() -> None:
    spot = SpotClient(transport=Recorder())
    with pytest.raises(SettingsError, match=r"get_ticker\(\) does not take 'pairs'. Did you mean 'pair'"):
        spot.get_ticker(pairs="XBTUSD")  # type: ignore[call-arg]


def test_a_missing_parameter_is_named() -> None:
    spot = SpotClient(transport=Recorder())
    with pytest.raises(SettingsError, match="needs pair"):
        spot.get_order_book()  # type: ignore[call-arg]


def test_both_ids_of_an_order_are_refused() -> None:
    spot = SpotClient(Credentials("both-ids", SECRET), transport=Recorder())
    with pytest.raises(SettingsError, match="cl_ord_id and userref"):
        spot.submit_order(**order(cl_ord_id="a", userref=1))
    with pytest.raises(SettingsError, match="txid or cl_ord_id"):
        spot.cancel_order()


def test_a_private_call_without_a_key_says_how_to_give_one() -> None:
    transport = Recorder()
    with pytest.raises(SettingsError, match="from_env"):
        SpotClient(transport=transport).get_account_balance()
    assert not transport.sent


@pytest.mark.parametrize(
    "addresses",
    [
        {"spot_rest": "http://api.kraken.com"},
        {"spot_rest": "http://127.0.0.1.example.com"},
        {"spot_rest": "ftp://127.0.0.1"},
        {"spot_rest": "api.kraken.com"},
        {"ws": {WsKey.SPOT_PUBLIC_V2: "ws://ws.kraken.com/v2"}},
        {"ws": {WsKey.SPOT_PUBLIC_V2: "https://127.0.0.1/v2"}},
    ],
)
def test_plain_addresses_are_for_this_machine_only(addresses: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        Environment("mine", **addresses)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:8080/", "https://any.host"]
)
def test_loopback_and_encrypted_addresses_are_taken(url: str) -> None:
    assert Environment("mine", spot_rest=url).spot_rest == url.rstrip("/")


async def test_streams_refuse_private_channels_without_a_key() -> None:
    with pytest.raises(SettingsError, match="private"):
        AsyncWebsocketClient().subscribe(streams.spot.Executions())


async def test_an_event_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(SettingsError, match="reconnected"):
        AsyncWebsocketClient().on("disconnect", print)  # type: ignore[call-overload]


def test_orders_over_a_public_connection_are_refused() -> None:
    with pytest.raises(SettingsError, match="takes no orders"):
        WebsocketAPIClient(Credentials("public", SECRET), ws_key=WsKey.SPOT_PUBLIC_V2)


@pytest.mark.parametrize("path", ["0/public/Time", "/0/public/Ticker?pair=XBTUSD"])
def test_the_open_door_wants_a_bare_path(path: str) -> None:
    with pytest.raises(SettingsError, match="path"):
        SpotClient(transport=Recorder()).request("GET", path)


def test_the_open_door_gives_plain_data_with_exact_numbers() -> None:
    transport = Recorder(b'{"error":[],"result":{"new":[1.10,"2.20",null]}}')
    answer = SpotClient(transport=transport).request("GET", "/0/public/Newest", {"pair": "XBTUSD", "count": 3})
    assert answer == {"new": [Decimal("1.10"), "2.20", None]}
    assert transport.sent[0].url.endswith("/0/public/Newest?pair=XBTUSD&count=3")


def test_a_secret_may_be_kept_elsewhere() -> None:
    asked: list[bytes] = []

    def vault(message: bytes) -> bytes:
        asked.append(message)
        return hmac.digest(base64.b64decode(SECRET), message, "sha512")

    kept = Recorder(b'{"error":[],"result":{}}')
    SpotClient(Credentials("vault-key", mac=vault), transport=kept, limits="off").get_account_balance()
    (request,) = kept.sent
    headers, body = dict(request.headers), request.body or b""
    nonce = body.decode().partition("nonce=")[2].partition("&")[0]
    secret = base64.b64decode(SECRET)
    assert spot_signing.verify(headers["API-Sign"], secret, path="/0/private/Balance", nonce=nonce, body=body)
    assert len(asked) == 1


def test_a_key_has_a_secret_or_something_that_signs() -> None:
    with pytest.raises(SettingsError, match="one of the two"):
        Credentials("neither")
    with pytest.raises(SettingsError, match="one of the two"):
        Credentials("both", SECRET, mac=bytes)
    with pytest.raises(SettingsError, match="kept elsewhere"):
        Credentials("vault", mac=bytes).secret_bytes()
