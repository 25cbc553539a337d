"""The picture of a summary: how many times krakenkit's cost each peer has. Runs where matplotlib is installed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt

SHOWN = (
    ("mixed", "cpu_us", "mixed blast: CPU a message"),
    ("book 10", "cpu_us", "book 10: CPU a message"),
    ("book 100", "cpu_us", "book 100: CPU a message"),
    ("book 1000", "cpu_us", "book 1000: CPU a message"),
    ("steady", "p50_us", "2,000/s: latency p50"),
    ("steady", "p99_us", "2,000/s: latency p99"),
    ("add_order blocking", "cpu_us", "signed order, blocking: CPU"),
    ("add_order async", "cpu_us", "signed order, async: CPU"),
    ("add_order 50 at once", "cpu_us", "signed order, 50 at once: CPU"),
    ("start REST", "start_ms", "import and REST client: time"),
    ("start REST", "start_mb", "import and REST client: memory"),
)
PEERS = {
    "python-kraken-sdk": ("#c44e52", "o"),
    "cryptofeed": ("#4c72b0", "s"),
    "typed-kraken": ("#dd8452", "^"),
    "ccxt": ("#55a868", "D"),
}


def draw(summary: dict[str, Any], path: Path) -> None:
    """Write the picture as SVG."""
    mpl.rcParams.update({"svg.hashsalt": "krakenkit", "svg.fonttype": "none", "font.family": "sans-serif"})
    found = {(one["work"], one["client"]): one for one in summary["times_krakenkit"]}
    figure, axes = plt.subplots(figsize=(9, 5.6), layout="constrained")
    for at, (work, metric, _) in enumerate(SHOWN):
        values = [found[work, peer][metric] for peer in PEERS if metric in found.get((work, peer), {})]
        if values:
            axes.hlines(at, min([1.0, *values]), max([1.0, *values]), color="#dddddd", zorder=1)
    for peer, (color, marker) in PEERS.items():
        points = [
            (found[work, peer][metric], at)
            for at, (work, metric, _) in enumerate(SHOWN)
            if metric in found.get((work, peer), {})
        ]
        if points:
            axes.scatter(*zip(*points, strict=True), color=color, marker=marker, s=46, label=peer, zorder=3)
    axes.axvline(1.0, color="#222222", linewidth=1.4, zorder=2)
    axes.annotate("krakenkit", (1.0, -0.75), ha="center", fontsize=9, annotation_clip=False)
    axes.set_xscale("log")
    ticks = (0.5, 1, 2, 5, 10, 20, 50, 100)
    axes.set_xticks(ticks, [f"{tick:g}×" for tick in ticks])
    axes.minorticks_off()
    axes.set_yticks(range(len(SHOWN)), [label for _, _, label in SHOWN])
    axes.set_ylim(len(SHOWN) - 0.4, -1.1)
    axes.set_xlabel("times krakenkit's (further right: slower or larger than krakenkit)")
    axes.grid(axis="x", color="#eeeeee", zorder=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.legend(loc="lower right", frameon=True, fontsize=9)
    figure.savefig(path, metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    draw(json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2]))
