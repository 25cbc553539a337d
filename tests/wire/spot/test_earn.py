"""Earn: strategies and allocations."""

from __future__ import annotations

from decimal import Decimal

import pytest

from krakenkit.errors import SettingsError
from krakenkit.wire.request import form_text, json_value, wire_params
from krakenkit.wire.rewrite import altered, exact_json, on_the_wire, unread
from krakenkit.wire.route import Resend
from krakenkit.wire.spot.earn import (
    AllocateEarnFunds,
    DeallocateEarnFunds,
    EarnPending,
    GetEarnAllocations,
    GetEarnAllocationStatus,
    GetEarnDeallocationStatus,
    GetEarnStrategies,
)


@pytest.mark.parametrize("kind", [AllocateEarnFunds, DeallocateEarnFunds])
def test_moving_earn_funds_is_sent_once_and_answers_true_null_or_an_object(
    kind: type[AllocateEarnFunds] | type[DeallocateEarnFunds],
) -> None:
    request = kind(strategy_id="ES-1", amount="0.50")

    assert form_text(wire_params(request)) == "strategy_id=ES-1&amount=0.50"
    assert kind.route.resend is Resend.NEVER
    read = kind.reader()
    assert (read(b"true"), read(b"null"), read(b'{"pending":false}')) == (True, None, EarnPending(pending=False))


@pytest.mark.parametrize("kind", [GetEarnAllocationStatus, GetEarnDeallocationStatus])
def test_the_state_of_a_change_may_be_null(
    kind: type[GetEarnAllocationStatus] | type[GetEarnDeallocationStatus],
) -> None:
    assert kind.reader()(b'{"pending":true}') == EarnPending(pending=True)
    assert kind.reader()(b"null") is None
    assert wire_params(kind("ES-1")) == {"strategy_id": "ES-1"}


STRATEGIES = (
    b'{"next_cursor":"2","items":[{"id":"ES-1","asset":"DOT","asset_class":"currency","lock_type":{"type":"bonded",'
    b'"bonding_period":0,"bonding_period_variable":false,"bonding_rewards":true,"unbonding_period":2419200,'
    b'"unbonding_period_variable":false,"unbonding_rewards":false,"exit_queue_period":0,"payout_frequency":604800},'
    b'"apr_estimate":{"low":"8.0000","high":"12.5000"},"auto_compound":{"type":"optional","default":true},'
    b'"yield_source":{"type":"staking"},"can_allocate":true,"can_deallocate":true,"allocation_fee":"0.0000",'
    b'"deallocation_fee":0.25,"allocation_restriction_info":["region"],"user_cap":"1000000","user_min_allocation":"0.01"},'
    b'{"id":"ES-2","asset":"EUR","lock_type":{"type":"flex"}}]}'
)


def test_strategies_are_tagged_by_type_and_sparse() -> None:
    page = GetEarnStrategies.reader()(STRATEGIES)

    bonded, flex = page.items
    assert (bonded.lock_type.type, bonded.lock_type.unbonding_period) == ("bonded", 2_419_200)
    assert bonded.apr_estimate is not None
    assert bonded.apr_estimate.high == Decimal("12.5000")
    assert bonded.auto_compound is not None
    assert (bonded.auto_compound.type, bonded.auto_compound.default) == ("optional", True)
    assert (bonded.deallocation_fee, bonded.user_cap) == (Decimal("0.25"), Decimal(1_000_000))
    assert (flex.lock_type.payout_frequency, flex.apr_estimate) == (None, None)
    assert page.next_cursor == "2"
    assert unread(exact_json(STRATEGIES), on_the_wire(page)) == []
    assert altered(exact_json(STRATEGIES), on_the_wire(page)) == []


def test_strategies_are_filtered_by_a_list_that_travels_as_json() -> None:
    request = GetEarnStrategies(asset="DOT", lock_type=["flex", "bonded"], limit=20)

    assert request.route.encoding == "json"
    assert json_value(wire_params(request)) == {"asset": "DOT", "lock_type": ["flex", "bonded"], "limit": 20}
    with pytest.raises(SettingsError, match="lock_type is a text; give a list"):
        GetEarnStrategies(lock_type="flex")  # type: ignore[arg-type]


def test_allocations_show_what_is_queued_and_leave_out_what_is_empty() -> None:
    text = (
        b'{"converted_asset":"EUR","converted_asset_class":"currency","total_allocated":"60.5","total_rewarded":"1.25",'
        b'"next_cursor":null,"items":[{"strategy_id":"ES-1","native_asset":"DOT","asset_class":"currency",'
        b'"is_utilized":true,"amount_allocated":{"total":{"native":"10.0000000000","converted":"60.5"},"unbonding":'
        b'{"native":"2","converted":"12","allocation_count":1,"allocations":[{"created_at":"2026-11-01T00:00:00Z",'
        b'"expires":"2026-11-29T00:00:00Z","native":"2","converted":"12"}]},"pending":{"native":"-1","converted":"-6"},'
        b'"bonding":null},"total_rewarded":{"native":"0.2","converted":"1.25"},"payout":{"period_start":'
        b'"2026-11-15T00:00:00Z","period_end":"2026-11-22T00:00:00Z","accumulated_reward":{"native":"0","converted":"0"},'
        b'"estimated_reward":{"native":"0.01","converted":"0.06"}}}]}'
    )

    answer = GetEarnAllocations.reader()(text)

    (item,) = answer.items
    held = item.amount_allocated
    assert (answer.total_allocated, answer.next_cursor) == (Decimal("60.5"), None)
    assert str(held.total.native) == "10.0000000000"
    assert held.unbonding is not None
    assert held.unbonding.allocations[0].expires == "2026-11-29T00:00:00Z"
    assert held.pending is not None
    assert held.pending.native == Decimal(-1)
    assert (held.bonding, held.exit_queue) == (None, None)
    assert item.payout is not None
    assert item.payout.estimated_reward is not None
    assert item.payout.estimated_reward.converted == Decimal("0.06")
    assert unread(exact_json(text), on_the_wire(answer)) == []


def test_allocations_take_booleans_as_words() -> None:
    request = GetEarnAllocations(converted_asset="EUR", hide_zero_allocations=True)

    assert form_text(wire_params(request)) == "converted_asset=EUR&hide_zero_allocations=true"
