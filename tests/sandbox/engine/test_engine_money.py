from __future__ import annotations

from decimal import Decimal

import pytest

from krakenkit.errors import SettingsError
from krakenkit.sandbox.engine import BalanceEvent, EngineRefused, Terms
from sandbox.engine.engine_helpers import NOW, PAIR, exchange, limit, market, place, refusal


def test_a_deposit_is_a_balance_a_ledger_entry_and_an_event() -> None:
    made = exchange()

    entry = made.deposit("dan", "xbt", Decimal("1.5"), NOW + 1)

    assert (entry.type, entry.at) == ("deposit", NOW + 1)
    assert (entry.amount, entry.fee, entry.balance) == (Decimal("1.5"), Decimal(0), Decimal("1.5"))
    assert made.events() == [BalanceEvent("dan", entry)]
    assert made.ledger("dan") == [entry]
    assert made.ledger_entry("dan", entry.ledger_id) == entry
    assert [(b.asset.name, b.balance) for b in made.balances("dan")] == [("XXBT", Decimal("1.5"))]


@pytest.mark.parametrize("amount", ["0", "-1", "0.00001", "NaN"])
def test_impossible_amounts_are_not_paid_in(amount: str) -> None:
    made = exchange()

    with pytest.raises(EngineRefused, match="EFunding:Invalid amount"):
        made.deposit("ann", "USD", Decimal(amount), NOW)
    with pytest.raises(EngineRefused, match="EQuery:Unknown asset"):
        made.deposit("ann", "NOPE", Decimal(1), NOW)


def test_only_what_is_available_can_be_paid_out() -> None:
    made = exchange()
    place(made, "ann", limit("sell", "99", "30000"))

    with pytest.raises(EngineRefused, match="EOrder:Insufficient funds"):
        made.withdraw("ann", "BTC", Decimal(2), NOW)
    entry = made.withdraw("ann", "BTC", Decimal(1), NOW)

    assert (entry.type, entry.amount, entry.balance) == ("withdrawal", Decimal(-1), Decimal(99))
    assert made.total("BTC") == 299


def test_a_buy_holds_its_cost_and_the_taker_fee() -> None:
    made = exchange()

    place(made, "ann", limit("buy", "1", "30000"))

    held = made.balance("ann", "USD")
    assert (held.balance, held.hold_trade) == (Decimal(10_000_000), Decimal("30120.0000"))
    assert held.available == Decimal("9969880.0000")


def test_a_sell_holds_its_size() -> None:
    made = exchange()

    place(made, "ann", limit("sell", "2.5", "30000"))

    assert made.balance("ann", "BTC").hold_trade == Decimal("2.5")
    assert made.balance("ann", "USD").hold_trade == 0


def test_fees_asked_for_in_the_base_asset_are_held_and_paid_there() -> None:
    made = exchange()
    place(made, "bob", limit("sell", "10", "30000", fee_in="base"))
    assert made.balance("bob", "BTC").hold_trade == Decimal("10.04")

    placed = made.place("ann", market("buy", "10", fee_in="base"), NOW).order

    assert placed is not None
    assert (placed.fee_asset.name, placed.cum_fee, placed.fee_usd) == ("XXBT", Decimal("0.04"), Decimal(1200))
    assert made.balance("ann", "BTC").balance == Decimal("109.96")
    assert made.balance("ann", "USD").balance == Decimal(9_700_000)
    assert made.balance("bob", "BTC").balance == Decimal("89.975")  # the maker's 0.25 %
    assert made.balance("bob", "USD").balance == Decimal(10_300_000)


def test_an_order_must_be_covered_fee_included() -> None:
    made = exchange()
    made.deposit("dan", "USD", Decimal("30119.9999"), NOW)

    assert refusal(made, "dan", limit("buy", "1", "30000")) == "EOrder:Insufficient funds"
    made.deposit("dan", "USD", Decimal("0.0001"), NOW)
    place(made, "dan", limit("buy", "1", "30000"))
    assert refusal(made, "dan", limit("buy", "0.001", "30000")) == "EOrder:Insufficient funds"


def test_a_market_buy_is_covered_by_what_it_will_find_in_the_book() -> None:
    made = exchange()
    place(made, "bob", limit("sell", "1", "30000"))
    place(made, "bob", limit("sell", "1", "31000"))
    made.deposit("dan", "USD", Decimal(61_000), NOW)

    assert refusal(made, "dan", market("buy", "2")) == "EOrder:Insufficient funds"
    made.deposit("dan", "USD", Decimal(244), NOW)
    placed = made.place("dan", market("buy", "2"), NOW).order

    assert placed is not None
    assert placed.status == "filled"
    assert made.balance("dan", "USD").balance == 0


def test_nobody_sells_what_he_has_not() -> None:
    made = exchange()
    place(made, "bob", limit("buy", "1", "30000"))

    assert refusal(made, "ann", market("sell", "100.1")) == "EOrder:Insufficient funds"
    assert refusal(made, "ann", limit("sell", "100.1", "30000")) == "EOrder:Insufficient funds"


def test_a_trade_moves_money_and_both_ledgers_explain_it() -> None:
    made = exchange()
    place(made, "bob", limit("sell", "0.33333333", "30000.1"))
    made.events()

    place(made, "ann", market("buy", "0.33333333"))

    # 0.33333333 times 30000.1 is 10000.033233333…: cut off to four places; fees are 0.4 % and 0.25 % of that, cut off.
    taker, maker = made.trades("ann")[0], made.trades("bob")[0]
    assert (taker.cost, taker.fee, maker.fee) == (Decimal("10000.03323"), Decimal("40.0001"), Decimal("25.0000"))
    dollars, coins = made.ledger("ann")[:2]
    assert (dollars.amount, dollars.fee, dollars.balance) == (
        Decimal("-10000.0332"),
        Decimal("40.0001"),
        Decimal("9989959.9667"),
    )
    assert (coins.amount, coins.fee, coins.balance) == (Decimal("0.33333333"), Decimal(0), Decimal("100.33333333"))
    assert {dollars.ref_id, coins.ref_id} == {taker.trade_id}
    assert set(taker.ledger_ids) == {dollars.ledger_id, coins.ledger_id}
    assert made.ledger("bob")[0].amount == Decimal("10000.0332")
    entries = [event.entry for event in made.events() if isinstance(event, BalanceEvent)]
    assert [entry.account for entry in entries] == ["bob", "bob", "ann", "ann"]


def test_holds_shrink_with_fills_and_go_with_the_order() -> None:
    made = exchange()
    order_id = place(made, "ann", limit("buy", "2", "30000"))
    place(made, "bob", market("sell", "0.5"))
    assert made.balance("ann", "USD").hold_trade == Decimal("45180.0000")

    made.cancel("ann", NOW, order_id=order_id)

    assert made.balance("ann", "USD").hold_trade == 0
    assert made.balance("ann", "USD").balance == Decimal("9984962.5000")  # 15000 and the maker's 0.25 %


def test_many_small_fills_never_cost_more_than_was_held() -> None:
    made = exchange()
    made.open_account("dan", Terms(maker_rate=4_000, taker_rate=4_000))
    made.deposit("dan", "USD", Decimal("100.4004"), NOW)
    order_id = place(made, "dan", limit("buy", "0.00333333", "30000.1"))  # 100.00023… and 0.400001 for the fee

    for lots in (5007, 5011, 5013) * 23:
        place(made, "bob", limit("sell", "1", "30000.1", qty=Decimal(lots).scaleb(-8)))
        held = made.balance("dan", "USD")
        assert held.balance >= held.hold_trade >= 0

    assert made.order("dan", order_id).status == "filled"


def test_all_money_and_all_fees_add_up() -> None:
    made = exchange()
    before = made.total("USD"), made.total("BTC")
    place(made, "bob", limit("sell", "0.33333333", "30000.1"))
    place(made, "ann", market("buy", "0.2"))
    place(made, "cat", market("buy", "0.1", fee_in="base"))

    assert (made.total("USD"), made.total("BTC")) == before
    assert (
        sum(balance.balance for name in ("ann", "bob", "cat") for balance in made.balances(name)) < sum(before) + 3000
    )


def test_fees_in_other_currencies_are_told_in_dollars_too() -> None:
    made = exchange()
    place(made, "bob", limit("sell", "1", "30000"))
    place(made, "ann", market("buy", "1"))
    place(made, "bob", limit("sell", "10", "0.05", pair="ETH/BTC"))

    placed = made.place("ann", market("buy", "10", pair="ETH/BTC"), NOW).order

    assert placed is not None
    assert (placed.cum_fee, placed.fee_usd) == (Decimal("0.002"), Decimal(60))


def test_worth_goes_over_one_asset_in_between() -> None:
    made = exchange()
    place(made, "bob", limit("sell", "1", "30000"))
    place(made, "ann", market("buy", "1"))
    place(made, "bob", limit("sell", "10", "0.05", pair="ETH/BTC"))
    place(made, "ann", market("buy", "10", pair="ETH/BTC"))

    assert made.worth(Decimal(2), "ETH", "USD") == Decimal(3000)
    assert made.worth(Decimal(3000), "USD", "ETH") == Decimal(2)
    assert made.worth(Decimal(1), "SOL", "USD") is None
    assert made.equity("cat") == 10_000_000 + 100 * 30_000 + 1000 * 1500


def test_terms_do_not_change_under_open_orders() -> None:
    made = exchange()
    place(made, "ann", limit("buy", "1", "30000"))

    with pytest.raises(SettingsError, match="open orders"):
        made.open_account("ann", Terms(taker_rate=1))


def test_history_is_bounded_and_the_oldest_goes_first() -> None:
    made = exchange(terms=Terms(history=3))
    ids = [place(made, "ann", limit("buy", "1", "30000")) for _ in range(5)]
    made.cancel_all("ann", NOW)

    assert [order.order_id for order in made.closed_orders("ann")] == ids[:1:-1]
    with pytest.raises(EngineRefused, match="EOrder:Unknown order"):
        made.order("ann", ids[0])


def test_quiet_accounts_trade_without_a_word() -> None:
    made = exchange()
    made.open_account("house", Terms(quiet=True))
    made.deposit("house", "BTC", Decimal(10), NOW)
    place(made, "house", limit("sell", "1", "30000"))
    place(made, "ann", market("buy", "1"))

    assert {getattr(event, "account", "ann") for event in made.events()} == {"ann"}
    assert not [*made.trades("house"), *made.ledger("house"), *made.closed_orders("house")]
    assert made.balance("house", "USD").balance == Decimal("29925.0000")
    assert made.levels(PAIR, "sell") == []


def test_money_moves_between_wallets_with_an_entry_on_each_side() -> None:
    made = exchange()

    out = made.post("ann", "BTC", -(3 * 10**10), NOW, kind="transfer", subtype="spottostaking")
    made.post(
        "ann", "BTC", 3 * 10**10, NOW, kind="transfer", subtype="stakingfromspot", ref_id=out.ref_id, wallet="bonded"
    )

    held = made.balance("ann", "BTC")
    assert (held.balance, held.available, held.earning) == (Decimal(97), Decimal(97), (("bonded", Decimal(3)),))
    entries = [(entry.wallet, entry.amount, entry.balance) for entry in made.ledger("ann")[:2]]
    assert entries == [("bonded", Decimal(3), Decimal(3)), ("main", Decimal(-3), Decimal(97))]
    assert made.total("BTC") == 300


def test_a_wallet_pays_no_more_than_lies_in_it() -> None:
    made = exchange()
    place(made, "ann", limit("sell", "99", "30000"))

    with pytest.raises(EngineRefused, match="EOrder:Insufficient funds"):
        made.post("ann", "BTC", -(10**10), NOW, kind="withdrawal", fee=1)
    with pytest.raises(EngineRefused, match="EOrder:Insufficient funds"):
        made.post("ann", "BTC", -1, NOW, kind="transfer", wallet="locked")

    assert made.balance("ann", "BTC").balance == 100
    assert made.ledger("ann")[0].type == "deposit"


def test_a_fee_leaves_the_account_and_is_kept() -> None:
    made = exchange()

    entry = made.post("ann", "BTC", -(10**10), NOW, kind="withdrawal", fee=10**8)

    assert (entry.amount, entry.fee, entry.balance) == (Decimal(-1), Decimal("0.01"), Decimal("98.99"))
    assert made.total("BTC") == 299
