"""Three squares in a row: A and B in one community, C in another; each 0.002 degrees wide."""

from __future__ import annotations

from typing import Any

import shapely

from linli.algorithms.topology.building import build
from linli.algorithms.topology.model import Face, Topology

FACES = {"A": Face("one", "甲"), "B": Face("one", "乙"), "C": Face("two", "丙")}


def box(column: int, row: int = 0) -> Any:
    """One square."""
    return shapely.box(0.002 * column, 0.002 * row, 0.002 * (column + 1), 0.002 * (row + 1))


def squares() -> Topology:
    """A, B and C."""
    return build(FACES, [box(0), box(1), box(2)]).topology


def between(topology: Topology, one: str, other: str) -> int:
    """The number of the one border between two faces."""
    (number,) = [number for number, arc in topology.arcs.items() if {arc.left, arc.right} == {one, other}]
    return number


def area(topology: Topology, code: str) -> float:
    """In squares."""
    from linli.algorithms.topology.faces import shape_of

    return float(shape_of(topology, code).area) / 0.002**2
