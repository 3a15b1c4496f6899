"""Tiles of points are written by hand, so a library that reads them says whether they are what they should be."""

from __future__ import annotations

import mapbox_vector_tile

from linli.algorithms.tile_keys import tile_bounds, tile_key, tile_of_key
from linli.lib.vector_tiles import point_tile


def test_what_is_written_is_read_again() -> None:
    x, y = tile_of_key(tile_key(115.005, 30.005, 14))
    properties = [
        {"title": "垃圾" * 200, "count": 3, "odd": -70_000, "share": 0.25, "is_open": True, "none": None},
        {"title": "井盖", "count": 3},
        {"title": "elsewhere", "count": 1},
    ]
    lons, lats = [115.005, 115.0051, 120.0], [30.005, 30.0051, 30.0]
    tile = point_tile("cases", 14, x, y, lons, lats, properties, [1, 2**62, 3])
    decoded = mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True})["cases"]
    assert decoded["extent"] == 4096
    assert decoded["version"] == 2
    first, second = decoded["features"]
    assert first["properties"] == {name: value for name, value in properties[0].items() if value is not None}
    assert second["properties"] == properties[1]
    assert [first["id"], second["id"]] == [1, 2**62]
    assert first["geometry"]["type"] == "Point"
    across, down = first["geometry"]["coordinates"]
    assert tile_of_key(tile_key(115.005, 30.005, 22)) == (x * 256 + across // 16, y * 256 + down // 16)


def test_nothing_in_the_tile_is_no_tile() -> None:
    assert point_tile("cases", 14, 0, 0, [115.0], [30.0], [{"count": 1}]) == b""
    assert point_tile("cases", 14, 0, 0, [], [], []) == b""


def test_many_points_are_all_there_each_at_its_own_place() -> None:
    x, y = tile_of_key(tile_key(115.005, 30.005, 14))
    bounds = tile_bounds(14, x, y)
    lons = [bounds.west + (number + 0.5) / 5000 * (bounds.east - bounds.west) for number in range(5000)]
    tile = point_tile("cases", 14, x, y, lons, [30.005] * 5000, [{"clock": "red"}] * 5000, list(range(5000)))
    features = mapbox_vector_tile.decode(tile)["cases"]["features"]
    places = [one["geometry"]["coordinates"][0] for one in features]
    assert places == sorted(places)
    assert len(places) == 5000
    assert len(set(places)) > 2000
    assert [one.get("id", 0) for one in features] == sorted(one.get("id", 0) for one in features)
