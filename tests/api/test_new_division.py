"""After a new division the API names the grid that a case carries, also one that is in force no longer."""

from __future__ import annotations

from linli.core.grids.public import Grid
from linli.core.platform.public import work_off
from tests.api.caller import Caller
from tests.city import TestCity
from tests.grids.redivide import publish, redivided


def test_a_closed_case_says_its_old_grid_and_an_open_one_its_new(city: TestCity, acceptance: Caller) -> None:
    closed, opened = city.bring_to("closed", grid=1), city.report(grid=1)
    publish(redivided())
    work_off()
    told = {row["id"]: (row["grid_id"], row["grid"]) for row in acceptance.get("/cases").json()["cases"]}
    ids = dict(Grid.objects.values_list("code", "id"))
    assert told == {closed.id: (ids["G2"], "第2网格"), opened.id: (ids["N2"], "新N2")}
