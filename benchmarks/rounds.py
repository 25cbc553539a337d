"""Runs everything, round after round, every run in a fresh process, and keeps what each of them told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks import machine, streams, venvs
from benchmarks.meter import MARK
from benchmarks.plan import CLIENTS, Run, longest
from benchmarks.servers import ROOT, http_server

_RUN_SECONDS = 60.0


@dataclass(frozen=True)
class Outcome:
    """What one run told: numbers by name, or why there are none."""

    round: int
    work: str
    who: str
    numbers: dict[str, float] = field(default_factory=dict)
    trouble: str = ""


@dataclass
class Session:
    """All rounds of one benchmark."""

    quick: bool
    machine: str
    versions: dict[str, str]
    outcomes: list[Outcome] = field(default_factory=list)
    spins: list[float] = field(default_factory=list)
    """CPU milliseconds of a fixed piece of work before each run: how much they differ is how noisy the machine was."""
    loads: list[float] = field(default_factory=list)
    seconds: float = 0.0
    left_out: list[str] = field(default_factory=list)
    """Runs for which there was no time."""

    def as_json(self) -> dict[str, Any]:
        """Everything, as plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Session:
        """What :meth:`as_json` gave."""
        outcomes = [Outcome(**one) for one in data.pop("outcomes")]
        return cls(**data, outcomes=outcomes)


def measure(runs: Sequence[Run], *, rounds: int, quick: bool, deadline: float | None) -> Session:
    """Do all runs of every round in turn, so that a slow minute of the machine hits all clients alike."""
    began = time.monotonic()
    used = [client.distribution for client in CLIENTS if any(run.client is client for run in runs)]
    homes = venvs.prepare(used, seconds=(deadline or 900.0) * 0.5)
    session = Session(quick, machine.description(), {name: home.version for name, home in homes.items()})
    for stream, count in longest(list(runs)).items():
        streams.keep(stream, count)
    for run in runs:
        if run.kind == "start" and homes[run.client.distribution].version:
            _told(run, homes[run.client.distribution])  # unmeasured: it compiles the modules
    for number in range(1, rounds + 1):
        for run in runs:
            spent = time.monotonic() - began
            if deadline is not None and spent > deadline:
                session.left_out.append(f"round {number}: {run.work}, {run.who}")
                continue
            session.spins.append(spin())
            session.loads.append(machine.load())
            found = list(_outcomes(number, run, homes[run.client.distribution]))
            session.outcomes += found
            _tell(number, rounds, found)
    session.seconds = time.monotonic() - began
    return session


def spin() -> float:
    """CPU milliseconds of a fixed piece of work."""
    began = time.process_time()
    total = 0
    for number in range(200_000):
        total += number * number % 7
    return (time.process_time() - began) * 1e3


def _outcomes(number: int, run: Run, home: venvs.Home) -> Iterable[Outcome]:
    """What one run told, split by call where it made several kinds of them."""
    if not home.version:
        yield Outcome(number, run.work, run.who, trouble=home.trouble or "not installed")
        return
    told, trouble = _told(run, home)
    for numbers in told:
        work = f"{numbers.pop('call')} {numbers.pop('face')}" if "call" in numbers else run.work
        yield Outcome(number, work, run.who, numbers, str(numbers.pop("error", "")))
    if not told:
        yield Outcome(number, run.work, run.who, trouble=trouble)


def _told(run: Run, home: venvs.Home) -> tuple[list[dict[str, Any]], str]:
    try:
        if run.kind == "start":
            with http_server(_RUN_SECONDS) as server:
                url = f"http://127.0.0.1:{server.told['port']}"
                made = run.client.module + ("_stream" if run.work.endswith("stream") else "")
                done = _run([str(home.python), "benchmarks/start.py", made, url])
        else:
            done = _run([str(home.python), "-m", f"benchmarks.peers.{run.client.module}", *_arguments(run)])
    except subprocess.TimeoutExpired:
        return [], f"not done after {_RUN_SECONDS + 10:g} s"
    told = [json.loads(line.removeprefix(MARK)) for line in done.stdout.splitlines() if line.startswith(MARK)]
    return told, (done.stderr.strip().splitlines() or ["it said nothing"])[-1][:200]


def _arguments(run: Run) -> list[str]:
    if run.kind == "rest":
        return ["rest", "--count", str(run.count), "--seconds", str(_RUN_SECONDS)]
    given = ["stream", run.stream, "--count", str(run.count), "--rate", str(run.rate), "--manner", run.manner]
    return [*given, "--seconds", str(_RUN_SECONDS)]


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, timeout=_RUN_SECONDS + 10, check=False, env=_surroundings()
    )


def _surroundings() -> dict[str, str]:
    """The environment of a run: modules are compiled once, into a folder of ours, whatever this shell prefers."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": str(streams.CACHE / "compiled")}


def _tell(number: int, rounds: int, outcomes: Iterable[Outcome]) -> None:
    for one in outcomes:
        shown = one.trouble or ", ".join(f"{name} {value:,.2f}" for name, value in one.numbers.items())
        sys.stderr.write(f"{number}/{rounds} {one.work:22} {one.who:22} {shown}\n")
