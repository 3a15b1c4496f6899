"""Where the provinces of China lie, roughly: enough to tell longitude from latitude and one city from another country.

The rectangles are rounded outwards by about half a degree and hold coastal waters and islands near the shore. A position
inside one may still lie in the next province; one outside lies elsewhere for certain. Next door: `coordinates` parses
positions, `codes` the statistical codes whose first two digits name a province (GB/T 2260).
"""

from __future__ import annotations

from typing import Final

from linli.algorithms.coordinates import Bounds

# West, south, east, north in degrees.
PROVINCES: Final[dict[str, Bounds]] = {
    code: Bounds(*sides)
    for code, sides in {
        "11": (115.0, 39.0, 118.0, 41.5), "12": (116.3, 38.2, 118.5, 40.7), "13": (113.0, 35.6, 120.3, 43.0),
        "14": (109.8, 34.1, 115.0, 41.2), "15": (96.7, 37.0, 126.5, 53.8), "21": (118.4, 38.2, 126.2, 43.9),
        "22": (121.2, 40.4, 131.8, 46.8), "23": (120.7, 43.0, 135.5, 54.0), "31": (120.4, 30.2, 122.8, 32.3),
        "32": (115.9, 30.3, 122.5, 35.6), "33": (117.5, 26.6, 123.8, 31.6), "34": (114.4, 29.0, 120.1, 35.1),
        "35": (115.4, 23.0, 121.2, 28.8), "36": (113.1, 24.0, 118.9, 30.5), "37": (114.3, 33.9, 123.2, 38.9),
        "41": (109.9, 30.9, 117.1, 36.8), "42": (107.9, 28.5, 116.6, 33.8), "43": (108.3, 24.2, 114.7, 30.6),
        "44": (109.2, 19.7, 117.8, 26.0), "45": (104.0, 20.4, 112.5, 26.8), "46": (107.5, 3.0, 118.5, 20.7),
        "50": (104.8, 27.7, 110.7, 32.7), "51": (96.9, 25.6, 109.0, 34.8), "52": (103.1, 24.1, 110.1, 29.7),
        "53": (97.0, 20.6, 106.7, 29.7), "54": (77.9, 26.3, 99.6, 37.0), "61": (105.0, 31.2, 111.8, 40.1),
        "62": (91.8, 32.1, 109.2, 43.3), "63": (88.9, 31.1, 103.6, 39.8), "64": (103.8, 34.8, 108.2, 39.9),
        "65": (73.0, 33.8, 96.9, 49.7), "71": (117.5, 20.4, 123.0, 26.6), "81": (113.3, 21.9, 115.0, 22.9),
        "82": (113.2, 21.8, 114.0, 22.5),
    }.items()
}  # fmt: skip
CHINA: Final = Bounds(73.0, 3.0, 136.0, 54.0)


def bounds_of_code(code: str) -> Bounds | None:
    """Where the area of a 12-digit statistical code lies: its province, or China for a code of none. Else None."""
    if len(code) != 12 or not (code.isascii() and code.isdigit()):
        return None
    return PROVINCES.get(code[:2], CHINA)
