"""How `core/people` finds, opens, corrects and forgets whom the records of ledgers name; persons.py says who they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from linli.core.ledger.keeping import Said, change, forget_values
from linli.core.ledger.models import RecordPerson
from linli.core.ledger.persons import SEALED_FOR, present, record_of
from linli.core.ledger.register import ledgers
from linli.core.ledger.words import text_of
from linli.core.people.public import Elsewhere, Item, bring_people, reveal
from linli.core.platform.public import Actor, Refusal, blind_indexes, local_day, locked, write
from linli.lib.text import plain_number

if TYPE_CHECKING:
    from linli.core.access.public import Access
    from linli.core.ledger.definition import Ledger


def reveal_of(ledger: Ledger, actor: Actor, access: Access, record: Any, purpose: str) -> dict[str, str]:
    """What is kept of whoever a record names, whole, by value; written down before, and the person can read that. Twice: two looks.

    Raises what `people.reveal` raises, and Refusal (`nobody`) where nothing is kept.
    """
    with write(actor):
        row = present(ledger, record)
        if row is None:
            raise Refusal(_("Nothing is kept of anybody here, or it was erased on time."), code="nobody")
        names = tuple(name for name, kept in ledger.of_person.items() if getattr(record, kept.name) not in (None, ""))
        return reveal(
            actor, access, row=row, service=ledger.code, fields=names, purpose=purpose,  # type: ignore[arg-type]
            item=Item(ledger.code, record.id, record.area_id),
        )  # fmt: skip


def _find(name: str, text: str) -> Iterable[RecordPerson]:
    if name != "phone":
        return []
    return RecordPerson.objects.filter(phone_index__in=blind_indexes(plain_number(text), SEALED_FOR)).order_by("id")


def _opened(row: RecordPerson, name: str) -> str:
    ledger, record = record_of(row)
    if row.until is None and record is not None and name in ledger.of_person:
        return text_of(getattr(record, ledger.of_person[name].name))
    return (row.phone or "") if name == "phone" else ""


def _correct(actor: Actor, row: RecordPerson, values: Mapping[str, str]) -> None:
    ledger = ledgers()[row.ledger]
    if row.until is not None:
        raise Refusal(_("Another one stands there now; there is nothing to correct any more."), code="gone")
    if "phone" in values:  # the same person, by another number
        row.phone = plain_number(values["phone"])
        row.save(update_fields=["phone", "phone_index"])
    with write(actor) as work:
        said = Said("department", local_day(work.now), verified=True)
        given = {ledger.of_person[name].name: text for name, text in values.items()}
        change(actor, ledger, row.record_id, given, said)


def _forget(actor: Actor, row: RecordPerson) -> None:
    """Takes out of the record and of its history what was said of a person, as long as they stood there."""
    ledger = ledgers()[row.ledger]
    names = [kept.name for kept in ledger.of_person.values()]
    with write(actor) as work:
        record = locked(ledger.model._default_manager.filter(id=row.record_id)).get()
        forget_values(ledger, work, record, names if row.until is None else [])
        rows = ledger.values._default_manager.filter(
            ledger=ledger.code, record_id=row.record_id, field__in=names, sealed__isnull=False, known_at__gte=row.since
        )
        (rows if row.until is None else rows.filter(known_at__lt=row.until)).update(sealed=None, salt=None)
        RecordPerson.objects.filter(id=row.id).delete()


def bring() -> None:
    """Makes the people of ledgers known to `core/people`."""
    bring_people(
        Elsewhere(
            model=RecordPerson, service=lambda row: str(row.ledger), find=_find, opened=_opened, correct=_correct, forget=_forget
        )
    )  # fmt: skip
