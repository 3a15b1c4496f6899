"""Sealed answers of a sheet are shown for a purpose that their questions state, to who holds the right, and never without a record."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from linli.core.forms.public import AnswerSheet, reveal_answers, reveal_purposes
from linli.core.platform.models import AuditDetail, AuditRecord
from linli.core.platform.public import BadInput, NotAllowed, NotThere
from tests.access_table import signed_in
from tests.city import TestCity

from .documents import form, question
from .test_filling import filled, published

CALL, COUNT = "打电话核实", "统计人数"
DOCUMENT = form(
    question("phone", "phone", purpose=CALL),
    question("person", "keeper", purpose=COUNT),
    {
        "type": "repeat",
        "name": "staff",
        "label": "员工",
        "items": [question("phone", "mobile", purpose=CALL), question("number", "n")],
    },
)
GIVEN = {
    "phone": "13800000001", "keeper": {"name": "王五", "phone": "13800000002"}, "staff": [{"mobile": "13800000003", "n": 2}],
}  # fmt: skip


@pytest.fixture
def sheet(city: TestCity) -> AnswerSheet:
    """A sheet that the worker handed in."""
    return filled(city, published(city, DOCUMENT).id, GIVEN)


def looks() -> list[tuple[str, dict[str, Any]]]:
    """At which sheet somebody looked, and what the trail says of it, in order."""
    rows = AuditRecord.objects.filter(action="form.reveal").order_by("seq")
    return [(one.subject_id, json.loads(AuditDetail.objects.get(chain=one.chain, seq=one.seq).content)) for one in rows]


def test_what_was_asked_for_a_purpose_is_shown_for_it_after_the_look_is_on_record(
    city: TestCity, sheet: AnswerSheet
) -> None:
    access = city.access["supervisor"]
    assert reveal_purposes(access, sheet) == [CALL, COUNT]
    found = reveal_answers(access.actor(), access=access, sheet_id=sheet.id, purpose=CALL)
    assert found == {"phone": "13800000001", "staff": [{"mobile": "13800000003", "n": 2}]}
    ((subject, facts),) = looks()
    assert (subject, facts["purpose"], facts["fields"]) == (str(sheet.id), CALL, ["mobile", "phone"])


def test_without_right_or_purpose_nothing_is_shown_and_nothing_recorded(city: TestCity, sheet: AnswerSheet) -> None:
    for who, purpose, error in (
        ("auditor", CALL, NotAllowed), ("far_acceptance", CALL, NotThere), ("supervisor", "看看", BadInput), ("supervisor", "", BadInput),
    ):  # fmt: skip
        access = city.access[who]
        with pytest.raises(error):
            reveal_answers(access.actor(), access=access, sheet_id=sheet.id, purpose=purpose)
    assert reveal_purposes(city.access["auditor"], sheet) == []
    assert looks() == []


def test_the_page_of_a_sheet_reveals_by_a_press_and_seals_again(city: TestCity, sheet: AnswerSheet) -> None:
    client, address = signed_in(Client(), city.users["supervisor"]), reverse("sheet", args=[sheet.id])
    plain = client.get(address).content.decode()
    assert "13800000001" not in plain
    assert "显示密封的回答" in plain
    shown = client.post(reverse("sheet-reveal", args=[sheet.id]), {"purpose": CALL, "effect_id": str(uuid4())})
    words = shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert "13800000001" in words
    assert "13800000003" in words
    assert "王五" not in words
    assert "13800000001" not in client.get(address).content.decode()
    assert len(looks()) == 1
    assert "显示密封的回答" not in signed_in(Client(), city.users["auditor"]).get(address).content.decode()
