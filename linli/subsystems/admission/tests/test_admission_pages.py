"""The form by which a department asks, and the lists of requests, grids and departments, with what each of their kind must do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar
from uuid import uuid4

from django.urls import reverse

from linli.core.access.public import Access, Unit
from linli.core.grids.public import Grid, GridShape
from linli.subsystems.admission.admissions.lists import ADMISSIONS, DEPARTMENTS, LOADS
from linli.subsystems.admission.public import Admission
from tests.city import COMMUNITY, STREET, TestCity
from tests.desk.inherited import FormTests, ListTests, Typed, browser

from .test_admission import MONTH, admitted, asked, do


class TestAdmissionForm(FormTests):
    good: ClassVar[Typed] = {
        **{name: str(value) for name, value in MONTH.items()}, "first_day": "2027-01-01", "last_day": "2027-12-31", "areas": [COMMUNITY],
        "grids": ["G3"],
    }  # fmt: skip
    wrong: ClassVar = [
        ({"legal_basis": " "}, "legal_basis"), ({"duty_department": ""}, "duty_department"), ({"duty_grid": ""}, "duty_grid"),
        ({"hours": ""}, "hours"), ({"hours": "0"}, "hours"), ({"amount": ""}, "amount"), ({"payer": ""}, "payer"), ({"title": ""}, "title"),
        ({"last_day": "2026-12-31"}, "last_day"), ({"areas": [], "grids": []}, "areas"), ({"grids": ["G5"]}, "grids"),
    ]  # fmt: skip

    def who(self, city: TestCity) -> Access:
        return city.access["handler"]

    def address(self, city: TestCity) -> str:
        return "/admission/new/"

    def stranger(self, city: TestCity) -> Access:
        return city.access["worker"]

    def made(self) -> Iterable[Any]:
        return [(one.title, one.hours_month, one.state, one.grids.count()) for one in Admission.objects.order_by("id")]

    def expected(self, city: TestCity) -> Any:
        return (MONTH["title"], Decimal("6.00"), "asked", 3)


class TestAdmissions(ListTests):
    shown = ADMISSIONS
    address = "/admission/"
    most_statements = 11
    filters: ClassVar = [
        "?q=检查 1", "?waiting=1", "?state=admitted", "?every=week", "?department=environment", "?grid=G3",
        "?ends_from=2027-03-01&ends_to=2027-03-31", "?mine=1",
    ]  # fmt: skip

    def who(self, city: TestCity) -> Access:
        return city.access["supervisor"]

    def somebody_else(self, city: TestCity) -> Access:
        return city.access["other_worker"]

    def grow(self, city: TestCity, count: int) -> None:
        for number in range(count):
            areas = (COMMUNITY,) if number % 3 else (STREET,)
            who = ("handler", "other_handler")[number % 2]
            item = asked(
                city, who, areas, title=f"检查 {number // 2}", every="week" if number % 4 == 1 else "month",
                last_day=date(2027, 3 if number % 2 else 6, 1 + number % 25),
            )  # fmt: skip
            if number % 5 == 0:
                do(city, "supervisor", item, "examine", note="好")
                do(city, "supervisor", item, "admit", note="同意")
        Admission.objects.filter(title="检查 1").update(begun_by_id=city.users["supervisor"].id)


class TestLoads(ListTests):
    shown = LOADS
    address = "/admission/loads/"
    most_statements = 9
    filters: ClassVar = ["?q=G1", "?area=990101001001", "?over=1", "?idle=1"]

    def who(self, city: TestCity) -> Access:
        return city.access["leader"]

    def somebody_else(self, city: TestCity) -> Access:
        return city.access["other_worker"]

    def grow(self, city: TestCity, count: int) -> None:
        """Grids of the test city are five; what they carry grows."""
        more_grids(city, count)
        admitted(city, hours=Decimal(50))


def more_grids(city: TestCity, count: int) -> None:
    """Further grids in the far communities of the district, with their shapes."""
    shape = GridShape.objects.filter(grid__code="G3").get()
    for number in range(count):
        grid = Grid.objects.get(code="G3")
        grid.pk, grid.code, grid.uuid = None, f"H{Grid.objects.count()}-{number}", uuid4()
        grid.save(force_insert=True)
        shape.pk, shape.grid = None, grid
        shape.save(force_insert=True)


class TestDepartments(ListTests):
    shown = DEPARTMENTS
    address = "/admission/departments/"
    most_statements = 10
    filters: ClassVar = ["?q=环卫"]

    def who(self, city: TestCity) -> Access:
        return city.access["supervisor"]

    def somebody_else(self, city: TestCity) -> Access:
        return city.access["other_worker"]

    def grow(self, city: TestCity, count: int) -> None:
        """Of every department one request."""
        item = admitted(city)
        for number in range(count):
            unit = Unit.objects.get(code="roads")
            unit.pk, unit.code, unit.name = None, f"d{Unit.objects.count()}-{number}", f"第{number}所"
            unit.save(force_insert=True)
            item.pk, item.uuid, item.unit_id = None, uuid4(), unit.id
            item.save(force_insert=True)


def test_what_was_refused_is_asked_again_from_a_copy_by_the_same_department_only(city: TestCity) -> None:
    item = asked(city)
    address, mine = reverse("admission:admission", args=[item.id]), browser(city.access["handler"])
    assert "?copy=" not in mine.get(address).content.decode()
    do(city, "leader", item, "refuse", reason="没有依据")
    assert f"?copy={item.id}" in mine.get(address).content.decode()
    assert "?copy=" not in browser(city.access["leader"]).get(address).content.decode()
    again = mine.get(f"{reverse('admission:new')}?copy={item.id}").content.decode()
    assert item.legal_basis in again
    assert re.search(rf'value="{COMMUNITY}"[^>]* checked', again)
    assert (
        item.legal_basis
        not in browser(city.access["other_handler"]).get(f"/admission/new/?copy={item.id}").content.decode()
    )
