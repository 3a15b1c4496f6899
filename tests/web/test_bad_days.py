"""A full disk and a database that is down, on the real pages and the real API: a sentence for the sender, nothing acknowledged is lost."""

from __future__ import annotations

import errno
import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from psycopg import errors as postgres_errors

from linli.core.cases.public import Case
from linli.core.platform.public import StoredFile, verify
from tests.api.caller import by_token, photo_bytes, report_body
from tests.city import TestCity, build_city
from tests.platform.test_killed_server import Server, free_port
from tests.public.test_report import photo, send, words

DISK_FULL, NOT_SAVED = "磁盘", "没有保存"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    settings.LINLI_HOME = tmp_path / "home"
    return tmp_path / "home"


@pytest.fixture
def town(transactional_db: None) -> TestCity:
    """The test city, committed: a full database ends transactions by itself."""
    return build_city()


def told(answer: HttpResponse, status: int, code: str) -> str:
    """The sentence of a problem."""
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert body["code"] == code
    return str(body["detail"])


@pytest.mark.django_db
def test_a_disk_that_fills_up_under_a_photo_keeps_the_words_and_the_next_try_arrives(
    city: TestCity, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    assert send(client, photos=[photo()]).status_code == 302
    worker, effect, key = by_token(city, "worker"), str(uuid4()), uuid4()
    with monkeypatch.context() as broken:
        broken.setattr("os.fsync", full)
        page = send(client, effect, description="桥下的另一堆", photos=[photo(photo_bytes(40))])
        assert page.status_code == 507
        assert "桥下的另一堆" in words(page)
        assert DISK_FULL in words(page)
        assert effect in words(page)
        assert DISK_FULL in told(worker.send(content=photo_bytes(220), key=key), 507, "disk_full")
    assert (Case.objects.count(), StoredFile.objects.count()) == (1, 1)
    assert send(client, effect, description="桥下的另一堆", photos=[photo(photo_bytes(40))]).status_code == 302
    assert worker.send(content=photo_bytes(220), key=key).status_code == 201
    assert (Case.objects.count(), StoredFile.objects.count()) == (2, 3)


@contextmanager
def no_room_in_the_database() -> Iterator[None]:
    """Really none on SQLite, whose file may not grow; on PostgreSQL its server's error in place of each insert."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA page_count")
            pages = cursor.fetchone()[0]
            cursor.execute(f"PRAGMA max_page_count = {pages}")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA max_page_count = 1073741823")
        return

    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "INSERT" in sql:
            raise OperationalError("could not extend file") from postgres_errors.DiskFull("No space left on device")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_database_without_room_refuses_with_a_sentence_and_keeps_what_it_confirmed(
    town: TestCity, client: Client
) -> None:
    worker = by_token(town, "worker")
    confirmed = [worker.post("/cases", report_body()).json()["id"]]  # type: ignore[attr-defined]
    effect, key = str(uuid4()), uuid4()
    with no_room_in_the_database():
        # Pages that were already half full take a few more reports.
        for _ in range(200):
            answer = worker.post("/cases", report_body(description="垃圾" * 500), key=key)
            if answer.status_code != 201:
                break
            confirmed.append(answer.json()["id"])  # type: ignore[attr-defined]
            key = uuid4()
        assert DISK_FULL in told(answer, 507, "disk_full")
        page = send(client, effect, description="垃圾" * 500)
        assert page.status_code == 507
        assert DISK_FULL in words(page)
    assert sorted(Case.objects.values_list("id", flat=True)) == confirmed
    assert list(verify()) == []
    assert worker.post("/cases", report_body(description="垃圾" * 500), key=key).status_code == 201
    assert send(client, effect, description="垃圾" * 500).status_code == 302
    assert Case.objects.count() == len(confirmed) + 2
    assert list(verify()) == []


def ask(port: int, method: str, path: str, answers: dict[str, tuple[int, str, str]], headers: dict[str, str]) -> None:
    """Notes status, type and text of an answer; asks again while the server is still starting."""
    pause = threading.Event()
    for _ in range(600):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            line.request(method, path, b"{}" if method == "POST" else None, headers)
            answer = line.getresponse()
            text = unescape(answer.read().decode())
            answers[f"{method} {path}"] = (answer.status, answer.headers["Content-Type"], text)
            return
        except ConnectionError:
            pause.wait(0.1)
        finally:
            line.close()


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["postgresql", "sqlite"])
def test_a_server_whose_database_is_down_says_so_and_stays_alive(kind: str, tmp_path: Path) -> None:
    server = Server(tmp_path / "server.log", free_port())
    # A port where nobody listens; a folder where the file should be.
    address = {"postgresql": f"postgresql://linli@127.0.0.1:{free_port()}/linli", "sqlite": f"sqlite:///{tmp_path}"}
    server.environment["LINLI_DATABASE_URL"] = address[kind]
    token = {"Authorization": "Bearer linli_x", "Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
    report = reverse("public-report")
    answers: dict[str, tuple[int, str, str]] = {}
    asked = [
        ("GET", "/healthz", {}), ("GET", "/readyz", {}), ("GET", report, {}), ("GET", "/api/v1/cases", token),
        ("POST", "/api/v1/cases", token), ("POST", "/api/v1/public/reports", {**token, "Authorization": ""}),
    ]  # fmt: skip
    server.start()
    try:
        # Together: each waits as long as the pool of connections does.
        threads = [threading.Thread(target=ask, args=(server.port, *one[:2], answers, one[2])) for one in asked]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
    finally:
        server.kill()
    assert answers.pop("GET /healthz")[::2] == (200, "ok\n")
    assert answers.pop("GET /readyz")[0] == 503
    status, media_type, page = answers.pop(f"GET {report}")
    assert (status, media_type) == (503, "text/html; charset=utf-8")
    assert NOT_SAVED in page
    assert len(answers) == 3
    for name, (status, media_type, text) in answers.items():
        assert (status, media_type) == (503, "application/problem+json"), name
        problem = json.loads(text)
        assert (problem["code"], problem["status"]) == ("database_down", 503)
        assert NOT_SAVED in problem["detail"]
