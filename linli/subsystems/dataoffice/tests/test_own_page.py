"""The page of one's own: how somebody gets there and nobody else does, what stands on it, what can be asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.core.cases.models import CaseReporter
from linli.core.cases.public import reporter_ticket
from linli.core.people.public import Item, Person, Reveal, begin_service, held_by
from linli.core.platform.public import SYSTEM, Letter, clock_at, now, send_waiting, use_port
from linli.subsystems.dataoffice.models import DataRequest, OwnCode
from linli.subsystems.dataoffice.services import withdraw_request  # noqa: F401 - the door of the page
from tests.access_table import signed_in
from tests.city import COMMUNITY, TestCity

from .asking import PHONE, asked, counter_code, looked, reporter, with_officer
from .test_requests import step


class Sent:
    """Keeps what goes out."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def deliver(self, letter: Letter) -> None:
        """Takes a letter."""
        self.letters.append(letter)


@pytest.fixture
def sms() -> Iterator[Sent]:
    port = Sent()
    use_port("sms", port)
    yield port
    use_port("sms", None)


@pytest.fixture
def mail() -> Iterator[Sent]:
    port = Sent()
    use_port("mail", port)
    yield port
    use_port("mail", None)


def page(client: Client) -> str:
    return client.get(reverse("my-data:page")).content.decode()


def ask_code(client: Client, contact: str) -> HttpResponse:
    return client.post(reverse("my-data:start"), {"contact": contact})  # type: ignore[return-value]


def at_the_counter(city: TestCity, value: str = PHONE, called: str = "王小雨") -> Client:
    """A browser in which a code of the counter was typed."""
    client = Client()
    assert client.post(reverse("my-data:counter"), {"code": counter_code(city, value, called)}).status_code == 302
    return client


def post(client: Client, name: str, **form: Any) -> HttpResponse:
    return client.post(reverse(f"my-data:{name}"), {"effect_id": str(uuid4()), **form})  # type: ignore[return-value]


def key(row: Any) -> str:
    return f"{row._meta.label_lower}:{row.pk}"


def test_a_code_by_text_message_opens_the_page_once(city: TestCity, sms: Sent) -> None:
    row = reporter(city)
    looked(city, row)
    client = Client()
    where = ask_code(client, "138 1234 5678").headers["Location"]
    send_waiting()
    code = re.search(r"\d{8}", sms.letters[0].body)[0]  # type: ignore[index]
    assert sms.letters[0].to == PHONE, "where it was left, not as it was typed"
    assert client.post(where, {"code": code}).headers["Location"] == reverse("my-data:page")
    said = page(client)
    assert "王小雨" in said
    assert PHONE in said
    assert "核实情况或地点" in said
    assert Client().post(where, {"code": code}).status_code == 422, "it works once"
    assert not any(code in str(value) for value in OwnCode.objects.values_list())


def test_a_look_is_on_the_page_at_once(city: TestCity) -> None:
    row = reporter(city)
    client = at_the_counter(city)
    assert "还没有人看过" in page(client)
    looked(city, row, purpose="answer")
    said = page(client)
    assert "答复办理结果" in said
    assert city.units["street_centre"].name in said
    assert city.users["acceptance"].display_name not in said


def test_names_of_the_staff_stand_there_where_the_city_chose_so(city: TestCity) -> None:
    from linli.core.people.public import NAMES_SHOWN
    from linli.core.platform.public import choose

    looked(city, reporter(city))
    choose(SYSTEM, NAMES_SHOWN, True)
    assert city.users["acceptance"].display_name in page(at_the_counter(city))


def test_whoever_types_a_number_learns_nothing_from_it(city: TestCity, sms: Sent) -> None:
    reporter(city)
    answers = [ask_code(Client(), number) for number in (PHONE, "13999999999")]
    pages = [
        re.sub(r"[0-9a-f-]{36}|value=\"[^\"]{60,}\"", "", Client().get(one.headers["Location"]).content.decode())
        for one in answers
    ]
    strip = [re.sub(r"csrfmiddlewaretoken[^>]*|nonce[^>]*|<!--.*?-->", "", one) for one in pages]
    assert strip[0] == strip[1]
    send_waiting()
    assert len(sms.letters) == 1


def test_five_wrong_codes_end_it(city: TestCity, sms: Sent) -> None:
    reporter(city)
    where = ask_code(Client(), PHONE).headers["Location"]
    send_waiting()
    code = re.search(r"\d{8}", sms.letters[0].body)[0]  # type: ignore[index]
    wrong = f"{(int(code) + 1) % 10**8:08}"
    assert [Client().post(where, {"code": wrong}).status_code for _ in range(5)] == [422] * 5
    assert Client().post(where, {"code": code}).status_code == 422


def test_one_number_gets_five_codes_a_day_and_an_address_twenty_tries(city: TestCity, sms: Sent) -> None:
    reporter(city)
    spellings = [
        PHONE,
        f"{PHONE[:3]}-{PHONE[3:]}",
        f"{PHONE[:3]} {PHONE[3:]}",
        f"+86 {PHONE}",
        f"+86-{PHONE}",
        f"{PHONE[:5]}-{PHONE[5:]}",
    ]
    assert [ask_code(Client(), one).status_code for one in spellings] == [302] * 5 + [429], "however it is grouped"
    assert [Client().post(reverse("my-data:counter"), {"code": "X"}).status_code for _ in range(15)][-1] == 429


def test_a_code_grows_old(city: TestCity, sms: Sent) -> None:
    reporter(city)
    where = ask_code(Client(), PHONE).headers["Location"]
    send_waiting()
    code = re.search(r"\d{8}", sms.letters[0].body)[0]  # type: ignore[index]
    with clock_at(now() + timedelta(minutes=16)):
        assert Client().post(where, {"code": code}).status_code == 422


def test_a_visit_ends_after_half_an_hour_and_when_it_is_left(city: TestCity) -> None:
    reporter(city)
    client = at_the_counter(city)
    with clock_at(now() + timedelta(minutes=31)):
        assert client.get(reverse("my-data:page")).status_code == 302
    kept = client.cookies["linli_own"].value
    post(client, "leave")
    client.cookies["linli_own"] = kept
    assert client.get(reverse("my-data:page")).status_code == 302


def test_without_a_visit_every_page_leads_to_the_door(city: TestCity) -> None:
    for name in ("page", "export", "copy", "ask", "take-back", "consent", "leave"):
        for client in (Client(), signed_in(Client(), city.users["all_roles"])):
            assert client.get(reverse(f"my-data:{name}")).headers["Location"] == reverse("my-data:start")
            assert client.post(reverse(f"my-data:{name}")).status_code in (302, 405)


def test_the_phone_that_sent_a_report_comes_from_its_page(city: TestCity) -> None:
    row = reporter(city)
    client = Client()
    ticket = reporter_ticket(row.case_id)
    assert client.post(reverse("my-data:from-report"), {"ticket": ticket[:-1] + "x"}).headers["Location"] == reverse(
        "my-data:start"
    )
    assert client.post(reverse("my-data:from-report"), {"ticket": ticket}).headers["Location"] == reverse(
        "my-data:page"
    )
    assert "王小雨" in page(client)
    again = Client().post(reverse("my-data:from-report"), {"ticket": ticket})
    assert again.headers["Location"] == reverse("my-data:start"), "once"


def test_why_was_this_becomes_a_request_and_its_answer_comes_back(city: TestCity) -> None:
    with_officer(city)
    row = reporter(city)
    seen = looked(city, row)
    client = at_the_counter(city)
    assert post(client, "ask", kind="question", person=key(row), reveal=str(seen.id)).status_code == 302
    item = DataRequest.objects.get()
    assert "剩余 14 天" in page(client) or "剩余 15 天" in page(client)
    step(city, item, "answer", note="致电核实井盖位置")
    assert "致电核实井盖位置" in page(client)
    assert post(client, "take-back", person=key(row), request=str(item.id)).status_code == 409


def test_nobody_asks_or_takes_back_for_somebody_else(city: TestCity) -> None:
    row, other = reporter(city), reporter(city, "13900000001")
    seen = looked(city, other)
    client = at_the_counter(city)
    assert post(client, "ask", kind="question", person=key(other), reveal=str(seen.id)).status_code == 422
    assert post(client, "ask", kind="question", person=key(row), reveal=str(seen.id)).status_code == 422
    assert post(client, "ask", kind="erasure", person="x").status_code == 422
    assert not DataRequest.objects.exists()


def test_consent_is_shown_with_its_text_and_withdrawn_here(city: TestCity) -> None:
    begin_service(
        SYSTEM, service="sponsor", item=Item("bench", 1, city.areas[COMMUNITY].id),
        given={"name": "欧阳小明", "phone": PHONE}, consent=("zh-hans", "counter"),
    )  # fmt: skip
    person = Person.objects.get()
    client = at_the_counter(city, called="欧阳小明")
    assert "可随时撤回" in page(client)
    assert post(client, "consent", person=key(person), service="sponsor").status_code == 302
    assert not Person.objects.exists()
    assert "欧阳小明" not in page(client)


def test_the_copy_and_the_file_hold_everything_and_no_cache_keeps_them(city: TestCity) -> None:
    looked(city, reporter(city))
    client = at_the_counter(city)
    file, copy = client.get(reverse("my-data:export")), client.get(reverse("my-data:copy"))
    for answer in (file, copy, client.get(reverse("my-data:page"))):
        assert answer.headers["Cache-Control"] == "no-store"
        assert all(text in answer.content.decode() for text in ("王小雨", PHONE, "核实情况或地点"))
    assert file.json()["kept"][0]["services"][0]["values"][1][2] == PHONE
    assert CaseReporter._meta.label_lower not in file.content.decode()


def test_the_page_takes_as_many_statements_for_many_as_for_one(city: TestCity) -> None:
    def more(number: int) -> None:
        row = reporter(city)
        seen = looked(city, row)
        person = begin_service(
            SYSTEM, service="sponsor", item=Item("bench", number, city.areas[COMMUNITY].id),
            given={"name": "王小雨", "phone": PHONE}, consent=("zh-hans", "counter"),
        )  # fmt: skip
        step(city, asked(city, "question", row, reveal_id=seen.id), "answer", note="核实地点")
        asked(city, "export", person, words="窗口领取")

    def statements() -> tuple[int, int, int]:
        found = []
        for name in ("page", "copy", "export"):
            with CaptureQueriesContext(connection) as run:
                assert client.get(reverse(f"my-data:{name}")).status_code == 200
            found.append(len(run))
        return found[0], found[1], found[2]

    with_officer(city)
    more(1)
    client = at_the_counter(city)
    statements()  # what is read once and remembered
    one = statements()
    for number in range(2, 6):
        more(number)
    client = at_the_counter(city)
    assert page(client).count("核实地点") == 5
    assert statements() == one
    assert max(one) <= 13


def test_a_condition_over_nobody_finds_nothing(city: TestCity) -> None:
    seen = looked(city, reporter(city))
    assert Reveal.objects.filter(held_by([])).count() == 0
    assert Reveal.objects.filter(held_by([CaseReporter(pk=seen.holder_id)])).count() == 1


def test_whatever_is_kept_of_any_of_them_can_be_corrected(city: TestCity) -> None:
    reporter(city)
    begin_service(
        SYSTEM, service="sponsor", item=Item("bench", 1, city.areas[COMMUNITY].id),
        given={"name": "王小雨", "phone": PHONE, "citizen_number": "11010519491231002X"}, consent=("zh-hans", "counter"),
    )  # fmt: skip
    assert page(at_the_counter(city)).count('<option value="citizen_number"') == 1


@pytest.mark.parametrize("typed", ["wang@straße.example", "wang@stra\u017fse.example", "\u212aing@strasse.example"])
def test_an_address_that_only_looks_the_same_gets_no_code(city: TestCity, mail: Sent, typed: str) -> None:
    for number, kept in enumerate(("wang@strasse.example", "king@strasse.example"), start=1):
        begin_service(
            SYSTEM, service="sponsor", item=Item("bench", number, city.areas[COMMUNITY].id),
            given={"name": "王小雨", "mail": kept}, consent=("zh-hans", "web"),
        )  # fmt: skip
    ask_code(Client(), typed)
    send_waiting()
    assert mail.letters == []
    ask_code(Client(), " WANG@strasse.example")
    send_waiting()
    assert [letter.to for letter in mail.letters] == ["wang@strasse.example"], "where it was left, not as it was typed"
