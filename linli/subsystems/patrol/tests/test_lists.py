"""The lists of patrols, and their forms, with what every list and form does (tests/desk/inherited.py)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from linli.core.access.public import Access, User
from linli.core.platform.public import clock_at
from linli.subsystems.patrol.lists import PLANS, ROUNDS
from linli.subsystems.patrol.public import CheckPoint, PatrolPlan, Round
from tests.city import COMMUNITY, TestCity
from tests.desk.inherited import FormTests, ListTests, Typed, browser
from tests.forms import sent

from .walks import at, patrol_lead, plan_of


def lead_of(city: TestCity) -> Access:
    """The lead of the street, made once in a test."""
    made: Access = city.__dict__.setdefault("lead", None) or patrol_lead(city)
    city.__dict__["lead"] = made
    return made


def other_lead(city: TestCity) -> Access:
    """A lead of another district."""
    return patrol_lead(city, "990102000000", "other-lead")


class TestPlans(ListTests):
    shown = PLANS
    address = "/patrol/plans/"
    most_statements = 10
    filters: ClassVar = ["?q=计划 1", f"?area={COMMUNITY}", "?grid=G1", "?days=every_day", "?days=work_days&q=计划"]

    def who(self, city: TestCity) -> Access:
        return lead_of(city)

    def somebody_else(self, city: TestCity) -> Access:
        return other_lead(city)

    def grow(self, city: TestCity, count: int) -> None:
        lead = lead_of(city)
        street = next(code for code, area in city.areas.items() if area.level == "street" and code[:9] == COMMUNITY[:9])
        for number in range(count):
            days = "every_day" if number % 2 else "work_days"
            where: dict[str, Any] = {"grid_code": "G1"} if number % 3 else {"grid_code": "", "area_code": street}
            plan_of(lead, name=f"计划 {number // 2}", days=days, points=(), **where)


class TestRounds(ListTests):
    shown = ROUNDS
    address = "/patrol/rounds/"
    most_statements = 9
    filters: ClassVar = [f"?area={COMMUNITY}", "?day_from=2026-03-05&day_to=2026-03-06", "?short=1", "?worker=WORKER"]

    def who(self, city: TestCity) -> Access:
        return lead_of(city)

    def somebody_else(self, city: TestCity) -> Access:
        return other_lead(city)

    def walk(self, access: Access, count: int = 3, **given: str) -> list[int]:
        if given.get("worker") == "WORKER":
            given["worker"] = str(User.objects.get(username="worker").id)
        return super().walk(access, count, **given)

    def grow(self, city: TestCity, count: int) -> None:
        lead = lead_of(city)
        street = next(code for code, area in city.areas.items() if area.level == "street" and code[:9] == COMMUNITY[:9])
        plans = [plan_of(lead), plan_of(lead, area_code=street, grid_code="", points=())]
        for number in range(count):
            plan = plans[number % 2]
            opens = at("08:00", days=number // 2)
            scope = {
                name: getattr(plan, name)
                for name in ("home_district", "area_id", "district_id", "street_id", "community_id")
            }
            Round.objects.create(
                **scope, uuid=uuid4(), plan=plan, window_date=opens.date(), opens_at=opens,
                closes_at=opens + timedelta(hours=3), state="closed", begun_at=opens, ended_at=opens + timedelta(hours=4), due_points=2,
                checked_points=number % 3, begun_by_id=city.users["worker"].id if number % 2 else None,
            )  # fmt: skip


class TestPlanForm(FormTests):
    good: ClassVar[Typed] = {
        "name": "晨间巡查", "area": COMMUNITY, "grid": "G1", "days": "every_day", "first": ["08:00", ""], "last": ["11:30", ""],
        "valid_from": "2026-03-04", "points": "东门，115.002，30.002",
    }  # fmt: skip
    wrong: ClassVar = [
        ({"name": "  "}, "name"),
        ({"name": "长" * 81}, "name"),
        ({"area": "990102000000"}, "area"),
        ({"area": "no such area"}, "area"),
        ({"grid": "G999"}, "grid"),
        ({"days": "sometimes"}, "days"),
        ({"valid_from": "04.03.2026"}, "valid_from"),
        ({"valid_from": ""}, "valid_from"),
        ({"valid_to": "2026-03-01"}, "valid_to"),
        ({"first": ["09:00"], "last": ["08:00"]}, "times"),
        ({"points": "东门 115.002 30.002"}, "points"),
        ({"points": "塔山,115.045,30.005"}, "points"),
    ]

    def who(self, city: TestCity) -> Access:
        return lead_of(city)

    def address(self, city: TestCity) -> str:
        lead_of(city)
        return reverse("patrol:new-plan")

    def made(self) -> list[Any]:
        return list(PatrolPlan.objects.values_list("name", "days", "times", "valid_from__year"))

    def expected(self, city: TestCity) -> Any:
        return ("晨间巡查", "every_day", [["08:00", "11:30"]], 2026)


class TestPointForm(FormTests):
    good: ClassVar[Typed] = {"name": "西门", "lon": "115.006", "lat": "30.006"}
    wrong: ClassVar = [
        ({"name": ""}, "name"),
        ({"lon": "", "lat": ""}, "place"),
        ({"lon": "east"}, "place"),
        ({"lat": "95"}, "place"),
        ({"lon": "nan"}, "place"),
        ({"lon": "115.045", "lat": "30.005"}, "place"),
    ]

    def who(self, city: TestCity) -> Access:
        return lead_of(city)

    def address(self, city: TestCity) -> str:
        plan = PatrolPlan.objects.first() or plan_of(lead_of(city))
        return reverse("patrol:new-point", args=[plan.id])

    def made(self) -> list[Any]:
        return list(CheckPoint.objects.filter(valid_to__isnull=True).values_list("name", "lon", "lat"))

    def expected(self, city: TestCity) -> Any:
        return ("西门", 115.006, 30.006)


def test_a_form_of_a_page_opened_by_itself_leads_to_its_page(city: TestCity) -> None:
    plan, client = plan_of(lead_of(city)), Client()
    for name in ("new-point", "end-plan"):
        answer = client.get(reverse(f"patrol:{name}", args=[plan.id]))
        assert answer["Location"] == reverse("patrol:plan", args=[plan.id])


def test_several_plans_are_ended_at_once(city: TestCity) -> None:
    lead = lead_of(city)
    plans = [plan_of(lead, name=f"计划 {number}") for number in range(3)]
    with clock_at(at("09:00")):
        form = sent() | {"ids": [str(plan.id) for plan in plans[:2]], "reason": "工地封闭"}
        page = browser(lead).post("/patrol/plans/bulk/end/", form).content.decode()
    assert page.count("clock--done") == 2
    assert PatrolPlan.objects.filter(valid_to__isnull=True).count() == 1


def test_the_api_gives_the_lists_and_refuses_what_it_does_not_understand(city: TestCity) -> None:
    client, plan = browser(lead_of(city)), plan_of(lead_of(city))
    answer = client.get("/api/v1/patrol/plans", {"days": "work_days", "sort": "-name", "limit": "1"}).json()
    assert [item["id"] for item in answer["items"]] == [plan.id]
    assert (answer["items"][0]["since"], answer["next"]) == ("2026-03-04", None)
    for wrong in ({"days": "sometimes"}, {"sort": "colour"}, {"cursor": "x"}, {"limit": "0"}):
        refused = client.get("/api/v1/patrol/plans", wrong)
        assert (refused.status_code, refused["Content-Type"]) == (422, "application/problem+json"), wrong
