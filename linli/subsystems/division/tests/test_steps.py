"""A division in steps: what comes out of the engine as numbers becomes grids with codes, names, members and sums."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import shapely
from django.utils import translation

from linli.algorithms.division.model import NOBODY, Cancelled, Finding, Premises, Rules
from linli.subsystems.division.proposal.lines import summary_lines
from linli.subsystems.division.proposal.numbering import grid_code, grid_names, running_numbers
from linli.subsystems.division.proposal.steps import _place_name
from linli.subsystems.division.public import Proposal, divide_ground, load_ground, propose, sentence, write_proposal
from linli.subsystems.division.sentences import SENTENCES

from . import town

Layers = dict[str, dict[str, list[object]]]


def untouched(_tables: Layers) -> None:
    """Leaves the town as it is."""


def proposal(
    folder: Path, *, households: int = 100, spoil: Callable[[Layers], None] = untouched, **rules: float
) -> Proposal:
    tables = town.layers(households)
    spoil(tables)
    survey = load_ground(town.write(folder / "town.gpkg", tables))
    return propose(divide_ground(survey, Rules(**rules), seed=1), layer="main")  # type: ignore[arg-type]


def test_the_town_comes_apart_into_its_blocks(tmp_path: Path) -> None:
    found = proposal(tmp_path)
    assert [one.code for one in found.grids] == sorted(one.code for one in found.grids)
    ordinary = [one for one in found.grids if one.kind == "comprehensive"]
    # 32 buildings of 100 households in blocks of 400; the school is a point and takes the parcel of one building.
    assert sorted(one.load for one in ordinary) == [300.0] + [400.0] * 7
    assert all(one.in_bounds and one.contiguous and one.superblocks == 1 for one in ordinary)
    (school,) = [one for one in found.grids if one.kind == "dedicated"]
    assert (school.name, school.name_en, school.purpose) == (
        "塔山小学专属网格",
        "Tashanxiaoxue Dedicated Grid",
        "school",
    )
    assert found.run.totals["street_share"] > 0.8
    assert found.run.rules.unit == "households"


def test_members_and_sums_agree_and_the_polygons_cover_the_communities(tmp_path: Path) -> None:
    found = proposal(tmp_path)
    members = found.members
    for number, grid in enumerate(found.grids):
        mine = members.grid_of == number
        assert grid.buildings == mine.sum()
        assert grid.households == grid.load == members.households[mine].sum()
        assert grid.people == members.people[mine].sum() == 2.5 * grid.load
        middles = shapely.centroid(members.outlines[mine])
        assert shapely.intersects(grid.polygon, middles).all()
        assert grid.community == grid.code[:12]
    polygons = np.array([grid.polygon for grid in found.grids])
    assert shapely.coverage_is_valid(polygons)
    outline = shapely.union_all(found.map_ground.communities)
    assert shapely.area(shapely.symmetric_difference(shapely.union_all(polygons), outline)) < 1e-6


def test_a_building_in_no_community_is_named_and_belongs_to_no_grid(tmp_path: Path) -> None:
    def spoil(tables: Layers) -> None:
        tables["buildings"]["geometry"][5] = town.box(8, 8, 9, 9)

    found = proposal(tmp_path, spoil=spoil)
    assert found.members.grid_of[5] == NOBODY
    assert (np.delete(found.members.grid_of, 5) != NOBODY).all()
    assert [one.codes for one in found.findings if one.kind == "building_outside_communities"] == [("b5",)]
    write_proposal(tmp_path / "proposal.gpkg", found)


def test_what_is_impossible_is_said_with_its_reason_and_codes(tmp_path: Path) -> None:
    found = proposal(tmp_path, households=34)  # 544 in one community, a building less in the other: its school
    said = {one.community: (one.kind, one.codes, one.values.get("load")) for one in found.findings}
    outside = {one.code: one.community for one in found.grids if one.kind == "comprehensive" and not one.in_bounds}
    assert said.keys() == set(town.COMMUNITIES) == set(outside.values())
    for community, (kind, codes, load) in said.items():
        assert (kind, load) == ("no_number_fits", 544.0 if community == town.COMMUNITIES[0] else 510.0)
        assert set(codes) == {code for code, lies_in in outside.items() if lies_in == community}


def test_ground_without_households_is_undeveloped(tmp_path: Path) -> None:
    def spoil(tables: Layers) -> None:
        tables["buildings"]["households"][:16] = [0] * 16

    found = proposal(tmp_path, spoil=spoil)
    empty = [one for one in found.grids if one.community == town.COMMUNITIES[0]]
    assert empty
    assert {one.kind for one in empty} == {"undeveloped"}
    assert "待开发" in empty[0].name


def test_grids_of_poor_shape_are_named_for_a_look(tmp_path: Path) -> None:
    def stretch(tables: Layers) -> None:
        tables["communities"]["geometry"][1] = town.box(2, 0, 60, 2)
        tables["roads"]["geometry"].append(town.line((3, 1), (61, 1)))
        tables["roads"]["class"].append("支路")

    found = proposal(tmp_path, spoil=stretch)
    poor = [grid.code for grid in found.grids if grid.kind == "comprehensive" and grid.polsby_popper < 0.15]
    assert len(poor) == 1
    (finding,) = [one for one in found.findings if one.kind == "elongated"]
    assert (finding.community, list(finding.codes)) == (town.COMMUNITIES[1], poor)
    with translation.override("zh-hans"):
        assert "1 个网格形状狭长（紧凑度低于 0.15），请看一看" in sentence(finding)


def test_progress_grows_and_stopping_leaves_through_the_same_door(tmp_path: Path) -> None:
    survey = load_ground(town.write(tmp_path / "town.gpkg", town.layers()))
    told: list[float] = []
    divided = divide_ground(survey, seed=1, progress=lambda _step, share: told.append(share))
    propose(divided, progress=lambda _step, share: told.append(share))
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)

    def stop(_step: str, share: float) -> None:
        if share > 0.2:
            raise Cancelled

    with pytest.raises(Cancelled):
        divide_ground(survey, seed=1, progress=stop)


def test_the_same_ground_and_seed_give_the_same_file(tmp_path: Path) -> None:
    ground = town.write(tmp_path / "town.gpkg", town.layers(37))
    for name in ("one", "two"):
        write_proposal(tmp_path / name, propose(divide_ground(load_ground(ground), seed=5)))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_grids_are_numbered_from_west_to_east_then_from_north_to_south() -> None:
    middles = [(1000, 100), (0, 100), (500, 600), (0, 600), (0, 100)]
    community = np.array([0, 0, 0, 0, 1], dtype=np.int32)
    polygons = np.array([shapely.Point(x, y).buffer(20) for x, y in middles])
    assert running_numbers(polygons, community).tolist() == [4, 3, 2, 1, 1]


def test_codes_have_15_digits_where_communities_have_12() -> None:
    assert grid_code("390102001001", 7) == "390102001001007"
    assert grid_code("osm184713", 12) == "osm184713-012"


def test_names_stand_in_chinese_and_english() -> None:
    assert grid_names("柳荫社区", 3, "comprehensive") == ("柳荫社区第3网格", "Liuyin Grid 3")
    assert grid_names("Kluuvi", 3, "comprehensive") == ("Kluuvi第3网格", "Kluuvi Grid 3")
    assert grid_names("塔山村", 1, "undeveloped") == ("塔山村第1待开发网格", "Tashan Undeveloped Grid 1")
    assert grid_names("柳荫社区", 2, "dedicated", "铁路站场12") == ("铁路站场12专属网格", "Rail Yard 12 Dedicated Grid")
    assert grid_names("柳荫社区", 2, "dedicated", "塔山小学2") == (
        "塔山小学2专属网格",
        "Tashanxiaoxue 2 Dedicated Grid",
    )
    assert grid_names("柳荫社区", 2, "dedicated") == ("柳荫社区第2专属网格", "Liuyin Dedicated Grid 2")


def test_premises_that_go_by_their_code_are_not_named_after_it() -> None:
    assert _place_name(Premises("w28846037", "w28846037", "school", shapely.Point(0, 0))) == ""
    assert _place_name(Premises("w28846037", "塔山小学", "school", shapely.Point(0, 0))) == "塔山小学"


def test_every_finding_has_its_sentence_in_both_languages() -> None:
    for kind, found in SENTENCES.items():
        named = re.findall(r"%\((\w+)\)", str(found))
        values = dict.fromkeys(set(named) - {"codes", "count", "community"}, 1.0)
        finding = Finding(kind, "c1", tuple(f"b{number}" for number in range(11)), values)  # type: ignore[arg-type]
        said = []
        for language in ("zh-hans", "en"):
            with translation.override(language):
                said.append(sentence(finding, {"c1": "柳荫社区"}))
        assert said[0] != said[1], f"{kind} has no Chinese"
        assert "%(" not in "".join(said)
    with translation.override("en"):
        outside = "building_outside_communities"
        assert sentence(Finding(outside, "", ("b1", "b2"))) == "These buildings (2) stand in no community: b1, b2."
        assert "b7 and 3 more" in sentence(Finding(outside, "", tuple(f"b{number}" for number in range(11))))
        assert sentence(Finding("new_kind", "c1", ("b1",), {"load": 5.0})) == "new_kind c1 b1 load 5"


def test_the_summary_tells_counts_and_findings_in_the_readers_language(tmp_path: Path) -> None:
    found = proposal(tmp_path)
    with translation.override("zh-hans"):
        chinese = list(summary_lines(found))
    with translation.override("en"):
        english = list(summary_lines(found))
    assert chinese[0] == "2 个社区，32 栋建筑，3200 户。"
    assert english[:3] == [
        "2 communities, 32 buildings, 3200 households.", "9 grids: 8 comprehensive, 1 dedicated, 0 undeveloped.",
        "Within 300 to 500 households: 8 of 8.",
    ]  # fmt: skip
