"""The Institutional clients: trading over the counter, custody and Prime. Custody takes the keys of its own API users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from krakenkit.clients.call import Call
from krakenkit.clients.later import later
from krakenkit.clients.rest import AsyncClient, BlockingClient

if TYPE_CHECKING:
    from krakenkit.wire.institutional import (
        custody,
        custody_funding,
        custody_tasks,
        custody_transactions,
        otc,
        prime,
    )
else:
    globals().update(
        later(
            "krakenkit.wire.institutional",
            "custody",
            "custody_funding",
            "custody_tasks",
            "custody_transactions",
            "otc",
            "prime",
        )
    )


class Otc:
    """Quotes over the counter."""

    create_otc_quote_request = Call(otc.CreateOtcQuoteRequest)
    update_otc_quote = Call(otc.UpdateOtcQuote)
    get_otc_pairs = Call(otc.GetOtcPairs)
    get_otc_active_quotes = Call(otc.GetOtcActiveQuotes)
    get_otc_historical_quotes = Call(otc.GetOtcHistoricalQuotes)
    get_otc_exposures = Call(otc.GetOtcExposures)
    check_otc_client = Call(otc.CheckOtcClient)


class Custody:
    """Vaults, their funding, transactions, tasks and activities."""

    list_custody_vaults = Call(custody.ListCustodyVaults)
    get_custody_vaultby_id = Call(custody.GetCustodyVaultbyId)
    get_custody_balance = Call(custody.GetCustodyBalance)
    get_custody_deposit_methods = Call(custody_funding.GetCustodyDepositMethods)
    get_custody_deposit_addresses = Call(custody_funding.GetCustodyDepositAddresses)
    get_custody_withdraw_methods = Call(custody_funding.GetCustodyWithdrawMethods)
    get_custody_withdraw_addresses = Call(custody_funding.GetCustodyWithdrawAddresses)
    list_custody_transactions = Call(custody_transactions.ListCustodyTransactions)
    get_custody_transactionby_id = Call(custody_transactions.GetCustodyTransactionbyId)
    list_custody_tasks = Call(custody_tasks.ListCustodyTasks)
    get_custody_taskby_id = Call(custody_tasks.GetCustodyTaskbyId)
    list_custody_activities = Call(custody_tasks.ListCustodyActivities)
    get_custody_activityby_id = Call(custody_tasks.GetCustodyActivitybyId)


class Prime:
    """API users, their keys, and settlement batches of Kraken Prime."""

    create_prime_api_user = Call(prime.CreatePrimeApiUser)
    get_prime_api_user = Call(prime.GetPrimeApiUser)
    list_prime_api_users = Call(prime.ListPrimeApiUsers)
    update_prime_api_user = Call(prime.UpdatePrimeApiUser)
    update_prime_api_user_roles = Call(prime.UpdatePrimeApiUserRoles)
    create_prime_api_user_key = Call(prime.CreatePrimeApiUserKey)
    list_prime_api_user_keys = Call(prime.ListPrimeApiUserKeys)
    update_prime_api_user_key = Call(prime.UpdatePrimeApiUserKey)
    delete_prime_api_user_key = Call(prime.DeletePrimeApiUserKey)
    create_prime_settlement_batch = Call(prime.CreatePrimeSettlementBatch)
    get_prime_settlement_batch = Call(prime.GetPrimeSettlementBatch)
    list_prime_settlement_batches = Call(prime.ListPrimeSettlementBatches)
    settle_prime_settlement_batch_asset = Call(prime.SettlePrimeSettlementBatchAsset)


class InstitutionalCalls(Otc, Custody, Prime):
    """Everything for institutions."""


class InstitutionalClient(InstitutionalCalls, BlockingClient):
    """OTC, custody and Prime, blocking: each method sends one signed request and returns its answer."""


class AsyncInstitutionalClient(InstitutionalCalls, AsyncClient):
    """OTC, custody and Prime, awaited: the same methods as :class:`InstitutionalClient`."""
