"""The bank of a sandbox as a test holds it in its hands: ``box.bank``."""

from __future__ import annotations

from krakenkit._core.numbers import Number, exact
from krakenkit.errors import SettingsError
from krakenkit.sandbox.bank.addresses import SavedAddress, Scope
from krakenkit.sandbox.bank.methods import Method
from krakenkit.sandbox.bank.transfers import Fate
from krakenkit.sandbox.engine import EngineRefused
from krakenkit.sandbox.engine.scale import to_units
from krakenkit.sandbox.market_controls import Doer
from krakenkit.sandbox.venue import Venue


class BankControls:
    """Announces deposits, saves addresses and holds transfers up. All methods may be called from any thread."""

    def __init__(self, venue: Venue, do: Doer) -> None:
        self._venue = venue
        self._do = do

    def announce_deposit(
        self,
        name: str,
        asset: str,
        amount: Number,
        *,
        method: str | None = None,
        address: str | None = None,
        hold: bool = False,
        fail: bool = False,
    ) -> str:
        """Let a deposit be on its way to the account of this name; gives its reference. It is credited some seconds later.

        Args:
            method: the name of a deposit method; the asset's usual one when left out.
            address: a deposit address of the account; one is found or made when left out.
            hold: it stays on hold when it is settled, until :meth:`release`.
            fail: it comes to nothing.

        Raises:
            SettingsError: for an account, asset, method, address or amount that is not.
        """
        fate: Fate = "failure" if fail else "hold" if hold else "success"

        def announce() -> str:
            venue, way = self._venue, self._method(asset, method)
            if not venue.bank.directory.knows(name):
                raise SettingsError(f"There is no account {name!r} yet; make a key for it first.")
            units = self._units(way, amount)
            try:
                made = venue.bank.funding.announce(name, way, units, venue.clock(), address=address, fate=fate)
            except EngineRefused as refused:
                raise SettingsError(f"The deposit cannot be announced: {refused.code}.") from None
            return made.ref_id

        return self._do(announce)

    def save_address(
        self, name: str, key: str, asset: str, address: str, *, method: str | None = None, verified: bool = True
    ) -> str:
        """Save an address to withdraw to, as a user does on Kraken's site; gives its id.

        Args:
            key: what withdrawals will call it.
            method: the name of a withdrawal method; the asset's usual one when left out.
            verified: whether it can be used.

        Raises:
            SettingsError: for an asset or method that is not, a name that is taken, or what cannot be an address.
        """

        def save() -> str:
            office = self._venue.bank.funding.addresses
            scope = Scope(method_id=self._method(asset, method).method_id("withdraw"))
            made = SavedAddress(office.new_id("AB"), key, scope, address, verified=verified)
            try:
                office.save(name, made)
            except EngineRefused as refused:
                raise SettingsError(f"{key!r} cannot be saved: {refused.code}.") from None
            return made.address_id

        return self._do(save)

    def set_withdrawal_fee(self, asset: str, fee: Number, *, method: str | None = None) -> None:
        """Let withdrawals of this asset cost so much from now on."""

        def change() -> None:
            way = self._method(asset, method)
            self._venue.bank.funding.set_fee(way, self._units(way, fee, least=0))

        self._do(change)

    def hold(self, ref_id: str) -> None:
        """Put a deposit or withdrawal on hold where it is."""
        self._do(lambda: self._venue.bank.funding.hold(ref_id))

    def release(self, ref_id: str) -> None:
        """Let a deposit or withdrawal go on that is on hold."""
        self._do(lambda: self._venue.bank.funding.release(ref_id, self._venue.clock()))

    def fail(self, ref_id: str) -> None:
        """Let a deposit or withdrawal fail at once; what was taken for it is given back."""

        def give_up() -> None:
            self._venue.bank.funding.fail(ref_id, self._venue.clock())
            self._venue.settle()

        self._do(give_up)

    def account_number(self, name: str) -> str:
        """The public number of an account, which transfers between a master and its subaccounts take."""
        return self._do(lambda: self._venue.bank.directory.number(name))

    def _method(self, asset: str, name: str | None) -> Method:
        funding = self._venue.bank.funding
        try:
            found = funding.asset(asset)
            return funding.methods.of(found)[0] if name is None else funding.method(found, name)
        except EngineRefused as refused:
            raise SettingsError(f"The sandbox has no such way to move {asset!r}: {refused.code}.") from None

    def _units(self, method: Method, amount: Number, *, least: int = 1) -> int:
        units = to_units(exact(amount, name=method.asset.display), method.asset.decimals)
        if units is None or units < least:
            raise SettingsError(f"{amount} {method.asset.display} is no amount that can be moved.")
        return units
