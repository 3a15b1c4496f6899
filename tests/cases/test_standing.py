"""Limits, hours, holidays and rules are bound as they stand: who changes them by SQL is found."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from linli.core.cases.models import CalendarDay
from linli.core.cases.public import set_calendar_day, set_office_hours, set_up_catalogue
from linli.core.platform.public import SYSTEM, verify, write
from tests.city import TestCity

HOURS = [[["08:00", "12:00"]]] * 5 + [[], []]


def findings() -> set[str]:
    return {f"{one.kind} {one.place}" for one in verify()}


def by_sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount >= 1


@pytest.fixture
def bound(city: TestCity) -> None:
    """A catalogue with hours and a holiday, and a trail that is whole."""
    set_office_hours(SYSTEM, valid_from=date(2026, 1, 1), hours=HOURS)
    set_calendar_day(SYSTEM, day=date(2026, 12, 24), is_workday=False, name="停电")
    set_up_catalogue()
    assert findings() == set()


@pytest.mark.parametrize(
    ("table", "statement"),
    [
        ("cases_filingcondition", "UPDATE cases_filingcondition SET limit_amount = 99 WHERE number = 1"),
        (
            "cases_category",
            "UPDATE cases_category SET valid_to = valid_from WHERE id = (SELECT min(id) FROM cases_category)",
        ),
        ("cases_stagelimit", "UPDATE cases_stagelimit SET amount = 99 WHERE stage = 'file'"),
        ("cases_stagelimit", "DELETE FROM cases_stagelimit WHERE stage = 'file'"),
        ("cases_officehours", "DELETE FROM cases_officehours"),
        ("cases_calendarday", "UPDATE cases_calendarday SET day = '2026-12-25'"),
        ("cases_routingrule", "UPDATE cases_routingrule SET valid_to = valid_from"),
        ("cases_returnrule", "DELETE FROM cases_returnrule WHERE id = (SELECT min(id) FROM cases_returnrule)"),
    ],
)
def test_what_decides_how_long_somebody_has_is_not_changed_unseen(bound: None, table: str, statement: str) -> None:
    by_sql(statement)
    assert findings() == {f"standing {table} all"}


def test_a_row_added_to_a_bound_table_shows(bound: None) -> None:
    by_sql("INSERT INTO cases_calendarday (day, is_workday, name, origin) VALUES ('2026-12-31', false, '', 'city')")
    assert findings() == {"standing cases_calendarday all"}


def test_words_that_decide_nothing_may_change(bound: None) -> None:
    by_sql("UPDATE cases_calendarday SET name = '改名'")
    assert findings() == set()


def test_a_service_that_forgets_to_bind_what_it_changes_fails_the_suite(db: None) -> None:
    with pytest.raises(AssertionError, match="cases_calendarday"), write(SYSTEM):
        CalendarDay.objects.create(day=date(2026, 12, 24), is_workday=False)
