"""``krakenkit replay``: captured books played again, every checksum looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import click
from msgspec import Struct, to_builtins

from krakenkit.books.capture import Precision, PrecisionNote, notes_of
from krakenkit.books.replay import Failure, Report, replay
from krakenkit.cli.options import json_flag
from krakenkit.cli.render import say, show_json, show_table
from krakenkit.errors import DecodeError, SettingsError

_COLUMNS = ("file", "frames", "symbols", "updates", "verified", "failed", "undecodable")


class Replayed(Struct, frozen=True):
    """What came of one capture."""

    file: str
    frames: int
    symbols: list[str]
    updates: int
    verified: int
    """Updates whose checksum or sequence agreed."""
    failed: int
    undecodable: int

    @property
    def sound(self) -> bool:
        """Whether everything was read, and nothing disagreed."""
        return not self.failed and not self.undecodable


def replayed(file: str, *, precisions: Mapping[str, Precision] | None = None) -> tuple[Replayed, list[Failure]]:
    """Play a capture with one raw frame on each line; what came of it, and where it went wrong."""
    with Path(file).open("rb") as frames:
        report = replay(frames, precisions=precisions)
    return _counts(file, report), report.failures


def precisions_in(file: str) -> dict[str, Precision]:
    """Decimals of instruments by symbol, from a file with ``instrument`` messages of Spot v2.

    Raises:
        SettingsError: when it has none.
    """
    found = {note.symbol: note.precision for frame in _frames(file) for note in _precision_notes(file, frame)}
    if not found:
        raise SettingsError(f"{file} has no instrument message: record one from the channel of that name.")
    return found


def _frames(file: str) -> Iterable[bytes]:
    """The whole file as one message, or one on each line."""
    whole = Path(file).read_bytes()
    try:
        notes_of(whole.strip())
    except DecodeError:
        return whole.splitlines()
    return [whole]


def _precision_notes(file: str, frame: bytes) -> Iterator[PrecisionNote]:
    if not frame.strip():
        return
    try:
        notes = notes_of(frame.strip())
    except DecodeError as error:
        raise SettingsError(f"{file} could not be read: {error}") from error
    yield from (note for note in notes if isinstance(note, PrecisionNote))


def _counts(file: str, report: Report) -> Replayed:
    return Replayed(
        file=file,
        frames=report.frames,
        symbols=report.symbols,
        updates=report.updates,
        verified=report.verified,
        failed=report.failed,
        undecodable=report.undecodable,
    )


@click.command("replay", short_help="Check the books of captured streams, frame by frame.")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False), metavar="FILE...")
@click.option(
    "--instruments",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="Instrument messages that tell the decimals, for captures that hold none.",
)
@json_flag
@click.pass_context
def replay_command(ctx: click.Context, files: tuple[str, ...], instruments: str | None, as_json: bool) -> None:
    """Play captures with one raw frame on each line, keep the books and check every checksum.

    The exit code is 1 if a book disagreed or a line could not be read.
    """
    precisions = precisions_in(instruments) if instruments else None
    played = [replayed(file, precisions=precisions) for file in files]
    for counts, failures in played:
        for failure in failures:
            say(f"{counts.file}: frame {failure.frame}, {failure.symbol}: {failure.why}")
    rows = [to_builtins(counts) for counts, _ in played]
    if as_json:
        show_json(rows)
    else:
        show_table(rows, _COLUMNS)
    if not all(counts.sound for counts, _ in played):
        ctx.exit(1)
