"""Regular unit grids (单元网格): a community's ground cut along a lattice into pieces of about 10,000 m², numbered by the 15-digit rule.

The lattice stands on whole multiples of its side in the coordinates given, so two neighbours meet line to line. What the outline of the community
leaves of a square is joined to the piece beside it while it is smaller than half a square. Numbers go from west to east, then from north
to south (CJ/T 213).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import shapely

SIDE_M = 100.0
MOST_NUMBERS = 999  # three digits of running number
_SMALL = 0.5  # of a square
_MILLIMETRE = 0.001  # what is cut on both sides of a line gets the same points


class Overflow(Exception):
    """A community has more pieces than three digits can number; `side_m`, in steps of 10 m, is a side with which they suffice by area."""

    def __init__(self, pieces: int, side_m: float) -> None:
        super().__init__(f"{pieces} pieces; {side_m:g} m would do")
        self.pieces, self.side_m = pieces, side_m


def unit_grids(outline: Any, side_m: float = SIDE_M) -> list[Any]:
    """The pieces of one community, in the order of their numbers. `outline`: a polygon or several, in metres.

    Pieces cover the outline without gap or overlap. Raises Overflow. O(n log n) for n squares over its box.
    """
    area = float(shapely.area(outline))
    if area / side_m**2 > MOST_NUMBERS * 2:  # before thousands of squares are made
        raise Overflow(math.ceil(area / side_m**2), _side_for(area))
    squares = _squares(outline, side_m)
    parts = shapely.get_parts(shapely.intersection(squares, outline, grid_size=_MILLIMETRE))
    parts = [part for part in parts if part.geom_type == "Polygon" and part.area > 0]
    pieces = _joined(parts, _SMALL * side_m**2)
    if len(pieces) > MOST_NUMBERS:
        raise Overflow(len(pieces), _side_for(area))
    return sorted(pieces, key=lambda piece: _place(piece, side_m))


def codes_of(community: str, count: int) -> list[str]:
    """The 15-digit codes of so many pieces of a community, whose own code has twelve digits."""
    return [f"{community}{number:03d}" for number in range(1, count + 1)]


def _side_for(area: float) -> float:
    return math.ceil(math.sqrt(area / MOST_NUMBERS) / 10 + 1) * 10.0


def _squares(outline: Any, side_m: float) -> Any:
    west, south, east, north = shapely.bounds(outline)
    columns = np.arange(math.floor(west / side_m), math.ceil(east / side_m)) * side_m
    rows = np.arange(math.floor(south / side_m), math.ceil(north / side_m)) * side_m
    x, y = (side.ravel() for side in np.meshgrid(columns, rows))
    found = shapely.box(x, y, x + side_m, y + side_m)
    shapely.prepare(outline)
    return found[shapely.intersects(outline, found)]


def _place(piece: Any, side_m: float) -> tuple[float, float, float]:
    """Row from the north, column from the west of the square in which the middle of a piece lies, then how far west it is itself."""
    middle = shapely.point_on_surface(piece) if not piece.contains(piece.centroid) else piece.centroid
    return -math.floor(middle.y / side_m), math.floor(middle.x / side_m), middle.x


def _joined(parts: list[Any], small: float) -> list[Any]:
    """Join what is smaller than `small` to the neighbour with the longest common border, the smallest first.

    What touches nobody, an island, stays as it is.
    """
    alive: dict[int, Any] = dict(enumerate(parts))
    tree = shapely.STRtree(parts)
    beside: dict[int, set[int]] = {number: set() for number in alive}
    for one, other in tree.query(parts, predicate="touches").T.tolist():
        beside[one].add(other)
    waiting = sorted((part.area, number) for number, part in alive.items() if part.area < small)
    while waiting:
        _area, number = waiting.pop(0)
        part = alive.get(number)
        if part is None or part.area >= small:
            continue
        shared = [(shapely.length(shapely.intersection(part, alive[other])), -other) for other in beside[number]]
        length, other = max(shared, default=(0.0, 0))
        if length <= 0:
            continue
        into = -other
        alive[into] = shapely.union(part, alive[into], grid_size=_MILLIMETRE)
        del alive[number]
        for neighbour in beside.pop(number):
            beside[neighbour].discard(number)
            if neighbour != into:
                beside[neighbour].add(into)
                beside[into].add(neighbour)
        if alive[into].area < small:
            waiting.append((alive[into].area, into))
            waiting.sort()
    return list(alive.values())
