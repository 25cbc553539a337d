"""``decode --ws DERIVATIVES_PRIVATE_V1``: recorded frames of the Futures WebSocket as the clients would have read them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.cli_helpers import run
from krakenkit._core.redaction import HIDDEN
from krakenkit.cli.decoding.findings import Finding
from krakenkit.cli.decoding.futures_v1 import FuturesV1Recording

KEY, TEXT, SIGNED = "k3y-k3y-k3y", "ch4llenge-ch4llenge", "s1gned-s1gned=="
PROOF = f'"api_key":"{KEY}","original_challenge":"{TEXT}","signed_challenge":"{SIGNED}"'
ORDER = (
    '"order_id":"a1","instrument":"PF_LTCUSD","direction":1,"qty":2.50,"filled":0.0,"limit_price":71.10,"type":"limit"'
)


def read(frame: str) -> Finding:
    return FuturesV1Recording().read(frame.encode())


def rows(finding: Finding) -> list[dict[str, Any]]:
    assert finding.ok, finding.error
    found: list[dict[str, Any]] = finding.value["data"]
    return found


def test_a_session_is_told_line_by_line_and_shows_no_key_and_no_signature(tmp_path: Path) -> None:
    file = tmp_path / "session.jsonl"
    lines = (
        '{"event":"info","version":1}',
        f'{{"event":"challenge","api_key":"{KEY}"}}',
        f'{{"event":"challenge","message":"{TEXT}"}}',
        f'{{"event":"subscribe","feed":"fills","product_ids":["PF_LTCUSD"],{PROOF}}}',
        f'{{"event":"subscribed","feed":"fills","product_ids":["PF_LTCUSD"],{PROOF}}}',
        f'{{"event":"subscribed_failed","feed":"balances",{PROOF}}}',
        f'{{"event":"unsubscribe","feed":"fills",{PROOF}}}',
        f'{{"event":"unsubscribed","feed":"fills",{PROOF}}}',
        f'{{"event":"unsubscribed_failed","feed":"fills",{PROOF}}}',
        '{"event":"ping"}',
        '{"event":"pong"}',
        f'{{"event":"subscribe","feed":"open_orders","order":{{{PROOF}',
    )
    file.write_text("\n".join(lines))

    ran = run("decode", "--ws", "derivativesPrivateV1", file, "--json")

    assert ran.code == 1
    assert [(one["line"], one["ok"], one["type"]) for one in ran.data] == [
        (1, True, "Greeting"),
        (2, True, "Challenge"),
        (3, True, "Challenge"),
        (4, True, "Subscribe"),
        (5, True, "Acknowledgement"),
        (6, True, "SubscriptionRefused"),
        (7, True, "Unsubscribe"),
        (8, True, "Acknowledgement"),
        (9, True, "SubscriptionRefused"),
        (10, True, "Ping"),
        (11, True, "Pong"),
        (12, False, "frame"),
    ]
    assert all(one["unread"] == [] for one in ran.data)
    assert ran.data[2]["value"]["message"] == HIDDEN
    assert ran.data[3]["value"] == {"event": "subscribe", "feed": "fills", "params": {"product_ids": ["PF_LTCUSD"]}}
    assert not any(secret in ran.out + ran.err for secret in (KEY, TEXT, SIGNED))


def test_refusals_say_what_was_refused_as_far_as_the_exchange_does() -> None:
    failed = read('{"event":"subscribed_failed","feed":"ticker","product_ids":["PF_NOUSD"]}')
    feed = read('{"event":"error","message":"Invalid feed"}')
    pace = read('{"event":"alert","message":"Rate limit exceeded"}')

    assert "subscribe ticker PF_NOUSD was refused: subscribed_failed" in failed.value["message"]
    assert (feed.type, feed.value["codes"]) == ("SubscriptionRefused", ["Invalid feed"])
    assert (pace.type, pace.value["codes"]) == ("SubscriptionRefused", ["Rate limit exceeded"])


def test_alerts_that_refuse_nothing_are_no_refusals() -> None:
    stands = read('{"event":"alert","message":"Already subscribed to feed, re-requesting"}')
    news = read('{"event":"alert","message":"Maintenance begins at ten","mood":1}')

    assert (stands.type, stands.value["message"]) == ("Acknowledgement", "Already subscribed to feed, re-requesting")
    assert (news.type, news.value, news.unread) == ("Trouble", {"text": "Maintenance begins at ten"}, ["$.mood"])


def test_a_book_is_told_as_rows_with_every_digit() -> None:
    whole = read(
        '{"feed":"book_snapshot","product_id":"PF_LTCUSD","timestamp":1700000000000,"seq":7,"tickSize":null,'
        '"bids":[{"price":71.00,"qty":2.50}],"asks":[{"price":71.10,"qty":1e-05}]}'
    )
    change = read(
        '{"feed":"book","product_id":"PF_LTCUSD","side":"sell","seq":8,"price":71.10,"qty":0.0,"timestamp":1}'
    )

    assert (whole.type, whole.value["feed"], whole.unread, change.unread) == ("BookUpdate", "book_snapshot", [], [])
    assert rows(whole)[0]["bids"] == [{"price": "71.00", "qty": "2.50"}]
    assert rows(whole)[0]["asks"] == [{"price": "71.10", "qty": "0.00001"}]
    assert (rows(change)[0]["seq"], rows(change)[0]["asks"]) == (8, [{"price": "71.10", "qty": "0.0"}])


TRADE = (
    '{"feed":"trade","product_id":"PF_LTCUSD","side":"buy","type":"fill","seq":%d,"time":%d,"qty":1.50,"price":71.10}'
)


def test_snapshots_come_oldest_first_and_unread_places_are_those_of_the_frame() -> None:
    newest, oldest = TRADE % (6, 2), TRADE % (5, 1)
    trades = f'{newest[:-1]},"mood":1}},{oldest}'
    told = read(f'{{"feed":"trade_snapshot","product_id":"PF_LTCUSD","trades":[{trades}]}}')
    log = read('{"feed":"account_log_snapshot","logs":[{"id":9,"mood":1,"fee":0.10},{"id":8,"asset":"usd"}]}')

    assert [row["seq"] for row in rows(told)] == [5, 6]
    assert told.unread == ["$.trades[0].mood"]
    assert ([row["id"] for row in rows(log)], log.unread) == ([8, 9], ["$.logs[0].mood"])
    assert rows(log)[1]["fee"] == "0.10"
    assert rows(log)[1]["extra"] == {"mood": 1}


def test_tickers_keep_their_digits() -> None:
    full = read(
        '{"time":1,"product_id":"PF_LTCUSD","feed":"ticker","bid":71.00,"funding_rate":-6.2e-11,"markPrice":71.050}'
    )
    lite = read('{"feed":"ticker_lite","product_id":"PF_LTCUSD","bid":71.00,"maturityTime":0,"mood":1}')

    assert (full.type, full.unread) == ("TickerUpdate", [])
    assert (rows(full)[0]["funding_rate"], rows(full)[0]["mark_price"]) == ("-0.000000000062", "71.050")
    assert (lite.type, lite.unread) == ("TickerLiteUpdate", ["$.mood"])


def test_orders_fills_and_positions() -> None:
    standing = read(f'{{"feed":"open_orders_snapshot","account":"mine","orders":[{{{ORDER}}},{{{ORDER},"mood":1}}]}}')
    gone = read('{"feed":"open_orders_verbose","order_id":"a1","is_cancel":true,"reason":"full_fill"}')
    fills = read(
        '{"feed":"fills","username":"mine","fills":[{"fill_id":"f1","price":71.10,"qty":2.0,"buy":true,"seq":3}]}'
    )
    flat = read('{"feed":"open_positions","account":"mine","positions":[],"seq":1,"timestamp":2}')
    none = read('{"feed":"fills_snapshot","account":"mine","fills":[]}')

    assert (standing.type, standing.unread) == ("OpenOrderUpdate", ["$.orders[1].mood"])
    assert (rows(standing)[0]["account"], rows(standing)[0]["order"]["limit_price"]) == ("mine", "71.10")
    assert (rows(gone)[0]["is_cancel"], gone.unread) == (True, [])
    assert (fills.type, rows(fills)[0]["account"], rows(fills)[0]["price"], fills.unread) == (
        "Fill",
        "mine",
        "71.10",
        [],
    )
    assert (flat.type, rows(flat)[0]["positions"], flat.unread) == ("OpenPositionsUpdate", [], [])
    assert (none.type, rows(none), none.unread) == ("Fill", [], [])


def test_balances_log_entries_and_announcements() -> None:
    balances = read(
        '{"feed":"balances","account":"mine","timestamp":1,"seq":2,"holding":{"USD":10.50},'
        '"flex_futures":{"balance_value":13.280,"mood":1,"isolated_list":[]}}'
    )
    entry = read('{"feed":"account_log","new_entry":{"id":4,"new_balance":0.50}}')
    note = read('{"feed":"notifications_auth","notifications":[{"id":5,"type":"maintenance","priority":"high"}]}')

    assert (balances.type, balances.unread) == ("BalancesUpdate", ["$.flex_futures.mood"])
    assert rows(balances)[0]["flex_futures"]["balance_value"] == "13.280"
    assert (entry.type, rows(entry)[0]["new_balance"], entry.unread) == ("LogEntry", "0.50", [])
    assert (note.type, rows(note)[0]["priority"], note.unread) == ("Notification", "high", [])


@pytest.mark.parametrize(
    ("frame", "where"),
    [
        ('{"feed":"weather","time":1}', "$.feed"),
        ('{"feed":"ticker","product_id":"PF_LTCUSD","bid":"cheap"}', "$.bid"),
        ('{"feed":"book","product_id":"P","side":"sell","seq":8,"price":71.1,"qty":"many"}', "$.qty"),
        (
            '{"feed":"book_snapshot","product_id":"P","seq":8,"bids":[],"asks":[{"price":[],"qty":1}]}',
            "$.asks[0].price",
        ),
        ('{"event":"subscribe","feed":"weather"}', "$.feed"),
        ('{"event":"subscribe","feed":"ticker"}', "$"),
        ('{"event":"subscribe"}', "$.feed"),
    ],
)
def test_what_does_not_decode_names_the_place(frame: str, where: str) -> None:
    found = read(frame)

    assert found.error is not None
    assert found.error["field"] == where


def test_a_key_in_a_place_of_its_own_is_covered_up_too() -> None:
    found = read(f'{{"feed":"open_orders","order_id":"a1","is_cancel":true,{PROOF}}}')

    assert rows(found)[0]["extra"]["api_key"] == HIDDEN
    assert not any(secret in json.dumps(found.told()) for secret in (KEY, TEXT, SIGNED))
