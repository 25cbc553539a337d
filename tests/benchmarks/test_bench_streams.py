"""The generated streams are what the exchange could have sent, and a replay that shares nothing with the generator says so."""

from __future__ import annotations

import pytest

from benchmarks.streams import Stream, depth_of, framed, generate, load, save
from benchmarks.verify import WrongStream, verify


@pytest.mark.parametrize("name", ["book10", "book100", "book1000", "v1book10", "v1book1000"])
def test_every_book_message_of_a_stream_is_right(name: str) -> None:
    stream = generate(name, 400)
    assert verify(stream, depth_of(name)) == 400


@pytest.mark.parametrize("name", ["mixed", "v1mixed"])
def test_a_mixed_stream_holds_four_books_that_stay_right(name: str) -> None:
    stream = generate(name, 600)
    assert len(stream.snapshots) == 12
    assert 400 < verify(stream, depth_of(name)) < 560


def test_the_same_seed_gives_the_same_bytes_and_another_one_others() -> None:
    assert generate("mixed", 50, seed=3) == generate("mixed", 50, seed=3)
    assert generate("mixed", 50, seed=3) != generate("mixed", 50, seed=4)


def test_a_lost_message_is_found_by_the_replay() -> None:
    stream = generate("book10", 200)
    holed = Stream(stream.snapshots, [*stream.messages[:50], *stream.messages[51:]])
    with pytest.raises(WrongStream):
        verify(holed, 10)


def test_a_stream_is_read_back_as_it_was_written(tmp_path) -> None:  # type: ignore[no-untyped-def]
    stream = generate("mixed", 30)
    save(stream, tmp_path / "mixed.stream")
    assert load(tmp_path / "mixed.stream") == stream
    assert load(tmp_path / "mixed.stream", limit=10).messages == stream.messages[:10]


@pytest.mark.parametrize(("size", "head"), [(5, b"\x81\x05"), (300, b"\x81\x7e\x01\x2c"), (70_000, b"\x81\x7f")])
def test_frames_carry_their_size_as_the_protocol_wants_it(size: int, head: bytes) -> None:
    frame = framed(b"x" * size)
    assert frame.startswith(head)
    assert frame.endswith(b"x" * size)
