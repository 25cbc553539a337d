"""An API key and its secret; what is printed of them cannot be used."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import NoReturn

from krakenkit._core.nonces import NonceSource, nonces_for
from krakenkit._core.redaction import shortened
from krakenkit.errors import SettingsError
from krakenkit.signing import spot
from krakenkit.signing.mac import Secret


class Credentials:
    """One API key of one product. Clients with the same key share its nonces within the process.

    Args:
        key: the public half, as the key's page shows it.
        secret: the private half, base64; None when ``mac`` is given.
        mac: for a secret that is kept elsewhere, in a vault or another process: called with a message, gives the
            HMAC-SHA512 of it (64 bytes) made with the decoded secret.
        otp: for keys with two-factor authentication: called for each private call, gives the code to send with it.

    Raises:
        SettingsError: when the key is empty or the secret is not base64; the message contains neither.
    """

    __slots__ = ("_secret", "key", "nonces", "otp")

    def __init__(
        self,
        key: str,
        secret: str | None = None,
        *,
        mac: Callable[[bytes], bytes] | None = None,
        otp: Callable[[], str] | None = None,
    ) -> None:
        key = key.strip()
        if not key or not key.isascii() or any(letter.isspace() for letter in key):
            raise SettingsError("The API key is empty or broken; copy it again, whole, from the key's page.")
        self.key = key
        if (secret is None) is (mac is None):
            raise SettingsError("Give the secret, or mac= where it is kept elsewhere; one of the two.")
        self._secret: Secret = mac if mac is not None else spot.decode_secret(secret or "")
        self.nonces: NonceSource = nonces_for(self.key)
        self.otp = otp

    @classmethod
    def from_env(cls, *, product: str = "spot", environ: Mapping[str, str] | None = None) -> Credentials:
        """The key in ``KRAKEN_API_KEY`` and ``KRAKEN_API_SECRET`` (``KRAKEN_FUTURES_API_KEY``, … for ``futures``).

        The JavaScript SDK's names (``API_SPOT_KEY``, ``API_SPOT_SECRET``, ``API_FUTURES_…``) are a second choice.

        Raises:
            SettingsError: when neither pair is set; it names the variables.
        """
        values = os.environ if environ is None else environ
        first = "KRAKEN_FUTURES_API" if product == "futures" else "KRAKEN_API"
        for stem in (first, f"API_{product.upper()}"):
            key, secret = values.get(f"{stem}_KEY"), values.get(f"{stem}_SECRET")
            if key and secret:
                return cls(key, secret)
        raise SettingsError(f"Set {first}_KEY and {first}_SECRET in the environment, or pass credentials=.")

    def signing_secret(self) -> Secret:
        """The secret, or what stands in for it, for the functions that sign."""
        return self._secret

    def secret_bytes(self) -> bytes:
        """The secret itself. Keep it out of everything that is stored or printed.

        Raises:
            SettingsError: when it is kept elsewhere.
        """
        if callable(self._secret):
            raise SettingsError("The secret of this key is kept elsewhere and cannot be read here.")
        return self._secret

    def __repr__(self) -> str:
        return f"Credentials(key={shortened(self.key)!r}, secret=<hidden>)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("Credentials are not pickled: their secret would be written in the clear.")
