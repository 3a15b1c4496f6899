"""Where the demo city lies, and how its drawing plane of metres becomes longitude and latitude.

The generator works in metres (x east, y north) around one point in the plain of the Huai; only `generate.py`
converts, once, at the end. Over five kilometres the plane differs from a true projection by less than a centimetre
per hundred metres, which is far below what a drawn city can claim.
"""

import math
from typing import Final, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

G = TypeVar("G", bound=BaseGeometry)

ORIGIN_LON: Final = 115.4180
ORIGIN_LAT: Final = 32.8630

CITY_CODE: Final = "390100000000"
DISTRICT_CODE: Final = "390102000000"
STREET_CODE: Final = "390102001000"
CITY_NAME: Final = "云溪市"
DISTRICT_NAME: Final = "临江区"
STREET_NAME: Final = "望江街道"

_A_M: Final = 6378137.0
_E2: Final = 0.00669437999014
_SIN2: Final = math.sin(math.radians(ORIGIN_LAT)) ** 2
_MERIDIAN_RADIUS_M: Final = _A_M * (1 - _E2) / (1 - _E2 * _SIN2) ** 1.5
_PARALLEL_RADIUS_M: Final = _A_M / math.sqrt(1 - _E2 * _SIN2) * math.cos(math.radians(ORIGIN_LAT))
_DEGREES_PER_M: Final = np.array([180 / math.pi / _PARALLEL_RADIUS_M, 180 / math.pi / _MERIDIAN_RADIUS_M])
_ORIGIN: Final = np.array([ORIGIN_LON, ORIGIN_LAT])


def _to_degrees(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    # Seven decimals are a centimetre. Rounding each vertex by itself keeps shared borders shared.
    degrees: NDArray[np.float64] = np.round(xy * _DEGREES_PER_M + _ORIGIN, 7)
    return degrees


def to_lonlat(geometry: G) -> G:
    """Return `geometry` (metres) in WGS 84 degrees, (N, 2) vertices in and out; a vertex used twice stays one."""
    turned: G = shapely.transform(geometry, _to_degrees)
    return turned
