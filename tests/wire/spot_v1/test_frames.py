"""Frames of Spot v1 become rows that say which pair and which subscription they are for."""

from __future__ import annotations

import json
from decimal import Decimal

import msgspec
import pytest

from krakenkit._core.numbers import plain
from krakenkit.wire.rewrite import exact_json
from krakenkit.wire.spot_v1.account import OpenOrder, OwnTrade
from krakenkit.wire.spot_v1.frames import frame_of, read_frame, rows_of
from krakenkit.wire.spot_v1.market import (
    BookLevel,
    BookUpdate,
    OhlcUpdate,
    SpreadUpdate,
    TickerUpdate,
    TradeUpdate,
)

TICKER = (
    b'[340,{"a":["30100.50000",3,"3.12500000"],"b":["30100.40000",0,"0.75000000"],"c":["30100.50000","0.01000000"],'
    b'"v":["12.50000000","340.00000000"],"p":["30050.10000","30011.20000"],"t":[120,3400],'
    b'"l":["29900.00000","29800.00000"],"h":["30200.00000","30300.00000"],"o":["30000.00000","29950.00000"]},'
    b'"ticker","XBT/USD"]'
)
OHLC = (
    b'[343,["1690000000.123456","1690000300.000000","30000.00000","30100.50000","29999.90000","30100.00000",'
    b'"30050.12345","1.25000000",17],"ohlc-5","XBT/USD"]'
)
TRADES = (
    b'[337,[["30100.50000","0.01000000","1690000001.000001","b","m",""],'
    b'["30100.40000","0.25000000","1690000001.000002","s","l","x"]],"trade","XBT/USD"]'
)
SPREAD = b'[341,["30100.40000","30100.50000","1690000001.500000","0.75000000","3.12500000"],"spread","XBT/USD"]'
SNAPSHOT = (
    b'[336,{"as":[["30100.50000","3.12500000","1690000001.000001"]],'
    b'"bs":[["30100.40000","0.75000000","1690000000.900000"]]},"book-10","XBT/USD"]'
)
BOTH_SIDES = (
    b'[336,{"a":[["30100.60000","0.00000000","1690000002.000001"],["30101.00000","2.00000000","1690000001.000000","r"]]},'
    b'{"b":[["30100.30000","1.00000000","1690000002.000002"]],"c":"4187525586"},"book-25","XBT/USD"]'
)
OPEN_ORDERS = (
    b'[[{"OAAAAA-BBBBB-CCCCCC":{"status":"open","userref":0,"vol":"1.50000000","descr":{"pair":"XBT/USD","type":"buy",'
    b'"ordertype":"limit","price":"30000.00000","leverage":null},"opentm":"1690000000.123456","future_member":"7.50"}},'
    b'{"ODDDDD-EEEEE-FFFFFF":{"status":"canceled","cancel_reason":"User requested"}}],"openOrders",{"sequence":1}]'
)
OWN_TRADES = (
    b'[[{"TAAAAA-BBBBB-CCCCCC":{"cost":"300.00500000","fee":"0.48000800","margin":"0.00000000",'
    b'"ordertxid":"OAAAAA-BBBBB-CCCCCC","ordertype":"limit","pair":"XBT/USD","postxid":"TKH2SE-M7IF5-CFI7LT",'
    b'"price":"30000.50000","time":"1690000003.000001","type":"buy","vol":"0.01000000"}}],"ownTrades",{"sequence":4}]'
)
ALL = [TICKER, OHLC, TRADES, SPREAD, SNAPSHOT, BOTH_SIDES, OWN_TRADES]


def rows(payload: bytes) -> list[object]:
    return rows_of(read_frame(payload))


def test_a_ticker_names_its_figures_and_keeps_their_digits() -> None:
    (row,) = rows(TICKER)

    assert isinstance(row, TickerUpdate)
    assert (row.pair, row.symbol) == ("XBT/USD", "XBT/USD")
    assert str(row.ask.price) == "30100.50000"
    assert (row.bid.whole_lot_volume, row.bid.lot_volume) == (0, Decimal("0.75"))
    assert (row.trades.today, row.open.last_24_hours) == (120, Decimal(29950))


def test_a_candle_knows_its_interval_from_the_channel_name() -> None:
    (row,) = rows(OHLC)

    assert isinstance(row, OhlcUpdate)
    assert (row.interval, row.count, row.close) == (5, 17, Decimal(30100))
    assert row.time == Decimal("1690000000.123456")


def test_trades_say_in_words_what_the_wire_says_in_letters() -> None:
    first, second = rows(TRADES)

    assert isinstance(first, TradeUpdate)
    assert isinstance(second, TradeUpdate)
    assert (first.side, first.order_type, first.misc) == ("buy", "market", "")
    assert (second.side, second.order_type, second.misc) == ("sell", "limit", "x")


def test_words_in_place_of_letters_are_read_as_well() -> None:
    (row,) = rows(b'[1,[["1.0","2.0","3.0","sell","limit",""]],"trade","ETH/USD"]')

    assert isinstance(row, TradeUpdate)
    assert (row.side, row.order_type) == ("sell", "limit")


def test_a_spread_has_both_prices_and_volumes() -> None:
    (row,) = rows(SPREAD)

    assert isinstance(row, SpreadUpdate)
    assert (row.bid, row.ask_volume) == (Decimal("30100.4"), Decimal("3.125"))


def test_an_old_spread_without_volumes_is_read() -> None:
    (row,) = rows(b'[1,["1.0","2.0","3.0"],"spread","ETH/USD"]')

    assert isinstance(row, SpreadUpdate)
    assert row.bid_volume is None


def test_a_book_snapshot_has_no_checksum_and_knows_its_depth() -> None:
    (row,) = rows(SNAPSHOT)

    assert isinstance(row, BookUpdate)
    assert (row.snapshot, row.depth, row.checksum) == (True, 10, None)
    assert row.asks == [BookLevel.of(Decimal("30100.5"), Decimal("3.125"))]


def test_five_elements_are_one_update_of_both_sides_with_the_checksum_of_the_last() -> None:
    (row,) = rows(BOTH_SIDES)

    assert isinstance(row, BookUpdate)
    assert (row.snapshot, row.depth, row.checksum) == (False, 25, 4187525586)
    assert [level.republished for level in row.asks] == [False, True]
    assert [level.volume for level in row.bids] == [1]


def test_four_elements_are_an_update_of_one_side() -> None:
    (row,) = rows(b'[336,{"b":[["1.0","0.0","3.0"]],"c":"7"},"book-10","XBT/USD"]')

    assert isinstance(row, BookUpdate)
    assert (row.asks, row.checksum) == ([], 7)


def test_orders_carry_their_id_and_what_no_field_took() -> None:
    first, second = rows(OPEN_ORDERS)

    assert isinstance(first, OpenOrder)
    assert isinstance(second, OpenOrder)
    assert (first.txid, first.snapshot, first.vol) == ("OAAAAA-BBBBB-CCCCCC", True, Decimal("1.5"))
    assert first.extra == {"future_member": "7.50"}
    assert (second.txid, second.cancel_reason, second.vol, second.extra) == (
        "ODDDDD-EEEEE-FFFFFF",
        "User requested",
        None,
        {},
    )


def test_a_member_of_an_unexpected_type_spoils_nothing_else() -> None:
    (row,) = rows(b'[[{"OAAAAA-BBBBB-CCCCCC":{"status":"open","descr":"in words"}}],"openOrders",{"sequence":9}]')

    assert isinstance(row, OpenOrder)
    assert (row.status, row.descr, row.extra) == ("open", None, {"descr": "in words"})


def test_later_trades_are_live_and_the_first_message_is_the_snapshot() -> None:
    (live,) = rows(OWN_TRADES)
    (known,) = rows(OWN_TRADES.replace(b'"sequence":4', b'"sequence":1'))

    assert isinstance(live, OwnTrade)
    assert isinstance(known, OwnTrade)
    assert (live.txid, live.snapshot) == ("TAAAAA-BBBBB-CCCCCC", False)
    assert known.snapshot


def test_a_first_message_with_live_members_is_no_snapshot() -> None:
    first = OWN_TRADES.replace(b'"sequence":4', b'"sequence":1').replace(b'"cost"', b'"userref":3,"cost"')
    (row,) = rows(first)

    assert isinstance(row, OwnTrade)
    assert (row.userref, row.snapshot) == (3, False)


def test_a_private_message_without_a_sequence_is_read() -> None:
    frame = read_frame(b'[[{"TAAAAA-BBBBB-CCCCCC":{"pair":"XBT/USD"}}],"ownTrades"]')

    assert (frame.channel, frame.sequence) == ("ownTrades", None)
    assert [row.txid for row in rows_of(frame)] == ["TAAAAA-BBBBB-CCCCCC"]


@pytest.mark.parametrize(
    "payload", [b"[]", b"[1]", b'[1,2,3,"ticker"]', b'[1,{},"news","XBT/USD"]', b'[1,{},"ticker","A/B"]']
)
def test_an_array_that_is_no_frame_is_refused(payload: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        rows(payload)


@pytest.mark.parametrize("payload", ALL)
def test_rows_are_written_as_the_frame_they_came_from(payload: bytes) -> None:
    frame = read_frame(payload)

    again = frame_of(rows_of(frame), channel_id=frame.channel_id, sequence=frame.sequence)

    assert json.loads(json.dumps(again, default=plain)) == exact_json(payload)
