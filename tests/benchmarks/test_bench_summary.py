"""Ratios are taken round by round, targets are judged by them, and the page keeps what stands around its tables."""

from __future__ import annotations

from pathlib import Path

from benchmarks import report, summary
from benchmarks.plan import KRAKENKIT, round_of
from benchmarks.rounds import Outcome, Session


def session(*outcomes: Outcome) -> Session:
    return Session(quick=True, machine="a machine", versions={"krakenkit": "0.1.0"}, outcomes=list(outcomes))


def blast(number: int, who: str, cpu: float) -> Outcome:
    return Outcome(number, "book 10", who, {"cpu_us": cpu, "per_second": 1e6 / cpu})


def test_a_ratio_is_the_median_of_the_rounds_not_the_ratio_of_medians() -> None:
    measured = session(
        blast(1, summary.OURS, 4.0),
        blast(1, "python-kraken-sdk", 40.0),
        blast(2, summary.OURS, 8.0),  # a slow minute, for both alike
        blast(2, "python-kraken-sdk", 80.0),
        blast(3, summary.OURS, 4.0),
        blast(3, "python-kraken-sdk", 36.0),
    )
    told = summary.of(measured)
    (peer,) = [row for row in told.rows if row.who == "python-kraken-sdk"]
    assert peer.times_ours["cpu_us"].median == 10.0
    (verdict,) = [one for one in told.targets if one.share is not None and one.target.peer == "python-kraken-sdk"]
    assert verdict.share == 0.1
    assert verdict.met


def test_a_peer_that_could_not_run_says_so_in_its_row(tmp_path: Path) -> None:
    measured = session(
        blast(1, summary.OURS, 4.0), Outcome(1, "book 10", "ccxt", trouble="could not be installed: no such package")
    )
    text = report.tables(measured, summary.of(measured))
    assert "| ccxt | could not be installed: no such package |" in text


def test_the_tables_replace_only_what_stands_between_their_marks(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n")
    measured = session(blast(1, summary.OURS, 4.0))
    report.write(measured, summary.of(measured), page)
    text = page.read_text()
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "old" not in text
    assert "| book 10, CPU a message | 4.0 µs |" in text


def test_a_session_survives_the_way_through_json() -> None:
    measured = session(blast(1, summary.OURS, 4.0))
    assert Session.from_json(measured.as_json()) == measured


def test_a_quick_round_does_every_work_with_less_of_it() -> None:
    quick, full = round_of(quick=True), round_of(quick=False)
    assert [(run.work, run.who) for run in quick] == [(run.work, run.who) for run in full]
    assert sum(run.count for run in quick) < sum(run.count for run in full)
    assert {run.work for run in full if run.client is KRAKENKIT} == {run.work for run in full}
