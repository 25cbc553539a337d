"""From runs to what they mean: medians, ratios round by round, and the targets of the project."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from benchmarks.rounds import Outcome, Session

OURS = "krakenkit (rows)"


@dataclass(frozen=True)
class Spread:
    """A median with the lowest and highest that was seen."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: list[float]) -> Spread:
        """The spread of at least one value."""
        return cls(median(values), min(values), max(values))


@dataclass(frozen=True)
class Row:
    """One client at one work."""

    work: str
    who: str
    numbers: dict[str, Spread]
    times_ours: dict[str, Spread]
    """How many times krakenkit's number, from the ratios of each round."""
    trouble: str = ""


@dataclass(frozen=True)
class Target:
    """What was set out for: krakenkit's number at most this share of a peer's."""

    work: str
    metric: str
    peer: str
    limit: float
    ours: str = OURS


@dataclass(frozen=True)
class Verdict:
    """How a target came out."""

    target: Target
    share: float | None
    """Krakenkit's number as a share of the peer's; None without a run of both."""

    @property
    def met(self) -> bool | None:
        """Whether it was met; None when it was not measured."""
        return None if self.share is None else self.share <= self.target.limit


@dataclass(frozen=True)
class Summary:
    """All of it."""

    rows: list[Row]
    targets: list[Verdict]
    least_per_second: dict[str, float]
    """Messages a second of the mixed blast, as measured and as demanded."""
    noise: dict[str, float]

    def as_json(self) -> dict[str, Any]:
        """Plain data, ratios first."""
        ratios = [
            {"work": row.work, "client": row.who}
            | {metric: round(spread.median, 3) for metric, spread in row.times_ours.items()}
            for row in self.rows
            if row.times_ours
        ]
        targets = [{**asdict(one.target), "share": one.share, "met": one.met} for one in self.targets]
        rows = [asdict(row) for row in self.rows]
        return {"times_krakenkit": ratios, "targets": targets, "mixed_per_second": self.least_per_second} | {
            "noise": self.noise,
            "rows": rows,
        }


PKS, CRYPTOFEED, TYPED = "python-kraken-sdk", "cryptofeed", "typed-kraken"
CALLBACK, PLAIN = "krakenkit (events)", "krakenkit"
TARGETS = (
    Target("book 10", "cpu_us", PKS, 1 / 8),
    Target("book 10", "cpu_us", CRYPTOFEED, 1 / 3),
    Target("book 1000", "cpu_us", PKS, 1 / 70),
    Target("book 1000", "cpu_us", CRYPTOFEED, 1 / 5),
    Target("mixed", "cpu_us", PKS, 1 / 5),
    Target("mixed", "cpu_us", TYPED, 1 / 2),
    Target("steady", "p50_us", PKS, 1 / 3, CALLBACK),
    Target("steady", "p99_us", PKS, 1 / 3, CALLBACK),
    Target("steady", "p50_us", CRYPTOFEED, 1.0, CALLBACK),
    Target("steady", "p99_us", CRYPTOFEED, 1.0, CALLBACK),
    Target("add_order blocking", "cpu_us", PKS, 1 / 4, PLAIN),
    Target("add_order async", "cpu_us", PKS, 2 / 3, PLAIN),
    Target("add_order 50 at once", "cpu_us", PKS, 1 / 2, PLAIN),
    Target("start REST", "start_ms", PKS, 1 / 2, PLAIN),
    Target("start REST", "start_mb", PKS, 1.0, PLAIN),
    Target("start stream", "start_ms", PKS, 1 / 2, PLAIN),
    Target("start stream", "start_mb", PKS, 1.0, PLAIN),
)
LEAST_PER_SECOND = 70_000


def of(session: Session) -> Summary:
    """What a session means."""
    by_run = {(one.round, one.work, one.who): one for one in session.outcomes}
    pairs = list(dict.fromkeys((one.work, one.who) for one in session.outcomes))
    rows = [_row(work, who, session, by_run) for work, who in pairs]
    verdicts = [Verdict(target, _share(target, session, by_run)) for target in TARGETS]
    blast = next((row for row in rows if (row.work, row.who) == ("mixed", OURS)), None)
    measured = blast.numbers["per_second"].median if blast and blast.numbers else 0.0
    return Summary(rows, verdicts, {"measured": measured, "target": LEAST_PER_SECOND}, _noise(session))


def _row(work: str, who: str, session: Session, by_run: dict[tuple[int, str, str], Outcome]) -> Row:
    mine = [one for one in session.outcomes if (one.work, one.who) == (work, who)]
    metrics = list(dict.fromkeys(name for one in mine for name in one.numbers))
    numbers = {name: Spread.of([one.numbers[name] for one in mine if name in one.numbers]) for name in metrics}
    ours = PLAIN if (1, work, PLAIN) in by_run else OURS
    times = {name: list(_ratios(mine, ours, name, by_run)) for name in metrics}
    return Row(
        work,
        who,
        numbers,
        {name: Spread.of(values) for name, values in times.items() if values},
        next((one.trouble for one in mine if one.trouble), ""),
    )


def _ratios(
    runs: list[Outcome], against: str, metric: str, by_run: dict[tuple[int, str, str], Outcome]
) -> Iterator[float]:
    """This metric over the same one of ``against``, in each round that has both."""
    for one in runs:
        other = by_run.get((one.round, one.work, against))
        if other is not None and metric in one.numbers and other.numbers.get(metric):
            yield one.numbers[metric] / other.numbers[metric]


def _share(target: Target, session: Session, by_run: dict[tuple[int, str, str], Outcome]) -> float | None:
    ours = [one for one in session.outcomes if (one.work, one.who) == (target.work, target.ours)]
    shares = list(_ratios(ours, target.peer, target.metric, by_run))
    return median(shares) if shares else None


def _noise(session: Session) -> dict[str, float]:
    """How much the machine's speed changed while measuring: a fixed piece of work, slowest over fastest, and the load."""
    if not session.spins:
        return {}
    ranked = sorted(session.spins)
    return {
        "spin_worst_over_best": ranked[-1] / ranked[0],
        "spin_median_over_best": median(ranked) / ranked[0],
        "load_median": median(session.loads),
        "load_highest": max(session.loads),
    }
