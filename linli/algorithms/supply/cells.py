"""Gather customers into cells with ground of their own: one each, raster cells, parcels or blocks.

Power is planned for thousands of cells, not for a hundred thousand customers. `cells_of_customers` needs points only, and
gives every cell the ground that is nearest to it (Voronoi); `cells_of_parcels` takes the parcels or blocks that the division
engine made. `customers_of_ground` turns a `Ground` into customers.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import Delaunay, QhullError

from linli.algorithms.division.model import Floats, Geometries, Ground, Ints, ParcelGraph
from linli.algorithms.supply.model import Cells, Customers

_Indices = npt.NDArray[np.intp]
_EDGE_M = 50.0  # how far the ground reaches beyond the outermost customer where no outline is given


def customers_of_ground(ground: Ground, kw_per_unit: float) -> tuple[Customers, Ints]:
    """Make a customer of every building that has a place, with its load × `kw_per_unit` (kW a household or person).

    Returns them with the number of each one's building. A building without any coordinates has no place, and is not among
    them: `cells` of the division engine names those. A load below 0 or not finite counts as 0.
    """
    if not 0 < kw_per_unit < float("inf"):
        raise ValueError(f"kw_per_unit {kw_per_unit:g}: must be above 0")
    geometries = np.asarray(ground.buildings, dtype=object)
    number = np.flatnonzero(~(shapely.is_missing(geometries) | shapely.is_empty(geometries)))
    place = shapely.centroid(shapely.envelope(geometries[number]))
    coordinates = shapely.get_coordinates(place).reshape(-1, 2)
    finite = np.isfinite(coordinates).all(axis=1)
    number, coordinates = number[finite], coordinates[finite]
    load = np.nan_to_num(ground.load[number], nan=0.0, posinf=0.0, neginf=0.0).clip(min=0.0)
    codes = tuple(ground.building_codes[place] for place in number)
    return Customers(codes, coordinates[:, 0], coordinates[:, 1], load * kw_per_unit), number.astype(np.int32)


def cells_of_customers(customers: Customers, side_m: float = 0.0, outline: Any = None) -> Cells:
    """Gather customers into squares of `side_m` (0: those at the same point only); a cell stands at its demand's centre.

    The ground is `outline` (a polygon or multi-polygon), or the convex hull of the customers and 50 m around it; each part of
    it belongs to the nearest cell. A customer outside the outline has a cell, whose ground may then be empty. Cost:
    O(k log k). Raises ValueError when there is no customer, or side_m is below 0.
    """
    if not len(customers.codes):
        raise ValueError("customers: at least one")
    if not 0 <= side_m < float("inf"):
        raise ValueError(f"side_m {side_m:g}: must be 0 or more")
    points = np.column_stack((customers.x_m, customers.y_m))
    keys = np.floor(points / side_m) if side_m > 0 else points
    cell_of = np.unique(keys, axis=0, return_inverse=True)[1].reshape(-1)
    x_m, y_m, demand_kw = _centres(customers, cell_of, int(cell_of.max()) + 1)
    if outline is None:
        outline = shapely.MultiPoint(points).convex_hull.buffer(_EDGE_M)
    polygons = nearest_ground(x_m, y_m, outline)
    a, b = _touching(polygons, *_links(x_m, y_m))
    return Cells(x_m, y_m, demand_kw, polygons, cell_of.astype(np.int32), a, b)


def cells_of_parcels(
    customers: Customers,
    parcel_of: Ints,
    graph: ParcelGraph,
    polygons: Geometries | None = None,
    unit: Literal["parcel", "block"] = "block",
) -> Cells:
    """Gather the customers of each parcel or block; service areas are then unions of parcels or blocks.

    `parcel_of` (k) is the parcel of each customer, `polygons` (n) the ground of the parcels; without it each cell gets the
    ground nearest to its parcels' centres inside their hull. Parcels are neighbours over passable borders; the graph knows
    none across a community's border, so there the Delaunay triangulation of the parcels' centres is taken.
    """
    names = np.arange(graph.size) if unit == "parcel" else graph.block
    keys = np.column_stack((graph.community, names))
    cell_of_parcel = np.unique(keys, axis=0, return_inverse=True)[1].reshape(-1)
    count = int(cell_of_parcel.max()) + 1
    cell_of = cell_of_parcel[parcel_of]
    x_m, y_m, demand_kw = _centres(customers, cell_of, count)
    empty = np.bincount(cell_of, minlength=count) == 0
    area = np.bincount(cell_of_parcel, weights=graph.area_m2, minlength=count).clip(min=1e-9)
    for places, centres in ((x_m, graph.x_m), (y_m, graph.y_m)):
        middle = np.bincount(cell_of_parcel, weights=centres * graph.area_m2, minlength=count) / area
        places[empty] = middle[empty]
    first, second = _links(graph.x_m, graph.y_m)
    across = graph.community[first] != graph.community[second]
    ends = (
        np.concatenate((graph.a[graph.passable], first[across])),
        np.concatenate((graph.b[graph.passable], second[across])),
    )
    a, b = _pairs(cell_of_parcel[ends[0]], cell_of_parcel[ends[1]])
    if polygons is None:
        hull = shapely.MultiPoint(np.column_stack((graph.x_m, graph.y_m))).convex_hull.buffer(_EDGE_M)
        polygons = nearest_ground(graph.x_m, graph.y_m, hull)
    grounds = _unions(polygons, cell_of_parcel, count)
    return Cells(x_m, y_m, demand_kw, grounds, cell_of.astype(np.int32), a, b)


def nearest_ground(x_m: Floats, y_m: Floats, outline: Any) -> Geometries:
    """Divide `outline` among points by nearness (Voronoi): one polygon or multi-polygon each, in their order.

    Points at the same place: the first of them gets the ground, the others an empty polygon.
    """
    outline = shapely.make_valid(outline)
    points = np.column_stack((x_m, y_m))
    places, first = np.unique(points, axis=0, return_index=True)
    grounds = np.full(len(x_m), shapely.Polygon(), dtype=object)
    if len(places) == 1:
        grounds[first[0]] = outline
        return grounds
    whole = shapely.box(*shapely.total_bounds(np.array([outline, shapely.MultiPoint(points)], dtype=object)))
    parts = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(places), extend_to=whole))
    tree = shapely.STRtree(parts)
    point, part = tree.query(shapely.points(places), predicate="intersects")
    shapely.prepare(outline)
    cut = shapely.covers(outline, parts)
    clipped = parts.copy()
    clipped[~cut] = shapely.intersection(parts[~cut], outline)
    grounds[first[point]] = clipped[part]
    return grounds


def _centres(customers: Customers, cell_of: _Indices, count: int) -> tuple[Floats, Floats, Floats]:
    """Return the centre of demand of each cell (of its customers, where they have none) and its demand."""
    demand_kw: Floats = np.bincount(cell_of, weights=customers.demand_kw, minlength=count).astype(np.float64)
    weight = np.where(demand_kw[cell_of] > 0, customers.demand_kw, 1.0)
    total = np.bincount(cell_of, weights=weight, minlength=count)
    total[total == 0] = 1.0
    # Measured from a customer of the cell, so that a centre of equal places is that place to the last bit.
    x_m, y_m = np.zeros(count), np.zeros(count)
    for places, values in ((x_m, customers.x_m), (y_m, customers.y_m)):
        places[cell_of] = values
        places += np.bincount(cell_of, weights=(values - places[cell_of]) * weight, minlength=count) / total
    return x_m, y_m, demand_kw


def _links(x_m: Floats, y_m: Floats) -> tuple[_Indices, _Indices]:
    """Return the pairs of points that are neighbours in the Delaunay triangulation, or along the line they lie on."""
    points = np.column_stack((x_m, y_m))
    try:
        corners = Delaunay(points - points.mean(axis=0)).simplices
    except (QhullError, ValueError):
        order = np.lexsort((y_m, x_m))
        return order[:-1], order[1:]
    sides = np.concatenate((corners[:, :2], corners[:, 1:], corners[:, ::2])).astype(np.intp)
    return sides[:, 0], sides[:, 1]


def _touching(polygons: Geometries, first: _Indices, second: _Indices) -> tuple[Ints, Ints]:
    """Keep the pairs whose grounds share a border inside the outline."""
    a, b = _pairs(first, second)
    shared = shapely.length(shapely.intersection(polygons[a], polygons[b])) > 0
    return a[shared], b[shared]


def _pairs(first: npt.NDArray[np.integer], second: npt.NDArray[np.integer]) -> tuple[Ints, Ints]:
    """Return each unordered pair of different numbers once, smaller first."""
    pairs = np.column_stack((np.minimum(first, second), np.maximum(first, second)))
    pairs = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0).astype(np.int32).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _unions(polygons: Geometries, group: _Indices, count: int) -> Geometries:
    """Join polygons by group number; the result has one geometry for each number below `count`."""
    order = np.argsort(group, kind="stable")
    edges = np.searchsorted(group[order], np.arange(count + 1))
    joined = np.full(count, shapely.Polygon(), dtype=object)
    for number in range(count):
        members = polygons[order[edges[number] : edges[number + 1]]]
        joined[number] = members[0] if len(members) == 1 else shapely.union_all(members)
    return joined
