"""The abstract tests of OGC 17-069 (core, GeoJSON, OpenAPI 3.0); each test names those that it carries out by their ids (/conf/…)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import shapely
from schemathesis.specs.openapi.definitions import OPENAPI_30_VALIDATOR

from linli.core.grids.public import GridShape
from linli.core.platform.public import clock_at
from linli.core.registry.public import Component
from tests.ogc.conftest import EACH
from tests.ogc.gis import CRS84, MEDIA_GEOJSON, MEDIA_JSON, Gis, check_schema, linked

pytestmark = pytest.mark.django_db
CODES = ("ground", "grids", "components")
PART_1 = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"


def described(gis: Gis) -> dict[str, Any]:
    return gis.read("/ogc/api")


def shapes(page: dict[str, Any]) -> dict[int, Any]:
    return {one["id"]: shapely.from_geojson(str(one["geometry"]).replace("'", '"')) for one in page["features"]}


def test_the_landing_page_leads_to_all_the_rest(gis: Gis) -> None:
    """/conf/core/root-op, /conf/core/root-success, /conf/core/api-definition-op, /conf/core/conformance-op, /conf/core/fc-md-op"""
    body = gis.read("/ogc/")
    check_schema(described(gis), "/", body)
    for rel, address in (
        ("self", "/ogc/"), ("service-desc", "/ogc/api"), ("conformance", "/ogc/conformance"), ("data", "/ogc/collections"),
    ):  # fmt: skip
        link = linked(body, rel)
        assert link
        assert link["href"] == f"http://testserver{address}"
        assert gis.ask(link["href"]).headers["Content-Type"] == link["type"]
    assert gis.ask("/ogc").status_code == 301  # programs that leave the slash out are led on
    assert gis.ask("/ogc").headers["Location"] == "/ogc/"


def test_the_description_is_openapi_3_0_and_has_every_address(gis: Gis) -> None:
    """/conf/core/api-definition-success, /conf/oas30/definition-1, definition-2, oas-impl, completeness, exception-codes, security"""
    body = described(gis)
    OPENAPI_30_VALIDATOR.validate(body)
    assert body["servers"] == [{"url": "http://testserver/ogc"}]
    assert set(body["paths"]) == {"/", "/conformance", "/api", "/collections"} | {
        f"/collections/{code}{rest}" for code in CODES for rest in ("", "/items", "/items/{featureId}")
    }
    operations = [one["get"] for one in body["paths"].values()]
    assert len({one["operationId"] for one in operations}) == len(operations)
    assert all({"200", "400", "401", "429", "500"} <= set(one["responses"]) for one in operations)
    assert body["components"]["securitySchemes"] == {"token": {"type": "http", "scheme": "bearer"}}


def test_what_it_conforms_to_is_said(gis: Gis) -> None:
    """/conf/core/conformance-success"""
    body = gis.read("/ogc/conformance")
    check_schema(described(gis), "/conformance", body)
    assert {f"{PART_1}core", f"{PART_1}oas30", f"{PART_1}geojson"} <= set(body["conformsTo"])


def test_collections_are_told_together_and_alone_alike(gis: Gis) -> None:
    """/conf/core/fc-md-success, fc-md-links, fc-md-items, fc-md-items-links, fc-md-extent, sfc-md-op, sfc-md-success"""
    body, document = gis.read("/ogc/collections"), described(gis)
    check_schema(document, "/collections", body)
    own = linked(body, "self")
    assert own
    assert own["type"] == MEDIA_JSON
    assert [one["id"] for one in body["collections"]] == list(CODES)
    for one in body["collections"]:
        assert gis.read(f"/ogc/collections/{one['id']}") == one
        check_schema(document, f"/collections/{one['id']}", one)
        items = linked(one, "items")
        assert items
        assert items["type"] == MEDIA_GEOJSON
        assert gis.ask(items["href"]).headers["Content-Type"] == MEDIA_GEOJSON
        (box,) = one["extent"]["spatial"]["bbox"]
        assert one["extent"]["spatial"]["crs"] == CRS84
        bounds = shapely.total_bounds(list(shapes(gis.items(one["id"])).values())).tolist()
        assert box == pytest.approx(bounds)


@pytest.mark.parametrize("code", CODES)
def test_a_page_is_a_feature_collection(gis: Gis, code: str) -> None:
    """/conf/core/fc-op, fc-response, fc-links, fc-timeStamp, fc-numberMatched, fc-numberReturned, /conf/geojson/definition, content,
    /conf/core/crs84"""
    with clock_at(datetime(2026, 11, 30, 8, 0, tzinfo=UTC)):
        answer = gis.ask(f"/ogc/collections/{code}/items", limit=2)
    body: dict[str, Any] = answer.json()  # type: ignore[attr-defined]
    document = described(gis)
    check_schema(document, f"/collections/{code}/items", body)
    assert answer.headers["Content-Type"] == MEDIA_GEOJSON
    assert body["type"] == "FeatureCollection"
    assert body["timeStamp"] == "2026-11-30T08:00:00Z"
    assert body["numberReturned"] == len(body["features"]) == (1 if code == "ground" else 2)
    assert body["numberMatched"] == {"ground": 1, "grids": 4, "components": EACH}[code]
    assert all(one["type"] for one in body["links"])
    told = {one["rel"]: one["href"] for one in body["links"]}
    assert told["self"] == f"http://testserver/ogc/collections/{code}/items?limit=2"
    assert answer.headers["Link"].count("rel=") == len(told)
    assert ("next" in told) == (code != "ground")
    for one in body["features"]:
        lon, lat = shapely.get_coordinates(shapely.from_geojson(str(one["geometry"]).replace("'", '"')))[0]
        assert 115 <= lon <= 115.05
        assert 30 <= lat <= 30.01


@pytest.mark.parametrize("code", CODES)
def test_a_feature_stands_alone_as_it_stands_on_the_page(gis: Gis, code: str) -> None:
    """/conf/core/f-op, f-success, f-links, /conf/geojson/content"""
    document = described(gis)
    for one in gis.items(code)["features"]:
        answer = gis.ask(f"/ogc/collections/{code}/items/{one['id']}")
        body: dict[str, Any] = answer.json()  # type: ignore[attr-defined]
        assert answer.headers["Content-Type"] == MEDIA_GEOJSON
        check_schema(document, f"/collections/{code}/items/{{featureId}}", body)
        assert {name: value for name, value in body.items() if name != "links"} == one
        up = linked(body, "collection")
        assert up
        assert gis.read(up["href"])["id"] == code
        assert set(one["properties"]) == set(
            document["components"]["schemas"][f"Feature_{code}"]["properties"]["properties"]["properties"]
        )


@pytest.mark.parametrize(("code", "count"), [("components", EACH), ("grids", 4)])
@pytest.mark.parametrize("limit", [1, 3, 10_000])
def test_pages_hold_every_feature_once(gis: Gis, code: str, count: int, limit: int) -> None:
    """/conf/core/fc-limit-definition, fc-limit-response: and what is added on the way moves nothing."""
    pages = gis.pages(code, limit=limit)
    assert all(page["numberReturned"] == len(page["features"]) <= limit for page in pages)
    found = [one["id"] for page in pages for one in page["features"]]
    assert len(found) == len(set(found)) == count
    assert all("numberMatched" not in page for page in pages[1:])


def test_limit_is_declared_where_programs_look_and_its_maximum_is_no_error(gis: Gis) -> None:
    """/conf/core/fc-limit-definition, fc-limit-response"""
    document = described(gis)
    limit = document["components"]["parameters"]["limit"]
    assert limit["schema"] == {"type": "integer", "minimum": 1, "maximum": 10_000, "default": 1000}
    for code in CODES:
        parameters = document["paths"][f"/collections/{code}/items"]["get"]["parameters"]
        assert {"$ref": "#/components/parameters/limit"} in parameters
    for much in ("10001", "1000000000", "9" * 30):
        assert len(gis.ids("components", limit=much)) == EACH


def test_a_box_holds_what_it_touches_and_nothing_else(gis: Gis) -> None:
    """/conf/core/fc-bbox-definition, fc-bbox-response, for every box over the city and for pages within one"""
    for code in CODES:
        everything = shapes(gis.items(code))
        for west, south, east, north in (
            (115.0, 30.0, 115.05, 30.01), (115.0015, 30.0015, 115.0035, 30.0035), (115.001, 30.001, 115.001, 30.001),
            (115.0095, 30.009, 115.0105, 30.02), (114.0, 29.0, 114.5, 29.5), (-180, -90, 180, 90),
        ):  # fmt: skip
            box = shapely.box(west, south, east, north)
            expected = {number for number, shape in everything.items() if shape.intersects(box)}
            asked = f"{west},{south},{east},{north}"
            assert set(gis.ids(code, bbox=asked)) == expected, (code, asked)
            assert set(gis.ids(code, bbox=f"{west},{south},-10,{east},{north},900")) == expected
            paged = [one["id"] for page in gis.pages(code, bbox=asked, limit=2) for one in page["features"]]
            assert len(paged) == len(set(paged))
            assert set(paged) == expected
            if expected and len(expected) < 10:
                assert gis.items(code, bbox=asked)["numberMatched"] == len(expected)


def test_a_box_that_touches_only_the_rectangle_of_a_grid_does_not_hold_it(gis: Gis) -> None:
    """/conf/core/fc-bbox-response: the polygon counts, here a triangle, and not the box around it"""
    triangle = shapely.Polygon([(115.0, 30.0), (115.01, 30.0), (115.0, 30.01)])
    GridShape.objects.filter(grid__code="G1").update(polygon=triangle.wkb)
    assert gis.ids("grids", bbox="115.006,30.006,115.009,30.009") == []
    assert len(gis.ids("grids", bbox="115.002,30.002,115.003,30.003")) == 1


def test_a_box_over_the_antimeridian_has_two_sides(gis: Gis) -> None:
    """/conf/core/fc-bbox-response, where west lies east of east"""
    Component.objects.filter(code="9901010000000000").update(lon=179.9, lat=0.0, tile_key=_key(179.9))
    Component.objects.filter(code="9901010000000001").update(lon=-179.9, lat=0.0, tile_key=_key(-179.9))
    for limit in (1, 100):
        found = [one for page in gis.pages("components", bbox="179,-1,-179,1", limit=limit) for one in page["features"]]
        assert sorted(one["geometry"]["coordinates"][0] for one in found) == [-179.9, 179.9]


def _key(lon: float) -> int:
    from linli.algorithms.tile_keys import tile_key

    return tile_key(lon, 0.0)


@pytest.mark.parametrize(
    ("asked", "inside"),
    [
        ("2025-01-01T00:00:00Z", True), ("2019-12-31T00:00:00Z", False), ("2019-01-01T00:00:00Z/2019-12-31T00:00:00Z", False),
        ("2019-01-01T00:00:00Z/2021-01-01T00:00:00Z", True), ("../2019-06-01T00:00:00Z", False), ("/2019-06-01T00:00:00Z", False),
        ("../2020-01-01T00:00:00Z", True), ("2025-01-01T00:00:00Z/..", True), ("2025-01-01T00:00:00Z/", True), ("2020-01-01", True),
        ("2019-12-30", False), ("2019-12-30/2020-01-01", True), ("2025-01-01T08:00:00+08:00", True),
    ],
)  # fmt: skip
def test_a_time_holds_grids_that_were_valid_then_and_all_that_has_no_time(gis: Gis, asked: str, inside: bool) -> None:
    """/conf/core/fc-time-definition, fc-time-response: the grids are valid from the first instant of 2020 on"""
    assert len(gis.ids("grids", datetime=asked)) == (4 if inside else 0)
    assert len(gis.ids("components", datetime=asked)) == EACH
    assert gis.ids("ground", datetime=asked) == [1]
