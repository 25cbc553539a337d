"""As many random schedules as wanted, on all cores; ``scripts/fuzz_connection`` runs it."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

from protocol.schedules import first_failure, shortest_failure

_CHUNK = 500
_SHOWN = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the campaign; 0 when every schedule ended well, 1 when one did not, 2 for misuse."""
    wanted = _parser().parse_args(arguments)
    started = time.monotonic()
    failed: list[tuple[int, bool]] = []
    done = 0
    with ProcessPoolExecutor(wanted.jobs) as pool:
        for found, count in pool.map(_run, _chunks(wanted.seed, wanted.schedules)):
            failed += found
            done += count
            print(f"\r{done} of {wanted.schedules} schedules, {len(failed)} failed", end="", file=sys.stderr)
    print(file=sys.stderr)
    for seed, private in failed[:_SHOWN]:
        print(shortest_failure(seed, private=private), end="\n\n")
    print(f"{done} schedules in {time.monotonic() - started:.0f} s, {len(failed)} failed")
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/fuzz_connection",
        description="Random schedules of trouble against the connection machine, half public, half private.",
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
    """The numbers of all schedules; number 2n is the public one of seed n, 2n+1 the private one."""
    first, end = 2 * seed, 2 * seed + schedules
    return (range(start, min(start + _CHUNK, end)) for start in range(first, end, _CHUNK))


def _run(numbers: range) -> tuple[list[tuple[int, bool]], int]:
    pairs = [(number // 2, bool(number % 2)) for number in numbers]
    return [pair for pair in pairs if first_failure(pair[0], private=pair[1]) is not None], len(pairs)


if __name__ == "__main__":
    sys.exit(main())
