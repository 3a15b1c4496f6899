"""Sealed answers of a sheet are shown for a purpose that their questions state, to who holds the right, and never without a record."""

from __future__ import annotations

import json
import re
import time
from datetime import timedelta
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from linli.core.forms.models import AnsweredPerson
from linli.core.forms.public import AnswerSheet, acquaint_all, answers_of, reveal_answers, reveal_purposes
from linli.core.people.public import Reveal, correct, forget_person, own_data, persons_of_exactly, seen_by_whom
from linli.core.people.revealing import HOUR_MOST
from linli.core.platform.models import AuditDetail, AuditRecord
from linli.core.platform.public import (
    SYSTEM,
    BadInput,
    NotAllowed,
    NotThere,
    Refusal,
    StoredFile,
    TooMany,
    clock_at,
    erase_expired,
    now,
    receive_photo,
)
from linli.core.platform.public import verify as verify_trail
from tests.access_table import signed_in
from tests.api.caller import photo_bytes
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
    rows = AuditRecord.objects.filter(action="form.reveal", subject_kind="answer_sheet").order_by("seq")
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


def test_a_file_of_a_sealed_answer_opens_for_who_filled_it_in_and_after_a_look_only(city: TestCity) -> None:
    signed, shop = receive_photo(photo_bytes(20), "s.jpg"), receive_photo(photo_bytes(180), "f.jpg")
    document = form(question("signature", "sign", purpose=CALL), question("photo", "front"))
    given = {"sign": [signed.id], "front": [shop.id]}
    sheet = filled(city, published(city, document).id, given)

    def address(file: StoredFile, variant: str, look: str = "") -> str:
        return reverse("sheet-file", args=[sheet.id, file.id, variant]) + (f"?look={look}" if look else "")

    def got(client: Client, *of: Any) -> tuple[int, str]:
        answer = client.get(address(*of))
        b"".join(answer)
        return answer.status_code, answer.headers.get("Cache-Control", "")

    worker, boss, auditor = (signed_in(Client(), city.users[who]) for who in ("worker", "supervisor", "auditor"))
    assert [got(one, shop, "thumb")[0] for one in (worker, boss, auditor)] == [200] * 3
    assert [got(one, signed, "thumb")[0] for one in (worker, boss, auditor)] == [200, 404, 404]
    assert got(boss, signed, "received")[0] == 404
    page = boss.get(reverse("sheet", args=[sheet.id])).content.decode()
    assert f"/files/{signed.id}/" not in page
    assert f"/files/{shop.id}/" in page
    shown = boss.post(reverse("sheet-reveal", args=[sheet.id]), {"purpose": CALL, "effect_id": str(uuid4())})
    found = re.search(r'look=([^"&]+)', shown.content.decode())
    assert found is not None
    assert got(boss, signed, "display", found[1]) == (200, "private, no-store")
    assert got(boss, signed, "received", found[1])[0] == 404
    assert got(auditor, signed, "display", found[1])[0] == 404, "the look is another's"
    with freeze_signing(660):
        assert got(boss, signed, "display", found[1])[0] == 404


def freeze_signing(later_s: int) -> Any:
    """Lets so many seconds pass for signed words, which look at the machine's own clock."""
    return mock.patch("django.core.signing.time.time", return_value=time.time() + later_s)


def test_whoever_is_named_by_a_number_reads_who_looked_at_it_and_at_nothing_else(
    city: TestCity, sheet: AnswerSheet
) -> None:
    access = city.access["supervisor"]
    reveal_answers(access.actor(), access=access, sheet_id=sheet.id, purpose=CALL)
    (first,), (keeper,), (mobile,) = (persons_of_exactly("phone", f"+86 1380000000{n}") for n in (1, 2, 3))
    assert persons_of_exactly("phone", "13800000004") == []
    ((seen,), unseen, (other,)) = (seen_by_whom([one]) for one in (first, keeper, mobile))
    assert (seen.user_id, seen.fields, seen.about) == (access.user_id, ("phone",), f"“登记” · {CALL}")
    assert (unseen, other.fields) == ([], ("phone",)), "who was asked for something else was not looked at"
    assert own_data(keeper)[0].values == {"name": "王五", "phone": "13800000002"}
    assert own_data(mobile)[0].values == {"phone": "13800000003"}
    assert not list(verify_trail())


def test_looks_at_sheets_count_with_all_other_looks(city: TestCity, sheet: AnswerSheet) -> None:
    access = city.access["supervisor"]
    nobody = filled(
        city, published(city, form(question("text", "why", purpose=CALL, **{"class": "important"}))).id, {"why": "x"}
    )
    for number in range(10):
        reveal_answers(access.actor(), access=access, sheet_id=sheet.id, purpose=CALL)
        assert Reveal.objects.filter(user_id=access.user_id).count() == (number + 1) * 2
    for _each in range(HOUR_MOST - 20):
        reveal_answers(access.actor(), access=access, sheet_id=nobody.id, purpose=CALL)
    for one in (sheet, nobody):
        with pytest.raises(TooMany):
            reveal_answers(access.actor(), access=access, sheet_id=one.id, purpose=CALL)
    assert len(looks()) == 10 + HOUR_MOST - 20
    page = signed_in(Client(), city.users["supervisor"])
    again = page.post(reverse("sheet-reveal", args=[sheet.id]), {"purpose": CALL, "effect_id": str(uuid4())})
    assert (again.status_code, "13800000001" in again.content.decode()) == (429, False)


def test_who_asks_is_forgotten_in_their_answer_alone_and_in_what_stands_in_its_row(city: TestCity) -> None:
    staff = {
        "type": "repeat",
        "name": "staff",
        "label": "员工",
        "items": [question("phone", "mobile"), question("date", "born"), question("number", "n")],
    }
    row = {"mobile": "13800000003", "born": "1990-01-01", "n": 2}
    given: dict[str, Any] = {**GIVEN, "staff": [row, {**row, "mobile": "13800000005"}]}
    sheet = filled(city, published(city, form(*DOCUMENT["items"][:2], staff)).id, given)
    (whom,) = persons_of_exactly("phone", "13800000003")
    with pytest.raises(Refusal):
        correct(SYSTEM, whom, service="form", given={"phone": "13900000000"})
    forget_person(SYSTEM, whom)
    assert persons_of_exactly("phone", "13800000003") == []
    assert answers_of(sheet, with_sealed=True) == {
        "phone": "13800000001", "keeper": {"name": "王五", "phone": "13800000002"}, "staff": [{"n": 2}, given["staff"][1]],
    }  # fmt: skip
    forget_person(SYSTEM, whom)


def test_sheets_of_before_are_found_too_and_whom_they_name_goes_with_the_answer(
    city: TestCity, sheet: AnswerSheet
) -> None:
    made = sorted(AnsweredPerson.objects.values_list("name", "row", "phone"))
    assert made == [("keeper", -1, "13800000002"), ("mobile", 0, "13800000003"), ("phone", -1, "13800000001")]
    AnsweredPerson.objects.all().delete()
    assert (acquaint_all(), acquaint_all()) == (3, 0)
    assert sorted(AnsweredPerson.objects.values_list("name", "row", "phone")) == made
    with clock_at(now() + timedelta(days=400)):
        erase_expired()
        assert not AnsweredPerson.objects.exists()
