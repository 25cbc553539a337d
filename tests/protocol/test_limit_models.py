"""The meters by values: what they let through is never more than the manual's figures, and never less for long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krakenkit.protocol.limit_engine import OrderAction, OrderMemory, action_of, pair_name
from krakenkit.protocol.limit_models import Counter, Gate, Window
from krakenkit.wire.raw import raw_request
from krakenkit.wire.spot.batches import BatchedOrder, BatchOrder, CancelBatchOrders, PlacedBatch, SubmitBatchOrders
from krakenkit.wire.spot.edits import EditedOrder, EditOrder
from krakenkit.wire.spot.trading import AmendOrder, CancelOrder, PlacedOrder, SubmitOrder
from krakenkit.wire.trading_limits import TIERS, Verb, engine_cost

STARTER = TIERS["starter"]


def counter(most: float = STARTER.rest_most, decay: float = STARTER.rest_decay) -> Counter:
    return Counter("a counter", most=most, decay=decay)


def test_a_counter_takes_its_maximum_at_once_and_then_as_much_as_it_falls() -> None:
    rest = counter()
    for _ in range(15):
        assert rest.wait(1, now=100.0) == 0
        rest.charge(1, now=100.0)
    assert rest.wait(1, now=100.0) == pytest.approx(1 / 0.33)
    assert rest.wait(2, now=101.0) == pytest.approx(2 / 0.33 - 1)
    assert rest.wait(1, now=100.0 + 1 / 0.33) == 0


def test_a_counter_never_falls_below_zero() -> None:
    rest = counter()
    rest.charge(3, now=0.0)
    assert rest.level(now=1000.0) == 0
    rest.charge(15, now=1000.0)
    assert rest.wait(1, now=1000.0) > 0


def test_a_clock_that_steps_back_between_threads_changes_nothing() -> None:
    rest = counter()
    rest.charge(15, now=10.0)
    assert rest.level(now=9.0) == 15


def test_a_refusal_puts_a_counter_at_its_maximum() -> None:
    rest = counter()
    rest.charge(2, now=0.0)
    rest.fill(now=0.0)
    assert rest.level(now=0.0) == 15


def test_refusals_that_come_together_count_once_and_repeated_ones_lengthen_the_wait() -> None:
    rest = counter(most=20, decay=0.5)
    for _ in range(10):
        rest.fill(now=0.0)
    assert rest.wait(1, now=0.0) == pytest.approx(2.0)
    rest.fill(now=2.5)
    assert rest.wait(1, now=2.5) == pytest.approx(4.0)
    rest.fill(now=200.0)
    assert rest.wait(1, now=200.0) == pytest.approx(2.0)


def test_other_figures_count_from_the_moment_they_are_given() -> None:
    rest = counter(most=20, decay=0.5)
    rest.charge(20, now=0.0)
    rest.retune(most=15, decay=0.33, now=4.0)
    assert rest.level(now=4.0) == pytest.approx(18.0)
    assert rest.wait(1, now=4.0) == pytest.approx(4 / 0.33)


def test_a_window_lets_spent_points_come_back_when_they_are_as_old_as_it_is_long() -> None:
    budget = Window("a budget", most=500, seconds=10)
    budget.charge(300, now=0.0)
    budget.charge(200, now=4.0)
    assert budget.wait(10, now=4.0) == pytest.approx(6.0)
    assert budget.wait(310, now=4.0) == pytest.approx(10.0)
    assert budget.wait(300, now=10.0) == 0
    assert budget.level(now=14.0) == 0


def test_a_line_that_is_longer_than_a_window_waits_for_several() -> None:
    budget = Window("a budget", most=500, seconds=10)
    budget.charge(500, now=0.0)
    assert budget.wait(510, now=1.0) == pytest.approx(19.0)


def test_a_refused_window_comes_back_bit_by_bit() -> None:
    budget = Window("a budget", most=500, seconds=10)
    budget.charge(100, now=0.0)
    budget.fill(now=0.0)
    assert budget.level(now=0.0) == pytest.approx(500)
    assert budget.wait(10, now=0.0) == pytest.approx(1.0)
    assert budget.wait(200, now=0.0) == pytest.approx(5.0)
    assert budget.level(now=10.5) == 0


def test_a_gate_opens_at_its_moment_and_the_later_moment_counts() -> None:
    gate = Gate("the exchange")
    gate.shut(12.0, "EService:Throttled")
    gate.shut(9.0, "something shorter")
    assert gate.wait(1, now=10.0) == 2.0
    assert gate.wait(1, now=12.0) == 0
    assert "Throttled" in gate.describe(10.0)


spends = st.lists(
    st.tuples(st.floats(0, 5, allow_nan=False), st.floats(0.5, 12, allow_nan=False)), min_size=1, max_size=60
)


@given(spends=spends)
def test_whoever_waits_as_told_never_overruns_a_counter(spends: list[tuple[float, float]]) -> None:
    model, now, sent = counter(most=15, decay=0.33), 0.0, list[tuple[float, float]]()
    for pause, cost in spends:
        now += pause
        if wait := model.wait(cost, now):
            now += wait
        assert model.wait(cost, now) <= 1e-6
        model.charge(cost, now)
        sent.append((now, cost))
    assert naive_peak(sent, decay=0.33) <= 15 + 1e-6


def naive_peak(sent: list[tuple[float, float]], *, decay: float) -> float:
    """The highest stand of the exchange's own counter."""
    level, last, peak = 0.0, 0.0, 0.0
    for at, cost in sent:
        level = max(level - (at - last) * decay, 0.0) + cost
        last, peak = at, max(peak, level)
    return peak


@given(spends=spends)
def test_whoever_waits_as_told_never_overruns_any_window(spends: list[tuple[float, float]]) -> None:
    model, now, sent = Window("a budget", most=30, seconds=10), 0.0, list[tuple[float, float]]()
    for pause, cost in spends:
        now += pause
        now += model.wait(cost, now)
        assert model.wait(cost, now) <= 1e-6
        model.charge(cost, now)
        sent.append((now, cost))
    for start, _ in sent:
        inside = sum(cost for at, cost in sent if start <= at < start + 10 - 1e-6)
        assert inside <= 30 + 1e-6


# --- the engine's costs -----------------------------------------------------------------------------------------------


def test_the_manuals_worked_example_adds_up_to_eight() -> None:
    added = engine_cost("add")
    amended = engine_cost("amend", age=7)
    cancelled = engine_cost("cancel", age=36)
    assert (added, amended, cancelled) == (1, 3, 4)
    assert added + amended + cancelled == 8


@pytest.mark.parametrize(
    ("verb", "by_age"),
    [
        ("amend", {0: 4, 4.9: 4, 5: 3, 10: 2, 15: 1, 1000: 1}),
        ("edit", {0: 7, 5: 6, 10: 5, 15: 3, 45: 2, 90: 1, 1000: 1}),
        ("cancel", {0: 8, 5: 6, 10: 5, 15: 4, 45: 2, 90: 1, 299: 1, 300: 0}),
    ],
)
def test_young_orders_cost_more(verb: Verb, by_age: dict[float, float]) -> None:
    assert {age: engine_cost(verb, age) for age in by_age} == by_age


def test_an_order_of_unknown_age_counts_as_old() -> None:
    assert [engine_cost(verb) for verb in ("add", "amend", "edit", "cancel")] == [1, 1, 1, 0]


@pytest.mark.parametrize("spelling", ["XXBTZUSD", "XBTUSD", "XBT/USD", "BTC/USD", "btcusd"])
def test_spellings_of_a_pair_are_one_pair(spelling: str) -> None:
    assert pair_name(spelling) == "BTCUSD"


def submit(**more: str | bool) -> SubmitOrder:
    return SubmitOrder(pair="XBTUSD", type="buy", ordertype="limit", volume="1", price="1", **more)  # type: ignore[arg-type]


def acted(memory: OrderMemory, request: object, now: float, answer: object = None) -> dict[str, float]:
    """The costs of a call that is then done."""
    action = action_of(request)  # type: ignore[arg-type]
    assert action is not None
    costs = action.costs(memory, now)
    action.done(memory, now, answer)
    return costs


def test_the_worked_example_from_requests() -> None:
    memory = OrderMemory()
    assert acted(memory, submit(), 0.0, PlacedOrder(txid=["O1"])) == {"BTCUSD": 1}
    assert acted(memory, AmendOrder(txid="O1", limit_price="2"), 7.0, object()) == {"BTCUSD": 3}
    assert acted(memory, CancelOrder("O1"), 43.0, object()) == {"BTCUSD": 4}
    assert len(memory) == 0


def test_an_amend_by_one_id_makes_the_order_young_under_the_other() -> None:
    memory = OrderMemory()
    acted(memory, submit(cl_ord_id="mine"), 0.0, PlacedOrder(txid=["O1"]))
    acted(memory, AmendOrder(txid="O1", limit_price="2"), 100.0, object())
    assert acted(memory, CancelOrder(cl_ord_id="mine"), 103.0) == {"BTCUSD": 8}


def test_an_order_whose_answer_was_lost_is_known_by_its_own_id() -> None:
    memory = OrderMemory()
    acted(memory, submit(cl_ord_id="mine"), 0.0, None)
    assert acted(memory, CancelOrder(cl_ord_id="mine"), 1.0) == {"BTCUSD": 8}


def test_a_validated_order_is_counted_and_not_remembered() -> None:
    memory = OrderMemory()
    assert acted(memory, submit(validate=True, cl_ord_id="mine"), 0.0, PlacedOrder()) == {"BTCUSD": 1}
    assert len(memory) == 0


def test_a_batch_costs_half_per_order_and_each_is_remembered_unless_refused() -> None:
    memory = OrderMemory()
    rows = [BatchOrder(type="buy", ordertype="limit", volume="1", cl_ord_id=f"c{i}") for i in range(3)]
    answer = PlacedBatch([BatchedOrder(txid="O0"), BatchedOrder(error="EOrder:Insufficient funds"), BatchedOrder("O2")])
    assert acted(memory, SubmitBatchOrders(pair="XBTUSD", orders=rows), 0.0, answer) == {"BTCUSD": 1.5}
    cancel = CancelBatchOrders(["O0", "O2"], ["c1"])
    assert acted(memory, cancel, 6.0, object()) == {"BTCUSD": 12}


def test_a_batch_cancel_counts_each_pair_apart() -> None:
    memory = OrderMemory()
    memory.remember("BTCUSD", 0.0, "O1")
    memory.remember("ETHUSD", 0.0, "O2")
    assert acted(memory, CancelBatchOrders(["O1", "O2", 17]), 20.0) == {"BTCUSD": 4, "ETHUSD": 4}


def test_an_edit_gives_birth_to_a_new_order() -> None:
    memory = OrderMemory()
    acted(memory, submit(), 0.0, PlacedOrder(txid=["O1"]))
    edit = EditOrder(txid="O1", pair="XBTUSD", price="2")
    assert acted(memory, edit, 20.0, EditedOrder(status="ok", txid="O2")) == {"BTCUSD": 3}
    assert memory.find("O1") is None
    assert acted(memory, CancelOrder("O2"), 21.0) == {"BTCUSD": 8}


def test_a_refused_edit_leaves_the_order_as_old_as_it_was() -> None:
    memory = OrderMemory()
    acted(memory, submit(), 0.0, PlacedOrder(txid=["O1"]))
    refused = EditedOrder(status="err", error_message="EOrder:Invalid price")
    acted(memory, EditOrder(txid="O1", pair="XBTUSD", price="2"), 20.0, refused)
    assert acted(memory, CancelOrder("O1"), 21.0) == {"BTCUSD": 4}


def test_orders_through_the_open_door_count_too() -> None:
    memory = OrderMemory()
    given = {"pair": "XBTUSD", "cl_ord_id": "mine"}
    assert acted(memory, raw_request("POST", "/0/private/AddOrder", given), 0.0, {"txid": ["O1"]}) == {"BTCUSD": 1}
    assert acted(memory, raw_request("POST", "/0/private/CancelOrder", {"txid": "O1"}), 1.0) == {"BTCUSD": 8}


def test_the_memory_keeps_the_latest_orders_only() -> None:
    memory = OrderMemory(size=100)
    for n in range(1000):
        memory.remember("BTCUSD", float(n), f"O{n}")
    assert len(memory) == 100
    assert memory.find("O899") is None
    assert memory.find("O900") is not None


def test_an_order_of_unknown_pair_is_not_counted() -> None:
    assert OrderAction("cancel", None, ids=("O9",)).costs(OrderMemory(), 0.0) == {}
