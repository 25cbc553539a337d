from __future__ import annotations

import logging
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from krakenkit.books.replay import replay
from krakenkit.clients.spot import SpotClient
from krakenkit.errors import SettingsError
from krakenkit.sandbox import Sandbox
from krakenkit.sandbox.clock import SECOND
from krakenkit.sandbox.engine import Event, TradeEvent, spot_instruments
from krakenkit.sandbox.recording import moments_of
from sandbox.loopback import World, over_loopback, world

NOW = 1_760_000_000 * SECOND
SYMBOLS = ("BTC/USD", "ETH/BTC")


def still() -> int:
    return NOW


def written(path: Path, *frames: object) -> Path:
    path.write_bytes(b"\n".join(msgspec.json.encode(frame) for frame in frames))
    return path


def book(kind: str, bids: list[Any], asks: list[Any], *, seconds: int, symbol: str = "BTC/USD") -> dict[str, Any]:
    row = {
        "symbol": symbol,
        "bids": [{"price": price, "qty": qty} for price, qty in bids],
        "asks": [{"price": price, "qty": qty} for price, qty in asks],
        "timestamp": f"2026-01-01T00:00:{seconds:02d}.500000Z",
    }
    return {"channel": "book", "type": kind, "data": [row]}


def trade(side: str, price: float, qty: float, *, seconds: int) -> dict[str, Any]:
    row = {"symbol": "BTC/USD", "side": side, "price": price, "qty": qty, "ord_type": "market", "trade_id": 1}
    row["timestamp"] = f"2026-01-01T00:00:{seconds:02d}.500000Z"
    return {"channel": "trade", "type": "update", "data": [row]}


def levels(box: Sandbox, symbol: str, depth: int = 25) -> list[list[tuple[Any, Any]]]:
    exchange = box._venue.exchange
    return [[(one.price, one.qty) for one in exchange.levels(symbol, side, depth)] for side in ("buy", "sell")]


# --- a sandbox, recorded and replayed -----------------------------------------------------------------------------------


async def record(here: World, file: Path, seconds: list[float]) -> list[dict[str, Any]]:
    """Frames of a socket into a file, while time passes; the books after each stretch of it."""
    line = await here.line()
    for symbol in SYMBOLS:
        await line.send("subscribe", channel="book", symbol=[symbol], depth=25)
        await line.send("subscribe", channel="trade", symbol=[symbol], snapshot=False)
    frames: list[str] = []
    while sum('"snapshot"' in frame and '"book"' in frame and '"bids"' in frame for frame in frames) < len(SYMBOLS):
        frames.append(await line.text())
    seen: list[dict[str, Any]] = []
    for stretch in seconds:
        here.box.advance(stretch)
        seen.append({symbol: levels(here.box, symbol) for symbol in SYMBOLS})
    last = await line.send("ping")
    while f'"req_id":{last}' not in frames[-1]:
        frames.append(await line.text())
    file.write_text("\n".join(frames))
    return seen


def test_a_recorded_sandbox_looks_the_same_in_another_one(tmp_path: Path) -> None:
    file, again = tmp_path / "recording.jsonl", tmp_path / "again.jsonl"
    stretches = [0.5, 2.0, 0.05, 20.0, 1.0]
    traded: list[Any] = []

    def hear(events: Sequence[Event]) -> None:
        traded.extend(one.trade for one in events if isinstance(one, TradeEvent))

    @over_loopback
    async def story() -> None:
        async with world(seed=12, market=list(SYMBOLS), speed=0, clock=still) as first:
            seen = await record(first, file, stretches)
        async with world(seed=1, replay=file, market=True, speed=0, clock=still) as second:
            second.box._venue.listeners.append(hear)
            assert await record(second, again, stretches) == seen

    story()
    for frames in (file, again):
        report = replay(frames.read_bytes().splitlines())
        assert (report.failed, report.undecodable) == (0, 0)
        assert report.verified > 50
    recorded = [
        (one.symbol, trade.side, one.price(trade.price), one.qty(trade.lots))
        for moment in moments_of(file.read_bytes().splitlines(), spot_instruments())
        for one in [moment.pair]
        for trade in moment.trades
    ]
    assert [(one.pair.symbol, one.side, one.price, one.qty) for one in traded] == recorded
    assert len(recorded) > 20


# --- what guests see and get --------------------------------------------------------------------------------------------


def test_frames_happen_with_their_distances_and_the_book_stands_still_at_the_end(tmp_path: Path) -> None:
    file = written(
        tmp_path / "r.jsonl",
        book("snapshot", [(100, 1), (99, 2)], [(101, 1)], seconds=1),
        book("update", [(100, 0), (98, 5)], [], seconds=3),
        book("update", [], [(101, 0), (100.5, 3)], seconds=8),
    )
    with Sandbox(replay=file, speed=0, clock=still) as box:
        assert levels(box, "BTC/USD") == [[(100, 1), (99, 2)], [(101, 1)]]
        assert box.market.price("BTC/USD") == Decimal("100.5")
        box.advance(1.9)
        assert levels(box, "BTC/USD")[0][0] == (100, 1)
        box.advance(0.2)
        assert levels(box, "BTC/USD")[0] == [(99, 2), (98, 5)]
        box.advance(100)
        assert levels(box, "BTC/USD") == [[(99, 2), (98, 5)], [(Decimal("100.5"), 3)]]
        assert [one.at for one in box._venue.exchange.levels("BTC/USD", "sell")] == [NOW + 7 * SECOND]
        box.advance(1000)
        assert levels(box, "BTC/USD") == [[(99, 2), (98, 5)], [(Decimal("100.5"), 3)]]


def test_a_recording_begins_again_when_told_to(tmp_path: Path) -> None:
    file = written(
        tmp_path / "r.jsonl",
        book("snapshot", [(100, 1)], [(101, 1)], seconds=1),
        book("update", [(100, 0), (90, 1)], [], seconds=2),
    )
    with Sandbox(replay=file, replay_loops=True, speed=0, clock=still) as box:
        best = []
        for _ in range(6):
            best.append(levels(box, "BTC/USD")[0][0][0])
            box.advance(1)
        assert best == [100, 90, 100, 90, 100, 90]


def test_guests_trade_against_recorded_quotes_and_recorded_trades_fill_guests(tmp_path: Path) -> None:
    file = written(
        tmp_path / "r.jsonl",
        book("snapshot", [(1000, 1)], [(1010, 1), (1020, 5)], seconds=1),
        trade("sell", 1001, 0.5, seconds=5),
        book("update", [], [(1010, 1)], seconds=9),
        book("update", [], [(1010, 0), (1000, 0)], seconds=11),
        book("update", [(1015, 2)], [], seconds=12),
    )
    with Sandbox(replay=file, speed=0, clock=still) as box, SpotClient(box.key(), environment=box.environment) as spot:
        spot.submit_order(pair="XBTUSD", type="buy", ordertype="market", volume="0.4")
        assert levels(box, "BTC/USD")[1] == [(1010, Decimal("0.6")), (1020, 5)]
        bid = spot.submit_order(pair="XBTUSD", type="buy", ordertype="limit", volume="0.3", price="1005").txid[0]

        box.advance(5)  # somebody sold half a bitcoin at 1001: a bid at 1005 would have met him first
        order = spot.get_orders(bid)[bid]
        assert (order.status, order.vol_exec, order.price) == ("closed", Decimal("0.3"), Decimal(1005))
        rows = spot.get_recent_trades("XBTUSD").rows
        assert [(str(row.price), row.volume) for row in rows[-2:]] == [
            ("1005.0", Decimal("0.3")),
            ("1001.0", Decimal("0.2")),
        ]

        box.advance(4)  # the recording speaks of the level again
        assert levels(box, "BTC/USD")[1] == [(1010, 1), (1020, 5)]

        ask = spot.submit_order(pair="XBTUSD", type="sell", ordertype="limit", volume="1", price="1012").txid[0]
        box.advance(5)  # a recorded bid at 1015 meets it
        assert spot.get_orders(ask)[ask].price == 1012
        assert levels(box, "BTC/USD") == [[(1015, 1), (1000, 1)], [(1020, 5)]]


def test_stops_follow_recorded_trades(tmp_path: Path) -> None:
    file = written(
        tmp_path / "r.jsonl",
        book("snapshot", [(1000, 5)], [(1010, 5)], seconds=1),
        trade("sell", 990, 0.5, seconds=5),
    )
    with Sandbox(replay=file, speed=0, clock=still) as box, SpotClient(box.key(), environment=box.environment) as spot:
        stop = spot.submit_order(pair="XBTUSD", type="sell", ordertype="stop-loss", volume="1", price="995").txid[0]
        box.advance(10)
        assert spot.get_orders(stop)[stop].status == "closed"


def test_contracts_on_a_recorded_pair_follow_it(tmp_path: Path) -> None:
    file = written(
        tmp_path / "r.jsonl",
        book("snapshot", [(50_000, 5)], [(50_010, 5)], seconds=1),
        book("update", [(50_000, 0), (51_000, 1)], [(50_010, 0), (51_010, 1)], seconds=2),
    )
    with Sandbox(replay=file, speed=0, clock=still) as box:
        assert box.market.price("PF_XBTUSD") == 50_005
        box.advance(2)
        assert box.market.price("PF_XBTUSD") == 51_005
        for symbol in ("BTC/USD", "PF_XBTUSD", "ETH/USD"):
            with pytest.raises(SettingsError, match="does not move"):
                box.market.move(symbol, "+1%")


def test_a_replay_is_saved_where_it_stands(tmp_path: Path) -> None:
    file = written(
        tmp_path / "r.jsonl",
        book("snapshot", [(100, 1)], [(101, 1)], seconds=1),
        book("update", [(100, 0), (90, 1)], [], seconds=6),
    )
    box = Sandbox(replay=file, speed=0, clock=still)
    box.advance(3)
    box.save(tmp_path / "state")
    again = Sandbox.load(tmp_path / "state", clock=still)
    again.advance(1)
    assert levels(again, "BTC/USD")[0] == [(100, 1)]
    again.advance(2)
    assert levels(again, "BTC/USD")[0] == [(90, 1)]


# --- what is passed over ------------------------------------------------------------------------------------------------


def test_what_the_sandbox_cannot_show_is_passed_over_with_a_line_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "r.jsonl"
    frames = [
        book("snapshot", [(100, 1)], [(101, 1)], seconds=1, symbol="WWW/USD"),
        book("snapshot", [(100, 1), (99.123, 1)], [(101, 1)], seconds=1),
        book("update", [(-5, 1), (98, -1)], [(1e40, 1)], seconds=2),
        {"channel": "ticker", "data": [{"symbol": "BTC/USD"}]},
        {"channel": "book", "type": "update", "data": [{"symbol": "BTC/USD", "bids": "none"}]},
        {"channel": "book", "type": "update", "data": [{"symbol": "BTC/USD", "timestamp": "noon"}]},
    ]
    written(file, *frames)
    file.write_bytes(file.read_bytes() + b"\n\nnot json\n[1,2]\n\xff\xfe\n")
    with caplog.at_level(logging.WARNING), Sandbox(replay=file, speed=0, clock=still) as box:
        box.advance(10)
        assert levels(box, "BTC/USD") == [[(100, 1)], [(101, 1)]]
    text = caplog.text
    assert text.count("WWW/USD") == text.count("cannot count with") == 1
    assert "is passed over" in text


def test_a_file_without_a_book_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        Sandbox(replay=tmp_path / "nothing")
    for frames in ((), ({"channel": "heartbeat"},), (trade("buy", 1, 1, seconds=1),)):
        with pytest.raises(SettingsError, match="holds no book"):
            Sandbox(replay=written(tmp_path / "r.jsonl", *frames))


def test_a_window_of_a_depth_stays_one(tmp_path: Path) -> None:
    ack = {"method": "subscribe", "success": True, "result": {"channel": "book", "symbol": "BTC/USD", "depth": 10}}
    bids = [(100 - number, 1) for number in range(10)]
    file = written(
        tmp_path / "r.jsonl",
        ack,
        book("snapshot", bids, [(200, 1)], seconds=1),
        book("update", [(101, 1)], [], seconds=2),
        book("update", [(100, 0), (91, 1)], [], seconds=3),
    )
    with Sandbox(replay=file, speed=0, clock=still) as box:
        box.advance(1)
        assert levels(box, "BTC/USD")[0] == [(101, 1), *bids[:9]]
        box.advance(1)
        assert levels(box, "BTC/USD")[0] == [(101, 1), *bids[1:]]
