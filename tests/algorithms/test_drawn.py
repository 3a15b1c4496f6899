"""Shapes drawn on a map: what lies in them, by an independent library and by distance."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from linli.algorithms.coordinates import Bounds
from linli.algorithms.distances import distance_m
from linli.algorithms.drawn import Disc, Ring, bounds_of, holds, rectangle

steps = st.integers(0, 400).map(lambda step: round(115 + step * 0.0005, 4))
heights = st.integers(0, 400).map(lambda step: round(30 + step * 0.0005, 4))


@given(st.lists(st.tuples(steps, heights), min_size=3, max_size=12, unique=True), st.integers(0, 2**32 - 1))
def test_a_ring_holds_what_the_polygon_holds(corners: list[tuple[float, float]], seed: int) -> None:
    polygon = shapely.Polygon(corners)
    draw = np.random.default_rng(seed)
    lons, lats = draw.uniform(114.98, 115.22, 200), draw.uniform(29.98, 30.22, 200)
    inside = holds(Ring(tuple(corners)), lons, lats)
    if polygon.is_valid:
        assert inside.tolist() == shapely.contains_xy(polygon, lons, lats).tolist()
    west, south, east, north = bounds_of(Ring(tuple(corners)))
    assert not inside[(lons < west) | (lons > east) | (lats < south) | (lats > north)].any()


def test_what_crosses_itself_holds_every_second_part() -> None:
    # A bow: the two wings are inside, above and below the knot is not.
    bow = Ring(((115.0, 30.0), (115.1, 30.1), (115.1, 30.0), (115.0, 30.1)))
    lons, lats = np.array([115.01, 115.09, 115.05, 115.05]), np.array([30.05, 30.05, 30.09, 30.01])
    assert holds(bow, lons, lats).tolist() == [True, True, False, False]


def test_rectangles_side_by_side_own_each_position_once() -> None:
    left, right = rectangle(Bounds(115.0, 30.0, 115.1, 30.1)), rectangle(Bounds(115.1, 30.0, 115.2, 30.1))
    lons = np.array([115.05, 115.1, 115.15])
    lats = np.full(3, 30.05)
    assert (holds(left, lons, lats).astype(int) + holds(right, lons, lats)).tolist() == [1, 1, 1]


@given(st.floats(-60, 60), st.integers(5, 20_000), st.integers(0, 2**32 - 1))
def test_a_disc_holds_what_is_near(lat: float, radius_m: int, seed: int) -> None:
    disc = Disc(115.0, lat, radius_m)
    bounds = bounds_of(disc)
    draw = np.random.default_rng(seed)
    lons, lats = draw.uniform(bounds.west, bounds.east, 200), draw.uniform(bounds.south, bounds.north, 200)
    away = np.asarray(distance_m(115.0, lat, lons, lats))
    inside = holds(disc, lons, lats)
    clear = np.abs(away - radius_m) > radius_m * 0.01
    assert (inside == (away <= radius_m))[clear].all()
