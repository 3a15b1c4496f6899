"""How the reports of the demo city spread over its days, whatever weekday it is there: known from the plans, before any is told."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from linli.core.catalogue.public import catalogue
from linli.core.platform.public import clock_at
from linli.demo import seed
from linli.demo.city import City
from linli.demo.life import Town
from linli.demo.office_time import ZONE, OfficeTime
from linli.demo.plans import plan_cases
from linli.demo.staged import StagedLife

MONDAY = datetime(2026, 11, 16, 2, 40, tzinfo=UTC)


@pytest.mark.slow
def test_on_no_weekday_does_a_working_day_before_it_stand_out(city: City, db: None) -> None:
    with clock_at(MONDAY - seed.SET_UP_BEFORE):
        staff = seed._set_up(city, MONDAY)
    town = Town(city.seed, staff, OfficeTime(catalogue().calendar), photo=None, watch=None, begin=None)  # type: ignore[arg-type]
    busiest = {}
    for number in range(7):
        present = MONDAY + timedelta(days=number)
        days = Counter[object]()
        for plan in plan_cases(city, present, cases=1200, photos=600, first_grid=min(staff.workers)):
            # The first thing on a staged way is the instant of its report, counted back from now.
            at = plan.reported_at if plan.share is None else next(StagedLife(town, plan, present).way())
            days[at.astimezone(ZONE).date()] += 1
        today = present.astimezone(ZONE).date()
        work_days = [today - timedelta(days=back) for back in range(1, 29)]
        counts = [days[day] for day in work_days if day.weekday() < 5]
        assert len(counts) == 20
        busiest[f"{today:%A}"] = max(counts) / (sum(counts) / 20)
    # What stands open today was for the most part reported on the working day before, which is the busiest of the four weeks.
    assert {day: share for day, share in busiest.items() if not 1.5 < share < 2.4} == {}
