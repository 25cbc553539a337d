"""Embed: what requests look like when they are sent, and what is refused before."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from krakenkit.errors import SettingsError
from krakenkit.wire.partner.actions import CounterAsset, FixedAmount, PriceTrigger, TradeAction
from krakenkit.wire.partner.assets import ListEmbedAssets
from krakenkit.wire.partner.custom_orders import CreateEmbedCustomOrder
from krakenkit.wire.partner.earn import ListEmbedEarnAssets, ToggleEmbedAutoEarn
from krakenkit.wire.partner.funds import ListEmbedFundingTransactions, ListEmbedSettlementReports
from krakenkit.wire.partner.portfolio import (
    GetEmbedPortfolioHistory,
    GetEmbedPortfolioSummary,
    ListEmbedPortfolioTransactions,
)
from krakenkit.wire.partner.quotes import GetEmbedQuote, RequestEmbedQuote
from krakenkit.wire.partner.uploads import Upload
from krakenkit.wire.partner.users import CreateEmbedUser, FullName, Residence, TaxId, UpdateEmbedUser
from krakenkit.wire.partner.verification import Identity, IdentityDocument, SubmitEmbedVerification
from krakenkit.wire.request import fill_path, form_text, json_value, wire_params

USER = "AA45 N84G WXYZ Q7LA"


def test_path_parameters_are_escaped_and_leave_the_query() -> None:
    params = wire_params(GetEmbedQuote("Q/7", USER))

    assert fill_path(GetEmbedQuote.route.path, params) == "/b2b/quotes/Q%2F7"
    assert form_text(params) == "user=AA45+N84G+WXYZ+Q7LA"


def test_bracketed_names_are_spelled_as_the_manual_spells_them() -> None:
    asked = ListEmbedAssets(filter_tradable_only=True, page_size=50, page_number=2, sort="-market_cap_rank")
    assert form_text(wire_params(asked)) == (
        "filter%5Btradable_only%5D=true&sort=-market_cap_rank&page%5Bsize%5D=50&page%5Bnumber%5D=2"
    )
    lists = ListEmbedAssets(filter_assets=["BTC"], filter_platform_statuses=["enabled"])
    assert list(wire_params(lists)) == ["filter[assets][]", "filter[platform_statuses][]"]
    assert list(wire_params(GetEmbedPortfolioHistory("AA45", include_assets=["BTC"], include_total_pnl=True))) == [
        "user",
        "include[assets][]",
        "include[total_pnl]",
    ]
    assert wire_params(GetEmbedPortfolioSummary("AA45", include_current_day_pnl=True)) == {
        "user": "AA45",
        "include[current_day_pnl]": True,
    }


def test_plain_lists_of_a_query_are_sent_as_repeated_keys() -> None:
    asked = ListEmbedPortfolioTransactions(USER, types=["simple_order", "earn_reward"], assets=["BTC"], ids=["a", "b"])
    params = wire_params(asked)
    fill_path(asked.route.path, params)

    assert form_text(params, repeat=asked.route.repeat) == (
        "types=simple_order&types=earn_reward&assets=BTC&ids=a&ids=b"
    )


def test_a_quote_request_nests_its_amounts_as_text() -> None:
    asked = RequestEmbedQuote(
        user=USER,
        type="spend",
        amount=FixedAmount(asset="EUR", amount=Decimal("50.00")),
        quote=CounterAsset(asset="BTC"),
        fee_bps="25",
        spread_bps="10",
    )

    assert json_value(asked) == {
        "user": USER,
        "type": "spend",
        "amount": {"asset": "EUR", "amount": "50.00"},
        "quote": {"asset": "BTC"},
        "fee_bps": "25",
        "spread_bps": "10",
    }
    assert RequestEmbedQuote.route.in_query == ("user",)


def test_the_switch_of_auto_earn_travels_in_the_query() -> None:
    assert wire_params(ToggleEmbedAutoEarn("AA45", False)) == {"user": "AA45", "want_enabled": False}
    assert ToggleEmbedAutoEarn.route.in_query == ("want_enabled",)


def test_a_custom_order_says_what_it_waits_for() -> None:
    order = CreateEmbedCustomOrder(
        user=USER,
        name="dip",
        trigger=PriceTrigger(base_asset="BTC", quote_asset="EUR", target_price="80000.50", condition="lte"),
        action=TradeAction(
            type="spend",
            amount=FixedAmount(asset="EUR", amount="50"),
            quote=CounterAsset(asset="BTC"),
            fee_bps="25",
            spread_bps="0",
        ),
    )

    body = json_value(order)

    assert isinstance(body, dict)
    assert body["trigger"] == {
        "type": "price",
        "base_asset": "BTC",
        "quote_asset": "EUR",
        "target_price": "80000.50",
        "condition": "lte",
    }


def person(**changes: Any) -> CreateEmbedUser:
    fields: dict[str, Any] = {
        "email": "ada@example.com",
        "external_id": "u-9",
        "tos_version_accepted": 3,
        "full_name": FullName(first_name="Ada", last_name="Byron"),
        "date_of_birth": "1990-12-10",
        "residence": Residence(line1="1 Main St", city="London", postal_code="W1", country="GB"),
        "phone": "+442071234567",
        "nationalities": ["GB"],
        "occupation": "science",
    }
    return CreateEmbedUser(**(fields | changes))


def test_a_new_user_travels_as_nested_json_without_what_was_left_out() -> None:
    body = json_value(person(tax_ids=[TaxId(id="12-3", issuing_country="GB")]))

    assert isinstance(body, dict)
    assert body["full_name"] == {"first_name": "Ada", "last_name": "Byron"}
    assert body["tax_ids"] == [{"id": "12-3", "issuing_country": "GB"}]
    assert "language" not in body


def test_a_change_of_a_user_needs_something_to_change() -> None:
    assert wire_params(UpdateEmbedUser("AA45", phone="+15550100")) == {"user": "AA45", "phone": "+15550100"}
    with pytest.raises(SettingsError, match="nothing to change"):
        UpdateEmbedUser("AA45")


def verification(**changes: Any) -> SubmitEmbedVerification:
    identity = Identity(full_name=FullName(first_name="Ada", last_name="Byron"), date_of_birth="1990-12-10")
    fields: dict[str, Any] = {
        "user": "AA45",
        "type": "identity_document",
        "metadata": IdentityDocument(
            identity=identity, document_type="passport", document_number="P1", issuing_country="GB"
        ),
        "verifier": "Checkers Ltd",
        "verified_at": "2026-03-01T10:00:00Z",
        "front": Upload("front.jpg", b"\xff\xd8front", "image/jpeg"),
    }
    return SubmitEmbedVerification(**(fields | changes))


def test_what_the_provider_said_travels_inside_the_metadata_part() -> None:
    report = Upload("report.pdf", b"%PDF", "application/pdf")

    parts = wire_params(verification(verifier_response={"score": 9}, verifier_response_file=report))

    assert list(parts) == ["user", "type", "metadata", "front", "verifier_response"]
    assert parts["verifier_response"] is report
    metadata = json_value(parts["metadata"])
    assert isinstance(metadata, dict)
    assert metadata["verifier"] == "Checkers Ltd"
    assert metadata["verifier_response"] == {"score": 9}
    assert metadata["identity"] == {
        "full_name": {"first_name": "Ada", "last_name": "Byron"},
        "date_of_birth": "1990-12-10",
    }


def test_the_repr_of_an_upload_hides_its_bytes() -> None:
    upload = Upload("front.jpg", b"private picture", "image/jpeg")

    assert repr(upload) == "Upload(filename='front.jpg', content=<15 bytes>, content_type='image/jpeg')"
    assert "private" not in repr(verification(front=upload))


@pytest.mark.parametrize(
    ("filename", "content", "content_type", "said"),
    [
        ('a"b.jpg', b"x", "image/jpeg", "filename"),
        ("a\r\nX: y.jpg", b"x", "image/jpeg", "filename"),
        ("../a.jpg", b"x", "image/jpeg", "without folders"),
        ("", b"x", "image/jpeg", "filename"),
        ("a.jpg", b"", "image/jpeg", "no content"),
        ("a.jpg", b"x", "image/jpeg\r\nX: y", "content_type"),
    ],
)
def test_an_upload_that_would_break_the_form_is_refused(
    filename: str, content: bytes, content_type: str, said: str
) -> None:
    with pytest.raises(SettingsError, match=said):
        Upload(filename, content, content_type)


def test_documented_limits_are_checked_before_anything_is_sent() -> None:
    with pytest.raises(SettingsError, match="1 to 100"):
        ListEmbedAssets(page_size=101)
    with pytest.raises(SettingsError, match="at least 1"):
        ListEmbedSettlementReports(page_number=0)
    with pytest.raises(SettingsError, match="at most 100"):
        ListEmbedAssets(filter_assets=["BTC"] * 101)
    with pytest.raises(SettingsError, match="1 to 500"):
        ListEmbedFundingTransactions("deposit", page_size=0)
    with pytest.raises(SettingsError, match="needs currency"):
        ListEmbedEarnAssets(user="AA45")
    with pytest.raises(SettingsError, match="nationalities"):
        person(nationalities=[])
    with pytest.raises(SettingsError, match="float"):
        FixedAmount(asset="EUR", amount=0.1)  # type: ignore[arg-type]
