"""The safety files of premises as a list, and the page of one file: of premises, a community or a street."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from linli.core.access.public import Access, access_on, names_of, staff_page
from linli.core.areas.public import AreaNode, area_tree, place
from linli.core.desk.public import AreaFilter, ChoiceFilter, Column, Empty, List, WordsFilter, column_of, page_at
from linli.core.ledger.public import address, find, seen
from linli.core.platform.public import NotThere
from linli.core.registry.public import PREMISES, Premises
from linli.core.search.public import words_of
from linli.subsystems.safety.files.needed import needed_at, needed_of
from linli.subsystems.safety.files.standing import Standing, standing_of_area, standings, state_pill, state_words
from linli.subsystems.safety.subjects import LEVELS
from linli.subsystems.safety.summary import lines_beside

STANDING = "standing"  # in the `__dict__` of premises of a page


def with_standing(_access: Access, premises: list[Premises]) -> list[Premises]:
    """A `complete`: how each file stands, in three statements a page."""
    found = standings(premises)
    for one in premises:
        one.__dict__[STANDING] = found[one.id]
    return premises


def _of(premises: Premises) -> Standing:
    found: Standing = premises.__dict__[STANDING]
    return found


def _plan_words(premises: Premises) -> str:
    plan = _of(premises).plan
    return f"{plan.title} ({plan.get_level_display()})" if plan else ""


NAME: Column[Premises] = Column("name", pgettext_lazy("safety", "Premises"), lambda one: one.name, css="card-title")
KIND = column_of(Premises, "kind", pgettext_lazy("safety", "Kind"), css="fixed")
LACKS: Column[Premises] = Column(
    "lacks", pgettext_lazy("safety", "Lacks"), lambda one: _of(one).lacks_words, css="card-wide"
)
PLAN_HELD: Column[Premises] = Column("plan", pgettext_lazy("safety", "Plan that holds"), _plan_words, css="col-wide")
STATE: Column[Premises] = Column(
    "file", pgettext_lazy("safety", "Safety file"), lambda one: state_words(_of(one)), html=lambda one: state_pill(_of(one)),
    code_of=lambda one: _of(one).state, css="card-plain fixed",
)  # fmt: skip
FILES = List[Premises](
    code="files",
    title=pgettext_lazy("safety", "Safety files"),
    permission="file_entry.view",
    rows=lambda access: seen(PREMISES, access).filter(retired_at__isnull=True),
    complete=with_standing,
    address=lambda one: page_at("safety:file-premises", one.id),
    columns=(NAME, KIND, LACKS, PLAN_HELD, STATE),
    filters=(
        WordsFilter("q", pgettext_lazy("safety", "Name of the premises"), words_of("ledger_premises")),
        ChoiceFilter("kind", pgettext_lazy("safety", "Kind"), Premises._meta.get_field("kind").flatchoices),
        AreaFilter("area", "file_entry.view"),
    ),
    beside=(
        ("safety:file-entries", pgettext_lazy("safety", "Papers and equipment")),
        ("safety:plans", pgettext_lazy("safety", "Emergency plans")),
    ),
    empty=Empty(
        pgettext_lazy("safety", "No premises yet"), pgettext_lazy("safety", "Premises of the ledger stand here, each with its safety file."), "shield"
    ),
)  # fmt: skip


@require_safe
@staff_page("file_entry.view")
def premises_file(request: HttpRequest, premises_id: int) -> HttpResponse:
    """The safety file of premises."""
    access = access_on(request)
    premises = find(PREMISES, access, premises_id)
    if not access.may_in_area("file_entry.view", premises.area_id):
        raise NotThere(pgettext("safety", "There is no such safety file."))
    standing = standings([premises])[premises.id]
    about = {"premises": premises.code}
    return _show(
        request, standing, needed_of(premises.kind), premises.name, premises.area_id, about,
        premises=premises, premises_url=address(PREMISES, premises.id), beside=lines_beside(access, premises),
    )  # fmt: skip


@require_safe
@staff_page("file_entry.view")
def area_file(request: HttpRequest, area_id: int) -> HttpResponse:
    """The safety file of a street or a community."""
    node, access = area_tree().nodes.get(area_id), access_on(request)
    if node is None or node.level not in LEVELS or not access.may_in_area("file_entry.view", area_id):
        raise NotThere(pgettext("safety", "There is no such safety file."))
    standing = standing_of_area(area_id)
    below = [area_tree().nodes[one] for one in area_tree().subtree(area_id) if one != area_id]
    return _show(
        request, standing, needed_at(node.level), node.title, area_id, {"area": node.code},
        below=_below(below, access),
    )  # fmt: skip


def _below(nodes: list[AreaNode], access: Access) -> list[tuple[str, str]]:
    """The files of the communities of a street, each with its address."""
    seen_ones = [one for one in nodes if one.level in LEVELS and access.may_in_area("file_entry.view", one.id)]
    return [
        (one.title, reverse("safety:file-area", args=[one.id])) for one in sorted(seen_ones, key=lambda one: one.code)
    ]


def _show(
    request: HttpRequest, standing: Standing, needed: tuple[str, ...], title: str, area_id: int, about: dict[str, str], **more: Any
) -> HttpResponse:  # fmt: skip
    access = access_on(request)
    names = names_of([one.keeper_id for one in (*standing.holds, *standing.over) if one.keeper_id])
    return render(request, "safety/file.html", {
        "title": title, "place": place(area_id), "standing": standing, "pill": state_pill(standing), "needs": len(needed),
        "lacks": standing.lacks_words, "about": next(iter(about.items())),
        "lines": [(one, names.get(one.keeper_id or 0, ""), True) for one in standing.holds]
        + [(one, names.get(one.keeper_id or 0, ""), False) for one in standing.over],
        "may_put": access.may_in_area("file_entry.put", area_id), "may_plan": access.may_in_area("emergency_plan.draft", area_id),
        **more,
    })  # fmt: skip
