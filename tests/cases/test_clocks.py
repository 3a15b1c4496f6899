"""The clocks of a case: what starts, pauses, extends, stops them, what turns red, and who is told exactly once."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from linli.core.cases.models import Escalation
from linli.core.cases.public import Case, CaseClock, CaseEvent, clock_word, possible
from linli.core.cases.tasks import archive_closed_cases
from linli.core.catalogue.calendar import is_office_time
from linli.core.catalogue.public import (
    AnnouncedDay,
    catalogue,
    enter_announced_year,
    set_calendar_day,
    set_office_hours,
)
from linli.core.flow.public import due_words, in_time
from linli.core.flow.tasks import escalate_late, recompute_clocks
from linli.core.platform.public import SYSTEM, BadInput, Refusal, clock_at, work_off, write
from tests.city import TestCity

MONDAY_TEN = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def to_handling(city: TestCity, instant: datetime = MONDAY_TEN) -> Case:
    with clock_at(instant):
        return city.bring_to("handling")


def run(job: object, instant: datetime) -> None:
    with clock_at(instant), write(SYSTEM) as work:
        job(work, {})  # type: ignore[operator]


def test_the_handling_clock_starts_at_dispatch_with_the_limit_of_the_condition(city: TestCity) -> None:
    case = to_handling(city)
    assert (case.clock_stage, case.clock_state) == ("handle", "running")
    assert case.due_at == MONDAY_TEN + DAY
    assert case.limit_unit == "work_day"


def test_shelving_pauses_and_resuming_runs_on_with_what_was_left(city: TestCity) -> None:
    case = to_handling(city)
    with clock_at(MONDAY_TEN + timedelta(hours=2)):
        city.do("handler", case, "ask_shelving", reason="等备件")
        shelved = city.do("dispatcher", case, "grant_shelving")
        assert clock_word(shelved) == "paused"
    with clock_at(MONDAY_TEN + 3 * DAY):  # Thursday at ten; two office hours of eight were used, six are left
        resumed = city.do("handler", case, "resume")
    assert resumed.due_at == MONDAY_TEN + 3 * DAY + timedelta(hours=8)  # 18:00, the lunch break counts no hour
    # Amber after four fifths, 6.4 of eight hours: 4.4 hours after ten o'clock with the break between.
    assert resumed.amber_at == MONDAY_TEN + 3 * DAY + timedelta(hours=6, minutes=24)
    clock = CaseClock.objects.get(case_id=case.id, stage="handle")
    assert (clock.due_at, clock.amber_at) == (resumed.due_at, resumed.amber_at)


def test_an_extension_adds_to_the_limit_only_when_granted_by_somebody_else(city: TestCity) -> None:
    case = to_handling(city)
    with clock_at(MONDAY_TEN):
        asked = city.do("handler", case, "ask_extension", reason="雨天", amount=Decimal(2))
        assert asked.due_at == MONDAY_TEN + DAY
        granted = city.do("dispatcher", case, "grant_extension")
    assert granted.due_at == MONDAY_TEN + 3 * DAY
    assert granted.amber_at == MONDAY_TEN + 2 * DAY + timedelta(hours=5, minutes=12)  # 2.4 of three days
    assert CaseClock.objects.get(case_id=case.id, stage="handle").amount == 3


def test_a_case_is_amber_before_it_is_red(city: TestCity) -> None:
    case = to_handling(city)
    assert clock_word(case, MONDAY_TEN) == "on_time"
    assert clock_word(case, MONDAY_TEN + timedelta(hours=23)) == "amber"
    assert clock_word(case, MONDAY_TEN + timedelta(hours=25)) == "red"


def test_each_level_is_escalated_once_however_often_the_job_runs(city: TestCity) -> None:
    case = to_handling(city)
    late = MONDAY_TEN + DAY + timedelta(minutes=1)
    for instant in (late, late, late + timedelta(hours=1)):
        run(escalate_late, instant)
    assert Case.objects.get(id=case.id).escalation_level == 1
    for days in (1, 1, 2, 9):
        run(escalate_late, late + days * DAY)
    assert Case.objects.get(id=case.id).escalation_level == 3
    assert sorted(Escalation.objects.values_list("level", flat=True)) == [1, 2, 3]


def test_levels_of_office_time_do_not_count_a_weekend(city: TestCity) -> None:
    """Due on Friday at ten: red over the weekend it is on the first level, and on the second only on Monday at ten."""
    case = to_handling(city, MONDAY_TEN + 3 * DAY)
    assert case.due_at == MONDAY_TEN + 4 * DAY
    for hours, level in ((1, 1), (24, 1), (60, 1), (71, 1), (72, 2), (95, 2), (96, 3), (24 * 20, 3)):
        run(escalate_late, MONDAY_TEN + 4 * DAY + timedelta(hours=hours))
        assert Case.objects.get(id=case.id).escalation_level == level, f"{hours} hours after it was due"


def test_levels_round_the_clock_count_every_day(city: TestCity) -> None:
    with clock_at(MONDAY_TEN + 3 * DAY):
        case = city.report(urgency="urgent")
    for hours, level in ((1, 1), (24, 1), (25, 2), (49, 3)):
        run(escalate_late, MONDAY_TEN + 3 * DAY + timedelta(hours=hours))
        assert Case.objects.get(id=case.id).escalation_level == level


def test_nothing_is_escalated_over_the_top(city: TestCity) -> None:
    case = to_handling(city)
    for level in (1, 2, 3):
        case = city.do("supervisor", case, "escalate")
        assert case.escalation_level == level
    assert "escalate" not in {row.action for row in possible(case, city.access["supervisor"])}
    with pytest.raises(Refusal) as told:
        city.do("supervisor", case, "escalate")
    assert told.value.code == "top_level"
    with clock_at(MONDAY_TEN + 9 * DAY):
        case = city.do("handler", case, "hand_over", note="已清理", files=(city.photo(),))
    run(escalate_late, MONDAY_TEN + 30 * DAY)  # the clock of verification is late now, of a case at the top
    run(escalate_late, MONDAY_TEN + 30 * DAY)
    assert Case.objects.get(id=case.id).escalation_level == 3
    assert CaseEvent.objects.filter(case_id=case.id, action="escalate").count() == 3


def test_a_new_holiday_does_not_touch_what_runs_round_the_clock(city: TestCity) -> None:
    """The due time of an imported case is kept to the second, its limit to the thousandth of an hour."""
    with clock_at(MONDAY_TEN):
        case = city.report(urgency="urgent")
    odd = MONDAY_TEN + timedelta(hours=7, seconds=1)
    CaseClock.objects.filter(case_id=case.id).update(amount=Decimal("7.001"), due_at=odd)
    set_calendar_day(SYSTEM, day=date(2026, 11, 16), is_workday=False)
    run(recompute_clocks, MONDAY_TEN)
    assert CaseClock.objects.get(case_id=case.id).due_at == odd


@pytest.mark.parametrize(
    ("reported", "due"),
    [
        (datetime(2027, 2, 4, 10, 0, tzinfo=UTC), datetime(2027, 2, 9, 2, 0, tzinfo=UTC)),  # Thursday 18:00, over Spring Festival
        (datetime(2027, 4, 2, 10, 0, tzinfo=UTC), datetime(2027, 4, 6, 2, 0, tzinfo=UTC)),  # Friday 18:00, over Qingming on Monday
    ],
)  # fmt: skip
def test_what_is_free_by_law_counts_before_it_is_announced(city: TestCity, reported: datetime, due: datetime) -> None:
    with clock_at(reported):
        case = city.report()
    assert (case.due_at, case.due_provisional) == (due, True)
    with clock_at(reported):
        assert "暂定" in due_words(case.due_at, provisional=case.due_provisional)


def test_a_year_that_was_announced_and_entered_is_known(city: TestCity) -> None:
    friday = datetime(2027, 4, 2, 10, 0, tzinfo=UTC)
    with clock_at(friday):
        case = city.report()
    days = [AnnouncedDay(date(2027, 10, day), is_workday=False) for day in (1, 2, 3)]
    days += [AnnouncedDay(date(2027, 4, day), is_workday=False) for day in (3, 4, 5, 6)]
    days += [AnnouncedDay(date(2027, 4, 10), is_workday=True)]
    for _again in range(2):
        enter_announced_year(SYSTEM, year=2027, days=days)
        run(recompute_clocks, friday)
        fresh = Case.objects.get(id=case.id)
        assert (fresh.due_at, fresh.due_provisional) == (datetime(2027, 4, 7, 2, 0, tzinfo=UTC), False)
    assert catalogue().calendar.is_work_day(date(2027, 4, 10))
    assert not catalogue().calendar.is_known(date(2028, 1, 1))


@pytest.mark.parametrize(
    "days",
    [
        [AnnouncedDay(date(2027, 10, 1), is_workday=False), AnnouncedDay(date(2028, 1, 1), is_workday=False)],
        [AnnouncedDay(date(2027, 10, 1), is_workday=False)] * 2,
        [AnnouncedDay(date(2027, 1, 1), is_workday=False)],
    ],
)
def test_an_announcement_that_cannot_be_whole_is_refused(city: TestCity, days: list[AnnouncedDay]) -> None:
    with pytest.raises(Refusal):
        enter_announced_year(SYSTEM, year=2027, days=days)
    assert not catalogue().calendar.is_known(date(2027, 1, 2))


ALL_DAY = [[["00:00", "12:00"], ["12:00", "00:00"]]] * 7
MORNINGS = [[["08:00", "12:00"]]] * 5 + [[], []]


def test_hours_set_for_a_later_day_count_from_that_day_on_and_nothing_is_loaded_anew(city: TestCity) -> None:
    """Monday 10:00 and one work day more: with mornings only from Tuesday on, what is left runs out on Tuesday morning."""
    case = to_handling(city)
    tuesday = date(2026, 11, 17)
    with clock_at(MONDAY_TEN):
        set_office_hours(SYSTEM, valid_from=tuesday, hours=MORNINGS)
        before = catalogue().calendar
    assert before.hours_on(date(2026, 11, 16)) == ((time(8), time(12)), (time(14), time(18)))
    assert before.hours_on(tuesday) == ((time(8), time(12)),)
    with clock_at(datetime(2026, 11, 16, 16, 30, tzinfo=UTC)):  # half past midnight of Tuesday in the city
        assert catalogue().calendar is before
        assert is_office_time(catalogue().calendar, datetime(2026, 11, 16, 6, 30, tzinfo=UTC))  # Monday 14:30
        assert not is_office_time(catalogue().calendar, datetime(2026, 11, 17, 6, 30, tzinfo=UTC))
    with clock_at(MONDAY_TEN):
        work_off()
    # Six of Monday's eight hours are three quarters of a day; a quarter of Tuesday's four hours is one.
    assert Case.objects.get(id=case.id).due_at == datetime(2026, 11, 17, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "hours",
    [
        MORNINGS[:6], [[]] * 7, [[["12:00", "08:00"]]] * 7, [[["8", "12"]]] * 7, [[["08:00", "08:30"]]] * 7,
        [[["08:00", "12:00"], ["11:00", "18:00"]]] * 7, [[["08:00"]]] * 7, [[["08:00", "25:00"]]] * 7,
    ],
)  # fmt: skip
def test_hours_that_cannot_be_worked_are_refused(city: TestCity, hours: list[list[list[str]]]) -> None:
    before = catalogue().calendar
    with pytest.raises(BadInput):
        set_office_hours(SYSTEM, valid_from=date(2026, 11, 17), hours=hours)
    assert catalogue().calendar == before


def test_the_last_hours_set_for_a_day_hold(city: TestCity) -> None:
    for hours in (MORNINGS, ALL_DAY):
        set_office_hours(SYSTEM, valid_from=date(2026, 11, 17), hours=hours)
    assert catalogue().calendar.hours_on(date(2026, 11, 21)) == ((time(0), time(12)), (time(12), time(0)))


def test_a_paused_or_timely_clock_is_not_escalated(city: TestCity) -> None:
    case = to_handling(city)
    with clock_at(MONDAY_TEN):
        city.do("handler", case, "ask_shelving", reason="等备件")
        city.do("dispatcher", case, "grant_shelving")
    run(escalate_late, MONDAY_TEN + 9 * DAY)
    assert not Escalation.objects.exists()


def test_a_new_holiday_moves_running_deadlines(city: TestCity) -> None:
    case = to_handling(city)
    set_calendar_day(SYSTEM, day=date(2026, 11, 17), is_workday=False, name="全市公休")
    run(recompute_clocks, MONDAY_TEN)
    fresh = Case.objects.get(id=case.id)
    assert fresh.due_at == fresh.handle_due_at == MONDAY_TEN + 2 * DAY


def test_handing_over_in_time_counts_and_late_does_not(city: TestCity) -> None:
    for hours, expected in ((5, True), (30, False)):
        case = to_handling(city)
        with clock_at(MONDAY_TEN + timedelta(hours=hours)):
            done = city.do("handler", case, "hand_over", note="已清理", files=(city.photo(),))
        assert done.in_time is expected


def test_closed_in_time_is_decided_by_the_due_instant() -> None:
    due = MONDAY_TEN
    assert in_time(due, due, due + DAY) is True
    assert in_time(due, due + timedelta(seconds=1), due + DAY) is False
    assert in_time(due, None, due) is None
    assert in_time(due, None, due + timedelta(seconds=1)) is False
    assert in_time(None, due, due) is None


def test_closed_cases_go_to_the_archive_when_nobody_can_reopen_them(city: TestCity) -> None:
    with clock_at(MONDAY_TEN):
        case = city.bring_to("closed")
    run(archive_closed_cases, MONDAY_TEN + 14 * DAY)
    assert Case.objects.get(id=case.id).state == "closed"
    run(archive_closed_cases, MONDAY_TEN + 14 * DAY + timedelta(minutes=1))
    assert Case.objects.get(id=case.id).state == "archived"
