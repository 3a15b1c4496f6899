"""Where provinces lie: enough to tell longitude from latitude and one city from another country."""

from __future__ import annotations

import pytest

from linli.algorithms.provinces import CHINA, PROVINCES, bounds_of_code

# Seats of government, longitude and latitude.
SEATS = {
    "11": (116.4, 39.9), "12": (117.2, 39.1), "13": (114.5, 38.0), "14": (112.5, 37.9), "15": (111.7, 40.8),
    "21": (123.4, 41.8), "22": (125.3, 43.9), "23": (126.6, 45.8), "31": (121.5, 31.2), "32": (118.8, 32.1),
    "33": (120.2, 30.3), "34": (117.3, 31.9), "35": (119.3, 26.1), "36": (115.9, 28.7), "37": (117.0, 36.7),
    "41": (113.7, 34.8), "42": (114.3, 30.6), "43": (113.0, 28.2), "44": (113.3, 23.1), "45": (108.3, 22.8),
    "46": (110.3, 20.0), "50": (106.5, 29.6), "51": (104.1, 30.6), "52": (106.7, 26.6), "53": (102.7, 25.0),
    "54": (91.1, 29.7), "61": (108.9, 34.3), "62": (103.8, 36.1), "63": (101.8, 36.6), "64": (106.3, 38.5),
    "65": (87.6, 43.8), "71": (121.5, 25.0), "81": (114.2, 22.3), "82": (113.5, 22.2),
}  # fmt: skip


def test_every_seat_lies_in_its_province_and_never_exchanged() -> None:
    assert set(SEATS) == set(PROVINCES)
    for code, (lon, lat) in SEATS.items():
        bounds = bounds_of_code(code + "0" * 10)
        assert bounds is not None
        assert bounds.holds(lon, lat), code
        assert not bounds.holds(lat, lon), code
        assert CHINA.holds(bounds.west, bounds.south), code
        assert CHINA.holds(bounds.east, bounds.north), code


@pytest.mark.parametrize(
    ("code", "bounds"), [("990101000000", CHINA), ("2507000", None), ("", None), ("65010200100X", None)]
)
def test_a_code_of_no_province_lies_in_china_and_one_of_another_kind_anywhere(code: str, bounds: object) -> None:
    assert bounds_of_code(code) == bounds
