"""From a request to its bytes: where each member travels, and that the signature covers exactly what is sent."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import parse_qs, parse_qsl, urlsplit

import msgspec
import pytest

from krakenkit.errors import SettingsError
from krakenkit.protocol.http import HttpRequest
from krakenkit.protocol.prepare import Sender, prepare
from krakenkit.wire.environment import Environment
from krakenkit.wire.futures.market import GetTickers
from krakenkit.wire.futures.trading import CancelAllOrders
from krakenkit.wire.institutional.custody_funding import GetCustodyDepositMethods
from krakenkit.wire.partner.uploads import Upload
from krakenkit.wire.partner.users import FullName
from krakenkit.wire.partner.verification import Identity, IdentityDocument, SubmitEmbedVerification
from krakenkit.wire.raw import raw_request
from krakenkit.wire.request import Request
from krakenkit.wire.route import Route
from krakenkit.wire.spot.account import GetAccountBalance
from krakenkit.wire.spot.batches import BatchOrder, SubmitBatchOrders
from krakenkit.wire.spot.market import GetAssetPairs, GetServerTime
from krakenkit.wire.spot.oauth import GetOauthAccessToken, GetOauthUserInfo
from krakenkit.wire.spot.trading import ConditionalClose, SubmitOrder
from protocol.rest_flow import HERE, KEY, OTP, SECRET, SENDER, credentials

WITH_OTP = Sender(HERE, credentials(otp=True))


class Look(Request[dict[str, Any]], frozen=True, kw_only=True):
    """A signed GET outside ``/0/``, with a name in its path."""

    route: ClassVar = Route.read("test.look", "/funding/v1/fees/{method}", method="GET", encoding="query")

    method: str
    amount: Decimal | None = None
    fee_included: bool | None = None
    account_id: str | None = None


class Save(Request[dict[str, Any]], frozen=True, kw_only=True):
    """A signed JSON POST outside ``/0/``."""

    route: ClassVar = Route.place("test.save", "/funding/v1/addresses", encoding="json")

    name: str
    amount: Decimal | int | str | None = None
    account_id: str | None = None


class Rows(Request[dict[str, Any]], frozen=True, kw_only=True):
    """A signed JSON POST below ``/0/`` with a member in the query."""

    route: ClassVar = Route.read("test.rows", "/0/private/GetCustodyTask", encoding="json", in_query=("id",))

    id: str
    note: str | None = None


def path_of(request: HttpRequest) -> str:
    """The path with its query, as it goes over the line."""
    parts = urlsplit(request.url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def form(request: HttpRequest) -> dict[str, str]:
    return dict(parse_qsl((request.body or b"").decode(), keep_blank_values=True, strict_parsing=True))


def body_json(request: HttpRequest) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(request.body or b"")
    return made


def header(request: HttpRequest, name: str) -> str | None:
    found = [value for key, value in request.headers if key == name]
    assert len(found) <= 1
    return found[0] if found else None


def expected_signature(request: HttpRequest, nonce: str) -> str:
    """The manual's formula, over what is sent."""
    digest = hashlib.sha256(nonce.encode() + (request.body or b"")).digest()
    mac = hmac.new(base64.b64decode(SECRET), path_of(request).encode() + digest, "sha512")
    return base64.b64encode(mac.digest()).decode()


def nonce_in(request: HttpRequest) -> str:
    """The nonce, from wherever it travels."""
    if (given := header(request, "API-Nonce")) is not None:
        return given
    if header(request, "Content-Type") == "application/json":
        return str(body_json(request)["nonce"])
    return form(request)["nonce"]


# ---------------------------------------------------------------- public calls


def test_a_public_call_has_its_parameters_in_the_query_and_no_key() -> None:
    made = prepare(GetAssetPairs(pair="XBTUSD"), SENDER)

    assert made.url == "http://127.0.0.1:1/0/public/AssetPairs?pair=XBTUSD"
    assert (made.method, made.headers, made.body) == ("GET", (), None)


def test_a_call_without_parameters_has_no_question_mark() -> None:
    assert prepare(GetServerTime(), Sender(HERE)).url == "http://127.0.0.1:1/0/public/Time"


def test_the_venue_decides_the_host() -> None:
    request = raw_request("GET", "/b2b/assets", {})
    nexus = Environment("test", spot_rest="http://127.0.0.1:1", nexus_rest="http://127.0.0.1:2")

    assert prepare(request, Sender(nexus, credentials())).url.startswith("http://127.0.0.1:2/b2b/assets")


# ---------------------------------------------------------------- signed calls


SIGNED: dict[str, Request[Any]] = {
    "a form": SubmitOrder(pair="XBTUSD", type="buy", ordertype="limit", volume="1.10", price="+5%"),
    "a form without parameters": GetAccountBalance(),
    "a member in the query beside a form": GetAccountBalance(account_id="WX6V JUKW+1"),
    "JSON": SubmitBatchOrders(pair="XBTUSD", orders=[BatchOrder(type="buy", ordertype="market", volume="1")] * 2),
    "JSON with a member in the query": Rows(id="TGWO 1&2", note="é"),
    "a query without a body": Look(method="d4ec/4d52", amount=Decimal("5.00"), fee_included=True, account_id="a b"),
    "JSON outside /0/": Save(name="Personal & wallet", account_id="x=y"),
    "a form that needs JSON": raw_request("POST", "/0/private/Thing", {"rows": [{"a": 1}]}),
    "a raw form": raw_request("POST", "/0/private/Thing", {"a": "1 2", "b": True}),
    "a raw query": raw_request("DELETE", "/funding/v1/thing", {"a": "1 2"}),
}


@pytest.mark.parametrize("request_", SIGNED.values(), ids=SIGNED)
def test_the_signature_covers_exactly_the_bytes_that_are_sent(request_: Request[Any]) -> None:
    made = prepare(request_, SENDER)

    assert header(made, "API-Key") == KEY
    assert header(made, "API-Sign") == expected_signature(made, nonce_in(made))


@pytest.mark.parametrize("request_", SIGNED.values(), ids=SIGNED)
def test_a_one_time_code_is_part_of_what_is_signed_or_travels_as_a_header(request_: Request[Any]) -> None:
    made = prepare(request_, WITH_OTP)

    inside = (made.body or b"").count(OTP.encode())
    beside = [value for name, value in made.headers if name == "API-OTP"]
    assert (inside, beside) in ((1, []), (0, [OTP]))
    assert header(made, "API-Sign") == expected_signature(made, nonce_in(made))


def test_below_0_the_nonce_stands_in_the_body_and_elsewhere_in_a_header() -> None:
    inside = prepare(GetAccountBalance(), SENDER)
    outside = prepare(Save(name="x"), SENDER)

    assert list(form(inside)) == ["nonce"]
    assert header(inside, "API-Nonce") is None
    assert "nonce" not in body_json(outside)
    assert header(outside, "API-Nonce") is not None


def test_a_code_is_asked_for_anew_for_each_call_and_an_empty_one_is_left_out() -> None:
    codes = iter(["111111", "222222", ""])
    given = credentials()
    given.otp = lambda: next(codes)

    bodies = [form(prepare(GetAccountBalance(), Sender(HERE, given))) for _ in range(3)]

    assert [body.get("otp") for body in bodies] == ["111111", "222222", None]


def test_each_preparation_has_a_nonce_and_a_signature_of_its_own() -> None:
    one, two = (prepare(GetAccountBalance(), SENDER) for _ in range(2))

    assert int(nonce_in(two)) > int(nonce_in(one))
    assert header(one, "API-Sign") != header(two, "API-Sign")


def test_an_account_id_travels_in_the_signed_query_of_a_form() -> None:
    made = prepare(GetAccountBalance(account_id="WX6V-JUKW"), SENDER)

    assert path_of(made) == "/0/private/Balance?account_id=WX6V-JUKW"
    assert "account_id" not in form(made)


def test_a_private_call_without_a_key_says_what_to_pass() -> None:
    with pytest.raises(SettingsError, match="POST /0/private/Balance is private: pass credentials="):
        prepare(GetAccountBalance(), Sender(HERE))


# ---------------------------------------------------------------- encodings


def test_a_form_escapes_what_would_change_its_meaning() -> None:
    order = SubmitOrder(
        pair="XBT USD&x=1", type="buy", ordertype="limit", volume="1", price="+5%", oflags=["post", "fciq"]
    )

    made = prepare(order, SENDER)

    assert header(made, "Content-Type") == "application/x-www-form-urlencoded"
    assert form(made) | {"nonce": ""} == {
        "nonce": "",
        "pair": "XBT USD&x=1",
        "type": "buy",
        "ordertype": "limit",
        "volume": "1",
        "price": "+5%",
        "oflags": "post,fciq",
    }
    assert b"price=%2B5%25" in (made.body or b"")


def test_amounts_keep_their_digits_and_lose_their_exponent() -> None:
    order = SubmitOrder(pair="XBTUSD", type="buy", ordertype="limit", volume=Decimal("1E-8"), price=Decimal("10.50"))

    sent = form(prepare(order, SENDER))

    assert (sent["volume"], sent["price"]) == ("0.00000001", "10.50")


def test_a_conditional_close_is_spelled_with_brackets_in_a_form() -> None:
    close = ConditionalClose(ordertype="stop-loss", price="9")
    order = SubmitOrder(pair="XBTUSD", type="buy", ordertype="market", volume="1", close=close)

    sent = form(prepare(order, SENDER))

    assert (sent["close[ordertype]"], sent["close[price]"]) == ("stop-loss", "9")


def test_a_conditional_close_may_be_a_plain_dictionary() -> None:
    close: Any = {"ordertype": "stop-loss", "price": Decimal("9.0")}
    order = SubmitOrder(pair="XBTUSD", type="buy", ordertype="market", volume="1", close=close)

    sent = form(prepare(order, SENDER))

    assert (sent["close[ordertype]"], sent["close[price]"]) == ("stop-loss", "9.0")


def test_flags_and_moments_are_written_as_the_exchange_reads_them() -> None:
    deadline = datetime(2026, 3, 1, 12, 0, 5, 250_000, UTC)
    order = SubmitOrder(
        pair="XBTUSD", type="buy", ordertype="market", volume="1", validate=True, reduce_only=False, deadline=deadline
    )

    sent = form(prepare(order, SENDER))

    assert (sent["validate"], sent["reduce_only"]) == ("true", "false")
    assert sent["deadline"] == "2026-03-01T12:00:05.250Z"


def test_json_bodies_write_amounts_as_text_and_flags_as_flags() -> None:
    orders = [
        BatchOrder(type="buy", ordertype="limit", volume=Decimal("0.10"), price="1E+3", reduce_only=True),
        BatchOrder(type="sell", ordertype="market", volume=2, userref=7),
    ]

    made = prepare(SubmitBatchOrders(pair="XBTUSD", orders=orders, validate=True), SENDER)

    assert header(made, "Content-Type") == "application/json"
    assert body_json(made) | {"nonce": ""} == {
        "nonce": "",
        "pair": "XBTUSD",
        "orders": [
            {"type": "buy", "ordertype": "limit", "volume": "0.10", "price": "1E+3", "reduce_only": True},
            {"type": "sell", "ordertype": "market", "volume": "2", "userref": 7},
        ],
        "validate": True,
    }


def test_a_query_is_signed_and_the_body_stays_empty() -> None:
    made = prepare(Look(method="m1", amount=Decimal("5.0"), fee_included=True), SENDER)

    assert path_of(made) == "/funding/v1/fees/m1?amount=5.0&fee_included=true"
    assert (made.method, made.body) == ("GET", None)
    assert header(made, "Content-Type") is None


def test_the_members_of_a_path_are_escaped_and_travel_nowhere_else() -> None:
    made = prepare(Look(method="a/b c?d"), SENDER)

    assert path_of(made) == "/funding/v1/fees/a%2Fb%20c%3Fd"


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_member_that_would_lead_to_another_path_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="would lead to another path"):
        prepare(Look(method=name), SENDER)


def test_a_header_member_travels_as_a_header_only() -> None:
    made = prepare(GetCustodyDepositMethods(vault_id="V1", asset="XBT"), SENDER)

    assert header(made, "x-vault-id") == "V1"
    assert "x-vault-id" not in body_json(made)
    assert header(made, "API-Sign") == expected_signature(made, nonce_in(made))


def verification(front: bytes) -> SubmitEmbedVerification:
    document = IdentityDocument(
        identity=Identity(full_name=FullName(first_name="Ann", last_name="Lee"), date_of_birth="2000-01-01"),
        document_type="passport",
        document_number="P1",
        issuing_country="NL",
    )
    return SubmitEmbedVerification(
        user="AA01",
        type="identity_document",
        metadata=document,
        verifier="Acme",
        verified_at="2026-01-01T00:00:00Z",
        front=Upload(filename="front.jpg", content=front, content_type="image/jpeg"),
    )


def parts_of(request: HttpRequest) -> dict[str, tuple[list[str], bytes]]:
    """The header lines and the content of each part, by name."""
    content_type = header(request, "Content-Type") or ""
    found = re.fullmatch(r"multipart/form-data; boundary=([0-9a-f]{32})", content_type)
    assert found
    first, *parts, last = b"\r\n".join((b"", request.body or b"")).split(f"\r\n--{found[1]}".encode())
    assert (first, last) == (b"", b"--\r\n")
    split = [part.removeprefix(b"\r\n").partition(b"\r\n\r\n") for part in parts]
    return {
        head.decode().partition('name="')[2].partition('"')[0]: (head.decode().split("\r\n"), content)
        for head, _, content in split
    }


def test_a_multipart_form_carries_text_json_and_files_byte_for_byte() -> None:
    picture = bytes(range(256)) + b"\r\n--not a boundary\r\n"

    made = prepare(verification(picture), SENDER)

    parts = parts_of(made)
    assert urlsplit(made.url).path == "/b2b/verifications/AA01"
    assert set(parts) == {"type", "metadata", "front"}
    assert parts["type"] == (['Content-Disposition: form-data; name="type"'], b"identity_document")
    assert parts["front"] == (
        ['Content-Disposition: form-data; name="front"; filename="front.jpg"', "Content-Type: image/jpeg"],
        picture,
    )
    metadata = json.loads(parts["metadata"][1])
    assert metadata["verifier"] == "Acme"
    assert metadata["identity"]["full_name"]["first_name"] == "Ann"


def test_a_multipart_form_is_signed_over_its_bytes() -> None:
    made = prepare(verification(b"picture"), SENDER)

    assert header(made, "API-Sign") == expected_signature(made, nonce_in(made))


def test_each_multipart_form_has_a_boundary_of_its_own() -> None:
    first, second = (header(prepare(verification(b"x"), SENDER), "Content-Type") for _ in range(2))

    assert first != second


# ---------------------------------------------------------------- tokens and applications


def test_a_bearer_call_carries_the_access_token_and_no_signature() -> None:
    made = prepare(GetOauthUserInfo(), Sender(HERE, bearer="the-access-token"))

    assert made.headers == (("Authorization", "Bearer the-access-token"),)


def test_a_bearer_call_without_a_token_says_what_to_pass() -> None:
    with pytest.raises(SettingsError, match="access_token="):
        prepare(GetOauthUserInfo(), SENDER)


def test_an_application_identifies_itself_in_a_header_and_not_in_the_body() -> None:
    request = GetOauthAccessToken(
        client_id="app", client_secret="hush", grant_type="refresh_token", refresh_token="r+1"
    )

    made = prepare(request, Sender(HERE))

    assert header(made, "Authorization") == "Basic " + base64.b64encode(b"app:hush").decode()
    assert parse_qs((made.body or b"").decode()) == {"grant_type": ["refresh_token"], "refresh_token": ["r+1"]}


# ---------------------------------------------------------------- Futures


def futures_signature(path: str, data: bytes, nonce: str) -> str:
    digest = hashlib.sha256(data + nonce.encode() + path.encode()).digest()
    return base64.b64encode(hmac.new(base64.b64decode(SECRET), digest, "sha512").digest()).decode()


def test_a_futures_form_is_signed_over_its_bytes_without_the_prefix_of_the_path() -> None:
    made = prepare(CancelAllOrders(symbol="PF_XBTUSD"), SENDER)

    nonce = header(made, "Nonce")
    assert nonce is not None
    assert made.body == b"symbol=PF_XBTUSD"
    assert header(made, "APIKey") == KEY
    assert header(made, "Authent") == futures_signature("/api/v3/cancelallorders", made.body, nonce)
    assert header(made, "API-Sign") is None


def test_a_futures_query_is_signed_as_it_is_sent() -> None:
    made = prepare(raw_request("GET", "/derivatives/api/v3/fills", {"lastFillTime": "2026-01-01 00:00"}), SENDER)

    nonce = header(made, "Nonce")
    assert nonce is not None
    data = urlsplit(made.url).query.encode()
    assert data == b"lastFillTime=2026-01-01+00%3A00"
    assert header(made, "Authent") == futures_signature("/api/v3/fills", data, nonce)


def test_repeated_keys_are_spelled_one_by_one() -> None:
    made = prepare(GetTickers(symbol=["PF_XBTUSD", "PF_ETHUSD"]), Sender(HERE))

    assert urlsplit(made.url).query == "symbol=PF_XBTUSD&symbol=PF_ETHUSD"


# ---------------------------------------------------------------- what shows


def test_a_prepared_request_shows_its_name_and_nothing_else() -> None:
    made = prepare(GetAccountBalance(account_id="WX6V-JUKW"), WITH_OTP)

    assert repr(made) == "HttpRequest('POST /0/private/Balance')"


def test_a_sender_shows_neither_secret_nor_token() -> None:
    shown = repr(Sender(HERE, credentials(), bearer="the-access-token"))

    assert shown == "Sender('test', Credentials(key='k3yO…', secret=<hidden>))"


@pytest.mark.parametrize("name", ["nonce", "otp"])
def test_the_open_door_does_not_replace_what_is_signed(name: str) -> None:
    made = prepare(raw_request("POST", "/0/private/Balance", {name: "1"}), WITH_OTP)

    assert form(made)[name] != "1"


def test_a_header_member_with_a_line_break_is_refused() -> None:
    with pytest.raises(SettingsError):
        prepare(GetCustodyDepositMethods(vault_id="V1\r\nX-Other: 1"), SENDER)


def test_all_text_is_sent_as_utf_8() -> None:
    made = prepare(Save(name="Zürich ☃"), SENDER)

    assert msgspec.json.decode(made.body or b"")["name"] == "Zürich ☃"
    assert header(made, "API-Sign") == expected_signature(made, nonce_in(made))
