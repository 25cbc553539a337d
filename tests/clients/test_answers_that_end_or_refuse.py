"""Two things an answer may carry beside its contents: a refusal inside a success, and the end of its surface."""

from __future__ import annotations

import pytest

from krakenkit import Credentials, DerivativesClient, KrakenLifecycleWarning, OrderRefused, SpotClient
from krakenkit.protocol.http import HttpReply, HttpRequest
from krakenkit.wire import lifecycle

SECRET = "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="


class Says:
    def __init__(self, body: bytes) -> None:
        self.body = body

    def send(self, request: HttpRequest) -> HttpReply:
        return HttpReply(status=200, body=self.body, content_type="application/json")

    def close(self) -> None: ...


def test_an_edit_that_refuses_inside_a_success_is_raised() -> None:
    body = b'{"error":[],"result":{"status":"err","error_message":"EOrder:Insufficient funds","descr":{"order":""}}}'
    spot = SpotClient(Credentials("edits", SECRET), transport=Says(body), limits="off")
    with pytest.raises(OrderRefused, match="Insufficient funds"):
        spot.edit_order(txid="O1", pair="XBTUSD", volume="1")


def test_a_surface_that_ends_warns_once_with_date_and_replacement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "_warned", set[str]())
    derivatives = DerivativesClient(transport=Says(b'{"result":"success","tickers":[]}'), limits="off")
    with pytest.warns(KrakenLifecycleWarning, match="2027-03-01") as warned:
        derivatives.get_tickers()
    derivatives.get_tickers()  # a second warning would fail the suite
    assert "Unified" in str(warned[0].message)
