"""The form that prepares a campaign and the list of campaigns, with what each of their kind must do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, ClassVar

from linli.core.access.public import Access
from linli.core.platform.public import local_today
from linli.subsystems.admission.campaigns.lists import CAMPAIGNS
from linli.subsystems.admission.models import Campaign
from tests.city import COMMUNITY, SECOND_COMMUNITY, TestCity
from tests.desk.inherited import FormTests, ListTests, Typed

from .test_campaigns import form_of, prepared, step


class TestCampaignForm(FormTests):
    good: ClassVar[Typed] = {
        "title": "加装电梯意愿征集", "form": "lifts", "first_day": "2027-01-01", "last_day": "2027-01-31", "areas": [COMMUNITY], "grids": ["G3"],
        "per_grid": "20", "for_residents": "on", "instructions": "逐栋入户",
    }  # fmt: skip
    wrong: ClassVar = [
        ({"title": " "}, "title"), ({"form": "no such"}, "form"), ({"form": ""}, "form"), ({"last_day": "2026-12-31"}, "last_day"),
        ({"areas": [], "grids": []}, "areas"), ({"per_grid": "0"}, "per_grid"), ({"grids": ["G4"]}, "grids"),
    ]  # fmt: skip

    def who(self, city: TestCity) -> Access:
        return city.access["leader"]

    def address(self, city: TestCity) -> str:
        form_of(city)
        return "/admission/campaigns/new/"

    def stranger(self, city: TestCity) -> Access:
        return city.access["worker"]

    def made(self) -> Iterable[Any]:
        return [
            (one.title, one.per_grid, one.for_residents, one.grids.count()) for one in Campaign.objects.order_by("id")
        ]

    def expected(self, city: TestCity) -> Any:
        return ("加装电梯意愿征集", 20, True, 3)


class TestCampaigns(ListTests):
    shown = CAMPAIGNS
    address = "/admission/campaigns/"
    most_statements = 10
    filters: ClassVar = [
        "?q=征集 1", "?waiting=1", "?state=running", "?residents=1", "?ends_from=2027-03-01&ends_to=2027-03-31", "?mine=1",
    ]  # fmt: skip

    def who(self, city: TestCity) -> Access:
        return city.access["leader"]

    def somebody_else(self, city: TestCity) -> Access:
        return city.access["other_worker"]

    def grow(self, city: TestCity, count: int) -> None:
        form = form_of(city)
        for number in range(count):
            item = prepared(
                city, ("leader", "supervisor")[number % 2], (COMMUNITY if number % 3 else SECOND_COMMUNITY,), title=f"征集 {number // 2}", form=form,
                per_grid=number % 2 or None, for_residents=number % 4 > 1, first_day=local_today(),
                last_day=date(2027, 3 if number % 2 else 6, 1) + timedelta(days=number % 25),
            )  # fmt: skip
            if number % 5 == 0:
                step(city, "leader", item, "open")
