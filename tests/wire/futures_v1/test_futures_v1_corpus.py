"""Every payload of the corpus that came over a Futures socket is read, to the last member."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from krakenkit.books.guard import BookGuard, Verdict
from krakenkit.protocol.dialect import Ack, Challenge, Data, Greeting
from krakenkit.protocol.family import RouteKey
from krakenkit.protocol.futures_v1 import FuturesV1
from krakenkit.protocol.futures_v1_data import FUTURES_V1, key_of_row, read_data
from krakenkit.signing import challenge, spot
from krakenkit.wire.channel import Topic
from krakenkit.wire.rewrite import altered, exact_json, on_the_wire, unread
from krakenkit.wire.spot_v2.market import BookLevel
from wire.corpus import corpus

FOLDER = corpus()
pytestmark = pytest.mark.skipif(FOLDER is None, reason="the payload corpus is not here")
DIALECT = FuturesV1()
LISTS = ("trades", "fills", "logs", "notifications", "orders")
ON_PURPOSE = ("$.feed", "$.tickSize")
"""The frame's name says which row it is; the tick size was only ever null."""


def payloads(direction: str = "received") -> list[Path]:
    if FOLDER is None:
        return []
    index = yaml.load((FOLDER / "INDEX.yaml").read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return [
        FOLDER / one["file"]
        for one in index["files"]
        if one["api"] == "futures-ws" and one["direction"] == direction and "/_" not in one["file"]
    ]


def frames(path: Path) -> Iterator[bytes]:
    yield from path.read_bytes().splitlines() if path.suffix == ".jsonl" else [path.read_bytes()]


def as_sent(channel: str, rows: list[Any], members: dict[str, Any]) -> Any:
    """Rows in the shape of their frame, as far as the frame is not one row."""
    name = next((name for name in LISTS if name in members), None)
    written = [on_the_wire(row) for row in rows]
    if channel == "book":
        return {side: [level for row in written for level in row[side]] for side in ("bids", "asks")}
    if name is None:
        return {"new_entry": written[0]} if "new_entry" in members else written[0]
    told = [row["order"] for row in written] if name == "orders" else written
    return {name: told[::-1] if name in ("trades", "logs") else told}


@pytest.mark.parametrize("path", payloads(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_frame_is_read_to_the_last_member(path: Path) -> None:
    for frame in frames(path):
        if isinstance(DIALECT.read(frame), Data):
            assert unread_members(frame) == []
        else:
            assert isinstance(DIALECT.read(frame), Ack | Challenge | Greeting)


def unread_members(frame: bytes) -> list[str]:
    """Members of a data frame that no row tells, or tells differently."""
    batch = read_data(frame)
    assert batch is not None
    members = exact_json(frame)
    rewritten = as_sent(batch.channel, list(batch.rows), members)
    beside = (
        batch.channel == "book" or batch.snapshot or "fills" in members
    )  # what stands beside rows is on each of them
    shared = {name: value for name, value in members.items() if name in rewritten or not beside}
    left = [at for at in unread(shared, rewritten) if at not in ON_PURPOSE and not at.endswith("].feed")]
    return left + altered(shared, rewritten)


@pytest.mark.parametrize(
    "path", [p for p in payloads() if p.parent.name.startswith("book")], ids=lambda path: path.name
)
def test_every_book_counts_on_and_never_crosses(path: Path) -> None:
    guards: dict[RouteKey, BookGuard] = {}
    for frame in frames(path):
        batch = read_data(frame)
        assert batch is not None
        (row,) = batch.rows
        assert [levels_of(row.bids), levels_of(row.asks)] == levels_in(exact_json(frame))
        key = key_of_row("book", row)
        guard = guards.get(key) or guards.setdefault(key, fresh_guard(row.product_id))
        expected = Verdict.PROVEN if batch.snapshot or guard.synced else Verdict.WITHHELD
        assert guard.apply(row) is expected


def levels_of(levels: list[BookLevel]) -> list[tuple[Decimal, Decimal]]:
    return [(level.price, level.qty) for level in levels]


def levels_in(members: dict[str, Any]) -> list[list[tuple[Any, Any]]]:
    """Bids and asks as the frame has them."""
    if "bids" in members:
        return [[(one["price"], one["qty"]) for one in members[side]] for side in ("bids", "asks")]
    level = [(members["price"], members["qty"])]
    return [level, []] if members["side"] == "buy" else [[], level]


def fresh_guard(product: str) -> BookGuard:
    guard = FUTURES_V1.guard(Topic("book", product), None)
    assert guard is not None
    return guard


@pytest.mark.parametrize("path", payloads("sent"), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_requests_of_others_are_ours(path: Path) -> None:
    sent = json.loads(path.read_bytes())
    topics = [Topic(sent["feed"], product) for product in sent.get("product_ids") or [None]]
    proof = {name: sent[name] for name in ("api_key", "original_challenge", "signed_challenge") if name in sent}

    written = DIALECT.subscribe(topics, 1, json.dumps(proof) if proof else None)

    assert json.loads(written) == sent


def test_the_worked_example_of_the_guide_is_signed_alike() -> None:
    assert FOLDER is not None
    for path in (FOLDER / "futures-ws" / "_signed-challenges").glob("*.json"):
        example = json.loads(path.read_bytes())
        secret = spot.decode_secret(example["secret"])
        assert challenge.sign(secret, example["challenge"]) == example["signed_challenge"]
