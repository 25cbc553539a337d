"""What the families' recordings share: whole frames, requests, replies, and the numbers that rows keep as text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple, TypeAlias, cast

import msgspec

from krakenkit._core.redaction import HIDDEN, excerpt
from krakenkit.cli.decoding.blanks import blank
from krakenkit.cli.decoding.findings import Finding, failed, refused_as, type_name
from krakenkit.cli.decoding.shapes import speakers
from krakenkit.cli.shaping import shaped
from krakenkit.errors import DecodeError, OutcomeUnknown, Refused, SettingsError, SubscriptionRefused
from krakenkit.protocol.command_answers import read_replies
from krakenkit.protocol.dialect import Ack, Reply
from krakenkit.wire.channel import Channel
from krakenkit.wire.codec import UNREADABLE, reader_for
from krakenkit.wire.command import Command
from krakenkit.wire.refusals import tidy
from krakenkit.wire.request import Params
from krakenkit.wire.rewrite import exact_json, named

Members: TypeAlias = Mapping[str, Any]
SECRETS = ("token", "api_key", "original_challenge", "signed_challenge")
"""Members that are read and never shown."""


class FamilyRecording:
    """The frames of one file, in order; replies are read by the commands that came before them."""

    family: ClassVar[str]
    """Its name, as in :mod:`krakenkit.cli.decoding.shapes`."""

    def __init__(self) -> None:
        self.asked: dict[int, Command[Any]] = {}

    def read(self, frame: bytes) -> Finding:
        """What one frame is; never raises."""
        whole = whole_json(frame)
        if not isinstance(whole, dict | list):
            return _loose_text(frame)
        theirs = speakers(whole)
        if theirs and self.family not in theirs:
            return _stranger(frame, self.family, theirs)
        try:
            finding = self.told(frame, whole)
        except (DecodeError, *UNREADABLE) as error:
            return failed(self.tried(whole), error)
        left = [place for place in finding.unread if place.rpartition(".")[2] not in SECRETS]
        return msgspec.structs.replace(finding, value=_covered(finding.value), unread=left)

    def told(self, frame: bytes, whole: Any) -> Finding:
        """What one frame of this family is; ``whole`` is the same as plain data.

        Raises:
            DecodeError: when the clients could not read it.
        """
        raise NotImplementedError

    def tried(self, whole: Any) -> str:
        """What a frame was taken for that could not be read."""
        raise NotImplementedError

    def command_of(self, kind: type[Command[Any]], number: int | None) -> Command[Any]:
        """The recorded command with this number; one with nothing given where it was not recorded."""
        asked = self.asked.get(number) if number is not None else None
        return asked if isinstance(asked, kind) else blank(kind)

    def remember(self, number: object, request: Params | None) -> None:
        """Keep a command that was sent, for its replies."""
        if isinstance(number, int) and isinstance(request, Command):
            self.asked[number] = request


def whole_json(frame: bytes) -> Any:
    """The frame as plain data with exact numbers; None when it is no JSON."""
    try:
        reader_for(msgspec.Raw)(frame)  # stricter than what follows, which would take NaN
        return exact_json(frame)
    except (*UNREADABLE, ValueError):
        return None


def _loose_text(frame: bytes) -> Finding:
    """A frame that is neither object nor array: a gateway's words, or half a frame."""
    text = excerpt(frame)
    if text[:1] in ("{", "["):
        return failed("frame", DecodeError(f"The frame is not whole JSON: {text}", raw=frame, field="$"))
    return Finding(ok=True, type="Trouble", value={"text": text.strip('"')})


def _stranger(frame: bytes, family: str, theirs: Mapping[str, str]) -> Finding:
    places = " or ".join(f"--ws {key}" for key in theirs.values())
    message = f"This is a frame of {' or '.join(theirs)}, not of {family}; read it with {places}."
    return failed("frame", DecodeError(message, raw=frame, field="$"))


def _covered(value: Any) -> Any:
    """Plain data with its secrets covered up, wherever they are."""
    match value:
        case dict():
            members = cast("dict[str, object]", value)
            return {name: HIDDEN if name in SECRETS else _covered(member) for name, member in members.items()}
        case list():
            return [_covered(item) for item in cast("list[object]", value)]
        case _:
            return value


def row_name(channel: type[Channel[Any]], rows: Sequence[object]) -> str:
    """The class that a channel's rows have become, or would have."""
    return type_name(type(rows[0]) if rows else channel.update_type())


# --- requests ---------------------------------------------------------------------------------------------------------


class Sent(NamedTuple):
    """A recorded request, taken apart."""

    name: str
    """The class, or what the request asks for."""
    kind: type[Params]
    head: Members
    """What stands beside the parameters and is shown."""
    params: Members
    at: str = "$"
    """Where the parameters are in the frame."""
    beside: tuple[str, ...] = ()
    """Places of members that have no class."""


def read_sent(sent: Sent) -> tuple[Finding, Params | None]:
    """A request's parameters as the class that sends them; what proves who sent them is left out."""
    given = {member: value for member, value in sent.params.items() if member not in SECRETS}
    known = {member: value for member, value in given.items() if member in sent.kind.__struct_encode_fields__}
    try:
        made = shaped(sent.kind, known, wire_names=True)
    except SettingsError as error:
        return failed(sent.name, error, field=sent.at), None
    left = [*sent.beside, *(f"{sent.at}.{member}" for member in given if member not in known)]
    shown = {member: named(value) for member, value in sent.head.items() if value is not None}
    return Finding(ok=True, type=sent.name, value=shown | {"params": named(made)}, unread=sorted(left)), made


def unknown(name: str, error: str, *, field: str) -> Finding:
    """A frame that names a channel, command or event which does not exist."""
    return failed(name, SettingsError(error), field=field)


# --- answers ----------------------------------------------------------------------------------------------------------


def read_reply(
    command: Command[Any], reply: Reply, *, left: Sequence[str], tell: Callable[[Any], tuple[Any, Iterable[str]]]
) -> Finding:
    """A reply as the answer of its command, or as the typed error it becomes.

    ``tell`` makes of the answer what is shown, and the places that it leaves unread; ``left`` are such places, too.
    """
    name = type_name(type(command).answer_type())
    try:
        answer = read_replies(command, [reply])
    except OutcomeUnknown as unclear:
        if isinstance(unclear.__cause__, Exception):  # a yes that could not be read
            return failed(name, unclear.__cause__)
        return refused_as(unclear, codes=[tidy(reply.error or "")], left=left)
    except Refused as refused:
        return refused_as(refused, left=left)
    value, unread = tell(answer)
    return Finding(ok=True, type=name, value=value, unread=sorted([*left, *unread]))


def refused_subscription(ack: Ack, request: str, *, left: Iterable[str]) -> Finding:
    """A no to a subscription, as the error it becomes; ``request`` is what was asked for, as far as the no says it."""
    code = ack.error or "refused without a reason"
    topics = ack.symbols or ((ack.symbol,) if ack.symbol else ())
    error = SubscriptionRefused(f"{request} was refused: {code}.", topics=topics, code=code)
    return refused_as(error, codes=[code], left=left)


# --- numbers ----------------------------------------------------------------------------------------------------------

_NUMBERS = ("price", "qty", "limit_price", "order_qty")


def check_levels(frame: bytes, row: object, *, at: str) -> None:
    """Look at the numbers of a book, which its rows keep as text until they are used.

    Raises:
        DecodeError: naming the first that is none.
    """
    for side in ("bids", "asks"):
        levels: Sequence[object] = getattr(row, side, ())
        for place, level in enumerate(levels):
            check_level(frame, level, at=f"{at}.{side}[{place}]")


def check_level(frame: bytes, level: object, *, at: str) -> None:
    """Look at the numbers of one level or order of a book.

    Raises:
        DecodeError: naming the first that is none.
    """
    for name in _NUMBERS:
        try:
            number: Decimal | None = getattr(level, name, None)
        except ArithmeticError:
            number = _NONE
        if number is not None and not number.is_finite():
            raise no_number(frame, f"{at}.{name}")


def no_number(frame: bytes, place: str) -> DecodeError:
    """The error that names a place where a number should be."""
    return DecodeError(f"{place} is not a number.", raw=frame, field=place)


_NONE = Decimal("NaN")
