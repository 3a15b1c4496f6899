"""The home page of the staff: what waits for me, what is late, today's numbers; each figure leads to the list behind it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from linli.core.access.public import Access, access_on, factor_due_at, notices_for, staff_page
from linli.core.cases.public import OPEN_STATES, CaseFilter, State, case_rows_of, has_queue, home_counts, list_cases
from linli.core.grids.public import main_layer
from linli.core.platform.public import Tile, day_start, local_today, now, parts, title_in
from linli.core.setup.public import administers_city, steps_of
from linli.core.staff.public import gap_count, grids_of

MOST_URGENT = 8
MOST_FIGURES, FEWEST_TILES = 8, 3  # what stands above the work; the other tiles open below it


@dataclass(frozen=True)
class Figure:
    """One number with its words, its weight and the list behind it."""

    value: int
    label: str
    url: str
    tone: str = ""


@dataclass(frozen=True)
class StateCount:
    """How many open cases stand in a state; `share` is in percent of the largest."""

    state: str
    word: str
    count: int
    share: int
    url: str


@require_GET
@staff_page()
def home_page(request: HttpRequest) -> HttpResponse:
    """The home page of whoever is signed in."""
    access = access_on(request)
    context: dict[str, object] = {
        "today": local_today(),
        "may_report": access.may("case.report"),
        "notices": notices_for(access.user_id),
        "factor_due": factor_due_at(access),
    }
    if access.may("case.view"):
        context |= _case_work(access)
    figures, tiles = context.get("figures", []), tiles_for(access)
    shown = max(MOST_FIGURES - len(figures), FEWEST_TILES) if isinstance(figures, list) else 0
    shown += len(tiles) == shown + 1  # a button for one more figure takes as much room as the figure
    context |= {"tiles": tiles[:shown], "more_tiles": tiles[shown:]}
    if administers_city(access):
        context["lacking"] = [one.title for one in steps_of(access) if one.stands_still]
    if access.may("staff.view"):
        layer = main_layer()
        mine = [layer.nodes[grid_id] for grid_id in grids_of(access.user_id) if layer and grid_id in layer.nodes]
        context |= {"my_grids": mine, "gap_count": 0 if mine else gap_count(access)}
    return render(request, "workbench/home.html", context)


def tiles_for(access: Access) -> list[Figure]:
    """The figures that departments put on the home page of this person, those that alarm first."""
    counted = ((tile, tile.count(access)) for tile in parts(Tile) if access.may(tile.permission))
    found = [
        Figure(count, title_in(tile.titles), reverse(tile.url_name), "red" if tile.alarming and count else "")
        for tile, count in counted
        if count is not None
    ]
    return sorted(found, key=lambda figure: not figure.tone)


def _case_work(access: Access) -> dict[str, object]:
    today, instant = local_today(), now()
    counts, works = home_counts(access, day_start=day_start(today)), has_queue(access)
    cases, day = reverse("cases"), today.isoformat()
    figures = [
        Figure(counts.late, _("Overdue"), f"{cases}?clock=red&order=due", "red" if counts.late else ""),
        Figure(counts.amber, _("Due soon"), f"{cases}?clock=amber&order=due", "amber" if counts.amber else ""),
        Figure(counts.open, pgettext("figure", "Open"), f"{cases}?state={','.join(OPEN_STATES)}"),
        Figure(counts.reported_today, _("Reported today"), f"{cases}?since={day}"),
        Figure(counts.closed_today, _("Closed today"), f"{cases}?closed={day}"),
    ]
    if works:
        figures.insert(0, Figure(counts.waiting, _("Waiting for me"), reverse("queue")))
    wanted = CaseFilter(mine=True, order="due") if works else CaseFilter(late=True, order="due")
    most = max(counts.by_state.values(), default=0)
    states = [
        StateCount(
            name,
            str(State(name).label),
            counts.by_state[name],
            round(100 * counts.by_state[name] / most),
            f"{cases}?state={name}",
        )
        for name in OPEN_STATES
        if counts.by_state.get(name)
    ]
    rows = case_rows_of(list_cases(access, wanted, rows_per_page=MOST_URGENT).rows, instant)
    return {
        "figures": figures,
        "rows": rows,
        "works": works,
        "states": states,
        "more_url": reverse("queue") if works else figures[0].url,
    }


home_urls = [path("home/", home_page, name="home")]
