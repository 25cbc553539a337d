"""Amends, trades by id, positions, credit lines, ledgers and fees."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from krakenkit.errors import SettingsError
from krakenkit.wire.request import Params, form_text, json_value, wire_params
from krakenkit.wire.rewrite import altered, exact_json, on_the_wire, unread
from krakenkit.wire.spot.credit import GetCreditLines
from krakenkit.wire.spot.fees import GetTradingVolume
from krakenkit.wire.spot.history import GetOrderAmends, GetTrades
from krakenkit.wire.spot.ledgers import ClassedAsset, GetLedgers, GetLedgersInfo
from krakenkit.wire.spot.positions import GetOpenPositions


def form(request: Params) -> str:
    return form_text(wire_params(request))


def body(request: Params) -> object:
    return json_value(wire_params(request))


def test_amends_come_oldest_first_with_optional_members() -> None:
    answer = GetOrderAmends.reader()(
        b'{"count":2,"amends":[{"amend_id":"TA1","amend_type":"original","order_qty":"2.5000","remaining_qty":"2.5000",'
        b'"limit_price":"10.10","post_only":false,"timestamp":1730000000000000000},'
        b'{"amend_id":"TA2","amend_type":"user","order_qty":"2.0","display_qty":"0.5","remaining_qty":"1.9",'
        b'"limit_price":"10.2","trigger_price":null,"reason":"by hand","post_only":true,"timestamp":1730000000001}]}'
    )

    first, second = answer.amends
    assert (first.order_qty, first.display_qty, first.reason) == (Decimal("2.5000"), None, None)
    assert (second.display_qty, second.remaining_qty, second.post_only) == (Decimal("0.5"), Decimal("1.9"), True)
    assert answer.count == 2


def test_trades_by_id_are_the_rows_of_the_history() -> None:
    trades = GetTrades.reader()(
        b'{"TAAAAA-BBBBB-CCCCCC":{"ordertxid":"OAAAAA-BBBBB-CCCCCC","postxid":"TP","pair":"ADAUSD","time":1700000000.0625,'
        b'"type":"sell","ordertype":"limit","price":"0.3700","cost":"37.00","fee":"0.06","vol":"100","margin":"0",'
        b'"leverage":"0","misc":"","trade_id":12,"maker":true,"posstatus":"open","net":3.25,"trades":["T1"]}}'
    )

    trade = trades["TAAAAA-BBBBB-CCCCCC"]
    assert (trade.time, trade.price, trade.net) == (Decimal("1700000000.0625"), Decimal("0.3700"), Decimal("3.25"))
    assert (trade.maker, trade.trades) == (True, ["T1"])


def test_several_ids_are_joined_and_counted() -> None:
    assert form(GetTrades(["T1", "T2"], ledgers=True)) == "txid=T1%2CT2&ledgers=true"
    assert form(GetLedgers(["L1", "L2"])) == "id=L1%2CL2"
    with pytest.raises(SettingsError, match="at most 20 in txid, not 21"):
        GetTrades(",".join(["T"] * 21))
    with pytest.raises(SettingsError, match="at most 20 in id, not 21"):
        GetLedgers(["L"] * 21)
    with pytest.raises(SettingsError, match="empty txid"):
        GetTrades([])
    with pytest.raises(SettingsError, match="empty id"):
        GetLedgers("")


POSITION = (
    b'{"TPOS01":{"ordertxid":"OORD01","posstatus":"open","pair":"XETHZUSD","time":1715000000.5,"type":"buy",'
    b'"ordertype":"limit","cost":"1500.000","fee":"2.4","vol":"0.50","vol_closed":"0.10","margin":"300.0",'
    b'"value":"1512.5","net":"12.5","terms":"0.0200% per 4 hours","rollovertm":"1715014400","misc":"","oflags":"fciq"}}'
)
CONSOLIDATED = (
    b'[{"pair":"XETHZUSD","class":"forex","positions":"2","type":"buy","leverage":"3.00000","cost":"1500.000",'
    b'"fee":"2.4","vol":"0.50","vol_closed":"0.10","margin":"500.0"}]'
)


def test_open_positions_are_read_by_id() -> None:
    answer = GetOpenPositions.reader()(POSITION)

    position = answer.by_id["TPOS01"]
    assert (position.cost, position.vol_closed, position.net) == (Decimal("1500.000"), Decimal("0.10"), Decimal("12.5"))
    assert position.rollovertm == 1_715_014_400
    assert answer.by_pair is None


def test_consolidated_positions_are_read_by_pair() -> None:
    answer = GetOpenPositions.reader()(CONSOLIDATED)

    assert answer.by_id == {}
    assert answer.by_pair is not None
    (position,) = answer.by_pair
    assert (position.pair, position.positions, position.class_) == ("XETHZUSD", 2, "forex")
    assert (position.margin, position.value) == (Decimal("500.0"), None)


@pytest.mark.parametrize("text", [POSITION, CONSOLIDATED, b"{}", b"[]"])
def test_either_shape_of_positions_is_written_again_as_it_came(text: bytes) -> None:
    rewritten = on_the_wire(GetOpenPositions.reader()(text))

    assert type(rewritten) is type(json.loads(text))
    assert unread(exact_json(text), rewritten) == altered(exact_json(text), rewritten) == []


def test_consolidation_knows_one_word() -> None:
    assert form(GetOpenPositions(docalcs=True, consolidation="market")) == "docalcs=true&consolidation=market"
    with pytest.raises(SettingsError, match="give one of market"):
        GetOpenPositions(consolidation="pair")


def test_credit_lines_may_be_none_and_name_the_limit_either_way() -> None:
    lines = GetCreditLines.reader()(
        b'{"asset_details":{"ZUSD":{"balance":"10.0","hold_trade":"0","collateral_value":0.98,"credit_limit":"500",'
        b'"credit_used":"20.25","available_credit":"479.75"},"XXBT":{"balance":"1","hold_trade":"0","credit":"2"}},'
        b'"limits_monitor":{"total_credit_usd":"500","equity_usd":"-1.5","debt_to_equity":null}}'
    )

    assert GetCreditLines.reader()(b"null") is None
    assert lines is not None
    assert lines.asset_details["ZUSD"].collateral_value == Decimal("0.98")
    assert lines.asset_details["ZUSD"].credit_limit == Decimal(500)
    assert lines.asset_details["XXBT"].credit == Decimal(2)
    assert lines.limits_monitor is not None
    assert lines.limits_monitor.equity_usd == Decimal("-1.5")


def test_ledger_pages_carry_signed_amounts_a_total_and_a_cursor() -> None:
    page = GetLedgersInfo.reader()(
        b'{"ledger":{"LAAAAA-BBBBB-CCCCCC":{"refid":"TREF","time":1720000000.1234,"type":"trade","aclass":"currency",'
        b'"asset":"ZEUR","amount":"-24.7000","fee":"0.0990","balance":"100.2010"}},"count":"51","cursor":{"next":"abc"}}'
    )

    entry = page.ledger["LAAAAA-BBBBB-CCCCCC"]
    assert (entry.amount, entry.fee, entry.time) == (Decimal("-24.7000"), Decimal("0.0990"), Decimal("1720000000.1234"))
    assert entry.subtype == ""
    assert page.count == 51
    assert page.cursor is not None
    assert page.cursor.next == "abc"


def test_ledger_entries_by_id_may_say_an_amount_in_tokens() -> None:
    entries = GetLedgers.reader()(
        b'{"L1":{"refid":"R","time":1720000000,"type":"dividend","subtype":"","aclass":"tokenized_asset","asset":"AAPLx",'
        b'"amount":"0.010","fee":"0","balance":"1.010","wallet":"spot / main","amount_token":"0.0099"}}'
    )

    assert entries["L1"].amount_token == Decimal("0.0099")
    assert entries["L1"].wallet == "spot / main"


def test_ledger_look_ups_refuse_offset_with_cursor_and_long_pages() -> None:
    assert form(GetLedgersInfo(["XXBT", "ZUSD"], limit=100)) == "asset=XXBT%2CZUSD&limit=100"
    with pytest.raises(SettingsError, match="one of ofs and cursor"):
        GetLedgersInfo(ofs=50, cursor="abc")
    with pytest.raises(SettingsError, match="limit is 101; give 1 to 100"):
        GetLedgersInfo(limit=101)


def test_assets_with_a_class_travel_as_objects() -> None:
    by_class = [ClassedAsset("TSLAx", "tokenized_asset")]

    assert body(GetLedgersInfo(by_class)) == {"asset": [{"asset": "TSLAx", "aclass": "tokenized_asset"}]}
    with pytest.raises(SettingsError, match="mixes plain names and ClassedAsset"):
        GetTradingVolume(["XBTUSD", *by_class])


def test_trading_volume_without_pairs_has_no_fees() -> None:
    answer = GetTradingVolume.reader()(b'{"currency":"ZUSD","volume":"12.3400","fees":null,"fees_maker":null}')

    assert str(answer.volume) == "12.3400"
    assert answer.fees is None


def test_trading_volume_with_pairs_has_steps_and_schedules() -> None:
    text = (
        b'{"currency":"ZUSD","asset_class":"currency","volume":"51000.5","fees":{"XXBTZUSD":{"fee":"0.2400",'
        b'"minfee":"0.1000","maxfee":"0.2600","nextfee":null,"tiervolume":"50000.0000","nextvolume":null,'
        b'"tierfuturesvolume":"0","nextfuturesvolume":null,"volumeoffset":"0"}},"fees_maker":{"XXBTZUSD":{"fee":"0.14"}},'
        b'"inputs":{"domain_spot_volume_30d":"51000.5","domain_futures_volume_30d":"0","domain_assets_on_platform":"7"},'
        b'"volume_subaccounts":[{"iiban":"AA00 N11G","volume":"1000.5"}],"schedules":[{"pair":"XXBTZUSD","class":"spot",'
        b'"tiers":[{"maker_fee":"0.16","taker_fee":"0.26","min_spot_volume":"0","active":true}]}]}'
    )

    answer = GetTradingVolume.reader()(text)

    assert answer.fees is not None
    assert answer.fees["XXBTZUSD"].fee == Decimal("0.2400")
    assert answer.fees["XXBTZUSD"].nextfee is None
    assert answer.inputs is not None
    assert answer.inputs.domain_spot_volume_30d == Decimal("51000.5")
    assert answer.volume_subaccounts is not None
    assert answer.volume_subaccounts[0].volume == Decimal("1000.5")
    assert answer.schedules is not None
    assert (answer.schedules[0].class_, answer.schedules[0].tiers[0].active) == ("spot", True)
    assert unread(exact_json(text), on_the_wire(answer)) == []


def test_trading_volume_sends_names_as_text_and_the_old_switch_with_its_hyphen() -> None:
    assert form(GetTradingVolume(["XBTUSD", "ETHUSD"], fee_info=True)) == "pair=XBTUSD%2CETHUSD&fee-info=true"
    assert body(GetTradingVolume([ClassedAsset("TSLAx/USD", "equity_pair")], fee_schedule=True)) == {
        "pair": [{"asset": "TSLAx/USD", "aclass": "equity_pair"}],
        "fee_schedule": True,
    }
