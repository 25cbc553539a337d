"""Prime: API users, keys and settlement, in the shapes of the manual's examples."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from krakenkit.errors import SettingsError
from krakenkit.wire.institutional.prime import (
    CreatePrimeApiUser,
    CreatePrimeApiUserKey,
    CreatePrimeSettlementBatch,
    DeletePrimeApiUserKey,
    GetPrimeApiUser,
    GetPrimeSettlementBatch,
    ListPrimeApiUserKeys,
    ListPrimeApiUsers,
    ListPrimeSettlementBatches,
    SettlePrimeSettlementBatchAsset,
    UpdatePrimeApiUser,
    UpdatePrimeApiUserKey,
    UpdatePrimeApiUserRoles,
)
from krakenkit.wire.request import Request, json_value, wire_params
from krakenkit.wire.rewrite import altered, exact_json, on_the_wire, unread
from krakenkit.wire.route import Resend

USER = b'{"id":"U1","name":"Desk","status":"Enabled","roles":["Trader"]}'
KEY = (
    b'{"id":"K1","key":"KPUB","user_id":"U1","updated_at":1700000000000,"permissions":["read::marketdata"],'
    b'"whitelisted_ips":[]}'
)
LEG = (
    b'{"status":"unsettled","asset":"BTC","amount":"-1.50","can_settle":true,"settled_at":null,'
    b'"latest_spot_transfer":{"n":1.10}}'
)
BATCH = (
    b'{"id":"B_1","attributes":{"status":"unsettled","confirmed":false,"created_at":1700000000000,"trade_count":5,'
    b'"asset_kind":"currency","updated_at":1700000100000},"legs":[' + LEG + b'],"trade_ids":["t-1","t-2"]}'
)
TRANSFER = (
    b'{"transfer":{"id":"100","attributes":{"transfer_status":"pending","transfer_amount":"1.50","transfer_asset":"BTC"},'
    b'"relationships":{"leg":' + LEG + b"}}}"
)
ANSWERS: list[tuple[type[Request[Any]], bytes]] = [
    (CreatePrimeApiUser, USER),
    (GetPrimeApiUser, b'{"data":' + USER + b"}"),
    (ListPrimeApiUsers, b'{"data":[' + USER + b"]}"),
    (UpdatePrimeApiUser, USER),
    (UpdatePrimeApiUserRoles, USER),
    (CreatePrimeApiUserKey, b'{"id":"K1","api_key":"KPUB","api_secret":"hush","user_id":"U1","permissions":[]}'),
    (ListPrimeApiUserKeys, b'{"data":[' + KEY + b"]}"),
    (UpdatePrimeApiUserKey, b'{"id":"K1","api_key":"KPUB","whitelisted_ips":["192.0.2.1"],"updated_at":1700000000000}'),
    (DeletePrimeApiUserKey, b'{"deleted":true}'),
    (CreatePrimeSettlementBatch, b'{"batch":' + BATCH + b"}"),
    (CreatePrimeSettlementBatch, b'{"trade_ids":["t-1"]}'),
    (GetPrimeSettlementBatch, b'{"batch":' + BATCH + b"}"),
    (ListPrimeSettlementBatches, b'{"data":[' + BATCH + b'],"pagination":{"has_more":true,"limit":20,"offset":0}}'),
    (SettlePrimeSettlementBatchAsset, TRANSFER),
]


@pytest.mark.parametrize(("kind", "raw"), ANSWERS)
def test_every_answer_comes_back_whole(kind: type[Request[Any]], raw: bytes) -> None:
    rewritten = on_the_wire(kind.reader()(raw))

    assert unread(exact_json(raw), rewritten) == []
    assert altered(exact_json(raw), rewritten) == []
    assert (kind.route.encoding, kind.route.signed, kind.route.unconfirmed) == ("json", True, True)


def test_users_and_keys_have_names() -> None:
    user = GetPrimeApiUser.reader()(b'{"data":' + USER + b"}").data
    (key,) = ListPrimeApiUserKeys.reader()(b'{"data":[' + KEY + b"]}").data

    assert (user.id, user.status, user.roles) == ("U1", "Enabled", ["Trader"])
    assert (key.key, key.api_key, key.updated_at) == ("KPUB", None, 1_700_000_000_000)
    assert DeletePrimeApiUserKey.reader()(b'{"deleted":true}').deleted is True


def test_a_new_secret_is_readable_and_stays_out_of_reprs() -> None:
    new = CreatePrimeApiUserKey.reader()(b'{"id":"K1","api_key":"KPUB","api_secret":"hush","user_id":"U1"}')
    (listed,) = ListPrimeApiUserKeys.reader()(b'{"data":[' + KEY + b"]}").data

    assert new.api_secret == "hush"
    assert "hush" not in repr(new)
    assert "KPUB" not in repr(new) + repr(listed)


def test_a_batch_has_legs_with_exact_amounts() -> None:
    page = ListPrimeSettlementBatches.reader()(b'{"data":[' + BATCH + b'],"pagination":{"has_more":true}}')
    transfer = SettlePrimeSettlementBatchAsset.reader()(TRANSFER).transfer

    assert page.pagination is not None
    assert page.pagination.has_more is True
    (leg,) = page.data[0].legs
    assert (leg.amount, leg.settled_at) == (Decimal("-1.50"), None)
    assert leg.latest_spot_transfer is not None
    assert bytes(leg.latest_spot_transfer["n"]) == b"1.10"
    assert transfer.attributes is not None
    assert (transfer.attributes.transfer_amount, transfer.attributes.transfer_status) == (Decimal("1.50"), "pending")


@pytest.mark.parametrize(
    ("request_", "body"),
    [
        (CreatePrimeApiUser(name="Desk", role="Viewer"), {"name": "Desk", "role": "Viewer"}),
        (UpdatePrimeApiUser("U1", status="Disabled"), {"user_id": "U1", "status": "Disabled"}),
        (UpdatePrimeApiUserRoles("U1", "Trader"), {"user_id": "U1", "role": "Trader"}),
        (UpdatePrimeApiUserKey("U1", "K1", []), {"user_id": "U1", "key_id": "K1", "whitelisted_ips": []}),
        (ListPrimeSettlementBatches(["unsettled"], from_=1, until=2, limit=20, offset=0),
         {"statuses": ["unsettled"], "from": 1, "until": 2, "limit": 20, "offset": 0}),
        (SettlePrimeSettlementBatchAsset(batch_id="B_1", asset="BTC"), {"batch_id": "B_1", "asset": "BTC"}),
    ],
)  # fmt: skip
def test_parameters_travel_under_the_exchanges_names(request_: Request[Any], body: dict[str, object]) -> None:
    assert json_value(wire_params(request_)) == body


def test_what_makes_something_or_moves_funds_is_never_sent_again() -> None:
    made = (
        CreatePrimeApiUser,
        CreatePrimeApiUserKey,
        CreatePrimeSettlementBatch,
        SettlePrimeSettlementBatchAsset,
    )

    assert {kind.route.resend for kind in made} == {Resend.NEVER}
    assert DeletePrimeApiUserKey.route.resend is Resend.CANCEL


def test_changes_that_change_nothing_and_empty_ids_are_refused() -> None:
    with pytest.raises(SettingsError, match="changes nothing"):
        UpdatePrimeApiUser("U1")
    with pytest.raises(SettingsError, match="empty name"):
        CreatePrimeApiUser(name="", role="Viewer")
    with pytest.raises(SettingsError, match="empty key_id"):
        DeletePrimeApiUserKey("U1", "")
    with pytest.raises(SettingsError, match="empty asset"):
        SettlePrimeSettlementBatchAsset(batch_id="B_1", asset="")
