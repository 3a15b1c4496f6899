"""The units of my areas: their tree, a new one, one unit with what hangs on it and its changes, each of which is undone by one press."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from linli.core.access.public import (
    UNIT_PERMISSION,
    Access,
    Unit,
    UnitChange,
    UnitKind,
    UnitPlan,
    access_on,
    change_unit,
    held_by,
    held_words,
    make_unit,
    names_of,
    reopen_unit,
    retire_unit,
    staff_page,
    undo_unit_change,
    unit_tree,
)
from linli.core.areas.public import area_tree
from linli.core.desk.public import AreaField, DeskForm, LineField, UnitField, answer_once, posted_from
from linli.core.platform.public import Actor, NotThere, Refusal

MOST_SHOWN = 1000
MOST_CHANGES = 50
SAID = {
    "made": gettext_lazy("The unit is made."),
    "changed": gettext_lazy("The unit is changed."),
    "same": gettext_lazy("Nothing was changed."),
    "retired": gettext_lazy("The unit is retired."),
    "reopened": gettext_lazy("The unit is in force again."),
    "undone": gettext_lazy("The change is undone."),
}


class UnitForm(DeskForm):
    """What a unit shall be."""

    names = {"parent_id": "parent", "area_id": "area"}

    name = LineField(label=gettext_lazy("Name of the unit"), max_length=120)
    name_en = LineField(label=gettext_lazy("English name"), max_length=120, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=UnitKind.choices)
    area = AreaField(permission=UNIT_PERMISSION, help_text=gettext_lazy("The ground that the unit serves."))
    parent = UnitField(
        permission=UNIT_PERMISSION,
        label=gettext_lazy("Unit above"),
        required=False,
        help_text=gettext_lazy("Of a branch: the unit to which it belongs."),
    )

    def plan(self, kept_parent: int | None = None) -> UnitPlan:
        """The plan that was filled in; a unit above that lies outside the person's areas stays where nothing else is chosen."""
        given = self.cleaned_data
        names = (("en", given["name_en"]),) if given["name_en"] else ()
        parent_id = given["parent"].id if given["parent"] else kept_parent
        return UnitPlan(given["name"], given["kind"], given["area"].id, parent_id, names)


class NewUnitForm(UnitForm):
    """A unit that is new."""

    code = LineField(
        label=gettext_lazy("Code"),
        max_length=40,
        help_text=gettext_lazy("Letters, digits and hyphens. It stays, whatever the unit is called later."),
    )
    field_order = ("name", "name_en", "code", "kind", "area", "parent")


@dataclass(frozen=True)
class TreeRow:
    """One unit of the tree, with how deep it stands."""

    id: int
    code: str
    title: str
    kind: str
    area: str
    indent: str
    people: int


@dataclass(frozen=True)
class ChangeRow:
    """One change of a unit in words."""

    id: int
    at: datetime
    by: str
    words: list[str]
    undoable: bool


def _toasts(request: HttpRequest) -> list[dict[str, object]]:
    done = SAID.get(request.GET.get("done", ""))
    return [{"text": done}] if done else []


@require_GET
@staff_page(UNIT_PERMISSION)
def units_page(request: HttpRequest) -> HttpResponse:
    """The units in force of the person's areas as a tree; with `q` those of a name or code; retired ones on demand."""
    access, words = access_on(request), request.GET.get("q", "").replace("\0", "").strip()[:80]
    inside = set(access.areas_with(UNIT_PERMISSION))
    rows = list(_tree_rows(inside, words.casefold()))
    retired = request.GET.get("retired") == "1"
    gone = Unit.objects.filter(area_id__in=inside, valid_to__isnull=False).order_by("-valid_to", "-id")
    context: dict[str, Any] = {
        "rows": rows[:MOST_SHOWN], "count": len(rows), "words": words, "too_many": len(rows) > MOST_SHOWN,
        "retired": list(gone[:MOST_SHOWN]) if retired else None, "retired_count": gone.count(), "toasts": _toasts(request),
    }  # fmt: skip
    return render(request, "accounts/units.html", context)


def _tree_rows(inside: set[int], words: str) -> Iterable[TreeRow]:
    """The units of these areas, each below the one above it; what stands below a unit outside begins a tree of its own."""
    tree, areas = unit_tree(), area_tree().nodes
    mine = {node.id: node for node in tree.nodes.values() if node.area_id in inside}
    people = held_people(mine)
    tops = [node for node in mine.values() if node.parent_id not in mine]
    waiting = [(node, 0) for node in sorted(tops, key=_place, reverse=True)]
    while waiting:
        node, depth = waiting.pop()
        below = sorted((mine[one] for one in tree.children.get(node.id, ()) if one in mine), key=_place, reverse=True)
        waiting += [(one, depth + 1) for one in below]
        if words and not any(words in one.casefold() for one in (node.name, node.code, *node.names.values())):
            continue
        area = areas[node.area_id].title if node.area_id in areas else ""
        indent = "" if words or not depth else "　" * (depth - 1) + "└ "
        yield TreeRow(
            node.id, node.code, node.title, str(UnitKind(node.kind).label), area, indent, people.get(node.id, 0)
        )


def held_people(units: Iterable[int]) -> dict[int, int]:
    """How many active accounts each unit has, in one statement."""
    return {
        unit_id: count
        for unit_id, held in held_by(list(units), only=("account",)).items()
        for _code, _title, count in held
    }


def _place(node: Any) -> tuple[int, str, str]:
    area = area_tree().nodes.get(node.area_id)
    levels = ("city", "district", "street", "community", "group")
    return (levels.index(area.level) if area else 9, area.code if area else "", node.code)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(UNIT_PERMISSION)
def new_unit_page(request: HttpRequest) -> HttpResponse:
    """Adds a unit in the person's areas."""
    form, by = NewUnitForm(request), access_on(request)

    def effect(actor: Actor, _uuid: UUID) -> int:
        return make_unit(actor, form.plan(), code=form.cleaned_data["code"], by=by).unit_id

    answer = form.send(["unit"], effect)
    if answer is None:
        return render(request, "accounts/new_unit.html", {"form": form}, status=form.status)
    return HttpResponseRedirect(f"{reverse('unit', args=[int(answer.body)])}?done=made")


def _unit(access: Access, unit_id: int) -> Unit:
    unit = Unit.objects.filter(id=unit_id, area_id__in=access.areas_with(UNIT_PERMISSION)).first()
    if unit is None:
        raise NotThere(_("There is no such unit in your areas."))
    return unit


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(UNIT_PERMISSION)
def unit_page(request: HttpRequest, unit_id: int) -> HttpResponse:
    """One unit: what it is, what hangs on it, its branches and its changes; sent, it is renamed or moved."""
    unit, by = _unit(access_on(request), unit_id), access_on(request)
    form = UnitForm(request, initial=_initial(unit))
    outside = unit.parent_id if unit.parent_id and not _mine(by, unit.parent_id) else None

    def effect(actor: Actor, _uuid: UUID) -> str:
        return "changed" if change_unit(actor, unit.id, form.plan(outside), by=by) else "same"

    answer = form.send(["unit", unit.id], effect)
    if answer is not None:
        return HttpResponseRedirect(f"{reverse('unit', args=[unit.id])}?done={answer.body}")
    return _show(request, unit, form)


def _mine(by: Access, unit_id: int) -> bool:
    node = unit_tree().nodes.get(unit_id)
    return node is not None and by.may_in_area(UNIT_PERMISSION, node.area_id)


def _initial(unit: Unit) -> dict[str, str]:
    area, above = area_tree().nodes.get(unit.area_id), unit_tree().nodes.get(unit.parent_id or 0)
    return {
        "name": unit.name, "name_en": unit.names.get("en", ""), "kind": str(unit.kind), "area": area.code if area else "",
        "parent": above.code if above else "",
    }  # fmt: skip


def _show(
    request: HttpRequest, unit: Unit, form: UnitForm | None = None, refusal: Refusal | None = None
) -> HttpResponse:
    tree, held = unit_tree(), held_by([unit.id]).get(unit.id, [])
    area, above = area_tree().nodes.get(unit.area_id), tree.nodes.get(unit.parent_id or 0)
    context: dict[str, Any] = {
        "unit": unit, "kind": UnitKind(unit.kind).label, "area": area.title if area else "", "above": above, "held": held,
        "held_words": held_words(held), "branches": [tree.nodes[one] for one in tree.children.get(unit.id, ())],
        "form": form or UnitForm(request, fresh=True, initial=_initial(unit)), "changes": _changes(unit),
        "notice": refusal.sentence if refusal else "", "toasts": _toasts(request),
    }  # fmt: skip
    return render(
        request, "accounts/unit.html", context, status=form.status if form else refusal.status if refusal else 200
    )


def _changes(unit: Unit) -> list[ChangeRow]:
    """The newest changes in words; the newest of all can be undone."""
    rows = list(UnitChange.objects.filter(unit=unit).order_by("-id")[:MOST_CHANGES])
    names = names_of(row.by_id for row in rows)
    return [
        ChangeRow(row.id, row.at, names.get(row.by_id, ""), _change_words(row.before, row.after), place == 0)
        for place, row in enumerate(rows)
    ]


def _change_words(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    if not before:
        return [_("Made")]
    said = []
    if before["in_force"] != after["in_force"]:
        said.append(_("Brought back") if after["in_force"] else _("Taken out of force"))
    for key, title, shown in (
        ("name", _("Name of the unit"), str), ("names", _("English name"), lambda names: names.get("en", "")),
        ("kind", _("Kind"), lambda kind: str(UnitKind(kind).label)),
        ("area_id", _("Area"), _area_title), ("parent_id", _("Unit above"), _unit_title),
    ):  # fmt: skip
        if before[key] != after[key]:
            words = f"{shown(before[key]) or '—'} → {shown(after[key]) or '—'}"
            said.append(_("%(field)s: %(words)s") % {"field": title, "words": words})
    return said


def _area_title(area_id: int) -> str:
    node = area_tree().nodes.get(area_id)
    return node.title if node else ""


def _unit_title(unit_id: int | None) -> str:
    found = Unit.objects.filter(id=unit_id).first() if unit_id else None
    return found.title if found else ""


def _pressed(request: HttpRequest, unit_id: int, what: str, done: str, effect: Any) -> HttpResponseBase:
    unit = _unit(access_on(request), unit_id)
    return answer_once(
        request,
        [what, unit.id],
        lambda actor, _uuid: effect(actor, unit.id),
        to=f"{reverse('unit', args=[unit.id])}?done={done}",
        refused=lambda refusal: _show(request, unit, refusal=refusal),
    )


@posted_from("unit", "unit_id")
@staff_page(UNIT_PERMISSION)
def retire_unit_page(request: HttpRequest, unit_id: int) -> HttpResponseBase:
    """Retires a unit on which nothing hangs."""
    by = access_on(request)
    return _pressed(request, unit_id, "unit retire", "retired", lambda actor, one: retire_unit(actor, one, by=by))


@posted_from("unit", "unit_id")
@staff_page(UNIT_PERMISSION)
def reopen_unit_page(request: HttpRequest, unit_id: int) -> HttpResponseBase:
    """Brings a retired unit back."""
    by = access_on(request)
    return _pressed(request, unit_id, "unit reopen", "reopened", lambda actor, one: reopen_unit(actor, one, by=by))


@posted_from("unit", "unit_id")
@staff_page(UNIT_PERMISSION)
def undo_unit_page(request: HttpRequest, unit_id: int, change_id: int) -> HttpResponseBase:
    """Undoes the newest change of a unit."""
    by = access_on(request)

    def effect(actor: Actor, one: int) -> None:
        if not UnitChange.objects.filter(id=change_id, unit_id=one).exists():
            raise NotThere(_("There is no such change of a unit."))
        undo_unit_change(actor, change_id, by=by)

    return _pressed(request, unit_id, f"unit undo {change_id}", "undone", effect)


unit_urls = [
    path("units/", units_page, name="units"),
    path("units/new/", new_unit_page, name="unit-new"),
    path("units/<int:unit_id>/", unit_page, name="unit"),
    path("units/<int:unit_id>/retire/", retire_unit_page, name="unit-retire"),
    path("units/<int:unit_id>/reopen/", reopen_unit_page, name="unit-reopen"),
    path("units/<int:unit_id>/changes/<int:change_id>/undo/", undo_unit_page, name="unit-undo"),
]
