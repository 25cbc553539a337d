"""How other clients spell their requests: forms and JSON, nested names, numbers and booleans as text."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from krakenkit.sandbox.engine.refusals import EngineRefused
from krakenkit.sandbox.inbound import RestReader, parse_json, read_form
from krakenkit.wire.spot.batches import CancelBatchOrders, SubmitBatchOrders
from krakenkit.wire.spot.ledgers import ClassedAsset, GetLedgersInfo
from krakenkit.wire.spot.trading import SubmitOrder
from sandbox.loopback import over_loopback, world

ORDER = {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "price": "40000", "volume": "0.01"}
EXTRAS = {"reduce_only": "False", "starttm": "0", "stptype": "cancel-newest", "broker": "AA53N84GE5UL4ZSM"}


def test_bracketed_names_become_lists_and_objects() -> None:
    form = "pair=XBTUSD&orders[1][type]=sell&orders[0][type]=buy&close%5Bprice%5D=5&x[0]=a&x[1]=b"
    assert read_form(form) == {
        "pair": "XBTUSD",
        "orders": [{"type": "buy"}, {"type": "sell"}],
        "close": {"price": "5"},
        "x": ["a", "b"],
    }


@pytest.mark.parametrize("text", ["{", "NaN", "[Infinity]", '{"a":1e99999999999999999999}', "[" * 100_000])
def test_what_is_not_json_is_told_as_such(text: str) -> None:
    with pytest.raises(ValueError):
        parse_json(text)


@pytest.mark.parametrize(
    ("text", "meant"), [("True", True), ("true", True), ("1", True), ("False", False), ("0", False)]
)
def test_booleans_come_in_any_spelling(text: str, meant: bool) -> None:
    assert RestReader().read(SubmitOrder, ORDER | {"validate": text}).validate is meant


def test_json_numbers_and_text_mean_the_same() -> None:
    as_text = RestReader().read(SubmitOrder, ORDER | {"userref": "7"})
    as_numbers = RestReader().read(SubmitOrder, parse_json('{"pair":"XBTUSD","type":"buy","ordertype":"limit",'
                                                           '"price":40000,"volume":0.01,"userref":7}'))  # fmt: skip
    assert as_text == as_numbers
    assert as_text.volume == "0.01"


def test_objects_are_read_inside_lists() -> None:
    request = RestReader().read(GetLedgersInfo, {"asset": [{"asset": "TSLAx", "aclass": "tokenized_asset"}]})
    assert request.asset == [ClassedAsset("TSLAx", "tokenized_asset")]


def test_a_comma_text_stands_for_a_list_that_has_no_text_form() -> None:
    assert RestReader().read(CancelBatchOrders, {"orders": "A, B"}).orders == ["A", "B"]


@pytest.mark.parametrize("odd", [{"price": {"a": 1}}, {"oflags": {"a": 1}}, {"validate": "perhaps"}])
def test_a_value_of_another_shape_names_its_field(odd: dict[str, Any]) -> None:
    (name,) = odd
    with pytest.raises(EngineRefused, match=f"EGeneral:Invalid arguments:{name}"):
        RestReader().read(SubmitOrder, ORDER | odd)


def test_a_batch_of_one_is_refused() -> None:
    with pytest.raises(EngineRefused, match="EGeneral:Invalid arguments"):
        RestReader().read(SubmitBatchOrders, {"pair": "XBTUSD", "orders": [ORDER]})


@over_loopback
async def test_the_fields_that_other_clients_add_do_no_harm() -> None:
    async with world() as here:
        trader = here.account()
        placed = await trader.result("AddOrder", **ORDER, **EXTRAS, validate="False", oflags="", trading_agreement="x")
        assert placed["descr"] == {"order": "buy 0.01000000 XBTUSD @ limit 40000.0"}
        assert list((await trader.result("OpenOrders"))["open"]) == placed["txid"]


@over_loopback
async def test_a_validated_order_has_no_id_and_is_not_placed() -> None:
    async with world() as here:
        trader = here.account()
        checked = await trader.result("AddOrder", **ORDER, validate="true")
        assert checked == {"descr": {"order": "buy 0.01000000 XBTUSD @ limit 40000.0"}}
        assert await trader.result("OpenOrders") == {"open": {}}


@pytest.mark.parametrize("spelling", ["json", "nested form"])
def test_a_batch_may_come_as_json_or_as_a_nested_form(spelling: str) -> None:
    async def story() -> None:
        async with world() as here:
            trader = here.account()
            rows = [{name: value for name, value in ORDER.items() if name != "pair"} | {"userref": n} for n in (1, 2)]
            if spelling == "json":
                answer = await trader.call("AddOrderBatch", {"pair": "XBTUSD", "orders": rows, "broker": "x"})
            else:
                nested = {f"orders[{i}][{name}]": value for i, row in enumerate(rows) for name, value in row.items()}
                answer = await trader.call("AddOrderBatch", pair="XBTUSD", **nested)
            placed = [row["txid"] for row in answer["result"]["orders"]]
            assert {order["userref"] for order in (await trader.result("OpenOrders"))["open"].values()} == {1, 2}
            gone = await trader.call("CancelOrderBatch", **{f"orders[{i}]": txid for i, txid in enumerate(placed)})
            assert gone["result"] == {"count": 2}

    asyncio.run(story())


@over_loopback
async def test_one_order_of_a_batch_can_be_refused_alone_but_bad_words_refuse_all() -> None:
    async with world() as here:
        trader = here.account(balances={"USD": 500})
        row = {"type": "buy", "ordertype": "limit", "price": "40000", "volume": "0.01"}
        mixed = await trader.call("AddOrderBatch", {"pair": "XBTUSD", "orders": [row, row]})
        assert [set(entry) for entry in mixed["result"]["orders"]] == [{"txid", "descr"}, {"error"}]
        assert mixed["result"]["orders"][1]["error"] == "EOrder:Insufficient funds"
        wrong = await trader.call("AddOrderBatch", {"pair": "XBTUSD", "orders": [row, row | {"price": "0.05"}]})
        assert wrong["error"] == ["EOrder:Invalid price:XBTUSD price can only be specified up to 1 decimals."]
        assert len((await trader.result("OpenOrders"))["open"]) == 1


@over_loopback
async def test_seconds_from_now_are_understood_with_an_escaped_plus_and_without() -> None:
    async with world() as here:
        trader = here.account()
        for body in ("expiretm=%2B60", "expiretm=+60"):
            nonce = str(trader.credentials.nonces.next())
            form = f"nonce={nonce}&pair=XBTUSD&type=buy&ordertype=limit&price=40000&volume=0.01&timeinforce=GTD&{body}"
            answer = await trader.send("/0/private/AddOrder", form.encode(), nonce=nonce)
            assert answer["error"] == []
            (row,) = (await trader.result("QueryOrders", txid=answer["result"]["txid"][0])).values()
            assert 55 < row["expiretm"] - row["opentm"] < 61


@over_loopback
async def test_volume_in_quote_is_spent_and_shown_so() -> None:
    async with world() as here:
        maker, taker = here.account("maker"), here.account("taker")
        await maker.result("AddOrder", pair="XBTUSD", type="sell", ordertype="limit", price="40000", volume="1")
        bought = await taker.result(
            "AddOrder", pair="XBTUSD", type="buy", ordertype="market", volume="1000", oflags="viqc"
        )
        (row,) = (await taker.result("QueryOrders", txid=bought["txid"][0])).values()
        assert (row["status"], row["vol_exec"], row["cost"], row["oflags"]) == (
            "closed",
            "0.02500000",
            "1000.00000",
            "fciq,viqc",
        )
