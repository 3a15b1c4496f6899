"""Cuts ground into blocks of about equal size by streets that look grown rather than ruled. Metres throughout.

A block is always cut across its longer side, by a slightly bent line, at the place that gives both parts their share
of dry ground; when the end of an existing street is near, the cut goes through it, so streets continue across
crossings. `streets.py` gives the ground, `blocks.py` builds on what comes out.
"""

import math
import random
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Point, Polygon

from linli.demo.city.model import RoadClass
from linli.demo.city.streets import bank_parts

_Vector = NDArray[np.float64]


@dataclass(slots=True)
class Cut:
    """A street made by cutting: `road` is shared by all cuts that continue one another."""

    road: int
    road_class: RoadClass
    border: LineString


@dataclass(slots=True)
class _Anchor:
    xy: _Vector
    road: int
    road_class: RoadClass


@dataclass(frozen=True, slots=True)
class _Knife:
    """Where a cut may lie: origin and axis of the block, direction and sag of the bent line across it."""

    origin: _Vector
    axis: _Vector
    across: _Vector
    half_m: float
    sag_m: float

    def line(self, position_m: float) -> _Vector:
        """Return the (n, 2) vertices of the line that meets the axis `position_m` from the origin."""
        s = np.linspace(-self.half_m, self.half_m, 9)
        bend = self.sag_m * np.cos(np.pi * s / (2 * self.half_m))
        base = self.origin + position_m * self.axis
        return np.asarray(base + s[:, None] * self.across + bend[:, None] * self.axis)

    def side(self, position_m: float) -> Polygon:
        """Return everything before the line."""
        line = self.line(position_m)
        far = 4 * self.half_m * self.axis
        return Polygon(np.vstack([line, line[-1] - far, line[0] - far]))

    def through(self, xy: _Vector) -> float:
        """Return the position whose line passes through `xy`."""
        delta = xy - self.origin
        normal = np.array([-self.axis[1], self.axis[0]])
        s = float(delta @ normal) / float(self.across @ normal)
        bend = self.sag_m * math.cos(math.pi * s / (2 * self.half_m))
        return float(delta @ self.axis) - s * float(self.across @ self.axis) - bend


@dataclass(slots=True)
class Divider:
    """Divides polygons and remembers the streets it made in `cuts`. One Divider serves a whole city."""

    rng: random.Random
    corridor: Polygon
    cuts: list[Cut] = field(default_factory=list)
    _anchors: list[_Anchor] = field(default_factory=list)
    _roads: int = 0

    def divide(self, block: Polygon, count: int) -> list[Polygon]:
        """Return `count` parts of `block` with about the same dry area."""
        if count <= 1:
            return [block]
        road_class: RoadClass = "secondary" if count > 24 else "minor" if count >= 4 else "lane"
        first = max(1, min(count - 1, round(count * self.rng.uniform(0.42, 0.58))))
        one, other = self.split(block, first / count, road_class)
        return self.divide(one, first) + self.divide(other, count - first)

    def split(self, block: Polygon, share: float, road_class: RoadClass) -> tuple[Polygon, Polygon]:
        """Cut `block` once and return both parts, the first with about `share` of its dry area."""
        dry = block.difference(self.corridor)
        for attempt in range(12):
            knife = self._knife(dry, attempt)
            position_m, anchor = self._place(block, dry, knife, share, road_class)
            side = knife.side(position_m)
            parts = block.intersection(side), block.difference(side)
            if all(isinstance(part, Polygon) and not part.is_empty for part in parts):
                break
        else:
            raise ValueError(f"no cut found for a block of {block.area:.0f} m²")
        self._remember(LineString(knife.line(position_m)).intersection(block), anchor, road_class)
        return parts

    def _knife(self, dry: shapely.Geometry, attempt: int) -> _Knife:
        corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(dry))
        sides = corners[1] - corners[0], corners[2] - corners[1]
        lengths = [float(np.hypot(*side)) for side in sides]
        long = 0 if lengths[0] >= lengths[1] else 1
        if attempt % 2 == 1 or (min(lengths) / max(lengths) > 0.88 and self.rng.random() < 0.5):
            long = 1 - long
        axis = sides[long] / lengths[long]
        turn = math.radians(self.rng.uniform(-5.0, 5.0))
        across = np.array(
            [-axis[1] * math.cos(turn) - axis[0] * math.sin(turn), axis[0] * math.cos(turn) - axis[1] * math.sin(turn)]
        )
        half_m = math.hypot(*lengths) / 2 + 60.0
        sag_m = lengths[1 - long] * self.rng.uniform(-0.05, 0.05)
        return _Knife(corners[:4].mean(axis=0), axis, across, half_m * 1.5, sag_m)

    def _place(
        self, block: Polygon, dry: shapely.Geometry, knife: _Knife, share: float, road_class: RoadClass
    ) -> tuple[float, _Anchor | None]:
        low, high = -knife.half_m, knife.half_m
        wanted = dry.area * share
        for _ in range(15):
            position = (low + high) / 2
            if dry.intersection(knife.side(position)).area < wanted:
                low = position
            else:
                high = position
        position = (low + high) / 2
        reach_m = 42.0 if road_class == "lane" else 60.0
        best: tuple[float, float, _Anchor] | None = None
        for anchor in self._anchors:
            move = abs(knife.through(anchor.xy) - position)
            if move < reach_m and block.exterior.distance(Point(anchor.xy)) < 1.0:
                rank = move + (0.0 if anchor.road_class == road_class else 25.0)
                if best is None or rank < best[0]:
                    best = (rank, knife.through(anchor.xy), anchor)
        return (position, None) if best is None else (best[1], best[2])

    def _remember(self, border: shapely.Geometry, anchor: _Anchor | None, road_class: RoadClass) -> None:
        if anchor is not None:
            self._anchors = [other for other in self._anchors if other is not anchor]
        if anchor is not None and anchor.road_class == road_class:
            road = anchor.road
        else:
            road, self._roads = self._roads, self._roads + 1
        for part in shapely.get_parts(border):
            self.cuts.append(Cut(road, road_class, part))
            for dry in bank_parts(part, self.corridor):
                ends = shapely.get_coordinates(dry)[[0, -1]]
                for xy in ends:
                    if anchor is None or float(np.hypot(*(xy - anchor.xy))) > 5.0:
                        self._anchors.append(_Anchor(xy, road, road_class))
