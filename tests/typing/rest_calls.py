"""What type checkers make of REST calls, on both faces. Nothing here runs: mypy and pyright read it."""

from __future__ import annotations

from collections.abc import Coroutine
from decimal import Decimal
from typing import Any, assert_type

from krakenkit import (
    AsyncDerivativesClient,
    AsyncInstitutionalClient,
    AsyncPartnerClient,
    AsyncSpotClient,
    DerivativesClient,
    InstitutionalClient,
    PartnerClient,
    SpotClient,
)
from krakenkit.clients.call import Call
from krakenkit.types import (
    Candle,
    FuturesGetTicker,
    FuturesTicker,
    GetTicker,
    OtcPairs,
    PairRows,
    Paylink,
    PlacedOrder,
    SentOrder,
    ServerTime,
    SubmitOrder,
    Ticker,
    TickerReply,
)


def blocking(spot: SpotClient, futures: DerivativesClient) -> None:
    assert_type(spot.get_server_time(), ServerTime)
    assert_type(spot.get_ticker("XBTUSD"), dict[str, Ticker])
    assert_type(spot.get_ticker(["XBTUSD", "ETHUSD"])["XXBTZUSD"].last.price, Decimal)
    assert_type(spot.get_candles("XBTUSD", interval=5), PairRows[Candle])
    assert_type(spot.get_candles("XBTUSD").rows[0].close, Decimal)
    assert_type(
        spot.submit_order(
            pair="XBTUSD", type="buy", ordertype="limit", volume=Decimal("0.1"), price="10000", validate=True
        ),
        PlacedOrder,
    )
    assert_type(futures.get_ticker("PF_XBTUSD"), TickerReply)
    assert_type(futures.get_ticker("PF_XBTUSD").ticker, FuturesTicker)
    assert_type(futures.submit_order(order_type="mkt", symbol="PF_XBTUSD", side="buy", size=1), SentOrder)


async def awaited(spot: AsyncSpotClient, futures: AsyncDerivativesClient) -> None:
    assert_type(await spot.get_server_time(), ServerTime)
    assert_type(await spot.get_ticker("XBTUSD"), dict[str, Ticker])
    assert_type(await spot.get_candles("XBTUSD", interval=5), PairRows[Candle])
    assert_type(
        await spot.submit_order(pair="XBTUSD", type="buy", ordertype="market", volume="0.1", oflags=["post"]),
        PlacedOrder,
    )
    later: Coroutine[Any, Any, ServerTime] = spot.get_server_time()
    assert_type(await later, ServerTime)
    assert_type(await futures.get_ticker("PF_XBTUSD"), TickerReply)


def the_other_clients(institutional: InstitutionalClient, partner: PartnerClient, spot: SpotClient) -> None:
    assert_type(institutional.get_otc_pairs(), OtcPairs)
    assert_type(partner.get_paylink("AAAA"), Paylink)
    assert_type(spot.get_earn_strategies().items[0].asset, str)
    assert_type(spot.get_ledgers_export("AAAA"), bytes)


async def the_other_clients_awaited(institutional: AsyncInstitutionalClient, partner: AsyncPartnerClient) -> None:
    assert_type(await institutional.get_otc_pairs(), OtcPairs)
    assert_type(await partner.get_paylink("AAAA"), Paylink)


def the_open_door(spot: SpotClient, futures: DerivativesClient) -> None:
    assert_type(spot.send(GetTicker("XBTUSD")), dict[str, Ticker])
    assert_type(futures.send(FuturesGetTicker("PF_XBTUSD")), TickerReply)
    assert_type(spot.request("GET", "/0/public/Time"), Any)


async def the_open_door_awaited(spot: AsyncSpotClient) -> None:
    assert_type(await spot.send(GetTicker("XBTUSD")), dict[str, Ticker])
    assert_type(
        await spot.send(SubmitOrder(pair="XBTUSD", type="sell", ordertype="market", volume=1)),
        PlacedOrder,
    )


def a_call_on_the_class_is_its_table_entry() -> None:
    assert_type(SpotClient.get_server_time, Call[[], ServerTime])
    assert_type(AsyncSpotClient.get_server_time, Call[[], ServerTime])
