"""Holds records against their history, for `linli audit verify`.

The rows of each act are bound into the audit chain (binding.py), so what they say is what was said. The columns of a record must say
the same: whoever changes them, or a value of the history, behind linli's back is found. Everything streams in the order of the records.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from linli.core.ledger.binding import OWN, SHARED, SUBJECT, act_digest, digest_of
from linli.core.ledger.history import EFFECTIVE, text_in
from linli.core.ledger.models import ValueRow
from linli.core.ledger.moving import BETWEEN
from linli.core.ledger.register import ledgers, pointers
from linli.core.ledger.words import grows_old, text_of
from linli.core.platform.public import now
from linli.lib.outside import whole_number

if TYPE_CHECKING:
    from linli.core.ledger.definition import Ledger

__all__ = ["SUBJECT", "digests", "findings"]

SLICE_ROWS = 5000
MOST_STRAYS = 100
KEEP_DAYS = 1095


def _tables() -> list[type[ValueRow]]:
    """The tables of histories: the shared one, and those of ledgers with one of their own."""
    from linli.core.ledger.models import LedgerValue

    return list(dict.fromkeys([LedgerValue, *(one.values for one in ledgers().values())]))


def digests() -> Iterator[tuple[str, bytes]]:
    """Subject and digest of every act, as its rows stand in the database now."""
    for table in _tables():
        rows = table._default_manager.order_by("ledger", "record_id", "seq").values(*SHARED, *OWN)
        acts = groupby(
            rows.iterator(chunk_size=SLICE_ROWS), key=lambda row: (row["ledger"], row["record_id"], row["seq"])
        )
        for (ledger, record_id, seq), found in acts:
            yield f"{ledger}:{record_id}:{seq}", act_digest(list(found))


def findings() -> Iterator[str]:
    """Sentences about records that are not as their history says, about values that are not what was bound, and about what points at
    records that are not there."""
    for ledger in ledgers().values():
        yield from _of_ledger(ledger, now())
        yield from _strays(ledger)


def _joins(ledger: Ledger) -> dict[int, int]:
    """As which record each merged one went on, by the history; one statement, and as much memory as there are merged ones."""
    rows = ledger.values._default_manager.filter(ledger=ledger.code, field="", act__in=("join", "part"))
    found: dict[int, int] = {}
    for record_id, act, into in rows.order_by("record_id", "seq").values_list("record_id", "act", "value"):
        found[record_id] = (whole_number(into) or 0) if act == "join" else 0
    return {record_id: into for record_id, into in found.items() if into}


def _goes_on_as(record_id: int, joins: dict[int, int]) -> int | None:
    """Where a record went by what was written down; what was merged into it before goes along."""
    passed = {record_id}
    into = joins.get(record_id)
    while into in joins and into not in passed:
        passed.add(into)
        into = joins[into]
    return into


def _of_ledger(ledger: Ledger, instant: datetime) -> Iterator[str]:
    joins = _joins(ledger)
    rows = iter(
        ledger.values._default_manager.filter(ledger=ledger.code)
        .order_by("record_id", "seq", "id")
        .iterator(chunk_size=SLICE_ROWS)
    )
    waiting = next(rows, None)
    for record in ledger.model._default_manager.order_by("id").iterator(chunk_size=SLICE_ROWS):
        own: list[Any] = []
        while waiting is not None and waiting.record_id <= record.id:
            if waiting.record_id == record.id:
                own.append(waiting)
            else:
                yield _("A history of %(ledger)s %(id)s stands there without its record.") % _named(
                    ledger, waiting.record_id
                )
            waiting = next(rows, None)
        yield from _of_record(ledger, record, own, instant)
        if _goes_on_as(record.id, joins) != record.merged_into_id:
            yield _("%(ledger)s %(id)s goes on as another one than its history says.") % _named(ledger, record.id)
    if waiting is not None:
        yield _("A history of %(ledger)s %(id)s stands there without its record.") % _named(ledger, waiting.record_id)


def _named(ledger: Ledger, record_id: int, name: str = "") -> dict[str, Any]:
    field = ledger.by_name[name].title if name in ledger.by_name else name
    return {"ledger": ledger.noun, "id": record_id, "field": field}


def _of_record(ledger: Ledger, record: Any, rows: list[Any], instant: datetime) -> Iterator[str]:
    if (rows[-1].seq if rows else 0) != record.seq:
        yield _("%(ledger)s %(id)s stands at another entry than the end of its history.") % _named(ledger, record.id)
        return
    if not rows:
        return
    present: dict[str, Any] = {}
    beside: dict[str, int] = {}
    retired, area = False, record.area_id
    forgot = max((row.seq for row in rows if row.act == "forget"), default=0)
    of_person = {kept.name for kept in ledger.of_person.values()}
    for row in rows:
        retired = row.act == "retire" if row.act in ("retire", "restore") else retired
        area = (whole_number(row.value.rpartition(BETWEEN)[2]) or 0) if row.act == "move" else area
        if row.field:
            if row.field not in of_person or row.seq > forgot or text_in(row) is not None:
                yield from _value_findings(ledger, row, instant)
            if row.state in EFFECTIVE:
                present[row.field], beside[row.field] = row, 0
            elif row.state == "disputed":
                beside[row.field] = beside.get(row.field, 0) + 1
    yield from _column_findings(ledger, record, present, instant)
    if sum(beside.values()) != record.disputes or retired != (record.retired_at is not None):
        yield _("%(ledger)s %(id)s is not disputed or retired as its history says.") % _named(ledger, record.id)
    if area != record.area_id:
        yield _("%(ledger)s %(id)s stands in another area than its history says.") % _named(ledger, record.id)
    texts = {name: (text_in(row), row.stated_on) for name, row in present.items()}
    if all(text is not None for text, _day in texts.values()):
        due = grows_old(ledger, texts)  # type: ignore[arg-type]
        if due != record.verify_by:
            yield _("%(ledger)s %(id)s is to be verified on another day than its history says.") % _named(
                ledger, record.id
            )


def _over(row: Any, instant: datetime) -> bool:
    return bool(row.known_at < instant - timedelta(days=KEEP_DAYS))


def _value_findings(ledger: Ledger, row: Any, instant: datetime) -> Iterator[str]:
    text = text_in(row)
    if text is None:
        if not _over(row, instant):
            yield _("A value of %(field)s of %(ledger)s %(id)s is gone before its time.") % _named(
                ledger, row.record_id, row.field
            )
    elif digest_of(text, row.salt) != row.digest:
        yield _("A value of %(field)s of %(ledger)s %(id)s was changed.") % _named(ledger, row.record_id, row.field)


def _column_findings(ledger: Ledger, record: Any, present: dict[str, Any], instant: datetime) -> Iterator[str]:
    for kept in ledger.kept:
        row, value = present.get(kept.name), getattr(record, kept.name)
        text = text_in(row)
        if text is None and row is not None:  # its time is over in the history; the column is in use
            continue
        gone = value in (None, "") and record.retired_at is not None and ledger.is_personal(kept)
        if text_of(value) != (text or "") and not (gone and _over_of(ledger, kept.name, record, instant)):
            yield _("%(field)s of %(ledger)s %(id)s is another value than its history says.") % _named(
                ledger, record.id, kept.name
            )


def _over_of(ledger: Ledger, name: str, record: Any, instant: datetime) -> bool:
    """Whether the time of a personal column of a retired record has passed."""
    from linli.core.platform.public import personal_fields

    days = personal_fields(ledger.model)[name].keep_days
    return days is not None and record.retired_at < instant - timedelta(days=days)


def _strays(ledger: Ledger) -> Iterator[str]:
    """Rows elsewhere that point at a record that is not there, and records merged into one that is not."""
    known = ledger.model._default_manager.values("id")
    for model, column in (*pointers(ledger.code), (ledger.model, "merged_into_id")):
        rows = model._default_manager.filter(**{f"{column}__isnull": False}).exclude(**{f"{column}__in": known})
        for id_ in rows.values_list("pk", flat=True)[:MOST_STRAYS]:
            yield _("%(row)s points at a record of %(ledger)s that is not there.") % {
                "row": f"{model.__name__} {id_}", "ledger": ledger.title,
            }  # fmt: skip
