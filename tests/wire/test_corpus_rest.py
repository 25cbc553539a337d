"""Every REST answer of the payload corpus, through the very code that reads live ones."""

from __future__ import annotations

import json
from typing import Any

import pytest

from krakenkit.errors import Refused
from krakenkit.protocol.answers import read_answer
from krakenkit.protocol.http import HttpReply
from krakenkit.wire.rewrite import altered, exact_json, named, on_the_wire, unread
from krakenkit.wire.spot.market import GetTicker
from wire.corpus import Payload, rest_answers
from wire.sample_requests import sample

PAYLOADS = rest_answers()
pytestmark = pytest.mark.skipif(not PAYLOADS, reason="no payload corpus was found; KRAKENKIT_PAYLOADS can name one")

# No endpoint of the catalogues: older versions of one, and partner paths that only a guide shows.
NOT_REQUIRED = {
    "/api/history/v2/orders",
    "/api/history/v2/triggers",
    "/derivatives/api/v4/historicalfundingrates",
    "/b2b/funds/deposits/addresses",
    "/b2b/funds/deposits/methods/{asset}",
    "/b2b/funds/withdrawals/methods/{asset}",
}
ERRORS = "(any)"
REQUIRED = [each for each in PAYLOADS if each.endpoint not in NOT_REQUIRED | {ERRORS}]

# Members left unread on purpose, and why.
UNREAD = {
    "futures-rest/fills/1.json": ["$.fills[1].cli_ord_id"],  # made by hand: the exchange writes cliOrdId
    "futures-rest/sendorder/1.json": ["$.sendStatus.cli_ord_id"],  # likewise
}


def kind_of(payload: Payload) -> Any:
    """The class of its endpoint; the look-up where nothing tells the look-up from the change."""
    return payload.kinds()[0]


def refuses(body: bytes) -> bool:
    """Whether the exchange says no in this answer."""
    told = json.loads(body) if body.lstrip()[:1] == b"{" else {}
    errors = told.get("error") or []
    return told.get("result") == "error" or any(not code.startswith("W") for code in errors)


def test_the_corpus_holds_what_these_tests_are_for() -> None:
    assert len(REQUIRED) > 180
    assert {each.endpoint for each in PAYLOADS if not each.kinds()} - {ERRORS} <= NOT_REQUIRED


@pytest.mark.parametrize("payload", REQUIRED, ids=lambda payload: payload.file)
def test_an_answer_is_read_whole_and_written_again_with_every_digit(payload: Payload) -> None:
    kind, body = kind_of(payload), payload.body
    request, reply = sample(kind), HttpReply(200, body)
    if refuses(body):
        with pytest.raises(Refused):
            read_answer(request, reply)
        return

    value = read_answer(request, reply).value

    if kind.route.envelope == "bytes":
        assert value == body
        return
    original, written = exact_json(body), on_the_wire(value)
    if kind.route.envelope in ("spot", "result"):
        original = original["result"]
    assert altered(original, written) == []
    assert unread(original, written) == UNREAD.get(payload.file, [])
    assert json.loads(json.dumps(named(value))) is not None or original is None


@pytest.mark.parametrize(
    "payload", [each for each in PAYLOADS if each.endpoint == ERRORS], ids=lambda payload: payload.file
)
def test_an_error_envelope_becomes_a_refusal_with_the_exchanges_words(payload: Payload) -> None:
    with pytest.raises(Refused) as caught:
        read_answer(GetTicker("XBTUSD"), HttpReply(200, payload.body))

    assert list(caught.value.codes) == json.loads(payload.body)["error"]
