"""The history API: one-key events, blank numbers, pages, and the account log as JSON and CSV."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from krakenkit.errors import DecodeError, SettingsError
from krakenkit.wire.futures.account_log import GetAccountLog, GetAccountLogCsv, csv_rows
from krakenkit.wire.futures.budget import cost_of
from krakenkit.wire.futures.history import (
    GetExecutionEvents,
    GetOrderEvents,
    GetPositionEvents,
    GetTriggerEvents,
)
from krakenkit.wire.futures.market_history import (
    GetPublicExecutionEvents,
    GetPublicMarkPriceEvents,
    GetPublicOrderEvents,
)
from wire.futures.reading import filled, form, path, read


def order(**more: str) -> str:
    extra = "".join(f', "{name}": {value}' for name, value in more.items())
    return (
        '{"uid": "o-1", "accountUid": "a-1", "tradeable": "PF_XBTUSD", "direction": "Buy", "quantity": "0.0113",'
        ' "filled": "0", "timestamp": 1764206269616, "limitPrice": "90771.50", "orderType": "Post", "clientId": "",'
        f' "reduceOnly": false, "lastUpdateTimestamp": 1764206269616, "spotData": null{extra}}}'
    )


def page(event: str, *, token: str | None = "bmV4dA==") -> str:
    tail = f', "continuationToken": "{token}"' if token else ""
    return (
        '{"accountUid": "a-1", "len": 1, "serverTime": "2026-11-20T09:00:00Z", "elements": [{"uid": "u-1",'
        f' "timestamp": 1764206270368, "event": {event}}}]{tail}}}'
    )


@pytest.mark.parametrize("key", ["Execution", "execution"])
def test_an_execution_is_read_under_either_key(key: str) -> None:
    answer = read(
        GetExecutionEvents,
        page(
            filled(
                '{"<>": {"execution": {"uid": "e-1", "order": <>, "timestamp": 1764206270368, "quantity": "0.0113",'
                ' "price": "90771", "markPrice": "90771.11752545156", "executionType": "maker", "limitFilled": true,'
                ' "usdValue": "1025.71", "orderData": {"fee": "0.2051", "positionSize": "-0.10", "feeCalculationInfo":'
                ' [{"percentageFee": "0.02", "userFeeDiscountApplied": "0", "marketShareRebateCredited": "0.001"}],'
                ' "realizedPnl": "1.25"}, "partnerTradeId": "p-1", "regulatoryData": {"venue": "X", "counterparty": "Y"}},'
                ' "takerReducedQuantity": "0.5"}}',
                key,
                order(positionUid='"p-9"'),
            )
        ),
    )

    event = answer.elements[0].event
    assert (event.kind, answer.continuation_token, answer.len) == (key, "bmV4dA==", 1)
    assert event.execution is not None
    assert event.execution.mark_price == Decimal("90771.11752545156")
    assert event.execution.order is not None
    assert (event.execution.order.limit_price, event.execution.order.client_id) == (Decimal("90771.50"), "")
    assert event.execution.order_data is not None
    assert event.execution.order_data.fee == Decimal("0.2051")


def test_blank_numbers_are_none_and_are_written_again_as_blanks() -> None:
    # read() compares what is written again with the sample, blanks included.
    answer = read(
        GetOrderEvents,
        page(
            filled(
                '{"OrderPlaced": {"order": <>, "reason": "new_user_order", "reducedQuantity": "", "algoId": "",'
                ' "origin": "Pro UI"}}',
                order(),
            ),
            token=None,
        ),
    )

    placed = answer.elements[0].event.order_placed
    assert placed is not None
    assert (placed.reduced_quantity, placed.algo_id, placed.order.client_id) == (None, "", "")
    assert answer.continuation_token is None


def test_numbers_of_the_history_may_all_be_text() -> None:
    answer = read(
        GetTriggerEvents,
        '{"len": "1", "accountUid": "a-1", "elements": [{"uid": "u-1", "timestamp": "1769618129000", "event":'
        ' {"OrderTriggerActivated": {"order": {"uid": "t-1", "accountId": "198", "accountUid": "a-1",'
        ' "tradeable": "PF_ETHUSD", "direction": "Sell", "quantity": "0.0010", "timestamp": "1769618122503",'
        ' "limitPrice": "", "orderType": "IoC", "clientId": "", "reduceOnly": false, "lastUpdateTimestamp":'
        ' "1769618122503", "triggerOptions": {"triggerPrice": "3004.10", "triggerSignal": "MarkPrice",'
        ' "triggerSide": "Above", "trailingStopOptions": {"maxDeviation": "1.5", "unit": "Percent"},'
        ' "limitPriceOffset": {"priceOffset": "-2", "unit": "QuoteCurrency"}}}}}}]}',
    )

    element = answer.elements[0]
    assert (element.timestamp, element.event.kind) == (1769618129000, "OrderTriggerActivated")
    assert element.event.order_trigger_activated is not None
    trigger = element.event.order_trigger_activated.order
    assert (trigger.limit_price, trigger.quantity, trigger.account_id) == (None, Decimal("0.0010"), 198)
    assert trigger.trigger_options is not None
    assert trigger.trigger_options.trigger_price == Decimal("3004.10")


@pytest.mark.parametrize(
    "event",
    [
        '{"OrderUpdated": {"oldOrder": <o>, "newOrder": <o>, "reason": "edited", "reducedQuantity": "1"}}',
        '{"OrderRejected": {"order": <o>, "orderError": "INVALID_PRICE", "reason": "x"}}',
        '{"OrderCancelled": {"order": <o>, "reason": "cancelled_by_user"}}',
        '{"OrderNotFound": {"accountUid": "a-1", "orderId": "Uuid(uuid=1)"}}',
        '{"OrderEditRejected": {"oldOrder": <o>, "attemptedOrder": <o>, "orderError": "x"}}',
    ],
)
def test_every_kind_of_order_event_has_its_member(event: str) -> None:
    answer = read(GetOrderEvents, page(filled(event, o=order())))

    assert answer.elements[0].event.kind == event[2 : event.index('"', 2)]


@pytest.mark.parametrize(
    "event",
    [
        '{"OrderTriggerPlaced": {"order": <t>, "reason": "new_user_order"}}',
        '{"OrderTriggerCancelled": {"order": <t>, "reason": "x", "origin": "Pro UI", "algoId": ""}}',
        '{"OrderTriggerUpdated": {"oldOrderTrigger": <t>, "newOrderTrigger": <t>, "reason": "x"}}',
        '{"OrderTriggerEditRejected": {"attemptedOrderTrigger": <t>, "oldOrderTrigger": <t>, "orderError": "x"}}',
    ],
)
def test_every_kind_of_trigger_event_has_its_member(event: str) -> None:
    trigger = '{"uid": "t-1", "tradeable": "PF_XBTUSD", "direction": "Buy", "quantity": "1", "limitPrice": ""}'

    answer = read(GetTriggerEvents, page(filled(event, t=trigger)))

    assert answer.elements[0].event.kind == event[2 : event.index('"', 2)]


def test_an_event_of_a_new_kind_stops_nothing() -> None:
    answer = GetOrderEvents.reader()(page('{"OrderTeleported": {"order": ""}}').encode())

    assert answer.elements[0].event.kind is None
    assert answer.elements[0].uid == "u-1"


def test_an_answer_that_is_no_page_is_told_by_place() -> None:
    with pytest.raises(msgspec.ValidationError, match="elements"):
        GetOrderEvents.reader()(b'{"len": ""}')
    with pytest.raises(msgspec.DecodeError):
        GetOrderEvents.reader()(b'{"len": "", ')


POSITION = (
    '"accountUid": "a-1", "tradeable": "PF_DOGEUSD", "oldPosition": "250", "oldAverageEntryPrice": "0.08085",'
    ' "newPosition": "-50", "newAverageEntryPrice": "0.08105", "fillTime": 1789643150594, "fee": "0.01013125",'
    ' "feeCurrency": "USD", "realizedPnL": "0.05", "positionChange": "reverse", "executionUid": "e-1",'
    ' "executionPrice": "0.08105", "executionSize": "300", "tradeType": "userExecution",'
    ' "fundingRealizationTime": 1789646492483, "realizedFunding": "-0.00000764284", "timestamp": 1789646492483,'
    ' "updateReason": "trade"'
)


@pytest.mark.parametrize(
    "element",
    [
        filled('{"uid": "u-1", "timestamp": 1789646492483, "event": {"PositionUpdate": {<>}}}', POSITION),
        filled('{"uid": "u-1", <>}', POSITION),
    ],
)
def test_position_changes_are_read_wrapped_and_flat(element: str) -> None:
    answer = read(GetPositionEvents, filled('{"accountUid": "a-1", "len": 1, "elements": [<>]}', element))

    change = answer.elements[0].update
    assert (change.old_position, change.new_position) == (Decimal(250), Decimal(-50))
    assert (change.realized_pnl, change.fee) == (Decimal("0.05"), Decimal("0.01013125"))
    assert (change.realized_funding, change.timestamp) == (Decimal("-0.00000764284"), 1789646492483)


def test_public_executions_have_both_orders() -> None:
    public = '{"uid": "<>", "tradeable": "PF_XBTUSD", "direction": "<>", "quantity": "1", "limitPrice": "9.5"}'
    answer = read(
        GetPublicExecutionEvents,
        filled(
            '{"len": 1, "elements": [{"uid": "u-1", "timestamp": 1764206270368, "event": {"Execution": {"execution":'
            ' {"uid": "e-1", "makerOrder": <>, "takerOrder": <>, "timestamp": 1764206270368, "quantity": "0.0113",'
            ' "price": "90771", "limitFilled": true}, "takerReducedQuantity": ""}}}], "continuationToken": "dA=="}',
            filled(public, "m", "Sell"),
            filled(public, "t", "Buy"),
        ),
    )

    execution = answer.elements[0].event.execution
    assert execution is not None
    assert execution.taker_order is not None
    assert (execution.taker_order.direction, execution.price) == ("Buy", Decimal(90771))


def test_public_orders_are_read() -> None:
    answer = read(GetPublicOrderEvents, page(filled('{"OrderCancelled": {"order": <>, "reason": "x"}}', order())))

    assert answer.elements[0].event.order_cancelled is not None


@pytest.mark.parametrize("event", ['{"MarkPriceChanged": {"price": "90771.25"}}', '{"price": "90771.25"}'])
def test_mark_prices_are_read_wrapped_and_flat(event: str) -> None:
    answer = read(GetPublicMarkPriceEvents, page(event).replace('"u-1"', '""'))

    assert answer.elements[0].event.mark_price == Decimal("90771.25")
    assert answer.elements[0].uid == ""


def test_pages_are_asked_for_with_the_same_names_everywhere() -> None:
    mine = GetOrderEvents(since=1, before=9, sort="asc", continuation_token="dA==", count=2, tradeable="X", opened=True)
    public = GetPublicExecutionEvents("PF_XBTUSD", since=1, sort="asc", count=2)

    assert form(mine) == "since=1&before=9&sort=asc&continuation_token=dA%3D%3D&count=2&tradeable=X&opened=true"
    assert path(public) == "/api/history/v3/market/PF_XBTUSD/executions"
    assert form(public) == "since=1&sort=asc&count=2"
    assert (
        form(GetPositionEvents(no_change=False, funding_realization=True)) == "no_change=false&funding_realization=true"
    )


def test_pages_that_cannot_exist_are_not_asked_for() -> None:
    with pytest.raises(SettingsError, match="count"):
        GetExecutionEvents(count=0)
    with pytest.raises(SettingsError, match="earlier"):
        GetTriggerEvents(since=9, before=9)
    with pytest.raises(SettingsError, match="empty tradeable"):
        GetPublicOrderEvents("")


def test_the_account_log_tells_both_legs_of_a_trade() -> None:
    answer = read(
        GetAccountLog,
        '{"accountUid": "a-1", "logs": ['
        '{"id": 9, "date": "2026-08-11T19:55:24.251Z", "asset": "usd", "contract": "pf_dogeusd", "booking_uid": "b-1",'
        ' "collateral": null, "execution": "e-1", "info": "futures trade", "margin_account": "flex",'
        ' "old_balance": 0.0077, "new_balance": 0, "fee": 0.0035, "realized_pnl": -0.0042, "trade_price": "0.070914",'
        ' "mark_price": 0.07091471613, "funding_rate": 1.129880786375e-06, "realized_funding": null,'
        ' "position_uid": null, "exchange_rate": 0.9995398265798992, "exchange_rate_from": "USDC", "conversion_fee": 0},'
        '{"id": 6, "date": "2026-08-11T19:55:24.251Z", "asset": "pf_dogeusd", "contract": "pf_dogeusd",'
        ' "info": "futures trade", "old_balance": 100, "fee": null}]}'.replace('"new_balance": ""', '"fee": null'),
    )

    cash, position = answer.logs
    assert (cash.is_position_leg, position.is_position_leg) == (False, True)
    assert cash.realized_pnl == Decimal("-0.0042")
    assert cash.funding_rate == Decimal("0.000001129880786375")
    assert (cash.exchange_rate, cash.trade_price) == (Decimal("0.9995398265798992"), Decimal("0.070914"))
    assert position.new_balance is None


def test_the_account_log_is_asked_for_by_time_or_id_and_costs_by_length() -> None:
    assert (
        form(GetAccountLog(from_=1, to=25, info="futures trade", count=25))
        == "from=1&to=25&info=futures+trade&count=25"
    )
    assert form(GetAccountLog(info=["futures trade", "transfer"])) == "info=futures+trade&info=transfer"
    costs = [cost_of(GetAccountLog(count=count)) for count in (25, 26, 51, 1001, 5001)]
    assert costs == [1, 2, 3, 6, 10]
    assert cost_of(GetAccountLog()) == 3
    with pytest.raises(SettingsError, match="count is 0"):
        GetAccountLog(count=0)
    with pytest.raises(SettingsError, match="from_ is 0"):
        GetAccountLog(from_=0)


def test_the_csv_comes_as_bytes_and_its_rows_as_text() -> None:
    body = (
        b"\xef\xbb\xbfuid,dateTime,account,symbol,change,new balance\r\n"
        b'u-1,2026-06-06 12:07:02,flex,usd,-10.98430000000,"1,000.50"\r\n'
        b"u-2,2026-06-06 12:07:01,flex,pf_xbtusd,0.021,\r\n"
    )

    rows = list(csv_rows(body))

    assert GetAccountLogCsv.route.envelope == "bytes"
    assert rows[0]["uid"] == "u-1"
    assert Decimal(rows[0]["change"]) == Decimal("-10.98430000000")
    assert (rows[0]["new balance"], rows[1]["new balance"]) == ("1,000.50", "")
    assert list(csv_rows(b"")) == []


def test_a_csv_that_was_cut_off_is_told() -> None:
    rows = csv_rows(b"uid,change\nu-1,1\nu-2\n")

    assert next(rows) == {"uid": "u-1", "change": "1"}
    with pytest.raises(DecodeError, match="Line 3") as caught:
        next(rows)
    assert caught.value.raw.endswith(b"u-2\n")
