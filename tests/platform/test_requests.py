"""The outermost middleware, structured logs, bad days, and the health pages."""

from __future__ import annotations

import io
import json
import logging
import re
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.test import Client, RequestFactory
from django.utils import translation

from linli.core.platform.models import Job, WorkerBeat
from linli.core.platform.public import StructuredFormatter, client_address, now, trouble_of
from linli.core.platform.saying.structured_log import without_personal_values
from linli.core.platform.serving import health
from linli.core.platform.serving.requests import content_security_policy


@pytest.fixture
def browser(settings: Any) -> Client:
    settings.ROOT_URLCONF = "tests.platform.urls_for_requests"
    settings.MIDDLEWARE = ["linli.core.platform.public.RequestMiddleware"]
    return Client(raise_request_exception=False)


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged, as the deployment writes it."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(StructuredFormatter())
    logger = logging.getLogger("linli")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield text
    logger.setLevel(level)
    logger.removeHandler(handler)


def parsed(text: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.getvalue().splitlines()]


def test_every_answer_carries_its_own_request_id(browser: Client) -> None:
    first = browser.get("/fine/1/", headers={"X-Request-ID": "forged"})
    second = browser.get("/nowhere/")
    ids = [first.headers["X-Request-ID"], second.headers["X-Request-ID"]]
    assert all(re.fullmatch(r"[0-9a-f]{16}", one) for one in ids)
    assert ids[0] != ids[1]
    assert first.content.decode().split()[0] == ids[0]


def test_every_answer_carries_a_strict_policy(browser: Client, settings: Any) -> None:
    for address in ("/fine/1/", "/nowhere/", "/broken/", "/down/"):
        policy = browser.get(address).headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "object-src 'none'" in policy
    assert "geolocation=(self)" in browser.get("/fine/1/").headers["Permissions-Policy"]


def test_only_the_host_of_the_tiles_is_added_to_the_policy() -> None:
    policy = content_security_policy("https://tiles.example.cn:8443/{z}/{x}/{y}.mvt?key=s3cret; script-src *")
    assert "connect-src 'self' https://tiles.example.cn:8443;" in policy
    assert "s3cret" not in policy
    assert "script-src *" not in policy
    assert "connect-src 'self';" in content_security_policy("")


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "1.1.1.1", "203.0.113.9"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 10.0.0.2", "1.1.1.1"),
        (2, "1.1.1.1", "203.0.113.9"),
        (1, "", "203.0.113.9"),
        (1, "<script>", ""),
        (1, "2001:DB8::1", "2001:db8::1"),
    ],
)
def test_a_client_cannot_choose_its_address(proxies: int, forwarded: str, address: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="203.0.113.9", headers={"X-Forwarded-For": forwarded})
    assert client_address(request, proxies) == address


def test_a_log_line_names_request_and_route_but_neither_path_nor_person(browser: Client, lines: io.StringIO) -> None:
    answer = browser.get("/fine/TRACKING-NUMBER/?phone=13800138000")
    inside, answered = parsed(lines)
    assert inside["message"] == "called (phone)"
    assert inside["request_id"] == answered["request_id"] == answer.headers["X-Request-ID"]
    assert inside["route"] == answered["route"] == "fine/<str:number>/"
    assert (answered["method"], answered["status"], answered["level"]) == ("GET", 200, "info")
    assert answered["milliseconds"] >= 0
    assert "TRACKING" not in lines.getvalue()
    assert "13800138000" not in lines.getvalue()


def test_an_unknown_address_is_logged_without_its_query(browser: Client, lines: io.StringIO) -> None:
    browser.get("/nowhere/?secret=1")
    [line] = parsed(lines)
    assert ("path" in line, line["below"]) == (False, "")
    assert "secret" not in lines.getvalue()


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("call 13800138000 now", "call (phone) now"),
        ("+86 138-0013-8000", "(phone)"),
        ("id 11010519491231002X.", "id (number)."),
        ("to zhang.san@example.com.cn:", "to (mail):"),
        ("dup\nDETAIL:  Key (name)=(张三) already exists.", "dup\nDETAIL: (left out)"),
        ("case 20260310000017 of grid 110101001001007", "case 20260310000017 of grid 110101001001007"),
    ],
)
def test_values_about_persons_are_taken_out_of_messages(text: str, clean: str) -> None:
    assert without_personal_values(text) == clean


def test_an_error_is_one_line_without_values() -> None:
    try:
        raise ValueError("phone 13800138000\nsecond line\u2028third")
    except ValueError as error:
        record = logging.LogRecord(
            "x", logging.ERROR, "f", 1, "it broke", None, (type(error), error, error.__traceback__)
        )
    text = StructuredFormatter().format(record)
    assert len(text.splitlines()) == 1
    line = json.loads(text)
    assert line["error"]["type"] == "ValueError"
    assert "13800138000" not in text
    assert any("test_requests.py" in frame for frame in line["error"]["frames"])


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [("down/", 503, "database_down"), ("full/", 507, "disk_full"), ("broken/", 500, "server_error")],
)
def test_a_bad_day_is_a_sentence_on_a_page_and_in_the_api(
    browser: Client, address: str, status: int, code: str
) -> None:
    with translation.override("zh-hans"):
        page = browser.get(f"/{address}")
    assert page.status_code == status
    assert page.headers["Content-Type"].startswith("text/html")
    assert "没有" in page.content.decode()
    assert page.headers["X-Request-ID"] in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"
    problem = browser.get(f"/api/v1/{address}")
    assert problem.status_code == status
    assert problem.headers["Content-Type"] == "application/problem+json"
    body = json.loads(problem.content)
    assert (body["status"], body["code"], body["request_id"]) == (status, code, problem.headers["X-Request-ID"])
    assert body["title"]
    assert "13800138000" not in problem.content.decode() + page.content.decode()
    assert ("Retry-After" in page.headers) == (status == 503)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("busy/", [("linli.trouble", "warning", False), ("linli.request", "info", False)]),
        ("nowhere/", [("linli.request", "info", False)]),
        ("down/", [("linli.trouble", "error", True), ("linli.request", "info", False)]),
        ("broken/", [("django.request", "error", True), ("linli.request", "info", False)]),
    ],
)
def test_an_answer_that_is_meant_is_no_error_in_the_log(
    browser: Client, address: str, told: list[tuple[str, str, bool]]
) -> None:
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(StructuredFormatter())
    logging.getLogger().addHandler(handler)
    try:
        answer = browser.get(f"/{address}")
    finally:
        logging.getLogger().removeHandler(handler)
    lines = [json.loads(line) for line in text.getvalue().splitlines()]
    assert [(line["logger"], line["level"], "error" in line) for line in lines] == told
    if address == "busy/":
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_a_bad_day_needs_no_template_of_the_web_and_no_database(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(name: str) -> None:
        raise OSError("templates are gone too")

    monkeypatch.setattr("django.template.loader.get_template", nothing)
    answer = browser.get("/down/")
    assert answer.status_code == 503
    assert len(answer.content.decode().splitlines()) == 3


@pytest.mark.django_db
def test_a_missing_table_is_an_error_of_the_program(browser: Client) -> None:
    assert browser.get("/missing/").status_code == 500


def from_driver(kind: type[Exception], cause: Exception) -> Exception:
    error = kind("told by Django")
    error.__cause__ = cause
    return error


def sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("x")
    error.sqlite_errorcode = code
    return error


def postgres_error(state: str) -> Exception:
    from psycopg import errors

    return errors.lookup(state)("x")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OperationalError("connection refused"), "database_down"),
        (InterfaceError("connection already closed"), "database_down"),
        (from_driver(OperationalError, postgres_error("57P01")), "database_down"),
        (from_driver(OperationalError, postgres_error("53300")), "database_down"),
        (from_driver(OperationalError, postgres_error("53100")), "disk_full"),
        (from_driver(OperationalError, postgres_error("40P01")), "database_busy"),
        (from_driver(OperationalError, sqlite_error(sqlite3.SQLITE_BUSY)), "database_busy"),
        (from_driver(OperationalError, sqlite_error(sqlite3.SQLITE_FULL)), "disk_full"),
        (from_driver(OperationalError, sqlite_error(sqlite3.SQLITE_IOERR)), "database_down"),
        (from_driver(OperationalError, sqlite_error(sqlite3.SQLITE_ERROR)), None),
        (OSError(2, "No such file"), None),
        (ValueError("x"), None),
        (DatabaseError("x"), None),
        (None, None),
    ],
)
def test_each_bad_day_is_told_from_an_error_of_the_program(error: Exception | None, expected: str | None) -> None:
    assert trouble_of(error) == expected


def test_the_process_says_that_it_lives_without_asking_the_database(browser: Client) -> None:
    assert browser.get("/healthz").content == b"ok\n"
    assert browser.post("/healthz").status_code == 405


@pytest.mark.django_db
def test_it_is_ready_when_database_migrations_and_disk_are(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_no_migration_waits", True)
    WorkerBeat.objects.create(name="worker", at=now() - timedelta(seconds=90))
    answer = browser.get("/readyz")
    body = answer.json()
    assert (answer.status_code, body["ready"], body["database"], body["disk"]) == (200, True, True, True)
    assert 89 < body["worker_age_s"] < 120
    assert not [name for name in body if "bytes" in name]  # everybody may ask; figures are in /metrics
    monkeypatch.setattr(health, "RESERVED_BYTES", 1 << 60)
    assert browser.get("/readyz").status_code == 503


@pytest.mark.django_db
def test_it_is_not_ready_while_a_migration_waits(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_no_migration_waits", False)
    monkeypatch.setattr("django.db.migrations.executor.MigrationExecutor.migration_plan", lambda self, targets: ["one"])
    answer = browser.get("/readyz")
    assert (answer.status_code, answer.json()["migrations"], answer.json()["database"]) == (503, False, True)


@pytest.mark.django_db
def test_it_is_not_ready_when_the_database_does_not_answer(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", refuse)
    answer = browser.get("/readyz")
    assert (answer.status_code, answer.json()["ready"], answer.json()["database"]) == (503, False, False)


def metric(text: str, name: str) -> float:
    [value] = re.findall(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return float(value)


@pytest.mark.django_db
def test_metrics_count_requests_by_route_and_show_the_queues(browser: Client) -> None:
    series = 'linli_requests_total{method="GET",route="fine",status="200"}'
    browser.get("/fine/a/")
    before = metric(browser.get("/metrics").content.decode(), series)
    for number in ("b", "c"):
        browser.get(f"/fine/{number}/")
    Job.objects.create(kind="x", payload={}, run_at=now() - timedelta(seconds=50))
    Job.objects.create(kind="x", payload={}, run_at=now() + timedelta(hours=1))
    text = browser.get("/metrics").content.decode()
    assert metric(text, series) == before + 2
    assert metric(text, "linli_jobs_waiting") == 1
    assert 49 < metric(text, "linli_oldest_waiting_job_seconds") < 80
    assert metric(text, "linli_database_up") == 1
    assert metric(text, "linli_disk_free_bytes") > 0
    assert 'route="/fine/' not in text


@pytest.mark.django_db
def test_metrics_are_for_this_machine_and_for_who_has_the_token(browser: Client, settings: Any) -> None:
    assert browser.get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 200
    assert browser.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
    # Through a proxy on this machine every peer is loopback.
    assert (
        browser.get("/metrics", REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404
    )
    settings.LINLI_METRICS_TOKEN = "right"
    asked: Any = {"REMOTE_ADDR": "203.0.113.9"}
    assert browser.get("/metrics", headers={"Authorization": "Bearer wrong"}, **asked).status_code == 404
    assert browser.get("/metrics", headers={"Authorization": "Bearer right"}, **asked).status_code == 200


@pytest.mark.django_db
def test_metrics_answer_while_the_database_is_down(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(health, "last_worker_beat", refuse)
    text = browser.get("/metrics").content.decode()
    assert metric(text, "linli_database_up") == 0
    assert "linli_jobs_waiting" not in text
