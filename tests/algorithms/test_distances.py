"""Distances against the geodesic of PROJ, and rectangles around a position."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.algorithms.distances import bounds_around, distance_m

GEODESIC = pyproj.Geod(ellps="WGS84")

lons = st.floats(-180.0, 180.0)
azimuths = st.floats(0.0, 360.0)


@given(
    lons,
    st.floats(-59.0, 59.0),
    azimuths,
    st.floats(0.5, 1.0),
    st.sampled_from([(5.0, 1e-6), (5e3, 1e-6), (5e4, 1e-4), (5e5, 1e-2)]),
)
def test_a_distance_agrees_with_the_geodesic_as_promised(
    lon: float, lat: float, azimuth: float, share: float, promise: tuple[float, float]
) -> None:
    length_m = share * promise[0]
    lon2, lat2, _ = GEODESIC.fwd(lon, lat, azimuth, length_m)
    if abs(lat2) < 60.0:
        assert distance_m(lon, lat, lon2, lat2) == pytest.approx(length_m, rel=promise[1], abs=1e-6)


def test_a_distance_takes_the_short_way_over_the_antimeridian() -> None:
    assert distance_m(179.9999, 20.0, -179.9999, 20.0) == pytest.approx(20.93, abs=0.01)


def test_one_position_against_many_gives_many_distances() -> None:
    distances = distance_m(116.4, 39.9, np.array([116.4, 116.401]), np.array([39.9, 39.9]))
    assert isinstance(distances, np.ndarray)
    assert distances[0] == 0.0
    assert distances[1] == pytest.approx(85.53, abs=0.02)
    assert isinstance(distance_m(116.4, 39.9, 116.5, 39.9), float)


@given(lons, st.floats(-89.0, 89.0), azimuths, st.floats(0.0, 0.99999), st.sampled_from([0.0, 50.0, 1e3, 1e5, 5e5]))
def test_the_rectangle_holds_every_position_within_the_radius(
    lon: float, lat: float, azimuth: float, share: float, radius_m: float
) -> None:
    bounds = bounds_around(lon, lat, radius_m)
    lon2, lat2, _ = GEODESIC.fwd(lon, lat, azimuth, share * radius_m)
    assert any(bounds.holds(lon2 + turn, lat2) for turn in (-360.0, 0.0, 360.0))


@pytest.mark.parametrize("lat", [0.0, 40.0, -65.0, 82.0])
@pytest.mark.parametrize("radius_m", [50.0, 5e5])
def test_the_rectangle_holds_the_whole_circle_also_where_meridians_draw_together(lat: float, radius_m: float) -> None:
    bounds = bounds_around(10.0, lat, radius_m)
    for azimuth in np.arange(0.0, 360.0, 0.5).tolist():
        lon2, lat2, _ = GEODESIC.fwd(10.0, lat, azimuth, 0.9999 * radius_m)
        assert bounds.holds(lon2, lat2)


def test_the_rectangle_is_hardly_wider_than_needed() -> None:
    bounds = bounds_around(116.4, 39.9, 1000.0)
    for lon, lat in ((bounds.west, 39.9), (bounds.east, 39.9), (116.4, bounds.south), (116.4, bounds.north)):
        assert 1000.0 <= distance_m(116.4, 39.9, lon, lat) <= 1007.0


@pytest.mark.parametrize("radius_m", [-1.0, 500_001.0, float("nan")])
def test_a_radius_outside_its_range_is_refused(radius_m: float) -> None:
    with pytest.raises(ValueError, match="radius_m"):
        bounds_around(116.4, 39.9, radius_m)
