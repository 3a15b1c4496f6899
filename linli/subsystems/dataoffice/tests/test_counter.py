"""Codes of the counter: nobody opens somebody's page alone, whatever they type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from linli.core.people.public import Item, Person, begin_service
from linli.core.platform.public import (
    SYSTEM,
    BadInput,
    NotAllowed,
    Refusal,
    TooMany,
    choose,
    clock_at,
    now,
    send_waiting,
    use_port,
)
from linli.subsystems.dataoffice.counter import confirm, hand_out
from linli.subsystems.dataoffice.models import OwnCode, OwnCodeFor
from linli.subsystems.dataoffice.own import open_by_code
from tests.access_table import signed_in
from tests.city import COMMUNITY, TestCity

from .asking import PHONE, RESIDENT, counter_code, reporter
from .test_own_page import Sent, at_the_counter, page

CITIZEN = "11010519491231002X"


@pytest.fixture
def sms() -> Iterator[Sent]:
    port = Sent()
    use_port("sms", port)
    yield port
    use_port("sms", None)


def made(city: TestCity, who: str = "acceptance", value: str = PHONE, called: str = "王小雨") -> str:
    return hand_out(city.access[who].actor(), "phone", value, document="id_card", called=called)


def seconded(city: TestCity, code: str, who: str = "other_acceptance", value: str = PHONE) -> None:
    confirm(city.access[who].actor(), code, "phone", value)


def test_a_code_opens_nothing_before_a_colleague_has_confirmed_it(city: TestCity) -> None:
    reporter(city)
    code = made(city)
    assert open_by_code(RESIDENT, code) is None
    seconded(city, code)
    assert open_by_code(RESIDENT, code.lower()) is not None
    assert open_by_code(RESIDENT, code) is None, "once"


def test_nobody_confirms_a_code_of_their_own(city: TestCity) -> None:
    reporter(city)
    code = made(city)
    with pytest.raises(NotAllowed) as refused:
        seconded(city, code, "acceptance")
    assert refused.value.code == "own_code"
    with pytest.raises(NotAllowed):
        confirm(SYSTEM, code, "phone", PHONE)
    assert open_by_code(RESIDENT, code) is None


def test_the_second_types_the_same_number_and_has_five_tries(city: TestCity) -> None:
    code = made(city)
    for _each in range(5):
        with pytest.raises(Refusal) as refused:
            seconded(city, code, value="13999999999")
        assert refused.value.code == "no_code"
    with pytest.raises(Refusal):
        seconded(city, code)
    assert OwnCode.objects.get().confirmed_at is None


def test_a_code_is_confirmed_once_and_within_a_day(city: TestCity) -> None:
    code, late = counter_code(city), made(city)
    with pytest.raises(Refusal):
        seconded(city, code)
    with clock_at(now() + timedelta(hours=25)), pytest.raises(Refusal):
        seconded(city, late)


def test_a_number_opens_only_what_was_left_under_the_name_of_the_document(city: TestCity) -> None:
    reporter(city)
    code = counter_code(city, called="李大山")
    assert open_by_code(RESIDENT, code) is not None, "whether anybody is kept is not told"
    assert not OwnCodeFor.objects.exists()
    counter_code(city, called=" 王 小雨")
    assert OwnCodeFor.objects.count() == 1


def test_a_citizen_number_stands_on_the_document_and_needs_no_name(city: TestCity) -> None:
    begin_service(
        SYSTEM, service="sponsor", item=Item("bench", 1, city.areas[COMMUNITY].id),
        given={"name": "欧阳小明", "phone": PHONE, "citizen_number": CITIZEN}, consent=("zh-hans", "counter"),
    )  # fmt: skip
    first, second = (city.access[who].actor() for who in ("acceptance", "other_acceptance"))
    code = hand_out(first, "citizen_number", CITIZEN, document="id_card")
    confirm(second, code, "citizen_number", CITIZEN)
    assert OwnCodeFor.objects.get().holder_id == Person.objects.get().pk


@pytest.mark.parametrize(("document", "called"), [("", "王小雨"), ("library card", "王小雨"), ("id_card", " ")])
def test_without_document_and_name_there_is_no_code(city: TestCity, document: str, called: str) -> None:
    with pytest.raises(BadInput):
        hand_out(city.access["acceptance"].actor(), "phone", PHONE, document=document, called=called)
    assert not OwnCode.objects.exists()


def test_three_codes_a_day_for_one_number_twenty_an_hour_and_sixty_a_day_for_one_person(city: TestCity) -> None:
    for _each in range(3):
        made(city)
    with pytest.raises(TooMany):
        made(city, "other_acceptance")
    start = now().replace(hour=4, minute=0) + timedelta(days=1)
    for hour in range(3):
        with clock_at(start + timedelta(hours=hour)):
            for number in range(20):
                made(city, value=f"139{hour:02}{number:06}")
            with pytest.raises(TooMany):
                made(city, value="13700000000")
    with clock_at(start + timedelta(hours=3)), pytest.raises(TooMany):
        made(city, value="13700000000")
    assert OwnCode.objects.count() == 3 + 60


def test_a_number_is_the_same_however_it_is_grouped(city: TestCity) -> None:
    first, second = (city.access[who].actor() for who in ("acceptance", "other_acceptance"))
    grouped = f"{PHONE[:3]}-{PHONE[3:7]}-{PHONE[7:]}"
    code = hand_out(first, "phone", PHONE, document="id_card", called="王小雨")
    confirm(second, code, "phone", grouped)
    for value in (grouped, f"+86 {PHONE}"):
        made(city, value=value)
    with pytest.raises(TooMany):
        made(city, value=f"({PHONE[:3]}) {PHONE[3:]}")


def test_nothing_kept_of_a_code_tells_the_number(city: TestCity) -> None:
    first, second = made(city), made(city)
    assert first != second
    assert len(set(OwnCode.objects.values_list("number_digest", flat=True))) == 2, "bound to the code, not to be tried"


def test_who_is_kept_hears_of_a_code_also_when_it_was_made_for_another_name(city: TestCity, sms: Sent) -> None:
    reporter(city)
    made(city, called="李大山")
    made(city, value="13999999999")
    send_waiting()
    assert [letter.to for letter in sms.letters] == [PHONE]
    assert "居民身份证" in sms.letters[0].body
    assert "望江" in sms.letters[0].body
    assert not re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", sms.letters[0].body)


def test_the_person_reads_who_made_it_who_confirmed_it_and_for_which_document(city: TestCity) -> None:
    from linli.core.people.public import NAMES_SHOWN

    reporter(city)
    made(city)
    client = at_the_counter(city)
    said = page(client)
    assert "窗口发放" in said
    assert "出示的证件：居民身份证" in said
    assert "已由第二人复核" in said
    assert "未经第二人复核" in said, "the one that a colleague never saw stands there too"
    names = [city.users[who].display_name for who in ("acceptance", "other_acceptance")]
    assert not any(name in said for name in names)
    choose(SYSTEM, NAMES_SHOWN, True)
    assert all(name in page(client) for name in names)


def test_both_pages_of_the_counter_do_it(city: TestCity) -> None:
    reporter(city)
    number = {"by": "contact", "value": PHONE}
    first, second = (signed_in(Client(), city.users[who]) for who in ("acceptance", "other_acceptance"))
    answer = first.post(reverse("dataoffice:counter"), {**number, "document": "id_card", "called": "王小雨"})
    said = answer.content.decode()
    code = re.search(r'id="own-code">([0-9A-Z-]{14})<', said)[1]  # type: ignore[index]
    assert answer.headers["Cache-Control"] == "no-store"
    assert first.post(reverse("dataoffice:confirm"), {**number, "code": code}).status_code == 422
    assert second.post(reverse("dataoffice:confirm"), {**number, "code": code}).status_code == 200
    client = Client()
    assert client.post(reverse("my-data:counter"), {"code": code}).status_code == 302
    assert "王小雨" in page(client)
    nobody = {**number, "value": "13999999999", "document": "id_card", "called": "王小雨"}
    assert 'id="own-code"' in first.post(reverse("dataoffice:counter"), nobody).content.decode()
    assert signed_in(Client(), city.users["worker"]).get(reverse("dataoffice:counter")).status_code == 403
