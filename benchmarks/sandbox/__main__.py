"""How fast the sandbox is: ``python -m benchmarks.sandbox``. Each figure is the best of three, since machines are noisy."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.sandbox import engine, rest

ROUNDS = 3
WORKS: tuple[tuple[str, Callable[[], float]], ...] = (
    ("orders a second through the engine", engine.measure),
    ("orders a second by REST, one core", lambda: rest.measure().per_second),
)

if __name__ == "__main__":
    for name, measure in WORKS:
        print(f"{name:<38} {max(measure() for _ in range(ROUNDS)):>10,.0f}")
