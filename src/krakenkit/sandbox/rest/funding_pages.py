"""Pages of Funding (Beta), whose cursors remember the filters of the first page."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar, cast

import msgspec

from krakenkit.sandbox.engine.refusals import invalid
from krakenkit.sandbox.inbound import RestReader
from krakenkit.wire.request import Request, json_params, wire_params

Q = TypeVar("Q", bound=Request[Any])
T = TypeVar("T")
_OF_THE_PAGE: Final = ("cursor", "limit", "account_id")
"""What belongs to one page only."""


class _Bookmark(msgspec.Struct, frozen=True):
    """What a cursor says: the last row that was seen, and the filters."""

    after: str
    filters: dict[str, Any]


def asked(request: Q) -> Q:
    """The request with the filters of the first page, which a cursor stands for.

    Raises:
        EngineRefused: for a cursor that is none.
    """
    bookmark = _bookmark(request)
    return request if bookmark is None else RestReader().read(type(request), bookmark.filters)


def page(
    request: Request[Any], rows: Sequence[T], *, id_of: Callable[[T], str], most: int
) -> tuple[list[T], str | None]:
    """One page of the rows, and the cursor of the next.

    Raises:
        EngineRefused: for an odd limit, and a cursor that is none.
    """
    limit: int = most if getattr(request, "limit", None) is None else cast("Any", request).limit
    if not 1 <= limit <= most:
        raise invalid("limit")
    bookmark = _bookmark(request)
    first = 0 if bookmark is None else _after([id_of(row) for row in rows], bookmark.after)
    chosen = list(rows[first : first + limit])
    if first + limit >= len(rows):
        return chosen, None
    return chosen, _cursor(id_of(chosen[-1]), _filters(request) if bookmark is None else bookmark.filters)


def _filters(request: Request[Any]) -> Mapping[str, Any]:
    members = {name: value for name, value in wire_params(request).items() if name not in _OF_THE_PAGE}
    return json_params(type(request), members)


def _cursor(after: str, filters: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(_Bookmark(after, dict(filters)))).decode()


def _bookmark(request: Request[Any]) -> _Bookmark | None:
    cursor: str | None = getattr(request, "cursor", None)
    if cursor is None:
        return None
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(cursor), type=_Bookmark)
    except (ValueError, msgspec.DecodeError):
        raise invalid("cursor") from None


def _after(ids: Sequence[str], seen: str) -> int:
    if seen not in ids:
        raise invalid("cursor")
    return ids.index(seen) + 1
