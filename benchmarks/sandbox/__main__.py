"""Measure the sandbox and print a small table; the exit code is 1 where it is slower than it should be."""

from __future__ import annotations

import sys

from benchmarks.sandbox import day, derivatives, engine, rest
from benchmarks.sandbox.rows import table

MEASUREMENTS = (engine.measure, derivatives.measure, rest.measure, day.measure)


def main() -> int:
    """Every measurement, one after the other."""
    rows = [row for measure in MEASUREMENTS for row in measure()]
    print(table(rows))
    return 0 if all(row.good for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
