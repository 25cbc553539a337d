from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from krakenkit.sandbox.engine import BookEvent, Exchange, OrderEvent, TradeEvent
from sandbox.engine.engine_helpers import NOW, PAIR, SECOND, exchange, limit, market, place, refusal


def fills(made: Exchange) -> list[tuple[str, str]]:
    """Price and size of every trade among the events."""
    return [(f"{e.trade.price}", f"{e.trade.qty:f}") for e in made.events() if isinstance(e, TradeEvent)]


def book(made: Exchange, side: str) -> list[tuple[str, str]]:
    return [(str(level.price), f"{level.qty.normalize():f}") for level in made.levels(PAIR, side)]


def test_better_prices_trade_first_and_earlier_orders_before_later_ones() -> None:
    made = exchange()
    late_best = place(made, "bob", limit("sell", "1", "30000"))
    first = place(made, "bob", limit("sell", "1", "30001"))
    second = place(made, "cat", limit("sell", "1", "30001"))
    made.events()

    placed = made.place("ann", limit("buy", "2.5", "30002"), NOW).order

    assert placed is not None
    assert placed.status == "filled"
    assert fills(made) == [("30000.0", "1.00000000"), ("30001.0", "1.00000000"), ("30001.0", "0.50000000")]
    assert made.order("bob", late_best).status == made.order("bob", first).status == "filled"
    assert made.order("cat", second).status == "partially_filled"
    assert book(made, "sell") == [("30001.0", "0.5")]


def test_an_order_trades_what_it_can_and_rests_with_the_remainder() -> None:
    made = exchange()
    place(made, "bob", limit("sell", "1", "30000"))

    placed = made.place("ann", limit("buy", "3", "30000"), NOW).order

    assert placed is not None
    assert (placed.status, placed.cum_qty) == ("partially_filled", Decimal(1))
    assert (book(made, "buy"), book(made, "sell")) == ([("30000.0", "2")], [])


def test_trades_happen_at_the_price_of_the_order_that_was_there() -> None:
    made = exchange()
    place(made, "bob", limit("sell", "1", "29000"))

    placed = made.place("ann", limit("buy", "1", "30000"), NOW).order

    assert placed is not None
    assert (placed.avg_price, placed.cum_cost) == (Decimal("29000.0"), Decimal("29000.00000"))


def test_each_step_of_a_trade_is_told_to_both_accounts_and_the_book_changes_once() -> None:
    made = exchange()
    place(made, "bob", limit("sell", "1", "30000"))
    made.events()

    place(made, "ann", market("buy", "1"))

    events = made.events()
    steps = [(e.account, e.kind, e.order.status) for e in events if isinstance(e, OrderEvent)]
    assert steps == [
        ("ann", "pending_new", "pending_new"),
        ("ann", "new", "new"),
        ("bob", "trade", "partially_filled"),
        ("bob", "filled", "filled"),
        ("ann", "trade", "partially_filled"),
        ("ann", "filled", "filled"),
    ]
    changes = [(e.bids, e.asks) for e in events if isinstance(e, BookEvent)]
    assert changes == [((), ((Decimal("30000.0"), Decimal(0)),))]
    assert isinstance(events[-1], BookEvent)


def test_public_trades_are_numbered_and_name_the_side_of_the_taker() -> None:
    made = exchange()
    place(made, "bob", limit("buy", "1", "30000"))
    place(made, "bob", limit("buy", "1", "29999"))

    place(made, "ann", market("sell", "2"))

    first, second = made.public_trades(PAIR)
    assert (first.number, first.side, first.order_type, first.at) == (1, "sell", "market", NOW)
    assert (second.number, second.price) == (2, Decimal("29999.0"))
    own = made.trades("ann")
    assert [trade.number for trade in own] == [2, 1]
    assert made.trade("ann", own[0].trade_id) == own[0]
    assert {trade.maker for trade in made.trades("bob")} == {True}


def test_ioc_orders_leave_nothing_in_the_book() -> None:
    made = exchange()
    place(made, "bob", limit("sell", "1", "30000"))

    placed = made.place("ann", limit("buy", "3", "30000", time_in_force="IOC"), NOW).order

    assert placed is not None
    assert (placed.status, placed.cum_qty) == ("canceled", Decimal(1))
    assert book(made, "buy") == []
    assert made.balance("ann", "USD").hold_trade == 0


def test_fok_orders_are_filled_whole_or_not_at_all() -> None:
    made = exchange()
    place(made, "bob", limit("sell", "1", "30000"))
    place(made, "cat", limit("sell", "1", "30001"))

    missed = made.place("ann", limit("buy", "2", "30000", time_in_force="FOK"), NOW).order
    filled = made.place("ann", limit("buy", "2", "30001", time_in_force="FOK"), NOW).order

    assert missed is not None
    assert (missed.status, missed.cum_qty) == ("canceled", Decimal(0))
    assert filled is not None
    assert filled.status == "filled"


def test_fok_does_not_count_on_its_own_accounts_orders() -> None:
    made = exchange()
    place(made, "ann", limit("sell", "1", "30000"))
    place(made, "bob", limit("sell", "1", "30000"))

    placed = made.place("ann", limit("buy", "1", "30000", time_in_force="FOK"), NOW).order

    assert placed is not None
    assert placed.status == "canceled"


def test_market_orders_take_what_there_is_and_end() -> None:
    made = exchange()
    place(made, "bob", limit("sell", "1", "30000"))

    partly = made.place("ann", market("buy", "3"), NOW).order
    dry = made.place("ann", market("buy", "3"), NOW).order

    assert partly is not None
    assert (partly.status, partly.cum_qty, partly.reason) == ("canceled", Decimal(1), "Not enough liquidity")
    assert dry is not None
    assert (dry.status, dry.cum_qty) == ("canceled", Decimal(0))


def test_a_buy_for_cash_spends_it_to_the_last_lot() -> None:
    made = exchange()
    place(made, "bob", limit("sell", "0.001", "30000"))
    place(made, "bob", limit("sell", "1", "30007"))

    placed = made.place("ann", market("buy", "0", qty=None, cash_qty=Decimal("100.00")), NOW).order

    assert placed is not None
    assert (placed.status, placed.qty, placed.cash_qty) == ("filled", None, Decimal("100.00000"))
    # 30 dollars for the first thousandth, 70 / 30007 = 0.00233278… for the rest.
    assert placed.cum_qty == Decimal("0.00333278")
    assert Decimal("99.9997") < placed.cum_cost <= 100


def test_gtd_orders_expire_when_their_time_has_come() -> None:
    made = exchange()
    order_id = place(made, "ann", limit("buy", "1", "30000", time_in_force="GTD", expire_at=NOW + 10 * SECOND))
    made.events()

    made.tick(NOW + 9 * SECOND)
    assert made.order("ann", order_id).open
    made.tick(NOW + 10 * SECOND)

    assert made.order("ann", order_id).status == "expired"
    assert [e.kind for e in made.events() if isinstance(e, OrderEvent)] == ["expired"]
    assert made.balance("ann", "USD").hold_trade == 0


def test_an_expired_order_does_not_trade_with_a_later_one() -> None:
    made = exchange()
    place(made, "bob", limit("sell", "1", "30000", expire_at=NOW + 10 * SECOND))

    placed = made.place("ann", market("buy", "1"), NOW + 11 * SECOND).order

    assert placed is not None
    assert placed.cum_qty == 0


def test_self_trade_prevention_cancels_the_newest_order_by_default() -> None:
    made = exchange()
    place(made, "bob", limit("sell", "1", "30000"))
    resting = place(made, "ann", limit("sell", "1", "30001"))

    placed = made.place("ann", limit("buy", "2", "30001"), NOW).order

    assert placed is not None
    assert (placed.status, placed.cum_qty, placed.reason) == ("canceled", Decimal(1), "Cannot trade with self")
    assert made.order("ann", resting).open


def test_self_trade_prevention_can_cancel_the_oldest_order_and_trade_on() -> None:
    made = exchange()
    resting = place(made, "ann", limit("sell", "1", "30000"))
    place(made, "bob", limit("sell", "1", "30001"))

    placed = made.place("ann", limit("buy", "1", "30001", stp_type="cancel-oldest"), NOW).order

    assert placed is not None
    assert placed.status == "filled"
    assert made.order("ann", resting).reason == "Cannot trade with self"


def test_self_trade_prevention_can_cancel_both() -> None:
    made = exchange()
    resting = place(made, "ann", limit("sell", "1", "30000"))
    place(made, "bob", limit("sell", "1", "30001"))

    placed = made.place("ann", limit("buy", "1", "30001", stp_type="cancel_both"), NOW).order

    assert placed is not None
    assert placed.status == made.order("ann", resting).status == "canceled"
    assert book(made, "sell") == [("30001.0", "1")]


def test_an_iceberg_shows_a_slice_and_goes_to_the_back_with_the_next_one() -> None:
    made = exchange()
    iceberg = place(made, "bob", limit("sell", "3", "30000", order_type="iceberg", display_qty=Decimal(1)))
    place(made, "cat", limit("sell", "1", "30000"))
    assert book(made, "sell") == [("30000.0", "2")]
    made.events()

    place(made, "ann", market("buy", "1.5"))

    assert "iceberg_refill" in [e.kind for e in made.events() if isinstance(e, OrderEvent)]
    queue = made.queue(PAIR, "sell")
    assert [(order.order_id == iceberg, order.qty) for order in queue] == [(False, Decimal("0.5")), (True, Decimal(1))]
    assert made.order("bob", iceberg).display_remaining == Decimal(1)
    assert made.order("bob", iceberg).cum_qty == 1


def test_a_market_order_digs_through_the_hidden_part_of_an_iceberg() -> None:
    made = exchange()
    iceberg = place(made, "bob", limit("sell", "3", "30000", order_type="iceberg", display_qty=Decimal("0.2")))

    placed = made.place("ann", market("buy", "3"), NOW).order

    assert placed is not None
    assert placed.status == made.order("bob", iceberg).status == "filled"


def test_an_iceberg_must_show_a_fifteenth() -> None:
    made = exchange()
    wrong = limit("sell", "3", "30000", order_type="iceberg", display_qty=Decimal("0.19"))

    assert refusal(made, "bob", wrong) == "EGeneral:Invalid arguments:displayvol"
    assert refusal(made, "bob", limit("sell", "3", "30000", order_type="iceberg")).endswith("displayvol")


# A second opinion: the same rules over a plain list, with nothing clever about it.

Action = tuple[bool, int, int, bool]


def naive(actions: list[Action]) -> tuple[list[tuple[int, int, int, int]], list[tuple[bool, int, int]]]:
    """Trades as (taker, maker, price, lots) by number of order, and what rests as (buy, price, lots), in queue order."""
    resting: list[list[int]] = []
    trades: list[tuple[int, int, int, int]] = []
    for number, (buy, price, lots, ioc) in enumerate(actions):
        while lots:
            offers = [r for r in resting if bool(r[1]) != buy and (r[2] <= price if buy else r[2] >= price)]
            if not offers:
                break
            best = min(offers, key=lambda r: (r[2] if buy else -r[2], r[0]))
            part = min(lots, best[3])
            trades.append((number, best[0], best[2], part))
            lots -= part
            best[3] -= part
            resting = [r for r in resting if r[3]]
        if lots and not ioc:
            resting.append([number, int(buy), price, lots])
    return trades, sorted((bool(r[1]), r[2], r[3]) for r in resting)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(295, 305), st.integers(1, 9), st.booleans()), max_size=40))
def test_matching_agrees_with_a_naive_list(actions: list[Action]) -> None:
    made = exchange()
    numbers: dict[str, int] = {}
    for number, (buy, price, lots, ioc) in enumerate(actions):
        request = limit("buy" if buy else "sell", str(lots), str(price * 100), time_in_force="IOC" if ioc else "GTC")
        # Every order has an account of its own, so that nobody meets himself.
        made.deposit(f"trader {number}", "USD", Decimal(10_000_000), NOW)
        made.deposit(f"trader {number}", "BTC", Decimal(100), NOW)
        numbers[place(made, f"trader {number}", request)] = number

    told = [e.trade for e in made.events() if isinstance(e, OrderEvent) and e.trade is not None]
    trades = [
        (numbers[taker.order_id], numbers[maker.order_id], int(taker.price) // 100, int(taker.qty))
        for maker, taker in zip(told[::2], told[1::2], strict=True)
    ]
    rest = sorted(
        (side == "buy", int(order.price) // 100, int(order.qty))
        for side in ("buy", "sell")
        for order in made.queue(PAIR, side)
    )
    assert (trades, rest) == naive(actions)
