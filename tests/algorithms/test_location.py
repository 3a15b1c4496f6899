"""`GridLocator` against oracles that share nothing with it: cell bookkeeping, rational arithmetic, Shapely."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bench.city_partition import city_partition
from linli.algorithms.location import GridLocator

Point = tuple[float, float]

# Rational arithmetic takes the time it takes; a busy machine must not fail a right answer.
unhurried = settings(deadline=None)


def both_ways(locator: GridLocator, points: Sequence[Point]) -> list[int | None]:
    """Locate points one by one and all at once; the two must agree."""
    singly = [locator.locate(*point) for point in points]
    at_once = locator.locate_many([p[0] for p in points], [p[1] for p in points])
    assert at_once.tolist() == [-1 if number is None else number for number in singly]
    return singly


def exactly_covers(polygon: Any, point: Point) -> bool:
    """Apply the even-odd rule in rational arithmetic, border included."""
    x, y = Fraction(point[0]), Fraction(point[1])
    inside = False
    for ring in shapely.get_rings(shapely.get_parts(polygon)):
        corners = [(Fraction(a), Fraction(b)) for a, b in shapely.get_coordinates(ring).tolist()]
        for (x1, y1), (x2, y2) in itertools.pairwise(corners):
            turn = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
            if turn == 0 and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
                return True
            if (y1 > y) != (y2 > y) and (turn > 0) == (y2 > y1):
                inside = not inside
    return inside


def raster_lines(locator: GridLocator) -> tuple[list[float], list[float]]:
    """Return coordinates on the lines between the locator's cells and next to them."""
    raster = locator._index.raster
    lines = []
    for start, end, count, density in (
        (raster.west, raster.east, raster.columns, raster.columns_per_unit),
        (raster.south, raster.north, raster.rows, raster.rows_per_unit),
    ):
        on = [start + k / density for k in range(count + 1)]
        lines.append([x for value in on for x in (np.nextafter(value, -1e9), value, np.nextafter(value, 1e9), end)])
    return lines[0], lines[1]


@st.composite
def tilings(draw: st.DrawFn) -> tuple[list[list[int]], tuple[int, int, int, int], list[str]]:
    """Draw a board of unit squares with owners (-1 for none), a linear map with whole numbers, and codes of owners.

    Owners' squares merge into polygons with holes, several parts, touching corners and T-junctions.
    """
    columns, rows = draw(st.integers(1, 7)), draw(st.integers(1, 7))
    owner = st.integers(-1, draw(st.integers(0, 8)))
    board = draw(st.lists(st.lists(owner, min_size=columns, max_size=columns), min_size=rows, max_size=rows))
    a, b, c, d = draw(
        st.tuples(*[st.integers(-9, 9)] * 4).filter(lambda m: m[0] * m[3] != m[1] * m[2]),
        label="linear map",
    )
    names = draw(st.permutations([f"G{k}" for k in range(9)]))
    return board, (a, b, c, d), names


@unhurried
@given(tilings(), st.sampled_from([0.5, 0.25]))
def test_a_point_belongs_to_the_smallest_code_among_the_squares_it_touches(
    tiling: tuple[list[list[int]], tuple[int, int, int, int], list[str]], step: float
) -> None:
    board, (a, b, c, d), names = tiling
    owners = sorted({owner for line in board for owner in line} - {-1})
    parts = {
        owner: [
            [(a * x + b * y, c * x + d * y) for x, y in ((i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1))]
            for j, line in enumerate(board)
            for i, here in enumerate(line)
            if here == owner
        ]
        for owner in owners
    }
    polygons = [shapely.union_all([shapely.Polygon(square) for square in parts[owner]]) for owner in owners]
    locator = GridLocator(polygons, owners, [names[owner] for owner in owners])

    places = [
        (i * step, j * step)
        for i in range(-1, int(len(board[0]) / step) + 2)
        for j in range(-1, int(len(board) / step) + 2)
    ]
    expected = []
    for x, y in places:
        touched = {
            board[j][i]
            for j in {math.floor(y), math.ceil(y) - 1}
            for i in {math.floor(x), math.ceil(x) - 1}
            if 0 <= j < len(board) and 0 <= i < len(board[0])
        } - {-1}
        expected.append(min(touched, key=names.__getitem__, default=None))
    assert both_ways(locator, [(a * x + b * y, c * x + d * y) for x, y in places]) == expected


@st.composite
def star_polygons(draw: st.DrawFn) -> Any:
    """Draw a polygon around a centre, perhaps with a hole, perhaps a sliver, with awkward coordinates."""
    centre_x, centre_y = draw(st.floats(-2, 2)), draw(st.floats(-2, 2))
    count = draw(st.integers(3, 16))
    radii = draw(st.lists(st.floats(0.3, 3), min_size=count, max_size=count))
    flatness = draw(st.sampled_from([1.0, 1.0, 1e-3, 1e-9, 1e-13]))
    turn = draw(st.floats(0, 7))
    ring = []
    for k, radius in enumerate(radii):
        angle = 2 * math.pi * k / count
        x, y = radius * math.cos(angle), radius * math.sin(angle) * flatness
        ring.append(
            (centre_x + x * math.cos(turn) - y * math.sin(turn), centre_y + x * math.sin(turn) + y * math.cos(turn))
        )
    hole = [((x + centre_x) / 2, (y + centre_y) / 2) for x, y in ring]
    return shapely.Polygon(ring, [hole] if draw(st.booleans()) else [])


@unhurried
@given(st.lists(star_polygons(), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_overlapping_polygons_answer_exactly_at_vertices_on_edges_and_on_cell_lines(
    drawn: list[Any], random: Any
) -> None:
    polygons = [polygon for polygon in drawn if polygon.is_valid]
    if not polygons:
        return
    codes = [f"{k:02}" for k in range(len(polygons))]
    random.shuffle(codes)
    locator = GridLocator(polygons, range(len(polygons)), codes)
    corners = [tuple(xy) for xy in shapely.get_coordinates(polygons).tolist()]
    pairs = list(itertools.pairwise(corners))
    shares = [random.random() for _ in pairs]
    between = [(x1 + t * (x2 - x1), y1 + t * (y2 - y1)) for ((x1, y1), (x2, y2)), t in zip(pairs, shares, strict=True)]
    x_lines, y_lines = raster_lines(locator)
    crossings = [(random.choice(x_lines), random.choice(y_lines)) for _ in range(40)]
    beside = [(random.choice(x_lines), random.choice(corners)[1]) for _ in range(20)]
    points: list[Point] = [*corners, *between, *crossings, *beside]

    by_code = sorted(range(len(polygons)), key=codes.__getitem__)
    expected = [next((k for k in by_code if exactly_covers(polygons[k], point)), None) for point in points]
    assert both_ways(locator, points) == expected


def partition(rows: int, columns: int, *, dense_core: bool) -> tuple[npt.NDArray[np.object_], list[str]]:
    polygons = city_partition(rows, columns, 9, dense_core=dense_core, seed=7)
    codes = [f"{k:06}" for k in np.random.default_rng(7).permutation(len(polygons))]
    return polygons, codes


@pytest.mark.parametrize("dense_core", [False, True])
def test_a_city_agrees_with_shapely_everywhere(dense_core: bool) -> None:
    polygons, codes = partition(30, 25, dense_core=dense_core)
    locator = GridLocator(polygons, np.arange(750) + 1000, codes)
    random = np.random.default_rng(11)
    west, south, east, north = shapely.total_bounds(polygons)
    scattered = random.uniform((west - 0.01, south - 0.01), (east + 0.01, north + 0.01), (20_000, 2))
    vertices = random.choice(shapely.get_coordinates(polygons), 5_000)
    per_grid = shapely.get_coordinates(shapely.point_on_surface(polygons))
    x_lines, y_lines = raster_lines(locator)
    on_lines = np.column_stack([random.choice(x_lines, 5_000), random.choice(y_lines, 5_000)])
    points = np.concatenate([scattered, vertices, per_grid, on_lines])

    point, grid = shapely.STRtree(polygons).query(shapely.points(points), predicate="covered_by")
    best: dict[int, int] = {}
    for p, g in zip(point.tolist(), grid.tolist(), strict=True):
        if p not in best or codes[g] < codes[best[p]]:
            best[p] = g
    expected = [best[p] + 1000 if p in best else -1 for p in range(len(points))]
    assert locator.locate_many(points[:, 0], points[:, 1]).tolist() == expected
    assert (np.bincount(point) >= 3).any(), "the sample must hold corners where several grids meet"
    some = points[::7]
    assert [locator.locate(x, y) or -1 for x, y in some.tolist()] == expected[::7]


def square(x: float, y: float, side: float = 1.0) -> Any:
    return shapely.box(x, y, x + side, y + side)


def test_the_code_and_not_the_order_of_loading_decides_on_a_border() -> None:
    left, right = square(0, 0), square(1, 0)
    border = [(1.0, 0.0), (1.0, 0.5), (1.0, 1.0)]
    assert both_ways(GridLocator([left, right], [1, 2], ["a", "b"]), border) == [1, 1, 1]
    assert both_ways(GridLocator([right, left], [2, 1], ["b", "a"]), border) == [1, 1, 1]
    assert both_ways(GridLocator([left, right], [1, 2], ["b", "a"]), border) == [2, 2, 2]
    assert both_ways(GridLocator([left, right], [1, 2], ["10", "9"]), border) == [1, 1, 1]


def test_every_side_and_corner_of_a_grid_belongs_to_it_and_its_outside_to_nobody() -> None:
    locator = GridLocator([square(0, 0, 4)], [5], ["a"])
    inside = [(x, y) for x in (0.0, 1.0, 2.5, 4.0) for y in (0.0, 1.0, 2.5, 4.0)]
    assert set(both_ways(locator, inside)) == {5}
    outside = [(np.nextafter(0, -1), 1.0), (np.nextafter(4, 5), 1.0), (1.0, -1e-300), (1.0, np.nextafter(4, 5))]
    assert set(both_ways(locator, outside)) == {None}


def test_holes_belong_to_nobody_and_an_island_in_a_hole_to_its_grid() -> None:
    ring = shapely.Polygon(square(0, 0, 9).exterior, [square(3, 3, 3).exterior])
    locator = GridLocator([ring, square(4, 4)], [1, 2], ["b", "a"])
    points = [(1.0, 1.0), (3.5, 3.5), (3.0, 4.0), (4.5, 4.5), (5.0, 5.0), (6.0, 6.0), (5.5, 4.5)]
    assert both_ways(locator, points) == [1, None, 1, 2, 2, 1, None]


def test_a_large_overlap_is_answered_by_the_smaller_code_though_no_border_is_near() -> None:
    fine = shapely.Point(0, 0).buffer(10, quad_segs=200)
    wide = shapely.Point(0, 0).buffer(30, quad_segs=200)
    assert both_ways(GridLocator([fine, wide], [1, 2], ["a", "b"]), [(0.0, 0.0), (20.0, 0.0)]) == [1, 2]
    assert both_ways(GridLocator([fine, wide], [1, 2], ["b", "a"]), [(0.0, 0.0), (20.0, 0.0)]) == [2, 2]


def test_around_the_border_of_a_grid_inside_another_each_side_gets_its_own_answer() -> None:
    fine = shapely.Point(0, 0).buffer(10, quad_segs=200)
    wide = shapely.Point(0, 0).buffer(30, quad_segs=200)
    angles = np.linspace(0.0, 6.3, 500)
    locator = GridLocator([fine, wide], [1, 2], ["a", "b"])
    for radius, expected in ((9.9, 1), (10.01, 2), (10.5, 2), (29.9, 2), (30.01, None)):
        points = [(radius * math.cos(angle), radius * math.sin(angle)) for angle in angles.tolist()]
        assert set(both_ways(locator, points)) == {expected}


@unhurried
@given(st.floats(0.01, 0.99), st.integers(-3, 3))
@example(share=0.5, steps=0)
def test_beside_a_slanted_border_the_last_bit_decides(share: float, steps: int) -> None:
    below = shapely.Polygon([(116.1, 39.7), (116.9, 39.7), (116.9, 40.3)])
    above = shapely.Polygon([(116.1, 39.7), (116.9, 40.3), (116.1, 40.3)])
    x = 116.1 + share * (116.9 - 116.1)
    y = 39.7 + share * (40.3 - 39.7) + steps * math.ulp(40.0)
    expected = 2 if exactly_covers(above, (x, y)) else 1
    assert both_ways(GridLocator([below, above], [1, 2], ["b", "a"]), [(x, y)]) == [expected]


def test_slivers_thinner_than_rounding_still_own_their_vertices() -> None:
    sliver = shapely.Polygon([(116.0, 39.0), (117.0, 40.0), (116.5, np.nextafter(39.5, 40))])
    beside = shapely.Polygon([(116.0, 39.0), (117.0, 39.0), (117.0, 40.0)])
    locator = GridLocator([sliver, beside], [1, 2], ["a", "b"])
    points = [(116.0, 39.0), (117.0, 40.0), (116.5, float(np.nextafter(39.5, 40))), (116.5, 39.5), (116.6, 39.5)]
    assert both_ways(locator, points) == [1, 1, 1, 1, 2]
    assert both_ways(locator, [(116.5, float(np.nextafter(np.nextafter(39.5, 40), 40)))]) == [None]


def test_wkb_and_shapes_give_the_same_locator() -> None:
    polygons, codes = partition(8, 8, dense_core=False)
    wkb = shapely.to_wkb(polygons).tolist()
    random = np.random.default_rng(3)
    west, south, east, north = shapely.total_bounds(polygons)
    x, y = random.uniform(west, east, 2000), random.uniform(south, north, 2000)
    expected = GridLocator(polygons, range(64), codes).locate_many(x, y)
    assert len(set(expected.tolist())) > 40
    assert np.array_equal(GridLocator(wkb, range(64), codes).locate_many(x, y), expected)
    assert np.array_equal(GridLocator([memoryview(b) for b in wkb], range(64), codes).locate_many(x, y), expected)


def test_heights_and_mixed_polygons_and_multipolygons_are_taken() -> None:
    high = shapely.force_3d(square(0, 0), 7.0)
    parts = shapely.MultiPolygon([square(2, 0), square(4, 0)])
    with_empty_part = shapely.from_wkt("MULTIPOLYGON (EMPTY, ((6 0, 7 0, 7 1, 6 1, 6 0)))")
    locator = GridLocator([high, parts, with_empty_part], [1, 2, 3], ["a", "b", "c"])
    points = [(0.5, 0.5), (1.5, 0.5), (2.5, 0.5), (3.5, 0.5), (4.5, 0.5), (6.5, 0.5)]
    assert both_ways(locator, points) == [1, None, 2, None, 2, 3]


def test_the_shape_of_the_input_is_kept_and_nothing_finds_nothing() -> None:
    locator = GridLocator([square(0, 0)], [7], ["a"])
    assert locator.locate_many([[0.5, 2.0], [0.1, 1.0]], [[0.5, 0.5], [0.1, 1.0]]).tolist() == [[7, -1], [7, 7]]
    assert locator.locate_many([], []).shape == (0,)
    assert both_ways(locator, [(math.nan, 0.5), (0.5, math.nan), (math.inf, 0.5), (0.5, -math.inf)]) == [None] * 4
    with pytest.raises(ValueError, match="one shape"):
        locator.locate_many([0.5], [0.5, 0.6])


def test_a_locator_without_grids_answers_none() -> None:
    locator = GridLocator([], [], [])
    assert len(locator) == 0
    assert both_ways(locator, [(0.0, 0.0), (116.4, 39.9)]) == [None, None]


@pytest.mark.parametrize(
    ("polygons", "ids", "codes", "complaint"),
    [
        ([square(0, 0)], [1, 2], ["a"], "1 polygons, 2 ids, 1 codes"),
        ([square(0, 0), square(1, 0)], [1, 2], ["a", "a"], "grid 'a': Its code 'a' belongs to another"),
        ([square(0, 0), square(1, 0)], [4, 4], ["a", "b"], "grid 'b': Its id 4 belongs to another"),
        ([square(0, 0)], [-1], ["a"], "grid 'a': Give an id of 0 or more"),
        ([square(0, 0), shapely.Point(0, 0)], [1, 2], ["a", "b"], "grid 'b': Give a Polygon"),
        ([shapely.Polygon()], [1], ["a"], "grid 'a': Give a Polygon"),
        ([None], [1], ["a"], "grid 'a': Give a Polygon"),
        ([shapely.Polygon([(0, 0), (1e13, 0), (0, 1)])], [1], ["a"], "finite coordinates"),
        ([shapely.Polygon([(0, 0), (1, 0), (2, 0)])], [1], ["a"], "need an area"),
    ],
)
def test_what_cannot_be_a_grid_is_refused_by_its_code(
    polygons: list[Any], ids: list[int], codes: list[str], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        GridLocator(polygons, ids, codes)


def test_the_index_stays_lean() -> None:
    polygons, codes = partition(40, 40, dense_core=True)
    locator = GridLocator(polygons, range(1600), codes)
    assert locator.vertex_count == 1600 * 41
    assert locator.nbytes / locator.vertex_count < 30


def test_the_extent_is_that_of_all_polygons_and_none_without_any() -> None:
    locator = GridLocator([shapely.box(1, 2, 3, 4), shapely.box(5, -1, 6, 2)], [1, 2], ["a", "b"])
    assert locator.extent == (1.0, -1.0, 6.0, 4.0)
    assert GridLocator([], [], []).extent is None
