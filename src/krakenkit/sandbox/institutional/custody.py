"""Custody: vaults, each with an account of its own on the exchange, and the tasks by which people approved what was done.

Vaults are made in the custody UI, so a test makes them. An account without any has one called ``Main`` from its first call
on. Making a vault, and sending from one, leaves a task that was approved and carried out, with its log.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from krakenkit.sandbox.bank import Bank
from krakenkit.sandbox.engine import Asset, EngineRefused, Exchange, LedgerEntry
from krakenkit.sandbox.engine.refusals import INSUFFICIENT_FUNDS
from krakenkit.sandbox.engine.scale import to_units
from krakenkit.sandbox.inbound import Denied
from krakenkit.sandbox.names import Names

Action: TypeAlias = Literal["vault_create", "withdrawal"]
Step: TypeAlias = Literal["created", "review_approved", "executed"]
FIRST_VAULT: Final = "Main"
_EXPIRES_AFTER: Final = 7 * 86_400 * 10**9


@dataclass(slots=True, eq=False)
class Vault:
    """One vault. ``account`` is where its money is on the exchange."""

    id: str
    owner: str
    account: str
    name: str
    description: str
    created_at: int
    updated_at: int


@dataclass(slots=True, eq=False)
class Task:
    """Something that had to be approved."""

    id: str
    approval_id: str
    owner: str
    vault: Vault
    action: Action
    created_at: int
    updated_at: int
    details: dict[str, str] = field(default_factory=dict[str, str])
    state: Literal["executed"] = "executed"

    @property
    def expires_at(self) -> int:
        return self.created_at + _EXPIRES_AFTER


@dataclass(slots=True, eq=False)
class Activity:
    """One entry of the log."""

    id: str
    task: Task
    type: Step
    at: int
    comment: str | None


class Custody:
    """All vaults of one exchange."""

    def __init__(self, names: Names, bank: Bank) -> None:
        self._names = names
        self._bank = bank
        self._vaults: dict[str, Vault] = {}
        self._tasks: dict[str, Task] = {}
        self._activities: dict[str, Activity] = {}

    # --- vaults ---------------------------------------------------------------------------------------------------------

    def make(self, owner: str, name: str, description: str, now: int) -> Vault:
        """A new vault, and the task that it came of."""
        made = Vault(f"V{self._names.word(15)}", owner, self._names.iiban(), name, description, now, now)
        self._vaults[made.id] = made
        self._bank.directory.enter(made.account)
        self._record(made, "vault_create", {"name": name}, now)
        return made

    def vaults(self, owner: str, now: int) -> list[Vault]:
        """The vaults of an account, oldest first."""
        found = [one for one in self._vaults.values() if one.owner == owner]
        return found or [self.make(owner, FIRST_VAULT, "", now)]

    def vault(self, owner: str, vault_id: str) -> Vault:
        """One vault.

        Raises:
            Denied: when there is none.
        """
        found = self._vaults.get(vault_id)
        if found is None or found.owner != owner:
            raise Denied("EGeneral:Invalid arguments:Unknown vault")
        return found

    def send(self, exchange: Exchange, vault: Vault, asset: Asset, amount: Decimal, to: str, now: int) -> Task:
        """Send from a vault to an account of the exchange, as approved people would.

        Raises:
            EngineRefused: for an odd amount, and more than the vault has.
        """
        units = to_units(amount, asset.decimals)
        if not units or units < 0 or units > exchange.withdrawable(vault.account, asset.name):
            raise EngineRefused(INSUFFICIENT_FUNDS)
        ref_id = self._bank.transfer(vault.account, to, asset.display, units, now)
        vault.updated_at = now
        details = {"asset": asset.display, "amount": f"{amount:f}", "to": to, "ref_id": ref_id}
        return self._record(vault, "withdrawal", details, now)

    # --- what happened --------------------------------------------------------------------------------------------------

    def entries(self, exchange: Exchange, vault: Vault) -> list[LedgerEntry]:
        """Every change of a vault's balances, newest first."""
        return exchange.ledger(vault.account)

    def tasks(self, owner: str) -> list[Task]:
        """The tasks of all vaults of an account, newest first."""
        return [one for one in reversed(self._tasks.values()) if one.owner == owner]

    def task(self, owner: str, task_id: str) -> Task:
        """One task, by its own id or its approval's.

        Raises:
            Denied: when there is none.
        """
        for one in self.tasks(owner):
            if task_id in (one.id, one.approval_id):
                return one
        raise Denied("EGeneral:Invalid arguments:Unknown task")

    def activities(self, owner: str) -> list[Activity]:
        """The log of an account, newest first."""
        return [one for one in reversed(self._activities.values()) if one.task.owner == owner]

    def activity(self, owner: str, activity_id: str) -> Activity:
        """One entry of the log.

        Raises:
            Denied: when there is none.
        """
        found = self._activities.get(activity_id)
        if found is None or found.task.owner != owner:
            raise Denied("EGeneral:Invalid arguments:Unknown activity")
        return found

    def _record(self, vault: Vault, action: Action, details: dict[str, str], now: int) -> Task:
        task = Task(
            id=f"T{self._names.word(13)}",
            approval_id=f"P{self._names.word(13)}",
            owner=vault.owner,
            vault=vault,
            action=action,
            created_at=now,
            updated_at=now,
            details=details,
        )
        self._tasks[task.id] = task
        steps: tuple[Step, ...] = ("created", "review_approved", "executed")
        for step in steps:
            made = Activity(f"A{self._names.word(13)}", task, step, now, None)
            self._activities[made.id] = made
        return task
