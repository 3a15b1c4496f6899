"""A made street for the tests and the bench of the topology engine: crooked grids in communities, and a planner who does things at random."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import shapely

from linli.algorithms.topology.building import build
from linli.algorithms.topology.commands import (
    Command,
    CutOut,
    Describe,
    MergeFaces,
    MoveNode,
    MovePiece,
    RedrawArc,
    SplitFace,
)
from linli.algorithms.topology.faces import line_of, shape_of
from linli.algorithms.topology.model import Edit, Face, Topology, TopologyRefused, applied
from linli.algorithms.topology.planning import planned

WEST, SOUTH, STEP = 116.31234567890123, 39.91234567890123, 0.0025


def street(columns: int = 15, rows: int = 10, seed: int = 1, points: int = 12) -> tuple[dict[str, Face], list[Any]]:
    """Faces and polygons of `columns` × `rows` grids of some 250 m, in communities of five columns, with crooked borders of `points` each."""
    chance = random.Random(seed)
    corner = {
        (column, row): (
            WEST + STEP * (column + chance.uniform(-0.2, 0.2)), SOUTH + STEP * (row + chance.uniform(-0.2, 0.2)),
        )
        for column in range(columns + 1) for row in range(rows + 1)
    }  # fmt: skip
    drawn = {
        (one, other): _crooked(corner[one], corner[other], points, chance)
        for one in corner
        for other in ((one[0] + 1, one[1]), (one[0], one[1] + 1))
        if other in corner
    }

    def side(one: tuple[int, int], other: tuple[int, int]) -> list[tuple[float, float]]:
        return drawn[one, other] if (one, other) in drawn else drawn[other, one][::-1]

    faces, shapes = {}, []
    for column in range(columns):
        for row in range(rows):
            around = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1), (column, row)]
            ring = [point for one, other in itertools.pairwise(around) for point in side(one, other)[:-1]]
            faces[f"{column:02d}{row:02d}"] = Face(f"community {column // 5}", f"grid {column}/{row}")
            shapes.append(shapely.Polygon(ring))
    return faces, shapes


def _crooked(
    one: tuple[float, float], other: tuple[float, float], points: int, chance: random.Random
) -> list[tuple[float, float]]:
    bend = STEP * 0.15 / points
    inner = [
        (
            one[0] + (other[0] - one[0]) * place / points + chance.uniform(-bend, bend),
            one[1] + (other[1] - one[1]) * place / points + chance.uniform(-bend, bend),
        )
        for place in range(1, points)
    ]
    return [one, *inner, other]


def made_street(**kwargs: Any) -> Topology:
    """The same as a topology."""
    return build(*street(**kwargs)).topology


@dataclass
class Planner:
    """Somebody who edits at random, with undo and redo; counts what went through and what was refused."""

    topology: Topology
    chance: random.Random
    done: list[Edit] = field(default_factory=list)
    undone: list[Edit] = field(default_factory=list)
    accepted: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    serial: int = 0

    def step(self) -> None:
        """One command, undo or redo."""
        roll = self.chance.random()
        if roll < 0.15 and self.done:
            self.undo()
        elif roll < 0.25 and self.undone:
            self.redo()
        else:
            command = self.command()
            kind = type(command).__name__
            try:
                edit, self.topology = planned(self.topology, command)
            except TopologyRefused:
                self.refused[kind] += 1
                return
            self.accepted[kind] += 1
            self.done.append(edit)
            self.undone.clear()

    def undo(self) -> None:
        """Takes the last edit back."""
        self.undone.append(self.done.pop())
        self.topology = applied(self.topology, self.undone[-1].inverse)
        self.accepted["undo"] += 1

    def redo(self) -> None:
        """Does again what was taken back last."""
        self.done.append(self.undone.pop())
        self.topology = applied(self.topology, self.done[-1])
        self.accepted["redo"] += 1

    def command(self) -> Command:
        """Anything a planner might try, sensible or not."""
        kinds = [self._redraw, self._redraw, self._move_node, self._split, self._merge, self._piece, self._cut_out]
        return self.chance.choice([*kinds, self.describe])()

    def _new(self) -> str:
        self.serial += 1
        return f"new {self.serial}"

    def _near(self, point: tuple[float, float], far: float) -> tuple[float, float]:
        return point[0] + self.chance.uniform(-far, far), point[1] + self.chance.uniform(-far, far)

    def _redraw(self) -> Command:
        number = self.chance.choice(sorted(self.topology.arcs))
        points = self.topology.arcs[number].points
        inner = [self._near(point, 0.0001) for point in points[1:-1] if self.chance.random() < 0.9]
        return RedrawArc(number, (points[0], *inner, points[-1]))

    def _move_node(self) -> Command:
        node = self.chance.choice(sorted(self.topology.ends))
        return MoveNode(node, self._near(node, 0.0002))

    def _face(self) -> str:
        return self.chance.choice(sorted(self.topology.faces))

    def _split(self) -> Command:
        code = self._face()
        if len(self.topology.faces) > 180:
            return self._merge()
        ends = [self._on_border(code) for _ in range(2)]
        middle = [self._near(((ends[0][0] + ends[1][0]) / 2, (ends[0][1] + ends[1][1]) / 2), 0.0001)]
        points = (ends[0], *(middle if self.chance.random() < 0.5 else []), ends[1])
        return SplitFace(code, points, self._new(), self.chance.choice(["left", "right"]))

    def _on_border(self, code: str) -> tuple[float, float]:
        drawn = line_of(self.topology, self.chance.choice(self.topology.borders[code]))
        at = shapely.line_interpolate_point(drawn, self.chance.random(), normalized=True)
        return self._near((at.x, at.y), 0.00001)

    def _merge(self) -> Command:
        code = self._face()
        others = self.topology.neighbours(code) or [code]
        return MergeFaces(code, self.chance.choice(others))

    def _square(self, middle: tuple[float, float], size: float) -> tuple[tuple[float, float], ...]:
        (x, y), turn = middle, self.chance.uniform(0, size / 2)
        return ((x - size, y - turn), (x + turn, y - size), (x + size, y + turn), (x - turn, y + size))

    def _piece(self) -> Command:
        code = self._face()
        others = self.topology.neighbours(code) or [code]
        at = self._near(self._on_border(code), 0.0004)
        return MovePiece(self._square(at, self.chance.uniform(0.00005, 0.0002)), self.chance.choice([code, *others]))

    def _cut_out(self) -> Command:
        if len(self.topology.faces) > 180:
            return self._merge()
        shape = shape_of(self.topology, self._face())
        middle = shapely.point_on_surface(shape)
        at = self._near((middle.x, middle.y), 0.0008)
        return CutOut(self._square(at, self.chance.uniform(0.0001, 0.0006)), self._new(), "a school", purpose="school")

    def describe(self) -> Command:
        """Another name for any grid."""
        return Describe(self._face(), f"name {self.chance.randrange(99)}", "comprehensive")


def shapes_of(topology: Topology) -> list[Any]:
    """The polygons of all faces."""
    return [shape_of(topology, code) for code in sorted(topology.faces)]
