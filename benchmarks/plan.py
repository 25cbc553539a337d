"""What is measured: the works, who does them, and how much of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["stream", "rest", "start"]
RATE = 2000


@dataclass(frozen=True)
class Client:
    """A library and the distribution that brings it."""

    name: str
    distribution: str
    note: str
    """What it does with a message, since that is not the same for all."""

    @property
    def module(self) -> str:
        """The module under ``peers`` that drives it."""
        return self.distribution.replace("-", "_")


KRAKENKIT = Client("krakenkit", "krakenkit", "exact numbers, typed; every book message checked")
PEERS = (
    Client("python-kraken-sdk", "python-kraken-sdk", "floats in dictionaries; books checked, mixed without books"),
    Client("cryptofeed", "cryptofeed", "Spot v1, Decimals, uvloop; checks one-sided book messages only"),
    Client("typed-kraken", "typed-kraken", "floats, validated; no books, no checksum"),
    Client("ccxt", "ccxt", "floats; books kept, checksum off; conflates"),
)
CLIENTS = (KRAKENKIT, *PEERS)


@dataclass(frozen=True)
class Run:
    """One client doing one work once, in a process of its own."""

    work: str
    kind: Kind
    client: Client
    manner: str = ""
    """How the client is used, where it knows several ways."""
    stream: str = ""
    count: int = 0
    """Messages, or calls."""
    rate: float = 0.0

    @property
    def who(self) -> str:
        """The client, with its manner."""
        return f"{self.client.name} ({self.manner})" if self.manner else self.client.name


@dataclass(frozen=True)
class Work:
    """One kind of work for a stream client: how many messages each gets, so that each is busy for a second or so."""

    name: str
    stream: str
    counts: dict[str, int]
    manners: tuple[str, ...] = ("rows",)
    rate: float = 0.0

    def runs(self, scale: float) -> Iterator[Run]:
        """The runs of one round."""
        for client in CLIENTS:
            if client.name in self.counts:
                count = max(500, int(self.counts[client.name] * scale))
                stream = f"v1{self.stream}" if client.name == "cryptofeed" else self.stream
                for manner in self.manners if client is KRAKENKIT else ("",):
                    yield Run(self.name, "stream", client, manner, stream, count, self.rate)


def _counts(krakenkit: int, pks: int, cryptofeed: int, typed: int, ccxt: int) -> dict[str, int]:
    given = zip((client.name for client in CLIENTS), (krakenkit, pks, cryptofeed, typed, ccxt), strict=True)
    return {name: count for name, count in given if count}


STREAMS = (
    Work("mixed", "mixed", _counts(60_000, 40_000, 40_000, 40_000, 40_000), ("rows", "events")),
    Work("book 10", "book10", _counts(60_000, 30_000, 40_000, 40_000, 40_000), ("rows", "events", "views")),
    Work("book 100", "book100", _counts(40_000, 10_000, 30_000, 0, 30_000)),
    Work("book 1000", "book1000", _counts(40_000, 2_500, 20_000, 0, 30_000)),
    Work("steady", "book10", dict.fromkeys((c.name for c in CLIENTS), 6_000), ("rows", "events"), RATE),
)
CALLS = 500


def round_of(*, quick: bool) -> list[Run]:
    """The runs of one round, the works that the targets are about first."""
    scale = 0.4 if quick else 1.0
    runs = [run for work in STREAMS for run in work.runs(scale)]
    runs += [Run("rest", "rest", client, count=int(CALLS * scale)) for client in CLIENTS]
    runs += [Run("start REST", "start", client) for client in CLIENTS]
    runs += [Run("start stream", "start", client) for client in CLIENTS]
    return runs


def longest(runs: list[Run]) -> dict[str, int]:
    """How many messages of each stream are needed."""
    needed: dict[str, int] = {}
    for run in runs:
        if run.stream:
            needed[run.stream] = max(run.count, needed.get(run.stream, 0))
    return needed
