"""Urgent cases run round the clock in every stage, by the city's limits for what endangers people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from linli.core.cases.public import CASE, Case, clock_words, parse_report, report_case
from linli.core.catalogue.public import catalogue
from linli.core.flow.public import set_limit
from linli.core.platform.public import SYSTEM, Actor, clock_at, local_today
from tests.city import TestCity

# 30 September, half past five in the afternoon: the office opens again on 8 October.
BEFORE_THE_HOLIDAY = datetime(2026, 9, 30, 9, 30, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)


def reported(city: TestCity, *, category: str | None = None, urgency: str = "normal", **given: Any) -> Case:
    with clock_at(BEFORE_THE_HOLIDAY):
        return city.report(words="井盖没了，里面很深", category=category, urgency=urgency, **given)


def test_an_urgent_report_is_due_at_the_desk_at_once_and_not_after_the_holiday(city: TestCity) -> None:
    ordinary = reported(city)
    assert ordinary.due_at is not None
    assert ordinary.due_at > BEFORE_THE_HOLIDAY + timedelta(days=7)
    assert reported(city, urgency="urgent").due_at == BEFORE_THE_HOLIDAY + HALF_AN_HOUR


def test_a_category_with_an_urgent_limit_is_urgent_without_being_called_so(city: TestCity) -> None:
    manhole = next(node for node in catalogue().categories.values() if node.conditions[0].limit_unit == "urgent_hour")
    case = reported(city, category=manhole.name)
    assert case.urgency == "normal"
    assert case.due_at == BEFORE_THE_HOLIDAY + HALF_AN_HOUR


def test_a_residents_report_that_is_marked_urgent_is_treated_as_such(city: TestCity) -> None:
    with clock_at(BEFORE_THE_HOLIDAY):
        report = parse_report(
            uuid=uuid4(), source="resident", description="电线掉在路上", lon=115.005, lat=30.005, urgency="urgent"
        )
        case, _alike = report_case(Actor(kind="resident"), report)
    assert case.due_at == BEFORE_THE_HOLIDAY + HALF_AN_HOUR


def test_every_stage_of_an_urgent_case_runs_round_the_clock(city: TestCity) -> None:
    case, due = reported(city, urgency="urgent"), {}
    steps: list[tuple[str, str, dict[str, Any], float]] = [
        ("acceptance", "send_to_confirm", {}, 1),
        ("worker", "confirm", {"found": True}, 0.5),
        ("acceptance", "file", {"category_id": city.category().id}, 0.5),
        ("dispatcher", "dispatch", {}, 4),
        ("handler", "accept", {}, 4),
        ("handler", "hand_over", {"note": "已围挡并换盖"}, 2),
        ("verifier", "send_to_verify", {}, 2),
        ("worker", "verify_pass", {}, 2),
    ]
    with clock_at(BEFORE_THE_HOLIDAY):
        for who, action, given, hours in steps:
            case = city.do(who, case, action, **given, **({"files": (city.photo(),)} if action == "hand_over" else {}))
            due[action] = (case.due_at, BEFORE_THE_HOLIDAY + timedelta(hours=hours))
    assert {action: found for action, (found, _hours) in due.items()} == {a: hours for a, (_f, hours) in due.items()}


def test_the_limit_of_handling_is_capped_and_a_shorter_one_stays(city: TestCity) -> None:
    with clock_at(BEFORE_THE_HOLIDAY):
        long, short = reported(city, urgency="urgent"), reported(city, urgency="urgent")
        long = city.do("acceptance", long, "file", category_id=city.category().id)  # one work day
        manhole = next(one for one in catalogue().categories.values() if one.conditions[0].limit_unit == "urgent_hour")
        short = city.do("acceptance", short, "file", category_id=manhole.id)  # two hours round the clock
    assert (long.limit_amount, long.limit_unit) == (Decimal(4), "urgent_hour")
    assert (short.limit_amount, short.limit_unit) == (Decimal(2), "urgent_hour")


@pytest.mark.parametrize("hours", ["0.25", None])
def test_the_city_sets_its_urgent_limits(city: TestCity, hours: str | None) -> None:
    urgent = Decimal(hours) if hours else None
    with clock_at(BEFORE_THE_HOLIDAY):
        set_limit(
            SYSTEM, CASE, "file", valid_from=local_today(), amount=Decimal(2), unit="work_hour", urgent_hours=urgent
        )
    expected = BEFORE_THE_HOLIDAY + timedelta(hours=float(hours)) if hours else reported(city).due_at
    assert reported(city, urgency="urgent").due_at == expected


def test_the_clock_of_an_urgent_case_is_told_in_hours_that_always_run(city: TestCity) -> None:
    case = reported(city, urgency="urgent")
    assert "工作" not in clock_words(case, BEFORE_THE_HOLIDAY)
    assert "3" in clock_words(case, BEFORE_THE_HOLIDAY + timedelta(hours=3, minutes=31))
