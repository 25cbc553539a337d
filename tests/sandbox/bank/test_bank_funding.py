from __future__ import annotations

from decimal import Decimal

import pytest

from krakenkit.errors import SettingsError
from krakenkit.sandbox.bank import Bank
from krakenkit.sandbox.bank.addresses import MOST_UNUSED, Scope
from krakenkit.sandbox.bank.funding import units_of
from krakenkit.sandbox.bank.methods import EVM, Direction, Method
from krakenkit.sandbox.bank.transfers import Withdrawal
from krakenkit.sandbox.engine import EngineRefused, PlaceOrder
from sandbox.bank.bank_helpers import BTC, World
from sandbox.engine.engine_helpers import NOW, place
from sandbox.engine.margin_helpers import lender, lever


def withdraw(here: World, net: int, *, fee: int = 1_500_000, max_fee: int | None = None) -> Withdrawal:
    return here.funding.withdraw("ann", here.btc, here.address, net, here.now, fee=fee, max_fee=max_fee)


def test_a_deposit_passes_through_its_states_and_is_credited_at_the_end() -> None:
    here = World()
    deposit = here.funding.announce("ann", here.btc, BTC, here.now)
    seen = [(deposit.status, here.balance())]

    for seconds in (2, 4, 3.9, 0.1):
        here.wait(seconds)
        seen.append((deposit.status, here.balance()))

    ten, eleven = Decimal(10), Decimal(11)
    assert seen == [("Initial", ten), ("Pending", ten), ("Settled", ten), ("Settled", ten), ("Success", eleven)]
    entry = here.exchange.ledger("ann")[0]
    assert (entry.type, entry.ref_id, entry.amount) == ("deposit", deposit.ref_id, Decimal(1))


def test_time_that_passes_all_at_once_does_the_same() -> None:
    here = World()
    deposit = here.funding.announce("ann", here.btc, BTC, here.now)
    here.wait(3_600)
    assert (deposit.status, here.balance()) == ("Success", Decimal(11))
    assert here.exchange.ledger("ann")[0].at == deposit.created_at + 10 * 10**9


def test_a_deposit_on_hold_waits_for_its_release() -> None:
    here = World()
    deposit = here.funding.announce("ann", here.btc, BTC, here.now, fate="hold")
    here.wait(3_600)
    assert (deposit.status, deposit.mark, here.balance()) == ("Settled", "onhold", Decimal(10))

    here.funding.release(deposit.ref_id, here.now)
    here.wait(4)

    assert (deposit.status, deposit.mark, here.balance()) == ("Success", None, Decimal(11))
    with pytest.raises(SettingsError):
        here.funding.release(deposit.ref_id, here.now)


def test_a_deposit_that_fails_or_is_too_small_credits_nothing() -> None:
    here = World()
    failing = here.funding.announce("ann", here.btc, BTC, here.now, fate="failure")
    small = here.funding.announce("ann", here.btc, here.btc.deposit_minimum - 1, here.now)
    here.wait(60)
    assert (failing.status, failing.mark) == ("Failure", None)
    assert (small.status, small.mark) == ("Failure", "return")
    assert here.balance() == 10


def test_a_withdrawal_takes_its_amount_and_fee_at_once() -> None:
    here = World()
    withdrawal = withdraw(here, BTC)
    assert here.balance() == Decimal("8.99985")
    entry = here.exchange.ledger("ann")[0]
    assert (entry.type, entry.amount, entry.fee) == ("withdrawal", Decimal(-1), Decimal("0.00015"))
    here.wait(60)
    assert (withdrawal.status, here.balance()) == ("Success", Decimal("8.99985"))
    assert len(withdrawal.txid) == 64


def test_a_withdrawal_is_cancelled_while_nobody_has_begun() -> None:
    here = World()
    withdrawal = withdraw(here, BTC)
    here.funding.cancel("ann", here.btc.asset, withdrawal.ref_id, here.now)
    assert (withdrawal.status, withdrawal.mark) == ("Initial", "cancel-pending")

    here.wait(1)

    assert (withdrawal.status, withdrawal.mark, here.balance()) == ("Failure", "canceled", Decimal(10))
    here.wait(60)
    assert (withdrawal.status, here.balance()) == ("Failure", Decimal(10))


def test_a_cancel_that_comes_later_is_denied_and_one_too_late_unheard() -> None:
    here = World()
    withdrawal = withdraw(here, BTC)
    here.wait(3)
    here.funding.cancel("ann", here.btc.asset, withdrawal.ref_id, here.now)
    here.wait(1)
    assert (withdrawal.status, withdrawal.mark) == ("Pending", "cancel-denied")
    here.wait(4)
    assert withdrawal.status == "Settled"
    with pytest.raises(EngineRefused, match="EFunding:Unknown reference id"):
        here.funding.cancel("ann", here.btc.asset, withdrawal.ref_id, here.now)
    here.wait(4)
    assert (withdrawal.status, here.balance()) == ("Success", Decimal("8.99985"))


def test_a_withdrawal_on_hold_can_be_taken_back_only_before_anybody_has_begun() -> None:
    here = World()
    early, late = withdraw(here, BTC), withdraw(here, BTC)
    here.funding.hold(early.ref_id)
    here.funding.cancel("ann", here.btc.asset, early.ref_id, here.now)
    here.wait(3)
    assert (early.status, early.mark) == ("Failure", "canceled")
    here.funding.hold(late.ref_id)
    with pytest.raises(EngineRefused, match="EFunding:Unknown reference id"):
        here.funding.cancel("ann", here.btc.asset, late.ref_id, here.now)
    here.wait(60)
    assert (late.status, late.mark) == ("Pending", "onhold")


def test_only_the_owner_cancels_and_only_by_the_right_asset() -> None:
    here = World()
    withdrawal = withdraw(here, BTC)
    for account, asset, ref_id, words in [
        ("bob", "BTC", withdrawal.ref_id, "Unknown reference id"),
        ("ann", "ETH", withdrawal.ref_id, "Unknown reference id"),
        ("ann", "BTC", "FNOBODY", "Unknown reference id"),
        ("ann", "BTC", " ", "Invalid reference id"),
    ]:
        with pytest.raises(EngineRefused, match=words):
            here.funding.cancel(account, here.funding.asset(asset), ref_id, here.now)


def test_a_withdrawal_that_fails_gives_back_everything_with_its_fee() -> None:
    here = World()
    withdrawal = withdraw(here, BTC)
    here.wait(3)
    here.funding.fail(withdrawal.ref_id, here.now)
    assert (withdrawal.status, here.balance()) == ("Failure", Decimal(10))
    assert here.exchange.total("BTC") == 10


@pytest.mark.parametrize(
    ("net", "fee", "max_fee", "words"),
    [
        (BTC, 1_500_000, 1_499_999, "EFunding:Max fee exceeded"),
        (3_999_999, 1_500_000, None, "EFunding:Invalid amount"),  # below the least
        (401 * BTC, 0, None, "EFunding:Invalid amount"),  # above what a day allows
        (10 * BTC, 1, None, "EFunding:Insufficient funds"),
    ],
)
def test_a_withdrawal_is_refused_and_nothing_changes(net: int, fee: int, max_fee: int | None, words: str) -> None:
    here = World()
    with pytest.raises(EngineRefused, match=words):
        withdraw(here, net, fee=fee, max_fee=max_fee)
    assert (here.balance(), len(here.funding.withdrawals("ann"))) == (Decimal(10), 0)
    assert len(here.exchange.ledger("ann")) == 1


def test_the_limit_of_a_day_counts_what_was_not_given_back() -> None:
    here = World()
    here.exchange.deposit("ann", "BTC", Decimal(1000), here.now)
    first = withdraw(here, 300 * BTC)
    with pytest.raises(EngineRefused, match="Invalid amount"):
        withdraw(here, 101 * BTC)
    here.funding.fail(first.ref_id, here.now)
    withdraw(here, 400 * BTC)
    here.wait(86_400)
    withdraw(here, BTC)


def test_money_held_for_orders_cannot_be_withdrawn() -> None:
    here = World()
    order = PlaceOrder(
        pair="BTC/USD", side="sell", order_type="limit", qty=Decimal(9), limit_price=Decimal(90000), time_in_force="GTC"
    )
    here.exchange.place("ann", order, here.now)
    with pytest.raises(EngineRefused, match="EFunding:Insufficient funds"):
        withdraw(here, BTC)


def test_money_that_a_position_needs_is_not_withdrawn() -> None:
    made = lender()
    bank = Bank(made, 1)
    place(made, "ann", lever("buy", "1"))
    before = made.balance("ann", "USD")

    with pytest.raises(EngineRefused, match="EFunding:Insufficient funds"):
        bank.take_for_futures("ann", "USD", 9_000 * 10**4, NOW)

    assert made.balance("ann", "USD") == before


# --- addresses --------------------------------------------------------------------------------------------------------


def test_unused_addresses_are_capped_and_used_ones_are_not() -> None:
    here = World()
    office = here.funding.addresses
    made = [office.make("ann", here.btc) for _ in range(MOST_UNUSED)]
    with pytest.raises(EngineRefused, match="EFunding:Too many addresses"):
        office.make("ann", here.btc)

    here.funding.announce("ann", here.btc, BTC, here.now, address=made[0].address)

    assert made[0].used_at == here.now
    assert len({one.address for one in (*made, office.make("ann", here.btc))}) == MOST_UNUSED + 1
    assert office.make("bob", here.btc).address.startswith("bc1q")


def test_a_deposit_arrives_at_an_address_of_the_account_only() -> None:
    here = World()
    theirs = here.funding.addresses.make("bob", here.btc)
    with pytest.raises(SettingsError, match="has no address"):
        here.funding.announce("ann", here.btc, BTC, here.now, address=theirs.address)


@pytest.mark.parametrize(
    ("asset", "prefix", "length"), [("BTC", "bc1q", 42), ("ETH", "0x", 42), ("SOL", "", 34), ("XRP", "", 34)]
)
def test_addresses_look_like_those_of_their_network(asset: str, prefix: str, length: int) -> None:
    here = World()
    made = here.funding.addresses.make("ann", here.method(asset))
    assert made.address.startswith(prefix)
    assert len(made.address) == length
    assert (made.tag is not None) is (asset == "XRP")


def test_banks_have_no_addresses_to_make() -> None:
    here = World()
    with pytest.raises(EngineRefused, match="EFunding:No funding method"):
        here.funding.addresses.make("ann", here.method("EUR"))
    assert here.funding.announce("ann", here.method("EUR"), 10_000, here.now).address == ""


def test_a_saved_address_serves_a_method_a_network_or_a_group() -> None:
    here = World()
    usdc = here.funding.asset("USDC")
    ethereum = here.method("USDC").network
    by_network = here.save("network", Scope(network_id=ethereum.network_id))
    by_group = here.save("group", Scope(network_group_id=EVM.group_id))

    def names(methods: tuple[Method, ...]) -> list[str]:
        return [method.name for method in methods]

    usable = here.funding.usable
    assert names(usable(by_network, here.funding.methods.of(usdc))) == ["USDC - Ethereum (Unified)"]
    assert names(usable(by_group, here.funding.methods.of(usdc))) == [
        "USDC - Ethereum (Unified)",
        "USDC - Base (Unified)",
    ]
    assert usable(here.address, here.funding.methods.of(usdc)) == ()
    with pytest.raises(EngineRefused, match="EFunding:Unknown withdraw key"):
        here.funding.saved("ann", usdc, "cold")


def test_a_saved_address_has_a_name_of_its_own_and_must_be_verified() -> None:
    here = World()
    scope = Scope(method_id=here.btc.method_id("withdraw"))
    with pytest.raises(EngineRefused, match="name"):
        here.save("cold", scope)
    here.save("new", scope, verified=False)
    with pytest.raises(EngineRefused, match="EFunding:Unknown withdraw key"):
        here.funding.saved("ann", here.btc.asset, "new")
    here.save("cold", scope, account="bob")


# --- fees and units ---------------------------------------------------------------------------------------------------


def test_a_quoted_fee_holds_for_five_minutes_whatever_the_fee_becomes() -> None:
    here = World()
    token = here.funding.quote(here.btc, here.now)
    here.funding.set_fee(here.btc, 7)
    assert here.funding.fee(here.btc) == 7
    assert here.funding.quoted_fee(token, here.btc, here.now + 299 * 10**9) == 1_500_000
    assert here.funding.quoted_fee(token, here.btc, here.now + 300 * 10**9) is None
    assert here.funding.quoted_fee(token, here.method("ETH"), here.now) is None
    assert here.funding.quoted_fee("FEENONE", here.btc, here.now) is None


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "Infinity", "0.00000000001", "1E+999999"])
def test_an_amount_that_cannot_be_is_refused(amount: str) -> None:
    with pytest.raises(EngineRefused, match="EFunding:Invalid amount"):
        units_of(World().btc.asset, Decimal(amount))


def test_every_asset_can_be_moved_in_and_out_and_every_id_is_one_of_a_kind() -> None:
    methods = World().funding.methods
    assert all(methods.by_asset.values())
    directions: tuple[Direction, ...] = ("deposit", "withdraw")
    for direction in directions:
        ids = [method.method_id(direction) for method in methods.all]
        assert len(set(ids)) == len(ids)
        assert all(methods.by_id(direction, one) is not None for one in ids)
