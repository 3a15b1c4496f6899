"""The bones of the city: river, main roads, banks, and the communities that they bound. Metres throughout.

Straight lines are drawn in a (u, v) plane and bent by a smooth warp, so that streets are turned and curved but never
meet in the wrong order. What lies inside a community is cut further by `division.py`.
"""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiLineString, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import polygonize

from linli.demo.city.model import RoadClass

WIDTH_M: Final[dict[RoadClass, float]] = {"main": 34.0, "secondary": 24.0, "minor": 15.0, "lane": 8.0}
BANK_ROAD_WIDTH_M: Final = 18.0
# Distance from the water's edge to the axis of the bank road; the planted strip lies between.
EMBANKMENT_M: Final = 34.0

Warp = Callable[[NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class NamedLine:
    """A road axis in metres with its name and class; `crosses` says whether it crosses the river by a bridge."""

    name: str
    road_class: RoadClass
    line: LineString
    crosses: bool = False


@dataclass(frozen=True, slots=True)
class Skeleton:
    """River, corridor (water with both banks), long roads, the street's outline and its superblocks."""

    river_centre: LineString
    river: Polygon
    corridor: Polygon
    roads: tuple[NamedLine, ...]
    outline: Polygon
    superblocks: tuple[Polygon, ...]
    outside: tuple[Polygon, ...]
    extent: Polygon


def _warp(rng: random.Random) -> Warp:
    turn = math.radians(rng.uniform(-17.0, -11.0))
    phases = [rng.uniform(0.0, 2.0 * math.pi) for _ in range(4)]

    def bend(uv: NDArray[np.float64]) -> NDArray[np.float64]:
        u, v = uv[:, 0], uv[:, 1]
        tau = 2.0 * math.pi
        x = u + 70.0 * np.sin(tau * v / 2900.0 + phases[0]) + 16.0 * np.sin(tau * v / 1100.0 + phases[1])
        y = v + 75.0 * np.sin(tau * u / 3300.0 + phases[2]) + 18.0 * np.sin(tau * u / 1250.0 + phases[3])
        return np.column_stack([x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)])

    return bend


def _line(warp: Warp, *uv: tuple[float, float]) -> LineString:
    return LineString(warp(shapely.get_coordinates(shapely.segmentize(LineString(uv), 45.0))))


def _river(warp: Warp, rng: random.Random) -> tuple[LineString, Polygon, Polygon, LineString, LineString]:
    u = np.arange(-2700.0, 2701.0, 60.0)
    phase = rng.uniform(0.0, 2.0 * math.pi)
    v = -270.0 + 120.0 * np.sin(2 * math.pi * u / 2700.0 + phase) + 38.0 * np.sin(2 * math.pi * u / 1130.0 + 2 * phase)
    half = 42.0 + 9.0 * np.sin(2 * math.pi * u / 1900.0 + 3 * phase)
    centre = LineString(warp(np.column_stack([u, v])))
    slope = np.gradient(v, u)
    normal = np.column_stack([-slope, np.ones_like(slope)]) / np.hypot(slope, 1.0)[:, None]

    def side(offset: NDArray[np.float64]) -> NDArray[np.float64]:
        return warp(np.column_stack([u, v]) + normal * offset[:, None])

    water = Polygon(np.vstack([side(half), side(-half)[::-1]]))
    north, south = side(half + EMBANKMENT_M), side(-half - EMBANKMENT_M)
    return centre, water, Polygon(np.vstack([north, south[::-1]])), LineString(north), LineString(south)


def build_skeleton(rng: random.Random) -> Skeleton:
    """Return the skeleton for `rng`: about 2.8 km by 2.2 km inside the ring roads, 700 m more on every side."""
    warp = _warp(rng)
    centre, river, corridor, north_bank, south_bank = _river(warp, rng)
    shift = [rng.uniform(-50.0, 50.0) for _ in range(9)]
    west, east = -1400.0 + shift[0], 1400.0 + shift[1]
    south, north = -1060.0 + shift[2], 1140.0 + shift[3]
    first, second = -490.0 + shift[4], 440.0 + shift[5]
    middle = 440.0 + shift[6]
    far_u, far_v = 2250.0, 1950.0
    axes = shuffled(["望江大道", "文昌路"], rng)
    roads = (
        NamedLine("环城西路", "main", _line(warp, (west - 40, -far_v), (west + 30, far_v)), True),
        NamedLine("环城东路", "main", _line(warp, (east + 60, -far_v), (east - 40, far_v)), True),
        NamedLine("环城北路", "main", _line(warp, (-far_u, north + 60), (far_u, north - 50))),
        NamedLine("环城南路", "main", _line(warp, (-far_u, south - 40), (far_u, south + 40))),
        NamedLine(axes[0], "main", _line(warp, (first + 90 + shift[7], -far_v), (first - 90, far_v)), True),
        NamedLine(axes[1], "main", _line(warp, (second - 110, -far_v), (second + 120 + shift[8], far_v)), True),
        NamedLine("人民路", "main", _line(warp, (-far_u, middle - 80), (far_u, middle + 90))),
        NamedLine("滨江北路", "secondary", north_bank),
        NamedLine("滨江南路", "secondary", south_bank),
    )
    extent = Polygon(_line(warp, (-far_u, -far_v), (far_u, -far_v), (far_u, far_v), (-far_u, far_v), (-far_u, -far_v)))
    cutting = [road.line for road in roads if not road.name.startswith("滨江")]
    cells = cells_between([*cutting, centre, extent.exterior])
    heart = Polygon(_line(warp, (west, south), (east, south), (east, north), (west, north), (west, south)))
    inside = [cell for cell in cells if heart.contains(cell.representative_point())]
    outside = [cell for cell in cells if not heart.contains(cell.representative_point())]
    outline = shapely.coverage_union_all(inside)
    return Skeleton(centre, river, corridor, roads, outline, tuple(inside), tuple(outside), extent)


def cells_between(lines: list[BaseGeometry]) -> list[Polygon]:
    """Return the cells that `lines` enclose, ordered from west to east, then south to north.

    Lines are noded on a grid of one centimetre, so an end that misses its line by a rounding error still meets it,
    and neighbouring cells share every vertex.
    """
    noded = shapely.node(shapely.union_all(lines, grid_size=0.01))
    parts = shapely.get_parts(noded)
    cells = [cell for cell in polygonize(parts) if cell.area > 1.0]
    return sorted(cells, key=lambda cell: (round(cell.centroid.x, 2), round(cell.centroid.y, 2)))


def bank_parts(line: BaseGeometry, keep_out: BaseGeometry) -> list[LineString]:
    """Return the stretches of `line` outside `keep_out`, leaving out crumbs under 15 m."""
    rest = line.difference(keep_out)
    if isinstance(rest, MultiLineString):
        merged = shapely.line_merge(rest)
        return [part for part in shapely.get_parts(merged) if part.length > 15.0]
    return [rest] if isinstance(rest, LineString) and rest.length > 15.0 else []


def shuffled(items: list[str], rng: random.Random) -> list[str]:
    """Return a shuffled copy of `items`."""
    copy = list(items)
    rng.shuffle(copy)
    return copy
