"""A new version of the grids: open cases go to the grid that now has their place, closed ones stay where they were."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from linli.core.cases.loop import new_grids
from linli.core.cases.public import (
    ACTION_TITLES,
    OPEN_STATES,
    Case,
    CaseEvent,
    CaseFilter,
    State,
    case_full,
    cases_moving,
    list_cases,
)
from linli.core.cases.reading.selectors import TimelineEntry
from linli.core.cases.reading.words import event_facts
from linli.core.grids.public import Grid, main_layer, rows_of_last
from linli.core.platform.models import Job
from linli.core.platform.public import SYSTEM, clock_at, now, verify, work_off, write
from linli.core.staff.public import assign
from tests.city import TestCity
from tests.grids.redivide import main, publish, redivided, strip

LATER = timedelta(days=2)
SOON = timedelta(minutes=2)


def grid(code: str) -> int:
    return Grid.objects.get(code=code).id


def grid_of(case: Case) -> str:
    found = Case.objects.get(id=case.id).grid_id
    return Grid.objects.get(id=found).code if found else ""


def entries(case: Case) -> list[TimelineEntry]:
    return [one for one in case_full(case).timeline if one.event.action == "change_grid"]


@pytest.mark.parametrize("state", State.values)
def test_an_open_case_moves_and_a_closed_one_stays(city: TestCity, state: str) -> None:
    case = city.bring_to(state)
    before = Case.objects.get(id=case.id)
    publish(redivided())
    work_off()
    after = Case.objects.get(id=case.id)
    if state not in OPEN_STATES:
        assert (after.grid_id, after.grid_set_id, after.seq) == (before.grid_id, before.grid_set_id, before.seq)
        return
    assert (grid_of(case), after.seq, after.state) == ("N1", before.seq + 1, before.state)
    for same in ("area_id", "unit_id", "handling_unit_id", "home_district", "due_at", "clock_stage", "street_id"):
        assert getattr(after, same) == getattr(before, same)
    assert verify() == []


def test_the_timeline_says_from_where_to_where_in_both_languages(city: TestCity) -> None:
    case = city.report()
    publish(redivided())
    work_off()
    last = case_full(Case.objects.get(id=case.id)).timeline[-1]
    entry = last.event
    assert (entry.action, entry.actor_kind, entry.seq) == ("change_grid", "system", 2)
    version = main_layer()
    assert version is not None
    assert entry.facts == {
        "grid": grid("N1"), "grid_before": grid("G1"), "grid_set": version.version_id, "worker": None,
    }  # fmt: skip
    with override("zh-hans"):
        assert str(ACTION_TITLES["change_grid"]) == "网格随新划分变更"
        assert event_facts(last) == ["由 新G1 划入 新N1"]
    with override("en"):
        assert str(ACTION_TITLES["change_grid"]) == "Grid changed by new division"
        assert event_facts(last) == ["From 新G1 to 新N1"]


def test_a_case_in_a_grid_that_only_changed_its_border_stays_without_a_word(city: TestCity) -> None:
    case = city.report(lon=115.002)
    publish(redivided())
    work_off()
    after, index = Case.objects.get(id=case.id), main_layer()
    assert index is not None
    assert (grid_of(case), after.seq, entries(case)) == ("G1", 1, [])
    assert (after.worker_id, after.grid_set_id) == (city.users["worker"].id, index.version_id)


def test_the_worker_of_the_new_grid_is_asked_and_the_old_one_is_not(city: TestCity) -> None:
    case = city.bring_to("verifying")
    waiting = CaseFilter(mine=True)
    assert [row.id for row in list_cases(city.access["worker"], waiting).rows] == [case.id]
    publish([strip(row, 0, 0.4) if row.code == "G1" else row for row in with_g2_from(0.4)])
    work_off()
    assert (grid_of(case), Case.objects.get(id=case.id).worker_id) == ("G2", None)
    assert list_cases(city.access["worker"], waiting).rows == []
    assign(SYSTEM, user=city.users["clerk"], grid=Grid.objects.get(code="G2"), force="base")
    publish(with_g2_from(0.9))
    work_off()
    assert Case.objects.get(id=case.id).worker_id == city.users["worker"].id
    publish([strip(row, 0, 0.3) if row.code == "G1" else row for row in with_g2_from(0.3)])
    work_off()
    assert Case.objects.get(id=case.id).worker_id == city.users["clerk"].id
    assert len(entries(case)) == 3
    assert verify() == []


def with_g2_from(place: float) -> list[object]:
    there = {row.code: row for row in rows_of_last(main())}
    return [strip(there["G1"], 0, place), strip(there["G2"], place, 2), there["G3"], there["G4"], there["G5"]]  # type: ignore[list-item]


def test_nobody_gets_a_case_that_they_may_not_see(city: TestCity) -> None:
    """The neighbour community's grid takes the place over; the case stays filed where it was."""
    case = city.report(grid=2)
    area = Case.objects.get(id=case.id).area_id
    there = {row.code: row for row in rows_of_last(main())}
    publish([there["G1"], there["G2"], strip(there["G3"], 2, 2.2), strip(there["G4"], 2.2, 4), there["G5"]])
    work_off()
    after = Case.objects.get(id=case.id)
    assert (grid_of(case), after.worker_id, after.area_id) == ("G4", None, area)
    assert verify() == []


def test_a_place_that_falls_into_a_gap_has_no_grid_and_gets_one_again(city: TestCity) -> None:
    case = city.report()
    rows = rows_of_last(main())
    publish([row for row in rows if row.code != "G1"])
    work_off()
    assert (grid_of(case), Case.objects.get(id=case.id).worker_id) == ("", None)
    publish(rows)
    work_off()
    assert grid_of(case) == "G1"
    with override("en"):
        assert [event_facts(entry)[-1] for entry in entries(case)] == [
            "From 第1网格 to no grid",
            "From no grid to 第1网格",
        ]
    assert verify() == []


def test_a_case_without_a_position_is_left_alone(city: TestCity) -> None:
    case = city.report(lon=None, lat=None, area_code="990101001001")
    publish(redivided())
    work_off()
    assert (Case.objects.get(id=case.id).seq, grid_of(case)) == (1, "")


def test_doing_it_again_changes_nothing_and_it_comes_to_rest(city: TestCity) -> None:
    cases = [city.report(grid=number) for number in (0, 0, 1, 3)]
    publish(redivided())
    for minutes in range(6):
        with clock_at(now() + timedelta(minutes=minutes)):
            work_off()
    with write(SYSTEM) as work:
        work.enqueue("place_open_cases", {"walk": 1})
    for minutes in range(6, 12):
        with clock_at(now() + timedelta(minutes=minutes)):
            work_off()
    assert [len(entries(case)) for case in cases] == [1, 1, 1, 0]
    waiting = Job.objects.filter(state="waiting").values_list("kind", "key")
    assert [(kind, bool(key)) for kind, key in waiting] == [("place_open_cases", True)]  # the nightly one


def test_a_version_for_later_moves_nothing_before_its_time(city: TestCity) -> None:
    case = city.report()
    begins = now() + LATER
    publish(redivided(), begins)
    work_off()
    with clock_at(begins - timedelta(seconds=1)):
        work_off()
        assert (grid_of(case), entries(case)) == ("G1", [])
    with clock_at(begins + timedelta(seconds=1)):
        work_off()
        assert (grid_of(case), len(entries(case))) == ("N1", 1)


def test_a_report_kept_after_the_walk_with_the_old_grid_is_found_by_the_second_look(city: TestCity) -> None:
    """Another process located it within the second in which it had not heard of the new version yet."""
    publish(redivided())
    work_off()
    late = city.report()
    old = Grid.objects.get(code="G1")
    events = CaseEvent.objects.filter(case_id=late.id)
    Case.objects.filter(id=late.id).update(grid_id=old.id, grid_set_id=1, worker_id=city.users["worker"].id)
    assert (events.count(), grid_of(late)) == (1, "G1")
    with clock_at(now() + SOON):
        work_off()
    assert (grid_of(late), len(entries(late))) == ("N1", 1)


def test_a_layer_without_cases_moves_none(city: TestCity) -> None:
    from linli.core.grids.public import create_layer

    case = city.report()
    work_off()
    walks = Job.objects.filter(kind="place_open_cases")
    before = walks.count()
    layer = create_layer(SYSTEM, code="beats", name="警务")
    publish([strip(rows_of_last(main())[0], 0, 5)], layer=layer)
    work_off()
    assert walks.count() == before
    after = Case.objects.get(id=case.id)
    assert (grid_of(case), after.seq) == ("G1", 1)


def test_a_case_that_is_opened_again_goes_to_the_grid_that_has_its_place_by_then(city: TestCity) -> None:
    case = city.bring_to("closed")
    publish(redivided())
    work_off()
    assert grid_of(case) == "G1"
    city.do("supervisor", case, "reopen", reason="又出现了")
    assert (grid_of(case), entries(case)) == ("N1", [])
    last = CaseEvent.objects.filter(case_id=case.id).latest("seq")
    assert (last.action, last.facts["grid"], last.facts["grid_before"]) == ("reopen", grid("N1"), grid("G1"))
    assert verify() == []


def test_a_grid_changed_behind_the_applications_back_shows(city: TestCity) -> None:
    case = city.report()
    publish(redivided())
    work_off()
    assert verify() == []
    Case.objects.filter(id=case.id).update(grid_id=grid("G3"))
    with override("en"):
        found = verify()
    assert [one.sentence for one in found] == [
        f"Case {case.id} carries grid_id = {grid('G3')}, its timeline says {grid('N1')}."
    ]


def test_what_would_move_is_what_moves(city: TestCity) -> None:
    for place in (0, 0, 1, 3):
        city.report(grid=place)
    city.bring_to("closed")
    city.report(lon=115.002)
    rows = redivided()
    told = [(one.before, one.after, one.count) for one in cases_moving(rows)]
    assert told == [("G1", "N1", 2), ("G2", "N2", 1)]
    publish(rows)
    work_off()
    names = dict(Grid.objects.values_list("id", "code"))
    did = Counter(
        (names[one.facts["grid_before"]], names[one.facts["grid"]])
        for one in CaseEvent.objects.filter(action="change_grid")
    )
    assert sorted((*pair, count) for pair, count in did.items()) == sorted(told)
    assert cases_moving(rows) == []


def test_the_number_of_statements_does_not_grow_with_the_cases(city: TestCity) -> None:
    counts, street, there = [], city.areas["990101001000"].id, rows_of_last(main())
    city.report(lon=115.002)
    for more in (3, 9):
        for number in range(more):
            city.report(lon=115.0041 + number * 0.0001)
        publish(with_g2_from(0.4))
        with CaptureQueriesContext(connection) as seen, write(SYSTEM) as work:
            assert new_grids.place_batch(work, street, 0) is None
        counts.append(len(seen))
        assert Case.objects.filter(grid_id=grid("G2")).count() == (3 if more == 3 else 12)
        publish(there)
        with write(SYSTEM) as work:
            new_grids.place_batch(work, street, 0)
    assert counts[0] == counts[1] < 25, counts


def test_batches_follow_one_another_until_all_are_placed(city: TestCity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(new_grids, "BATCH_CASES", 2)
    cases = [city.report(grid=number % 2) for number in range(7)] + [city.report(grid=3)]
    publish(redivided())
    work_off()
    assert Counter(grid_of(case) for case in cases) == {"N1": 4, "N2": 3, "G4": 1}
    assert verify() == []
