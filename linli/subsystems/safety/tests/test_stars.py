"""Stars of rented dwellings: what the rules give and why, once a quarter, confirmed or changed, looked at by another where the owner objects."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from linli.core.access.public import Access, Role
from linli.core.flow.public import Given, Transition
from linli.core.platform.public import SYSTEM, BadInput, NotAllowed, clock_at, day_start, local_today, write
from linli.core.registry.public import PREMISES, PlacedRow, Premises, add_premises
from linli.subsystems.safety.models import Inspection
from linli.subsystems.safety.ratings import Rating
from linli.subsystems.safety.stars.flow import STAR_RATING
from linli.subsystems.safety.stars.lists import RATINGS
from linli.subsystems.safety.stars.proposing import propose_for
from linli.subsystems.safety.stars.quarters import Quarter, quarter_of
from linli.subsystems.safety.stars.rules import BY_CODE, judge, known_of
from linli.subsystems.safety.tests.inspected import officer
from linli.subsystems.safety.tests.inspected import plan_of as inspection_plan_of
from linli.subsystems.safety.tests.test_files import entry_of, look_ahead
from linli.subsystems.safety.tests.test_hazard import TOLD, hazard_of, rectified
from linli.subsystems.safety.tests.test_hazard import TestHazard as HazardSteps
from tests.access_table import signed_in
from tests.city import COMMUNITY, STREET, TestCity
from tests.desk.inherited import ListTests
from tests.flow.contract import FlowContract

NEEDED = ("commitment", "extinguishers", "training", "alarm", "wiring")
DECIDERS = {"supervisor", "leader", "all_roles"}


def dwelling_of(city: TestCity, code: str = "R-1", area: str = COMMUNITY, *, with_file: bool = True) -> Premises:
    """A rented dwelling whose file is complete."""
    columns = {"name": f"柳荫路 {code}", "kind": "rented", "responsible": "周立"}
    row = PlacedRow(code=code, lon=115.005, lat=30.005, area_id=city.areas[area].id, columns=columns)
    add_premises(SYSTEM, [row], source="test")
    found = Premises.objects.get(code=code)
    for kind in NEEDED if with_file else ():
        entry_of(
            city, "supervisor", premises=found, kind=kind, title="", valid_until=local_today() + timedelta(days=400)
        )
    return found


def this_quarter() -> Quarter:
    return quarter_of(local_today())


def propose(quarter: Quarter | None = None, most: int = 200) -> int:
    with write(SYSTEM):
        return propose_for(quarter or this_quarter(), most)


def reasons_of(premises: Premises, quarter: Quarter | None = None) -> tuple[int, list[tuple[str, int]]]:
    stars, found = judge(known_of([premises], quarter or this_quarter()), premises.id)
    return stars, [(rule, points) for rule, points, _finding in found]


class TestRating(FlowContract):
    """The stars of a dwelling of the first community."""

    flow = STAR_RATING
    LEADS = {
        "confirm": ({"proposed"}, "set"), "change": ({"proposed"}, "set"), "appeal": ({"set"}, "appealed"), "uphold": ({"appealed"}, "final"),
        "revise": ({"appealed"}, "final"), "escalate": ({"proposed", "appealed"}, None),
    }  # fmt: skip
    MAY = {
        "confirm": {"supervisor", "all_roles"}, "change": {"supervisor", "all_roles"}, "appeal": {"supervisor", "all_roles"},
        "uphold": {"supervisor", "leader"}, "revise": {"supervisor", "leader"}, "escalate": {"SYSTEM"},
    }  # fmt: skip

    def bring_to(self, city: TestCity, state: str) -> Rating:
        if not Premises.objects.filter(kind="rented").exists():
            dwelling_of(city)
        propose()
        item = Rating.objects.order_by("id").last()
        assert item is not None
        steps = (
            ("set", "all_roles", "confirm", Given()), ("appealed", "supervisor", "appeal", Given(note="灭火器上周已换")),
            ("final", "leader", "uphold", Given(reason="现场未见更换")),
        )  # fmt: skip
        for reached, who, action, given in steps:
            if item.state == state:
                break
            item = self.attempt(city, who, item, action, given)
            assert item.state == reached
        return item

    def given(self, city: TestCity, item: Rating, row: Transition) -> Given:
        words = {name: "说明" for name in row.needs if name in ("note", "reason")}
        return Given(**words, values={"stars": 2 if item.stars != 2 else 3} if "stars" in row.needs else {})

    def test_changed_by_hand_is_said_with_its_reason(self, city: TestCity) -> None:
        item = self.bring_to(city, "proposed")
        with pytest.raises(BadInput) as refused:
            self.attempt(city, "supervisor", item, "change", Given(reason="相同", values={"stars": item.stars}))
        assert refused.value.field == "stars"
        item = self.attempt(city, "supervisor", item, "change", Given(reason="楼道已清空", values={"stars": 4}))
        assert (item.stars, item.proposed, item.by_hand, item.set_by_id) == (4, 5, True, city.users["supervisor"].id)
        page = signed_in(Client(), city.users["leader"]).get(reverse("safety:rating", args=[item.id])).content.decode()
        assert "人工调整" in page
        assert "5星改为4星" in page
        assert "楼道已清空" in page

    def test_another_person_looks_where_the_owner_objects(self, city: TestCity) -> None:
        item = self.bring_to(city, "proposed")
        item = self.attempt(city, "supervisor", item, "confirm", Given())
        item = self.attempt(city, "supervisor", item, "appeal", Given(note="已整改"))
        for action, values in (("uphold", {}), ("revise", {"stars": 3})):
            with pytest.raises(NotAllowed) as refused:
                self.attempt(city, "supervisor", item, action, Given(reason="不变", values=values))
            assert refused.value.code == "own_stars"
        assert self.attempt(city, "leader", item, "revise", Given(reason="属实", values={"stars": 3})).stars == 3


def test_what_costs_stars_is_said_and_adds_up(city: TestCity) -> None:
    dwelling = dwelling_of(city)
    assert reasons_of(dwelling) == (5, [])
    hazard_of(city, premises=dwelling, title="电动车在楼道充电", severity="grave", place="")
    assert reasons_of(dwelling) == (3, [("grave", 2)])
    for number in range(3):
        hazard_of(city, premises=dwelling, title=f"电线老化 {number}", severity="slight", place="")
    assert reasons_of(dwelling) == (2, [("grave", 2), ("slight", 1), ("slight", 0), ("slight", 0)])
    hazard_of(city, premises=dwelling, title="门锁死", severity="grave", place="")
    assert reasons_of(dwelling)[0] == 1, "one star stays"
    other = dwelling_of(city, "R-2", with_file=False)
    assert reasons_of(other) == (4, [("file", 1)])


def test_equipment_that_is_over_costs_a_star_and_does_not_cost_another_as_what_lacks(city: TestCity) -> None:
    dwelling = dwelling_of(city)
    entry_of(city, "supervisor", premises=dwelling, kind="gas", title="", valid_until=this_quarter().first_day)
    assert reasons_of(dwelling) == (4, [("equipment", 1)])
    entry_of(city, "supervisor", premises=dwelling, kind="gas", title="", valid_until=this_quarter().last_day)
    assert reasons_of(dwelling) == (5, [])


def test_what_was_rectified_late_costs_a_star_in_its_quarter_and_what_was_dropped_none(city: TestCity) -> None:
    dwelling, flow = dwelling_of(city), HazardSteps()
    quarter = this_quarter()
    begin = day_start(quarter.first_day) + timedelta(days=3)
    with clock_at(begin):
        item = flow.attempt(city, "worker", hazard_of(city, premises=dwelling, place=""), "tell", TOLD)
        dropped = hazard_of(city, premises=dwelling, severity="grave", place="")
        flow.attempt(city, "supervisor", dropped, "drop", Given(reason="看错了"))
    with clock_at(begin + timedelta(days=30)):
        item = flow.attempt(city, "worker", item, "rectify", rectified())
        flow.attempt(city, "leader", item, "close", Given())
    with clock_at(quarter.ends_at):
        stars, reasons = judge(known_of([dwelling], quarter), dwelling.id)
        assert (stars, [rule for rule, _points, _found in reasons]) == (4, ["late"])
        with translation.override("zh-hans"):
            assert BY_CODE["late"].words(reasons[0][2].facts).startswith("消防通道堵塞：逾期")
        assert reasons_of(dwelling, quarter.following()) == (5, [])


def test_a_job_that_runs_twice_proposes_once_and_each_quarter_has_its_own(city: TestCity) -> None:
    dwelling = dwelling_of(city)
    dwelling_of(city, "R-2")
    add_premises(
        SYSTEM,
        [PlacedRow(code="S-1", lon=115.0, lat=30.0, area_id=dwelling.area_id, columns={"name": "店", "kind": "shop"})],
        source="test",
    )
    look_ahead()
    look_ahead(1)
    before = this_quarter().before()
    assert list(Rating.objects.order_by("id").values_list("term", "state")) == [(before.code, "proposed")] * 2
    assert [propose(most=1), propose(most=1), propose(most=1)] == [1, 1, 0]
    assert Rating.objects.filter(premises_id=dwelling.id).count() == 2


def test_the_page_says_the_reasons_and_leads_to_what_they_are_about(city: TestCity) -> None:
    dwelling = dwelling_of(city, with_file=False)
    hazard = hazard_of(city, premises=dwelling, title="电动车在楼道充电", severity="serious", place="")
    propose()
    rating = Rating.objects.get()
    page = (
        signed_in(Client(), city.users["supervisor"]).get(reverse("safety:rating", args=[rating.id])).content.decode()
    )
    assert "电动车在楼道充电：" in page
    assert reverse("safety:hazard", args=[hazard.id]) in page
    assert "安全档案缺：安全承诺书、灭火器" in page
    assert rating.stars == 3


def test_nobody_sees_stars_who_does_not_see_premises(city: TestCity) -> None:
    roles = {one.code: set(one.permissions) for one in Role.objects.all()}
    assert [
        code
        for code, permissions in roles.items()
        if "star_rating.view" in permissions and PREMISES.view not in permissions
    ] == []
    assert "star_rating.view" in roles["grid_worker"]


@pytest.mark.parametrize(
    ("day", "code", "first", "last"),
    [(date(2026, 1, 1), "2026Q1", date(2026, 1, 1), date(2026, 3, 31)), (date(2026, 12, 31), "2026Q4", date(2026, 10, 1), date(2026, 12, 31)),
     (date(2024, 5, 2), "2024Q2", date(2024, 4, 1), date(2024, 6, 30))],
)  # fmt: skip
def test_a_quarter_knows_its_days(day: date, code: str, first: date, last: date) -> None:
    quarter = quarter_of(day)
    assert (quarter.code, quarter.first_day, quarter.last_day) == (code, first, last)
    assert quarter.before().following() == quarter
    assert quarter.following().before() == quarter
    assert Quarter(2026, 1).before() == Quarter(2025, 4)


class TestRatings(ListTests):
    shown = RATINGS
    address = "/safety/stars/"
    most_statements = 9
    filters: ClassVar = [
        "?q=柳荫路 R1",
        f"?area={COMMUNITY}",
        "?stars=4",
        "?hand=1",
        "?state=set",
        "?waiting=1",
        "?term=2026Q1",
    ]

    def who(self, city: TestCity) -> Access:
        return city.access["supervisor"]

    def somebody_else(self, city: TestCity) -> Access:
        return city.access["other_worker"]

    def every_id(self, access: Access) -> set[int]:
        return set(RATINGS.rows(access).values_list("id", flat=True))

    def grow(self, city: TestCity, count: int) -> None:
        before = Rating.objects.count()
        for number in range(before, before + count):
            area = (COMMUNITY, STREET)[number % 2]
            dwelling_of(city, f"R{number}", area, with_file=number % 3 > 0)
            propose(Quarter(2026, 1 + number % 3))
        for item in Rating.objects.filter(state="proposed").order_by("id")[: count // 2]:
            action = ("confirm", "change")[item.id % 2]
            values = {"stars": 2} if action == "change" else {}
            TestRating().attempt(
                city, "supervisor", item, action, Given(reason="现场核实" if values else "", values=values)
            )


@pytest.mark.parametrize(("cause", "stars"), [("refused", 4), ("closed", 4), ("gone", 5)])
def test_an_inspection_that_was_refused_costs_a_star_and_one_to_which_nobody_came_none(
    city: TestCity, cause: str, stars: int
) -> None:
    dwelling = dwelling_of(city)
    with clock_at(day_start(this_quarter().first_day) + timedelta(days=40)):
        inspection_plan_of(officer(city), city, kinds=("rented",))
        item = Inspection.objects.get(premises_id=dwelling.id)
    Inspection.objects.filter(id=item.id).update(due_on=this_quarter().last_day)
    assert reasons_of(dwelling)[0] == 5, "nobody came"
    Inspection.objects.filter(id=item.id).update(state="missed", cause=cause)
    assert reasons_of(dwelling)[0] == stars
