"""Everything that can be traded, looked up by any spelling: built from answers, or loaded by a client."""

from __future__ import annotations

import re
from collections.abc import Coroutine, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, Self, overload

from krakenkit.clients.call import AsyncFace, BlockingFace
from krakenkit.clients.instrument import AssetInfo, Instrument
from krakenkit.clients.symbols import Spellings, display_name, old_name, split_asset
from krakenkit.errors import SettingsError
from krakenkit.wire.spot.market import Asset, AssetPair, GetAssetInfo, GetAssetPairs

if TYPE_CHECKING:
    from krakenkit.wire.futures.instruments import Instrument as FuturesTerms
    from krakenkit.wire.futures.instruments import Instruments as FuturesAnswer

_SEPARATORS = re.compile(r"[/:_\-\s]+")
_TOKENIZED: Literal["tokenized_asset"] = "tokenized_asset"


class Instruments:
    """Spot pairs and Futures contracts by name: ``instruments["btcusd"]``, ``instruments["PF_XBTUSD"]``.

    A pair is found by its internal name (``XXBTZUSD``), altname (``XBTUSD``), socket names (``XBT/USD``, ``BTC/USD``),
    in any case, and by any names of its two assets together or with a separator (``btc-usd``). A contract is found by
    its symbol, also with ``BTC`` in the place of ``XBT``.
    """

    def __init__(self) -> None:
        self._assets = Spellings[AssetInfo]("asset")
        self._instruments = Spellings[Instrument]("instrument")

    @classmethod
    def from_answers(
        cls,
        assets: Mapping[str, Asset],
        pairs: Mapping[str, AssetPair],
        futures: FuturesAnswer | Iterable[FuturesTerms] | None = None,
    ) -> Self:
        """Built from the answers of ``get_asset_info``, ``get_asset_pairs`` and the Futures' ``get_instruments``.

        Futures indices, which have no tick because nobody trades them, are left out.

        Raises:
            SettingsError: when the pairs were asked for without their precisions.
        """
        made = cls()
        for name, asset in assets.items():
            info = _asset(name, asset)
            made._assets.add(info, info.names)
        for name, pair in pairs.items():
            made._add(made._pair(name, pair))
        for terms in _contracts(futures):
            if terms.tick_size is not None:
                made._add(made._contract(terms, terms.tick_size))
        return made

    # --- looking up -----------------------------------------------------------------------------------------------------

    def __getitem__(self, name: str) -> Instrument:
        return self.resolve(name)

    def resolve(self, name: str) -> Instrument:
        """The instrument of this name, in any spelling.

        Raises:
            SettingsError: when there is none, with names that come near, or when there are several, with all of them.
        """
        if self._instruments.matches(name):
            return self._instruments.find(name)
        halves = _SEPARATORS.split(name.strip())
        by_assets = self._of_assets(*halves) if len(halves) == 2 else None
        return by_assets or self._instruments.find(name)

    def _of_assets(self, base: str, quote: str) -> Instrument | None:
        found = (self._assets.matches(base), self._assets.matches(quote))
        names = [f"{left.symbol}/{right.symbol}" for left in found[0] for right in found[1]]
        hits = [one for name in names for one in self._instruments.matches(name)]
        return hits[0] if len(hits) == 1 else None

    def asset(self, name: str) -> AssetInfo:
        """The asset of this name, in any spelling: ``XXBT``, ``XBT``, ``BTC``, ``btc``.

        A suffix that the exchange does not list with the name is left aside: ``XBT.F`` is ``XBT``.

        Raises:
            SettingsError: when there is none, with names that come near.
        """
        plain = split_asset(name).name
        return self._assets.find(name if self._assets.matches(name) or not self._assets.matches(plain) else plain)

    def __contains__(self, name: object) -> bool:
        try:
            return isinstance(name, str) and bool(self.resolve(name))
        except SettingsError:
            return False

    def __iter__(self) -> Iterator[Instrument]:
        return iter(self._instruments)

    def __len__(self) -> int:
        return len(self._instruments)

    @property
    def assets(self) -> list[AssetInfo]:
        """All assets, also those that only a pair names."""
        return list(self._assets)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self)} instruments, {len(self._assets)} assets)"

    # --- building -------------------------------------------------------------------------------------------------------

    def _add(self, one: Instrument) -> None:
        if one.venue == "futures":
            others = [one.name.upper().replace("XBT", "BTC").replace("XDG", "DOGE")]
        elif one.wsname is None:
            # The pair of the same assets on the sockets has the better claim to their names.
            others = []
        else:
            others = [f"{base}{quote}" for base in one.base.names for quote in one.quote.names]
        self._instruments.add(one, one.names, others)

    def _pair(self, name: str, pair: AssetPair) -> Instrument:
        if pair.pair_decimals is None or pair.lot_decimals is None:
            raise SettingsError(
                f"The answer tells no decimals of {name}; ask for the pairs with info='info', or without."
            )
        base, quote = (pair.wsname or "").split("/") if pair.wsname else (None, None)
        return Instrument(
            venue="spot",
            name=name,
            altname=pair.altname or name,
            wsname=pair.wsname,
            base=self._side(pair.base or base or name, base, pair.aclass_base),
            quote=self._side(pair.quote or quote or name, quote, pair.aclass_quote),
            asset_class=pair.aclass_base or "currency",
            price_decimals=pair.pair_decimals,
            volume_decimals=pair.lot_decimals,
            cost_decimals=pair.cost_decimals,
            tick=pair.tick_size or _step(pair.pair_decimals),
            lot=_step(pair.lot_decimals),
            min_volume=pair.ordermin,
            min_cost=pair.costmin,
            status=pair.status,
            terms=pair,
        )

    def _contract(self, terms: FuturesTerms, tick: Decimal) -> Instrument:
        base, quote = _sides(terms)
        decimals = terms.contract_value_trade_precision or 0
        return Instrument(
            venue="futures",
            name=terms.symbol,
            altname=terms.symbol,
            wsname=terms.symbol,
            base=self._side(base),
            quote=self._side(quote),
            asset_class=terms.type,
            price_decimals=max(0, -int(tick.normalize().as_tuple().exponent)),
            volume_decimals=decimals,
            tick=tick,
            lot=_step(decimals),
            min_volume=terms.minimum_trade_size or _step(decimals),
            status=_status(terms),
            terms=terms,
        )

    def _side(self, name: str, altname: str | None = None, asset_class: str | None = None) -> AssetInfo:
        """The asset, made from its names where the exchange does not list it."""
        known = self._assets.exactly(name)
        if known is not None:
            return known
        alt = altname or old_name(name)
        made = AssetInfo(name=name, altname=alt, symbol=display_name(alt), asset_class=asset_class or "currency")
        self._assets.add(made, made.names)
        return made


def _asset(name: str, asset: Asset) -> AssetInfo:
    return AssetInfo(
        name=name,
        altname=asset.altname,
        symbol=display_name(asset.altname),
        asset_class=asset.aclass,
        decimals=asset.decimals,
        display_decimals=asset.display_decimals,
        status=asset.status,
    )


def _contracts(futures: FuturesAnswer | Iterable[FuturesTerms] | None) -> Iterable[FuturesTerms]:
    if futures is None:
        return ()
    return futures if isinstance(futures, Iterable) else futures.instruments


def _sides(terms: FuturesTerms) -> tuple[str, str]:
    """Base and quote as the exchange tells them; older answers leave them to the symbol, whose quotes have three letters."""
    if terms.base and terms.quote:
        return terms.base, terms.quote
    if terms.pair and ":" in terms.pair:
        base, _, quote = terms.pair.partition(":")
        return base, quote
    body = terms.symbol.upper().split("_")[1] if "_" in terms.symbol else terms.symbol.upper()
    return body[:-3], body[-3:]


def _status(terms: FuturesTerms) -> str | None:
    if terms.is_expired or terms.tradeable is False:
        return "closed"
    if terms.restricted:
        return "reduce_only"
    if terms.post_only:
        return "post_only"
    return None if terms.tradeable is None else "online"


def _step(decimals: int) -> Decimal:
    """The smallest amount with so many decimals; 1000 for -3."""
    return Decimal(10**-decimals) if decimals < 0 else Decimal(1).scaleb(-decimals)


# --- loading -------------------------------------------------------------------------------------------------------------


@overload
def load_instruments(
    spot: BlockingFace, futures: BlockingFace | None = None, *, tokenized: bool = False
) -> Instruments: ...
@overload
def load_instruments(
    spot: AsyncFace, futures: AsyncFace | None = None, *, tokenized: bool = False
) -> Coroutine[Any, Any, Instruments]: ...
def load_instruments(
    spot: BlockingFace | AsyncFace, futures: BlockingFace | AsyncFace | None = None, *, tokenized: bool = False
) -> Instruments | Coroutine[Any, Any, Instruments]:
    """All instruments, asked with public calls; with async clients it is awaited.

    ::

        with SpotClient() as spot:
            instruments = load_instruments(spot)
        order_price = instruments["BTC/USD"].round_price("30000.123", "down")

    Args:
        spot: a Spot client.
        futures: a Futures client, for its contracts as well.
        tokenized: also load xStocks, with two more calls.
    """
    if isinstance(spot, AsyncFace):
        return _load_async(spot, futures, tokenized)
    answers = [spot.send(request) for request in _spot_requests(tokenized)]
    contracts = futures.send(_futures_request()) if isinstance(futures, BlockingFace) else None
    return _put_together(answers, contracts)


async def _load_async(spot: AsyncFace, futures: object, tokenized: bool) -> Instruments:
    answers = [await spot.send(request) for request in _spot_requests(tokenized)]
    contracts = await futures.send(_futures_request()) if isinstance(futures, AsyncFace) else None
    return _put_together(answers, contracts)


def _spot_requests(tokenized: bool) -> list[GetAssetInfo | GetAssetPairs]:
    asked: list[GetAssetInfo | GetAssetPairs] = [GetAssetInfo(), GetAssetPairs()]
    return [*asked, GetAssetInfo(aclass=_TOKENIZED), GetAssetPairs(aclass_base=_TOKENIZED)] if tokenized else asked


def _futures_request() -> Any:
    from krakenkit.wire.futures.instruments import GetInstruments

    return GetInstruments()


def _put_together(answers: list[Any], contracts: Any) -> Instruments:
    assets = {name: asset for answer in answers[::2] for name, asset in answer.items()}
    pairs = {name: pair for answer in answers[1::2] for name, pair in answer.items()}
    return Instruments.from_answers(assets, pairs, contracts)
