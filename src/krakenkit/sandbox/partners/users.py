"""The end users of Embed partners, as the partner made them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from krakenkit.sandbox.engine.refusals import invalid
from krakenkit.sandbox.inbound import Denied
from krakenkit.sandbox.names import Names
from krakenkit.wire.partner.users import CreateEmbedUser, UpdateEmbedUser
from krakenkit.wire.partner.verification import IdentityDocument

OCCUPATIONS: Final = frozenset(
    {
        "agriculture",
        "business_management",
        "computers_and_it",
        "construction",
        "education",
        "finance",
        "government",
        "healthcare",
        "hospitality",
        "manufacturing",
        "marketing",
        "media",
        "other",
        "science",
        "self_employed",
        "student",
        "transportation",
        "unemployed",
    }
)
DOCUMENTS: Final = frozenset(
    {"passport", "drivers_license", "id_card", "residence_card", "special_permanent_residence_card"}
)
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_PHONE: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(slots=True, eq=False)
class Verification:
    """A document that was handed in."""

    id: str
    document: IdentityDocument
    verifier: str
    at: int
    files: dict[str, int]
    """Bytes of each file by its part of the form."""


@dataclass(slots=True, eq=False)
class User:
    """One end user. The account of this name on the exchange holds what the user owns."""

    iiban: str
    partner: str
    email: str
    external_id: str
    created_at: int
    known: dict[str, Any]
    """What is known of the person, under the manual's names."""
    auto_earn: bool = False
    auto_earn_changed: int | None = None
    verifications: list[Verification] = field(default_factory=list[Verification])


class Users:
    """All users of all partners; a partner sees its own."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._users: dict[str, User] = {}
        self._external: dict[tuple[str, str], User] = {}

    def create(self, partner: str, request: CreateEmbedUser, now: int) -> User:
        """A new user.

        Raises:
            EngineRefused: for a member that cannot be, and an ``external_id`` or ``email`` that the partner used before.
        """
        _check(request)
        if not _EMAIL.fullmatch(request.email):
            raise invalid("email")
        if any(one.email == request.email.lower() for one in self.of(partner)):
            raise invalid("email")
        if not request.external_id or (partner, request.external_id) in self._external:
            raise invalid("external_id")
        known = request.given()
        made = User(
            iiban=self._names.iiban(),
            partner=partner,
            email=known.pop("email").lower(),
            external_id=known.pop("external_id"),
            created_at=now,
            known=known,
        )
        self._users[made.iiban] = made
        self._external[partner, made.external_id] = made
        return made

    def update(self, partner: str, request: UpdateEmbedUser) -> User:
        """Change what is known of a user; what is left out stays.

        Raises:
            EngineRefused: for an unknown user, and members that cannot be.
        """
        found = self.find(partner, request.user)
        _check(request)
        changed = request.given()
        del changed["user"]
        found.known |= changed
        return found

    def find(self, partner: str, iiban: str) -> User:
        """One user of a partner.

        Raises:
            Denied: with HTTP status 404, when there is none.
        """
        found = self._users.get(iiban)
        if found is None or found.partner != partner:
            raise Denied("EGeneral:Invalid arguments:user", status=404)
        return found

    def by_iiban(self, iiban: str) -> User:
        """The user of this number, whoever's it is."""
        return self._users[iiban]

    def of(self, partner: str) -> list[User]:
        """The users of a partner, oldest first."""
        return [one for one in self._users.values() if one.partner == partner]

    def verify(self, user: User, document: IdentityDocument, verifier: str, files: dict[str, int], now: int) -> str:
        """Take a checked document in; gives the verification's id.

        Raises:
            EngineRefused: for a kind of document that does not exist, and a date or country that cannot be.
        """
        if document.document_type not in DOCUMENTS:
            raise invalid("document_type")
        _check_date(document.identity.date_of_birth)
        _check_country(document.issuing_country, "issuing_country")
        made = Verification(self._names.uuid(), document, verifier, now, files)
        user.verifications.append(made)
        return made.id


def _check(request: CreateEmbedUser | UpdateEmbedUser) -> None:
    if request.occupation is not None and request.occupation not in OCCUPATIONS:
        raise invalid("occupation")
    if request.phone is not None and not _PHONE.fullmatch(request.phone):
        raise invalid("phone")
    if request.date_of_birth is not None:
        _check_date(request.date_of_birth)
    for country in request.nationalities or []:
        _check_country(country, "nationalities")
    if request.residence is not None:
        _check_country(request.residence.country, "residence")


def _check_date(text: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise invalid("date_of_birth") from None


def _check_country(text: str, field: str) -> None:
    if not _COUNTRY.fullmatch(text):
        raise invalid(field)
