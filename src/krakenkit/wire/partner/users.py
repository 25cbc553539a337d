"""Embed: the partner's end users. Source: docs.kraken.com, Embed REST, Users.

Every user is named by an IIBAN, 14 to 42 characters, that the exchange gives out when the user is created.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from msgspec import Raw, Struct

from krakenkit.errors import SettingsError
from krakenkit.wire.partner.nexus import embed_look_up, embed_place, embed_settle
from krakenkit.wire.request import Params, Request


class FullName(Params, frozen=True, kw_only=True):
    """A person's name as in the document."""

    first_name: str
    last_name: str
    middle_name: str | None = None


class Residence(Params, frozen=True, kw_only=True):
    """Where a person lives."""

    line1: str
    city: str
    postal_code: str
    country: str
    """Two letters (ISO 3166-1)."""
    line2: str | None = None
    province: str | None = None


class TaxId(Params, frozen=True, kw_only=True):
    """A tax number and the country that gave it."""

    id: str
    issuing_country: str


class ClientIdentifier(Params, frozen=True, kw_only=True):
    """An identifier of the person that some regulators ask for; only on the exchange's newest pages."""

    type: str
    """For example ``concat``."""
    value: str
    calculated_at: datetime | str | None = None


class NewEmbedUser(Struct, frozen=True):
    """The new user's number."""

    iiban: str


class CreatedEmbedUser(Struct, frozen=True):
    """A created user. Sources disagree whether ``user`` is an object or the IIBAN itself; use :attr:`iiban`."""

    user: NewEmbedUser | str

    @property
    def iiban(self) -> str:
        """What names the user in every other call."""
        return self.user if isinstance(self.user, str) else self.user.iiban


class CreateEmbedUser(Request[CreatedEmbedUser], frozen=True, kw_only=True):
    """Create an end user. It is sent once; when the answer is lost, ask before trying again with the same ids."""

    route: ClassVar = embed_place("embed.create_user", "/b2b/users", siebly="createEmbedUser")

    email: str
    external_id: str
    """Your own id of the user."""
    tos_version_accepted: int
    """Version of the terms of service that the user accepted."""
    full_name: FullName
    date_of_birth: str
    """``YYYY-MM-DD``."""
    residence: Residence
    phone: str
    """E.164, for example ``+442071234567``."""
    nationalities: list[str]
    """Country codes, at least one."""
    occupation: str
    """``agriculture``, ``business_management``, ``computers_and_it``, ``construction``, ``education``, ``finance``,
    ``government``, ``healthcare``, ``hospitality``, ``manufacturing``, ``marketing``, ``media``, ``other``,
    ``science``, ``self_employed``, ``student``, ``transportation`` or ``unemployed``."""
    city_of_birth: str | None = None
    country_of_birth: str | None = None
    tax_ids: list[TaxId] | None = None
    language: str | None = None
    """Two letters (ISO 639-1)."""
    employer_name: str | None = None
    client_identifier: ClientIdentifier | None = None

    def check(self) -> None:
        if not self.nationalities:
            raise SettingsError("CreateEmbedUser.nationalities is empty; give at least one country code.")


class RequiredAction(Struct, frozen=True):
    """Something the user has to do, such as a verification."""

    action_type: str | None = None
    """For example ``verification``."""
    verification_type: str | None = None
    """For example ``identity``."""
    reasons: list[str] = []
    deadline: str | None = None
    """RFC 3339."""


class EmbedUserStatus(Struct, frozen=True):
    """What the user may do."""

    state: str
    """For example ``ok``."""
    required_actions: list[RequiredAction | str] | None = None


class EmbedUser(Struct, frozen=True):
    """One end user."""

    user: str
    """The IIBAN."""
    user_type: str
    """``individual`` or ``corporate``."""
    status: EmbedUserStatus
    created_at: str
    """RFC 3339."""
    external_id: str | None = None


class GetEmbedUser(Request[EmbedUser], frozen=True):
    """One end user: state, and what is asked of the user before the account works."""

    route: ClassVar = embed_look_up("embed.get_user", "/b2b/users/{user}", siebly="getEmbedUser")

    user: str
    """IIBAN."""


class UpdateEmbedUser(Request[str | dict[str, Raw]], frozen=True):
    """Change what is known of an end user; what is left out stays. Answers ``success``."""

    route: ClassVar = embed_settle("embed.update_user", "/b2b/users/{user}", siebly="updateEmbedUser", method="PATCH")

    user: str
    """IIBAN."""
    tos_version_accepted: int | None = None
    full_name: FullName | None = None
    date_of_birth: str | None = None
    """``YYYY-MM-DD``."""
    residence: Residence | None = None
    phone: str | None = None
    """E.164."""
    nationalities: list[str] | None = None
    occupation: str | None = None
    """See :class:`CreateEmbedUser`."""
    city_of_birth: str | None = None
    country_of_birth: str | None = None
    tax_ids: list[TaxId] | None = None
    language: str | None = None
    employer_name: str | None = None
    client_identifier: ClientIdentifier | None = None

    def check(self) -> None:
        if len(self.given()) < 2:
            raise SettingsError("UpdateEmbedUser was given nothing to change; name at least one field beside user.")
