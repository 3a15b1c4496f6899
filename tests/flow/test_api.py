"""The API that the engine makes of a flow: beginning by the form of the page, errors by field, files, columns of the list, statements."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from django.db import connection
from django.test import Client

from linli.core.flow.public import flows
from linli.subsystems.example.models import Repair
from linli.subsystems.office.models import Leave
from tests.access_table import routes
from tests.api.caller import Caller, by_token, photo_bytes
from tests.api.test_lists import statements
from tests.city import COMMUNITY, TestCity
from tests.flow import test_repair
from tests.flow.contract import OWN_API

COUNTS = Path(__file__).with_name("query_counts.json")
REPAIRS = test_repair.TestRepair()


def repair_body(**more: Any) -> dict[str, Any]:
    return {"area": COMMUNITY, "place": "河边", "note": "缺一块板", **more}


def leave_body(**more: Any) -> dict[str, Any]:
    return {"kind": "annual", "first_day": "2026-03-02", "last_day": "2026-03-06", "note": "回老家", **more}


def refused(response: Any, status: int) -> dict[str, str]:
    """The sentences of a refusal by field."""
    assert response.status_code == status, response.content.decode()
    return {one["field"]: one["detail"] for one in response.json().get("errors", ())}


def test_every_flow_has_its_api_but_the_case_which_has_a_richer_one() -> None:
    names = {name for name, _address, _view in routes()}
    without = {code for code in flows() if f"api:flow-{code}" not in names or f"api:flow-{code}-act" not in names}
    assert without == set(OWN_API) == {"case"}


def test_a_repair_begins_and_is_finished_by_a_program_with_photos(city: TestCity) -> None:
    worker, dispatcher = by_token(city, "worker"), by_token(city, "dispatcher")
    photo = worker.send(content=photo_bytes(10)).json()["file_id"]
    made = worker.post("/flows/repair/actions/ask", repair_body(photos=[photo]))
    assert made.status_code == 201, made.content.decode()
    item = made.json()["id"]
    told = worker.get(f"/flows/repair/{item}").json()  # type: ignore[attr-defined]
    assert (told["state"], told["clock"], told["area_code"]) == ("asked", "on_time", COMMUNITY)
    assert [fact["value"] for fact in told["facts"]] == ["河边"]
    assert [file["role"] for file in told["files"]] == ["report"]
    assert dispatcher.post(f"/flows/repair/{item}/actions/take", {}).status_code == 201
    proof = dispatcher.send(content=photo_bytes(200)).json()["file_id"]
    done = dispatcher.post(f"/flows/repair/{item}/actions/finish", {"note": "换了板", "photo": [proof]})
    assert (done.status_code, done.json()["state"], done.json()["clock"]) == (201, "done", "done")  # type: ignore[attr-defined]
    files = [
        file for event in dispatcher.get(f"/flows/repair/{item}/timeline").json()["events"] for file in event["files"]
    ]  # type: ignore[attr-defined]
    assert [file["role"] for file in files] == ["report", "proof"]
    for file in files:
        sent = dispatcher.get(f"/flows/repair/files/{file['id']}/thumb")
        assert (sent.status_code, b"".join(sent)[:2]) == (200, b"\xff\xd8")  # a JPEG
    assert dispatcher.get(f"/flows/leave/files/{files[0]['id']}/thumb").status_code == 404


def test_a_file_is_not_there_under_another_flow_whose_item_has_the_same_id(city: TestCity) -> None:
    photo = by_token(city, "worker").send(content=photo_bytes(10)).json()["file_id"]
    repair = by_token(city, "worker").post("/flows/repair/actions/ask", repair_body(photos=[photo])).json()["id"]  # type: ignore[attr-defined]
    leave = by_token(city, "supervisor").post("/flows/leave/actions/ask", leave_body()).json()["id"]  # type: ignore[attr-defined]
    Leave.objects.filter(id=leave).update(id=repair)
    supervisor = by_token(city, "supervisor")
    file = supervisor.get(f"/flows/repair/{repair}").json()["files"][0]["id"]  # type: ignore[attr-defined]
    assert supervisor.get(f"/flows/leave/{repair}").status_code == 200
    assert supervisor.get(f"/flows/leave/files/{file}/thumb").status_code == 404


def test_a_handle_of_somebody_else_is_no_photo(city: TestCity) -> None:
    item = REPAIRS.bring_to(city, "doing")
    strange = by_token(city, "worker").send(content=photo_bytes(10)).json()["file_id"]
    said = refused(
        by_token(city, "dispatcher").post(
            f"/flows/repair/{item.id}/actions/finish", {"note": "换了板", "photo": [strange]}
        ),
        422,
    )
    assert list(said) == ["photo.0"]
    item.refresh_from_db()
    assert item.state == "doing"


def test_a_form_names_each_field_that_is_wrong_as_the_page_does(city: TestCity) -> None:
    worker = by_token(city, "worker")
    said = refused(
        worker.post("/flows/leave/actions/ask", leave_body(first_day="2026-02-30", note=" ", stand_in="nobody")), 422
    )
    assert set(said) == {"first_day", "note", "stand_in"}
    # What the service refuses is named as the form calls it: the stand-in, not their id.
    clerk = by_token(city, "clerk")
    assert clerk.post("/flows/leave/actions/ask", leave_body()).status_code == 201
    taken = Leave.objects.get()
    granted = by_token(city, "leader").post(f"/flows/leave/{taken.id}/actions/grant", {"seen_seq": 1})
    assert granted.status_code == 201
    away = worker.post("/flows/leave/actions/ask", leave_body(stand_in=str(city.users["clerk"].id)))
    assert list(refused(away, 422)) == ["stand_in"]
    assert Leave.objects.count() == 1


def test_what_no_name_of_the_form_is_and_a_value_of_another_type_are_refused(city: TestCity) -> None:
    worker = by_token(city, "worker")
    assert list(refused(worker.post("/flows/leave/actions/ask", leave_body(colour="red")), 422)) == ["colour"]
    assert list(refused(worker.post("/flows/leave/actions/ask", leave_body(note=7)), 422)) == ["note"]
    assert list(refused(worker.post("/flows/leave/actions/ask", leave_body(kind="moon")), 422)) == ["kind"]
    assert list(refused(worker.post("/flows/leave/actions/ask", leave_body(first_day="tomorrow")), 422)) == [
        "first_day"
    ]


def test_who_may_not_begin_one_is_refused_before_the_form_is_looked_at(city: TestCity) -> None:
    assert by_token(city, "clerk").post("/flows/repair/actions/ask", repair_body(area="nowhere")).status_code == 403
    assert list(
        refused(by_token(city, "worker").post("/flows/repair/actions/ask", repair_body(area="nowhere")), 422)
    ) == ["area"]


def test_a_form_sent_twice_begins_one(city: TestCity) -> None:
    worker, key = by_token(city, "worker"), "9b2f0e3c-5d1a-4c8e-a2f7-0c7d2f1f8b11"
    first = worker.post("/flows/repair/actions/ask", repair_body(), key=key)
    again = worker.post("/flows/repair/actions/ask", repair_body(), key=key)
    other = worker.post("/flows/repair/actions/ask", repair_body(place="桥头"), key=key)
    assert [one.status_code for one in (first, again, other)] == [201, 200, 409]
    assert again.json() == first.json()  # type: ignore[attr-defined]
    assert list(Repair.objects.values_list("place", flat=True)) == ["河边"]


def test_a_repetition_is_answered_after_the_item_went_out_of_sight_or_on(city: TestCity) -> None:
    item, key = REPAIRS.bring_to(city, "asked"), "9b2f0e3c-5d1a-4c8e-a2f7-0c7d2f1f8b12"
    dispatcher = by_token(city, "dispatcher")
    first = dispatcher.post(f"/flows/repair/{item.id}/actions/take", {"seen_seq": 1}, key=key)
    assert dispatcher.post(f"/flows/repair/{item.id}/actions/give_back", {"reason": "没空"}).status_code == 201
    assert dispatcher.post(f"/flows/repair/{item.id}/actions/refuse", {"reason": "拆了"}).status_code == 201
    again = dispatcher.post(f"/flows/repair/{item.id}/actions/take", {"seen_seq": 1}, key=key)
    assert (again.status_code, again.json()) == (200, first.json())  # type: ignore[attr-defined]


def test_an_item_tells_what_its_list_says_of_it(city: TestCity) -> None:
    worker = by_token(city, "worker")
    item = worker.post("/flows/leave/actions/ask", leave_body()).json()["id"]  # type: ignore[attr-defined]
    row = worker.get("/office/leaves").json()["items"][0]  # type: ignore[attr-defined]
    told = worker.get(f"/flows/leave/{item}").json()  # type: ignore[attr-defined]
    assert {"id": item, **told["columns"]} == row
    assert row["first_day"] == "2026-03-02"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_real_answers_have_the_shapes_of_the_description(city: TestCity, language: str) -> None:
    item = REPAIRS.bring_to(city, "doing")
    caller = by_token(city, "dispatcher")
    caller.headers["Accept-Language"] = language
    assert (
        caller.post(f"/flows/repair/{item.id}/actions/ask_extension", {"reason": "等雨停", "amount": 2}).status_code
        == 201
    )
    leave = by_token(city, "leader").post("/flows/leave/actions/ask", leave_body()).json()["id"]  # type: ignore[attr-defined]
    described = caller.get("/openapi.json").json()  # type: ignore[attr-defined]
    for who, address, route in (
        (caller, "/flows", "/flows"), (caller, f"/flows/repair/{item.id}", "/flows/repair/{item_id}"),
        (by_token(city, "leader"), f"/flows/leave/{leave}", "/flows/leave/{item_id}"),
        (caller, f"/flows/repair/{item.id}/timeline", "/flows/{flow}/{item_id}/timeline"),
    ):  # fmt: skip
        content = described["paths"]["/api/v1" + route]["get"]["responses"]["200"]["content"]["application/json"]
        shape = {**content["schema"], "components": described["components"]}
        told = who.get(address).json()  # type: ignore[attr-defined]
        jsonschema_rs.validator_for(shape, validate_formats=True).validate(told)
        named = described["components"]["schemas"][content["schema"]["$ref"].rsplit("/", 1)[1]]
        assert set(told) == set(named["properties"])


def test_statements_stay_as_many_while_a_timeline_grows(city: TestCity) -> None:
    item, caller = REPAIRS.bring_to(city, "doing"), by_token(city, "dispatcher")
    counts: list[dict[str, int]] = []
    for _round in range(2):
        address = f"/flows/repair/{item.id}"
        for warmed in (address, f"{address}/timeline"):  # what is kept in memory is read once
            statements(caller, warmed)
        counts.append({
            "item": statements(caller, address), "timeline": statements(caller, f"{address}/timeline"),
            "act": statements(caller, f"{address}/actions/give_back", {"reason": "没空"}),
            "flows": statements(caller, "/flows"),
        })  # fmt: skip
        REPAIRS.attempt(city, "dispatcher", item, "take", REPAIRS.flow.given())
    worker = by_token(city, "worker")
    begun = [statements(worker, "/flows/repair/actions/ask", repair_body()) for _time in range(2)][1]
    assert counts[0] == counts[1]
    assert counts[0] | {"begin": begun} == json.loads(COUNTS.read_text())[connection.vendor]


def test_a_stranger_is_asked_to_sign_in() -> None:
    assert Caller(client=Client()).get("/flows").status_code == 401
