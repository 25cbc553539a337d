"""Private REST of Spot: the key in use, the account's wallet, its credit, and its subaccounts."""

from __future__ import annotations

from typing import Final

from krakenkit.sandbox.bank.funding import units_of
from krakenkit.sandbox.inbound import Denied
from krakenkit.sandbox.keys import UNTOLD
from krakenkit.sandbox.rest.desk import Caller
from krakenkit.sandbox.rest.funding import asset_of
from krakenkit.sandbox.routing import endpoint
from krakenkit.sandbox.values import read_amount
from krakenkit.wire.spot import account, credit, keys, subaccounts


def api_key_info(caller: Caller, request: keys.GetApiKeyInfo) -> dict[str, object]:
    key = caller.owner
    info = keys.ApiKeyInfo(
        api_key_name=key.name,
        api_key=key.key,
        nonce=key.last_nonce,
        nonce_window=key.nonce_window,
        permissions=sorted(key.permissions - UNTOLD),
        iban=caller.venue.bank.directory.number(key.account),
        valid_until=key.valid_until,
        query_from=key.query_from,
        query_to=key.query_to,
        created_time=key.created_at // 10**9,
        modified_time=key.created_at // 10**9,
        ip_allowlist=list(key.ip_allowlist),
        last_used=key.last_used // 10**9,
    )
    # Captured: numbers come as text here, so that no client loses digits of a nonce.
    members = {name: getattr(info, name) for name in info.__struct_fields__}
    return {
        name: str(value) if isinstance(value, int) else value for name, value in members.items() if value is not None
    }


def wallet_accounts(caller: Caller, request: keys.GetWalletAccounts) -> keys.WalletAccounts:
    wallet = keys.WalletAccount(
        account_id=caller.venue.bank.directory.wallet_id(caller.account),
        name="Main",
        type="main",
        status="active",
        flags=keys.WalletFlags(user_defined=False, active=True),
    )
    return keys.WalletAccounts(accounts=[wallet], cursor=account.Cursor())


def credit_lines(caller: Caller, request: credit.GetCreditLines) -> None:
    """Nobody has credit here: the answer is that of an account without any."""
    return


def create_subaccount(caller: Caller, request: subaccounts.CreateSubaccount) -> bool:
    """Its keys are made as all others are; it is empty until something is transferred to it."""
    if "@" not in request.email:
        raise Denied("EGeneral:Invalid arguments:email")
    caller.venue.bank.directory.add_subaccount(caller.account, request.username)
    caller.venue.futures.exchange.adopt(caller.account, request.username)
    if caller.venue.limits.rates is not None:
        caller.venue.limits.rates.join(request.username, caller.account)
    return True


def account_transfer(caller: Caller, request: subaccounts.SubmitSubaccountTransfer) -> subaccounts.SubaccountTransfer:
    """Done when it is answered."""
    bank = caller.venue.bank
    source = bank.directory.relative(caller.account, request.from_, "from")
    target = bank.directory.relative(caller.account, request.to, "to")
    if source == target:
        raise Denied("EGeneral:Invalid arguments:to")
    asset = asset_of(caller, request.asset, request.asset_class)
    units = units_of(asset, read_amount(request.amount, "amount"))
    return subaccounts.SubaccountTransfer(
        transfer_id=bank.transfer(source, target, asset.name, units, caller.now), status="complete"
    )


ENDPOINTS: Final = (
    endpoint(keys.GetApiKeyInfo, api_key_info),
    endpoint(keys.GetWalletAccounts, wallet_accounts),
    endpoint(credit.GetCreditLines, credit_lines),
    endpoint(subaccounts.CreateSubaccount, create_subaccount),
    endpoint(subaccounts.SubmitSubaccountTransfer, account_transfer),
)
