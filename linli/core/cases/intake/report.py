"""The way in: a report is given its place (placing.py), unit and deadline, held against similar cases, and kept.

`parse_report` is the door; behind it `report_case` trusts what it gets. What happens afterwards stands in loop/act.py.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.algorithms.tile_keys import tile_key
from linli.algorithms.tracking import new_tracking_number
from linli.core.access.public import Access
from linli.core.areas.public import area_tree
from linli.core.cases.intake.placing import check_inside, locate_report, parse_place
from linli.core.cases.intake.reveal import keep_reporter
from linli.core.cases.intake.similar import Similar, look_around
from linli.core.cases.loop.flow import CASE
from linli.core.cases.loop.keeping import case_columns, category_facts, keep_category, new_case, search_tokens
from linli.core.cases.loop.numbers import next_case_number
from linli.core.cases.loop.timeline import salt_words
from linli.core.cases.models import Case, CaseClock, source_titles
from linli.core.cases.reading.units import desk_for
from linli.core.catalogue.public import CategoryNode, ConditionNode, catalogue, parse_category
from linli.core.flow.public import add_event, new_clock
from linli.core.platform.public import Actor, BadInput, Work, cleaned, in_words, row_uuid, write
from linli.lib.refusal import Refusal as PlainRefusal
from linli.lib.text import clean_phone

DESCRIPTION_MAX, ADDRESS_MAX, NAME_MAX, PHONE_MAX = 2000, 200, 60, 20


@dataclass(frozen=True, slots=True)
class Report:
    """A parsed report. Position in WGS 84 degrees; `area_id` only where there is no position."""

    uuid: UUID
    source: str
    description: str
    lon: float | None = None
    lat: float | None = None
    position_system: str = "WGS84"
    position_given: str = ""
    area_id: int | None = None
    address: str = ""
    category: CategoryNode | None = None
    condition: ConditionNode | None = None
    urgency: str = "normal"
    reporter_name: str = ""
    reporter_phone: str = ""
    source_reference: str = ""
    files: tuple[dict[str, Any], ...] = field(default=())


def parse_report(
    *,
    uuid: UUID,
    source: str,
    description: str,
    lon: float | None = None,
    lat: float | None = None,
    position_system: str = "WGS84",
    outside: bool = False,
    area_code: str = "",
    address: str = "",
    category_id: int | None = None,
    condition_id: int | None = None,
    urgency: str = "normal",
    reporter_name: str = "",
    reporter_phone: str = "",
    source_reference: str = "",
    files: tuple[dict[str, Any], ...] = (),
) -> Report:
    """Turns what came from outside into a Report. Raises BadInput naming field, value and mend.

    `outside` says that a place outside the city is meant; without it such a place is refused with OutsideCity.
    """
    if source not in source_titles():
        raise BadInput(_("The source must be one of: %s.") % ", ".join(source_titles()), field="source")
    if urgency not in ("normal", "urgent"):
        raise BadInput(_("The urgency must be normal or urgent."), field="urgency")
    words = cleaned("description", description, max_chars=DESCRIPTION_MAX)
    category, condition = parse_category(category_id, condition_id)
    if not words and category is None and not files:
        raise BadInput(_("Say in a few words what is wrong, choose a category or add a photo."), field="description")
    area_id: int | None = None
    given, x, y = "", None, None
    if lon is not None and lat is not None:
        x, y, given = parse_place(lon, lat, position_system)
        if not outside:
            check_inside(x, y)
    elif lon is not None or lat is not None:
        raise BadInput(_("A position needs both longitude and latitude."), field="lon" if lon is None else "lat")
    elif area_code:
        node = area_tree().by_code.get(area_code)
        if node is None:
            raise BadInput(_("No area in force has the code %s.") % area_code[:40], field="area_code")
        area_id = node.id
    else:
        raise BadInput(_("Say where it is: put the pin on the map or choose a community."), field="lon")
    return Report(
        uuid=uuid,
        source=source,
        description=words,
        lon=x,
        lat=y,
        position_system=position_system,
        position_given=given,
        area_id=area_id,
        address=cleaned("address", address, max_chars=ADDRESS_MAX, lines=False),
        category=category,
        condition=condition,
        urgency=urgency,
        reporter_name=cleaned("reporter_name", reporter_name, max_chars=NAME_MAX, lines=False),
        reporter_phone=_phone(reporter_phone),
        source_reference=cleaned("source_reference", source_reference, max_chars=80, lines=False),
        files=files,
    )


def _phone(number: str) -> str:
    try:
        return clean_phone(number or "", max_chars=PHONE_MAX)
    except PlainRefusal as refusal:
        raise BadInput(in_words(refusal.sentence), field="reporter_phone") from None


def may_report(access: Access, report: Report, action: str = "report") -> bool:
    """Whether somebody of the staff may bring in this report by `report` or `solve_on_spot`.

    The table lets anybody report, so the permission counts wherever the place is: a worker also sees things on the way
    home.
    Solving on the spot asks for the permission over the area of the place.
    """
    permission = f"case.{action}"
    if action == "report":
        return access.may(permission)
    return access.may_in_area(permission, locate_report(report.lon, report.lat, report.area_id).area_id)


def report_case(actor: Actor, report: Report) -> tuple[Case, list[Similar]]:
    """Keeps a report as a new case in the state `reported`, and gives it with the similar ones that are open.

    Calling it twice with the same uuid raises AlreadyMade the second time; the idempotency protocol answers before. Inside
    another write the rows may come at its end: whoever wants to read them before opens an inner write.
    """
    with write(actor) as work:
        case, similar = _new_case(work, report)
        clock = new_clock(CASE, case, "file", work.now)
        _keep(work, case, report, clock, "report", {"similar": [one.id for one in similar]} if similar else {})
    return case, similar


def _new_case(work: Work, report: Report) -> tuple[Case, list[Similar]]:
    located = locate_report(report.lon, report.lat, report.area_id)
    desk_id = desk_for(located.area_id)
    handler = catalogue().route(report.category, located.area_id, work.now)
    category, condition = report.category, report.condition
    case = new_case(
        **area_tree().scope_columns(located.area_id),
        uuid=row_uuid(work.actor, report.uuid),
        tracking=new_tracking_number(secrets.randbelow),
        source=report.source,
        source_reference=report.source_reference,
        state="reported",
        seq=1,
        urgency=report.urgency,
        description=report.description,
        address=report.address,
        lon=report.lon,
        lat=report.lat,
        tile_key=int(tile_key(report.lon, report.lat)) if report.lon is not None and report.lat is not None else None,
        position_system=report.position_system,
        position_given=report.position_given,
        grid_id=located.grid_id,
        grid_set_id=located.grid_set_id,
        worker_id=located.worker_id,
        reporter_user_id=work.actor.user_id,
        unit_id=desk_id,
        handling_unit_id=handler,
        reported_at=work.now,
    )
    keep_category(case, category, condition)
    case.search_tokens = search_tokens(case)
    salt_words(case)
    return case, look_around(work, report.lon, report.lat, category, uuid=case.uuid)


def _keep(
    work: Work,
    case: Case,
    report: Report,
    clock: dict[str, Any] | None,
    action: str,
    facts: dict[str, Any],
    note: str = "",
) -> None:
    """Inserts a new case with its clock, timeline and reporter, and tells that it came."""
    case.id = work.insert(Case, case_columns(case))
    if clock:
        work.add(CaseClock, {**clock, "case_id": case.id})
    if report.reporter_name or report.reporter_phone:
        keep_reporter(work, case, report.reporter_name, report.reporter_phone)
    add_event(
        CASE,
        work,
        case,
        action=action,
        state_from="",
        uuid=case.uuid,
        facts={
            "source": report.source,
            "grid": case.grid_id,
            "unit": case.unit_id,
            "handling_unit": case.handling_unit_id,
            **category_facts(case),
            **facts,
        },
        note=note,
        files=list(report.files),
    )
    work.emit("case.reported", "case", case.id, {"action": action, "area": case.area_id})


def solve_on_spot(actor: Actor, report: Report, *, note: str) -> Case:
    """A worker solved a small thing on the spot: kept as handled, with photos before and after; somebody else verifies it.

    Raises Refusal without category, words, or a photo of before and one of after.
    """
    if report.category is None or report.condition is None:
        raise BadInput(_("Choose the category of what you solved."), field="category_id")
    roles = {file["role"] for file in report.files}
    if not {"before", "after"} <= roles:
        raise BadInput(_("Add a photo of before and one of after."), field="photos")
    with write(actor) as work:
        case, similar = _new_case(work, report)
        desk_only = case.handling_unit_id is None
        if desk_only and work.actor.unit_id is not None:
            case.handling_unit_id = work.actor.unit_id
        case.state, case.handled_by_id, case.handled_at = "handled", work.actor.user_id, work.now
        case.filed_at = case.dispatched_at = work.now
        case.number = next_case_number(case.home_district, work.now)
        case.search_tokens = search_tokens(case)
        clock = new_clock(CASE, case, "verify", work.now)
        facts = {"number": case.number, "similar": [one.id for one in similar]}
        _keep(work, case, report, clock, "solve_on_spot", facts, note=note)
    return case
