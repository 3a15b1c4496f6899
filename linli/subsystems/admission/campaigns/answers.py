"""What was answered in a campaign, for who runs it: a page of the newest sheets, and all of them as a table. What is sealed stays hidden."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from linli.core.access.public import access_on, staff_page
from linli.core.areas.public import place
from linli.core.desk.public import take_out
from linli.core.flow.public import find
from linli.core.forms.public import Answer, AnswerSheet, Schema, gathered, in_text, schema_of, told
from linli.core.grids.public import grid_title
from linli.core.platform.public import NotThere, local_time, moment_words
from linli.subsystems.admission.campaigns.flow import CAMPAIGN
from linli.subsystems.admission.campaigns.lists import may_read_answers
from linli.subsystems.admission.campaigns.models import Campaign, CampaignSheet
from linli.subsystems.admission.campaigns.progress import by_grid
from linli.subsystems.admission.campaigns.running import schema_of_form
from linli.subsystems.admission.grid_rows import in_force

SHOWN, MOST, AT_ONCE = 50, 20_000, 500
HIDDEN = "●●●"


def the_campaign(request: HttpRequest, item_id: int) -> Campaign:
    """A campaign whose answers this person reads. Raises NotThere, PermissionDenied for who sees it and does not run it."""
    item = find(CAMPAIGN, access_on(request), item_id)
    if item is None:
        raise NotThere(str(CAMPAIGN.not_there))
    if not may_read_answers(item, access_on(request)):
        raise PermissionDenied
    return item


def head_of(schema: Schema) -> list[str]:
    """The headings: grid, when, by whom, the questions."""
    asked = [told(one.label) or one.name for one in schema.questions if one.kept]
    return [pgettext("admission", "Grid"), pgettext("admission", "Handed in"), pgettext("admission", "By"), *asked]


def asks_of_people(schema: Schema) -> bool:
    """Whether a form asks for something about people."""
    return any(one.keeping is not None for one in schema.questions)


def _sortable(at: datetime) -> str:
    return f"{local_time(at):%Y-%m-%d %H:%M}"


def rows_of(
    schema: Schema, sheets: Sequence[CampaignSheet], written: Callable[[datetime], str] = _sortable
) -> Iterator[list[str]]:
    """Each sheet as a row below these headings, in three statements: by the version that it answers; what is sealed is hidden.

    `written` says how a moment is written: in a file so that it sorts, on a page as pages do.
    """
    versions = dict(AnswerSheet.objects.filter(id__in=[one.sheet_id for one in sheets]).values_list("id", "version_id"))
    answers: dict[int, list[Answer]] = {}
    for row in Answer.objects.filter(sheet_id__in=versions).order_by("row", "name", "place"):
        answers.setdefault(row.sheet_id, []).append(row)
    by = {True: pgettext("admission", "Resident"), False: pgettext("admission", "Grid worker")}
    for one in sheets:
        rows = answers.get(one.sheet_id, [])
        there = {row.name for row in rows}
        values = (
            gathered(schema_of(versions[one.sheet_id]), rows, with_sealed=False) if one.sheet_id in versions else {}
        )
        cells = [
            HIDDEN if q.guarded and q.name in there else in_text(q, values.get(q.name))
            for q in schema.questions
            if q.kept
        ]
        at = written(one.sent_at) if one.sent_at else ""
        yield [grid_title(one.grid_id), at, by[one.by_resident], *cells]


@require_safe
@staff_page("campaign.run")
def answers_page(request: HttpRequest, item_id: int) -> HttpResponse:
    """The newest sheets of a campaign."""
    item = the_campaign(request, item_id)
    schema = schema_of_form(item.form_id)
    sheets = list(item.sent_sheets().order_by("-id")[:SHOWN])
    head = head_of(schema)
    rows = [list(zip(head, row, strict=True)) for row in rows_of(schema, sheets, moment_words)]
    context: dict[str, Any] = {
        "item": item, "head": head, "rows": rows, "count": item.sent_sheets().count(), "shown": SHOWN,
        "may_export": access_on(request).may("desk.export"), "export_reason": asks_of_people(schema), "back_url": reverse("admission:campaign", args=[item.id]),
    }  # fmt: skip
    return render(request, "admission/answers.html", context)


@require_POST
@staff_page("desk.export")
def progress_csv(request: HttpRequest, item_id: int) -> HttpResponse:
    """How far each grid of a campaign has come, as CSV."""
    item = the_campaign(request, item_id)
    rows = by_grid(item)
    head = [
        pgettext("admission", "Grid"), pgettext("admission", "Area"), pgettext("admission", "Done"), pgettext("admission", "To be done"),
        pgettext("admission", "Missed"), pgettext("admission", "Of residents"), pgettext("admission", "Grid worker"),
    ]  # fmt: skip
    grids = {one.grid_id: in_force(one.grid_id) for one in rows}
    lines = [
        [one.title, place(grid.area_id) if (grid := grids[one.grid_id]) else "", one.done, one.wanted or "", one.missed, one.by_residents, one.worker]
        for one in rows
    ]  # fmt: skip
    name = pgettext("admission", "%s, progress") % item.title
    return take_out(request, name, head, lines, code="campaign-progress", facts={"campaign": item.id})


@require_POST
@staff_page("desk.export")
def answers_csv(request: HttpRequest, item_id: int) -> HttpResponse:
    """All sheets of a campaign as CSV, at most 20,000."""
    item = the_campaign(request, item_id)
    schema = schema_of_form(item.form_id)
    sheets = list(item.sent_sheets().order_by("id")[:MOST])
    parts = (sheets[at : at + AT_ONCE] for at in range(0, len(sheets), AT_ONCE))
    rows = [row for some in parts for row in rows_of(schema, some)]
    return take_out(
        request, item.title, head_of(schema), rows, code="campaign-answers", facts={"campaign": item.id},
        personal=asks_of_people(schema),
    )  # fmt: skip
