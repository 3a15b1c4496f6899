"""Lists: pages stay where they are, statements stay as many as they were, answers have the shapes that the description gives."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import jsonschema_rs
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.core.cases.public import Case
from linli.core.platform.public import clock_at, insert_rows
from tests.api.caller import Caller, by_session, by_token, report_body
from tests.city import TestCity, build_city

pytestmark = pytest.mark.django_db
COUNTS = Path(__file__).with_name("query_counts.json")
COLUMNS = tuple(field.attname for field in Case._meta.concrete_fields if field.attname != "id")


def ids(page: dict[str, Any]) -> list[int]:
    return [row["id"] for row in page["cases"]]


def many(case: Case, count: int) -> None:
    """Copies of a case, each with a number of its own."""
    rows, there = [], Case.objects.count()
    for place in range(count):
        values = {name: getattr(case, name) for name in COLUMNS}
        rows.append({**values, "uuid": uuid4(), "tracking": f"C{there + place:06}", "number": ""})
    insert_rows(Case, rows)


@pytest.mark.parametrize("order", ["new", "due"])
def test_pages_hold_every_case_once_while_cases_are_added(city: TestCity, acceptance: Caller, order: str) -> None:
    for _number in range(7):
        city.report()
    there = set(Case.objects.values_list("id", flat=True))
    seen: list[int] = []
    cursor = ""
    while True:
        page = acceptance.get("/cases", order=order, limit=2, cursor=cursor).json()  # type: ignore[attr-defined]
        seen += ids(page)
        city.report()
        cursor = page["next"]
        if not cursor or len(seen) > 40:
            break
    assert len(seen) == len(set(seen))
    assert there <= set(seen)
    if order == "new":
        assert set(seen) == there  # newer ones stand before the first page


def test_a_cursor_of_one_list_is_refused_by_another(city: TestCity, acceptance: Caller) -> None:
    for _number in range(3):
        city.report()
    cursor = acceptance.get("/cases", limit=1).json()["next"]  # type: ignore[attr-defined]
    assert acceptance.get("/cases", limit=1, cursor=cursor, order="due").status_code == 422
    assert acceptance.get("/areas", cursor=cursor).status_code == 422


@pytest.mark.parametrize("name", ["categories", "units", "areas", "grids"])
def test_a_catalogue_comes_whole_in_small_pages(acceptance: Caller, name: str) -> None:
    whole = acceptance.get(f"/{name}", limit=500).json()[name]  # type: ignore[attr-defined]
    found, cursor = [], ""
    while True:
        page = acceptance.get(f"/{name}", limit=3 if len(whole) < 50 else 100, cursor=cursor).json()  # type: ignore[attr-defined]
        found += page[name]
        cursor = page["next"]
        if not cursor:
            break
    assert found == whole
    assert len({row["id"] for row in found}) == len(found) > 4


def test_categories_are_found_by_words_and_by_pinyin(acceptance: Caller) -> None:
    for words in ("暴露垃圾", "baolulaji", "bllj"):
        assert acceptance.get("/categories", words=words).json()["categories"][0]["name"] == "暴露垃圾"  # type: ignore[attr-defined]


def test_a_point_is_located_in_every_coordinate_system(acceptance: Caller) -> None:
    # 115.012, 30.005 of each system: in the second grid by WGS 84, some 500 m and 1,100 m further west by the others.
    for system, code in (("WGS84", "G2"), ("CGCS2000", "G2"), ("GCJ02", "G1"), ("BD09", "G1")):
        layers = acceptance.get("/grids/at", lon=115.012, lat=30.005, position_system=system).json()["layers"]  # type: ignore[attr-defined]
        assert layers["main"]["code"] == code, system
    assert acceptance.get("/grids/at", lon=115.9, lat=30.005).json()["layers"] == {"main": None}  # type: ignore[attr-defined]


def statements(caller: Caller, path: str, body: Any = None) -> int:
    """How many statements a request costs, without the savepoints of the test's own transaction."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = caller.get(path) if body is None else caller.post(path, body)
    assert response.status_code in (200, 201), response.content
    own = ("SAVEPOINT", "RELEASE SAVEPOINT", "BEGIN", "COMMIT")
    return sum(1 for query in captured.captured_queries if not query["sql"].startswith(own))


def asked(city: TestCity, caller: Caller, case: Case) -> dict[str, int]:
    """The statements of each measured request, by its name."""
    found = {}
    for name, path, body in (
        ("ping", "/ping", None), ("list of 50", "/cases", None), ("list by urgency", "/cases?order=due&limit=5", None),
        ("list of mine", "/cases?mine=true", None), ("case", f"/cases/{case.id}", None), ("home", "/home", None),
        ("timeline", f"/cases/{case.id}/timeline", None), ("categories", "/categories", None),
        ("grids at", "/grids/at?lon=115.005&lat=30.005", None), ("report", "/cases", report_body()),
        ("comment", f"/cases/{case.id}/actions/comment", {"note": "看到了"}),
    ):  # fmt: skip
        statements(caller, path, body)  # warms what is kept in memory
        found[name] = statements(caller, path, body)
    return found


def test_statements_stay_as_many_while_cases_grow(city: TestCity) -> None:
    """The counts stand in query_counts.json by database (PostgreSQL takes several inserts in one statement)."""
    caller = by_token(city, "acceptance")
    case = city.report(grid=1)
    many(case, 8)
    few = asked(city, caller, case)
    many(case, 190)
    lots = asked(city, caller, case)
    assert lots == few
    assert few == json.loads(COUNTS.read_text())[connection.vendor]
    assert few["list of 50"] <= 8


def shapes(caller: Caller) -> dict[str, Any]:
    described: dict[str, Any] = caller.get("/openapi.json").json()  # type: ignore[attr-defined]
    return described


def test_the_description_is_openapi_3_1_with_schemas_that_hold_and_a_problem_for_every_error(resident: Caller) -> None:
    described = shapes(resident)
    assert described["openapi"] == "3.1.0"
    for name, schema in described["components"]["schemas"].items():
        jsonschema_rs.validator_for({**schema, "components": described["components"]}), name
    operations = [
        (path, method, one) for path, methods in described["paths"].items() for method, one in methods.items()
    ]
    assert len({one["operationId"] for _path, _method, one in operations}) == len(operations) > 25
    for path, method, operation in operations:
        assert path.startswith("/api/v1/")
        assert {"400", "500", "503"} <= set(operation["responses"]), path
        if method == "post":
            assert {"200", "201", "409", "507"} <= set(operation["responses"]), path
            # Whoever may send a body may send a slow, large or strange one.
            assert "requestBody" not in operation or {"408", "413", "415", "422"} <= set(operation["responses"]), path
            assert any(one["name"] == "Idempotency-Key" and one["required"] for one in operation["parameters"]), path
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                shared = described["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
                assert list(shared["content"]) == ["application/problem+json"]


def test_real_answers_have_the_shapes_of_the_description(city: TestCity, acceptance: Caller) -> None:
    described = shapes(acceptance)
    case = city.bring_to("closed")
    city.do("supervisor", case, "reopen", reason="又来了")
    path = f"/cases/{case.id}"
    for address, route in (
        ("/ping", ""), ("/me", ""), ("/home", ""), ("/cases", ""), (path, "/cases/{case_id}"), ("/units", ""),
        (f"{path}/timeline", "/cases/{case_id}/timeline"), (f"{path}/possible-actions", "/cases/{case_id}/possible-actions"),
        ("/areas", ""), ("/grids", ""), ("/categories", ""), ("/transitions", ""), ("/me/tokens", ""),
        ("/grids/at?lon=115.005&lat=30.005", "/grids/at"), ("/cases/similar?lon=115.005&lat=30.005", "/cases/similar"),
        (f"/public/reports/{case.tracking}", "/public/reports/{tracking}"),
    ):  # fmt: skip
        schema = described["paths"]["/api/v1" + (route or address)]["get"]["responses"]["200"]["content"][
            "application/json"
        ]["schema"]
        answer = acceptance.get(address).json()  # type: ignore[attr-defined]
        jsonschema_rs.validator_for({**schema, "components": described["components"]}, validate_formats=True).validate(
            answer
        )
        if isinstance(answer, dict) and "$ref" in schema:  # nothing is answered that the description does not name
            shape = described["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
            assert set(answer) == set(shape.get("properties", {})), address
    browser = by_session(city, "acceptance")
    assert [one["current"] for one in browser.get("/me/sessions").json()["sessions"]] == [True]  # type: ignore[attr-defined]


def test_the_tracking_number_is_told_to_nobody_who_only_reads(city: TestCity, acceptance: Caller) -> None:
    """Whoever has it rates and reopens in the resident's name."""
    case = city.bring_to("closed")
    for path in ("/cases", f"/cases/{case.id}", f"/cases/{case.id}/timeline", "/cases/similar?lon=115.005&lat=30.005"):
        assert case.tracking not in acceptance.get(path).content.decode()


def test_progress_holds_no_words_or_names_of_people(city: TestCity, resident: Caller) -> None:
    case = city.report(
        words="王大爷家门口", reporter_name="王女士", reporter_phone="13800000000", address="柳荫路 3 号"
    )
    city.do("acceptance", case, "comment", note="问过王女士了")
    text = resident.get(f"/public/reports/{case.tracking}").content.decode()
    for words in ("王", "138", "柳荫路", "Worker", "Acceptance"):
        assert words not in text


def test_a_report_in_a_far_year_is_kept_and_found(db: None) -> None:
    with clock_at(datetime(2100, 3, 1, 4, tzinfo=UTC)):
        caller = by_token(build_city(), "acceptance")
        assert caller.post("/cases", report_body()).status_code == 201
        found = caller.get("/cases", since="2100-01-01T00:00:00Z", until="2100-12-31T23:59:59Z").json()  # type: ignore[attr-defined]
    assert found["cases"][0]["reported_at"].startswith("2100-03-01T04:00")


def test_nobody_is_told_the_ids_of_cases_that_they_may_not_see(city: TestCity, acceptance: Caller) -> None:
    """A worker reports wherever they are; what others reported there is told to who sees it, by every answer alike."""
    there, other = city.report(), by_token(city, "other_worker")
    place = {"lon": there.lon, "lat": there.lat}
    assert acceptance.post("/cases", report_body(**place)).json()["similar"] == [there.id]
    made = other.post("/cases", report_body(**place)).json()
    assert made["similar"] == []
    assert other.get("/cases/similar", **place).json()["cases"] == [
        row for row in acceptance.get("/cases/similar", **place).json()["cases"] if row["id"] == made["id"]
    ]  # fmt: skip
    mine = Case.objects.get(id=made["id"])
    city.do("acceptance", mine, "merge", case_id=there.id)
    assert acceptance.get(f"/cases/{mine.id}").json()["merged_into_id"] == there.id
    assert other.get(f"/cases/{mine.id}").json()["merged_into_id"] is None
