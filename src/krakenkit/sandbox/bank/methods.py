"""The ways in and out: which networks carry which asset, what they cost and the least they take.

Names and figures follow what Kraken showed in 2024 to 2026; they change from time to time. An asset that is not in the
table travels on a network of its own name, a tokenized one on Solana.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from krakenkit.sandbox.engine import Asset
from krakenkit.sandbox.engine.instruments import TOKENIZED

Direction: TypeAlias = Literal["deposit", "withdraw"]
Form: TypeAlias = Literal["bech32", "hex", "base58", "bank"]
"""How the addresses of a network look."""
_IDS: Final = uuid.UUID("5f2d6a6e-0f54-4c8c-9a0e-6b7261656e00")


@dataclass(frozen=True, slots=True)
class Network:
    """One network; ``bank`` networks carry fiat money and have no addresses that could be asked for."""

    name: str
    form: Form
    tagged: bool = False
    """Whether a deposit address has a tag beside it."""

    @property
    def network_id(self) -> str:
        return _uuid("network", self.name)


@dataclass(frozen=True, slots=True)
class NetworkGroup:
    """Networks whose addresses are the same."""

    name: str
    networks: tuple[Network, ...]

    @property
    def group_id(self) -> str:
        return _uuid("group", self.name)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Method:
    """One way to move one asset, in and out. Amounts are bookkeeping units."""

    asset: Asset
    name: str
    network: Network
    deposit_minimum: int
    withdrawal_minimum: int
    """Net of the fee."""
    withdrawal_fee: int
    """What it costs unless the operator says otherwise."""

    @property
    def fiat(self) -> bool:
        """Whether banks carry it."""
        return self.network.form == "bank"

    def method_id(self, direction: Direction) -> str:
        """Its id; there is one for each direction."""
        return _uuid(direction, f"{self.asset.name} {self.name}")


def _uuid(kind: str, name: str) -> str:
    return str(uuid.uuid5(_IDS, f"{kind} {name}"))


_BITCOIN: Final = Network("Bitcoin", "bech32")
_ETHEREUM: Final = Network("Ethereum", "hex")
_ARBITRUM: Final = Network("Arbitrum One", "hex")
_OPTIMISM: Final = Network("Optimism", "hex")
_BASE: Final = Network("Base", "hex")
_SOLANA: Final = Network("Solana", "base58")
_TRON: Final = Network("Tron", "base58")
_RIPPLE: Final = Network("XRP Ledger", "base58", tagged=True)
EVM: Final = NetworkGroup("EVM", (_ETHEREUM, _ARBITRUM, _OPTIMISM, _BASE))
GROUPS: Final = (EVM,)

_WAYS: Final[dict[str, tuple[tuple[str, Network, str, str, str], ...]]] = {
    # display name: method, network, least deposit, least withdrawal, fee of a withdrawal
    "BTC": (("Bitcoin", _BITCOIN, "0.0001", "0.0004", "0.00015"),),
    "ETH": (
        ("Ether (Hex)", _ETHEREUM, "0.001", "0.004", "0.0012"),
        ("ETH - Arbitrum One (Unified)", _ARBITRUM, "0.0008", "0.001", "0.0002"),
        ("ETH - Optimism (Unified)", _OPTIMISM, "0.0008", "0.001", "0.0002"),
    ),
    "USDT": (
        ("USDT - Ethereum (Unified)", _ETHEREUM, "7.11", "10", "4"),
        ("Tether USD (TRC20)", _TRON, "5", "8", "3"),
        ("Tether USD (SPL)", _SOLANA, "0.4", "2", "1"),
    ),
    "USDC": (
        ("USDC - Ethereum (Unified)", _ETHEREUM, "5", "10", "4"),
        ("USDC - Base (Unified)", _BASE, "1", "2", "0.5"),
        ("USDC (SPL)", _SOLANA, "1", "2", "1"),
    ),
    "SOL": (("Solana", _SOLANA, "0.01", "0.02", "0.01"),),
    "XRP": (("Ripple XRP", _RIPPLE, "1", "2", "0.02"),),
    "DOGE": (("Dogecoin", Network("Dogecoin", "base58"), "20", "20", "4"),),
    "ADA": (("ADA", Network("Cardano", "base58"), "1", "3", "0.6"),),
    "LTC": (("Litecoin", Network("Litecoin", "bech32"), "0.005", "0.01", "0.002"),),
    "DOT": (("Polkadot", Network("Polkadot", "base58"), "1", "1.1", "0.05"),),
    "LINK": (("Chainlink (ERC20)", _ETHEREUM, "0.3", "1", "0.35"),),
    "AVAX": (("Avalanche C-Chain", Network("Avalanche C-Chain", "hex"), "0.1", "0.2", "0.01"),),
    "BCH": (("Bitcoin Cash", Network("Bitcoin Cash", "base58"), "0.001", "0.003", "0.001"),),
    "XMR": (("Monero", Network("Monero", "base58"), "0.001", "0.005", "0.0002"),),
    "XLM": (("Stellar XLM", Network("Stellar", "base58", tagged=True), "1", "2", "0.02"),),
    "ETC": (("Ether Classic (Hex)", Network("Ethereum Classic", "hex"), "0.1", "0.2", "0.02"),),
    "ZEC": (("Zcash (Transparent)", Network("Zcash", "base58"), "0.01", "0.02", "0.002"),),
    "USD": (("Fedwire (Kraken Bank)", Network("Fedwire", "bank"), "1", "5", "4"),),
    "EUR": (("SEPA (Kraken Bank)", Network("SEPA", "bank"), "1", "2", "0.35"),),
    "GBP": (("FPS (Kraken Bank)", Network("FPS", "bank"), "1", "2", "0.35"),),
    "CAD": (("Interac e-Transfer", Network("Interac", "bank"), "5", "10", "4"),),
    "AUD": (("Osko (Kraken Bank)", Network("Osko", "bank"), "2", "5", "1"),),
    "CHF": (("SIC (Kraken Bank)", Network("SIC", "bank"), "1", "10", "1"),),
    "JPY": (("Zengin (Kraken Bank)", Network("Zengin", "bank"), "100", "500", "20"),),
}


class Methods:
    """All methods of an exchange, found by asset, by name and by id."""

    def __init__(self, assets: Iterable[Asset]) -> None:
        self.by_asset: dict[str, tuple[Method, ...]] = {asset.name: _methods(asset) for asset in assets}
        self.all: tuple[Method, ...] = tuple(one for found in self.by_asset.values() for one in found)
        self.networks: tuple[Network, ...] = tuple(dict.fromkeys(one.network for one in self.all))
        self._by_id = {
            direction: {one.method_id(direction): one for one in self.all} for direction in ("deposit", "withdraw")
        }

    def of(self, asset: Asset) -> tuple[Method, ...]:
        """The methods of one asset, the usual one first."""
        return self.by_asset[asset.name]

    def named(self, asset: Asset, name: str) -> Method | None:
        """The method of this asset with this name."""
        return next((one for one in self.of(asset) if one.name == name), None)

    def by_id(self, direction: Direction, method_id: str) -> Method | None:
        """The method with this id."""
        return self._by_id[direction].get(method_id)


def _methods(asset: Asset) -> tuple[Method, ...]:
    own = (asset.display, Network(asset.display, "base58"), "0.1", "0.5", "0.1")
    if asset.aclass == TOKENIZED:
        own = (f"{asset.display} (SPL)", _SOLANA, "0.001", "0.01", "0.002")
    return tuple(
        Method(
            asset=asset,
            name=name,
            network=network,
            deposit_minimum=_units(asset, deposit),
            withdrawal_minimum=_units(asset, withdrawal),
            withdrawal_fee=_units(asset, fee),
        )
        for name, network, deposit, withdrawal, fee in _WAYS.get(asset.display, (own,))
    )


def _units(asset: Asset, amount: str) -> int:
    return int(Decimal(amount).scaleb(asset.decimals))
