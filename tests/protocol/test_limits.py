"""Who waits, for what, and who goes first; with a clock that is moved by hand."""

from __future__ import annotations

import heapq
import threading
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krakenkit.errors import SettingsError
from krakenkit.protocol.limit_lanes import PublicPace
from krakenkit.protocol.limit_models import Ticket
from krakenkit.protocol.limits import ClientLimits
from krakenkit.wire.environment import Environment
from krakenkit.wire.futures import account as futures_account
from krakenkit.wire.futures import orders as futures_orders
from krakenkit.wire.futures import trading as futures_trading
from krakenkit.wire.futures.account_log import GetAccountLog
from krakenkit.wire.futures.market import GetTickers
from krakenkit.wire.institutional.custody import ListCustodyVaults
from krakenkit.wire.raw import raw_request
from krakenkit.wire.request import Request
from krakenkit.wire.spot.ledgers import GetLedgersInfo
from krakenkit.wire.spot.market import GetServerTime
from krakenkit.wire.spot.trading import CancelAllOrders, CancelOrder, PlacedOrder
from protocol.limit_desk import BALANCE, ORDER, Desk, ask, full, place, sent

# --- what calls cost --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tier", "burst", "pause"), [("starter", 15, 1 / 0.33), ("intermediate", 20, 2), ("pro", 20, 1)]
)
def test_a_key_may_spend_its_tiers_maximum_and_then_waits_for_the_decay(tier: Any, burst: int, pause: float) -> None:
    desk = Desk()
    client = desk.client(tier=tier)
    for _ in range(burst):
        sent(client, BALANCE)
    assert ask(client, BALANCE) == pytest.approx(pause)
    assert ask(client, GetLedgersInfo()) == pytest.approx(2 * pause)
    desk.now += pause
    assert ask(client, BALANCE) == 0


def test_an_account_whose_tier_nobody_says_counts_as_intermediate() -> None:
    client = Desk().client()
    for _ in range(20):
        sent(client, BALANCE)
    assert ask(client, BALANCE) == pytest.approx(2.0)


def test_a_wait_has_a_margin_because_the_exchange_counts_at_arrival() -> None:
    client = Desk(margin=0.2).client()
    for _ in range(20):
        sent(client, BALANCE)
    assert ask(client, BALANCE) == pytest.approx(2.2)


def test_two_clients_of_one_key_share_what_is_counted_and_other_keys_do_not() -> None:
    desk = Desk()
    first, second, other = desk.client("key-one"), desk.client("key-one"), desk.client("key-two")
    for _ in range(10):
        sent(first, BALANCE)
        sent(second, BALANCE)
    assert ask(first, BALANCE) > 0
    assert ask(second, BALANCE) > 0
    assert ask(other, BALANCE) == 0


def test_the_same_key_somewhere_else_is_counted_apart() -> None:
    desk = Desk()
    here, there = desk.client(), desk.client(environment=Environment("copy", spot_rest="https://copy.example"))
    for _ in range(20):
        sent(here, BALANCE)
    assert ask(there, BALANCE) == 0


def test_a_tier_that_one_client_gives_holds_for_all_clients_of_the_key() -> None:
    desk = Desk()
    old = desk.client()
    for _ in range(15):
        sent(old, BALANCE)
    desk.client(tier="starter")
    assert ask(old, BALANCE) == pytest.approx(1 / 0.33)


def test_orders_cost_nothing_on_the_rest_counter_and_their_pairs_are_counted_apart() -> None:
    client = Desk().client(tier="starter")
    for _ in range(15):
        sent(client, BALANCE)
    for _ in range(60):
        sent(client, ORDER)
    assert ask(client, ORDER) == pytest.approx(1.0)
    assert ask(client, raw_request("POST", "/0/private/AddOrder", {"pair": "XXBTZUSD"})) == pytest.approx(1.0)
    assert ask(client, raw_request("POST", "/0/private/AddOrder", {"pair": "ETHUSD"})) == 0


def test_a_cancel_does_not_wait_for_the_engines_counter_but_counts_on_it() -> None:
    client = Desk().client(tier="starter")
    client.answered(sent(client, ORDER), PlacedOrder(txid=["O1"]))
    for _ in range(59):
        sent(client, ORDER)
    assert ask(client, ORDER) == pytest.approx(1.0)
    sent(client, CancelOrder("O1"))
    assert ask(client, ORDER) == pytest.approx(9.0)


def test_raw_calls_cost_what_their_path_costs() -> None:
    client = Desk().client()
    sent(client, raw_request("POST", "/0/private/Ledgers", {}))
    sent(client, raw_request("POST", "/0/private/SomethingNew", {}))
    assert sum(client.levels().values()) == 3


def test_futures_calls_share_500_points_in_ten_seconds() -> None:
    desk = Desk()
    client = desk.client()
    order = futures_trading.SubmitOrder(order_type="mkt", symbol="PF_XBTUSD", side="buy", size=1)
    for _ in range(49):
        sent(client, order)
    desk.now += 3
    assert ask(client, order) == 0
    assert ask(client, futures_account.GetAccounts()) == pytest.approx(7.0)


def test_futures_calls_cost_by_their_parameters() -> None:
    client = Desk().client()
    sent(client, futures_orders.GetFills(last_fill_time="2026-01-01T00:00:00Z"))
    sent(client, GetAccountLog(count=5000))
    assert sorted(client.levels().values()) == [6, 25]


def test_the_history_budget_comes_back_at_ten_points_a_minute() -> None:
    client = Desk().client()
    for _ in range(10):
        sent(client, GetAccountLog(count=100_000))
    assert ask(client, GetAccountLog(count=10)) == pytest.approx(6.0)


def test_public_futures_calls_are_free() -> None:
    client = Desk().client(None)
    for _ in range(1000):
        sent(client, GetTickers())


def test_public_spot_calls_keep_a_mild_pace_that_the_whole_process_shares() -> None:
    desk = Desk()
    first, second = desk.client(None), desk.client("key-one")
    for _ in range(5):
        sent(first, GetServerTime())
        sent(second, GetServerTime())
    assert ask(first, GetServerTime()) == pytest.approx(1.0)


def test_the_public_pace_can_be_set() -> None:
    client = Desk().client(None, public_pace=PublicPace(rate=5, burst=50))
    for _ in range(50):
        sent(client, GetServerTime())
    assert ask(client, GetServerTime()) == pytest.approx(0.2)


@pytest.mark.parametrize("wrong", [{"rate": 0}, {"rate": -1}, {"burst": 0}])
def test_a_pace_that_lets_nothing_through_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="PublicPace"):
        PublicPace(**wrong)


def test_custody_calls_have_a_window_for_the_whole_machine_besides() -> None:
    desk = Desk()
    for key in range(10):
        for _ in range(20):
            sent(desk.client(f"custody-{key}"), ListCustodyVaults())
    assert ask(desk.client("custody-new"), ListCustodyVaults()) == pytest.approx(30.0)


# --- the line ---------------------------------------------------------------------------------------------------------


def test_whoever_waits_first_goes_first() -> None:
    desk = Desk()
    client = full(desk)
    first, second = place(client, BALANCE), place(client, BALANCE)
    assert client.reserve(first) == pytest.approx(2.0)
    assert client.reserve(second) == pytest.approx(4.0)
    desk.now += 2
    assert client.reserve(second) == pytest.approx(2.0)
    assert client.reserve(first) == 0


def test_a_newcomer_does_not_slip_in_before_those_who_wait() -> None:
    desk = Desk()
    client = full(desk)
    dear = place(client, GetLedgersInfo())
    client.reserve(dear)
    desk.now += 2
    assert ask(client, BALANCE) == pytest.approx(4.0)
    desk.now += 2
    assert client.reserve(dear) == 0


def test_cancels_go_before_orders_and_orders_before_reads() -> None:
    desk = Desk()
    client = desk.client()
    for _ in range(50):
        sent(client, futures_trading.CancelOrder(order_id="one"))
    read = place(client, futures_account.GetAccounts())
    order = place(client, futures_trading.SubmitOrder(order_type="mkt", symbol="PF_XBTUSD", side="buy", size=1))
    cancel = place(client, futures_trading.CancelAllOrders())
    for ticket in (read, order, cancel):
        assert client.reserve(ticket) > 0
    assert [one.priority for one in client.waiting()] == ["cancel", "order", "read"]


def test_a_waiting_cancel_is_served_before_the_read_that_came_earlier() -> None:
    desk = Desk()
    client = full(desk)
    read, cancel = place(client, BALANCE), place(client, CancelAllOrders())
    client.reserve(read)
    assert client.reserve(cancel) == pytest.approx(2.0)
    desk.now += 2
    assert client.reserve(read) == pytest.approx(2.0)
    assert client.reserve(cancel) == 0


def test_a_call_that_gives_up_leaves_the_line() -> None:
    desk = Desk()
    client = full(desk)
    given_up, patient = place(client, BALANCE), place(client, BALANCE)
    client.reserve(given_up)
    client.leave(given_up)
    assert client.reserve(patient) == pytest.approx(2.0)


def test_a_call_that_vanished_without_a_word_is_passed_after_some_seconds() -> None:
    desk = Desk()
    client = full(desk)
    client.reserve(place(client, CancelAllOrders()))
    desk.now += 2
    assert ask(client, BALANCE) == pytest.approx(2.0)
    desk.now += 5.1
    assert client.waiting() == []
    for _ in range(3):
        sent(client, BALANCE)
    assert ask(client, BALANCE) == pytest.approx(0.9)


arrivals = st.lists(
    st.tuples(st.floats(0, 4, allow_nan=False), st.sampled_from([BALANCE, GetLedgersInfo(), CancelAllOrders()])),
    min_size=1,
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(arrivals=arrivals)
def test_no_schedule_overruns_the_exchanges_counter_and_every_call_gets_through(
    arrivals: list[tuple[float, Request[Any]]],
) -> None:
    desk = Desk()
    client = desk.client(tier="starter")
    for _ in range(13):
        sent(client, BALANCE)
    served = simulate(desk, client, arrivals)
    level, last = 13.0, 1000.0
    assert len(served) == len(arrivals)
    for at, cost, _ in served:
        level, last = max(level - (at - last) * 0.33, 0.0) + cost, at
        assert level <= 15 + 1e-6


@settings(max_examples=60, deadline=None)
@given(arrivals=arrivals)
def test_no_call_goes_while_a_better_one_is_known_to_wait_unless_there_is_room_for_both(
    arrivals: list[tuple[float, Request[Any]]],
) -> None:
    desk = Desk()
    client = desk.client(tier="starter")
    for _ in range(15):
        sent(client, BALANCE)
    at_once = [(0.0, request) for _, request in arrivals]
    ranks = [ticket.rank for _, _, ticket in simulate(desk, client, at_once)]
    assert ranks == sorted(ranks)


def simulate(
    desk: Desk, client: ClientLimits, arrivals: list[tuple[float, Request[Any]]]
) -> list[tuple[float, float, Ticket]]:
    """Let every call ask when it was told to; the calls served, as (moment, cost, ticket)."""
    asking: list[tuple[float, int, Ticket, int]] = []
    at = desk.now
    for number, (pause, request) in enumerate(arrivals):
        at += pause
        heapq.heappush(asking, (at, number, place(client, request), request.route.cost or 0))
    served: list[tuple[float, float, Ticket]] = []
    while asking:
        desk.now, number, ticket, cost = heapq.heappop(asking)
        seconds = client.reserve(ticket)
        if seconds:
            heapq.heappush(asking, (desk.now + seconds, number, ticket, cost))
        else:
            served.append((desk.now, cost, ticket))
    return served


def test_threads_never_get_more_than_the_limit_between_them() -> None:
    client = Desk().client()
    passed: list[bool] = []
    start = threading.Barrier(8)

    def work() -> None:
        start.wait()
        passed.extend(ask(client, BALANCE) == 0 for _ in range(50))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(passed) == 20
    assert client.waiting() == []
