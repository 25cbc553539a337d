"""As many random schedules as wanted, on all cores; ``scripts/fuzz_connection`` runs it."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeAlias

from protocol import simulated_futures
from protocol.schedules import first_failure, shortest_failure

_CHUNK = 500
_SHOWN = 5
_FUTURES = "futures_v1"
_KINDS = [(family, private) for family in ("spot_v2", "spot_v1", "unified", _FUTURES) for private in (False, True)]
Life: TypeAlias = tuple[int, str, bool]
"""Seed, family, and whether the connection is private."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the campaign; 0 when every schedule ended well, 1 when one did not, 2 for misuse."""
    wanted = _parser().parse_args(arguments)
    started = time.monotonic()
    failed: list[Life] = []
    done = 0
    with ProcessPoolExecutor(wanted.jobs) as pool:
        for found, count in pool.map(_run, _chunks(wanted.seed, wanted.schedules)):
            failed += found
            done += count
            print(f"\r{done} of {wanted.schedules} schedules, {len(failed)} failed", end="", file=sys.stderr)
    print(file=sys.stderr)
    for life in failed[:_SHOWN]:
        print(_failure(life, shortest=True), end="\n\n")
    print(f"{done} schedules in {time.monotonic() - started:.0f} s, {len(failed)} failed")
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/fuzz_connection",
        description="Random schedules of trouble against the connection machine: all families in turn, public and private.",
    )
    parser.add_argument("--schedules", type=_positive, default=100_000, help="how many (100000)")
    parser.add_argument("--seed", type=int, default=0, help="where to begin; a failure names its own seed (0)")
    parser.add_argument("--jobs", type=_positive, default=os.cpu_count() or 1, help="processes (one for each core)")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("give a number above zero")
    return number


def _chunks(seed: int, schedules: int) -> Iterator[range]:
    """The numbers of all schedules; every family has a public and a private one of each seed."""
    first, end = len(_KINDS) * seed, len(_KINDS) * seed + schedules
    return (range(start, min(start + _CHUNK, end)) for start in range(first, end, _CHUNK))


def _run(numbers: range) -> tuple[list[Life], int]:
    lives = [(number // len(_KINDS), *_KINDS[number % len(_KINDS)]) for number in numbers]
    return [life for life in lives if _failure(life) is not None], len(lives)


def _failure(life: Life, *, shortest: bool = False) -> str | None:
    seed, family, private = life
    if family == _FUTURES:
        return simulated_futures.first_failure(seed, private=private)
    return (shortest_failure if shortest else first_failure)(seed, private=private, family=family)


if __name__ == "__main__":
    sys.exit(main())
