"""The level 3 channel of Spot v2, which has a host of its own. Source: docs.kraken.com, Spot WebSocket v2, Level 3."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from msgspec import Raw, Struct, field

from krakenkit._core.numbers import plain
from krakenkit.wire.channel import Channel
from krakenkit.wire.checks import one_of
from krakenkit.wire.environment import WsKey
from krakenkit.wire.spot_v2.market import Row

DEPTHS = (10, 100, 1000)


class Level3Order(Struct, frozen=True, gc=False):
    """One resting order, or what happened to it, as the wire wrote it."""

    order_id: str
    price_text: Raw = field(name="limit_price")
    qty_text: Raw = field(name="order_qty", default=Raw(b"0"))
    """The visible remaining quantity. A deletion repeats the last one, so that only ``event`` tells that it is gone."""
    timestamp: str | None = None
    """When the order was inserted or amended. An order that moves into the depth is announced with its old time."""
    event: str = ""
    """``add``, ``modify`` or ``delete``; empty in a snapshot."""

    @classmethod
    def of(cls, order_id: str, price: Decimal, qty: Decimal) -> Level3Order:
        """An order of a snapshot made here rather than received."""
        return cls(order_id, Raw(plain(price).encode()), Raw(plain(qty).encode()))

    @property
    def limit_price(self) -> Decimal:
        """The price in quote."""
        return _decimal(self.price_text)

    @property
    def order_qty(self) -> Decimal:
        """The quantity in base."""
        return _decimal(self.qty_text)

    def to_named(self) -> dict[str, Any]:
        """Every member, numbers exact."""
        shown = {"event": self.event} if self.event else {}
        timed = {"timestamp": self.timestamp} if self.timestamp is not None else {}
        return {
            **shown,
            "order_id": self.order_id,
            "limit_price": self.limit_price,
            "order_qty": self.order_qty,
            **timed,
        }

    def __repr__(self) -> str:
        what = f"{self.event} " if self.event else ""
        return f"Level3Order({what}{self.order_id}, price={plain(self.limit_price)}, qty={plain(self.order_qty)})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Level3Order) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[str, str, Decimal, Decimal]:
        return self.event, self.order_id, self.limit_price, self.order_qty


def _decimal(text: Raw) -> Decimal:
    return Decimal(bytes(text).strip(b'"').decode())


class Level3Update(Row, frozen=True, kw_only=True, gc=False):
    """Orders that came, changed or went, in the order to apply them; as a snapshot, all of them in queue order."""

    symbol: str
    bids: list[Level3Order] = []
    asks: list[Level3Order] = []
    checksum: int | None = None
    """CRC-32 over every order on the ten best levels of each side after this message."""
    timestamp: str | None = None


class Level3(Channel[Level3Update], frozen=True):
    """Every resting order of each symbol, without those in flight, untriggered ones and the hidden part of icebergs.

    It needs a key, and one symbol has one depth on a connection. Each message is checked before it is delivered.
    """

    topic: ClassVar = "level3"
    ws_key: ClassVar = WsKey.SPOT_L3_V2
    keyed_by: ClassVar = ("depth",)

    symbol: list[str] | str
    depth: int = 10
    """Price levels per side: 10, 100 or 1000."""
    snapshot: bool = True

    def check(self) -> None:
        one_of(self, "depth", DEPTHS)
