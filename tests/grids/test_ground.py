"""Where the grids of a file lie: what its numbers mean, the wrong place, and two grids on one ground."""

from __future__ import annotations

import json
from typing import Any

import pyproj
import pytest
import shapely
from django.utils.translation import override

from linli.algorithms.coordinates import convert
from linli.algorithms.distances import distance_m
from linli.core.areas.public import area_tree, expected_bounds, import_areas, parse_area_rows
from linli.core.grids.public import GridRowError, create_layer, parse_grid_file, publish_grid_set
from linli.core.platform.public import SYSTEM
from tests.city import COMMUNITY, TestCity

URUMQI = "650102001001"
BOX = (87.6, 43.8, 87.61, 43.81)


@pytest.fixture
def urumqi(db: None) -> None:
    """A city whose codes say that it lies in Xinjiang."""
    areas = [("650000000000", "乌市", "city"), ("650102000000", "天山区", "district"),
             ("650102001000", "甲街道", "street"), (URUMQI, "乙社区", "community")]  # fmt: skip
    rows, errors = parse_area_rows(
        (line, {"code": code, "name": name, "level": level}) for line, (code, name, level) in enumerate(areas, 2)
    )
    assert not errors
    import_areas(SYSTEM, rows, source="test")


@pytest.fixture
def suva(db: None) -> None:
    """A city whose codes say nothing of its place."""
    rows, errors = parse_area_rows([(2, {"code": "S1", "name": "Suva", "level": "city", "code_system": "fiji"})])
    assert not errors
    import_areas(SYSTEM, rows, source="test")


def collection(*boxes: Any, crs: Any = None, area: str = URUMQI) -> bytes:
    """A file with a grid for each box, or for each geometry as GeoJSON."""
    features = [
        {
            "type": "Feature", "properties": {"code": f"G{number}", "area": area},
            "geometry": box if isinstance(box, dict) else json.loads(shapely.to_geojson(shapely.box(*box))),
        }
        for number, box in enumerate(boxes, 1)
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features} | ({"crs": crs} if crs else {})).encode()


def named(code: str) -> dict[str, Any]:
    return {"type": "name", "properties": {"name": code}}


def refusal(content: bytes, **how: Any) -> str:
    """The only thing that is wrong with a file; no row of it is good."""
    with override("en"):
        rows, errors = parse_grid_file(content, **how)
        assert (rows, len(errors)) == ([], 1), errors
        return str(errors[0])


def placed(content: bytes, **how: Any) -> tuple[float, float, list[str]]:
    """Where the first grid lies, and what was told."""
    told: list[str] = []
    with override("en"):
        rows, errors = parse_grid_file(content, told=told.append, **how)
    assert errors == [], [str(error) for error in errors]
    return rows[0].lon, rows[0].lat, told


def test_exchanged_coordinates_are_refused_with_the_guess_and_the_numbers(urumqi: None) -> None:
    said = refusal(collection((43.8, 87.6, 43.81, 87.61)))
    for words in ("exchanged", "43.8 to 43.81 east, 87.6 to 87.61 north", "乌市", "73 to 96.9 east"):
        assert words in said


def test_exchanged_coordinates_are_found_by_the_grids_in_force_where_codes_say_nothing(suva: None) -> None:
    rows, errors = parse_grid_file(collection((10.0, 20.0, 10.01, 20.01), area="S1"))
    assert not errors
    publish_grid_set(SYSTEM, layer=create_layer(SYSTEM, code="main", name="m", is_main=True), rows=rows, source="t")
    assert "exchanged" in refusal(collection((20.0, 10.0, 20.01, 10.01), area="S1"))
    _lon, _lat, told = placed(collection((12.0, 20.0, 12.01, 20.01), area="S1"))
    assert "None of them touches the grids in force, which lie within 10 to 10.01 east, 20 to 20.01 north." in told


def test_grids_of_another_province_are_refused_with_both_places(urumqi: None) -> None:
    said = refusal(collection((120.1, 30.2, 120.11, 30.21)))
    assert "120.1 to 120.11 east, 30.2 to 30.21 north" in said
    assert "33.8 to 49.7 north" in said


@pytest.mark.parametrize(
    "name", ["EPSG:4545", "urn:ogc:def:crs:EPSG::4545", "http://www.opengis.net/def/crs/EPSG/0/4545"]
)
def test_a_named_system_is_converted_and_told(urumqi: None, name: str) -> None:
    # 4545 is CGCS2000, 3-degree zone of 108° east; its own neighbour of 87° is 4538.
    way = pyproj.Transformer.from_crs("EPSG:4490", "EPSG:4538", always_xy=True)
    west, south = way.transform(87.6, 43.8)
    east, north = way.transform(87.61, 43.81)
    lon, lat, told = placed(collection((west, south, east, north), crs=named(name.replace("4545", "4538"))))
    assert distance_m(lon, lat, 87.605, 43.805) < 30
    assert told[0] == "Converted from EPSG:4538 CGCS2000 / 3-degree Gauss-Kruger CM 87E to WGS 84."
    assert "lie within 87.6" in told[1]


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "EPSG:4490", 4490])
def test_degrees_of_wgs84_and_cgcs2000_stay_as_they_are(urumqi: None, name: Any) -> None:
    lon, lat, told = placed(collection(BOX, crs=named(name)))
    assert (lon, lat) == (pytest.approx(87.605), pytest.approx(43.805))
    assert told == ["The grids lie within 87.6 to 87.61 east, 43.8 to 43.81 north."]


@pytest.mark.parametrize(
    ("crs", "box", "said"),
    [
        (named("EPSG:4547"), (10, 10, 60, 60), ["EPSG:4547", "10…60, 10…60", "112.5 to 115.5 east"]),
        (named("EPSG:4610"), BOX, ["Xian 1980", "EPSG:4490"]),
        (named("EPSG:4214"), BOX, ["Beijing 1954"]),
        (named("EPSG:2361"), (456000, 4850000, 456900, 4850900), ["Xian 1980"]),
        (named("EPSG:4978"), BOX, ["No public formula"]),
        (named("local"), BOX, ["local", "EPSG:4547"]),
        ({"type": "link", "properties": {"href": "x"}}, BOX, ["`crs`"]),
        ("EPSG:4490", BOX, ["`crs`"]),
    ],
)
def test_a_system_that_cannot_be_converted_is_refused(urumqi: None, crs: Any, box: Any, said: list[str]) -> None:
    sentence = refusal(collection(box, crs=crs))
    for words in said:
        assert words in sentence


@pytest.mark.parametrize("system", ["gcj02", "GCJ-02", "bd09"])
def test_what_the_reader_says_of_the_degrees_is_converted_and_told(urumqi: None, system: str) -> None:
    name = system.upper().replace("-", "")
    west, south = convert(BOX[0], BOX[1], "WGS84", name)  # type: ignore[arg-type]
    east, north = convert(BOX[2], BOX[3], "WGS84", name)  # type: ignore[arg-type]
    lon, lat, told = placed(collection((west, south, east, north)), coordinates=system)
    assert distance_m(lon, lat, 87.605, 43.805) < 5
    moved = distance_m(87.605, 43.805, *convert(87.605, 43.805, "WGS84", name))  # type: ignore[arg-type]
    assert moved > 200
    assert told[0] == f"Converted from {name} to WGS 84, by {moved:.0f} m."


def test_a_file_and_its_reader_may_not_name_two_systems(urumqi: None) -> None:
    said = refusal(collection((456000, 4850000, 456900, 4850900), crs=named("EPSG:4538")), coordinates="gcj02")
    assert "EPSG:4538" in said
    assert "GCJ02" in said
    assert "wgs84" in refusal(collection(BOX), coordinates="mars")


def test_a_grid_over_the_antimeridian_is_refused(suva: None) -> None:
    split = {
        "type": "MultiPolygon",
        "coordinates": [
            [[[179.99, -18], [180, -18], [180, -17.9], [179.99, -17.9], [179.99, -18]]],
            [[[-180, -18], [-179.99, -18], [-179.99, -17.9], [-180, -17.9], [-180, -18]]],
        ],
    }
    for box in ((-179.99, -18.0, 179.99, -17.9), split):
        assert "180th meridian" in refusal(collection(box, area="S1"))
    assert placed(collection((179.9, -18.0, 180.0, -17.9), area="S1"))


def test_grids_on_the_same_ground_are_refused_with_square_metres(urumqi: None) -> None:
    with override("en"):
        _rows, errors = parse_grid_file(collection(BOX, (87.602, 43.8, 87.612, 43.81)))
        (error,) = errors
        assert (error.number, error.column, error.value) == (2, "geometry", "G2")
        # 0.008 × 0.01 degrees at 43.8° north
        shared = distance_m(87.602, 43.805, 87.61, 43.805) * distance_m(87.605, 43.8, 87.605, 43.81)
        assert f"{shared / 1e6:.2f}" == f"{float(error.mend.split(' m²')[0].split()[-1].replace(',', '')) / 1e6:.2f}"
        assert "grid G1, 80 % of the smaller one" in error.mend


def test_slivers_at_a_border_are_told_and_taken(urumqi: None) -> None:
    _lon, _lat, told = placed(collection(BOX, (87.60999, 43.8, 87.62, 43.81), (87.62, 43.8, 87.63, 43.81)))
    assert "G1, G2 overlap at their border by 8" in told[-1]
    assert "comes first" in told[-1]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_files_are_read_in_the_encodings_of_chinese_offices(urumqi: None, encoding: str) -> None:
    text = collection(BOX).decode().replace('"code": "G1"', '"code": "G1", "name": "一号网格"')
    content = text.encode(encoding)
    for marked in (content, b"\xfe\xff" + content) if encoding == "utf-16-be" else (content,):
        rows, errors = parse_grid_file(marked)
        assert errors == []
        assert rows[0].name == "一号网格"


def test_what_is_no_json_is_told_with_line_and_column(urumqi: None) -> None:
    assert "line 2, column 3" in refusal(b"{\n  x")


def test_every_feature_in_the_wrong_place_is_told(urumqi: None) -> None:
    _rows, errors = parse_grid_file(collection((43.8, 87.6, 43.81, 87.61), (43.81, 87.6, 43.82, 87.61)))
    assert [type(error) for error in errors] == [GridRowError] * 2


def test_a_city_of_codes_without_province_lies_in_china_or_anywhere(city: TestCity) -> None:
    assert expected_bounds() == (73.0, 3.0, 136.0, 54.0)
    assert COMMUNITY in area_tree().by_code


def test_a_city_with_codes_of_its_own_lies_anywhere(suva: None) -> None:
    assert expected_bounds() is None
