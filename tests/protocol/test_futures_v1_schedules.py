"""Random lives of Futures connections: what must hold after any trouble is in ``simulated_futures.py``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from krakenkit.protocol.connection import Connection
from krakenkit.protocol.futures_v1 import FuturesV1
from krakenkit.protocol.subscriptions import Subscriptions
from krakenkit.protocol.turns import Turns
from protocol.simulated_futures import first_failure

CHUNK = 200


@pytest.mark.parametrize("chunk", range(5))
@pytest.mark.parametrize("private", [False, True], ids=["public", "private"])
def test_after_any_trouble_only_the_guilty_are_reported_and_the_rest_is_live(private: bool, chunk: int) -> None:
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        failure = first_failure(seed, private=private)
        if failure is not None:
            pytest.fail(failure, pytrace=False)


# Each of these breaks the machine in one place; lives that did not notice would prove nothing.


def lets_requests_overtake_each_other(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Subscriptions, "waiting", lambda self, now: False)


def blames_the_whole_group(patch: pytest.MonkeyPatch) -> None:
    real: Callable[..., Any] = Turns._unnamed

    def unnamed(self: Turns, ack: Any, request: Any, now: float) -> Any:
        for topic in list(request.open.values()):
            yield from real(self, ack, type(request)(request.leaving, {topic.identity: topic}), now)

    patch.setattr(Turns, "_unnamed", unnamed)


def signs_an_old_challenge(patch: pytest.MonkeyPatch) -> None:
    real: Callable[..., str] = FuturesV1.answer

    def answer(self: FuturesV1, message: str) -> str:
        return real(self, "challenge-of-line-1")

    patch.setattr(FuturesV1, "answer", answer)


def never_looks_into_a_refusal(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Turns, "suspects", lambda self, now: None)


def takes_every_refusal_for_a_complaint(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Turns, "meant", lambda self, ack, now: iter(self._named(ack) if ack.channel else ()))


def forgets_to_ask_for_a_challenge(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Connection, "_challenged", lambda self, message, now: None)


@pytest.mark.parametrize(
    "sabotage",
    [
        lets_requests_overtake_each_other,
        blames_the_whole_group,
        signs_an_old_challenge,
        never_looks_into_a_refusal,
        takes_every_refusal_for_a_complaint,
        forgets_to_ask_for_a_challenge,
    ],
)
def test_the_lives_notice_a_machine_that(
    sabotage: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    sabotage(monkeypatch)

    lives = ((seed, private) for seed in range(200) for private in (False, True))

    assert any(first_failure(seed, private=private) for seed, private in lives)
