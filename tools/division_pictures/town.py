"""The made-up towns of the pictures and what the engine says of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from linli.algorithms.division.cells import Parcels, parcels_of
from linli.algorithms.division.coverage import grid_polygons
from linli.algorithms.division.divide import divide
from linli.algorithms.division.generated import generated_ground
from linli.algorithms.division.model import NOBODY, Division, Geometries, Ground, Ints, Line, Rules

RULES = Rules()
# Bridges are short lines over a river; they are drawn so many times as long, to be seen.
BRIDGE_MOST_M, BRIDGE_TIMES = 5.0, 7.0
COLOURS = 5


@dataclass(frozen=True, slots=True)
class Town:
    """Made-up ground, its parcels, and its division by the engine."""

    ground: Ground
    parcels: Parcels
    division: Division

    def polygons(self, label: npt.NDArray[np.integer]) -> Geometries:
        """The parcels with equal labels as polygons, by label."""
        return grid_polygons(self.parcels, label.astype(np.int32))

    def lines(self, kind: Line) -> Geometries:
        """The lines of a kind without bridges."""
        found: Geometries = self.ground.lines[self.ground.line_kinds == kind]
        kept: Geometries = found[shapely.length(found) > BRIDGE_MOST_M]
        return kept

    def bridges(self) -> Geometries:
        """The bridges, lengthened."""
        short = self.ground.lines[shapely.length(self.ground.lines) <= BRIDGE_MOST_M]
        rivers = shapely.union_all(self.lines(Line.RIVER))
        found: Geometries = np.array([_longer(line) for line in short[shapely.crosses(short, rivers)]], dtype=object)
        return found


@cache
def town(buildings: int, seed: int) -> Town:
    """The made-up ground with about this many buildings, divided."""
    ground = generated_ground(buildings, seed)
    parcels = parcels_of(ground)
    return Town(ground, parcels, divide(parcels.graph, RULES))


def _longer(line: Any) -> Any:
    ends = shapely.get_coordinates(line)
    return shapely.LineString(ends.mean(axis=0) + BRIDGE_TIMES * (ends - ends.mean(axis=0)))


def dense(label: Ints) -> Ints:
    """Labels without holes, from 0."""
    return np.unique(label, return_inverse=True)[1].astype(np.int32)


def coloured(of: Town, label: Ints) -> list[int]:
    """A colour for each label: neighbours differ, and of those that are left the rarest is taken."""
    graph, size = of.parcels.graph, int(label.max()) + 1
    near: list[set[int]] = [set() for _ in range(size)]
    for one, two in zip(label[graph.a].tolist(), label[graph.b].tolist(), strict=True):
        near[one].add(two)
        near[two].add(one)
    chosen = [NOBODY] * size
    for place in range(size):
        taken = {chosen[other] for other in near[place]}
        free = [colour for colour in range(COLOURS) if colour not in taken] or [0]
        chosen[place] = min(free, key=chosen.count)
    return chosen
