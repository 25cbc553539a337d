"""The Spot clients: tables of contents of the Spot REST API on both faces."""

from __future__ import annotations

from krakenkit.clients import spot_tables as tables
from krakenkit.clients.rest import AsyncClient, BlockingClient


class SpotCalls(
    tables.MarketData,
    tables.Transparency,
    tables.AccountData,
    tables.Exports,
    tables.Trading,
    tables.Funding,
    tables.FundingBeta,
    tables.Subaccounts,
    tables.Earn,
    tables.OAuth,
):
    """Everything that Spot REST offers."""


class SpotClient(SpotCalls, BlockingClient):
    """Spot REST, blocking: each method sends one request and returns its answer.

    ::

        with SpotClient() as spot:
            print(spot.get_ticker("XBTUSD")["XXBTZUSD"].last.price)
    """


class AsyncSpotClient(SpotCalls, AsyncClient):
    """Spot REST, awaited: the same methods as :class:`SpotClient`."""
