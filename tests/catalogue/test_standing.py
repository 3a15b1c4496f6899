"""Limits, hours, holidays and rules are bound as they stand: who changes them by SQL is found."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from hashlib import sha256

import pytest
from django.db import connection

from linli.core.catalogue.models import CalendarDay
from linli.core.catalogue.public import keep_stage_limit, set_calendar_day, set_office_hours, set_up_catalogue
from linli.core.platform.public import SYSTEM, standing, verify, write
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
    keep_stage_limit(
        SYSTEM, flow="case", stage="file", valid_from=date(2026, 1, 1), amount=Decimal(3), unit="work_hour"
    )
    assert findings() == set()


@pytest.mark.parametrize(
    ("table", "statement"),
    [
        ("catalogue_filingcondition", "UPDATE catalogue_filingcondition SET limit_amount = 99 WHERE number = 1"),
        (
            "catalogue_category",
            "UPDATE catalogue_category SET valid_to = valid_from WHERE id = (SELECT min(id) FROM catalogue_category)",
        ),
        ("catalogue_stagelimit", "UPDATE catalogue_stagelimit SET amount = 99 WHERE stage = 'file'"),
        ("catalogue_stagelimit", "DELETE FROM catalogue_stagelimit WHERE stage = 'file'"),
        ("catalogue_officehours", "DELETE FROM catalogue_officehours"),
        ("catalogue_calendarday", "UPDATE catalogue_calendarday SET day = '2026-12-25'"),
        ("catalogue_routingrule", "UPDATE catalogue_routingrule SET valid_to = valid_from"),
        (
            "catalogue_returnrule",
            "DELETE FROM catalogue_returnrule WHERE id = (SELECT min(id) FROM catalogue_returnrule)",
        ),
    ],
)
def test_what_decides_how_long_somebody_has_is_not_changed_unseen(bound: None, table: str, statement: str) -> None:
    by_sql(statement)
    assert findings() == {f"standing {table} all"}


def test_a_row_added_to_a_bound_table_shows(bound: None) -> None:
    by_sql("INSERT INTO catalogue_calendarday (day, is_workday, name, origin) VALUES ('2026-12-31', false, '', 'city')")
    assert findings() == {"standing catalogue_calendarday all"}


def test_words_that_decide_nothing_may_change(bound: None) -> None:
    by_sql("UPDATE catalogue_calendarday SET name = '改名'")
    assert findings() == set()


def test_a_service_that_forgets_to_bind_what_it_changes_fails_the_suite(db: None) -> None:
    with pytest.raises(AssertionError, match="catalogue_calendarday"), write(SYSTEM):
        CalendarDay.objects.create(day=date(2026, 12, 24), is_workday=False)


def test_what_was_bound_before_the_tables_were_renamed_still_fits(db: None) -> None:
    """Records are never written anew, so the trail goes on calling the tables as it did when it first bound them; a table that is bound by
    other columns since goes by another name."""
    CalendarDay.objects.create(id=7, day=date(2026, 12, 24), is_workday=False, name="停电", origin="city")
    bound = {one.kind: one for one in standing() if one.model._meta.app_label == "catalogue"}
    assert set(bound) == {
        "standing:cases_calendarday", "standing:cases_category", "standing:cases_filingcondition", "standing:cases_officehours",
        "standing:catalogue_returnrule", "standing:cases_routingrule", "standing:cases_stagelimit",
    }  # fmt: skip
    written = '["cases_calendarday",[["7","2026-12-24","False","city"]]]'
    assert list(bound["standing:cases_calendarday"].digests()) == [("all", sha256(written.encode()).digest())]
