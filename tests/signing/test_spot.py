"""The Spot signature against every published vector, and its verification beside it.

Vectors: the authentication guides of docs.kraken.com (1 and 2) and the tests of nyg/kraken-api-java (3 to 5), all of them
recomputed. The secret is the published one; it opens nothing.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krakenkit.errors import SettingsError
from krakenkit.signing import spot
from krakenkit.signing.credentials import Credentials

SECRET = "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="


@dataclass(frozen=True)
class Vector:
    path: str
    nonce: str
    body: str
    signature: str


VECTORS = {
    "an order in a form": Vector(
        "/0/private/AddOrder",
        "1616492376594",
        "nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25",
        "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==",
    ),
    "a query beside JSON": Vector(
        "/0/private/GetCustodyTask?id=TGWOJ4JQPOTZT2",
        "1616492376594",
        '{"nonce":1616492376594}',
        "2rM09q8HG7LvjivBitQUybwZ/DSeO8+i0U/at/wclH2Jma6gMaE/0Nw9dyLR+ykMd5eWCngSL4K58i6uJzXDCw==",
    ),
    "a list of objects": Vector(
        "/0/private/TradeVolume",
        "123",
        '{"pair":[{"asset":"TSLAx/USD","aclass":"equity_pair"}],"nonce":123}',
        "JRJDryVhouSrIMbOftfDi5V0ILl6Mm6LMoX/LfS28me0PEos74LxkJ18uW9lfw1Y7osOoM78imN0uJjti1DJRw==",
    ),
    "a query without a body": Vector(
        "/funding/v1/fees/d4ec4d52-b159-428e-ba64-f45455a978a1?amount=5&fee_included=true",
        "1616492376594",
        "",
        "+EH4mm7c+g2d6XOdsx+0rElDQTXFVxuzLIYLgZJwEe80Wi1TMWKDRoQA1dIXD/QFCGEwtvrp32APAoXMXT2k3w==",
    ),
    "JSON without a nonce of its own": Vector(
        "/funding/v1/addresses",
        "1616492376594",
        '{"scope":{"network_id":"d9d375da-44b7-4be1-8a00-8b281acfe366"},"address_details":{"crypto":'
        '{"address":"0xBef7B36845cA31045E86D0B46DBCac4e6752"}},"name":"Personal Wallet"}',
        "Lc9l+liE00GWbh8QHewQEfGH3S6pYOjHIiTRyb9s9/Cynw9lIc1Y/z7LW+u8XUAVZ7AUdCrK7wmWYmBXHBp7Kg==",
    ),
}

every_vector = pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS)


def secret() -> bytes:
    return spot.decode_secret(SECRET)


@every_vector
def test_published_signatures_are_reproduced(vector: Vector) -> None:
    made = spot.sign(secret(), path=vector.path, nonce=vector.nonce, body=vector.body.encode())

    assert made == vector.signature


@every_vector
def test_a_right_signature_is_accepted(vector: Vector) -> None:
    body = vector.body.encode()

    assert spot.verify(vector.signature, secret(), path=vector.path, nonce=vector.nonce, body=body)


@every_vector
def test_a_change_of_one_character_anywhere_is_noticed(vector: Vector) -> None:
    body = vector.body.encode()

    assert not spot.verify(vector.signature, secret(), path=vector.path + "x", nonce=vector.nonce, body=body)
    assert not spot.verify(vector.signature, secret(), path=vector.path, nonce=vector.nonce + "1", body=body)
    assert not spot.verify(vector.signature, secret(), path=vector.path, nonce=vector.nonce, body=body + b" ")
    assert not spot.verify(vector.signature, secret() + b"x", path=vector.path, nonce=vector.nonce, body=body)
    assert not spot.verify(vector.signature[:-1], secret(), path=vector.path, nonce=vector.nonce, body=body)


def test_the_custody_vector_is_that_of_the_json_body_and_not_of_the_form_printed_beside_it() -> None:
    vector = VECTORS["a query beside JSON"]

    form = spot.sign(secret(), path=vector.path, nonce=vector.nonce, body=b"nonce=1616492376594")

    assert form.startswith("2ZC5iGTjrWLC")
    assert form != vector.signature


def test_the_query_is_part_of_what_is_signed() -> None:
    with_query = spot.sign(secret(), path="/0/private/Balance?account_id=1", nonce="1", body=b"nonce=1")

    assert with_query != spot.sign(secret(), path="/0/private/Balance", nonce="1", body=b"nonce=1")


@given(st.text(), st.text(st.characters(codec="ascii")), st.binary())
def test_whatever_is_signed_verifies(path: str, nonce: str, body: bytes) -> None:
    path = path.encode("utf-8", "replace").decode()

    made = spot.sign(b"0123456789abcdef", path=path, nonce=nonce, body=body)

    assert len(base64.b64decode(made, validate=True)) == 64
    assert spot.verify(made, b"0123456789abcdef", path=path, nonce=nonce, body=body)


@pytest.mark.parametrize("signature", ["", "no base64 at all", "AAAA"])
def test_what_is_no_signature_is_not_accepted(signature: str) -> None:
    assert not spot.verify(signature, secret(), path="/", nonce="1")


def test_a_signature_outside_ascii_is_not_accepted_either() -> None:
    assert not spot.verify("é", secret(), path="/", nonce="1")


# ---------------------------------------------------------------- secrets


def test_a_secret_may_be_pasted_with_blanks_around_it() -> None:
    assert spot.decode_secret(f" {SECRET}\n") == base64.b64decode(SECRET)


@pytest.mark.parametrize(
    "broken", ["", "   ", "hello", SECRET[:-3], f"{SECRET[:20]} {SECRET[20:]}", "c2hvcnQ=", "kQH5-_=="]
)
def test_a_broken_secret_is_refused_without_being_shown(broken: str) -> None:
    with pytest.raises(SettingsError) as caught:
        spot.decode_secret(broken)

    assert str(caught.value) == "The secret is not a base64 private key; copy it again, whole, from the key's page."
    assert not broken.strip() or broken not in repr(caught.value)


def test_credentials_sign_with_the_bytes_of_their_secret_and_show_none_of_them() -> None:
    mine = Credentials("a-key-of-some-length", SECRET)

    assert mine.secret_bytes() == base64.b64decode(SECRET)
    assert repr(mine) == "Credentials(key='a-ke…', secret=<hidden>)"
