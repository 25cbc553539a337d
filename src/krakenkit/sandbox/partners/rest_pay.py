"""REST of Kraken Pay."""

from __future__ import annotations

from typing import Final

import msgspec

from krakenkit.sandbox.encode import stamp
from krakenkit.sandbox.partners.pay import LINK_LIFE, Pay
from krakenkit.sandbox.rest.desk import Caller
from krakenkit.sandbox.routing import endpoint
from krakenkit.wire.partner import pay


def _pay(caller: Caller) -> Pay:
    """Payments with everything that is due by now done."""
    payments = caller.venue.partners.pay
    payments.pass_time(caller.venue.exchange, caller.now)
    return payments


def create_link(caller: Caller, request: pay.CreatePaylink) -> None:
    _pay(caller).link(caller.venue.exchange, caller.account, request, caller.now)


def link_config(caller: Caller, request: pay.GetPaylinkConfig) -> pay.PaylinkConfig:
    return pay.PaylinkConfig(expire_time=LINK_LIFE)


def get_link(caller: Caller, request: pay.GetPaylink) -> pay.Paylink:
    """No page shows the members of a link; these are ours."""
    found = _pay(caller).find(caller.account, request.external_id, "link")
    members = {
        "link": found.address,
        "external_id": found.external_id,
        "asset": found.asset,
        "amount": f"{found.amount:f}",
        "status": found.state,
        "created_at": stamp(found.created_at),
        "expires_at": stamp(found.expires_at or 0),
        "note": found.note,
    }
    return pay.Paylink(
        {name: msgspec.Raw(msgspec.json.encode(value)) for name, value in members.items() if value is not None}
    )


def create_request(caller: Caller, request: pay.CreatePayRequest) -> pay.PayRequestLink:
    made = _pay(caller).request(caller.venue.exchange, caller.account, request, caller.now)
    return pay.PayRequestLink(view_link=made.address)


def cancel_request(caller: Caller, request: pay.CancelPayRequest) -> None:
    payments = _pay(caller)
    payments.cancel(caller.venue.exchange, payments.find(caller.account, request.external_id, "request"), caller.now)


def create_transfer(caller: Caller, request: pay.CreatePayTransfer) -> None:
    _pay(caller).transfer(caller.venue.exchange, caller.account, request, caller.now)


def cancel_transfer(caller: Caller, request: pay.CancelPayTransfer) -> None:
    payments = _pay(caller)
    found = payments.find(caller.account, request.external_id, "transfer", "link")
    payments.cancel(caller.venue.exchange, found, caller.now)


ENDPOINTS: Final = (
    endpoint(pay.CreatePaylink, create_link),
    endpoint(pay.GetPaylinkConfig, link_config),
    endpoint(pay.GetPaylink, get_link),
    endpoint(pay.CreatePayRequest, create_request),
    endpoint(pay.CancelPayRequest, cancel_request),
    endpoint(pay.CreatePayTransfer, create_transfer),
    endpoint(pay.CancelPayTransfer, cancel_transfer),
)
