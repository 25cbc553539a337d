"""Orders that come and go leave nothing behind, however many they were."""

from __future__ import annotations

from collections.abc import Sized
from decimal import Decimal

import pytest

from krakenkit.sandbox.engine import Offset
from sandbox.engine.engine_helpers import NOW, PAIR, SECOND, Quotes, exchange, limit, place, trade_at
from sandbox.engine.spot_checks import assert_sound

FAR = NOW + 86_400 * SECOND


@pytest.mark.parametrize(
    "more",
    [
        {"order_type": "stop-loss", "trigger_price": Decimal(20_000), "limit_price": None},
        {"order_type": "take-profit", "trigger_price": Decimal(40_000), "limit_price": None},
        {
            "order_type": "stop-loss",
            "trigger_price": Decimal(20_000),
            "limit_price": None,
            "trigger_reference": "index",
        },
        {"order_type": "trailing-stop", "trigger_price": Offset("+", Decimal(5), percent=True), "limit_price": None},
        {"expire_at": FAR},
        {"start_at": FAR},
    ],
)
def test_orders_that_were_cancelled_do_not_wait_for_ever(more: dict[str, object]) -> None:
    made = exchange(index=Quotes(XBTUSD=300_000))
    trade_at(made, "30000")
    stays = place(made, "ann", limit("sell", "0.5", "40000", **more))

    for _ in range(2_500):
        made.cancel("ann", NOW, order_id=place(made, "ann", limit("sell", "0.001", "40000", **more)))

    desk = made.desk(PAIR)
    waiting: list[Sized] = [desk.stops._rising, desk.stops._falling, desk.index_stops._falling]
    waiting += [*desk.stops._trails[False]._crests, made._expiries, made._schedule._starts]
    assert 1 <= sum(len(one) for one in waiting) <= 1_000
    assert list(made.account("ann").open) == [stays]
    assert_sound(made)
