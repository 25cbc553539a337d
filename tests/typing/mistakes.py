"""Mistakes that type checkers find. Nothing here runs.

Each line is an error to mypy and to pyright, and says so; both complain when a line stops being one.
"""
# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from krakenkit import AsyncSpotClient, AsyncWebsocketAPIClient, DerivativesClient, SpotClient
from krakenkit.types import GetTicker


def misspelt_and_missing_parameters(spot: SpotClient, futures: DerivativesClient) -> None:
    spot.get_ticker(pari="XBTUSD")  # type: ignore[call-arg]
    spot.get_candles()  # type: ignore[call-arg]
    spot.submit_order("XBTUSD", "buy")  # type: ignore[call-arg]
    spot.get_tikcer("XBTUSD")  # type: ignore[attr-defined]
    futures.get_ticker(pair="PF_XBTUSD")  # type: ignore[call-arg]
    GetTicker(pari="XBTUSD")  # type: ignore[call-arg]


def floats_for_money(spot: SpotClient) -> None:
    spot.submit_order(
        pair="XBTUSD",
        type="buy",
        ordertype="limit",
        volume=0.1,  # type: ignore[arg-type]
        price="10000",
    )


async def answers_taken_for_others(spot: AsyncSpotClient, trading: AsyncWebsocketAPIClient) -> None:
    number: int = await spot.get_server_time()  # type: ignore[assignment]
    text: str = await trading.cancel_all_spot_orders()  # type: ignore[assignment]
    print(number, text)
