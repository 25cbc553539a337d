"""Spot account: open margin positions. Source: docs.kraken.com, Spot REST, Account Data, Get Open Positions."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import msgspec
from msgspec import Struct, field

from krakenkit.wire.checks import one_of
from krakenkit.wire.codec import reader_for
from krakenkit.wire.request import Request
from krakenkit.wire.route import Route
from krakenkit.wire.vocab import OrderType, RebaseMultiplier, Side


class OpenPosition(Struct, frozen=True):
    """One open position. Volumes are in base; cost, fee, margin, value and net in quote."""

    ordertxid: str
    """The order that opened it."""
    pair: str
    time: Decimal
    """Seconds since 1970, with fractions."""
    type: Side
    cost: Decimal
    fee: Decimal
    vol: Decimal
    vol_closed: Decimal
    margin: Decimal
    """Initial margin."""
    ordertype: OrderType | None = None
    posstatus: str | None = None
    """``open``."""
    class_: str | None = field(default=None, name="class")
    value: Decimal | None = None
    """What it is worth now; with ``docalcs`` only."""
    net: Decimal | None = None
    """Unrealised profit or loss; with ``docalcs`` only."""
    terms: str | None = None
    """Rollover cost in words, for example ``0.0200% per 4 hours``."""
    rollovertm: int | None = None
    """Next rollover, seconds since 1970."""
    misc: str = ""
    oflags: str = ""


class PairPosition(Struct, frozen=True):
    """All open positions of one pair and side, added up."""

    pair: str
    positions: int
    """How many were added up."""
    type: Side
    cost: Decimal
    fee: Decimal
    vol: Decimal
    vol_closed: Decimal
    margin: Decimal
    class_: str | None = field(default=None, name="class")
    leverage: str | None = None
    value: Decimal | None = None
    """With ``docalcs`` only."""
    net: Decimal | None = None
    """With ``docalcs`` only."""


class OpenPositions(Struct, frozen=True):
    """Open positions: one by one under ``by_id``, or added up under ``by_pair`` when consolidation was asked for.

    The exchange answers with a map in the first case and with a list in the second.
    """

    by_id: dict[str, OpenPosition] = {}
    by_pair: list[PairPosition] | None = None
    """None unless ``consolidation`` was given."""

    @classmethod
    def from_wire(cls, raw: bytes | msgspec.Raw) -> OpenPositions:
        """Read either shape."""
        shapes = dict[str, OpenPosition] | list[PairPosition]
        answer: dict[str, OpenPosition] | list[PairPosition] = reader_for(shapes)(raw)
        return cls(by_pair=answer) if isinstance(answer, list) else cls(by_id=answer)

    @classmethod
    def to_wire(cls, answer: OpenPositions) -> object:
        """The shape that :meth:`from_wire` read."""
        return answer.by_id if answer.by_pair is None else answer.by_pair


class GetOpenPositions(Request[OpenPositions], frozen=True):
    """The open margin positions, by id or added up by pair."""

    route: ClassVar = Route.read(
        "spot.account.get_open_positions",
        "/0/private/OpenPositions",
        siebly="getOpenPositions",
        permission="Orders and trades - Query open orders & trades",
    )

    txid: str | list[str] | None = None
    """Only these positions."""
    docalcs: bool | None = None
    """Add ``value`` and ``net``."""
    consolidation: str | None = None
    """``market`` to add positions up by pair."""
    rebase_multiplier: RebaseMultiplier | None = None
    account_id: str | None = None

    def check(self) -> None:
        one_of(self, "consolidation", ("market",))
