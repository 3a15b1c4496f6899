"""Similar cases (相似案卷): a circle of 50 m and 24 hours, or as the category says; each case counts once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import cos, radians

import pytest

from linli.core.cases.public import Case, similar_cases
from linli.core.catalogue.public import Category, catalogue
from linli.core.platform.public import SYSTEM, bump, clock_at, write
from tests.city import TestCity

MONDAY_TEN = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)
LON, LAT = 115.005, 30.005
NORTH = 1 / 111_195
EAST = NORTH / cos(radians(LAT))


def found(city: TestCity, *, east_m: float, north_m: float, hours: float = 1) -> bool:
    """Whether a report so many metres away and so much later finds the first one."""
    instant = MONDAY_TEN + timedelta(hours=hours)
    near = similar_cases(LON + east_m * EAST, LAT + north_m * NORTH, city.category(), instant)
    assert len(near) <= 1
    return [one.id for one in near] == [Case.objects.get().id]


@pytest.fixture
def reported(city: TestCity) -> TestCity:
    """One report at the middle of the first grid, Monday at ten."""
    with clock_at(MONDAY_TEN):
        city.report()
    return city


@pytest.mark.parametrize(
    ("east_m", "north_m", "expected"),
    [(0, 0, True), (49, 0, True), (0, 49, True), (34, 34, True), (51, 0, False), (0, -51, False), (45, 45, False), (-40, 40, False)],
)  # fmt: skip
def test_fifty_metres_are_a_circle(reported: TestCity, east_m: float, north_m: float, expected: bool) -> None:
    assert found(reported, east_m=east_m, north_m=north_m) is expected


@pytest.mark.parametrize(("hours", "expected"), [(23.9, True), (24.1, False)])
def test_a_day_back_counts_and_no_more(reported: TestCity, hours: float, expected: bool) -> None:
    assert found(reported, east_m=0, north_m=0, hours=hours) is expected


@pytest.mark.parametrize(("radius_m", "away_m", "expected"), [(200, 150, True), (200, 210, False), (20, 30, False)])
def test_a_category_may_have_a_radius_of_its_own(
    reported: TestCity, radius_m: int, away_m: float, expected: bool
) -> None:
    Category.objects.filter(id=reported.category().id).update(similar_radius_m=radius_m)
    with write(SYSTEM):
        bump("catalogue")
    assert catalogue().categories[reported.category().id].similar_radius_m == radius_m
    assert found(reported, east_m=away_m, north_m=0) is expected
