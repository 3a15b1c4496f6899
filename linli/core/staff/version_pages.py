"""The versions of the grids: what is announced, in force and past, by whom and why; and one version, with what can be done about it.

The board of grids stands in pages.py. Whoever changes what a whole layer is divided into must answer for all its areas.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from linli.core.access.public import Access, access_on, names_of, staff_page
from linli.core.areas.public import area_tree
from linli.core.desk.public import DayField, DeskForm, LineField, answer_once, posted_from
from linli.core.grids.public import (
    GridSetVersion,
    changes_of,
    last_version,
    may_publish,
    move_beginning,
    parse_beginning,
    take_back,
    undo,
    version_at,
    version_before,
)
from linli.core.platform.public import Actor, NotAllowed, NotThere, Refusal, local_time, now
from linli.core.staff.public import Following, Force, Post, accept_following, followers

STATES = {
    "announced": (pgettext_lazy("grids", "Announced"), "waiting"), "in_force": (pgettext_lazy("grids", "In force"), "work"),
    "past": (pgettext_lazy("grids", "Past"), "done"), "taken_back": (pgettext_lazy("grids", "Taken back"), "stopped"),
}  # fmt: skip
MOST_VERSIONS = 200
SHOWN_CODES = 60


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version as a page shows it."""

    version: GridSetVersion
    state: str
    words: str
    phase: str
    who: str


class ReasonForm(DeskForm):
    """Why a version is taken back or undone."""

    reason = LineField(label=gettext_lazy("Why"), max_length=200)


class DayForm(DeskForm):
    """Another day for an announced version."""

    names = {"valid_from": "day"}
    day = DayField(label=gettext_lazy("In force from"))


def state_of(version: GridSetVersion, current: GridSetVersion | None) -> str:
    """`announced`, `in_force`, `past` or `taken_back`; `current` is what its layer has in force now."""
    if version.taken_back_at is not None:
        return "taken_back"
    if current is not None and current.id == version.id:
        return "in_force"
    return "announced" if version.valid_from > now() else "past"


def _rows(versions: list[GridSetVersion]) -> list[VersionRow]:
    layers = {one.layer_id for one in versions}
    current = {layer_id: version_at(layer_id, now()) for layer_id in layers}
    people = names_of({one.published_by_id for one in versions if one.published_by_id})
    rows = []
    for one in versions:
        state = state_of(one, current[one.layer_id])
        words, phase = STATES[state]
        who = people.get(one.published_by_id or 0, "") or _("by command")
        rows.append(VersionRow(one, state, str(words), phase, who))
    return rows


@require_GET
@staff_page("grid.view")
def versions_page(request: HttpRequest) -> HttpResponse:
    """All versions of all layers, the newest first."""
    found = list(
        GridSetVersion.objects.select_related("layer", "undoes").order_by("-layer__is_main", "layer_id", "-number")
    )
    groups: dict[int, list[VersionRow]] = {}
    for row in _rows(found[:MOST_VERSIONS]):
        groups.setdefault(row.version.layer_id, []).append(row)
    context = {
        "groups": [(rows[0].version.layer, rows) for rows in groups.values()],
        "too_many": len(found) > MOST_VERSIONS,
    }
    return render(request, "staff/versions.html", context)


@require_GET
@staff_page("grid.view")
def version_page(request: HttpRequest, version_id: int) -> HttpResponse:
    """One version: what it changed, who follows whom, and what can be done about it."""
    return _page(request, _the_version(version_id))


def _the_version(version_id: int) -> GridSetVersion:
    version = GridSetVersion.objects.select_related("layer", "undoes").filter(id=version_id).first()
    if version is None:
        raise NotThere(_("There is no such version of the grids."))
    return version


def _page(
    request: HttpRequest, version: GridSetVersion, *, refusal: Refusal | None = None, form: DeskForm | None = None
) -> HttpResponse:
    access, row = access_on(request), _rows([version])[0]
    last = last_version(version.layer)
    is_last = last is not None and last.id == version.id
    may = is_last and may_publish(access, version.layer)
    change = changes_of(version)
    may_follow = may and row.state in ("announced", "in_force") and version.undoes_id is None
    sees_staff = access.may("staff.view") and row.state in ("announced", "in_force")
    people = names_of({one for one in (version.taken_back_by_id,) if one})
    context = {
        "row": row, "version": version, "change": [
            (_("New"), change.added), (_("Changed"), change.changed), (_("Ended"), change.retired),
        ],
        "shown_codes": SHOWN_CODES, "taken_back_by": people.get(version.taken_back_by_id or 0, "") or _("by command"),
        "followers": _followers(access, version) if sees_staff else [], "may_follow": may_follow,
        "following": Following.objects.filter(version_id=version.id).first(),
        "may_take_back": may and row.state == "announced", "before": version_before(version),
        "may_undo": may and row.state == "in_force" and version_before(version) is not None,
        "day_form": form if isinstance(form, DayForm) else DayForm(request, fresh=True, code="day", initial={"day": local_time(version.valid_from).date()}),
        "reason_form": form if isinstance(form, ReasonForm) else ReasonForm(request, fresh=True, code="why"),
        "notice": refusal.sentence if refusal else _first_error(form),
    }  # fmt: skip
    return render(request, "staff/version.html", context, status=refusal.status if refusal else 422 if form else 200)


def _first_error(form: DeskForm | None) -> str:
    """What is wrong with a dialog that was sent: it is closed again, so the page says it."""
    return str(next(iter(form.errors.values()))[0]) if form is not None and form.errors else ""


def _followers(access: Access, version: GridSetVersion) -> list[dict[str, Any]]:
    """The proposals, of people in areas whose staff the reader sees."""
    reach, tree = set(access.areas_with("staff.view")), area_tree()
    areas = dict(version.layer.grids.values_list("code", "area_id"))
    return [
        {
            "name": one.name, "post": Post(one.post).label, "force": Force(one.force).label, "before": one.before,
            "after": one.after, "households": round(one.households),
        }
        for one in followers(version)
        if areas[one.before] in reach and areas[one.before] in tree.nodes
    ]  # fmt: skip


Does = Callable[[Actor, GridSetVersion, dict[str, Any]], object]


def _done(request: HttpRequest, version_id: int, what: str, form: DeskForm | None, does: Does) -> HttpResponseBase:
    """One step about a version by somebody who may publish its layer; back on the page of whichever version came of it."""
    version = _the_version(version_id)
    if not may_publish(access_on(request), version.layer):
        raise NotAllowed(_("You publish grids only where you answer for all areas of the layer."))
    if form is not None and not form.is_valid():
        return _page(request, version, form=form)
    values = form.cleaned_data if form else {}

    def effect(actor: Actor, _uuid: object) -> int:
        made = does(actor, version, values)
        return made.id if isinstance(made, GridSetVersion) else version.id

    return answer_once(
        request, [f"grids.{what}", version_id], effect, to=lambda body: reverse("grid-version", args=[int(body)]),
        refused=lambda refusal: _page(request, _the_version(version_id), refusal=refusal),
    )  # fmt: skip


@posted_from("grid-version", "version_id")
@staff_page("grid.publish")
def take_back_version(request: HttpRequest, version_id: int) -> HttpResponseBase:
    """Takes back what was announced."""
    return _done(
        request, version_id, "take_back", ReasonForm(request, code="why"),
        lambda actor, version, values: take_back(actor, version=version, reason=values["reason"]),
    )  # fmt: skip


@posted_from("grid-version", "version_id")
@staff_page("grid.publish")
def move_version(request: HttpRequest, version_id: int) -> HttpResponseBase:
    """Gives what was announced another day."""
    return _done(
        request, version_id, "move", DayForm(request, code="day"),
        lambda actor, version, values: move_beginning(
            actor, version=version, valid_from=parse_beginning(values["day"].isoformat())
        ),
    )  # fmt: skip


@posted_from("grid-version", "version_id")
@staff_page("grid.publish")
def undo_version(request: HttpRequest, version_id: int) -> HttpResponseBase:
    """Puts the grids of before back."""
    return _done(
        request, version_id, "undo", ReasonForm(request, code="why"),
        lambda actor, version, values: undo(actor, version=version, reason=values["reason"]).version,
    )  # fmt: skip


@posted_from("grid-version", "version_id")
@staff_page("grid.publish")
def follow_version(request: HttpRequest, version_id: int) -> HttpResponseBase:
    """Has the staff follow as proposed."""
    return _done(
        request, version_id, "follow", None,
        lambda actor, version, _values: accept_following(actor, version=version),
    )  # fmt: skip


version_urls = [
    path("grids/versions/", versions_page, name="grid-versions"),
    path("grids/versions/<int:version_id>/", version_page, name="grid-version"),
    path("grids/versions/<int:version_id>/take-back/", take_back_version, name="grid-version-take-back"),
    path("grids/versions/<int:version_id>/move/", move_version, name="grid-version-move"),
    path("grids/versions/<int:version_id>/undo/", undo_version, name="grid-version-undo"),
    path("grids/versions/<int:version_id>/follow/", follow_version, name="grid-version-follow"),
]
