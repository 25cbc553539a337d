"""What partners and institutions made is still there when a sandbox is saved and loaded again."""

from __future__ import annotations

from pathlib import Path

from krakenkit import Credentials, InstitutionalClient, PartnerClient, SpotClient
from krakenkit.sandbox import Sandbox
from krakenkit.wire.partner.actions import CounterAsset, FixedAmount, PriceTrigger, TradeAction
from krakenkit.wire.spot.oauth import FastKeyPermissions
from sandbox.loopback import Moment
from sandbox.partners.test_embed import PERSON, spend


def test_partners_go_on_after_loading(tmp_path: Path) -> None:
    clock, file = Moment(), tmp_path / "box"
    with Sandbox(seed=3, market=["BTC/USD"], pace=600, clock=clock) as box:
        key = box.key("fund", permissions="all")
        with PartnerClient(environment=box.environment, credentials=key) as partner:
            user = partner.create_embed_user(**PERSON).iiban
            quote = partner.request_embed_quote(user=user, **spend("100", "USD", "BTC"))
            partner.execute_embed_quote(user=user, quote_id=quote.quote_id)
            order = partner.create_embed_custom_order(
                user=user,
                name="later",
                trigger=PriceTrigger(base_asset="BTC", quote_asset="USD", target_price="1", condition="lte"),
                action=TradeAction(
                    type="spend",
                    amount=FixedAmount(asset="USD", amount="10"),
                    quote=CounterAsset(asset="BTC"),
                    fee_bps="0",
                    spread_bps="0",
                ),
            ).order
            partner.toggle_embed_auto_earn(user, want_enabled=True)
            partner.create_paylink(amount="5", asset="USD", external_id="AAAA")
            before = partner.list_embed_portfolio_transactions(user)
        client_id, client_secret = box.partners.oauth_app()
        code = box.partners.consent(client_id, "fund")
        with SpotClient(environment=box.environment) as spot:
            token = spot.get_oauth_access_token(
                client_id=client_id, client_secret=client_secret, grant_type="authorization_code", code=code
            )
        with SpotClient(environment=box.environment, access_token=token.access_token) as owner:
            made = owner.create_oauth_fast_api_key(
                api_key_name="robot", ip_allowlist=[], permissions=FastKeyPermissions(funds_query=True)
            )
        vault = box.partners.custody_vault("fund", balances={"BTC": 2})
        with InstitutionalClient(environment=box.environment, credentials=key) as desk:
            robot = desk.create_prime_api_user(name="Robot", role="Trader")
            waiting = desk.create_otc_quote_request(base="BTC", quote="USD", type="buy", amount="1").quote
            tasks = desk.list_custody_tasks().rows
        box.save(file)

    with Sandbox.load(file, clock=clock) as again:
        with PartnerClient(environment=again.environment, credentials=key) as partner:
            assert partner.list_embed_portfolio_transactions(user) == before
            assert partner.get_embed_custom_order(order.id, user=user).order == order
            assert partner.cancel_embed_custom_order(order.id, user=user) is not None
            assert partner.get_embed_earn_summary(user).auto_earn_enabled
            partner.cancel_pay_transfer("AAAA")
        with SpotClient(environment=again.environment, access_token=token.access_token) as owner:
            assert [one.id for one in owner.list_oauth_fast_api_keys()] == [made.id]
            kept = Credentials(made.api_key or "", made.secret or "")
            with SpotClient(environment=again.environment, credentials=kept) as bot:
                assert bot.get_account_balance()["XXBT"] > 0
            owner.delete_oauth_fast_api_key("robot")
        with InstitutionalClient(environment=again.environment, credentials=key) as desk:
            assert desk.list_prime_api_users().data == [robot]
            assert desk.list_custody_tasks().rows == tasks
            assert desk.get_custody_balance(vault).result["BTC"].balance == 2
            desk.update_otc_quote(quote_id=waiting.quote_id or "", status="accepted")
            assert desk.create_prime_settlement_batch().batch is not None
