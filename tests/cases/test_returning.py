"""A return (退回) stops neither time nor memory: a unit that gets a case back goes on with the time it had."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from linli.core.cases.public import (
    CASE_INDICATORS,
    Case,
    CaseClock,
    CaseEvent,
    Given,
    IndicatorScope,
    act,
    progress_of,
)
from linli.core.platform.public import Actor, clock_at
from tests.cases.test_clocks import DAY, MONDAY_TEN, to_handling
from tests.city import TestCity

HOUR = timedelta(hours=1)


def return_it(city: TestCity, case: Case, instant: datetime, who: str = "handler") -> Case:
    with clock_at(instant):
        return city.do(who, case, "return", reason="不归我们", unit_id=city.units["street_centre"].id)


def dispatch(city: TestCity, case: Case, instant: datetime, unit: str = "environment") -> Case:
    with clock_at(instant):
        return city.do("dispatcher", case, "dispatch", unit_id=city.units[unit].id)


def hand_over(city: TestCity, case: Case, instant: datetime, who: str = "handler") -> Case:
    with clock_at(instant):
        case = city.do(who, case, "accept")
        return city.do(who, case, "hand_over", note="已清理", files=(city.photo(),))


def test_an_overdue_case_that_is_returned_and_dispatched_again_stays_overdue(city: TestCity) -> None:
    case = to_handling(city)  # one work day, from Monday at ten
    case = return_it(city, case, MONDAY_TEN + 2 * DAY)
    case = dispatch(city, case, MONDAY_TEN + 2 * DAY + HOUR)
    assert case.due_at == case.handle_due_at == MONDAY_TEN + DAY
    assert hand_over(city, case, MONDAY_TEN + 2 * DAY + HOUR).in_time is False


def test_what_a_unit_had_left_is_what_it_gets_again(city: TestCity) -> None:
    case = return_it(city, to_handling(city), MONDAY_TEN + 2 * HOUR)  # two of eight office hours are used
    case = dispatch(city, case, MONDAY_TEN + 3 * DAY)  # Thursday at ten
    assert case.due_at == MONDAY_TEN + 3 * DAY + 8 * HOUR  # six office hours and the break
    assert CaseClock.objects.filter(case_id=case.id, stage="handle").count() == 1
    assert hand_over(city, case, MONDAY_TEN + 3 * DAY + 7 * HOUR).in_time is True


def test_another_unit_has_the_whole_limit_and_the_first_one_its_own_when_it_comes_back(city: TestCity) -> None:
    case = return_it(city, to_handling(city), MONDAY_TEN + 2 * HOUR)
    case = dispatch(city, case, MONDAY_TEN + DAY, "roads")
    assert case.due_at == MONDAY_TEN + 2 * DAY
    with clock_at(MONDAY_TEN + DAY):
        case = city.do("other_handler", case, "accept")
    case = return_it(city, case, MONDAY_TEN + DAY, "other_handler")
    case = dispatch(city, case, MONDAY_TEN + 3 * DAY)
    assert case.due_at == MONDAY_TEN + 3 * DAY + 8 * HOUR
    units = (
        CaseClock.objects.filter(case_id=case.id, stage="handle")
        .order_by("id")
        .values_list("handling_unit_id", flat=True)
    )
    assert list(units) == [city.units["environment"].id, city.units["roads"].id]


def test_rework_goes_on_with_the_clock_of_the_unit_that_handled(city: TestCity) -> None:
    case = return_it(city, to_handling(city), MONDAY_TEN + 2 * HOUR)
    case = dispatch(city, case, MONDAY_TEN + DAY, "roads")
    case = return_it(city, case, MONDAY_TEN + DAY + HOUR, "other_handler")
    case = hand_over(city, dispatch(city, case, MONDAY_TEN + 3 * DAY), MONDAY_TEN + 3 * DAY)
    with clock_at(MONDAY_TEN + 4 * DAY):
        case = city.do("verifier", case, "rework", reason="没弄干净")
    assert case.due_at == MONDAY_TEN + 4 * DAY + 8 * HOUR


def test_a_case_that_was_opened_again_begins_with_the_whole_limit(city: TestCity) -> None:
    with clock_at(MONDAY_TEN):
        case = city.bring_to("closed")
    with clock_at(MONDAY_TEN + DAY):
        case = city.do("supervisor", case, "reopen", reason="又堆起来了")
    case = dispatch(city, case, MONDAY_TEN + DAY)
    assert case.due_at == MONDAY_TEN + 2 * DAY


def test_returns_show_in_the_figures(city: TestCity) -> None:
    returned, straight = to_handling(city), to_handling(city)
    return_it(city, returned, MONDAY_TEN + HOUR)
    assert straight.return_count == 0
    scope = IndicatorScope(city.access["leader"], datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
    found = next(one for one in CASE_INDICATORS if one.code == "returned")
    assert found.compute(scope) == (1.0, 2.0)


def test_the_stars_end_with_what_they_were_given_for(city: TestCity) -> None:
    """They stay in the timeline; what is done after the case was opened again is rated anew."""
    with clock_at(MONDAY_TEN):
        case = city.bring_to("closed")
        resident, tracking = Actor(kind="resident"), case.tracking
        act(resident, case.id, "rate", Given(score=1), uuid=uuid4(), tracking=tracking)
        case = act(resident, case.id, "reopen", Given(reason="一半没清"), uuid=uuid4(), tracking=tracking)
    assert case.rating is None
    progress = progress_of(tracking)
    assert progress is not None
    assert not progress.may_rate
    assert [event.facts["score"] for event in CaseEvent.objects.filter(case_id=case.id, action="rate")] == [1]
