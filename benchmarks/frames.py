"""What the market says, in the exchange's words: Spot v2 objects and Spot v1 arrays, as JSON text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Literal

from benchmarks.market import QTY_PLACES, V1_PLACES, Level, Listing, Market

Kind = Literal["snapshot", "update"]
_BEGAN = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
_V1_CHANNEL_ID = 336


def moment(number: int) -> str:
    """The timestamp of message ``number``, different for each."""
    return (_BEGAN + timedelta(microseconds=317 * number)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def written(units: int, places: int) -> str:
    """Units of the last decimal as decimal text, trailing zeros kept as on the live wire."""
    text = str(abs(units)).rjust(places + 1, "0")
    return f"{'-' if units < 0 else ''}{text[:-places]}.{text[-places:]}"


class SpotV2:
    """Spot v2: JSON objects with bare numbers."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.symbol = market.listing.symbol

    def book(self, number: int, kind: Kind = "update") -> str:
        """A book message, after a step of the market unless it is the snapshot."""
        market = self.market
        asks, bids = market.whole() if kind == "snapshot" else market.step()
        return (
            f'{{"channel":"book","type":"{kind}","data":[{{"symbol":"{self.symbol}","bids":{self._levels(bids)},'
            f'"asks":{self._levels(asks)},"checksum":{market.checksum()},"timestamp":"{moment(number)}"}}]}}'
        )

    def ticker(self, number: int, kind: Kind = "update") -> str:
        """A ticker message."""
        market, places = self.market, self.market.listing.places
        market.step()
        ask, bid = market.asks.best(), market.bids.best()
        last = market.roll.choice((ask.price, bid.price))
        market.volume += market.asks.new_size()
        prices = {"last": last, "vwap": last + 7, "low": last - 900, "high": last + 1100}
        prices["change"] = -market.roll.randrange(1, 500)
        told = {name: written(price, places) for name, price in prices.items()}
        return (
            f'{{"channel":"ticker","type":"{kind}","data":[{{"symbol":"{self.symbol}",'
            f'"bid":{written(bid.price, places)},"bid_qty":{written(bid.qty, QTY_PLACES)},'
            f'"ask":{written(ask.price, places)},"ask_qty":{written(ask.qty, QTY_PLACES)},"last":{told["last"]},'
            f'"volume":{written(market.volume, QTY_PLACES)},"vwap":{told["vwap"]},"low":{told["low"]},'
            f'"high":{told["high"]},"change":{told["change"]},'
            f'"change_pct":{written(-market.roll.randrange(1, 300), 2)},"trades":{20_000 + number},'
            f'"timestamp":"{moment(number)}"}}]}}'
        )

    def trade(self, number: int, kind: Kind = "update") -> str:
        """A trade message with one to three trades."""
        rows = ",".join(
            f'{{"symbol":"{self.symbol}","side":"{side}","price":{written(price, self.market.listing.places)},'
            f'"qty":{written(qty, QTY_PLACES)},"ord_type":"{order}","trade_id":{trade_id},'
            f'"timestamp":"{moment(number)}"}}'
            for side, price, qty, order, trade_id in trades(self.market)
        )
        return f'{{"channel":"trade","type":"{kind}","data":[{rows}]}}'

    def _levels(self, levels: Iterable[Level]) -> str:
        places = self.market.listing.places
        rows = (f'{{"price":{written(price, places)},"qty":{written(qty, QTY_PLACES)}}}' for price, qty in levels)
        return f"[{','.join(rows)}]"


class SpotV1:
    """Spot v1: JSON arrays with numbers as text."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.factor = 10 ** (V1_PLACES - market.listing.places)
        self.pair = market.listing.v1_name

    def book(self, number: int, kind: Kind = "update") -> str:
        """A book message, after a step of the market unless it is the snapshot."""
        market = self.market
        if kind == "snapshot":
            asks, bids = (self._levels(levels, number) for levels in market.whole())
            return self._framed(f'{{"as":{asks},"bs":{bids}}}', f"book-{market.depth}")
        changed = dict(zip("ab", market.step(), strict=True))
        objects = [f'"{side}":{self._levels(levels, number)}' for side, levels in changed.items() if levels]
        objects[-1] += f',"c":"{market.checksum(price_factor=self.factor)}"'
        return self._framed(",".join(f"{{{one}}}" for one in objects), f"book-{market.depth}")

    def ticker(self, number: int, kind: Kind = "update") -> str:
        """A ticker message; v1 makes no difference between the first and the later ones."""
        market = self.market
        market.step()
        ask, bid = market.asks.best(), market.bids.best()
        last, low, high = (self._price(ask.price + by) for by in (0, -900, 1100))
        volume = written(market.volume, QTY_PLACES)
        return self._framed(
            f'{{"a":["{self._price(ask.price)}",1,"{written(ask.qty, QTY_PLACES)}"],'
            f'"b":["{self._price(bid.price)}",1,"{written(bid.qty, QTY_PLACES)}"],'
            f'"c":["{last}","0.01000000"],"v":["{volume}","{volume}"],"p":["{last}","{last}"],'
            f'"t":[{number},{20_000 + number}],"l":["{low}","{low}"],"h":["{high}","{high}"],"o":["{last}","{last}"]}}',
            "ticker",
        )

    def trade(self, number: int, kind: Kind = "update") -> str:
        """A trade message with one to three trades."""
        rows = ",".join(
            f'["{self._price(price)}","{written(qty, QTY_PLACES)}","{_v1_moment(number)}","{side[0]}","{order[0]}",""]'
            for side, price, qty, order, _ in trades(self.market)
        )
        return self._framed(f"[{rows}]", "trade")

    def _framed(self, middle: str, channel: str) -> str:
        return f'[{_V1_CHANNEL_ID},{middle},"{channel}","{self.pair}"]'

    def _levels(self, levels: Iterable[Level], number: int) -> str:
        at = _v1_moment(number)
        rows = (f'["{self._price(price)}","{written(qty, QTY_PLACES)}","{at}"]' for price, qty in levels)
        return f"[{','.join(rows)}]"

    def _price(self, units: int) -> str:
        return written(units * self.factor, V1_PLACES)


def _v1_moment(number: int) -> str:
    return f"{1_772_443_800 + number * 317e-6:.6f}"


def trades(market: Market) -> list[tuple[str, int, int, str, int]]:
    """One to three trades at the best price: side, price, quantity, order type, number."""
    market.step()
    side = market.roll.choice(("buy", "sell"))
    price = (market.asks if side == "buy" else market.bids).best().price
    made: list[tuple[str, int, int, str, int]] = []
    for _ in range(market.roll.choice((1, 1, 1, 2, 3))):
        market.trades += 1
        made.append((side, price, market.asks.new_size(), market.roll.choice(("limit", "market")), market.trades))
    return made


def instruments(listings: Iterable[Listing]) -> str:
    """The snapshot of the instrument channel."""
    pairs = ",".join(
        f'{{"symbol":"{one.symbol}","base":"{one.symbol.split("/")[0]}","quote":"USD","status":"online",'
        f'"price_precision":{one.places},"qty_precision":{QTY_PLACES},"cost_precision":5,'
        f'"price_increment":{written(1, one.places)},"qty_increment":{written(1, QTY_PLACES)},'
        f'"qty_min":0.00010000,"cost_min":0.50000,"marginable":false,"has_index":true}}'
        for one in listings
    )
    return f'{{"channel":"instrument","type":"snapshot","data":{{"assets":[],"pairs":[{pairs}]}}}}'
