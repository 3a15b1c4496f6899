"""Coordinate systems by their names (EPSG codes, URNs), and the way from one to degrees of WGS 84.

CGCS2000 is taken as WGS 84, from which it differs by centimetres. Where nobody has published how a system lies to WGS 84, or
only worse than five metres, there is no way and a file is refused: pyproj would leave such coordinates as they are,
which for Xi'an 80 and Beijing 54 is wrong by up to a hundred metres. Next door, `linli.algorithms.coordinates` knows
GCJ-02 and BD-09, which have no code.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from linli.lib.refusal import Refusal

if TYPE_CHECKING:
    import pyproj  # 10 MB: only what reads a file of another system loads it

WGS84: Final = "EPSG:4326"
WORST_M: Final = 5.0
# The parameters of these are kept by provincial survey offices; the public ones are those of single regions.
_SECRET: Final = frozenset({"4214", "4555", "4610"})
_AS_WGS84: Final = frozenset({"4326", "4490", "4979", "4480"})


class SystemRefused(Refusal):
    """A coordinate system that is none, or that has no way to WGS 84."""


def parse_system(text: str) -> pyproj.CRS:
    """A coordinate system by its name. Raises SystemRefused."""
    import pyproj
    from pyproj.exceptions import CRSError

    try:
        return pyproj.CRS.from_user_input(text)
    except CRSError:
        raise SystemRefused(
            "“%(name)s” is no coordinate system; give an EPSG code such as EPSG:4547.", name=text[:60]
        ) from None


def name_of(system: pyproj.CRS) -> str:
    """Its code and its name, such as "EPSG:4547 CGCS2000 / 3-degree Gauss-Kruger CM 114E"."""
    authority = system.to_authority()
    return f"{':'.join(authority)} {system.name}" if authority else system.name


def is_wgs84_degrees(system: pyproj.CRS) -> bool:
    """Whether its coordinates are degrees of WGS 84 or CGCS2000 already."""
    return system.is_geographic and _datum(system) in _AS_WGS84


def to_wgs84(system: pyproj.CRS) -> pyproj.Transformer:
    """What turns x and y (east first, or longitude first) into longitude and latitude of WGS 84.

    Raises SystemRefused where there is no way that is right to five metres.
    """
    return _way(system.to_wkt())


@lru_cache(maxsize=16)
def _way(wkt: str) -> pyproj.Transformer:
    """Finding the way between two systems takes a tenth of a second."""
    import pyproj
    from pyproj.exceptions import ProjError

    system = pyproj.CRS.from_wkt(wkt)
    datum = _datum(system)
    no_way = SystemRefused(
        "No public formula leads from %(name)s to WGS 84; save the file in CGCS2000 (EPSG:4490) or WGS 84 (EPSG:4326).",
        name=name_of(system),
    )
    if datum in _SECRET or not (system.is_geographic or system.is_projected):
        raise no_way
    target = system.geodetic_crs if datum in _AS_WGS84 else WGS84
    try:
        return pyproj.Transformer.from_crs(system, target, always_xy=True, allow_ballpark=False, accuracy=WORST_M)
    except ProjError:
        raise no_way from None


def _datum(system: pyproj.CRS) -> str:
    """The EPSG code of the degrees that a system is made of; "4326" for CRS84, "" when it has none."""
    degrees = system.geodetic_crs
    if degrees is None:
        return ""
    authority = degrees.to_authority()
    if authority is None:
        return ""
    return "4326" if authority == ("OGC", "CRS84") else authority[1] if authority[0] == "EPSG" else ""
