"""Embed: proofs of identity that a provider checked. Source: docs.kraken.com, Embed REST, Verifications."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from msgspec import Struct

from krakenkit.wire.partner.nexus import embed_place
from krakenkit.wire.partner.uploads import Upload
from krakenkit.wire.partner.users import FullName
from krakenkit.wire.request import Params, Request

# The reference lists these beside `metadata`; the exchange's own page shows them inside it, so that is where they go.
_IN_METADATA = ("verifier", "verified_at", "verifier_response", "external_verification_id", "expiration_date")


class Identity(Params, frozen=True, kw_only=True):
    """Who the document is about."""

    full_name: FullName
    date_of_birth: str
    """``YYYY-MM-DD``."""


class IdentityDocument(Params, frozen=True, kw_only=True):
    """What the document says."""

    identity: Identity
    document_type: str
    """``passport``, ``drivers_license``, ``id_card``, ``residence_card`` or ``special_permanent_residence_card``."""
    document_number: str
    issuing_country: str
    """Two letters (ISO 3166-1)."""
    nationality: str | None = None


class SubmittedVerification(Struct, frozen=True):
    """The verification's id."""

    verification_id: str


class SubmitEmbedVerification(Request[SubmittedVerification], frozen=True, kw_only=True):
    """Hand in a checked identity document with its pictures, as a multipart form. It is sent once.

    How the multipart body enters the signature is not confirmed for this call.
    """

    route: ClassVar = embed_place(
        "embed.submit_verification",
        "/b2b/verifications/{user}",
        siebly="submitEmbedVerification",
        encoding="multipart",
    )

    user: str
    """IIBAN."""
    type: str
    """``identity_document``."""
    metadata: IdentityDocument
    verifier: str
    """Name of the provider that checked the document."""
    verified_at: datetime | str
    """RFC 3339."""
    front: Upload
    back: Upload | None = None
    verifier_response: dict[str, object] | None = None
    """The provider's answer as JSON. Floats are refused; a ``Decimal`` travels as text."""
    verifier_response_file: Upload | None = None
    """The provider's report as a file; its part of the form is called ``verifier_response``."""
    external_verification_id: str | None = None
    """The check's id at the provider."""
    expiration_date: str | None = None
    """``YYYY-MM-DD``."""

    def given(self) -> dict[str, Any]:
        """The parts of the form: what the provider said travels inside ``metadata``."""
        parts = super().given()
        said = {name: parts.pop(name) for name in _IN_METADATA if name in parts}
        parts["metadata"] = self.metadata.given() | said
        if report := parts.pop("verifier_response_file", None):
            parts["verifier_response"] = report
        return parts
