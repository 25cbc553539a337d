"""Orders in contracts: what is taken, what is refused with which status, and what becomes of the rest."""

from __future__ import annotations

from decimal import Decimal

import pytest

from krakenkit.sandbox.engine.derivatives import BookChange, Declined, EditOrder, Gone, Trade
from sandbox.engine.derivatives_helpers import INVERSE, NOW, SECOND, XBT, Floor, kinds, last_fill


def edit(floor: Floor, name: str, order_id: str, **changes: object) -> object:
    return floor.made.edit(name, EditOrder(order_id=order_id, **changes), floor.now)  # type: ignore[arg-type]


# --- what comes in ----------------------------------------------------------------------------------------------------


def test_the_best_price_trades_first_and_at_one_price_the_longest_wait() -> None:
    floor = Floor()
    floor.place("ann", "sell", "1", "50002")
    floor.place("bob", "sell", "1", "50001")
    floor.place("ann", "sell", "1", "50001")

    done = floor.place("cat", "buy", "2.5", "50002")

    assert kinds(done) == ["filled"] * 3
    assert [last_fill(step)[0] for step in done.steps] == [Decimal(50_001), Decimal(50_001), Decimal(50_002)]
    assert [floor.size(name) for name in ("ann", "bob", "cat")] == [Decimal("-1.5"), Decimal(-1), Decimal("2.5")]
    assert floor.made.levels(XBT, "sell") == [(Decimal(50_002), Decimal("0.5"))]


def test_what_is_left_of_a_limit_order_rests() -> None:
    floor = Floor()
    floor.place("ann", "sell", "1", "50000")

    done = floor.place("bob", "buy", "3", "50000")

    assert kinds(done) == ["filled", "placed"]
    assert (done.order.filled, done.order.remaining) == (Decimal(1), Decimal(2))
    assert floor.made.levels(XBT, "buy") == [(Decimal(50_000), Decimal(2))]


def test_a_market_order_goes_one_percent_and_the_rest_is_dropped() -> None:
    floor = Floor()
    floor.place("ann", "sell", "1", "50000")
    floor.place("ann", "sell", "1", "50500")
    floor.place("ann", "sell", "1", "50501")

    done = floor.place("bob", "buy", "3")

    assert kinds(done) == ["filled", "filled", "removed"]
    assert floor.size("bob") == 2


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"kind": "post"}, "postWouldExecute"),
        ({"kind": "ioc", "limit_price": Decimal(49_999)}, "iocWouldNotExecute"),
        ({"kind": "fok", "qty": Decimal(2)}, "iocWouldNotExecute"),
        ({"kind": "trailing_stop"}, "invalidPrice"),
        ({"kind": "liquidation"}, "invalidOrderType"),
        ({"side": "hold"}, "invalidSide"),
        ({"qty": Decimal("0.00001")}, "invalidSize"),
        ({"qty": Decimal(0)}, "invalidSize"),
        ({"limit_price": Decimal("50000.5")}, "invalidPrice"),
        ({"limit_price": Decimal(0)}, "invalidPrice"),
        ({"limit_price": None}, "invalidPrice"),
        ({"kind": "stp"}, "invalidPrice"),
        ({"reduce_only": True}, "wouldNotReducePosition"),
        ({"deadline": NOW - 1}, "wouldProcessAfterSpecifiedTime"),
        ({"contract": INVERSE, "qty": Decimal("0.5")}, "invalidSize"),
        # So high that a dollar's worth of bitcoin rounds to nothing, and no entry price could be told.
        ({"contract": INVERSE, "limit_price": Decimal("1E+30")}, "invalidPrice"),
    ],
)
def test_an_order_that_cannot_be_is_declined_and_nothing_changes(more: dict[str, object], status: str) -> None:
    floor = Floor()
    floor.place("ann", "sell", "1", "50000")
    before = floor.made.total("USD"), floor.made.levels(XBT, "sell")

    assert floor.declined("bob", "buy", "1", "50000", **more) == status
    assert (floor.made.total("USD"), floor.made.levels(XBT, "sell")) == before
    assert floor.made.open_orders("bob") == []
    assert floor.size("bob") == 0


def test_a_market_order_needs_somebody() -> None:
    assert Floor().declined("ann", "buy", "1") == "iocWouldNotExecute"


def test_nobody_trades_with_himself() -> None:
    floor = Floor()
    floor.place("bob", "sell", "1", "50000")
    floor.place("ann", "sell", "1", "50001")

    assert floor.declined("ann", "buy", "1.5", "50001") == "selfFill"
    assert floor.size("ann") == 0
    floor.place("ann", "buy", "1", "50001")
    assert floor.size("ann") == 1


def test_a_fill_or_kill_order_is_filled_whole() -> None:
    floor = Floor()
    floor.trade("ann", "bob", "1", "50000")
    floor.place("ann", "sell", "1", "50000")
    floor.place("ann", "sell", "1", "50001")

    done = floor.place("bob", "buy", "2", "50001", kind="fok")

    assert done.order.remaining == 0


def test_a_client_id_is_never_free_again() -> None:
    floor = Floor()
    floor.place("ann", "buy", "1", "40000", cli_ord_id="mine")
    floor.made.cancel("ann", NOW, cli_ord_id="mine")

    assert floor.declined("ann", "buy", "1", "40000", cli_ord_id="mine") == "clientOrderIdAlreadyExist"
    floor.place("bob", "buy", "1", "40000", cli_ord_id="mine")


@pytest.mark.parametrize(("mode", "status"), [("suspended", "marketSuspended"), ("post_only", "marketIsPostOnly")])
def test_the_mode_of_the_market_is_heeded(mode: str, status: str) -> None:
    floor = Floor()
    order = floor.place("ann", "buy", "1", "40000").order
    floor.made.mode = mode  # type: ignore[assignment]  # one of its words

    assert floor.declined("ann", "buy", "1", "41000") == status
    if mode == "post_only":
        floor.place("ann", "buy", "1", "41000", kind="post")
    assert floor.made.cancel("ann", NOW, order_id=order.order_id).order == order


# --- orders that only reduce ------------------------------------------------------------------------------------------


def test_an_order_that_only_reduces_is_cut_to_the_position() -> None:
    floor = Floor()
    floor.trade("ann", "bob", "1", "50000")

    done = floor.place("ann", "sell", "3", "51000", reduce_only=True)

    assert done.order.qty == 1
    assert done.steps[-1].reduced == 2


def test_it_never_turns_a_position_round() -> None:
    floor = Floor()
    floor.trade("ann", "bob", "2", "50000")
    floor.place("ann", "sell", "2", "51000", reduce_only=True)
    floor.trade("bob", "ann", "1.5", "50000")

    floor.place("cat", "buy", "2", "51000")

    assert floor.size("ann") == 0
    assert floor.made.open_orders("ann") == []


def test_it_goes_when_there_is_nothing_to_reduce_any_more() -> None:
    floor = Floor()
    floor.trade("ann", "bob", "1", "50000")
    floor.place("ann", "sell", "1", "55000", reduce_only=True)

    floor.trade("bob", "ann", "1", "50000")

    assert floor.steps("ann")[-1] == ("removed", "would_not_reduce_position")
    assert floor.made.levels(XBT, "sell") == []


# --- changes ----------------------------------------------------------------------------------------------------------


def test_an_edit_sets_what_remains_or_the_whole() -> None:
    floor = Floor()
    order = floor.place("ann", "sell", "3", "50000").order
    floor.place("bob", "buy", "1", "50000")

    edit(floor, "ann", order.order_id, qty=Decimal("1.5"))
    assert floor.made.open_orders("ann")[0].qty == Decimal("2.5")
    edit(floor, "ann", order.order_id, qty=Decimal("1.5"), whole=True)
    assert floor.made.open_orders("ann")[0].remaining == Decimal("0.5")
    with pytest.raises(Declined, match="invalidSize"):
        edit(floor, "ann", order.order_id, qty=Decimal(1), whole=True)


def test_a_smaller_size_keeps_the_place_and_a_larger_one_costs_it() -> None:
    floor = Floor()
    first = floor.place("ann", "sell", "2", "50000").order
    floor.place("bob", "sell", "1", "50000")
    edit(floor, "ann", first.order_id, qty=Decimal(1))
    floor.place("cat", "buy", "1", "50000")
    assert floor.size("ann") == -1

    again = floor.place("ann", "sell", "1", "50000").order
    edit(floor, "ann", again.order_id, qty=Decimal(1))
    floor.place("ann", "sell", "1", "50001")
    floor.place("cat", "buy", "1", "50000")
    assert floor.size("bob") == -1
    edit(floor, "ann", again.order_id, qty=Decimal(2))
    assert floor.made.levels(XBT, "sell")[0] == (Decimal(50_000), Decimal(2))


def test_an_edited_price_may_trade_at_once() -> None:
    floor = Floor()
    floor.place("ann", "sell", "1", "50000")
    order = floor.place("bob", "buy", "2", "49000").order

    edit(floor, "bob", order.order_id, limit_price=Decimal(50_000))

    assert floor.steps("bob") == [
        ("placed", "new_placed_order_by_user"),
        ("edited", "edited_by_user"),
        ("filled", "partial_fill"),
    ]
    assert floor.made.levels(XBT, "buy") == [(Decimal(50_000), Decimal(1))]


def test_a_post_order_is_not_edited_into_a_trade() -> None:
    floor = Floor()
    floor.place("ann", "sell", "1", "50000")
    order = floor.place("bob", "buy", "1", "49000", kind="post").order

    with pytest.raises(Declined, match="postWouldExecute"):
        edit(floor, "bob", order.order_id, limit_price=Decimal(50_000))
    assert floor.made.open_orders("bob") == [order]


def test_an_edit_beyond_the_means_is_declined() -> None:
    floor = Floor()
    order = floor.place("ann", "buy", "60", "50000").order

    edit(floor, "ann", order.order_id, qty=Decimal(100))
    with pytest.raises(Declined, match="insufficientAvailableFunds"):
        edit(floor, "ann", order.order_id, qty=Decimal(101))


def test_what_is_gone_is_neither_edited_nor_cancelled() -> None:
    floor = Floor()
    order = floor.place("ann", "sell", "1", "50000").order
    floor.place("bob", "buy", "1", "50000")

    with pytest.raises(Declined, match="orderForEditNotFound"):
        edit(floor, "ann", order.order_id, qty=Decimal(1))
    with pytest.raises(Declined, match="filled"):
        floor.made.cancel("ann", NOW, order_id=order.order_id)
    with pytest.raises(Declined, match="notFound"):
        floor.made.cancel("bob", NOW, order_id=order.order_id)


def test_all_orders_of_a_contract_are_cancelled_at_once() -> None:
    floor = Floor()
    floor.place("ann", "buy", "1", "40000")
    floor.place("ann", "buy", "100", "40000", contract=INVERSE)
    floor.place("bob", "buy", "1", "40000")

    assert len(floor.made.cancel_all("ann", NOW, contracts=[XBT])) == 1
    assert [order.contract for order in floor.made.open_orders("ann")] == [INVERSE]
    assert len(floor.made.cancel_all("ann", NOW)) == 1
    assert len(floor.made.open_orders("bob")) == 1


def test_the_switch_cancels_when_it_is_not_set_again() -> None:
    floor = Floor()
    floor.place("ann", "buy", "1", "40000")

    assert floor.made.cancel_all_after("ann", 60, NOW) == NOW + 60 * SECOND
    floor.made.cancel_all_after("ann", 60, NOW + 50 * SECOND)
    floor.made.tick(NOW + 100 * SECOND)
    assert len(floor.made.open_orders("ann")) == 1
    floor.made.tick(NOW + 110 * SECOND)
    assert floor.steps("ann")[-1] == ("removed", "dead_man_switch")
    floor.place("ann", "buy", "1", "40000")
    assert floor.made.cancel_all_after("ann", 0, NOW + 111 * SECOND) is None


def test_the_status_of_an_order_is_remembered_for_a_while() -> None:
    floor = Floor()
    order = floor.place("ann", "buy", "1", "40000", cli_ord_id="mine").order
    assert floor.made.orders("ann", ["mine", order.order_id, "no such"], since=NOW) == [order]

    floor.made.cancel("ann", NOW, cli_ord_id="mine")

    (gone,) = floor.made.orders("ann", ["mine"], since=NOW)
    assert isinstance(gone, Gone)
    assert gone.reason == "cancelled_by_user"
    assert floor.made.orders("ann", ["mine"], since=NOW + 1) == []


# --- triggers ---------------------------------------------------------------------------------------------------------


def test_a_stop_waits_for_the_mark_price_and_binds_nothing() -> None:
    floor = Floor()
    floor.trade("ann", "bob", "1", "50000")
    floor.place("bob", "buy", "1", "48000")
    done = floor.place("ann", "sell", "1", kind="stp", stop_price=Decimal(49_000))

    assert (done.order.waiting, floor.made.levels(XBT, "sell")) == (True, [])
    floor.set_index("49001")
    assert floor.size("ann") == 1
    floor.set_index("49000")
    assert floor.size("ann") == 0
    assert floor.steps("ann")[-3:] == [
        ("placed", "new_placed_order_by_user"),
        ("fired", "stop_order_triggered"),
        ("filled", "full_fill"),
    ]


@pytest.mark.parametrize(
    ("kind", "side", "goes_off_at"),
    [
        ("stp", "buy", "51000"),
        ("stp", "sell", "49000"),
        ("take_profit", "buy", "49000"),
        ("take_profit", "sell", "51000"),
    ],
)
def test_each_trigger_waits_on_its_side(kind: str, side: str, goes_off_at: str) -> None:
    floor = Floor()
    price = Decimal(goes_off_at)
    floor.place("ann", side, "1", "50000", kind=kind, stop_price=price, signal="index")
    other = Decimal(100_000) - price

    floor.set_index(str(other))
    assert floor.made.open_orders("ann")[0].waiting
    floor.set_index(goes_off_at)

    (order,) = floor.made.open_orders("ann")
    assert (order.waiting, order.kind) == (False, "lmt")
    assert floor.steps("ann")[-1] == ("placed", "limit_order_from_stop")


def test_one_stop_may_set_off_the_next_by_the_last_price() -> None:
    floor = Floor()
    for name, price in (("bob", "49000"), ("bob", "48000")):
        floor.place(name, "buy", "1", price)
    for stop in ("49500", "49000"):
        floor.place("ann", "sell", "1", kind="stp", stop_price=Decimal(stop), signal="last")

    floor.trade("cat", "bob", "0.1", "49500")

    assert floor.size("ann") == -2
    assert floor.made.open_orders("ann") == []


def test_a_stop_without_anybody_to_trade_with_is_cancelled() -> None:
    floor = Floor()
    floor.place("ann", "sell", "1", kind="stp", stop_price=Decimal(49_000), signal="index")

    floor.set_index("48000")

    assert floor.steps("ann")[-1] == ("removed", "ioc_order_failed_because_it_would_not_be_executed")


def test_a_trigger_price_is_edited_on_stops_only() -> None:
    floor = Floor()
    stop = floor.place("ann", "buy", "1", kind="stp", stop_price=Decimal(51_000)).order
    plain = floor.place("ann", "buy", "1", "40000").order

    edit(floor, "ann", stop.order_id, stop_price=Decimal(52_000))
    assert floor.made.open_orders("ann")[-1].stop_price == Decimal(52_000)
    with pytest.raises(Declined, match="orderForEditNotAStop"):
        edit(floor, "ann", plain.order_id, stop_price=Decimal(52_000))


# --- what everybody sees ----------------------------------------------------------------------------------------------


def test_changes_of_a_book_are_counted_and_never_cross_it() -> None:
    floor = Floor()
    floor.place("ann", "sell", "1", "50000")
    floor.place("ann", "sell", "1", "50001")
    floor.made.events()

    floor.place("bob", "buy", "1.5", "50000")

    changes = [event for event in floor.made.events() if isinstance(event, BookChange)]
    assert [(one.seq, one.side, one.price, one.qty) for one in changes] == [
        (3, "sell", Decimal(50_000), Decimal(0)),
        (4, "buy", Decimal(50_000), Decimal("0.5")),
    ]
    assert floor.made.book_seq(XBT) == 4


def test_a_public_trade_names_the_takers_side_and_counts() -> None:
    floor = Floor()
    floor.trade("ann", "bob", "1", "50000")
    floor.trade("bob", "ann", "1", "50010")

    first, second = floor.made.trades(XBT)
    assert isinstance(first, Trade)
    assert [(one.seq, one.side, one.price) for one in (first, second)] == [
        (1, "buy", Decimal(50_000)),
        (2, "buy", Decimal(50_010)),
    ]
    assert floor.made.ticker(XBT).open_interest == 0
    assert floor.made.ticker(XBT).last == second


def test_the_mark_price_takes_half_a_minute_to_follow_the_book_and_stays_near_the_index() -> None:
    floor = Floor()
    floor.place("ann", "buy", "1", "50100")
    floor.place("ann", "sell", "1", "50201")
    assert floor.made.ticker(XBT).mark == Decimal(50_000)
    floor.wait(20)
    assert Decimal(50_050) < floor.made.ticker(XBT).mark < Decimal(50_100)
    floor.wait(600)
    assert Decimal(50_150) < floor.made.ticker(XBT).mark <= Decimal("50150.5")
    floor.set_index("45000")
    floor.wait(600)
    assert floor.made.ticker(XBT).mark == Decimal(45_450)
