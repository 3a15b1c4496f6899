"""What a file of grids must be: everything wrong with it is named, by feature and column, and nothing is guessed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.utils.translation import override

from linli.core.grids.public import parse_grid_file
from tests.city import COMMUNITY, TestCity

SQUARE = [[[115.0, 30.0], [115.01, 30.0], [115.01, 30.01], [115.0, 30.01], [115.0, 30.0]]]
BOW = [[[115.0, 30.0], [115.01, 30.01], [115.01, 30.0], [115.0, 30.01], [115.0, 30.0]]]
METRES = [[[500000.0, 3300000.0], [500100.0, 3300000.0], [500100.0, 3300100.0], [500000.0, 3300000.0]]]


def feature(rings: Any = SQUARE, shape: str = "Polygon", **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"code": "G1", "area": COMMUNITY} | properties,
        "geometry": {"type": shape, "coordinates": rings},
    }


def collection(*features: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_a_right_feature_becomes_a_row(city: TestCity) -> None:
    rows, errors = parse_grid_file(
        collection(feature(name="一号网格", name_en="Grid 1", households=400, purpose="学校"))
    )
    assert errors == []
    (row,) = rows
    assert (row.code, row.name, row.names, row.households, row.people, row.purpose) == (
        "G1", "一号网格", {"en": "Grid 1"}, 400, None, "学校",
    )  # fmt: skip
    assert 115.0 < row.lon < 115.01
    assert 30.0 < row.lat < 30.01


@pytest.mark.parametrize(
    ("wrong", "column", "said"),
    [
        ({"code": ""}, "code", "Give a code"),
        ({"code": "x" * 200}, "code", "Give a code"),
        ({"area": "999"}, "area", "No area in force"),
        ({"name": "x" * 500}, "name", "Give a name"),
        ({"kind": "nonsense"}, "kind", "Use one of: comprehensive"),
        ({"households": -1}, "households", "zero or more"),
        ({"people": "many"}, "people", "zero or more"),
        ({"people": True}, "people", "zero or more"),
        ({"shape": "Point", "rings": [115.0, 30.0]}, "geometry", "Polygon or MultiPolygon"),
        ({"rings": BOW}, "geometry", "crosses itself"),
        ({"rings": METRES}, "geometry", "outside the world"),
        ({"rings": []}, "geometry", "Draw this polygon again"),
        ({"rings": "here"}, "geometry", "Draw this polygon again"),
    ],
)
def test_what_is_wrong_with_a_feature_is_named(city: TestCity, wrong: dict[str, Any], column: str, said: str) -> None:
    with override("en"):
        rows, errors = parse_grid_file(collection(feature(code="G0"), feature(**wrong)))
        assert [row.code for row in rows] == ["G0"]
        assert [(error.number, error.column) for error in errors] == [(2, column)]
        assert said in str(errors[0])
        assert str(errors[0]).startswith(f"Feature 2, {column}")


def test_a_code_that_comes_twice_is_named_with_where_it_stood_first(city: TestCity) -> None:
    elsewhere = [[[lon + 1, lat] for lon, lat in SQUARE[0]]]
    _rows, errors = parse_grid_file(collection(feature(), feature(elsewhere, code="G2"), feature()))
    assert [(error.number, error.column, error.value) for error in errors] == [(3, "code", "G1")]
    assert "1" in errors[0].mend


@pytest.mark.parametrize("content", [b"code,area\n", b"\xff\xfe{", b"[]", b'{"features": []}', b'{"features": {}}'])
def test_what_is_no_collection_is_said_of_the_file_and_not_of_a_feature(city: TestCity, content: bytes) -> None:
    with override("en"):
        rows, errors = parse_grid_file(content)
        assert rows == []
        assert [str(error).startswith("The file cannot be read as grids.") for error in errors] == [True]


def test_features_that_are_none_are_named(city: TestCity) -> None:
    _rows, errors = parse_grid_file(collection(None, {"type": "Feature"}, "x"))
    assert [(error.number, error.column) for error in errors] == [
        (1, "properties"),
        (2, "properties"),
        (3, "properties"),
    ]
