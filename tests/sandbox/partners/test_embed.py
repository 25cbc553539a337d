"""Embed over its own client: a user comes, trades, waits for prices, earns; and what the exchange refuses."""

from __future__ import annotations

import base64
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from krakenkit import AuthRefused, OutcomeUnknown, PartnerClient, Refused, SpotClient
from krakenkit.sandbox import Sandbox
from krakenkit.sandbox.bank.addresses import SavedAddress, Scope
from krakenkit.wire.partner.actions import CounterAsset, FixedAmount, PriceTrigger, TradeAction
from krakenkit.wire.partner.portfolio import TransactionRef
from krakenkit.wire.partner.uploads import Upload
from krakenkit.wire.partner.users import FullName, Residence
from krakenkit.wire.partner.verification import Identity, IdentityDocument
from sandbox.loopback import Moment

NAME = FullName(first_name="Ada", last_name="Example")
HOME = Residence(line1="1 Street", city="London", postal_code="N1", country="GB")
PERSON: dict[str, Any] = {
    "email": "ada@example.org",
    "external_id": "ada-1",
    "tos_version_accepted": 1,
    "full_name": NAME,
    "date_of_birth": "1990-12-10",
    "residence": HOME,
    "phone": "+442071234567",
    "nationalities": ["GB"],
    "occupation": "science",
}


@contextmanager
def partner(clock: Moment | None = None, **account: Any) -> Iterator[tuple[Sandbox, PartnerClient]]:
    """A sandbox whose prices stand still, and a partner with money."""
    settings: dict[str, Any] = {} if clock is None else {"clock": clock}
    with Sandbox(seed=3, market=["BTC/USD", "ETH/USD", "SOL/USD"], pace=600, **settings) as box:
        key = box.key("partner", permissions={"embed", "ramp"}, **account)
        with PartnerClient(environment=box.environment, credentials=key) as client:
            yield box, client


def amounts(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


def spend(amount: str, asset: str, into: str, *, fee: str = "0", spread: str = "0") -> dict[str, Any]:
    return {
        "type": "spend",
        "amount": FixedAmount(asset=asset, amount=amount),
        "quote": CounterAsset(asset=into),
        "fee_bps": fee,
        "spread_bps": spread,
    }


def test_a_user_is_found_again_as_it_was_made_and_changed() -> None:
    with partner() as (_, client):
        iiban = client.create_embed_user(**PERSON).iiban
        assert 14 <= len(iiban) <= 42
        found = client.get_embed_user(iiban)
        assert (found.user, found.external_id, found.status.state) == (iiban, "ada-1", "ok")
        assert found.status.required_actions
        assert client.update_embed_user(iiban, occupation="finance") == "success"
        document = IdentityDocument(
            identity=Identity(full_name=NAME, date_of_birth="1990-12-10"),
            document_type="passport",
            document_number="123",
            issuing_country="GB",
        )
        handed_in = client.submit_embed_verification(
            user=iiban,
            type="identity_document",
            metadata=document,
            verifier="Checkers",
            verified_at=datetime(2026, 1, 2, tzinfo=UTC),
            verifier_response={"score": 3},
            front=Upload("front.jpg", b"\xff\xd8--front\r\n\r\n", "image/jpeg"),
            back=Upload("back.jpg", b"\xff\xd8back"),
        )
        assert handed_in.verification_id
        assert client.get_embed_user(iiban).status.required_actions == []


def test_a_quote_that_is_executed_shows_in_the_portfolio_and_on_the_partners_account() -> None:
    with partner(balances={"USD": 1000}) as (box, client):
        iiban = client.create_embed_user(**PERSON).iiban
        assert client.list_embed_portfolio_details(iiban).assets == []
        assert client.get_embed_portfolio_summary(iiban).portfolio_value == 0
        quote = client.request_embed_quote(
            user=iiban, **spend("200", "USD", "BTC", fee="100", spread="50"), quote_currency="EUR"
        )
        assert (quote.status, quote.spend.total, quote.spend.fee, quote.spend.subtotal) == (
            "new",
            *amounts("200", "2", "198"),
        )
        with SpotClient(environment=box.environment) as spot:
            (ticker,) = spot.get_ticker("XBTUSD").values()
        expected = 198 / (ticker.ask.price / (1 - Decimal("0.005")))
        assert quote.receive.total == pytest.approx(expected, abs=Decimal("1E-10"))
        assert quote.unit_price.asset == "BTC"
        assert quote.unit_price.denomination_asset == "USD"
        assert quote.unit_price.unit_price > ticker.ask.price
        done = client.execute_embed_quote(user=iiban, quote_id=quote.quote_id)
        assert client.get_embed_quote(quote.quote_id, user=iiban).transaction_id == done.transaction_id

        (held,) = client.list_embed_portfolio_details(iiban).assets
        assert (held.asset, held.cash_balance, held.cost_basis) == ("BTC", quote.receive.total, Decimal(200))
        whole = client.get_embed_portfolio_summary(iiban, include_current_day_pnl=True)
        assert whole.portfolio_value == held.cash_value
        assert whole.lots_upnl == whole.portfolio_value - 200
        assert whole.current_day_pnl is not None
        assert whole.current_day_pnl.pnl == whole.lots_upnl
        (row,) = client.list_embed_portfolio_transactions(iiban, quote="USD").transactions
        assert (row.id, row.type, row.status) == (done.transaction_id, "simple_order", "successful")
        assert row.receive is not None
        assert row.receive.balance is not None
        assert row.receive.balance.amount == quote.receive.total
        with SpotClient(environment=box.environment, credentials=box.key("partner")) as spot:
            assert spot.get_account_balance()["ZUSD"] == 800
        assert client.list_embed_funding_transactions("withdrawal").transactions == []


def test_a_fixed_receipt_costs_fee_and_spread_on_top() -> None:
    with partner() as (_, client):
        iiban = client.create_embed_user(**PERSON).iiban
        plain_price, priced = (
            client.request_embed_prospective_quote(
                action=TradeAction(
                    type="receive",
                    amount=FixedAmount(asset="ETH", amount="1"),
                    quote=CounterAsset(asset="USD"),
                    fee_bps=fee,
                    spread_bps=fee,
                ),
                user=iiban,
            )
            for fee in ("0", "100")
        )
        assert plain_price.receive.total == priced.receive.total == 1
        assert priced.spend.fee == pytest.approx(priced.spend.total / 100, abs=Decimal("0.0001"))
        assert priced.spend.total > plain_price.spend.total * Decimal("1.02")


def test_what_a_user_does_not_have_cannot_be_sold_and_the_failure_is_kept() -> None:
    with partner() as (_, client):
        iiban = client.create_embed_user(**PERSON).iiban
        quote = client.request_embed_quote(user=iiban, **spend("1", "BTC", "USD"))
        with pytest.raises(Refused) as refused:
            client.execute_embed_quote(user=iiban, quote_id=quote.quote_id)
        assert refused.value.codes == ("EOrder:Insufficient funds",)
        assert client.get_embed_quote(quote.quote_id, user=iiban).status == "failed"
        (row,) = client.list_embed_portfolio_transactions(iiban, types=["simple_order_failed"]).transactions
        assert (row.status, row.ref_id) == ("failed", quote.quote_id)
        wanted = [TransactionRef(type="simple_order_quote_failed", ref_id=quote.quote_id)]
        assert len(client.list_embed_portfolio_transactions(iiban, ref_ids=wanted).transactions) == 1
        assert client.list_embed_portfolio_transactions(iiban, statuses=["successful", "no_status"]).transactions == []


def test_a_quote_is_good_once_and_for_half_a_minute() -> None:
    clock = Moment()
    with partner(clock) as (_, client):
        iiban = client.create_embed_user(**PERSON).iiban
        quote = client.request_embed_quote(user=iiban, **spend("50", "USD", "BTC"))
        client.execute_embed_quote(user=iiban, quote_id=quote.quote_id)
        late = client.request_embed_quote(user=iiban, **spend("50", "USD", "BTC"))
        clock.pass_by(31)
        for quote_id in (quote.quote_id, late.quote_id):
            with pytest.raises(Refused, match="quote_id"):
                client.execute_embed_quote(user=iiban, quote_id=quote_id)
        assert client.get_embed_quote(late.quote_id, user=iiban).status == "expired"
        assert len(client.list_embed_portfolio_transactions(iiban).transactions) == 1


def test_a_quote_outlives_a_moment_without_trading() -> None:
    with partner() as (box, client):
        iiban = client.create_embed_user(**PERSON).iiban
        quote = client.request_embed_quote(user=iiban, **spend("50", "USD", "BTC"))
        box.set_status("maintenance")
        with pytest.raises(OutcomeUnknown, match="Unavailable"):
            client.execute_embed_quote(user=iiban, quote_id=quote.quote_id)
        assert client.list_embed_portfolio_transactions(iiban).transactions == []
        box.set_status("online")
        assert client.execute_embed_quote(user=iiban, quote_id=quote.quote_id).status == "completed"


def test_a_conditional_order_waits_for_its_price_and_trades_once() -> None:
    with partner() as (_, client):
        iiban = client.create_embed_user(**PERSON).iiban
        price = client.get_embed_asset("BTC")
        (now,) = client.list_embed_assets(filter_assets=["BTC"]).assets
        assert price.symbol == "BTC"
        last = Decimal(bytes(now["price"]).decode().strip('"'))
        buy = TradeAction(**spend("100", "USD", "BTC"))
        trigger = PriceTrigger(base_asset="BTC", quote_asset="USD", target_price=last * 2, condition="gte")
        waiting = client.create_embed_custom_order(user=iiban, name="high", trigger=trigger, action=buy).order
        reached = client.create_embed_custom_order(
            user=iiban,
            name="now",
            trigger=PriceTrigger(base_asset="BTC", quote_asset="USD", target_price=last * 2, condition="lte"),
            action=buy,
        ).order
        assert (waiting.status.status, reached.status.status) == ("active", "completed")
        assert [one.name for one in client.list_embed_custom_orders(iiban).orders] == ["now", "high"]
        active = client.list_embed_custom_orders(iiban, statuses=["active", "paused"]).orders
        assert [one.id for one in active] == [waiting.id]
        assert client.cancel_embed_custom_order(waiting.id, user=iiban) is not None
        assert client.get_embed_custom_order(waiting.id, user=iiban).order.status.status == "cancelled"
        with pytest.raises(Refused):
            client.cancel_embed_custom_order(reached.id, user=iiban)
        assert len(client.list_embed_portfolio_transactions(iiban).transactions) == 1


def test_rewards_grow_on_what_is_held_and_are_paid_on_monday() -> None:
    clock = Moment()
    with partner(clock) as (_, client):
        iiban = client.create_embed_user(**PERSON).iiban
        quote = client.request_embed_quote(user=iiban, **spend("5000", "USD", "SOL"))
        client.execute_embed_quote(user=iiban, quote_id=quote.quote_id)
        assert client.toggle_embed_auto_earn(iiban, want_enabled=True) is None
        clock.pass_by(3600)
        (pending,) = client.get_embed_earn_summary(iiban).upcoming_rewards
        assert pending.accumulated_amount is not None
        expected = quote.receive.total * Decimal("0.05") / 365 / 24
        assert pending.accumulated_amount.native == pytest.approx(expected, abs=Decimal("1E-10"))
        clock.pass_by(8 * 86_400)
        (paid,) = client.list_embed_portfolio_transactions(iiban, types=["earn_reward"]).transactions
        assert paid.receive is not None
        assert paid.receive.amount is not None
        (held,) = client.list_embed_portfolio_details(iiban).assets
        assert held.cash_balance == quote.receive.total + paid.receive.amount.amount
        allocation = client.list_embed_earn_assets(assets=["SOL", "ETH"], user=iiban, currency="USD").assets["SOL"]
        assert allocation.user_allocation is not None
        assert allocation.user_allocation.total_rewarded is not None
        assert allocation.user_allocation.total_rewarded.native == paid.receive.amount.amount


def test_history_and_reports_tell_of_the_days_that_are_over() -> None:
    clock = Moment()
    with partner(clock) as (_, client):
        iiban = client.create_embed_user(**PERSON).iiban
        quote = client.request_embed_quote(user=iiban, **spend("300", "USD", "BTC"))
        client.execute_embed_quote(user=iiban, quote_id=quote.quote_id)
        assert client.list_embed_settlement_reports(filter_report_type=["trades"]).reports == []
        clock.pass_by(2 * 86_400)
        days = client.get_embed_portfolio_history(
            iiban, include_assets=["BTC"], include_total_pnl=True, start_date="2026-09-01"
        )
        assert days.history[0].total_balance is None
        last = days.history[-1]
        assert last.total_balance is not None
        assert last.total_pnl == last.total_balance - 300
        assert last.assets is not None
        reports = client.list_embed_settlement_reports(filter_report_type=["trades"])
        (report,) = reports.reports
        assert reports.meta is not None
        assert (reports.meta.total_items, reports.meta.page_number) == (1, 1)
        found = client.get_embed_settlement_report(report.id)
        with urllib.request.urlopen(found.download_url) as opened:
            table = opened.read()
        assert len(table) == report.size
        assert iiban.encode() in table
        assert base64.b64encode(table).decode() in found.download_url


def save_address(box: Sandbox, account: str, name: str) -> None:
    """An address to withdraw dollars to, as somebody saves it on the exchange's page."""
    funding = box._venue.bank.funding
    (method,) = funding.methods.of(funding.asset("USD"))
    saved = SavedAddress("A1", name, Scope(network_id=method.network.network_id), "GB00-0001")
    box._do(lambda: funding.addresses.save(account, saved))


def test_the_partners_money_goes_out_once_for_a_token() -> None:
    clock = Moment()
    with partner(clock, balances={"USD": 500}) as (box, client):
        with pytest.raises(Refused, match="Unknown withdraw key"):
            client.withdraw_embed_funds(asset="USD", key="bank", amount="100")
        save_address(box, "partner", "bank")
        preview = client.withdraw_embed_funds(asset="USD", key="bank", amount="100", preview=True)
        assert (preview.reference, preview.total) == (None, Decimal(104))
        first, again = (
            client.withdraw_embed_funds(asset="USD", key="bank", amount="100", idempotency_token="once")
            for _ in range(2)
        )
        assert first.reference == again.reference is not None
        (row,) = client.list_embed_funding_transactions("withdrawal").transactions
        assert (row.ref_id, row.amount, row.asset, row.status) == (first.reference, Decimal(100), "USD", "initial")
        with pytest.raises(Refused, match="Insufficient"):
            client.withdraw_embed_funds(asset="USD", key="bank", amount="393")
        clock.pass_by(60)
        box.advance(steps=1)
        (row,) = client.list_embed_funding_transactions("withdrawal").transactions
        assert row.status == "success"
        page = client.list_embed_funding_transactions("deposit", page_size=1)
        assert (len(page.transactions), page.next_cursor) == (1, None)


def test_assets_are_listed_by_page_and_have_prices_of_the_past() -> None:
    with partner() as (_, client):
        first = client.list_embed_assets(page_size=2, page_number=1, sort="symbol")
        second = client.list_embed_assets(page_size=2, page_number=2, sort="symbol")
        names = [bytes(row["symbol"]) for page in (first, second) for row in page.assets]
        assert names == sorted(names)
        assert len(set(names)) == 4
        rates = client.list_embed_asset_rates("BTC", interval="PT15M")
        assert rates.meta is not None
        assert rates.meta.page_newest_rate == rates.rates[-1]
        assert rates.rates[0].timestamp < rates.rates[-1].timestamp
        limits = client.get_embed_quote_limits(base_asset="BTC", quote_currency="USD")
        assert limits.minimum is not None
        assert limits.maximum is not None
        assert limits.minimum < limits.maximum


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda client, user: client.get_embed_user("AA00XXXXXXXXXXXX"), "EGeneral:Invalid arguments:user"),
        (lambda client, user: client.create_embed_user(**PERSON), "EGeneral:Invalid arguments:email"),
        (
            lambda client, user: client.create_embed_user(**PERSON | {"email": "b@example.org"}),
            "EGeneral:Invalid arguments:external_id",
        ),
        (
            lambda client, user: client.update_embed_user(user, occupation="pirate"),
            "EGeneral:Invalid arguments:occupation",
        ),
        (
            lambda client, user: client.request_embed_quote(user=user, **spend("10", "USD", "GOLD")),
            "EQuery:Unknown asset",
        ),
        (
            lambda client, user: client.request_embed_quote(user=user, **spend("10", "USD", "AAPLx")),
            "EQuery:Unknown asset",
        ),
        (
            lambda client, user: client.request_embed_quote(user=user, **spend("-5", "USD", "BTC")),
            "EFunding:Invalid amount",
        ),
        (
            lambda client, user: client.request_embed_quote(user=user, **spend("1E+999999", "USD", "BTC")),
            "EFunding:Invalid amount",
        ),
        (
            lambda client, user: client.request_embed_quote(user=user, **spend("0.5", "USD", "BTC")),
            "EOrder:Order minimum not met",
        ),
        (
            lambda client, user: client.request_embed_quote(user=user, **spend("5", "USD", "BTC", fee="10000")),
            "EGeneral:Invalid arguments:fee_bps",
        ),
        (lambda client, user: client.get_embed_quote("nothing", user=user), "EGeneral:Invalid arguments:quote_id"),
        (lambda client, user: client.get_embed_custom_order("nothing", user=user), "EOrder:Unknown order"),
        (lambda client, user: client.list_embed_assets(sort="beauty"), "EGeneral:Invalid arguments:sort"),
        (
            lambda client, user: client.list_embed_asset_rates("BTC", interval="PT7M"),
            "EGeneral:Invalid arguments:interval",
        ),
        (
            lambda client, user: client.get_embed_portfolio_history(user, start_date="yesterday"),
            "EGeneral:Invalid arguments:start_date",
        ),
        (
            lambda client, user: client.list_embed_portfolio_transactions(user, cursor="gone"),
            "EGeneral:Invalid arguments:cursor",
        ),
        (lambda client, user: client.get_embed_settlement_report("none"), "EGeneral:Invalid arguments:id"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(call: Any, code: str) -> None:
    with partner() as (_, client):
        user = client.create_embed_user(**PERSON).iiban
        with pytest.raises(Refused) as refused:
            call(client, user)
        assert refused.value.codes == (code,)
        assert client.list_embed_portfolio_details(user).assets == []


def test_another_partners_users_and_other_keys_see_nothing() -> None:
    with partner() as (box, client):
        user = client.create_embed_user(**PERSON).iiban
        rival = PartnerClient(environment=box.environment, credentials=box.key("rival", permissions={"embed"}))
        trader = PartnerClient(environment=box.environment, credentials=box.key("trader"))
        with rival, trader:
            with pytest.raises(Refused, match="user"):
                rival.get_embed_portfolio_summary(user)
            with pytest.raises(AuthRefused, match="Permission denied"):
                trader.get_embed_user(user)
            with pytest.raises(AuthRefused, match="Permission denied"):
                rival.list_ramp_countries()
