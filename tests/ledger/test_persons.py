"""Whom records name: found by their number, seen by who says what for and no more than so many an hour, corrected, forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import translation

from linli.core.ledger.looking import reveal_of
from linli.core.ledger.models import LedgerValue, RecordPerson
from linli.core.ledger.persons import acquainted, present
from linli.core.ledger.public import (
    New,
    Said,
    add,
    adopt_all,
    change,
    decide,
    holds,
    merge,
    retire,
    text_in,
    undo_merge,
)
from linli.core.people.public import Reveal, own_data, persons_of_exactly, seen_by_whom, ticket_of
from linli.core.platform.keeping.expiry import erase_expired
from linli.core.platform.public import SYSTEM, BadInput, NotAllowed, TooMany, clock_at, local_today, now, write
from linli.core.platform.public import verify as verify_trail
from linli.core.registry.public import PREMISES, Premises
from linli.subsystems.dataoffice.models import DataRequest
from linli.subsystems.dataoffice.own import open_by_ticket, visit
from linli.subsystems.dataoffice.own_page import as_json
from linli.subsystems.dataoffice.services import ask
from tests.access_table import signed_in
from tests.api.caller import by_token
from tests.city import COMMUNITY, TestCity

WANG, LI = "13700000001", "13700000002"


def made(city: TestCity, phone: str = "137-0000-0001", name: str = "王建国", code: str = "") -> Any:
    """Premises with somebody who answers for them."""
    values = {"name": "阳光幼儿园", "kind": "school", "responsible": name, "phone": phone}
    return add(
        SYSTEM, PREMISES, New(city.areas[COMMUNITY].id, values, code, 115.005, 30.005), Said("import", local_today())
    )


def look(city: TestCity, record: Any, purpose: str = "visit") -> dict[str, str]:
    """Somebody with many roles looks."""
    access = city.access["all_roles"]
    return reveal_of(PREMISES, access.actor(), access, Premises.objects.get(id=record.id), purpose)


def test_who_looked_stands_on_the_page_of_whoever_has_the_number(city: TestCity) -> None:
    record = made(city)
    assert look(city, record) == {"name": "王建国", "phone": "137-0000-0001"}
    (row,) = persons_of_exactly("phone", WANG)
    (seen,) = seen_by_whom([row])
    assert (seen.fields, seen.about, seen.user_id) == (
        ("name", "phone"),
        "阳光幼儿园",
        city.access["all_roles"].user_id,
    )
    (kept,) = own_data(row)
    assert kept.values == {"name": "王建国", "phone": "137-0000-0001"}
    assert persons_of_exactly("phone", "+86 137 0000 0001") == [row]
    assert persons_of_exactly("phone", LI) == []
    assert not list(verify_trail())


def test_another_number_is_another_person_and_neither_reads_the_looks_at_the_other(city: TestCity) -> None:
    record = made(city)
    look(city, record)
    change(SYSTEM, PREMISES, record.id, {"responsible": "李红", "phone": LI}, Said("department", local_today()))
    (wang,), (li,) = persons_of_exactly("phone", WANG), persons_of_exactly("phone", LI)
    assert (len(seen_by_whom([wang])), seen_by_whom([li])) == (1, [])
    look(city, record)
    assert (len(seen_by_whom([wang])), len(seen_by_whom([li]))) == (1, 1)
    assert own_data(wang)[0].values == {"phone": WANG}


@pytest.mark.parametrize("how", ["name", "same", "retired", "joined", "undone"])
def test_whom_a_record_names_follows_what_becomes_of_it(city: TestCity, how: str) -> None:
    record, other = made(city), made(city, LI, "李红", code="OTHER")
    row, said = present(PREMISES, record), Said("department", local_today())
    assert row is not None
    if how == "name":
        change(SYSTEM, PREMISES, record.id, {"responsible": "王小国"}, said)
    elif how == "same":
        with write(SYSTEM) as work:
            acquainted(PREMISES, work, Premises.objects.get(id=record.id))
    elif how == "retired":
        retire(SYSTEM, PREMISES, record.id)
        assert present(PREMISES, record) is None
        retire(SYSTEM, PREMISES, record.id, back=True)
    else:
        done = merge(SYSTEM, PREMISES, uuid=uuid4(), kept_id=record.id, gone_id=other.id, takes=["phone"])
        assert [one.record_id for one in persons_of_exactly("phone", LI)] == [other.id, record.id]
        if how == "undone":
            undo_merge(SYSTEM, PREMISES, done.id)
    now_there = present(PREMISES, record)
    assert now_there is not None
    assert (now_there.id == row.id) == (how in ("name", "same"))
    assert now_there.phone == (LI if how == "joined" else WANG)


def test_the_thirty_first_look_in_an_hour_is_refused_whatever_was_looked_at(city: TestCity) -> None:
    record = made(city)
    case = city.report(reporter_name="王", reporter_phone="13800000000")
    from linli.core.cases.public import reveal_reporter

    access = city.access["all_roles"]
    reveal_reporter(access.actor(), access, case.id, "answer")
    for _number in range(29):
        look(city, record)
    with pytest.raises(TooMany):
        look(city, record)
    assert Reveal.objects.count() == 30
    with clock_at(now() + timedelta(minutes=61)):
        look(city, record)


def test_without_a_purpose_or_the_permission_nothing_opens_and_nothing_is_written(city: TestCity) -> None:
    record = made(city)
    with pytest.raises(BadInput):
        look(city, record, "curiosity")
    access = city.access["worker"]
    with pytest.raises(NotAllowed):
        reveal_of(PREMISES, access.actor(), access, record, "visit")
    assert not Reveal.objects.exists()


def request_of(row: Any, kind: str, **more: Any) -> DataRequest:
    """What somebody asks on the page of their own."""
    from linli.core.platform.public import Actor

    return ask(Actor(kind="resident"), row, kind=kind, words="请处理", uuid=uuid4(), **more)


def carried_out(city: TestCity, item: DataRequest) -> None:
    """The data office does what is asked."""
    from linli.core.flow.public import act
    from linli.subsystems.dataoffice.flow import REQUEST
    from linli.subsystems.dataoffice.tests.asking import with_officer

    access = with_officer(city).access["data_officer"]
    act(REQUEST, access.actor(), item.pk, "carry_out", REQUEST.given(), uuid=uuid4(), access=access)


def test_a_number_is_corrected_as_the_person_asked_and_they_stay_the_same_person(city: TestCity) -> None:
    record = made(city)
    look(city, record)
    (row,) = persons_of_exactly("phone", WANG)
    carried_out(city, request_of(row, "correction", field="phone", value="137 0000 0009"))
    fresh = Premises.objects.get(id=record.id)
    assert fresh.phone == "137 0000 0009"
    (same,) = persons_of_exactly("phone", "13700000009")
    assert (same.pk, len(seen_by_whom([same])), persons_of_exactly("phone", WANG)) == (row.pk, 1, [])
    assert not list(verify_trail())


def test_whoever_is_forgotten_stands_in_no_column_and_in_no_history_and_the_trail_still_holds(city: TestCity) -> None:
    record = made(city)
    change(SYSTEM, PREMISES, record.id, {"phone": "13700000005"}, Said("resident", local_today(), beside=True))
    (row,) = persons_of_exactly("phone", WANG)
    carried_out(city, request_of(row, "erasure"))
    fresh = Premises.objects.get(id=record.id)
    assert (fresh.responsible, fresh.phone, fresh.disputes, fresh.name) == (None, None, 0, "阳光幼儿园")
    assert not LedgerValue.objects.filter(record_id=record.id, sealed__isnull=False).exists()
    assert (persons_of_exactly("phone", WANG), RecordPerson.objects.count()) == ([], 0)
    assert not list(verify_trail())
    # One who came before goes out of the history alone.
    change(SYSTEM, PREMISES, record.id, {"phone": WANG, "responsible": "王建国"}, Said("department", local_today()))
    change(SYSTEM, PREMISES, record.id, {"phone": LI, "responsible": "李红"}, Said("department", local_today()))
    (row,) = persons_of_exactly("phone", WANG)
    carried_out(city, request_of(row, "erasure"))
    assert Premises.objects.get(id=record.id).phone == LI
    held = holds(PREMISES, [record.id])[record.id]
    assert text_in(held["phone"].row) == LI
    left = {text_in(one) for one in LedgerValue.objects.filter(record_id=record.id, field="phone")}
    assert WANG not in left
    assert not list(verify_trail())


def test_a_value_that_is_gone_without_that_somebody_was_forgotten_is_found(city: TestCity) -> None:
    record = made(city)
    LedgerValue.objects.filter(record_id=record.id, field="phone").update(sealed=None, salt=None)
    assert list(verify_trail())


def test_who_was_there_before_is_known_once_and_who_is_long_gone_goes(city: TestCity) -> None:
    record = made(city)
    RecordPerson.objects.all().delete()
    adopt_all()
    adopt_all()
    (row,) = persons_of_exactly("phone", WANG)
    assert (
        row.since
        == LedgerValue.objects.filter(record_id=record.id).order_by("seq").values_list("known_at", flat=True)[0]
    )
    retire(SYSTEM, PREMISES, record.id)
    with clock_at(now() + timedelta(days=1094)):
        erase_expired([RecordPerson])
        assert RecordPerson.objects.count() == 1
    with clock_at(now() + timedelta(days=1096)):
        erase_expired([RecordPerson])
        assert RecordPerson.objects.count() == 0


def test_the_page_of_ones_own_shows_the_look(city: TestCity) -> None:
    record, client = made(city), signed_in(Client(), city.users["supervisor"])
    address = f"/ledgers/premises/{record.id}/do/reveal/"
    assert client.post(address, {"effect_id": str(uuid4()), "purpose": "danger"}).status_code == 200
    (row,) = persons_of_exactly("phone", WANG)
    found = visit(open_by_ticket(SYSTEM, ticket_of(row)) or "")
    assert found is not None
    with translation.override("en"):
        page = as_json(found)
    assert [(one["purpose"], one["about"]) for one in page["seen"]] == [("Warn of a danger", "阳光幼儿园")]


def test_deciding_for_another_number_makes_another_person(city: TestCity) -> None:
    record = made(city)
    change(SYSTEM, PREMISES, record.id, {"phone": LI}, Said("resident", local_today(), beside=True))
    assert persons_of_exactly("phone", LI) == []
    standing = holds(PREMISES, [record.id])[record.id]["phone"]
    decide(SYSTEM, PREMISES, record.id, "phone", standing.beside[0].id, Said("worker", local_today()))
    assert [one.until for one in persons_of_exactly("phone", LI)] == [None]


def test_who_may_not_look_finds_no_number_out_by_trying(city: TestCity) -> None:
    record = made(city)
    caller, path = by_token(city, "worker"), f"/ledgers/premises/{record.id}/change"
    tomorrow = (local_today() + timedelta(days=1)).isoformat()

    def tried(phone: str, **more: Any) -> tuple[int, str]:
        answer = caller.post(path, {"phone": phone, **more})
        return answer.status_code, answer.json().get("detail", "")

    for refused in ({"seen_seq": 9}, {"stated_on": tomorrow}):
        assert tried("137-0000-0001", **refused) == tried("137-0000-0002", **refused)
    assert Premises.objects.get(id=record.id).seq == 1, "what was tried is refused, whatever it was"
