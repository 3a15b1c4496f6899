"""Staff when the grids change: who stands on a retired grid stands there no longer, everybody else stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linli.core.grids.public import Grid
from linli.core.platform.models import AuditRecord
from linli.core.platform.public import SYSTEM, Refusal, clock_at, now, verify, work_off, write
from linli.core.staff.public import (
    GridAssignment,
    assign,
    end_on_retired_grids,
    gaps,
    worker_of,
    workers_by_grid,
)
from tests.city import TestCity
from tests.grids.redivide import main, publish, redivided


@pytest.fixture
def staffed(city: TestCity) -> TestCity:
    """The city with somebody on G2, which the new division retires, in two posts."""
    grid = Grid.objects.get(code="G2")
    assign(SYSTEM, user=city.users["clerk"], grid=grid, force="base")
    assign(SYSTEM, user=city.users["leader"], grid=grid, force="professional", post="official")
    return city


def test_assignments_on_a_retired_grid_end_when_it_ends_and_the_others_stay(staffed: TestCity) -> None:
    begins = now() + timedelta(days=3)
    publish(redivided(), begins)
    work_off()
    assert GridAssignment.objects.filter(valid_to__isnull=False).count() == 0
    with clock_at(begins + timedelta(hours=5)):  # the worker process was away for a while
        work_off()
        ended = list(GridAssignment.objects.filter(valid_to__isnull=False).values_list("grid__code", "valid_to"))
        assert ended == [("G2", begins)] * 2
        assert worker_of(Grid.objects.get(code="G1").id) == staffed.users["worker"].id
        assert [grid.code for grid in gaps(staffed.access["administrator"])] == ["G3", "N1", "N2"]
        work_off()
    assert AuditRecord.objects.filter(action="staff.end").count() == 2
    assert verify() == []


def test_ending_them_again_ends_nothing_more(staffed: TestCity) -> None:
    publish(redivided())
    with write(SYSTEM) as work:
        assert len(end_on_retired_grids(work, main().id)) == 2
    with write(SYSTEM) as work:
        assert end_on_retired_grids(work, main().id) == []


def test_whoever_stood_on_a_retired_grid_can_be_put_on_a_new_one(staffed: TestCity) -> None:
    publish(redivided())
    work_off()
    assign(SYSTEM, user=staffed.users["clerk"], grid=Grid.objects.get(code="N1"), force="base")
    with pytest.raises(Refusal) as refused:
        assign(SYSTEM, user=staffed.users["leader"], grid=Grid.objects.get(code="G2"), force="base")
    assert refused.value.field == "grid"


def test_the_workers_of_each_grid_in_force_are_named_for_a_report(staffed: TestCity) -> None:
    assign(SYSTEM, user=staffed.users["handler"], grid=Grid.objects.get(code="G1"), force="response")
    found = workers_by_grid("main")
    assert {code: [person.name for person in people] for code, people in found.items()} == {
        "G1": ["Worker", "Handler"], "G2": ["Clerk"], "G3": [], "G4": ["Other Worker"], "G5": [],
    }  # fmt: skip
    assert workers_by_grid("nowhere") == {}
