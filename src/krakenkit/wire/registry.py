"""Every endpoint, channel and command by name. It loads what it lists, so only tools use it, never the clients."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from krakenkit.wire.request import Request

PRODUCTS = {
    "spot": "SpotClient",
    "institutional": "InstitutionalClient",
    "partner": "PartnerClient",
    "futures": "DerivativesClient",
}
"""The packages of requests and the client each is for."""


@cache
def requests() -> dict[str, type[Request[Any]]]:
    """Request classes by the catalogue's id, in the order of the packages' modules.

    Raises:
        RuntimeError: when two classes claim one id.
    """
    found: dict[str, type[Request[Any]]] = {}
    for kind in _classes():
        if found.setdefault(kind.route.id, kind) is not kind:
            raise RuntimeError(f"{kind.__name__} and {found[kind.route.id].__name__} both claim {kind.route.id}")
    return found


def _classes() -> Iterator[type[Request[Any]]]:
    for product in PRODUCTS:
        package = importlib.import_module(f"krakenkit.wire.{product}")
        for info in pkgutil.iter_modules(package.__path__):
            module = importlib.import_module(f"{package.__name__}.{info.name}")
            for kind in vars(module).values():
                if isinstance(kind, type) and kind.__module__ == module.__name__ and _is_endpoint(kind):
                    yield kind


def _is_endpoint(kind: type) -> bool:
    return "route" in vars(kind) and issubclass(kind, Request)


def product_of(kind: type[Request[Any]]) -> str:
    """The package a request class belongs to: ``spot``, ``institutional``, ``partner`` or ``futures``."""
    return kind.__module__.split(".")[2]


def client_of(kind: type[Request[Any]]) -> str:
    """The name of the client class that calls it."""
    return PRODUCTS[product_of(kind)]


def method_name(kind: type) -> str:
    """The method that calls it: the class's name in snake case."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", kind.__name__).lower()


def request_for(method: str, path: str) -> type[Request[Any]] | None:
    """The request class of this method and path, where path parameters may have any value; None when there is none."""
    candidates = [kind for kind in requests().values() if kind.route.method == method.upper()]
    plain = next((kind for kind in candidates if kind.route.path == path), None)
    return plain or next((kind for kind in candidates if _template(kind.route.path).fullmatch(path)), None)


@cache
def _template(path: str) -> re.Pattern[str]:
    parts = ["[^/]+" if part.startswith("{") else re.escape(part) for part in path.split("/")]
    return re.compile("/".join(parts))
