"""One effect per UUID, over HTTP: first 201, again 200, other content 409, twins, and long after the claim has expired."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import uuid4

import pytest
from django.db import close_old_connections, connections

from linli.core.api import idempotency
from linli.core.cases.public import Case, CaseEvent
from linli.core.platform.models import AuditRecord, Claim
from linli.core.platform.public import Actor, StoredFile, Work, write
from tests.api.caller import Caller, by_session, by_token, photo_bytes, report_body
from tests.city import TestCity, build_city

pytestmark = pytest.mark.django_db


def test_the_same_report_again_is_answered_the_same_and_makes_no_second_case(worker: Caller) -> None:
    key = uuid4()
    first = worker.post("/cases", report_body(), key=key)
    again = worker.post("/cases", report_body(), key=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (None, "true")
    assert Case.objects.count() == 1
    assert first.json()["uuid"] == str(Case.objects.get().uuid) != str(key)


def test_spaces_and_the_order_of_names_make_no_other_content(worker: Caller) -> None:
    key, body = uuid4(), report_body()
    worker.post("/cases", body, key=key)
    turned = json.dumps(dict(reversed(body.items())), indent=3)
    assert worker.post("/cases", turned, key=key).status_code == 200


def test_other_content_under_the_same_uuid_is_refused(worker: Caller) -> None:
    key = uuid4()
    worker.post("/cases", report_body(), key=key)
    other = worker.post("/cases", report_body(description="别的"), key=key)
    assert (other.status_code, other.json()["code"]) == (409, "different_content")
    assert Case.objects.count() == 1


def test_a_uuid_of_one_address_is_not_taken_at_another(city: TestCity, acceptance: Caller) -> None:
    key, case, second = uuid4(), city.report(), city.report()
    assert acceptance.post(f"/cases/{case.id}/actions/comment", {"note": "a"}, key=key).status_code == 201
    other = acceptance.post(f"/cases/{second.id}/actions/comment", {"note": "a"}, key=key)
    assert (other.status_code, other.json()["code"]) == (409, "different_content")


def test_a_uuid_belongs_to_the_person_by_token_and_by_session_alike(city: TestCity, worker: Caller) -> None:
    key = uuid4()
    worker.post("/cases", report_body(), key=key)
    assert by_session(city, "worker").post("/cases", report_body(), key=key).status_code == 200


def test_somebody_elses_uuid_gives_nothing_of_theirs(city: TestCity, worker: Caller) -> None:
    key = uuid4()
    worker.post("/cases", report_body(), key=key)
    stranger = by_token(city, "other_worker").post("/cases", report_body(lon=115.035), key=key)
    assert stranger.status_code == 201  # UUIDs belong to the person: this is a report of their own
    first, second = Case.objects.order_by("id")
    assert (stranger.json()["id"], second.reporter_user_id) == (second.id, city.users["other_worker"].id)
    assert first.tracking not in stranger.content.decode()


def test_a_refusal_leaves_the_uuid_free(city: TestCity, acceptance: Caller) -> None:
    key, case = uuid4(), city.report()
    path = f"/cases/{case.id}/actions/reject"
    assert acceptance.post(path, {}, key=key).status_code == 422
    assert acceptance.post(path, {"reason": "不属实"}, key=key).status_code == 201


@pytest.mark.parametrize("key", ["", "no-uuid", "1"])
def test_a_post_without_a_uuid_is_not_read(worker: Caller, key: str) -> None:
    refused = worker.post("/cases", report_body(), key=key)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "Idempotency-Key")
    assert Case.objects.count() == 0


def test_an_old_report_is_refused_and_told_nothing_when_the_claim_has_expired(worker: Caller) -> None:
    key = uuid4()
    first = worker.post("/cases", report_body(), key=key).json()
    Claim.objects.all().delete()
    # Even with a place in another district, where no unique constraint would stop it.
    for again in (worker.post("/cases", report_body(lon=lon), key=key) for lon in (115.005, 115.045)):
        assert (again.status_code, again.json()["code"]) == (409, "already_there")
        assert first["tracking"] not in again.content.decode()
    assert Case.objects.count() == 1


def test_an_old_action_is_not_done_again_when_the_claim_has_expired(city: TestCity, acceptance: Caller) -> None:
    case, key, body = city.report(), uuid4(), {"category_id": city.category().id}
    acceptance.post(f"/cases/{case.id}/actions/file", body, key=key)
    city.do("dispatcher", case, "dispatch")
    Claim.objects.all().delete()
    again = acceptance.post(f"/cases/{case.id}/actions/file", body, key=key)
    assert (again.status_code, again.json()["code"]) == (409, "not_in_this_state")
    assert CaseEvent.objects.filter(case_id=case.id, action="file").count() == 1


def test_an_old_comment_is_refused_though_it_could_be_made_again(city: TestCity, acceptance: Caller) -> None:
    case, key = city.report(), uuid4()
    for _time in range(2):
        told = acceptance.post(f"/cases/{case.id}/actions/comment", {"note": "看到了"}, key=key)
        Claim.objects.all().delete()
    assert (told.status_code, told.json()["code"]) == (409, "taken")
    assert CaseEvent.objects.filter(case_id=case.id, action="comment").count() == 1


def test_the_same_file_again_is_answered_the_same(worker: Caller) -> None:
    key = uuid4()
    first, again = worker.send(key=key), worker.send(key=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert worker.send(key=key, content=photo_bytes(1)).status_code == 409
    assert StoredFile.objects.count() == 1


def test_a_reveal_shows_a_name_once_and_keeps_it_nowhere_else(city: TestCity, acceptance: Caller) -> None:
    case = city.report(reporter_name="王女士", reporter_phone="13800000000")
    key, path = uuid4(), f"/cases/{case.id}/reveal"
    first = acceptance.post(path, {"purpose": "ask_back"}, key=key)
    again = acceptance.post(path, {"purpose": "ask_back"}, key=key)
    assert first.json() == {"case_id": case.id, "name": "王女士", "phone": "13800000000"}
    assert (again.status_code, again.json()) == (200, {"case_id": case.id, "name": None, "phone": None})
    assert AuditRecord.objects.filter(action="case.reveal").count() == 1
    assert not Claim.objects.filter(answer__contains="13800000000").exists()


def test_the_text_of_a_token_is_shown_once_and_kept_nowhere(city: TestCity) -> None:
    browser, key = by_session(city, "worker"), uuid4()
    first = browser.post("/me/tokens", {"name": "巡查"}, key=key).json()
    again = browser.post("/me/tokens", {"name": "巡查"}, key=key)
    assert Caller(first["token"]).get("/ping").status_code == 200
    assert (again.status_code, again.json()) == (200, {**first, "token": None})
    assert not Claim.objects.filter(answer__contains=first["token"]).exists()


def twins(act: Callable[[], Any]) -> list[Any]:
    """What two threads get that do the same at once."""
    told: list[Any] = []

    def run() -> None:
        try:
            told.append(act())
        except Exception as error:
            told.append(error)
        finally:
            close_old_connections()
            connections.close_all()

    threads = [threading.Thread(target=run) for _twin in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return told


def begin_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both twins come to their write before either is through it."""
    both_came, mine = threading.Barrier(2, timeout=30), threading.local()

    def write_together(actor: Actor) -> AbstractContextManager[Work]:
        if not getattr(mine, "came", False):
            mine.came = True
            both_came.wait()
        return write(actor)

    monkeypatch.setattr("linli.core.platform.writing.idempotency.write", write_together)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_control_without_claims_twins_comment_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The race: an effect that the record itself does not stop (each twin with a UUID of its own) happens twice."""
    city = build_city()
    case, caller = city.report(), by_token(city, "acceptance")
    begin_together(monkeypatch)
    told = twins(lambda: caller.post(f"/cases/{case.id}/actions/comment", {"note": "a"}, key=uuid4()))
    assert [one.status_code for one in told] == [201, 201], told
    assert CaseEvent.objects.filter(case_id=case.id, action="comment").count() == 2


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["report", "comment"])
def test_of_two_twins_one_has_the_effect_and_both_get_its_answer(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    city = build_city()
    case, caller, key = city.report(), by_token(city, "acceptance"), uuid4()
    path, body = {
        "report": ("/cases", report_body()),
        "comment": (f"/cases/{case.id}/actions/comment", {"note": "a"}),
    }[what]
    begin_together(monkeypatch)
    told = twins(lambda: caller.post(path, body, key=key))
    assert sorted(one.status_code for one in told) == [200, 201], told
    assert told[0].json() == told[1].json()
    assert CaseEvent.objects.filter(action=what).count() == {"report": 2, "comment": 1}[what]


def test_control_the_content_is_what_the_protocol_compares(worker: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the content the refusal of other content above would not come: it does not come from elsewhere."""
    monkeypatch.setattr(idempotency, "content_of", lambda _request: b"")
    key = uuid4()
    worker.post("/cases", report_body(), key=key)
    assert worker.post("/cases", report_body(description="别的"), key=key).status_code == 200
