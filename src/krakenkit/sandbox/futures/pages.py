"""Pages of the Futures history: rows between two moments, newest or oldest first, and where the next page begins."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias, TypeVar

from krakenkit.sandbox.engine.derivatives import Contract
from krakenkit.sandbox.futures.inbound import wrong
from krakenkit.sandbox.futures.rest import FuturesCaller
from krakenkit.wire.futures import history
from krakenkit.wire.futures import history_events as wire

T = TypeVar("T")
Kept: TypeAlias = tuple[str, int, T]
"""A row with its id and its moment in milliseconds; lists of them are newest first."""

_LARGEST_PAGE: Final = 1000


def page(
    caller: FuturesCaller,
    rows: Sequence[Kept[T]],
    request: history.HistoryRequest[Any],
    written: Callable[[T], Any],
    *,
    private: bool = True,
) -> wire.HistoryPage[Any]:
    """The rows that a request asks for, as they are written."""
    chosen = [row for row in rows if between(row[1], request.since, request.before)]
    if request.sort == "asc":
        chosen.reverse()
    first = 0 if request.continuation_token is None else _place(chosen, request.continuation_token)
    size = min(request.count or _LARGEST_PAGE, _LARGEST_PAGE)
    shown = chosen[first : first + size]
    more = first + size < len(chosen)
    return wire.HistoryPage(
        elements=[wire.Element(uid=uid, timestamp=at, event=written(row)) for uid, at, row in shown],
        len=len(shown),
        account_uid=caller.exchange.account_uid(caller.account) if private else None,
        continuation_token=_token(shown[-1][0]) if more else None,
    )


def between(at: int, since: int | None, before: int | None) -> bool:
    """Whether a moment is meant."""
    return (since is None or at >= since) and (before is None or at < before)


def _token(uid: str) -> str:
    """A token is the id of the last row that was seen, so rows that come in meanwhile do not shift the pages."""
    return base64.b64encode(uid.encode()).decode()


def _place(rows: Sequence[Kept[T]], token: str) -> int:
    try:
        last = base64.b64decode(token, validate=True).decode()
    except ValueError:  # no base64, or no text in it
        raise wrong("continuation_token") from None
    for index, row in enumerate(rows):
        if row[0] == last:
            return index + 1
    raise wrong("continuation_token")


def meant(caller: FuturesCaller, contract: Contract, tradeable: str | None) -> bool:
    """Whether a contract is meant by a filter."""
    return tradeable is None or contract is caller.contract(tradeable, field="tradeable")
