"""Tile keys: order, ranges of tiles and of rectangles."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.algorithms.coordinates import Bounds
from linli.algorithms.tile_keys import KEY_ZOOM, tile_bounds, tile_key, tile_key_range, tile_key_ranges, tile_of_key

lons = st.floats(-180.0, 180.0)
lats = st.floats(-85.0, 85.0)


def test_a_key_spells_the_quadkey_of_its_tile() -> None:
    # The example of Bing's tile system: tile (3, 5) at level 3 is quadkey 213.
    assert tile_key_range(3, 3, 5, key_zoom=3) == (int("213", 4), int("213", 4))
    assert tile_of_key(int("213", 4)) == (3, 5)


def test_known_positions_fall_into_the_tiles_that_web_maps_use() -> None:
    # The usual tile numbers of OpenStreetMap: Null Island and the Brandenburg Gate.
    assert tile_of_key(tile_key(0.0, 0.0, zoom=1)) == (1, 1)
    assert tile_of_key(tile_key(13.37771496361961, 52.51628011262304, zoom=17)) == (70406, 42987)


@given(lons, lats, st.integers(0, 31))
def test_a_position_lies_in_the_tile_of_its_key(lon: float, lat: float, zoom: int) -> None:
    key = tile_key(lon, lat, zoom)
    assert 0 <= key < 4**zoom
    west, south, east, north = tile_bounds(zoom, *tile_of_key(key))
    rounding = 1e-9
    assert west - rounding <= lon <= east + rounding
    assert south - rounding <= lat <= north + rounding


@given(lons, lats, st.integers(0, KEY_ZOOM))
def test_a_tile_is_one_contiguous_range_of_keys(lon: float, lat: float, zoom: int) -> None:
    key = tile_key(lon, lat)
    x, y = tile_of_key(tile_key(lon, lat, zoom))
    low, high = tile_key_range(zoom, x, y)
    assert low <= key <= high
    assert high - low + 1 == 4 ** (KEY_ZOOM - zoom)
    assert {tuple(v >> (KEY_ZOOM - zoom) for v in tile_of_key(k)) for k in (low, key, high)} == {(x, y)}


@given(lons, lats, st.floats(0, 5), st.floats(0, 5), st.floats(0, 1), st.floats(0, 1))
def test_the_ranges_of_a_rectangle_hold_every_position_in_it(
    west: float, south: float, width: float, height: float, across: float, up: float
) -> None:
    bounds = Bounds(west, south, min(west + width, 180.0), min(south + height, 85.0))
    ranges = tile_key_ranges(bounds)
    assert 1 <= len(ranges) <= 4
    assert all(a[1] + 1 < b[0] for a, b in itertools.pairwise(ranges))
    lon = min(west + across * (bounds.east - west), bounds.east)
    lat = min(south + up * (bounds.north - south), bounds.north)
    key = tile_key(lon, lat)
    assert sum(low <= key <= high for low, high in ranges) == 1


def test_the_ranges_of_a_small_rectangle_stay_small() -> None:
    ranges = tile_key_ranges(Bounds(116.3994, 39.8995, 116.4006, 39.9005))
    tiles = sum(high - low + 1 for low, high in ranges)
    assert tiles <= 4 * 16**2


def test_arrays_have_the_keys_of_their_elements() -> None:
    lon, lat = np.array([[116.4, -71.06]]), np.array([[39.9, 42.36]])
    keys = tile_key(lon, lat)
    assert keys.dtype == np.int64
    assert keys.tolist() == [[tile_key(116.4, 39.9), tile_key(-71.06, 42.36)]]
    x, y = tile_of_key(keys)
    assert (x[0, 1], y[0, 1]) == tile_of_key(tile_key(-71.06, 42.36))


def test_the_edges_of_the_map_belong_to_the_outermost_tiles() -> None:
    assert tile_of_key(tile_key(180.0, -90.0)) == (2**22 - 1, 2**22 - 1)
    assert tile_of_key(tile_key(-180.0, 90.0)) == (0, 0)
    assert tile_key(179.0, 30.0, zoom=0) == 0


@pytest.mark.parametrize("lon", [math.nan, math.inf])
def test_a_position_that_is_not_finite_gets_no_key(lon: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        tile_key(lon, 30.0)


def test_impossible_tiles_and_zooms_are_refused() -> None:
    with pytest.raises(ValueError, match="x=4"):
        tile_key_range(2, 4, 0)
    with pytest.raises(ValueError, match="y=-1"):
        tile_bounds(2, 0, -1)
    with pytest.raises(ValueError, match="zoom=23"):
        tile_key_range(23, 0, 0)
    with pytest.raises(ValueError, match="zoom=32"):
        tile_key(0.0, 0.0, zoom=32)
    with pytest.raises(ValueError, match="west before east"):
        tile_key_ranges(Bounds(10.0, 0.0, 9.0, 1.0))
