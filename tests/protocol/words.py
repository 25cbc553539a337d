"""A family of plain words, so that stories about the connection machine can be read, and short hands for telling them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from krakenkit._core.backoff import ReconnectPolicy
from krakenkit._core.limits import AttemptBudget, Pace
from krakenkit.protocol.connection import Connection
from krakenkit.protocol.dialect import Ack, Incoming, Pong, Timing
from krakenkit.protocol.events import Action, Responded, Write
from krakenkit.wire.channel import Topic

BTC, ETH, SOL = (Topic("ticker", symbol) for symbol in ("BTC/USD", "ETH/USD", "SOL/USD"))
ASSETS = Topic("instrument")
FILLS = Topic("executions")
BALANCES = Topic("balances")


class PlainWords:
    """``ask ticker BTC/USD #1``, ``leave ticker BTC/USD #2``, ``add_order #3``, ``ping #4``; private ones end in the token."""

    def __init__(self, *, private: bool) -> None:
        self.private = private

    def groups(self, topics: Iterable[Topic]) -> Iterable[Sequence[Topic]]:
        return (list(bunch) for _, bunch in groupby(topics, key=lambda topic: topic.channel))

    def subscribe(self, topics: Sequence[Topic], req_id: int, token: str | None) -> str:
        return self._say(f"ask {_named(topics)}", req_id, token)

    def unsubscribe(self, topics: Sequence[Topic], req_id: int, token: str | None) -> str:
        return self._say(f"leave {_named(topics)}", req_id, token)

    def command(self, method: str, params: Mapping[str, Any], req_id: int, token: str | None) -> str:
        return self._say(" ".join([method, *(str(value) for value in params.values())]), req_id, token)

    def ping(self, req_id: int) -> str:
        return f"ping #{req_id}"

    def read(self, payload: bytes) -> Incoming:
        return Pong()

    def _say(self, words: str, req_id: int, token: str | None) -> str:
        return f"{words} #{req_id} {token}" if self.private else f"{words} #{req_id}"


class Every(Pace):
    """One request each so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(rate=1.0 / seconds, burst=1)
        self.seconds = seconds
        self.free_at = 0.0

    def claim(self, now: float) -> float:
        if now >= self.free_at:
            self.free_at = now + self.seconds
            return 0.0
        return self.free_at - now


def _named(topics: Sequence[Topic]) -> str:
    return " ".join([topics[0].channel, *(topic.symbol for topic in topics if topic.symbol is not None)])


def connection(
    *,
    private: bool = False,
    timing: Timing | None = None,
    policy: ReconnectPolicy | None = None,
    budget: AttemptBudget | None = None,
    pace: Pace | None = None,
) -> Connection:
    """A machine that speaks plain words and rolls ones."""
    return Connection(
        PlainWords(private=private), timing=timing, policy=policy, budget=budget, pace=pace, roll=lambda: 1.0
    )


def opened(link: Connection, *topics: Topic, now: float = 0.0) -> Connection:
    """The connection with its line up and these topics asked for; what it wanted so far is not looked at."""
    link.want(topics, now)
    link.opened(now)
    if link.dialect.private:
        link.authorised("t1", now)
    link.actions()
    return link


def live(link: Connection, *topics: Topic, now: float = 0.0) -> Connection:
    """The connection with its line up and these topics confirmed."""
    opened(link, *topics, now=now)
    for req_id in list(link.subscriptions.requests):
        link.received(Ack(req_id, True), now)
    link.actions()
    return link


def told(link: Connection) -> list[Action]:
    """What the machine wants done and told, without the echo of each answer."""
    return [action for action in link.actions() if not isinstance(action, Responded)]


def written(link: Connection) -> list[str]:
    """What the machine writes."""
    return [action.text for action in link.actions() if isinstance(action, Write)]


def answered(link: Connection, ack: Ack, now: float) -> list[object]:
    """What an answer leads to; everything before it is not looked at."""
    link.actions()
    link.received(ack, now)
    return list(told(link))


# connections in the states that stories begin in


def waiting() -> Connection:
    link = live(connection(), BTC)
    link.lost("reset", 1.0)
    return link


def dialling() -> Connection:
    link = connection()
    link.want([BTC], 0.0)
    return link


def authenticating() -> Connection:
    link = connection(private=True)
    link.want([FILLS], 0.0)
    link.opened(0.1)
    return link


def failed() -> Connection:
    link = dialling()
    link.lost("refused", 1.0, status=401)
    return link
