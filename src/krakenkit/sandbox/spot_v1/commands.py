"""Trading commands of Spot v1: what each does, and what answers it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, Final, TypeVar

from krakenkit.sandbox.asset_classes import check_amended
from krakenkit.sandbox.commands import MODIFY, TAKE_BACK, Reply, key_for, listed
from krakenkit.sandbox.encode import stamp
from krakenkit.sandbox.engine import EngineRefused
from krakenkit.sandbox.engine.words import price_texts
from krakenkit.sandbox.inbound import Denied, RestReader
from krakenkit.sandbox.spot_v1.frames import money, volume
from krakenkit.sandbox.spot_v1.orders import amending, editing, named_order, placing
from krakenkit.sandbox.spot_v2.commands import Trader
from krakenkit.sandbox.spot_v2.frames import Members
from krakenkit.sandbox.values import SECOND, is_reference, read_amount
from krakenkit.sandbox.venue import Venue
from krakenkit.wire.command import Command
from krakenkit.wire.spot_v1 import trading

K = TypeVar("K", bound=Command[Any])
_HEAD: Final = frozenset({"event", "token", "reqid"})


class CommandReader(RestReader):
    """Fields of a command: text as in REST, but fields nobody knows are refused, and amounts that are none."""

    def __init__(self, event: str) -> None:
        self._words = re.sub("([A-Z])", lambda found: f" {found[0].lower()}", event)

    def scalar(self, kinds: frozenset[Any], value: object, wire: str) -> object:
        read = super().scalar(kinds, value, wire)
        if Decimal in kinds and isinstance(read, str):
            read_amount(read.lstrip("+-#").removesuffix("%"), wire)  # prices may be relative
        return read

    def check_names(self, known: frozenset[str], members: Mapping[str, object]) -> None:
        for name in members:
            if name not in known and name not in _HEAD:
                raise Denied(f"Unsupported field: '{name}' for the given msg type: {self._words}")


def carry_out(venue: Venue, event: str, request: Mapping[str, object], now: int) -> list[Reply]:
    """Do what a command says; gives its replies, refusals among them. What went well has its members in ``more``."""
    try:
        asked = V1_COMMANDS[event]
        command = CommandReader(event).read(asked.kind, request)
        key = key_for(asked, venue, request, now)
        venue.exchange.tick(now)
        return list(asked.carry_out(Trader(venue, key.account, now), command))
    except EngineRefused as refused:
        return [Reply(error=refused.code)]


def _add(trader: Trader, command: trading.AddOrder) -> Iterator[Reply]:
    placed = trader.venue.exchange.place(trader.account, placing(command, trader.now), trader.now)
    told: Members = {"descr": placed.description}
    if placed.order is not None:  # an order that was only validated has no id
        told["txid"] = placed.order.order_id
    if command.cl_ord_id is not None:
        told["cl_ord_id"] = command.cl_ord_id
    yield Reply(more=told)


def _amend(trader: Trader, command: trading.AmendOrder) -> Iterator[Reply]:
    ids = {"order_id": command.txid, "cl_ord_id": command.cl_ord_id}
    check_amended(trader.venue.exchange, trader.account, command.pair, **ids)
    done = trader.venue.exchange.amend(trader.account, amending(command, trader.now), trader.now)
    ids = {"txid": command.txid, "cl_ord_id": command.cl_ord_id}
    yield Reply(more={"amend_id": done.amend_id} | {name: value for name, value in ids.items() if value is not None})


def _edit(trader: Trader, command: trading.EditOrder) -> Iterator[Reply]:
    exchange = trader.venue.exchange
    old = named_order(exchange, trader.account, command.orderid)
    done = exchange.edit(trader.account, editing(command, old), trader.now)
    told: Members = {"descr": _edited(command, done.order or old), "originaltxid": old.order_id}
    if done.order is not None:
        told["txid"] = done.order.order_id
    yield Reply(more=told)


def _edited(command: trading.EditOrder, new: Any) -> str:
    """The one sample says ``order edited price = 9000.00000000``; other changes are told likewise."""
    price, price2 = price_texts(new, partial(money, new.pair))
    changes = {
        "price": None if command.price is None else price,
        "price2": None if command.price2 is None else price2,
        "volume": None if command.volume is None else volume(new.qty),
    }
    return "order edited " + ", ".join(f"{name} = {text}" for name, text in changes.items() if text is not None)


def _cancel(trader: Trader, command: trading.CancelOrder) -> Iterator[Reply]:
    """One reply for each id; none of them says which."""
    for named in command.ids():
        yield _cancelled(trader, named)


def _cancelled(trader: Trader, named: Mapping[str, str]) -> Reply:
    exchange, txid = trader.venue.exchange, named.get("txid")
    try:
        if txid is not None and is_reference(txid):
            exchange.cancel(trader.account, trader.now, userref=int(txid))
        else:
            exchange.cancel(trader.account, trader.now, order_id=txid, cl_ord_id=named.get("cl_ord_id"))
    except EngineRefused as refused:
        return Reply(error=refused.code)
    return Reply(more={})


def _cancel_all(trader: Trader, command: trading.CancelAll) -> Iterator[Reply]:
    yield Reply(more={"count": len(trader.venue.exchange.cancel_all(trader.account, trader.now))})


def _cancel_all_after(trader: Trader, command: trading.CancelAllOrdersAfter) -> Iterator[Reply]:
    switch = trader.venue.exchange.cancel_all_after(trader.account, command.timeout, trader.now)
    trigger = "0" if switch.at is None else _next_second(switch.at)
    yield Reply(more={"currentTime": _next_second(switch.now), "triggerTime": trigger})


def _next_second(at: int) -> str:
    """A moment in whole seconds, rounded up, as the manual says."""
    return stamp(-(-at // SECOND) * SECOND, 0)


V1_COMMANDS: Final = dict(
    (
        listed(trading.AddOrder, _add, MODIFY),
        listed(trading.AmendOrder, _amend, TAKE_BACK),
        listed(trading.EditOrder, _edit, MODIFY),
        listed(trading.CancelOrder, _cancel, TAKE_BACK),
        listed(trading.CancelAll, _cancel_all, TAKE_BACK),
        listed(trading.CancelAllOrdersAfter, _cancel_all_after, TAKE_BACK),
    )
)
