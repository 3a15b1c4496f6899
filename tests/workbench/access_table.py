"""Who gets what from the staff's pages; tests/test_access_table.py asks them."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from linli.core.cases.pages.case_list import CASES
from linli.core.cases.public import CaseFile
from linli.core.grids.public import GridSetVersion
from linli.core.platform.public import local_today
from tests.access_table import NOBODY, PEOPLE, Entry, each, only
from tests.city import TestCity
from tests.desk.access_rows import rows_of

SEES = ("worker", "acceptance", "dispatcher", "verifier", "handler", "supervisor", "leader", "auditor")
REPORTS = ("worker", "other_worker", "acceptance", "other_acceptance", "far_acceptance", "dispatcher")
KNOWS_GRIDS = tuple(who for who in PEOPLE if who not in ("handler", "other_handler", "clerk"))


# Who may do what to many cases at once.
DOES_MANY = {
    "dispatch": ("dispatcher",),
    "accept": ("handler", "other_handler", "clerk"),
    "urge": ("dispatcher", "supervisor", "leader"),
    "supervise": ("supervisor", "leader"),
    "instruct": ("leader",),
    "archive": ("supervisor",),
}


def page(name: str, *args: object, **query: str) -> object:
    """Asks for a page."""
    return lambda client: client.get(reverse(name, args=args), query)


def posted(name: str, version_id: int) -> Callable[[Client], HttpResponse]:
    """Sends the form of a version."""

    def ask(client: Client) -> HttpResponse:
        values = {"effect_id": str(uuid4()), "reason": "look", "day": local_today().isoformat()}
        return client.post(reverse(name, args=[version_id]), values)  # type: ignore[return-value]

    return ask


def entries(city: TestCity) -> list[Entry]:
    """Every page of the staff with every person."""
    case = city.bring_to("handled")
    file = CaseFile.objects.get(case_id=case.id)
    version = GridSetVersion.objects.get()
    # Without case.view the door is shut; with it, but elsewhere, the case is not there.
    seen = only(200, *SEES, otherwise=404, nobody=302, administrator=403)
    part = {**seen, NOBODY: 401}

    def urge(client: Client) -> HttpResponse:
        sent = {"effect_id": str(uuid4()), "seen_seq": str(case.seq), "note": "请尽快"}
        return client.post(reverse("case-action", args=[case.id, "urge"]), sent)  # type: ignore[return-value]

    def reveal(client: Client) -> HttpResponse:
        return client.post(reverse("case-reporter", args=[case.id]), {"purpose": ""})  # type: ignore[return-value]

    acts = {**seen, **dict.fromkeys(SEES, 403), "dispatcher": 302, "supervisor": 302, "leader": 302}
    reveals = only(404, "other_acceptance", "far_acceptance", nobody=302, acceptance=422)
    lists = each(200, nobody=302, administrator=403)
    made = [
        ("home", page("home"), each(200, nobody=302)),
        (
            "settings",
            page("settings"),
            only(403, nobody=302),
        ),  # the administrator has a district, settings are the city's
        ("limits", page("limits"), only(403, nobody=302)),
        ("limit", page("limit", "case", "file"), only(403, nobody=302)),
        ("save-settings", page("save-settings", "example"), each(302, nobody=302)),
        ("map-layer", page("map-layer", "benches", box="115,30,116,31"), only(200, "auditor", "supervisor")),
        ("indicators", page("indicators"), lists),
        ("search", page("search", q="垃圾"), each(200, nobody=302)),
        ("search-found", page("search-found", q="垃圾"), each(200, nobody=401)),
        *((name, page(name), lists) for name in ("queue", "map")),
        ("next-case", page("next-case"), {who: 302 if status == 200 else status for who, status in lists.items()}),
        ("map-cases", page("map-cases", 14, 13426, 6764), {**lists, NOBODY: 401}),
        ("map-list", page("map-list", box="115,30,116,31"), {**lists, NOBODY: 401}),
        *((name, page(name), {**lists, NOBODY: 401}) for name in ("map-shades", "map-days")),
        ("map-place", page("map-place", at="115.005,30.005"), {**lists, NOBODY: 401}),
        ("category-search", page("category-search"), {**lists, NOBODY: 401}),
        ("report", page("report"), only(200, *REPORTS, nobody=302)),
        ("report-solved", page("report-solved"), only(200, "worker", "other_worker", nobody=302)),
        ("similar-cases", page("similar-cases"), only(200, *REPORTS)),
        ("case", page("case", case.id), seen),
        ("case-why", page("case-why", case.id), seen),
        ("case-print", page("case-print", case.id), seen),
        ("case-near", page("case-near", case.id), part),
        (
            "merge-targets",
            page("merge-targets", case.id),
            only(200, "acceptance", other_acceptance=404, far_acceptance=404),
        ),
        # The file's bytes do not exist in the test city, so who may see it finds nothing either.
        (
            "case-file",
            page("case-file", file.id, "thumb"),
            only(404, *(who for who in PEOPLE if who != "administrator")),
        ),
        ("grid-board", page("grid-board"), only(200, *KNOWS_GRIDS, nobody=302)),
        ("grid-versions", page("grid-versions"), only(200, *KNOWS_GRIDS, nobody=302)),
        ("grid-version", page("grid-version", version.id), only(200, *KNOWS_GRIDS, nobody=302)),
        ("map-grids", page("map-grids", 14, 13426, 6764), only(200, *KNOWS_GRIDS)),
        (
            "grid-facts",
            page("grid-facts", "G1"),
            only(200, *KNOWS_GRIDS, other_worker=404, other_acceptance=404, far_acceptance=404),
        ),
        ("map-base", page("map-base", 14, 1, 1), each(204, nobody=204)),
    ]
    shown = [Entry(name, "GET", ask, expected) for name, ask, expected in made]  # type: ignore[arg-type]
    components = each(200, nobody=401, auditor=403)
    readers = tuple(who for who in PEOPLE if who not in ("administrator", "all_roles"))
    return [
        *shown,
        *rows_of(CASES, "", readers, exporters=("supervisor", "leader"), doers=DOES_MANY),
        Entry("map-components", "GET", page("map-components", 14, 13426, 6764), components),  # type: ignore[arg-type]
        Entry("case-action", "POST", urge, acts),
        Entry(
            "case-action",
            "GET",
            page("case-action", case.id, "urge"),
            {**acts, "dispatcher": 200, "supervisor": 200, "leader": 200},
        ),
        Entry("case-reporter", "POST", reveal, reveals),
        # Nobody here answers for all areas of the layer; tests/staff/test_version_pages.py shows who does.
        *(
            Entry(name, "POST", posted(name, version.id), each(403, nobody=302))
            for name in ("grid-version-take-back", "grid-version-move", "grid-version-undo", "grid-version-follow")
        ),
    ]
