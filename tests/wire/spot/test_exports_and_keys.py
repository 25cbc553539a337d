"""Reports as files, the key in use, wallets, and subaccounts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from krakenkit.errors import SettingsError
from krakenkit.wire.request import Params, form_text, wire_params
from krakenkit.wire.rewrite import altered, exact_json, named, on_the_wire, unread
from krakenkit.wire.route import Resend
from krakenkit.wire.spot.exports import (
    DeleteLedgersExport,
    GetLedgersExport,
    GetLedgersExportStatus,
    RequestLedgersExport,
)
from krakenkit.wire.spot.keys import GetApiKeyInfo, GetWalletAccounts
from krakenkit.wire.spot.subaccounts import CreateSubaccount, SubmitSubaccountTransfer


def form(request: Params) -> str:
    return form_text(wire_params(request))


def test_a_report_is_asked_for_once_because_every_call_makes_another() -> None:
    request = RequestLedgersExport("trades", "last year", fields=["time", "price"], starttm=1_735_689_600)

    assert RequestLedgersExport.reader()(b'{"id":"ABCD"}').id == "ABCD"
    assert request.route.resend is Resend.NEVER
    assert form(request) == "report=trades&description=last+year&fields=time%2Cprice&starttm=1735689600"


def test_reports_know_whether_they_can_be_downloaded() -> None:
    done, failed, queued = GetLedgersExportStatus.reader()(
        b'[{"id":"AAAA","descr":"d","format":"CSV","report":"ledgers","subtype":"all","status":"Processed","flags":"0",'
        b'"fields":"all","createdtm":"1735689600","expiretm":"1736000000","starttm":"1735689601",'
        b'"completedtm":"1735689700","datastarttm":"1704067200","dataendtm":"1735689600","aclass":"forex","asset":"all",'
        b'"assets":"all","asset_classes":["currency"],"endtm":"1735689600","delete":false},'
        b'{"id":"BBBB","status":"Processed","error":"EExport:Exported size too big"},{"id":"CCCC","status":"Queued"}]'
    )

    assert [report.ready for report in (done, failed, queued)] == [True, False, False]
    assert (done.createdtm, done.completedtm, done.delete) == (1_735_689_600, 1_735_689_700, False)
    assert done.asset_classes == ["currency"]


def test_a_report_is_bytes_and_its_removal_answers_with_the_member_asked_for() -> None:
    removed = DeleteLedgersExport.reader()(b'{"cancel":true}')

    assert GetLedgersExport.answer_type() is bytes
    assert GetLedgersExport.route.envelope == "bytes"
    assert (removed.cancel, removed.delete) == (True, None)
    assert form(DeleteLedgersExport("ABCD", "cancel")) == "id=ABCD&type=cancel"


@pytest.mark.parametrize(
    "make",
    [
        lambda: RequestLedgersExport("orders", "x"),
        lambda: RequestLedgersExport("trades", "x", format="PDF"),
        lambda: GetLedgersExportStatus("orders"),
        lambda: DeleteLedgersExport("ABCD", "drop"),
    ],
)
def test_words_that_exports_do_not_know_are_refused(make: Callable[[], object]) -> None:
    with pytest.raises(SettingsError, match="give one of"):
        make()


SNAKE = (
    b'{"api_key_name":"bot","api_key":"PUBLICPART0123456789","nonce":"1735689600123","nonce_window":"250",'
    b'"permissions":["query-funds","modify-trades"],"iban":"AA00 N11G 2222 3333","valid_until":"0","query_from":"0",'
    b'"query_to":"0","created_time":"1735689600","modified_time":1735689601,"ip_allowlist":["192.0.2.7"],'
    b'"last_used":null}'
)
CAMEL = (
    b'{"apiKeyName":"bot","apiKey":"PUBLICPART0123456789","nonce":"1735689600123","nonceWindow":250,'
    b'"permissions":["query-funds","modify-trades"],"iban":"AA00 N11G 2222 3333","validUntil":"0","queryFrom":"0",'
    b'"queryTo":"0","createdTime":"1735689600","modifiedTime":"1735689601","ipAllowlist":["192.0.2.7"],"lastUsed":"0"}'
)


@pytest.mark.parametrize("text", [SNAKE, CAMEL])
def test_key_info_is_read_in_either_case_and_written_again_as_it_came(text: bytes) -> None:
    info = GetApiKeyInfo.reader()(text)

    assert (info.api_key_name, info.nonce_window, info.valid_until) == ("bot", 250, 0)
    assert (info.created_time, info.modified_time) == (1_735_689_600, 1_735_689_601)
    assert info.permissions == ["query-funds", "modify-trades"]
    assert info.ip_allowlist == ["192.0.2.7"]
    rewritten = on_the_wire(info)
    assert unread(exact_json(text), rewritten) == altered(exact_json(text), rewritten) == []
    assert named(info)["nonce_window"] == 250


@pytest.mark.parametrize("text", [SNAKE, CAMEL])
def test_the_repr_of_key_info_hides_key_and_nonce(text: bytes) -> None:
    shown = repr(GetApiKeyInfo.reader()(text))

    assert "modify-trades" in shown
    assert "PUBLICPART0123456789" not in shown
    assert "1735689600123" not in shown


def test_wallets_give_the_ids_that_other_calls_take() -> None:
    answer = GetWalletAccounts.reader()(
        b'{"accounts":[{"account_id":"AAAA-BBBB-CCCC-DDDD","name":null,"type":"spot","status":"active",'
        b'"flags":{"user_defined":false,"active":true}}],"cursor":{"next":null}}'
    )

    (wallet,) = answer.accounts
    assert (wallet.account_id, wallet.type, wallet.name) == ("AAAA-BBBB-CCCC-DDDD", "spot", None)
    assert wallet.flags is not None
    assert wallet.flags.active is True


def test_a_transfer_between_accounts_is_sent_once_with_exact_text() -> None:
    request = SubmitSubaccountTransfer(asset="XBT", amount=Decimal("0.10"), from_="AAAA 1111", to="BBBB 2222")

    answer = SubmitSubaccountTransfer.reader()(b'{"transfer_id":"TAAA","status":"pending"}')

    assert form(request) == "asset=XBT&amount=0.10&from=AAAA+1111&to=BBBB+2222"
    assert request.route.resend is Resend.NEVER
    assert (answer.transfer_id, answer.status) == ("TAAA", "pending")


def test_a_new_subaccount_answers_true_and_is_asked_for_once() -> None:
    assert CreateSubaccount.reader()(b"true") is True
    assert CreateSubaccount.route.resend is Resend.NEVER
    assert form(CreateSubaccount(username="desk", email="a@example.com")) == "username=desk&email=a%40example.com"
