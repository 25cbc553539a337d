"""Trading commands of the Unified WebSocket: what each does, and what answers it. They act on contracts only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypeVar

import msgspec

from krakenkit.sandbox.commands import MODIFY, TAKE_BACK, Reply, key_for, listed
from krakenkit.sandbox.encode import stamp
from krakenkit.sandbox.engine import EngineRefused
from krakenkit.sandbox.engine.derivatives import (
    Contract,
    Declined,
    DerivativesExchange,
    EditOrder,
    OrderView,
    PlaceOrder,
)
from krakenkit.sandbox.engine.derivatives.contracts import PARTS
from krakenkit.sandbox.engine.refusals import POST_ONLY, UNAVAILABLE
from krakenkit.sandbox.inbound import Denied, SocketReader
from krakenkit.sandbox.spot_v2.frames import Members
from krakenkit.sandbox.unified.orders import amending, placing
from krakenkit.sandbox.unified.words import check_asset_class, refusal
from krakenkit.sandbox.venue import Venue
from krakenkit.wire.command import Command
from krakenkit.wire.request import Params
from krakenkit.wire.unified import trading

P = TypeVar("P", bound=Params)
K = TypeVar("K", bound=Command[Any])
# Kraken's own words.
UNKNOWN_MARKET: Final = "Unknown 'params.leverage_mode.symbol'"
LEVERAGE_REJECTED: Final = "Leverage change rejected"
OUT_OF_RANGE: Final = "Leverage is outside the permitted range for this market"
ABOVE_SCHEDULE: Final = "Leverage exceeds the market's margin schedule"
NOT_ENOUGH_MARGIN: Final = "Insufficient margin for the requested leverage"


@dataclass(frozen=True, slots=True)
class Trader:
    """Who commands, and when."""

    venue: Venue
    account: str
    now: int

    @property
    def exchange(self) -> DerivativesExchange:
        return self.venue.futures.exchange

    def contract(self, symbol: str) -> Contract:
        """The contract of this symbol.

        Raises:
            Denied: when there is none.
        """
        contract = self.venue.futures.contract(symbol)
        if contract is None:
            raise Denied(f"Currency pair not supported {symbol}")
        return contract


def carry_out(venue: Venue, method: str, members: Mapping[str, object], now: int) -> list[Reply]:
    """Do what a command says; gives its replies, refusals among them."""
    try:
        asked = COMMANDS[method]
        if asked.kind is not trading.CancelAllOrdersAfter or "asset_class" in members:
            check_asset_class(members)  # whether the switch takes it is cut off on Kraken's page
        command = _CommandReader(method, also=("token",)).read(asked.kind, members)
        key = key_for(asked, venue, members, now)
        if venue.exchange.status == "maintenance":
            raise Denied(UNAVAILABLE)
        venue.futures.open_account(key.account)
        return list(asked.carry_out(Trader(venue, key.account, now), command))
    except EngineRefused as refused:
        return [Reply(error=said(refused, venue))]


def said(refused: EngineRefused, venue: Venue) -> str:
    """What a refusal says on this socket."""
    return refusal(refused, venue.exchange.status) if isinstance(refused, Declined) else refused.code


# --- placing ----------------------------------------------------------------------------------------------------------


def _add(trader: Trader, command: trading.AddOrder) -> Iterator[Reply]:
    asked = placing(command, trader.contract(command.symbol), now=trader.now, deadline=command.deadline)
    yield Reply({"order_id": _placed(trader, asked, bool(command.validate))} | _own_id(command))


def _placed(trader: Trader, asked: PlaceOrder, validate: bool) -> str:
    """The id of the order; empty when it was only validated, as on Spot."""
    if validate:
        trader.exchange.check(trader.account, asked, trader.now)
        return ""
    return trader.exchange.place(trader.account, asked, trader.now).order.order_id


def _own_id(order: trading.OrderParams) -> Members:
    return {} if order.cl_ord_id is None else {"cl_ord_id": order.cl_ord_id}


def _batch_add(trader: Trader, command: trading.BatchAdd) -> Iterator[Reply]:
    """What is wrong with one order's words refuses all; what the engine refuses later is said order by order."""
    contract = trader.contract(command.symbol)
    asked = [placing(order, contract, now=trader.now, deadline=command.deadline) for order in command.orders]
    for order in asked:
        trader.exchange.check(trader.account, order, trader.now, words_only=True)
    pairs = zip(asked, command.orders, strict=True)
    yield Reply([_row(trader, order, one, bool(command.validate)) for order, one in pairs])


def _row(trader: Trader, asked: PlaceOrder, order: trading.OrderParams, validate: bool) -> Members:
    try:
        return {"order_id": _placed(trader, asked, validate)} | _own_id(order)
    except EngineRefused as refused:
        return {"error": said(refused, trader.venue)} | _own_id(order)


# --- changing ---------------------------------------------------------------------------------------------------------


def _amend(trader: Trader, command: trading.AmendOrder) -> Iterator[Reply]:
    """The amend's own id is empty, as in Kraken's sample for derivatives."""
    asked = amending(command, trader.now)
    order = _open_order(trader, command.order_id or command.cl_ord_id or "")
    if order is not None and asked.qty is not None and 0 < asked.qty <= order.filled:
        trader.exchange.cancel(trader.account, trader.now, order_id=order.order_id)
    else:
        _check_post_only(trader, command, asked, order)
        trader.exchange.edit(trader.account, asked, trader.now)
    ids = {"order_id": command.order_id, "cl_ord_id": command.cl_ord_id}
    yield Reply({"amend_id": ""} | {name: value for name, value in ids.items() if value is not None})


def _open_order(trader: Trader, name: str) -> OrderView | None:
    found = trader.exchange.orders(trader.account, [name], since=trader.now + 1)
    return next((order for order in found if isinstance(order, OrderView)), None)


def _check_post_only(trader: Trader, command: trading.AmendOrder, asked: EditOrder, order: OrderView | None) -> None:
    """Refuse a price that would trade at once when only posting is wanted; a post-only order is so in the engine too."""
    if not command.post_only or asked.limit_price is None or order is None:
        return
    now = trader.exchange.ticker(order.contract)
    best = now.ask if order.side == "buy" else now.bid
    if best is not None and (asked.limit_price >= best if order.side == "buy" else asked.limit_price <= best):
        raise Denied(POST_ONLY)


def _set_preference(trader: Trader, command: trading.SetPreference) -> Iterator[Reply]:
    """A number fixes the leverage of a market, null shares its margin with the others of its wallet."""
    contract = trader.venue.futures.contract(command.leverage_mode.symbol)
    if contract is None:
        raise Denied(UNKNOWN_MARKET)
    chosen = command.leverage_mode.max_leverage
    leverage = None if chosen is None else Decimal(chosen)
    try:
        trader.exchange.set_leverage(trader.account, contract, leverage)
    except Declined:
        raise Denied(NOT_ENOUGH_MARGIN) from None
    except EngineRefused as refused:
        raise Denied(_leverage_refusal(refused, contract, leverage)) from None
    yield Reply({})


def _leverage_refusal(refused: EngineRefused, contract: Contract, leverage: Decimal | None) -> str:
    if refused.code != "maxLeverage" or leverage is None:
        return LEVERAGE_REJECTED  # inverse contracts always share their wallet
    within = 1 <= leverage <= PARTS // contract.initial_margin
    return ABOVE_SCHEDULE if within else OUT_OF_RANGE


# --- taking back ------------------------------------------------------------------------------------------------------


def _cancel(trader: Trader, command: trading.CancelOrder) -> Iterator[Reply]:
    """One reply for each id."""
    for order_id in command.order_id or ():
        yield _cancelled(trader, {"order_id": order_id})
    for cl_ord_id in command.cl_ord_id or ():
        yield _cancelled(trader, {"cl_ord_id": cl_ord_id})


def _cancelled(trader: Trader, named: Members) -> Reply:
    try:
        _take_back(trader, named)
    except EngineRefused as refused:
        return Reply(error=said(refused, trader.venue))
    return Reply(named)


def _take_back(trader: Trader, named: Members) -> None:
    order_id, cl_ord_id = named.get("order_id"), named.get("cl_ord_id")
    trader.exchange.cancel(trader.account, trader.now, order_id=order_id, cli_ord_id=cl_ord_id)


def _cancel_all(trader: Trader, command: trading.CancelAll) -> Iterator[Reply]:
    yield Reply({"count": len(trader.exchange.cancel_all(trader.account, trader.now))})


def _cancel_all_after(trader: Trader, command: trading.CancelAllOrdersAfter) -> Iterator[Reply]:
    """Kraken speaks of all orders of the account; those on Spot, which is not served here yet, stay."""
    at = trader.exchange.cancel_all_after(trader.account, command.timeout, trader.now)
    yield Reply({"currentTime": stamp(trader.now, 0), "triggerTime": "0" if at is None else stamp(at, 0)})


def _batch_cancel(trader: Trader, command: trading.BatchCancel) -> Iterator[Reply]:
    """Ids that are not open are passed over and not counted."""
    named: list[Members] = [{"order_id": name} for name in command.orders]
    named += [{"cl_ord_id": name} for name in command.cl_ord_id or ()]
    yield Reply({"count": sum(_cancelled(trader, one).error is None for one in named)})


# --- the table --------------------------------------------------------------------------------------------------------


class _CommandReader(SocketReader):
    """Takes a ``max_leverage`` of null at its word: it asks for cross margin, and leaving it out is refused."""

    def read(self, kind: type[P], members: Mapping[str, object]) -> P:
        cross = kind is trading.LeverageMode and members.get("max_leverage", 0) is None
        found = super().read(kind, dict(members) | {"max_leverage": 1} if cross else members)
        return msgspec.structs.replace(found, max_leverage=None) if cross else found


COMMANDS: Final = dict(
    (
        listed(trading.AddOrder, _add, MODIFY),
        listed(trading.AmendOrder, _amend, TAKE_BACK),
        listed(trading.CancelOrder, _cancel, TAKE_BACK),
        listed(trading.CancelAll, _cancel_all, TAKE_BACK),
        listed(trading.CancelAllOrdersAfter, _cancel_all_after, TAKE_BACK),
        listed(trading.BatchAdd, _batch_add, MODIFY),
        listed(trading.BatchCancel, _batch_cancel, TAKE_BACK),
        listed(trading.SetPreference, _set_preference, MODIFY),
    )
)
