"""After cuts at random moments on the Unified WebSocket the client's picture is the server's."""

from __future__ import annotations

import asyncio

from clients.unified_cuts import run


def test_after_thirty_cuts_in_a_row_books_orders_fills_positions_and_money_equal_the_exchanges() -> None:
    world = asyncio.run(run(30, seed=3), debug=True)

    assert world.cuts.total() == 30
    assert world.gaps > 20
    assert len(world.attempts) > 20
    assert len(world.fills) > 5
