"""Embed: answers, by samples of our own in the documented shapes, and where the calls go."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from krakenkit.wire.partner.assets import GetEmbedAsset, ListEmbedAssetRates, ListEmbedAssets
from krakenkit.wire.partner.custom_orders import (
    CancelEmbedCustomOrder,
    CreateEmbedCustomOrder,
    GetEmbedCustomOrder,
    ListEmbedCustomOrders,
)
from krakenkit.wire.partner.earn import GetEmbedEarnSummary, ListEmbedEarnAssets, ToggleEmbedAutoEarn
from krakenkit.wire.partner.funds import (
    GetEmbedSettlementReport,
    ListEmbedFundingTransactions,
    ListEmbedSettlementReports,
    WithdrawEmbedFunds,
)
from krakenkit.wire.partner.portfolio import (
    GetEmbedPortfolioHistory,
    GetEmbedPortfolioSummary,
    ListEmbedPortfolioDetails,
    ListEmbedPortfolioTransactions,
)
from krakenkit.wire.partner.quotes import (
    ExecuteEmbedQuote,
    GetEmbedQuote,
    GetEmbedQuoteLimits,
    RequestEmbedProspectiveQuote,
    RequestEmbedQuote,
)
from krakenkit.wire.partner.users import CreateEmbedUser, GetEmbedUser, UpdateEmbedUser
from krakenkit.wire.partner.verification import SubmitEmbedVerification
from krakenkit.wire.request import Request
from krakenkit.wire.rewrite import altered, exact_json, on_the_wire, unread
from krakenkit.wire.route import Resend

SIDES = """
    "spend": {"asset": "EUR", "asset_class": "currency", "total": "50.00", "fee": "0.75", "subtotal": "49.25"},
    "receive": {"asset": "BTC", "asset_class": "currency", "total": "0.00051230", "fee": "0", "subtotal": "0.00051230"},
    "unit_price": {"asset": "BTC", "unit_price": "96135.07", "denomination_asset": "EUR",
                   "asset_class": "currency", "denomination_asset_class": "currency"}
"""

QUOTE = f"""{{"quote_id": "QAT4-77", "type": "spend", "status": "new", "expires": "2026-03-01T10:00:05Z", {SIDES},
    "quoted_spend": {{"asset": "USD", "total": "54.10", "fee": "0.81", "subtotal": "53.29"}},
    "quoted_receive": {{"asset": "USD", "total": "53.29"}},
    "quoted_unit_price": {{"asset": "BTC", "unit_price": "104020.10"}}, "transaction_id": "TXA1"}}"""

ORDER = """{"id": "CO-1", "name": "dip", "created_at": "2026-03-01T10:00:00Z", "updated_at": "2026-03-01T10:01:00Z",
    "action": {"type": "spend", "amount": {"asset": "EUR", "amount": "50.00", "asset_class": "currency"},
               "quote": {"asset": "BTC"}, "fee_bps": "25", "spread_bps": "10"},
    "trigger": {"type": "price", "base_asset": "BTC", "quote_asset": "EUR", "target_price": "80000.50",
                "condition": "lte"},
    "status": {"status": "cancelled", "reason": "asked for"}}"""

USER_TEXT = """{"user": "AA45", "external_id": "u-9", "user_type": "individual", "created_at": "2026-01-02T03:04:05Z",
    "status": {"state": "ok", "required_actions": [{"action_type": "verification", "verification_type": "identity",
               "reasons": ["initial_onboarding"], "deadline": "2026-02-01T00:00:00Z"}]}}"""

ASSETS = """{"assets": [{"symbol": "BTC", "price": "96000.10"}], "links": {"next": "/b2b/assets?page=2"},
    "meta": {"total_items": 120, "total_pages": 3, "page_size": 50, "page_number": 1}}"""

ASSET = """{"symbol": "BTC", "english_name": "Bitcoin", "description": "d", "bearish_insights": "b",
    "bullish_insights": "c", "links": {"self": {"href": "/b2b/assets/BTC", "type": "application/json"}},
    "circulating_supply": "19800000.12", "total_supply": "19800000.12", "max_supply": "21000000",
    "market_cap_value": "1900000000000.5", "dominance_percent": "57.31", "market_cap_rank": 1,
    "change_value_24h": "-310.20", "change_percent_24h": "-0.32", "volume_value_24h": "1.50",
    "ath_value": "126000.00", "ath_date": "2025-10-06"}"""

RATES = """{"rates": [{"timestamp": "2026-03-01T10:00:00Z", "price": "96000.10"}],
    "meta": {"page_oldest_rate": {"timestamp": "2026-03-01T10:00:00Z", "price": "96000.10"},
             "page_newest_rate": {"timestamp": "2026-03-01T10:15:00Z", "price": "96001.10"},
             "page_price_change_value": "1.00", "page_price_change_percent": "0.0010"}}"""

LIMITS = """{"asset": "BTC", "minimum": "0.00010", "maximum": "2.5", "precision": 8,
    "minimum_tradable_amount": "0.00005", "minimum_in_display": {"asset": "EUR", "amount": "9.60"},
    "maximum_in_display": {"asset": "EUR", "amount": "240000.00"},
    "minimum_tradable_amount_in_display": {"asset": "EUR", "amount": "4.80"}}"""

SUMMARY = """{"timestamp": "2026-03-01T10:00:00Z", "currency": "EUR", "portfolio_value": "1000.10",
    "withheld_value": "0.00", "open_orders": "25.5", "available_balance": "974.60", "lots_upnl": "-3.20",
    "cost_basis": "1003.30", "current_day_pnl": {"since": "2026-03-01T00:00:00Z", "pnl": "1.05"}}"""

HISTORY = """{"start_date": "2026-02-01", "end_date": "2026-03-01", "currency": "EUR", "total_pnl": "12.5",
    "total_pnl_pct": "1.25", "next_cursor": "abc", "history": [{"date": "2026-02-01", "total_balance": null},
    {"date": "2026-02-02", "total_balance": "990.10", "total_pnl": "1.1", "total_pnl_pct": "0.11",
     "assets": {"BTC": {"balance": "0.010"}}}]}"""

DETAILS = """{"timestamp": "2026-03-01T10:00:00Z", "currency": "EUR", "assets": [{"asset": "BTC", "class": "currency",
    "cash_balance": "0.0100", "index_price": "96000.1", "cash_value": "960.00", "held_orders_spot": "0",
    "avail_trade": "0.0100", "avail_trade_value": "960.00", "credit_line_used": "0", "credit_line_available": "0",
    "lots_upnl": "-3.20", "avg_entry_price": "96320", "cost_basis": "963.20"}]}"""

TRANSACTIONS = """{"stats": {"transactions_seen": 31}, "next_cursor": "c2", "transactions": [{"id": "TX1",
    "time": "2026-03-01T10:00:00Z", "type": "simple_order", "status": "successful", "ref_id": "R1", "ref_id2": "R2",
    "spend": {"amount": {"asset": "EUR", "amount": "49.25", "asset_class": "currency", "asset_name": "Euro"},
              "fee": {"asset": "EUR", "amount": "0.75"}, "total": {"asset": "EUR", "amount": "50.00"},
              "balance": {"asset": "EUR", "amount": "1.00"}, "ledger_id": "L1", "time": "2026-03-01T10:00:00Z",
              "quoted_amount": {"asset": "USD", "amount": "53.29"}, "quoted_fee": {"asset": "USD", "amount": "0.81"},
              "quoted_total": {"asset": "USD", "amount": "54.10"}},
    "receive": {"amount": {"asset": "BTC", "amount": "0.00051230"}}}]}"""

EARN = """{"auto_earn_eligible": true, "auto_earn_enabled": false, "payout_period": "P7D", "num_earning_assets": 2,
    "total_allocated_converted": "100.50", "total_rewarded_converted_true_rates": "1.25",
    "total_rewarded_converted_current_rate": "1.30", "auto_earn_last_changed": "2026-01-01T00:00:00Z",
    "upcoming_rewards": [{"date": "2026-03-08T00:00:00Z", "asset": "ETH",
        "accumulated_amount": {"native": "0.0010", "converted": "3.01"}, "estimated_pending_amount": null}]}"""

EARN_ASSETS = """{"assets": {"ETH": {"apr_estimate": {"low": "1.5", "high": "2.75"}, "user_allocation": {
    "total_allocated": {"native": "0.50", "converted": "1500.00"}, "total_rewarded": null,
    "upcoming_reward_date": "2026-03-08"}}, "SOL": {"apr_estimate": null}}}"""

FUNDING = """{"next_cursor": null, "transactions": [{"type": "deposit", "date": "2026-03-01T10:00:00Z", "asset": "EUR",
    "amount": "1000.00", "status": "success", "ref_id": "F1"}]}"""

REPORTS = """{"reports": [{"id": "r1", "date": "2026-03-01", "type": "trades", "size": 2048, "name": "trades.csv"}],
    "links": {"self": "/p1", "first": "/p1", "last": "/p2", "next": "/p2"}, "meta": {"total_items": 21,
    "total_pages": 2, "page_size": 20, "page_number": 1}}"""

DOWNLOAD = """{"id": "r1", "date": "2026-03-01", "type": "trades", "size": 2048, "name": "trades.csv",
    "download_url": "https://files.example/r1?signature=s3cret", "expires_at": "2026-03-01T10:05:00Z"}"""

SAMPLES: list[tuple[type[Request[Any]], str]] = [
    (CreateEmbedUser, '{"user": {"iiban": "AA45"}}'),
    (CreateEmbedUser, '{"user": "AA45"}'),
    (GetEmbedUser, USER_TEXT),
    (UpdateEmbedUser, '"success"'),
    (SubmitEmbedVerification, '{"verification_id": "V1"}'),
    (ListEmbedAssets, ASSETS),
    (GetEmbedAsset, ASSET),
    (ListEmbedAssetRates, RATES),
    (RequestEmbedQuote, QUOTE),
    (GetEmbedQuote, QUOTE),
    (GetEmbedQuote, QUOTE.replace('"new"', '{"state": "executed"}')),
    (ExecuteEmbedQuote, '{"quote_id": "QAT4-77", "status": "pending", "transaction_id": "TXA1"}'),
    (GetEmbedQuoteLimits, LIMITS),
    (RequestEmbedProspectiveQuote, f'{{"type": "spend", {SIDES}}}'),
    (CreateEmbedCustomOrder, f'{{"order": {ORDER}}}'),
    (ListEmbedCustomOrders, f'{{"orders": [{ORDER}], "next_cursor": "n"}}'),
    (GetEmbedCustomOrder, f'{{"order": {ORDER}}}'),
    (CancelEmbedCustomOrder, f'{{"order": {ORDER}}}'),
    (CancelEmbedCustomOrder, "null"),
    (GetEmbedPortfolioSummary, SUMMARY),
    (GetEmbedPortfolioHistory, HISTORY),
    (ListEmbedPortfolioDetails, DETAILS),
    (ListEmbedPortfolioTransactions, TRANSACTIONS),
    (GetEmbedEarnSummary, EARN),
    (ListEmbedEarnAssets, EARN_ASSETS),
    (ToggleEmbedAutoEarn, "null"),
    (ToggleEmbedAutoEarn, "{}"),
    (WithdrawEmbedFunds, '{"reference_id": "W1"}'),
    (WithdrawEmbedFunds, '{"ref_id": "W2", "amount": "10.00", "fee": "0.10", "total": "10.10", "fee_token": "t"}'),
    (ListEmbedFundingTransactions, FUNDING),
    (ListEmbedSettlementReports, REPORTS),
    (GetEmbedSettlementReport, DOWNLOAD),
]


def answer(request: type[Request[Any]], text: str) -> Any:
    return request.reader()(text.encode())


@pytest.mark.parametrize(("request_class", "text"), SAMPLES, ids=[cls.__name__ for cls, _ in SAMPLES])
def test_every_member_of_a_sample_is_read_and_keeps_its_digits(request_class: type[Request[Any]], text: str) -> None:
    original, again = exact_json(text), on_the_wire(answer(request_class, text))

    assert unread(original, again) == []
    assert altered(original, again) == []


def test_a_created_user_is_named_by_its_iiban_in_both_shapes() -> None:
    assert answer(CreateEmbedUser, '{"user": {"iiban": "AA45"}}').iiban == "AA45"
    assert answer(CreateEmbedUser, '{"user": "AA45"}').iiban == "AA45"


def test_amounts_of_answers_are_exact_decimals() -> None:
    quote = answer(GetEmbedQuote, QUOTE)
    assert (quote.receive.total, quote.spend.fee) == (Decimal("0.00051230"), Decimal("0.75"))
    assert quote.unit_price.unit_price == Decimal("96135.07")
    order = answer(GetEmbedCustomOrder, f'{{"order": {ORDER}}}').order
    assert (order.trigger.target_price, order.action.fee_bps) == (Decimal("80000.50"), Decimal(25))
    assert answer(GetEmbedPortfolioHistory, HISTORY).history[0].total_balance is None
    assert answer(ListEmbedPortfolioDetails, DETAILS).assets[0].cash_balance == Decimal("0.0100")
    assert answer(ListEmbedPortfolioTransactions, TRANSACTIONS).transactions[0].spend.fee.amount == Decimal("0.75")
    assert answer(ListEmbedEarnAssets, EARN_ASSETS).assets["ETH"].apr_estimate.high == Decimal("2.75")
    assert answer(GetEmbedQuoteLimits, LIMITS).maximum_in_display.amount == Decimal("240000.00")
    assert answer(ListEmbedFundingTransactions, FUNDING).transactions[0].amount == Decimal("1000.00")
    assert answer(GetEmbedAsset, ASSET).change_percent_24h == Decimal("-0.32")


def test_the_last_page_has_no_cursor_and_page_numbers_tell_the_rest() -> None:
    assert answer(ListEmbedFundingTransactions, FUNDING).next_cursor is None
    assert answer(ListEmbedCustomOrders, '{"orders": []}').next_cursor is None
    meta = answer(ListEmbedSettlementReports, REPORTS).meta
    assert (meta.page_number, meta.total_pages) == (1, 2)


def test_a_withdrawal_is_named_by_whichever_id_came() -> None:
    assert answer(WithdrawEmbedFunds, '{"reference_id": "W1"}').reference == "W1"
    assert answer(WithdrawEmbedFunds, '{"ref_id": "W2"}').reference == "W2"
    assert answer(WithdrawEmbedFunds, '{"amount": "1", "ref_id": null}').reference is None


def test_the_repr_of_a_report_hides_its_address() -> None:
    assert "s3cret" not in repr(answer(GetEmbedSettlementReport, DOWNLOAD))


@pytest.mark.parametrize(
    "request_class",
    [
        CreateEmbedUser,
        SubmitEmbedVerification,
        RequestEmbedQuote,
        ExecuteEmbedQuote,
        CreateEmbedCustomOrder,
        WithdrawEmbedFunds,
        ToggleEmbedAutoEarn,
    ],
)
def test_quotes_orders_and_withdrawals_are_never_sent_twice(request_class: type[Request[Any]]) -> None:
    assert request_class.route.resend is Resend.NEVER


def test_every_route_goes_to_nexus_signed_and_answers_with_result_alone() -> None:
    routes = [request.route for request, _ in SAMPLES]
    assert {(route.venue, route.envelope, route.access, route.cost) for route in routes} == {
        ("nexus", "result", "signed", None)
    }
