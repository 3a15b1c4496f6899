"""Handles of uploaded files: what a caller shows to hang an upload on something. Unguessable, bound to who sent it, six days good.

A bare number would let anybody hang somebody else's photo on a case of their own and look at it there. The clean-up of
files that nothing refers to begins a day after a handle ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Protocol

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from linli.core.api.problems import problem
from linli.core.platform.public import BadInput, StoredFile, file_response

VARIANTS = ("display", "thumb", "received")
GOOD_FOR = timedelta(days=6)


def handle_of(file: StoredFile, caller: str) -> str:
    """The handle of a stored file for the caller who sent it."""
    return _signer(caller).sign(f"{file.id}-{file.kind}")


def _signer(caller: str) -> TimestampSigner:
    return TimestampSigner(salt=f"linli file handle for {caller}")


class SentFile(Protocol):
    """A file of a body: its handle, and what it is for."""

    @property
    def file_id(self) -> str: ...
    @property
    def role(self) -> str: ...


def parse_files(files: Sequence[SentFile], caller: str) -> tuple[dict[str, Any], ...]:
    """The files of a body as the core takes them. Raises BadInput naming the entry: not this caller's, too old, wrong kind."""
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for place, file in enumerate(files):
        number, kind = parse_handle(file.file_id, caller, f"files.{place}.file_id")
        if (file.role == "voice") != (kind == StoredFile.Kind.VOICE):
            raise BadInput(_("A voice note has the role voice, a photo another one."), field=f"files.{place}.role")
        found[number, file.role] = {"role": file.role, "stored_file_id": number}
    return tuple(found.values())


def parse_handle(handle: str, caller: str, field: str) -> tuple[int, str]:
    """Id and kind of the file behind a handle. Raises BadInput naming `field`."""
    try:
        number, kind = _signer(caller).unsign(handle, max_age=GOOD_FOR).split("-")
    except SignatureExpired:
        raise BadInput(_("This file was sent more than six days ago; send it again."), field=field) from None
    except (BadSignature, ValueError):
        raise BadInput(
            _("This file is not known; send it first and give the file_id of the answer."), field=field
        ) from None
    return int(number), kind


def file_answer(request: HttpRequest, stored: StoredFile, variant: str) -> HttpResponseBase:
    """The bytes of a file that the person may see, or a problem for a part that it does not have."""
    response = file_response(request, stored, variant)  # type: ignore[arg-type]
    if response.status_code != 416:
        return response
    return problem(
        request,
        416,
        code="no_such_part",
        detail=_("Ask for bytes inside the file."),
        headers={"Content-Range": response.headers.get("Content-Range", "bytes */*")},
    )


# What the description says of an operation that gives bytes.
BYTES: dict[str, Any] = {
    "responses": {
        200: {"description": "The bytes.", "content": {name: {"schema": {}} for name in ("image/*", "audio/*")}},
        206: {
            "description": "The part that the header Range asked for.",
            "content": {name: {"schema": {}} for name in ("image/*", "audio/*")},
        },
        304: {"description": "Not changed since the ETag of If-None-Match."},
    }
}
