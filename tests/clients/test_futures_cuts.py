"""After cuts at random moments on the sockets of Futures the client's picture is the server's."""

from __future__ import annotations

import asyncio

import pytest

from clients.futures_cuts import run

pytestmark = pytest.mark.filterwarnings("ignore::krakenkit.KrakenLifecycleWarning")


def test_after_thirty_cuts_in_a_row_books_orders_fills_and_positions_equal_the_exchanges() -> None:
    world = asyncio.run(run(30, seed=3), debug=True)

    assert world.cuts.total() == 30
    assert world.gaps > 20
    assert world.placed > 50
    assert len(world.fills) > 10
