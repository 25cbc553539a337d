"""Ten thousand random schedules of trouble against the connection machine; what must hold is in ``schedules.py``.

``scripts/fuzz_connection`` runs as many more as wanted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from krakenkit._core.limits import AttemptBudget
from krakenkit.protocol.commands import Commands
from krakenkit.protocol.connection import Connection
from krakenkit.protocol.subscriptions import Phase, Subscriptions
from protocol.schedules import first_failure, shortest_failure

CHUNK = 500


@pytest.mark.parametrize("chunk", range(10))
@pytest.mark.parametrize("private", [False, True], ids=["public", "private"])
def test_after_any_trouble_everything_wanted_is_confirmed_or_was_reported(private: bool, chunk: int) -> None:
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        if first_failure(seed, private=private) is not None:
            pytest.fail(str(shortest_failure(seed, private=private)), pytrace=False)


@pytest.mark.parametrize("chunk", range(2))
@pytest.mark.parametrize("private", [False, True], ids=["public", "private"])
@pytest.mark.parametrize("family", ["unified", "spot_v1"])
def test_the_same_holds_in_the_words_of_the_other_families(family: str, private: bool, chunk: int) -> None:
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        if first_failure(seed, private=private, family=family) is not None:
            pytest.fail(str(shortest_failure(seed, private=private, family=family)), pytrace=False)


def test_the_same_seed_gives_the_same_schedule() -> None:
    first, second = (first_failure(7, private=True, troubles=troubles) for troubles in (10**9, 10**9))

    assert first == second


# Each of these breaks the machine in one place; schedules that did not notice would prove nothing.


def never_asks_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Subscriptions, "overdue", lambda self, now: iter(()))


def forgets_the_topics_of_a_lost_line(patch: pytest.MonkeyPatch) -> None:
    real: Callable[..., Any] = Subscriptions.line_lost

    def forget(self: Subscriptions, heard_at: float) -> Any:
        lost = real(self, heard_at)
        self.standings.clear()
        return lost

    patch.setattr(Subscriptions, "line_lost", forget)


def believes_old_answers(patch: pytest.MonkeyPatch) -> None:
    real: Callable[..., Any] = Subscriptions.asked

    def asked(self: Subscriptions, *args: Any, **kwargs: Any) -> None:
        real(self, *args, **kwargs)
        for standing in self.standings.values():
            standing.since = min(standing.since, 1)

    patch.setattr(Subscriptions, "asked", asked)


def never_unsubscribes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Subscriptions, "parting", lambda self, now: [])


def claims_to_be_settled(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Subscriptions, "all_settled", property(lambda self: True))


def forgets_commands(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Commands, "line_lost", lambda self, reason: iter(()))


def dials_as_often_as_it_likes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(AttemptBudget, "claim", lambda self, now: 0.0)


def pings_nobody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Connection, "_alive_deadline", lambda self: float("inf"))


def confirms_unasked(patch: pytest.MonkeyPatch) -> None:
    real: Callable[..., Any] = Subscriptions.asked

    def asked(self: Subscriptions, req_id: int, topics: Any, now: float, *, leaving: bool = False) -> None:
        real(self, req_id, topics, now, leaving=leaving)
        for standing in self.standings.values():
            if standing.phase is Phase.ASKED:
                standing.phase = Phase.CONFIRMED

    patch.setattr(Subscriptions, "asked", asked)


@pytest.mark.parametrize(
    "sabotage",
    [
        never_asks_again,
        forgets_the_topics_of_a_lost_line,
        believes_old_answers,
        never_unsubscribes,
        claims_to_be_settled,
        forgets_commands,
        dials_as_often_as_it_likes,
        pings_nobody,
        confirms_unasked,
    ],
)
def test_the_schedules_notice_a_machine_that(
    sabotage: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    sabotage(monkeypatch)

    seeds = ((seed, private) for seed in range(1500) for private in (False, True))

    assert any(first_failure(seed, private=private) for seed, private in seeds)
