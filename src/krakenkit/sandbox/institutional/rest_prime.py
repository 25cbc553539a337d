"""REST of Prime."""

from __future__ import annotations

from typing import Final

import msgspec

from krakenkit.sandbox.engine.refusals import invalid
from krakenkit.sandbox.institutional.prime import ApiUser, Batch, Leg, Prime, UserKey
from krakenkit.sandbox.rest.desk import Caller
from krakenkit.sandbox.routing import endpoint
from krakenkit.wire.institutional import prime

_MILLI: Final = 10**6
_PAGE: Final = 50
_MOST: Final = 500


def _prime(caller: Caller) -> Prime:
    return caller.venue.institutions.prime


def _user(caller: Caller, user_id: str) -> ApiUser:
    return _prime(caller).user(caller.account, user_id)


# --- users ------------------------------------------------------------------------------------------------------------


def create_user(caller: Caller, request: prime.CreatePrimeApiUser) -> prime.PrimeApiUser:
    return _told(_prime(caller).create(caller.account, request.name, request.role))


def get_user(caller: Caller, request: prime.GetPrimeApiUser) -> prime.PrimeApiUserFound:
    return prime.PrimeApiUserFound(_told(_user(caller, request.user_id)))


def list_users(caller: Caller, request: prime.ListPrimeApiUsers) -> prime.PrimeApiUsers:
    return prime.PrimeApiUsers([_told(one) for one in _prime(caller).users(caller.account)])


def update_user(caller: Caller, request: prime.UpdatePrimeApiUser) -> prime.PrimeApiUser:
    found = _user(caller, request.user_id)
    _prime(caller).update(found, request.name, request.status)
    return _told(found)


def update_role(caller: Caller, request: prime.UpdatePrimeApiUserRoles) -> prime.PrimeApiUser:
    found = _user(caller, request.user_id)
    _prime(caller).change_role(found, request.role)
    return _told(found)


def _told(user: ApiUser) -> prime.PrimeApiUser:
    return prime.PrimeApiUser(id=user.id, name=user.name, status=user.status, roles=[user.role])


# --- keys -------------------------------------------------------------------------------------------------------------


def create_key(caller: Caller, request: prime.CreatePrimeApiUserKey) -> prime.NewPrimeApiUserKey:
    user = _user(caller, request.user_id)
    made, secret = _prime(caller).make_key(user, caller.now)
    return prime.NewPrimeApiUserKey(
        id=made.id,
        api_key=made.key.key,
        api_secret=secret,
        user_id=user.id,
        permissions=sorted(made.key.permissions),
        whitelisted_ips=list(made.key.ip_allowlist),
    )


def list_keys(caller: Caller, request: prime.ListPrimeApiUserKeys) -> prime.PrimeApiUserKeys:
    user = _user(caller, request.user_id)
    return prime.PrimeApiUserKeys(
        [msgspec.structs.replace(_key(user, one), key=one.key.key, api_key=None) for one in user.keys]
    )


def update_key(caller: Caller, request: prime.UpdatePrimeApiUserKey) -> prime.PrimeApiUserKey:
    user = _user(caller, request.user_id)
    found = _prime(caller).key(user, request.key_id)
    if request.whitelisted_ips is not None:
        _prime(caller).limit_key(found, request.whitelisted_ips, caller.now)
    return _key(user, found)


def delete_key(caller: Caller, request: prime.DeletePrimeApiUserKey) -> prime.PrimeApiUserKeyDeleted:
    _prime(caller).delete_key(_user(caller, request.user_id), request.key_id)
    return prime.PrimeApiUserKeyDeleted(deleted=True)


def _key(user: ApiUser, key: UserKey) -> prime.PrimeApiUserKey:
    return prime.PrimeApiUserKey(
        id=key.id,
        api_key=key.key.key,
        user_id=user.id,
        permissions=sorted(key.key.permissions),
        whitelisted_ips=list(key.key.ip_allowlist),
        updated_at=key.updated_at // _MILLI,
    )


# --- batches ----------------------------------------------------------------------------------------------------------


def create_batch(caller: Caller, request: prime.CreatePrimeSettlementBatch) -> prime.SettlementBatchFound:
    return _found(_prime(caller).gather(caller.account, request.asset_kind or "currency", caller.now))


def get_batch(caller: Caller, request: prime.GetPrimeSettlementBatch) -> prime.SettlementBatchFound:
    found = _prime(caller).batch(caller.account, request.batch_id)
    if request.asset_kind not in (None, found.kind):
        raise invalid("asset_kind")
    return _found(found)


def _found(batch: Batch) -> prime.SettlementBatchFound:
    return prime.SettlementBatchFound(batch=_batch(batch), trade_ids=batch.trade_ids)


def _batch(batch: Batch) -> prime.SettlementBatch:
    return prime.SettlementBatch(
        id=batch.id,
        attributes=prime.SettlementAttributes(
            status=batch.status,
            confirmed=True,
            created_at=batch.created_at // _MILLI,
            updated_at=batch.updated_at // _MILLI,
            trade_count=len(batch.trade_ids),
            asset_kind=batch.kind,
        ),
        legs=[_leg(one) for one in batch.legs],
        trade_ids=batch.trade_ids,
    )


def _leg(leg: Leg) -> prime.SettlementLeg:
    transfer = None
    if leg.transfer_id is not None:
        transfer = {
            name: msgspec.Raw(msgspec.json.encode(value))
            for name, value in {"id": leg.transfer_id, "transfer_status": "completed"}.items()
        }
    return prime.SettlementLeg(
        status="unsettled" if leg.settled_at is None else "settled",
        asset=leg.asset,
        amount=leg.amount,
        can_settle=leg.settled_at is None,
        settled_at=None if leg.settled_at is None else leg.settled_at // _MILLI,
        latest_spot_transfer=transfer,
    )


def list_batches(caller: Caller, request: prime.ListPrimeSettlementBatches) -> prime.SettlementBatches:
    limit, offset = _PAGE if request.limit is None else request.limit, request.offset or 0
    if not 1 <= limit <= _MOST:
        raise invalid("limit")
    if offset < 0:
        raise invalid("offset")
    rows = [
        one
        for one in _prime(caller).batches(caller.account)
        if (not request.statuses or one.status in request.statuses)
        and (request.from_ is None or one.created_at // _MILLI >= request.from_)
        and (request.until is None or one.created_at // _MILLI <= request.until)
    ]
    return prime.SettlementBatches(
        data=[_batch(one) for one in rows[offset : offset + limit]],
        pagination=prime.BatchPagination(has_more=offset + limit < len(rows), limit=limit, offset=offset),
    )


def settle(caller: Caller, request: prime.SettlePrimeSettlementBatchAsset) -> prime.SettlementStarted:
    batch = _prime(caller).batch(caller.account, request.batch_id)
    leg = _prime(caller).settle(caller.venue.exchange, batch, request.asset, caller.now)
    return prime.SettlementStarted(
        prime.SettlementTransfer(
            id=leg.transfer_id,
            attributes=prime.SettlementTransferAttributes(
                transfer_status="completed", transfer_amount=abs(leg.amount), transfer_asset=leg.asset
            ),
            relationships=prime.SettlementTransferRelationships(leg=_leg(leg)),
        )
    )


ENDPOINTS: Final = (
    endpoint(prime.CreatePrimeApiUser, create_user),
    endpoint(prime.GetPrimeApiUser, get_user),
    endpoint(prime.ListPrimeApiUsers, list_users),
    endpoint(prime.UpdatePrimeApiUser, update_user),
    endpoint(prime.UpdatePrimeApiUserRoles, update_role),
    endpoint(prime.CreatePrimeApiUserKey, create_key),
    endpoint(prime.ListPrimeApiUserKeys, list_keys),
    endpoint(prime.UpdatePrimeApiUserKey, update_key),
    endpoint(prime.DeletePrimeApiUserKey, delete_key),
    endpoint(prime.CreatePrimeSettlementBatch, create_batch),
    endpoint(prime.GetPrimeSettlementBatch, get_batch),
    endpoint(prime.ListPrimeSettlementBatches, list_batches),
    endpoint(prime.SettlePrimeSettlementBatchAsset, settle),
)
