"""The files of items, for who may see the item."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from linli.core.access.public import Access, access_on
from linli.core.api.public import VARIANTS
from linli.core.flow.faces.item_pages import ItemPages
from linli.core.flow.reading import find
from linli.core.platform.public import NotThere, StoredFile, file_response


def stored_file(pages: ItemPages, access: Access, file_id: int) -> StoredFile:
    """A file by the id of its row, not of what is stored: the same photo may hang on items of different people. Raises NotThere."""
    flow = pages.flow
    rows = flow.tables.file._default_manager.filter(id=file_id)
    file = (rows.filter(flow=flow.code) if flow.tables.shared else rows).first()
    item = find(flow, access, getattr(file, flow.tables.key)) if file is not None else None
    stored = (
        StoredFile.objects.filter(id=file.stored_file_id).first() if file is not None and item is not None else None
    )
    if stored is None:
        raise NotThere(_("There is no such file."))
    return stored


def send(pages: ItemPages, request: HttpRequest, file_id: int, variant: str) -> HttpResponseBase:
    """One photo, in one of its variants."""
    stored = stored_file(pages, access_on(request), file_id)
    if variant not in VARIANTS:
        raise NotThere(_("There is no such file."))
    return file_response(request, stored, variant)  # type: ignore[arg-type]
