"""A pin outside: the map's question to the server, and the question that the form asks before it takes such a report."""

from __future__ import annotations

from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from linli.core.cases.public import Case
from linli.web.api.public_reports import LIMITS
from tests.city import TestCity
from tests.web.staff import signed_in

FAR = {"lon": "114.8", "lat": "30.2"}
EDGE = {"lon": "115.005", "lat": "30.0118"}


def asked(**query: str) -> Any:
    return Client().get(reverse("place"), query)


def test_a_pin_on_our_ground_needs_no_word(city: TestCity) -> None:
    assert asked(lon="115.005", lat="30.005").json()["warning"] == ""


@pytest.mark.parametrize(
    ("query", "said"),
    [(FAR, "不在云溪市"), (EDGE, "在云溪市边上"), ({"lon": "0", "lat": "0"}, "0, 0"), ({"lon": "1e-320", "lat": "0"}, "0, 0")],
)  # fmt: skip
def test_a_pin_outside_is_told_so_with_the_name_of_the_place(city: TestCity, query: dict[str, str], said: str) -> None:
    answer = asked(**query)
    assert answer.status_code == 200
    assert said in answer.json()["warning"]
    assert "no-cache" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"lon": "here", "lat": "30"},
        {"lon": "nan", "lat": "30"},
        {"lon": "30.005", "lat": "115.005"},
        {"lon": "1e400", "lat": "3"},
    ],
)
def test_what_is_no_position_is_refused(city: TestCity, query: dict[str, str]) -> None:
    assert asked(**query).status_code == 422


def test_questions_are_counted_per_address_but_not_for_the_staff(
    city: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "place", (2, LIMITS["place"][1]))
    assert [asked(**FAR).status_code for _ in range(3)] == [200, 200, 429]
    assert signed_in(city, "worker").get(reverse("place"), FAR).status_code == 200


def test_the_outline_holds_the_ground_and_stands_on_the_map(city: TestCity) -> None:
    import shapely

    outline = Client().get(reverse("place-ground")).json()
    ground = shapely.geometry.shape(outline["geometry"])
    assert ground.contains(shapely.Point(115.025, 30.005))
    assert not ground.contains(shapely.Point(115.025, 30.011))
    assert outline["properties"] == {}
    assert reverse("place-ground") in Client().get(reverse("public-report")).content.decode()


def test_before_grids_are_imported_nothing_is_outside(db: None) -> None:
    assert asked(**FAR).json()["warning"] == ""
    assert Client().get(reverse("place-ground")).status_code == 404
    assert reverse("place-ground") not in Client().get(reverse("public-report")).content.decode()


def _sent(client: Client, route: str, **given: str) -> Any:
    return client.post(reverse(route), {"effect_id": str(uuid4()), "description": "路灯不亮", **given})


@pytest.mark.parametrize("route", ["public-report", "report"])
def test_a_report_from_outside_is_asked_about_once_and_taken_when_meant(city: TestCity, route: str) -> None:
    client = Client() if route == "public-report" else signed_in(city, "worker")
    refused = _sent(client, route, **FAR)
    assert refused.status_code == 422
    page = unescape(refused.content.decode())
    assert "这里不在云溪市，相距约" in page
    assert 'name="outside" value="1"' in page
    assert "路灯不亮</textarea>" in page
    assert not Case.objects.exists()
    assert _sent(client, route, **FAR, outside="1").status_code == 302
    assert Case.objects.get().grid_id is None


def test_a_report_from_the_edge_is_taken_without_a_question(city: TestCity) -> None:
    assert 'name="outside"' not in Client().get(reverse("public-report")).content.decode()
    assert _sent(Client(), "public-report", **EDGE).status_code == 302
    assert Case.objects.get().unit_id == city.units["street_centre"].id


def test_the_api_answers_a_place_outside_clearly_and_takes_it_when_meant(city: TestCity) -> None:
    body = {"description": "路灯不亮", "lon": 114.8, "lat": 30.2}

    def post(given: dict[str, Any]) -> Any:
        return Client().post(
            "/api/v1/public/reports", given, content_type="application/json", headers={"Idempotency-Key": str(uuid4())}
        )

    refused = post(body)
    assert refused.status_code == 422
    problem = refused.json()
    assert problem["code"] == "outside_city"
    assert "outside" in str(problem)
    assert post({**body, "outside": True}).status_code == 201
