"""Files of places: what each format gives, and that whatever else comes is one sentence."""

from __future__ import annotations

import io
import json
import math
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest
import shapely
from xlsxwriter import Workbook

from linli.lib.geo.files import MOST_BYTES, NoPlaces, packed, read_places
from linli.lib.geo.layer import Layer
from linli.lib.geo.reading import BARRED
from tests.lib.geo_made import (
    KML_SQUARE,
    NAME,
    SQUARE,
    geojson,
    kml,
    shapefile,
    with_a_lying_size,
    written,
    zipped,
)


def read(content: bytes, layer: str = "") -> Layer:
    return read_places(io.BytesIO(content), layer)


def refusal(content: bytes, layer: str = "") -> str:
    with pytest.raises(NoPlaces) as refused:
        read(content, layer)
    return str(refused.value)


def gpkg(*shapes: Any, **columns: list[Any]) -> bytes:
    return written("GPKG", list(shapes), **columns)["layer.gpkg"]


def workbook(*rows: list[Any], merged: str = "", formula: str = "") -> bytes:
    made = io.BytesIO()
    book = Workbook(made, {"in_memory": True})
    sheet = book.add_worksheet("网格")
    for line, row in enumerate(rows):
        for place, value in enumerate(row):
            sheet.write(line, place, value)
    if merged:
        sheet.merge_range(merged, "G9")
    if formula:
        sheet.write_formula(formula, "=1+1", None, 87.5)
    book.close()
    return made.getvalue()


def table(**numbers: str) -> bytes:
    return ("code,name,经度,纬度\nG1," + NAME + ",{lon},{lat}\n").format(**numbers).encode("gbk")


EACH = {
    "geojson": lambda: geojson(SQUARE),
    "geojson in GBK": lambda: geojson(SQUARE).decode().encode("gbk"),
    "shapefile in GBK": lambda: shapefile([SQUARE]),
    "shapefile without .cpg": lambda: shapefile([SQUARE], without=(".cpg",)),
    "shapefile in UTF-8 without .cpg": lambda: shapefile([SQUARE], without=(".cpg",), encoding="UTF-8"),
    "geopackage": lambda: gpkg(SQUARE),
    "geopackage in a zip": lambda: zipped({"网格/grids.gpkg": gpkg(SQUARE)}),
    "kml": lambda: kml(KML_SQUARE).encode(),
    "kml in GBK": lambda: kml(KML_SQUARE, head='<?xml version="1.0" encoding="GBK"?>').encode("gbk"),
    "kmz": lambda: zipped({"doc.kml": kml(KML_SQUARE).encode()}),
    "workbook": lambda: workbook(["code", "name", "WKT"], ["G1", NAME, SQUARE.wkt]),
    "csv": lambda: f'code,name,wkt\nG1,{NAME},"{SQUARE.wkt}"\n'.encode("gbk"),
}  # fmt: skip


@pytest.mark.parametrize("kind", EACH)
def test_each_format_gives_the_same_grid(kind: str) -> None:
    layer = read(EACH[kind]())
    assert len(layer) == 1
    assert {name: values[0] for name, values in layer.columns.items()} == {"code": "G1", "name": NAME}
    assert layer.shapes[0] is not None
    assert shapely.from_wkb(layer.shapes[0]).normalize().equals_exact(SQUARE.normalize(), 1e-12)


def test_points_come_from_two_columns_of_a_table() -> None:
    layer = read(table(lon="87.6", lat="43.8"))
    assert shapely.from_wkb(layer.shapes[0]) == shapely.Point(87.6, 43.8)
    assert (
        str(read(table(lon="东", lat="43.8")).why_broken(0)) == "“东” is no number; write coordinates as plain numbers."
    )


def test_a_cpg_that_lies_is_not_believed() -> None:
    files = written("ESRI Shapefile", [SQUARE], encoding="GBK")
    layer = read(zipped({**files, "layer.cpg": b"UTF-8"}))
    assert layer.columns["name"] == [NAME]
    assert "encoding" in layer.mended


def test_a_name_cut_off_in_the_middle_of_a_character_loses_that_half() -> None:
    files = written("ESRI Shapefile", [SQUARE], encoding="GBK", name=[NAME])
    whole = NAME.encode("gbk")
    files["layer.dbf"] = files["layer.dbf"].replace(whole, whole[:-1] + b" ")
    (name,) = read(
        zipped({**files, "layer.dbf": files["layer.dbf"].replace(whole[:-1] + b" ", whole[:-1] + b"\0")})
    ).columns["name"]
    assert name == NAME[:-1]


def test_chinese_names_in_archives_of_windows_are_read() -> None:
    files = {
        f"网格.{name.rpartition('.')[2]}": content for name, content in written("ESRI Shapefile", [SQUARE]).items()
    }
    layer = read(zipped(files))
    assert layer.layers == ("网格",)
    assert "网格" in refusal(zipped(files), "别的")


def test_a_missing_prj_says_nothing_of_the_system() -> None:
    assert read(shapefile([SQUARE], without=(".prj",))).system == ""
    assert read(shapefile([SQUARE])).system == "EPSG:4490"
    assert "2361" in read(shapefile([shapely.box(456000, 4850000, 456900, 4850900)], crs="EPSG:2361")).system


@pytest.mark.parametrize("kind", ["geojson", "gpkg", "shp"])
def test_mixed_empty_and_high_shapes_are_told_apart(kind: str) -> None:
    high = shapely.force_3d(SQUARE, 5.0)
    content = {
        "geojson": lambda: geojson(high, shapely.Point(87.6, 43.8), None, {"type": "Polygon", "coordinates": []}),
        "gpkg": lambda: gpkg(high, shapely.Point(87.6, 43.8), None, shapely.Polygon()),
        "shp": lambda: shapefile([high, high, None, None]),
    }[kind]()
    layer = read(content)
    shapes = [None if wkb is None else shapely.from_wkb(wkb) for wkb in layer.shapes]
    assert [None if one is None else one.has_z for one in shapes] == [False, False, None, None]
    assert all("is empty" in str(layer.why_broken(place)) for place in (2, 3))
    assert layer.mended["heights"]


def test_rings_that_are_open_are_closed_and_told() -> None:
    layer = read(
        geojson({"type": "Polygon", "coordinates": [[[87.6, 43.8], [87.61, 43.8], [87.61, 43.81], [87.6, 43.81]]]})
    )
    assert shapely.from_wkb(layer.shapes[0]).equals(SQUARE)
    assert layer.mended == {"closed": 1}


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_a_vertex_that_is_nowhere_breaks_its_feature_and_no_other(number: str) -> None:
    content = geojson(SQUARE, SQUARE).decode().replace("87.61,", f"{number},", 1).encode()
    layer = read(content)
    assert "no number" in str(layer.why_broken(0))
    assert layer.why_broken(1) is None


def test_words_in_a_column_of_numbers_are_not_made_zero(tmp_path: Path) -> None:
    file = tmp_path / "x.gpkg"
    file.write_bytes(gpkg(SQUARE, SQUARE, code=["A", "B"], households=[3, 4]))
    with sqlite3.connect(file) as base:
        for trigger in [row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
            base.execute(f'DROP TRIGGER "{trigger}"')
        base.execute("UPDATE layer SET households = '约40' WHERE code = 'A'")
    base.close()
    assert read(file.read_bytes()).columns["households"] == ["约40", 4]


def test_a_geopackage_left_in_write_ahead_mode_is_read() -> None:
    content = gpkg(SQUARE)
    assert read(content[:18] + b"\2\2" + content[20:]).columns["name"] == [NAME]


def test_a_shp_beside_its_sisters_is_packed_with_them(tmp_path: Path) -> None:
    for name, content in written("ESRI Shapefile", [SQUARE], encoding="GBK").items():
        (tmp_path / name.replace("layer", "网格")).write_bytes(content)
    with packed(tmp_path / "网格.shp") as source:
        assert read_places(source).columns["name"] == [NAME]


BOMB = zipped({"a.shp": b"\0" * 300_000_000, "a.dbf": b""})
SHP = written("ESRI Shapefile", [SQUARE])
VRT = b"<OGRVRTDataSource><OGRVRTLayer><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
LINK = b"<kml><NetworkLink><Link><href>http://example.org/a.kml</href></Link></NetworkLink></kml>"
BAD = {
    "nothing": (b"", "empty"),
    "half a JSON": (geojson(SQUARE)[:-40], "no JSON from line 1"),
    "a list": (b"[1, 2]", "no features"),
    "no features": (b'{"type": "FeatureCollection", "features": []}', "no features"),
    "deep": (b"[" * 1_000_000, "damaged"),
    "another encoding": ("{\"a\": \"网格\"}".encode("big5") + b"\xff\xff", "neither UTF-8"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(2000), "no file of places"),
    "a web page": (b"<html><body>503</body></html>", "no file of places"),
    "a VRT, which would read other files": (VRT, "no file of places"),
    "KML cut off": (kml(KML_SQUARE).encode()[:-30], "KML is broken at line 1"),
    "KML that blows up": (b'<?xml version="1.0"?><!DOCTYPE k [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><kml>&b;</kml>', "entities of its own"),
    "KML that reads a file": (b'<?xml version="1.0"?><!DOCTYPE k [<!ENTITY a SYSTEM "file:///etc/passwd">]><kml>&a;</kml>', "entities of its own"),
    "KML with a link alone": (LINK, "no placemarks"),
    "a shp alone": (SHP["layer.shp"], "a .shp alone"),
    "no dbf": (zipped({"a.shp": SHP["layer.shp"]}), "lacks .dbf"),
    "an empty archive": (zipped({"readme.txt": b"x"}), "it has: readme.txt"),
    "an archive cut off": (zipped(SHP)[:-30], "damaged"),
    "a bomb": (BOMB, "286 MB"),
    "a bomb that lies about its size": (with_a_lying_size(BOMB, 1000), "damaged"),
    "a path": (zipped({"../../etc/cron.d/x.shp": b"x"}), "outside of its folder"),
    "a path of Windows": (zipped({"C:\\x.shp": b"x"}), "outside of its folder"),
    "many files": (zipped({f"{n}.txt": b"" for n in range(1500)}), "1500 files"),
    "shp that is none": (zipped({**SHP, "layer.shp": b"<OGRVRTDataSource/>"}), "damaged"),
    "shp cut off": (zipped({**SHP, "layer.shp": SHP["layer.shp"][:60]}), "damaged"),
    "a database of something else": (b"SQLite format 3\0" + bytes(4096), "damaged"),
    "a table without coordinates": ("编号,名称\n1,x\n".encode(), "no coordinates"),
}  # fmt: skip


@pytest.mark.parametrize("kind", list(BAD))
def test_what_cannot_be_read_is_one_sentence(kind: str) -> None:
    content, said = BAD[kind]
    assert said in refusal(content)
    assert read(geojson(SQUARE)).columns["code"] == ["G1"]  # the next file is read all the same


def test_formulas_are_their_results_and_merged_cells_stand_in_every_row() -> None:
    layer = read(
        workbook(
            ["code", "经度", "纬度"],
            ["G1", 87.6, 43.8],
            ["G2", 0, 43.9],
            ["", 87.7, 43.8],
            merged="A4:A5",
            formula="B3",
        )
    )
    assert layer.columns["code"][:3] == ["G1", "G2", "G9"]
    assert shapely.from_wkb(layer.shapes[1]) == shapely.Point(87.5, 43.9)


def test_a_file_of_two_hundred_megabytes_is_refused_before_it_is_read() -> None:
    begun = time.monotonic()
    assert "200 MB, more than 64" in refusal(bytes(200 * 2**20))
    assert MOST_BYTES == 64 * 2**20
    assert time.monotonic() - begun < 5


@pytest.mark.slow
def test_a_million_vertices_are_read() -> None:
    turn = [2 * math.pi * n / 1_000_000 for n in range(1_000_000)]
    ring = [[round(87 + math.cos(t) / 10, 9), round(43 + math.sin(t) / 10, 9)] for t in turn]
    layer = read(
        json.dumps({"features": [{"properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}]}).encode()
    )
    assert shapely.get_num_coordinates(shapely.from_wkb(layer.shapes[0])) == 1_000_001


def test_gdal_opens_nothing_but_two_formats() -> None:
    import pyogrio

    assert set(pyogrio.list_drivers()) - set(BARRED) <= {"GPKG", "ESRI Shapefile", "MEM", "OGR_PDS"}
