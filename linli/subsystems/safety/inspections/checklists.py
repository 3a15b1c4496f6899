"""Checklists: forms about premises of which some answers are hazards. Which, says a document beside the form, never code.

{"exit_clear": {"answer": "no", "severity": "grave", "words": "exit_clear_words", "photo": "exit_clear_photo"}}
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import override, pgettext

from linli.core.access.public import Access
from linli.core.forms.public import Answers, Form, Kind, Question, Schema, forms_to_fill, schema_of, told
from linli.core.platform.public import Actor, BadInput, NotAllowed, NotThere, locked, write
from linli.subsystems.safety.inspection_records import Checklist
from linli.subsystems.safety.models import Severity

SUBJECT = "premises"
BROUGHT = Path(__file__).parent.parent / "forms" / "rules.json"
TITLE_CHARS = 80
Rules = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Finding:
    """An answer that is a hazard: its question, what the hazard is called, how grave it is, words and photos of it."""

    question: str
    title: str
    severity: str
    words: str
    photos: tuple[int, ...]


@cache
def _brought() -> dict[str, Rules]:
    found: dict[str, Rules] = json.loads(BROUGHT.read_text("utf-8"))
    return found


def rules_of(form: Form) -> Rules:
    """Which answers of a form are hazards: as an office has said, else as the department brings it; none for any other form."""
    row = Checklist.objects.filter(form_id=form.id).first()
    return row.rules if row is not None else _brought().get(form.code, {})


def checklists(access: Access) -> list[Form]:
    """The open forms about premises that this person may fill in, of which some answers are hazards, by their titles."""
    known = set(Checklist.objects.exclude(rules={}).values_list("form_id", flat=True))
    emptied = set(Checklist.objects.filter(rules={}).values_list("form_id", flat=True))
    return [
        form
        for form in forms_about_premises(access)
        if form.id in known or (form.code in _brought() and form.id not in emptied)
    ]


def forms_about_premises(access: Access) -> list[Form]:
    """The open forms about premises that this person may fill in, in the order in which they were made."""
    rows = forms_to_fill(access).order_by("id")
    return [one for one in rows if one.version_id and schema_of(one.version_id).subject == SUBJECT]


def asked_of(schema: Schema) -> list[Question]:
    """The questions of a form whose answers may be hazards: those with one of a list as their answer, asked once."""
    return [one for one in schema.questions if one.kind is Kind.ONE and not one.repeat]


def set_rules(actor: Actor, *, access: Access, form_id: int, rules: Mapping[str, tuple[str, str]]) -> None:
    """Says which answers of a form are hazards: by question, the answer and how grave it is. Words and photos are asked for by the questions
    called like it with `_words` and `_photo`.

    Raises NotThere, NotAllowed for who does not plan inspections wherever the form is filled in, and BadInput for a question, an
    answer or a severity that is not there.
    """
    form = next((one for one in forms_about_premises(access) if one.id == form_id), None)
    if form is None or form.version_id is None:
        raise NotThere(pgettext("safety", "There is no such checklist."))
    if not access.may_in_area("inspection.plan", form.area_id):
        raise NotAllowed(
            pgettext(
                "safety", "This checklist holds for a larger area; who plans inspections for all of it may change it."
            )
        )
    schema = schema_of(form.version_id)
    asked = {one.name: {choice.code for choice in one.choices} for one in asked_of(schema)}
    kept: dict[str, dict[str, str]] = {}
    for name, (answer, severity) in rules.items():
        if answer not in asked.get(name, ()) or severity not in Severity.values:
            raise BadInput(
                pgettext("safety", "The form has no such question or answer; open the page again."), field=name
            )
        more = {part: f"{name}_{part}" for part in ("words", "photo") if f"{name}_{part}" in schema.by_name}
        kept[name] = {"answer": answer, "severity": severity, **more}
    with write(actor) as work:
        row = locked(Checklist.objects.filter(form_id=form_id)).first() or Checklist(form_id=form_id)
        row.rules, row.changed_at, row.changed_by_id = kept, work.now, access.user_id
        row.save()
        work.audit("city", "checklist.set", "form", form_id, {"rules": kept})


def findings(form: Form, schema: Schema, answers: Answers) -> list[Finding]:
    """What in these answers is a hazard, in the order of the form."""
    return list(_found(rules_of(form), schema, answers))


def _found(rules: Rules, schema: Schema, answers: Answers) -> Iterable[Finding]:
    for one in asked_of(schema):
        rule = rules.get(one.name)
        if rule is None or answers.get(one.name) != rule["answer"]:
            continue
        words, photos = answers.get(rule.get("words", "")), answers.get(rule.get("photo", ""))
        yield Finding(
            one.name, title_of_question(one), rule["severity"], str(words or ""), tuple(photos) if isinstance(photos, list) else ()
        )  # fmt: skip


def title_of_question(question: Question) -> str:
    """What a hazard is called that a question has found, in the language of the city."""
    with override(settings.LANGUAGE_CODE):
        words = pgettext("safety", "Not so: %s") % told(question.label)
    return words if len(words) <= TITLE_CHARS else words[: TITLE_CHARS - 1] + "…"


def in_words(rule: Mapping[str, Any]) -> str:
    """How grave a rule says that it is."""
    return str(Severity(rule["severity"]).label)
