"""Tables for people, JSON for programs."""

from __future__ import annotations

from typing import Any

import pytest

from krakenkit.cli.render import cell, json_text, line_of, show_table, show_value


def shown(value: Any, capsys: pytest.CaptureFixture[str]) -> list[list[str]]:
    show_value(value)
    return [line.split() for line in capsys.readouterr().out.splitlines()]


def test_rows_are_a_table_with_every_column_that_any_row_has(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"id": "A", "fee": "0.10"}, {"id": "B", "open": True}]

    assert shown(rows, capsys) == [["id", "fee", "open"], ["A", "0.10"], ["B", "yes"]]


def test_named_rows_and_plain_members_are_tables_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown({"XXBT": {"hold": "1.0"}, "ZUSD": {"hold": "0.00"}}, capsys) == [
        ["name", "hold"],
        ["XXBT", "1.0"],
        ["ZUSD", "0.00"],
    ]
    assert shown({"unixtime": 5, "words": "now"}, capsys) == [["name", "value"], ["unixtime", "5"], ["words", "now"]]


@pytest.mark.parametrize("value", [{}, [], "text", 5, None, {"a": {"b": {"c": 1}}}, {"a": [1], "b": 2}])
def test_what_is_not_flat_is_json(value: Any, capsys: pytest.CaptureFixture[str]) -> None:
    show_value(value)

    assert capsys.readouterr().out == json_text(value) + "\n"


def test_words_in_brackets_are_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    show_table([{"note": "[red]sold[/red]"}], ["note"])

    assert "[red]sold[/red]" in capsys.readouterr().out


def test_a_wide_cell_is_whole_where_stdout_is_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    show_table([{"path": "/a" * 100}], ["path"])

    assert "/a" * 100 in capsys.readouterr().out


def test_cells_and_lines_leave_out_what_is_absent() -> None:
    assert [cell(value) for value in (None, True, False, ["a", 1], {"a": 1})] == ["", "yes", "no", "a, 1", '{"a": 1}']
    assert line_of({"symbol": "LTC/USD", "fee": None, "qty": "0.10"}) == "symbol=LTC/USD  qty=0.10"
