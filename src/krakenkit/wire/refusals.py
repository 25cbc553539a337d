"""The exchange's error strings: ``<severity><category>:<message>[:<detail>…]``, and which kind of refusal each is.

Used for REST envelopes and socket replies alike; strings we do not know become a plain ``Refused`` that keeps them.
Strings: the manual's error pages, gathered in section 4 of the Spot REST rules.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence

from krakenkit.errors import AuthRefused, OrderRefused, RateLimited, Refused, Unavailable

_AUTH = (
    "EAPI:Invalid",
    "EAuth:",
    "EGeneral:Permission denied",
    "EAPI:Permission denied",
    "ESession:",
    "EAccount:",
    "authenticationError",
    "nonceBelowThreshold",
    "nonceDuplicate",
    "insufficientPrivileges",
    "accountInactive",
)
_TOKEN = re.compile(r"\btokens?\b")  # not the asset class tokenized_asset
_TOKEN_WORDS = ("stale", "expired", "invalid", "not found")
_RATE = (
    "EAPI:Rate limit",
    "EOrder:Rate limit",
    "EOrder:Domain rate limit",
    "EAuth:Rate limit",
    "EAuth:Too many requests",
    "EGeneral:Too many requests",
    "EGeneral:Temporary lockout",
    "EService:Throttled",
    "EBM:limit exceeded",
    "Exceeded msg rate",
    "apiLimitExceeded",
)
_UNAVAILABLE = ("EService:", "EGeneral:Internal error", "EDatabase:", "Server Error", "Unavailable", "unknownError")
_ORDER = ("EOrder:", "ETrade:", "EFunding:", "EEarnings:", "EPTL:", "marketUnavailable", "insufficientFunds")

# After these words an order may have been executed all the same: look it up before sending another.
_UNDECIDED = (
    "EService:Unavailable",
    "EService:Busy",
    "EService:Deadline elapsed",
    "EGeneral:Internal error",
    "EDatabase:",
    "Server Error",
    "Unavailable",
    "unknownError",
)

_ADVICE: tuple[tuple[str, str], ...] = (
    ("EAPI:Invalid key", "check that the key exists and belongs to this product (Spot and Futures keys differ)"),
    ("EAPI:Invalid signature", "check the secret; copy it again from the key's page"),
    (
        "EAPI:Invalid nonce",
        "another program may use this key with larger nonces; give each program its own key or set a nonce window",
    ),
    ("authenticationError", "check that this is a Futures key and its secret is whole (Spot keys differ)"),
    ("nonce", "another program may use this key with larger nonces; give each program its own key"),
    ("apiLimitExceeded", "slow down; the budget fills up again with time"),
    ("EAPI:Rate limit", "slow down; the counter falls with time"),
    ("EGeneral:Permission denied", "give the key the permission that the endpoint's page names"),
    ("EGeneral:Invalid arguments", "check the parameters against the endpoint's page"),
    ("EGeneral:Temporary lockout", "stop for some minutes; more calls make it longer"),
    ("EGeneral:Unknown method", "check the path"),
    ("EQuery:Unknown asset pair", "check the pair's name, for example with get_asset_pairs()"),
    ("Currency pair not supported", "check the symbol's name, for example BTC/USD, in the instrument channel"),
    ("EQuery:Unknown asset", "check the asset's name, for example with get_assets()"),
    ("EOrder:Insufficient funds", "check the balances less what open orders hold"),
    ("EOrder:Order minimum not met", "see ordermin of the pair"),
    ("EOrder:Cost minimum not met", "see costmin of the pair"),
    ("EOrder:Tick size check failed", "the price must be a multiple of the pair's tick_size"),
    ("EOrder:Unknown order", "it may be filled or cancelled already; look it up"),
    ("EOrder:Rate limit", "too many changes of young orders on this pair; wait some seconds"),
    ("ESession:", "fetch a new WebSocket token"),
    ("EService:", "wait and try again; see get_system_status()"),
)


def tidy(code: str) -> str:
    """The string with the stray space after a colon taken out, which some answers have."""
    head, colon, rest = code.partition(":")
    return f"{head}:{rest.strip()}" if colon else code.strip()


def errors_in(codes: Iterable[str]) -> list[str]:
    """The entries that refuse the call; ``W…`` entries are warnings that ride along."""
    return [tidy(code) for code in codes if not code.startswith("W")]


def warnings_in(codes: Iterable[str]) -> list[str]:
    """The entries that only warn."""
    return [tidy(code) for code in codes if code.startswith("W")]


def begins(codes: Iterable[str], words: Sequence[str]) -> bool:
    """Whether any code begins with any of the words."""
    return any(code.startswith(tuple(words)) for code in codes)


def token_stale(code: str) -> bool:
    """Whether a socket refused its token: a fresh one may be accepted."""
    text = code.lower()
    return code.startswith("ESession:") or (
        _TOKEN.search(text) is not None and any(word in text for word in _TOKEN_WORDS)
    )


def passing(code: str) -> bool:
    """Whether a refused subscription may be asked for again later: rate limits and a busy service."""
    return begins([tidy(code)], (*_RATE, *_UNAVAILABLE))


def undecided(codes: Iterable[str]) -> bool:
    """Whether an order answered so may have been executed all the same."""
    return begins(codes, _UNDECIDED)


def refusal(
    codes: Sequence[str],
    *,
    request: str,
    client_order_id: str | None = None,
    now: float | None = None,
) -> Refused:
    """The error for these strings, of the class that fits, with what was tried and what to do next."""
    kind, retryable = _kind(codes)
    message = f"{request} was refused: {', '.join(codes) or 'no reason given'}."
    if advice := next((text for start, text in _ADVICE if begins(codes, (start,))), None):
        message += f" Next: {advice}."
    return kind(
        message,
        codes=codes,
        request=request,
        retryable=retryable,
        retry_after=_retry_after(codes, time.time() if now is None else now),
        client_order_id=client_order_id,
    )


def _kind(codes: Sequence[str]) -> tuple[type[Refused], bool]:
    if begins(codes, _RATE):
        return RateLimited, True
    if begins(codes, _AUTH) or any(token_stale(code) for code in codes):
        return AuthRefused, False
    if begins(codes, _UNAVAILABLE):
        return Unavailable, True
    if begins(codes, _ORDER):
        return OrderRefused, False
    return Refused, False


def _retry_after(codes: Sequence[str], now: float) -> float | None:
    """``EService:Throttled: <unix time>`` names the moment from which calls are welcome again."""
    for code in codes:
        if code.startswith("EService:Throttled"):
            until = code.rpartition(":")[2].strip()
            if until.replace(".", "", 1).isdigit():
                return max(0.0, int(until.partition(".")[0]) - now)
    return None
