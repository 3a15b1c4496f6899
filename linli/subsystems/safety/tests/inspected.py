"""A small plan of inspections in the test city: a shop in the first grid, whose worker goes there each quarter with the list of small premises."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from linli.core.access.public import Access, Role, access_of, create_user, grant_scope
from linli.core.areas.public import area_tree
from linli.core.forms.public import AnswerSheet, Form, save_answers, schema_of, send_sheet
from linli.core.platform.public import SYSTEM, clock_at, local_today, now, receive_photo, work_off, write
from linli.core.registry.public import PlacedRow, Premises, add_premises
from linli.subsystems.safety.inspection_records import Inspection, InspectionPlan
from linli.subsystems.safety.inspections.checklists import asked_of
from linli.subsystems.safety.inspections.filling import begin_checklist
from linli.subsystems.safety.inspections.planning import PlanGiven, make_plan
from tests.api.caller import photo_bytes
from tests.city import BUILT_AT, COMMUNITY, PASSWORD, STREET, TestCity

LIST = "check-small-places"


def officer(city: TestCity, area: str = STREET, name: str = "officer", unit: str = "street_centre") -> Access:
    """A safety officer of an area."""
    with clock_at(BUILT_AT):
        user = create_user(SYSTEM, username=name, display_name="安全专干", unit=city.units[unit], password=PASSWORD)
        grant_scope(SYSTEM, user=user, role=Role.objects.get(code="safety_officer"), area=city.areas[area])
    city.users[name] = user
    found = access_of(user.id)
    assert found is not None
    city.access[name] = found[0]
    return found[0]


def form_of(code: str = LIST) -> Form:
    """A checklist that the department brings."""
    return Form.objects.get(code=code)


def premises_at(
    city: TestCity, name: str = "长河小吃店", area: str = COMMUNITY, lon: float = 115.005, **columns: Any
) -> Premises:
    """Premises of the ledger; the first grid holds the usual place."""
    code = f"P-{name}"
    row = PlacedRow(
        code=code, lon=lon, lat=30.005, area_id=city.areas[area].id, columns={"name": name, "kind": "shop", **columns}
    )
    add_premises(SYSTEM, [row], source="test")
    return Premises.objects.get(code=code)


def plan_given(city: TestCity, area: str = STREET, **changes: Any) -> PlanGiven:
    """What the usual plan says."""
    today = local_today()
    usual: dict[str, Any] = {
        "title": "四季度小场所检查", "level": "street", "area": area_tree().by_code[area], "form_id": form_of().id, "every": "quarter", "doer": "grid",
        "first_day": today, "last_day": date(today.year + 1, 12, 31), "kinds": ("shop",),
    }  # fmt: skip
    return PlanGiven(**usual | changes)


def plan_of(access: Access, city: TestCity, **changes: Any) -> InspectionPlan:
    """The usual plan, whose inspections are given."""
    plan = make_plan(access.actor(), access=access, uuid=uuid4(), given=plan_given(city, **changes))
    work_off()
    return plan


def look(days: float = 0) -> None:
    """What the worker does so many days later: the periodic job and those that it asks for."""
    with clock_at(now() + timedelta(days=days)):
        with write(SYSTEM) as work:
            work.enqueue("safety.look_at_plans", {})
        work_off()


def the_inspection(city: TestCity) -> Inspection:
    """The inspection of the usual plan."""
    premises_at(city)
    plan_of(city.access["supervisor"], city)
    return Inspection.objects.get()


def answers(sheet: AnswerSheet, no: Mapping[str, str] | None = None, *, photo: bool = False) -> dict[str, Any]:
    """Every point answered: those in `no` with no and these words, all others with yes."""
    schema, given = schema_of(sheet.version_id), {}
    for one in asked_of(schema):
        given[one.name] = "no" if one.name in (no or {}) else "yes"
    for name, words in (no or {}).items():
        given[f"{name}_words"] = words
        if photo:
            given[f"{name}_photo"] = [receive_photo(photo_bytes()).id]
    return given


def begun(
    city: TestCity, who: str, item: Inspection, no: Mapping[str, str] | None = None, *, photo: bool = False
) -> AnswerSheet:
    """The checklist of an inspection, filled in and not handed in."""
    access = city.access[who]
    sheet = begin_checklist(access.actor(), access=access, uuid=uuid4(), inspection_id=item.id)
    save_answers(access.actor(), sheet_id=sheet.id, given=answers(sheet, no, photo=photo))
    return sheet


def inspect(
    city: TestCity, who: str, item: Inspection, no: Mapping[str, str] | None = None, *, photo: bool = False
) -> Inspection:
    """The inspection, done by somebody who found this."""
    sheet = begun(city, who, item, no, photo=photo)
    send_sheet(city.access[who].actor(), sheet_id=sheet.id)
    work_off()
    return Inspection.objects.get(id=item.id)
