"""Open rows: typed where a name is known, and nothing that came is lost."""

from __future__ import annotations

import json
from decimal import Decimal

import msgspec
import pytest

from krakenkit.wire.open_row import read_open
from krakenkit.wire.rewrite import named, on_the_wire
from krakenkit.wire.unified.account import Execution, FuturesPosition, PositionsUpdate
from krakenkit.wire.unified.market import InstrumentUpdate, TickerUpdate


def test_known_members_are_typed_and_unknown_ones_stay_reachable() -> None:
    row = read_open(TickerUpdate, b'{"symbol":"PF_XBTUSD","bid":30000.5,"funding_rate":0.00001250,"suspended":false}')

    assert (row.symbol, row.bid) == ("PF_XBTUSD", Decimal("30000.5"))
    assert row.extra == {"funding_rate": Decimal("0.00001250"), "suspended": False}
    assert str(row.extra["funding_rate"]) == "0.00001250"


def test_a_member_that_does_not_fit_leaves_its_field_empty_and_is_extra() -> None:
    row = read_open(TickerUpdate, b'{"symbol":"PF_XBTUSD","bid":{"price":1},"ask":30001,"trades":null}')

    assert (row.bid, row.ask, row.trades) == (None, Decimal(30001), None)
    assert row.extra == {"bid": {"price": 1}}


def test_rows_inside_of_a_row_are_open_too_and_one_bad_one_harms_no_other() -> None:
    row = read_open(
        InstrumentUpdate,
        b'{"pairs":[{"symbol":"PF_XBTUSD","price_precision":1,"qty_precision":4,"contract_size":1},'
        b'{"symbol":"PF_ETHUSD","price_precision":"many"}]}',
    )

    first, second = row.pairs
    assert (first.price_precision, first.qty_precision, first.extra) == (1, 4, {"contract_size": 1})
    assert (second.price_precision, second.extra) == (None, {"price_precision": "many"})
    assert row.extra == {}


def test_rows_that_are_no_list_are_extra() -> None:
    row = read_open(PositionsUpdate, b'{"futures":{"PF_XBTUSD":{"size":1}},"time":"2026-11-20T00:00:00Z"}')

    assert (row.futures, row.time) == ([], "2026-11-20T00:00:00Z")
    assert row.extra == {"futures": {"PF_XBTUSD": {"size": 1}}}


def test_a_member_called_raw_is_only_a_member() -> None:
    row = read_open(FuturesPosition, b'{"symbol":"PF_XBTUSD","raw":{"size":5}}')

    assert row.extra == {"raw": {"size": 5}}


def test_json_that_is_no_object_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        read_open(TickerUpdate, b'["PF_XBTUSD"]')


def test_a_row_made_here_has_nothing_extra() -> None:
    assert TickerUpdate(symbol="PF_XBTUSD").extra == {}


def test_named_data_shows_extra_members_and_the_wire_shape_only_fields() -> None:
    row = read_open(Execution, b'{"order_id":"e6","exec_type":"trade","last_price":1.50,"liquidity_class":"x"}')

    told = json.loads(json.dumps(named(row)))
    assert (told["last_price"], told["extra"]) == ("1.50", {"liquidity_class": "x"})
    assert "raw" not in told
    wire = on_the_wire(row)
    assert (wire["last_price"], "liquidity_class" in wire, "(raw)" in wire) == (Decimal("1.50"), False, False)
