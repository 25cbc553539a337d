"""Ramp and Kraken Pay over the partner client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest

from krakenkit import PartnerClient, Refused, SpotClient
from krakenkit.sandbox import Sandbox
from sandbox.loopback import Moment

PAY = {"query-funds", "withdraw-funds", "add-funds"}


def amounts(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


@contextmanager
def ramp() -> Iterator[PartnerClient]:
    with (
        Sandbox(seed=3, market=["BTC/USD", "ETH/USD"], pace=600) as box,
        PartnerClient(environment=box.environment, credentials=box.key("shop", permissions={"ramp"})) as client,
    ):
        yield client


def test_what_is_listed_can_be_bought_at_the_price_of_the_market() -> None:
    with ramp() as client:
        names = {bytes(row["asset"]).decode().strip('"') for row in client.list_ramp_buy_crypto_assets("US").assets}
        assert {"BTC", "ETH"} <= names
        assert {one.asset for one in client.list_ramp_fiat_currencies().currencies} >= {"USD", "EUR"}
        assert len(client.list_ramp_countries().countries) > 5
        method = client.list_ramp_payment_methods().methods[0].funding_type
        ways = {"in_method": method, "out_method": "crypto_address"}
        limits = client.get_ramp_limits(in_asset="USD", out_asset="BTC", **ways)
        assert limits.limits.deposit is not None
        assert limits.limits.deposit.maximum is not None
        quote = client.get_ramp_prospective_quote(
            in_asset="USD", out_asset="BTC", in_amount="500", affiliate_fee_bps="100", **ways
        )
        assert [quote.spend.total, quote.spend.affiliate_fee, quote.spend.deposit_fee] == amounts("500", "5", "15")
        assert quote.receive.total == pytest.approx(480 / quote.unit_price.unit_price, abs=Decimal("1E-9"))
        checkout = client.get_ramp_checkout_url(
            in_asset="USD", out_asset="BTC", in_amount="500", external_user_id="me", **ways
        )
        assert checkout.checkout_url.startswith("https://")
        assert checkout.request_data is not None
        assert (checkout.request_data.in_amount, checkout.request_data.external_user_id) == (Decimal(500), "me")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"in_amount": "1"}, "EFunding:Invalid amount"),
        ({"in_amount": "NaN"}, "EGeneral:Invalid arguments:in_amount"),
        ({"in_asset": "BTC"}, "EQuery:Unknown asset"),
        ({"out_asset": "USD"}, "EQuery:Unknown asset"),
        ({"in_method": "shells"}, "EGeneral:Invalid arguments:in_method"),
        ({"country": "AQ"}, "EAccount:Invalid permissions"),
        ({"affiliate_fee_bps": "-1"}, "EGeneral:Invalid arguments:affiliate_fee_bps"),
    ],
)
def test_ramp_refuses_what_it_does_not_sell(change: dict[str, Any], code: str) -> None:
    asked = {
        "in_asset": "USD",
        "out_asset": "BTC",
        "in_amount": "50",
        "in_method": "card",
        "out_method": "kraken_account",
    }
    with ramp() as client, pytest.raises(Refused) as refused:
        client.get_ramp_prospective_quote(**asked | change)
    assert refused.value.codes == (code,)


@contextmanager
def payers(**settings: Any) -> Iterator[tuple[Sandbox, PartnerClient]]:
    """Somebody with a hundred dollars, and ``bob`` with none."""
    with Sandbox(market=False, **settings) as box:
        box.key("bob", balances={})
        key = box.key("ann", balances={"USD": 100}, permissions=PAY)
        with PartnerClient(environment=box.environment, credentials=key) as client:
            yield box, client


def dollars(box: Sandbox, name: str) -> Decimal:
    with SpotClient(environment=box.environment, credentials=box.key(name)) as spot:
        return spot.get_account_balance().get("ZUSD", Decimal(0))


def wealth(box: Sandbox) -> tuple[Decimal, Decimal]:
    return dollars(box, "ann"), dollars(box, "bob")


def test_a_payment_moves_money_and_its_id_is_good_once() -> None:
    with payers() as (box, client):
        assert client.create_pay_transfer(amount="40", asset="USD", to="@bob", external_id="AAAA") is None
        assert wealth(box) == (Decimal(60), Decimal(40))
        with pytest.raises(Refused, match="external_id"):
            client.create_pay_transfer(amount="1", asset="USD", to="bob", external_id="AAAA")
        with pytest.raises(Refused, match="Unknown reference"):
            client.cancel_pay_transfer("AAAA")
        assert wealth(box) == (Decimal(60), Decimal(40))


def test_a_link_holds_its_money_until_it_is_claimed_or_taken_back() -> None:
    with payers() as (box, client):
        for external_id in ("AAAA", "BBBB"):
            client.create_paylink(amount="30", asset="USD", external_id=external_id)
        with pytest.raises(Refused, match="EFunding:Insufficient funds"):
            client.create_paylink(amount="41", asset="USD", external_id="CCCC")
        assert dollars(box, "ann") == 40
        link = bytes(client.get_paylink("AAAA").members["link"]).decode().strip('"')
        box.partners.complete_payment(link, "bob")
        client.cancel_pay_transfer("BBBB")
        client.cancel_pay_transfer("BBBB")
        assert wealth(box) == (Decimal(70), Decimal(30))
        assert bytes(client.get_paylink("AAAA").members["status"]) == b'"success"'
        with pytest.raises(Refused, match="Unknown reference"):
            client.cancel_pay_transfer("AAAA")


def test_a_link_that_nobody_opens_gives_its_money_back() -> None:
    clock = Moment()
    with payers(clock=clock) as (box, client):
        client.create_paylink(amount="30", asset="USD", external_id="AAAA")
        lives = client.get_paylink_config().expire_time
        assert lives is not None
        clock.pass_by(lives)
        assert bytes(client.get_paylink("AAAA").members["status"]) == b'"expired"'
        assert dollars(box, "ann") == 100


def test_a_request_is_paid_by_the_one_who_is_asked() -> None:
    with payers() as (box, client):
        link = client.create_pay_request(amount="5", asset="USD", external_id="CCCC", from_="bob")
        assert link is not None
        assert link.view_link is not None
        box.deposit("bob", "USD", 5)
        box.partners.complete_payment(link.view_link, "bob")
        assert wealth(box) == (Decimal(105), Decimal(0))
        client.create_pay_request(amount="5", asset="USD", external_id="DDDD")
        assert client.cancel_pay_request("DDDD") is None
        with pytest.raises(Refused, match="Unknown reference"):
            client.cancel_pay_request("CCCC")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount": "101"}, "EFunding:Insufficient funds"),
        ({"amount": "0"}, "EFunding:Invalid amount"),
        ({"amount": "-1"}, "EFunding:Invalid amount"),
        ({"amount": "0.00001"}, "EFunding:Invalid amount"),
        ({"asset": "GOLD"}, "EQuery:Unknown asset"),
        ({"to": "@nobody"}, "EGeneral:Invalid arguments:to"),
        ({"to": "ann"}, "EGeneral:Invalid arguments:to"),
    ],
)
def test_a_payment_that_cannot_be_moves_nothing(change: dict[str, str], code: str) -> None:
    asked: dict[str, str] = {"amount": "1", "asset": "USD", "to": "bob", "external_id": "AAAA"}
    with payers() as (box, client):
        with pytest.raises(Refused) as refused:
            client.create_pay_transfer(**asked | change)
        assert refused.value.codes == (code,)
        assert wealth(box) == (Decimal(100), Decimal(0))
