"""Faults of polygons on the ground, with place and size, and that mending does what is safe and nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely

from linli.algorithms.coordinates import Bounds, convert
from linli.algorithms.ground_faults import Plane, faults_of, mended
from linli.algorithms.ground_meaning import Meaning, better_than, degrees_of, evidence_of, meanings_of, zone_of
from linli.lib.systems import parse_system, to_wgs84

M_EAST, M_NORTH = 1 / 80_450, 1 / 111_120  # degrees, roughly, at 43.8° north


def box(west_m: float, south_m: float, east_m: float, north_m: float) -> Any:
    return shapely.box(
        87.6 + west_m * M_EAST, 43.8 + south_m * M_NORTH, 87.6 + east_m * M_EAST, 43.8 + north_m * M_NORTH
    )


def array(*shapes: Any) -> Any:
    made = np.empty(len(shapes), dtype=object)
    made[:] = shapes
    return made


def kinds(shapes: Any, parents: Any = ()) -> list[str]:
    return [fault.kind for fault in faults_of(shapes, parents)]


BOW = shapely.Polygon([(87.6, 43.8), (87.61, 43.81), (87.61, 43.8), (87.6, 43.81)])
SPIKE = shapely.Polygon([(87.6, 43.8), (87.61, 43.8), (87.62, 43.8), (87.61, 43.8), (87.61, 43.81), (87.6, 43.81)])
FOUR = [box(0, 0, 200, 100), box(0, 100, 100, 200), box(100, 100, 200, 200)]


@pytest.mark.parametrize(
    ("shapes", "kind", "area_m2", "safe"),
    [
        ([box(0, 0, 200, 200), box(150, 0, 400, 200)], "overlap", 10_000, False),
        ([box(0, 0, 200, 200), box(199.5, 0, 400, 200)], "sliver", 100, True),
        ([box(0, 0, 200, 90), box(0, 90, 90, 200), box(110, 90, 200, 200), box(0, 200, 200, 300)], "gap", 2_200, False),
        ([box(0, 0, 200, 90), box(0, 90, 100, 200), box(100.4, 90, 200, 200), box(0, 200, 200, 300)], "gap", 44, True),
        ([BOW], "crossing", 0, False),
        ([SPIKE], "crossing", 0, True),
        ([shapely.MultiPolygon([box(0, 0, 100, 100), box(300, 0, 310, 10)])], "pieces", 100, False),
        ([shapely.box(-179.9, 1, 179.9, 2)], "antimeridian", 0, False),
    ],
)  # fmt: skip
def test_a_fault_has_a_kind_a_size_and_a_place(shapes: list[Any], kind: str, area_m2: float, safe: bool) -> None:
    (fault,) = faults_of(array(*shapes))
    assert (fault.kind, fault.safe) == (kind, safe)
    assert fault.area_m2 == pytest.approx(area_m2, rel=0.02)
    if kind in ("overlap", "sliver"):
        assert all(shape.covers(shapely.Point(fault.lon, fault.lat)) for shape in shapes)
    if kind == "gap":
        assert not any(shape.covers(shapely.Point(fault.lon, fault.lat)) for shape in shapes)


def test_ground_outside_of_the_parent_is_named_and_unknown_parents_are_not_held_against() -> None:
    shapes = array(box(0, 0, 200, 200), box(200, 0, 400, 200), box(400, 0, 500, 100))
    parent = box(0, 0, 380, 300)
    (fault,) = faults_of(shapes, [parent, parent, None])
    assert (fault.kind, fault.members) == ("outside", (1,))
    assert fault.area_m2 == pytest.approx(4_000, rel=0.02)
    assert not parent.covers(shapely.Point(fault.lon, fault.lat))


def test_whole_divisions_have_no_fault_and_are_not_touched() -> None:
    shapes = array(*FOUR)
    assert kinds(shapes) == []
    right = mended(shapes)
    assert right.changed == ()
    assert [one.wkb for one in right.shapes] == [one.wkb for one in shapes]


def test_slivers_and_narrow_gaps_are_mended_and_a_grid_far_away_stays_as_it_is() -> None:
    shapes = array(
        box(0, 0, 200, 100.3),
        box(0, 100, 100, 200),
        box(100.4, 100, 200, 200),
        box(0, 200, 200, 300),
        box(900, 0, 1000, 100),
    )
    assert set(kinds(shapes)) == {"sliver", "gap"}
    right = mended(shapes)
    assert kinds(right.shapes) == []
    assert 0 < right.moved_m < 1.0
    assert 4 not in right.changed
    assert right.shapes[4].wkb == shapes[4].wkb
    before, after = (shapely.area(Plane.around(shapes).metres(some)) for some in (shapes, right.shapes))
    assert np.abs(before - after).max() < 0.02 * before.min()


def test_what_somebody_has_to_decide_is_not_mended() -> None:
    for shapes in (array(box(0, 0, 200, 200), box(150, 0, 400, 200)), array(BOW)):
        right = mended(shapes)
        assert right.changed == ()
        assert kinds(right.shapes) == kinds(shapes)


def test_a_border_that_touches_itself_is_straightened_to_the_same_ground() -> None:
    right = mended(array(SPIKE))
    assert kinds(right.shapes) == []
    assert right.shapes[0].symmetric_difference(shapely.box(87.6, 43.8, 87.61, 43.81)).area < 1e-12


# What known lines are to the meanings: the borders of a town of blocks 200 m wide.
TOWN = shapely.boundary(array(*(box(x, y, x + 200, y + 200) for x in range(0, 4000, 200) for y in range(0, 4000, 200))))
BORDERS = shapely.get_coordinates(TOWN)[::7]
XINJIANG = Bounds(73.0, 33.8, 96.9, 49.7)


def as_meant(meaning: Meaning) -> Any:
    """The borders as a file of that meaning has them."""
    lon, lat = BORDERS[:, 0], BORDERS[:, 1]
    if meaning.system.startswith("EPSG:"):
        x, y = to_wgs84(parse_system(meaning.system)).transform(lon, lat, direction="INVERSE")
    else:
        x, y = convert(lon, lat, "WGS84", meaning.system)  # type: ignore[arg-type]
    return np.column_stack((y, x) if meaning.swapped else (x, y))


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("system", ["GCJ02", "BD09", "EPSG:4538", "EPSG:4517", "EPSG:4493", "EPSG:4504", "EPSG:4539"])
def test_each_meaning_is_found_by_the_borders_that_are_known(system: str, swapped: bool) -> None:
    meaning = Meaning(system, swapped)
    given = as_meant(meaning)
    found = evidence_of(given, TOWN, XINJIANG)
    # A six-degree zone without number is the three-degree zone of the same meridian, to the metre.
    same = degrees_of(given, found[0].meaning)
    assert np.abs(same - BORDERS).max() < 1e-5
    assert found[0].median_m is not None
    assert found[0].median_m < 3
    better = better_than(Meaning("WGS84"), found)
    assert better is not None
    assert better.meaning == found[0].meaning


def test_a_file_that_is_right_gets_no_proposal_and_nor_does_one_that_lies_beside_everything() -> None:
    assert better_than(Meaning("WGS84"), evidence_of(BORDERS, TOWN, XINJIANG)) is None
    inside_blocks = np.add(BORDERS, (90 * M_EAST, 90 * M_NORTH))
    assert better_than(Meaning("WGS84"), evidence_of(inside_blocks, TOWN, XINJIANG)) is None
    assert better_than(Meaning("WGS84"), evidence_of(BORDERS, array(), XINJIANG)) is None


def test_numbers_of_zones_are_read_from_the_easting() -> None:
    assert zone_of(29_456_000) == "EPSG:4517"
    assert zone_of(15_456_000) == "EPSG:4493"
    assert zone_of(456_000) is None
    assert list(meanings_of(np.array([[1e9, 1e9]]))) == []
