"""Data becomes a table for people or JSON for programs, on stdout; remarks go to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeGuard

import click

_MOST_COLUMNS = 10
_ROOMY = 400
"""Columns of text where stdout is no terminal: a file or a pipe should get whole cells."""


def json_text(value: Any, *, compact: bool = False) -> str:
    """The value as JSON: over many lines to read, or compact on one."""
    return json.dumps(value, ensure_ascii=False, indent=None if compact else 2)


def show_json(value: Any, *, compact: bool = False) -> None:
    """Print the value as JSON."""
    click.echo(json_text(value, compact=compact))


def say(text: str) -> None:
    """Tell the person something that is not data."""
    click.echo(text, err=True)


def show_table(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Print one row per mapping with these members as columns."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell(row.get(column))) for column in columns))
    Console(file=sys.stdout, width=None if sys.stdout.isatty() else _ROOMY).print(table)


def cell(value: Any) -> str:
    """A value as the text of a table's cell: nothing for what is absent, yes and no for flags."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(cell(item) for item in _items(value))
        case dict():
            return json_text(value, compact=True)
        case _:
            return str(value)


def show_value(value: Any) -> None:
    """Print any answer: flat rows as a table, flat members as two columns, everything else as JSON."""
    rows = _table_of(value)
    if rows is None:
        show_json(value)
        return
    show_table(rows, list(dict.fromkeys(name for row in rows for name in row)))


def line_of(row: Mapping[str, Any]) -> str:
    """One row on one line: ``name=value`` of every member that is there."""
    return "  ".join(f"{name}={cell(value)}" for name, value in row.items() if value is not None)


def _table_of(value: Any) -> list[dict[str, Any]] | None:
    if _is_rows(value):
        rows = value
    elif not _is_object(value) or not value:
        return None
    elif all(_is_object(member) for member in value.values()):
        rows = [{"name": name, **member} for name, member in value.items()]
    elif any(isinstance(member, dict | list) for member in value.values()):
        return None
    else:
        rows = [{"name": name, "value": member} for name, member in value.items()]
    columns = {name for row in rows for name in row}
    flat = not any(isinstance(member, dict | list) for row in rows for member in row.values())
    return rows if flat and len(columns) <= _MOST_COLUMNS else None


def _is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _is_rows(value: Any) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(value, list) and bool(_items(value)) and all(_is_object(item) for item in _items(value))


def _items(value: Any) -> list[Any]:
    items: list[Any] = value
    return items
