"""Annotations of personal fields, masks, and the erasing of what is over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps

from linli.core.platform.keeping.expiry import erase_expired, linli_models, personal_data_table
from linli.core.platform.models import AuditDetail, AuditRecord
from linli.core.platform.public import BlindIndexField, Personal, SealedField, annotation_gaps, clock_at, mask

NOON = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)


def test_every_field_of_every_model_says_whether_it_is_personal() -> None:
    models_of_linli = linli_models()
    assert len(models_of_linli) > 10
    assert annotation_gaps(models_of_linli) == []


def test_the_page_about_personal_data_is_the_one_the_models_give() -> None:
    page = Path(__file__).parents[2] / "docs" / "personal-data.md"
    # The example is installed in tests only.
    table = "".join(line for line in personal_data_table().splitlines(keepends=True) if "`example_" not in line)
    assert page.read_text(encoding="utf-8") == table, "Run `linli personal-data --write docs/personal-data.md`."


@isolate_apps("linli.core.platform")
def test_each_kind_of_gap_is_named() -> None:
    class Person(models.Model):
        name = models.CharField(max_length=20)
        born_on = models.DateField(null=True)
        notes = models.JSONField(default=dict)
        photo = models.BinaryField()
        address = models.GenericIPAddressField(null=True)
        phone = SealedField(purpose="p")
        mail = SealedField(purpose="m")
        both = models.TextField()
        code = models.CharField(max_length=3)
        late = models.TextField()
        state = models.CharField(max_length=5, choices=[("a", "A")])
        count = models.IntegerField()
        mail_index = BlindIndexField(of="mail")
        when = models.DateTimeField()

        personal = {
            "mail": Personal("to write", "important", 30, "null", since="when"),
            "both": Personal("x", "general", None),
            "late": Personal("x", "general", 10, "blank", since="count"),
            "born_on": Personal("x", "core", 10, "blank", since="when"),
            "absent": Personal("x", "general", None),
        }
        impersonal = {"both", "code", "when", "phone"}

        class Meta:
            app_label = "platform"

    gaps = annotation_gaps([Person])
    named = {gap.split(" ")[0].removeprefix("platform.Person.") for gap in gaps}
    assert named == {"name", "notes", "photo", "address", "phone", "mail", "both", "late", "born_on", "absent"}
    assert len(gaps) == 10


@pytest.mark.parametrize(
    "wrong", [{"purpose": " "}, {"data_class": "secret"}, {"keep_days": 0}], ids=["purpose", "class", "days"]
)
def test_an_entry_that_cannot_be_meant_is_refused(wrong: dict[str, Any]) -> None:
    entry: dict[str, Any] = {"purpose": "x", "data_class": "general", "keep_days": 5} | wrong
    with pytest.raises(ValueError, match=r"purpose|class|keep_days"):
        Personal(**entry)


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        ("13800138000", "phone", "138****8000"),
        ("+8613800138000", "phone", "+86****8000"),
        ("87651234", "phone", "******34"),
        ("110", "phone", "*"),
        ("张三", "name", "张*"),
        ("欧阳娜娜", "name", "欧阳**"),
        ("欧阳", "name", "欧*"),
        ("张", "name", "*"),
        ("Mary Jones", "name", "M*********"),
        ("幸福路街道阳光小区3栋2单元501", "address", "幸福路街道阳光小区****"),
        ("阳光小区三号楼", "address", "阳光小区****"),
        ("5号", "address", "5****"),
        ("11010519491231002X", "number", "110*************2X"),
        ("12345", "number", "*****"),
        ("zhang@example.cn", "mail", "z***@example.cn"),
        ("nonsense", "mail", "***"),
        ("", "phone", ""),
    ],
)
def test_masks_show_what_tells_two_apart_and_no_more(value: str, kind: Any, shown: str) -> None:
    assert mask(value, kind) == shown


@contextmanager
def table(*made: type[models.Model]) -> Iterator[None]:
    with connection.schema_editor() as editor:
        for model in made:
            editor.create_model(model)
    try:
        yield
    finally:
        with connection.schema_editor() as editor:
            for model in reversed(made):
                editor.delete_model(model)


@pytest.mark.django_db(transaction=True)
@isolate_apps("linli.core.platform")
def test_values_and_rows_go_on_their_day_once_and_leave_one_audit_line() -> None:
    class File(models.Model):
        closed_at = models.DateTimeField(null=True)

        class Meta:
            app_label = "platform"
            db_table = "test_file"

    class Note(models.Model):
        file = models.ForeignKey(File, on_delete=models.CASCADE)
        made_on = models.DateField()
        phone = SealedField(purpose="note.phone")
        phone_index = BlindIndexField(of="phone")
        text = models.CharField(max_length=50)
        facts = models.JSONField(null=True)
        born_on = models.DateField(null=True)
        code = models.CharField(max_length=5, default="c")

        personal = {
            "phone": Personal("calling back", "important", 30, "blank", since="file__closed_at"),
            "text": Personal("x", "general", 30, "blank", since="file__closed_at"),
            "facts": Personal("x", "general", 30, "null", since="file__closed_at"),
            "born_on": Personal("x", "core", 90, "null", since="made_on"),
        }
        impersonal = {"code", "made_on"}

        class Meta:
            app_label = "platform"
            db_table = "test_note"

    class Slip(models.Model):
        created_at = models.DateTimeField()
        text = models.TextField()
        personal = {"text": Personal("x", "general", 1, "row")}
        impersonal = {"created_at"}

        class Meta:
            app_label = "platform"
            db_table = "test_slip"

    assert annotation_gaps([Note, Slip]) == []
    with table(File, Note, Slip), clock_at(NOON):
        over = File._default_manager.create(closed_at=NOON - timedelta(days=30, seconds=1))
        almost = File._default_manager.create(closed_at=NOON - timedelta(days=30))
        open_yet = File._default_manager.create(closed_at=None)
        for file in (over, almost, open_yet):
            Note._default_manager.create(
                file=file, made_on=NOON.date() - timedelta(days=91), phone="13800138000", text="secret", facts={"a": 1},
                born_on=NOON.date(),
            )  # fmt: skip
        Slip._default_manager.bulk_create(
            [Slip(created_at=NOON - timedelta(days=days), text="x") for days in [2] * 1201 + [0]]
        )
        counts = erase_expired([Note, Slip])
        assert counts == {
            "platform.Note.phone": 1, "platform.Note.text": 1, "platform.Note.facts": 1, "platform.Note.born_on": 3,
            "platform.Slip.text": 1201,
        }  # fmt: skip
        assert erase_expired([Note, Slip]) == {}
        gone, kept, kept_too = Note._default_manager.order_by("id")
        assert (gone.phone, gone.phone_index, gone.text, gone.facts, gone.born_on, gone.code) == (
            "",
            "",
            "",
            None,
            None,
            "c",
        )
        for row in (kept, kept_too):
            assert (row.phone, row.text, row.facts, bool(row.phone_index)) == ("13800138000", "secret", {"a": 1}, True)
        assert Slip._default_manager.count() == 1
    record = AuditRecord.objects.get(action="personal.erase")
    content = AuditDetail.objects.get(chain=record.chain, seq=record.seq).content
    assert '"platform.Slip.text":1201' in content.replace(" ", "")
    assert "secret" not in content


@pytest.mark.django_db(transaction=True)
def test_nothing_due_leaves_no_audit_line() -> None:
    assert erase_expired() == {}
    assert not AuditRecord.objects.exists()
