"""The dialect of the level 3 host of Spot v2: words of Spot v2, and subscriptions that cost by their depth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from krakenkit._core.limits import Pace
from krakenkit.protocol.bunches import bunched
from krakenkit.protocol.spot_v2 import SpotV2
from krakenkit.wire.channel import Topic

_POINTS_A_SECOND = 200
"""What a standard account may spend on subscribing. Source: docs.kraken.com, Spot WebSocket v2, Level 3."""
_COST = {10: 5, 100: 25, 1000: 100}
_POINTS_A_REQUEST = 100


class SpotV2Level3(SpotV2):
    """Words of the level 3 host. Every request there carries a token."""

    def __init__(self) -> None:
        super().__init__(private=True)

    def groups(self, topics: Iterable[Topic]) -> Iterable[Sequence[Topic]]:
        """At most 20 symbols together, 4 or 1, by depth."""
        return bunched(topics, most=affordable)


def affordable(topic: Topic) -> int:
    """How many symbols of this depth one request may name, for :func:`level3_pace`."""
    depth: int = dict(topic.params).get("depth", 10)
    return _POINTS_A_REQUEST // _COST.get(depth, _POINTS_A_REQUEST)


def level3_pace() -> Pace:
    """Requests so far apart that the dearest ones stay within the points of a second."""
    return Pace(rate=_POINTS_A_SECOND / _POINTS_A_REQUEST, burst=1)
