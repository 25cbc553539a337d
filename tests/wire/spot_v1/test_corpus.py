"""Every recorded frame of Spot v1 is read by the classes that the clients use, to the last member."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from books.book_data import captures, shared
from krakenkit.books.guard import BookGuard, Verdict
from krakenkit.protocol.dialect import Ack, Data, Pong, Reply, Trouble
from krakenkit.protocol.family import RouteKey
from krakenkit.protocol.spot_v1 import SpotV1
from krakenkit.protocol.spot_v1_data import SPOT_V1, read_data
from krakenkit.wire.channel import Topic
from krakenkit.wire.codec import reader_for
from krakenkit.wire.rewrite import altered, exact_json, on_the_wire, unread
from krakenkit.wire.spot_v1.channels import CHANNELS
from krakenkit.wire.spot_v1.frames import SubscriptionStatus, frame_of, read_frame
from krakenkit.wire.spot_v1.trading import COMMANDS

_SENT = {command.method: command for command in COMMANDS}


def frames() -> Iterator[tuple[Path, bytes]]:
    for path in sorted(shared("payloads/spot-ws-v1").glob("*/*.json*")):
        raw = path.read_bytes()
        for frame in [raw] if path.suffix == ".json" else raw.splitlines():
            if frame.strip():
                yield path, frame


def received() -> Iterator[tuple[Path, bytes, Any]]:
    for path, frame in frames():
        members = exact_json(frame)
        if not isinstance(members, dict) or members.get("event") not in (*_SENT, "subscribe", "unsubscribe", "ping"):
            yield path, frame, members


def test_every_received_frame_is_told_for_what_it_is() -> None:
    kinds: Counter[type] = Counter()
    for path, frame, _ in received():
        incoming = SpotV1(private=False).read(frame)
        kinds[type(incoming)] += 1
        if isinstance(incoming, Trouble):
            assert incoming.rate, path

    assert {Data, Ack, Pong, Reply, Trouble} == set(kinds)
    assert kinds[Trouble] == 1


def test_no_member_of_a_data_frame_is_left_unread_or_changed() -> None:
    for path, frame, members in received():
        if not isinstance(members, list):
            continue
        taken = read_frame(frame)
        batch = read_data(frame)
        assert batch is not None
        if batch.rows:
            again = frame_of(batch.rows, channel_id=taken.channel_id, sequence=taken.sequence)
            assert (unread(members, again), altered(members, again)) == ([], []), path


def test_no_member_of_an_acknowledgement_is_left_unread() -> None:
    for path, frame, members in received():
        if isinstance(members, dict) and members.get("event") == "subscriptionStatus":
            assert unread(members, on_the_wire(reader_for(SubscriptionStatus)(frame))) == [], path


def test_every_sent_request_can_be_said_with_our_classes() -> None:
    seen = 0
    for path, frame in frames():
        members = exact_json(frame)
        if not isinstance(members, dict):
            continue
        if (command := _SENT.get(members["event"])) is not None:
            known = {*command.__struct_encode_fields__, "event", "reqid", "token"}
        elif members["event"] in ("subscribe", "unsubscribe"):
            channel = CHANNELS[members["subscription"]["name"]]
            members = members["subscription"] | ({"pair": members["pair"]} if "pair" in members else {})
            known = {*channel.__struct_encode_fields__, "name", "token"}
        else:
            continue
        seen += 1
        assert set(members) <= known, path
    assert seen > 10


def test_every_book_sequence_is_proven_by_the_guard_of_the_streams() -> None:
    for path in captures("spot-ws-v1/book-sequence"):
        guards: dict[RouteKey, BookGuard] = {}
        verdicts: Counter[Verdict] = Counter()
        for frame in path.read_bytes().splitlines():
            batch = read_data(frame) if frame.startswith(b"[") else None
            for row in batch.rows if batch else ():
                key = SPOT_V1.row_key("book", row)
                if key not in guards:
                    guard = SPOT_V1.guard(Topic("book", row.pair, (("depth", row.depth),)), None)
                    assert guard is not None
                    guards[key] = guard
                verdicts[guards[key].apply(row)] += 1

        assert set(verdicts) == {Verdict.PROVEN}, path
        assert sum(guard.verified for guard in guards.values()) == verdicts[Verdict.PROVEN] - len(guards), path


def test_sequences_of_private_feeds_run_on() -> None:
    for path in captures("spot-ws-v1/ownTrades-sequence"):
        numbers = [read_frame(frame).sequence for frame in path.read_bytes().splitlines() if frame.startswith(b"[")]
        assert numbers == list(range(numbers[0] or 0, (numbers[0] or 0) + len(numbers))), path
