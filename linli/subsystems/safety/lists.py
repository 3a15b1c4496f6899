"""How a hazard is shown, and the list of them; pages, API and export are made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import Count
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import pgettext, pgettext_lazy

from linli.core.access.public import Access, access_on
from linli.core.desk.public import (
    AreaFilter,
    ChoiceFilter,
    Column,
    DaysFilter,
    Empty,
    WordsFilter,
    choice_words,
    column_of,
    facts_of,
    person_column,
)
from linli.core.flow.public import Entry, ItemPages, flow_list
from linli.core.ledger.public import address
from linli.core.registry.public import PREMISES
from linli.core.search.public import words_of
from linli.subsystems.safety.flow import HAZARD, OPEN
from linli.subsystems.safety.models import Hazard, Severity, ToldWhom
from linli.subsystems.safety.premises import premises_now, responsible

TITLE = column_of(Hazard, "title", pgettext_lazy("safety", "What"), sort=True)
SEVERITY: Column[Hazard] = Column(
    "severity",
    pgettext_lazy("safety", "Severity"),
    lambda row: choice_words(row, "severity"),
    sort="severity",
    css="fixed",
)
PLACE = column_of(Hazard, "place", pgettext_lazy("safety", "Where"), css="col-wide")
BY = person_column("by", pgettext_lazy("safety", "Found by"), "begun_by_id")


def _facts(hazard: Hazard, access: Access) -> Sequence[tuple[Any, Any]]:
    """How grave it is, where, and who answers for the premises by the ledger, behind the ledger's mask."""
    premises = premises_now(hazard)
    more: list[tuple[Any, Any]] = []
    if premises is not None and access.may_in_area("registry.view", premises.area_id):
        link = format_html('<a href="{}">{}</a>', address(PREMISES, premises.id), premises.name)
        more = [(pgettext_lazy("safety", "Premises"), link), (RESPONSIBLE, responsible(premises))]
    return [*facts_of(SEVERITY, PLACE, BY)(hazard, access), *more]


def _told_whom(hazard: Hazard, access: Access) -> forms.Field:
    """Whoever answers for the premises, named as everybody may see them; or somebody else."""
    premises = premises_now(hazard)
    seen = premises is not None and access.may_in_area("registry.view", premises.area_id)
    named = responsible(premises)
    first = [(ToldWhom.RESPONSIBLE.value, f"{RESPONSIBLE} · {named}" if seen else str(RESPONSIBLE))] if named else []
    choices = [*first, (ToldWhom.OTHER.value, ToldWhom.OTHER.label)]
    return forms.ChoiceField(choices=choices, initial=choices[0][0], widget=forms.RadioSelect)


def _said(entry: Entry) -> list[str]:
    told = entry.event.facts.get("told")
    return [pgettext("safety", "Told: %s") % ToldWhom(told).label] if told in ToldWhom.values else []


RESPONSIBLE = pgettext_lazy("safety", "Who answers for it by the ledger")
PAGES = ItemPages(
    flow=HAZARD,
    back="safety:hazards",
    back_title=pgettext_lazy("safety", "Hazards"),
    facts=_facts,
    said=_said,
    fields={"told_whom": _told_whom},
    labels={"told_whom": pgettext_lazy("safety", "Who was told")},
)


def open_by_severity(request: HttpRequest) -> Mapping[str, object]:
    """How many are open of each severity, the gravest first; one statement."""
    rows = (
        HAZARD.visible(access_on(request))
        .filter(state__in=OPEN)
        .order_by()
        .values_list("severity")
        .annotate(Count("id"))
    )
    counts = dict(rows)
    return {
        "open_hazards": [(code, label, counts[code]) for code, label in reversed(Severity.choices) if code in counts]
    }


HAZARDS = flow_list(
    PAGES,
    code="hazards",
    title=pgettext_lazy("safety", "Hazards"),
    permission="hazard.view",
    columns=(TITLE, SEVERITY, PLACE, BY),
    filters=(
        WordsFilter("q", pgettext_lazy("safety", "What or where"), words_of("hazards")),
        AreaFilter("area", "hazard.view"),
        ChoiceFilter("severity", pgettext_lazy("safety", "Severity"), Severity.choices),
        DaysFilter("found", pgettext_lazy("safety", "Found on"), "begun_at"),
    ),
    template="safety/hazards.html",
    context=open_by_severity,
    new="safety:new",
    may_begin="hazard.find",
    beside=(("safety:inspections", pgettext_lazy("safety", "Inspections")),),
    empty=Empty(
        pgettext_lazy("safety", "No hazard yet"),
        pgettext_lazy("safety", "What is dangerous stands here until somebody else has seen that it is gone."), "shield"
    ),
)  # fmt: skip
