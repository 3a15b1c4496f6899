"""Every line of a ground in one net: noded once, on unrounded coordinates, so that whatever is drawn later fits.

Outlines of communities, premises and surveyed parcels, roads and rivers are cut into straight segments, ends of roads
that stop a hair before another line are joined to it, and GEOS splits all of them where they cross. What comes out
are points and the segments between them, each with what it is. `faces` beside this module finds the ground between.

Lines that coincide but for rounding cross each other at random: after the splitting, what lies within `EXACT_M` of a
point is led through that point.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from linli.algorithms.division.model import Bools, Bytes, Floats, Geometries, Ground, Ints, Line

JOIN_M = 0.5
"""An end of a road or river this near to another line was meant to meet it."""

EXACT_M = 1e-6
"""What lies this near to a point goes through it: more than rounding, less than anybody measures."""


_ROUNDS = 4


class Rank(enum.IntEnum):
    """What a segment of the net is, the higher the stronger: of coinciding lines the strongest one counts.

    OUTLINE and SURVEY lines alone (borders of communities and of surveyed parcels) divide no block.
    """

    OUTLINE = 0
    SURVEY = 1
    INSIDE = 2
    MINOR = 3
    MAIN = 4
    RIVER = 5


LINE_OF_RANK: Bytes = np.array([Line.INSIDE, Line.INSIDE, Line.INSIDE, Line.MINOR, Line.MAIN, Line.RIVER], np.int8)
"""The kind of border (`Line`) that a segment of each rank makes between two parcels."""

_RANK_OF_LINE: Bytes = np.empty(len(Line), np.int8)
_RANK_OF_LINE[[Line.MAIN, Line.MINOR, Line.INSIDE, Line.RIVER]] = [Rank.MAIN, Rank.MINOR, Rank.INSIDE, Rank.RIVER]


@dataclass(frozen=True, slots=True)
class Net:
    """Points (k), and straight segments (s) between them that meet nowhere but at points and never twice.

    Per point: `x_m`, `y_m`, unrounded, and `bridge`: a road crosses a river there. Per segment: its points `tail` and
    `head`, and its `rank` (`Rank`).
    """

    x_m: Floats
    y_m: Floats
    bridge: Bools
    tail: Ints
    head: Ints
    rank: Bytes

    @property
    def size(self) -> int:
        """How many segments there are."""
        return len(self.tail)

    def length_m(self) -> Floats:
        """The length of every segment."""
        length: Floats = np.hypot(self.x_m[self.head] - self.x_m[self.tail], self.y_m[self.head] - self.y_m[self.tail])
        return length

    def only(self, kept: Any) -> Net:
        """The same points with some of the segments, by mask or number."""
        return Net(self.x_m, self.y_m, self.bridge, self.tail[kept], self.head[kept], self.rank[kept])


@dataclass(frozen=True, slots=True)
class _Segments:
    """Straight segments before noding: `ends` (n, 2, 2), what they are, which line they are of."""

    ends: Floats
    rank: Bytes
    line: Ints


def net_of(ground: Ground, outlines: Geometries, premises: Geometries, parcels: Geometries) -> Net:
    """Node all lines of the ground; `outlines`, `premises`, `parcels` are mended polygons (empty ones are passed over).

    Lines that are None, empty or not finite are passed over, as are their parts without length. A bridge is a point
    where a MAIN or MINOR line leaves a RIVER line on both of its sides.
    """
    streets = np.isin(ground.line_kinds, (Line.MAIN, Line.MINOR, Line.RIVER))
    parts = [
        _segments(ground.lines[streets], _RANK_OF_LINE[ground.line_kinds[streets]]),
        _segments(shapely.boundary(outlines), np.full(len(outlines), Rank.OUTLINE, np.int8)),
        _segments(shapely.boundary(premises), np.full(len(premises), Rank.INSIDE, np.int8)),
        _segments(shapely.boundary(parcels), np.full(len(parcels), Rank.SURVEY, np.int8)),
    ]
    before = np.cumsum([0] + [int(part.line.max(initial=-1)) + 1 for part in parts])
    segments = _Segments(
        np.concatenate([part.ends for part in parts]),
        np.concatenate([part.rank for part in parts]),
        np.concatenate([part.line + first for part, first in zip(parts, before, strict=False)]),
    )
    return _noded(_joined(segments, len(parts[0].line)))


def _segments(lines: Geometries, ranks: Bytes) -> _Segments:
    """Cut lines (or collections of lines) into segments; `line` counts the single parts."""
    usable = np.flatnonzero(~(shapely.is_missing(lines) | shapely.is_empty(lines)))
    parts, source = shapely.get_parts(lines[usable], return_index=True)
    parts, inner = shapely.get_parts(parts, return_index=True)
    linear = np.isin(shapely.get_type_id(parts), (1, 2))
    parts, source = parts[linear], usable[source[inner[linear]]]
    coordinates, line = shapely.get_coordinates(parts, return_index=True)
    follows = np.flatnonzero(line[1:] == line[:-1])
    ends = np.stack([coordinates[follows], coordinates[follows + 1]], axis=1)
    good = np.isfinite(ends).all(axis=(1, 2)) & (ends[:, 0] != ends[:, 1]).any(axis=1)
    follows = follows[good]
    return _Segments(ends[good], ranks[source[line[follows]]].astype(np.int8), line[follows].astype(np.int32))


def _joined(segments: _Segments, street_count: int) -> _Segments:
    """Join the ends of the first `street_count` segments (roads and rivers) that stop within JOIN_M of another line.

    The other line gets a point there; where the end does not lie on it already, a short piece leads to that point.
    """
    ends, line = segments.ends, segments.line
    street_line = line[:street_count]
    first = np.flatnonzero(np.diff(street_line, prepend=-1) != 0)
    last = np.append(first[1:], street_count) - 1 if len(first) else first
    stops = np.concatenate([ends[first, 0], ends[last, 1]])
    stop_line = np.concatenate([street_line[first], street_line[last]])
    tree = shapely.STRtree(shapely.linestrings(ends))
    stop, target = tree.query(shapely.points(stops), predicate="dwithin", distance=JOIN_M)
    other = line[target] != stop_line[stop]
    stop, target = stop[other], target[other]
    if not len(stop):
        return segments
    tail, way = ends[target, 0], ends[target, 1] - ends[target, 0]
    share = np.clip(((stops[stop] - tail) * way).sum(1) / (way * way).sum(1), 0.0, 1.0)
    foot = tail + share[:, None] * way
    away_m = np.hypot(*(stops[stop] - foot).T)
    nearest = np.lexsort((target, away_m, stop))
    nearest = nearest[np.diff(stop[nearest], prepend=-1) != 0]
    stop, target, share, foot, away_m = stop[nearest], target[nearest], share[nearest], foot[nearest], away_m[nearest]
    apart = away_m > EXACT_M
    stop, target, share, foot = stop[apart], target[apart], share[apart], foot[apart]
    rank = segments.rank[np.concatenate([first, last])[stop]]
    split = _split(segments, target, share, foot)
    return _Segments(
        np.concatenate([split.ends, np.stack([stops[stop], foot], axis=1)]),
        np.concatenate([split.rank, rank]),
        np.concatenate([split.line, stop_line[stop].astype(np.int32)]),
    )


def _snapped(segments: _Segments) -> _Segments:
    """Make one point of points within EXACT_M of each other, and lead segments through points as near to them."""
    places, number = np.unique(segments.ends.view(np.complex128).ravel(), return_inverse=True)
    xy = np.stack([places.real, places.imag], axis=1)
    pairs = cKDTree(xy).query_pairs(EXACT_M, output_type="ndarray") if len(xy) else np.empty((0, 2), np.int64)
    links = coo_array((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), shape=(len(xy), len(xy)))
    group = connected_components(links, directed=False)[1]
    root = np.unique(group, return_index=True)[1]
    ends = root[group[number]].reshape(-1, 2)
    real = ends[:, 0] != ends[:, 1]
    ends = ends[real]
    segments = _Segments(xy[ends], segments.rank[real], segments.line[real])
    tree = shapely.STRtree(shapely.linestrings(segments.ends))
    point, target = tree.query(shapely.points(xy[root]), predicate="dwithin", distance=EXACT_M)
    through = (ends[target] != root[point][:, None]).all(axis=1)
    at, target = xy[root[point[through]]], target[through]
    way = segments.ends[target, 1] - segments.ends[target, 0]
    share = ((at - segments.ends[target, 0]) * way).sum(1) / (way * way).sum(1)
    return _split(segments, target, share, at)


def _split(segments: _Segments, target: Ints, share: Floats, at: Floats) -> _Segments:
    """Put points `at` (at a share of their length) into segments; several may fall into one."""
    touched = np.unique(target)
    rows = np.concatenate([touched, target, touched])
    shares = np.concatenate([np.zeros(len(touched)), share, np.ones(len(touched))])
    places = np.concatenate([segments.ends[touched, 0], at, segments.ends[touched, 1]])
    order = np.lexsort((shares, rows))
    rows, places = rows[order], places[order]
    follows = np.flatnonzero((rows[1:] == rows[:-1]) & (places[1:] != places[:-1]).any(1))
    whole = np.ones(len(segments.line), dtype=np.bool_)
    whole[touched] = False
    pieces = np.stack([places[follows], places[follows + 1]], axis=1)
    return _Segments(
        np.concatenate([segments.ends[whole], pieces]),
        np.concatenate([segments.rank[whole], segments.rank[rows[follows]]]),
        np.concatenate([segments.line[whole], segments.line[rows[follows]]]),
    )


def _noded(segments: _Segments) -> Net:
    lines = shapely.linestrings(segments.ends)
    coordinates, part = shapely.get_coordinates(shapely.get_parts(shapely.unary_union(lines)), return_index=True)
    follows = np.flatnonzero(part[1:] == part[:-1])
    ends = np.stack([coordinates[follows], coordinates[follows + 1]], axis=1)
    for _ in range(_ROUNDS):
        before = len(ends)
        ends = _snapped(_Segments(ends, np.zeros(before, np.int8), np.zeros(before, np.int32))).ends
        if len(ends) == before:
            break
    points, number = np.unique(ends.view(np.complex128).ravel(), return_inverse=True)
    x_m, y_m = points.real.copy(), points.imag.copy()
    tail, head = np.unique(np.sort(number.reshape(-1, 2), axis=1), axis=0).astype(np.int32).T
    middle = shapely.points((x_m[tail] + x_m[head]) / 2, (y_m[tail] + y_m[head]) / 2)
    piece, source = shapely.STRtree(lines).query(middle, predicate="dwithin", distance=EXACT_M)
    rank = np.zeros(len(tail), np.int8)
    np.maximum.at(rank, piece, segments.rank[source])
    road = np.zeros(len(tail), np.bool_)
    road[piece[np.isin(segments.rank[source], (Rank.MINOR, Rank.MAIN))]] = True
    net = Net(x_m, y_m, np.zeros(len(x_m), np.bool_), tail, head, rank)
    return replace(net, bridge=_bridges(net, road))


def _bridges(net: Net, road: Bools) -> Bools:
    """Which points are bridges: roads leave the river there into more than one of the sectors between its arms."""
    river = net.rank == Rank.RIVER
    at_river = np.zeros(len(net.x_m), np.bool_)
    at_river[net.tail[river]] = at_river[net.head[river]] = True
    way = np.flatnonzero((river | road) & (at_river[net.tail] | at_river[net.head]))
    origin = np.concatenate([net.tail[way], net.head[way]])
    end = np.concatenate([net.head[way], net.tail[way]])
    is_river = np.tile(river[way], 2)
    kept = at_river[origin]
    origin, end, is_river = origin[kept], end[kept], is_river[kept]
    angle = np.arctan2(net.y_m[end] - net.y_m[origin], net.x_m[end] - net.x_m[origin])
    order = np.lexsort((angle, origin))
    origin, is_river = origin[order], is_river[order]
    # Arms of the river counted around a point number the sectors; the one before the first arm is that after the last.
    arms = np.bincount(origin, is_river, minlength=len(net.x_m)).astype(np.int64)
    starts = np.flatnonzero(np.diff(origin, prepend=-1) != 0)
    counted = np.cumsum(is_river)
    passed = counted - np.repeat(counted[starts] - is_river[starts], np.diff(np.append(starts, len(origin))))
    sector = passed % np.maximum(arms[origin], 1)
    roads = np.unique(np.stack([origin[~is_river], sector[~is_river]]), axis=1)[0]
    found: Bools = np.bincount(roads, minlength=len(net.x_m)) > 1
    return found
