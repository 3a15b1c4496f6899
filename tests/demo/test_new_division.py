"""The demo city gets a new division of one street out of its own ground: its open cases follow, and nothing else moves."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from linli.core.areas.public import area_tree
from linli.core.cases.public import OPEN_STATES, Case, CaseEvent
from linli.core.grids.public import GridSetVersion, locate_main, rows_of_last
from linli.core.platform.public import clock_at, verify, work_off
from linli.demo.ground_file import write_ground
from linli.subsystems.division.commands.division import division
from linli.subsystems.division.proposal.model import write_proposal
from linli.subsystems.division.proposal.steps import divide_ground, load_ground, propose
from tests.demo.made import PRESENT, MadeCity
from tests.grids.redivide import main

COMMUNITIES = 3


@pytest.mark.slow
def test_a_division_of_some_communities_is_published_and_their_open_cases_follow(
    told_city: MadeCity, tmp_path: Path
) -> None:
    ground, file = tmp_path / "ground.gpkg", tmp_path / "proposal.gpkg"
    write_ground(told_city.made.city, ground)
    chosen = [community.code for community in told_city.made.city.communities][:COMMUNITIES]
    survey = load_ground(ground, communities=chosen)
    write_proposal(file, propose(divide_ground(survey, seed=5), communities=chosen))
    areas = {area_tree().by_code[code].id for code in chosen}
    closed = dict(Case.objects.exclude(state__in=OPEN_STATES).values_list("id", "grid_id"))
    elsewhere = {row.code: row for row in rows_of_last(main()) if row.area_id not in areas}
    before = dict(Case.objects.filter(state__in=OPEN_STATES).values_list("id", "grid_id"))

    with clock_at(PRESENT):
        said = run("publish", str(file), "--dry-run", "--language", "en")
        assert "open case" in said
        assert GridSetVersion.objects.count() == 1
        assert "Version 2" in run("publish", str(file), "--yes", "--language", "en")
        work_off()
        assert "Nothing to publish" in run("publish", str(file), "--yes", "--language", "en")
    with clock_at(PRESENT + timedelta(minutes=2)):
        work_off()

    moved = set(CaseEvent.objects.filter(action="change_grid").values_list("case_id", flat=True))
    assert f"{len(moved)} open case" in said
    for case in Case.objects.filter(state__in=OPEN_STATES, lon__isnull=False):
        grid, _index = locate_main(float(case.lon or 0), float(case.lat or 0))
        assert case.grid_id == (grid.id if grid else None)
        assert (case.id in moved) == (before[case.id] != case.grid_id)
    assert moved
    assert dict(Case.objects.filter(id__in=closed).values_list("id", "grid_id")) == closed
    assert {row.code: row for row in rows_of_last(main()) if row.area_id not in areas} == elsewhere
    assert verify() == []


def run(*arguments: str) -> str:
    """What the command says."""
    result = CliRunner().invoke(division, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output
