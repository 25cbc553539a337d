"""Files that travel in a multipart form, such as the pictures of an identity document."""

from __future__ import annotations

from krakenkit.errors import SettingsError
from krakenkit.wire.request import Params


class Upload(Params, frozen=True):
    """A file to send: its name, its bytes, its media type. Its repr hides the bytes."""

    filename: str
    """The name that the receiver sees, for example ``front.jpg``; without a folder."""
    content: bytes
    content_type: str = "application/octet-stream"
    """For example ``image/jpeg``, ``image/png`` or ``application/pdf``."""

    def check(self) -> None:
        # Both stand in header lines of the form: a quote or a line break would begin another header.
        for name, value in (("filename", self.filename), ("content_type", self.content_type)):
            if not value or not value.isprintable() or '"' in value:
                raise SettingsError(f"Upload.{name} is {value!r}; give plain text without quotes or line breaks.")
        if "/" in self.filename or "\\" in self.filename:
            raise SettingsError(f"Upload.filename is {self.filename!r}; give the name alone, without folders.")
        if not self.content:
            raise SettingsError(f"Upload {self.filename!r} has no content; nothing was sent.")

    def __repr__(self) -> str:
        return (
            f"Upload(filename={self.filename!r}, content=<{len(self.content)} bytes>, "
            f"content_type={self.content_type!r})"
        )
