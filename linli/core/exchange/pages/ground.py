"""What the pages of imports show of a file of ground beside its columns: how it is read, what would change, and its map."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from linli.core.access.public import access_on, staff_page
from linli.core.desk.public import marks
from linli.core.exchange.public import ImportRun, RunState, choices_of, declared_for, find_run, map_file
from linli.core.platform.public import Import, NotThere, ground_files, local_today
from linli.lib.outside import day

# What a file may be read as; a code such as EPSG:4547 is typed beside it.
SYSTEMS = (
    ("", gettext_lazy("As the file says, else WGS 84")), ("wgs84", "WGS 84"), ("cgcs2000", "CGCS2000"), ("gcj02", gettext_lazy("GCJ-02 (maps of phones)")),
    ("bd09", gettext_lazy("BD-09 (Baidu)")),
)  # fmt: skip
WHAT_WORDS = {
    "added": pgettext_lazy("ground", "New"), "changed": pgettext_lazy("ground", "Changed"), "ended": pgettext_lazy("ground", "Ended"),
    "here": pgettext_lazy("ground", "Untouched"),
}  # fmt: skip


def choices_from(form: QueryDict, run: ImportRun) -> ground_files.Choices:
    """How somebody wants the file of a run read, by what they sent; `other` says yes to the proposed meaning."""
    other = ((run.told or {}).get("understood") or {}).get("other")
    agreed = other if form.get("other") == "1" else None
    coordinates = form.get("code", "").strip()[:40] or form.get("coordinates", "")[:40]
    return ground_files.Choices(
        layer=form.get("layer", "")[:200], coordinates=agreed[1] if agreed else coordinates,
        swapped=bool(agreed[2]) if agreed else form.get("swapped") == "1", mend=form.get("mend") == "1",
        begins=form.get("begins", "").strip()[:20], end_missing=form.get("end_missing") == "1",
    )  # fmt: skip


def is_another_layer(choices: ground_files.Choices, run: ImportRun) -> bool:
    """Whether another layer of the file is asked for than the one whose columns stand on the page."""
    known = (run.told or {}).get("understood") or {}
    return bool(choices.layer) and choices.layer in known.get("layers", ()) and choices.layer != known.get("layer")


def reading_of(run: ImportRun, declared: Import) -> dict[str, Any]:
    """What the page of the columns shows of how the file is read."""
    chosen, known = choices_of(run), (run.told or {}).get("understood") or {}
    listed = [code for code, _words in SYSTEMS]
    return {
        "ground": declared.ground, "known": known, "chosen": chosen, "systems": SYSTEMS, "code": "" if chosen.coordinates in listed else chosen.coordinates,
        "today": local_today().isoformat(), "has_shapes": bool(known.get("shapes")),
    }  # fmt: skip


def result_of(run: ImportRun) -> dict[str, Any]:
    """What the page of the result shows: what would change by kind, what is wrong with its place, and the settings of the map."""
    told = (run.told or {}).get("ground") or {}
    choices = choices_of(run)
    changes = [
        {"what": what, "title": WHAT_WORDS[what], "count": count, "first": first, "more": count - len(first)}
        for what, count, first in told.get("changes", ())
    ]
    faults = [ground_files.Fault(*one) for one in told.get("faults", ())]
    has_map = bool(run.uuid and told.get("bounds") and map_file(run.uuid).exists())
    return {
        "changes": changes, "is_ground": True,
        "begins": marks.day_words(at) if (at := day(choices.begins)) else choices.begins, "more_faults": told.get("all_faults", 0) - len(faults),
        "grave": [_fault(one) for one in faults if one.grave], "remarks": [_fault(one) for one in faults if not one.grave],
        "can_mend": any(one.safe for one in faults) and not choices.mend, "drawn": told.get("drawn", 0), "shapes": told.get("shapes", 0),
        "ground_map": {"plan": reverse("import-map", args=[run.id]), "bounds": told["bounds"]} if has_map else None,
        "nothing": not any(one["count"] for one in changes if one["what"] != "here"), "done": run.state != RunState.CHECKED,
    }  # fmt: skip


def _fault(one: ground_files.Fault) -> dict[str, Any]:
    where = pgettext("ground", "Feature %s") % one.number if one.number else _("The file")
    at = f"{one.lon:.6f},{one.lat:.6f}" if one.lon is not None and one.lat is not None else ""
    return {"where": where, "value": one.value, "mend": one.mend, "at": at, "safe": one.safe, "column": one.column}


@require_safe
@staff_page(part=True)
def ground_map(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """What a file of ground would change, as GeoJSON. Only for who may bring it in."""
    access = access_on(request)
    run = find_run(access, run_id)
    declared_for(access, run.code)
    path = map_file(run.uuid) if run.uuid else None
    if path is None or not path.exists():
        raise NotThere(_("This map is not kept any more; check the file again."))
    answer = FileResponse(path.open("rb"), content_type="application/geo+json")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
