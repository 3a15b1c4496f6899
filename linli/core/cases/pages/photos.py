"""Photos and voice notes of cases, for who may see the case; and taking in those of a report."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from linli.core.access.public import access_on, staff_page
from linli.core.cases.public import find_file
from linli.core.platform.public import BadInput, NotThere, StoredFile, file_response, receive_photo

MOST_PHOTOS = 4
VARIANTS = ("display", "thumb", "received")


@require_safe
@staff_page("case.view", part=True)
def case_file(request: HttpRequest, file_id: int, variant: str) -> HttpResponseBase:
    """One photo or voice note by the id of its CaseFile: the copies to look at, or the bytes as they were received."""
    file = find_file(access_on(request), file_id)
    stored = StoredFile.objects.filter(id=file.stored_file_id).first() if file is not None else None
    if stored is None or variant not in VARIANTS:
        raise NotThere(_("There is no such file."))
    return file_response(request, stored, variant)  # type: ignore[arg-type]


def take_photos(
    files: MultiValueDict[str, UploadedFile[Any]], name: str, role: str, *, most: int = MOST_PHOTOS
) -> list[dict[str, Any]]:
    """Takes in the photos of a field. Raises FileRefused with the photo's name, or BadInput for too many."""
    uploads = [upload for upload in files.getlist(name) if upload.size or upload.name]
    if len(uploads) > most:
        raise BadInput(_("At most %s photos; take some out.") % most, field=name)
    return [
        {"role": role, "stored_file_id": receive_photo(cast(BinaryIO, upload), upload.name or "", field=name).id}
        for upload in uploads
    ]
