"""``decode`` over the whole payload corpus, where it is found: all of it is read, and no digit is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from cli.cli_helpers import Payload, payloads
from krakenkit._core.numbers import plain
from krakenkit.cli.decoding.findings import Finding
from krakenkit.cli.decoding.frames import whole_json
from krakenkit.cli.decoding.recordings import pieces, recording_of
from krakenkit.cli.decoding.rest import endpoint_at, read_body
from krakenkit.errors import SettingsError
from krakenkit.wire.environment import WsKey
from krakenkit.wire.request import Request
from krakenkit.wire.rewrite import exact_json

MOCKS = {
    "spot-rest/ClosedOrders/6.json": "descr",
    "spot-rest/ClosedOrders/8.json": "descr",
    "spot-rest/Ticker/7.json": "$.result[...].a",
    "spot-ws-v2/ohlc/3.json": "$.data[0]",
}
"""Samples that their authors cut short by hand, so that members the exchange always sends are missing, and where."""
OLD = {"spot-rest/Ticker/1.json": "$.result[...].a", "spot-rest/TradeBalance/1.json": "$.result"}
"""Captures of 2014 to 2016, in shapes the exchange has given up."""
UNPUBLISHED = ("/b2b/funds/deposits", "/b2b/funds/withdrawals/methods", "/api/history/v2/", "/derivatives/api/v4/")
"""Paths that are in no catalogue, or that it lists as dead."""
ALIASES = ("cli_ord_id",)
"""A second spelling of a member that is read under its first."""


def kinds_at(payload: Payload) -> list[type[Request[Any]]]:
    """The endpoints of a payload's path; error envelopes may come from any."""
    path = payload.endpoint if payload.endpoint.startswith("/") else "/0/private/Balance"
    found: list[type[Request[Any]]] = []
    for method in ("GET", "POST", "PUT", "DELETE"):
        try:
            found.append(endpoint_at(method, path))
        except SettingsError:
            continue
    return found


def decimals(value: Any) -> Iterator[str]:
    """Every fraction in a payload, as it has to be told again."""
    match value:
        case Decimal():
            yield plain(value)
        case dict():
            for member in value.values():
                yield from decimals(member)
        case list():
            for item in value:
                yield from decimals(item)
        case _:
            pass


def lost_digits(raw: bytes, finding: Finding) -> list[str]:
    told = json.dumps(finding.value)
    return [text for text in decimals(exact_json(raw)) if f'"{text}"' not in told]


def test_every_rest_answer_of_the_corpus_is_read() -> None:
    failures: dict[str, str] = {}
    for payload in payloads("spot-rest", "futures-rest"):
        if payload.sent or payload.endpoint.startswith(UNPUBLISHED):
            continue
        raw = payload.path.read_bytes()
        findings = [read_body(kind, raw) for kind in kinds_at(payload)]
        assert findings, f"{payload.name}: no endpoint at {payload.endpoint}"
        best = next((one for one in findings if one.ok), findings[0])
        if best.error is not None:
            failures[payload.name] = best.error["field"]
            continue
        assert [place for place in best.unread if not place.endswith(ALIASES)] == [], payload.name
        assert best.unread or not lost_digits(raw, best), payload.name

    assert {name for name, field in failures.items() if (MOCKS | OLD).get(name, "?") not in field} == set()


UNPRINTED = ("Trouble", "CancelAllAfter")
"""What is told in words or seconds, where the frame may have other digits."""
SOCKETS = {"spot-ws-v2": "SPOT_L3_V2", "spot-ws-v1": "SPOT_PRIVATE_V1", "futures-ws": "DERIVATIVES_PRIVATE_V1"}
NO_FRAMES = ("futures-ws/_signed-challenges/",)
"""A challenge with its secret and its signature, to try signing with; such a thing is never sent."""
SECRETS = ("token", "api_key", "original_challenge", "signed_challenge")


def frames_of(api: str) -> Iterator[tuple[Payload, bytes, Finding]]:
    """Every frame of the corpus of this kind, in the order of its file, and what it is."""
    for payload in payloads(api):
        if payload.name.startswith(NO_FRAMES):
            continue
        recording = recording_of(WsKey[SOCKETS[api]])
        for piece in pieces(str(payload.path)):
            yield payload, piece.raw, recording.read(piece.raw)


@pytest.mark.parametrize("api", SOCKETS)
def test_every_frame_of_the_corpus_is_read_sent_and_received(api: str) -> None:
    failures: dict[str, str] = {}
    for payload, raw, finding in frames_of(api):
        if finding.error is not None:
            failures[payload.name] = finding.error["field"]
            continue
        assert finding.unread == [], payload.name
        if finding.type not in UNPRINTED:
            assert not lost_digits(raw, finding), payload.name

    assert {name for name, field in failures.items() if MOCKS.get(name) != field} == set()


@pytest.mark.parametrize(
    ("api", "kinds"),
    [
        (
            "spot-ws-v1",
            {"SubscriptionStatus", "SubscriptionRefused", "Pong", "OrderRefused", "BookUpdate", "OpenOrder"},
        ),
        ("spot-ws-v2", {"Acknowledgement", "SubscriptionRefused", "Pong", "AuthRefused", "Level3Update", "Execution"}),
        (
            "futures-ws",
            {"Acknowledgement", "SubscriptionRefused", "Challenge", "Greeting", "BookUpdate", "BalancesUpdate"},
        ),
    ],
)
def test_the_corpus_holds_data_acknowledgements_and_errors_of_each_family(api: str, kinds: set[str]) -> None:
    assert kinds <= {finding.type for _, _, finding in frames_of(api)}


@pytest.mark.parametrize("api", SOCKETS)
def test_no_key_token_or_signature_of_the_corpus_is_told_again(api: str) -> None:
    for payload, raw, finding in frames_of(api):
        told = json.dumps(finding.told())
        assert not any(secret in told for secret in secrets_in(whole_json(raw))), payload.name


def secrets_in(frame: Any) -> Iterator[str]:
    """What a frame says that nobody else should hear."""
    if not isinstance(frame, dict):
        return
    if frame.get("event") == "challenge" and "message" in frame:
        yield frame["message"]
    for holder in (frame, frame.get("params"), frame.get("subscription")):
        if isinstance(holder, dict):
            yield from (holder[name] for name in SECRETS if name in holder)
