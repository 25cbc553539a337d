"""The Futures signatures: derived REST vectors (the exchange publishes none), and its own WebSocket vector."""

from __future__ import annotations

import pytest

from krakenkit.signing import challenge, futures
from krakenkit.signing.spot import decode_secret

# The sample secret of the manual's WebSocket page; it opens nothing.
SECRET = decode_secret("7zxMEF5p/Z8l2p2U7Ghv6x14Af+Fx+92tPgUdVQ748FOIrEoT9bgT+bTRfXc5pz8na+hL/QdrCVG7bh9KpT0eMTm")
NONCE = "1415957147987"
CANCEL_BATCH = (
    "json=%7B%22batchOrder%22%3A%5B%7B%22order%22%3A%22cancel%22%2C%22order_id%22%3A%22"
    "e35d61dd-8a30-4d5f-a574-b5593ef0c050%22%7D%5D%7D"
)
VECTORS = [
    (
        "symbol=fi_xbtusd_180615",
        NONCE,
        "/api/v3/orderbook",
        "JHLjN8OUDYaXjHRGT0z4nUvJorORrXoL9omot4BK5ihtp6jKHPHfzX9MrpVjqAgKqGJejoO3gySwoVCMJQlx/Q==",
    ),
    (
        "",
        NONCE,
        "/derivatives/api/v3/accounts",
        "ar47HmgHaRy9Sx4pgny8d0JvjsPmPE1vDPwEb2c+42WPpLtRI4xcLAppaweKMoTpyJQxYZEPqCM5LK5SDaPdBA==",
    ),
    (
        "orderType=lmt&symbol=PF_XBTUSD&side=buy&size=0.01&limitPrice=20000&cliOrdId=my+id%2F1",
        "",
        "/derivatives/api/v3/sendorder",
        "jInWYxcq2vKV8l7Chn0Eo3GchLFjJs3dGl/m13IaVft+yxGzjoI7xOAwXh1UVK+xzZyL29ruHDd0SVtyL1hpEw==",
    ),
    (
        CANCEL_BATCH,
        NONCE,
        "/derivatives/api/v3/batchorder",
        "emYujFaov8ItJp5mVualmYEEHnmU5DEzLZUyKC+qWWc1hzyQCJSamvrbTdh2XheNj/ZUC3dqb14opiWvAqvJ6Q==",
    ),
    (
        "since=1700000000000&sort=asc",
        NONCE,
        "/api/history/v3/executions",
        "AMhjxod1IkMgNOpogJ6W+/WI0038C6bYBME+3V0azJXoQZ0R2aYReqfYsmmlNCN1+oN8wkySmBnG/68VZ0QRAw==",
    ),
]


@pytest.mark.parametrize(("post_data", "nonce", "path", "authent"), VECTORS)
def test_the_vectors_are_reproduced_and_verified(post_data: str, nonce: str, path: str, authent: str) -> None:
    assert futures.sign(SECRET, path=path, post_data=post_data, nonce=nonce) == authent
    assert futures.sign(SECRET, path=path, post_data=post_data.encode(), nonce=nonce) == authent
    assert futures.verify(authent, SECRET, path=path, post_data=post_data, nonce=nonce)


@pytest.mark.parametrize(
    ("path", "post_data", "nonce"),
    [
        ("/derivatives/api/v3/sendorder", "size=1", "7"),
        ("/derivatives/api/v3/editorder", "size=2", "7"),
        ("/derivatives/api/v3/editorder", "size=1", "8"),
        ("/derivatives/api/v3/editorder", "size=1", ""),
    ],
)
def test_a_signature_holds_for_its_own_path_data_and_nonce_only(path: str, post_data: str, nonce: str) -> None:
    signature = futures.sign(SECRET, path="/derivatives/api/v3/editorder", post_data="size=1", nonce="7")

    assert not futures.verify(signature, SECRET, path=path, post_data=post_data, nonce=nonce)


def test_a_signature_of_another_key_or_of_stray_characters_is_not_taken() -> None:
    other = futures.sign(b"another key of sixteen", path="/api/v3/accounts")

    assert not futures.verify(other, SECRET, path="/api/v3/accounts")
    assert not futures.verify("é", SECRET, path="/api/v3/accounts")


def test_the_path_is_signed_without_derivatives_and_without_its_query() -> None:
    assert futures.endpoint_path("/derivatives/api/v3/fills?lastFillTime=1") == "/api/v3/fills"
    assert futures.endpoint_path("/api/history/v3/executions") == "/api/history/v3/executions"
    assert futures.endpoint_path("/api/derivatives/x") == "/api/derivatives/x"


def test_the_published_challenge_is_signed_as_the_manual_says() -> None:
    text = "c100b894-1729-464d-ace1-52dbce11db42"
    signed = "4JEpF3ix66GA2B+ooK128Ift4XQVtc137N9yeg4Kqsn9PI0Kpzbysl9M1IeCEdjg0zl00wkVqcsnG4bmnlMb3A=="

    assert challenge.sign(SECRET, text) == signed
    assert challenge.verify(signed, SECRET, text)
    assert not challenge.verify(signed, SECRET, text.replace("c", "d", 1))
    assert not challenge.verify("é", SECRET, text)
