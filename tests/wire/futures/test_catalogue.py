"""What holds for every Futures request class."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import pytest

from krakenkit.wire import futures
from krakenkit.wire.request import Request
from krakenkit.wire.route import Resend

CLASSES: list[type[Request[Any]]] = [
    member
    for module in pkgutil.iter_modules(futures.__path__)
    for member in vars(importlib.import_module(f"{futures.__name__}.{module.name}")).values()
    if isinstance(member, type) and issubclass(member, Request) and "route" in vars(member)
]
CLASSES = list(dict.fromkeys(CLASSES))


def test_every_id_is_there_once() -> None:
    ids = [each.route.id for each in CLASSES]

    assert len(ids) == len(set(ids)) == 73


@pytest.mark.parametrize("request_class", CLASSES, ids=lambda each: each.route.id)
def test_a_route_fits_its_method_and_its_class(request_class: type[Request[Any]]) -> None:
    route = request_class.route

    assert (route.venue, route.id.split(".")[0]) == ("futures", "futures")
    assert route.lifecycle is not None
    assert route.encoding == ("query" if route.method in ("GET", "DELETE") else "form")
    assert route.method != "GET" or route.resend is Resend.READ
    assert (route.permission is None) == (not route.signed)
    braces = {piece.strip("{}") for piece in route.path.split("/") if piece.startswith("{")}
    assert braces <= set(request_class.__struct_encode_fields__)
    assert request_class.__doc__ is not None
    assert callable(request_class.reader())
