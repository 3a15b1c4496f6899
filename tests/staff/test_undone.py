"""Who stands where when grids change, are undone, and when somebody has the staff follow; and who is told what."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linli.core.cases.public import Case
from linli.core.grids.public import Grid, GridSetVersion, take_back, undo
from linli.core.inbox.public import Notice
from linli.core.platform.public import SYSTEM, Refusal, clock_at, now, verify, work_off
from linli.core.staff.public import (
    GridAssignment,
    accept_following,
    assign,
    end_assignment,
    followers,
    worker_of,
)
from tests.city import TestCity
from tests.grids.redivide import publish, redivided


@pytest.fixture
def staffed(city: TestCity) -> TestCity:
    """The city with a base worker and an official on G2, which the new division retires."""
    grid = Grid.objects.get(code="G2")
    assign(SYSTEM, user=city.users["clerk"], grid=grid, force="base")
    assign(SYSTEM, user=city.users["leader"], grid=grid, force="professional", post="official")
    work_off()
    return city


def standing() -> list[tuple[str, str, str, str]]:
    rows = GridAssignment.objects.filter(valid_to=None).order_by("grid__code", "force", "post")
    return list(rows.values_list("grid__code", "user__display_name", "force", "post"))


def told(city: TestCity, who: str) -> list[str]:
    return list(
        Notice.objects.filter(user_id=city.users[who].id, flow="grid_post")
        .order_by("id")
        .values_list("action", flat=True)
    )


def divided(**options: object) -> GridSetVersion:
    version = publish(redivided(), **options).version  # type: ignore[arg-type]
    assert version is not None
    work_off()
    return version


def test_an_undone_version_gives_back_who_stood_where_and_whose_the_cases_are(staffed: TestCity) -> None:
    before = standing()
    cases = [staffed.report(lon=115 + where * 0.01) for where in (0.2, 0.7, 1.1, 1.8)]
    lay = {case.id: (Case.objects.get(id=case.id).grid_id, Case.objects.get(id=case.id).worker_id) for case in cases}
    version = divided()
    assert standing() != before
    assert [Case.objects.get(id=case.id).worker_id for case in cases[1:]] == [None] * 3
    undo(SYSTEM, version=version)
    work_off()
    assert standing() == before
    assert {id_: (Case.objects.get(id=id_).grid_id, Case.objects.get(id=id_).worker_id) for id_ in lay} == lay
    assert told(staffed, "clerk") == ["ended", "begun"]
    assert verify() == []


def test_whoever_got_another_grid_since_keeps_it(staffed: TestCity) -> None:
    version = divided()
    assign(SYSTEM, user=staffed.users["clerk"], grid=Grid.objects.get(code="G3"), force="base")
    undo(SYSTEM, version=version)
    work_off()
    assert worker_of(Grid.objects.get(code="G3").id) == staffed.users["clerk"].id
    assert worker_of(Grid.objects.get(code="G2").id) is None


def test_staff_follow_to_the_grid_that_takes_over_most_of_their_households(staffed: TestCity) -> None:
    version = divided()
    proposed = [(one.name, one.before, one.after, one.post) for one in followers(version)]
    assert proposed == [("Clerk", "G2", "N2", "worker"), ("Leader", "G2", "N2", "official")]
    case = staffed.report(lon=115.018)
    assert Case.objects.get(id=case.id).worker_id is None
    assert accept_following(SYSTEM, version=version) == 2
    work_off()
    assert [row for row in standing() if row[0] == "N2"] == [
        ("N2", "Clerk", "base", "worker"), ("N2", "Leader", "professional", "official"),
    ]  # fmt: skip
    assert Case.objects.get(id=case.id).worker_id == staffed.users["clerk"].id
    assert followers(version) == []
    assert accept_following(SYSTEM, version=version) == 0
    undo(SYSTEM, version=version)
    work_off()
    assert [row[1] for row in standing() if row[0] == "G2"] == ["Clerk", "Leader"]


def test_what_was_said_beforehand_is_done_on_the_day(staffed: TestCity) -> None:
    begins = now() + timedelta(days=5)
    version = divided(valid_from=begins)
    assert [one.after for one in followers(version)] == ["N2", "N2"]
    assert accept_following(SYSTEM, version=version) == 0
    work_off()
    assert worker_of(Grid.objects.get(code="G2").id) == staffed.users["clerk"].id
    with clock_at(begins + timedelta(minutes=1)):
        work_off()
        assert worker_of(Grid.objects.get(code="N2").id) == staffed.users["clerk"].id
    assert told(staffed, "clerk") == ["will_end", "ended", "begun"]


def test_households_that_the_publication_counted_decide(staffed: TestCity) -> None:
    from linli.core.grids.public import publish_grid_set
    from tests.grids.redivide import main

    done = publish_grid_set(
        SYSTEM, layer=main(), rows=redivided(), source="t", carried=[("G2", "N1", 300), ("G2", "N2", 100)]
    ).version
    assert done is not None
    work_off()
    assert [(one.after, one.households) for one in followers(done)] == [("N1", 300.0), ("N1", 300.0)]


def test_a_version_taken_back_tells_that_the_grid_stays(staffed: TestCity) -> None:
    version = divided(valid_from=now() + timedelta(days=5))
    take_back(SYSTEM, version=version)
    work_off()
    assert told(staffed, "clerk") == ["will_end", "goes_on"]
    assert told(staffed, "worker") == []
    with pytest.raises(Refusal):
        accept_following(SYSTEM, version=GridSetVersion.objects.get(id=version.id))


def test_open_cases_that_nobody_answers_for_go_to_whoever_begins_in_their_grid(city: TestCity) -> None:
    case, other = city.report(lon=115.015), city.report(lon=115.005)
    closed = city.bring_to("closed", grid=1)
    assert Case.objects.get(id=case.id).worker_id is None
    post = assign(SYSTEM, user=city.users["clerk"], grid=Grid.objects.get(code="G2"), force="base")
    work_off()
    assert Case.objects.get(id=case.id).worker_id == city.users["clerk"].id
    assert Case.objects.get(id=other.id).worker_id == city.users["worker"].id
    assert Case.objects.get(id=closed.id).worker_id is None
    end_assignment(SYSTEM, assignment=post)
    work_off()
    assert Case.objects.get(id=case.id).worker_id is None
