"""Small grounds for tests, drawn by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from shapely import LineString, box

from linli.algorithms.division.cells import Parcels
from linli.algorithms.division.coverage import grid_polygons
from linli.algorithms.division.model import NOBODY, Geometries, Ground, Line, ParcelGraph, Premises

Street = tuple[Line, Any]


def geometries(items: Sequence[Any]) -> Geometries:
    array = np.empty(len(items), dtype=np.object_)
    array[:] = items
    return array


def line(kind: Line, *points: tuple[float, float]) -> Street:
    return kind, LineString(points)


def house(x: float, y: float, size: float = 10.0) -> Any:
    return box(x - size / 2, y - size / 2, x + size / 2, y + size / 2)


def ground_of(
    communities: Sequence[Any],
    streets: Sequence[Street] = (),
    buildings: Sequence[Any] = (),
    load: Sequence[float] | None = None,
    premises: Sequence[Premises] = (),
    parcels: Sequence[Any] | None = None,
) -> Ground:
    names = tuple(f"C{number}" for number in range(len(communities)))
    return Ground(
        communities=geometries(communities),
        community_codes=names,
        community_names=names,
        lines=geometries([street for _, street in streets]),
        line_kinds=np.array([kind for kind, _ in streets], dtype=np.int8),
        buildings=geometries(buildings),
        building_codes=tuple(f"B{number}" for number in range(len(buildings))),
        load=np.array([1.0] * len(buildings) if load is None else load, dtype=np.float64),
        premises=tuple(premises),
        parcels=None if parcels is None else geometries(parcels),
    )


def parcel_polygons(parcels: Parcels) -> Geometries:
    """Every parcel as a polygon."""
    return grid_polygons(parcels, np.arange(parcels.graph.size, dtype=np.int32))


def kinds_of(parcels: Parcels) -> set[str]:
    return {finding.kind for finding in parcels.findings}


def borders(parcels: Parcels, one: int, two: int) -> dict[Line, Any]:
    """What lies between the parcels of two buildings: by kind, metres and whether it is passable."""
    graph = parcels.graph
    a, b = sorted((int(parcels.building_parcel[one]), int(parcels.building_parcel[two])))
    rows = np.flatnonzero((graph.a == a) & (graph.b == b))
    return {Line(graph.kind[row]): (float(graph.border_m[row]), bool(graph.passable[row])) for row in rows}


def total_area_m2(shapes: Sequence[Any]) -> float:
    return float(shapely.area(shapely.union_all(list(shapes))))


def random_graph(rng: np.random.Generator, size: int, *, necks: float = 0.0) -> ParcelGraph:
    """Square parcels in a square, a sixth of their borders missing, blocks and superblocks by lot, `necks` of all borders not passable."""
    side = int(np.ceil(np.sqrt(size)))
    column, row = np.arange(size) % side, np.arange(size) // side
    block = rng.integers(0, max(1, size // 2), size).astype(np.int32)
    first, second = np.triu_indices(size, 1)
    beside = np.abs(column[first] - column[second]) + np.abs(row[first] - row[second]) == 1
    a, b = (ends[beside].astype(np.int32) for ends in (first, second))
    kept = rng.random(len(a)) < 0.85
    a, b = a[kept], b[kept]
    superblock = block // 2
    within = np.where(block[a] != block[b], Line.MINOR, Line.INSIDE)
    kind = np.where(superblock[a] != superblock[b], rng.choice([Line.MAIN, Line.RIVER], len(a)), within).astype(np.int8)
    passable = np.where(kind == Line.RIVER, rng.random(len(a)) < 0.4, True)
    border_m = rng.uniform(5, 50, len(a))
    loads = (
        rng.integers(1, 300, size),
        rng.integers(50, 150, size),
        np.minimum(499, rng.lognormal(4, 1, size).astype(int)),
        rng.integers(0, 2, size) * rng.integers(1, 260, size),
    )
    load = loads[rng.integers(0, 4)].astype(float)
    if necks:
        passable &= rng.random(len(a)) >= necks
    return ParcelGraph(
        load=load, area_m2=np.full(size, 900.0), x_m=column * 30.0, y_m=row * 30.0, outer_m=np.full(size, 10.0),
        community=np.zeros(size, np.int32), superblock=superblock, block=block, dedicated=np.full(size, NOBODY, np.int32),
        a=a, b=b, border_m=border_m, kind=kind, passable=passable,
    )  # fmt: skip
