"""Prime: API users with keys that work on the exchange, and batches that settle trades over the counter.

A ``Trader`` may do what trading needs, a ``Viewer`` may look. A batch gathers every trade that waits, nets it by asset, and
is settled asset by asset; one batch of a kind is open at a time. Trades of tokenised equities do not exist here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from krakenkit.sandbox.engine import EngineRefused, Exchange
from krakenkit.sandbox.engine.refusals import UNKNOWN_ASSET, invalid
from krakenkit.sandbox.inbound import Denied
from krakenkit.sandbox.institutional.otc import Otc, settle
from krakenkit.sandbox.keys import TRADING, ApiKey, KeyRing
from krakenkit.sandbox.names import Names
from krakenkit.sandbox.values import read_networks

ROLES: Final[dict[str, frozenset[str]]] = {
    "Trader": TRADING,
    "Viewer": frozenset({"query-funds", "query-open-trades", "query-closed-trades", "query-ledger"}),
}
STATUSES: Final = ("Enabled", "Disabled")
KINDS: Final = ("currency", "tokenized_equity")
_LONGEST_NAME: Final = 128


@dataclass(slots=True, eq=False)
class UserKey:
    """A key of an API user."""

    id: str
    key: ApiKey
    updated_at: int


@dataclass(slots=True, eq=False)
class ApiUser:
    """Somebody who trades or looks on through the API."""

    id: str
    account: str
    name: str
    role: str
    status: str = "Enabled"
    keys: list[UserKey] = field(default_factory=list[UserKey])

    @property
    def permissions(self) -> frozenset[str]:
        """What the user's keys may do."""
        return ROLES[self.role] if self.status == "Enabled" else frozenset()


@dataclass(slots=True, eq=False)
class Leg:
    """What a batch owes in one asset: positive amounts come to the account."""

    asset: str
    amount: Decimal
    settled_at: int | None = None
    transfer_id: str | None = None


@dataclass(slots=True, eq=False)
class Batch:
    """Trades that are settled together."""

    id: str
    account: str
    kind: str
    trade_ids: list[str]
    legs: list[Leg]
    created_at: int
    updated_at: int

    @property
    def status(self) -> str:
        """``unsettled``, ``partially_settled`` or ``settled``."""
        settled = sum(leg.settled_at is not None for leg in self.legs)
        return "unsettled" if not settled else "settled" if settled == len(self.legs) else "partially_settled"


class Prime:
    """All API users and batches of one exchange."""

    def __init__(self, names: Names, keys: KeyRing, otc: Otc) -> None:
        self._names = names
        self._keys = keys
        self._otc = otc
        self._users: dict[str, ApiUser] = {}
        self._batches: dict[str, Batch] = {}

    # --- users ----------------------------------------------------------------------------------------------------------

    def users(self, account: str) -> list[ApiUser]:
        """The API users of an account, oldest first."""
        return [one for one in self._users.values() if one.account == account]

    def user(self, account: str, user_id: str) -> ApiUser:
        """One API user.

        Raises:
            Denied: when there is none.
        """
        found = self._users.get(user_id)
        if found is None or found.account != account:
            raise Denied("EGeneral:Invalid arguments:user_id")
        return found

    def create(self, account: str, name: str, role: str) -> ApiUser:
        """A new API user.

        Raises:
            EngineRefused: for an unknown role, and a name that is taken, empty or too long.
        """
        self._check_name(account, name)
        made = ApiUser(self._names.uuid(), account, name, _role(role))
        self._users[made.id] = made
        return made

    def update(self, user: ApiUser, name: str | None, status: str | None) -> None:
        """Rename a user, or switch its keys on or off.

        Raises:
            EngineRefused: for another status, and a name that is taken, empty or too long.
        """
        if status is not None and status not in STATUSES:
            raise invalid("status")
        if name is not None and name != user.name:
            self._check_name(user.account, name)
            user.name = name
        user.status = status or user.status
        _renew(user)

    def change_role(self, user: ApiUser, role: str) -> None:
        """Give a user, and its keys, another role."""
        user.role = _role(role)
        _renew(user)

    def _check_name(self, account: str, name: str) -> None:
        taken = any(one.name == name for one in self.users(account))
        if taken or not name.strip() or len(name) > _LONGEST_NAME:
            raise invalid("name")

    # --- keys -----------------------------------------------------------------------------------------------------------

    def make_key(self, user: ApiUser, now: int) -> tuple[UserKey, str]:
        """A new key of a user, and its secret, which is told this once."""
        key, secret = self._keys.make(user.name, user.account, user.permissions, now)
        made = UserKey(self._names.uuid(), key, now)
        user.keys.append(made)
        return made, secret

    def key(self, user: ApiUser, key_id: str) -> UserKey:
        """One key of a user.

        Raises:
            Denied: when there is none.
        """
        for one in user.keys:
            if one.id == key_id:
                return one
        raise Denied("EGeneral:Invalid arguments:key_id")

    def limit_key(self, key: UserKey, addresses: Collection[str], now: int) -> None:
        """Let a key be used from these addresses or networks only; from all when there are none.

        Raises:
            EngineRefused: for what is no address or network.
        """
        key.key.ip_allowlist, key.updated_at = read_networks(addresses, "whitelisted_ips"), now

    def delete_key(self, user: ApiUser, key_id: str) -> None:
        """Remove a key; whatever uses it stops working at once."""
        found = self.key(user, key_id)
        self._keys.drop(found.key)
        user.keys.remove(found)

    # --- batches --------------------------------------------------------------------------------------------------------

    def batches(self, account: str) -> list[Batch]:
        """The batches of an account, newest first."""
        return [one for one in reversed(self._batches.values()) if one.account == account]

    def batch(self, account: str, batch_id: str) -> Batch:
        """One batch.

        Raises:
            Denied: when there is none.
        """
        found = self._batches.get(batch_id)
        if found is None or found.account != account:
            raise Denied("EGeneral:Invalid arguments:batch_id")
        return found

    def gather(self, account: str, kind: str, now: int) -> Batch:
        """A new batch of every trade that waits.

        Raises:
            EngineRefused: while another batch of the kind is open, and when no trade waits.
        """
        if kind not in KINDS:
            raise invalid("asset_kind")
        if any(one.kind == kind and one.status != "settled" for one in self.batches(account)):
            raise Denied("ETrade:Invalid request")
        waiting = self._otc.unsettled(account) if kind == "currency" else []
        if not waiting:
            raise Denied("ETrade:Invalid request")
        net: dict[str, Decimal] = {}
        for trade in waiting:
            for asset, amount in trade.moves:
                net[asset] = net.get(asset, Decimal(0)) + amount
        legs = [Leg(asset, amount, None if amount else now) for asset, amount in net.items()]
        trade_ids = [trade.trade_id or "" for trade in waiting]
        made = Batch(self._names.uuid(), account, kind, trade_ids, legs, now, now)
        self._batches[made.id] = made
        self._close(made)
        return made

    def settle(self, exchange: Exchange, batch: Batch, asset: str, now: int) -> Leg:
        """Pay one asset of a batch, or be paid.

        Raises:
            EngineRefused: for an asset that the batch does not owe any more, and more than the account has.
        """
        name = exchange.asset(asset).display
        for leg in batch.legs:
            if leg.asset == name and leg.settled_at is None:
                settle(exchange, batch.account, {name: leg.amount}, now)
                leg.settled_at, leg.transfer_id = now, self._names.uuid()
                batch.updated_at = now
                self._close(batch)
                return leg
        raise EngineRefused(UNKNOWN_ASSET)

    def _close(self, batch: Batch) -> None:
        """Mark the trades of a batch that is settled whole."""
        if batch.status == "settled":
            for trade_id in batch.trade_ids:
                self._otc.trade(trade_id).settled = True


def _role(role: str) -> str:
    if role not in ROLES:
        raise invalid("role")
    return role


def _renew(user: ApiUser) -> None:
    for one in user.keys:
        one.key.permissions = user.permissions
