"""Every error is problem details (RFC 9457): the right status, a stable code, a sentence, the field."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client

from linli.web.api import me, public_reports
from linli.web.api.schemas import Problem
from tests.api.caller import Caller, by_session, by_token, photo_bytes, report_body
from tests.city import TestCity

pytestmark = pytest.mark.django_db


def told(response: HttpResponse, status: int, code: str = "") -> dict[str, Any]:
    """The problem of an answer, which must be one."""
    assert response.status_code == status, response.content.decode()
    assert response.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()  # type: ignore[attr-defined]
    Problem.model_validate(body, strict=True)
    assert body["status"] == status
    assert body["title"]
    assert body["request_id"] == response.headers["X-Request-ID"]
    if code:
        assert body["code"] == code
        assert body["detail"]
    return body


@pytest.mark.parametrize("body", ["{", '{"lon": NaN}', "[" * 100_000, b"\xff", '{"a": ' + "9" * 5000 + "}"])
def test_a_body_that_is_no_json_is_unreadable(worker: Caller, body: str | bytes) -> None:
    told(worker.post("/cases", body), 400, "not_json")


def test_a_stranger_is_asked_to_sign_in(resident: Caller) -> None:
    response = resident.get("/ping")
    told(response, 401, "not_signed_in")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("header", ["Bearer linli_wrong", "Bearer ", "Bearer é"])
def test_a_wrong_token_signs_nobody_in_not_even_beside_a_session(city: TestCity, header: str) -> None:
    browser = by_session(city, "worker")
    assert browser.get("/ping").status_code == 200
    browser.headers["Authorization"] = header
    told(browser.get("/ping"), 401, "not_signed_in")


@pytest.mark.parametrize("header", ["bearer x", "Basic eDp4", ""])
def test_another_authorization_does_not_spare_a_session_the_csrf_token(city: TestCity, header: str) -> None:
    browser = by_session(city, "worker", csrf=True)
    told(browser.post("/cases", report_body(), Authorization=header), 403, "csrf")


def test_what_a_role_lacks_is_forbidden(city: TestCity) -> None:
    told(by_token(city, "leader").post("/cases", report_body()), 403, "not_allowed")


def test_a_case_of_others_and_no_case_are_told_alike(city: TestCity) -> None:
    case, far = city.report(), by_token(city, "far_acceptance")
    hidden, missing = far.get(f"/cases/{case.id}"), far.get("/cases/999999")
    assert {**told(hidden, 404), "request_id": ""} == {**told(missing, 404), "request_id": ""}


def test_a_stranger_is_not_told_what_others_did_meanwhile(city: TestCity) -> None:
    case, far = city.report(), by_token(city, "far_acceptance")
    told(far.post(f"/cases/{case.id}/actions/comment", {"note": "a", "seen_seq": 7}), 404, "not_found")


@pytest.mark.parametrize("path", ["/nowhere", "/cases/x", "/cases/99999999999999999999/nothing"])
def test_an_unknown_address_is_told_as_a_problem(worker: Caller, path: str) -> None:
    told(worker.get(path), 404, "not_found")


def test_a_wrong_method_is_told_with_the_right_ones(worker: Caller) -> None:
    for method, path in (("put", "/cases"), ("post", "/openapi.json"), ("delete", "/ping")):
        response = getattr(worker.client, method)("/api/v1" + path, headers=worker.headers)
        told(response, 405, "method_not_allowed")
        assert "GET" in response.headers["Allow"]


def test_who_was_faster_is_told(city: TestCity, acceptance: Caller) -> None:
    case = city.report()
    city.do("acceptance", case, "comment", note="先看看")
    body = told(acceptance.post(f"/cases/{case.id}/actions/file", {"seen_seq": 1}), 409, "changed")
    assert "望江街道中心" in body["detail"]


def test_what_a_state_does_not_allow_is_refused(city: TestCity, acceptance: Caller) -> None:
    case = city.bring_to("rejected")
    told(acceptance.post(f"/cases/{case.id}/actions/reject", {"reason": "x"}), 409, "not_in_this_state")


def test_too_much_is_refused_before_it_is_read(worker: Caller) -> None:
    told(worker.post("/cases", report_body(description="长" * 300_000)), 413, "too_large")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_only_json_is_taken_for_json(worker: Caller, kind: str) -> None:
    response = worker.client.post(
        "/api/v1/cases",
        b"{}",
        content_type=kind,
        headers={**worker.headers, "Idempotency-Key": "9b2f0e3c-5d1a-4c8e-a2f7-0c7d2f1f8b11"},
    )
    told(response, 415, "not_json")


def test_a_file_is_sent_as_a_form(worker: Caller) -> None:
    told(worker.post("/files", {"file": "x"}), 415, "not_multipart")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lon": 30.005, "lat": 115.005}, "lat"),
        ({"lon": 1e300}, "lon"),
        ({"lat": None}, "lat"),
        ({"lon": None, "lat": None}, "lon"),
        ({"area_code": "1", "lon": None, "lat": None}, "area_code"),
        ({"lon": "115"}, "lon"),
        ({"category_id": 999_999}, "category_id"),
        ({"category_id": True}, "category_id"),
        ({"description": "长" * 2001}, "description"),
        ({"description": "\ud800"}, "description"),
        ({"description": "\0 \u200b"}, "description"),
        ({"colour": "red"}, "colour"),
        ({"\ud800": 1}, ""),
        ({"source": "history"}, "source"),
        ({"urgency": "soon"}, "urgency"),
        ({"files": [{"file_id": "1", "role": "report"}]}, "files.0.file_id"),
        ({"files": [{"file_id": "1-photo:1xUxUB:x", "role": "report"}]}, "files.0.file_id"),
        ({"files": [{"role": "report"}]}, "files.0.file_id"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(worker: Caller, change: dict[str, Any], field: str) -> None:
    response = worker.post("/cases", report_body(**change))
    body = told(response, 422)
    if field:
        assert [error["field"] for error in body["errors"]] == [field]


@pytest.mark.parametrize("query", ["cursor=x", "cursor=bmV3IDA5OTk5OTk5OTk5OTk5OTk5OTk5", "limit=0", "limit=1000", "state=open", "since=0.5",
    "since=1899-12-31T00:00:00Z", "until=2200-01-01T00:00:00Z", "since=2026-01-01", "since=0001-01-01T00:00:00%2B14:00", "area_code=%00",
    "unit_id=9007199254740993", "source=%00", "category=%00", "order=x"])  # fmt: skip
def test_a_filter_that_cannot_be_used_is_refused(worker: Caller, query: str) -> None:
    told(worker.client.get(f"/api/v1/cases?{query}", headers=worker.headers), 422)


@pytest.mark.parametrize(
    "query", ["since=1900-01-01T00:00:00Z&until=2100-12-31T23:59:59%2B08:00", "words=%00", "words=𠀀𝄞", "words=%F0%9F"]
)
def test_a_filter_of_unusual_text_or_dates_is_answered(worker: Caller, query: str) -> None:
    assert worker.client.get(f"/api/v1/cases?{query}", headers=worker.headers).status_code == 200


@pytest.mark.parametrize("plane", range(17))
def test_text_of_every_plane_is_kept_as_it_was_written(worker: Caller, plane: int) -> None:
    # Assigned letters and signs of the planes that have them; the others hold private or unassigned code points.
    signs = {0: "路灯", 1: "𝄞😀", 2: "𠀀𪜶", 3: "𰀀"}.get(plane, chr(plane * 0x10000 + 0x42) * 3)
    made = worker.post("/cases", report_body(description=f"路{signs}灯"))
    assert made.status_code == 201, made.content
    assert worker.get(f"/cases/{made.json()['id']}").json()["description"] == f"路{signs}灯"  # type: ignore[attr-defined]


def test_a_session_that_writes_needs_the_csrf_token_and_a_token_does_not(city: TestCity) -> None:
    browser = by_session(city, "worker", csrf=True)
    told(browser.post("/cases", report_body()), 403, "csrf")
    assert browser.get("/ping").status_code == 200
    browser.client.cookies["linli_csrf"] = "a" * 32
    assert browser.post("/cases", report_body(), **{"X-CSRFToken": "a" * 32}).status_code == 201
    program = by_token(city, "worker")
    program.client = Client(enforce_csrf_checks=True)
    assert program.post("/cases", report_body()).status_code == 201


def test_too_many_questions_about_tracking_numbers_are_slowed(
    resident: Caller, city: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(public_reports.LIMITS, "tracking", (2, timedelta(hours=24)))
    case = city.report()
    for _time in range(2):
        assert resident.get(f"/public/reports/{case.tracking}").status_code == 200
    response = resident.get(f"/public/reports/{case.tracking}")
    told(response, 429, "too_many")
    assert int(response.headers["Retry-After"]) > 0


def test_an_error_of_the_program_is_told_without_its_inside(worker: Caller) -> None:
    with patch.object(me, "text_answer", side_effect=ZeroDivisionError("secret inside")):
        body = told(worker.get("/ping"), 500, "server_error")
    assert "secret" not in str(body)


@pytest.mark.parametrize("where", ["linli.core.access.middleware.access_by_token", "linli.web.api.cases.list_cases"])
def test_a_database_that_is_down_is_told_as_such(worker: Caller, where: str) -> None:
    """In the middleware that signs in, and inside an endpoint."""
    with patch(where, side_effect=OperationalError("connection refused")):
        response = worker.get("/cases")
    told(response, 503, "database_down")
    assert response.headers["Retry-After"]


def test_a_part_outside_a_file_is_told(city: TestCity, acceptance: Caller) -> None:
    handle = acceptance.send(content=photo_bytes(7)).json()["file_id"]
    case = acceptance.post("/cases", report_body(files=[{"file_id": handle, "role": "report"}])).json()["id"]  # type: ignore[attr-defined]
    file_id = acceptance.get(f"/cases/{case}").json()["files"][0]["id"]  # type: ignore[attr-defined]
    acceptance.headers["Range"] = "bytes=9999999-"
    told(acceptance.get(f"/files/{file_id}/display"), 416, "no_such_part")


@pytest.mark.parametrize(
    "body", ['{"description": "a", "description": "b"}', '{"files": [{"role": "report", "role": "x"}]}']
)
def test_a_name_that_stands_twice_is_refused_instead_of_one_of_them_winning(worker: Caller, body: str) -> None:
    told(worker.post("/cases", body), 400, "name_twice")
