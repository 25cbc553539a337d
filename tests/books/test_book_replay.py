"""Captures played again: what is proven, what fails, what is found out from the capture itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from zlib import crc32

import pytest

from books.book_models import Exchange, Message, Row, Writer, fixed, scientific, shortened, texts
from krakenkit.books.capture import BookMessage, DepthNote, Precision, PrecisionNote, notes_of
from krakenkit.books.replay import Report, replay
from krakenkit.errors import DecodeError

PLACES = (1, 8)
ACK = b'{"method":"subscribe","result":{"channel":"book","depth":%d,"symbol":"BTC/USD","snapshot":true},"success":true}'
HEARTBEAT = b'{"channel":"heartbeat"}'
INSTRUMENT = (
    b'{"channel":"instrument","type":"snapshot","data":{"assets":[],"pairs":'
    b'[{"symbol":"BTC/USD","price_precision":1,"qty_precision":8}]}}'
)


def v2(kind: str, message: Message, write: Writer = fixed, *, symbol: str = "BTC/USD") -> bytes:
    asks, bids = (_v2_rows(texts(rows, PLACES, write)) for rows in (message.asks, message.bids))
    return (
        f'{{"channel":"book","type":"{kind}","data":[{{"symbol":"{symbol}","bids":{bids},"asks":{asks},'
        f'"checksum":{message.checksum},"timestamp":"2026-01-01T00:00:00.000000Z"}}]}}'
    ).encode()


def _v2_rows(rows: Sequence[Row]) -> str:
    return "[" + ",".join(f'{{"price":{price},"qty":{qty}}}' for price, qty in rows) + "]"


def v1(message: Message, *, first: bool = False, pair: str = "XBT/USD") -> bytes:
    asks, bids = ([[*row, "1616663113.0"] for row in texts(rows, PLACES)] for rows in (message.asks, message.bids))
    if first:
        return json.dumps([336, {"as": asks, "bs": bids}, "book-10", pair]).encode()
    sides: list[dict[str, object]] = [{name: rows} for name, rows in (("a", asks), ("b", bids)) if rows]
    sides[-1]["c"] = str(message.checksum)
    return json.dumps([336, *sides, "book-10", pair]).encode()


def stream(seed: int = 1, count: int = 20, *, depth: int = 10, write: Writer = fixed) -> list[bytes]:
    exchange = Exchange(seed, depth=depth)
    return [v2("snapshot", exchange.snapshot(), write)] + [v2("update", exchange.update(), write) for _ in range(count)]


def counts(report: Report) -> tuple[int, int, int, int, int]:
    return report.frames, report.updates, report.verified, report.failed, report.undecodable


# ---------------------------------------------------------------- Spot v2


def test_a_clean_capture_verifies_after_every_update() -> None:
    report = replay([ACK % 10, HEARTBEAT, *stream()])

    assert counts(report) == (23, 20, 20, 0, 0)
    assert report.symbols == ["BTC/USD"]
    assert report.failures == []


@pytest.mark.parametrize("depth", [10, 25, 100])
@pytest.mark.parametrize("write", [fixed, shortened, scientific])
def test_precision_and_depth_are_found_out_from_the_capture(depth: int, write: Writer) -> None:
    report = replay(stream(depth, depth=depth, write=write))

    assert counts(report) == (21, 20, 20, 0, 0)


def test_lost_zeros_are_put_back_until_the_checksum_agrees() -> None:
    # One decimal left of eight, none left of one: only the checksum knows the rest.
    digits = "".join(f"{price}0{qty}0000000" for price, qty in ((11, 25), (12, 10)))
    frame = (
        '{"channel":"book","type":"snapshot","data":[{"symbol":"X/USD","bids":[],'
        f'"asks":[{{"price":11,"qty":2.5}},{{"price":12,"qty":1.0}}],"checksum":{crc32(digits.encode())}}}]}}'
    )

    assert counts(replay([frame.encode()])) == (1, 0, 0, 0, 0)


def test_a_precision_in_the_capture_or_from_the_caller_is_taken() -> None:
    frames = stream(write=shortened)

    assert replay([INSTRUMENT, *frames]).verified == 20
    assert replay(frames, precisions={"BTC/USD": Precision(1, 8)}).verified == 20
    assert replay(frames, precisions={"BTC/USD": Precision(2, 8)}).failed == 1
    assert replay([INSTRUMENT, *frames], precisions={"BTC/USD": Precision(2, 8)}).failed == 0


def test_the_depth_of_a_subscription_is_taken_from_request_or_acknowledgement() -> None:
    frames = stream(depth=25)
    request = b'{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":%d},"req_id":1}'

    assert replay([ACK % 25, *frames]).failed == 0
    assert replay([request % 25, *frames]).failed == 0
    # At a wrong depth the snapshot still agrees; what was cut off is missed later.
    long = stream(9, 400, depth=25)
    assert replay([ACK % 25, *long]).verified == 400
    assert replay([ACK % 10, *long]).failed == 1


def test_a_thin_book_may_turn_out_deeper_than_its_first_snapshot() -> None:
    exchange = Exchange(4, depth=100)
    for levels in exchange.full:
        for tick in sorted(levels, key=lambda tick: abs(tick - exchange.middle))[8:]:
            del levels[tick]
    frames = [v2("snapshot", exchange.snapshot())]
    for _ in range(300):
        side = exchange.roll.randrange(2)
        tick = exchange.middle + (1, -1)[side] * exchange.roll.randrange(1, 60)
        if len(exchange.full[side]) > 5 and exchange.roll.random() < 0.4:
            exchange.full[side].pop(next(iter(sorted(exchange.full[side], reverse=side == 1))))
        exchange.full[side][tick] = exchange.roll.randrange(1, 10**9)
        frames.append(v2("update", exchange.update()))

    assert counts(replay(frames)) == (301, 300, 300, 0, 0)


def test_a_failed_symbol_is_quarantined_until_its_next_snapshot() -> None:
    exchange = Exchange(2, depth=10)
    frames = [v2("snapshot", exchange.snapshot())]
    frames += [v2("update", exchange.update()) for _ in range(5)]
    frames.append(v2("update", exchange.update()._replace(checksum=1)))
    frames += [v2("update", exchange.update()) for _ in range(5)]
    frames.append(v2("snapshot", exchange.snapshot()))
    frames += [v2("update", exchange.update()) for _ in range(5)]

    report = replay(frames)

    assert counts(report) == (18, 16, 10, 1, 0)
    (failure,) = report.failures
    assert (failure.frame, failure.symbol) == (7, "BTC/USD")
    assert "its checksum is 1, the book's is" in failure.why


def test_the_other_symbols_go_on() -> None:
    exchange, other = Exchange(2, depth=10), Exchange(3, depth=10)
    frames = [v2("snapshot", exchange.snapshot()), v2("snapshot", other.snapshot(), symbol="ETH/USD")]
    frames.append(v2("update", exchange.update()._replace(checksum=1)))
    for _ in range(10):
        frames.append(v2("update", exchange.update()))
        frames.append(v2("update", other.update(), symbol="ETH/USD"))

    report = replay(frames)

    assert report.symbols == ["BTC/USD", "ETH/USD"]
    assert (report.verified, report.failed) == (10, 1)


def test_a_lost_update_fails_at_the_next_that_shows_it() -> None:
    frames = stream(11)
    del frames[3]

    report = replay(frames)

    assert report.failed == 1
    assert report.failures[0].frame == 4


def test_a_snapshot_that_does_not_agree_fails() -> None:
    exchange = Exchange(2, depth=10)
    frames = [v2("snapshot", exchange.snapshot()._replace(checksum=7)), v2("update", exchange.update())]

    assert counts(replay(frames)) == (2, 1, 0, 1, 0)


def test_updates_before_any_snapshot_are_counted_and_not_judged() -> None:
    assert counts(replay(stream()[1:])) == (20, 20, 0, 0, 0)


def test_a_number_that_does_not_fit_the_instrument_fails() -> None:
    frames = [INSTRUMENT, *stream(count=1)]
    frames.append(frames[-1].replace(b',"qty":', b'5,"qty":'))

    report = replay(frames)

    assert (report.verified, report.failed) == (1, 1)
    assert "do not fit" in report.failures[0].why


def test_a_thin_snapshot_without_a_checksum_is_believed_until_one_comes() -> None:
    exchange = Exchange(5, depth=10)
    first = json.loads(v2("snapshot", exchange.snapshot(), shortened))
    del first["data"][0]["checksum"]
    frames = [json.dumps(first).encode()] + [v2("update", exchange.update(), shortened) for _ in range(5)]

    assert counts(replay(frames)) == (6, 5, 5, 0, 0)


# ---------------------------------------------------------------- Spot v1


def test_v1_arrays_verify_and_snapshots_carry_no_checksum() -> None:
    exchange = Exchange(6, depth=10)
    frames = [v1(exchange.snapshot(), first=True)] + [v1(exchange.update()) for _ in range(40)]
    frames.insert(1, b'{"event":"heartbeat"}')
    frames.insert(1, b'[340,{"c":["5541.2","0.1"]},"ticker","XBT/USD"]')
    frames.insert(1, b'[[{"O1":{"status":"open"}}],"openOrders",{"sequence":1}]')

    assert any(len(json.loads(frame)) == 5 for frame in frames)
    assert counts(replay(frames)) == (44, 40, 40, 0, 0)


def test_a_v1_snapshot_may_have_one_side_only() -> None:
    frames = [
        b'[1,{"as":[["10.1","1.0","0"]],"bs":[["10.0","1.0","0"]]},"book-10","XBT/USD"]',
        b'[1,{"bs":[["9.0","1.0","0"]]},"book-10","XBT/USD"]',
        b'[1,{"b":[["9.0","2.0","0"]],"c":"%d"},"book-10","XBT/USD"]' % crc32(b"9020"),
    ]

    assert counts(replay(frames)) == (3, 1, 1, 0, 0)


def test_a_corrupted_v1_update_fails() -> None:
    exchange = Exchange(6, depth=10)
    frames = [v1(exchange.snapshot(), first=True), v1(exchange.update()._replace(checksum=3)), v1(exchange.update())]

    assert counts(replay(frames)) == (3, 2, 0, 1, 0)


def test_v1_updates_without_a_checksum_are_not_judged() -> None:
    frames = [
        b'[1,{"as":[["10.1","1.0","0"]],"bs":[["10.0","1.0","0"]]},"book-10","XBT/USD"]',
        b'[1,{"b":[["10.0","2.0","0","r"]]},"book-10","XBT/USD"]',
    ]

    assert counts(replay(frames)) == (2, 1, 0, 0, 0)


# ---------------------------------------------------------------- Futures


def futures(*sequences: int, side: str = "buy", price: str = "9.5") -> list[bytes]:
    first = (
        b'{"feed":"book_snapshot","product_id":"PF_XBTUSD","timestamp":1,"seq":1,"tickSize":null,'
        b'"bids":[{"price":9,"qty":3.0}],"asks":[{"price":10,"qty":0},{"price":10.5,"qty":2.0}]}'
    )
    update = '{{"feed":"book","product_id":"PF_XBTUSD","side":"{}","seq":{},"price":{},"qty":1.0,"timestamp":2}}'
    return [first, *(update.format(side, sequence, price).encode() for sequence in sequences)]


def test_futures_are_checked_by_their_sequence() -> None:
    assert counts(replay(futures(2, 3, 4))) == (4, 3, 3, 0, 0)


@pytest.mark.parametrize("sequences", [(2, 4, 5), (2, 2, 3), (3, 2)])
def test_a_lost_doubled_or_swapped_futures_update_fails(sequences: tuple[int, ...]) -> None:
    report = replay(futures(*sequences))

    assert report.failed == 1
    assert "sequence" in report.failures[0].why


def test_a_crossed_futures_book_fails() -> None:
    report = replay(futures(2, price="10.50"))

    assert (report.verified, report.failed) == (0, 1)
    assert "reached" in report.failures[0].why


def test_subscriptions_to_the_futures_book_are_no_messages() -> None:
    frames = [
        b'{"event":"subscribe","feed":"book","product_ids":["PF_XBTUSD"]}',
        b'{"event":"subscribed","feed":"book","product_ids":["PF_XBTUSD"]}',
        b'{"feed":"heartbeat","time":1}',
    ]

    assert counts(replay(frames)) == (3, 0, 0, 0, 0)


# ---------------------------------------------------------------- level 3


def level3(kind: str, bids: Sequence[tuple[str, ...]], digits: str) -> bytes:
    rows = [
        (f'"event":"{row[3]}",' if row[3:] else "")
        + f'"order_id":"{row[0]}","limit_price":{row[1]},"order_qty":{row[2]}'
        for row in bids
    ]
    inner = ",".join(f'{{{row},"timestamp":"2026-01-01T00:00:00Z"}}' for row in rows)
    return (
        f'{{"channel":"level3","type":"{kind}","data":[{{"symbol":"BTC/USD","checksum":{crc32(digits.encode())},'
        f'"bids":[{inner}],"asks":[]}}]}}'
    ).encode()


def test_level_3_verifies_and_fails_like_level_2() -> None:
    frames = [
        level3("snapshot", [("A", "10.0", "1.5"), ("B", "10.0", "2.0")], "1001510020"),
        level3("update", [("A", "10.0", "1.5", "delete"), ("C", "9.5", "4.0", "add")], "100209540"),
        level3("update", [("B", "10.0", "1.0", "modify")], "something else"),
        level3("update", [("B", "10.0", "1.0", "modify")], "100109540"),
    ]

    assert counts(replay(frames)) == (4, 3, 1, 1, 0)


# ---------------------------------------------------------------- lines


@pytest.mark.parametrize(
    "line",
    [
        b"CloudFlare WebSocket proxy restarting",
        b'{"channel":"book","type":"update","data":[{"symbol":"BTC/USD"',
        b'{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[],"asks":[{"price":1.0}]}]}',
        b'{"channel":"book","type":"update","data":{"symbol":"BTC/USD"}}',
        b'[1,"as","book-10","XBT/USD"]',
        b'[1,{"a":[["10.1"]]},"book-10","XBT/USD"]',
        b'{"feed":"book","product_id":"PF_XBTUSD","seq":2,"price":1}',
        b"7",
        b"\xff\xfe",
    ],
)
def test_what_cannot_be_read_is_counted_and_stops_nothing(line: bytes) -> None:
    report = replay([line, *stream()])

    assert counts(report) == (22, 20, 20, 0, 1)
    with pytest.raises(DecodeError) as refused:
        notes_of(line)
    assert refused.value.raw == line


def test_other_frames_and_empty_lines_say_nothing() -> None:
    frames = [
        b"",
        b"  \n",
        b'{"channel":"status","type":"update","data":[{"system":"online"}]}',
        b'{"method":"ping","req_id":1}',
        b'{"method":"pong","req_id":1}',
        b'{"error":"Currency pair not supported","method":"subscribe","success":false,"symbol":"WWW/USD"}',
        b'{"method":"add_order","params":{"symbol":"BTC/USD"},"req_id":1}',
        b'{"method":"cancel_order","result":[{"order_id":"O1"}],"success":true}',
        b'{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD"}]}',
        b'{"event":"pong"}',
        b"[]",
        b"{}",
    ]

    assert counts(replay(frames)) == (10, 0, 0, 0, 0)


def test_notes_are_read_as_they_are_written() -> None:
    assert notes_of(INSTRUMENT) == [PrecisionNote("BTC/USD", Precision(1, 8))]
    assert notes_of(ACK % 100) == [DepthNote("book", "BTC/USD", 100)]
    (message,) = notes_of(v1(Message([(101, 5)], [], 77)))
    assert isinstance(message, BookMessage)
    assert (message.family, message.symbol, message.depth, message.checksum) == ("v1", "XBT/USD", 10, 77)


def test_an_empty_capture_is_an_empty_report() -> None:
    assert replay([]) == Report()
