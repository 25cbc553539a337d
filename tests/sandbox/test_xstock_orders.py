"""Orders of xStocks: their pair has to be named by whoever changes them."""

from __future__ import annotations

from sandbox.loopback import over_loopback, world
from sandbox.spot_v1_line import private_v1_line

ORDER = {"pair": "TSLAx/USD", "type": "buy", "ordertype": "limit", "price": "100", "volume": "1"}
OTHER = "EGeneral:Invalid arguments:pair"
UNKNOWN = "EQuery:Unknown asset pair"


@over_loopback
async def test_an_amend_has_to_name_the_pair_of_an_xstock_and_never_another_one() -> None:
    async with world() as here:
        trader = here.account()
        txid = (await trader.result("AddOrder", **ORDER, asset_class="tokenized_asset", cl_ord_id="mine"))["txid"][0]
        line, old_line = await here.private_line(trader), await private_v1_line(here, trader)

        async def by_rest(pair: str | None) -> object:
            named = {} if pair is None else {"pair": pair}
            return (await trader.call("AmendOrder", txid=txid, limit_price="101", **named))["error"]

        async def by_v2(symbol: str | None) -> object:
            named = {} if symbol is None else {"symbol": symbol}
            return (await line.ask("amend_order", cl_ord_id="mine", limit_price=102, **named)).get("error")

        async def by_v1(pair: str | None) -> object:
            named = {} if pair is None else {"pair": pair}
            return (await old_line.command("amendOrder", txid=txid, limit_price="103", **named)).get("errorMessage")

        assert [await by_rest(pair) for pair in (None, "WWW/USD", "XBTUSD")] == [[UNKNOWN], [UNKNOWN], [OTHER]]
        assert [await by_v2(pair) for pair in (None, "WWW/USD", "BTC/USD")] == [UNKNOWN, UNKNOWN, OTHER]
        assert [await by_v1(pair) for pair in (None, "WWW/USD", "XBT/USD")] == [UNKNOWN, UNKNOWN, OTHER]
        assert (await trader.result("OpenOrders"))["open"][txid]["descr"]["price"] == "100.00"

        assert (await by_rest("TSLAx/USD"), await by_v2("TSLAx/USD"), await by_v1("TSLAx/USD")) == ([], None, None)
        assert (await trader.result("OpenOrders"))["open"][txid]["descr"]["price"] == "103.00"


@over_loopback
async def test_an_amend_of_other_orders_need_not_name_the_pair() -> None:
    async with world() as here:
        trader = here.account()
        order = ORDER | {"pair": "XBTUSD", "price": "30000", "volume": "0.1"}
        txid = (await trader.result("AddOrder", **order))["txid"][0]
        await trader.result("AmendOrder", txid=txid, limit_price="30001")
        await trader.result("AmendOrder", txid=txid, limit_price="30002", pair="XBT/USD")
        gone = await trader.call("AmendOrder", txid="OAAAAA-AAAAA-AAAAAA", limit_price="30002", pair="XBT/USD")
        assert gone["error"] == ["EOrder:Unknown order"]
