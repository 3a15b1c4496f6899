"""Erases the bytes of photos and voice notes as they were received, once nobody needs them as evidence any more.

What was received holds what the camera wrote: position, time, device. The copies, which hold none of that, stay as long
as a row names the file (`files.py` next door). A `StoredFileId` says how long its rows need the received bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from linli.core.platform.models import Derivative, StoredFile, StoredFileId
from linli.core.platform.writing import clock
from linli.core.platform.writing.work import SYSTEM, write

_BATCH = 500


def naming_fields() -> Iterator[tuple[type[models.Model], Any]]:
    """Every column that names a stored file: a StoredFileId, a foreign key, or a column of a many-to-many table."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields if model is not Derivative else ():
            if isinstance(field, StoredFileId) or field.related_model is StoredFile:
                yield model, field


def erase_received() -> int:
    """Gives up the received bytes of files whose evidence time is over; returns of how many.

    The bytes go with the next clean-up of files, as those of deleted rows do. One audit line when something was given
    up; calling it again gives up nothing. Batches of 500.
    """
    days = [field.evidence_days for _model, field in naming_fields() if getattr(field, "evidence_days", None)]
    if not days:
        return 0
    young = clock.now() - timedelta(days=min(days))
    total, last_id = 0, 0
    while True:
        old = StoredFile.objects.filter(received_erased_at__isnull=True, received_at__lt=young, id__gt=last_id)
        ids = list(old.order_by("id").values_list("id", flat=True)[:_BATCH])
        if not ids:
            break
        last_id = ids[-1]
        with write(SYSTEM) as work:
            over = _over(ids)
            total += StoredFile.objects.filter(id__in=over).update(received_erased_at=work.now)
    if total:
        with write(SYSTEM) as work:
            work.audit("platform", "files.evidence", "file", "", {"received": total})
    return total


def _over(ids: list[int]) -> set[int]:
    """Which of `ids` are named, and by no row that still needs the received bytes."""
    named: set[int] = set()
    needed: set[int] = set()
    for model, field in naming_fields():
        rows = model._base_manager.filter(**{f"{field.attname}__in": ids})
        named.update(rows.values_list(field.attname, flat=True))
        days = getattr(field, "evidence_days", None)
        if days is not None:
            since = field.evidence_since
            begun = clock.now() - timedelta(days=days)
            rows = rows.filter(Q(**{f"{since}__isnull": True}) | Q(**{f"{since}__gte": begun}))
        needed.update(rows.values_list(field.attname, flat=True))
    return named - needed
