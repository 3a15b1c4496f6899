"""The data behind maps: grids and components as tiles, the base map out of a PMTiles file, each with its limits."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import mapbox_vector_tile
import pytest
import shapely
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from linli.algorithms.tile_keys import tile_key, tile_of_key
from linli.core.grids.public import create_layer, parse_grid_file, publish_grid_set
from linli.core.platform.public import SYSTEM
from tests.city import COMMUNITY, FAR_COMMUNITY, TestCity
from tests.web.staff import signed_in

ZOOM = 14
X, Y = tile_of_key(tile_key(115.005, 30.005, ZOOM))


def test_a_tile_of_grids_holds_those_of_the_own_areas(city: TestCity) -> None:
    url = reverse("map-grids", args=[11, X >> 3, Y >> 3])
    for who, codes in (("dispatcher", {"G1", "G2", "G3"}), ("auditor", {"G1", "G2", "G3", "G4", "G5"})):
        response = signed_in(city, who).get(url)
        features = mapbox_vector_tile.decode(response.content)["grids"]["features"]
        assert {one["properties"]["uuid"] for one in features} == codes
        assert {one["geometry"]["type"] for one in features} == {"Polygon"}
        again = signed_in(city, who).get(url, headers={"if-none-match": response["ETag"]})
        assert again.status_code == 304
    assert signed_in(city, "handler").get(url).status_code == 403
    assert signed_in(city, "dispatcher").get(reverse("map-grids", args=[3, 9, 0])).status_code == 404


def test_the_grids_of_another_layer_have_tiles_of_their_own(city: TestCity) -> None:
    squares = [
        {
            "type": "Feature", "geometry": json.loads(shapely.to_geojson(shapely.box(lon, 30.002, lon + 0.004, 30.006))),
            "properties": {"code": code, "area": area, "name": f"{code} 单元"},
        }
        for code, area, lon in (("M1", COMMUNITY, 115.002), ("M2", FAR_COMMUNITY, 115.042))
    ]  # fmt: skip
    rows, errors = parse_grid_file(json.dumps({"type": "FeatureCollection", "features": squares}).encode())
    assert not errors
    publish_grid_set(SYSTEM, layer=create_layer(SYSTEM, code="micro", name="微网格"), rows=rows, source="test")
    url = reverse("map-grids", args=[11, X >> 3, Y >> 3])
    for who, codes in (("dispatcher", {"M1"}), ("auditor", {"M1", "M2"})):
        response = signed_in(city, who).get(url, {"layer": "micro"})
        layers = mapbox_vector_tile.decode(response.content)
        assert {one["properties"]["uuid"] for one in layers["grids"]["features"]} == codes
        assert "areas" not in layers
        assert response["ETag"] != signed_in(city, who).get(url)["ETag"]
    assert signed_in(city, "dispatcher").get(url, {"layer": "none"}).status_code == 404
    (offered,) = signed_in(city, "dispatcher").get(reverse("map")).context["grid_layers"]
    assert offered == {"code": "micro", "words": "微网格", "tiles": "/map/grids/{z}/{x}/{y}.mvt?layer=micro"}


def test_grid_facts_are_for_who_may_see_the_grid(city: TestCity) -> None:
    url = reverse("grid-facts", args=["G1"])
    assert "Worker" in signed_in(city, "dispatcher").get(url).content.decode()
    assert signed_in(city, "other_worker").get(url).status_code == 404


@pytest.mark.django_db
def test_the_base_map_comes_out_of_the_file_with_its_own_compression(
    client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "LINLI_HOME", tmp_path)
    url = reverse("map-base", args=[ZOOM, X, Y])
    assert client.get(url).status_code == 204
    with (tmp_path / "basemap.pmtiles").open("wb") as file:
        writer = Writer(file)  # type: ignore[no-untyped-call]
        writer.write_tile(zxy_to_tileid(ZOOM, X, Y), gzip.compress(b"a tile"))  # type: ignore[no-untyped-call]
        header = {"tile_type": TileType.MVT, "tile_compression": Compression.GZIP, "min_zoom": ZOOM, "max_zoom": ZOOM}
        degrees = {"min_lon_e7": 0, "min_lat_e7": 0, "max_lon_e7": 1, "max_lat_e7": 1, "center_zoom": ZOOM}
        writer.finalize({**header, **degrees, "center_lon_e7": 0, "center_lat_e7": 0}, {})  # type: ignore[no-untyped-call]
    packed = client.get(url, headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == b"a tile"
    assert client.get(url).content == b"a tile"
    assert client.get(url, headers={"if-none-match": packed["ETag"]}).status_code == 304
    assert client.get(reverse("map-base", args=[ZOOM, X + 1, Y])).status_code == 204
    assert client.get(reverse("map-base", args=[2, 9, 0])).status_code == 404
