"""The pages of drafts: which there are, one begun of what is in force, and the editor. What is done in the editor goes over the API."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from linli.core.access.public import access_on, names_of, staff_page
from linli.core.areas.public import area_tree
from linli.core.desk.public import AreaField, DeskForm, LineField, do_once, posted_from
from linli.core.grids.public import GridKind, GridLayer
from linli.core.platform.public import NotThere
from linli.subsystems.division.drafts.drawn import state_of
from linli.subsystems.division.drafts.selectors import drafts_for, find_draft
from linli.subsystems.division.drafts.services import GRID_NAME_MAX, NAME_MAX, begin_draft, put_away
from linli.subsystems.division.editor_texts import TEXTS
from linli.subsystems.division.kinds import PURPOSES
from linli.subsystems.division.models import GridDraft

PERMISSION = "grid.publish"
SHOWN_DRAFTS = 200
STATES = {
    "open": (pgettext_lazy("grid draft", "Being drawn"), "work"), "published": (pgettext_lazy("grid draft", "Published"), "done"),
    "put_away": (pgettext_lazy("grid draft", "Put away"), "stopped"),
}  # fmt: skip
# The tools of the editor in their order, each with its key; frontend/src/editor/index.ts knows the same.
TOOLS = (
    ("select", "V", pgettext_lazy("grid editor", "Choose")),
    ("borders", "B", pgettext_lazy("grid editor", "Move borders")),
    ("line", "D", pgettext_lazy("grid editor", "Draw a border anew")),
    ("split", "S", pgettext_lazy("grid editor", "Split")),
    ("merge", "M", pgettext_lazy("grid editor", "Join")),
    ("piece", "G", pgettext_lazy("grid editor", "Move a building")),
    ("cut_out", "C", pgettext_lazy("grid editor", "Dedicated grid")),
)


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft as the list shows it."""

    draft: GridDraft
    area: str
    state: str
    words: str
    phase: str
    who: str


def begin_form(request: HttpRequest) -> DeskForm:
    """The form that begins a draft; it asks for the layer only where there is a choice."""
    layers = list(GridLayer.objects.filter(retired_at__isnull=True).order_by("-is_main", "code"))

    class BeginForm(DeskForm):
        """Of what area, under what name."""

        area = AreaField(
            permission=PERMISSION, levels=("street", "community"), label=gettext_lazy("Street or community"),
            help_text=pgettext_lazy("grid draft", "The draft begins with the grids that are in force there."),
        )  # fmt: skip
        if len(layers) > 1:
            layer = forms.ChoiceField(label=gettext_lazy("Layer"), choices=[(one.code, str(one)) for one in layers])
        name = LineField(
            label=pgettext_lazy("grid draft", "Name of the draft"), max_length=NAME_MAX, required=False,
            help_text=pgettext_lazy("grid draft", "Left empty it is called like the area."),
        )  # fmt: skip

    return BeginForm(request)


def _layer(code: str) -> GridLayer:
    rows = GridLayer.objects.filter(retired_at__isnull=True)
    found = (rows.filter(code=code) if code else rows.filter(is_main=True)).first()
    if found is None:
        raise NotThere(_("There is no such layer of grids."))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(PERMISSION)
def drafts_page(request: HttpRequest) -> HttpResponseBase:
    """The drafts of the person's areas, the last changed first; a new one is begun of what is in force."""
    access, form = access_on(request), begin_form(request)
    answer = form.send(
        ["division.draft.begin"],
        lambda actor, _uuid: begin_draft(
            actor, access=access, layer=_layer(form.cleaned_data.get("layer", "")),
            area_code=form.cleaned_data["area"].code, name=form.cleaned_data["name"],
        ).id,
    )  # fmt: skip
    if answer is not None:
        return HttpResponseRedirect(reverse("division:draft", args=[int(answer.body)]))
    found = list(drafts_for(access)[: SHOWN_DRAFTS + 1])
    context = {
        "form": form,
        "rows": _rows(found[:SHOWN_DRAFTS]),
        "too_many": len(found) > SHOWN_DRAFTS,
        "has_layer": GridLayer.objects.filter(retired_at__isnull=True).exists(),
    }
    return render(request, "division/drafts.html", context, status=form.status)


def _rows(drafts: Iterable[GridDraft]) -> list[DraftRow]:
    drafts, nodes = list(drafts), area_tree().nodes
    people = names_of({one.begun_by_id for one in drafts if one.begun_by_id})
    rows = []
    for one in drafts:
        words, phase = STATES[state_of(one)]
        area, who = nodes.get(one.area_id), people.get(one.begun_by_id or 0, "") or pgettext("grid draft", "by command")
        rows.append(DraftRow(one, area.title if area else "", state_of(one), str(words), phase, who))
    return rows


@require_safe
@staff_page(PERMISSION)
def draft_page(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The editor of a draft."""
    draft = find_draft(access_on(request), draft_id)
    if draft is None:
        raise NotThere(_("There is no such draft of grids."))
    (row,) = _rows([draft])
    context: dict[str, Any] = {
        "row": row, "draft": draft, "is_open": row.state == "open", "tools": TOOLS, "address": reverse("api:grid-draft", args=[draft.id]),
        "texts": {key: str(words) for key, words in TEXTS.items()}, "kinds": GridKind.choices, "purposes": PURPOSES.items(),
        "name_max": GRID_NAME_MAX, "low": round(draft.low), "high": round(draft.high),
    }  # fmt: skip
    return render(request, "division/draft.html", context)


@posted_from("division:draft", "draft_id")
@staff_page(PERMISSION)
def put_away_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Ends a draft that nobody wants any more."""
    access = access_on(request)
    do_once(
        request,
        ["division.draft.put_away", draft_id],
        lambda actor, _uuid: put_away(actor, access=access, draft_id=draft_id).id,
    )
    return HttpResponseRedirect(reverse("division:drafts"))
