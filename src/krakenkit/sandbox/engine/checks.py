"""Reading a request to place an order: what must be right about its words and numbers, whatever the market looks like."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from .accounts import Account
from .distances import Trail, read_trail
from .instruments import Pair
from .margin.allowing import closes_all, fit_size, read_leverage
from .orders import Order
from .prices import Price, price_units
from .refusals import (
    COST_MINIMUM,
    DEADLINE,
    NO_INDEX,
    ORDER_MINIMUM,
    PRICE_ARGUMENT,
    EngineRefused,
    invalid,
)
from .requests import CLOSE_TYPES, ORDER_TYPES, STOP_LOSS, TRAILING, TRIGGERED, WITH_LIMIT, Closing, PlaceOrder
from .scale import to_units

SECOND = 10**9
SOONEST_EXPIRY = 5 * SECOND
LATEST_EXPIRY = 31 * 86_400 * SECOND
LATEST_START = LATEST_EXPIRY
"""How far ahead an order may be scheduled; Kraken names no limit, we take the one of expiries."""
ICEBERG_PARTS = 15
"""An iceberg shows at least this part of what remains of it."""

_STP_TYPES = frozenset({"cancel_newest", "cancel_oldest", "cancel_both"})
_TIMES_IN_FORCE = frozenset({"GTC", "GTD", "IOC", "FOK"})
_CLIENT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}|[ -~]{1,18}", re.IGNORECASE)


@dataclass(slots=True)
class Marks:
    """The prices of a pair that others are reckoned from, in its units."""

    last: int | None
    """The last trade; None when nothing traded yet."""
    index: int | None
    """None when the pair has no index."""


def read_order(request: PlaceOrder, pair: Pair, account: Account, *, marks: Marks, now: int) -> Order:
    """The order a request describes, in the units of its pair, not yet placed.

    Raises:
        EngineRefused: with the string of the first thing that is wrong.
    """
    order_type = request.order_type.lower()
    if order_type not in ORDER_TYPES:
        raise invalid("ordertype")
    _check_words(request, order_type)
    check_deadline(request.deadline, now)
    buy = request.side.lower() == "buy"
    time_in_force, expire_at = _read_life(request, order_type, now)
    reference = _read_reference(order_type, marks, request.trigger_reference)
    limit, trigger, trail = _read_prices(request, order_type, pair, buy=buy, last=marks.last, reference=reference)
    leverage = read_leverage(request, pair)
    qty, cash = _read_size(request, order_type, pair, buy=buy)
    if leverage is not None:
        qty = fit_size(request, account, pair, qty, buy=buy)
    if request.close is not None:
        _check_close(request, request.close, pair, buy=not buy, marks=marks)
    order = Order(
        account=account,
        pair=pair,
        buy=buy,
        order_type=order_type,
        qty=qty,
        cash=cash,
        limit=limit,
        trigger=trigger,
        trail=trail,
        index=request.trigger_reference.lower() == "index",
        close=request.close,
        display=read_display(request.display_qty, pair, qty) if order_type == "iceberg" else None,
        time_in_force=time_in_force,
        start_at=request.start_at if request.start_at is not None and request.start_at > now else None,
        expire_at=expire_at,
        post_only=request.post_only,
        fee_in_base=request.fee_in == "base" and leverage is None,
        stp_type=request.stp_type.lower().replace("-", "_"),
        cl_ord_id=request.cl_ord_id,
        userref=request.userref,
        leverage=leverage,
        reduce_only=request.reduce_only,
    )
    check_minimums(order, price=limit or trigger)
    return order


def check_deadline(deadline: int | None, now: int) -> None:
    """Refuse a request that came too late."""
    if deadline is not None and deadline <= now:
        raise EngineRefused(DEADLINE)


def check_minimums(order: Order, *, price: int | None) -> None:
    """Refuse an order below the minimums of its pair, at this price; without one only its size is looked at."""
    pair = order.pair
    if order.leverage is not None and closes_all(order):
        return
    if order.cash is None and order.qty < pair.smallest_qty:
        raise EngineRefused(ORDER_MINIMUM)
    cost = order.cash if order.cash is not None else None if price is None else price * order.qty
    if cost is not None and cost < pair.smallest_cost:
        raise EngineRefused(COST_MINIMUM)


def read_qty(qty: Decimal | None, pair: Pair) -> int:
    """A size in lots; it must be positive and no finer than the pair's lots."""
    lots = None if qty is None else to_units(qty, pair.lot_decimals)
    if lots is None or lots <= 0:
        raise invalid("volume")
    return lots


def read_display(display_qty: Decimal | None, pair: Pair, remaining: int) -> int:
    """The visible part of an iceberg: no more than what remains, and not less than a fifteenth of it."""
    lots = None if display_qty is None else to_units(display_qty, pair.lot_decimals)
    if lots is None or lots <= 0 or lots > remaining or lots * ICEBERG_PARTS < remaining:
        raise invalid("displayvol")
    return lots


def read_limit(price: Price, order_type: str, pair: Pair, *, buy: bool, last: int | None) -> int:
    """A limit price; ``#`` goes away from the market for plain limits, and into it for the limit behind a trigger."""
    into_the_market = order_type in TRIGGERED
    return price_units(price, pair, last=last, chosen_sign="+" if buy == into_the_market else "-")


def read_trigger(price: Price, order_type: str, pair: Pair, *, buy: bool, reference: int | None) -> int:
    """A trigger price; ``#`` goes to the side where the order waits for the market.

    An offset counts from the price that sets the order off. Kraken's manual says from the last trade where orders are placed
    and from the reference price where they are amended; these differ for the index only.
    """
    return price_units(price, pair, last=reference, chosen_sign="+" if buy == (order_type in STOP_LOSS) else "-")


def _check_words(request: PlaceOrder, order_type: str) -> None:
    if request.side.lower() not in {"buy", "sell"}:
        raise invalid("type")
    if request.stp_type.lower().replace("-", "_") not in _STP_TYPES:
        raise invalid("stptype")
    if request.fee_in not in {None, "quote", "base"} or (request.post_only and order_type not in {"limit", "iceberg"}):
        raise invalid("oflags")
    if request.display_qty is not None and order_type != "iceberg":
        raise invalid("displayvol")
    if request.trigger_reference.lower() not in {"last", "index"}:
        raise invalid("trigger")
    if request.userref is not None and not -(2**31) <= request.userref < 2**31:
        raise invalid("userref")
    # With a conditional close the exchange takes no client id, as the source of Kraken's own Rust SDK tells.
    alone = request.userref or request.close
    if request.cl_ord_id is not None and (alone or not _CLIENT_ID.fullmatch(request.cl_ord_id)):
        raise invalid("cl_ord_id")


def _read_life(request: PlaceOrder, order_type: str, now: int) -> tuple[str, int | None]:
    life = request.time_in_force.upper()
    if life not in _TIMES_IN_FORCE:
        raise invalid("timeinforce")
    if (life == "FOK" and order_type != "limit") or (life == "IOC" and (request.post_only or order_type == "iceberg")):
        raise invalid("timeinforce")
    if life == "FOK" and request.post_only:
        raise invalid("timeinforce")
    if request.start_at is not None and request.start_at > now + LATEST_START:
        raise invalid("starttm")
    expire_at = request.expire_at
    if expire_at is None:
        if life == "GTD":
            raise invalid("expiretm")
        return life, None
    soonest = max(now, request.start_at or 0) + SOONEST_EXPIRY
    if order_type == "market" or not soonest <= expire_at <= now + LATEST_EXPIRY:
        raise invalid("expiretm")
    # Older clients give an expiry and leave the life of the order at its default.
    return ("GTD" if life == "GTC" else life), expire_at


def _read_reference(order_type: str, marks: Marks, word: str) -> int | None:
    """The price that sets off a triggered order, from which relative triggers are counted, too."""
    if order_type not in TRIGGERED or word.lower() == "last":
        return marks.last
    if marks.index is None:
        raise EngineRefused(NO_INDEX)
    return marks.index


def _check_close(request: PlaceOrder, close: Closing, pair: Pair, *, buy: bool, marks: Marks) -> None:
    """Refuse a conditional close that could not be placed now; it is read again when it is."""
    order_type = close.order_type.lower()
    if order_type not in CLOSE_TYPES:
        raise invalid("close")
    reference = _read_reference(order_type, marks, request.trigger_reference)
    _read_prices(close, order_type, pair, buy=buy, last=marks.last, reference=reference)


def _read_prices(
    request: PlaceOrder | Closing, order_type: str, pair: Pair, *, buy: bool, last: int | None, reference: int | None
) -> tuple[int | None, int | None, Trail | None]:
    limit = trigger = None
    if order_type in TRAILING:
        behind = _given(request.limit_price) if order_type in WITH_LIMIT else None
        trail, trigger, limit = read_trail(_given(request.trigger_price), behind, pair, buy=buy, price=reference)
        if behind is None and request.limit_price:
            raise invalid("price")
        return limit, trigger, trail
    if order_type in WITH_LIMIT:
        limit = read_limit(_given(request.limit_price), order_type, pair, buy=buy, last=last)
    elif request.limit_price:
        raise invalid("price")
    if order_type in TRIGGERED:
        trigger = read_trigger(_given(request.trigger_price), order_type, pair, buy=buy, reference=reference)
    elif request.trigger_price:
        raise invalid("price")
    return limit, trigger, None


def _given(price: Price | None) -> Price:
    if price is None:
        raise EngineRefused(PRICE_ARGUMENT)
    return price


def _read_size(request: PlaceOrder, order_type: str, pair: Pair, *, buy: bool) -> tuple[int, int | None]:
    if request.leverage is not None and request.qty is not None and request.qty.is_zero():
        return 0, None
    if request.cash_qty is None:
        return read_qty(request.qty, pair), None
    if order_type != "market" or not buy or request.qty is not None:
        raise invalid("viqc")
    cost = to_units(request.cash_qty, pair.cost_decimals)
    if cost is None or cost <= 0:
        raise invalid("volume")
    return 0, cost * pair.per_cost
