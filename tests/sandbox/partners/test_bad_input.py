"""Every signed call of partners and institutions: a good one is answered, and odd values in any field break nothing."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import pytest

from krakenkit.sandbox.bank.addresses import SavedAddress, Scope
from krakenkit.sandbox.clock import SandboxClock
from krakenkit.sandbox.partners.endpoints import PARTNER_ENDPOINTS
from krakenkit.sandbox.rest.desk import HttpAnswer, HttpCall, RestDesk
from krakenkit.sandbox.venue import Venue
from krakenkit.signing import spot
from krakenkit.wire.request import Request
from sandbox.loopback import Moment

ODD: list[Any] = [
    "",
    "-1",
    "NaN",
    "Infinity",
    "1E+999999",
    "1E-999999",
    "9" * 400,
    "\x00",
    "0",
    "BTC",
    -1,
    2**70,
    True,
    None,
    [],
    ["x", "x"],
    {},
    {"asset": "BTC", "amount": "1E+999999"},
    [{"by": "id"}],
]
PERSON = {
    "email": "ada@example.org",
    "external_id": "1",
    "tos_version_accepted": 1,
    "full_name": {"first_name": "A", "last_name": "B"},
    "date_of_birth": "1990-12-10",
    "residence": {"line1": "1", "city": "L", "postal_code": "N", "country": "GB"},
    "phone": "+442071234567",
    "nationalities": ["GB"],
    "occupation": "science",
}


OTC = {"base": "BTC", "quote": "USD", "type": "buy", "amount": "0.002"}
SPEND = {"type": "spend", "amount": {"asset": "USD", "amount": "50"}, "quote": {"asset": "BTC"}}
ACTION = SPEND | {"fee_bps": "10", "spread_bps": "5"}
TRIGGER = {"type": "price", "base_asset": "BTC", "quote_asset": "USD", "target_price": "1", "condition": "lte"}
WAYS = {"in_asset": "USD", "out_asset": "BTC", "in_method": "card", "out_method": "crypto_address", "country": "US"}
LIST = {
    "filters": {"and": [{"or": [{"by": "id", "type": "contains", "values": ["A"]}]}]},
    "pagination": {"limit": 5, "offset": 0},
    "orderings": [{"by": "created_at", "direction": "desc"}],
}
FUNDING = {"x-vault-id": "<vault>", "asset": "BTC", "aclass": "currency"}
GOOD: dict[str, dict[str, Any]] = {
    "embed.create_user": PERSON | {"email": "bob@example.org", "external_id": "2"},
    "embed.get_user": {"user": "<user>"},
    "embed.update_user": PERSON | {"user": "<user>"},
    "embed.request_quote": ACTION | {"user": "<user>", "quote_currency": "EUR"},
    "embed.get_quote": {"user": "<user>", "quote_id": "<quote>"},
    "embed.execute_quote": {"user": "<user>", "quote_id": "<quote>"},
    "embed.get_quote_limits": {"user": "<user>", "base_asset": "BTC", "quote_asset": "USD", "type": "spend"},
    "embed.request_prospective_quote": {"user": "<user>", "action": ACTION, "trigger": TRIGGER | {"target_price": "9"}},
    "embed.create_custom_order": {"user": "<user>", "name": "dip", "trigger": TRIGGER, "action": ACTION},
    "embed.list_custom_orders": {"user": "<user>", "statuses": ["active"]},
    "embed.get_custom_order": {"user": "<user>", "order_id": "<order>"},
    "embed.cancel_custom_order": {"user": "<user>", "id": "<order>"},
    "embed.list_assets": {"filter[user]": "<user>", "page[size]": 3, "page[number]": 2, "sort": "-change_percent_24h"},
    "embed.get_asset": {"asset": "BTC", "quote": "USD"},
    "embed.list_asset_rates": {"asset": "BTC", "interval": "PT1H", "start_time": "2026-01-01T00:00:00Z"},
    "embed.get_portfolio_summary": {"user": "<user>", "quote": "EUR", "include[current_day_pnl]": "true"},
    "embed.get_portfolio_history": {"user": "<user>", "include[assets][]": ["BTC"], "resolution": 7},
    "embed.list_portfolio_details": {"user": "<user>", "quote": "USD"},
    "embed.list_portfolio_transactions": {"user": "<user>", "types": ["simple_order"], "page_size": 5, "quote": "USD"},
    "embed.get_earn_summary": {"user": "<user>", "currency": "USD"},
    "embed.list_earn_assets": {"user": "<user>", "currency": "USD", "assets": ["ETH", "SOL"]},
    "embed.toggle_auto_earn": {"user": "<user>", "want_enabled": True},
    "embed.withdraw_funds": {"asset": "USD", "key": "bank", "amount": "20", "idempotency_token": "one"},
    "embed.list_funding_transactions": {"type": "deposit", "page_size": 3},
    "embed.list_settlement_reports": {"filter[report_type][]": ["trades"], "page[size]": 3, "page[number]": 1},
    "embed.get_settlement_report": {"id": "<report>"},
    "ramp.list_buy_crypto_assets": {"country": "US", "subdivision": "CA"},
    "ramp.list_fiat_currencies": {},
    "ramp.list_payment_methods": {},
    "ramp.list_countries": {},
    "ramp.get_limits": WAYS,
    "ramp.get_prospective_quote": WAYS | {"in_amount": "50", "affiliate_fee_bps": "5"},
    "ramp.get_checkout_url": WAYS | {"in_amount": "50", "network": "Bitcoin", "external_user_id": "me"},
    "pay.create_paylink": {"asset": "USD", "amount": "5", "external_id": "BBBB", "note": "hello"},
    "pay.get_paylink_config": {},
    "pay.get_paylink": {"external_id": "AAAA"},
    "pay.create_request": {"asset": "USD", "amount": "5", "from": "bob", "expire_after_seconds": 60},
    "pay.cancel_request": {"external_id": "RRRR"},
    "pay.create_transfer": {"asset": "USD", "amount": "5", "to": "@bob", "external_id": "CCCC"},
    "pay.cancel_transfer": {"external_id": "AAAA"},
    "custody.list_vaults": LIST,
    "custody.get_vault": {"id": "<vault>"},
    "custody.get_balance": {"vault_id": "<vault>"},
    "custody.list_transactions": {
        "id": "<vault>",
        "page_size": 2,
        "sorting": {"order": "ascending"},
        "types": ["deposit"],
    },
    "custody.get_transaction": {"id": "<entry>", "vault_id": "<vault>", "quote": {"asset": "USD"}},
    "custody.list_tasks": LIST,
    "custody.get_task": {"id": "<task>"},
    "custody.list_activities": LIST,
    "custody.get_activity": {"id": "<activity>"},
    "custody.get_deposit_methods": FUNDING,
    "custody.get_deposit_addresses": FUNDING | {"method": "Bitcoin", "new": True},
    "custody.get_withdraw_methods": FUNDING | {"network": "Bitcoin"},
    "custody.get_withdraw_addresses": FUNDING | {"preferred_asset_name": "alt", "verified": True},
    "otc.create_quote_request": {"base": "BTC", "quote": "USD", "type": "buy", "amount": "0.01"},
    "otc.update_quote": {"quote_id": "<otc>", "status": "accepted"},
    "otc.get_pairs": {},
    "otc.get_active_quotes": {"vault_id": "<vault>"},
    "otc.get_historical_quotes": {},
    "otc.get_exposures": {},
    "otc.check_client": {},
    "prime.create_api_user": {"name": "New", "role": "Viewer"},
    "prime.get_api_user": {"user_id": "<robot>"},
    "prime.list_api_users": {},
    "prime.update_api_user": {"user_id": "<robot>", "name": "Robbie", "status": "Enabled"},
    "prime.update_api_user_roles": {"user_id": "<robot>", "role": "Viewer"},
    "prime.create_api_user_key": {"user_id": "<robot>"},
    "prime.list_api_user_keys": {"user_id": "<robot>"},
    "prime.update_api_user_key": {"user_id": "<robot>", "key_id": "<key>", "whitelisted_ips": ["10.0.0.1"]},
    "prime.delete_api_user_key": {"user_id": "<robot>", "key_id": "<key>"},
    "prime.create_settlement_batch": {"asset_kind": "currency"},
    "prime.get_settlement_batch": {"batch_id": "<batch>", "asset_kind": "currency"},
    "prime.list_settlement_batches": {"statuses": ["unsettled"], "limit": 2, "offset": 0, "from": 0, "until": 2**45},
    "prime.settle_settlement_batch_asset": {"batch_id": "<batch>", "asset": "USD"},
}


class Caller:
    """Signs calls to a desk without a socket between."""

    def __init__(self) -> None:
        self.clock = Moment()
        self.venue = Venue(3, market=["BTC/USD"], clock=SandboxClock(self.clock))
        self.desk = RestDesk(self.venue, PARTNER_ENDPOINTS)
        self.key = self.venue.key("fund", balances={"USD": 1000, "BTC": 1}, permissions="all")
        self.venue.key("bob", balances={}, permissions=None)

    def prepare(self, route: str) -> dict[str, str]:
        """Make one of everything that calls ask about; gives the ids."""
        venue, now = self.venue, self.venue.clock()
        user = self.made("/b2b/users", PERSON)["user"]["iiban"]
        ask = urlencode({"user": user})
        ids = {
            "user": user,
            "quote": self.made(f"/b2b/quotes?{ask}", ACTION)["quote_id"],
            "order": self.made(f"/b2b/custom-orders?{ask}", {"name": "x", "trigger": TRIGGER, "action": ACTION})[
                "order"
            ]["id"],
        }
        self.made("/0/private/Pay/paylink/create", {"asset": "USD", "amount": "5", "external_id": "AAAA"})
        self.made("/0/private/Pay/request/create", {"asset": "USD", "amount": "5", "external_id": "RRRR"})
        funding = venue.bank.funding
        bank = Scope(network_id=funding.methods.of(funding.asset("USD"))[0].network.network_id)
        funding.addresses.save("fund", SavedAddress("A1", "bank", bank, "GB00-1"))
        vault = venue.institutions.custody.make("fund", "Main", "", now)
        entry = venue.exchange.deposit(vault.account, "BTC", Decimal(1), now)
        ids |= {
            "vault": vault.id,
            "entry": entry.ledger_id,
            "task": venue.institutions.custody.tasks("fund")[0].id,
            "activity": venue.institutions.custody.activities("fund")[0].id,
        }
        robot = self.made("/0/private/CreatePrimeApiUser", {"name": "Robot", "role": "Trader"})["id"]
        key = self.made("/0/private/CreatePrimeApiUserKey", {"user_id": robot})["id"]
        quotes = [self.made("/0/private/CreateOtcQuoteRequest", OTC)["quote"]["quote_id"] for _ in range(2)]
        self.made("/0/private/UpdateOtcQuote", {"quote_id": quotes[0], "status": "accepted"})
        ids |= {"robot": robot, "key": key, "otc": quotes[1], "batch": "", "report": ""}
        if "<batch>" in json.dumps(GOOD[route]):
            ids["batch"] = self.made("/0/private/CreatePrimeSettlementBatch", {})["batch"]["id"]
        if "<report>" in json.dumps(GOOD[route]):
            self.clock.pass_by(86_400)
            ids["report"] = venue.partners.embed.funds.reports(venue.exchange, "fund", venue.clock())[0].id
        return ids

    def made(self, target: str, body: dict[str, Any]) -> Any:
        """What a call made; it must not be refused."""
        path, _, query = target.partition("?")
        answer = json.loads(self.call("POST", path, dict(parse_qsl(query)), body).body)
        assert not answer.get("error"), answer
        return answer["result"]

    def call(
        self, method: str, path: str, query: dict[str, Any], body: Any, headers: dict[str, str] | None = None
    ) -> HttpAnswer:
        nonce = str(self.key.nonces.next())
        classic = path.startswith("/0/")
        target = f"{path}?{urlencode(query, doseq=True)}" if query else path
        sent = b"" if method == "GET" else json.dumps(body | ({"nonce": nonce} if classic else {})).encode()
        signed = {
            "API-Key": self.key.key,
            "API-Nonce": nonce,
            "API-Sign": spot.sign(self.key.secret_bytes(), path=target, nonce=nonce, body=sent),
            "Content-Type": "application/json",
        }
        return self.desk.answer(HttpCall(method, target, signed | (headers or {}), sent))

    def send(self, kind: type[Request[Any]], members: dict[str, Any]) -> HttpAnswer:
        """A call whose members travel where their route puts them."""
        route, path = kind.route, kind.route.path
        given = dict(members)
        for name in list(given):
            if f"{{{name}}}" in path:
                path = path.replace(f"{{{name}}}", quote(str(given.pop(name)) or "x", safe=""))
        headers = {name: str(given.pop(name)) for name in route.in_header if name in given}
        query = {name: given.pop(name) for name in route.in_query if name in given}
        if route.encoding == "query":
            query, given = query | given, {}
        return self.call(route.method, path, query, given, headers)


def prepared(kind: type[Request[Any]]) -> tuple[Caller, dict[str, Any]]:
    """A caller for whom the good call of this class is good, and that call's members."""
    caller = Caller()
    text = json.dumps(GOOD[kind.route.id])
    for word, made in caller.prepare(kind.route.id).items():
        text = text.replace(f"<{word}>", made)
    return caller, json.loads(text)


def refused(answer: HttpAnswer) -> bool:
    """Whether an answer says no, in any of the shapes it may."""
    members = json.loads(answer.body)
    return bool(members.get("error") or members.get("errors"))


def balances(venue: Venue) -> dict[str, dict[str, int]]:
    """What everybody has, in whole units."""
    accounts = venue.exchange._floor.treasury.accounts
    return {name: {asset.name: units for asset, units in one.balances.items()} for name, one in accounts.items()}


SIGNED = [one.kind for one in PARTNER_ENDPOINTS if one.kind.route.signed and one.kind.route.encoding != "multipart"]


def test_every_signed_call_is_tried() -> None:
    assert {kind.route.id for kind in SIGNED} == set(GOOD)


@pytest.mark.parametrize("kind", SIGNED, ids=lambda kind: kind.route.id)
def test_a_good_call_is_answered(kind: type[Request[Any]]) -> None:
    caller, members = prepared(kind)
    answer = caller.send(kind, members)
    assert answer.status == 200
    assert not refused(answer), answer.body


@pytest.mark.parametrize("kind", SIGNED, ids=lambda kind: kind.route.id)
def test_no_value_breaks_a_call_and_what_is_refused_moves_nothing(kind: type[Request[Any]]) -> None:
    caller, members = prepared(kind)
    before = balances(caller.venue)
    for name in members:
        for odd in ODD:
            answer = caller.send(kind, members | {name: odd})
            assert answer.status != 500, (name, odd)
            assert b"Internal error" not in answer.body, (name, odd)
            after = balances(caller.venue)
            if refused(answer):
                assert after == before, (name, odd)
            before = after
