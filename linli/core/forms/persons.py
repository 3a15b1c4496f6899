"""Whom sealed answers name by a number, as `core/people` knows them: found by it, seen for a purpose only, forgotten.

The answers stand sealed under the key of the deployment, since nothing says whose a sheet is. Who left a telephone number is found by it
all the same, reads who looked at it, and has it erased. Who left none is found by nobody; the look stands in the trail.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from linli.core.forms.models import PERSON_PURPOSE, Answer, AnsweredPerson, AnswerSheet, Form, FormVersion, SheetState
from linli.core.forms.reading import schema_of, title_of
from linli.core.forms.schema import Kind, Question
from linli.core.forms.values import Value
from linli.core.people.public import Elsewhere, bring_people
from linli.core.platform.public import (
    SYSTEM,
    Actor,
    PersonService,
    Refusal,
    blind_index,
    blind_indexes,
    insert_rows,
    write,
)
from linli.lib.text import plain_number

REVEAL, SERVICE, PURPOSE = "form.reveal", "form", "asked"
WHO = (Kind.PERSON, Kind.PHONE)
BATCH = 500

PEOPLE_OF_FORMS = PersonService(
    code=SERVICE,
    titles={"zh-hans": "表单", "en": "Forms"},
    why={
        "zh-hans": "您的电话写在一份表单里；表单的每一项都写明了为什么要问。",
        "en": "Your telephone number stands in a form; each of its questions says what it is asked for.",
    },
    fields=(("name", "important"), ("phone", "important")),
    purposes={PURPOSE: {"zh-hans": "表单中写明的用途", "en": "What the form asked it for"}},
    permission=REVEAL,
    keep_days=1,
    holder="forms.AnsweredPerson",
    about=lambda row: _about(row),
    area=lambda row: AnswerSheet.objects.filter(id=row.sheet_id).values_list("area_id", flat=True).first(),
)


def values_of(question: Question) -> tuple[str, ...]:
    """Which values of a person an answer holds."""
    return ("name", "phone") if question.kind is Kind.PERSON else ("phone",)


def acquaint(
    sheet: AnswerSheet, answered: Iterable[tuple[Question, int, Value]], answers: Iterable[Mapping[str, Any]]
) -> None:
    """Writes down whom the answers of a sheet that is sent name, until the day on which each goes; one statement."""
    until = {(one["name"], one["row"]): one["keep_until"] for one in answers}
    rows = [
        _row(sheet.home_district, sheet.id, question.name, row, number, until.get((question.name, row)))
        for question, row, value in answered
        if question.sealed and (number := number_in(question, value))
    ]
    if rows:
        insert_rows(AnsweredPerson, rows)


def number_in(question: Question, value: Value) -> str:
    """The number that an answer gives of somebody, by its digits; "" for none."""
    if question.kind not in WHO or not value:
        return ""
    return plain_number(value.get("phone") or "" if isinstance(value, dict) else str(value))


def _row(district: str, sheet_id: int, name: str, row: int, number: str, until: Any) -> dict[str, Any]:
    index = blind_index(number, PERSON_PURPOSE)
    return {
        "home_district": district, "sheet_id": sheet_id, "name": name, "row": row, "phone": number, "phone_index": index, "keep_until": until,
    }  # fmt: skip


def acquaint_all() -> int:
    """Writes down whom sheets name that were sent before this was done; `linli migrate` calls it. Gives how many, twice none more."""
    made = 0
    for version_id in FormVersion.objects.order_by("id").values_list("id", flat=True):
        schema = schema_of(version_id)
        asked = {one.name: one for one in schema.questions if one.kind in WHO and one.sealed}
        known = AnsweredPerson.objects.filter(sheet_id=OuterRef("sheet_id"), name=OuterRef("name"), row=OuterRef("row"))
        sheets = AnswerSheet.objects.filter(version_id=version_id, state=SheetState.SENT)
        last = 0
        while asked:
            rows = Answer.objects.filter(~Exists(known), id__gt=last, name__in=asked, sheet_id__in=sheets.values("id"))
            batch = list(rows.order_by("id")[:BATCH])
            if not batch:
                break
            last = batch[-1].id
            new = [
                _row(one.home_district, one.sheet_id, one.name, one.row, number, one.keep_until)
                for one in batch
                if one.sealed_value and (number := number_in(asked[one.name], json.loads(one.sealed_value)))
            ]
            with write(SYSTEM):
                insert_rows(AnsweredPerson, new)
            made += len(new)
    return made


def _answer(row: AnsweredPerson) -> Answer | None:
    return Answer.objects.filter(sheet_id=row.sheet_id, name=row.name, row=row.row).first()


def _question(row: AnsweredPerson) -> tuple[AnswerSheet | None, Question | None]:
    sheet = AnswerSheet.objects.filter(id=row.sheet_id).first()
    found = schema_of(sheet.version_id).by_name.get(row.name) if sheet is not None else None
    return sheet, found if isinstance(found, Question) else None


def _about(row: AnsweredPerson) -> str:
    sheet, question = _question(row)
    form = Form.objects.filter(id=sheet.form_id).first() if sheet is not None else None
    words = f"“{title_of(form)}”" if form is not None else _("an earlier form")
    return f"{words} · {question.keeping.purpose}" if question is not None and question.keeping else words


def _find(name: str, text: str) -> Iterable[AnsweredPerson]:
    number = plain_number(text) if name == "phone" else ""
    rows = AnsweredPerson.objects.filter(phone_index__in=blind_indexes(number, PERSON_PURPOSE) if number else [])
    return rows.order_by("id")


def _opened(row: AnsweredPerson, name: str) -> str:
    answer = _answer(row)
    value = json.loads(answer.sealed_value) if answer is not None and answer.sealed_value else None
    found = value.get(name) if isinstance(value, dict) else value if name == "phone" else ""
    return str(found or "")


def _correct(_actor: Actor, _row: AnsweredPerson, _values: Mapping[str, str]) -> None:
    raise Refusal(
        _("A sheet that was handed in stays as it is; have it erased, or fill the form in anew."), code="handed_in"
    )


def _forget(_actor: Actor, row: AnsweredPerson) -> None:
    """Erases the answer by which somebody is named; in a row of a repeat whatever else that row says of people."""
    sheet, _asked = _question(row)
    names = [row.name]
    if sheet is not None and row.row >= 0:
        schema = schema_of(sheet.version_id)
        beside = (one for one in schema.questions if one.keeping and one.repeat == schema.rows_of.get(row.name))
        names += [one.name for one in beside]
    mine = {"sheet_id": row.sheet_id, "name__in": names, "row": row.row}
    Answer.objects.filter(**mine).delete()
    AnsweredPerson.objects.filter(**mine).delete()


def bring() -> None:
    """Makes the people of forms known to `core/people`."""
    bring_people(
        Elsewhere(
            model=AnsweredPerson, service=lambda _row: SERVICE, find=_find, opened=_opened, correct=_correct, forget=_forget
        )
    )  # fmt: skip
