"""Endpoints, and which of them a call is for: by path, whose names in braces hold values, and by the method spoken there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import unquote

from krakenkit.wire.request import Request

C = TypeVar("C")
Q = TypeVar("Q", bound=Request[Any])


@dataclass(frozen=True, slots=True)
class Endpoint(Generic[C]):
    """One request class and the function that answers it, which is told of the caller too."""

    kind: type[Request[Any]]
    answer: Callable[[C, Any], object]


def endpoint(kind: type[Q], answer: Callable[[C, Q], object]) -> Endpoint[C]:
    """An endpoint whose function takes the very class it is listed for."""
    return Endpoint(kind, answer)


@dataclass(frozen=True, slots=True)
class Place(Generic[C]):
    """What stands at one path: the endpoints by their method, and the values that the path itself holds."""

    by_method: Mapping[str, Endpoint[C]]
    in_path: Mapping[str, str]

    @property
    def first(self) -> Endpoint[C]:
        """The endpoint that was listed first; mostly there is only one."""
        return next(iter(self.by_method.values()))


class Routes(Generic[C]):
    """Finds endpoints by the paths of their request classes. A path without braces goes before one with them."""

    def __init__(self, endpoints: Iterable[Endpoint[C]]) -> None:
        self._plain: dict[str, dict[str, Endpoint[C]]] = {}
        self._patterns: dict[re.Pattern[str], dict[str, Endpoint[C]]] = {}
        # Of two that fit, the path with fewer braces is meant.
        for one in sorted(endpoints, key=_braces):
            route = one.kind.route
            path = route.path.rstrip("/")
            at = self._patterns.setdefault(_pattern(path), {}) if "{" in path else self._plain.setdefault(path, {})
            at[route.method] = one

    def at(self, path: str) -> Place[C] | None:
        """What stands at this path; None where there is nothing."""
        path = path.rstrip("/")
        if (found := self._plain.get(path)) is not None:
            return Place(found, {})
        for pattern, by_method in self._patterns.items():
            if match := pattern.fullmatch(path):
                return Place(by_method, {name: unquote(value) for name, value in match.groupdict().items()})
        return None


def _braces(one: Endpoint[Any]) -> int:
    return one.kind.route.path.count("{")


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(path)))
