"""Cells: who is gathered with whom, whose ground is whose, and who are neighbours."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.algorithms.division.model import Ground, ParcelGraph
from linli.algorithms.supply.cells import cells_of_customers, cells_of_parcels, customers_of_ground, nearest_ground
from linli.algorithms.supply.model import Customers


def customers_at(places: list[tuple[float, float]], demand_kw: list[float] | None = None) -> Customers:
    x_m, y_m = np.array(places, dtype=float).T
    demand = np.ones(len(places)) if demand_kw is None else np.array(demand_kw, dtype=float)
    return Customers(tuple(f"c{number}" for number in range(len(places))), x_m, y_m, demand)


def test_customers_at_one_place_are_one_cell() -> None:
    cells = cells_of_customers(customers_at([(0.1, 0.3), (100, 0), (0.1, 0.3)], [1, 2, 3]))
    assert cells.cell_of.tolist() == [0, 1, 0]
    assert cells.demand_kw.tolist() == [4, 2]
    assert (cells.x_m[0], cells.y_m[0]) == (0.1, 0.3)


def test_a_raster_cell_stands_at_the_centre_of_its_demand() -> None:
    cells = cells_of_customers(customers_at([(0, 0), (40, 0), (60, 0), (70, 0)], [3, 1, 0, 0]), side_m=50)
    assert cells.x_m.tolist() == [10, 65]
    assert cells.demand_kw.tolist() == [4, 0]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=30),
    st.sampled_from([0.0, 3.0, 10.0]),
)
def test_the_ground_of_cells_is_the_outline_and_every_cell_stands_on_its_own(
    places: list[tuple[int, int]], side_m: float
) -> None:
    cells = cells_of_customers(customers_at([(float(x), float(y)) for x, y in places]), side_m)
    outline = shapely.MultiPoint(places).convex_hull.buffer(50)
    assert shapely.area(cells.polygons).sum() == pytest.approx(outline.area)
    assert shapely.area(shapely.union_all(cells.polygons)) == pytest.approx(outline.area)
    assert shapely.intersects(cells.polygons, shapely.points(cells.x_m, cells.y_m)).all()
    assert len(cells.cell_of) == len(places)
    # Enough neighbours that one can walk from any cell to any other.
    reached = {0}
    for _ in range(cells.size):
        reached |= {int(b) for a, b in zip(cells.a, cells.b, strict=True) if int(a) in reached}
        reached |= {int(a) for a, b in zip(cells.a, cells.b, strict=True) if int(b) in reached}
    assert reached == set(range(cells.size))


def test_cells_on_two_islands_are_no_neighbours() -> None:
    islands = shapely.MultiPolygon([shapely.box(0, 0, 100, 100), shapely.box(200, 0, 300, 100)])
    cells = cells_of_customers(customers_at([(20, 50), (80, 50), (220, 50), (280, 50)]), outline=islands)
    assert list(zip(cells.a.tolist(), cells.b.tolist(), strict=True)) == [(0, 1), (2, 3)]


def test_a_customer_outside_the_outline_keeps_a_cell() -> None:
    cells = cells_of_customers(customers_at([(50, 50), (500, 500)]), outline=shapely.box(0, 0, 100, 100))
    assert cells.cell_of.tolist() == [0, 1]
    assert cells.polygons[1].is_empty
    assert cells.polygons[0].area == pytest.approx(100**2)


def test_an_invalid_outline_is_mended() -> None:
    bow_tie = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    grounds = nearest_ground(np.array([20.0, 80.0]), np.array([50.0, 50.0]), bow_tie)
    assert shapely.area(grounds).tolist() == pytest.approx([2500, 2500])


def test_no_customer_and_a_negative_side_are_refused() -> None:
    with pytest.raises(ValueError, match="customers"):
        cells_of_customers(Customers((), np.zeros(0), np.zeros(0), np.zeros(0)))
    with pytest.raises(ValueError, match="side_m"):
        cells_of_customers(customers_at([(0, 0)]), side_m=-1)


def parcel_row(passable: bool = True) -> ParcelGraph:
    """Six parcels of 100 m in a row: blocks 0 0 1 1 2 2, community 0 for the first four and 1 for the last two."""
    ones = np.ones(6)
    return ParcelGraph(
        load=ones, area_m2=ones * 1e4, x_m=np.linspace(50, 550, 6), y_m=np.array([50.0, 51, 50, 49, 50, 52]), outer_m=ones,
        community=np.array([0, 0, 0, 0, 1, 1], dtype=np.int32), superblock=np.zeros(6, dtype=np.int32),
        block=np.array([0, 0, 1, 1, 2, 2], dtype=np.int32), dedicated=np.full(6, -1, dtype=np.int32),
        a=np.array([0, 1, 2, 4], dtype=np.int32), b=np.array([1, 2, 3, 5], dtype=np.int32), border_m=np.full(4, 100.0),
        kind=np.array([2, 1, 2, 2], dtype=np.int8), passable=np.array([True, passable, True, True]),
    )  # fmt: skip


def test_parcels_join_to_blocks_and_neighbours_reach_over_the_border_of_a_community() -> None:
    customers = customers_at([(50, 50), (160, 50), (250, 50)], [1, 3, 5])
    parcel_of = np.array([0, 1, 2], dtype=np.int32)
    squares = np.array([shapely.box(100 * number, 0, 100 * number + 100, 100) for number in range(6)], dtype=object)
    cells = cells_of_parcels(customers, parcel_of, parcel_row(), squares)
    assert cells.size == 3
    assert cells.cell_of.tolist() == [0, 0, 1]
    assert cells.demand_kw.tolist() == [4, 5, 0]
    assert cells.x_m.tolist() == [pytest.approx(132.5), 250, 500]  # nobody in the last block: the middle of its ground
    assert [polygon.bounds for polygon in cells.polygons] == [(0, 0, 200, 100), (200, 0, 400, 100), (400, 0, 600, 100)]
    assert next(zip(cells.a.tolist(), cells.b.tolist(), strict=True)) == (0, 1)
    assert (1, 2) in zip(cells.a.tolist(), cells.b.tolist(), strict=True)


def test_a_river_without_a_bridge_makes_no_neighbours() -> None:
    customers = customers_at([(50, 50)])
    cells = cells_of_parcels(customers, np.zeros(1, dtype=np.int32), parcel_row(passable=False), unit="parcel")
    assert cells.size == 6
    assert (1, 2) not in set(zip(cells.a.tolist(), cells.b.tolist(), strict=True))
    assert shapely.intersects(cells.polygons, shapely.points(parcel_row().x_m, parcel_row().y_m)).all()


def test_buildings_become_customers_with_their_load() -> None:
    buildings = [shapely.box(0, 0, 10, 10), shapely.Point(), shapely.Point(5, 7), None, shapely.box(20, 0, 30, 10)]
    ground = Ground(
        communities=np.array([shapely.box(0, 0, 50, 50)], dtype=object), community_codes=("1",), community_names=("A",),
        lines=np.array([], dtype=object), line_kinds=np.zeros(0, dtype=np.int8),
        buildings=np.array(buildings, dtype=object), building_codes=("a", "b", "c", "d", "e"),
        load=np.array([10.0, 1, 0, 1, np.nan]),
    )  # fmt: skip
    customers, number = customers_of_ground(ground, kw_per_unit=2.5)
    assert customers.codes == ("a", "c", "e")
    assert number.tolist() == [0, 2, 4]
    assert customers.demand_kw.tolist() == [25, 0, 0]
    assert (customers.x_m[0], customers.y_m[1]) == (5, 7)
    with pytest.raises(ValueError, match="kw_per_unit"):
        customers_of_ground(ground, 0)
