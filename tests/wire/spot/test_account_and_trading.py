"""Balances, orders and trades of the key's owner; orders in and out."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from krakenkit.errors import SettingsError
from krakenkit.wire.request import Params, Request, form_text, wire_params
from krakenkit.wire.rewrite import altered, exact_json, on_the_wire, unread
from krakenkit.wire.route import Resend
from krakenkit.wire.spot.account import (
    GetAccountBalance,
    GetClosedOrders,
    GetExtendedBalance,
    GetOpenOrders,
    GetOrders,
    GetTradeBalance,
    GetTradesHistory,
)
from krakenkit.wire.spot.trading import (
    AmendOrder,
    CancelAllOrders,
    CancelOrder,
    ConditionalClose,
    GetWebSocketsToken,
    SubmitOrder,
)

ORDER = (
    b'{"refid":null,"userref":7,"cl_ord_id":null,"status":"open","opentm":1790000000.1234,"starttm":0,"expiretm":0,'
    b'"descr":{"pair":"XRPEUR","type":"buy","ordertype":"limit","price":"0.50000","price2":"0","leverage":"none",'
    b'"order":"buy 10 XRPEUR @ limit 0.50000","close":"","aclass":"forex"},"vol":"10.00000000","vol_exec":"2.50000000",'
    b'"cost":"1.25","fee":"0.00500","price":"0.50000","stopprice":"0.00000","limitprice":"0.00000","misc":"",'
    b'"oflags":"fciq","trades":["TAAAAA-BBBBB-CCCCCC"],"reason":null}'
)
TRADE = (
    b'{"ordertxid":"OAAAAA-BBBBB-CCCCCC","postxid":"TKH2SE","pair":"XXRPZEUR","time":1790000000.5625,"type":"sell",'
    b'"ordertype":"market","price":"0.50000","cost":"1.25","fee":"0.00500","vol":"2.5","margin":"0","leverage":"0",'
    b'"misc":"","trade_id":40,"maker":false}'
)
SAMPLES: list[tuple[type[Request[Any]], bytes]] = [
    (GetAccountBalance, b'{"ZEUR":"1000.0000","XXRP":"0.00000001","DOT.S":"5.5"}'),
    (
        GetExtendedBalance,
        b'{"ZEUR":{"balance":"25435.21","credit":"0","credit_used":"0","hold_trade":"10.50"}}',
    ),
    (
        GetTradeBalance,
        b'{"eb":"10.5","tb":"9.5","m":"1","n":"-0.25","c":"3","v":"2.75","e":"9.25","mf":"8.25","ml":"925.00"}',
    ),
    (GetOpenOrders, b'{"open":{"OAAAAA-BBBBB-CCCCCC":' + ORDER + b'},"cursor":{"next":null}}'),
    (GetClosedOrders, b'{"closed":{"OAAAAA-BBBBB-CCCCCC":' + ORDER + b'},"count":1}'),
    (GetOrders, b'{"OAAAAA-BBBBB-CCCCCC":' + ORDER + b"}"),
    (GetTradesHistory, b'{"trades":{"TAAAAA-BBBBB-CCCCCC":' + TRADE + b'},"count":1}'),
    (
        SubmitOrder,
        b'{"descr":{"order":"buy 10 XRPEUR @ limit 0.50","close":"close it"},"txid":["OAAAAA-BBBBB-CCCCCC"]}',
    ),
    (AmendOrder, b'{"amend_id":"TAAAAA-BBBBB-CCCCCC"}'),
    (CancelOrder, b'{"count":1,"pending":true}'),
    (CancelAllOrders, b'{"count":4}'),
    (GetWebSocketsToken, b'{"token":"a-token-of-our-own","expires":900}'),
]


def answer(kind: type[Request[Any]]) -> Any:
    return kind.reader()(dict(SAMPLES)[kind])


def form(request: Params) -> str:
    return form_text(wire_params(request))


@pytest.mark.parametrize(("kind", "text"), SAMPLES, ids=[kind.__name__ for kind, _ in SAMPLES])
def test_an_answer_is_read_whole_and_written_again(kind: type[Request[Any]], text: bytes) -> None:
    written = on_the_wire(kind.reader()(text))

    assert unread(exact_json(text), written) == []
    assert altered(exact_json(text), written) == []


def test_balances_and_margins_are_exact() -> None:
    assert answer(GetAccountBalance)["XXRP"] == Decimal("0.00000001")
    assert answer(GetExtendedBalance)["ZEUR"].hold_trade == Decimal("10.50")
    margin = answer(GetTradeBalance)
    assert (margin.unrealised, margin.free_margin, margin.margin_level) == (
        Decimal("-0.25"),
        Decimal("8.25"),
        Decimal("925.00"),
    )


def test_an_order_keeps_times_amounts_and_words() -> None:
    order = answer(GetOpenOrders).open["OAAAAA-BBBBB-CCCCCC"]

    assert (order.opentm, order.vol, order.vol_exec) == (Decimal("1790000000.1234"), Decimal(10), Decimal("2.5"))
    assert (order.descr.pair, order.descr.order, order.userref, order.refid) == (
        "XRPEUR",
        "buy 10 XRPEUR @ limit 0.50000",
        7,
        None,
    )
    assert answer(GetTradesHistory).trades["TAAAAA-BBBBB-CCCCCC"].time == Decimal("1790000000.5625")


def test_an_order_without_a_description_is_read_too() -> None:
    bare = ORDER[: ORDER.index(b'"descr":{') + 9] + ORDER[ORDER.index(b'},"vol"') :]

    assert GetOrders.reader()(b'{"O-1":' + bare + b"}")["O-1"].vol == Decimal(10)


def test_a_validated_order_has_no_id_and_a_token_shows_nowhere() -> None:
    assert SubmitOrder.reader()(b'{"descr":{"order":"buy 10 XRPEUR @ limit 0.50"}}').txid == []
    assert "a-token-of-our-own" not in repr(answer(GetWebSocketsToken))


def test_an_orders_form_names_its_conditional_close_and_keeps_amounts_plain() -> None:
    order = SubmitOrder(
        pair="XRPEUR",
        type="buy",
        ordertype="limit",
        volume=Decimal("1E+2"),
        price="0.50",
        oflags=["post", "fciq"],
        close=ConditionalClose(ordertype="stop-loss-limit", price="0.40", price2="0.39"),
        deadline=datetime(2026, 12, 1, 12, tzinfo=UTC),
        validate=False,
    )

    assert form(order) == (
        "pair=XRPEUR&type=buy&ordertype=limit&volume=100&price=0.50&oflags=post%2Cfciq&close%5Bordertype%5D=stop-loss-limit"
        "&close%5Bprice%5D=0.40&close%5Bprice2%5D=0.39&deadline=2026-12-01T12%3A00%3A00.000Z&validate=false"
    )
    assert {SubmitOrder.route.resend, AmendOrder.route.resend} == {Resend.NEVER}
    assert {CancelOrder.route.resend, CancelAllOrders.route.resend} == {Resend.CANCEL}


def test_ids_that_exclude_each_other_are_refused_together() -> None:
    with pytest.raises(SettingsError, match="cl_ord_id and userref"):
        SubmitOrder(pair="XRPEUR", type="buy", ordertype="market", volume=1, cl_ord_id="a", userref=1)
    for kind in (AmendOrder, CancelOrder):
        with pytest.raises(SettingsError, match="needs txid or cl_ord_id"):
            kind()
        with pytest.raises(SettingsError, match="txid and cl_ord_id"):
            kind(txid="O-1", cl_ord_id="mine")
    with pytest.raises(SettingsError, match="ofs and cursor"):
        GetClosedOrders(ofs=50, cursor="next")


def test_pages_and_lists_of_ids_have_their_documented_size() -> None:
    assert form(GetOrders(["O-1", "O-2"], trades=True)) == "txid=O-1%2CO-2&trades=true"
    with pytest.raises(SettingsError, match="needs txid or userref or cl_ord_id"):
        GetOrders()
    with pytest.raises(SettingsError, match="at most 50 in txid, not 51"):
        GetOrders(["O-1"] * 51)
    with pytest.raises(SettingsError, match="limit is 101; give 1 to 100"):
        GetTradesHistory(limit=101)
    assert GetOpenOrders(limit=1000).limit == 1000
    with pytest.raises(SettingsError, match="limit is 1000; give 1 to 100"):
        GetOpenOrders(limit=1000, with_cursor=True)
