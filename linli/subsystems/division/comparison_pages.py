"""A draft held against what is in force: what publishing it would change, in words and on a map, and the form that publishes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import shapely
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from linli.core.access.public import access_on, staff_page
from linli.core.desk.public import DayField, DeskForm, LineField
from linli.core.grids.public import GridRow, may_publish, parse_beginning
from linli.core.platform.public import NotThere, Refusal
from linli.lib.outside import whole_number
from linli.subsystems.division.drafts.drawn import state_of
from linli.subsystems.division.drafts.publishing import REASON_MAX, Comparison, comparison, publish_draft
from linli.subsystems.division.drafts.selectors import find_draft
from linli.subsystems.division.drafts.services import MOST_STEPS
from linli.subsystems.division.models import GridDraft

PERMISSION = "grid.publish"
SHOWN = 60
TRUE_TO = 5e-6  # degrees, half a metre: nothing that one sees


class PublishForm(DeskForm):
    """From which day the draft is in force, and why."""

    names = {"valid_from": "day"}
    day = DayField(
        label=gettext_lazy("In force from"), required=False, help_text=pgettext_lazy("grid draft", "Left empty: at once."),
    )  # fmt: skip
    reason = LineField(label=gettext_lazy("Why"), max_length=REASON_MAX, required=False)


def _draft(request: HttpRequest, draft_id: int) -> GridDraft:
    draft = find_draft(access_on(request), draft_id)
    if draft is None:
        raise NotThere(_("There is no such draft of grids."))
    return draft


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(PERMISSION)
def comparison_page(request: HttpRequest, draft_id: int) -> HttpResponseBase:
    """What the draft would change; whoever answers for the whole layer publishes it from here, as it was when they looked."""
    access, draft, form = access_on(request), _draft(request, draft_id), PublishForm(request)
    seen = whole_number(request.POST.get("revision", ""), MOST_STEPS)
    answer = form.send(
        ["division.draft.publish", draft_id, seen],
        lambda actor, _uuid: _version(
            publish_draft(
                actor, access=access, draft_id=draft_id, revision=-1 if seen is None else seen,
                valid_from=parse_beginning(form.cleaned_data["day"].isoformat() if form.cleaned_data["day"] else ""),
                reason=form.cleaned_data["reason"],
            )
        ),
    )  # fmt: skip
    if answer is not None:
        return HttpResponseRedirect(reverse("grid-version", args=[int(answer.body)]))
    draft = _draft(request, draft_id)
    context: dict[str, Any] = {
        "draft": draft, "form": form, "is_open": state_of(draft) == "open", "may_publish": may_publish(access, draft.layer),
        "plan": reverse("division:draft-changes", args=[draft_id]),
    }  # fmt: skip
    try:
        context |= _told(comparison(access, draft_id))
    except Refusal as refusal:
        context["notice"] = refusal.sentence
    return render(request, "division/comparison.html", context, status=form.status)


def _version(done: Any) -> int:
    return int(done.version.id)


def _told(found: Comparison) -> dict[str, Any]:
    """What the page shows of a comparison."""
    before = {row.code: row for row in found.before}
    after = {row.code: row for row in found.after}
    groups = [
        {"what": what, "title": title, "grids": [(code, _title(rows[code])) for code in codes[:SHOWN] if code in rows],
         "count": len(codes), "more": max(0, len(codes) - SHOWN)}
        for what, title, codes, rows in (
            ("added", pgettext("ground", "New"), found.change.added, after),
            ("changed", pgettext("ground", "Changed"), found.change.changed, after),
            ("ended", pgettext("ground", "Ended"), found.change.retired, before),
        )
    ]  # fmt: skip
    shapes = shapely.from_wkb([row.polygon for row in (*found.before, *found.after)])
    return {
        "groups": groups, "unchanged": len(found.after) - sum(code in after for code in (*found.change.added, *found.change.changed)),
        "cases": sum(one.count for one in found.moving), "nothing": not any(group["count"] for group in groups),
        "losing": [(worker, _title(before[code])) for worker, code in found.losing if code in before][:SHOWN],
        "gaps": [_title(after[code]) for code in found.gaps[:SHOWN]], "gap_count": len(found.gaps), "more_gaps": max(0, len(found.gaps) - SHOWN),
        "bounds": shapely.total_bounds(shapes).tolist(),
    }  # fmt: skip


def _title(row: GridRow) -> str:
    return row.names.get(get_language() or "", row.name) or row.code


@require_safe
@staff_page(PERMISSION, part=True)
def changes_map(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The grids of the draft's area that are new, changed, ended and untouched, as GeoJSON for the map of the page."""
    try:
        features = list(_features(comparison(access_on(request), draft_id)))
    except NotThere:
        raise
    except Refusal:
        features = []  # the page says why
    content = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    answer = HttpResponse(content, content_type="application/geo+json")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _features(found: Comparison) -> Iterator[dict[str, Any]]:
    added, changed, retired = set(found.change.added), set(found.change.changed), set(found.change.retired)
    drawn = [(row, "ended") for row in found.before if row.code in retired]
    drawn += [
        (row, "added" if row.code in added else "changed" if row.code in changed else "here") for row in found.after
    ]
    for row, what in drawn:
        shape = shapely.simplify(shapely.from_wkb(row.polygon), TRUE_TO)
        properties = {"what": what, "code": row.code, "name": _title(row)}
        yield {"type": "Feature", "geometry": json.loads(shapely.to_geojson(shape)), "properties": properties}
