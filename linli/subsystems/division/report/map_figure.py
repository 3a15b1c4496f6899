"""The map of a proposal as one drawing that needs no script: ground, streets, grids, labels, what changes hands.

`drawing` beside this module makes the paths, `templates/map.html` writes them out, `templates/report.js` lets people move in it.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from linli.algorithms.division.model import Bools, Geometries, Line
from linli.subsystems.division.proposal.model import Proposal, ProposedGrid
from linli.subsystems.division.report.drawing import (
    Canvas,
    canvas_over,
    middles,
    simplified_coverage,
    simplified_lines,
)
from linli.subsystems.division.report.scale import is_out, step_of

# The box that the page gives a map, in CSS pixels: what it looks like before, or without, the script.
WIDE_PX, HIGH_PX = 660.0, 600.0
PHONE_PX = 330.0
LABEL_PX, DIGIT_PX = 11.0, 6.6
LABEL_STEP = 1.5
# More buildings than this are a grey blur at the size of a page, and megabytes.
MOST_BUILDINGS = 20_000


@dataclass(frozen=True, slots=True)
class Shape:
    """A grid as path data; `css` its colour."""

    id: str
    css: str
    d: str


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels that fit once a unit is `from_px` pixels long; `fits` says at which sizes they do so from the start."""

    from_px: float
    fits: str
    texts: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """A bar of `length_m` metres on the sheet itself, right at any size and on paper: its left end and length in units."""

    length_m: float
    length: int
    x: int
    y: int

    @property
    def middle(self) -> int:
        """Where its text stands."""
        return self.x + self.length // 2

    @property
    def text(self) -> str:
        """Its length in words."""
        return f"{self.length_m / 1000:g} km" if self.length_m >= 1000 else f"{self.length_m:g} m"


@dataclass(frozen=True, slots=True)
class Figure:
    """What stands on the sheet. `communities` are the shapes by position of their community in the proposal's ground."""

    prefix: str
    canvas: Canvas
    communities: tuple[tuple[int, tuple[Shape, ...]], ...]
    land: str
    rivers: str
    minor: str
    main: str
    buildings: str
    edges: str
    out: str
    moved: str
    labels: tuple[Labels, ...]

    @property
    def units_a_px(self) -> float:
        """Units per CSS pixel on a wide screen."""
        return max(self.canvas.width / WIDE_PX, self.canvas.height / HIGH_PX)

    @property
    def units_a_px_phone(self) -> float:
        """Units per CSS pixel on a phone."""
        return max(self.canvas.width / PHONE_PX, self.canvas.height / PHONE_PX)

    @property
    def is_far(self) -> bool:
        """Whether single buildings would be a blur; the script has the same bound."""
        return self.canvas.unit_m * self.units_a_px > 1 / 0.12

    @property
    def widths_px(self) -> list[tuple[str, float]]:
        """How wide lines are drawn: as wide as a street is, within what an eye sees. The script has the same figures."""
        metre_px = 1 / (self.canvas.unit_m * self.units_a_px)
        widths = (("main", 1.6, 14, 16), ("minor", 0.5, 7, 8), ("river", 3, 24, 26))
        return [(name, min(most, max(least, metres * metre_px))) for name, least, metres, most in widths]

    @property
    def scale_bar(self) -> ScaleBar:
        """The longest bar of 1, 2 or 5 times a power of ten metres that is at most 120 px on a wide screen."""
        metres_px = self.canvas.unit_m * self.units_a_px
        power = 10.0 ** math.floor(math.log10(120 * metres_px))
        length = max(step * power for step in (1, 2, 5) if step * power <= 120 * metres_px)
        edge = round(0.02 * max(self.canvas.width, self.canvas.height))
        return ScaleBar(length, round(length / self.canvas.unit_m), edge, self.canvas.height - edge)


def label_of(grid: ProposedGrid) -> str:
    """What is written on the map: the number in the grid's name, else the end of its code."""
    number = re.search(r"(\d+)\D*$", grid.name)
    tail = grid.code.removeprefix(grid.community).lstrip("-_0") or grid.code
    return str(int(number[1])) if number else tail[-4:]


def sheet(*proposals: Proposal) -> Canvas:
    """One sheet over the grids of all proposals, so that their maps can be laid side by side."""
    return canvas_over(_array([grid.polygon for proposal in proposals for grid in proposal.grids]))


def figure(proposal: Proposal, canvas: Canvas, prefix: str = "m", moved: Bools | None = None) -> Figure:
    """Draw a proposal. `moved` (b) marks the buildings that change hands. Deterministic; some seconds for 4,000 grids."""
    ground, grids, outlines = proposal.map_ground, proposal.grids, proposal.members.outlines
    polygons = simplified_coverage(_array([grid.polygon for grid in grids]), canvas.tolerance_m)
    place = {code: number for number, code in enumerate(ground.community_codes)}
    members: defaultdict[int, list[int]] = defaultdict(list)
    for number, grid in enumerate(grids):
        members[place.get(grid.community, -1)].append(number)

    def shape(number: int) -> Shape:
        grid = grids[number]
        return Shape(f"{prefix}{number}", step_of(grid, proposal.run.rules), canvas.path(polygons[number]))

    def lines(kind: Line) -> str:
        chosen = ground.lines[ground.line_kinds == kind] if len(ground.lines) else ground.lines
        return "".join(map(canvas.path, simplified_lines(chosen, canvas)))

    return Figure(
        prefix=prefix,
        canvas=canvas,
        communities=tuple((community, tuple(map(shape, members[community]))) for community in sorted(members)),
        # The union of the simplified grids and not the community's own outline: it meets their borders exactly.
        land="".join(canvas.path(shapely.union_all(polygons[numbers])) for numbers in members.values()),
        rivers=lines(Line.RIVER),
        minor=lines(Line.MINOR),
        main=lines(Line.MAIN),
        buildings="".join(map(canvas.path, outlines)) if len(outlines) <= MOST_BUILDINGS else "",
        # Every border once, though two grids have it; the outlines of what is out of bounds over them.
        edges=canvas.path(shapely.line_merge(shapely.union_all(shapely.boundary(polygons)))),
        out="".join(canvas.path(polygon) for polygon, grid in zip(polygons, grids, strict=True) if is_out(grid)),
        moved="" if moved is None else _dots(outlines[moved], canvas),
        labels=_labels(grids, polygons, canvas),
    )


def _dots(geometries: Geometries, canvas: Canvas) -> str:
    """A point per building, as lines without length: round line ends make them dots of the same size at every zoom."""
    points = canvas.units(shapely.get_coordinates(shapely.centroid(geometries)).reshape(-1, 2))
    return "".join(f"M{x} {y}h0" for x, y in points.tolist())


def _labels(grids: Sequence[ProposedGrid], polygons: Geometries, canvas: Canvas) -> tuple[Labels, ...]:
    """The grids' numbers, grouped by the zoom from which they fit into their grid."""
    if not grids:
        return ()
    places, radii = middles(polygons, canvas)
    texts = [label_of(grid) for grid in grids]
    # The smallest number of pixels a unit must have for the text to fit into the circle.
    needed = [
        math.hypot(DIGIT_PX * len(text), LABEL_PX) / max(2 * radius, 1e-9)
        for text, radius in zip(texts, radii, strict=True)
    ]
    whole = 1 / max(canvas.width / WIDE_PX, canvas.height / HIGH_PX)
    phone = 1 / max(canvas.width / PHONE_PX, canvas.height / PHONE_PX)
    groups: defaultdict[int, list[tuple[int, int, str]]] = defaultdict(list)
    for (x, y), text, px in zip(places.tolist(), texts, needed, strict=True):
        groups[math.ceil(math.log(px / phone, LABEL_STEP))].append((x, y, text))
    found = []
    for step in sorted(groups):
        from_px = phone * LABEL_STEP**step
        fits = "always" if from_px <= phone else "wide" if from_px <= whole else "near"
        found.append(Labels(from_px, fits, tuple(groups[step])))
    return tuple(found)


def _array(geometries: Sequence[Any]) -> Geometries:
    array = np.empty(len(geometries), dtype=object)
    array[:] = geometries
    return array
