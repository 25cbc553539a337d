from __future__ import annotations

from decimal import Decimal

import pytest

from krakenkit.sandbox.engine import AmendOrder, EditOrder, EngineRefused, Exchange, OrderEvent, StatusEvent
from sandbox.engine.engine_helpers import NOW, PAIR, SECOND, exchange, limit, market, place, refusal


def code_of(made: Exchange, request: AmendOrder | EditOrder, *, account: str = "ann") -> str:
    with pytest.raises(EngineRefused) as refused:
        made.edit(account, request, NOW) if isinstance(request, EditOrder) else made.amend(account, request, NOW)
    return refused.value.code


def queue(made: Exchange, side: str = "buy") -> list[str]:
    return [order.order_id for order in made.queue(PAIR, side)]


# Amend


def test_an_amend_keeps_the_id_and_is_told_with_the_new_terms() -> None:
    made = exchange()
    order_id = place(made, "ann", limit("buy", "1", "30000", cl_ord_id="mine"))
    made.events()

    amended = made.amend("ann", AmendOrder(cl_ord_id="mine", qty=Decimal(2), limit_price=Decimal(29000)), NOW + 1)

    assert (amended.order.order_id, amended.order.qty, amended.order.limit_price) == (
        order_id,
        Decimal(2),
        Decimal("29000.0"),
    )
    assert amended.amend_id[0] == "T"
    assert [e.kind for e in made.events() if isinstance(e, OrderEvent)] == ["amended"]
    assert made.balance("ann", "USD").hold_trade == Decimal("58232.0000")
    assert [level.price for level in made.levels(PAIR, "buy")] == [Decimal("29000.0")]


def test_the_amend_history_begins_with_the_order_as_entered() -> None:
    made = exchange()
    order_id = place(made, "ann", limit("buy", "1", "30000"))
    assert [row.amend_type for row in made.amends("ann", order_id)] == ["original"]

    amended = made.amend("ann", AmendOrder(order_id=order_id, qty=Decimal("0.5")), NOW + 5)

    original, user = made.amends("ann", order_id)
    assert (original.amend_type, original.order_qty, original.at) == ("original", Decimal(1), NOW)
    assert (user.amend_id, user.amend_type, user.order_qty, user.reason, user.at) == (
        amended.amend_id,
        "user",
        Decimal("0.5"),
        "User requested",
        NOW + 5,
    )


def test_a_smaller_size_keeps_the_place_in_line_and_a_larger_one_loses_it() -> None:
    made = exchange()
    first, second = (place(made, "ann", limit("buy", "1", "30000")) for _ in range(2))

    made.amend("ann", AmendOrder(order_id=first, qty=Decimal("0.5")), NOW)
    assert queue(made) == [first, second]
    made.amend("ann", AmendOrder(order_id=first, qty=Decimal("0.6")), NOW)
    assert queue(made) == [second, first]
    assert [level.qty for level in made.levels(PAIR, "buy")] == [Decimal("1.6")]


def test_a_size_at_or_below_what_is_filled_cancels_the_rest() -> None:
    made = exchange()
    order_id = place(made, "ann", limit("buy", "1", "30000"))
    place(made, "bob", market("sell", "0.4"))

    amended = made.amend("ann", AmendOrder(order_id=order_id, qty=Decimal("0.3")), NOW)

    assert (amended.order.status, amended.order.cum_qty) == ("canceled", Decimal("0.4"))
    assert queue(made) == []
    assert made.balance("ann", "USD").hold_trade == 0


def test_an_amended_price_that_crosses_trades() -> None:
    made = exchange()
    place(made, "bob", limit("sell", "0.4", "30500"))
    order_id = place(made, "ann", limit("buy", "1", "30000"))

    amended = made.amend("ann", AmendOrder(order_id=order_id, limit_price=Decimal(30500)), NOW)

    assert (amended.order.status, amended.order.cum_qty) == ("partially_filled", Decimal("0.4"))
    assert [(level.price, level.qty) for level in made.levels(PAIR, "buy")] == [(Decimal("30500.0"), Decimal("0.6"))]


def test_post_only_amends_and_post_only_orders_do_not_cross() -> None:
    made = exchange()
    place(made, "bob", limit("sell", "0.4", "30500"))
    plain = place(made, "ann", limit("buy", "1", "30000"))
    posted = place(made, "ann", limit("buy", "1", "30000", post_only=True))

    assert (
        code_of(made, AmendOrder(order_id=plain, limit_price=Decimal(30500), post_only=True))
        == "EOrder:Post only order"
    )
    assert code_of(made, AmendOrder(order_id=posted, limit_price=Decimal(30500))) == "EOrder:Post only order"
    assert made.order("ann", plain).limit_price == Decimal(30000)


def test_an_icebergs_display_size_changes_in_place() -> None:
    made = exchange()
    iceberg = place(made, "ann", limit("buy", "3", "30000", order_type="iceberg", display_qty=Decimal(1)))
    other = place(made, "ann", limit("buy", "1", "30000"))

    made.amend("ann", AmendOrder(order_id=iceberg, display_qty=Decimal("0.5")), NOW)
    assert [(o.order_id, o.qty) for o in made.queue(PAIR, "buy")] == [(iceberg, Decimal("0.5")), (other, Decimal(1))]
    made.amend("ann", AmendOrder(order_id=iceberg, display_qty=Decimal(2)), NOW)
    assert made.queue(PAIR, "buy")[0].qty == Decimal("0.5")  # the new size shows with the next slice
    place(made, "bob", market("sell", "0.5"))
    assert [order.qty for order in made.queue(PAIR, "buy")] == [Decimal(1), Decimal(2)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "EGeneral:Invalid arguments:order_qty"),
        ({"qty": Decimal("0.00001")}, "EOrder:Order minimum not met"),
        ({"qty": Decimal(0)}, "EGeneral:Invalid arguments:volume"),
        ({"qty": Decimal(1000)}, "EOrder:Insufficient funds"),
        ({"limit_price": Decimal("30000.05")}, "EOrder:Invalid price:XBTUSD"),
        ({"trigger_price": Decimal(30000)}, "EGeneral:Invalid arguments:trigger_price"),
        ({"display_qty": Decimal(1)}, "EGeneral:Invalid arguments:display_qty"),
        ({"qty": Decimal(1), "deadline": NOW}, "EService:Deadline elapsed"),
        ({"order_id": "OAAAAA-AAAAA-AAAAAA", "qty": Decimal(1)}, "EOrder:Unknown order"),
    ],
)
def test_a_wrong_amend_is_refused_and_changes_nothing(changes: dict[str, object], code: str) -> None:
    made = exchange()
    order_id = place(made, "ann", limit("buy", "1", "30000"))
    before = made.order("ann", order_id)
    made.events()

    assert code_of(made, AmendOrder(**{"order_id": order_id, **changes})).startswith(code)  # type: ignore[arg-type]
    assert made.order("ann", order_id) == before
    assert made.events() == []


def test_nobody_amends_the_orders_of_others() -> None:
    made = exchange()
    order_id = place(made, "ann", limit("buy", "1", "30000"))

    assert code_of(made, AmendOrder(order_id=order_id, qty=Decimal(2)), account="bob") == "EOrder:Unknown order"
    with pytest.raises(EngineRefused, match="EOrder:Unknown order"):
        made.cancel("bob", NOW, order_id=order_id)


# Edit


def test_an_edit_cancels_the_order_and_places_a_new_one() -> None:
    made = exchange()
    order_id = place(made, "ann", limit("buy", "1", "30000", userref=4, post_only=True))
    made.events()

    edited = made.edit("ann", EditOrder(order_id=order_id, limit_price=Decimal(29500), userref=5), NOW)

    assert (edited.original.order_id, edited.original.status) == (order_id, "canceled")
    assert edited.order is not None
    assert edited.order.order_id != order_id
    assert (edited.order.replaces, edited.order.qty, edited.order.userref) == (order_id, Decimal(1), 5)
    assert not edited.order.post_only  # has to be repeated
    assert edited.description == "buy 1.00000000 XBTUSD @ limit 29500.0"
    assert [e.kind for e in made.events() if isinstance(e, OrderEvent)] == ["canceled", "pending_new", "new"]
    assert made.balance("ann", "USD").hold_trade == Decimal("29618.0000")


def test_an_edit_counts_what_is_filled_towards_the_new_size() -> None:
    made = exchange()
    order_id = place(made, "ann", limit("buy", "1", "30000"))
    place(made, "bob", market("sell", "0.4"))

    assert code_of(made, EditOrder(order_id=order_id, qty=Decimal("0.4"))) == "EGeneral:Invalid arguments:volume"
    edited = made.edit("ann", EditOrder(order_id=order_id, qty=Decimal("1.5")), NOW)

    assert edited.order is not None
    assert edited.order.qty == Decimal("1.1")


def test_an_edit_may_use_the_funds_of_the_order_it_replaces() -> None:
    made = exchange()
    made.deposit("dan", "USD", Decimal(30_120), NOW)
    order_id = place(made, "dan", limit("buy", "1", "30000"))

    assert code_of(made, EditOrder(order_id=order_id, qty=Decimal("1.1")), account="dan") == "EOrder:Insufficient funds"
    assert made.order("dan", order_id).open
    edited = made.edit("dan", EditOrder(order_id=order_id, limit_price=Decimal(29_999)), NOW)
    assert edited.order is not None


def test_a_validated_edit_changes_nothing() -> None:
    made = exchange()
    order_id = place(made, "ann", limit("buy", "1", "30000"))

    edited = made.edit("ann", EditOrder(order_id=order_id, qty=Decimal(2), validate=True), NOW)

    assert edited.order is None
    assert made.order("ann", order_id).open


def test_orders_with_a_client_id_cannot_be_edited() -> None:
    made = exchange()
    order_id = place(made, "ann", limit("buy", "1", "30000", cl_ord_id="mine"))

    assert code_of(made, EditOrder(order_id=order_id, qty=Decimal(2))) == "EGeneral:Invalid arguments:cl_ord_id"
    assert code_of(made, EditOrder(order_id="OAAAAA-AAAAA-AAAAAA", qty=Decimal(2))) == "EOrder:Unknown order"


def test_an_edit_stays_on_its_pair() -> None:
    made = exchange()
    order_id = place(made, "ann", limit("buy", "1", "30000"))

    assert code_of(made, EditOrder(order_id=order_id, pair="ETH/USD")) == "EGeneral:Invalid arguments:pair"


# Cancel


def test_orders_are_cancelled_by_id_by_client_id_and_by_reference() -> None:
    made = exchange()
    by_id = place(made, "ann", limit("buy", "1", "30000"))
    by_client = place(made, "ann", limit("buy", "1", "30000", cl_ord_id="mine"))
    group = [place(made, "ann", limit("buy", "1", "30000", userref=9)) for _ in range(2)]

    assert [order.order_id for order in made.cancel("ann", NOW, order_id=by_id)] == [by_id]
    assert [order.order_id for order in made.cancel("ann", NOW, cl_ord_id="mine")] == [by_client]
    assert [order.order_id for order in made.cancel("ann", NOW, userref=9)] == group
    assert made.open_orders("ann") == []
    assert {order.reason for order in made.closed_orders("ann")} == {"User requested"}
    assert [order.order_id for order in made.closed_orders("ann")] == [*reversed(group), by_client, by_id]


def test_what_is_not_open_cannot_be_cancelled() -> None:
    made = exchange()
    place(made, "bob", limit("sell", "1", "30000"))
    filled = place(made, "ann", market("buy", "1"))

    with pytest.raises(EngineRefused, match="EOrder:Unknown order"):
        made.cancel("ann", NOW, order_id=filled)
    with pytest.raises(EngineRefused, match="EOrder:Unknown order"):
        made.cancel("ann", NOW, cl_ord_id="none")
    with pytest.raises(EngineRefused, match="EOrder:Unknown order"):
        made.cancel("ann", NOW, userref=1)
    with pytest.raises(EngineRefused, match="EOrder:Unknown order"):
        made.cancel("ann", NOW)
    assert made.order("ann", filled).status == "filled"


def test_cancel_all_takes_every_order_of_one_account() -> None:
    made = exchange()
    for price in ("30000", "29000"):
        place(made, "ann", limit("buy", "1", price))
    place(made, "bob", limit("buy", "1", "30000"))

    assert len(made.cancel_all("ann", NOW)) == 2
    assert made.cancel_all("ann", NOW) == []
    assert len(made.open_orders("bob")) == 1


def test_the_dead_mans_switch_cancels_everything_unless_it_is_renewed() -> None:
    made = exchange()
    place(made, "ann", limit("buy", "1", "30000"))
    place(made, "bob", limit("buy", "1", "30000"))

    assert made.cancel_all_after("ann", 60, NOW).at == NOW + 60 * SECOND
    made.cancel_all_after("ann", 60, NOW + 30 * SECOND)
    made.tick(NOW + 89 * SECOND)
    assert len(made.open_orders("ann")) == 1
    made.tick(NOW + 90 * SECOND)

    assert made.open_orders("ann") == []
    assert len(made.open_orders("bob")) == 1
    place(made, "ann", limit("buy", "1", "30000"), now=NOW + 91 * SECOND)
    made.tick(NOW + 500 * SECOND)
    assert len(made.open_orders("ann")) == 1  # it went off once


def test_the_switch_can_be_turned_off_and_has_a_longest_time() -> None:
    made = exchange()
    place(made, "ann", limit("buy", "1", "30000"))
    made.cancel_all_after("ann", 60, NOW)

    assert made.cancel_all_after("ann", 0, NOW).at is None
    made.tick(NOW + 100 * SECOND)
    assert len(made.open_orders("ann")) == 1
    for seconds in (-1, 86_400):
        with pytest.raises(EngineRefused, match="EGeneral:Invalid arguments:timeout"):
            made.cancel_all_after("ann", seconds, NOW)


# Modes


def test_cancel_only_mode_takes_cancels_and_nothing_else() -> None:
    made = exchange()
    order_id = place(made, "ann", limit("buy", "1", "30000"))
    made.events()

    made.set_status("cancel_only", NOW)

    assert made.events() == [StatusEvent("cancel_only", NOW)]
    assert refusal(made, "ann", limit("buy", "1", "30000")) == "EService:Market in cancel_only mode"
    assert code_of(made, AmendOrder(order_id=order_id, qty=Decimal(2))) == "EService:Market in cancel_only mode"
    assert code_of(made, EditOrder(order_id=order_id)) == "EService:Market in cancel_only mode"
    assert len(made.cancel("ann", NOW, order_id=order_id)) == 1


def test_post_only_mode_takes_orders_that_only_make() -> None:
    made = exchange()
    made.set_status("post_only", NOW)

    assert refusal(made, "ann", limit("buy", "1", "30000")) == "EService:Market in post_only mode"
    assert refusal(made, "ann", market("buy", "1")) == "EService:Market in post_only mode"
    order_id = place(made, "ann", limit("buy", "1", "30000", post_only=True))
    made.amend("ann", AmendOrder(order_id=order_id, limit_price=Decimal(29000)), NOW)
    assert made.status == "post_only"


def test_maintenance_takes_nothing_and_lets_nothing_fall_due_until_it_ends() -> None:
    made = exchange()
    order_id = place(made, "ann", limit("buy", "1", "30000", expire_at=NOW + 10 * SECOND))
    made.set_status("maintenance", NOW)
    made.tick(NOW + 20 * SECOND)

    assert refusal(made, "ann", limit("buy", "1", "30000")) == "EService:Unavailable"
    with pytest.raises(EngineRefused, match="EService:Unavailable"):
        made.cancel_all("ann", NOW)
    assert made.order("ann", order_id).open

    made.set_status("online", NOW + 30 * SECOND)
    assert made.order("ann", order_id).status == "expired"


def test_time_does_not_run_backwards() -> None:
    made = exchange()
    made.tick(NOW + 5)

    placed = made.place("ann", limit("buy", "1", "30000"), NOW + 3).order

    assert placed is not None
    assert placed.opened_at == NOW + 5
