"""The Unified WebSocket: one hall for its two paths. It speaks Spot v2's format about contracts.

The private path takes tokens of Spot keys; whoever uses one gets the derivatives account of the same name, opened with
money as with a first Futures key.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Final

from krakenkit.sandbox.commands import Reply
from krakenkit.sandbox.engine import Event as SpotEvent
from krakenkit.sandbox.engine.derivatives import Event
from krakenkit.sandbox.lines import Line
from krakenkit.sandbox.spot_v2.session import HallV2, SpotV2Session
from krakenkit.sandbox.unified.account import AccountHub
from krakenkit.sandbox.unified.channels import TRY_PRIVATE
from krakenkit.sandbox.unified.commands import COMMANDS, carry_out
from krakenkit.sandbox.unified.market import UnifiedMarketFeeds
from krakenkit.sandbox.unified.private import UnifiedPrivate
from krakenkit.sandbox.unified.subscriptions import UnifiedSubscriptions
from krakenkit.sandbox.venue import Venue

PUBLIC_PATH: Final = "/uws/v2/public"
PRIVATE_PATH: Final = "/uws/v2/private"


class UnifiedHall(HallV2):
    """All lines of the Unified WebSocket."""

    def __init__(self, venue: Venue) -> None:
        super().__init__(venue)
        self.market = UnifiedMarketFeeds(venue.futures)
        self.hub = AccountHub()
        venue.futures.listeners.append(self.hear_derivatives)

    def session(self, line: Line) -> UnifiedSession:
        """A session for a new line."""
        if line.private:
            return UnifiedSession(self, line, UnifiedPrivate(self.venue, line, self.hub), trading=True)
        return UnifiedSession(self, line, UnifiedSubscriptions(self.venue, line, self.market), trading=False)

    def hear(self, events: Sequence[SpotEvent]) -> None:
        super().hear(events)
        self.hub.hear_spot(events)

    def hear_derivatives(self, events: Sequence[Event]) -> None:
        """Tell the lines what happened to contracts."""
        self.hub.hear(events)
        self.market.hear(events)

    def beat(self) -> None:
        super().beat()
        now = time.monotonic()
        self.hub.beat(now)
        self.market.beat(now)


class UnifiedSession(SpotV2Session):
    """The conversation on one line: Spot v2's, with commands that act on contracts."""

    commands = COMMANDS.keys()
    elsewhere = TRY_PRIVATE

    def settle(self) -> None:
        super().settle()
        self._venue.futures.settle()

    def carry_out(self, method: str, members: Mapping[str, object], now: int) -> list[Reply]:
        return carry_out(self._venue, method, members, now)
