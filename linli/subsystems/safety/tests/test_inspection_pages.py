"""The form of a plan, and the lists of inspections and plans, by the tests that every form and list inherits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import uuid4

from linli.core.access.public import Access
from linli.core.flow.public import Given, act
from linli.core.platform.public import (
    clock_at,
    local_today,
)
from linli.subsystems.safety.inspection_records import Inspection, InspectionPlan
from linli.subsystems.safety.inspections.flow import INSPECTION
from linli.subsystems.safety.inspections.lists import INSPECTION_PLANS, INSPECTIONS
from linli.subsystems.safety.tests.inspected import (
    LIST,
    form_of,
    inspect,
    plan_of,
    premises_at,
)
from tests.city import BUILT_AT, COMMUNITY, SECOND_COMMUNITY, STREET, TestCity
from tests.desk.inherited import FormTests, ListTests, Typed


class TestPlanForm(FormTests):
    good: ClassVar[Typed] = {
        "title": "春季检查", "level": "community", "area": COMMUNITY, "kinds": ["shop", "rented"], "risks": [], "form": LIST, "every": "month",
        "first_day": "2027-01-01", "last_day": "2027-12-31", "doer": "grid", "team": "", "note": "",
    }  # fmt: skip
    wrong: ClassVar = [
        ({"title": ""}, "title"), ({"area": "nowhere"}, "area"), ({"form": "no-list"}, "form"), ({"last_day": "2026-01-01"}, "last_day"),
        ({"doer": "team"}, "team"), ({"every": "x"}, "every"),
    ]  # fmt: skip

    def who(self, city: TestCity) -> Access:
        form_of()
        return city.access["supervisor"]

    def address(self, city: TestCity) -> str:
        return "/safety/inspection-plans/new/"

    def made(self) -> Iterable[Any]:
        return InspectionPlan.objects.values_list("title", "level", "every", "kinds")

    def expected(self, city: TestCity) -> Any:
        return ("春季检查", "community", "month", ["rented", "shop"])


class TestInspections(ListTests):
    shown = INSPECTIONS
    address = "/safety/inspections/"
    most_statements = 9
    filters: ClassVar = [
        "?q=1", f"?area={COMMUNITY}", "?level=street", "?begun_from=DAY&begun_to=DAY", "?late=1", "?with_hazards=1", "?state=todo", "?waiting=1",
        "?mine=1",
    ]  # fmt: skip

    def who(self, city: TestCity) -> Access:
        return city.access["supervisor"]

    def somebody_else(self, city: TestCity) -> Access:
        return city.access["other_worker"]

    def grow(self, city: TestCity, count: int) -> None:
        """Some of long ago and late, some somewhere else, some with hazards, some that could not be inspected."""
        before, chief = Inspection.objects.count(), city.access["supervisor"]
        for number in range(before, before + count):
            area, lon = ((COMMUNITY, 115.005), (SECOND_COMMUNITY, 115.025))[number % 3 == 2]
            premises_at(city, f"{number}号店", area=area, lon=lon)
        with clock_at(BUILT_AT + timedelta(days=9)):
            plan_of(chief, city, every="once", level="self", last_day=date(2020, 6, 30), area=SECOND_COMMUNITY)
        plan_of(chief, city, level="street", area=COMMUNITY, every="once")
        mine = list(Inspection.objects.filter(area_id=city.areas[COMMUNITY].id, state="todo").order_by("id")[:2])
        inspect(city, "worker", mine[1], {"exit_clear": ""})
        worker, given = city.access["worker"], Given(reason="关门", values={"cause": "closed"})
        act(INSPECTION, worker.actor(), mine[0].id, "not_possible", given, uuid=uuid4(), access=worker)
        Inspection.objects.filter(id=mine[0].id).update(begun_by_id=chief.user_id)

    def walk(self, access: Access, count: int = 3, **given: str) -> list[int]:
        given = {name: words.replace("DAY", f"{local_today():%Y-%m-%d}") for name, words in given.items()}
        return super().walk(access, count, **given)


class TestPlans(ListTests):
    shown = INSPECTION_PLANS
    address = "/safety/inspection-plans/"
    most_statements = 11
    filters: ClassVar = ["?q=检查 1", f"?area={COMMUNITY}", "?level=street", "?every=week", "?in_force=1"]

    def who(self, city: TestCity) -> Access:
        return city.access["supervisor"]

    def somebody_else(self, city: TestCity) -> Access:
        return city.access["other_worker"]

    def grow(self, city: TestCity, count: int) -> None:
        premises_at(city)
        for number in range(count):
            area, every = ((COMMUNITY, "week"), (STREET, "month"))[number % 2]
            level = ("street", "community", "self")[number % 3]
            plan_of(city.access["supervisor"], city, area=area, every=every, level=level, title=f"检查 {number // 2}")
        InspectionPlan.objects.filter(id__in=list(InspectionPlan.objects.values_list("id", flat=True)[:1])).update(
            last_day=date(2020, 1, 1), first_day=date(2020, 1, 1)
        )
