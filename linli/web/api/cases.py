"""Reading cases: list, one, timeline, what may be done, similar ones, the table of transitions. case_writes.py has the POSTs."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from linli.core.access.public import Access
from linli.core.api.public import (
    Code,
    Cursor,
    Id,
    Instant,
    Lat,
    Lon,
    Words,
    answer,
    cursor_of,
    instant,
    person,
    place_of,
    require,
)
from linli.core.areas.public import area_tree
from linli.core.cases.public import (
    CASE,
    TRANSITIONS,
    Case,
    CaseFilter,
    State,
    Titles,
    alike_seen,
    case_full,
    category_title,
    find_case,
    list_cases,
    parse_place,
    possible,
    similar_cases,
    source_titles,
)
from linli.core.catalogue.public import catalogue
from linli.core.flow.public import TimelineShape, timeline_out, transition_out
from linli.core.platform.public import BadInput, NotThere, now
from linli.web.api import schemas
from linli.web.api.bodies import PositionSystem
from linli.web.api.representations import case_full_out, case_row

router = Router(tags=["cases"])
CaseId = Annotated[Id, Path()]
# What list_cases gives as a place in its two orders; anything else is refused before it gets there.
PLACES = {"new": r"\d{1,16}", "due": r"(?:rest_|\d{4}-\d\d-\d\dT[\d:.+-]{8,24}_[un])\d{1,16}"}


def _known_source(code: str) -> str:
    """A source that the core or a department brings. Raises BadInput for another one."""
    if code and code not in source_titles():
        raise BadInput(_("The source must be one of: %s.") % ", ".join(source_titles()), field="source")
    return code


class CaseQuery(BaseModel):
    """What a list asks for; nothing given: every case that the person may see."""

    words: Words = ""
    state: Annotated[list[State], Field(max_length=20)] = []
    late: bool = False
    mine: Annotated[bool, Field(description="Only what waits for me.")] = False
    unplaced: Annotated[bool, Field(description="Only open cases in no grid and no community.")] = False
    area_code: Code = ""
    unit_id: Id | None = None
    grid_id: Id | None = None
    source: Annotated[str, Field(max_length=16, description=f"One of: {', '.join(source_titles())}.")] = ""
    category: Annotated[str, Field(max_length=20, description="Code of a category.")] = ""
    since: Instant | None = None
    until: Instant | None = None
    order: Literal["new", "due"] = "new"
    cursor: Cursor = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 50


@router.get(
    "", response={200: schemas.CasePageOut}, url_name="cases", operation_id="listCases", summary="Cases that I may see"
)
def list_of_cases(request: HttpRequest, wanted: Query[CaseQuery]) -> HttpResponse:
    """Newest first, or most urgent first (`order=due`). Pages stay where they are while cases are added."""
    at = now()
    page = list_cases(
        person(request),
        _filter(wanted),
        cursor=place_of(wanted.order, wanted.cursor, PLACES[wanted.order]),
        rows_per_page=wanted.limit,
    )
    titles = Titles()
    rows = [case_row(case, at, titles) for case in page.rows]
    return answer({"cases": rows, "next": cursor_of(wanted.order, page.next_cursor)})


def _filter(wanted: CaseQuery) -> CaseFilter:
    area_id = None
    if wanted.area_code:
        node = area_tree().by_code.get(wanted.area_code)
        if node is None:
            raise BadInput(_("No area in force has the code %s.") % wanted.area_code, field="area_code")
        area_id = node.id
    if "\0" in wanted.category:
        raise BadInput(_("This is not written as expected; check it once more."), field="category")
    return CaseFilter(
        words=wanted.words.replace("\0", " "),
        states=tuple(state.value for state in wanted.state),
        late=wanted.late,
        mine=wanted.mine,
        unplaced=wanted.unplaced,
        area_id=area_id,
        unit_id=wanted.unit_id,
        grid_id=wanted.grid_id,
        source=_known_source(wanted.source),
        category=wanted.category,
        since=wanted.since,
        until=wanted.until,
        order=wanted.order,
    )


class SimilarQuery(BaseModel):
    """A place and, if known, a category."""

    lon: Lon
    lat: Lat
    position_system: PositionSystem = "WGS84"
    category_id: Id | None = None


@router.get(
    "/similar",
    response={200: schemas.SimilarList},
    url_name="similar",
    operation_id="similarCases",
    summary="Open cases near by",
)
def similar(request: HttpRequest, at: Query[SimilarQuery]) -> HttpResponse:
    """Within 50 m and 24 hours, or as the category says; only cases that the person may see."""
    access = require(request, "case.report")
    lon, lat, _given = parse_place(at.lon, at.lat, at.position_system)
    category = catalogue().categories.get(at.category_id) if at.category_id else None
    found = similar_cases(lon, lat, category, now())
    mine = alike_seen(access, found)
    return answer(
        {
            "cases": [
                {
                    "id": one.id,
                    "number": one.number,
                    "category_name": one.category_name,
                    "category_title": category_title(one),
                    "description": one.description,
                    "state": one.state,
                    "reported_at": instant(one.reported_at),
                    "distance_m": round(one.distance_m, 1),
                }
                for one in found
                if one.id in mine
            ]
        }
    )


@router.get(
    "/{int:case_id}", response={200: schemas.CaseOut}, url_name="case", operation_id="getCase", summary="A case"
)
def one_case(request: HttpRequest, case_id: CaseId) -> HttpResponse:
    """With its files, clocks, requests and units, without who reported it."""
    access = person(request)
    return answer(case_full_out(case_full(seen(access, case_id)), access))


@router.get(
    "/{int:case_id}/timeline",
    response={200: TimelineShape},
    url_name="timeline",
    operation_id="getTimeline",
    summary="Its timeline",
)
def timeline(request: HttpRequest, case_id: CaseId) -> HttpResponse:
    """Everything that happened, oldest first."""
    return answer(timeline_out(CASE, case_full(seen(person(request), case_id)).timeline))


@router.get(
    "/{int:case_id}/possible-actions",
    response={200: schemas.TransitionList},
    url_name="possible-actions",
    operation_id="possibleActions",
    summary="What I may do with it now",
)
def possible_actions(request: HttpRequest, case_id: CaseId) -> HttpResponse:
    """The rows of the table of transitions that hold for this person and this case."""
    access = person(request)
    return answer({"transitions": [transition_out(CASE, row) for row in possible(seen(access, case_id), access)]})


def seen(access: Access, case_id: int) -> Case:
    """A case that the person may see. Raises NotThere."""
    case = find_case(access, case_id)
    if case is None:
        raise NotThere(_("There is no such case."))
    return case


table_router = Router(tags=["catalogue"])


@table_router.get(
    "",
    response={200: schemas.TransitionList},
    url_name="transitions",
    operation_id="listTransitions",
    summary="The table of transitions",
)
def transitions(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - an endpoint's form
    """All of it: what may happen in which state, who may, what they give. The state before a case exists is empty."""
    return answer({"transitions": [transition_out(CASE, row) for row in TRANSITIONS]})
