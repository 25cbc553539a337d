from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

import pytest

from krakenkit.sandbox.engine import (
    EngineRefused,
    Exchange,
    Instruments,
    Offset,
    OrderEvent,
    Terms,
    read_price,
    spot_instruments,
)
from sandbox.engine.engine_helpers import NOW, PAIR, SECOND, exchange, limit, market, place, refusal


def test_a_resting_order_is_told_of_described_and_listed() -> None:
    made = exchange()

    placed = made.place("ann", limit("buy", "1.25", "27500", userref=7), NOW)

    assert placed.description == "buy 1.25000000 XBTUSD @ limit 27500.0"
    assert placed.order is not None
    assert placed.order.status == "new"
    assert [event.kind for event in made.events() if isinstance(event, OrderEvent)] == ["pending_new", "new"]
    assert made.open_orders("ann") == [placed.order] == made.open_orders("ann", userref=7)
    assert made.open_orders("ann", userref=8) == made.open_orders("bob") == []
    assert made.order("ann", placed.order.order_id) == placed.order


def test_a_validated_order_is_checked_and_not_placed() -> None:
    made = exchange()

    placed = made.place("ann", limit("sell", "1", "27500", validate=True), NOW)

    assert placed.order is None
    assert placed.description == "sell 1.00000000 XBTUSD @ limit 27500.0"
    assert made.events() == []
    assert refusal(made, "ann", limit("sell", "101", "27500", validate=True)) == "EOrder:Insufficient funds"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"pair": "NOPE/USD"}, "EQuery:Unknown asset pair"),
        ({"side": "hold"}, "EGeneral:Invalid arguments:type"),
        ({"order_type": "stop-and-go"}, "EGeneral:Invalid arguments:ordertype"),
        ({"qty": None}, "EGeneral:Invalid arguments:volume"),
        ({"qty": Decimal(0)}, "EGeneral:Invalid arguments:volume"),
        ({"qty": Decimal(-1)}, "EGeneral:Invalid arguments:volume"),
        ({"qty": Decimal("0.123456789")}, "EGeneral:Invalid arguments:volume"),
        ({"qty": Decimal("0.00001")}, "EOrder:Order minimum not met"),
        ({"qty": Decimal("0.001"), "limit_price": Decimal(400)}, "EOrder:Cost minimum not met"),
        ({"limit_price": None}, "EOrder:Invalid price:Invalid price argument"),
        ({"limit_price": Decimal(0)}, "EOrder:Invalid price"),
        (
            {"limit_price": Decimal("100.05")},
            "EOrder:Invalid price:XBTUSD price can only be specified up to 1 decimals.",
        ),
        ({"limit_price": Offset("+", Decimal(5))}, "EOrder:Invalid price"),
        ({"trigger_price": Decimal(5)}, "EGeneral:Invalid arguments:price"),
        ({"time_in_force": "day"}, "EGeneral:Invalid arguments:timeinforce"),
        ({"time_in_force": "gtd"}, "EGeneral:Invalid arguments:expiretm"),
        ({"time_in_force": "gtd", "expire_at": NOW + 4 * SECOND}, "EGeneral:Invalid arguments:expiretm"),
        ({"time_in_force": "gtd", "expire_at": NOW + 32 * 86_400 * SECOND}, "EGeneral:Invalid arguments:expiretm"),
        ({"time_in_force": "ioc", "post_only": True}, "EGeneral:Invalid arguments:timeinforce"),
        ({"start_at": NOW + 32 * 86_400 * SECOND}, "EGeneral:Invalid arguments:starttm"),
        ({"start_at": NOW + 9 * SECOND, "expire_at": NOW + 9 * SECOND}, "EGeneral:Invalid arguments:expiretm"),
        ({"trigger_reference": "mark"}, "EGeneral:Invalid arguments:trigger"),
        ({"stp_type": "none"}, "EGeneral:Invalid arguments:stptype"),
        ({"fee_in": "gold"}, "EGeneral:Invalid arguments:oflags"),
        ({"display_qty": Decimal("0.1")}, "EGeneral:Invalid arguments:displayvol"),
        ({"cash_qty": Decimal(100), "qty": None}, "EGeneral:Invalid arguments:viqc"),
        ({"userref": 2**31}, "EGeneral:Invalid arguments:userref"),
        ({"userref": 5, "cl_ord_id": "a"}, "EGeneral:Invalid arguments:cl_ord_id"),
        ({"cl_ord_id": "x" * 19}, "EGeneral:Invalid arguments:cl_ord_id"),
        ({"reduce_only": True}, "EOrder:Reduce only:Non-PC"),
        ({"leverage": 5, "pair": "DOT/USD"}, "EOrder:Cannot open position"),
        ({"leverage": 6}, "EGeneral:Invalid arguments:leverage"),
        ({"deadline": NOW}, "EService:Deadline elapsed"),
    ],
)
def test_a_wrong_order_is_refused_in_krakens_words_and_changes_nothing(change: dict[str, object], code: str) -> None:
    made = exchange()

    assert refusal(made, "ann", limit("buy", "1", "27500", **change)) == code
    assert made.events() == []
    assert made.open_orders("ann") == []
    assert made.balance("ann", "USD").hold_trade == 0


def test_the_same_checks_can_be_had_without_placing() -> None:
    made = exchange()

    made.check("ann", limit("sell", "500", "27500"), NOW)
    with pytest.raises(EngineRefused, match="EOrder:Order minimum not met"):
        made.check("ann", limit("sell", "0.00001", "27500"), NOW)


@pytest.mark.parametrize(
    "cl_ord_id",
    ["my-order_17", "6d1b345e-2821-40e2-ad83-4ecb18a06876", "6d1b345e282140e2ad834ecb18a06876", "x" * 18],
)
def test_client_ids_may_be_uuids_hex_or_short_text(cl_ord_id: str) -> None:
    made = exchange()

    place(made, "ann", limit("buy", "1", "27500", cl_ord_id=cl_ord_id))

    assert [order.cl_ord_id for order in made.open_orders("ann", cl_ord_id=cl_ord_id)] == [cl_ord_id]


def test_a_client_id_is_unique_among_the_open_orders_of_its_account() -> None:
    made = exchange()
    place(made, "ann", limit("buy", "1", "27500", cl_ord_id="mine"))
    place(made, "bob", limit("buy", "1", "27500", cl_ord_id="mine"))

    assert (
        refusal(made, "ann", limit("buy", "1", "27500", cl_ord_id="mine"))
        == "EGeneral:Invalid arguments:cl_ord_id not unique"
    )
    made.cancel("ann", NOW, cl_ord_id="mine")
    place(made, "ann", limit("buy", "1", "27500", cl_ord_id="mine"))


def test_the_number_of_open_orders_is_capped_for_each_pair() -> None:
    made = exchange(terms=Terms(max_open_orders=2))
    place(made, "bob", limit("sell", "1", "30000"))
    for _ in range(2):
        place(made, "ann", limit("buy", "0.1", "27500"))

    assert refusal(made, "ann", limit("buy", "0.1", "27500")) == "EOrder:Orders limit exceeded"
    place(made, "ann", market("buy", "0.1"))
    place(made, "ann", limit("buy", "1", "2500", pair="ETH/USD"))


def test_a_post_only_order_that_would_take_is_refused() -> None:
    made = exchange()
    place(made, "bob", limit("sell", "1", "30000"))

    assert refusal(made, "ann", limit("buy", "1", "30000", post_only=True)) == "EOrder:Post only order"
    place(made, "ann", limit("buy", "1", "29999.9", post_only=True))
    assert refusal(made, "ann", market("buy", "1", post_only=True)) == "EGeneral:Invalid arguments:oflags"


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("100.5", Decimal("100.5")),
        ("+5", Offset("+", Decimal(5))),
        ("-1.5%", Offset("-", Decimal("1.5"), percent=True)),
        ("#2%", Offset("#", Decimal(2), percent=True)),
    ],
)
def test_the_price_grammar_is_read(text: str, price: object) -> None:
    assert read_price(text) == price


@pytest.mark.parametrize("text", ["", "five", "5%", "+-5", "--5", "nan", "+", "#%"])
def test_what_is_not_in_the_price_grammar_is_refused(text: str) -> None:
    with pytest.raises(EngineRefused, match="EOrder:Invalid price"):
        read_price(text)


@pytest.mark.parametrize(
    ("side", "text", "expected"),
    [("buy", "-1%", "29700.0"), ("sell", "+0.26", "30000.3"), ("buy", "#100", "29900.0"), ("sell", "#100", "30100.0")],
)
def test_relative_limits_count_from_the_last_trade_in_whole_ticks(side: str, text: str, expected: str) -> None:
    made = exchange()
    place(made, "bob", limit("sell", "1", "30000"))
    place(made, "cat", market("buy", "1"))

    placed = made.place("ann", limit(side, "1", "1", limit_price=read_price(text)), NOW)

    assert placed.order is not None
    assert placed.order.limit_price == Decimal(expected)


def test_prices_off_a_coarse_tick_fail_the_tick_check() -> None:
    fine = spot_instruments().pair(PAIR)
    assert fine is not None
    made = Exchange(Instruments([replace(fine, tick_size=Decimal("0.5"))]), random.Random(1), NOW)
    made.deposit("ann", "USD", Decimal(100_000), NOW)

    assert refusal(made, "ann", limit("buy", "1", "27500.2")) == "EOrder:Tick size check failed"
    place(made, "ann", limit("buy", "1", "27500.5"))


def test_market_orders_meet_the_minimums_at_the_best_price() -> None:
    made = exchange()
    place(made, "bob", limit("sell", "1", "30000"))

    assert refusal(made, "ann", market("buy", "1", qty=None, cash_qty=Decimal("0.4"))) == "EOrder:Cost minimum not met"
    assert refusal(made, "ann", market("buy", "1", qty=None, cash_qty=Decimal("1.4"))) == "EOrder:Order minimum not met"
