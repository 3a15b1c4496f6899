"""Every column that names a stored file is one that the clean-up of orphans looks into.

By kind first: a bare number that can be an id says which table it points at, so that none can be the id of a file unseen. By name
second, for texts and lists, which hold many other things.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pytest
from django.db import models
from django.test.utils import isolate_apps

from linli.core.platform.public import StoredFile, StoredFileId

from .walk import linli_models

# Where the columns with these names point, which bear no relation so that tables can be divided. A new one names its table here;
# one for a stored file is no entry here but a StoredFileId.
POINTS_AT = {
    "actor_id": "access.User", "asked_by_id": "access.User", "checker_id": "access.User", "decided_by_id": "access.User",
    "handled_by_id": "access.User", "published_by_id": "access.User", "reporter_user_id": "access.User", "user_id": "access.User",
    "worker_id": "access.User",
    "actor_unit_id": "access.Unit", "handling_unit_id": "access.Unit", "owner_unit_id": "access.Unit", "unit_id": "access.Unit",
    "area_id": "areas.Area", "replaced_by_id": "exchange.ImportRun",
    "community_id": "areas.Area", "district_id": "areas.Area", "street_id": "areas.Area",
    "grid_id": "grids.Grid", "grid_set_id": "grids.GridSetVersion",
    "case_id": "cases.Case", "merged_into_id": None, "split_from_id": "cases.Case", "category_id": "catalogue.Category",
    "note_id": "example.BenchNote", "subject_id": None,  # of whatever the event is about; `subject_kind` beside it names it
    "item_id": None,  # of the flow that `flow` beside it names
    "begun_by_id": "access.User", "stand_in_id": "access.User", "handler_id": "access.User", "assignee_id": "access.User",
    "giver_id": "access.User", "doer_id": "access.User", "checked_by_id": "access.User", "noted_by_id": "access.User",
    "taken_back_by_id": "access.User", "accepted_by_id": "access.User",
    "begun_by_version": "grids.GridSetVersion", "ended_by_version": "grids.GridSetVersion",
    "minuted_by_id": "access.User", "recorder_id": "access.User", "admitted_by_id": "access.User",
    "about_id": None, "source_id": None,  # of the flow that `about_flow` and `source_flow` beside them name
    "version_id": "forms.FormVersion", "form_id": "forms.Form", "sheet_id": "forms.AnswerSheet", "filled_by_id": "access.User",
    "made_by_id": "access.User", "rectified_by_id": "access.User", "premises_id": "registry.Premises",
    "record_id": None, "kept_id": None, "gone_id": None,  # of the ledger that `ledger` beside them names; merged_into_id of its own table
    "import_id": "exchange.ImportRun", "put_by_id": "access.User",
    "batch_id": None,  # of whoever brought it in
    "by_id": "access.User", "undone_by_id": "access.User",
    "answers_id": "office.DocumentIn", "plan_id": "inbox.TaskPlan", "task_id": "inbox.Task",
    "person_id": "people.Person", "entered_by_id": "access.User", "holder_id": None,  # of the table that `holder` names
    "keeper_id": "access.User", "set_by_id": "access.User",
    "written_by_id": "access.User", "reviewed_by_id": "access.User", "approved_by_id": "access.User",
    "looker_id": "access.User", "by_user_id": "access.User", "by_unit_id": "access.Unit", "reveal_id": "people.Reveal",
    "changed_by_id": "access.User", "planned_by_id": "access.User", "team_id": "access.Unit",
    "second_user_id": "access.User", "second_unit_id": "access.Unit", "occasion_id": None,  # of whoever keeps the `occasion_kind` beside it
}  # fmt: skip
# Large numbers that are no id.
COUNTS = {"seq", "last_step", "size_bytes", "tile_key", "key_slot"}
# Words that a column for the id of a file would have in its name.
FILE_WORDS = re.compile(
    r"(^|_)(files?|photos?|pictures?|images?|voices?|attachments?|scans?|documents?|media|proofs?|evidence|signatures?|videos?|audios?)(_|$)"
)
# A number, a text or a list may hold ids; a moment or a sum does not.
HOLDS_IDS = (models.IntegerField, models.UUIDField, models.JSONField, models.CharField, models.TextField)
# Columns that match and hold no id of a file: what they are.
NO_IDS = {
    "forms.FormVersion.document": "the JSON of a form, which holds questions and no answers",
    "exchange.ImportRun.document": "the text of the mapping that came with it",
    "exchange.ImportRun.file_name": "the name of a table that was imported",
    "exchange.ImportRun.file_sha256": "the digest of that table",
    "office.DocumentReader.document_id": "a document in, which is a row and no file",
    "platform.Derivative.media_type": "how its bytes are to be read",
    "platform.StoredFile.media_type": "how its bytes are to be read",
}


def can_be_an_id(field: models.Field) -> bool:  # type: ignore[type-arg]
    """Whether a number without relation is wide enough for an id, or called one."""
    bare = isinstance(field, models.IntegerField) and not isinstance(field, models.AutoField) and not field.is_relation
    return bare and (isinstance(field, models.BigIntegerField) or field.name.endswith("_id"))


def unseen_columns(found: Iterable[type[models.Model]]) -> Iterator[str]:
    """Columns that can hold the id of a file and which nothing looks into before a file is deleted."""
    for model in found:
        for field in model._meta.local_fields:
            if isinstance(field, StoredFileId) or field.related_model is StoredFile:
                continue
            by_kind = can_be_an_id(field) and field.name not in {*POINTS_AT, *COUNTS}
            by_name = FILE_WORDS.search(field.name) and isinstance(field, HOLDS_IDS) and not field.choices
            if by_kind or by_name:
                yield f"{model._meta.label}.{field.name}"


def test_every_column_for_a_stored_file_is_a_stored_file_id() -> None:
    assert sorted(set(unseen_columns(linli_models())) - set(NO_IDS)) == [], (
        "use StoredFileId, or say in POINTS_AT, COUNTS or NO_IDS what it is"
    )


def test_what_the_lists_name_is_there() -> None:
    names = {field.name for model in linli_models() for field in model._meta.local_fields if can_be_an_id(field)}
    assert {*POINTS_AT, *COUNTS} <= names
    assert {label for label in POINTS_AT.values() if label} <= {model._meta.label for model in linli_models()}


@pytest.mark.parametrize(
    ("name", "column", "refused"),
    [
        ("photo_id", models.BigIntegerField(), True),
        ("stored_file_id", models.IntegerField(), True),
        ("photos", models.JSONField(), True),
        ("voice", models.CharField(max_length=20), True),
        ("photo_id", StoredFileId(), False),
        ("photo", models.ForeignKey(StoredFile, on_delete=models.PROTECT), False),
        ("evidence_id", models.BigIntegerField(), True),
        ("proof", models.BigIntegerField(), True),
        ("media", models.BigIntegerField(), True),
        ("signature", models.BigIntegerField(null=True), True),
        ("what_was_seen", models.PositiveBigIntegerField(), True),
        ("shown_id", models.IntegerField(), True),
        ("unit_id", models.BigIntegerField(), False),
        ("size_bytes", models.BigIntegerField(), False),
        ("households", models.IntegerField(), False),
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
