"""Geometry in metres as SVG path data: whole units, relative commands, simplified to what a screen can show.

`map_figure` beside this module puts the paths together. A unit is 0.1 m for a community and grows to some metres for a city,
so that no number needs more than five digits and none carries a decimal point.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from linli.algorithms.division.model import Geometries

# A map is at most this many units long and simplified to a few of them: still sharp when zoomed in eight times.
UNITS = 16_000
TOLERANCE_UNITS = 2.0
STEPS_M = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Canvas:
    """A sheet over the ground: `west_m` and `north_m` are its upper left corner, a unit is `unit_m` metres long."""

    west_m: float
    north_m: float
    width_m: float
    height_m: float
    unit_m: float

    @property
    def width(self) -> int:
        """Units from west to east."""
        return round(self.width_m / self.unit_m)

    @property
    def height(self) -> int:
        """Units from north to south."""
        return round(self.height_m / self.unit_m)

    @property
    def tolerance_m(self) -> float:
        """How far a simplified line may leave the true one."""
        return TOLERANCE_UNITS * self.unit_m

    def units(self, coordinates: Any) -> Any:
        """Metres (k, 2) as whole units (k, 2), y growing to the south."""
        return np.rint((np.asarray(coordinates) - (self.west_m, self.north_m)) / (self.unit_m, -self.unit_m)).astype(
            int
        )

    def path(self, geometry: Any) -> str:
        """Path data of a line, polygon or collection of them; empty for an empty one. Parts smaller than a unit vanish."""
        if geometry is None or geometry.is_empty:
            return ""
        rings = shapely.get_type_id(geometry) in (3, 6)
        parts = shapely.get_parts(geometry)
        if rings:
            parts = shapely.get_rings(parts)  # of the parts, since of a multi-polygon it would give none
        return "".join(self._part(shapely.get_coordinates(part), closed=rings) for part in parts)

    def _part(self, coordinates: Any, *, closed: bool) -> str:
        points = self.units(coordinates)
        if closed:
            points = points[:-1]
        steps = np.diff(points, axis=0)
        steps = steps[steps.any(axis=1)]
        if len(steps) < (2 if closed else 1):
            return ""
        numbers = " ".join(map(str, steps.ravel().tolist())).replace(" -", "-")
        return f"M{points[0][0]} {points[0][1]}l{numbers}{'z' if closed else ''}"


def canvas_over(geometries: Geometries, margin: float = 0.03) -> Canvas:
    """A sheet over the geometries with a margin (share of the longer side). Raises ValueError when there are none."""
    west, south, east, north = shapely.total_bounds(geometries) if len(geometries) else (np.nan,) * 4
    if not np.isfinite([west, south, east, north]).all():
        raise ValueError("there is no geometry to draw")
    longer = max(east - west, north - south, 1.0)
    unit_m = next((step for step in STEPS_M if longer / step <= UNITS), STEPS_M[-1])
    edge = margin * longer
    return Canvas(west - edge, north + edge, east - west + 2 * edge, north - south + 2 * edge, unit_m)


def simplified_coverage(polygons: Geometries, tolerance_m: float) -> Geometries:
    """Polygons with fewer vertices whose common borders stay common. One that would vanish keeps its own shape."""
    if not len(polygons):
        return polygons
    simpler = shapely.coverage_simplify(polygons, tolerance_m)
    lost = shapely.is_empty(simpler) | ~shapely.is_valid(simpler)
    return np.where(lost, polygons, simpler)


def simplified_lines(lines: Geometries, canvas: Canvas) -> Geometries:
    """Lines cut off at the sheet's edge and simplified; those outside fall away."""
    west, north = canvas.west_m, canvas.north_m
    clipped = shapely.clip_by_rect(lines, west, north - canvas.height_m, west + canvas.width_m, north)
    simpler = shapely.simplify(clipped, canvas.tolerance_m / 2)
    return np.asarray(simpler[~shapely.is_empty(simpler)], dtype=object)


def middles(polygons: Geometries, canvas: Canvas) -> tuple[Any, Any]:
    """Where a label fits best: the middle of the largest circle in each polygon, (g, 2) units, and its radius (g) units."""
    circles = shapely.maximum_inscribed_circle(polygons, tolerance=canvas.tolerance_m * 4)
    ends = shapely.get_coordinates(circles).reshape(-1, 2, 2)
    return canvas.units(ends[:, 0]), np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1) / canvas.unit_m
