"""Reads of tables and their changes: what holds on a day, what is announced, what held; the history of a row; changes that wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from linli.algorithms.timelines import ALWAYS, Span, Steps, Values, at, changed, from_json, spans_of
from linli.core.access.public import Access
from linli.core.areas.public import area_tree
from linli.core.configuration.models import ChangeState, ConfigChange, ConfigEntry
from linli.core.configuration.table import ConfigTable, tables
from linli.core.platform.public import NotAllowed, NotThere, day_start, local_day, local_today, now


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table for a stretch of time. `is_next`: it is announced; `is_over`: it has ended."""

    key: str
    values: Values
    begins: datetime | None
    ends: datetime | None
    is_next: bool = False
    is_over: bool = False


def may_see(access: Access, code: str) -> ConfigTable:
    """A table that this person may open. Raises NotThere for one that there is not or that is not theirs."""
    found = tables().get(code)
    if found is None or not access.may(found.permission):
        raise NotThere(_("There is no such table."))
    return found


def tables_for(access: Access) -> list[ConfigTable]:
    """The tables that this person may open."""
    return [one for one in tables().values() if access.may(one.permission)]


def may_change(access: Access | None, table: ConfigTable) -> bool:
    """Whether somebody may change the table: who holds its permission for the whole city. None is who types at the terminal of the server."""
    if access is None:
        return True
    root = area_tree().root()
    return root is not None and access.may_in_area(table.permission, root.id)


def refuse_others(access: Access | None, table: ConfigTable) -> None:
    """Raises NotAllowed where somebody may not change this."""
    if not may_change(access, table):
        raise NotAllowed(_("This holds for the whole city, and your rights hold for a part of it."))


def begins_of(table: ConfigTable, on: date | None, instant: datetime) -> datetime:
    """When a change begins that is to hold from a day on (None: now)."""
    if table.dates == "none":
        return ALWAYS
    today = local_day(instant)
    if table.dates == "day":
        return day_start(on or today)
    return day_start(on) if on is not None and on > today else instant


def rows_of(found: Mapping[str, Steps], *, on: date | None = None, past: bool = False) -> list[Row]:
    """The rows that hold now, or by the end of a day; without a day those that are announced too; `past`: those that have ended."""
    instant = now() if on is None else day_start(on + timedelta(days=1)) - timedelta(microseconds=1)
    rows: list[Row] = []
    for key, steps in found.items():
        for span in spans_of(steps):
            row = _row(key, span, instant)
            if past:
                if row.is_over:
                    rows.append(row)
            elif not row.is_over and (on is None or not row.is_next):
                rows.append(row)
    return rows


def _row(key: str, span: Span, instant: datetime) -> Row:
    return Row(
        key, span.values, None if span.begins == ALWAYS else span.begins, span.ends, span.begins > instant,
        span.ends is not None and span.ends <= instant,
    )  # fmt: skip


def holding(found: Mapping[str, Steps], instant: datetime) -> dict[str, Values]:
    """What holds at an instant, by key."""
    values = {key: at(steps, instant) for key, steps in found.items()}
    return {key: one for key, one in values.items() if one is not None}


def find_row(table: ConfigTable, key: str) -> Steps:
    """The timeline of a key. Raises NotThere for one that there is not."""
    found = table.timelines().get(key)
    if not found:
        raise NotThere(_("There is no such row."))
    return found


# Changes


def changes_seen(access: Access) -> QuerySet[ConfigChange]:
    """The changes of the tables that this person may open, drafts and all."""
    return ConfigChange.objects.filter(table__in=[one.code for one in tables_for(access)]).exclude(
        state=ChangeState.DROPPED
    )


def find_change(access: Access, change_id: int) -> tuple[ConfigTable, ConfigChange]:
    """A change that this person may see, with its table. Raises NotThere."""
    found = changes_seen(access).filter(id=change_id).first()
    if found is None or found.table not in tables():
        raise NotThere(_("There is no such change."))
    table = tables()[found.table]
    return table, found


def draft_of(access: Access, table: ConfigTable) -> ConfigChange | None:
    """The change of a table that this person has begun by hand and not put in force."""
    mine = changes_seen(access).filter(
        table=table.code, state=ChangeState.DRAFT, origin="hand", made_by_id=access.user_id
    )
    found: ConfigChange | None = mine.order_by("-id").first()
    return found


def last_change(table: ConfigTable, key: str) -> ConfigChange | None:
    """Who changed a row last."""
    done = ConfigChange.objects.filter(table=table.code, state=ChangeState.PUT, entries__key=key)
    found: ConfigChange | None = done.order_by("-put_at", "-id").first()
    return found


def history_of(table: ConfigTable, key: str) -> list[tuple[ConfigChange, ConfigEntry]]:
    """The changes of a row that were put in force, the newest first, also those undone since."""
    rows = ConfigEntry.objects.filter(
        key=key, change__table=table.code, change__state__in=(ChangeState.PUT, ChangeState.UNDONE)
    )
    return [(one.change, one) for one in rows.select_related("change").order_by("-change__put_at", "-id")[:50]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One row of a change: what holds when it begins, what will, and the sentence of each (empty: nothing)."""

    entry: ConfigEntry
    what: str  # added, altered, ended, same
    before: Values | None
    after: Values | None


def differences(table: ConfigTable, change: ConfigChange) -> list[Difference]:
    """The rows of a change beside what it changes; of a draft by what is seen from now on."""
    made = []
    for entry in change.entries.order_by("id"):
        steps = from_json(entry.before if change.put_at else entry.seen)
        begins = change.begins_at or begins_of(table, None, now())
        before = at(steps, begins)
        if change.put_at and begins == ALWAYS:
            before = at(steps, ALWAYS)
        what = (
            "same"
            if before == entry.after
            else "added"
            if before is None
            else "ended"
            if entry.after is None
            else "altered"
        )
        made.append(Difference(entry, what, before, entry.after))
    return made


def with_change(
    found: Mapping[str, Steps], entries: Mapping[str, Values | None], instant: datetime
) -> dict[str, Steps]:
    """The timelines with what a change says from an instant on."""
    return {**found, **{key: changed(found.get(key, ()), instant, after) for key, after in entries.items()}}


def is_announced(change: ConfigChange) -> bool:
    """Whether a change is in force from a later day on."""
    return change.state == ChangeState.PUT and change.begins_at is not None and change.begins_at > now()


def soonest() -> date:
    """The first day for which something can be announced."""
    return local_today() + timedelta(days=1)
