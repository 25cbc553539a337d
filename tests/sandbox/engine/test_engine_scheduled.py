from __future__ import annotations

from decimal import Decimal

from krakenkit.sandbox.engine import AmendOrder, EditOrder, Exchange, OrderEvent, PlaceOrder, Terms, read_price
from sandbox.engine.engine_helpers import NOW, PAIR, SECOND, exchange, limit, market, place, refusal, trade_at

SOON = NOW + 10 * SECOND


def kinds(made: Exchange) -> list[str]:
    return [event.kind for event in made.events() if isinstance(event, OrderEvent) and event.account == "ann"]


def test_a_scheduled_order_is_pending_and_in_no_book_until_its_start() -> None:
    made = exchange()
    order_id = place(made, "ann", limit("sell", "1", "30000", start_at=SOON))

    pending = made.open_orders("ann")
    assert [(order.order_id, order.status, order.start_at) for order in pending] == [(order_id, "pending_new", SOON)]
    assert made.levels(PAIR, "sell") == []
    assert made.balance("ann", "BTC").hold_trade == 1
    assert kinds(made) == ["pending_new"]
    made.tick(SOON - 1)
    assert made.levels(PAIR, "sell") == []

    made.tick(SOON)

    assert kinds(made) == ["new"]
    assert made.order("ann", order_id).status == "new"
    assert [(row.price, row.qty) for row in made.levels(PAIR, "sell")] == [(Decimal(30000), Decimal(1))]


def test_scheduled_orders_start_in_the_order_of_their_moments_and_trade() -> None:
    made = exchange()
    place(made, "bob", limit("sell", "1", "30000"))
    later = place(made, "ann", market("buy", "1", start_at=SOON + 1))
    sooner = place(made, "cat", market("buy", "1", start_at=SOON))

    made.tick(SOON + SECOND)

    assert made.order("cat", sooner).status == "filled"
    assert (made.order("ann", later).status, made.order("ann", later).reason) == ("canceled", "Not enough liquidity")


def test_a_moment_that_has_passed_means_now() -> None:
    made = exchange()

    place(made, "ann", limit("sell", "1", "30000", start_at=NOW))

    assert made.open_orders("ann")[0].start_at is None
    assert len(made.levels(PAIR, "sell")) == 1


def test_a_stop_does_not_go_off_before_its_start_and_a_trailing_one_follows_from_there() -> None:
    made = exchange()
    trade_at(made, "30000")
    stop = place(made, "ann", market("sell", "1", order_type="stop-loss", trigger_price=Decimal(29000), start_at=SOON))
    trail = place(
        made, "ann", market("sell", "1", order_type="trailing-stop", trigger_price=read_price("+500"), start_at=SOON)
    )
    for price in ("28000", "35000", "31000"):
        trade_at(made, price)
    assert made.order("ann", stop).triggered_at is None
    assert made.order("ann", trail).trigger_price == Decimal(29500)

    made.tick(SOON)

    assert made.order("ann", trail).trigger_price == Decimal(30500)
    assert made.order("ann", stop).status == made.order("ann", trail).status == "new"


def test_what_cannot_start_when_its_time_has_come_is_cancelled() -> None:
    made = exchange()
    made.deposit("ann", "EUR", Decimal(1000), NOW)
    trade_at(made, "30000")
    take = place(made, "ann", limit("buy", "1", "30000", post_only=True, start_at=SOON))
    made.deposit("dan", "USD", Decimal(40_000), NOW)
    poor = place(made, "dan", market("buy", "1", start_at=SOON))
    place(made, "bob", limit("sell", "5", "29900"))
    made.withdraw("dan", "USD", Decimal(30_000), NOW)

    made.tick(SOON)

    assert (made.order("ann", take).status, made.order("ann", take).reason) == ("canceled", "Post only order")
    assert (made.order("dan", poor).status, made.order("dan", poor).reason) == ("canceled", "Insufficient funds")
    assert made.balance("ann", "USD").hold_trade == made.balance("dan", "USD").hold_trade == 0


def test_starts_wait_while_there_is_no_matching() -> None:
    made = exchange()
    order_id = place(made, "ann", limit("sell", "1", "30000", start_at=SOON))
    made.set_status("post_only", NOW)
    made.tick(SOON + SECOND)
    assert made.order("ann", order_id).status == "pending_new"

    made.set_status("online", SOON + 2 * SECOND)

    assert made.order("ann", order_id).status == "new"


def test_a_scheduled_order_can_be_amended_edited_and_cancelled() -> None:
    made = exchange()
    order_id = place(made, "ann", limit("sell", "1", "30000", start_at=SOON))

    made.amend("ann", AmendOrder(order_id=order_id, qty=Decimal(2), limit_price=Decimal(31000)), NOW)
    edited = made.edit("ann", EditOrder(order_id=order_id, limit_price=Decimal(32000)), NOW).order
    assert edited is not None
    assert (edited.status, edited.qty, edited.start_at) == ("pending_new", Decimal(2), SOON)
    assert made.levels(PAIR, "sell") == []
    assert made.balance("ann", "BTC").hold_trade == 2
    made.cancel("ann", NOW, order_id=edited.order_id)
    made.tick(SOON)

    assert made.order("ann", edited.order_id).status == "canceled"
    assert made.levels(PAIR, "sell") == []


def test_an_expiry_counts_from_the_start() -> None:
    made = exchange()
    soon = limit("sell", "1", "30000", start_at=SOON, expire_at=SOON + 5 * SECOND, time_in_force="gtd")
    order_id = place(made, "ann", soon)

    made.tick(SOON + 4 * SECOND)
    assert made.order("ann", order_id).status == "new"
    made.tick(SOON + 5 * SECOND)

    assert made.order("ann", order_id).status == "expired"


def test_scheduled_orders_have_a_cap_of_their_own() -> None:
    made = exchange(terms=Terms(max_scheduled_orders=2))
    asked: PlaceOrder = limit("sell", "1", "30000", start_at=SOON)
    for _ in range(2):
        place(made, "ann", asked)

    assert refusal(made, "ann", asked) == "EOrder:Scheduled orders limit exceeded"
    place(made, "ann", limit("sell", "1", "30000"))
    made.tick(SOON)
    place(made, "ann", limit("sell", "1", "30000", start_at=SOON + SECOND), now=SOON)
