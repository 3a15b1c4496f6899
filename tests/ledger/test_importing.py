"""A file brings records in: new ones are added, known ones told, what was verified later stands; and all of it is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from linli.core.ledger.public import LedgerValue, Said, change, holds, merge, retire, text_in, undo_merge, verify
from linli.core.platform.public import (
    SYSTEM,
    BadCell,
    Became,
    BroughtIn,
    Import,
    ImportAsked,
    NotAllowed,
    local_today,
    now,
    parts,
    write,
)
from linli.core.platform.public import verify as verify_trail
from linli.core.registry.public import PREMISES, Premises
from tests.city import COMMUNITY, SECOND_COMMUNITY, TestCity

IMPORT_ID = 77


def declared() -> Import:
    return next(one for one in parts(Import) if one.code == "premises")


def cells(code: str, **more: Any) -> dict[str, Any]:
    """A row as the engine has typed it."""
    columns = dict.fromkeys(column.code for column in declared().columns)
    return {**columns, "code": code, "name": f"{code}店", "kind": "shop", "area": COMMUNITY, **more}


def bring_in(*rows: dict[str, Any], number: int = IMPORT_ID) -> Sequence[Became]:
    one, asked = declared(), ImportAsked(access=None, now=now(), import_id=number)
    assert one.row is not None
    assert one.keep is not None
    with write(SYSTEM) as work:
        return one.keep(work, [one.row(row, asked) for row in rows], asked)


def take_back(became: Sequence[Became], number: int = IMPORT_ID, access: Any = None) -> dict[int, str]:
    one = declared()
    assert one.take_back is not None
    kept = [BroughtIn("x", row.subject_id, row.what, row.before) for row in became]
    with write(SYSTEM) as work:
        return dict(one.take_back(work, kept, ImportAsked(access=access, now=now(), import_id=number)))


def test_new_ones_are_added_and_the_same_file_again_says_nothing_new(city: TestCity) -> None:
    first = bring_in(cells("A1"), cells("A2", address="滨江北路 2 号", lon=None))
    assert [one.what for one in first] == ["added", "added"]
    rows = LedgerValue.objects.count()
    assert [one.what for one in bring_in(cells("A1"), cells("A2", address="滨江北路 2 号"))] == ["here", "here"]
    assert LedgerValue.objects.count() == rows
    assert {row.source for row in LedgerValue.objects.all()} == {"import"}
    assert not list(verify_trail())


def test_an_older_file_does_not_replace_what_was_verified_and_an_empty_cell_says_nothing(city: TestCity) -> None:
    (became,) = bring_in(cells("A1", phone="13800000001"))
    verify(SYSTEM, PREMISES, became.subject_id, Said("worker", local_today()))
    (again,) = bring_in(cells("A1", name="旧名", stated_on=local_today() - timedelta(days=30)))
    held = holds(PREMISES, [became.subject_id])[became.subject_id]
    assert again.what == "changed"
    assert (text_in(held["name"].row), [text_in(one) for one in held["name"].beside]) == ("A1店", ["旧名"])
    assert Premises.objects.get().phone == "13800000001"


def test_an_import_taken_back_retires_what_it_added_and_gives_back_what_it_changed(city: TestCity) -> None:
    (old,) = bring_in(cells("A1"), number=1)
    second = bring_in(cells("A1", name="新名"), cells("A2"), number=2)
    assert take_back(second, 2) == {}
    first, added = Premises.objects.order_by("id")
    assert (first.id, first.name, first.retired_at) == (old.subject_id, "A1店", None)
    assert added.retired_at is not None
    assert [one.what for one in bring_in(cells("A2"), number=3)] == ["changed"]
    assert Premises.objects.get(code="A2").retired_at is None
    assert not list(verify_trail())


def test_what_somebody_has_said_since_stays_and_is_named(city: TestCity) -> None:
    became = bring_in(cells("A1"))
    change(SYSTEM, PREMISES, became[0].subject_id, {"name": "改名"}, Said("department", local_today()))
    assert list(take_back(became)) == [became[0].subject_id]
    assert Premises.objects.get().retired_at is None


@pytest.mark.parametrize(
    ("more", "column"),
    [
        ({"stated_on": date(2199, 1, 1)}, "stated_on"),
        ({"area": "000000000000"}, "area"),
        ({"area": None}, "area"),
        ({"lon": 500, "lat": 0}, "lon"),
        ({"lon": 115}, "lon"),
    ],
)
def test_a_cell_that_cannot_be_meant_is_named(city: TestCity, more: dict[str, Any], column: str) -> None:
    with pytest.raises(BadCell) as bad:
        bring_in(cells("A1", **more))
    assert bad.value.column == column
    assert not Premises.objects.exists()


def test_a_code_that_was_joined_into_another_tells_the_one_that_it_goes_on_as(city: TestCity) -> None:
    kept, gone = (one.subject_id for one in bring_in(cells("A1"), cells("A2")))
    merge(SYSTEM, PREMISES, uuid=uuid4(), kept_id=kept, gone_id=gone)
    became = bring_in(cells("A2", name="新名"), cells("A1", name="新名", address="滨江北路 9 号"), number=78)
    assert [(one.subject_id, one.what) for one in became] == [(kept, "changed"), (kept, "changed")]
    assert (Premises.objects.get(id=kept).name, Premises.objects.get(id=gone).name) == ("新名", "A2店")
    assert not list(verify_trail())


def test_what_a_file_took_up_again_is_retired_again_when_it_is_taken_back(city: TestCity) -> None:
    (one,) = bring_in(cells("A1"))
    retire(SYSTEM, PREMISES, one.subject_id)
    again = bring_in(cells("A1", name="新名"), number=78)
    assert Premises.objects.get(id=one.subject_id).retired_at is None
    assert take_back(again, 78) == {}
    record = Premises.objects.get(id=one.subject_id)
    assert (record.retired_at is not None, record.name) == (True, "A1店")
    assert not list(verify_trail())


def test_what_a_file_said_beside_a_verified_value_goes_when_it_is_taken_back_and_other_disputes_stay(
    city: TestCity,
) -> None:
    (one,) = bring_in(cells("A1", stated_on=local_today() - timedelta(days=9)))
    verify(SYSTEM, PREMISES, one.subject_id, Said("worker", local_today()))
    change(SYSTEM, PREMISES, one.subject_id, {"name": "居民说"}, Said("resident", local_today(), beside=True))
    yesterday = local_today() - timedelta(days=1)
    again = bring_in(cells("A1", name="文件说", stated_on=yesterday), number=78)
    assert Premises.objects.get(id=one.subject_id).disputes == 2
    assert take_back(again, 78) == {}
    standing = holds(PREMISES, [one.subject_id])[one.subject_id]["name"]
    assert ([row.value for row in standing.beside], standing.row.value, standing.row.state) == (
        ["居民说"],
        "A1店",
        "verified",
    )
    assert not list(verify_trail())


def test_the_same_code_in_another_district_is_another_record_and_one_of_another_area_is_refused(city: TestCity) -> None:
    (one,) = bring_in(cells("A1"))
    (far,) = bring_in(cells("A1", area="990102001001"))
    assert (far.what, far.subject_id != one.subject_id) == ("added", True)
    declaration, asked = declared(), ImportAsked(access=city.access["other_worker"], now=now(), import_id=79)
    assert declaration.row is not None
    assert declaration.keep is not None
    row = declaration.row(cells("A1", area=SECOND_COMMUNITY, name="别人的"), asked)
    with pytest.raises(NotAllowed), write(SYSTEM) as work:
        declaration.keep(work, [row], asked)
    assert Premises.objects.get(id=one.subject_id).name == "A1店"


@pytest.mark.parametrize("since", ["nothing", "value", "beside"])
def test_a_merge_is_undone_with_what_was_disputed_before_and_what_was_said_since(city: TestCity, since: str) -> None:
    kept, gone = (one.subject_id for one in bring_in(cells("A1"), cells("A2")))
    change(SYSTEM, PREMISES, kept, {"name": "争议"}, Said("resident", local_today(), beside=True))
    done = merge(SYSTEM, PREMISES, uuid=uuid4(), kept_id=kept, gone_id=gone, takes=["name"])
    if since != "nothing":
        said = Said("department", local_today(), beside=since == "beside")
        change(SYSTEM, PREMISES, kept, {"name": "后来"}, said)
    undo_merge(SYSTEM, PREMISES, done.id)
    standing = holds(PREMISES, [kept])[kept]["name"]
    assert ([row.value for row in standing.beside], standing.row.value) == {
        "nothing": (["争议"], "A1店"), "value": ([], "后来"), "beside": (["争议", "后来"], "A1店"),
    }[since]  # fmt: skip
    assert Premises.objects.get(id=kept).disputes == len(standing.beside)
    assert not list(verify_trail())


def test_nobody_takes_back_what_lies_where_they_may_bring_nothing_in(city: TestCity) -> None:
    became = bring_in(cells("A1"), cells("A2", area=SECOND_COMMUNITY))
    mine, far = (one.subject_id for one in became)
    assert list(take_back(became, access=city.access["worker"])) == [far]
    rows = dict(Premises.objects.values_list("id", "retired_at"))
    assert (rows[mine] is None, rows[far] is None) == (False, True)
