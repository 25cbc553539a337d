"""Private REST of Spot: what an account traded, and what became of the positions its trades opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from krakenkit.sandbox.consolidation import consolidated
from krakenkit.sandbox.encode import seconds
from krakenkit.sandbox.engine import AccountTrade, PositionView
from krakenkit.sandbox.engine.refusals import invalid
from krakenkit.sandbox.paging import page
from krakenkit.sandbox.rest.desk import Caller
from krakenkit.sandbox.rest.positions import cost_of
from krakenkit.sandbox.routing import endpoint
from krakenkit.sandbox.values import at_most, names_in
from krakenkit.wire.spot import account, history

_SPOT: Final = "TKH2SE-M7IF5-CFI7LT"
"""Captures have this one id as the position of every trade without margin."""
_MOST_ROWS: Final = 20
_KINDS: Final = ("all", "no position", "any position", "closed position", "closing position")


def trades_history(caller: Caller, request: account.GetTradesHistory) -> Mapping[str, object]:
    """Taker fills are consolidated for those who ask for it. The manual says that Kraken does it unless told otherwise, but
    not how such trades are named: here fills have the ids that ledgers and sockets know them by.
    """
    exchange, kind = caller.venue.exchange, request.type or "all"
    if kind not in _KINDS:
        raise invalid("type")
    pair = None if request.pair is None else exchange.pair(request.pair)
    every = exchange.trades(caller.account)
    rows = [
        (trade.trade_id, trade)
        for trade in (consolidated(reversed(every))[::-1] if request.consolidate_taker else every)
        if pair in (None, trade.pair) and caller.owner.sees(trade.at) and _is_of_kind(caller, trade, kind)
    ]
    found = page(rows, request, times=lambda trade: (trade.at,))
    shown = {
        name: _trade(caller, trade, ledger_ids=bool(request.ledgers), closing=bool(request.trades))
        for name, trade in found.rows
    }
    return {"trades": shown} | found.beside


def trades_by_id(caller: Caller, request: history.GetTrades) -> dict[str, account.TradeInfo]:
    names = at_most(names_in(request.txid), _MOST_ROWS, "txid")
    found = ((name, caller.venue.exchange.trade(caller.account, name)) for name in names)
    return {
        name: _trade(caller, trade, ledger_ids=bool(request.ledgers), closing=bool(request.trades))
        for name, trade in found
        if trade is not None and caller.owner.sees(trade.at)
    }


def _is_of_kind(caller: Caller, trade: AccountTrade, kind: str) -> bool:
    match kind:
        case "no position":
            return trade.leverage is None
        case "any position":
            return trade.leverage is not None
        case "closing position":
            return trade.closes_position
        case "closed position":
            opened = _opened(caller, trade)
            return opened is not None and opened.closed_at is not None
        case _:
            return True


def _opened(caller: Caller, trade: AccountTrade) -> PositionView | None:
    """The position that a trade opened."""
    opened = trade.position_id == trade.trade_id
    return caller.venue.exchange.position(caller.account, trade.trade_id) if opened else None


def _trade(caller: Caller, trade: AccountTrade, *, ledger_ids: bool, closing: bool) -> account.TradeInfo:
    position = _opened(caller, trade)
    return account.TradeInfo(
        ordertxid=trade.order_id,
        postxid=trade.position_id or _SPOT,
        pair=trade.pair.name,
        aclass="forex",
        time=seconds(trade.at),
        type=trade.side,
        ordertype=trade.order_type,
        price=trade.price,
        cost=trade.cost,
        fee=trade.fee,
        vol=trade.qty,
        margin=cost_of(trade.pair, trade.margin),
        leverage=str(trade.leverage or 0),
        misc="closing" if trade.closes_position else "",
        trade_id=trade.number,
        maker=trade.maker,
        ledgers=list(trade.ledger_ids) if ledger_ids else None,
        **({} if position is None else _fate(position, closing=closing)),
    )


def _fate(position: PositionView, *, closing: bool) -> Mapping[str, Any]:
    """What became of the position that a trade opened; ``closing`` asks for the trades that closed it too."""
    pair = position.pair
    return {
        "posstatus": "open" if position.closed_at is None else "closed",
        "cprice": position.close_price,
        "ccost": position.close_cost,
        "cfee": cost_of(pair, position.close_fee),
        "cvol": position.qty_closed,
        "cmargin": cost_of(pair, position.margin - position.margin_open),
        "net": cost_of(pair, position.net),
        "trades": list(position.closing_trades) if closing else None,
    }


ENDPOINTS: Final = (
    endpoint(account.GetTradesHistory, trades_history),
    endpoint(history.GetTrades, trades_by_id),
)
