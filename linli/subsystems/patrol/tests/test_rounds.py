"""Plans, rounds and checks: who may, when, and how it is sure that somebody stood at the point."""

from __future__ import annotations

from uuid import uuid4

import pytest

from linli.core.access.public import Access, Role, access_of, create_user, grant_scope
from linli.core.cases.public import Case
from linli.core.desk.public import spans_of
from linli.core.grids.public import rows_of_last
from linli.core.platform.public import SYSTEM, BadInput, NotAllowed, NotThere, Refusal, choose, clock_at, work_off
from linli.subsystems.patrol.public import (
    Check,
    PatrolPlan,
    PointPlan,
    Round,
    add_point,
    end_plan,
    end_round,
    my_rounds,
    plans_seen,
    plans_today,
    retire_point,
)
from linli.subsystems.patrol.settings import RADIUS_M
from tests.city import COMMUNITY, FAR_COMMUNITY, OTHER_COMMUNITY, PASSWORD, TestCity
from tests.grids.redivide import main, publish

from .walks import at, check, patrol_lead, plan_of, start


def test_a_worker_walks_the_round_that_is_due_and_coverage_shows_at_once(city: TestCity) -> None:
    lead, worker = patrol_lead(city), city.access["worker"]
    plan = plan_of(lead)
    with clock_at(at("08:10")):
        assert [(one.state, one.checked, one.due) for one in my_rounds(worker)[0].rounds] == [
            ("open", 0, 2), ("coming", 0, 2),
        ]  # fmt: skip
        walked = start(worker, plan)
        check(worker, walked)
        (shown,) = plans_today(plans_seen(lead))
        assert (shown.checked, shown.due, shown.rounds[0].worker) == (1, 4, "Worker")
        check(worker, walked, 1)
        assert plans_today(plans_seen(lead))[0].rounds[0].state == "complete"


def test_one_round_for_each_window_whoever_starts_it(city: TestCity) -> None:
    lead, worker = patrol_lead(city), city.access["worker"]
    plan = plan_of(lead)
    with clock_at(at("09:00")):
        first = start(worker, plan)
        assert start(worker, plan).id == first.id
    with clock_at(at("14:00")):
        assert start(worker, plan).id != first.id
    assert Round.objects.count() == 2


@pytest.mark.parametrize("clock", ["07:59", "11:30", "13:00", "17:30"])
def test_between_the_windows_no_round_starts(city: TestCity, clock: str) -> None:
    plan = plan_of(patrol_lead(city))
    with clock_at(at(clock)), pytest.raises(Refusal):
        start(city.access["worker"], plan)


def test_no_round_is_due_on_a_day_off_unless_the_plan_says_every_day(city: TestCity) -> None:
    lead, worker = patrol_lead(city), city.access["worker"]
    plan, daily = plan_of(lead), plan_of(lead, days="every_day")
    with clock_at(at("09:00", days=3)):  # Saturday
        with pytest.raises(Refusal):
            start(worker, plan)
        assert start(worker, daily).begun_by_id == worker.user_id
        assert [one.plan.id for one in my_rounds(worker)] == [daily.id]


def test_a_plan_whose_grid_is_retired_is_everybodys_of_its_community(city: TestCity) -> None:
    plan = plan_of(patrol_lead(city))
    colleague = create_worker(city)
    with clock_at(at("08:10")):
        assert [one.plan.id for one in my_rounds(city.access["worker"])] == [plan.id]
        assert my_rounds(colleague) == []
        publish([row for row in rows_of_last(main()) if row.code != "G1"])
        work_off()
        assert [one.plan.id for one in my_rounds(colleague)] == [plan.id]
        check(colleague, start(colleague, plan))


def create_worker(city: TestCity) -> Access:
    """A second worker of the first community, who has no grid."""
    user = create_user(
        SYSTEM, username="colleague", display_name="同事", unit=city.units["community_office"], password=PASSWORD
    )
    grant_scope(SYSTEM, user=user, role=Role.objects.get(code="grid_worker"), area=city.areas[COMMUNITY])
    found = access_of(user.id)
    assert found is not None
    return found[0]


METRE = 1 / 111_195


@pytest.mark.parametrize(("metres", "sure"), [(0, True), (48, True), (52, False), (400, False), (5000, False)])
def test_a_position_counts_within_fifty_metres(city: TestCity, metres: int, sure: bool) -> None:
    worker = city.access["worker"]
    plan = plan_of(patrol_lead(city))
    with clock_at(at("08:30")):
        walked = start(worker, plan)
        north = plan.points.get(order=1).lat + metres * METRE
        if sure:
            assert check(worker, walked, lat=north).means == "position"
        else:
            with pytest.raises(BadInput) as refused:
                check(worker, walked, lat=north)
            told = next(int(word) for word in refused.value.sentence.split() if word.isdecimal())
            assert abs(told - metres) <= max(1, metres / 200)


def test_a_city_chooses_how_near_is_near_enough(city: TestCity) -> None:
    worker = city.access["worker"]
    plan = plan_of(patrol_lead(city))
    choose(SYSTEM, RADIUS_M, 20)
    with clock_at(at("08:30")):
        walked = start(worker, plan)
        with pytest.raises(BadInput, match="20"):
            check(worker, walked, lat=plan.points.get(order=1).lat + 30 * METRE)
        assert check(worker, walked, lat=plan.points.get(order=1).lat + 10 * METRE).means == "position"


def test_without_a_position_the_code_at_the_point_or_a_note_counts(city: TestCity) -> None:
    worker = city.access["worker"]
    plan = plan_of(patrol_lead(city))
    first, second = plan.points.order_by("order")
    nowhere = {"lon": None, "lat": None}
    with clock_at(at("08:30")):
        walked = start(worker, plan)
        with pytest.raises(BadInput):
            check(worker, walked, 0, **nowhere)
        with pytest.raises(BadInput):
            check(worker, walked, 0, **nowhere, code=second.code)
        assert check(worker, walked, 0, **nowhere, code=f" {first.code.lower()} ").means == "code"
        assert check(worker, walked, 1, **nowhere, note="地下室没有信号").means == "note"


def test_no_table_keeps_where_a_worker_was(city: TestCity) -> None:
    """Positions belong to points that stand still; rounds and checks have no column that could hold one."""
    numbers = {"FloatField", "DecimalField", "JSONField", "BinaryField"}
    for model in (Round, Check):
        assert [field.name for field in model._meta.concrete_fields if field.get_internal_type() in numbers] == []
    worker = city.access["worker"]
    plan = plan_of(patrol_lead(city))
    with clock_at(at("08:30")):
        stood_at = plan.points.get(order=1).lat + 10 * METRE
        row = check(worker, start(worker, plan), lat=stood_at)
    assert str(stood_at)[:9] not in repr(Check.objects.filter(id=row.id).values()[0])


def test_a_finding_becomes_a_case_at_the_point(city: TestCity) -> None:
    worker = city.access["worker"]
    plan = plan_of(patrol_lead(city))
    with clock_at(at("08:30")):
        row = check(worker, start(worker, plan), finding="门口堆了垃圾", category_id=city.category().id)
    assert row.case_id is not None
    case = Case.objects.get(id=row.case_id)
    assert (case.source, case.lon, case.lat, case.reporter_user_id) == ("patrol", 115.002, 30.002, worker.user_id)
    assert case.handling_unit_id == city.units["environment"].id


def test_a_point_is_checked_once_and_the_same_request_again_changes_nothing(city: TestCity) -> None:
    worker, uuid = city.access["worker"], uuid4()
    plan = plan_of(patrol_lead(city))
    with clock_at(at("08:30")):
        walked = start(worker, plan)
        first = check(worker, walked, uuid=uuid, finding="灯坏了")
        assert check(worker, walked, uuid=uuid, finding="灯坏了").id == first.id
        with pytest.raises(Refusal):
            check(worker, walked)
    assert (Check.objects.count(), Case.objects.count()) == (1, 1)


def test_an_ended_round_takes_no_checks_until_it_is_taken_up_again(city: TestCity) -> None:
    worker = city.access["worker"]
    plan = plan_of(patrol_lead(city))
    with clock_at(at("08:30")):
        walked = start(worker, plan)
        end_round(worker.actor(), access=worker, round_id=walked.id, uuid=uuid4())
        with pytest.raises(Refusal):
            check(worker, walked)
        check(worker, start(worker, plan))
    with clock_at(at("11:31")), pytest.raises(Refusal):
        check(worker, walked, 1)


def test_strangers_neither_see_nor_walk_nor_change_a_plan(city: TestCity) -> None:
    plan = plan_of(patrol_lead(city))
    other, far_lead = city.access["other_worker"], patrol_lead(city, OTHER_COMMUNITY, "far_lead")
    assert plans_today(plans_seen(other)) == []
    assert plans_today(plans_seen(city.access["acceptance"])) == []  # no permission for patrols
    with clock_at(at("08:30")):
        walked = start(city.access["worker"], plan)
        for refused in (
            lambda: start(other, plan),
            lambda: check(other, walked),
            lambda: end_plan(far_lead.actor(), access=far_lead, plan_id=plan.id),
            lambda: end_plan(city.access["worker"].actor(), access=city.access["worker"], plan_id=plan.id),
        ):
            with pytest.raises(NotThere):
                refused()


def test_a_plan_outside_ones_areas_is_refused(city: TestCity) -> None:
    lead = patrol_lead(city)
    with pytest.raises(NotAllowed):
        plan_of(lead, area_code=FAR_COMMUNITY, grid_code="", points=())
    with pytest.raises(BadInput) as refused:
        plan_of(lead, points=(PointPlan("塔山", 115.045, 30.005),))
    assert refused.value.field == "lon"
    with pytest.raises(BadInput):
        plan_of(lead, grid_code="G5")
    assert not PatrolPlan.objects.exists()


@pytest.mark.parametrize(
    "times",
    [[], [("8", "9:00")], [("10:00", "09:00")], [("08:00", "08:10")], [("08:00", "10:00"), ("09:59", "12:00")]],
)
def test_times_that_cannot_be_walked_are_refused(times: list[tuple[str, str]]) -> None:
    with pytest.raises(BadInput) as refused:
        spans_of(times)
    assert refused.value.field == "times"


def test_a_point_added_or_taken_out_during_a_window_counts_from_the_next(city: TestCity) -> None:
    lead = patrol_lead(city)
    plan = plan_of(lead)
    with clock_at(at("09:00")):
        add_point(lead.actor(), access=lead, plan_id=plan.id, point=PointPlan("西门", 115.006, 30.006))
        retire_point(lead.actor(), access=lead, plan_id=plan.id, point_id=plan.points.get(order=1).id)
        assert [one.due for one in plans_today(plans_seen(lead))[0].rounds] == [1, 2]
