"""Addresses for the map programs of phones: each holds the point as that program draws it, and nothing else about it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from linli.algorithms.coordinates import bd09_to_wgs84, gcj02_to_wgs84
from linli.algorithms.distances import distance_m
from linli.algorithms.map_programs import map_addresses

LON, LAT = 114.352, 30.523


def asked(address: str) -> dict[str, str]:
    return {key: value for key, (value,) in parse_qs(urlsplit(address).query, strict_parsing=True).items()}


def points(title: str = "地点") -> dict[str, tuple[float, float]]:
    """Longitude and latitude as each address has them, in the program's own coordinates."""
    found = map_addresses(LON, LAT, title)
    amap = asked(found["amap"])["position"].split(",")
    baidu = asked(found["baidu"])["location"].split(",")
    marker = dict(part.split(":", 1) for part in asked(found["tencent"])["marker"].split(";"))
    tencent = marker["coord"].split(",")
    return {
        "amap": (float(amap[0]), float(amap[1])), "baidu": (float(baidu[1]), float(baidu[0])), "tencent": (float(tencent[1]), float(tencent[0])),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("program", "back"), [("amap", gcj02_to_wgs84), ("tencent", gcj02_to_wgs84), ("baidu", bd09_to_wgs84)]
)
def test_each_program_gets_the_point_in_its_own_coordinates(program: str, back: object) -> None:
    lon, lat = points()[program]
    assert distance_m(LON, LAT, *back(lon, lat)) < 0.5  # type: ignore[operator]
    assert distance_m(LON, LAT, lon, lat) > 300, "as WGS 84 it would mark another street"


def test_the_words_of_a_title_stay_words() -> None:
    odd = points("a;coord:0,0&position=1,1")
    assert odd == points()
    outside = map_addresses(2.35, 48.85, "x")
    assert asked(outside["amap"])["position"] == "2.350000,48.850000"
