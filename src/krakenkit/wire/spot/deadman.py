"""Spot trading: the dead man's switch. Source: docs.kraken.com, Spot REST, Trading, Cancel All Orders After X."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct, field

from krakenkit.wire.checks import within
from krakenkit.wire.request import Request
from krakenkit.wire.route import Route

_DAY = 86_400


class CancelTimer(Struct, frozen=True):
    """The switch as it stands. Times are RFC 3339, in whole seconds."""

    current_time: str = field(name="currentTime")
    trigger_time: str | None = field(default=None, name="triggerTime")
    """When all orders will be cancelled. Switched off it equals ``current_time``, reads ``"0"``, or is missing."""

    @property
    def armed(self) -> bool:
        """Whether the switch is on."""
        return self.trigger_time not in (None, "", "0", self.current_time)


class CancelAllOrdersAfter(Request[CancelTimer], frozen=True):
    """Cancel every open order after so many seconds, unless this is called again before.

    The exchange's advice: 60 seconds, renewed every 15 to 30. Switch it off before planned maintenance, because the
    timer keeps running.
    """

    route: ClassVar = Route.cancel(
        "spot.trading.cancel_all_orders_after",
        "/0/private/CancelAllOrdersAfter",
        siebly="cancelAllOrdersAfter",
        permission="Orders and trades - Create & modify orders or Orders and trades - Cancel & close orders",
        cost=1,
    )

    timeout: int
    """Seconds, below 86400; 0 switches it off."""

    def check(self) -> None:
        within(self, "timeout", 0, _DAY - 1)
