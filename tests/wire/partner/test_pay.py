"""Kraken Pay: samples of our own in the documented shapes, and what requests look like when they are sent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from krakenkit.errors import SettingsError
from krakenkit.wire.partner.pay import (
    CancelPayRequest,
    CancelPayTransfer,
    CreatePaylink,
    CreatePayRequest,
    CreatePayTransfer,
    GetPaylink,
    GetPaylinkConfig,
)
from krakenkit.wire.request import Request, json_value
from krakenkit.wire.rewrite import altered, exact_json, on_the_wire, unread
from krakenkit.wire.route import Resend

ID = "a" * 22

SAMPLES: list[tuple[type[Request[Any]], str]] = [
    (CreatePaylink, "{}"),
    (CreatePaylink, "null"),
    (GetPaylinkConfig, '{"expire_time": 86400}'),
    (GetPaylinkConfig, "{}"),
    (GetPaylink, '{"link": "https://pay.example/s3cret", "amount": "1.50"}'),
    (CreatePayRequest, '{"view_link": "https://pay.example/r"}'),
    (CreatePayRequest, "null"),
    (CancelPayRequest, "{}"),
    (CreatePayTransfer, "{}"),
    (CancelPayTransfer, "null"),
]


def answer(request: type[Request[Any]], text: str) -> Any:
    return request.reader()(text.encode())


@pytest.mark.parametrize(("request_class", "text"), SAMPLES, ids=[cls.__name__ for cls, _ in SAMPLES])
def test_every_member_of_a_sample_is_read_and_keeps_its_digits(request_class: type[Request[Any]], text: str) -> None:
    original, again = exact_json(text), on_the_wire(answer(request_class, text))

    assert unread(original, again) == []
    assert altered(original, again) == []


def test_answers_name_what_is_known() -> None:
    assert answer(GetPaylinkConfig, '{"expire_time": 86400}').expire_time == 86400
    assert answer(CreatePayRequest, '{"view_link": "https://pay.example/r"}').view_link == "https://pay.example/r"
    assert bytes(answer(GetPaylink, '{"amount": "1.50"}').members["amount"]) == b'"1.50"'


def test_the_repr_of_a_pay_link_hides_it() -> None:
    assert "s3cret" not in repr(answer(GetPaylink, '{"link": "https://pay.example/s3cret"}'))


@pytest.mark.parametrize(
    ("request_class", "resend"),
    [
        (CreatePaylink, Resend.NEVER),
        (CreatePayRequest, Resend.NEVER),
        (CreatePayTransfer, Resend.NEVER),
        (CancelPayRequest, Resend.CANCEL),
        (CancelPayTransfer, Resend.CANCEL),
        (GetPaylink, Resend.READ),
    ],
)
def test_what_moves_money_is_sent_once(request_class: type[Request[Any]], resend: Resend) -> None:
    assert request_class.route.resend is resend


def test_every_route_is_an_unproven_json_call_with_the_spot_envelope() -> None:
    routes = [request.route for request, _ in SAMPLES]
    assert {(r.method, r.encoding, r.venue, r.envelope, r.cost, r.unconfirmed) for r in routes} == {
        ("POST", "json", "spot", "spot", 1, True)
    }


def test_amounts_travel_as_text_and_the_payer_under_its_own_word() -> None:
    transfer = CreatePayTransfer(amount=Decimal("1.50"), asset="EUR", to="ada", external_id=ID)
    assert json_value(transfer) == {"amount": "1.50", "asset": "EUR", "to": "ada", "external_id": ID}
    asked = CreatePayRequest(amount="2", asset="EUR", from_="ada", expire_after_seconds=600)
    assert json_value(asked) == {"amount": "2", "asset": "EUR", "from": "ada", "expire_after_seconds": 600}


@pytest.mark.parametrize("external_id", ["aa", "aaa", "aaaa", "+/-_", "a" * 22])
def test_one_to_sixteen_bytes_make_an_external_id(external_id: str) -> None:
    assert GetPaylink(external_id).external_id == external_id


@pytest.mark.parametrize("external_id", ["", "a", "aa==", "a" * 5, "a" * 21, "a" * 23, "a b", "a" * 24])
def test_other_external_ids_are_refused_before_anything_is_sent(external_id: str) -> None:
    with pytest.raises(SettingsError, match="external_id"):
        CancelPayTransfer(external_id)
