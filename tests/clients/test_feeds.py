"""Where rows go, by values: no connection, no queue."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from krakenkit import WsKey, streams
from krakenkit.clients.events import Gap
from krakenkit.clients.feeds import Feeds
from krakenkit.clients.subscription import Subscription
from krakenkit.protocol.family import Batch
from krakenkit.protocol.spot_v2_data import SPOT_V2

TRADES = streams.spot.Trade(symbol=["BTC/USD"])
(TOPIC,) = TRADES.topics()
ONE = Decimal(1)


def feeds(*readers: Subscription[Any]) -> Feeds:
    made = Feeds(SPOT_V2, renew=lambda _: None, trouble=lambda _: None, gap=lambda _: None)
    for reader in readers:
        made.add(reader, TOPIC)
    return made


def reader() -> Subscription[Any]:
    return Subscription(
        TRADES,
        WsKey.SPOT_PUBLIC_V2,
        limit=10,
        policy="drop_oldest",
        leave=lambda _: None,
        flow=lambda _, __: None,
        timeout=1.0,
    )


def trade(number: int, *, snapshot: bool = False) -> Batch:
    row = streams.spot.TradeUpdate(
        symbol="BTC/USD", side="buy", price=ONE, qty=ONE, trade_id=number, timestamp="", snapshot=snapshot
    )
    return Batch("trade", snapshot, [row])


def test_a_snapshot_is_no_sign_that_the_market_lives() -> None:
    made = feeds(reader())

    made.deliver(trade(1, snapshot=True))
    assert made.spoke() == []
    made.deliver(trade(2))
    assert made.spoke() == [TOPIC]
    assert made.spoke() == []


def test_nothing_is_kept_of_what_nobody_reads_any_more() -> None:
    one = reader()
    made = feeds(one)
    made.remove(one, TOPIC)

    made.deliver(trade(1))
    made.deliver(
        Batch(
            "ticker", False, [streams.spot.TickerUpdate(symbol="BTC/USD", bid=ONE, bid_qty=ONE, ask=ONE, ask_qty=ONE)]
        )
    )

    assert made._routes == {}


def test_each_reader_gets_one_marker_for_all_its_topics() -> None:
    one = reader()
    made = feeds(one)

    made.lost([TOPIC], "the line dropped")

    assert list(one._queue) == [Gap("the line dropped", ("trade BTC/USD",))]
