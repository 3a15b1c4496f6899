"""A person exists inside a service, under a key of their own; what is kept of them leaves by one door and is written down."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import connection

from linli.core.access.models import OversightNotice
from linli.core.cases.models import CaseReporter
from linli.core.cases.public import reveal_reporter
from linli.core.people.models import Consent, Person, Reveal, ServiceLink
from linli.core.people.public import (
    Item,
    begin_service,
    consents_of,
    correct,
    end_service,
    forget_over,
    forget_person,
    look_up,
    masked,
    own_data,
    persons_of_exactly,
    reveal,
    rewrap,
    seal_for,
    seen_by_whom,
    withdraw,
)
from linli.core.platform.models import AuditRecord
from linli.core.platform.public import (
    SYSTEM,
    BadInput,
    Forgotten,
    NotAllowed,
    Refusal,
    SealError,
    TooMany,
    clock_at,
    erase_expired,
    key_store,
    now,
    verify,
    work_off,
)
from tests.city import COMMUNITY, FAR_COMMUNITY, TestCity

GIVEN = {"name": "欧阳小明", "phone": "13812345678", "citizen_number": "11010519491231002X", "birth_day": "1949-12-31"}


def sponsor(city: TestCity, number: int = 1, **changes: Any) -> Person:
    item = Item("bench", number, city.areas[changes.pop("area", COMMUNITY)].id)
    person = changes.pop("person", None)
    given = {**GIVEN, **changes} if person is None else changes
    return begin_service(
        SYSTEM, service="sponsor", item=item, given=given, consent=("zh-hans", "counter"), person=person
    )


def look(city: TestCity, person: Person, who: str = "auditor", **changes: Any) -> dict[str, str]:
    access = city.access[who]
    asked: dict[str, Any] = {
        "row": person, "service": "sponsor", "fields": ("name", "phone"), "purpose": "thank",
        "item": Item("bench", 1, city.areas[COMMUNITY].id), **changes,
    }  # fmt: skip
    return reveal(access.actor(), access, **asked)


def stored(table: str = "people_person") -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        return str(cursor.fetchall())


def test_nothing_of_a_person_stands_readable_and_a_mask_shows_the_rest(city: TestCity) -> None:
    person = sponsor(city)
    assert not any(text in stored() for text in GIVEN.values())
    assert [masked(person, name) for name in ("name", "phone", "citizen_number")] == [
        "欧阳**", "138****5678", "110*************2X",
    ]  # fmt: skip
    assert own_data(person)[0].values == GIVEN


def test_a_plain_value_gets_into_no_column(city: TestCity) -> None:
    person = sponsor(city)
    person.name = "欧阳小明"
    with pytest.raises(FieldError, match="sealed"):
        person.save()
    with pytest.raises(FieldError, match="index"):
        Person.objects.filter(phone="13812345678").exists()


def test_a_value_moved_to_another_person_or_column_does_not_open(city: TestCity) -> None:
    first, second = sponsor(city), sponsor(city, 2)
    Person.objects.filter(id=second.id).update(name=first.name)
    Person.objects.filter(id=first.id).update(name=first.phone)
    for person in Person.objects.all():
        with pytest.raises(SealError):
            own_data(person)


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"citizen_number": "110105194912310021"}, "citizen_number"), ({"birth_day": "31.12.1949"}, "birth_day"), ({"phone": "call me"}, "phone")],
)  # fmt: skip
def test_what_cannot_be_right_is_refused(city: TestCity, changed: dict[str, str], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        sponsor(city, **changed)
    assert refused.value.field == field
    assert not Person.objects.exists()


def test_nobody_comes_into_a_service_without_consent_or_with_more_than_it_needs(city: TestCity) -> None:
    item = Item("bench", 1, city.areas[COMMUNITY].id)
    with pytest.raises(Refusal, match="consent"):
        begin_service(SYSTEM, service="sponsor", item=item, given=GIVEN)
    with pytest.raises(LookupError, match="does not need"):
        begin_service(SYSTEM, service="sponsor", item=item, given={"religion": "x"}, consent=("en", "web"))
    assert not Person.objects.exists()


def test_who_looks_is_written_down_with_role_and_purpose_and_the_person_reads_it(city: TestCity) -> None:
    person = sponsor(city)
    assert look(city, person) == {"name": "欧阳小明", "phone": "13812345678"}
    seen = seen_by_whom([person])
    assert [(one.fields, one.role, one.general) for one in seen] == [(("name", "phone"), "auditor", False)]
    assert Reveal.objects.get().user_id == city.users["auditor"].id
    assert "13812345678" not in stored("people_reveal")
    assert verify() == []


@pytest.mark.parametrize(
    ("who", "changes", "refusal"),
    [
        ("worker", {}, NotAllowed),
        ("auditor", {"purpose": "curiosity"}, BadInput),
        ("auditor", {"purpose": ""}, BadInput),
        ("auditor", {"fields": ("key_wrapped",)}, LookupError),
        ("auditor", {"service": "report"}, LookupError),
    ],
)
def test_a_look_without_right_or_purpose_shows_nothing(
    city: TestCity, who: str, changes: dict[str, Any], refusal: type[Exception]
) -> None:
    person = sponsor(city)
    with pytest.raises(refusal):
        look(city, person, who, **changes)
    assert not Reveal.objects.exists()


def test_what_would_give_a_third_person_away_comes_later_and_in_general_words(city: TestCity) -> None:
    person = sponsor(city)
    look(city, person, purpose="inquiry")
    assert seen_by_whom([person]) == []
    with clock_at(now() + timedelta(days=31)):
        seen = seen_by_whom([person])
    assert [(one.general, one.purpose, one.role, one.unit_id, one.user_id, one.fields) for one in seen] == [
        (True, "", "", None, None, ())
    ]


def test_who_looks_at_one_after_the_other_is_stopped_and_leaders_hear_of_it(city: TestCity) -> None:
    person = sponsor(city)
    for _ in range(29):
        look(city, person)
    assert not OversightNotice.objects.exists()
    look(city, person)
    assert {notice.overseer.username for notice in OversightNotice.objects.all()} == {"leader", "all_roles"}
    with pytest.raises(TooMany):
        look(city, person)
    assert Reveal.objects.count() == 30
    with clock_at(now() + timedelta(minutes=61)):
        look(city, person)


def test_a_reveal_that_was_changed_or_removed_shows_in_the_trail(city: TestCity) -> None:
    person = sponsor(city)
    look(city, person)
    Reveal.objects.update(purpose="receipt")
    assert [finding.kind for finding in verify()] == ["subject"]
    Reveal.objects.all().delete()
    Consent.objects.all().delete()
    assert len(verify()) == 2


def test_another_room_seals_a_value_under_the_key_of_the_person(city: TestCity) -> None:
    person = sponsor(city)
    token = seal_for(person, "河边", "address")
    assert look(city, person, fields=(), sealed={"address": token}) == {"address": "河边"}
    assert Reveal.objects.get().fields == "address"
    with pytest.raises(SealError):
        look(city, person, fields=(), sealed={"birth_day": token})


def test_a_look_up_is_exact_and_stays_inside_the_service(city: TestCity) -> None:
    person, auditor = sponsor(city), city.access["auditor"]
    sponsor(city, 2, phone="13812345679")
    for typed in ("13812345678", "138 1234 5678"):
        assert [found.id for found in look_up(auditor, service="sponsor", name="phone", text=typed)] == [person.id]
    assert [found.id for found in look_up(auditor, service="sponsor", name="citizen_number", text="11010519491231002x")]
    assert look_up(auditor, service="sponsor", name="phone", text="1381234567") == []
    assert look_up(city.access["worker"], service="sponsor", name="phone", text="13812345678") == []
    with pytest.raises(KeyError):
        look_up(auditor, service="sponsor", name="name", text="欧阳小明")


def test_an_index_says_too_little_to_be_turned_round(city: TestCity) -> None:
    person = sponsor(city)
    body = person.phone_index.rpartition(".")[2]
    assert len(base64.urlsafe_b64decode(body)) == 3  # 16 million different ones for 10,000 million numbers


def test_whoever_has_the_same_number_in_another_table_is_found_by_it(city: TestCity) -> None:
    person = sponsor(city)
    city.report(reporter_name="王女士", reporter_phone="13812345678")
    assert persons_of_exactly("phone", "13812345678") == [person, CaseReporter.objects.get()]


def test_withdrawing_ends_the_service_and_its_data_at_once(city: TestCity) -> None:
    person = sponsor(city)
    withdraw(SYSTEM, person_id=person.id, service="sponsor", channel="web")
    assert not Person.objects.exists()
    assert not ServiceLink.objects.exists()
    assert [(row.decision, row.channel) for row in Consent.objects.order_by("id")] == [
        ("agreed", "counter"),
        ("withdrawn", "web"),
    ]
    assert key_store().secret(person.key_slot)
    work_off()
    with pytest.raises(Forgotten):
        key_store().secret(person.key_slot)
    with pytest.raises(Refusal, match="nothing to withdraw"):
        withdraw(SYSTEM, person_id=person.id, service="sponsor", channel="web")
    assert verify() == []


def test_a_person_goes_when_the_time_of_the_last_service_is_over(city: TestCity) -> None:
    person = sponsor(city)
    sponsor(city, 2, person=person)
    end_service(SYSTEM, service="sponsor", item_kind="bench", item_id=1)
    with clock_at(now() + timedelta(days=31)):
        assert forget_over() == 0, "the second service goes on"
        end_service(SYSTEM, service="sponsor", item_kind="bench", item_id=2)
        assert forget_over() == 0, "its time runs from its end"
    with clock_at(now() + timedelta(days=62)):
        assert (forget_over(), forget_over()) == (1, 0)
        work_off()
    with pytest.raises(Forgotten):
        key_store().secret(person.key_slot)


def test_a_reporter_whose_time_is_over_takes_the_key_along(city: TestCity) -> None:
    case = city.report(reporter_name="王女士", reporter_phone="13800000000")
    slot = CaseReporter.objects.get().key_slot
    type(case).objects.filter(id=case.id).update(closed_at=now() - timedelta(days=366))
    assert erase_expired([CaseReporter]) == {"cases.CaseReporter.name": 1}
    work_off()
    with pytest.raises(Forgotten):
        key_store().secret(slot)


def test_a_correction_changes_value_and_index_and_the_trail_names_the_field(city: TestCity) -> None:
    person = sponsor(city)
    correct(SYSTEM, person, service="sponsor", given={"phone": "13900000000"})
    auditor = city.access["auditor"]
    assert look_up(auditor, service="sponsor", name="phone", text="13812345678") == []
    assert look_up(auditor, service="sponsor", name="phone", text="13900000000")[0].phone == "139****0000"
    assert AuditRecord.objects.filter(action="person.correct").count() == 1


def test_a_new_key_wraps_anew_and_touches_no_value(city: TestCity, settings: Any) -> None:
    old = settings.LINLI_FIELD_KEYS
    person = sponsor(city)
    city.report(reporter_name="王女士", reporter_phone="13812345678")
    new = f"new:{base64.b64encode(b'n' * 32).decode()}"
    settings.LINLI_FIELD_KEYS = f"{new},{old}"
    assert dict(rewrap()) == {"cases_casereporter": 1, "people_person": 1}
    assert dict(rewrap()) == {}
    settings.LINLI_FIELD_KEYS = new  # the old one may go
    again = Person.objects.get()
    assert (again.name, again.phone) == (person.name, person.phone)
    assert own_data(again)[0].values == GIVEN
    assert len(persons_of_exactly("phone", "13812345678")) == 2


def test_a_higher_class_wraps_the_key_anew(city: TestCity) -> None:
    person = sponsor(city)
    assert person.key_class == "core"
    Person.objects.filter(id=person.id).update(key_class="important")
    with pytest.raises(SealError):
        own_data(Person.objects.get())


def test_every_version_of_a_text_stays(city: TestCity, monkeypatch: pytest.MonkeyPatch) -> None:
    from linli.core.people import register

    person = sponsor(city)
    known = register.services()["sponsor"]
    other = type(known)(**{**vars(known), "consent": {"zh-hans": "新的文本", "en": "A new text"}})
    monkeypatch.setitem(register.services(), "sponsor", other)
    sponsor(city, 2, person=person)
    assert [(one.text.version, one.text.text[:2]) for one in consents_of([person])] == [(1, "我同"), (2, "新的")]
    type(consents_of([person])[0].text).objects.filter(version=1).update(text="我同意一切")
    assert len(verify()) == 1


def test_forgetting_twice_forgets_once(city: TestCity) -> None:
    person = sponsor(city, area=FAR_COMMUNITY)
    forget_person(SYSTEM, person)
    forget_person(SYSTEM, person)
    assert AuditRecord.objects.filter(action="person.forget").count() == 1


def test_a_report_of_a_forgotten_reporter_says_so(city: TestCity) -> None:
    case = city.report(reporter_name="王女士", reporter_phone="13800000000")
    key_store().destroy([CaseReporter.objects.get().key_slot])
    acceptance = city.access["acceptance"]
    with pytest.raises(Refusal, match="forgotten"):
        reveal_reporter(acceptance.actor(), acceptance, case.id, "ask_back")
    assert not Reveal.objects.exists()
