"""``replay FILE…``: captures whose books agree, and captures whose books do not."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from cli.cli_helpers import payloads, run
from krakenkit.books.level2 import Level2Book
from krakenkit.wire.spot_v2.market import BookLevel

INSTRUMENT = (
    '{"channel":"instrument","type":"snapshot","data":{"assets":[],"pairs":[{"symbol":"LTC/USD","price_precision":2,'
    '"qty_precision":8}]}}'
)
ASKS = [(f"71.{10 + step}", "1.00000000") for step in range(10)]
BIDS = [(f"70.{90 - step}", "2.50000000") for step in range(10)]


def levels(side: list[tuple[str, str]]) -> str:
    return ",".join(f'{{"price":{price},"qty":{qty}}}' for price, qty in side)


def frame(kind: str, asks: list[tuple[str, str]], bids: list[tuple[str, str]], checksum: int) -> str:
    return (
        f'{{"channel":"book","type":"{kind}","data":[{{"symbol":"LTC/USD","bids":[{levels(bids)}],'
        f'"asks":[{levels(asks)}],"checksum":{checksum},"timestamp":"2026-01-05T10:00:00.000000Z"}}]}}'
    )


def wire(side: list[tuple[str, str]]) -> list[BookLevel]:
    return [BookLevel.of(Decimal(price), Decimal(qty)) for price, qty in side]


def capture(folder: Path, *, name: str = "capture.jsonl", wrong: bool = False, instruments: bool = True) -> Path:
    """A snapshot and two updates, with checksums from a book of our own."""
    book = Level2Book(10, 2, 8)
    book.snapshot(wire(ASKS), wire(BIDS))
    lines = [INSTRUMENT] * instruments + [frame("snapshot", ASKS, BIDS, book.checksum())]
    for asks in ([("71.10", "0.25000000")], [("71.11", "0.50000000")]):
        book.update(wire(asks), [])
        lines.append(frame("update", asks, [], book.checksum() ^ wrong))
    file = folder / name
    file.write_text("\n".join(lines) + "\n")
    return file


def test_a_sound_capture_is_counted_and_exits_with_0(tmp_path: Path) -> None:
    file = capture(tmp_path)

    ran = run("replay", file, "--json")

    assert (ran.code, ran.err) == (0, "")
    assert ran.data == [
        {
            "file": str(file),
            "frames": 4,
            "symbols": ["LTC/USD"],
            "updates": 2,
            "verified": 2,
            "failed": 0,
            "undecodable": 0,
        }
    ]


def test_a_book_that_disagrees_exits_with_1_and_says_where(tmp_path: Path) -> None:
    good, bad = capture(tmp_path), capture(tmp_path, name="bad.jsonl", wrong=True)

    ran = run("replay", good, bad, "--json")

    assert ran.code == 1
    assert [(one["verified"], one["failed"]) for one in ran.data] == [(2, 0), (0, 1)]
    assert f"{bad}: frame 3, LTC/USD: its checksum is" in ran.err


def test_a_line_that_is_no_frame_is_counted_and_exits_with_1(tmp_path: Path) -> None:
    file = capture(tmp_path)
    file.write_text(file.read_text() + '{"channel":"book"')

    ran = run("replay", file, "--json")

    assert ran.code == 1
    assert (ran.data[0]["verified"], ran.data[0]["undecodable"]) == (2, 1)


def test_for_people_it_is_a_table(tmp_path: Path) -> None:
    header, row = run("replay", capture(tmp_path)).out.splitlines()

    assert header.split() == ["file", "frames", "symbols", "updates", "verified", "failed", "undecodable"]
    assert row.split()[1:] == ["4", "LTC/USD", "2", "2", "0", "0"]


def test_the_decimals_of_a_capture_may_come_from_another_file(tmp_path: Path) -> None:
    instruments = tmp_path / "instruments.json"
    instruments.write_text(INSTRUMENT.replace(",", ",\n"))
    wrong = tmp_path / "wrong.json"
    wrong.write_text(INSTRUMENT.replace('"price_precision":2', '"price_precision":1'))
    file = capture(tmp_path, instruments=False)

    assert run("replay", file, "--instruments", instruments, "--json").data[0]["verified"] == 2
    assert run("replay", file, "--instruments", wrong, "--json").data[0]["failed"] == 1


def test_a_file_of_instruments_without_instruments_is_misuse(tmp_path: Path) -> None:
    file = capture(tmp_path, instruments=False)

    ran = run("replay", file, "--instruments", file)

    assert ran.code == 2
    assert "has no instrument message" in ran.err


@pytest.mark.parametrize("arguments", [(), ("none.jsonl",), (".",)])
def test_missing_files_are_misuse_with_a_sentence(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ran = run("replay", *(tmp_path / name for name in arguments))

    assert (ran.code, ran.out) == (2, "")
    assert "Error:" in ran.err


MADE_UP = "spot-ws-v2/level3-sequence/1.jsonl"
"""Samples of a test suite, put in order by hand: their checksums are all zero, so that nothing can agree."""


def test_every_book_capture_of_the_corpus_is_sound() -> None:
    sockets = ("spot-ws-v2", "spot-ws-v1", "futures-ws")
    files = [one for one in payloads(*sockets) if "/book-sequence/" in one.name or "/level3-sequence/" in one.name]
    assert len({one.name.partition("/")[0] for one in files}) == 3

    ran = run("replay", *(one.path for one in files), "--json")

    counts = {one.name: row for one, row in zip(files, ran.data, strict=True)}
    made_up = counts.pop(MADE_UP)
    assert (made_up["updates"], made_up["verified"], made_up["failed"], made_up["undecodable"]) == (4, 0, 1, 0)
    assert ran.code == 1
    assert len(ran.err.splitlines()) == 1
    assert len(counts) > 20
    assert {name for name, one in counts.items() if not one["verified"] == one["updates"] > 0 or one["failed"]} == set()
    assert sum(one["undecodable"] for one in counts.values()) == 0
