"""Reads of a ledger: who sees which records, what holds of their values now, and what was known, or was true, on a day.

Each question is one statement, however many records there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from linli.core.access.public import Access, restrict
from linli.core.ledger.binding import digest_of
from linli.core.ledger.models import ValueRow
from linli.core.platform.public import NotThere

if TYPE_CHECKING:
    from linli.core.ledger.definition import Ledger

EFFECTIVE = ("reported", "verified")
ONCE_TRUE = (*EFFECTIVE, "late")


@dataclass(slots=True)
class Standing:
    """What holds of one field: the row that says its value (None: nobody ever said one), and what stands beside it."""

    row: Any = None
    beside: list[Any] = field(default_factory=list)


def seen(ledger: Ledger, access: Access, permission: str = "view") -> QuerySet[Any]:
    """The records that somebody may see (or touch with another permission), without those that were merged into others."""
    rows = ledger.model._default_manager.filter(merged_into_id__isnull=True)
    return restrict(access, ledger.permission(permission), rows)


def find(ledger: Ledger, access: Access, record_id: int, permission: str = "view") -> Any:
    """A record; one that was merged leads to the one that it goes on as. Raises NotThere where there is none, or none of theirs."""
    rows = restrict(access, ledger.permission("view"), ledger.model._default_manager.all())
    record = rows.filter(id=record_id).first()
    if record is not None and record.merged_into_id is not None:
        record = rows.filter(id=record.merged_into_id).first()
    if record is None or (permission != "view" and not may(ledger, access, record, permission)):
        raise NotThere(_("There is no such record of yours."))
    return record


def may(ledger: Ledger, access: Access, record: Any, action: str) -> bool:
    """Whether somebody may do something to a record."""
    return access.may_in_area(ledger.permission(action), record.area_id)


def holds(
    ledger: Ledger, record_ids: Sequence[int], *, known_before: datetime | None = None
) -> dict[int, dict[str, Standing]]:
    """What holds of each field of these records, by record and field; with `known_before` what was known then. One statement."""
    until = Q() if known_before is None else Q(known_at__lt=known_before)
    rows = _rows(ledger, record_ids).filter(until)
    later = _later(ledger).filter(until, seq__gt=OuterRef("seq"), state__in=EFFECTIVE)
    return _by_field(rows.exclude(state="late").filter(~Exists(later)))


def held_true(ledger: Ledger, record_ids: Sequence[int], day: date) -> dict[int, dict[str, Standing]]:
    """What was true on a day, by all that is known today: what was learnt later counts, what began later does not. One statement."""
    until = Q(stated_on__lte=day, state__in=ONCE_TRUE)
    rows = _rows(ledger, record_ids).filter(until)
    after = Q(stated_on__gt=OuterRef("stated_on")) | Q(stated_on=OuterRef("stated_on"), seq__gt=OuterRef("seq"))
    return _by_field(rows.filter(~Exists(_later(ledger).filter(until, after))))


def standing_before(ledger: Ledger, record_id: int, before: Mapping[str, int]) -> dict[str, Standing]:
    """What held of these fields of a record before the act of this number, each; one statement."""
    rows = ledger.values._default_manager.filter(ledger=ledger.code, record_id=record_id, field__in=list(before))
    found = {name: Standing() for name in before}
    for row in rows.exclude(state="late").order_by("seq"):
        if row.seq < before[row.field]:
            if row.state == "disputed":
                found[row.field].beside.append(row)
            else:
                found[row.field] = Standing(row)
    return found


def _rows(ledger: Ledger, record_ids: Sequence[int]) -> QuerySet[Any]:
    rows = ledger.values._default_manager.filter(ledger=ledger.code, record_id__in=list(record_ids))
    return rows.exclude(field="").order_by("record_id", "seq")


def _later(ledger: Ledger) -> QuerySet[Any]:
    return ledger.values._default_manager.filter(
        ledger=OuterRef("ledger"), record_id=OuterRef("record_id"), field=OuterRef("field")
    )


def _by_field(rows: QuerySet[Any]) -> dict[int, dict[str, Standing]]:
    found: dict[int, dict[str, Standing]] = defaultdict(lambda: defaultdict(Standing))
    for row in rows:
        standing = found[row.record_id][row.field]
        if row.state == "disputed":
            standing.beside.append(row)
        else:
            standing.row = row
    return found


def text_in(row: ValueRow | None) -> str | None:
    """The text of a row of the history; None for no row, and for one whose time is over."""
    if row is None:
        return None
    if row.sealed is not None:
        return str(row.sealed)
    # A sealed one whose time is over has a digest that no empty text gives.
    return row.value if row.value or row.digest == digest_of("", None) else None


def entries(ledger: Ledger, record_id: int, *, before: int = 0, most: int = 100) -> list[Any]:
    """The newest rows of the history of a record, those of the acts below the seq `before` if it is given. One statement."""
    rows = ledger.values._default_manager.filter(ledger=ledger.code, record_id=record_id)
    rows = rows.filter(seq__lt=before) if before else rows
    return list(rows.order_by("-seq", "id")[:most])


def joined_ids(ledger: Ledger, record: Any) -> list[int]:
    """The record and all that were merged into it: whose ids those who point at it may hold. One statement."""
    rows = ledger.model._default_manager.filter(merged_into_id=record.id).order_by("id")
    return [record.id, *rows.values_list("id", flat=True)]
