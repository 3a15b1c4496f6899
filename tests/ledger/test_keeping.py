"""What only the ledger itself does: records that were there before it, codes, many at once, faults of a declaration, races."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from linli.core.ledger.public import (
    Kept,
    Ledger,
    LedgerValue,
    New,
    Said,
    add,
    add_many,
    adopt_all,
    change,
    holds,
    joined_ids,
    merge,
    to_ask,
    undo_merge,
    verify,
)
from linli.core.platform.public import SYSTEM, BadInput, Refusal, Taken, insert_rows, local_today
from linli.core.platform.public import verify as verify_trail
from linli.core.registry.public import PREMISES, Premises
from tests.city import COMMUNITY, TestCity


def made(city: TestCity, name: str = "阳光幼儿园", code: str = "", **more: Any) -> Any:
    """Premises in the community."""
    new = New(city.areas[COMMUNITY].id, {"name": name, "kind": "school"}, code, 115.005, 30.005)
    return add(SYSTEM, PREMISES, new, Said("import", local_today(), **more))


def test_records_that_were_there_before_the_ledger_begin_their_history_once(city: TestCity) -> None:
    record = made(city)
    LedgerValue.objects.all().delete()
    columns = [one.attname for one in Premises._meta.concrete_fields if not one.primary_key]
    old = {**{name: getattr(record, name) for name in columns}, "code": "OLD", "seq": 0, "verify_by": None}
    (id_,) = insert_rows(Premises, [old])
    Premises.objects.filter(id=record.id).delete()
    adopt_all()
    adopt_all()
    held = holds(PREMISES, [id_])[id_]
    assert {name: (one.row.value, one.row.source, one.row.state) for name, one in held.items()} == {
        "name": ("阳光幼儿园", "before", "reported"), "kind": ("school", "before", "reported"),
    }  # fmt: skip
    assert LedgerValue.objects.count() == 3
    assert Premises.objects.get(id=id_).verify_by == local_today() + timedelta(days=730)


def test_a_record_without_a_code_is_given_one_and_a_code_is_given_once(city: TestCity) -> None:
    first = made(city)
    assert Premises.objects.get(id=first.id).code == f"PR{first.id:06d}"
    made(city, code="S1")
    with pytest.raises(Taken):
        made(city, code="S1")
    news = [New(city.areas[COMMUNITY].id, {"name": "x", "kind": "shop"}, "S2")] * 2
    with pytest.raises(Taken):
        add_many(SYSTEM, PREMISES, news, Said("import", local_today()))
    assert not Premises.objects.filter(code="S2").exists()
    with pytest.raises(BadInput):
        add(SYSTEM, PREMISES, New(city.areas[COMMUNITY].id, {"kind": "shop"}), Said("import", local_today()))


def test_a_hundred_records_at_once_cost_as_many_statements_as_ten(city: TestCity) -> None:
    counts = []
    for count in (10, 100):
        news = [
            New(city.areas[COMMUNITY].id, {"name": f"店{count}-{n}", "kind": "shop"}, f"N{count}-{n}")
            for n in range(count)
        ]
        with CaptureQueriesContext(connection) as seen:
            add_many(SYSTEM, PREMISES, news, Said("import", local_today()))
        counts.append(len(seen))
    assert counts[1] <= counts[0] <= 12


def test_a_value_grows_old_is_asked_for_once_and_verifying_it_makes_it_young(city: TestCity) -> None:
    new = New(city.areas[COMMUNITY].id, {"name": "老店", "kind": "shop", "phone": "13800000001"})
    record = add(SYSTEM, PREMISES, new, Said("import", local_today() - timedelta(days=365)))
    assert [one.id for one in to_ask(PREMISES, local_today(), 9)] == [record.id]
    assert to_ask(PREMISES, local_today() - timedelta(days=1), 9) == []
    Premises.objects.update(asked_on=local_today())
    assert to_ask(PREMISES, local_today(), 9) == []
    verify(SYSTEM, PREMISES, record.id, Said("worker", local_today()))
    fresh = Premises.objects.get(id=record.id)
    assert (fresh.verify_by, fresh.asked_on) == (local_today() + timedelta(days=365), None)


def test_a_day_that_has_not_come_is_refused(city: TestCity) -> None:
    record = made(city)
    with pytest.raises(BadInput):
        change(SYSTEM, PREMISES, record.id, {"name": "x"}, Said("worker", local_today() + timedelta(days=1)))


def test_what_was_merged_before_goes_along_and_comes_back(city: TestCity) -> None:
    a, b, c = made(city, "甲"), made(city, "乙"), made(city, "丙")
    first = merge(SYSTEM, PREMISES, uuid=uuid4(), kept_id=b.id, gone_id=a.id)
    second = merge(SYSTEM, PREMISES, uuid=uuid4(), kept_id=c.id, gone_id=b.id)
    assert joined_ids(PREMISES, c) == [c.id, a.id, b.id]
    assert not list(verify_trail())
    with pytest.raises(Refusal):  # b itself has gone on: that is undone first
        undo_merge(SYSTEM, PREMISES, first.id)
    undo_merge(SYSTEM, PREMISES, second.id)
    assert dict(Premises.objects.values_list("id", "merged_into_id")) == {a.id: b.id, b.id: None, c.id: None}
    undo_merge(SYSTEM, PREMISES, first.id)
    assert not Premises.objects.filter(merged_into_id__isnull=False).exists()
    assert not list(verify_trail())


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_merge_each_into_the_other_at_once_merge_once(city: TestCity) -> None:
    a, b = made(city, "甲"), made(city, "乙")
    start, said = Barrier(2), []

    def run(kept_id: int, gone_id: int) -> None:
        start.wait(5)
        try:
            merge(SYSTEM, PREMISES, uuid=uuid4(), kept_id=kept_id, gone_id=gone_id)
            said.append("done")
        except Refusal as refusal:
            said.append(refusal.code)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=pair) for pair in ((a.id, b.id), (b.id, a.id))]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)
    assert sorted(said) == ["changed", "done"]
    assert Premises.objects.filter(merged_into_id__isnull=False).count() == 1


TITLES = {"zh-hans": "场所", "en": "Premises"}


@pytest.mark.parametrize(
    ("kept", "more", "words"),
    [
        ((Kept("nmae", "x"),), {}, "does not have"),
        ((Kept("name", "x"), Kept("name", "y")), {}, "twice"),
        ((Kept("name", "x"), Kept("phone", "x")), {}, "no mask"),
        ((Kept("name", "x", before=30),), {}, "no day"),
        ((Kept("name", "x"), Kept("phone", "x", mask="phone")), {"named": ("phone",)}, "sealed"),
        ((Kept("kind", "x"),), {}, "looked for by 'name'"),
        ((Kept("name", "x"),), {"code": "a-much-too-long-code"}, "letters"),
    ],
)
def test_a_declaration_that_does_not_fit_says_what_to_mend(kept: Any, more: dict[str, Any], words: str) -> None:
    given = {"code": "premises", "titles": TITLES, "model": Premises, "kept": kept, **more}
    with pytest.raises(ImproperlyConfigured, match=words):
        Ledger(**given)
