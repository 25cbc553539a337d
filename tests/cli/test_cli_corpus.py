"""``decode`` over the whole payload corpus, where it is found: all of it is read, and no digit is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from cli.cli_helpers import Payload, payloads
from krakenkit._core.numbers import plain
from krakenkit.cli.decoding.findings import Finding
from krakenkit.cli.decoding.recordings import pieces
from krakenkit.cli.decoding.rest import endpoint_at, read_body
from krakenkit.cli.decoding.spot_v2 import SpotV2Recording
from krakenkit.errors import SettingsError
from krakenkit.wire.request import Request
from krakenkit.wire.rewrite import exact_json
from krakenkit.wire.spot_v2.channels import CHANNELS

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


def test_every_frame_of_spot_v2_in_the_corpus_is_read_sent_and_received() -> None:
    failures: dict[str, str] = {}
    for payload in payloads("spot-ws-v2"):
        recording = SpotV2Recording()
        for piece in pieces(str(payload.path)):
            if b'"level3"' in piece.raw and "level3" not in CHANNELS:
                continue  # its classes are not written yet
            finding = recording.read(piece.raw)
            if finding.error is not None:
                failures[payload.name] = finding.error["field"]
                continue
            assert finding.unread == [], payload.name
            if finding.type not in ("Trouble", "CancelAllAfter"):
                assert not lost_digits(piece.raw, finding), payload.name

    assert {name for name, field in failures.items() if MOCKS.get(name) != field} == set()
