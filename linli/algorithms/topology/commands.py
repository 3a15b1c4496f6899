"""What a planner may do to grids by hand. `planning` next door turns each into an edit, or says why not.

Points are longitude and latitude in degrees. Arcs and nodes are those of the topology that the command is sent to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from linli.algorithms.topology.model import Point

Side: TypeAlias = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class RedrawArc:
    """Draws a border anew between the nodes at its ends: `points` are all of it, ends and all."""

    arc: int
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class MoveNode:
    """Moves the place where borders meet, and the ends of those borders with it."""

    node: Point
    to: Point


@dataclass(frozen=True, slots=True)
class SplitFace:
    """Cuts a grid along a line from border to border. The part on the side `keeps` of the line stays the grid, the other becomes `new`."""

    face: str
    points: tuple[Point, ...]
    new: str
    keeps: Side = "left"
    name: str = ""


@dataclass(frozen=True, slots=True)
class MergeFaces:
    """Joins the grid `other` to `face`, which stays."""

    face: str
    other: str


@dataclass(frozen=True, slots=True)
class MovePiece:
    """Gives the ground of a building or a block (its outline) to a grid beside the one it lies in. Where the outline does not touch that
    grid, the ground between goes along."""

    ring: tuple[Point, ...]
    to: str


@dataclass(frozen=True, slots=True)
class CutOut:
    """Makes a grid of its own of the ground inside an outline: a school, a market, a park."""

    ring: tuple[Point, ...]
    new: str
    name: str
    kind: str = "dedicated"
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Describe:
    """Gives a grid another name, kind and purpose."""

    face: str
    name: str
    kind: str
    purpose: str = ""


Command: TypeAlias = RedrawArc | MoveNode | SplitFace | MergeFaces | MovePiece | CutOut | Describe
