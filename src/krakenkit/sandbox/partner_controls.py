"""What happens outside of the API at Kraken, done by hand here: ``box.partners``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from krakenkit._core.numbers import Number, exact
from krakenkit.errors import SettingsError
from krakenkit.sandbox.engine import EngineRefused
from krakenkit.sandbox.market_controls import Doer
from krakenkit.sandbox.partners.oauth import SCOPES
from krakenkit.sandbox.venue import Venue

T = TypeVar("T")


class PartnerControls:
    """Levers of the partner and institutional groups. All methods may be called from any thread."""

    def __init__(self, venue: Venue, do: Doer) -> None:
        self._venue = venue
        self._do = do

    def oauth_app(self) -> tuple[str, str]:
        """A new OAuth application: its client id and secret."""
        made = self._do(lambda: self._venue.partners.oauth.register())
        return made.client_id, made.secret

    def consent(
        self,
        client_id: str,
        name: str = "trader",
        *,
        scopes: Collection[str] | None = None,
        redirect_uri: str | None = None,
    ) -> str:
        """The code that an application gets when an account consents; good once and for a minute.

        Args:
            scopes: such as ``account.info:basic``; all of them when left out.
            redirect_uri: where the application had the code sent; it has to name the same address for the token.

        Raises:
            SettingsError: for an account, an application or a scope that does not exist.
        """
        wanted = SCOPES if scopes is None else scopes

        def give() -> str:
            venue = self._venue
            if not venue.bank.directory.knows(name):
                raise SettingsError(f"There is no account {name!r} yet; make a key for it first.")
            return venue.partners.oauth.consent(client_id, name, wanted, redirect_uri, venue.clock())

        return self._answered(give, "The consent")

    def complete_payment(self, address: str, name: str) -> None:
        """Open a pay link, or pay a payment request, as the account of this name.

        Raises:
            SettingsError: for an address that is unknown, over or meant for somebody else, and for too little money.
        """

        def complete() -> None:
            venue = self._venue
            venue.partners.pay.complete(venue.exchange, address, name, venue.clock())
            venue.settle()

        self._answered(complete, "The payment")

    def custody_vault(
        self,
        name: str = "trader",
        *,
        vault: str = "Main",
        description: str = "",
        balances: Mapping[str, Number] | None = None,
    ) -> str:
        """A new vault of the account of this name, with money in it; gives its id.

        Raises:
            SettingsError: for an account that does not exist, and money that cannot be paid in.
        """

        def make() -> str:
            venue = self._venue
            if not venue.bank.directory.knows(name):
                raise SettingsError(f"There is no account {name!r} yet; make a key for it first.")
            made = venue.institutions.custody.make(name, vault, description, venue.clock())
            for asset, amount in (balances or {}).items():
                venue.deposit(made.account, asset, amount)
            return made.id

        return self._do(make)

    def custody_send(self, vault_id: str, asset: str, amount: Number, *, owner: str = "trader", to: str) -> None:
        """Send from a vault to the account named ``to``, as people in the custody UI would.

        Raises:
            SettingsError: for a vault or an account that does not exist, and more than the vault has.
        """

        def send() -> None:
            venue, number = self._venue, exact(amount, name="amount")
            if not venue.bank.directory.knows(to):
                raise SettingsError(f"There is no account {to!r} yet; make a key for it first.")
            custody = venue.institutions.custody
            found = custody.vault(owner, vault_id)
            custody.send(venue.exchange, found, venue.exchange.asset(asset), number, to, venue.clock())
            venue.settle()

        self._answered(send, "The transfer")

    def _answered(self, action: Callable[[], T], what: str) -> T:
        try:
            return self._do(action)
        except EngineRefused as refused:
            raise SettingsError(f"{what} was refused: {refused.code}.") from None
