"""No error of a REST call shows a key, a secret, a signature, a nonce, a code or a token."""

from __future__ import annotations

import traceback
from typing import Any

import pytest

from krakenkit.protocol.prepare import Sender
from krakenkit.wire.request import Request
from krakenkit.wire.spot.oauth import GetOauthAccessToken
from krakenkit.wire.spot.trading import GetWebSocketsToken
from protocol.rest_flow import (
    CANCEL,
    HERE,
    IN_DOUBT,
    KEY,
    ORDER,
    OTP,
    PLAIN,
    READ,
    SECRET,
    Event,
    credentials,
    drive,
    failed,
    nonce_of,
    spoken,
)

TOKEN = "tok-which-opens-nothing-0123456789-ABCDEFGHIJ"
TROUBLES = [*IN_DOUBT.values(), *(event for event, _ in PLAIN.values())]
LEAKS = [
    spoken(f'{{"error":[],"result":{{"token":"{TOKEN}","expires":"soon"}}}}'),
    spoken(f'{{"error":[],"result":{{"token":"{TOKEN}"}}}}'),
    spoken(f'{{"error":["EGeneral:Odd"],"result":{{"token":"{TOKEN}"}}}}', 500),
    spoken(f'{{"token":"{TOKEN}","access_token":"{TOKEN}"}}', 503),
    spoken(f"token={TOKEN}&expires=900", 200, "text/plain"),
]


def shown(error: BaseException) -> str:
    return "".join(traceback.format_exception(error)) + repr(error) + str(error)


@pytest.mark.parametrize("request_", [READ, ORDER, CANCEL, GetWebSocketsToken()])
def test_no_error_shows_a_key_a_secret_a_signature_a_nonce_or_a_code(request_: Request[Any]) -> None:
    sender = Sender(HERE, credentials(otp=True))
    for trouble in TROUBLES:
        told = drive(request_, *[trouble] * 3, sender=sender)
        text = (shown(told.error) if told.error else "") + "".join(told.reasons) + repr(told.sent) + repr(sender)
        signatures = [dict(request.headers)["API-Sign"] for request in told.sent]
        nonces = [str(nonce_of(request.body)) for request in told.sent]
        for hidden in (KEY, SECRET, OTP, *signatures, *nonces):
            assert hidden not in text


@pytest.mark.parametrize("reply", LEAKS)
def test_no_error_shows_a_token_that_was_in_the_answer(reply: Event) -> None:
    told = drive(GetWebSocketsToken(), *[reply] * 3)

    assert told.error is not None
    assert TOKEN not in shown(told.error) + "".join(told.reasons)


@pytest.mark.parametrize(
    "body", [f'{{"error":[],"result":{{"token":"{TOKEN}', '{"access_token":"' + "x" * 600 + '","token_type":7}']
)
def test_no_error_shows_a_token_that_was_cut_off(body: str) -> None:
    oauth = GetOauthAccessToken(client_id="app", client_secret="hush", grant_type="refresh_token", refresh_token="r")
    request: Request[Any] = oauth if body.startswith('{"access') else GetWebSocketsToken()

    error = failed(request, spoken(body))

    assert TOKEN not in shown(error)
    assert "xxxxxxxx" not in shown(error)


@pytest.mark.parametrize("trouble", TROUBLES)
def test_an_application_keeps_its_secret_when_asking_for_a_token_fails(trouble: Event) -> None:
    request = GetOauthAccessToken(
        client_id="app", client_secret="hush-hush", grant_type="authorization_code", code="the-code"
    )

    told = drive(request, trouble)

    text = repr(told.error) + shown(told.error) if told.error else ""
    assert len(told.sent) == 1
    for hidden in ("hush-hush", "the-code", dict(told.sent[0].headers)["Authorization"]):
        assert hidden not in text + repr(told.sent) + repr(request)
