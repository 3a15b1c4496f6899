"""A proposal that was changed in a GIS: what is no proposal any more is refused with layer, feature, column and mend."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from django.utils import translation

from linli.core.platform.public import BadInput
from linli.subsystems.division.proposal.model import Proposal, write_proposal
from linli.subsystems.division.proposal.reading import ProposalRefused, read_proposal
from linli.subsystems.division.publishing.plan import plan_publication
from tests.city import COMMUNITY, SECOND_COMMUNITY, TestCity

from .edited import drawn, edit
from .test_ground_files import nowhere
from .test_proposal import proposal
from .test_publishing import moved_border, propose

SQUARE = shapely.box(0, 0, 1, 1)
BOWTIE = shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 9)])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write_proposal(tmp_path / "p.gpkg", proposal())
    return tmp_path / "p.gpkg"


@pytest.mark.parametrize(
    ("layer", "column", "value"),
    [
        *(("grids", "geom", value) for value in (
            None, drawn(shapely.Polygon()), drawn(BOWTIE), drawn(shapely.Point(0, 0)),
            drawn(nowhere(SQUARE, math.inf)), drawn(nowhere(SQUARE, math.nan)),
        )),
        *(("grids", "code", value) for value in (None, "", " ", "x" * 41, "390102001001002", "\u202e")),
        ("grids", "name", "名" * 121), ("grids", "name_en", "n" * 1001), ("grids", "purpose", "p" * 41),
        *(("grids", "kind", value) for value in (None, "zzz")),
        *(("grids", "community", value) for value in (None, "zzz")),
        *(("grids", "load", value) for value in (None, -1.0, math.inf, 1e300)),
        *(("grids", column, -1) for column in ("households", "people", "buildings", "area_m2", "superblocks", "on_streets")),
        ("grids", "households", 1e300),
        *(("members", "code", value) for value in (None, "b2")),
        ("members", "grid", "390102001001009"), ("members", "load", None), ("members", "people", -3.0), ("members", "geom", None),
        ("communities", "code", None), ("communities", "geom", None), ("roads", "line", 9), ("roads", "line", None),
        ("roads", "geom", drawn(shapely.Point(0, 0))), ("findings", "codes", "x"), ("findings", "values", "[]"),
    ],
)  # fmt: skip
def test_a_cell_that_is_spoilt_is_named(file: Path, layer: str, column: str, value: Any) -> None:
    edit(file, f'update {layer} set "{column}" = ? where fid = 1', value)
    with pytest.raises(ProposalRefused) as refused:
        read_proposal(file)
    first = refused.value.errors[0]
    # Of two equal codes the second row is named.
    feature = 2 if value in ("390102001001002", "b2") else 1
    assert (first.layer, first.feature, first.column) == (layer, feature, "geometry" if column == "geom" else column)
    assert first.mend
    assert str(first) in refused.value.sentence


def test_a_grid_that_was_deleted_is_missed_by_its_buildings_all_at_once(tmp_path: Path) -> None:
    write_proposal(tmp_path / "p.gpkg", moved_border())
    edit(tmp_path / "p.gpkg", "delete from grids where code = 'A2'")
    with translation.override("en"), pytest.raises(ProposalRefused) as refused:
        read_proposal(tmp_path / "p.gpkg")
    assert [(one.layer, one.column, one.value) for one in refused.value.errors] == [("members", "grid", "A2")] * 5
    assert "p.gpkg: 5 of 23 rows of the proposal cannot be taken" in refused.value.sentence
    assert "put the grid back" in refused.value.sentence


def test_many_bad_rows_are_counted(tmp_path: Path) -> None:
    write_proposal(tmp_path / "p.gpkg", propose([("A1", 0, 5, COMMUNITY)]))
    edit(tmp_path / "p.gpkg", "update members set load = -1")
    with translation.override("en"), pytest.raises(ProposalRefused, match="and 30 more"):
        read_proposal(tmp_path / "p.gpkg")


def test_a_grid_drawn_by_hand_needs_no_measures(file: Path) -> None:
    edit(
        file,
        "update grids set name = null, name_en = null, purpose = null, households = null, buildings = null, area_m2 = null, "
        "perimeter_m = null, polsby_popper = null, superblocks = null, on_streets = null, in_bounds = null, contiguous = null "
        "where fid = 2",
    )
    found = read_proposal(file).grids[1]
    assert (found.name, found.name_en, found.purpose, found.buildings) == (found.code, "", "", 0)
    assert (found.area_m2, found.perimeter_m) == (2.0, 8.0)
    assert found.polsby_popper == pytest.approx(math.pi / 8)
    assert (found.households, found.in_bounds, found.contiguous) == (None, False, False)


def test_characters_that_cannot_be_seen_fall_out_of_codes_and_names(file: Path) -> None:
    edit(file, "update grids set code = 'a\u202eb\x07', name = 'x\u202ey\x08' where fid = 1")
    edit(file, "update members set grid = 'ab' where fid = 1")
    found = read_proposal(file)
    assert (found.grids[0].code, found.grids[0].name, found.members.grid_of[0]) == ("ab", "xy", 0)


@pytest.mark.parametrize(
    ("key", "value", "named"),
    [
        ("system", '"junk"', "junk"), ("system", '"EPSG:4326"', "EPSG:4326"), ("system", '"EPSG:4548"', "EPSG:4548"),
        ("layer", '""', "“”"), ("layer", f'"{"L" * 41}"', "LLLL"), ("layer", '"a\u202eb"', "b"), ("rules", "{}", "p.gpkg"),
        ("seed", "{", "p.gpkg"), ("version", "9", "p.gpkg"), ("made_of", '"wood"', "p.gpkg"),
    ],
)  # fmt: skip
def test_a_run_that_is_spoilt_is_refused(file: Path, key: str, value: str, named: str) -> None:
    edit(file, "update run set value = ? where key = ?", value, key)
    with pytest.raises(BadInput, match=named):
        read_proposal(file)


def test_a_column_that_is_gone_is_named(file: Path) -> None:
    edit(file, "alter table shops drop column name")
    with pytest.raises(BadInput, match="name"):
        read_proposal(file)


def with_grid(before: Proposal, place: int, **changes: Any) -> Proposal:
    return replace(
        before,
        grids=tuple(replace(grid, **changes) if at == place else grid for at, grid in enumerate(before.grids)),
    )


def refused(changed: Proposal) -> str:
    with translation.override("en"), pytest.raises(BadInput) as caught:
        plan_publication(changed)
    return str(caught.value.sentence)


def test_grids_that_overlap_are_refused_with_the_area(city: TestCity) -> None:
    before = moved_border()
    both = before.grids[0].polygon.union(before.grids[1].polygon)
    said = refused(with_grid(before, 0, polygon=both))
    assert f"The grids A1 and A2 overlap by {before.grids[1].polygon.area:,.0f} m²" in said
    # A sliver of less than a square metre is nothing; a metre over the whole border is.
    assert plan_publication(with_grid(before, 0, polygon=before.grids[0].polygon.buffer(0.0005))).is_new
    assert "A1 and A2 overlap by" in refused(with_grid(before, 0, polygon=before.grids[0].polygon.buffer(1)))


def test_grids_that_leave_their_community_are_refused_with_the_area(city: TestCity) -> None:
    before = moved_border()
    first = before.grids[0].polygon
    away = shapely.MultiPolygon([first, shapely.affinity.translate(first, 90_000, 0)])
    said = refused(with_grid(before, 0, polygon=away))
    assert f"The grids of community {COMMUNITY} lie outside of it with {first.area:,.0f} m²" in said


def test_ground_that_no_grid_covers_is_refused_with_the_area(city: TestCity) -> None:
    before = moved_border()
    half = shapely.affinity.scale(before.grids[2].polygon, 0.5, 0.5)
    said = refused(with_grid(before, 2, polygon=half))
    assert f"{0.75 * before.grids[2].polygon.area:,.0f} m² of community {COMMUNITY} lie in none of its grids" in said
    nobody = replace(before.members, grid_of=np.full(len(before.members.codes), -1, dtype=np.int32))
    assert "lie in none of its grids" in refused(replace(before, grids=(), members=nobody))
    # A hundredth of a community may be missing at its edge.
    nearly = shapely.affinity.scale(before.grids[2].polygon, 0.98, 0.98)
    assert plan_publication(with_grid(before, 2, polygon=nearly)).is_new


def test_grids_of_another_place_do_not_replace_those_of_a_community(city: TestCity) -> None:
    moved = propose([("A1", 2, 2.5, SECOND_COMMUNITY), ("A2", 2.5, 3, SECOND_COMMUNITY)])
    filed = with_grid(with_grid(moved, 0, community=COMMUNITY), 1, community=COMMUNITY)
    assert f"m² of community {SECOND_COMMUNITY} lie in none of its grids" in refused(filed)
    everywhere = replace(filed, map_ground=replace(filed.map_ground, community_codes=(COMMUNITY,)))
    assert f"The grids of community {COMMUNITY} lie elsewhere than those in force" in refused(everywhere)
    elsewhere = replace(moved_border(), run=replace(moved_border().run, system="EPSG:4547"))
    assert "lie elsewhere than those in force" in refused(elsewhere)


def test_a_layer_code_that_does_not_fit_is_refused(city: TestCity) -> None:
    for code in ("L" * 41, "a\nb"):
        with pytest.raises(BadInput) as caught:
            plan_publication(moved_border(), code)
        assert caught.value.field == "layer"


def test_where_communities_overlap_the_first_has_the_ground(city: TestCity) -> None:
    before = propose([("A1", 0, 2, COMMUNITY), ("A2", 2, 3, SECOND_COMMUNITY)])
    ground = before.map_ground
    wide = replace(ground, communities=np.array([ground.communities[0], shapely.union_all(ground.communities)]))
    assert plan_publication(replace(before, map_ground=wide)).is_new
