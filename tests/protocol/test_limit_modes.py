"""Waiting, raising or neither; what a refusal teaches; and what is told about all of it."""

from __future__ import annotations

import pytest

from krakenkit.errors import RateLimited, SettingsError
from krakenkit.protocol.limits import HeldBack
from krakenkit.wire.environment import Environment
from krakenkit.wire.futures import account as futures_account
from krakenkit.wire.futures import trading as futures_trading
from krakenkit.wire.futures.market import GetTickers
from krakenkit.wire.raw import raw_request
from krakenkit.wire.spot.ledgers import GetLedgersInfo
from krakenkit.wire.spot.market import GetServerTime
from krakenkit.wire.spot.trading import CancelAllOrders, CancelOrder, PlacedOrder
from protocol.limit_desk import BALANCE, ORDER, Desk, ask, full, place, refused, sent

# --- modes ------------------------------------------------------------------------------------------------------------


def test_raising_tells_what_was_not_sent_and_when_to_call_again() -> None:
    client = Desk().client(mode="raise")
    for _ in range(20):
        sent(client, BALANCE)
    with pytest.raises(
        RateLimited, match=r"POST /0/private/Balance waits for the REST counter.*Nothing was sent"
    ) as told:
        client.reserve(place(client, BALANCE))
    assert told.value.retry_after == pytest.approx(2.0)
    assert (told.value.codes, told.value.request) == ((), "POST /0/private/Balance")
    assert isinstance(told.value, HeldBack)
    assert told.value.sent is False
    assert client.waiting() == []


def test_raising_names_the_order_that_was_held_back() -> None:
    client = Desk().client(mode="raise", tier="starter")
    for _ in range(60):
        sent(client, ORDER)
    with pytest.raises(RateLimited) as told:
        client.reserve(place(client, ORDER))
    assert told.value.client_order_id == "mine"


def test_switched_off_nothing_is_counted() -> None:
    desk = Desk()
    client = desk.client(mode="off")
    assert client.ticket(BALANCE) is None
    assert desk.client().levels() == {}
    assert "off" in client.explain()


def test_a_sandbox_on_this_machine_is_not_limited_unless_asked_for() -> None:
    here = "http://127.0.0.1:8000"
    box = Environment("box", spot_rest=here, futures_rest=here, nexus_rest=here)
    desk = Desk()
    assert desk.client(environment=box).mode == "off"
    assert desk.client(environment=box).ticket(BALANCE) is None
    asked = desk.client(environment=box, mode="wait")
    for _ in range(20):
        sent(asked, BALANCE)
    assert ask(asked, BALANCE) == pytest.approx(2.0)


def test_a_private_call_without_a_key_is_not_counted() -> None:
    assert Desk().client(None).ticket(BALANCE) is None


def test_unknown_words_are_refused_with_the_known_ones() -> None:
    with pytest.raises(SettingsError, match="limits is 'sometimes'; give one of wait, raise, off"):
        Desk().client(mode="sometimes")
    with pytest.raises(SettingsError, match="tier is 'gold'; give one of starter, intermediate, pro"):
        Desk().client(tier="gold")


# --- corrections ------------------------------------------------------------------------------------------------------


def test_a_full_counter_at_the_exchange_fills_ours() -> None:
    client = Desk().client()
    assert refused(client, BALANCE, "EAPI:Rate limit exceeded")
    assert ask(client, BALANCE) == pytest.approx(2.0)
    assert ask(client, ORDER) == 0


def test_orders_do_not_wait_for_the_rest_counter_even_when_refusals_pushed_it_over() -> None:
    desk = Desk()
    client = desk.client()
    refused(client, BALANCE, "EAPI:Rate limit exceeded")
    desk.now += 2
    refused(client, BALANCE, "EAPI:Rate limit exceeded")
    assert ask(client, BALANCE) == pytest.approx(4.0)
    assert ask(client, ORDER) == 0


def test_throttled_until_a_moment_holds_back_everything_of_the_key() -> None:
    desk = Desk()
    client, other = desk.client(), desk.client("key-two")
    assert refused(client, BALANCE, "EService:Throttled", retry_after=20.0)
    assert ask(client, BALANCE) == pytest.approx(20.0)
    assert ask(client, CancelOrder("O1")) == pytest.approx(20.0)
    assert ask(other, BALANCE) == 0
    desk.now += 20
    assert ask(client, BALANCE) == 0


def test_a_lockout_is_raised_rather_than_waited_for() -> None:
    desk = Desk()
    client = desk.client()
    assert not refused(client, BALANCE, "EGeneral:Temporary lockout")
    with pytest.raises(HeldBack, match="Temporary lockout") as told:
        client.reserve(place(client, BALANCE))
    assert told.value.retry_after == pytest.approx(300.0)
    desk.now += 300
    assert ask(client, BALANCE) == 0


def test_the_engines_refusal_fills_the_counter_of_that_pair_only() -> None:
    client = Desk().client()
    assert refused(client, ORDER, "EOrder:Rate limit exceeded")
    assert ask(client, ORDER) == pytest.approx(1 / 2.34)
    assert ask(client, raw_request("POST", "/0/private/AddOrder", {"pair": "ETHUSD"})) == 0
    assert ask(client, CancelOrder("O1")) == 0


def test_once_a_cancel_was_refused_cancels_of_the_pair_wait_too() -> None:
    desk = Desk()
    client = desk.client()
    client.answered(sent(client, ORDER), PlacedOrder(txid=["O1"]))
    assert refused(client, CancelOrder("O1"), "EOrder:Rate limit exceeded")
    assert ask(client, CancelOrder("O1")) == pytest.approx(8 / 2.34, abs=0.5)
    desk.now += 61
    assert ask(client, CancelOrder("O1")) == 0


def test_the_domains_limit_holds_back_orders_of_all_pairs_and_no_cancels() -> None:
    client = Desk().client()
    assert refused(client, ORDER, "EOrder:Domain rate limit exceeded")
    assert ask(client, raw_request("POST", "/0/private/AddOrder", {"pair": "ETHUSD"})) > 0
    assert ask(client, CancelOrder("O1")) == 0


def test_too_many_cancel_alls_hold_back_that_call_alone() -> None:
    client = Desk().client()
    assert refused(client, CancelAllOrders(), "EBM:limit exceeded:CAL")
    assert ask(client, CancelAllOrders()) == pytest.approx(5.0)
    assert ask(client, BALANCE) == 0


def test_a_spent_futures_budget_comes_back_bit_by_bit() -> None:
    client = Desk().client()
    assert refused(client, futures_account.GetAccounts(), "apiLimitExceeded")
    assert ask(client, futures_account.GetAccounts()) == pytest.approx(1.0)
    assert ask(client, futures_trading.CancelOrder(order_id="one")) == pytest.approx(1.0)


def test_a_public_refusal_slows_the_pace_of_the_process() -> None:
    desk = Desk()
    client, other = desk.client(None), desk.client("key-one")
    assert refused(client, GetServerTime(), "EGeneral:Too many requests")
    assert ask(other, GetServerTime()) == pytest.approx(1.0)
    assert ask(other, BALANCE) == 0


def test_a_call_without_a_meter_keeps_still_after_a_refusal() -> None:
    client = Desk().client(None)
    assert refused(client, GetTickers(), "apiLimitExceeded")
    assert ask(client, GetTickers()) == pytest.approx(5.0)


def test_in_raise_mode_a_refused_call_is_not_worth_sending_again() -> None:
    assert not refused(Desk().client(mode="raise"), BALANCE, "EAPI:Rate limit exceeded")


# --- explain ----------------------------------------------------------------------------------------------------------


def test_explain_says_what_waits_for_what() -> None:
    desk = Desk()
    client = full(desk)
    first, second = place(client, BALANCE), place(client, GetLedgersInfo())
    client.reserve(first)
    client.reserve(second)
    assert client.explain().splitlines() == [
        "2 calls waiting.",
        "2.0 s: POST /0/private/Balance waits for the REST counter of key KxQ2… (20 of 20, falling by 0.5 a second); "
        "it costs 1.",
        "6.0 s: POST /0/private/Ledgers waits for the REST counter of key KxQ2… (20 of 20, falling by 0.5 a second); "
        "it costs 2, after 1 other call.",
        "Now: the REST counter of key KxQ2… (20 of 20, falling by 0.5 a second).",
    ]


def test_explain_when_nothing_waits() -> None:
    assert Desk().client().explain() == "No call is waiting."


def test_explain_tells_of_refusals_and_the_tier_assumed() -> None:
    client = Desk().client()
    refused(client, BALANCE, "EAPI:Rate limit exceeded")
    assert "refused 1 for too many calls" in client.explain()
    assert "not intermediate" in client.explain()


def test_explain_names_the_pair() -> None:
    client = Desk().client(tier="starter")
    for _ in range(60):
        sent(client, ORDER)
    client.reserve(place(client, ORDER))
    assert "the order counter of BTCUSD" in client.waiting()[0].reason


def test_every_client_of_the_key_sees_the_line() -> None:
    desk = Desk()
    client = full(desk)
    client.reserve(place(client, BALANCE))
    (waiting,) = desk.client().waiting()
    assert (waiting.request, waiting.priority, waiting.seconds) == ("POST /0/private/Balance", "read", 2.0)


def test_texts_never_show_the_whole_key() -> None:
    desk = Desk()
    client = desk.client("a-very-long-and-secret-key")
    for _ in range(21):
        ticket = place(client, BALANCE)
        client.reserve(ticket)
    assert "secret" not in client.explain() + repr(client) + repr(client.waiting()) + repr(ticket)
