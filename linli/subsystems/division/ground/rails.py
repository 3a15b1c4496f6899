"""Railways between grids: one line where a track or two run, and ground of its own where many lie side by side.

OpenStreetMap draws every single track. Only `osm` next door needs this.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from linli.algorithms.division.model import Geometries

TRACKS_APART_M, LEAST_TRACK_M = 40.0, 100.0
# What lies this near to a track is railway ground, and a yard is at least so wide.
BESIDE_TRACK_M, LEAST_YARD_M, LEAST_YARD_M2 = 15.0, 60.0, 10_000.0


def yards_of(tracks: Geometries) -> Geometries:
    """The ground (polygons) of stations and yards: where tracks lie so close that nobody lives between them."""
    ground = shapely.union_all(shapely.buffer(tracks, BESIDE_TRACK_M))
    wide = shapely.buffer(shapely.buffer(ground, -LEAST_YARD_M / 2), LEAST_YARD_M / 2 - 1)
    parts = shapely.get_parts(wide)
    yards: Geometries = parts[shapely.area(parts) >= LEAST_YARD_M2]
    return yards


def one_of_each(rails: Geometries) -> Geometries:
    """One line for tracks that lie side by side: between two barriers nothing could be reached."""
    kept: list[Any] = []
    for line in sorted(shapely.get_parts(rails), key=lambda line: -line.length):
        rest = line.difference(shapely.union_all(shapely.buffer(kept, TRACKS_APART_M))) if kept else line
        kept.extend(part for part in shapely.get_parts(rest) if part.length > LEAST_TRACK_M)
    lines = np.empty(len(kept), dtype=object)
    lines[:] = kept
    return lines
