"""What is refused: a clear sentence that names the parameter, the status of the standard, and nobody reads what is not theirs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.core.platform.public import clock_at, now
from linli.core.registry.public import Component
from linli.web.api.public_reports import LIMITS
from tests.city import TestCity
from tests.ogc.conftest import EACH
from tests.ogc.gis import Gis, gis_of, linked

pytestmark = pytest.mark.django_db
ITEMS = "/ogc/collections/components/items"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("limit", "0"), ("limit", "-1"), ("limit", "1.5"), ("limit", "ten"), ("limit", ""), ("limit", "٣"), ("limit", "1_0"),
        ("bbox", ""), ("bbox", "115,30,116"), ("bbox", "115,30,116,31,2"), ("bbox", "115,30,116,31,2,3,4"), ("bbox", "nan,30,116,31"),
        ("bbox", "115,30,inf,31"), ("bbox", "115,30,1e999,31"), ("bbox", "30,115,31,116"), ("bbox", "115,31,116,30"),
        ("bbox", "115,30,181,31"), ("bbox", "a,b,c,d"), ("bbox", "115,,116,31"), ("bbox", "1_15,30,116,31"),
        ("datetime", ""), ("datetime", "today"), ("datetime", ".."), ("datetime", "../.."), ("datetime", "/"),
        ("datetime", "2026-13-01T00:00:00Z"), ("datetime", "2026-11-01T00:00:00"), ("datetime", "2026-02-30"),
        ("datetime", "2026-11-02T00:00:00Z/2026-11-01T00:00:00Z"), ("datetime", "2026-11-01/2026-11-02/2026-11-03"),
        ("datetime", "0001-01-01T00:00:00Z"), ("datetime", "2026-W01-1"), ("datetime", "9999-12-31"),
        ("cursor", "x"), ("cursor", "Y2FzZXMgMQ"), ("cursor", "é"), ("f", "json"), ("Limit", "3"), ("code", "9901010000000001"),
    ],
)  # fmt: skip
def test_a_wrong_or_unknown_parameter_is_named(gis: Gis, field: str, value: str) -> None:
    """/conf/core/query-param-unknown, /conf/core/query-param-invalid"""
    answer = gis.ask(ITEMS, **{field: value})
    problem = answer.json()  # type: ignore[attr-defined]
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert [one["field"] for one in problem["errors"]] == [field]
    assert problem["detail"].endswith((".", "。"))


@pytest.mark.parametrize(
    "address", ["/ogc/", "/ogc/conformance", "/ogc/api", "/ogc/collections", "/ogc/collections/grids"]
)
def test_other_resources_take_no_parameter(gis: Gis, address: str) -> None:
    assert gis.ask(address, limit=3).status_code == 400


def test_a_parameter_is_given_once(gis: Gis) -> None:
    assert gis.ask(f"{ITEMS}?limit=1&limit=2").status_code == 400


def test_a_cursor_belongs_to_its_collection(gis: Gis) -> None:
    following = linked(gis.items("grids", limit=1), "next")
    assert following
    cursor = following["href"].rpartition("cursor=")[2]
    assert gis.ask("/ogc/collections/grids/items", cursor=cursor).status_code == 200
    for code in ("components", "ground"):
        answer = gis.ask(f"/ogc/collections/{code}/items", cursor=cursor)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "cursor")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "address",
    [
        "/ogc/collections/cases", "/ogc/collections/cases/items", "/ogc/collections/cases/items/1", "/ogc/collections/grids/items/x",
        "/ogc/collections/grids/items/-1", "/ogc/collections/grids/items/99999999999999999999", "/ogc/collections/ground/items/2",
        "/ogc/collections/components/items/0", "/ogc/nothing", "/ogc/collections/grids/",
    ],
)  # fmt: skip
def test_what_is_not_there_is_404_as_a_problem(gis: Gis, address: str) -> None:
    answer = gis.ask(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_nothing_is_written(gis: Gis, method: str) -> None:
    answer = getattr(gis.client, method)(ITEMS, headers=gis.headers)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert gis.client.head(ITEMS, headers=gis.headers).status_code == 200


def test_strangers_read_the_ground_and_nothing_else(stranger: Gis) -> None:
    assert [one["id"] for one in stranger.read("/ogc/collections")["collections"]] == ["ground"]
    assert stranger.items("ground")["numberReturned"] == 1
    for code in ("grids", "components"):
        for rest in ("", "/items", "/items/1"):
            answer = stranger.ask(f"/ogc/collections/{code}{rest}")
            assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="linli"')


def test_a_token_that_opens_nothing_is_no_stranger(placed: TestCity) -> None:
    """An old token in a GIS is told, instead of showing a map without layers."""
    assert Gis("linli_wrong").ask("/ogc/collections").status_code == 401


def test_everybody_reads_the_features_of_their_areas(placed: TestCity) -> None:
    assert len(gis_of(placed, "supervisor").ids("components")) == EACH
    far = gis_of(placed, "far_acceptance")
    assert [one["properties"]["code"] for one in far.items("components")["features"]] == [
        "9901020000000001",
        "9901020000000002",
    ]
    assert [one["properties"]["code"] for one in far.items("grids")["features"]] == ["G5"]
    assert far.items("components")["numberMatched"] == 2
    (box,) = far.read("/ogc/collections/components")["extent"]["spatial"]["bbox"]
    assert box == [115.045, 30.005, 115.045, 30.005]
    mine = gis_of(placed, "supervisor").ids("components")[0]
    assert far.ask(f"{ITEMS}/{mine}").status_code == 404
    assert gis_of(placed, "auditor").ask(ITEMS).status_code == 403
    nothing = gis_of(placed, "handler")
    assert nothing.ids("components") == []
    assert "extent" not in nothing.read("/ogc/collections/components")


def test_what_was_retired_is_not_there(gis: Gis) -> None:
    gone = Component.objects.get(code="9901010000000003")
    Component.objects.filter(id=gone.id).update(retired_at=now())
    assert gone.id not in gis.ids("components")
    assert gis.items("components")["numberMatched"] == EACH - 1
    assert gis.ask(f"{ITEMS}/{gone.id}").status_code == 404


def test_strangers_are_counted_and_the_staff_are_not(gis: Gis, stranger: Gis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, "ogc", (2, timedelta(minutes=10)))
    with clock_at(now()):
        assert [stranger.ask("/ogc/").status_code for _time in range(3)] == [200, 200, 429]
        assert "Retry-After" in stranger.ask("/ogc/collections/ground/items").headers
        assert [gis.ask("/ogc/").status_code for _time in range(4)] == [200] * 4


def test_a_browser_that_is_signed_in_needs_no_token(placed: TestCity) -> None:
    from tests.access_table import signed_in

    client = signed_in(Client(), placed.users["supervisor"])
    assert client.get(ITEMS).json()["numberReturned"] == EACH


@pytest.mark.parametrize("code", ["components", "grids"])
def test_the_last_page_costs_as_many_statements_as_the_second(gis: Gis, code: str) -> None:
    """Pages follow a key: none of them counts or skips what came before."""
    costs = []
    for page in gis.pages(code, limit=1)[:-1]:
        following = linked(page, "next")
        assert following
        with CaptureQueriesContext(connection) as captured:
            gis.ask(following["href"].partition("testserver")[2])
        assert not any("OFFSET" in one["sql"] or "COUNT(" in one["sql"] for one in captured)
        costs.append(len(captured))
    assert len(costs) > 2
    assert len(set(costs)) == 1
    assert costs[0] <= 3


def test_words_are_those_of_the_language(gis: Gis) -> None:
    titles = [
        [one["title"] for one in gis.client.get("/ogc/collections", headers={**gis.headers, "Accept-Language": language}).json()["collections"]]
        for language in ("en", "zh-hans")
    ]  # fmt: skip
    assert titles == [["Ground served", "Grids", "Components"], ["服务范围", "网格", "部件"]]
