"""``spot NAME``: every endpoint as a command, tried against a sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.cli_helpers import Ran, run
from krakenkit.cli.calls import command_name, endpoint_command, needs_consent, positional, request_from
from krakenkit.cli.field_docs import first_line, notes_on_fields
from krakenkit.errors import SettingsError
from krakenkit.sandbox import Sandbox
from krakenkit.wire.registry import product_of, requests
from krakenkit.wire.spot.market import GetOrderBook
from krakenkit.wire.spot.trading import SubmitOrder

ORDER = ("--pair", "XBTUSD", "--type", "buy", "--ordertype", "limit", "--volume", "0.001", "--price", "10000")


class Desk:
    """A sandbox, and the command that is pointed at it."""

    def __init__(self, box: Sandbox) -> None:
        key: dict[str, str] = box.describe()["keys"]["spot"]
        self.url = box.environment.spot_rest
        self.env = {"KRAKEN_API_KEY": key["key"], "KRAKEN_API_SECRET": key["secret"]}

    def run(self, *arguments: str) -> Ran:
        return run("spot", *arguments, "--sandbox-url", self.url, env=self.env)


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with Sandbox(seed=5) as box:
        yield Desk(box)


def test_a_public_call_by_position_needs_no_key(desk: Desk) -> None:
    ran = run("spot", "get-order-book", "XBTUSD", "3", "--json", "--sandbox-url", desk.url)

    assert (ran.code, ran.err) == (0, "")
    assert len(ran.data["XXBTZUSD"]["asks"]) == 3
    assert set(ran.data["XXBTZUSD"]["asks"][0]) == {"price", "volume", "timestamp"}


def test_flat_answers_are_tables_for_people(desk: Desk) -> None:
    ran = desk.run("get-account-balance")

    assert ran.code == 0
    assert ["XXBT", "10.0000000000"] in [line.split() for line in ran.out.splitlines()]


def test_a_private_call_without_a_key_is_misuse_and_names_the_variables(desk: Desk) -> None:
    ran = run("spot", "get-account-balance", "--sandbox-url", desk.url)

    assert (ran.code, ran.out) == (2, "")
    assert "KRAKEN_API_KEY and KRAKEN_API_SECRET" in ran.err


def test_an_order_is_sent_only_with_yes_or_only_to_be_validated(desk: Desk) -> None:
    unsure = desk.run("submit-order", *ORDER)
    checked = desk.run("submit-order", *ORDER, "--validate", "--json")
    open_after_both = desk.run("get-open-orders", "--json").data["open"]
    sent = desk.run("submit-order", *ORDER, "--yes", "--json")

    assert unsure.code == 2
    assert "add --yes to send it or --validate" in unsure.err
    assert checked.data["txid"] == []
    assert open_after_both == {}
    assert list(desk.run("get_open_orders", "--json").data["open"]) == sent.data["txid"]
    assert desk.run("cancel-order", sent.data["txid"][0], "--json").data["count"] == 1


def test_no_validate_is_an_order_all_the_same(desk: Desk) -> None:
    assert desk.run("submit-order", *ORDER, "--no-validate").code == 2


def test_a_refusal_exits_with_1_and_says_what_to_do(desk: Desk) -> None:
    ran = desk.run("get-ticker", "NOSUCH")

    assert (ran.code, ran.out) == (1, "")
    assert "EQuery:Unknown asset pair" in ran.err


def test_options_are_named_like_parameters_with_dashes_or_underscores(desk: Desk) -> None:
    dashes = desk.run("submit-order", *ORDER, "--cl-ord-id", "mine-1", "--validate")
    underscores = desk.run("submit-order", *ORDER, "--cl_ord_id", "mine-1", "--validate")

    assert (dashes.code, underscores.code) == (0, 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("get-order-book",), "GetOrderBook needs pair"),
        (("get-order-book", "XBTUSD", "many"), "count is 'many'"),
        (("get-order-book", "XBTUSD", "--pair", "ETHUSD"), "pair is given twice"),
        (("get-server-time", "now"), "was given 1 values; it takes none"),
        (("submit-order", *ORDER, "--close", "{"), "close begins like JSON"),
        (("get-order-book", "XBTUSD", "--deepth", "5"), "No such option"),
        (("get-tickr", "XBTUSD"), "No such command"),
    ],
)
def test_misuse_is_told_before_anything_is_sent(arguments: tuple[str, ...], message: str) -> None:
    ran = run("spot", *arguments, "--sandbox-url", "http://127.0.0.1:1")

    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


def test_keys_do_not_travel_unencrypted_to_other_machines() -> None:
    ran = run("spot", "get-server-time", "--sandbox-url", "http://exchange.example")

    assert ran.code == 2
    assert "use https://" in ran.err


def test_an_exchange_that_is_not_there_exits_with_1() -> None:
    ran = run("spot", "get-server-time", "--sandbox-url", "http://127.0.0.1:1")

    assert ran.code == 1
    assert "nothing was sent" in ran.err


def test_an_answer_of_bytes_goes_to_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    monkeypatch.setattr("krakenkit.cli.calls.call", lambda _request, _environment: b"PK\x03\x04")
    file = tmp_path / "report.zip"

    ran = desk.run("get-ledgers-export", "ABCD", "--output", str(file))

    assert (ran.code, ran.out) == (0, "")
    assert ran.err == f"4 bytes written to {file}\n"
    assert file.read_bytes() == b"PK\x03\x04"
    assert desk.run("get-ledgers-export", "ABCD").code == 2


@pytest.mark.parametrize("product", ["spot", "futures"])
def test_every_endpoint_is_a_command_with_an_option_for_every_parameter(product: str) -> None:
    kinds = [kind for kind in requests().values() if product_of(kind) == product]
    listed = run(product, "--help").out

    assert len({command_name(kind) for kind in kinds}) == len(kinds) > 60
    for kind in kinds:
        command = endpoint_command(kind)
        names = [one.name for one in command.params]
        assert len(set(names)) == len(names), command.name
        assert set(names) >= set(kind.__struct_fields__), command.name
        spellings = [spelling for one in command.params for spelling in (*one.opts, *one.secondary_opts)]
        assert len(set(spellings)) == len(spellings), command.name
        assert command.name in listed.split()


def test_help_shows_parameters_with_their_notes_and_what_the_key_needs() -> None:
    ran = run("spot", "submit-order", "--help")

    assert ran.code == 0
    assert "--cl-ord-id, --cl_ord_id" in ran.out
    assert "Base quantity" in ran.out
    assert "--validate / --no-validate" in ran.out
    assert "The key must be allowed: Orders and trades - Create & modify orders." in ran.out
    assert "``" not in ran.out


def test_notes_are_read_from_the_class_and_those_it_derives_from() -> None:
    class Deeper(GetOrderBook, frozen=True):
        """A book, and more."""

        extra: int = 0
        """How much more."""

    notes = notes_on_fields(Deeper)

    assert first_line(Deeper) == "A book, and more."
    assert notes["extra"] == "How much more."
    assert notes["count"].startswith("Levels per side")


def test_consent_follows_the_route_and_the_flag() -> None:
    given: dict[str, Any] = dict(
        zip(("pair", "type", "ordertype", "volume"), ("XBTUSD", "buy", "market", "1"), strict=True)
    )

    assert needs_consent(SubmitOrder(**given))
    assert not needs_consent(SubmitOrder(**given, validate=True))
    assert not needs_consent(GetOrderBook("XBTUSD"))


def test_values_come_by_position_as_in_python() -> None:
    assert positional(GetOrderBook)[:2] == ["pair", "count"]
    assert positional(SubmitOrder) == []
    assert request_from(GetOrderBook, ["XBTUSD"], {"count": "5"}) == GetOrderBook("XBTUSD", count=5)
    with pytest.raises(SettingsError, match="was given 1 values"):
        request_from(SubmitOrder, ["XBTUSD"], {})
