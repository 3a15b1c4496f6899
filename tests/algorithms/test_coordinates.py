"""WGS 84, GCJ-02 and BD-09 against published pairs, and what `parse_position` refuses."""

from __future__ import annotations

import csv
import math
from decimal import Decimal
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.algorithms.coordinates import (
    CHINA_RECTANGLE,
    COORDINATE_SYSTEMS,
    Bounds,
    CoordinateSystem,
    Position,
    PositionError,
    bd09_to_gcj02,
    bd09_to_wgs84,
    convert,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    parse_position,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)

FIXTURES = Path(__file__).parent / "fixtures"
MILLIMETRE_DEGREES = 1e-3 / 111_700
BEIJING = Bounds(115.4, 39.4, 117.6, 41.1)

# Two kilometres inside the rectangle's edge, where a converted point cannot step out of it.
inland_lons = st.floats(72.02, 137.81)
inland_lats = st.floats(0.84, 55.81)


def pairs(name: str) -> dict[str, npt.NDArray[np.float64]]:
    with (FIXTURES / name).open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return {column: np.array([float(row[column]) for row in rows]) for column in rows[0]}


def largest_error(found: tuple[npt.NDArray[np.float64], ...], *expected: npt.NDArray[np.float64]) -> float:
    return float(np.abs(np.array(found) - np.array(expected)).max())


def test_gcj02_agrees_with_the_precise_pairs_to_a_millionth_degree() -> None:
    p = pairs("coordinate_pairs_precise.csv")
    assert len(p["wgs_lon"]) == 3
    assert largest_error(wgs84_to_gcj02(p["wgs_lon"], p["wgs_lat"]), p["gcj_lon"], p["gcj_lat"]) < 1e-6
    assert largest_error(gcj02_to_wgs84(p["gcj_lon"], p["gcj_lat"]), p["wgs_lon"], p["wgs_lat"]) < 1e-6


def test_all_systems_agree_with_332_cities_within_the_precision_of_those_pairs() -> None:
    p = pairs("coordinate_pairs_cities.csv")
    wgs, gcj, bd = ((p[f"{name}_lon"], p[f"{name}_lat"]) for name in ("wgs", "gcj", "bd"))
    assert len(wgs[0]) == 332
    assert largest_error(gcj02_to_bd09(*gcj), *bd) < 1e-7
    assert largest_error(bd09_to_gcj02(*bd), *gcj) < 1e-7
    assert largest_error(wgs84_to_gcj02(*wgs), *gcj) < 1e-5
    assert largest_error(gcj02_to_wgs84(*gcj), *wgs) < 1e-5
    assert largest_error(wgs84_to_bd09(*wgs), *bd) < 1e-5
    assert largest_error(bd09_to_wgs84(*bd), *wgs) < 1e-5


@given(inland_lons, inland_lats, st.sampled_from(["GCJ02", "BD09"]))
def test_there_and_back_ends_within_a_millimetre(lon: float, lat: float, system: CoordinateSystem) -> None:
    there = convert(lon, lat, "WGS84", system)
    assert 0.0 < math.hypot(there[0] - lon, there[1] - lat) < 0.02
    back = convert(*there, system, "WGS84")
    assert back == pytest.approx((lon, lat), abs=MILLIMETRE_DEGREES)
    again = convert(*back, "WGS84", system)
    assert again == pytest.approx(there, abs=MILLIMETRE_DEGREES)


def test_positions_outside_the_published_rectangle_stay_as_they_are() -> None:
    west, south, east, north = CHINA_RECTANGLE
    outside = [(west - 1e-9, 30.0), (east + 1e-9, 30.0), (100.0, south - 1e-9), (100.0, north + 1e-9), (-71.06, 42.36)]
    for change in (wgs84_to_gcj02, gcj02_to_wgs84, gcj02_to_bd09, bd09_to_gcj02):
        for lon, lat in outside:
            assert change(lon, lat) == (lon, lat)
        assert change(west + 1e-9, 30.0) != (west + 1e-9, 30.0)


def test_arrays_convert_as_their_elements_do_and_keep_their_shape_and_input() -> None:
    lon = np.array([[116.4, -71.06], [121.5, 100.0]])
    lat = np.array([[39.9, 42.36], [31.2, 25.0]])
    untouched = lon.copy()
    x, y = wgs84_to_bd09(lon, lat)
    assert x.shape == y.shape == (2, 2)
    assert np.array_equal(lon, untouched)
    for k in np.ndindex(2, 2):
        assert wgs84_to_bd09(float(lon[k]), float(lat[k])) == pytest.approx((x[k], y[k]), abs=1e-12)
    nothing = gcj02_to_wgs84(np.empty(0), np.empty(0))
    assert nothing[0].shape == nothing[1].shape == (0,)


def test_scalars_come_back_as_plain_floats_and_nan_stays_nan() -> None:
    assert [type(value) for value in wgs84_to_gcj02(116.4, 39.9)] == [float, float]
    assert math.isnan(wgs84_to_gcj02(math.nan, 39.9)[0])
    assert gcj02_to_wgs84(math.inf, 39.9) == (math.inf, 39.9)


def test_cgcs2000_is_taken_as_wgs84_and_every_pair_of_systems_converts() -> None:
    here: tuple[float, float] = (116.4, 39.9)
    assert convert(*here, "CGCS2000", "WGS84") == here
    assert convert(*here, "CGCS2000", "GCJ02") == wgs84_to_gcj02(*here)
    for source in COORDINATE_SYSTEMS:
        for target in COORDINATE_SYSTEMS:
            there = convert(*here, source, target)
            assert convert(*there, target, source) == pytest.approx(here, abs=MILLIMETRE_DEGREES)
    with pytest.raises(ValueError, match=r"'Beijing54'.*WGS84, GCJ02, BD09, CGCS2000"):
        convert(*here, "Beijing54", "WGS84")  # type: ignore[call-overload]


@pytest.mark.parametrize("lon", [116.4, "116.4", " 116.4 ", Decimal("116.4"), np.float64(116.4)])
def test_a_position_is_read_from_numbers_and_text(lon: object) -> None:
    assert parse_position(lon, 39, expected=BEIJING, allow_outside=True) == Position(116.4, 39.0)


@pytest.mark.parametrize(
    ("lon", "lat", "field", "reason"),
    [
        ("", 39.9, "lon", "not_a_number"),
        ("116°24'", 39.9, "lon", "not_a_number"),
        (None, 39.9, "lon", "not_a_number"),
        (116.4, True, "lat", "not_a_number"),
        (116.4, [39.9], "lat", "not_a_number"),
        (10**400, 39.9, "lon", "not_a_number"),
        (math.nan, 39.9, "lon", "not_finite"),
        (116.4, "-inf", "lat", "not_finite"),
        (181, 39.9, "lon", "out_of_range"),
        (-180.001, 39.9, "lon", "out_of_range"),
        (500, 91, "lat", "out_of_range"),
        (39.9, 116.4, "lat", "swapped"),
        (50, 190, "lat", "out_of_range"),
    ],
)
def test_a_bad_position_is_refused_with_its_field_value_and_mend(
    lon: object, lat: object, field: str, reason: str
) -> None:
    with pytest.raises(PositionError) as refusal:
        parse_position(lon, lat)
    assert (refusal.value.field, refusal.value.reason) == (field, reason)
    assert refusal.value.value == (lon if field == "lon" else lat) or reason == "not_finite"
    assert refusal.value.mend.endswith(".")
    assert refusal.value.mend in str(refusal.value)


def test_the_expected_bounds_tell_swapped_positions_from_far_ones() -> None:
    boston = Bounds(-71.2, 42.2, -70.9, 42.5)
    assert parse_position(-71.06, 42.36, expected=boston) == (-71.06, 42.36)
    with pytest.raises(PositionError) as swapped:
        parse_position(42.36, -71.06, expected=boston, allow_outside=True)
    assert swapped.value.reason == "swapped"
    with pytest.raises(PositionError) as far:
        parse_position(-71.06, 45.0, expected=boston)
    assert (far.value.reason, far.value.field, far.value.value) == ("outside_bounds", "lat", 45.0)
    assert parse_position(-71.06, 45.0, expected=boston, allow_outside=True) == (-71.06, 45.0)


def test_a_latitude_above_90_is_not_called_swapped_when_exchanging_does_not_help() -> None:
    with pytest.raises(PositionError) as refusal:
        parse_position(10.0, 116.4, expected=BEIJING)
    assert refusal.value.reason == "out_of_range"
