"""Changing open orders: in place (amend), or by cancelling and placing anew (edit)."""

from __future__ import annotations

from dataclasses import replace

from .accounts import needed
from .checks import check_deadline, check_minimums, read_display, read_limit, read_qty, read_trigger
from .distances import Trail, amended_trail
from .floor import Floor
from .indexes import Indexes
from .margin.allowing import check_margin
from .matching import Matcher
from .orders import AmendRecord, Order
from .prices import Price
from .refusals import INSUFFICIENT_FUNDS, INVALID_ORDER, POST_ONLY, EngineRefused, invalid
from .requests import TRIGGERED, WITH_LIMIT, AmendOrder, EditOrder, PlaceOrder

USER_REQUESTED = "User requested"


class Amender:
    """Amends orders in place: same ids, same fills, and the same place in line where the change allows it."""

    def __init__(self, floor: Floor, matcher: Matcher, indexes: Indexes) -> None:
        self._floor = floor
        self._matcher = matcher
        self._indexes = indexes

    def amend(self, order: Order, request: AmendOrder) -> str:
        """Carry out an amend; gives its id. A size at or below what is filled cancels the rest.

        Raises:
            EngineRefused: and nothing has changed. Orders with a conditional close cannot be amended.
        """
        check_deadline(request.deadline, self._floor.now)
        if order.close is not None:
            raise EngineRefused(INVALID_ORDER)
        draft = self._draft(order, request)
        amend_id = self._floor.mint.amend()
        if draft.qty <= order.filled:
            self._note(order, amend_id, order.as_entered())
            self._floor.close(order, "canceled", USER_REQUESTED)
            return amend_id
        self._check(order, draft, post_only=request.post_only or order.post_only)
        self._apply(order, draft, amend_id)
        return amend_id

    def _draft(self, order: Order, request: AmendOrder) -> Order:
        """The order as it would be. Only numbers are looked at here."""
        pair, buy, kind = order.pair, order.buy, order.order_type
        last = self._floor.desk(order).tape.last
        wanted = (request.qty, request.display_qty, request.limit_price, request.trigger_price)
        if all(change is None for change in wanted):
            raise invalid("order_qty")
        draft = replace(order)
        if request.qty is not None:
            if order.cash is not None:
                raise invalid("order_qty")
            draft.qty = read_qty(request.qty, pair)
        if request.limit_price is not None and kind not in WITH_LIMIT:
            raise invalid("limit_price")
        if request.trigger_price is not None and not order.waiting:
            raise invalid("trigger_price")
        if order.trail is not None and order.waiting:
            self._draft_trail(draft, order.trail, request)
        else:
            if request.limit_price is not None:
                draft.limit = read_limit(request.limit_price, kind, pair, buy=buy, last=last)
            if request.trigger_price is not None:
                reference = self._indexes.reference(order)
                draft.trigger = read_trigger(request.trigger_price, kind, pair, buy=buy, reference=reference)
        if request.display_qty is not None:
            if kind != "iceberg":
                raise invalid("display_qty")
            if draft.remaining > 0:
                draft.display = read_display(request.display_qty, pair, draft.remaining)
        return draft

    def _draft_trail(self, draft: Order, trail: Trail, request: AmendOrder) -> None:
        """New distances from the same peak."""
        if request.trigger_price is None and request.limit_price is None:
            return
        draft.trail, draft.trigger, draft.limit = amended_trail(
            trail, request.trigger_price, request.limit_price, draft.pair, buy=draft.buy, fixed=draft.limit
        )

    def _check(self, order: Order, draft: Order, *, post_only: bool) -> None:
        check_minimums(draft, price=draft.limit or draft.trigger)
        book = self._floor.desk(order).book
        live = not order.waiting and not order.scheduled
        if post_only and draft.limit != order.limit and live and book.would_take(order, draft.limit):
            raise EngineRefused(POST_ONLY)
        if order.leverage is not None:
            check_margin(self._floor, draft, replacing=order)
        elif needed(draft) - order.held > order.account.available(order.hold_asset):
            raise EngineRefused(INSUFFICIENT_FUNDS)

    def _apply(self, order: Order, draft: Order, amend_id: str) -> None:
        floor = self._floor
        entered = order.as_entered()
        new_place = order.resting and (draft.limit != order.limit or draft.qty > order.qty)
        new_trigger = draft.trigger != order.trigger or draft.trail is not order.trail
        if new_place:
            floor.lift(order)
        order.qty, order.limit, order.trigger, order.display = draft.qty, draft.limit, draft.trigger, draft.display
        order.trail = draft.trail
        if order.resting and order.slice() < order.visible:
            floor.touch(order).book.own(order).shrink(order, order.visible - order.slice(), floor.now)
        order.note_amend(floor.now)
        order.account.hold(order)
        self._note(order, amend_id, entered)
        floor.tell("amended", order)
        if new_trigger and not order.scheduled:
            floor.wait(order)
        if new_place:
            self._matcher.execute(order)
        self._matcher.set_off(floor.desk(order))

    def _note(self, order: Order, amend_id: str, entered: AmendRecord) -> None:
        now = self._floor.now
        row = order.record(amend_id, "user", at=now, remaining=order.remaining, reason=USER_REQUESTED)
        order.amends = (*(order.amends or (entered,)), row)


def replacement(order: Order, request: EditOrder) -> PlaceOrder:
    """The order that an edit asks for in place of an open one. Client id, userref and post-only are not carried over.

    Raises:
        EngineRefused: for orders that cannot be edited: those with a client id or a conditional close, and stops that went
            off.
    """
    if order.cl_ord_id is not None:
        raise invalid("cl_ord_id")
    if order.close is not None or (order.order_type in TRIGGERED and not order.waiting):
        raise EngineRefused(INVALID_ORDER)
    old = order.view()
    limit: Price | None = old.limit_price
    trigger: Price | None = old.trigger_price
    if old.trailing is not None:
        limit, trigger = old.trailing.limit or limit, old.trailing.offset
    pair = order.pair
    lots = order.remaining if request.qty is None else read_qty(request.qty, pair) - order.filled
    if lots <= 0:
        raise invalid("volume")
    return PlaceOrder(
        pair=pair.name,
        side=order.side,
        order_type=order.order_type,
        leverage=order.leverage,
        reduce_only=order.reduce_only or request.reduce_only,
        qty=pair.qty(lots),
        limit_price=limit if request.limit_price is None else request.limit_price,
        trigger_price=trigger if request.trigger_price is None else request.trigger_price,
        trigger_reference=request.trigger_reference or old.trigger_reference,
        display_qty=old.display_qty if request.display_qty is None else request.display_qty,
        time_in_force=order.time_in_force,
        start_at=order.start_at,
        expire_at=order.expire_at,
        post_only=request.post_only,
        fee_in=request.fee_in or old.fee_in,
        stp_type=order.stp_type,
        userref=request.userref,
        deadline=request.deadline,
        validate=request.validate,
    )
