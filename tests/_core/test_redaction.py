"""Redaction: what is told of an answer never tells its secrets."""

from __future__ import annotations

import pytest

from krakenkit._core.redaction import HIDDEN, excerpt, redact, shortened

NAMES = [
    "token",
    "access_token",
    "refresh_token",
    "secret",
    "client_secret",
    "nonce",
    "otp",
    "password",
    "signature",
    "challenge",
    "signed_challenge",
    "original_challenge",
    "api_key",
    "apiKey",
    "API-Key",
    "API-Sign",
    "Authent",
    "authorization",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("space", ["", " ", "\n  "])
def test_the_value_of_a_secret_member_is_hidden(name: str, space: str) -> None:
    text = f'{{"first":1,"{name}"{space}:{space}"abc\\"def","last":"seen"}}'

    shown = redact(text)

    assert "abc" not in shown
    assert "def" not in shown
    assert '"first":1' in shown
    assert '"last":"seen"' in shown


@pytest.mark.parametrize("name", NAMES)
def test_the_value_of_a_secret_field_of_a_form_is_hidden(name: str) -> None:
    shown = redact(f"pair=XBTUSD&{name}=abcdef&volume=1")

    assert shown == f"pair=XBTUSD&{name}={HIDDEN}&volume=1"


@pytest.mark.parametrize("name", ["API-Key", "API-Sign", "Authent", "Nonce"])
def test_the_value_of_a_secret_header_is_hidden(name: str) -> None:
    assert redact(f"Host: x\n{name}: abcdef\nAccept: y") == f"Host: x\n{name}: {HIDDEN}\nAccept: y"


def test_numbers_are_hidden_too() -> None:
    assert redact('{"nonce":1616492376594,"volume":1.5}') == f'{{"nonce":"{HIDDEN}","volume":1.5}}'


@pytest.mark.parametrize(
    "text", ['{"tokens":3}', '{"broken":"x"}', "mytoken=1", "the token is missing", '{"nonces":[1]}']
)
def test_words_that_only_look_alike_stay(text: str) -> None:
    assert redact(text) == text


def test_an_excerpt_is_short_readable_and_redacted() -> None:
    raw = b'  {"token":"abcdef","note":"' + b"x" * 500 + b'\xff"}'

    shown = excerpt(raw, limit=60)

    assert len(shown) == 61
    assert shown.startswith(f'{{"token":"{HIDDEN}"')
    assert shown.endswith("…")


def test_an_excerpt_of_bytes_that_are_no_text_is_still_text() -> None:
    assert excerpt(b"\xff\xfe\x00abc") == "\ufffd\ufffd\x00abc"


@pytest.mark.parametrize("raw", [b'{"result":{"token":"abcdef', b'{"token":"' + b"abcdef" * 100 + b'","expires":900}'])
def test_a_secret_that_is_cut_off_is_hidden_all_the_same(raw: bytes) -> None:
    assert "abcdef" not in excerpt(raw)


def test_an_authorization_header_hides_what_follows_its_scheme() -> None:
    assert "abcdef" not in redact("Authorization: Bearer abcdef")


def test_a_shortened_key_tells_two_apart_and_is_of_no_use() -> None:
    assert shortened("abcdefghijkl") == "abcd…"
    assert shortened("short") == "…"
