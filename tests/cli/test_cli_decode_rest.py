"""``decode METHOD PATH FILE…``: recorded answers as the clients would have had them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.cli_helpers import run
from krakenkit.cli.decoding.blanks import blank
from krakenkit.cli.decoding.rest import endpoint_at, read_body
from krakenkit.errors import SettingsError
from krakenkit.wire.command import Command
from krakenkit.wire.registry import requests
from krakenkit.wire.request import Request
from krakenkit.wire.spot.account import GetAccountBalance
from krakenkit.wire.spot_v2.trading import COMMANDS

DEPTH: dict[str, Any] = {
    "error": [],
    "result": {"XLTCZUSD": {"asks": [["71.10", "0.1000", 1764000000]], "bids": [["71.00", "5.0", 1764000001]]}},
}


def body(folder: Path, content: object, name: str = "answer.json") -> Path:
    file = folder / name
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return file


def entry(folder: Path, method: str, path: str, content: object) -> dict[str, Any]:
    ran = run("decode", method, path, body(folder, content), "--json")
    (only,) = ran.data
    assert ran.code == (0 if only["ok"] else 1)
    found: dict[str, Any] = only
    return found


def test_an_answer_is_printed_again_in_named_fields_with_every_digit(tmp_path: Path) -> None:
    file = body(tmp_path, DEPTH)

    ran = run("decode", "GET", "/0/public/Depth", file)

    assert ran.code == 0
    assert ran.data == {
        "XLTCZUSD": {
            "asks": [{"price": "71.10", "volume": "0.1000", "timestamp": 1764000000}],
            "bids": [{"price": "71.00", "volume": "5.0", "timestamp": 1764000001}],
        }
    }
    assert ran.err == f"{file}: dict[str, Depth]\n"


def test_json_says_what_each_file_is(tmp_path: Path) -> None:
    found = entry(tmp_path, "GET", "/0/public/Time", {"error": [], "result": {"unixtime": 1764000000, "rfc1123": "x"}})

    assert found == {
        "file": str(tmp_path / "answer.json"),
        "ok": True,
        "type": "ServerTime",
        "value": {"unixtime": 1764000000, "rfc1123": "x"},
        "unread": [],
    }


def test_members_that_no_class_models_are_named(tmp_path: Path) -> None:
    result = {"unixtime": 1764000000, "rfc1123": "x", "leap": {"second": True}}

    found = entry(tmp_path, "GET", "/0/public/Time", {"error": [], "result": result, "extra": 1})

    assert found["ok"]
    assert found["unread"] == ["$.extra", "$.result.leap"]


def test_the_path_may_have_a_host_a_query_and_values_in_its_places() -> None:
    assert endpoint_at("get", "https://api.kraken.com/0/public/Depth?pair=LTCUSD").__name__ == "GetOrderBook"
    assert endpoint_at("Get", "/derivatives/api/v3/tickers/PF_XBTUSD").__name__ == "GetTicker"


def test_an_unknown_endpoint_is_misuse_and_the_message_helps(tmp_path: Path) -> None:
    file = body(tmp_path, DEPTH)

    wrong_path = run("decode", "GET", "/0/public/Deph", file)
    wrong_method = run("decode", "GET", "/0/private/Balance", file)

    assert (wrong_path.code, wrong_method.code) == (2, 2)
    assert wrong_path.out == wrong_method.out == ""
    assert "There is no endpoint GET /0/public/Deph; did you mean /0/public/Depth." in wrong_path.err
    assert "this path is called with POST" in wrong_method.err


def test_a_refusal_is_told_as_the_typed_error_it_becomes(tmp_path: Path) -> None:
    file = body(tmp_path, {"error": ["EAPI:Rate limit exceeded"]})

    ran = run("decode", "POST", "/0/private/AddOrder", file)

    assert ran.code == 0
    assert ran.data["error"] == "RateLimited"
    assert ran.data["codes"] == ["EAPI:Rate limit exceeded"]
    assert "POST /0/private/AddOrder was refused" in ran.data["message"]
    assert entry(tmp_path, "POST", "/0/private/AddOrder", {"error": ["EOrder:Insufficient funds"]})["type"] == (
        "OrderRefused"
    )


def test_a_futures_refusal_is_told_too(tmp_path: Path) -> None:
    found = entry(
        tmp_path,
        "POST",
        "/derivatives/api/v3/sendorder",
        {"result": "error", "error": "apiLimitExceeded", "serverTime": "2026-01-05T10:00:00.000Z"},
    )

    assert found["ok"]
    assert found["value"]["codes"] == ["apiLimitExceeded"]


def test_what_does_not_decode_names_the_field_and_exits_with_1(tmp_path: Path) -> None:
    broken = {"error": [], "result": {"XLTCZUSD": {"asks": [["cheap", "1", 1]], "bids": []}}}
    file = body(tmp_path, broken)

    ran = run("decode", "GET", "/0/public/Depth", file)
    found = entry(tmp_path, "GET", "/0/public/Depth", broken)

    assert (ran.code, ran.out) == (1, "")
    assert f"{file}: not decoded at $.result[...].asks[0][0]" in ran.err
    assert not found["ok"]
    assert "value" not in found
    assert found["type"] == "dict[str, Depth]"
    assert found["error"]["error"] == "DecodeError"
    assert found["error"]["field"] == "$.result[...].asks[0][0]"


@pytest.mark.parametrize("content", ["", "<html>bad gateway</html>", '{"error":[],"result":{"unixti', "[]", "null"])
def test_bodies_that_are_no_answers_are_failures_and_not_tracebacks(tmp_path: Path, content: str) -> None:
    found = entry(tmp_path, "GET", "/0/public/Time", content)

    assert not found["ok"]
    assert found["error"]["field"].startswith("$")


def test_a_recorded_status_makes_a_gateways_page_the_error_the_client_would_raise(tmp_path: Path) -> None:
    file = body(tmp_path, "<html>bad gateway</html>")

    ran = run("decode", "GET", "/0/public/Time", file, "--status", "502", "--json")

    assert ran.code == 0
    assert ran.data[0]["type"] == "TransportError"
    assert ran.data[0]["value"]["codes"] == ["HTTP 502"]


def test_lines_of_a_jsonl_file_are_told_one_by_one(tmp_path: Path) -> None:
    good = json.dumps({"error": [], "result": {"unixtime": 1764000000, "rfc1123": "x"}})
    file = body(tmp_path, f"{good}\n\n{{}}\n{good}\n", "answers.jsonl")

    ran = run("decode", "GET", "/0/public/Time", file, "--json")
    lines = run("decode", "GET", "/0/public/Time", file)

    assert ran.code == lines.code == 1
    assert [(one["line"], one["ok"]) for one in ran.data] == [(1, True), (3, False), (4, True)]
    assert [json.loads(line)["unixtime"] for line in lines.out.splitlines()] == [1764000000] * 2
    assert f"{file}:3: not decoded at $.result" in lines.err


def test_several_files_are_told_in_order(tmp_path: Path) -> None:
    first, second = body(tmp_path, DEPTH, "1.json"), body(tmp_path, {"error": ["EQuery:Unknown asset pair"]}, "2.json")

    ran = run("decode", "GET", "/0/public/Depth", first, second, "--json")

    assert ran.code == 0
    assert [(one["file"], one["type"]) for one in ran.data] == [
        (str(first), "dict[str, Depth]"),
        (str(second), "Refused"),
    ]


def test_missing_files_and_missing_arguments_are_misuse(tmp_path: Path) -> None:
    missing = run("decode", "GET", "/0/public/Time", tmp_path / "none.json")

    assert missing.code == 2
    assert "none.json is not there" in missing.err
    assert run("decode").code == run("decode", "GET", "/0/public/Time").code == 2


def test_a_file_of_bytes_is_counted(tmp_path: Path) -> None:
    file = tmp_path / "report.zip"
    file.write_bytes(b"PK\x03\x04report")

    ran = run("decode", "POST", "/0/private/RetrieveExport", file, "--json")

    assert ran.data[0]["value"] == {"bytes": 10}


def test_a_blank_is_of_its_class_and_knows_its_answer() -> None:
    kinds: list[type[Request[Any]] | type[Command[Any]]] = [*requests().values(), *COMMANDS]
    for kind in kinds:
        made = blank(kind)

        assert isinstance(made, kind)
        assert made.client_order_id is None
        assert type(made).answer_type() is kind.answer_type()


def test_the_error_of_an_unknown_path_is_about_settings() -> None:
    with pytest.raises(SettingsError, match="see krakenkit endpoints"):
        endpoint_at("POST", "/something/else/entirely")


def test_an_answer_with_warnings_is_read() -> None:
    found = read_body(GetAccountBalance, b'{"error":["WGeneral:Danger"],"result":{"ZUSD":"1.2300"}}')

    assert found.value == {"ZUSD": "1.2300"}
