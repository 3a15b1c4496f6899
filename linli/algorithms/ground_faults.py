"""What is wrong with polygons that should divide ground between them: overlaps, gaps, ground outside of the parent, pieces, and which of
it can be put right without anybody deciding anything.

Everything lies in a plane that touches the earth at the middle of the polygons (`Plane`), so lengths are metres and areas square
metres, to a thousandth for a city. Nothing here knows what the polygons are or says a sentence: a `Fault` is a word, the numbers of
the polygons, figures and the place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

from linli.algorithms.distances import distance_m

Shapes: TypeAlias = npt.NDArray[np.object_]
Kind: TypeAlias = Literal["overlap", "sliver", "gap", "outside", "pieces", "crossing", "antimeridian"]

SLIVER_SHARE = 0.01  # of the smaller polygon; more is an overlap that somebody has to decide
LEAST_M2 = 1.0
GAP_WIDTH_M = 1.0  # narrower gaps are slips of drawing
WIDEST_GAP_M2 = 200_000.0  # a larger hole is a lake or a park that is left out on purpose
OUTSIDE_SHARE = 0.005


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: its kind, the positions of the polygons concerned, square metres, the share of the smaller polygon, the place in
    degrees, and whether `mended` puts it right."""

    kind: Kind
    members: tuple[int, ...]
    lon: float
    lat: float
    area_m2: float = 0.0
    share: float = 0.0
    parts: int = 0
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Plane:
    """Degrees as metres east and north of a place."""

    lon: float
    lat: float
    east_m: float
    north_m: float

    @classmethod
    def around(cls, shapes: Shapes) -> Plane:
        """The plane that touches the earth at the middle of the shapes (WGS 84 degrees)."""
        west, south, east, north = shapely.total_bounds(shapes)
        lon, lat = (west + east) / 2, (south + north) / 2
        return cls(
            float(lon), float(lat),
            distance_m(lon - 5e-3, lat, lon + 5e-3, lat) * 100, distance_m(lon, lat - 5e-3, lon, lat + 5e-3) * 100,
        )  # fmt: skip

    def metres(self, shapes: Any) -> Any:
        """Shapes in degrees as metres."""
        return shapely.transform(shapes, lambda at: (at - (self.lon, self.lat)) * (self.east_m, self.north_m))

    def degrees(self, shapes: Any) -> Any:
        """Shapes in metres as degrees, to a tenth of a millimetre."""
        return shapely.transform(
            shapes, lambda at: np.round(at / (self.east_m, self.north_m) + (self.lon, self.lat), 9)
        )

    def place_of(self, shape: Any) -> tuple[float, float]:
        """A point inside a shape in metres, in degrees."""
        point = self.degrees(shapely.point_on_surface(shape))
        return float(point.x), float(point.y)


@dataclass(frozen=True, slots=True)
class Mended:
    """Polygons after what could be put right was: `shapes` (degrees), the positions of those that changed, and how far a border moved
    at most, in metres."""

    shapes: Shapes
    changed: tuple[int, ...] = ()
    moved_m: float = 0.0
    straightened: tuple[int, ...] = field(default=())


def faults_of(shapes: Shapes, parents: Sequence[Any] = ()) -> list[Fault]:
    """The faults of polygons (n, WGS 84 degrees) among each other and against their parents (n outlines or None, in degrees).

    Invalid polygons are named and left out of the rest. O(n log n) for polygons that meet few others; 4,000 grids take about a second.
    """
    if not len(shapes):
        return []
    plane = Plane.around(shapes)
    flat = plane.metres(shapes)
    valid = shapely.is_valid(flat)
    found: list[Fault] = []
    for number in np.flatnonzero(~valid):
        lon, lat = _crossing_of(shapes[number])
        found.append(Fault("crossing", (int(number),), lon, lat, safe=straightened(flat[number]) is not None))
    for number in np.flatnonzero(_over_antimeridian(shapes)):
        found.append(Fault("antimeridian", (int(number),), 180.0, float(shapely.bounds(shapes[number])[1])))
    numbers = np.flatnonzero(valid)
    found += _overlaps(plane, flat, numbers)
    found += _pieces(plane, flat, numbers)
    found += _gaps(plane, flat[numbers], numbers)
    found += _outside(plane, flat, numbers, parents)
    return found


def _crossing_of(shape: Any) -> tuple[float, float]:
    """Where the border of a polygon meets itself: GEOS says it in brackets."""
    said = shapely.is_valid_reason(shape)
    try:
        lon, lat = said[said.index("[") + 1 : said.index("]")].split()[:2]
        return float(lon), float(lat)
    except ValueError:
        return float(shape.bounds[0]), float(shape.bounds[1])


def _over_antimeridian(shapes: Shapes) -> npt.NDArray[np.bool_]:
    box = shapely.bounds(shapes)
    wide: npt.NDArray[np.bool_] = box[:, 2] - box[:, 0] > 180
    return wide


def _overlaps(plane: Plane, flat: Shapes, numbers: npt.NDArray[np.int64]) -> list[Fault]:
    some = flat[numbers]
    one, other = shapely.STRtree(some).query(some, predicate="intersects")
    one, other = one[one < other], other[one < other]
    shared = shapely.intersection(some[one], some[other])
    area = shapely.area(shared)
    found = []
    for place in np.lexsort((other, one)):
        if area[place] <= LEAST_M2:
            continue
        smaller = min(some[one[place]].area, some[other[place]].area)
        share = float(area[place] / smaller) if smaller else 1.0
        lon, lat = plane.place_of(shared[place])
        members = (int(numbers[one[place]]), int(numbers[other[place]]))
        sliver = share <= SLIVER_SHARE
        found.append(
            Fault("sliver" if sliver else "overlap", members, lon, lat, float(area[place]), share, safe=sliver)
        )
    return found


def _pieces(plane: Plane, flat: Shapes, numbers: npt.NDArray[np.int64]) -> list[Fault]:
    found = []
    for number in numbers[shapely.get_num_geometries(flat[numbers]) > 1]:
        parts = shapely.get_parts(flat[number])
        small = parts[np.argmin(shapely.area(parts))]
        lon, lat = plane.place_of(small)
        found.append(Fault("pieces", (int(number),), lon, lat, float(small.area), parts=len(parts)))
    return found


def _gaps(plane: Plane, flat: Shapes, numbers: npt.NDArray[np.int64]) -> list[Fault]:
    """Holes in what the polygons cover together; the members are who touches the hole."""
    if not len(flat):
        return []
    whole = shapely.union_all(flat, grid_size=1e-3)
    tree = shapely.STRtree(flat)
    found = []
    for part in shapely.get_parts(whole):
        for ring in shapely.get_rings(part)[1:]:
            hole = shapely.Polygon(ring)
            if not LEAST_M2 / 10 < hole.area <= WIDEST_GAP_M2:
                continue
            around = tuple(sorted(int(numbers[one]) for one in tree.query(hole.buffer(0.01), predicate="intersects")))
            lon, lat = plane.place_of(hole)
            found.append(Fault("gap", around, lon, lat, float(hole.area), safe=_is_narrow(hole)))
    return found


def _is_narrow(hole: Any) -> bool:
    """Whether a hole is nowhere as wide as a slip of drawing may be."""
    return bool(shapely.buffer(hole, -GAP_WIDTH_M / 2).is_empty)


def _outside(plane: Plane, flat: Shapes, numbers: npt.NDArray[np.int64], parents: Sequence[Any]) -> list[Fault]:
    found = []
    outlines: dict[int, Any] = {}
    for number in numbers:
        parent = parents[number] if number < len(parents) else None
        if parent is None:
            continue
        outline = outlines.setdefault(id(parent), plane.metres(parent))
        out = shapely.difference(flat[number], outline)
        if out.area > max(LEAST_M2, OUTSIDE_SHARE * flat[number].area):
            lon, lat = plane.place_of(out)
            found.append(
                Fault("outside", (int(number),), lon, lat, float(out.area), float(out.area / flat[number].area))
            )
    return found


def straightened(shape: Any) -> Any | None:
    """A polygon whose border meets itself as the valid one that covers the same ground; None where it is not clear which that is."""
    made = shapely.make_valid(shape, method="structure")
    same_kind = made.geom_type == shape.geom_type or {made.geom_type, shape.geom_type} == {"Polygon", "MultiPolygon"}
    parts = shapely.get_num_geometries(made) == shapely.get_num_geometries(shape)
    if same_kind and parts and made.area > 0 and abs(made.area - shape.area) <= 1e-3 * made.area:
        return made
    return None


def mended(shapes: Shapes) -> Mended:
    """Puts right what is safe: borders that meet themselves without enclosing anything else, overlaps of at most a hundredth of a
    polygon, gaps narrower than a metre. A polygon whose area would change by more than two hundredths stays as it is.

    Polygons that need nothing come back to the byte. Cost as `faults_of`.
    """
    if not len(shapes):
        return Mended(shapes)
    plane = Plane.around(shapes)
    flat = plane.metres(shapes)
    straight = []
    for number in np.flatnonzero(~shapely.is_valid(flat)):
        right = straightened(flat[number])
        if right is not None:
            flat[number] = right
            straight.append(int(number))
    wanted = {member for fault in faults_of(plane.degrees(flat)) if fault.safe for member in fault.members}
    fit = np.flatnonzero(shapely.is_valid(flat) & np.isin(np.arange(len(flat)), sorted(wanted)))
    result, moved_m = shapes.copy(), 0.0
    changed = set(straight)
    for place in straight:
        result[place] = plane.degrees(flat[place])
    if len(fit):
        neat = shapely.coverage_clean(flat[fit], gap_width=GAP_WIDTH_M, snapping_distance=0.01)
        for number, shape in zip(fit, neat, strict=True):
            before = flat[number]
            if shape.is_empty or shape.equals(before) or abs(shape.area - before.area) > 0.02 * before.area:
                continue
            moved_m = max(moved_m, float(shapely.hausdorff_distance(shape.boundary, before.boundary)))
            result[number] = plane.degrees(shape)
            changed.add(int(number))
    return Mended(result, tuple(sorted(changed)), moved_m, tuple(straight))
