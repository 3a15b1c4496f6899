"""Bringing a division up to the ground of today: what stays, what moves, what is new, and what is said of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from linli.algorithms.division.model import Cancelled, Rules
from linli.config.cli import linli
from linli.core.areas.public import import_areas, parse_area_rows
from linli.core.platform.public import SYSTEM, BadInput
from linli.subsystems.division.proposal.lineage import carried_on
from linli.subsystems.division.public import (
    Proposal,
    adjust_ground,
    divide_ground,
    load_ground,
    plan_publication,
    propose,
    publish_plan,
    read_proposal,
    write_proposal,
)

from . import town

Layers = dict[str, dict[str, list[Any]]]
Change = Callable[[Layers], None]
HOUSEHOLDS = 40


def village() -> Layers:
    """The town with ten buildings in a row of every block and no school: 400 households in each block."""
    tables = town.layers()
    corners = [
        (x + dx, y + dy) for x in range(4) for y in range(2) for dx in np.arange(0.05, 1, 0.2) for dy in (0.2, 0.6)
    ]
    tables["buildings"] = {
        "geometry": [town.box(x, y, x + 0.1, y + 0.2) for x, y in corners],
        "code": [f"b{number}" for number in range(len(corners))],
        "households": [HOUSEHOLDS] * len(corners),
    }
    del tables["premises"]
    return tables


def ground(folder: Path, change: Change | None = None, name: str = "now.gpkg") -> Path:
    tables = village()
    if change:
        change(tables)
    (folder / name).unlink(missing_ok=True)  # writing adds to a file that is there
    return town.write(folder / name, tables)


def divided(folder: Path, **rules: Any) -> Proposal:
    """The division before: every block is a grid."""
    return propose(divide_ground(load_ground(ground(folder, name="before.gpkg")), Rules(**rules), seed=1))


def adjusted(folder: Path, before: Proposal, change: Change | None = None, **options: Any) -> Proposal:
    survey = load_ground(ground(folder, change), system=before.run.system)
    return adjust_ground(before, survey, seed=1, **options)


def grid_by_building(proposal: Proposal) -> dict[str, str]:
    return {
        code: proposal.grids[place].code
        for code, place in zip(proposal.members.codes, proposal.members.grid_of.tolist(), strict=True)
    }


def kinds(proposal: Proposal) -> dict[str, dict[str, Any]]:
    return {one.kind: one.values for one in proposal.findings}


def set_households(first: int, last: int, households: int) -> Change:
    def change(tables: Layers) -> None:
        for number in range(first, last):
            tables["buildings"]["households"][number] = households

    return change


def without(first: int, last: int) -> Change:
    def change(tables: Layers) -> None:
        for column in tables["buildings"].values():
            del column[first:last]

    return change


def new_building(tables: Layers) -> None:
    """One more in the yard of the last block."""
    buildings = tables["buildings"]
    buildings["geometry"].append(town.box(3.46, 1.45, 3.52, 1.55))
    buildings["code"].append("new")
    buildings["households"].append(60)


def estate_grows(tables: Layers) -> None:
    """Six buildings of the first block are corrected: 520 households in it."""
    set_households(0, 6, 60)(tables)


def test_on_the_same_ground_nothing_moves(tmp_path: Path) -> None:
    before = divided(tmp_path)
    found = adjusted(tmp_path, before)
    assert grid_by_building(found) == grid_by_building(before)
    assert [(one.code, one.name, one.name_en) for one in found.grids] == [
        (one.code, one.name, one.name_en) for one in before.grids
    ]
    said = kinds(found)["adjusted_households"]
    assert (said["buildings"], said["new_buildings"], said["gone"], said["new_grids"], said["ended"]) == (0, 0, 0, 0, 0)
    assert "drift_small" in kinds(found)


def test_corrected_households_move_a_few_buildings_to_a_neighbour_and_codes_stay(tmp_path: Path) -> None:
    before = divided(tmp_path)
    was = grid_by_building(before)
    found = adjusted(tmp_path, before, estate_grows, based_on="abc")
    now = grid_by_building(found)
    moved = [code for code in was if was[code] != now[code]]
    assert 1 <= len(moved) <= 2
    assert {was[code] for code in moved} == {was["b0"]}
    assert all(now[code][:12] == town.COMMUNITIES[0] for code in moved)
    assert {one.code for one in found.grids} == {one.code for one in before.grids}
    assert all(one.in_bounds and one.contiguous for one in found.grids)
    said = kinds(found)["adjusted_households"]
    assert (said["buildings"], said["grids"], said["all"]) == (len(moved), 8, 80)
    assert said["load"] == sum(60 if int(code[1:]) < 6 else HOUSEHOLDS for code in moved)
    (touched,) = [one.codes for one in found.findings if one.kind == "adjusted_households"]
    assert set(touched) == {was["b0"], *(now[code] for code in moved)}
    assert found.run.based_on == "abc"


def test_names_that_were_given_by_hand_stay(tmp_path: Path) -> None:
    before = divided(tmp_path)
    grids = (
        replace(before.grids[0], code="390102001001088", name="柳岸网格", name_en="Willow Bank"),
        *before.grids[1:],
    )
    found = adjusted(tmp_path, replace(before, grids=grids), estate_grows)
    assert ("390102001001088", "柳岸网格", "Willow Bank") in [(one.code, one.name, one.name_en) for one in found.grids]


def test_a_new_building_comes_into_the_grid_of_its_place(tmp_path: Path) -> None:
    before = divided(tmp_path)
    found = adjusted(tmp_path, before, new_building)
    now = grid_by_building(found)
    (new,) = [now.pop("new")]
    assert new == now["b79"]
    assert now == grid_by_building(before)
    assert (kinds(found)["adjusted_households"]["new_buildings"], kinds(found)["adjusted_households"]["buildings"]) == (
        1,
        0,
    )
    assert {one.code: one.households for one in found.grids}[new] == 460


def test_after_demolition_a_neighbour_helps(tmp_path: Path) -> None:
    before = divided(tmp_path)
    was = grid_by_building(before)
    found = adjusted(tmp_path, before, without(4, 8))
    now = grid_by_building(found)
    assert set(was) - set(now) == {"b4", "b5", "b6", "b7"}
    assert all(one.in_bounds for one in found.grids)
    moved = [code for code in now if was[code] != now[code]]
    assert 0 < len(moved) <= 3
    assert {now[code] for code in moved} == {was["b0"]}
    assert kinds(found)["adjusted_households"]["gone"] == 4


def test_an_estate_twice_as_large_gets_new_grids_with_free_codes(tmp_path: Path) -> None:
    before = divided(tmp_path)
    found = adjusted(tmp_path, before, set_households(0, 10, 100))
    old, new = {one.code for one in before.grids}, {one.code for one in found.grids}
    assert len(new) == len(found.grids) > len(old)
    assert {one.code for one in before.grids if one.community == town.COMMUNITIES[1]} <= new
    fresh = sorted(new - old)
    assert fresh == [f"{town.COMMUNITIES[0]}{number:03d}" for number in range(5, 5 + len(fresh))]
    assert all(one.in_bounds for one in found.grids)
    assert kinds(found)["adjusted_households"]["new_grids"] == len(fresh)
    assert [one.code for one in found.grids] == sorted(new)


def test_a_community_that_has_become_impossible_says_why(tmp_path: Path) -> None:
    def change(tables: Layers) -> None:
        set_households(0, 40, 0)(tables)
        set_households(0, 10, 55)(tables)

    before = divided(tmp_path)
    found = adjusted(tmp_path, before, change)
    assert sum(one.load for one in found.grids if one.community == town.COMMUNITIES[0]) == 550
    (why,) = [one for one in found.findings if one.kind == "no_number_fits"]
    assert (why.community, why.values["load"], why.values["more"]) == (town.COMMUNITIES[0], 550, 2)
    assert all(one.in_bounds for one in found.grids if one.community == town.COMMUNITIES[1])


def test_a_school_that_is_built_takes_its_ground_and_no_code_twice(tmp_path: Path) -> None:
    def change(tables: Layers) -> None:
        tables["premises"] = {
            "geometry": [town.box(3, 1, 3.3, 1.5)],
            "code": ["s1"],
            "name": ["塔山小学"],
            "kind": ["学校"],
        }

    before = divided(tmp_path)
    found = adjusted(tmp_path, before, change)
    codes = [one.code for one in found.grids]
    assert len(set(codes)) == len(codes) == 9
    (school,) = [one for one in found.grids if one.kind == "dedicated"]
    assert school.name == "塔山小学专属网格"
    assert school.code not in {one.code for one in before.grids}
    again = adjust_ground(found, load_ground(ground(tmp_path, name="later.gpkg"), system=found.run.system), seed=1)
    assert all(one.kind == "comprehensive" for one in again.grids)
    assert school.code not in {one.code for one in again.grids}


def test_borders_that_have_become_dear_come_with_an_offer_to_divide_afresh(tmp_path: Path) -> None:
    # Where streets are dear and blocks are cheap to cut, grids lie across the streets.
    before = divided(tmp_path, border_costs=(40.0, 40.0, 0.01, 40.0), shape_m=0.0, low=250.0)
    found = adjusted(tmp_path, before, rules=Rules())
    said = kinds(found)["drift_large"]
    assert said["cost"] == found.run.totals["border_cost"] > 1.1 * said["afresh"]
    assert said["afresh"] == found.run.totals["border_cost_afresh"]
    fresh = adjusted(tmp_path, before, rules=Rules(), afresh=True)
    assert fresh.run.totals["border_cost"] == said["afresh"]
    assert "all_afresh" in kinds(fresh)
    assert fresh.run.rules == Rules()


def test_dividing_afresh_keeps_the_codes_of_grids_that_stay(tmp_path: Path) -> None:
    before = divided(tmp_path)
    found = adjusted(tmp_path, before, estate_grows, afresh=True)
    assert {one.code for one in before.grids if one.community == town.COMMUNITIES[1]} <= {
        one.code for one in found.grids
    }
    was, now = grid_by_building(before), grid_by_building(found)
    assert all(was[code] == now[code] for code in was if was[code].startswith(town.COMMUNITIES[1]))


def test_ground_and_proposal_must_belong_together(tmp_path: Path) -> None:
    before = divided(tmp_path)
    path = ground(tmp_path)
    with pytest.raises(BadInput, match="EPSG:32650"):
        adjust_ground(before, load_ground(path, system="EPSG:32650"))


def test_it_can_be_stopped_in_every_step(tmp_path: Path) -> None:
    before = divided(tmp_path)
    survey = load_ground(ground(tmp_path, estate_grows), system=before.run.system)
    shares: list[float] = []
    adjust_ground(before, survey, seed=1, progress=lambda _step, share: shares.append(share))
    assert shares == sorted(shares)
    assert 0 <= shares[0] < shares[-1] <= 1
    for wanted in ("parcels", "divide", "polygons"):

        def stop(step: str, _share: float, wanted: str = wanted) -> None:
            if step == wanted:
                raise Cancelled

        with pytest.raises(Cancelled):
            adjust_ground(before, survey, seed=1, progress=stop)


def test_of_two_grids_that_would_carry_on_the_same_the_one_with_more_of_it_does() -> None:
    kept, grid_of, home = (np.array(one, dtype=np.int32) for one in ([0, 0, 1, 2], [0, 1, 1, 2, 3], [0, 0, 0, 1, -1]))
    assert carried_on(kept, grid_of, home).tolist() == [-1, 0, 1, -1]


def make_areas() -> None:
    """The areas of the town's two communities."""
    street = "390102001000"
    rows = [
        ("390000000000", "city", "云溪市", ""), ("390102000000", "district", "临江区", "390000000000"),
        (street, "street", "望江街道", "390102000000"), (town.COMMUNITIES[0], "community", "柳荫社区", street),
        (town.COMMUNITIES[1], "community", "塔山社区", street),
    ]  # fmt: skip
    columns = ("code", "level", "name", "parent_code")
    areas, errors = parse_area_rows((line, dict(zip(columns, row, strict=True))) for line, row in enumerate(rows))
    assert not errors
    import_areas(SYSTEM, areas, source="areas.csv")


@pytest.mark.django_db
def test_publishing_the_adjusted_proposal_changes_few_grids(tmp_path: Path) -> None:
    make_areas()
    before = divided(tmp_path)
    publish_plan(SYSTEM, plan_publication(before), source="proposal.gpkg")
    found = adjusted(tmp_path, before, estate_grows)
    plan = plan_publication(found)
    assert plan.change is not None
    assert (list(plan.change.added), list(plan.change.retired)) == ([], [])
    assert len(plan.change.changed) == 2
    assert plan.buildings_moved == kinds(found)["adjusted_households"]["buildings"]
    assert set(plan.codes) == {one.code for one in before.grids}


@pytest.mark.django_db
def test_grids_in_force_are_adjusted_as_a_proposal_is(tmp_path: Path) -> None:
    make_areas()
    before, out = divided(tmp_path), tmp_path / "out"
    publish_plan(SYSTEM, plan_publication(before), source="proposal.gpkg")
    done = adjust("--in-force", ground(tmp_path, estate_grows), "-o", out, "--language", "zh-hans", "--seed", 1)
    assert done.exit_code == 0, done.output
    found, expected = read_proposal(out / "proposal.gpkg"), adjusted(tmp_path, before, estate_grows)
    assert grid_by_building(found) == grid_by_building(expected) != grid_by_building(before)
    assert [(one.code, one.name) for one in found.grids] == [(one.code, one.name) for one in expected.grids]
    assert kinds(found)["adjusted_households"]["buildings"] == kinds(expected)["adjusted_households"]["buildings"] > 0
    assert sorted(one.name for one in out.iterdir()) == ["proposal.gpkg", "report.html"]


@pytest.mark.django_db
def test_without_grids_in_force_there_is_nothing_to_adjust(tmp_path: Path) -> None:
    refused = adjust("--in-force", ground(tmp_path), "-o", tmp_path / "out", "--language", "en")
    assert "no grids on this ground" in str(refused.exception)
    assert not (tmp_path / "out").exists()
    assert adjust("-o", tmp_path / "out").exit_code == 2


def adjust(*arguments: object) -> Result:
    return CliRunner().invoke(linli, ["division", "adjust", *map(str, arguments)])


@pytest.mark.django_db
def test_the_command_writes_proposal_report_and_comparison(tmp_path: Path) -> None:
    before, out = tmp_path / "before.proposal.gpkg", tmp_path / "out"
    write_proposal(before, divided(tmp_path))
    done = adjust(before, ground(tmp_path, estate_grows), "-o", out, "--language", "zh-hans")
    assert done.exit_code == 0, done.output
    assert sorted(one.name for one in out.iterdir()) == ["comparison.html", "proposal.gpkg", "report.html"]
    assert "动态调整：8 个网格中有 2 个变化" in done.stdout
    assert "重新划分为" in done.stdout
    found = read_proposal(out / "proposal.gpkg")
    assert found.run.based_on == hashlib.sha256(before.read_bytes()).hexdigest()
    assert (found.run.seed, found.run.rules) == (1, Rules())
    assert "动态调整" in (out / "report.html").read_text(encoding="utf-8")
    done = adjust(
        before, tmp_path / "now.gpkg", "-o", out, "--high", 600, "--seed", 4, "--weight", "inside=7", "--language", "en"
    )
    assert done.exit_code == 0, done.output
    assert "Within 300 to 600 households: 8 of 8" in done.stdout
    run = read_proposal(out / "proposal.gpkg").run
    assert (run.seed, run.rules.high, run.rules.target, run.rules.border_costs[2]) == (4, 600, 450, 7)


@pytest.mark.django_db
def test_stopping_the_command_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from linli.subsystems.division.proposal import adjusting, model

    before, out = tmp_path / "before.proposal.gpkg", tmp_path / "out"
    write_proposal(before, divided(tmp_path))
    now = ground(tmp_path, estate_grows)

    def stop(*_given: object, **_named: object) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(adjusting, "adjust", stop)
        assert adjust(before, now, "-o", out).exit_code != 0
    assert not out.exists()
    assert adjust(before, now, "-o", out).exit_code == 0
    there = {one.name: one.read_bytes() for one in out.iterdir()}
    monkeypatch.setattr(model, "_json", stop)
    assert adjust(before, now, "-o", out, "--seed", 3).exit_code != 0
    assert {one.name: one.read_bytes() for one in out.iterdir()} == there
