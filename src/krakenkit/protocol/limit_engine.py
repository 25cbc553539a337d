"""What calls do to orders, as the trading engine counts it, and the memory of orders that tells their age."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any, cast

from msgspec import Struct

from krakenkit.wire.raw import RawRequest
from krakenkit.wire.request import Request
from krakenkit.wire.trading_limits import Verb, engine_cost

_VERBS: Mapping[str, Verb] = {
    "/0/private/AddOrder": "add",
    "/0/private/AddOrderBatch": "add",
    "/0/private/AmendOrder": "amend",
    "/0/private/EditOrder": "edit",
    "/0/private/CancelOrder": "cancel",
    "/0/private/CancelOrderBatch": "cancel",
}


def pair_name(pair: str) -> str:
    """One name for the spellings of a pair: ``XXBTZUSD``, ``XBTUSD``, ``XBT/USD`` and ``btcusd`` are ``BTCUSD``.

    Made without the list of instruments: two pairs that fall together share a counter, which errs on the safe side.
    """
    name = pair.upper().replace("/", "")
    if len(name) == 8 and name[0] in "XZ" and name[4] in "XZ":
        name = name[1:4] + name[5:]
    return name.replace("XBT", "BTC").replace("XDG", "DOGE")


class Seen(Struct):
    """An order this process knows: its pair, and when it was placed or last amended."""

    pair: str
    at: float


class OrderMemory:
    """Orders by any of their ids; at most ``size`` ids, the longest unseen are dropped first."""

    def __init__(self, size: int = 8192) -> None:
        self.size = size
        self._orders: OrderedDict[str, Seen] = OrderedDict()

    def remember(self, pair: str, at: float, *ids: str | None) -> None:
        """Keep an order under its ids."""
        seen = Seen(pair, at)
        for one in ids:
            if one:
                self._orders[one] = seen
                self._orders.move_to_end(one)
        while len(self._orders) > self.size:
            self._orders.popitem(last=False)

    def find(self, order_id: str) -> Seen | None:
        """The order, None when it is not known."""
        return self._orders.get(order_id)

    def forget(self, order_id: str) -> None:
        """Drop this id."""
        self._orders.pop(order_id, None)

    def __len__(self) -> int:
        return len(self._orders)


class OrderAction(Struct):
    """What a call does to orders, as the engine counts it."""

    verb: Verb
    pair: str | None
    ids: tuple[str, ...] = ()
    """Orders it acts on: their ids, or the caller's."""
    names: tuple[str | None, ...] = ()
    """For orders to be placed: the caller's id of each, where there is one."""
    batch: bool = False
    only_checked: bool = False

    @property
    def cost_of_adding(self) -> float:
        """One order costs 1, a batch of n costs n/2."""
        return len(self.names) / 2 if self.batch else 1.0

    def costs(self, memory: OrderMemory, now: float) -> dict[str, float]:
        """Points by pair. What is done to an order of unknown pair is not counted."""
        if self.verb == "add":
            return {self.pair or "": self.cost_of_adding}
        costs: dict[str, float] = {}
        for one in self.ids:
            seen = memory.find(one)
            pair = seen.pair if seen else self.pair
            if pair is not None:
                cost = engine_cost(self.verb, now - seen.at if seen else None)
                costs[pair] = costs.get(pair, 0.0) + cost
        return costs

    def done(self, memory: OrderMemory, now: float, answer: object = None) -> None:
        """Note what was done; without an answer, that it may have been done, which makes orders young."""
        if self.only_checked:
            return
        match self.verb:
            case "add":
                self._placed(memory, now, answer)
            case "amend":
                self._amended(memory, now)
            case "edit":
                self._edited(memory, now, answer)
            case "cancel":
                if answer is not None:
                    for one in self.ids:
                        memory.forget(one)

    def _placed(self, memory: OrderMemory, now: float, answer: object) -> None:
        pair = self.pair or ""
        if not self.batch:
            memory.remember(pair, now, self.names[0], *_texts(_member(answer, "txid")))
            return
        rows = _listed(_member(answer, "orders"))
        for index, name in enumerate(self.names):
            row = rows[index] if index < len(rows) else None
            if not _member(row, "error"):
                memory.remember(pair, now, name, *_texts(_member(row, "txid")))

    def _amended(self, memory: OrderMemory, now: float) -> None:
        for one in self.ids:
            if seen := memory.find(one):
                seen.at = now  # shared by all ids of the order
            elif self.pair is not None:
                memory.remember(self.pair, now, one)

    def _edited(self, memory: OrderMemory, now: float, answer: object) -> None:
        if answer is None or _member(answer, "status") == "err":
            return
        pair = self.pair or next((seen.pair for one in self.ids if (seen := memory.find(one))), "")
        memory.remember(pair, now, *_texts(_member(answer, "txid")))
        for one in self.ids:
            memory.forget(one)


def action_of(request: Request[Any]) -> OrderAction | None:
    """What the call does to orders; None for calls that the engine does not count."""
    verb = _VERBS.get(request.route.path)
    if verb is None:
        return None
    given = request.params if isinstance(request, RawRequest) else request
    batch = request.route.path.endswith("Batch")
    pair = _member(given, "pair")
    return OrderAction(
        verb,
        pair_name(pair) if isinstance(pair, str) else None,
        () if verb == "add" else _acted_on(given),
        _to_be_placed(given, batch=batch) if verb == "add" else (),
        batch,
        _member(given, "validate") in (True, "true"),
    )


def is_order_path(path: str) -> bool:
    """Whether the engine counts calls of this path."""
    return path in _VERBS


def _acted_on(given: object) -> tuple[str, ...]:
    lists = (_member(given, name) for name in ("txid", "cl_ord_id", "orders", "cl_ord_ids"))
    return tuple(text for found in lists for text in _texts(found))


def _to_be_placed(given: object, *, batch: bool) -> tuple[str | None, ...]:
    if not batch:
        return (_name_of(given),)
    return tuple(_name_of(row) for row in _listed(_member(given, "orders")))


def _name_of(order: object) -> str | None:
    name = _member(order, "cl_ord_id")
    return name if isinstance(name, str) else None


def _member(thing: object, name: str) -> object:
    """A member of a request, an answer, or plain data; None when it has none."""
    if isinstance(thing, dict):
        return cast("dict[str, object]", thing).get(name)
    return getattr(thing, name, None)


def _listed(value: object) -> Sequence[object]:
    return cast("Sequence[object]", value) if isinstance(value, list | tuple) else []


def _texts(value: object) -> list[str]:
    """The ids in a text or list; numbers are user references, which stand for orders unknown here."""
    if value is None:
        return []
    if isinstance(value, str):
        return value.split(",")
    return [item for item in _listed(value) if isinstance(item, str)]
