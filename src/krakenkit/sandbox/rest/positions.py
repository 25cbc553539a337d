"""Private REST of Spot: what an account's margin is worth, and its open positions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias, cast

from krakenkit.sandbox.encode import seconds
from krakenkit.sandbox.engine import EngineRefused, OpenPosition, Pair, PositionView
from krakenkit.sandbox.engine.margin.lending import lending_rate
from krakenkit.sandbox.engine.refusals import UNKNOWN_POSITION
from krakenkit.sandbox.rest.desk import Caller
from krakenkit.sandbox.routing import endpoint
from krakenkit.sandbox.values import at_most, names_in
from krakenkit.wire.rewrite import on_the_wire
from krakenkit.wire.spot import account, positions

_Members: TypeAlias = dict[str, Any]
_MOST_POSITIONS: Final = 20
_WRITTEN: Final[Mapping[str, Callable[[Any], str]]] = {"net": "{:+f}".format, "rollovertm": str, "positions": str}


def trade_balance(caller: Caller, request: account.GetTradeBalance) -> account.TradeBalance:
    now = caller.venue.exchange.margin(caller.account, request.asset or "ZUSD")
    return account.TradeBalance(
        equivalent_balance=now.equivalent_balance,
        trade_balance=now.trade_balance,
        margin=now.margin,
        unrealised=now.unrealised,
        cost=now.cost,
        value=now.value,
        equity=now.equity,
        free_margin=now.free_margin,
        free_margin_for_orders=now.free_margin_for_orders,
        margin_level=now.margin_level,
        unfilled_value=now.unfilled_value,
    )


# --- positions --------------------------------------------------------------------------------------------------------


def open_positions(caller: Caller, request: positions.GetOpenPositions) -> object:
    """One by one or added up; profits have a sign and counts are text, as captures have them."""
    wire = cast("dict[str, _Members] | list[_Members]", on_the_wire(_open_positions(caller, request)))
    for row in wire.values() if isinstance(wire, dict) else wire:
        for name, write in _WRITTEN.items():
            if row.get(name) is not None:
                row[name] = write(row[name])
    return wire


def _open_positions(caller: Caller, request: positions.GetOpenPositions) -> positions.OpenPositions:
    found = caller.venue.exchange.positions(caller.account)
    names = at_most(names_in(request.txid), _MOST_POSITIONS, "txid")
    if names:
        found = [one for one in found if one.position.position_id in names]
        if not found:
            raise EngineRefused(UNKNOWN_POSITION)
    docalcs = bool(request.docalcs)
    if request.consolidation is None:
        return positions.OpenPositions(
            by_id={one.position.position_id: _open_position(one, docalcs=docalcs) for one in found}
        )
    # The positions of a pair are all on one side.
    by_pair: dict[Pair, list[OpenPosition]] = {}
    for one in found:
        by_pair.setdefault(one.position.pair, []).append(one)
    return positions.OpenPositions(by_pair=[_together(rows, docalcs=docalcs) for rows in by_pair.values()])


def _open_position(one: OpenPosition, *, docalcs: bool) -> positions.OpenPosition:
    """One position. ``cost``, ``fee``, ``vol`` and ``margin`` are those of the whole; ``value`` and ``net`` of what is open."""
    position = one.position
    return positions.OpenPosition(
        ordertxid=position.order_id,
        posstatus="open",
        pair=position.pair.name,
        class_="forex",
        time=seconds(position.opened_at),
        type=_side(position),
        ordertype=position.order_type,
        cost=cost_of(position.pair, position.cost),
        fee=cost_of(position.pair, position.fee),
        vol=position.qty,
        vol_closed=position.qty_closed,
        margin=cost_of(position.pair, position.margin),
        value=one.value if docalcs else None,
        net=one.net if docalcs else None,
        terms=_terms(position),
        rollovertm=position.rollover_at // 10**9,
    )


def _together(rows: list[OpenPosition], *, docalcs: bool) -> positions.PairPosition:
    """The positions of one pair; its leverage is cost by margin, as a whole number."""
    first, pair = rows[0].position, rows[0].position.pair
    cost, fee, margin, vol, closed = (
        sum((getattr(one.position, name) for one in rows), Decimal(0))
        for name in ("cost", "fee", "margin", "qty", "qty_closed")
    )
    return positions.PairPosition(
        pair=pair.name,
        class_="forex",
        positions=len(rows),
        type=_side(first),
        # What costs less than the smallest unit binds nothing.
        leverage=f"{(cost / margin).to_integral_value() if margin else first.leverage}:1",
        cost=cost_of(pair, cost),
        fee=cost_of(pair, fee),
        vol=vol,
        vol_closed=closed,
        margin=cost_of(pair, margin),
        value=sum((one.value for one in rows), Decimal(0)) if docalcs else None,
        net=sum((one.net for one in rows), Decimal(0)) if docalcs else None,
    )


def _side(position: PositionView) -> str:
    return "buy" if position.long else "sell"


def _terms(position: PositionView) -> str:
    borrowed = position.pair.quote if position.long else position.pair.base
    return f"{Decimal(lending_rate(borrowed)).scaleb(-4):.4f}% per 4 hours"


def cost_of(pair: Pair, amount: Decimal) -> Decimal:
    """An amount of the quote asset with as many places as the pair's costs have."""
    return amount.quantize(pair.cost(1))


ENDPOINTS: Final = (
    endpoint(account.GetTradeBalance, trade_balance),
    endpoint(positions.GetOpenPositions, open_positions),
)
