"""The dialect of the Unified WebSocket: the words of Spot v2, with parameters of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from krakenkit.protocol.bunches import bunched
from krakenkit.protocol.dialect import Ack, Incoming
from krakenkit.protocol.spot_v2 import SpotV2
from krakenkit.protocol.spot_v2_level3 import affordable
from krakenkit.wire.channel import Topic

_SYMBOLS_A_FRAME = 100
_SUBSCRIBE_ONLY = ("snapshot", "snap_orders", "snap_trades", "order_status", "ratecounter", "with_margin")
_NOT_YET = "Preferences are not available yet"


class Unified(SpotV2):
    """Words of the Unified WebSocket. A parameter that a channel does not know is refused, so that none is sent unasked.

    Args:
        private: whether every request carries a token.
    """

    def groups(self, topics: Iterable[Topic]) -> Iterable[Sequence[Topic]]:
        """One request may name many symbols of one channel with the same parameters; level 3 costs by its depth."""
        return bunched(topics, most=lambda topic: affordable(topic) if topic.channel == "level3" else _SYMBOLS_A_FRAME)

    def subscribe(self, topics: Sequence[Topic], req_id: int, token: str | None) -> str:
        return self._named("subscribe", topics, dict(topics[0].params), req_id, token)

    def unsubscribe(self, topics: Sequence[Topic], req_id: int, token: str | None) -> str:
        """The same parameters again, less those that only subscribing takes."""
        params = {name: value for name, value in topics[0].params if name not in _SUBSCRIBE_ONLY}
        return self._named("unsubscribe", topics, params, req_id, token)

    def _named(
        self, method: str, topics: Sequence[Topic], params: dict[str, Any], req_id: int, token: str | None
    ) -> str:
        channel = topics[0].channel
        symbols = [topic.symbol for topic in topics if topic.symbol is not None]
        named: dict[str, Any] = {"channel": channel} | ({"symbol": symbols} if symbols else {})
        return self.command(method, named | params, req_id, token)

    def read(self, payload: bytes) -> Incoming:
        """What a frame that is not plain channel data says; never raises."""
        incoming = super().read(payload)
        if isinstance(incoming, Ack) and (incoming.error or "").startswith(_NOT_YET):
            return replace(incoming, meaning="passing")  # it is to be asked for again after a moment
        return incoming
