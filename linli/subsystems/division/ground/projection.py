"""From the coordinates of a file to metres in one projected system, and back to WGS 84 where grids are published.

In China that is the 3-degree Gauss–Krüger zone of CGCS2000 (EPSG 4534 to 4554) around the middle of the ground, elsewhere
the UTM zone of WGS 84. The conversions of GCJ-02 and BD-09, which no coordinate library knows, stand in
`linli.algorithms.coordinates`.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from django.utils.translation import gettext as _

from linli.algorithms.coordinates import CoordinateSystem, convert
from linli.algorithms.division.model import Geometries
from linli.core.platform.public import BadInput, in_words
from linli.lib import systems

WGS84 = "EPSG:4326"


def parse_system(text: str) -> pyproj.CRS:
    """A coordinate system by its name. Raises BadInput."""
    try:
        return systems.parse_system(text)
    except systems.SystemRefused as refused:
        raise BadInput(in_words(refused.sentence), field="system") from None


def parse_projected(text: str) -> str:
    """A system whose unit is the metre, by its name. Raises BadInput."""
    system = parse_system(text)
    if not system.is_projected or any(abs(axis.unit_conversion_factor - 1) > 1e-9 for axis in system.axis_info):
        raise BadInput(
            _("“%s” does not count in metres; give a projected system such as EPSG:4547.") % text[:60], field="system"
        )
    return text


def to_wgs84(geometries: Geometries, source: pyproj.CRS, coordinates: CoordinateSystem = "WGS84") -> Geometries:
    """Geometries in longitude and latitude. `coordinates` says what degrees of the file are: GCJ02 and BD09 have no EPSG code.

    Raises BadInput for a system from which no public formula leads to WGS 84, such as Xi'an 80.
    """
    try:
        way = systems.to_wgs84(source)
    except systems.SystemRefused as refused:
        raise BadInput(in_words(refused.sentence), field="system") from None
    moved: Geometries = geometries
    if not systems.is_wgs84_degrees(source):
        moved = shapely.transform(geometries, lambda points: np.column_stack(way.transform(points[:, 0], points[:, 1])))
    if coordinates in ("WGS84", "CGCS2000"):
        return moved

    def straighten(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(convert(points[:, 0], points[:, 1], coordinates, "WGS84"))

    turned: Geometries = shapely.transform(moved, straighten)
    return turned


def to_plane(geometries: Geometries, system: str) -> Geometries:
    """Geometries of WGS 84 degrees in metres, east and north."""
    return _moved(geometries, pyproj.CRS(WGS84), pyproj.CRS(system))


def to_degrees(geometries: Geometries, system: str) -> Geometries:
    """Geometries in metres of `system` as WGS 84 degrees, longitude first, with nine decimals (a tenth of a millimetre).

    Equal vertices stay equal, so a coverage stays one.
    """
    degrees: Geometries = shapely.transform(
        _moved(geometries, pyproj.CRS(system), pyproj.CRS(WGS84)), lambda points: np.round(points, 9)
    )
    return degrees


def _moved(geometries: Geometries, source: pyproj.CRS, target: pyproj.CRS) -> Geometries:
    if source == target:
        return geometries
    transformer = _transformer(source.to_wkt(), target.to_wkt())

    def move(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    moved: Geometries = shapely.transform(geometries, move)
    return moved


@lru_cache(maxsize=8)
def _transformer(source: str, target: str) -> pyproj.Transformer:
    """Finding the way between two systems takes a tenth of a second."""
    return pyproj.Transformer.from_crs(source, target, always_xy=True)
