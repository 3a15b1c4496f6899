"""Photos and voice notes: sending them, and seeing those of a case that one may see. linli/core/api/files.py binds an
upload to its sender."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, Any, Literal
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile as DjangoUpload
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import File, Form, Path, Router
from ninja.files import UploadedFile

from linli.core.api.public import (
    BYTES,
    Id,
    Key,
    answered_before,
    carried_out,
    file_answer,
    handle_of,
    person,
    staff_actor,
    staff_caller,
)
from linli.core.cases.public import find_file
from linli.core.platform.public import Actor, NotThere, StoredFile, receive_photo, receive_voice
from linli.web.api import schemas

router = Router(tags=["files"])
Kind = Literal["photo", "voice"]


@router.post(
    "",
    response={201: schemas.FileOut},
    url_name="send-file",
    operation_id="sendFile",
    summary="Send a photo or voice note",
)
def send(request: HttpRequest, key: Key, file: File[UploadedFile], kind: Form[Kind] = "photo") -> HttpResponse:
    """Checked by its content and re-encoded; the `file_id` of the answer is then given with a report or an action."""
    return taken_in(request, key, file, kind, actor=staff_actor(request), caller=staff_caller(request))


def taken_in(
    request: HttpRequest,
    key: UUID,
    file: DjangoUpload[Any],
    kind: Kind,
    *,
    actor: Actor,
    caller: str,
    stranger: str = "",
) -> HttpResponse:
    """Takes in an upload once for this key; its handle is for `caller`, `stranger` is as for receive_photo, whose refusals
    it raises."""
    digest = sha256()
    for piece in file.chunks():
        digest.update(piece)
    file.seek(0)
    same = f"{request.path}\n{kind}\n{digest.hexdigest()}".encode()
    before = answered_before(actor, key, same)
    if before is not None:
        return before
    receive = receive_photo if kind == "photo" else receive_voice
    stored = receive(file, file.name or "", field="file", stranger=stranger)  # type: ignore[arg-type]
    return carried_out(request, actor=actor, key=key, content=same, effect=lambda _work: _shown(stored, caller))


def _shown(stored: StoredFile, caller: str) -> dict[str, Any]:
    return {
        "file_id": handle_of(stored, caller),
        "kind": stored.kind,
        "sha256": stored.sha256,
        "media_type": stored.media_type,
        "size_bytes": stored.size_bytes,
        "width_px": stored.width_px,
        "height_px": stored.height_px,
        "duration_s": stored.duration_s,
    }


@router.get(
    "/{int:file_id}/{variant}",
    url_name="file",
    operation_id="getFile",
    summary="See a file of a case",
    openapi_extra=BYTES,
)
def see(
    request: HttpRequest,
    file_id: Annotated[Id, Path(description="`id` of a file in a case.")],
    variant: Annotated[Literal["display", "thumb", "received"], Path()],
) -> HttpResponseBase:
    """For who may see the case. `display` and `thumb` are re-encoded without metadata, `received` is as it was sent."""
    file = find_file(person(request), file_id)
    stored = StoredFile.objects.filter(id=file.stored_file_id).first() if file is not None else None
    if stored is None:
        raise NotThere(_("There is no such file, or it hangs on a case that you may not see."))
    return file_answer(request, stored, variant)
