"""Polygons become a topology: as they are where neighbours share every point, else mended where that is safe, else refused.

What may be mended is what `ground_faults` calls a slip of drawing: strips narrower than a metre between neighbours, points of one border
that the other lacks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from linli.algorithms.ground_faults import GAP_WIDTH_M, Plane
from linli.algorithms.topology.chains import chained
from linli.algorithms.topology.faces import steps_of
from linli.algorithms.topology.model import DECIMALS, OUTSIDE, Face, Point, Topology, TopologyRefused

MOST_POINTS = 400_000
SNAP_M = 0.01
WIDEST_M = 1.0
SHARE = 0.02
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Built:
    """A topology, the codes of the faces whose points had to change for it, and how far a border moved at most, in metres."""

    topology: Topology
    mended: tuple[str, ...] = ()
    moved_m: float = 0.0


def build(faces: Mapping[str, Face], shapes: Sequence[Any]) -> Built:
    """The topology of polygons or multi-polygons (WGS 84 degrees), one for each face, in the order of `faces`.

    Polygons that share every point of their borders come in as they are. Raises TopologyRefused for polygons that are none, that overlap
    or gape by more than a slip of drawing, and for more than 400,000 points. O(n log n) in the points; 150 grids take some 0.1 s.
    """
    codes, polygons = list(faces), np.array([*shapes, None], dtype=object)[:-1]
    for code, shape in zip(codes, polygons, strict=True):
        if shapely.get_type_id(shape) not in (3, 6) or shapely.is_empty(shape) or not shapely.is_valid(shape):
            raise TopologyRefused("The polygon of grid %(grid)s is not a valid one; import it again.", grid=code)
    if shapely.get_num_coordinates(polygons).sum() > MOST_POINTS:
        raise TopologyRefused(
            "These grids have more than %(most)s points; choose a smaller area.", most=f"{MOST_POINTS:,}"
        )
    polygons = shapely.force_2d(polygons)
    fit = _exact(faces, codes, polygons)
    if fit is not None:
        return Built(fit)
    polygons, changed, moved_m = _mended(codes, polygons)
    fit = _exact(faces, codes, polygons)
    if fit is None:
        faulty = [codes[place] for place in np.flatnonzero(~shapely.is_empty(_unfit(polygons)))]
        raise TopologyRefused(
            "The borders of these grids do not fit together: %(grids)s. Import them again without gaps and overlaps.",
            grids=", ".join(faulty[:SHOWN]) + (" …" if len(faulty) > SHOWN else ""),
        )
    return Built(fit, tuple(codes[place] for place in changed), moved_m)


def _exact(faces: Mapping[str, Face], codes: Sequence[str], polygons: Any) -> Topology | None:
    """The topology of polygons that share every point of their borders; None where they do not."""
    if not shapely.is_empty(_unfit(polygons)).all():
        return None
    sides: dict[tuple[Point, Point], str] = {}
    for code, shape in zip(codes, polygons, strict=True):
        for part in shapely.orient_polygons(shapely.get_parts(shape)):
            for step in steps_of(part):
                if step in sides:
                    return None
                sides[step] = code
    segments = {}
    for (start, end), code in sides.items():
        other = sides.get((end, start), OUTSIDE)
        if other != code and (other == OUTSIDE or start < end):
            segments[start, end] = (code, other)
    return Topology(dict(enumerate(chained(segments), 1)), dict(faces))


def _unfit(polygons: Any) -> Any:
    """The parts of borders where neighbours do not share every point or leave a strip between them."""
    return shapely.coverage_invalid_edges(Plane.around(polygons).metres(polygons), gap_width=GAP_WIDTH_M)


def _mended(codes: Sequence[str], polygons: Any) -> tuple[Any, list[int], float]:
    """The polygons with shared points, which of them changed, and by how much at most. Points that stay keep their very numbers."""
    plane = Plane.around(polygons)
    flat = plane.metres(polygons)
    neat = shapely.coverage_clean(flat, gap_width=GAP_WIDTH_M, snapping_distance=SNAP_M)
    exact: dict[Point, Point] = {}
    for x, y in shapely.get_coordinates(polygons).tolist():
        exact.setdefault((round(x, DECIMALS), round(y, DECIMALS)), (x, y))

    def kept(at: Any) -> Any:
        return np.array([exact.get((x, y), (x, y)) for x, y in at.tolist()]).reshape(-1, 2)

    result = shapely.transform(plane.degrees(neat), kept)
    changed, moved_m = [], 0.0
    for place, (before, after) in enumerate(zip(polygons, result, strict=True)):
        if shapely.equals_exact(shapely.normalize(before), shapely.normalize(after), 0):
            continue
        shift_m = (
            float(shapely.hausdorff_distance(flat[place].boundary, neat[place].boundary))
            if not after.is_empty
            else np.inf
        )
        if shift_m > WIDEST_M or abs(after.area - before.area) > SHARE * before.area:
            raise TopologyRefused(
                "Grid %(grid)s overlaps its neighbours or gapes by more than a metre; import it again without that.",
                grid=codes[place],
            )
        changed.append(place)
        moved_m = max(moved_m, shift_m)
    return result, changed, moved_m
