"""REST of custody: vaults, what is in them and what happened there, tasks and their log."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec

from krakenkit.sandbox.cursors import by_cursor
from krakenkit.sandbox.encode import stamp
from krakenkit.sandbox.engine import Balance, EntryType, Exchange, LedgerEntry
from krakenkit.sandbox.engine.refusals import invalid
from krakenkit.sandbox.inbound import Denied
from krakenkit.sandbox.institutional.custody import Activity, Custody, Task, Vault
from krakenkit.sandbox.institutional.filters import Fields, choose
from krakenkit.sandbox.rest.desk import Caller
from krakenkit.sandbox.routing import endpoint
from krakenkit.wire.institutional import custody, custody_tasks, custody_transactions
from krakenkit.wire.institutional.custody import CustodyReply, CustodyRows
from krakenkit.wire.institutional.custody_transactions import CustodyTransaction, TransactionAmount, TransactionSide

_TYPES: Final[Mapping[EntryType, str]] = {
    "deposit": "deposit",
    "withdrawal": "withdrawal",
    "trade": "trade",
    "transfer": "custody_transfer",
    "staking": "custody_staking_reward",
}
_REFERENCES: Final = {
    "deposit": "funding",
    "withdrawal": "funding",
    "trade": "trade",
    "custody_transfer": "custody_transfer",
}
_PAGE: Final = 25
_MOST: Final = 500
_ADMIN: Final = custody_tasks.CustodyUser(full_name="Sandbox Admin", role="admin", ip_address="127.0.0.1")
_REVIEWER: Final = custody_tasks.CustodyUser(full_name="Sandbox Reviewer", role="reviewer", ip_address="127.0.0.1")

_VAULT_FIELDS: Final[Fields[Vault]] = {
    "id": lambda one: one.id,
    "name": lambda one: one.name,
    "created_at": lambda one: stamp(one.created_at),
    "updated_at": lambda one: stamp(one.updated_at),
    "member": lambda one: one.owner,
    "default_approvals": lambda one: "1",
}
_TASK_FIELDS: Final[Fields[Task]] = {
    "id": lambda one: one.id,
    "approval_id": lambda one: one.approval_id,
    "vault_id": lambda one: one.vault.id,
    "scope": lambda one: _scope(one),
    "state": lambda one: one.state,
    "action": lambda one: one.action,
    "created_at": lambda one: stamp(one.created_at),
    "updated_at": lambda one: stamp(one.updated_at),
    "expires_at": lambda one: stamp(one.expires_at),
    "current_user_decision": lambda one: "approved",
}
_ACTIVITY_FIELDS: Final[Fields[Activity]] = {
    "id": lambda one: one.id,
    "scope": lambda one: _scope(one.task),
    "vault_id": lambda one: one.task.vault.id,
    "task_id": lambda one: one.task.id,
    "approval_id": lambda one: one.task.approval_id,
    "task_action": lambda one: one.task.action,
    "activity_action": lambda one: one.type,
    "created_at": lambda one: stamp(one.at),
    "activity_created_at": lambda one: stamp(one.at),
    "user": lambda one: _user(one).full_name or "",
}


def custody_of(caller: Caller) -> Custody:
    """All vaults; the caller has one at least."""
    found = caller.venue.institutions.custody
    found.vaults(caller.account, caller.now)
    return found


# --- vaults -----------------------------------------------------------------------------------------------------------


def list_vaults(caller: Caller, request: custody.ListCustodyVaults) -> CustodyRows[custody.Vault]:
    chosen = choose(custody_of(caller).vaults(caller.account, caller.now), request, _VAULT_FIELDS)
    rows = [custody.Vault(**_members(caller, one)) for one in chosen.rows]
    return CustodyRows(result=rows, start=chosen.start, total=chosen.total)


def get_vault(caller: Caller, request: custody.GetCustodyVaultbyId) -> CustodyReply[custody.VaultDetails]:
    exchange, vault = caller.venue.exchange, custody_of(caller).vault(caller.account, request.id)
    assets = [_asset(exchange, held) for held in exchange.balances(vault.account)]
    return CustodyReply(result=custody.VaultDetails(**_members(caller, vault), asset_details=assets))


def _members(caller: Caller, vault: Vault) -> dict[str, Any]:
    exchange = caller.venue.exchange
    held = exchange.balances(vault.account)
    free = (exchange.worth(one.available, one.asset.display, "USD") for one in held)
    return {
        "id": vault.id,
        "name": vault.name,
        "description": vault.description,
        "status": "created",
        "iiban": vault.account,
        "created_at": stamp(vault.created_at),
        "updated_at": stamp(vault.updated_at),
        "count_assets": len(held),
        "deposit_lock_rekeying_only": False,
        "balance_fiat": exchange.equity(vault.account, "USD"),
        "balance_diff": Decimal(0),
        "available_balance_fiat": sum((one for one in free if one is not None), Decimal(0)),
        "otc_enabled": False,
    }


def _asset(exchange: Exchange, held: Balance) -> custody.VaultAsset:
    name = held.asset.display
    return custody.VaultAsset(
        asset=name,
        current_usd_price=exchange.worth(Decimal(1), name, "USD"),
        available_balance=custody.VaultQuantity(held.available, exchange.worth(held.available, name, "USD")),
        total_balance=custody.VaultQuantity(held.balance, exchange.worth(held.balance, name, "USD")),
    )


def balance(caller: Caller, request: custody.GetCustodyBalance) -> CustodyReply[dict[str, custody.VaultBalance]]:
    vault = custody_of(caller).vault(caller.account, request.vault_id)
    held = caller.venue.exchange.balances(vault.account)
    return CustodyReply(result={one.asset.display: custody.VaultBalance(one.balance, one.hold_trade) for one in held})


# --- transactions -----------------------------------------------------------------------------------------------------


def transactions(
    caller: Caller, request: custody_transactions.ListCustodyTransactions
) -> CustodyReply[custody_transactions.CustodyTransactions]:
    exchange, desk = caller.venue.exchange, custody_of(caller)
    rows = [
        one
        for one in desk.entries(exchange, desk.vault(caller.account, request.id))
        if _is_meant(exchange, one, request)
    ]
    order = "descending" if request.sorting is None else request.sorting.order
    if order not in ("ascending", "descending"):
        raise invalid("sorting")
    if order == "ascending":
        rows.reverse()
    size = min(_PAGE if request.page_size is None else request.page_size, _MOST)
    page, following = by_cursor(rows, cursor=request.cursor, size=size, id_of=lambda one: one.ledger_id)
    unit = _unit(exchange, request.quote)
    return CustodyReply(
        result=custody_transactions.CustodyTransactions(
            transactions=[_transaction(exchange, one, unit) for one in page],
            stats=custody_transactions.TransactionStats(len(page)),
            next_cursor=following,
        )
    )


def _is_meant(exchange: Exchange, entry: LedgerEntry, request: custody_transactions.ListCustodyTransactions) -> bool:
    assets = [exchange.asset(one.asset) for one in request.assets or []]
    kind = _TYPES[entry.type]
    refs = [(one.type, one.ref_id) for one in request.ref_ids or []]
    return (
        (not request.types or kind in request.types)
        and (not request.ids or entry.ledger_id in request.ids)
        and (not assets or entry.asset in assets)
        and (not refs or (_REFERENCES.get(kind, kind), entry.ref_id) in refs)
    )


def _unit(exchange: Exchange, quote: custody_transactions.TransactionAsset | None) -> str | None:
    return None if quote is None else exchange.asset(quote.asset).display


def get_transaction(
    caller: Caller, request: custody_transactions.GetCustodyTransactionbyId
) -> CustodyReply[custody_transactions.TransactionFound]:
    exchange, desk = caller.venue.exchange, custody_of(caller)
    vault = desk.vault(caller.account, request.vault_id)
    entry = exchange.ledger_entry(vault.account, request.id)
    if entry is None:
        raise Denied("EGeneral:Invalid arguments:Unknown transaction")
    found = _transaction(exchange, entry, _unit(exchange, request.quote))
    return CustodyReply(result=custody_transactions.TransactionFound(transaction=found, result_type="complete"))


def _transaction(exchange: Exchange, entry: LedgerEntry, unit: str | None) -> CustodyTransaction:
    side = _side(exchange, entry, unit)
    kind = _TYPES[entry.type]
    return CustodyTransaction(
        id=entry.ledger_id,
        time=stamp(entry.at),
        type=kind,
        category=_REFERENCES.get(kind, kind),
        area="custody",
        status="successful",
        ref_id=entry.ref_id,
        spend=side if entry.amount < 0 else None,
        receive=side if entry.amount >= 0 else None,
    )


def _side(exchange: Exchange, entry: LedgerEntry, unit: str | None) -> TransactionSide:
    def told(amount: Decimal) -> TransactionAmount:
        return TransactionAmount(amount=amount, asset=entry.asset.display, class_="currency")

    def quoted(amount: Decimal) -> TransactionAmount | None:
        worth = None if unit is None else exchange.worth(amount, entry.asset.display, unit)
        return None if unit is None or worth is None else TransactionAmount(worth, unit, "currency")

    amount, total = abs(entry.amount), abs(entry.amount - entry.fee)
    return TransactionSide(
        ledger_id=entry.ledger_id,
        time=stamp(entry.at),
        amount=told(amount),
        quoted_amount=quoted(amount),
        fee=told(entry.fee),
        quoted_fee=quoted(entry.fee),
        total=told(total),
        quoted_total=quoted(total),
        balance=told(entry.balance),
    )


# --- tasks ------------------------------------------------------------------------------------------------------------


def list_tasks(caller: Caller, request: custody_tasks.ListCustodyTasks) -> CustodyRows[custody_tasks.CustodyTask]:
    chosen = choose(custody_of(caller).tasks(caller.account), request, _TASK_FIELDS)
    return CustodyRows(result=[_task(one) for one in chosen.rows], start=chosen.start, total=chosen.total)


def _task(task: Task) -> custody_tasks.CustodyTask:
    return custody_tasks.CustodyTask(
        id=task.id,
        approval_id=task.approval_id,
        created_at=stamp(task.created_at),
        updated_at=stamp(task.updated_at),
        expires_at=stamp(task.expires_at),
        can_review=False,
        reviewer_statistics=custody_tasks.ReviewerStatistics(current_count=1, approved=1, denied=0, undecided=0),
        current_user_decision="approved",
        initiator=_ADMIN,
    )


def get_task(caller: Caller, request: custody_tasks.GetCustodyTaskbyId) -> custody_tasks.TaskDetails:
    return custody_tasks.TaskDetails(result=_details(custody_of(caller).task(caller.account, request.id)))


def _details(task: Task) -> dict[str, msgspec.Raw]:
    """All members of a task; those of the action stand under ``details``, as no page shows where."""
    members = msgspec.to_builtins(_task(task)) | {
        "state": task.state,
        "action": task.action,
        "scope": _scope(task),
        "vault_id": task.vault.id,
        "details": task.details,
    }
    return _raw(members)


def _scope(task: Task) -> str:
    return "domain" if task.action == "vault_create" else "vault"


def _raw(members: dict[str, Any]) -> dict[str, msgspec.Raw]:
    return {name: msgspec.Raw(msgspec.json.encode(value)) for name, value in members.items() if value is not None}


def list_activities(
    caller: Caller, request: custody_tasks.ListCustodyActivities
) -> CustodyRows[custody_tasks.CustodyActivity]:
    chosen = choose(custody_of(caller).activities(caller.account), request, _ACTIVITY_FIELDS)
    rows = [
        custody_tasks.CustodyActivity(id=one.id, created_at=stamp(one.at), task=_details(one.task))
        for one in chosen.rows
    ]
    return CustodyRows(result=rows, start=chosen.start, total=chosen.total)


def get_activity(caller: Caller, request: custody_tasks.GetCustodyActivitybyId) -> custody_tasks.ActivityDetails:
    found = custody_of(caller).activity(caller.account, request.id)
    members: dict[str, Any] = {
        "id": found.id,
        "type": found.type,
        "created_at": stamp(found.at),
        "comment": found.comment,
        "user": msgspec.to_builtins(_user(found)),
        "task_id": found.task.id,
        "approval_id": found.task.approval_id,
    }
    return custody_tasks.ActivityDetails(result=_raw(members))


def _user(activity: Activity) -> custody_tasks.CustodyUser:
    return _REVIEWER if activity.type == "review_approved" else _ADMIN


ENDPOINTS: Final = (
    endpoint(custody.ListCustodyVaults, list_vaults),
    endpoint(custody.GetCustodyVaultbyId, get_vault),
    endpoint(custody.GetCustodyBalance, balance),
    endpoint(custody_transactions.ListCustodyTransactions, transactions),
    endpoint(custody_transactions.GetCustodyTransactionbyId, get_transaction),
    endpoint(custody_tasks.ListCustodyTasks, list_tasks),
    endpoint(custody_tasks.GetCustodyTaskbyId, get_task),
    endpoint(custody_tasks.ListCustodyActivities, list_activities),
    endpoint(custody_tasks.GetCustodyActivitybyId, get_activity),
)
