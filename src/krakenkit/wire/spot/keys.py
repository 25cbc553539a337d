"""Spot account: the key in use, and the wallets of its owner. Source: docs.kraken.com, Spot REST, Account Data."""

from __future__ import annotations

import re
from typing import ClassVar

import msgspec
from msgspec import Struct

from krakenkit._core.redaction import shortened
from krakenkit.wire.codec import Reader, reader_for
from krakenkit.wire.request import Request
from krakenkit.wire.route import Route
from krakenkit.wire.spot.account import Cursor


class ApiKeyInfo(Struct, frozen=True):
    """What the key in use is and may do. Times are seconds since 1970, 0 for none. Its repr hides key and nonce.

    The manual describes the members in snake case and shows an example in camel case; both are read.
    """

    api_key_name: str | None = None
    api_key: str | None = None
    nonce: int | None = None
    """The last one used."""
    nonce_window: int | None = None
    """How far a nonce may lie below the last one."""
    permissions: list[str] = []
    """``query-funds``, ``add-funds``, ``withdraw-funds``, ``earn-funds``, ``query-open-trades``,
    ``query-closed-trades``, ``modify-trades``, ``close-trades``, ``query-ledger``, ``export-data``,
    ``create-ws-token``, ``add-withdraw-address``, ``update-withdraw-address``."""
    iban: str | None = None
    """Kraken's number of the account (IIBAN)."""
    valid_until: int | None = None
    query_from: int | None = None
    """The earliest moment the key may ask about."""
    query_to: int | None = None
    created_time: int | None = None
    modified_time: int | None = None
    ip_allowlist: list[str] = []
    last_used: int | None = None

    @classmethod
    def from_wire(cls, raw: bytes | msgspec.Raw) -> ApiKeyInfo:
        """Read either case."""
        members: dict[str, msgspec.Raw] = reader_for(dict[str, msgspec.Raw])(raw)
        plain = {_snake(name): member for name, member in members.items()}
        kind = ApiKeyInfo if plain.keys() == members.keys() else CamelApiKeyInfo
        read: Reader[ApiKeyInfo] = msgspec.json.Decoder(kind, strict=False).decode
        return read(msgspec.json.encode(plain))

    def __repr__(self) -> str:
        key = shortened(self.api_key or "")
        return f"ApiKeyInfo(api_key_name={self.api_key_name!r}, api_key={key!r}, permissions={self.permissions!r})"


class CamelApiKeyInfo(ApiKeyInfo, frozen=True):
    """The same, as answered in camel case; it is written again as it was read."""

    @classmethod
    def to_wire(cls, answer: CamelApiKeyInfo) -> dict[str, object]:
        """The members in camel case."""
        return {_camel(name): getattr(answer, name) for name in answer.__struct_fields__}


def _snake(name: str) -> str:
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name)


def _camel(name: str) -> str:
    return re.sub("_([a-z])", lambda letter: letter[1].upper(), name)


class GetApiKeyInfo(Request[ApiKeyInfo], frozen=True):
    """What the key in use is and may do; it needs no permission."""

    route: ClassVar = Route.read("spot.account.get_api_key_info", "/0/private/GetApiKeyInfo", siebly="getApiKeyInfo")


class WalletFlags(Struct, frozen=True):
    """Marks of a wallet."""

    user_defined: bool | None = None
    active: bool | None = None


class WalletAccount(Struct, frozen=True):
    """One wallet of the user."""

    account_id: str
    """For example ``WX6V-JUKW-KKPB-QE36``: what other calls take as ``account_id``."""
    name: str | None = None
    type: str | None = None
    """``main``, ``spot``, ``pay``, ``prop_paper``, ``prop_real`` or ``unknown``."""
    status: str | None = None
    """``active``, ``disabled``, ``closed`` or ``unknown``."""
    flags: WalletFlags | None = None


class WalletAccounts(Struct, frozen=True):
    """The wallets of the user."""

    accounts: list[WalletAccount] = []
    cursor: Cursor | None = None


class GetWalletAccounts(Request[WalletAccounts], frozen=True):
    """The wallets of the user, whose ids other calls take as ``account_id``; it needs no permission."""

    route: ClassVar = Route.read(
        "spot.account.list_wallet_accounts", "/0/private/ListWalletAccounts", siebly="getWalletAccounts"
    )
