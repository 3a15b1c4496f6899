"""Polygons of grids cover their communities exactly, in one piece each where that can be; and faults are found."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from linli.algorithms.division.cells import Parcels, parcels_of
from linli.algorithms.division.coverage import connected_grids, coverage_faults, grid_polygons
from linli.algorithms.division.generated import generated_ground
from linli.algorithms.division.model import Geometries, Ints, Line
from tests.algorithms.division.grounds import geometries, ground_of, house, line

SQUARE = box(0, 0, 400, 100)


def grown(parcels: Parcels, grids: int, seed: int) -> Ints:
    """Connected grids grown from parcels drawn by lot, each inside its community."""
    graph, rng = parcels.graph, np.random.default_rng(seed)
    neighbours: list[list[int]] = [[] for _ in range(graph.size)]
    for a, b in zip(graph.a.tolist(), graph.b.tolist(), strict=True):
        neighbours[a].append(b)
        neighbours[b].append(a)
    grid_of = np.full(graph.size, -1, np.int32)
    number = 0
    for start in rng.permutation(graph.size):
        queue = [int(start)] if grid_of[start] < 0 else []
        left = graph.size // grids
        while queue and left:
            parcel = queue.pop(0)
            if grid_of[parcel] < 0:
                grid_of[parcel] = number
                left -= 1
                queue += [other for other in neighbours[parcel] if grid_of[other] < 0]
        number = int(grid_of.max()) + 1
    return grid_of


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_connected_grids_of_a_city_are_single_polygons_that_cover_it_exactly(seed: int) -> None:
    ground = generated_ground(400, seed)
    parcels = parcels_of(ground)
    grid_of = grown(parcels, 30, seed)
    polygons = grid_polygons(parcels, grid_of)
    assert len(polygons) == grid_of.max() + 1
    assert not coverage_faults(polygons, ground.communities)
    np.testing.assert_allclose(shapely.area(polygons), np.bincount(grid_of, parcels.graph.area_m2), rtol=1e-9)
    community = np.empty(len(polygons), np.int32)
    community[grid_of] = parcels.graph.community
    for number, outline in enumerate(ground.communities):
        assert shapely.area(polygons[community == number]).sum() == pytest.approx(outline.area, rel=1e-12)
    homes = polygons[grid_of[parcels.building_parcel]]
    assert shapely.contains(homes, shapely.centroid(ground.buildings)).all()


def test_neighbours_share_their_points() -> None:
    ground = generated_ground(200, 5)
    parcels = parcels_of(ground)
    polygons = grid_polygons(parcels, grown(parcels, 20, 1))
    assert shapely.coverage_is_valid(polygons)
    whole = shapely.coverage_union_all(polygons)
    assert whole.equals(shapely.coverage_union_all(polygons[::-1]))
    assert whole.area == pytest.approx(shapely.area(polygons).sum(), rel=1e-12)


def strip_of_three() -> Parcels:
    """A house, a larger empty block, a house, all divided by streets."""
    streets = [line(Line.MINOR, (100, 0), (100, 100)), line(Line.MINOR, (300, 0), (300, 100))]
    return parcels_of(ground_of([SQUARE], streets, [house(50, 50), house(350, 50)]))


def test_empty_ground_apart_from_its_grid_is_drawn_with_the_neighbour_of_the_longest_border() -> None:
    streets = [
        line(Line.MINOR, (100, 0), (100, 100)),
        line(Line.MINOR, (300, 0), (300, 100)),
        line(Line.MINOR, (300, 70), (400, 70)),
    ]
    parcels = parcels_of(ground_of([SQUARE], streets, [house(50, 50), house(150, 50), house(350, 30)]))
    west, middle, east = parcels.building_parcel
    empty = next(iter(set(range(4)) - {west, middle, east}))
    grid_of = np.zeros(4, np.int32)
    grid_of[[west, middle, east, empty]] = [0, 1, 2, 0]
    assert connected_grids(parcels, grid_of)[empty] == 2
    polygons = grid_polygons(parcels, grid_of)
    assert not coverage_faults(polygons, geometries([SQUARE]))
    assert polygons[2].equals(box(300, 0, 400, 100))
    assert polygons[0].equals(box(0, 0, 100, 100))


def test_grids_that_hang_together_are_drawn_as_they_are() -> None:
    parcels = parcels_of(generated_ground(200, 6))
    grid_of = grown(parcels, 15, 2)
    assert (connected_grids(parcels, grid_of) == grid_of).all()


def test_empty_ground_behind_empty_ground_finds_its_way_too() -> None:
    streets = [line(Line.MINOR, (x, 0), (x, 100)) for x in (100, 200, 300)]
    parcels = parcels_of(ground_of([SQUARE], streets, [house(50, 50)]))
    order = np.argsort(parcels.graph.x_m)
    grid_of = np.zeros(4, np.int32)
    grid_of[order] = [0, 1, 0, 0]
    drawn = connected_grids(parcels, grid_of)[order]
    assert list(drawn) == [0, 1, 1, 1]


def test_grids_with_buildings_on_both_sides_stay_in_parts_and_are_found() -> None:
    parcels = strip_of_three()
    west, east = parcels.building_parcel
    grid_of = np.full(3, 1, np.int32)
    grid_of[[west, east]] = 0
    polygons = grid_polygons(parcels, grid_of)
    assert polygons[0].geom_type == "MultiPolygon"
    assert coverage_faults(polygons, geometries([SQUARE])).in_parts == (0,)
    assert shapely.area(polygons).sum() == pytest.approx(SQUARE.area)


def test_an_empty_isle_has_no_neighbour_and_stays_with_its_grid() -> None:
    outline = MultiPolygon([box(0, 0, 100, 100), box(200, 0, 250, 50)])
    parcels = parcels_of(ground_of([outline], (), [house(50, 50)]))
    polygons = grid_polygons(parcels, np.zeros(2, np.int32))
    assert polygons[0].equals(outline)


def test_a_grid_around_another_has_a_hole_and_grids_that_touch_in_a_point_are_apart() -> None:
    streets = [
        line(Line.MINOR, (40, 40), (60, 40), (60, 60), (40, 60), (40, 40)),
        line(Line.MINOR, (60, 60), (100, 60)),
        line(Line.MINOR, (60, 60), (60, 100)),
    ]
    homes = [house(50, 50), house(80, 80), house(20, 20)]
    parcels = parcels_of(ground_of([box(0, 0, 100, 100)], streets, homes))
    grid_of = np.zeros(3, np.int32)
    grid_of[parcels.building_parcel] = [0, 1, 2]
    inner, corner, around = grid_polygons(parcels, grid_of)
    assert inner.equals(box(40, 40, 60, 60))
    assert corner.equals(box(60, 60, 100, 100))
    assert around.is_valid
    assert around.area == pytest.approx(10000 - 400 - 1600)
    both = grid_polygons(parcels, np.where(grid_of == 2, 1, 0).astype(np.int32))
    assert not coverage_faults(both, geometries([box(0, 0, 100, 100)])).invalid
    assert both[0].geom_type == "MultiPolygon"


def test_drawing_is_reported() -> None:
    shares: list[float] = []
    grid_polygons(strip_of_three(), np.zeros(3, np.int32), lambda _step, share: shares.append(share))
    assert shares == [0.0, 1.0]


WEST, EAST = box(0, 0, 200, 100), box(200, 0, 400, 100)


def faults(*polygons: Polygon, outline: Polygon = SQUARE) -> set[str]:
    found = coverage_faults(geometries(polygons), geometries([outline]))
    assert bool(found) == any(getattr(found, name) for name in found.__slots__)
    return {name for name in found.__slots__ if getattr(found, name)}


def test_faults_of_a_coverage_are_named_one_by_one() -> None:
    assert faults(WEST, EAST) == set()
    assert faults(WEST, box(200.001, 0, 400, 100)) == {"gap_m2"}
    assert faults(WEST, box(199, 0, 400, 100)) == {"overlap_m2", "unmatched"}
    assert faults(WEST, EAST, box(410, 0, 420, 10)) == {"outside_m2"}
    assert faults(MultiPolygon([box(0, 0, 50, 100), box(150, 0, 200, 100)]), EAST, box(50, 0, 150, 100)) == {"in_parts"}
    assert faults(WEST, EAST, Polygon()) == {"invalid"}
    assert "invalid" in faults(WEST, Polygon([(200, 0), (400, 100), (400, 0), (200, 100)]))
    with_point = Polygon([(200, 0), (400, 0), (400, 100), (200, 100), (200, 50)])
    assert faults(WEST, with_point) == {"unmatched"}


def test_faults_say_which_polygons_and_how_much() -> None:
    found = coverage_faults(geometries([WEST, box(190, 0, 390, 100), Polygon()]), geometries([SQUARE]))
    assert found.invalid == (2,)
    assert found.unmatched == (0, 1)
    assert found.gap_m2 == pytest.approx(1000)
    assert found.overlap_m2 == pytest.approx(1000)
    assert found.outside_m2 == 0


def test_no_polygons_leave_everything_open() -> None:
    nothing: Geometries = np.empty(0, dtype=np.object_)
    assert coverage_faults(nothing, geometries([SQUARE])).gap_m2 == pytest.approx(SQUARE.area)
    assert not coverage_faults(nothing, nothing)
    assert len(grid_polygons(parcels_of(ground_of([])), np.empty(0, np.int32))) == 0
