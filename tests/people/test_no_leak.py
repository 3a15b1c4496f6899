"""No answer of any route holds a value of a person that no record of a reveal explains.

Values that occur nowhere else are planted in every table of persons and in every sealed field of any model; then every route is
asked as the access table asks it, by nobody and by those who reach farthest.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import models
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse

from linli.core.cases.models import CaseReporter
from linli.core.ledger.public import Said, change
from linli.core.people.models import KeyedPerson, Person, PersonValueField, Reveal
from linli.core.people.public import Item, begin_service, keep, keyed_models, own_data
from linli.core.platform.keeping.expiry import linli_models
from linli.core.platform.public import SYSTEM, SealedField, local_today
from linli.core.platform.sealing.crypto import seal
from tests.access_table import NOBODY, PEOPLE, WHO, Entry, entries, signed_in, taken_back
from tests.city import COMMUNITY, TestCity
from tests.ledger.contract import LedgerContract, rows_of_ledger
from tests.ledger.contracts import contracts

# Nobody is called so, and no number of the test city looks like these.
PLANTED = {
    "name": "佘卍叕", "phone": "13777001", "mail": "planted-zq", "address": "卍字巷", "citizen_number": "11010519491231002X", "birth_day": "1949-12-31",
}  # fmt: skip
DIALOGS = ("change", "verify", "decide", "reveal")
# What opens a person's data to themselves, after a code; the staff's own page shows the staff's own address.
OWN = ("my-data:",)


def planted_values(number: int) -> dict[str, str]:
    """Values of one person."""
    return {**PLANTED, "phone": f"{PLANTED['phone']}{number:03}", "mail": f"{PLANTED['mail']}{number}@example.cn"}


def plant(city: TestCity) -> list[str]:
    """Puts values into every table of persons that has none, and into every row that has; gives what must not be seen."""
    item = Item("bench", 1, city.areas[COMMUNITY].id)
    begin_service(SYSTEM, service="sponsor", item=item, given=planted_values(0), consent=("zh-hans", "web"))
    done = []
    for model in keyed_models():
        names = [one.name for one in model._meta.concrete_fields if isinstance(one, PersonValueField)]
        for number, row in enumerate(model._default_manager.all(), start=1):
            keep(row, {name: value for name, value in planted_values(number).items() if name in names}).save()
            done.append(model)
    assert {Person, CaseReporter} <= set(done), "every table of persons holds somebody"
    assert all(own_data(row) for row in Person.objects.all())
    return [
        PLANTED["name"],
        PLANTED["phone"],
        PLANTED["mail"],
        PLANTED["address"],
        PLANTED["citizen_number"],
        PLANTED["birth_day"],
    ]


def with_reporters(city: TestCity) -> None:
    """A name and a number behind every case that there is."""
    from linli.core.cases.models import Case

    for case in Case.objects.exclude(id__in=CaseReporter.objects.values("case_id")):
        row = CaseReporter(
            home_district=case.home_district, key_class="important", case_id=case.id, created_at=case.reported_at
        )
        keep(row, {"name": PLANTED["name"], "phone": "13777001999"}).save()


def plant_in_ledgers(city: TestCity) -> list[Entry]:
    """Puts the values into every record of every ledger as its present ones, as what was before and as what stands beside; gives how each
    route of a ledger is asked."""
    asked: list[Entry] = []
    for contract in contracts().values():
        ledger = contract.ledger
        contract.settled(city)
        # Searches, days of the past and joining side by side are asked besides what the contract brings.
        records = [contract.made(city, number) for number in (900, 901)]
        for record in records:
            for number, beside in ((1, False), (2, False), (3, True)):
                planted = planted_values(number)
                values = {kept.name: planted[name] for name, kept in ledger.of_person.items()}
                if values:
                    change(SYSTEM, ledger, record.id, values, Said("department", local_today(), beside=beside))
        asked += [*rows_of_ledger(city, contract), *_more_of(contract, *records)]
    return asked


def _more_of(contract: LedgerContract, record: Any, other: Any) -> Iterator[Entry]:
    code, expected = contract.ledger.code, dict.fromkeys(WHO, 200)
    page, today = reverse(f"{code}-record", args=[record.id]), local_today().isoformat()
    addresses = [
        page, f"{page}?on={today}", f"{page}?on={today}&as=true", f"{page}?of={record.id}", f"/search/?q={record.code}",
        f"{reverse(f'{code}-merge', args=[record.id])}?other={other.code}", f"/api/v1/ledgers/{code}/{record.id}?known={today}",
        *(f"{reverse(f'{code}-do', args=[record.id, one])}?field={kept.name}" for one in DIALOGS for kept in contract.ledger.kept),
    ]  # fmt: skip
    for address in addresses:
        yield Entry(f"{code} {address}", "GET", lambda client, to=address: client.get(to), expected)  # type: ignore[misc]
    for wanted in ("csv", "xlsx"):
        form = {"effect_id": str(uuid4()), "format": wanted, "reason": "核对"}
        yield Entry(
            f"{code} export {wanted}",
            "POST",
            lambda client, sent=form: client.post(f"{reverse(code)}export/", sent),
            expected,
        )  # type: ignore[misc]
    for action in DIALOGS:  # sent wrong, they are shown again
        to = f"{reverse(f'{code}-do', args=[record.id, action])}?field={contract.plain()}"
        yield Entry(
            f"{code} {action}", "POST", lambda client, to=to: client.post(to, {"effect_id": str(uuid4())}), expected
        )  # type: ignore[misc]


def asking(entry: Entry) -> list[str]:
    """Who asks an entry: of those to whom it opens nobody, and whoever reaches farthest. A refusal shows no row to anybody."""
    reach = ("all_roles", "auditor", "acceptance", "administrator", *PEOPLE)
    opened = [who for who in (NOBODY, *dict.fromkeys(reach)) if entry.expected[who] in (200, 201, 302, 422)]
    return opened[: 2 if NOBODY in opened else 1]


def body_of(response: HttpResponse) -> str:
    """What an answer says, unpacked."""
    content = b"".join(response) if response.streaming else response.content  # type: ignore[arg-type]
    if response.headers.get("Content-Encoding") == "gzip":
        content = gzip.decompress(content)
    return content.decode("utf-8", "replace") + str(response.headers)


def leaks(entry: Entry, who: str, city: TestCity, hidden: list[str]) -> Iterator[str]:
    """What an answer shows that no new record of a reveal explains."""
    with taken_back():
        before = Reveal.objects.count()
        client = Client(raise_request_exception=False)
        if who != "nobody":
            signed_in(client, city.users[who])
        said = body_of(entry.ask(client))
        explained = Reveal.objects.count() > before
        found = [text for text in hidden if text in said]
        if found and not explained:
            yield f"{entry.method} {entry.route} shows {found} to {who}"


@pytest.mark.slow
def test_no_route_shows_a_value_of_a_person_without_its_record(city: TestCity) -> None:
    table = entries(city)
    with_reporters(city)
    of_ledgers = plant_in_ledgers(city)
    hidden = plant(city)
    table += of_ledgers
    found = [
        words
        for entry in table
        if not entry.route.startswith(OWN)
        for who in asking(entry)
        for words in leaks(entry, who, city, hidden)
    ]
    assert found == []
    assert len(table) > 300
    reveals = [entry for entry in table if entry.route in ("case-reporter", "api:reveal")]
    assert len(reveals) >= 2
    assert len(of_ledgers) > 100


def leak_page(request: Any) -> HttpResponse:
    """A page that shows a number, as nobody should write one."""
    from linli.core.people.keys import opened

    return HttpResponse(" ".join(opened(row, "phone") for row in CaseReporter.objects.all()))


urlpatterns = [path("leak/", leak_page)]


@pytest.mark.urls(__name__)
def test_a_page_that_leaks_on_purpose_is_found(city: TestCity) -> None:
    city.report(reporter_name="王", reporter_phone="13800000000")
    hidden = plant(city)
    entry = Entry("leak", "GET", lambda client: client.get("/leak/"), dict.fromkeys(WHO, 200))  # type: ignore[arg-type, return-value]
    assert list(leaks(entry, "nobody", city, hidden)) == [f"GET leak shows ['{PLANTED['phone']}'] to nobody"]


def test_every_sealed_field_and_every_value_of_a_person_is_a_token_in_its_table(city: TestCity) -> None:
    city.report(reporter_name="王", reporter_phone="13800000000")
    plant(city)
    looked = 0
    for model in linli_models():
        for field in model._meta.concrete_fields:
            if not isinstance(field, PersonValueField | SealedField):
                continue
            texts = model._base_manager.annotate(raw=models.functions.Cast(field.name, models.TextField())).values_list("raw", flat=True)  # fmt: skip
            for text in texts:
                looked += 1
                start = ("p.",) if issubclass(model, KeyedPerson) else ("p.", seal("x", "x")[:2])
                assert not text or text.startswith(start), f"{model._meta.label}.{field.name}"
    assert looked > 10
