"""krakenkit runs through the harness without any peer: server, client and meter in processes of their own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks import rounds, streams, venvs
from benchmarks.plan import KRAKENKIT, Run
from benchmarks.rounds import measure


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    home = venvs.Home(Path(sys.executable), "0.1.0")
    monkeypatch.setattr(venvs, "prepare", lambda names, seconds: dict.fromkeys(names, home))
    monkeypatch.setattr(rounds, "_RUN_SECONDS", 30.0)


@pytest.mark.parametrize(("stream", "manner"), [("mixed", "rows"), ("book10", "events"), ("book100", "rows")])
def test_every_update_of_a_blast_reaches_the_program(stream: str, manner: str) -> None:
    run = Run(stream, "stream", KRAKENKIT, manner, stream, 500)
    (outcome,) = measure([run], rounds=1, quick=True, deadline=None).outcomes
    assert outcome.trouble == ""
    assert outcome.numbers["delivered"] == 1.0
    assert outcome.numbers["bad"] == 0
    assert 0 < outcome.numbers["cpu_us"] < 1000


def test_latency_is_taken_at_a_steady_pace() -> None:
    run = Run("steady", "stream", KRAKENKIT, "rows", "book10", 500, rate=1000.0)
    (outcome,) = measure([run], rounds=1, quick=True, deadline=None).outcomes
    assert outcome.numbers["delivered"] == 1.0
    assert 0 < outcome.numbers["p50_us"] <= outcome.numbers["p99_us"] <= outcome.numbers["worst_us"]


def test_calls_are_timed_on_both_faces_and_fifty_at_once() -> None:
    outcomes = measure([Run("rest", "rest", KRAKENKIT, count=50)], rounds=1, quick=True, deadline=None).outcomes
    assert {one.work for one in outcomes} == {
        f"{call} {face}" for call in ("ticker", "add_order") for face in ("blocking", "async", "50 at once")
    }
    assert all(one.numbers["cpu_us"] > 0 for one in outcomes)


def test_what_there_is_no_time_for_is_named() -> None:
    run = Run("rest", "rest", KRAKENKIT, count=50)
    session = measure([run], rounds=1, quick=True, deadline=-1.0)
    assert session.outcomes == []
    assert session.left_out == ["round 1: rest, krakenkit"]


def test_streams_are_kept_for_the_next_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "CACHE", tmp_path)
    streams.keep("book10", 20)
    first = streams.path_of("book10").stat().st_mtime_ns
    streams.keep("book10", 10)
    assert streams.path_of("book10").stat().st_mtime_ns == first
    streams.keep("book10", 30)
    assert len(streams.load(streams.path_of("book10")).messages) == 30
