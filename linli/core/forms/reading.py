"""Reads forms, sheets and answers: who sees which, a version as a schema, the answers of a sheet put together again. Writes nothing."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from linli.core.access.public import Access, restrict
from linli.core.areas.public import area_tree
from linli.core.forms.models import Answer, AnswerSheet, Form, FormState, FormVersion, SheetState
from linli.core.forms.reader import read
from linli.core.forms.schema import FILES, Question, Repeat, Schema, told
from linli.core.forms.subjects import About, KnownFact, told_by_sources
from linli.core.forms.values import Value, parsed
from linli.core.platform.public import BadInput, local_day

MOST_ON_ONE_PAGE = 12
_MOST_SCHEMAS = 100
_schemas: OrderedDict[str, Schema] = OrderedDict()


def schema_of(version_id: int) -> Schema:
    """The schema of a version. A version never changes, so each is read once in a process."""
    digest = FormVersion.objects.values_list("digest", flat=True).get(id=version_id)
    found = _schemas.get(digest)
    if found is None:
        found = _schemas[digest] = read(FormVersion.objects.values_list("document", flat=True).get(id=version_id))
        if len(_schemas) > _MOST_SCHEMAS:
            _schemas.popitem(last=False)
    return found


def begins_on(schema: Schema) -> str:
    """The name of the address of the page on which filling in begins: what is short on one page, what is long page by page."""
    return "sheet-whole" if len(schema.questions) <= MOST_ON_ONE_PAGE else "sheet"


def title_of(form: Form) -> str:
    """The title of a form in the reader's language."""
    return told(form.titles)


def forms_to_fill(access: Access) -> QuerySet[Form]:
    """The open forms that this person may fill in: those of areas around or inside the ones where they hold `form.fill`."""
    tree = area_tree()
    tops = access.tops_with("form.fill", for_units=True)
    around = {node.id for top in tops for node in tree.ancestors(top)}
    areas = around | {area_id for top in tops for area_id in tree.subtree(top)}
    return Form.objects.filter(state=FormState.OPEN, area_id__in=areas)


def forms_designed(access: Access) -> QuerySet[Form]:
    """The forms that this person may change and publish."""
    return restrict(access, "form.design", Form.objects.all())


def sheets_seen(access: Access) -> QuerySet[AnswerSheet]:
    """The sent sheets of areas where this person holds `form.view`, and all of their own."""
    seen = restrict(access, "form.view", AnswerSheet.objects.filter(state=SheetState.SENT))
    return AnswerSheet.objects.filter(Q(filled_by_id=access.user_id) | Q(id__in=seen.values("id")))


def answers_of(sheet: AnswerSheet, *, with_sealed: bool = False) -> dict[str, Value]:
    """The answers of a sheet by name, as judging.py takes them. What is sealed is left out unless asked for: whoever asks for it
    shows it to the one who filled the sheet in, or passes a gate of their own."""
    return gathered(
        schema_of(sheet.version_id),
        Answer.objects.filter(sheet_id=sheet.id).order_by("row", "name", "place"),
        with_sealed=with_sealed,
    )


def gathered(schema: Schema, rows: Iterable[Answer], *, with_sealed: bool) -> dict[str, Value]:
    """Answers out of their rows, in the order of row, name and place."""
    found: dict[str, Any] = {}
    for one in rows:
        item = schema.by_name.get(one.name)
        if isinstance(item, Repeat):  # how many rows there are, also empty ones
            found.setdefault(item.name, []).extend({} for _row in range(json.loads(one.value)))
            continue
        if not isinstance(item, Question) or (one.sealed_value and not with_sealed):
            continue
        target = found
        if item.repeat:
            rows_there = found.setdefault(item.repeat, [])
            rows_there.extend({} for _row in range(one.row + 1 - len(rows_there)))
            target = rows_there[one.row]
        if item.kind in FILES:
            target.setdefault(item.name, []).append(one.stored_file_id)
        else:
            target[item.name] = json.loads(one.sealed_value or one.value)
    return found


def known_facts(schema: Schema, about: About | None, today: date) -> dict[str, KnownFact]:
    """By name of the question what is known about the subject and can be shown: answers given before, and what other areas know.

    What is sealed is not shown; what does not fit the question (a choice that is not on its list) is not known to it.
    """
    asked = {
        one.fact: one
        for one in schema.questions
        if one.fact and one.answered and not one.sealed and one.kind not in FILES
    }
    if about is None or not asked:
        return {}
    found: dict[str, KnownFact] = dict(told_by_sources(about, list(asked)))
    rows = known_answers(about, list(asked), today).exclude(value="")  # what is sealed, and files
    sheets = {one.id: one for one in AnswerSheet.objects.filter(id__in=[row.sheet_id for row in rows])}
    titles = {one.id: title_of(one) for one in Form.objects.filter(id__in=[one.form_id for one in sheets.values()])}
    for row in rows:  # the newest last
        source = (
            _("the form “%s”") % titles.get(sheets[row.sheet_id].form_id, "")
            if row.sheet_id in sheets
            else _("an earlier form")
        )
        on = local_day(row.answered_at)
        if row.fact not in found or found[row.fact].on <= on:
            found[row.fact] = KnownFact(json.loads(row.value), source, on)
    fitting: dict[str, KnownFact] = {}
    for fact, known in found.items():
        try:
            value = parsed(asked[fact], known.value)
        except BadInput:
            continue
        if value is not None:
            fitting[asked[fact].name] = known._replace(value=value)
    return fitting


def known_answers(about: About, facts: Collection[str], today: date) -> QuerySet[Answer]:
    """The answers that are facts of a subject and have not grown old, the newest last."""
    rows = Answer.objects.filter(subject_kind=about.kind, subject_id=about.id, fact__in=facts, fact_until__gte=today)
    return rows.order_by("answered_at", "id")


def still_known(schema: Schema, about: About | None, today: date) -> set[str]:
    """The names of questions whose fact is known, shown or not."""
    asked = {one.fact: one.name for one in schema.questions if one.fact and one.answered}
    if about is None or not asked:
        return set()
    facts = {
        *told_by_sources(about, list(asked)),
        *known_answers(about, list(asked), today).values_list("fact", flat=True),
    }
    return {asked[fact] for fact in facts}
