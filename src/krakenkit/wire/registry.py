"""Every endpoint, channel and command by name. It loads what it lists, so only tools use it, never the clients."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from types import ModuleType
from typing import Any

from msgspec import Struct

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


def _modules() -> Iterator[ModuleType]:
    for product in PRODUCTS:
        package = importlib.import_module(f"krakenkit.wire.{product}")
        for info in pkgutil.iter_modules(package.__path__):
            yield importlib.import_module(f"{package.__name__}.{info.name}")


def _own_classes(module: ModuleType) -> list[type]:
    return [kind for kind in vars(module).values() if isinstance(kind, type) and kind.__module__ == module.__name__]


def _classes() -> Iterator[type[Request[Any]]]:
    for module in _modules():
        for kind in _own_classes(module):
            if "route" in vars(kind) and issubclass(kind, Request):
                yield kind


def type_names() -> dict[str, list[str]]:
    """The public classes of every module of requests and answers, by the module's name below ``krakenkit.wire``."""
    found = {
        module.__name__.removeprefix("krakenkit.wire."): sorted(
            kind.__name__
            for kind in _own_classes(module)
            if issubclass(kind, Struct) and not kind.__name__.startswith("_")
        )
        for module in _modules()
    }
    return {module: names for module, names in found.items() if names}


def public_names(types: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, str]]:
    """Module and class by the name under which ``krakenkit.types`` has it.

    The first product with a name keeps it, in the order of ``PRODUCTS``; the others put their own in front:
    ``GetTicker`` is Spot's, ``FuturesGetTicker`` that of Futures.
    """
    found: dict[str, tuple[str, str]] = {}
    for module, names in types.items():
        for name in names:
            public = f"{module.partition('.')[0].capitalize()}{name}" if name in found else name
            found[public] = (module, name)
    return found


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
