"""What comes in is divided, or said to be left out, or refused: nobody vanishes between a file and its grids without a word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from django.utils.translation import override

from linli.algorithms.coordinates import wgs84_to_gcj02
from linli.core.platform.public import BadInput
from linli.subsystems.division.ground.look import look_at
from linli.subsystems.division.ground.office_files import read_ground
from linli.subsystems.division.ground.osm import read_extract
from linli.subsystems.division.ground.projection import to_degrees, to_plane
from linli.subsystems.division.ground.shore import land_within
from linli.subsystems.division.sentences import sentence

from . import town
from .test_osm import Village


def kinds(tables: Any, tmp_path: Path) -> list[str]:
    survey = look_at(read_ground(town.write(tmp_path / "town.gpkg", tables)))
    with override("en"):
        assert all("%(" not in sentence(one) for one in survey.findings)
    return [one.kind for one in survey.findings]


def array(shapes: list[Any]) -> Any:
    found = np.empty(len(shapes), dtype=object)
    found[:] = shapes
    return found


@pytest.mark.parametrize("short_m", [0.0, 61.0, 337.0])
def test_a_coast_that_ends_before_the_edge_still_parts_land_and_water(short_m: float) -> None:
    # Land lies to the left of its direction: going east, to the north.
    coast = array(
        [
            shapely.LineString([(short_m, 1000), (1500, 1200)]),
            shapely.LineString([(1500, 1200), (3000 - short_m, 1000)]),
        ]
    )
    land = land_within(shapely.box(0, 0, 3000, 3000), coast)
    assert land.contains(shapely.Point(1500, 2500))
    assert not land.intersects(shapely.Point(1500, 300))


def test_a_coast_that_ends_far_inside_is_not_drawn_on() -> None:
    coast = array([shapely.LineString([(0, 5000), (4000, 5000)])])
    assert land_within(shapely.box(0, 0, 10_000, 10_000), coast).area == pytest.approx(1e8)


def test_what_stands_outside_of_the_boundaries_of_an_extract_is_counted_and_whole_takes_it_in(tmp_path: Path) -> None:
    village = Village(tmp_path / "village.osm.pbf")
    ring = village.way([(0, 0), (5, 0), (5, 10), (0, 10), (0, 0)], ())
    village.relation([ring], boundary="administrative", admin_level="10", name="West")
    for x in (1, 3, 7):
        village.box(x, 1, x + 1, 2, building="house")
    survey = read_extract(village.written())
    (told,) = survey.findings
    assert (told.kind, len(told.codes), told.values["all"], len(survey.ground.buildings)) == ("left_outside", 1, 3, 2)
    assert told.values["load"] == pytest.approx(float(survey.ground.load[0]), rel=1e-4)
    with override("en"):
        assert sentence(told).startswith("1 of the 3 buildings")
    all_of_it = read_extract(village.written(), whole=True)
    assert (len(all_of_it.ground.buildings), all_of_it.findings, all_of_it.ground.community_codes) == (3, (), ("osm",))


def test_ground_without_a_household_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        kinds(town.layers(households=0), tmp_path)
    assert refused.value.field == "households"


def test_buildings_that_lie_elsewhere_are_refused(tmp_path: Path) -> None:
    tables = town.layers()
    tables["buildings"]["geometry"] = [
        shapely.transform(one, lambda points: points + 50_000) for one in tables["buildings"]["geometry"]
    ]
    with pytest.raises(BadInput) as refused:
        kinds(tables, tmp_path)
    assert refused.value.field == "ground"


def test_good_ground_has_nothing_to_be_told(tmp_path: Path) -> None:
    assert kinds(town.layers(), tmp_path) == []


def test_buildings_on_one_spot_are_told(tmp_path: Path) -> None:
    tables = town.layers()
    tables["buildings"]["geometry"][:12] = [shapely.Point(town.at(0.5, 0.5))] * 12
    assert kinds(tables, tmp_path) == ["stacked"]


def test_that_most_buildings_are_empty_is_told(tmp_path: Path) -> None:
    tables = town.layers()
    tables["buildings"]["households"] = [0] * 20 + [100] * 12
    assert kinds(tables, tmp_path) == ["without_households"]


def dense(bent: str) -> Any:
    """The town with three rows of houses along every street; the layer `bent` in GCJ-02 that calls itself WGS 84."""
    tables = town.layers()
    houses = [
        town.box(x / 10 + 0.02, y / 10 + 0.02, x / 10 + 0.08, y / 10 + 0.08)
        for x in range(40) for y in range(20) if x % 5 not in (0, 4) and y % 5 not in (0, 4)
    ]  # fmt: skip
    tables["buildings"] = {
        "geometry": houses,
        "code": [f"h{n}" for n in range(len(houses))],
        "households": [5] * len(houses),
    }
    streets = [town.line((x / 2, 0), (x / 2, 2)) for x in range(9)] + [
        town.line((0, y / 2), (4, y / 2)) for y in range(5)
    ]
    tables["roads"] = {"geometry": streets, "class": ["residential"] * len(streets)}
    layers = ("buildings", "communities", "premises", "shops") if bent == "buildings" else (bent,)
    for layer in layers if bent else ():
        degrees = to_degrees(array(tables[layer]["geometry"]), town.SYSTEM)
        moved = shapely.transform(degrees, lambda points: np.column_stack(wgs84_to_gcj02(points[:, 0], points[:, 1])))
        tables[layer]["geometry"] = list(to_plane(moved, town.SYSTEM))
    return tables


@pytest.mark.parametrize(("bent", "told"), [("", []), ("roads", ["streets_gcj02"]), ("buildings", ["buildings_gcj02"])])
def test_streets_in_another_datum_than_the_buildings_are_told(tmp_path: Path, bent: str, told: list[str]) -> None:
    assert kinds(dense(bent), tmp_path) == told
