"""Public feeds of the Futures WebSocket v1: what their frames become."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from krakenkit.errors import DecodeError, SettingsError
from krakenkit.protocol.futures_v1_data import key_of_row, key_of_topic, read_data
from krakenkit.streams import futures
from krakenkit.wire.channel import Topic
from wire.futures_v1.reading import batch, row, rows

TICKER = (
    '{"time":1783587648112,"product_id":"PF_ETHUSD","feed":"ticker","bid":1751.6,"ask":1751.70,"bid_size":1.459,'
    '"funding_rate":-6.2604214e-11,"markPrice":1751.97553924942,"openInterest":24085.822,"volumeQuote":99424431.8132,'
    '"maturityTime":0,"dtm":0,"leverage":"100x","tag":"perpetual","pair":"ETH:USD","suspended":false,"post_only":false}'
)


def trade(seq: int, **changes: Any) -> dict[str, Any]:
    return {
        "feed": "trade",
        "product_id": "PF_XBTUSD",
        "uid": f"uid-{seq}",
        "side": "sell",
        "type": "fill",
        "seq": seq,
        "time": 1612269657781 + seq,
        "qty": 440,
        "price": 34893,
    } | changes


def test_a_ticker_is_exact_and_named_in_snake_case() -> None:
    tick = row(TICKER)

    assert isinstance(tick, futures.TickerUpdate)
    assert (str(tick.ask), tick.mark_price) == ("1751.70", Decimal("1751.97553924942"))
    assert tick.funding_rate == Decimal("-6.2604214e-11")
    assert (tick.product_id, tick.symbol, tick.snapshot) == ("PF_ETHUSD", "PF_ETHUSD", False)


def test_what_a_ticker_leaves_out_is_none() -> None:
    tick = row('{"feed":"ticker","product_id":"OF_ETHUSD_240101_1000_C","greeks":{"iv":0.3,"delta":0.5}}')

    assert (tick.bid, tick.funding_rate, tick.open_interest) == (None, None, None)
    assert (tick.greeks.iv, tick.greeks.rho) == (Decimal("0.3"), None)


def test_a_short_ticker() -> None:
    tick = row(
        '{"feed":"ticker_lite","product_id":"PI_XRPUSD","bid":0.5881,"premium":-0.0,"maturityTime":1632495600000}'
    )

    assert isinstance(tick, futures.TickerLiteUpdate)
    assert (tick.bid, tick.maturity_time) == (Decimal("0.5881"), 1632495600000)


def test_the_snapshot_of_trades_belongs_to_the_feed_and_comes_in_the_order_they_happened() -> None:
    read = batch({"feed": "trade_snapshot", "product_id": "PF_XBTUSD", "trades": [trade(3), trade(2), trade(1)]})

    assert (read.channel, read.snapshot) == ("trade", True)
    assert [one.seq for one in read.rows] == [1, 2, 3]
    assert all(isinstance(one, futures.TradeUpdate) and one.snapshot for one in read.rows)


def test_a_trade_of_an_old_capture_has_no_id() -> None:
    frame = trade(7)
    del frame["uid"]

    one = row(frame)

    assert (one.uid, one.snapshot, one.side, one.qty) == (None, False, "sell", Decimal(440))


@pytest.mark.parametrize(("side", "asks", "bids"), [("sell", ["34981"], []), ("buy", [], ["34981"])])
def test_a_book_change_is_one_level_of_its_side(side: str, asks: list[str], bids: list[str]) -> None:
    read = batch(
        {"feed": "book", "product_id": "PI_XBTUSD", "side": side, "seq": 7, "price": 34981, "qty": 0.0, "timestamp": 1}
    )

    change = read.rows[0]
    assert isinstance(change, futures.BookUpdate)
    assert (read.channel, read.snapshot, change.seq, change.snapshot, change.checksum) == (
        "book",
        False,
        7,
        False,
        None,
    )
    assert [str(level.price) for level in change.asks] == asks
    assert [str(level.price) for level in change.bids] == bids


def test_the_snapshot_of_a_book_holds_all_of_it() -> None:
    book = row(
        '{"feed":"book_snapshot","product_id":"PI_XBTUSD","timestamp":1612269825817,"seq":326072249,"tickSize":null,'
        '"bids":[{"price":34892.5,"qty":6385}],"asks":[{"price":34911.5,"qty":20598},{"price":34912,"qty":2300}]}'
    )

    assert (book.snapshot, book.seq, len(book.asks), len(book.bids)) == (True, 326072249, 2, 1)
    assert book.asks[1] == futures.BookLevel.of(Decimal(34912), Decimal(2300))


def test_a_heartbeat_is_a_row() -> None:
    assert row('{"feed":"heartbeat","time":1700000000000}').time == 1700000000000


@pytest.mark.parametrize(
    "frame",
    [
        b"{",
        b"[]",
        b'{"feed":"tickers","product_id":"PF_XBTUSD"}',
        b'{"feed":"book","product_id":"PF_XBTUSD","side":"both","seq":1,"price":1,"qty":1}',
        b'{"feed":"book","product_id":"PF_XBTUSD","side":"buy","price":1,"qty":1}',
        b'{"feed":"trade","product_id":"PF_XBTUSD","side":"buy","time":1,"qty":"much","price":1}',
        b"\xff",
    ],
)
def test_a_frame_of_an_unknown_shape_is_told_with_what_came(frame: bytes) -> None:
    with pytest.raises(DecodeError) as refused:
        read_data(frame)
    assert refused.value.raw == frame


# ---------------------------------------------------------------- where rows belong


def test_rows_belong_to_the_topics_of_their_products() -> None:
    topics = list(futures.Trade(product_ids=["pf_xbtusd", "PF_ETHUSD", "PF_XBTUSD"]).topics())

    assert topics == [Topic("trade", "PF_XBTUSD"), Topic("trade", "PF_ETHUSD")]
    assert key_of_row("trade", rows(trade(1))[0]) == key_of_topic(topics[0])
    assert key_of_row("heartbeat", row('{"feed":"heartbeat"}')) == key_of_topic(Topic("heartbeat"))


def test_no_product_at_all_is_refused() -> None:
    with pytest.raises(SettingsError, match="product_ids"):
        list(futures.Book(product_ids=[]).topics())
    with pytest.raises(SettingsError, match="leave product_ids out"):
        list(futures.Fills(product_ids=[]).topics())
