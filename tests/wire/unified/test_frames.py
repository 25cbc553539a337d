"""Messages of the Unified WebSocket: documented envelopes, rows that may hold anything."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from krakenkit.wire.unified.account import Execution, LedgerEntry, MarginUpdate, PositionsUpdate, PreferencesUpdate
from krakenkit.wire.unified.channels import CHANNELS
from krakenkit.wire.unified.frames import ROWS, read_frame, rows_of
from krakenkit.wire.unified.market import BookUpdate, Level3Update


def rows(payload: bytes) -> list[Any]:
    return rows_of(read_frame(payload), payload)


@pytest.mark.parametrize("name", CHANNELS)
def test_every_channel_has_a_row_class_and_reads_a_row_of_unknown_members(name: str) -> None:
    (row,) = rows(b'{"channel":"%s","type":"update","data":[{"unheard_of":1.50}]}' % name.encode())

    extra = row.extra
    assert type(row) is ROWS[name] is CHANNELS[name].update_type()
    assert extra == {"unheard_of": Decimal("1.50")}


def test_data_may_be_a_list_or_one_object_or_missing() -> None:
    row = b'{"symbol":"PF_XBTUSD"}'
    assert [r.symbol for r in rows(b'{"channel":"ticker","data":[%s,%s]}' % (row, row))] == ["PF_XBTUSD"] * 2
    assert [r.symbol for r in rows(b'{"channel":"ticker","data":%s}' % row)] == ["PF_XBTUSD"]
    assert rows(b'{"channel":"ticker","data":null}') == rows(b'{"channel":"ticker"}') == []


def test_snapshots_are_marked_on_their_rows() -> None:
    (row,) = rows(b'{"channel":"executions","type":"snapshot","data":[{"order_id":"e6"}],"sequence":1}')

    assert isinstance(row, Execution)
    assert (row.snapshot, row.order_id, row.exec_type) == (True, "e6", "")


def test_levels_keep_the_text_that_the_checksum_needs() -> None:
    (row,) = rows(
        b'{"channel":"book","type":"snapshot","data":[{"symbol":"PF_XBTUSD","bids":[{"price":30000.50,"qty":1.2000}],'
        b'"asks":[],"checksum":7,"sequence_like":3}]}'
    )

    assert isinstance(row, BookUpdate)
    assert (bytes(row.bids[0].price_text), bytes(row.bids[0].qty_text)) == (b"30000.50", b"1.2000")
    assert (row.checksum, row.extra) == (7, {"sequence_like": 3})


def test_level_3_orders_are_those_of_spot() -> None:
    (row,) = rows(
        b'{"channel":"level3","type":"update","data":[{"symbol":"PF_XBTUSD","bids":[{"event":"delete","order_id":"o1",'
        b'"limit_price":30000.5,"timestamp":"2026-11-20T00:00:00Z"}],"asks":[],"checksum":1}]}'
    )

    assert isinstance(row, Level3Update)
    assert (row.bids[0].event, row.bids[0].limit_price) == ("delete", Decimal("30000.5"))


def test_a_margin_message_names_the_section_that_it_replaces() -> None:
    (row,) = rows(b'{"channel":"margin","type":"multi_collateral","data":{"available":100.10}}')

    assert isinstance(row, MarginUpdate)
    assert (row.section, row.snapshot, row.extra) == ("multi_collateral", False, {"available": Decimal("100.10")})


def test_positions_are_typed_as_far_as_they_are_known() -> None:
    (row,) = rows(
        b'{"channel":"positions","type":"snapshot","data":{"futures":[{"symbol":"PF_XBTUSD","size":-0.5,'
        b'"entry_price":30000.5,"pnl":1}],"options":[{"strike":1}],"time":"2026-11-20T00:00:00Z"}}'
    )

    assert isinstance(row, PositionsUpdate)
    (position,) = row.futures
    assert (position.size, position.entry_price, position.extra) == (Decimal("-0.5"), Decimal("30000.5"), {"pnl": 1})
    assert row.options[0].extra == {"strike": 1}
    assert not row.too_large


@pytest.mark.parametrize(
    "payload",
    [
        b'{"channel":"positions","type":"snapshot","data":{"futures":[],"options":[],"error":"snapshot_too_large"}}',
        b'{"channel":"positions","type":"snapshot","data":{"futures":[],"options":[]},"error":"snapshot_too_large"}',
        b'{"channel":"positions","type":"snapshot","error":"snapshot_too_large"}',
    ],
)
def test_a_snapshot_that_was_too_large_is_told_from_a_flat_account_wherever_it_says_so(payload: bytes) -> None:
    (row,) = rows(payload)

    assert isinstance(row, PositionsUpdate)
    assert (row.too_large, row.snapshot, row.futures) == (True, True, [])


def test_ledger_entries_and_preferences_keep_what_is_not_known_of_them() -> None:
    (entry,) = rows(
        b'{"channel":"ledgers","type":"update","data":[{"asset_class":"derivatives","mark":1.5}],"sequence":8}'
    )
    (setting,) = rows(b'{"channel":"preferences","type":"snapshot","data":{"futures_permission":"reduce_only"}}')

    assert isinstance(entry, LedgerEntry)
    assert isinstance(setting, PreferencesUpdate)
    assert (entry.asset_class, entry.extra) == ("derivatives", {"mark": Decimal("1.5")})
    assert setting.futures_permission == "reduce_only"


def test_an_unknown_channel_is_refused_by_name() -> None:
    with pytest.raises(msgspec.ValidationError, match="options"):
        rows(b'{"channel":"options","data":[]}')
