"""The abstract tests of OGC 18-058r1 (coordinate systems by reference); each test names the requirements that it holds."""

from __future__ import annotations

import pytest

from tests.ogc.gis import CRS84, EPSG_4326, EPSG_4490, Gis

pytestmark = pytest.mark.django_db
CODES = ("ground", "grids", "components")


def pairs(coordinates: object) -> list[tuple[float, float]]:
    """All positions of a geometry, in the order of its axes."""
    assert isinstance(coordinates, list)
    if isinstance(coordinates[0], float):
        return [(coordinates[0], coordinates[1])]
    return [pair for part in coordinates for pair in pairs(part)]


def test_it_is_said_which_systems_there_are(gis: Gis) -> None:
    """/req/crs/crs-uri, fc-md-crs-list, fc-md-storageCrs, fc-md-storageCrs-valid-value, /req/core/crs84: CRS84 comes first"""
    assert "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs" in gis.read("/ogc/conformance")["conformsTo"]
    body = gis.read("/ogc/collections")
    for one in (body, *body["collections"]):
        assert one["crs"] == [CRS84, EPSG_4326, EPSG_4490]
    assert {one["storageCrs"] for one in body["collections"]} == {CRS84}


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("crs", [EPSG_4326, EPSG_4490])
def test_both_systems_of_epsg_have_latitude_first(gis: Gis, code: str, crs: str) -> None:
    """/req/crs/fc-crs-definition, fc-crs-action, fc-crs-default-value, ogc-crs-header, ogc-crs-header-value"""
    address = f"/ogc/collections/{code}/items"
    plain, swapped = gis.ask(address), gis.ask(address, crs=crs)
    assert (plain.headers["Content-Crs"], swapped.headers["Content-Crs"]) == (f"<{CRS84}>", f"<{crs}>")
    assert gis.ask(address, crs=CRS84).json()["features"] == plain.json()["features"]  # type: ignore[attr-defined]
    for one, other in zip(plain.json()["features"], swapped.json()["features"], strict=True):  # type: ignore[attr-defined]
        there, here = pairs(one["geometry"]["coordinates"]), pairs(other["geometry"]["coordinates"])
        assert here == [(lat, lon) for lon, lat in there]
        assert all(29 < lat < 31 and 114 < lon < 116 for lat, lon in here)
        single = gis.ask(f"{address}/{one['id']}", crs=crs)
        assert single.headers["Content-Crs"] == f"<{crs}>"
        assert single.json()["geometry"] == other["geometry"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("code", CODES)
def test_a_box_is_read_in_the_axes_of_its_system(gis: Gis, code: str) -> None:
    """/req/crs/fc-bbox-crs-definition, fc-bbox-crs-action, bbox-crs-default-value"""
    there = gis.ids(code, bbox="115.0,30.0,115.0025,30.0025")
    assert there
    assert code == "ground" or len(there) < len(gis.ids(code))
    assert gis.ids(code, bbox="115.0,30.0,115.0025,30.0025", bbox_crs=CRS84) == there
    for crs in (EPSG_4326, EPSG_4490):
        assert gis.ids(code, bbox="30.0,115.0,30.0025,115.0025", bbox_crs=crs) == there
        assert gis.ids(code, bbox="30.0,115.0,0,30.0025,115.0025,9", bbox_crs=crs) == there
        # The system of the box is not that of the answer.
        assert (
            gis.ask(f"/ogc/collections/{code}/items", bbox="30,115,31,116", bbox_crs=crs).headers["Content-Crs"]
            == f"<{CRS84}>"
        )


def test_next_pages_stay_in_the_system(gis: Gis) -> None:
    pages = gis.pages("components", crs=EPSG_4490, limit=4)
    assert len(pages) > 3
    assert all(one["geometry"]["coordinates"][0] < 31 for page in pages for one in page["features"])


@pytest.mark.parametrize("name", ["crs", "bbox_crs"])
@pytest.mark.parametrize("given", ["EPSG:4326", "", "http://www.opengis.net/def/crs/EPSG/0/3857", f"{CRS84} "])
def test_another_system_is_refused(gis: Gis, name: str, given: str) -> None:
    """/req/crs/fc-crs-valid-value, fc-bbox-crs-valid-value"""
    answer = gis.ask("/ogc/collections/grids/items", **{name: given})
    assert answer.status_code == 400
    problem = answer.json()  # type: ignore[attr-defined]
    assert problem["errors"][0]["field"] == name.replace("_", "-")
    assert EPSG_4490 in problem["detail"]
