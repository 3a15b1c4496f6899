"""No address of the page of one's own shows anything of another person, whatever is sent to it; after it was left it shows nothing at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from linli.core.cases.models import CaseReporter
from linli.core.people.public import Item, Person, begin_service
from linli.core.platform.public import SYSTEM, clock_at, now
from linli.subsystems.dataoffice.flow import key_of
from linli.subsystems.dataoffice.models import DataRequest
from linli.subsystems.dataoffice.public_pages import urlpatterns
from tests.access_table import taken_back
from tests.city import COMMUNITY, TestCity

from .asking import asked, counter_code, looked, with_officer
from .test_requests import step

KINDS = ("question", "correction", "erasure", "export")
MINE, THEIRS = ("王小雨", "13812345678"), ("佘卍叕", "13777001001")


def somebody(city: TestCity, number: int, name: str, phone: str) -> tuple[CaseReporter, Person]:
    """A person in both tables, with a look, an answered question, a correction and an open request."""
    case = city.report(reporter_name=name, reporter_phone=phone)
    row = CaseReporter.objects.get(case_id=case.id)
    person = begin_service(
        SYSTEM, service="sponsor", item=Item("bench", number, city.areas[COMMUNITY].id), given={"name": name, "phone": phone}, consent=("zh-hans", "web"),
    )  # fmt: skip
    seen = looked(city, row)
    step(city, asked(city, "question", row, reveal_id=seen.id), "answer", note=f"致电{number}号")
    asked(city, "correction", row, value=f"{phone[:-1]}9", words=f"改号{number}")
    asked(city, "export", person, words=f"取{number}号")
    return row, person


@pytest.fixture
def two(city: TestCity) -> tuple[tuple[CaseReporter, Person], tuple[CaseReporter, Person]]:
    with_officer(city)
    return somebody(city, 71, *MINE), somebody(city, 83, *THEIRS)


def asks(client: Client, rows: tuple[CaseReporter, Person]) -> Iterator[tuple[str, HttpResponse]]:
    """Every address of the page, asked and sent to in the name of these rows."""
    looks = [one for row in rows for one in DataRequest.objects.filter(holder=row._meta.label_lower, holder_id=row.pk)]
    for address in urlpatterns:
        place = reverse(f"my-data:{address.name}", args=[uuid4()] if address.name == "code" else [])
        yield f"GET {address.name}", client.get(place)  # type: ignore[misc]
        for row in rows:
            for one in looks:
                for kind in KINDS if address.name == "ask" else KINDS[:1]:
                    form = {
                        "effect_id": str(uuid4()), "person": key_of(row._meta.label_lower, row.pk), "kind": kind, "reveal": str(one.reveal_id or 0),
                        "request": str(one.pk), "service": "sponsor", "field": "phone", "value": "13900000000", "words": "窗口",
                    }  # fmt: skip
                    if address.name not in ("leave", "start", "code"):
                        yield f"POST {address.name}", client.post(place, form)  # type: ignore[misc]


def in_visit(city: TestCity) -> Client:
    """A browser with the page of the first person open."""
    client = Client()
    client.post(reverse("my-data:counter"), {"code": counter_code(city, MINE[1], MINE[0])})
    return client


def test_nothing_of_another_person_is_shown_or_touched(
    city: TestCity,
    two: tuple[tuple[CaseReporter, Person], tuple[CaseReporter, Person]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("linli.subsystems.dataoffice.public_pages.LOOKS", 10**6)
    monkeypatch.setattr("linli.core.desk.door.allow", lambda *_given: True)
    _mine, theirs = two
    before = list(DataRequest.objects.order_by("id").values_list("id", "state"))
    client = in_visit(city)
    hidden = (
        *THEIRS,
        "13777001009",
        "83号",
        "改号83",
        theirs[0].case.tracking,
        key_of(theirs[0]._meta.label_lower, theirs[0].pk),
    )
    answers = list(asks(client, theirs))
    assert len(answers) > 60
    found = [(name, text) for name, one in answers for text in hidden if text in one.content.decode()]
    assert found == []
    assert MINE[1] in client.get(reverse("my-data:page")).content.decode(), "the visit lasted"
    assert list(DataRequest.objects.order_by("id").values_list("id", "state")) == before
    assert Person.objects.count() == 2, "nobody's consent was withdrawn by somebody else"


def test_what_was_left_or_grew_old_shows_nothing(
    city: TestCity,
    two: tuple[tuple[CaseReporter, Person], tuple[CaseReporter, Person]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("linli.core.desk.door.allow", lambda *_given: True)
    mine, _theirs = two
    client = in_visit(city)
    hidden = (*MINE, "71号", mine[0].case.tracking)
    with taken_back(), clock_at(now() + timedelta(minutes=31)):
        late = [text for _name, one in asks(client, mine) for text in hidden if text in one.content.decode()]
    word = client.cookies["linli_own"].value
    client.post(reverse("my-data:leave"))
    client.cookies["linli_own"] = word
    left = [text for _name, one in asks(client, mine) for text in hidden if text in one.content.decode()]
    assert (late, left) == ([], [])
    assert DataRequest.objects.count() == 6
