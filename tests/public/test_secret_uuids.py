"""A client's UUID is its maker's secret: nothing that staff are shown leads through it to a resident's tracking number."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import mapbox_vector_tile
import pytest
from django.db import models
from django.test import Client
from django.urls import reverse

from linli.algorithms.tile_keys import tile_key, tile_of_key
from linli.algorithms.tracking import grouped
from linli.core.cases.public import Case, CaseEvent, Given, act
from linli.core.platform.keeping.expiry import linli_models
from linli.core.platform.models import Claim
from linli.core.platform.public import SYSTEM
from tests.access_table import signed_in
from tests.api.caller import Caller, report_body
from tests.city import TestCity

from .test_report import send


def rows_named(key: UUID) -> list[str]:
    """The columns of linli's tables, claims aside, in which a UUID stands."""
    return [
        f"{model._meta.label}.{field.name}"
        for model in linli_models()
        if model is not Claim
        for field in model._meta.concrete_fields
        if isinstance(field, models.UUIDField) and model._default_manager.filter(**{field.name: key}).exists()
    ]


def told_nothing(case: Case, answer: Any) -> None:
    whole = answer.content.decode() + str(answer.headers)
    assert case.tracking not in whole
    assert grouped(case.tracking) not in whole


@pytest.fixture
def resident(city: TestCity) -> Caller:
    return Caller()


@pytest.fixture
def by_page(city: TestCity, client: Client) -> tuple[UUID, Case]:
    key = uuid4()
    send(client, str(key))
    return key, Case.objects.get()


@pytest.fixture
def by_api(city: TestCity, resident: Caller) -> tuple[UUID, Case]:
    key = uuid4()
    resident.post("/public/reports", report_body(), key=key)
    return key, Case.objects.get()


def test_no_row_carries_the_uuid_that_a_client_made(by_page: tuple[UUID, Case], resident: Caller) -> None:
    key, case = by_page
    assert rows_named(key) == []
    assert rows_named(case.uuid) == ["cases.Case.uuid", "cases.CaseEvent.uuid"]
    for path, body in (("/public/reports", report_body()), ("/public/files", None)):
        key = uuid4()
        told = resident.send(path, key=key) if body is None else resident.post(path, body, key=key)
        assert (told.status_code, rows_named(key)) == (201, [])


@pytest.mark.parametrize("expired", [False, True], ids=["claim there", "claim expired"])
def test_what_staff_are_shown_opens_neither_door(
    by_page: tuple[UUID, Case], client: Client, resident: Caller, expired: bool
) -> None:
    _key, case = by_page
    if expired:
        Claim.objects.all().delete()
    for shown in {case.uuid, *CaseEvent.objects.values_list("uuid", flat=True)}:
        told = resident.post("/public/reports", report_body(), key=shown)
        told_nothing(case, told)
        told_nothing(case, send(client, str(shown)))
        assert told.status_code == 201  # a report like any other
    assert rows_named(case.uuid) == ["cases.Case.uuid", "cases.CaseEvent.uuid"]


@pytest.mark.parametrize("expired", [False, True], ids=["claim there", "claim expired"])
def test_a_uuid_of_the_page_is_refused_by_the_api(by_page: tuple[UUID, Case], resident: Caller, expired: bool) -> None:
    key, case = by_page
    if expired:
        Claim.objects.all().delete()
    told = resident.post("/public/reports", report_body(), key=key)
    assert told.status_code == 409
    told_nothing(case, told)
    assert Case.objects.count() == 1


@pytest.mark.parametrize("expired", [False, True], ids=["claim there", "claim expired"])
def test_a_uuid_of_the_api_is_refused_by_the_page(by_api: tuple[UUID, Case], client: Client, expired: bool) -> None:
    key, case = by_api
    if expired:
        Claim.objects.all().delete()
    told = send(client, str(key))
    assert told.status_code == 409
    told_nothing(case, told)
    assert Case.objects.count() == 1


def test_the_same_door_with_the_same_words_tells_its_maker_for_as_long_as_the_claim_is_kept(
    city: TestCity, client: Client, resident: Caller
) -> None:
    key = uuid4()
    first = resident.post("/public/reports", report_body(), key=key)
    assert resident.post("/public/reports", report_body(), key=key).json() == first.json()
    Claim.objects.all().delete()
    late = resident.post("/public/reports", report_body(), key=key)
    assert (late.status_code, late.json()["code"]) == (409, "already_there")
    told_nothing(Case.objects.get(), late)
    form = str(uuid4())
    assert send(client, form)["Location"] == send(client, form)["Location"]
    Claim.objects.all().delete()
    assert send(client, form).status_code == 409


def test_a_form_that_was_sent_with_other_words_comes_back_with_another_number(
    by_page: tuple[UUID, Case], client: Client
) -> None:
    key, case = by_page
    again = send(client, str(key), description="另外一件事")
    assert (again.status_code, str(key) in again.content.decode()) == (409, False)
    told_nothing(case, again)


def test_a_handler_cannot_rate_or_reopen_what_their_own_unit_handled(
    city: TestCity, client: Client, resident: Caller
) -> None:
    """The whole way: the map shows a closed case of one's own unit, but nothing on it leads to its tracking number."""
    send(client)
    case = city.bring_to("closed", case=Case.objects.get())
    handler = Client()
    signed_in(handler, city.users["handler"])
    x, y = tile_of_key(tile_key(case.lon or 0, case.lat or 0, 16))
    content = handler.get(reverse("map-cases", args=[16, x, y]), {"state": "closed"}).content
    features = mapbox_vector_tile.decode(content)["cases"]["features"]
    (shown,) = [one for one in features if one["id"] == case.id]
    assert set(shown["properties"]) == {"title", "clock", "state"}
    assert str(case.uuid).encode() not in content
    # And who had it from elsewhere gets no further by it.
    told_nothing(case, resident.post("/public/reports", report_body(), key=case.uuid))
    told_nothing(case, client.post(reverse("public-report"), {"effect_id": str(case.uuid)}))
    told_nothing(case, send(client, str(case.uuid)))
    case.refresh_from_db()
    assert (case.state, case.rating) == ("closed", None)


def test_nobody_takes_the_place_of_what_the_system_is_going_to_do(city: TestCity) -> None:
    """The system names its entries after the case, which staff see: a comment under that UUID must not stop it."""
    case, foreseen = city.bring_to("filed"), uuid4()
    city.do("dispatcher", case, "comment", note="占位", uuid=foreseen)
    act(SYSTEM, case.id, "escalate", Given(), uuid=foreseen)
    assert list(CaseEvent.objects.filter(case_id=case.id).order_by("seq").values_list("action", flat=True))[-2:] == [
        "comment", "escalate",
    ]  # fmt: skip
