"""Multipart forms (RFC 7578) as the partner calls send them: texts, JSON, and files."""

from __future__ import annotations

import re
from typing import Any, Final, cast

from krakenkit.errors import SettingsError
from krakenkit.sandbox.inbound import BAD_REQUEST, Denied, parse_json
from krakenkit.wire.partner.uploads import Upload

_BOUNDARY: Final = re.compile(r'boundary="?([^";,\s]{1,70})"?', re.IGNORECASE)
_NAMED: Final = re.compile(r'\bname="([^"]*)"')
_FILENAME: Final = re.compile(r'\bfilename="([^"]*)"')
_MEDIA_TYPE: Final = re.compile(r"^content-type:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_METADATA: Final = "metadata"


def is_multipart(content_type: str) -> bool:
    """Whether a body of this type is such a form."""
    return content_type.lower().startswith("multipart/form-data")


def read_multipart(content_type: str, body: bytes) -> dict[str, object]:
    """The parts by name; files as uploads.

    What stands inside ``metadata`` is found beside it as well, since the pages of the manual disagree about its place, and
    a provider's report that comes as a file is told from one that comes as text.

    Raises:
        Denied: for anything that is no such form.
    """
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise Denied(BAD_REQUEST)
    pieces = body.split(b"--" + found[1].encode())
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise Denied(BAD_REQUEST)
    parts = dict(_part(piece) for piece in pieces[1:-1])
    if isinstance(parts.get("verifier_response"), Upload):
        parts["verifier_response_file"] = parts.pop("verifier_response")
    if _METADATA in parts:
        parts[_METADATA] = _json(parts[_METADATA])
        return cast("dict[str, object]", parts[_METADATA]) | parts
    return parts


def _part(piece: bytes) -> tuple[str, object]:
    head, gap, content = piece.partition(b"\r\n\r\n")
    headers = head.decode("utf-8", "replace")
    name, filename = _NAMED.search(headers), _FILENAME.search(headers)
    if not gap or name is None or not content.endswith(b"\r\n"):
        raise Denied(BAD_REQUEST)
    content = content[:-2]
    if filename is None:
        return name[1], content.decode("utf-8", "replace")
    media = _MEDIA_TYPE.search(headers)
    try:
        return name[1], Upload(filename[1], content, "application/octet-stream" if media is None else media[1])
    except SettingsError:
        raise Denied(f"EGeneral:Invalid arguments:{name[1]}") from None


def _json(text: object) -> dict[str, Any]:
    try:
        members = parse_json(text) if isinstance(text, str) else None
    except ValueError:
        members = None
    if not isinstance(members, dict):
        raise Denied(f"EGeneral:Invalid arguments:{_METADATA}")
    return cast("dict[str, Any]", members)
