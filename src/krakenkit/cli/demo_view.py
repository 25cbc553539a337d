"""How the demo looks while it runs, and its table of facts at the end."""

from __future__ import annotations

import asyncio
from decimal import Decimal

from rich.console import Console, Group
from rich.layout import Layout
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from krakenkit._core.numbers import plain
from krakenkit.books.view import BookView
from krakenkit.cli.demo import SYMBOLS, Facts, Scene, run

_ROWS = 7
_BAR = 18


async def play(console: Console, *, seconds: float, seed: int) -> Facts:
    """Run the demo with a live view where there is a terminal, else with lines of text."""
    scene = Scene()
    if not console.is_terminal:
        scene.told = console.print
        return await run(scene, seconds=seconds, seed=seed)
    with Live(_screen(scene), console=console, refresh_per_second=10, transient=True) as live:
        story = asyncio.ensure_future(run(scene, seconds=seconds, seed=seed))
        try:
            while not story.done():
                live.update(_screen(scene))
                await asyncio.wait([story], timeout=0.1)
        finally:
            story.cancel()
        return story.result()


def _screen(scene: Scene) -> Layout:
    layout = Layout()
    layout.split_column(Layout(name="top", size=2 * _ROWS + 6), Layout(name="log"))
    layout["top"].split_row(
        Layout(Panel(_ladder(scene.views.get(SYMBOLS[0])), title=f"{SYMBOLS[0]} · every update verified"), ratio=3),
        Layout(Group(Panel(_tape(scene), title="trades"), Panel(_facts_so_far(scene), title="so far")), ratio=2),
    )
    layout["log"].update(Panel(Text("\n".join(scene.log)), title="what happens"))
    return layout


def _ladder(view: BookView | None) -> Table | Text:
    if view is None:
        return Text("withheld until it is proven", style="yellow")
    asks, bids = view.asks[:_ROWS], view.bids[:_ROWS]
    largest = max((level.qty for level in (*asks, *bids)), default=Decimal(1))
    table = Table.grid(padding=(0, 2))
    for level in reversed(asks):
        table.add_row(Text(plain(level.price), style="red"), plain(level.qty), _bar(level.qty, largest, "red"))
    table.add_row(Text(f"spread {plain(view.spread) if view.spread is not None else '?'}", style="dim"), "", "")
    for level in bids:
        table.add_row(Text(plain(level.price), style="green"), plain(level.qty), _bar(level.qty, largest, "green"))
    return table


def _bar(qty: Decimal, largest: Decimal, style: str) -> Text:
    return Text("█" * max(1, int(qty / largest * _BAR)), style=style)


def _tape(scene: Scene) -> Table:
    table = Table.grid(padding=(0, 1))
    for trade in list(scene.trades)[-6:]:
        style = "green" if trade.side == "buy" else "red"
        table.add_row(trade.symbol, Text(plain(trade.price), style=style), plain(trade.qty))
    return table


def _facts_so_far(scene: Scene) -> Table:
    facts = scene.facts
    table = Table.grid(padding=(0, 1))
    for name in ("calls_made", "messages", "orders_placed", "fills", "gaps_seen", "lines_restored"):
        table.add_row(name.replace("_", " "), str(getattr(facts, name)))
    for asset in ("USD", "BTC"):
        if asset in scene.balances:
            table.add_row(f"balance {asset}", plain(scene.balances[asset]))
    return table


def facts_table(facts: Facts) -> Table:
    """The table the demo ends with."""
    table = Table(title="What was shown", title_style="bold")
    table.add_column("fact")
    table.add_column("value", justify="right")
    for name in (
        "calls_made",
        "messages",
        "books_verified",
        "checksum_failures",
        "gaps_seen",
        "lines_restored",
        "orders_placed",
        "fills",
    ):
        table.add_row(name.replace("_", " "), str(getattr(facts, name)))
    shared = "equal" if facts.balances_equal else "NOT equal"
    table.add_row("balances by REST and by stream", shared)
    for asset, amount in facts.balances_by_rest.items():
        table.add_row(f"  {asset}", amount)
    verdict = Text("every fact holds", style="bold green") if facts.ok else Text("\n".join(facts.problems), style="red")
    table.add_section()
    table.add_row("verdict", verdict)
    return table
