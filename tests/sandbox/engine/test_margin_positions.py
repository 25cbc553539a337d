"""Positions, by numbers that were reckoned by hand: one BTC costs 30000.1 to buy and 30000 to sell."""

from __future__ import annotations

from decimal import Decimal

from krakenkit.sandbox.engine import LedgerEntry
from sandbox.engine.engine_helpers import NOW, SECOND, limit, place
from sandbox.engine.margin_helpers import HOUSE, lender, lever, move

HOUR = 3_600 * SECOND


def test_a_leveraged_buy_opens_a_position_and_touches_no_balance_but_for_fees() -> None:
    made = lender()

    order = made.place("ann", lever("buy", "1"), NOW).order

    assert order is not None
    assert (order.status, order.leverage, order.cum_cost) == ("filled", 5, Decimal("30000.1"))
    # 0.4 % for the trade and 0.02 % for the loan.
    assert order.cum_fee == Decimal("126.0004")
    assert [(b.asset.name, b.balance) for b in made.balances("ann")] == [("ZUSD", Decimal("9873.9996"))]
    (one,) = made.positions("ann")
    position = one.position
    assert position.position_id == order.trade_ids[0]
    assert (position.long, position.qty, position.cost) == (True, Decimal(1), Decimal("30000.1000"))
    assert (position.fee, position.margin) == (Decimal("126.0004"), Decimal("6000.0200"))
    assert (one.value, one.net) == (Decimal("30000.1000"), Decimal(0))


def test_profit_and_loss_move_with_the_price_and_the_margin_level_with_them() -> None:
    made = lender()
    place(made, "ann", lever("buy", "1"))

    move(made, "33000")

    # The last trade was the house's, at 33000; one position, bought at 30000.1, and 9873.9996 dollars beside it.
    now = made.margin("ann")
    assert (now.cost, now.value, now.unrealised) == (Decimal("30000.1000"), Decimal("33000.0000"), Decimal("2999.9000"))
    assert (now.equivalent_balance, now.trade_balance) == (Decimal("9873.9996"), Decimal("9873.9996"))
    assert (now.margin, now.equity, now.free_margin) == (
        Decimal("6000.0200"),
        Decimal("12873.8996"),
        Decimal("6873.8796"),
    )
    assert now.margin_level == Decimal("214.56")
    assert made.positions("ann")[0].net == Decimal("2999.9000")


def test_collateral_counts_at_last_prices_less_a_haircut() -> None:
    made = lender(BTC="1", USD="1000", DOGE="5000")

    now = made.margin("ann")

    assert (now.equivalent_balance, now.trade_balance) == (Decimal("31000.0000"), Decimal("30400.0000"))
    assert (now.margin, now.margin_level, now.free_margin) == (Decimal(0), None, Decimal("30400.0000"))
    assert made.margin("ann", "BTC").trade_balance == Decimal("1.0133333333")


def test_an_opposite_order_closes_the_oldest_positions_first_and_books_the_profit() -> None:
    made = lender()
    first = made.place("ann", lever("buy", "0.4"), NOW).order
    move(made, "31000")
    second = made.place("ann", lever("buy", "0.4", 2), NOW).order
    move(made, "32000")
    before = made.balance("ann", "USD").balance

    sold = made.place("ann", lever("sell", "0.5", 3), NOW).order

    assert first is not None
    assert second is not None
    assert sold is not None
    (left,) = made.positions("ann")
    assert left.position.position_id == second.trade_ids[0]
    assert (left.position.qty, left.position.qty_closed) == (Decimal("0.4"), Decimal("0.1"))
    assert (left.position.margin, left.position.margin_open) == (Decimal("6200.0200"), Decimal("4650.0150"))
    gone = made.position("ann", first.trade_ids[0])
    assert gone is not None
    # 0.4 * (32000 - 30000.1) and 0.1 * (32000 - 31000.1); the fee is 0.4 % of 16000.
    assert (gone.net, gone.close_price, gone.close_fee) == (Decimal("799.9600"), Decimal(32000), Decimal("51.2000"))
    assert gone.closing_trades == sold.trade_ids
    assert made.balance("ann", "USD").balance == before + Decimal("799.9600") + Decimal("99.9900") - 64


def test_what_closes_needs_no_margin_and_what_is_left_of_it_opens_the_other_side() -> None:
    made = lender()
    place(made, "ann", lever("sell", "1"))
    move(made, "29000")

    bought = made.place("ann", lever("buy", "1.2"), NOW).order

    assert bought is not None
    (left,) = made.positions("ann")
    assert (left.position.long, left.position.qty) == (True, Decimal("0.2"))
    trade = made.trades("ann")[0]
    assert (trade.position_status, trade.position_id, trade.closes_position) == ("opened", trade.trade_id, True)
    # Sold at 30000 and bought at 29000.1; fees: 0.4 % of 34800.12 and 0.02 % of the 5800.02 that were borrowed.
    entry = made.ledger("ann")[0]
    assert (entry.type, entry.amount, entry.fee) == ("margin", Decimal("999.9000"), Decimal("140.3604"))


def test_a_volume_of_zero_closes_all_of_that_side() -> None:
    made = lender()
    place(made, "ann", lever("sell", "0.3"))
    place(made, "ann", lever("sell", "0.00123"))

    closed = made.place("ann", lever("buy", "0"), NOW).order

    assert closed is not None
    assert (closed.qty, made.positions("ann")) == (Decimal("0.30123"), [])
    assert made.trades("ann")[0].position_status == "closed"


def test_every_margin_trade_is_one_ledger_entry_with_its_profit_and_its_fee() -> None:
    made = lender()
    place(made, "ann", lever("buy", "0.1"))
    place(made, "ann", lever("sell", "0.1"))

    closing, opening = made.trades("ann")
    entries = made.ledger("ann")[:2]

    def told(entry: LedgerEntry) -> tuple[str, str, str]:
        return entry.type, f"{entry.amount:f}", f"{entry.fee:f}"

    assert [told(entry) for entry in entries] == [("margin", "-0.0100", "12.0000"), ("margin", "0.0000", "12.6000")]
    assert [entry.ref_id for entry in entries] == [closing.trade_id, opening.trade_id]
    assert closing.ledger_ids == (entries[0].ledger_id,)
    assert (opening.position_status, opening.margin) == ("opened", Decimal("600.0020"))
    assert (closing.position_status, closing.position_id) == ("closed", opening.trade_id)
    assert closing.margin == 0


def test_every_four_hours_a_position_costs_a_rollover() -> None:
    made = lender()
    place(made, "ann", lever("buy", "1"))
    made.events()

    made.tick(NOW + 4 * HOUR - 1)
    assert made.ledger("ann")[0].type == "margin"
    made.tick(NOW + 9 * HOUR)

    # 0.02 % of 30000.1 dollars.
    newest, before, _, _ = made.ledger("ann")
    assert [(entry.type, entry.amount, entry.fee) for entry in (before, newest)] == [
        ("rollover", Decimal(0), Decimal("6.0000"))
    ] * 2
    assert [entry.at - NOW for entry in (before, newest)] == [4 * HOUR, 8 * HOUR]
    (one,) = made.positions("ann")
    assert newest.ref_id == one.position.position_id
    assert (one.position.rollover_fee, one.position.rollover_at) == (Decimal("12.0000"), NOW + 12 * HOUR)


def test_who_owes_bitcoin_pays_the_rate_of_bitcoin() -> None:
    made = lender()
    place(made, "ann", lever("sell", "1"))
    assert made.ledger("ann")[0].fee == Decimal("123.0000")  # 0.4 % and 0.01 % of 30000

    made.tick(NOW + 4 * HOUR)

    assert made.ledger("ann")[0].fee == Decimal("3.0000")


def test_resting_margin_orders_hold_nothing_but_bind_margin() -> None:
    made = lender()

    place(made, "ann", limit("buy", "1", "25000", leverage=5))

    assert made.balance("ann", "USD").hold_trade == 0
    now = made.margin("ann")
    assert (now.margin, now.free_margin) == (Decimal(0), Decimal("10000.0000"))
    assert (now.free_margin_for_orders, now.unfilled_value) == (Decimal("5000.0000"), Decimal("25000.0000"))


def test_a_maker_on_margin_opens_when_somebody_comes() -> None:
    made = lender()
    place(made, "ann", limit("buy", "0.5", "30000.1", leverage=2, post_only=True, pair="BTC/EUR"))

    place(made, HOUSE, limit("sell", "0.2", "30000.1", pair="BTC/EUR"))

    (one,) = made.positions("ann")
    assert (one.position.qty, one.position.leverage) == (Decimal("0.2"), 2)
    (order,) = made.open_orders("ann")
    assert (order.status, order.cum_qty) == ("partially_filled", Decimal("0.2"))


def test_settling_a_long_position_pays_what_was_borrowed_and_keeps_what_was_bought() -> None:
    made = lender(USD="50000")
    place(made, "ann", lever("buy", "1"))
    opened = made.ledger("ann")[0]

    order = made.place("ann", lever("sell", "0", order_type="settle-position"), NOW).order

    assert order is not None
    assert (order.status, order.cum_qty, order.cum_cost, order.cum_fee) == (
        "filled",
        Decimal(1),
        Decimal("30000.1"),
        Decimal(0),
    )
    assert made.positions("ann") == []
    assert made.balance("ann", "BTC").balance == 1
    assert made.balance("ann", "USD").balance == opened.balance - Decimal("30000.1")
    got, paid = made.ledger("ann")[:2]
    assert [(entry.type, entry.asset.name, entry.amount) for entry in (paid, got)] == [
        ("settled", "ZUSD", Decimal("-30000.1000")),
        ("settled", "XXBT", Decimal(1)),
    ]
    assert paid.ref_id == got.ref_id


def test_settling_part_of_a_short_position_gives_the_base_asset_back() -> None:
    made = lender(USD="20000", BTC="0.5")
    place(made, "ann", lever("sell", "1"))
    before = made.balance("ann", "USD").balance

    place(made, "ann", lever("buy", "0.5", order_type="settle-position"))

    (left,) = made.positions("ann")
    assert (left.position.qty_closed, left.position.cost_open) == (Decimal("0.5"), Decimal("15000.0000"))
    assert made.balance("ann", "BTC").balance == 0
    assert made.balance("ann", "USD").balance == before + 15_000
