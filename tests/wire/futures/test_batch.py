"""Futures batches: JSON in a form field, and rows that succeed or fail by themselves."""

from __future__ import annotations

import json
from decimal import Decimal
from urllib.parse import parse_qs

import pytest

from krakenkit.errors import SettingsError
from krakenkit.wire.futures.batch import (
    BatchOrderManagement,
    CancelInstruction,
    EditInstruction,
    Instruction,
    SendInstruction,
)
from krakenkit.wire.futures.budget import cost_of
from krakenkit.wire.futures.jsontext import json_text
from krakenkit.wire.route import Resend
from wire.futures.reading import form, read


def send(tag: str, cli_ord_id: str | None = None) -> SendInstruction:
    return SendInstruction(
        order_tag=tag,
        order_type="lmt",
        symbol="PF_XBTUSD",
        side="buy",
        size="0.10",
        limit_price=Decimal("9E+4"),
        cli_ord_id=cli_ord_id,
    )


def test_the_form_of_a_cancel_is_the_one_of_the_signatures_vector() -> None:
    batch = BatchOrderManagement([CancelInstruction(order_id="e35d61dd-8a30-4d5f-a574-b5593ef0c050")])

    assert form(batch) == (
        "json=%7B%22batchOrder%22%3A%5B%7B%22order%22%3A%22cancel%22%2C%22order_id%22%3A%22"
        "e35d61dd-8a30-4d5f-a574-b5593ef0c050%22%7D%5D%7D"
    )


def test_instructions_travel_as_json_with_bare_exact_numbers() -> None:
    instructions: list[Instruction] = [
        send("a", cli_ord_id="mine-1"),
        EditInstruction(order_id="o-1", size=Decimal("2.50"), qty_mode="ABSOLUTE"),
        CancelInstruction(cli_ord_id="mine-0"),
    ]
    text = parse_qs(form(BatchOrderManagement(instructions, process_before="2026-12-01T00:00:00Z")))

    assert text["ProcessBefore"] == ["2026-12-01T00:00:00Z"]
    assert text["json"] == [
        '{"batchOrder":[{"order":"send","order_tag":"a","orderType":"lmt","symbol":"PF_XBTUSD","side":"buy",'
        '"size":0.10,"limitPrice":90000,"cliOrdId":"mine-1"},'
        '{"order":"edit","order_id":"o-1","size":2.50,"qtyMode":"ABSOLUTE"},'
        '{"order":"cancel","cliOrdId":"mine-0"}]}'
    ]
    assert len(json.loads(text["json"][0])["batchOrder"]) == 3


def test_a_batch_names_its_own_ids_and_the_first_of_them() -> None:
    batch = BatchOrderManagement([CancelInstruction(order_id="o-1"), send("a", "mine-1"), send("b", "mine-2")])

    assert (batch.client_order_ids, batch.client_order_id) == (["mine-1", "mine-2"], "mine-1")
    assert BatchOrderManagement([send("a")]).client_order_id is None


def test_each_row_tells_its_own_outcome() -> None:
    answer = read(
        BatchOrderManagement,
        '{"result": "success", "serverTime": "2026-11-20T09:00:00Z", "batchStatus": ['
        '{"status": "placed", "order_tag": "a", "order_id": "o-1", "cliOrdId": "mine-1",'
        ' "dateTimeReceived": "2026-11-20T09:00:00Z", "orderEvents": []},'
        '{"status": "insufficientAvailableFunds", "order_tag": "b", "order_id": null, "dateTimeReceived": null},'
        '{"status": "cancelled", "order_id": "o-0", "orderEvents": []}]}',
    )

    assert [row.placed for row in answer.batch_status] == [True, False, False]
    assert [row.accepted for row in answer.batch_status] == [True, False, True]
    assert [row.order_tag for row in answer.refused] == ["b"]


def test_a_batch_costs_by_its_length_and_is_never_sent_twice() -> None:
    batch = BatchOrderManagement([send(str(number)) for number in range(10)])

    assert cost_of(batch) == 19
    assert batch.route.resend is Resend.NEVER


def test_the_ids_to_look_up_after_a_lost_answer_are_told() -> None:
    batch = BatchOrderManagement([send("a", "mine-1"), send("b"), CancelInstruction(cli_ord_id="mine-0")])

    assert batch.client_order_ids == ["mine-1"]


def test_batches_that_cannot_be_valid_are_not_sent() -> None:
    with pytest.raises(SettingsError, match="no instructions"):
        BatchOrderManagement([])
    with pytest.raises(SettingsError, match="mine-1 occurs more than once"):
        BatchOrderManagement([send("a", "mine-1"), send("b", "mine-1")])
    with pytest.raises(SettingsError, match="needs limit_price"):
        SendInstruction(order_tag="a", order_type="lmt", symbol="PF_XBTUSD", side="buy", size=1)
    with pytest.raises(SettingsError, match="order_id or cli_ord_id"):
        CancelInstruction()
    with pytest.raises(SettingsError, match="order_id or cli_ord_id"):
        EditInstruction(size=1)
    with pytest.raises(SettingsError, match=r"0\.1 to 50"):
        EditInstruction(order_id="o", trailing_stop_max_deviation=60, trailing_stop_deviation_unit="PERCENT")


@pytest.mark.parametrize("value", [{"size": 0.1}, {"legs": [object()]}])
def test_json_text_takes_no_floats_and_nothing_that_json_cannot_hold(value: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match=r"size is the float|legs is object"):
        json_text(value)
