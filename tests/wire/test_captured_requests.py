"""Requests that other clients were recorded to send come out of our request classes byte for byte.

A capture that names its parameters in another order than the exchange's page, which is ours, is compared without the order
and listed here. Signed captures are signed again.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import yaml

from krakenkit import LIVE, Credentials
from krakenkit._core.nonces import NonceSource
from krakenkit.cli.shaping import shaped
from krakenkit.protocol.prepare import Sender, prepare
from krakenkit.signing import futures, spot
from krakenkit.wire.registry import request_for
from krakenkit.wire.request import wire_params

_BESIDE = Path(__file__).parents[3] / "shared" / "payloads"
CORPUS = Path(os.environ.get("KRAKENKIT_PAYLOADS", _BESIDE))
FILES = sorted(CORPUS.glob("*-rest/_requests/*.json"))
SIGNED = sorted(CORPUS.glob("*-rest/_signed-requests/*.json"))
ENDPOINTS = {
    entry["file"]: entry["endpoint"]
    for entry in (yaml.safe_load((CORPUS / "INDEX.yaml").read_text())["files"] if FILES else [])
    if "_requests" in entry["file"]
}
MISSPELT = {"trade": "trades"}
"""The exchange's page of QueryLedgers misspells its own parameter in the sample."""
SECRET = "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="

needs_corpus = pytest.mark.skipif(not FILES, reason="the payload corpus is not beside the checkout")


def captured(file: Path) -> tuple[str, str, str]:
    """Method, path, and the parameters as they were sent."""
    told: dict[str, Any] = json.loads(file.read_text())
    url = urlsplit(told["url"])
    return told["method"], url.path, told["body"] or url.query


def sent(method: str, path: str, text: str) -> str | None:
    """What our class sends for these parameters; None when there is no class for the path."""
    kind = request_for(method, path)
    if kind is None:
        return None
    given = dict(parse_qsl(text, keep_blank_values=True))
    nonce = given.pop("nonce", "1")
    template = kind.route.path.split("/")
    given |= {t.strip("{}"): p for t, p in zip(template, path.split("/"), strict=True) if t.startswith("{")}
    credentials = Credentials("captured", SECRET)
    credentials.nonces = NonceSource(lambda: int(nonce))
    made = prepare(shaped(kind, given, wire_names=True), Sender(LIVE, credentials))
    return (made.body or b"").decode() or urlsplit(made.url).query


@needs_corpus
@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parts[-3]}-{file.stem}")
def test_a_captured_request_is_reproduced(file: Path) -> None:
    told = json.loads(file.read_text())
    if "url" not in told:
        return documented_body(file, told)
    method, path, text = captured(file)
    ours = sent(method, path, text)
    if ours is None:
        pytest.skip(f"{method} {path} is no endpoint of the catalogues")
    assert sorted(ours.split("&")) == sorted(text.split("&"))
    if parameter_names(text) == parameter_names(ours):
        assert ours == text


def documented_body(file: Path, told: dict[str, Any]) -> None:
    """A body of the exchange's pages: every member is a parameter of ours and comes out with the same value."""
    endpoint = ENDPOINTS[str(file.relative_to(CORPUS))]
    kind = request_for("POST", endpoint) or request_for("GET", endpoint)
    assert kind is not None, endpoint
    members = {MISSPELT.get(name, name): value for name, value in told.items() if name not in ("nonce", "otp")}
    made = shaped(kind, members, wire_names=True)
    assert {name: as_text(value) for name, value in wire_params(made).items()} == {
        name: as_text(value) for name, value in members.items()
    }


def as_text(value: Any) -> str:
    """Numbers may be written as text and the other way round."""
    if isinstance(value, list):
        return ",".join(as_text(item) for item in value)
    return json.dumps(value, default=wire_params) if isinstance(value, dict) else str(value)


def parameter_names(text: str) -> list[str]:
    return [name for name, _ in parse_qsl(text, keep_blank_values=True)]


@needs_corpus
def test_most_captures_come_out_byte_for_byte() -> None:
    whole = [captured(file) for file in FILES if "url" in json.loads(file.read_text())]
    known = [(text, ours) for method, path, text in whole if (ours := sent(method, path, text)) is not None]
    exact = [text for text, ours in known if text == ours]
    assert len(exact) >= len(known) * 2 // 3


@needs_corpus
@pytest.mark.parametrize("file", SIGNED, ids=lambda file: f"{file.parts[-3]}-{file.stem}")
def test_a_signed_capture_is_signed_alike(file: Path) -> None:
    told = json.loads(file.read_text())
    secret = spot.decode_secret(told["secret"])
    if "API-Sign" in told:
        body = told["body"].encode()
        assert spot.sign(secret, path=told["path"], nonce=told["nonce"], body=body) == told["API-Sign"]
        assert spot.verify(told["API-Sign"], secret, path=told["path"], nonce=told["nonce"], body=body)
    else:
        assert futures.sign(secret, path=told["path"], nonce=told["nonce"], post_data=told["body"]) == told["Authent"]
