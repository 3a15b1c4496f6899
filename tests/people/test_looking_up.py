"""Somebody inside a service is found by their whole number: for a purpose, on record, and no more often than people are looked at."""

from __future__ import annotations

import json
from dataclasses import replace
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from linli.core.people.models import Reveal
from linli.core.people.public import look_up_for, seen_by_whom
from linli.core.people.revealing import HOUR_MOST
from linli.core.platform.models import AuditDetail, AuditRecord
from linli.core.platform.public import BadInput, NotAllowed, TooMany, clock_at, now
from linli.core.platform.public import verify as verify_trail
from tests.access_table import signed_in
from tests.city import COMMUNITY, FAR_COMMUNITY, TestCity

from .test_people import sponsor

PHONE = "13812345678"
ASKED = {"service": "sponsor", "name": "phone", "text": PHONE, "purpose": "thank"}


def on_record() -> list[dict[str, object]]:
    rows = AuditRecord.objects.filter(subject_kind="look_up").order_by("seq")
    return [json.loads(AuditDetail.objects.get(chain=one.chain, seq=one.seq).content) for one in rows]


def test_who_is_found_reads_it_and_who_is_not_leaves_a_record_too(city: TestCity) -> None:
    person, access = sponsor(city), city.access["auditor"]
    here = tuple(replace(grant, area_id=city.areas[COMMUNITY].id) for grant in access.grants)
    access = replace(access, grants=here)  # what somebody elsewhere keeps secret is not found here
    sponsor(city, 2, area=FAR_COMMUNITY, phone="13812345679")
    (found,) = look_up_for(access.actor(), access, **ASKED)
    assert (found.masked.phone, found.masked.name, found.ended) == ("138****5678", "欧阳**", False)
    for text in ("13812345679", "13800000000"):
        assert look_up_for(access.actor(), access, **{**ASKED, "text": text}) == []
    (seen,) = seen_by_whom([person])
    assert (seen.user_id, seen.fields, seen.purpose) == (access.user_id, (), "Thank")
    assert [(one["by"], one["purpose"], one["found"]) for one in on_record()] == [
        ("phone", "thank", n) for n in (1, 0, 0)
    ]
    assert PHONE not in json.dumps(on_record())
    assert not list(verify_trail())


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"purpose": ""}, BadInput), ({"name": "name"}, BadInput), ({"text": "  "}, BadInput), ({"text": "abc"}, BadInput),
        ({"name": "citizen_number", "text": "110105194912310021"}, BadInput),
    ],
)  # fmt: skip
def test_what_is_no_look_up_finds_nobody(city: TestCity, changed: dict[str, str], error: type[Exception]) -> None:
    sponsor(city)
    access = city.access["auditor"]
    with pytest.raises(error):
        look_up_for(access.actor(), access, **{**ASKED, **changed})
    stranger = city.access["handler"]
    with pytest.raises(NotAllowed):
        look_up_for(stranger.actor(), stranger, **ASKED)
    assert (on_record(), Reveal.objects.count()) == ([], 0)


def test_whoever_tries_number_after_number_is_stopped(city: TestCity) -> None:
    access = city.access["auditor"]
    with clock_at(now().replace(minute=0)):
        for number in range(HOUR_MOST):
            look_up_for(access.actor(), access, **{**ASKED, "text": f"139000000{number:02}"})
        with pytest.raises(TooMany):
            look_up_for(access.actor(), access, **ASKED)


def test_the_page_asks_for_a_purpose_and_shows_a_mask(city: TestCity) -> None:
    sponsor(city)
    client, address = signed_in(Client(), city.users["auditor"]), reverse("look-up-sponsor")
    assert address in client.get(reverse("home")).content.decode(), "the menu leads there"
    page = client.post(address, {"by": "phone", "value": PHONE, "effect_id": str(uuid4())})
    assert (page.status_code, Reveal.objects.count()) == (422, 0)
    page = client.post(address, {"by": "phone", "value": PHONE, "purpose": "thank", "effect_id": str(uuid4())})
    words = page.content.decode()
    assert "138****5678" in words
    assert "欧阳小明" not in words
    assert "no-store" in page["Cache-Control"]
    assert Reveal.objects.count() == 1
