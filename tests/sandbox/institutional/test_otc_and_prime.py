"""Quotes over the counter, and Prime's users, keys and settlement, over the institutional client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest

from krakenkit import AuthRefused, Credentials, InstitutionalClient, Refused, SpotClient
from krakenkit.sandbox import Sandbox
from sandbox.loopback import Moment


@contextmanager
def desk(clock: Moment | None = None) -> Iterator[tuple[Sandbox, InstitutionalClient]]:
    """A sandbox whose prices stand still, and an institution with dollars and bitcoin."""
    settings: dict[str, Any] = {} if clock is None else {"clock": clock}
    with Sandbox(seed=3, market=["BTC/USD", "ETH/USD"], pace=600, **settings) as box:
        key = box.key("fund", balances={"USD": 1_000_000, "BTC": 5}, permissions="all")
        with InstitutionalClient(environment=box.environment, credentials=key) as client:
            yield box, client


def wealth(box: Sandbox) -> dict[str, Decimal]:
    with SpotClient(environment=box.environment, credentials=box.key("fund")) as spot:
        return spot.get_account_balance()


def test_an_accepted_quote_is_a_trade_at_its_price() -> None:
    with desk() as (box, client):
        assert client.check_otc_client().permissions
        (pair,) = [one for one in client.get_otc_pairs().spot_pairs if (one.base, one.quote) == ("BTC", "USD")]
        assert pair.min_base_amount is not None
        quote = client.create_otc_quote_request(base="BTC", quote="USD", type="buy", amount="2").quote
        assert quote.total is not None
        assert quote.price is not None
        assert quote.total == pytest.approx(2 * quote.price, abs=Decimal("0.0001"))
        with SpotClient(environment=box.environment) as spot:
            (ticker,) = spot.get_ticker("XBTUSD").values()
        assert quote.price > ticker.ask.price
        (active,) = client.get_otc_active_quotes()
        assert active == quote
        before = wealth(box)
        assert client.update_otc_quote(quote_id=quote.quote_id or "", status="accepted").quote_id == quote.quote_id
        after = wealth(box)
        assert (after["XXBT"] - before["XXBT"], before["ZUSD"] - after["ZUSD"]) == (Decimal(2), quote.total)
        assert client.get_otc_active_quotes() == []
        (past,) = client.get_otc_historical_quotes()
        assert (past.quote_id, past.status, past.settlement_status) == (quote.quote_id, "accepted", "settled")
        assert past.trade_id is not None
        with pytest.raises(Refused, match="quote_id"):
            client.update_otc_quote(quote_id=quote.quote_id or "", status="accepted")
        assert wealth(box) == after


def test_a_total_buys_what_it_is_worth() -> None:
    with desk() as (_, client):
        quote = client.create_otc_quote_request(base="ETH", quote="USD", type="sell", total="5000").quote
        assert quote.total == 5000
        assert quote.price is not None
        assert quote.amount == pytest.approx(5000 / quote.price, abs=Decimal("1E-7"))


def test_quotes_that_are_rejected_or_too_old_trade_nothing() -> None:
    clock = Moment()
    with desk(clock) as (box, client):
        before = wealth(box)
        one, other = (
            client.create_otc_quote_request(base="BTC", quote="USD", type="sell", amount="1").quote.quote_id or ""
            for _ in range(2)
        )
        client.update_otc_quote(quote_id=one, status="rejected")
        clock.pass_by(20)
        with pytest.raises(Refused, match="quote_id"):
            client.update_otc_quote(quote_id=other, status="accepted")
        assert [row.status for row in client.get_otc_historical_quotes()] == ["expired", "rejected"]
        assert wealth(box) == before


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"base": "GOLD"}, "EQuery:Unknown asset"),
        ({"base": "USD", "quote": "BTC"}, "EQuery:Unknown asset pair"),
        ({"base": "ETH", "quote": "BTC"}, "EQuery:Unknown asset pair"),
        ({"amount": "0.000000001"}, "EFunding:Invalid amount"),
        ({"amount": "0.0001"}, "EOrder:Order minimum not met"),
        ({"amount": "1000000"}, "EFunding:Invalid amount"),
        ({"type": "hold"}, "EGeneral:Invalid arguments:type"),
    ],
)
def test_what_the_desk_does_not_quote_is_refused(change: dict[str, Any], code: str) -> None:
    asked: dict[str, Any] = {"base": "BTC", "quote": "USD", "type": "buy", "amount": "1"}
    with desk() as (_, client):
        with pytest.raises(Refused) as refused:
            client.create_otc_quote_request(**asked | change)
        assert refused.value.codes == (code,)
        assert client.get_otc_active_quotes() == []


def test_more_than_the_account_has_is_not_traded() -> None:
    with desk() as (box, client):
        quote = client.create_otc_quote_request(base="BTC", quote="USD", type="sell", amount="6").quote
        before = wealth(box)
        with pytest.raises(Refused, match="Insufficient funds"):
            client.update_otc_quote(quote_id=quote.quote_id or "", status="accepted")
        assert wealth(box) == before
        assert len(client.get_otc_active_quotes()) == 1


# --- Prime ------------------------------------------------------------------------------------------------------------


def test_a_user_of_prime_and_its_keys_live_and_end() -> None:
    with desk() as (box, client):
        user = client.create_prime_api_user(name="Robot", role="Viewer")
        assert client.list_prime_api_users().data == [user]
        made = client.create_prime_api_user_key(user.id)
        with SpotClient(environment=box.environment, credentials=Credentials(made.api_key, made.api_secret)) as robot:
            assert robot.get_account_balance()["XXBT"] == 5
            with pytest.raises(AuthRefused, match="Permission denied"):
                robot.cancel_all_orders()
            assert client.update_prime_api_user_roles(user.id, role="Trader").roles == ["Trader"]
            assert robot.cancel_all_orders().count == 0
            changed = client.update_prime_api_user(user.id, name="Idle", status="Disabled")
            assert client.get_prime_api_user(user.id).data == changed
            with pytest.raises(AuthRefused, match="Permission denied"):
                robot.get_account_balance()
            client.update_prime_api_user(user.id, status="Enabled")
            client.update_prime_api_user_key(user_id=user.id, key_id=made.id, whitelisted_ips=["127.0.0.0/8"])
            (listed,) = client.list_prime_api_user_keys(user.id).data
            assert (listed.id, listed.key, listed.whitelisted_ips) == (made.id, made.api_key, ["127.0.0.0/8"])
            client.update_prime_api_user_key(user_id=user.id, key_id=made.id, whitelisted_ips=["10.0.0.1"])
            with pytest.raises(AuthRefused, match="Invalid key"):
                robot.get_account_balance()
            client.update_prime_api_user_key(user_id=user.id, key_id=made.id, whitelisted_ips=[])
            assert robot.get_account_balance()["XXBT"] == 5
            with pytest.raises(Refused, match="whitelisted_ips"):
                client.update_prime_api_user_key(user_id=user.id, key_id=made.id, whitelisted_ips=["home"])
            assert client.delete_prime_api_user_key(user_id=user.id, key_id=made.id).deleted
            with pytest.raises(AuthRefused, match="Invalid key"):
                robot.get_account_balance()
        assert client.list_prime_api_user_keys(user.id).data == []


def test_trades_of_prime_wait_for_a_batch_that_nets_them() -> None:
    with desk() as (box, client):
        client.create_prime_api_user(name="Robot", role="Trader")
        before = wealth(box)
        for side, amount in (("buy", "3"), ("sell", "1")):
            quote = client.create_otc_quote_request(base="BTC", quote="USD", type=side, amount=amount).quote
            assert quote.settlement == "flexible"
            client.update_otc_quote(quote_id=quote.quote_id or "", status="accepted")
        assert wealth(box) == before
        bought, sold = reversed(client.get_otc_historical_quotes())
        assert bought.total is not None
        assert sold.total is not None
        assert client.get_otc_exposures().used_otc == bought.total + sold.total

        batch = client.create_prime_settlement_batch().batch
        assert batch is not None
        owed = {leg.asset: leg.amount for leg in batch.legs}
        assert owed == {"BTC": Decimal(2), "USD": sold.total - bought.total}
        with pytest.raises(Refused, match="ETrade"):
            client.create_prime_settlement_batch()
        transfer = client.settle_prime_settlement_batch_asset(batch_id=batch.id or "", asset="USD").transfer
        assert transfer.attributes is not None
        assert transfer.attributes.transfer_amount == bought.total - sold.total
        half = client.get_prime_settlement_batch(batch.id or "").batch
        assert half is not None
        assert half.attributes is not None
        assert half.attributes.status == "partially_settled"
        client.settle_prime_settlement_batch_asset(batch_id=batch.id or "", asset="XBT")
        with pytest.raises(Refused, match="Unknown asset"):
            client.settle_prime_settlement_batch_asset(batch_id=batch.id or "", asset="BTC")
        after = wealth(box)
        assert (after["XXBT"] - before["XXBT"], after["ZUSD"] - before["ZUSD"]) == (owed["BTC"], owed["USD"])
        assert client.get_otc_exposures().used_otc == 0
        assert {row.settlement_status for row in client.get_otc_historical_quotes()} == {"settled"}
        (listed,) = client.list_prime_settlement_batches(statuses=["settled"]).data
        assert listed.id == batch.id
        assert client.list_prime_settlement_batches(statuses=["unsettled"]).data == []


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda c: c.create_prime_api_user(name="X", role="Admin"), "EGeneral:Invalid arguments:role"),
        (lambda c: c.create_prime_api_user(name=" ", role="Trader"), "EGeneral:Invalid arguments:name"),
        (lambda c: c.get_prime_api_user("nobody"), "EGeneral:Invalid arguments:user_id"),
        (lambda c: c.create_prime_api_user_key("nobody"), "EGeneral:Invalid arguments:user_id"),
        (lambda c: c.create_prime_settlement_batch(), "ETrade:Invalid request"),
        (lambda c: c.create_prime_settlement_batch(asset_kind="nft"), "EGeneral:Invalid arguments:asset_kind"),
        (lambda c: c.get_prime_settlement_batch("none"), "EGeneral:Invalid arguments:batch_id"),
        (lambda c: c.list_prime_settlement_batches(limit=0), "EGeneral:Invalid arguments:limit"),
        (lambda c: c.list_prime_settlement_batches(offset=-1), "EGeneral:Invalid arguments:offset"),
    ],
)
def test_prime_refuses_what_is_not_there(call: Any, code: str) -> None:
    with desk() as (_, client):
        with pytest.raises(Refused) as refused:
            call(client)
        assert refused.value.codes == (code,)
        assert client.list_prime_api_users().data == []
