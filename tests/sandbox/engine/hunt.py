"""Long campaigns of the state machines; each is named by its seed, with which it can be run again."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from sandbox.engine.derivatives_machine import DerivativesMachine
from sandbox.engine.spot_machine import SpotMachine

MACHINES: dict[str, type[SpotMachine | DerivativesMachine]] = {"spot": SpotMachine, "derivatives": DerivativesMachine}


def campaign(name: str, number: int, *, stories: int, steps: int, shrinks: bool = False) -> Counter[str]:
    """So many stories of at most so many steps each; counts what happened in them.

    Raises:
        AssertionError: or whatever else went wrong; the story is printed before, made short first if it ``shrinks``.
    """
    happened: Counter[str] = Counter()
    machine = MACHINES[name]

    class Counting(machine):  # type: ignore[misc, valid-type]  # chosen at run time
        def teardown(self) -> None:
            happened.update(self.world.outcomes + self.world.listener.seen)

    quiet = settings(
        max_examples=stories,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink] if shrinks else [Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
    seeded: type[RuleBasedStateMachine] = seed(number)(Counting)
    run_state_machine_as_test(seeded, settings=quiet)
    return happened


def main(arguments: Sequence[str] | None = None) -> int:
    """Run campaigns until enough or until time is up; 0 when everything held."""
    parser = argparse.ArgumentParser(prog="scripts/hunt", description="Random campaigns against the sandbox's engines.")
    parser.add_argument("machines", nargs="*", choices=[[], *MACHINES], help="spot, derivatives; both when left out")
    parser.add_argument("--campaigns", type=int, default=10, help="how many of each machine (10)")
    parser.add_argument("--seconds", type=float, default=300, help="begin no new one after this long (300)")
    parser.add_argument("--seed", type=int, default=1, help="of the first campaign (1)")
    parser.add_argument("--stories", type=int, default=100, help="in one campaign (100)")
    parser.add_argument("--steps", type=int, default=100, help="in one story, at most (100)")
    parser.add_argument("--shrink", action="store_true", help="look for the shortest story that fails (takes minutes)")
    wanted = parser.parse_args(arguments)
    until = time.monotonic() + wanted.seconds
    for number in range(wanted.seed, wanted.seed + wanted.campaigns):
        for name in wanted.machines or MACHINES:
            if time.monotonic() > until:
                return 0
            print(f"{name}, seed {number}: ", end="", flush=True)
            try:
                happened = campaign(name, number, stories=wanted.stories, steps=wanted.steps, shrinks=wanted.shrink)
            except Exception:
                print("something is wrong", flush=True)
                raise
            print(", ".join(f"{what} {count}" for what, count in happened.most_common(8)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
