"""Classes that are imported with their first use: a client costs what its calls cost, not what it could call.

A Struct class takes about a seventh of a millisecond to make, and a client lists hundreds of them.
"""

from __future__ import annotations

import importlib
from typing import Any, final


@final
class Later:
    """A class of a module that need not be imported yet."""

    __slots__ = ("module", "name")

    def __init__(self, module: str, name: str) -> None:
        self.module = module
        self.name = name

    def load(self) -> Any:
        """The class itself."""
        return getattr(importlib.import_module(self.module), self.name)


@final
class LaterModule:
    """Stands for a module in a table: its attributes are :class:`Later`."""

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Later:
        return Later(self._module, name)


def later(package: str, *modules: str) -> dict[str, LaterModule]:
    """Stand-ins for modules of a package, by name.

    A table takes them at run time, and the modules themselves for type checkers, which then see every signature::

        if TYPE_CHECKING:
            from krakenkit.wire.spot import earn
        else:
            globals().update(later("krakenkit.wire.spot", "earn"))
    """
    return {name: LaterModule(f"{package}.{name}") for name in modules}
