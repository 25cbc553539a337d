"""``krakenkit decode``: recorded answers and frames, read with the clients' own classes and printed again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

import click

from krakenkit.cli.decoding.recordings import Entry, entries, recording_of, ws_key_named
from krakenkit.cli.decoding.rest import endpoint_at, read_body
from krakenkit.cli.options import json_flag
from krakenkit.cli.render import say, show_json


def decoded_bodies(method: str, path: str, files: Iterable[str], *, status: int = 200) -> Iterator[Entry]:
    """What recorded answers of one endpoint are.

    Raises:
        SettingsError: when there is no such endpoint.
    """
    read = partial(read_body, endpoint_at(method, path), status=status)
    return entries(files, lambda: read)


def decoded_frames(ws_key: str, files: Iterable[str]) -> Iterator[Entry]:
    """What recorded frames of one connection are, received and sent.

    Raises:
        SettingsError: when there is no such connection.
    """
    key = ws_key_named(ws_key)
    return entries(files, lambda: recording_of(key).read)


@click.command("decode", short_help="Read recorded answers and frames as the clients do.")
@click.argument("what", nargs=-1, metavar="[METHOD PATH] FILE...")
@click.option("--ws", metavar="WSKEY", help="The files hold frames of this connection, for example SPOT_PUBLIC_V2.")
@click.option("--status", type=int, default=200, show_default=True, help="The HTTP status that the answers came with.")
@json_flag
@click.pass_context
def decode_command(ctx: click.Context, what: tuple[str, ...], ws: str | None, status: int, as_json: bool) -> None:
    """Read recorded traffic with the classes that the clients use, and print it again with every digit kept.

    \b
    krakenkit decode GET /0/public/Ticker answer.json
    krakenkit decode --ws SPOT_PUBLIC_V2 capture.jsonl
    krakenkit decode --ws derivativesPrivateV1 capture.jsonl

    A .json file holds one answer or frame, a .jsonl file one on each line. An error of the exchange is printed as the
    typed error it becomes. What does not decode is told with the field, and the exit code is 1.
    """
    read = list(_found(what, ws, status) if as_json else _shown(_found(what, ws, status)))
    if as_json:
        show_json([entry.told() for entry in read])
    if not all(entry.finding.ok for entry in read):
        ctx.exit(1)


def _found(what: Sequence[str], ws: str | None, status: int) -> Iterator[Entry]:
    if ws is not None:
        return decoded_frames(ws, existing(what))
    method, path, *files = what if len(what) > 2 else (*what, "", "")[:2]
    return decoded_bodies(method, path, existing(files), status=status)


def existing(files: Sequence[str]) -> Sequence[str]:
    """The files, all of which are there.

    Raises:
        click.UsageError: when none is named, or one is missing.
    """
    if not files:
        raise click.UsageError("Name the files to read: METHOD PATH FILE..., or --ws WSKEY FILE...")
    for file in files:
        if not Path(file).is_file():
            raise click.UsageError(f"{file} is not there, or is no file.")
    return files


def _shown(found: Iterable[Entry]) -> Iterator[Entry]:
    """Print each entry as it comes: values on stdout, the rest on stderr."""
    for entry in found:
        finding = entry.finding
        if finding.error is not None:
            say(f"{entry.place}: not decoded at {finding.error['field']}: {finding.error['message']}")
        else:
            show_json(finding.value, compact=entry.line is not None)
            if entry.line is None:
                say(f"{entry.place}: {finding.type}")
        if finding.unread:
            say(f"{entry.place}: not modelled: {', '.join(finding.unread)}")
        yield entry
