"""Odd values in every field of the thin groups of Futures: always a refusal or an answer, never a breakdown."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from krakenkit.sandbox.clock import SandboxClock
from krakenkit.sandbox.futures import rest_analytics, rest_programs, rest_rfq
from krakenkit.sandbox.futures.rest import FuturesCaller, FuturesDesk
from krakenkit.sandbox.rest.desk import HttpAnswer, HttpCall
from krakenkit.sandbox.routing import Endpoint
from krakenkit.sandbox.venue import Venue
from krakenkit.signing import futures
from sandbox.loopback import Moment

THIN = (*rest_rfq.ENDPOINTS, *rest_programs.ENDPOINTS, *rest_analytics.ENDPOINTS)
ODD = [
    "",
    "-1",
    "NaN",
    "Infinity",
    "1E+999999",
    "1E-999999",
    "9" * 300,
    "0",
    "\x00",
    "{}",
    "[]",
    "[1]",
    "{",
    "true",
    "null",
]
PACKAGE = {"legs": [{"tradeable": "PF_XBTUSD", "size": 0.1}], "expiry": "2026-09-21T14:15:20Z"}
ODD_PACKAGES: list[Any] = [
    [],
    {"legs": {}},
    {"legs": [[]]},
    {"legs": [{"tradeable": ["x"], "size": {}}]},
    {"legs": [{"tradeable": "PF_XBTUSD", "size": 10**60}]},
    PACKAGE | {"expiry": 5},
    PACKAGE | {"expiry": "9999-12-31T23:59:59Z"},
]
OFFER = {"bid": "9000", "ask": "9900", "askSide": '[{"tradeable": "PF_XBTUSD", "price": 99000}]'}
GOOD: dict[str, dict[str, Any]] = {
    "futures.rfq.create": {"json": json.dumps(PACKAGE)},
    "futures.rfq.accept_offer": {"rfqUid": "<rfq>", "bidAccepted": "9000"},
    "futures.rfq.place_offer": OFFER | {"rfqUid": "<rfq>"},
    "futures.rfq.replace_offer": {"rfqUid": "<rfq>", "bid": "9000", "ask": "9900"},
    "futures.rfq.cancel_offer": {"rfqUid": "<rfq>", "offerUid": "x"},
    "futures.rfq.cancel": {"rfqUid": "<rfq>"},
    "futures.rfq.get": {"rfqUid": "<rfq>"},
    "futures.assignment.add": {
        "contractType": "flex",
        "contract": "PF_XBTUSD",
        "acceptLong": "true",
        "acceptShort": "false",
        "timeFrame": "ALL",
        "enabled": "true",
        "maxSize": "1",
        "maxPosition": "2",
    },
    "futures.assignment.delete": {"id": "1"},
    "futures.subaccounts.get_trading_enabled": {"subaccountUid": "x"},
    "futures.subaccounts.set_trading_enabled": {"subaccountUid": "x", "tradingEnabled": "true"},
    "futures.analytics.market": {
        "symbol": "PF_XBTUSD",
        "analytics_type": "orderbook",
        "since": "1789990000",
        "interval": "300",
        "to": "1790000000",
    },
    "futures.analytics.liquidity_pool": {"since": "1789990000", "interval": "60", "to": "1790000000"},
}


class Caller:
    """Signs calls to a desk without a socket between."""

    def __init__(self) -> None:
        self.venue = Venue(3, market=["PF_XBTUSD"], clock=SandboxClock(Moment()))
        self.desk = FuturesDesk(self.venue.futures, THIN)
        self.key = self.venue.futures.key("trader", balances=None, permissions=None)
        asked = json.loads(self.send(find("futures.rfq.create"), GOOD["futures.rfq.create"]).body)
        self.rfq = str(asked.get("rfqUid"))

    def send(self, endpoint: Endpoint[FuturesCaller], members: dict[str, Any]) -> HttpAnswer:
        route, path, given = endpoint.kind.route, endpoint.kind.route.path, dict(members)
        for name in list(given):
            if f"{{{name}}}" in path:
                path = path.replace(f"{{{name}}}", quote(given.pop(name) or "x", safe=""))
        text, nonce = urlencode(given), str(self.key.nonces.next())
        inside = route.encoding == "form" and route.method != "GET"
        target, body = (path, text) if inside else (f"{path}?{text}", "")
        authent = futures.sign(self.key.secret_bytes(), path=path, post_data=text.encode(), nonce=nonce)
        headers = {"APIKey": self.key.key, "Authent": authent, "Nonce": nonce}
        return self.desk.answer(HttpCall(route.method, target, headers, body.encode()))


def find(route: str) -> Endpoint[FuturesCaller]:
    return next(one for one in THIN if one.kind.route.id == route)


@pytest.mark.parametrize("endpoint", THIN, ids=lambda one: one.kind.route.id)
def test_no_value_breaks_a_call(endpoint: Endpoint[FuturesCaller]) -> None:
    caller = Caller()
    members = {name: value.replace("<rfq>", caller.rfq) for name, value in GOOD.get(endpoint.kind.route.id, {}).items()}
    calls = [members, *(members | {name: odd} for name in members for odd in ODD)]
    calls += [members | {"json": json.dumps(odd)} for odd in ODD_PACKAGES if "json" in members]
    for one in calls:
        answer = caller.send(endpoint, one)
        assert answer.status != 500, (one, answer.body)
        assert b"Server Error" not in answer.body, (one, answer.body)
    assert caller.venue.futures.exchange.holdings("trader") == []
