"""The base map: every tile decodes, is valid, and shows what stands there."""

import gzip
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import pytest
from pmtiles import reader as pmtiles_reader
from shapely.geometry import shape

from linli.demo.city import City
from linli.demo.city.basemap import MAX_ZOOM, MIN_ZOOM, write_basemap
from linli.demo.city.map_features import LAYERS

# The reader carries no types.
PMTILES: Any = pmtiles_reader
Tiles = dict[tuple[int, int, int], dict[str, Any]]


@pytest.fixture(scope="module")
def file(city: City, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path: Path = tmp_path_factory.mktemp("basemap") / "city.pmtiles"
    summary = write_basemap(city, path)
    assert summary.size_bytes == path.stat().st_size
    return path.read_bytes()


@pytest.fixture(scope="module")
def tiles(file: bytes) -> Tiles:
    return {
        zxy: mapbox_vector_tile.decode(gzip.decompress(data), default_options={"y_coord_down": True})
        for zxy, data in PMTILES.all_tiles(PMTILES.MemorySource(file))
    }


def test_every_tile_decodes_to_valid_shapes_of_known_layers(tiles: Tiles) -> None:
    assert {zxy[0] for zxy in tiles} == set(range(MIN_ZOOM, MAX_ZOOM + 1))
    for zxy, layers in tiles.items():
        assert layers.keys() <= set(LAYERS)
        for name, layer in layers.items():
            assert layer["extent"] == 4096
            for feature in layer["features"]:
                assert shape(feature["geometry"]).is_valid, (zxy, name)


def test_the_file_is_small_and_says_where_it_lies(file: bytes, city: City) -> None:
    assert len(file) < 8_000_000
    header = PMTILES.Reader(PMTILES.MemorySource(file)).header()
    assert (header["min_zoom"], header["max_zoom"]) == (MIN_ZOOM, MAX_ZOOM)
    assert header["min_lon_e7"] == round(city.extent[0] * 1e7)
    ids = [layer["id"] for layer in PMTILES.Reader(PMTILES.MemorySource(file)).metadata()["vector_layers"]]
    assert ids == list(LAYERS)


def test_the_last_zoom_names_every_community_compound_and_bridge_once(tiles: Tiles, city: City) -> None:
    shown = [
        feature["properties"]["name"]
        for zxy, layers in tiles.items()
        if zxy[0] == MAX_ZOOM and "place" in layers
        for feature in layers["place"]["features"]
    ]
    names = [c.name for c in city.communities] + [c.name for c in city.compounds] + [b.name for b in city.bridges]
    assert [name for name in names if shown.count(name) != 1] == []


def test_labels_are_chinese_characters_only(tiles: Tiles) -> None:
    names = {
        feature["properties"]["name"]
        for layers in tiles.values()
        for layer in layers.values()
        for feature in layer["features"]
        if "name" in feature["properties"]
    }
    assert len(names) > 500
    assert [name for name in names if not all("\u4e00" <= sign <= "\u9fff" for sign in name)] == []


def test_houses_and_lanes_wait_for_the_near_zooms(tiles: Tiles) -> None:
    far = [layers for zxy, layers in tiles.items() if zxy[0] < 13]
    assert not [layers for layers in far if "building" in layers]
    near = [layers for zxy, layers in tiles.items() if zxy[0] == 15]
    assert any("building" in layers for layers in near)
    classes = {f["properties"]["class"] for layers in far for f in layers.get("road", {"features": []})["features"]}
    assert classes == {"main", "secondary"}


def test_the_same_city_gives_the_same_file(city: City, file: bytes, tmp_path: Path) -> None:
    again = tmp_path / "again.pmtiles"
    write_basemap(city, again)
    assert again.read_bytes() == file
