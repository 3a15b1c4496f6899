"""Every column that names a stored file is one that the clean-up of orphans looks into."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pytest
from django.db import models
from django.test.utils import isolate_apps

from linli.core.platform.public import StoredFile, StoredFileId

from .walk import linli_models

# Words that a column for the id of a file would have in its name.
FILE_WORDS = re.compile(r"(^|_)(files?|photos?|pictures?|images?|voices?|attachments?|scans?|documents?)(_|$)")
# A number, a text or a list may hold ids; a moment or a sum does not.
HOLDS_IDS = (models.IntegerField, models.UUIDField, models.JSONField, models.CharField, models.TextField)
# Columns that match and hold no id: what they are.
NO_IDS = {
    "cases.CaseImport.file_name": "the name of a table that was imported",
    "cases.CaseImport.file_sha256": "the digest of that table",
}


def unseen_columns(found: Iterable[type[models.Model]]) -> Iterator[str]:
    """Columns whose name speaks of files and which nothing looks into before a file is deleted."""
    for model in found:
        for field in model._meta.local_fields:
            seen = isinstance(field, StoredFileId) or field.related_model is StoredFile
            if FILE_WORDS.search(field.name) and isinstance(field, HOLDS_IDS) and not (seen or field.choices):
                yield f"{model._meta.label}.{field.name}"


def test_every_column_for_a_stored_file_is_a_stored_file_id() -> None:
    assert sorted(set(unseen_columns(linli_models())) - set(NO_IDS)) == [], (
        "use StoredFileId, or say in NO_IDS what it is"
    )


@pytest.mark.parametrize(
    ("name", "column", "refused"),
    [
        ("photo_id", models.BigIntegerField(), True),
        ("stored_file_id", models.IntegerField(), True),
        ("photos", models.JSONField(), True),
        ("voice", models.CharField(max_length=20), True),
        ("photo_id", StoredFileId(), False),
        ("photo", models.ForeignKey(StoredFile, on_delete=models.PROTECT), False),
        ("profile", models.CharField(max_length=20), False),
        ("photographed_at", models.DateTimeField(), False),
    ],
)
def test_a_column_that_the_clean_up_would_not_see_is_found(name: str, column: models.Field, refused: bool) -> None:  # type: ignore[type-arg]
    with isolate_apps("linli.core.grids"):
        meta = type("Meta", (), {"app_label": "grids"})
        words = {"__module__": "linli.core.grids.models", "Meta": meta, name: column}
        model = type("Finding", (models.Model,), words)
    assert bool(list(unseen_columns([model]))) is refused
