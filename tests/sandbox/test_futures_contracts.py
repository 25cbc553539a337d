"""What contracts do over time, as clients of Futures see it: funding, liquidation, settlement, settings and transfers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from krakenkit import DerivativesClient
from krakenkit.sandbox import Sandbox
from krakenkit.wire.futures.account_log import csv_rows
from krakenkit.wire.futures.base import FULL, READ, TRANSFER
from sandbox.futures_line import Trader, fetch, get, private_line, trade
from sandbox.loopback import Moment, World, over_loopback, world

V3 = "/derivatives/api/v3/"
HISTORY = "/api/history/v3/"
EVERYTHING = (READ, FULL, TRANSFER)
HOUR = 3600


def move(here: World, change: str) -> None:
    """Move the price of bitcoin."""
    here.box.market.move("PF_XBTUSD", change)


# --- what passes by itself --------------------------------------------------------------------------------------------


@over_loopback
async def test_funding_is_paid_on_the_hour_and_told_everywhere() -> None:
    clock = Moment()
    clock.now -= clock.now % (HOUR * 10**9)
    async with world(clock=clock) as here:
        buyer, seller = Trader(here, "buyer"), Trader(here, "seller")
        index = (await get(here, V3 + "tickers/PF_XBTUSD"))["ticker"]["indexPrice"]
        bid, ask = int(index) + 100, int(index) + 110
        await seller.order("buy", "0.01", str(bid))
        await seller.order("sell", "0.01", str(ask))
        here.box.advance(HOUR)
        await trade(buyer, seller, "1", str(bid + 5))
        socket = await private_line(here, buyer)
        await socket.follow("account_log")
        (held,) = (await socket.follow("open_positions"))["positions"]
        assert held["unrealized_funding"] == 0
        here.box.advance(HOUR)

        entry = (await socket.on("account_log"))["new_entry"]
        assert (entry["info"], entry["collateral"]) == ("funding rate change", "usd")
        assert abs(entry["realized_funding"] + entry["funding_rate"]) < Decimal("1E-11")
        assert entry["funding_rate"] > 0
        rates = (await get(here, V3 + "historical-funding-rates", [("symbol", "PF_XBTUSD")]))["rates"]
        assert rates[-2]["fundingRate"] == entry["funding_rate"]
        assert abs(rates[-2]["relativeFundingRate"] * index - rates[-2]["fundingRate"]) < 1  # the index wanders
        assert (await get(here, "/derivatives/api/v4/historicalfundingrates", [("symbol", "pf_xbtusd")]))[
            "rates"
        ] == rates
        (row,) = (await buyer.get(HISTORY + "positions", funding_realization="true"))["elements"]
        update = row["event"]["PositionUpdate"]
        assert (update["updateReason"], update["positionChange"]) == ("fundingRealisation", "noChange")
        assert (update["oldPosition"], update["newPosition"]) == ("1", "1")
        assert Decimal(update["realizedFunding"]) == entry["realized_funding"]


@over_loopback
async def test_a_liquidation_is_told_by_fills_log_and_public_trades() -> None:
    async with world(market=["PF_XBTUSD"], pace=60, clock=Moment()) as here:
        poor = Trader(here, "poor", balances={"USD": 1000})
        socket = await private_line(here, poor)
        await socket.follow("fills")
        await poor.order("buy", "0.4")
        move(here, "-1.65%")

        told = await socket.until(lambda m: m.get("feed") == "fills" and m["fills"][0]["fill_type"] != "taker")
        (fill,) = told["fills"]
        assert fill["fill_type"] in ("partialLiquidation", "liquidation")
        assert fill["order_type"] == "liquidation"
        rows = (await poor.get(HISTORY + "account-log", info="futures liquidation"))["logs"]
        assert {"liquidation_fee" in row for row in rows} == {True, False}
        executions = (await poor.get(HISTORY + "executions"))["elements"]
        kinds = {row["event"]["Execution"]["execution"]["order"]["orderType"] for row in executions}
        assert kinds == {"IoC", "Liquidation"}
        history = (await get(here, V3 + "history", [("symbol", "PF_XBTUSD")]))["history"]
        assert "liquidation" in {row["type"] for row in history}
        here.box.advance(5)
        move(here, "-5%")
        accounts = (await poor.get("accounts"))["accounts"]
        assert accounts["flex"]["maintenanceMargin"] == 0
        assert accounts["flex"]["balanceValue"] >= 0


@over_loopback
async def test_maintenance_is_told_by_a_notification_of_high_priority() -> None:
    async with world() as here:
        trader = Trader(here)
        socket = await private_line(here, trader)
        assert (await socket.follow("notifications_auth"))["notifications"] == []
        here.box.set_status("maintenance")
        (told,) = (await socket.on("notifications_auth"))["notifications"]
        assert (told["type"], told["priority"]) == ("maintenance", "high")
        here.box.set_status("online")
        (row,) = (await trader.get("notifications"))["notifications"]
        assert (row["type"], row["priority"], row["note"]) == ("maintenance", "high", told["note"])


@over_loopback
async def test_a_stop_that_a_fall_sets_off_sells_at_the_prices_after_the_fall() -> None:
    async with world(market=["PF_XBTUSD"], pace=60) as here:
        trader = Trader(here)
        await trader.order("buy", "0.01")
        index = (await get(here, V3 + "tickers/PF_XBTUSD"))["ticker"]["indexPrice"]
        stop: dict[str, Any] = {"orderType": "stp", "stopPrice": int(index) - 500, "reduceOnly": "true"}
        for signal in ("mark", "index", "last"):
            await trader.order("sell", "0.002", triggerSignal=signal, **stop)
        move(here, "-2%")
        sold = [row["price"] for row in (await trader.get("fills"))["fills"] if row["side"] == "sell"]
        assert len(sold) >= 3
        assert all(abs(price / (index * Decimal("0.98")) - 1) < Decimal("0.002") for price in sold)


@over_loopback
async def test_a_trigger_estimate_is_the_price_at_which_liquidation_begins() -> None:
    clock = Moment()
    async with world(clock=clock, market=["PI_XBTUSD"], pace=60) as here:
        trader = Trader(here, balances={"BTC": "0.05"})
        await trader.order("buy", "8000", symbol="PI_XBTUSD")
        wallet = (await trader.get("accounts"))["accounts"]["fi_xbtusd"]
        estimates = wallet["triggerEstimates"]
        assert estimates["im"] > estimates["mm"] == estimates["lt"] > estimates["tt"] > 0
        for distance, held in (("1.003", [8000]), ("0.997", [])):
            here.box.market.move("PI_XBTUSD", str((estimates["lt"] * Decimal(distance)).quantize(Decimal("0.1"))))
            here.box.advance(30)
            positions = [row["size"] for row in (await trader.get("openpositions"))["openPositions"]]
            assert positions == held or (not held and positions < [8000])
        assert (await trader.get("accounts"))["accounts"]["fi_ethusd"]["triggerEstimates"]["lt"] == 0


@over_loopback
async def test_dated_contracts_are_settled_and_followed_by_the_next() -> None:
    clock = Moment()
    async with world(clock=clock) as here:
        buyer, seller = Trader(here, "buyer"), Trader(here, "seller")
        old = await dated(here)
        assert (old["type"], old["isExpired"]) == ("flexible_futures", False)
        assert old["lastTradingTime"].endswith("T16:00:00.000Z")
        assert "fundingRateCoefficient" not in old
        await trade(buyer, seller, "0.1", "95000", symbol=old["symbol"])
        socket = await private_line(here, buyer)
        assert (await socket.follow("notifications_auth"))["notifications"] == []
        ticker = await socket.follow("ticker", old["symbol"])
        assert (ticker["tag"], ticker["dtm"] > 0, "funding_rate" in ticker) == ("quarter", True, False)
        assert ticker["maturityTime"] > clock.now // 10**6
        here.box.advance(ticker["maturityTime"] // 1000 - clock.now // 10**9)

        note = (await socket.on("notifications_auth"))["notifications"][0]
        assert (note["type"], "was settled at" in note["note"]) == ("settlement", True)
        assert (await buyer.get("openpositions"))["openPositions"] == []
        assert (await buyer.get("notifications"))["notifications"][0]["note"].startswith("F")
        assert (await dated(here))["symbol"] != old["symbol"]
        assert old["symbol"] in [row["symbol"] for row in await listed(here, expired="true")]
        (closed,) = (await buyer.get(HISTORY + "positions", settlement="true"))["elements"]
        assert closed["event"]["PositionUpdate"]["positionChange"] == "close"
        assert (await buyer.order("buy", "0.1", "95000", symbol=old["symbol"]))["status"] == "marketInactive"


async def listed(here: World, **params: object) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (await get(here, V3 + "instruments", params.items()))["instruments"]
    return rows


async def dated(here: World) -> dict[str, Any]:
    return next(row for row in await listed(here) if row["symbol"].startswith("FF_XBTUSD_"))


@over_loopback
async def test_margin_levels_rise_and_sizes_may_be_coarse() -> None:
    async with world() as here:
        rows = {row["symbol"]: row for row in await listed(here)}
        assert rows["PF_DOGEUSD"]["contractValueTradePrecision"] == -1
        assert [level["initialMargin"] for level in rows["PF_SOLUSD"]["marginLevels"]] == [
            Decimal(text) for text in ("0.02", "0.04", "0.1", "0.2", "0.5")
        ]
        assert rows["PI_XBTUSD"]["marginLevels"][1]["contracts"] == 1_000_000
        assert rows["PF_XBTUSD"]["marginLevels"][1]["numNonContractUnits"] == 30_000_000


# --- trailing stops ---------------------------------------------------------------------------------------------------


@over_loopback
async def test_a_trailing_stop_is_shown_with_its_deviation() -> None:
    async with world() as here:
        trader = Trader(here)
        socket = await private_line(here, trader)
        await socket.follow("open_orders")
        more: dict[str, Any] = {"trailingStopMaxDeviation": 2, "trailingStopDeviationUnit": "PERCENT"}
        more["triggerSignal"] = "index"
        sent = await trader.order("sell", "0.1", orderType="trailing_stop", **more)
        trigger = sent["orderEvents"][0]["orderTrigger"]
        placed = (await socket.on("open_orders"))["order"]
        assert (placed["type"], placed["stop_price"]) == ("trailing_stop", trigger["triggerPrice"])
        assert placed["trailing_stop_options"] == {"max_deviation": 2, "unit": "percent"}
        move(here, "+10%")
        moved = await socket.on("open_orders")
        assert moved["reason"] == "trailing_stop_price_updated"
        assert moved["order"]["stop_price"] > placed["stop_price"]
        (row,) = (await trader.get("openorders"))["openOrders"]
        assert (row["orderType"], row["stopPrice"]) == ("trailing_stop", moved["order"]["stop_price"])
        first = (await trader.get(HISTORY + "triggers", sort="asc"))["elements"][0]
        options = first["event"]["OrderTriggerPlaced"]["order"]["triggerOptions"]
        assert options["trailingStopOptions"] == {"maxDeviation": "2", "unit": "Percent"}


@over_loopback
async def test_a_refused_trigger_says_why_in_its_event() -> None:
    percent, dollars = ({"trailingStopDeviationUnit": unit} for unit in ("PERCENT", "QUOTE_CURRENCY"))
    trailing = {"orderType": "trailing_stop", "trailingStopMaxDeviation": "2"} | percent
    stop = {"orderType": "stp", "stopPrice": "80000"}
    reasons: list[tuple[dict[str, str], str]] = [
        (
            trailing | dollars | {"trailingStopMaxDeviation": "0.3"},
            "TRAILING_STOP_QUOTE_DEVIATION_NOT_MULTIPLE_OF_TICK_SIZE",
        ),
        (trailing | {"trailingStopMaxDeviation": "0.05"}, "TRAILING_STOP_MAX_DEVIATION_TOO_SMALL"),
        (trailing | {"trailingStopMaxDeviation": "51"}, "TRAILING_STOP_MAX_DEVIATION_TOO_LARGE"),
        (trailing | {"stopPrice": "80000"}, "ORDER_CANNOT_HAVE_TRIGGER_PRICE"),
        (stop | {"limitPriceOffsetValue": "10"}, "LIMIT_PRICE_OFFSET_MUST_HAVE_VALUE_AND_UNIT"),
        (
            stop | {"limitPriceOffsetValue": "10", "limitPriceOffsetUnit": "PERCENT", "limitPrice": "79000"},
            "LIMIT_PRICE_SET_AS_ABSOLUTE_AND_RELATIVE",
        ),
    ]
    async with world() as here:
        trader = Trader(here)
        for fields, reason in reasons:
            refused = await trader.order("sell", "0.1", **dict[str, Any](fields))
            assert (refused["status"], [event["reason"] for event in refused["orderEvents"]]) == (
                "invalidPrice",
                [reason],
            )
        odd: dict[str, Any] = {"symbol": "PF_XBTUSD", "side": "sell", "size": 1} | trailing
        odd["trailingStopDeviationUnit"] = "MILES"
        assert await trader.error("sendorder", **odd) == "invalidArgument: trailingStopDeviationUnit"
        assert (await trader.get("openorders"))["openOrders"] == []


# --- settings ---------------------------------------------------------------------------------------------------------


@over_loopback
async def test_leverage_makes_a_market_isolated_and_no_leverage_shares_it_again() -> None:
    async with world() as here:
        trader, other = Trader(here), Trader(here, "other")
        await trader.change("PUT", "leveragepreferences", symbol="pf_xbtusd", maxLeverage=10)
        assert (await trader.get("leveragepreferences"))["leveragePreferences"] == [
            {"symbol": "PF_XBTUSD", "maxLeverage": 10}
        ]
        await trade(trader, other, "0.5")
        (held,) = (await trader.get("openpositions"))["openPositions"]
        assert held["maxFixedLeverage"] == 10
        assert (await trader.get("accounts"))["accounts"]["flex"]["initialMargin"] == 4750
        socket = await private_line(here, trader)
        flex = (await socket.follow("balances"))["flex_futures"]
        assert flex["isolated"]["PF_XBTUSD"]["initial_margin_without_orders"] == 4750
        assert flex["cross"]["initial_margin"] == 0
        await trader.change("PUT", "leveragepreferences", symbol="PF_XBTUSD")
        assert (await trader.get("leveragepreferences"))["leveragePreferences"] == []


@over_loopback
async def test_leverage_without_the_margin_for_it_is_refused_with_a_number() -> None:
    async with world() as here:
        poor, other = Trader(here, "poor", balances={"USD": 3000}), Trader(here, "other")
        await trade(poor, other, "1")
        status, answer = await poor.set("PUT", "leveragepreferences", symbol="PF_XBTUSD", maxLeverage=2)
        assert status == 500
        assert (answer["result"], answer["errors"]) == ("error", [{"code": 92, "message": "INSUFFICIENT_MARGIN"}])
        assert (await poor.get("leveragepreferences"))["leveragePreferences"] == []


@pytest.mark.parametrize(
    ("name", "params", "error"),
    [
        ("leveragepreferences", {"symbol": "PF_XBTUSD", "maxLeverage": "51"}, "invalidArgument: maxLeverage"),
        ("leveragepreferences", {"symbol": "PF_XBTUSD", "maxLeverage": "NaN"}, "invalidArgument: maxLeverage"),
        ("leveragepreferences", {"symbol": "PF_XBTUSD", "maxLeverage": "0.5"}, "invalidArgument: maxLeverage"),
        ("leveragepreferences", {"symbol": "PI_XBTUSD", "maxLeverage": "5"}, "invalidArgument: symbol"),
        ("leveragepreferences", {"symbol": "PF_WWWUSD", "maxLeverage": "5"}, "invalidArgument: symbol"),
        ("pnlpreferences", {"symbol": "PF_XBTUSD", "pnlPreference": "GOLD"}, "invalidArgument: pnlPreference"),
        ("pnlpreferences", {"symbol": "PF_XBTUSD"}, "requiredArgumentMissing: pnlPreference"),
        ("self-trade-strategy", {"strategy": "FIGHT"}, "invalidArgument: strategy"),
        ("rfq-assignment/max-leverage", {"maxLeverage": "100.5"}, "invalidArgument: maxLeverage"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_name(name: str, params: dict[str, str], error: str) -> None:
    @over_loopback
    async def story() -> None:
        async with world() as here:
            _, answer = await Trader(here).set("PUT", name, **params)
            assert (answer["result"], answer.get("error")) == ("error", error)

    story()


@over_loopback
async def test_settings_are_remembered() -> None:
    async with world() as here:
        trader = Trader(here)
        await trader.change("PUT", "pnlpreferences", symbol="PF_XBTUSD", pnlPreference="btc")
        assert (await trader.get("pnlpreferences"))["preferences"] == [{"symbol": "PF_XBTUSD", "pnlCurrency": "BTC"}]
        await trader.change("PUT", "self-trade-strategy", strategy="CANCEL_MAKER_SELF")
        assert (await trader.get("self-trade-strategy"))["strategy"] == "CANCEL_MAKER_SELF"
        await trader.order("sell", "0.1", "95000")
        assert (await trader.order("buy", "0.1", "95000"))["status"] == "placed"
        assert [row["side"] for row in (await trader.get("openorders"))["openOrders"]] == ["buy"]
        await trader.change("PUT", "rfq-assignment/max-leverage", maxLeverage="2.5")
        assert (await trader.get("rfq-assignment/max-leverage"))["maxLeverage"] == Decimal("2.5")
        await trader.change("DELETE", "rfq-assignment/max-leverage")
        assert (await trader.get("rfq-assignment/max-leverage")).get("maxLeverage") is None


# --- money ------------------------------------------------------------------------------------------------------------


@over_loopback
async def test_money_goes_through_cash_to_spot_and_adds_up() -> None:
    async with world() as here:
        trader, spot = Trader(here, permissions=EVERYTHING), here.account("trader", balances={"BTC": 1})
        await trader.post("transfer", fromAccount="fi_xbtusd", toAccount="cash", unit="xbt", amount="1.5")
        socket = await private_line(here, trader)
        assert (await socket.follow("balances"))["holding"] == {"BTC": Decimal("1.5")}
        moved = await trader.post("withdrawal", currency="XBT", amount="0.25")
        assert moved["uid"]
        update = await socket.on("balances")
        assert (update["holding"], "flex_futures" in update) == ({"BTC": Decimal("1.25")}, False)
        assert (await trader.get("accounts"))["accounts"]["cash"]["balances"] == {"xbt": Decimal("1.25")}
        assert Decimal((await spot.result("Balance"))["XXBT"]) == Decimal("1.25")
        await trader.post("transfer", fromAccount="cash", toAccount="flex", unit="BTC", amount="1.25")
        flex = (await trader.get("accounts"))["accounts"]["flex"]
        assert flex["currencies"]["XBT"]["quantity"] == Decimal("1.25")
        assert flex["collateralValue"] < flex["balanceValue"]


@over_loopback
async def test_what_was_traded_lowers_fees_and_shows_on_both_sides() -> None:
    async with world() as here:
        trader, other = Trader(here), Trader(here, "other")
        spot = here.account("trader")
        for _ in range(2):
            await trade(trader, other, "2", "95000")
        (volume,) = (await trader.get("feeschedules/volumes"))["volumesByFeeSchedule"].values()
        assert volume == 380_000
        assert Decimal((await spot.result("TradeVolume"))["inputs"]["domain_futures_volume_30d"]) == 380_000
        fees = [row["fee"] for row in (await trader.get(HISTORY + "account-log"))["logs"] if "fee" in row]
        assert fees == [76, 95]  # 0.04 percent after the first hundred thousand dollars
        (schedule,) = (await get(here, V3 + "feeschedules"))["feeSchedules"]
        assert schedule["tiers"][1] == {"makerFee": Decimal("0.015"), "takerFee": Decimal("0.04"), "usdVolume": 100_000}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"amount": "100000.01"}, "insufficientFunds"),
        ({"amount": "-1"}, "invalidArgument: amount"),
        ({"amount": "NaN"}, "invalidArgument: amount"),
        ({"amount": "1E-13"}, "invalidAmount"),
        ({"unit": "GOLD"}, "invalidUnit"),
        ({"unit": "ETH", "toAccount": "fi_xbtusd"}, "invalidUnit"),
        ({"toAccount": "attic"}, "invalidAccount"),
        ({"toAccount": "flex"}, "invalidAccount"),
        ({"amount": ""}, "requiredArgumentMissing: amount"),
    ],
)
def test_a_transfer_that_cannot_be_is_refused_and_moves_nothing(changes: dict[str, str], error: str) -> None:
    @over_loopback
    async def story() -> None:
        async with world() as here:
            trader = Trader(here, permissions=EVERYTHING)
            given = {"fromAccount": "flex", "toAccount": "cash", "unit": "USD", "amount": "1"} | changes
            assert await trader.error("transfer", **given) == error
            accounts = (await trader.get("accounts"))["accounts"]
            assert (accounts["cash"]["balances"], accounts["flex"]["balanceValue"]) == ({}, 100_000)

    story()


@over_loopback
async def test_transfers_need_their_own_permission_and_accounts_that_belong_together() -> None:
    async with world() as here:
        trader, other = Trader(here), Trader(here, "other", permissions=EVERYTHING)
        given = {"fromAccount": "flex", "toAccount": "flex", "unit": "USD", "amount": "1"}
        assert await trader.error("withdrawal", currency="USD", amount="1") == "insufficientPrivileges"
        strangers = given | {"fromUser": "trader", "toUser": "other"}
        assert await other.error("transfer/subaccount", **strangers) == "invalidAccount"


@pytest.mark.filterwarnings("ignore::krakenkit.KrakenLifecycleWarning")
def test_the_log_as_csv_has_the_rows_of_the_log() -> None:
    with (
        Sandbox(seed=7, market=["PF_XBTUSD"], pace=60) as box,
        DerivativesClient(environment=box.environment, credentials=box.futures_key("trader")) as rest,
    ):
        rest.submit_order(order_type="mkt", symbol="PF_XBTUSD", side="buy", size="0.5")
        rows, logs = list(csv_rows(rest.get_account_log_csv())), rest.get_account_log().logs
        assert [row["uid"] for row in rows] == [entry.booking_uid for entry in logs]
        assert Decimal(rows[0]["change"]) == (logs[0].new_balance or 0) - (logs[0].old_balance or 0)


def test_the_log_tells_at_which_rate_a_currency_was_changed_when_asked() -> None:
    with (
        Sandbox(seed=7, market=["PF_XBTUSD"], pace=60) as box,
        DerivativesClient(environment=box.environment, credentials=box.futures_key("t", balances={"EUR": 50})) as rest,
    ):
        rest.submit_order(order_type="mkt", symbol="PF_XBTUSD", side="buy", size="0.005")
        changed = [row for row in rest.get_account_log(conversion_details=True).logs if row.info == "conversion"]
        dollars, euros = (next(row for row in changed if row.asset == asset) for asset in ("usd", "eur"))
        got, gave = (abs((row.new_balance or Decimal(0)) - (row.old_balance or Decimal(0))) for row in (dollars, euros))
        for row in (dollars, euros):
            assert (row.exchange_rate_from, row.conversion_fee) == ("eur", dollars.conversion_fee)
            assert row.exchange_rate is not None
            assert row.conversion_fee is not None
            assert abs(gave * row.exchange_rate - got - row.conversion_fee) < Decimal("0.000001")
        assert rest.get_account_log(info="conversion").logs[0].exchange_rate is None
        (detailed, *_), (plain, *_) = (
            csv_rows(rest.get_account_log_csv(conversion_details=details)) for details in (True, False)
        )
        assert detailed.keys() - plain.keys() == {"exchange rate", "exchange rate from", "conversion fee"}


# --- our own client ---------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore::krakenkit.KrakenLifecycleWarning")
def test_our_own_client_sees_rates_settings_and_the_public_past() -> None:
    with (
        Sandbox(seed=9, market=["PF_XBTUSD"], pace=60) as box,
        DerivativesClient(
            environment=box.environment, credentials=box.futures_key("trader", permissions=list(EVERYTHING))
        ) as rest,
    ):
        rates = rest.get_historical_funding_rates("PF_XBTUSD").rates
        assert len(rates) == 48
        assert any(rate.relative_funding_rate for rate in rates)
        rest.set_leverage_settings(symbol="PF_XBTUSD", max_leverage=5)
        assert [row.max_leverage for row in rest.get_leverage_settings().leverage_preferences] == [Decimal(5)]
        sent = rest.submit_order(order_type="lmt", symbol="PF_XBTUSD", side="buy", size="0.1", limit_price="60000")
        placed = rest.get_public_order_events("PF_XBTUSD").elements[0].event.order_placed
        assert placed is not None
        assert (placed.order.uid, placed.order.account_uid) == (sent.send_status.order_id, None)
        box.advance(3)
        marks = rest.get_public_mark_price_events("PF_XBTUSD", count=2)
        assert marks.elements[0].event.mark_price == rest.get_ticker("PF_XBTUSD").ticker.mark_price
        assert rest.get_position_percentile().queue == []
        rest.submit_order(order_type="mkt", symbol="PF_XBTUSD", side="sell", size="0.1")
        (queued,) = rest.get_position_percentile().queue
        assert (queued.symbol, queued.percentile) == ("PF_XBTUSD", 100)
        asked = {"balances": {"USD": 1000}, "positions": [{"instrument": "PF_XBTUSD", "size": 2}]}
        mark = rest.get_ticker("PF_XBTUSD").ticker.mark_price or Decimal(0)
        simulated = rest.simulate_margin_requirements(asked)
        assert (simulated.initial_margin, simulated.pnl) == (mark * 2 * Decimal("0.02"), Decimal(0))


@over_loopback
async def test_a_funding_rate_of_nothing_is_refused() -> None:
    async with world() as here:
        status, answer = await fetch(here, V3 + "historical-funding-rates", [("symbol", "PF_WWWUSD")])
        assert (status, answer["error"]) == (400, "invalidArgument: symbol")
