"""Segments with a face on either side become arcs: chains from node to node. `building` chains all of them, `planning` those around a
change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise

from linli.algorithms.topology.model import Arc, Point, Topology

Segments = Mapping[tuple[Point, Point], tuple[str, str]]
ArcChange = tuple[int, Arc | None, Arc | None]


def chained(segments: Segments, nodes: Collection[Point] = ()) -> list[Arc]:
    """The arcs that segments (from, to) with their faces (left, right) make; each point where not exactly two of them meet, or where the
    faces change, ends an arc, and so does each of `nodes`. The same segments give the same arcs in the same order."""
    sides: dict[tuple[Point, Point], tuple[str, str]] = {}
    beside: dict[Point, list[Point]] = defaultdict(list)
    for (start, end), (left, right) in segments.items():
        sides[start, end], sides[end, start] = (left, right), (right, left)
        beside[start].append(end)
        beside[end].append(start)
    ends = {
        point
        for point, others in beside.items()
        if len(others) != 2 or point in nodes or sides[others[0], point] != sides[point, others[1]]
    }
    seen: set[tuple[Point, Point]] = set()
    arcs = [
        _walked(start, onward, sides, beside, ends, seen)
        for start in sorted(ends)
        for onward in sorted(beside[start])
        if (start, onward) not in seen
    ]
    for start in sorted(beside.keys() - ends):
        onward = min(beside[start])
        if (start, onward) not in seen:
            arcs.append(_walked(start, onward, sides, beside, {start}, seen))
    return arcs


def _walked(
    start: Point,
    onward: Point,
    sides: Segments,
    beside: Mapping[Point, Sequence[Point]],
    ends: Collection[Point],
    seen: set[tuple[Point, Point]],
) -> Arc:
    points = [start, onward]
    seen.update(((start, onward), (onward, start)))
    while points[-1] not in ends:
        one, other = beside[points[-1]]
        points.append(other if one == points[-2] else one)
        seen.update(((points[-2], points[-1]), (points[-1], points[-2])))
    left, right = sides[start, onward]
    return Arc(tuple(points), left, right)


def segments_of(arcs: Iterable[Arc]) -> dict[tuple[Point, Point], tuple[str, str]]:
    """The segments of arcs with what lies on either side."""
    return {step: (arc.left, arc.right) for arc in arcs for step in pairwise(arc.points)}


def rechained(topology: Topology, gone: Collection[int], pieces: Sequence[Arc]) -> tuple[ArcChange, ...]:
    """The changes that put pieces in the place of arcs: joined where a node has ended, numbers kept where an arc stays as it is.

    Pieces end where nodes will be; an arc that stays takes part where it and one piece alone are left at a node.
    """
    leaving, parts = set(gone), list(pieces)
    touched = {end for number in gone for end in _ends(topology.arcs[number])} | {
        end for one in parts for end in _ends(one)
    }
    staying: dict[Point, list[int]] = {
        point: [number for number in topology.ends.get(point, ()) if number not in leaving] for point in touched
    }
    meeting: dict[Point, int] = defaultdict(int)
    for one in parts:
        for end in _ends(one):
            meeting[end] += 1
    for point in sorted(touched):
        alive = [number for number in staying[point] if number not in leaving]
        pulled = len(staying[point]) - len(alive)
        if alive and len(alive) + pulled + meeting[point] == 2:
            for number in dict.fromkeys(alive):
                leaving.add(number)
                parts.append(topology.arcs[number])
    nodes = {
        end
        for one in parts
        for end in _ends(one)
        if any(number not in leaving for number in topology.ends.get(end, ()))
    }
    before = {_turned(topology.arcs[number]): number for number in sorted(leaving)}
    changes: dict[int, tuple[Arc | None, Arc | None]] = {number: (topology.arcs[number], None) for number in leaving}
    number = max(topology.arcs, default=0) + 1
    for arc in chained(segments_of(parts), nodes):
        same = before.get(_turned(arc))
        if same is not None:
            del changes[same]
            continue
        changes[number] = (None, arc)
        number += 1
    return tuple((number, *both) for number, both in sorted(changes.items()))


def _ends(arc: Arc) -> tuple[Point, Point]:
    return arc.points[0], arc.points[-1]


def _turned(arc: Arc) -> Arc:
    """The arc in the one of its two directions that comes first, so that equal borders are equal."""
    back = Arc(arc.points[::-1], arc.right, arc.left)
    return min(arc, back, key=lambda one: (one.points, one.left))
