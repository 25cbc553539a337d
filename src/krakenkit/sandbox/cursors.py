"""Pages of partner and institutional lists: by cursor, which is the id of the last row seen, or by number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import urlencode

from krakenkit._core.clock import nanoseconds
from krakenkit.sandbox.engine.refusals import invalid
from krakenkit.wire.partner.nexus import PageLinks, PageMeta

T = TypeVar("T")


def by_cursor(
    rows: Sequence[T], *, cursor: str | None, size: int, id_of: Callable[[T], str]
) -> tuple[list[T], str | None]:
    """A page and the cursor of the next one; None on the last page.

    Raises:
        EngineRefused: for a size below one, and a cursor that is no row's id.
    """
    if size < 1:
        raise invalid("page_size")
    first = 0
    if cursor is not None:
        places = [place for place, row in enumerate(rows) if id_of(row) == cursor]
        if not places:
            raise invalid("cursor")
        first = places[0] + 1
    chosen = list(rows[first : first + size])
    return chosen, id_of(chosen[-1]) if first + size < len(rows) else None


def by_number(rows: Sequence[T], *, number: int, size: int, path: str) -> tuple[list[T], PageLinks, PageMeta]:
    """A page, the addresses of its neighbours, and which one it is; pages beyond the last are empty."""
    last = max(-(-len(rows) // size), 1)

    def link(page: int) -> str | None:
        return f"{path}?{urlencode({'page[number]': page, 'page[size]': size})}" if 1 <= page <= last else None

    links = PageLinks(this=link(number), first=link(1), last=link(last), prev=link(number - 1), next=link(number + 1))
    meta = PageMeta(total_items=len(rows), total_pages=last, page_size=size, page_number=number)
    return list(rows[(number - 1) * size : number * size]), links, meta


def read_rfc3339(value: object, field: str) -> int | None:
    """A moment that may be left out, as nanoseconds.

    Raises:
        EngineRefused: for anything that is not RFC 3339.
    """
    if value is None:
        return None
    try:
        return nanoseconds(str(value))
    except ValueError:
        raise invalid(field) from None
