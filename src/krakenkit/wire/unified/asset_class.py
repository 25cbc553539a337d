"""Which market a request is for. The exchange serves derivatives; Spot is announced for the first quarter of 2027."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, Literal, TypeAlias, TypeVar

from krakenkit.errors import SettingsError
from krakenkit.wire.channel import Channel
from krakenkit.wire.request import Params

U = TypeVar("U")
if TYPE_CHECKING:
    MarketClass: TypeAlias = Literal["derivatives", "spot"] | str
else:
    MarketClass = str

_open = {"derivatives"}


def open_asset_class(name: str) -> None:
    """Let requests for this asset class go out, once the exchange has opened it: ``open_asset_class("spot")``."""
    _open.add(name)


def check_asset_class(request: Params, asset_class: str, *, only_derivatives: bool = False) -> None:
    """Refuse an asset class that the exchange does not serve.

    Raises:
        SettingsError: naming what it serves and where Spot is.
    """
    if only_derivatives and asset_class != "derivatives":
        raise SettingsError(f"{type(request).__name__} exists for derivatives only; leave asset_class out.")
    if asset_class not in _open:
        raise SettingsError(
            f"{type(request).__name__}: the Unified WebSocket serves derivatives; {asset_class!r} is not open yet. Use Spot v2 "
            f"for Spot, or call open_asset_class({asset_class!r}) once the exchange has opened it."
        )


class MarketChannel(Channel[U], Generic[U], frozen=True):
    """A channel that has to be told the asset class; derived classes have the field ``asset_class``."""

    keyed_by: ClassVar[tuple[str, ...]] = ("asset_class",)
    only_derivatives: ClassVar[bool] = False

    def check(self) -> None:
        check_asset_class(self, getattr(self, "asset_class", "derivatives"), only_derivatives=self.only_derivatives)
