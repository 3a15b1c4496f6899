"""Publishing a proposal: what keeps its code, what stays, what the plan says, and that a second time changes nothing.

The proposals are drawn by hand on the small city of tests/city.py, whose grids are squares of 0.01 degrees in a row. Each
square has ten buildings of 40 households, at 0.05, 0.15 … of its width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import shapely
from click.testing import CliRunner, Result
from django.utils.timezone import localtime

from linli.algorithms.division.model import Geometries, Rules
from linli.config.cli import linli
from linli.core.cases.public import Case, CaseEvent
from linli.core.grids.public import Grid, GridLayer, GridSetVersion, GridShape, locate_main, rows_of_last
from linli.core.platform.public import SYSTEM, BadInput, Refusal, clock_at, now, verify, work_off
from linli.core.staff.public import assign, gaps, worker_of
from linli.subsystems.division.ground.projection import to_plane
from linli.subsystems.division.proposal.model import (
    MapGround,
    Members,
    Proposal,
    ProposedGrid,
    Run,
    write_proposal,
)
from linli.subsystems.division.proposal.reading import read_proposal
from linli.subsystems.division.publishing.lines import plan_lines, result_lines
from linli.subsystems.division.publishing.plan import PublishingPlan, plan_publication
from linli.subsystems.division.publishing.publish import publish_plan
from tests.city import COMMUNITY, OTHER_COMMUNITY, SECOND_COMMUNITY, TestCity
from tests.grids.redivide import main, publish, strip

SYSTEM_OF_RUN = "EPSG:4548"
NAMES = {COMMUNITY: "柳荫社区", SECOND_COMMUNITY: "桥东社区", OTHER_COMMUNITY: "北门社区"}

# Where each community lies in the row of squares.
GROUND = {COMMUNITY: (0, 2), SECOND_COMMUNITY: (2, 3), OTHER_COMMUNITY: (3, 4)}


def boxes(spans: Sequence[tuple[float, float]], south: float = 30.0, north: float = 30.01) -> Geometries:
    """Parts of the row of squares in metres."""
    array = np.empty(len(spans), dtype=object)
    array[:] = [shapely.segmentize(shapely.box(115 + a * 0.01, south, 115 + b * 0.01, north), 0.001) for a, b in spans]
    return to_plane(array, SYSTEM_OF_RUN)


def propose(
    parts: Sequence[tuple[str, float, float, str]], *, empty: Sequence[str] = (), layer: str = "main"
) -> Proposal:
    """A proposal of grids (code, from, to, community); those in `empty` have no buildings and are dedicated."""
    polygons = boxes([(west, east) for _code, west, east, _community in parts])
    places = [(where, number) for number, (code, west, east, _c) in enumerate(parts) if code not in empty
              for where in np.arange(0.05, 5, 0.1) if west < where < east]  # fmt: skip
    load = np.full(len(places), 40.0)
    counts = np.bincount([number for _where, number in places], minlength=len(parts))
    grids = tuple(
        ProposedGrid(
            code=code, name=f"{NAMES[community]}第{place + 1}网格", name_en=f"Grid {place + 1}",
            kind="dedicated" if code in empty else "comprehensive", purpose="park" if code in empty else "", community=community,
            load=40.0 * counts[place], households=40.0 * counts[place], people=None, buildings=int(counts[place]),
            area_m2=polygon.area, perimeter_m=polygon.length, polsby_popper=0.7, superblocks=1, on_streets=1.0, in_bounds=True,
            contiguous=True, polygon=polygon,
        )
        for place, ((code, _west, _east, community), polygon) in enumerate(zip(parts, polygons, strict=True))
    )  # fmt: skip
    communities = list(dict.fromkeys(community for *_rest, community in parts))
    nothing = np.array([], dtype=object)
    return Proposal(
        grids=grids,
        members=Members(
            codes=tuple(f"B{number}" for number in range(len(places))),
            grid_of=np.array([number for _where, number in places], dtype=np.int32),
            load=load, households=load, people=np.full(len(load), np.nan),
            outlines=boxes([(where - 0.01, where + 0.01) for where, _number in places], 30.004, 30.006),
        ),
        map_ground=MapGround(
            communities=boxes([GROUND[code] for code in communities]), community_codes=tuple(communities),
            community_names=tuple(NAMES[code] for code in communities), lines=nothing,
            line_kinds=np.array([], dtype=np.int8), shops=nothing, shop_codes=(), shop_names=(),
        ),
        findings=(),
        run=Run(ground="town.gpkg", ground_digest="", system=SYSTEM_OF_RUN, rules=Rules(), seed=1, layer=layer),
    )  # fmt: skip


def moved_border() -> Proposal:
    """G1 grows to the east, the community's second grid shrinks, and a third is cut off it."""
    return propose(
        [("A1", 0, 1.2, COMMUNITY), ("A2", 1.2, 1.7, COMMUNITY), ("A3", 1.7, 2, COMMUNITY)]
    )  # fmt: skip


def publish_it(plan: PublishingPlan, **options: object) -> None:
    publish_plan(SYSTEM, plan, source="proposal.gpkg", **options)  # type: ignore[arg-type]


def in_force() -> dict[str, str]:
    """The code at places along the row, as `from` → code."""
    found = {}
    for where in np.arange(0.05, 5, 0.1):
        grid, _index = locate_main(115 + where * 0.01, 30.005)
        found[f"{where:.2f}"] = grid.code if grid else ""
    return found


def test_what_is_essentially_the_same_keeps_code_name_and_worker_and_the_rest_is_new(city: TestCity) -> None:
    plan = plan_publication(moved_border())
    assert plan.codes == ("G1", "G2", "A3")
    publish_it(plan)
    work_off()
    found = in_force()
    assert (found["0.05"], found["1.15"], found["1.25"], found["1.75"], found["2.05"]) == ("G1", "G1", "G2", "A3", "G3")
    rows = {row.code: row for row in rows_of_last(main())}
    assert (rows["G1"].name, rows["G1"].households, rows["A3"].name) == ("第1网格", 480, "柳荫社区第3网格")
    assert rows["A3"].names == {"en": "Grid 3"}
    assert worker_of(Grid.objects.get(code="G1").id) == city.users["worker"].id
    assert [grid.code for grid in gaps(city.access["administrator"])] == ["A3", "G2", "G3"]


def test_open_cases_lie_in_the_grid_that_contains_them(city: TestCity) -> None:
    cases = [city.report(lon=115 + where * 0.01) for where in (0.5, 1.1, 1.5, 1.9, 2.5)]
    closed = city.bring_to("closed", grid=1)
    plan = plan_publication(moved_border())
    told = [(one.before, one.after, one.count) for one in plan.moving]
    assert told == [("G2", "A3", 1), ("G2", "G1", 1)]
    publish_it(plan)
    work_off()
    for case in cases:
        now_there = Case.objects.get(id=case.id)
        grid, _index = locate_main(float(case.lon or 0), 30.005)
        assert grid is not None
        assert now_there.grid_id == grid.id
    assert CaseEvent.objects.filter(action="change_grid").count() == 2
    assert Case.objects.get(id=closed.id).grid_id == Grid.objects.get(code="G2").id
    assert verify() == []


def test_a_second_time_changes_nothing_also_out_of_the_file(city: TestCity, tmp_path: Path) -> None:
    file = tmp_path / "proposal.gpkg"
    write_proposal(file, moved_border())
    publish_it(plan_publication(read_proposal(file)))
    shapes = GridShape.objects.count()
    again = plan_publication(read_proposal(file))
    assert (again.is_new, again.codes) == (False, ("G1", "G2", "A3"))
    publish_it(again)
    assert (GridShape.objects.count(), GridSetVersion.objects.count()) == (shapes, 2)
    assert list(plan_lines(again, None)) == ["无需发布：图层 main 已是这套网格。"]


def test_other_communities_keep_the_grids_they_have_to_the_byte(city: TestCity) -> None:
    before = {row.code: row for row in rows_of_last(main())}
    plan = plan_publication(moved_border())
    assert (plan.kept, plan.overlapping) == (3, ())
    publish_it(plan)
    after = {row.code: row for row in rows_of_last(main())}
    assert {code: after[code] for code in ("G3", "G4", "G5")} == {code: before[code] for code in ("G3", "G4", "G5")}
    assert GridShape.objects.filter(grid__code="G3").count() == 1


def test_a_grid_that_stays_and_lies_in_the_proposal_is_named(city: TestCity) -> None:
    there = {row.code: row for row in rows_of_last(main())}
    publish([*(row for code, row in there.items() if code not in ("G2", "G3")), strip(there["G3"], 1.5, 3)])
    assert plan_publication(moved_border()).overlapping == ("G3",)


def test_a_retired_code_is_not_given_to_another_place(city: TestCity) -> None:
    first = propose([(f"{COMMUNITY}001", 0, 1, COMMUNITY), (f"{COMMUNITY}002", 1, 2, COMMUNITY)])
    there = rows_of_last(main())
    publish([row for row in there if row.code not in ("G1", "G2")])
    publish_it(plan_publication(first))
    assert sorted(row.code for row in rows_of_last(main()))[:2] == [f"{COMMUNITY}001", f"{COMMUNITY}002"]
    publish([row for row in rows_of_last(main()) if row.code != f"{COMMUNITY}001"])  # retired, its place a gap
    other = propose(
        [(f"{COMMUNITY}001", 1.5, 2, COMMUNITY), (f"{COMMUNITY}002", 0, 1, COMMUNITY), (f"{COMMUNITY}003", 1, 1.5, COMMUNITY)]
    )  # fmt: skip
    assert plan_publication(other).codes == (f"{COMMUNITY}002", f"{COMMUNITY}003", f"{COMMUNITY}004")


def test_a_new_number_stands_in_the_name_too(city: TestCity) -> None:
    proposal = propose([(f"{COMMUNITY}001", 0, 2, COMMUNITY)], layer="beats")
    publish_it(plan_publication(proposal))
    publish([strip(rows_of_last(main())[0], 1.98, 3, "X")], layer=layer("beats"))  # the first one is retired
    plan = plan_publication(proposal)
    assert plan.codes == (f"{COMMUNITY}002",)
    assert [row.name for row in plan.rows if row.code == plan.codes[0]] == ["柳荫社区第2网格"]


def layer(code: str) -> GridLayer:
    return GridLayer.objects.get(code=code)


def test_a_park_without_buildings_keeps_its_code_by_its_ground(city: TestCity) -> None:
    parts = [("P1", 0, 0.6, COMMUNITY), ("P2", 0.6, 1, COMMUNITY), ("P3", 1, 2, COMMUNITY)]
    publish_it(plan_publication(propose(parts, empty=("P2",))))
    park = next(row.code for row in rows_of_last(main()) if row.kind == "dedicated")
    shifted = [("Q1", 0, 0.55, COMMUNITY), ("Q2", 0.55, 1, COMMUNITY), ("Q3", 1, 2, COMMUNITY)]
    plan = plan_publication(propose(shifted, empty=("Q2",)))
    assert plan.codes == ("G1", park, "G2")


def test_the_plan_says_who_gives_what_to_whom_and_who_loses_a_grid(city: TestCity) -> None:
    assign(SYSTEM, user=city.users["clerk"], grid=Grid.objects.get(code="G2"), force="base")
    plan = plan_publication(moved_border())
    assert [(one.before, one.after, one.buildings, one.load) for one in plan.handovers] == [
        ("Clerk", "", 3, 120.0), ("Clerk", "Worker", 2, 80.0),
    ]  # fmt: skip
    assert (plan.buildings_moved, plan.load_moved, plan.losing, plan.without_worker) == (5, 200.0, (), 1)
    whole = plan_publication(propose([("A1", 0, 2, COMMUNITY)]))
    assert whole.losing in ((("Clerk", "G2"),), (("Worker", "G1"),))
    lines = "\n".join(plan_lines(plan, None))
    for words in (
        "新设 1 个，调整 2 个，停用 0 个，不变 3 个",
        "Clerk → Worker：2 栋，80 户",
        "Clerk → 无人：3 栋，120 户",
        "生效时间：即时",
    ):
        assert words in lines, lines


def test_a_version_for_later_begins_on_its_day_and_the_plan_after_it_follows_it(city: TestCity) -> None:
    begins = now() + timedelta(days=5)
    case = city.report(lon=115.011)
    plan = plan_publication(moved_border())
    done = publish_plan(SYSTEM, plan, source="proposal.gpkg", valid_from=begins)
    work_off()
    assert "此前一切不变" in "".join(result_lines(done, begins))
    assert in_force()["1.15"] == "G2"
    assert plan_publication(moved_border()).is_new is False
    with clock_at(begins):
        work_off()
        assert in_force()["1.15"] == "G1"
        assert Case.objects.get(id=case.id).grid_id == Grid.objects.get(code="G1").id


def test_a_dry_run_refuses_a_day_before_the_version_to_come_and_names_it(city: TestCity, tmp_path: Path) -> None:
    begins = now() + timedelta(days=5)
    publish([row for row in rows_of_last(main()) if row.code != "G1"], valid_from=begins)
    file = tmp_path / "proposal.gpkg"
    write_proposal(file, moved_border())
    before, after = (f"{localtime(begins + timedelta(days=days)):%Y-%m-%d}" for days in (-2, 2))
    for wrong in (["--from", before], []):
        refused = dry_run(file, *wrong)
        assert isinstance(refused.exception, Refusal), refused.output
        assert refused.stdout == "", "nothing is promised"
        assert f"第 2 版自 {localtime(begins):%Y-%m-%d %H:%M} 起生效" in str(refused.exception)
    assert "图层" in dry_run(file, "--from", after).stdout


def dry_run(file: Path, *arguments: str) -> Result:
    return CliRunner().invoke(
        linli, ["division", "publish", str(file), "--dry-run", "--language", "zh-hans", *arguments]
    )


def test_a_plan_that_somebody_overtook_is_refused(city: TestCity) -> None:
    plan = plan_publication(moved_border())
    publish([strip(row, 2, 2.9) if row.code == "G3" else row for row in rows_of_last(main())])
    with pytest.raises(Refusal) as refused:
        publish_it(plan)
    assert refused.value.code == "changed"
    assert in_force()["1.15"] == "G2"


def test_a_layer_that_is_new_is_made_and_is_not_the_main_one(city: TestCity) -> None:
    proposal = propose([("S1", 0, 1, COMMUNITY), ("S2", 1, 2, COMMUNITY)], layer="statistics")
    plan = plan_publication(proposal)
    assert (plan.codes, plan.is_main, plan.moving, plan.based_on) == (("S1", "S2"), False, (), 0)
    publish_it(plan, layer_name="统计区")
    made = layer("statistics")
    assert (made.name, made.is_main) == ("统计区", False)
    assert in_force()["0.05"] == "G1"
    assert plan_publication(proposal).is_new is False


def test_a_proposal_for_a_place_without_areas_is_refused_with_the_code(city: TestCity) -> None:
    proposal = moved_border()
    stranger = replace(proposal, grids=tuple(replace(grid, community="HEL-1") for grid in proposal.grids))
    with pytest.raises(BadInput) as refused:
        plan_publication(stranger)
    assert "HEL-1" in refused.value.sentence
