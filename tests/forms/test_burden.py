"""The report of burden: what every list of the desk does, by month and unit, and what was asked although it was known."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar
from uuid import uuid4

from linli.core.access.public import Access
from linli.core.forms.pages.burden_list import BURDEN, days_of, facts_in
from linli.core.forms.public import Form, burden, fill_in
from linli.core.platform.public import clock_at, local_day, local_today, now
from tests.city import TestCity
from tests.desk.inherited import ListTests, browser

from .documents import form, question
from .test_filling import GRID_FORM, a_grid, published


class TestBurden(ListTests):
    shown = BURDEN
    address = "/forms/burden/"
    most_statements = 12
    filters: ClassVar = ["?unit=STREET", "?month=MONTH"]

    def who(self, city: TestCity) -> Access:
        self.filters[:] = [f"?unit={city.units['street_centre'].code}", f"?month={local_today():%Y-%m}"]
        return city.access["leader"]

    def somebody_else(self, city: TestCity) -> Access:
        return city.access["other_worker"]

    def grow(self, city: TestCity, count: int) -> None:
        leader = city.access["leader"]
        for number in range(count):
            made = published(city, form(question("number", "a"), titles={"zh-hans": f"表 {Form.objects.count()}"}))
            Form.objects.filter(id=made.id).update(owner_unit_id=city.units["street_centre"].id if number % 3 else None)
            with clock_at(now() - timedelta(days=40 if number % 2 else 0)):
                fill_in(leader.actor(), access=leader, uuid=uuid4(), form_id=made.id, given={"a": 1})


def test_what_was_asked_twice_stands_in_its_month_by_unit_and_fact(city: TestCity) -> None:
    about, worker, made = a_grid(city), city.access["worker"], published(city, GRID_FORM)
    before = now() - timedelta(days=40)
    with clock_at(before):
        fill_in(worker.actor(), access=worker, uuid=uuid4(), form_id=made.id, given={"lamps": 8}, about=about)
    fill_in(worker.actor(), access=worker, uuid=uuid4(), form_id=made.id, given={"lamps": 9}, about=about)
    leader = city.access["leader"]
    (one,) = burden(leader, *days_of(f"{local_today():%Y-%m}"))
    assert (one.twice, one.sheets, facts_in(one)) == (1, 1, f"{next(iter(one.facts))} 1")
    assert "1 项系统" in browser(leader).get("/forms/burden/").content.decode()
    month = f"{local_day(before):%Y-%m}"
    (earlier,) = BURDEN.page(leader, BURDEN.asked({"month": month}, leader)).rows
    assert (earlier.twice, earlier.sheets) == (0, 1)
    assert days_of("2026-12") == (date(2026, 12, 1), date(2026, 12, 31))
