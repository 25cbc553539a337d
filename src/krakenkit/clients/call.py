"""``Call`` turns a request class into a method of a client: typed on both faces, with one declaration."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Coroutine
from types import MethodType
from typing import Any, Generic, ParamSpec, TypeVar, overload

from krakenkit.clients.later import Later
from krakenkit.errors import SettingsError
from krakenkit.wire.command import Command
from krakenkit.wire.request import Request

P = ParamSpec("P")
R = TypeVar("R")


class AsyncFace:
    """A client whose calls are awaited."""

    async def send(self, request: Any) -> Any:
        """Send a request or command and return its answer."""
        raise NotImplementedError


class BlockingFace:
    """A client whose calls return answers."""

    def send(self, request: Any) -> Any:
        """Send a request or command and return its answer."""
        raise NotImplementedError


class Call(Generic[P, R]):
    """A method that makes ``request`` from its arguments and sends it.

    It takes its parameters from the class and its answer from ``Request[R]`` or ``Command[R]``. On an async client it
    gives an awaitable; name, signature and docstring are the class's, so that ``help()`` and the editor show them.
    """

    def __init__(self, request: Callable[P, Request[R] | Command[R]]) -> None:
        self._request: Any = request
        self._function: Callable[..., Any] | None = None
        self._name = getattr(request, "__name__", "call")

    @property
    def request(self) -> Callable[P, Request[R] | Command[R]]:
        """The request's class; its module is imported now where the table put that off."""
        if isinstance(self._request, Later):
            self._request = self._request.load()
        request: Callable[P, Request[R] | Command[R]] = self._request
        return request

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, client: None, owner: object = None) -> Call[P, R]: ...
    @overload
    def __get__(self, client: AsyncFace, owner: object = None) -> Callable[P, Coroutine[Any, Any, R]]: ...
    @overload
    def __get__(self, client: BlockingFace, owner: object = None) -> Callable[P, R]: ...
    def __get__(self, client: AsyncFace | BlockingFace | None, owner: object = None) -> Call[P, R] | Callable[P, Any]:
        if client is None:
            self.__doc__ = _documentation(self.request)
            return self
        if self._function is None:
            self._function = self._make()
        return MethodType(self._function, client)

    def _make(self) -> Callable[..., Any]:
        request = self.request
        complain = self._complain

        def call(client: AsyncFace | BlockingFace, *args: Any, **kwargs: Any) -> Any:
            try:
                made = request(*args, **kwargs)
            except TypeError as error:
                raise complain(kwargs) from error
            return client.send(made)

        signature = inspect.signature(request)
        client = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
        call.__name__ = self._name
        call.__qualname__ = self._name
        call.__doc__ = _documentation(request)
        call.__signature__ = signature.replace(parameters=[client, *signature.parameters.values()])  # type: ignore[attr-defined]
        return call

    def _complain(self, given: dict[str, Any]) -> SettingsError:
        """The error for arguments that do not fit: which one, and what was probably meant."""
        known = inspect.signature(self.request).parameters
        unknown = [name for name in given if name not in known]
        missing = [
            name for name, what in known.items() if what.default is inspect.Parameter.empty and name not in given
        ]
        takes = f"It takes: {', '.join(known) or 'nothing'}."
        if unknown:
            near = difflib.get_close_matches(unknown[0], known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            return SettingsError(f"{self._name}() does not take {unknown[0]!r}.{hint} {takes}")
        return SettingsError(f"{self._name}() was given the wrong arguments; it needs {', '.join(missing)}. {takes}")


def _documentation(request: Callable[..., Any]) -> str:
    """The request's docstring with its endpoint below, for ``help()``."""
    text = inspect.getdoc(request) or ""
    if isinstance(request, type) and issubclass(request, Request):
        route = request.route
        text += f"\n\n{route.label} ({route.id})"
        if route.permission:
            text += f"\nPermission: {route.permission}"
    return text
