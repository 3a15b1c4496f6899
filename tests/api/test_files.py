"""Files: a handle works for who sent it and nobody else; bytes are seen by who may see the case."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linli.core.cases.public import CaseFile
from linli.core.platform.public import now
from tests.api.caller import Caller, by_token, photo_bytes, report_body
from tests.city import TestCity

pytestmark = pytest.mark.django_db


def attach(caller: Caller, handle: str, path: str = "/cases", role: str = "report") -> int:
    """The status of a report with this file."""
    return caller.post(path, report_body(files=[{"file_id": handle, "role": role}])).status_code


def test_a_photo_comes_back_without_what_it_was_sent_with_and_as_it_was_sent_for_staff(acceptance: Caller) -> None:
    sent = photo_bytes(33)
    handle = acceptance.send(content=sent).json()["file_id"]
    case = acceptance.post("/cases", report_body(files=[{"file_id": handle, "role": "report"}])).json()  # type: ignore[attr-defined]
    file = acceptance.get(f"/cases/{case['id']}").json()["files"][0]  # type: ignore[attr-defined]
    seen = {
        variant: b"".join(acceptance.get(f"/files/{file['id']}/{variant}"))
        for variant in ("display", "thumb", "received")
    }
    assert seen["received"] == sent
    assert seen["display"][:2] == b"\xff\xd8"
    assert seen["display"] != sent


def test_a_handle_of_somebody_else_is_not_taken(city: TestCity, acceptance: Caller, resident: Caller) -> None:
    handle = by_token(city, "worker").send().json()["file_id"]
    public = resident.send("/public/files").json()["file_id"]
    assert attach(acceptance, handle) == 422
    assert attach(resident, handle, "/public/reports") == 422
    assert attach(acceptance, public) == 422
    assert CaseFile.objects.count() == 0
    assert attach(resident, public, "/public/reports") == 201


def test_a_handle_with_another_number_is_not_taken(acceptance: Caller) -> None:
    handle = acceptance.send().json()["file_id"]
    number, rest = handle.split("-", 1)
    assert attach(acceptance, f"{int(number) + 1}-{rest}") == 422
    assert attach(acceptance, handle) == 201


def test_a_handle_ends_before_the_file_may_be_cleaned_away(acceptance: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    handle = acceptance.send().json()["file_id"]
    later = (now() + timedelta(days=6, seconds=5)).timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert attach(acceptance, handle) == 422


def test_a_photo_is_no_voice_note(acceptance: Caller) -> None:
    assert attach(acceptance, acceptance.send().json()["file_id"], role="voice") == 422


@pytest.mark.parametrize("content", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html>", b"GIF89a", b"\0" * 100])
def test_what_is_no_photo_is_refused_with_a_sentence(acceptance: Caller, content: bytes) -> None:
    refused = acceptance.send(content=content)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "file")


def test_a_photo_that_nobody_hung_on_a_case_is_seen_by_nobody(acceptance: Caller) -> None:
    acceptance.send()
    assert acceptance.get("/files/1/display").status_code == 404
