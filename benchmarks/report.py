"""The tables of ``docs/performance.md``, written between two marks; everything around them is left alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.plan import PEERS
from benchmarks.rounds import Session
from benchmarks.summary import OURS, PLAIN, Row, Spread, Summary, Verdict

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
METRICS = {
    "cpu_us": ("CPU µs", 1),
    "per_second": ("a second", 0),
    "p50_us": ("p50 µs", 0),
    "p99_us": ("p99 µs", 0),
    "wall_us": ("wall µs", 0),
    "delivered": ("delivered", 3),
    "bad": ("bad", 0),
    "peak_mb": ("peak MB", 0),
    "start_ms": ("ready ms", 0),
    "start_mb": ("ready MB", 1),
    "answer_ms": ("first answer ms", 0),
    "answer_mb": ("then MB", 1),
}
HEADLINES = (
    ("mixed", "cpu_us", "mixed blast, CPU a message"),
    ("book 10", "cpu_us", "book 10, CPU a message"),
    ("book 100", "cpu_us", "book 100, CPU a message"),
    ("book 1000", "cpu_us", "book 1000, CPU a message"),
    ("steady", "cpu_us", "2,000 messages a second, CPU a message"),
    ("steady", "p50_us", "same, latency to the program p50"),
    ("steady", "p99_us", "same, p99"),
    ("ticker blocking", "cpu_us", "REST Ticker, blocking, CPU a call"),
    ("ticker async", "cpu_us", "REST Ticker, async"),
    ("ticker 50 at once", "cpu_us", "REST Ticker, 50 at once"),
    ("add_order blocking", "cpu_us", "REST signed AddOrder, blocking"),
    ("add_order async", "cpu_us", "REST signed AddOrder, async"),
    ("add_order 50 at once", "cpu_us", "REST signed AddOrder, 50 at once"),
    ("start REST", "start_ms", "import and one REST client, time"),
    ("start REST", "start_mb", "same, memory"),
    ("start stream", "start_ms", "import and one stream client, time"),
    ("start stream", "start_mb", "same, memory"),
)


def write(session: Session, told: Summary, page: Path) -> None:
    """Put the tables between the marks of the page."""
    text = page.read_text()
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{tables(session, told)}\n{END}{after}")


def tables(session: Session, told: Summary) -> str:
    """Ratios first, then the targets, then every number."""
    parts = [
        _where(session, told),
        "### Times krakenkit's\n\nMedians of the ratios of each round; 3.0 means three times krakenkit's cost.\n",
        _ratios(told),
        "### Targets\n",
        _targets(told),
        "### Every number\n\nMedian (lowest–highest) of the rounds.\n",
        *(_numbers(told, work) for work in dict.fromkeys(row.work for row in told.rows)),
    ]
    return "\n".join(parts).rstrip()


def _where(session: Session, told: Summary) -> str:
    versions = ", ".join(f"{name} {version or '(not installed)'}" for name, version in session.versions.items())
    rounds = max((one.round for one in session.outcomes), default=0)
    noise = told.noise
    lines = [f"{session.machine}. {versions}.", f"{rounds} interleaved rounds in {session.seconds / 60:.0f} minutes."]
    if noise:
        lines.append(
            f"Noise: a fixed piece of work before each run took {noise['spin_median_over_best']:.2f} times its best in "
            f"the median and {noise['spin_worst_over_best']:.2f} times at worst; load average {noise['load_median']:.1f}."
        )
    return "\n".join(lines) + "\n"


def _ratios(told: Summary) -> str:
    found = {(row.work, row.who): row for row in told.rows}
    lines = [_line(["what", "krakenkit", *(peer.name for peer in PEERS)])]
    lines.append(_line(["---"] * (2 + len(PEERS))))
    for work, metric, label in HEADLINES:
        ours = found.get((work, PLAIN)) or found.get((work, OURS))
        if ours is None or metric not in ours.numbers:
            continue
        cells = [_times(found.get((work, peer.name)), metric) for peer in PEERS]
        lines.append(_line([label, _amount(ours.numbers[metric], metric), *cells]))
    return "\n".join(lines) + "\n"


def _times(row: Row | None, metric: str) -> str:
    if row is None:
        return "–"
    if metric in row.times_ours:
        return f"{row.times_ours[metric].median:.1f}×"
    return "failed" if row.trouble else "–"


def _amount(spread: Spread, metric: str) -> str:
    unit, digits = METRICS[metric]
    return f"{spread.median:,.{digits}f} {unit.rsplit(' ', 1)[-1]}"


def _targets(told: Summary) -> str:
    lines = [_line(["work", "what", "krakenkit's share of", "target", "measured", ""]), _line(["---"] * 6)]
    lines += [_line(_target(one)) for one in told.targets if one.share is not None]
    rate = told.least_per_second
    if rate["measured"]:
        met = "met" if rate["measured"] >= rate["target"] else "missed"
        lines.append(
            _line(["mixed", "messages a second", "–", f"≥ {rate['target']:,.0f}", f"{rate['measured']:,.0f}", met])
        )
    return "\n".join(lines) + "\n"


def _target(one: Verdict) -> Sequence[str]:
    target, share = one.target, one.share or 0.0
    who = target.work if target.ours in (OURS, PLAIN) else f"{target.work} {target.ours.removeprefix('krakenkit ')}"
    verdict = "met" if one.met else f"missed by {(share / target.limit - 1) * 100:.0f} %"
    limit = "1" if target.limit == 1.0 else f"1/{1 / target.limit:.3g}"
    return [who, METRICS[target.metric][0], target.peer, f"≤ {limit}", f"1/{1 / share:.3g}", verdict]


def _numbers(told: Summary, work: str) -> str:
    rows = [row for row in told.rows if row.work == work]
    metrics = [name for name in METRICS if any(name in row.numbers for row in rows)]
    lines = [f"**{work}**\n", _line(["client", *(METRICS[name][0] for name in metrics)])]
    lines.append(_line(["---"] * (1 + len(metrics))))
    for row in rows:
        if not row.numbers:
            lines.append(_line([row.who, row.trouble or "failed", *([""] * (len(metrics) - 1))]))
            continue
        lines.append(_line([row.who, *(_spread(row.numbers.get(name), METRICS[name][1]) for name in metrics)]))
    return "\n".join(lines) + "\n"


def _spread(spread: Spread | None, digits: int) -> str:
    if spread is None:
        return ""
    if spread.low == spread.high:
        return f"{spread.median:,.{digits}f}"
    return f"{spread.median:,.{digits}f} ({spread.low:,.{digits}f}–{spread.high:,.{digits}f})"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
