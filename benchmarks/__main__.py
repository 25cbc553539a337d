"""The command behind ``scripts/bench``."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

from benchmarks import report, summary, venvs
from benchmarks.plan import round_of
from benchmarks.rounds import Session, measure
from benchmarks.servers import ROOT
from benchmarks.streams import CACHE

QUICK_SECONDS = 150.0
"""After that no further run begins; the last one and the summary have the rest of three minutes."""
FULL_ROUNDS = 5
RESULTS = CACHE / "results.json"
PAGE = ROOT / "docs" / "performance.md"
PICTURE = ROOT / "docs" / "performance.svg"


def main() -> None:
    """Measure, or take an earlier measurement, and tell."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description="krakenkit beside its peers, over loopback")
    parser.add_argument("--quick", action="store_true", help="one short round within three minutes; prints JSON only")
    parser.add_argument("--rounds", type=int, default=FULL_ROUNDS, help="rounds of the full measurement")
    parser.add_argument(
        "--works", nargs="+", default=[""], help="only these: mixed, book, 'book 10', steady, rest, start"
    )
    parser.add_argument("--clients", nargs="+", default=[""], help="only these: krakenkit, 'krakenkit (rows)', ccxt …")
    parser.add_argument("--from", dest="earlier", type=Path, help="tell of an earlier measurement (its JSON)")
    parser.add_argument("--write", action="store_true", help=f"write table and picture into {PAGE.relative_to(ROOT)}")
    given = parser.parse_args()
    session = _earlier(given.earlier) if given.earlier else _measured(given)
    told = summary.of(session)
    if given.write:
        report.write(session, told, PAGE)
        draw(told)
    json.dump({**told.as_json(), "session": session.as_json()}, sys.stdout, indent=1)
    print()


def _measured(given: argparse.Namespace) -> Session:
    runs = [
        run
        for run in round_of(quick=given.quick)
        if any(f"{run.work} ".startswith(f"{work} ".lstrip()) for work in given.works)
        and any(run.who.startswith(client) for client in given.clients)
    ]
    began = time.monotonic()
    rounds = 1 if given.quick else given.rounds
    session = measure(runs, rounds=rounds, quick=given.quick, deadline=QUICK_SECONDS if given.quick else None)
    sys.stderr.write(f"measured in {time.monotonic() - began:.0f} s\n")
    CACHE.mkdir(parents=True, exist_ok=True)
    kept = "quick" if given.quick else "results" if given.works == given.clients == [""] else "part"
    RESULTS.with_stem(kept).write_text(json.dumps(session.as_json()))
    return session


def _earlier(path: Path) -> Session:
    data = json.loads(path.read_text())
    return Session.from_json(data.get("session", data))


def draw(told: summary.Summary) -> None:
    """Draw the picture, in an environment that has matplotlib."""
    home = venvs.prepare(["matplotlib"])["matplotlib"]
    if not home.version:
        sys.stderr.write(f"no picture: matplotlib {home.trouble}\n")
        return
    data = CACHE / "summary.json"
    data.write_text(json.dumps(told.as_json()))
    subprocess.run([str(home.python), "-m", "benchmarks.picture", str(data), str(PICTURE)], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
