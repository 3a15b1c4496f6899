"""Whom the records of ledgers name, as `core/people` knows them: found by their number, seen with a purpose only, corrected, forgotten.

The values stand in the records' own sealed columns and in their history. For each person a row says of which record they are and by which
number they are found; when another number takes its place the row ends, and who looks from then on has seen the next one. So everybody
reads who looked at them, and nobody who looked at whoever came before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, Subquery

from linli.core.ledger.models import RecordPerson
from linli.core.ledger.register import ledgers
from linli.core.ledger.words import text_of
from linli.core.platform.public import (
    PersonService,
    Work,
    blind_index,
    insert_rows,
    personal_fields,
    title_in,
)
from linli.lib.text import plain_number

if TYPE_CHECKING:
    from linli.core.ledger.definition import Ledger

SEALED_FOR = "ledger.person"
KEEP_DAYS = 1095


def service_of_ledger(ledger: Ledger) -> PersonService:
    """The service in which the people of a ledger stand; its code is that of the ledger."""
    personal = personal_fields(ledger.model)
    return PersonService(
        code=ledger.code,
        titles=ledger.titles,
        why={
            "zh-hans": "您在台账中登记为负责人或联系人，有事时用来联系您。",
            "en": "A ledger names you as the one to turn to; they are there to reach you.",
        },
        fields=tuple((name, personal[kept.name].data_class) for name, kept in ledger.of_person.items()),
        purposes={
            "danger": {"zh-hans": "险情联系", "en": "Warn of a danger"},
            "visit": {"zh-hans": "约定检查或走访", "en": "Arrange an inspection or a visit"},
            "matter": {"zh-hans": "办理相关事项", "en": "See to something there"},
            "check": {"zh-hans": "核对登记内容", "en": "Check what is on record"},
            "request": {"zh-hans": "办理本人数据申请", "en": "See to a request of the person about their data"},
            "inquiry": {"zh-hans": "依法核查", "en": "Inquiry as the law provides"},
        },
        general=("inquiry",),
        permission=ledger.permission("reveal"),
        keep_days=KEEP_DAYS,
        holder="ledger.RecordPerson",
        about=_about,
        area=_area,
    )


def present(ledger: Ledger, record: Any) -> RecordPerson | None:
    """Whom a record names now; None for nobody."""
    return RecordPerson.objects.filter(ledger=ledger.code, record_id=record.id, until__isnull=True).first()


def names_somebody(ledger: Ledger, record: Any) -> bool:
    """Whether something is kept of a person in a record that is in use."""
    kept = (getattr(record, one.name) for one in ledger.of_person.values())
    return record.retired_at is None and any(value not in (None, "") for value in kept)


def number_of(ledger: Ledger, record: Any) -> str:
    """The number by which whoever a record names is found; empty where none is known."""
    phone = ledger.of_person.get("phone")
    return plain_number(text_of(getattr(record, phone.name))) if phone is not None else ""


def acquaint(ledger: Ledger, work: Work, records: Sequence[Any]) -> None:
    """Writes down whom new records name; one statement."""
    rows = []
    for record in records:
        if names_somebody(ledger, record):
            number = number_of(ledger, record)
            rows.append(
                {
                    "home_district": record.home_district, "ledger": ledger.code, "record_id": record.id, "phone": number,
                    "phone_index": blind_index(number, SEALED_FOR) if number else "", "since": getattr(record, "began_at", None) or work.now, "until": None,
                }
            )  # fmt: skip
    insert_rows(RecordPerson, rows)


def acquainted(ledger: Ledger, work: Work, record: Any) -> None:
    """Brings whom a record names up to what it holds: another number is another person. Twice is once."""
    if not ledger.of_person:
        return
    there = present(ledger, record)
    if there is not None and names_somebody(ledger, record) and there.phone == number_of(ledger, record):
        return
    if there is not None:
        there.until = work.now
        there.save(update_fields=["until"])
    acquaint(ledger, work, [record])


def strangers(ledger: Ledger, most: int) -> list[Any]:
    """Records that name somebody of whom no row says so yet, as those from before."""
    known = RecordPerson.objects.filter(ledger=ledger.code, record_id=OuterRef("id"), until__isnull=True)
    filled = Q()
    for kept in ledger.of_person.values():
        filled |= Q(**{f"{kept.name}__isnull": False})
    said = ledger.values._default_manager.filter(ledger=ledger.code, record_id=OuterRef("id")).order_by("seq")
    rows = ledger.model._default_manager.filter(filled, ~Exists(known), retired_at__isnull=True, seq__gt=0)
    rows = rows.annotate(began_at=Subquery(said.values("known_at")[:1]))
    found = list(rows.order_by("id")[:most]) if ledger.of_person else []
    return [one for one in found if names_somebody(ledger, one)]


def record_of(row: RecordPerson) -> tuple[Ledger, Any]:
    """The ledger and the record that name somebody; None for a record that is not there."""
    ledger = ledgers()[row.ledger]
    return ledger, ledger.model._default_manager.filter(id=row.record_id).first()


def _about(row: RecordPerson) -> str:
    ledger, record = record_of(row)
    return ledger.heading(record) if record is not None else title_in(ledger.titles)


def _area(row: RecordPerson) -> int | None:
    record = record_of(row)[1]
    return record.area_id if record is not None else None
