"""What a call of the control API is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

if TYPE_CHECKING:
    from krakenkit.sandbox.box import Sandbox

B = TypeVar("B", bound="Body")


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The parameters of a call: members of its JSON object, or of the query where nothing is changed."""


class Nothing(Body, frozen=True):
    """No parameters."""


@dataclass(frozen=True, slots=True)
class ControlCall(Generic[B]):
    """One call. ``lasting`` ones may take a while and run beside the loop."""

    method: str
    path: str
    body: type[B]
    run: Callable[[Sandbox, B], object]
    about: str
    lasting: bool = False

    @property
    def takes(self) -> dict[str, str]:
        """The parameters by name with their defaults."""
        fields = msgspec.structs.fields(self.body)
        return {one.name: "required" if one.required else f"default {one.default!r}" for one in fields}
