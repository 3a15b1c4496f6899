"""What people type and what opens something never reaches the log: addresses, queries, headers, bodies, exceptions."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from linli.core.access.public import ask_password_reset
from linli.core.platform.public import StructuredFormatter, send_waiting, work_off
from linli.core.platform.serving.requests import known_segment
from tests.city import TestCity

pytestmark = pytest.mark.django_db
SECRETS = (
    "MQ", "abcdef-secrettoken", "EH8W", "MKVP", "6NTR", "13800001111", "138-0000-1111", "张三", "%E5%BC%A0", "wang.wu", "linli_t0ken",
    "correct-horse", "evil.example",
)  # fmt: skip
JSON: dict[str, Any] = {"content_type": "application/json"}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that a deployment writes, as it writes it."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(StructuredFormatter())
    logging.getLogger().addHandler(handler)
    yield text
    logging.getLogger().removeHandler(handler)


def lines_of(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("status", "ask"),
    [
        (301, lambda client: client.get("/password/new/MQ/abcdef-secrettoken")),
        (301, lambda client: client.get("/track/EH8W-MKVP-6NTR?name=张三")),
        (404, lambda client: client.get("/password/new/MQ/abcdef-secrettoken/")),
        (404, lambda client: client.get("/13800001111/张三")),
        (404, lambda client: client.get("/track/EH8W-MKVP-6NTR/张三/")),
        (404, lambda client: client.get("/api/v1/13800001111/张三")),
        (404, lambda client: client.get("/wang.wu/track/?q=13800001111")),
        (302, lambda client: client.get("/cases/?q=张三&phone=13800001111")),
        (404, lambda client: client.get("/track/EH8W-MKVP-6NTR/", headers={"Referer": "http://evil.example/张三"})),
        (401, lambda client: client.get("/api/v1/me", headers={"Authorization": "Bearer linli_t0ken"})),
        (400, lambda client: client.get("/", headers={"Host": "张三.evil.example"})),
        (400, lambda client: client.post("/api/v1/public/reports", '{"reporter_name": "张三', **JSON)),
        (422, lambda client: client.post("/sign-in/", {"username": "wang.wu", "password": "correct-horse"})),
        (403, lambda client: forged(client)),
        (405, lambda client: client.put("/sign-in/?password=correct-horse")),
    ],
)  # fmt: skip
def test_no_secret_of_a_request_stands_in_the_log(
    city: TestCity, log: io.StringIO, settings: Any, status: int, ask: Callable[[Client], Any]
) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    answer = ask(Client(raise_request_exception=False))
    assert answer.status_code == status
    text = log.getvalue()
    assert [secret for secret in SECRETS if secret in text] == []
    assert [line["status"] for line in lines_of(log) if line["message"] == "answered"] == [status]


def forged(client: Client) -> Any:
    """A form from elsewhere: Django tells the address and the Referer when it refuses one."""
    strict = Client(raise_request_exception=False, enforce_csrf_checks=True)
    headers = {"Referer": "https://evil.example/张三", "Origin": "https://evil.example"}
    return strict.post("/track/EH8W-MKVP-6NTR/rate/?phone=13800001111", {"note": "张三"}, headers=headers)


@pytest.mark.parametrize("path", ["/track/EH8W-MKVP-6NTR/", "/api/v1/public/reports/EH8W-MKVP-6NTR"])
def test_an_error_of_the_program_is_told_with_its_place_and_without_what_was_sent(
    city: TestCity, log: io.StringIO, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    def broken(*_args: object) -> None:
        raise ValueError("invalid number 'wang.wu' EH8W-MKVP-6NTR for 张三, abcdef-secrettoken1, 138 0000 1111")

    monkeypatch.setattr("linli.web.public.track_page.parse_tracking_number", broken)
    monkeypatch.setattr("linli.web.api.public_reports.parse_tracking_number", broken)
    answer = Client(raise_request_exception=False).get(path)
    assert answer.status_code == 500
    text = log.getvalue()
    assert [secret for secret in SECRETS if secret in text] == []
    (told,) = [line for line in lines_of(log) if "error" in line]
    assert (told["level"], told["error"]["type"]) == ("error", "ValueError")
    assert told["error"]["frames"][-1].endswith(" broken")
    assert told["error"]["message"].startswith("invalid number ")


def test_errors_about_the_program_keep_the_names_of_the_program() -> None:
    try:
        None.whatever  # type: ignore[attr-defined]  # noqa: B018
    except AttributeError as error:
        record = logging.LogRecord("linli", logging.ERROR, "", 0, "x", (), (type(error), error, error.__traceback__))
    told = json.loads(StructuredFormatter().format(record))["error"]["message"]
    assert told == "'NoneType' object has no attribute 'whatever'"


def test_facts_pass_the_same_filter_as_messages() -> None:
    record = logging.LogRecord("linli", logging.INFO, "", 0, "x", (), None)
    record.facts = {"to": "13800001111"}
    assert json.loads(StructuredFormatter().format(record))["to"] == "(phone)"


def test_a_letter_that_goes_nowhere_does_not_leave_its_link_in_the_log(
    city: TestCity, log: io.StringIO, settings: Any
) -> None:
    settings.LINLI_MODE = "production"
    worker = city.users["worker"]
    worker.mail = "worker@city.example"
    worker.save()
    ask_password_reset(mail="worker@city.example", link="https://city.example/{uid}/{token}")
    work_off()  # the letter is written by a job
    from linli.core.platform.models import Message

    (message,) = Message.objects.all()
    token = json.loads(message.envelope)["params"]["link"].rsplit("/", 1)[1]
    send_waiting()
    assert "not sent" in log.getvalue()
    assert token not in log.getvalue()
    assert token not in message.key


@pytest.mark.parametrize(
    ("path", "told"),
    [("/track/EH8W", "track"), ("/13800001111/x", ""), ("/api/v1/x", "api"), ("/", ""), ("//track/", "track")],
)
def test_of_an_address_that_leads_nowhere_one_known_segment_is_told(path: str, told: str) -> None:
    assert known_segment(path) == told
    assert str(uuid4()) not in known_segment(f"/{uuid4()}/")
