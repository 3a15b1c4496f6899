"""Handles of uploaded files: what a caller shows to hang an upload on a case. Unguessable, bound to who sent it, six days good.

A bare number would let anybody hang somebody else's photo on a case of their own and look at it there. The clean-up of
files that nothing refers to begins a day after a handle ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.utils.translation import gettext as _

from linli.core.platform.public import BadInput, StoredFile
from linli.web.api.bodies import ProofFile, ReportFile, SolvedFile

GOOD_FOR = timedelta(days=6)


def handle_of(file: StoredFile, caller: str) -> str:
    """The handle of a stored file for the caller who sent it."""
    return _signer(caller).sign(f"{file.id}-{file.kind}")


def _signer(caller: str) -> TimestampSigner:
    return TimestampSigner(salt=f"linli file handle for {caller}")


def parse_files(files: Sequence[ReportFile | SolvedFile | ProofFile], caller: str) -> tuple[dict[str, Any], ...]:
    """The files of a body as the core takes them. Raises BadInput naming the entry: not this caller's, too old, wrong kind."""
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for place, file in enumerate(files):
        name = f"files.{place}.file_id"
        try:
            number, kind = _signer(caller).unsign(file.file_id, max_age=GOOD_FOR).split("-")
        except SignatureExpired:
            raise BadInput(_("This file was sent more than six days ago; send it again."), field=name) from None
        except (BadSignature, ValueError):
            raise BadInput(
                _("This file is not known; send it first and give the file_id of the answer."), field=name
            ) from None
        if (file.role == "voice") != (kind == StoredFile.Kind.VOICE):
            raise BadInput(_("A voice note has the role voice, a photo another one."), field=f"files.{place}.role")
        found[int(number), file.role] = {"role": file.role, "stored_file_id": int(number)}
    return tuple(found.values())
