"""From outlines, lines and buildings to parcels: the right ones, and on messy ground still every building in one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon, affinity, box

from linli.algorithms.division import cutting, sites
from linli.algorithms.division.cells import Parcels, parcels_of
from linli.algorithms.division.coverage import coverage_faults
from linli.algorithms.division.generated import generated_city, graph_of
from linli.algorithms.division.generated import ground_of as city_ground
from linli.algorithms.division.model import NOBODY, Cancelled, Line, Premises
from tests.algorithms.division.grounds import (
    borders,
    geometries,
    ground_of,
    house,
    kinds_of,
    line,
    parcel_polygons,
    total_area_m2,
)

SQUARE = box(0, 0, 200, 100)
TWO = (house(50, 50), house(150, 50))
STREET = ((100.0, 0.0), (100.0, 100.0))


def same_groups(one: np.ndarray, two: np.ndarray) -> bool:
    pairs = len(np.unique(np.stack([one, two]), axis=1).T)
    return pairs == len(np.unique(one)) == len(np.unique(two))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_surveyed_parcels_of_a_city_give_the_graph_that_is_known_exactly(seed: int) -> None:
    city = generated_city(700, seed)
    known = graph_of(city)
    parcels = parcels_of(replace(city_ground(city), parcels=city.parcels.polygons()))
    graph, of = parcels.graph, parcels.building_parcel
    assert graph.size == known.size
    np.testing.assert_allclose(graph.area_m2[of], known.area_m2, atol=1e-6)
    np.testing.assert_allclose(graph.outer_m[of], known.outer_m, atol=1e-6)
    np.testing.assert_allclose(graph.x_m[of], known.x_m, atol=1e-6)
    np.testing.assert_allclose(graph.y_m[of], known.y_m, atol=1e-6)
    assert (graph.community[of] == known.community).all()
    assert (graph.dedicated[of] == known.dedicated).all()
    assert same_groups(graph.superblock[of], known.superblock)
    assert same_groups(graph.block[of], known.block)
    number = np.argsort(of)
    pairs = np.sort(np.stack([number[graph.a], number[graph.b]]), axis=0)
    order = np.lexsort((graph.kind, pairs[1], pairs[0]))
    there = np.lexsort((known.kind, known.b, known.a))
    assert (pairs[0, order] == known.a[there]).all()
    assert (pairs[1, order] == known.b[there]).all()
    assert (graph.kind[order] == known.kind[there]).all()
    np.testing.assert_allclose(graph.border_m[order], known.border_m[there], atol=1e-6)
    wide = graph.border_m[order] > 0.5
    assert (graph.passable[order][wide] == known.passable[there][wide]).all()


def test_ground_without_survey_is_shared_by_block_and_superblock_as_the_city_was_cut() -> None:
    city = generated_city(700, 4)
    known, ground = graph_of(city), city_ground(city)
    parcels = parcels_of(ground)
    of = parcels.building_parcel
    assert same_groups(of, np.arange(len(of)))
    assert same_groups(parcels.graph.block[of], known.block)
    assert same_groups(parcels.graph.superblock[of], known.superblock)
    assert parcels.graph.area_m2.sum() == pytest.approx(known.area_m2.sum(), rel=1e-12)
    between_blocks = known.block[known.a] != known.block[known.b]
    streets = parcels.graph.block[parcels.graph.a] != parcels.graph.block[parcels.graph.b]
    for kind in Line:
        expected = known.border_m[between_blocks & (known.kind == kind)].sum()
        assert parcels.graph.border_m[streets & (parcels.graph.kind == kind)].sum() == pytest.approx(expected, abs=1e-6)


def test_every_place_belongs_to_the_nearest_building_of_its_block() -> None:
    rng = np.random.default_rng(5)
    spots = rng.uniform(5, 95, (60, 2))
    parcels = parcels_of(ground_of([box(0, 0, 100, 100)], buildings=[Point(*spot) for spot in spots]))
    polygons = parcel_polygons(parcels)[parcels.building_parcel]
    places = rng.uniform(0, 100, (4000, 2))
    away_m = np.hypot(*(places[:, None] - spots[None]).transpose(2, 0, 1))
    nearest, second = np.sort(away_m, axis=1)[:, :2].T
    clear = second - nearest > 0.05
    assert clear.mean() > 0.9
    assert shapely.contains_xy(polygons[away_m.argmin(axis=1)[clear]], *places[clear].T).all()


def test_footprints_of_houses_in_rows_lie_in_their_own_ground() -> None:
    rows = [box(x, y, x + 60, y + 12) for x in (5, 70, 135) for y in range(5, 180, 16)]
    rows += [box(5, 190, 15, 260), box(17, 190, 60, 200), box(17, 202, 60, 212)]
    parcels = parcels_of(ground_of([box(0, 0, 200, 270)], buildings=rows))
    polygons = parcel_polygons(parcels)[parcels.building_parcel]
    inside = shapely.area(shapely.intersection(polygons, geometries(rows))) / shapely.area(geometries(rows))
    assert inside.min() > 0.99


def test_houses_wall_to_wall_have_their_border_in_the_wall() -> None:
    parcels = parcels_of(ground_of([SQUARE], buildings=[box(20, 40, 60, 60), box(60, 40, 180, 60)]))
    (first, second) = parcel_polygons(parcels)[parcels.building_parcel]
    assert shapely.area(shapely.intersection(first, box(60.05, 40, 180, 60))) < 0.1
    assert shapely.area(shapely.intersection(second, box(20, 40, 59.95, 60))) < 0.1


def test_a_street_between_two_houses_is_their_border_whatever_else_is_drawn_there() -> None:
    clean = ground_of([SQUARE], [line(Line.MINOR, *STREET)], TWO)
    expected = {Line.MINOR: (pytest.approx(100.0), True)}
    assert borders(parcels_of(clean), 0, 1) == expected
    with np.errstate(invalid="ignore"):
        without_end = line(Line.MINOR, (50, 50), (float("nan"), 70))
    mess = [
        line(Line.MINOR, *STREET),
        line(Line.MINOR, *STREET[::-1]),
        line(Line.MINOR, (100, 20), (100, 70)),
        line(Line.MINOR, (30, 30), (60, 80)),
        line(Line.MINOR, (100, 40), (130, 40), (130, 50)),
        line(Line.MINOR, (0, 0), (200, 0)),
        line(Line.MAIN, (-50, -50), (-10, 300)),
        (Line.MINOR, LineString()),
        (Line.MINOR, None),
        without_end,
        line(Line.MINOR, (50, 50), (50, 50)),
    ]
    parcels = parcels_of(ground_of([SQUARE], mess, TWO))
    assert parcels.graph.size == 2
    assert borders(parcels, 0, 1) == expected


@pytest.mark.parametrize("gap_m", [1e-9, 0.01, 0.4])
def test_a_street_that_stops_a_hair_before_another_still_meets_it(gap_m: float) -> None:
    streets = [
        line(Line.MAIN, (-10, 50), (210, 50.3)),
        line(Line.MINOR, (100, -5), (100, 50.15 - gap_m)),
        line(Line.MINOR, (100, 105), (100, 50.15 + gap_m)),
    ]
    corners = [house(50, 25), house(150, 25), house(50, 75), house(150, 75)]
    parcels = parcels_of(ground_of([SQUARE], streets, corners))
    assert len(np.unique(parcels.graph.block)) == 4
    assert borders(parcels, 0, 1)[Line.MINOR][0] == pytest.approx(50.15, abs=0.01)
    assert borders(parcels, 0, 2)[Line.MAIN][0] == pytest.approx(100, abs=0.01)


def turned(shape: Any) -> Any:
    """A shape turned and moved, so that no number is round and no point lies exactly on a line."""
    return affinity.translate(affinity.rotate(shape, 17.3, origin=(0, 0)), 431_234.567, 3_456_789.123)


def test_lines_that_coincide_but_for_rounding_are_one() -> None:
    halves = [turned(box(0, 0, 100, 90)), turned(box(100, 0, 200, 90))]
    road = turned(LineString([(100, -10), (100, 37), (100, 200)]))
    streets = [(Line.MAIN, road), (Line.MAIN, turned(LineString([(100, 61), (100, 3), (100, 100)])))]
    for y in (13, 29, 47, 71):
        streets.append((Line.MINOR, LineString([road.interpolate(y + 10), turned(Point(-5, y))])))
        streets.append((Line.MINOR, LineString([turned(Point(205, y + 3)), turned(Point(100, y + 3))])))
    homes = [turned(house(x, y, 4)) for x in (50, 150) for y in (6, 22, 40, 60, 82)]
    parcels = parcels_of(ground_of(halves, streets, homes))
    graph = parcels.graph
    assert graph.size == 10
    assert parcels.findings == ()
    assert not coverage_faults(parcel_polygons(parcels), geometries(halves))
    np.testing.assert_allclose(graph.border_m, 100, atol=1e-3)
    assert (graph.kind == Line.MINOR).all()
    assert len(graph.a) == 8


def test_a_street_that_stops_in_the_middle_of_a_block_divides_nothing() -> None:
    parcels = parcels_of(ground_of([SQUARE], [line(Line.MAIN, (100, 0), (100, 97))], TWO))
    assert set(borders(parcels, 0, 1)) == {Line.INSIDE}
    assert len(np.unique(parcels.graph.block)) == 1


def test_of_coinciding_lines_the_strongest_counts() -> None:
    for weaker, stronger in ((Line.MINOR, Line.MAIN), (Line.MAIN, Line.RIVER), (Line.MINOR, Line.RIVER)):
        both = [line(stronger, *STREET), line(weaker, *STREET)]
        for streets in (both, both[::-1]):
            assert set(borders(parcels_of(ground_of([SQUARE], streets, TWO)), 0, 1)) == {stronger}


def test_rivers_are_passed_on_bridges_only_and_there_by_those_beside_it() -> None:
    river = line(Line.RIVER, (0, 50), (200, 50))
    banks = [house(50, 25), house(150, 25), house(50, 75), house(150, 75)]
    without = parcels_of(ground_of([SQUARE], [river], banks))
    assert borders(without, 0, 2) == {Line.RIVER: (pytest.approx(100, abs=0.1), False)}
    for kind in (Line.MAIN, Line.MINOR):
        bridged = parcels_of(ground_of([SQUARE], [river, line(kind, (40, 48), (42, 53))], banks))
        assert borders(bridged, 0, 2) == {Line.RIVER: (pytest.approx(100, abs=0.1), True)}
        assert not borders(bridged, 1, 3)[Line.RIVER][1]
    for ends_at_bank in (((40, 20), (40, 50)), ((40, 20), (40, 50), (60, 20))):
        stopped = parcels_of(ground_of([SQUARE], [river, line(Line.MAIN, *ends_at_bank)], banks))
        assert not borders(stopped, 0, 2)[Line.RIVER][1]


def test_a_bridge_at_the_corner_of_blocks_joins_both_sides_of_its_road() -> None:
    streets = [line(Line.RIVER, (0, 50), (200, 50)), line(Line.MINOR, (100, 0), (100, 100))]
    banks = [house(50, 25), house(150, 25), house(50, 75), house(150, 75)]
    parcels = parcels_of(ground_of([SQUARE], streets, banks))
    assert borders(parcels, 0, 2)[Line.RIVER][1]
    assert borders(parcels, 1, 3)[Line.RIVER][1]
    assert borders(parcels, 0, 3) == {}


def test_main_roads_and_rivers_part_superblocks_and_minor_streets_do_not() -> None:
    streets = [line(Line.MAIN, (100, 0), (100, 100)), line(Line.MINOR, (0, 50), (200, 50))]
    corners = [house(50, 25), house(150, 25), house(50, 75), house(150, 75)]
    parcels = parcels_of(ground_of([SQUARE], streets, corners))
    superblock = parcels.graph.superblock[parcels.building_parcel]
    assert superblock[0] == superblock[2] != superblock[1] == superblock[3]
    assert len(np.unique(parcels.graph.block)) == 4


def test_parcels_that_touch_in_a_corner_only_are_no_way_for_a_grid() -> None:
    streets = [
        line(Line.MINOR, (100, 0), (100, 100)),
        line(Line.MINOR, (0, 50), (99.8, 50)),
        line(Line.MINOR, (100, 50.2), (200, 50.2)),
    ]
    corners = [house(50, 25), house(150, 25), house(50, 75), house(150, 75)]
    parcels = parcels_of(ground_of([SQUARE], streets, corners))
    metres, passable = borders(parcels, 1, 2)[Line.MINOR]
    assert 0.1 < metres < 0.3
    assert not passable
    assert borders(parcels, 0, 1)[Line.MINOR][1]


def test_a_neck_is_a_way_where_there_is_no_other() -> None:
    hourglass = shapely.union_all([box(0, 0, 100, 49), box(0, 51, 100, 100), box(99.7, 40, 100, 60)])
    parcels = parcels_of(
        ground_of([hourglass], [line(Line.MINOR, (-5, 50), (105, 50))], [house(50, 25), house(50, 75)])
    )
    assert borders(parcels, 0, 1) == {Line.MINOR: (pytest.approx(0.3), True)}


def test_communities_keep_to_themselves_even_where_no_street_parts_them() -> None:
    parcels = parcels_of(ground_of([box(0, 0, 100, 100), box(100, 0, 200, 100)], (), TWO))
    graph = parcels.graph
    assert len(graph.a) == 0
    assert list(graph.community) == [0, 1]
    assert list(graph.outer_m) == [pytest.approx(400), pytest.approx(400)]
    assert graph.superblock[0] != graph.superblock[1]


def test_communities_in_parts_with_holes_and_without_ground_are_taken_as_they_are() -> None:
    parts = MultiPolygon([box(0, 0, 100, 100), box(120, 0, 200, 100)])
    ring = box(300, 0, 400, 100).difference(box(340, 40, 360, 60))
    homes = [house(50, 50), house(150, 50), house(320, 20), house(350, 50, 8)]
    parcels = parcels_of(ground_of([parts, ring, Polygon(), box(340, 40, 360, 60), None], (), homes))
    graph = parcels.graph
    assert list(graph.community[parcels.building_parcel]) == [0, 0, 1, 3]
    assert graph.area_m2[parcels.building_parcel[2]] == pytest.approx(ring.area)
    assert [(f.kind, f.community) for f in parcels.findings] == [
        ("community_without_ground", "C2"),
        ("community_without_ground", "C4"),
    ]
    assert not coverage_faults(parcel_polygons(parcels), geometries([parts, ring, box(340, 40, 360, 60)]))


def test_overlapping_outlines_are_named_and_the_first_has_the_ground() -> None:
    parcels = parcels_of(ground_of([box(0, 0, 120, 100), box(100, 0, 200, 100)], (), (house(110, 50), house(150, 50))))
    assert list(parcels.graph.community[parcels.building_parcel]) == [0, 1]
    assert [(f.kind, f.community, f.values) for f in parcels.findings] == [
        ("communities_overlap", "C0", {"area_m2": 2000.0})
    ]
    assert parcels.graph.area_m2.sum() == pytest.approx(20000)


def test_an_outline_that_crosses_itself_is_mended() -> None:
    bow = Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    parcels = parcels_of(ground_of([bow], (), [house(20, 50), house(80, 50)]))
    assert (parcels.building_parcel != NOBODY).all()
    assert parcels.graph.area_m2.sum() == pytest.approx(5000)


def test_buildings_of_any_shape_each_get_one_parcel() -> None:
    buildings = [
        house(20, 20),
        Polygon([(40, 10), (60, 30), (60, 10), (40, 30)]),
        Point(80, 20),
        MultiPolygon([house(100, 20), house(120, 20)]),
        Polygon([(140, 20), (150, 20), (145, 20)]),
        LineString([(160, 20), (170, 25)]),
        shapely.GeometryCollection([Point(180, 60), house(180, 20)]),
        Polygon(),
        None,
        Point(float("nan"), 5),
        Point(float("inf"), 5),
        house(500, 500),
    ]
    parcels = parcels_of(ground_of([SQUARE], (), buildings))
    of = parcels.building_parcel
    assert len(np.unique(of[:7])) == 7
    assert (of[7:] == NOBODY).all()
    assert {f.kind: f.codes for f in parcels.findings} == {
        "building_without_place": ("B7", "B8", "B9", "B10"),
        "building_outside_communities": ("B11",),
    }
    assert parcels.graph.load.sum() == 7


def test_buildings_at_the_same_place_share_a_parcel_and_overlapping_ones_do_not() -> None:
    same = [house(50, 50), house(50, 50), Point(50.03, 50), house(50, 50, 20)]
    parcels = parcels_of(ground_of([SQUARE], (), [*same, house(56, 52, 12), house(150, 50)]))
    of = parcels.building_parcel
    assert len(set(of[:4])) == 1
    assert len(set(of)) == 3
    assert parcels.graph.load[of[0]] == 4


def test_a_street_parts_buildings_that_stand_at_it_almost_at_the_same_place() -> None:
    gates = [Point(99.99, 50), Point(100.01, 50)]
    parcels = parcels_of(ground_of([SQUARE], [line(Line.MINOR, *STREET)], gates))
    assert borders(parcels, 0, 1) == {Line.MINOR: (pytest.approx(100), True)}


def test_a_building_astride_borders_goes_where_most_of_it_stands() -> None:
    communities = [box(0, 0, 100, 100), box(100, 0, 200, 100)]
    astride = box(95, 40, 130, 60)
    parcels = parcels_of(ground_of(communities, (), [astride, box(20, 95, 60, 200), house(180, 20)]))
    assert list(parcels.graph.community[parcels.building_parcel]) == [1, 0, 1]
    assert [(f.kind, f.community, f.codes) for f in parcels.findings] == [
        ("building_astride_communities", "C0", ("B1",)),
        ("building_astride_communities", "C1", ("B0",)),
    ]
    over_street = parcels_of(ground_of([SQUARE], [line(Line.MAIN, *STREET)], [astride, house(150, 80), house(30, 50)]))
    graph, of = over_street.graph, over_street.building_parcel
    assert graph.block[of[0]] == graph.block[of[1]] != graph.block[of[2]]
    assert over_street.findings == ()


def test_loads_are_summed_as_they_are_and_impossible_ones_named() -> None:
    loads = [0.0, 10_000.0, -3.0, float("nan"), float("inf")]
    parcels = parcels_of(ground_of([SQUARE], (), [house(20 + 40 * x, 50) for x in range(5)], loads))
    assert list(parcels.graph.load[parcels.building_parcel]) == [0, 10_000, 0, 0, 0]
    assert [(f.kind, f.codes) for f in parcels.findings] == [("load_unusable", ("B2", "B3", "B4"))]


def test_blocks_without_buildings_are_one_empty_parcel_and_nothing_at_all_is_nothing() -> None:
    parcels = parcels_of(ground_of([SQUARE], [line(Line.MINOR, *STREET)], ()))
    assert list(parcels.graph.load) == [0, 0]
    assert list(parcels.graph.border_m) == [pytest.approx(100)]
    nothing = parcels_of(ground_of([]))
    assert nothing.graph.size == 0
    lost = parcels_of(ground_of([], (), TWO))
    assert list(lost.building_parcel) == [NOBODY, NOBODY]
    assert kinds_of(lost) == {"building_outside_communities"}


def test_ground_that_bends_is_shared_in_single_pieces() -> None:
    bend = box(0, 0, 300, 300).difference(box(40, 40, 260, 301))
    homes = [house(20, 280), house(20, 150), house(280, 285), house(150, 20), house(280, 120)]
    parcels = parcels_of(ground_of([bend], (), homes))
    polygons = parcel_polygons(parcels)
    assert len(polygons) == 5
    assert not coverage_faults(polygons, geometries([bend]))
    assert shapely.contains(polygons[parcels.building_parcel], geometries(homes)).all()
    # Across the court the ends of the arms are nearer to each other than to their own, but nothing joins them.
    assert borders(parcels, 0, 2) == {}


def test_ground_nearest_to_a_house_across_a_court_goes_to_the_neighbour_on_its_own_side() -> None:
    bend = box(0, 0, 100, 300).difference(box(40, 40, 60, 301))
    homes = [house(20, 280), house(80, 150)]
    parcels = parcels_of(ground_of([bend], (), homes))
    polygons = parcel_polygons(parcels)
    assert len(polygons) == 2
    assert not coverage_faults(polygons, geometries([bend]))
    assert polygons[parcels.building_parcel[1]].contains(Point(80, 295))


def test_a_house_in_a_court_and_an_island_of_streets_lie_inside_their_neighbours_ground() -> None:
    round_house = box(50, 50, 150, 150).difference(box(65, 65, 135, 135))
    island = Polygon([(240, 80), (300, 80), (300, 140), (240, 140)])
    parcels = parcels_of(
        ground_of(
            [box(0, 0, 400, 200)],
            [(Line.MINOR, island.exterior)],
            [round_house, house(100, 100), house(270, 110), house(350, 30)],
        )
    )
    polygons = parcel_polygons(parcels)[parcels.building_parcel]
    assert not coverage_faults(parcel_polygons(parcels), geometries([box(0, 0, 400, 200)]))
    assert len(polygons[0].interiors) == 1
    assert polygons[2].equals(island)
    assert shapely.area(shapely.intersection(polygons[1], round_house)) < 1.0


def test_slivers_and_strips_between_lines_go_to_a_neighbour() -> None:
    twice = [line(Line.MINOR, *STREET), line(Line.MINOR, (100.3, -1), (100.2, 101))]
    parcels = parcels_of(ground_of([SQUARE], twice, TWO))
    assert parcels.graph.size == 2
    assert borders(parcels, 0, 1)[Line.MINOR][0] == pytest.approx(100, abs=0.1)
    ways = [line(Line.MAIN, *STREET), line(Line.MAIN, (112, -1), (112, 101))]
    boulevard = parcels_of(ground_of([SQUARE], ways, TWO))
    assert boulevard.graph.size == 2
    assert borders(boulevard, 0, 1)[Line.MAIN] == (pytest.approx(100), True)
    assert len(np.unique(boulevard.graph.superblock)) == 2
    kiosk = parcels_of(ground_of([SQUARE], ways, [*TWO, house(106, 50, 3)]))
    assert kiosk.graph.size == 3
    twice_a_river = [line(Line.RIVER, *STREET), line(Line.RIVER, (100.3, -1), (100.3, 101))]
    assert parcels_of(ground_of([SQUARE], twice_a_river, TWO)).graph.size == 2
    shores = [line(Line.RIVER, *STREET), line(Line.RIVER, (112, -1), (112, 101))]
    assert parcels_of(ground_of([SQUARE], shores, TWO)).graph.size == 3


def test_a_strip_goes_to_the_neighbour_with_the_longest_border() -> None:
    ways = [line(Line.MAIN, (100, 0), (100, 100)), line(Line.MAIN, (110, 0), (110, 100))]
    homes = [house(50, 30), house(150, 30)]
    for cut_side, whole, area_m2 in ((((110, 70), (200, 70)), 0, 11_000), (((0, 70), (100, 70)), 1, 10_000)):
        streets = [*ways, line(Line.MINOR, *cut_side)]
        parcels = parcels_of(ground_of([SQUARE], streets, homes))
        assert parcels.graph.size == 3
        assert parcels.graph.area_m2[parcels.building_parcel[whole]] == pytest.approx(area_m2)


def test_premises_are_noded_in_and_points_take_the_parcel_that_holds_them() -> None:
    school = Premises("S", "school", "school", box(20, 20, 80, 80))
    clinic = Premises("H", "clinic", "hospital", Point(150, 60))
    far = Premises("F", "far", "market", box(900, 900, 950, 950))
    again = Premises("A", "again", "park", box(30, 30, 60, 60))
    nowhere = Premises("N", "nowhere", "park", None)
    homes = [house(50, 50), house(30, 30, 6), house(150, 50), house(150, 10), house(5, 50, 4)]
    parcels = parcels_of(ground_of([SQUARE], (), homes, premises=[school, clinic, far, again, nowhere]))
    dedicated = parcels.graph.dedicated
    assert list(dedicated[parcels.building_parcel]) == [0, 0, 1, NOBODY, NOBODY]
    assert parcels.graph.area_m2[dedicated == 0].sum() == pytest.approx(3600)
    assert set(borders(parcels, 1, 4)) == {Line.INSIDE}
    assert [(f.kind, f.codes) for f in parcels.findings] == [("premises_without_ground", ("F", "A", "N"))]


def test_narrow_premises_keep_their_ground_without_a_building() -> None:
    market = Premises("M", "market street", "market", box(95, 0, 105, 100))
    parcels = parcels_of(ground_of([SQUARE], (), TWO, premises=[market]))
    assert sorted(parcels.graph.dedicated) == [NOBODY, NOBODY, 0]
    assert parcels.findings == ()


def test_surveyed_parcels_are_the_parcels_and_what_they_leave_is_ground_too() -> None:
    survey = [box(0, 0, 60, 100), box(60, 0, 140, 100), box(55, 0, 60, 100), box(180, 20, 190, 80)]
    parcels = parcels_of(
        ground_of([SQUARE], [line(Line.MINOR, *STREET)], [house(30, 50), house(120, 50), house(30, 20)], parcels=survey)
    )
    graph, of = parcels.graph, parcels.building_parcel
    assert of[0] == of[2] != of[1]
    assert graph.area_m2[of[0]] == pytest.approx(6000)
    assert sorted(graph.area_m2) == pytest.approx([600, 4000, 4000, 5400, 6000])
    assert len(np.unique(graph.block)) == 2


def test_nothing_is_rounded_far_from_the_origin() -> None:
    away = np.array([427_113.123456789, 3_412_345.987654321])
    ground = ground_of(
        [shapely.transform(SQUARE, lambda xy: xy * 1.0000001 + away)],
        [(Line.MINOR, LineString(np.array(STREET) * 1.0000001 + away))],
        [shapely.transform(home, lambda xy: xy + away) for home in TWO],
    )
    parcels = parcels_of(ground)
    corners = {tuple(xy) for xy in shapely.get_coordinates(ground.communities)}
    assert corners <= {tuple(xy) for xy in shapely.get_coordinates(parcel_polygons(parcels))}
    assert borders(parcels, 0, 1)[Line.MINOR][0] == pytest.approx(100.00001, abs=1e-8)


def test_the_same_ground_gives_the_same_parcels() -> None:
    ground = city_ground(generated_city(300, 9))
    one, two = parcels_of(ground), parcels_of(ground)
    for name in one.graph.__slots__:
        assert np.array_equal(getattr(one.graph, name), getattr(two.graph, name))
    assert (one.net.x_m == two.net.x_m).all()


def test_work_can_be_watched_and_stopped() -> None:
    seen: list[tuple[str, float]] = []
    ground = ground_of([SQUARE], (), TWO)
    parcels_of(ground, lambda step, share: seen.append((step, share)))
    assert [share for _, share in seen] == sorted(share for _, share in seen)
    assert seen[0][1] == 0
    assert seen[-1][1] == 1

    def stop(_step: str, share: float) -> None:
        if share > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        parcels_of(ground, stop)


def doubting(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Let the clipping doubt the first block as often as told."""
    clipped, calls = cutting.clipped, iter(range(1000))

    def doubtful(*arguments: np.ndarray) -> object:
        found = clipped(*arguments)
        if next(calls) < times:
            found.doubtful[np.flatnonzero(np.diff(arguments[0]))[:1]] = True
        return found

    monkeypatch.setattr(cutting, "clipped", doubtful)


def cut_apart() -> Parcels:
    homes = [house(30, 30), house(60, 70), house(150, 30), house(170, 70)]
    return parcels_of(ground_of([SQUARE], [line(Line.MINOR, *STREET)], homes))


def test_a_block_in_doubt_is_cut_in_another_try(monkeypatch: pytest.MonkeyPatch) -> None:
    doubting(monkeypatch, cutting.TRIES - 1)
    parcels = cut_apart()
    assert parcels.graph.size == 4
    assert parcels.findings == ()


def test_a_block_that_cannot_be_cut_stays_whole_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    doubting(monkeypatch, cutting.TRIES)
    parcels = cut_apart()
    of = parcels.building_parcel
    assert len(np.unique(of)) == 3
    assert parcels.graph.size == 3
    assert not coverage_faults(parcel_polygons(parcels), geometries([SQUARE]))
    finding = parcels.findings[0]
    assert finding.kind == "block_not_cut"
    assert len(finding.codes) == 2
    assert len({int(of[int(code[1:])]) for code in finding.codes}) == 1


@pytest.mark.parametrize(("wrong", "instead"), [(0, -1), (-1, 0)])
def test_a_block_whose_pieces_contradict_each_other_is_cut_anew(
    monkeypatch: pytest.MonkeyPatch, wrong: int, instead: int
) -> None:
    cuts_of, calls = cutting.cuts_of, []

    def crossed(*arguments: object) -> object:
        cuts, lost = cuts_of(*arguments)  # type: ignore[arg-type]
        calls.append(len(cuts.one))
        if len(calls) == 1:
            cuts.one[wrong] = cuts.one[instead]
        return cuts, lost

    monkeypatch.setattr(cutting, "cuts_of", crossed)
    homes = [house(x, y) for x in (30, 150) for y in (20, 50, 80)]
    parcels = parcels_of(ground_of([SQUARE], [line(Line.MINOR, *STREET)], homes))
    assert parcels.graph.size == 6
    assert len(calls) == 2
    assert 0 < calls[1] < calls[0]


def test_areas_add_up_in_a_city_with_everything_in_it() -> None:
    ground = city_ground(generated_city(400, 12))
    parcels = parcels_of(ground)
    assert not coverage_faults(parcel_polygons(parcels), ground.communities)
    assert parcels.graph.area_m2.sum() == pytest.approx(total_area_m2(list(ground.communities)), rel=1e-12)


def test_twenty_thousand_buildings_on_one_spot_share_a_parcel_and_are_not_compared_in_pairs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[int] = []

    class Watched(sites.cKDTree):  # type: ignore[misc, name-defined]
        def __init__(self, points: Any) -> None:
            compared.append(len(points))
            super().__init__(points)

    monkeypatch.setattr(sites, "cKDTree", Watched)
    parcels = parcels_of(ground_of([SQUARE], [], [Point(50, 50)] * 20_000 + [Point(150, 50)] * 3))
    assert compared == [2]
    assert parcels.graph.load.tolist() == [20_000, 3]


@pytest.mark.parametrize("seed", range(5))
def test_buildings_at_the_same_place_of_a_block_are_grouped_as_all_pairs_of_them_say(seed: int) -> None:
    rng = np.random.default_rng(seed)
    middle = np.round(rng.uniform(0, 0.6, (120, 2)), 2 if seed else 3)
    block = np.sort(rng.integers(0, 3, 120)).astype(np.int32)
    near = np.hypot(*(middle[:, None] - middle[None]).transpose(2, 0, 1)) <= sites.SAME_PLACE_M
    near &= block[:, None] == block[None]
    together = np.linalg.matrix_power(near.astype(float), 120) > 0
    owner, first = sites._owners(middle, block)
    assert ((owner[:, None] == owner[None]) == together).all()
    assert first.tolist() == sorted({int(np.argmax(group)) for group in together})
    assert (owner[first] == np.arange(len(first))).all()
