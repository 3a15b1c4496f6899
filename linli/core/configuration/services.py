"""Changes: drafted, put in force now or on a day, brought forward, undone, dropped. Each is one write, on record, once per UUID."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.algorithms.timelines import ALWAYS, Steps, Values, as_json, changed, from_json, onwards, restored
from linli.core.access.public import Access, names_of
from linli.core.configuration.models import ChangeState, ConfigChange, ConfigEntry
from linli.core.configuration.selectors import (
    begins_of,
    find_change,
    holding,
    is_announced,
    last_change,
    refuse_others,
)
from linli.core.configuration.table import ConfigTable
from linli.core.platform.public import (
    Actor,
    BadInput,
    NotThere,
    Refusal,
    Work,
    bump,
    cleaned,
    listed,
    local_today,
    locked,
    moment_words,
    row_uuid,
    write,
)

MOST_ROWS = 5000
LAST_YEARS = 2


def begin_change(
    actor: Actor, *, access: Access | None, uuid: UUID, table: ConfigTable, origin: str, reason: str = "", import_id: int | None = None
) -> ConfigChange:  # fmt: skip
    """Begins a change without rows. Raises NotAllowed."""
    refuse_others(access, table)
    with write(actor) as work:
        change = ConfigChange.objects.create(
            uuid=row_uuid(actor, uuid), table=table.code, origin=origin, reason=_reason(reason), import_id=import_id,
            made_by_id=access.user_id if access else None, made_at=work.now,
        )  # fmt: skip
        work.audit("city", "config.begin", "config_change", change.id, {"table": table.code, "origin": origin})
    return change


def _reason(words: str) -> str:
    return cleaned("reason", words, max_chars=300, lines=False)


def draft_rows(
    actor: Actor, *, access: Access | None, change: ConfigChange, table: ConfigTable, rows: Iterable[Mapping[str, Any]] = (),
    ended: Iterable[str] = (), joined: bool = False,
) -> list[ConfigEntry]:  # fmt: skip
    """Puts rows into a draft: those with values are added or altered, those in `ended` (keys) end. A row that stands in it already is
    replaced, or with `joined` put to (`ConfigTable.join`). Rows were read by the table. Raises Refusal, NotAllowed, NotThere."""
    refuse_others(access, table)
    wanted: dict[str, Values | None] = {}
    there = table.timelines()
    for key in ended:
        if not there.get(key):
            raise NotThere(_("There is no such row."))
        wanted[key] = table.usual(key) if table.usual is not None else None
    with write(actor) as work:
        held = _draft(change.id)
        old = {entry.key: entry for entry in held.entries.all()}
        for row in rows:
            key = table.key_of(row)
            first = wanted[key] if key in wanted else old[key].after if key in old and joined else None
            if table.usual is not None and key not in there:
                raise BadInput(_("There is no such row, and none can be added here."), field=table.key_fields[0])
            wanted[key] = table.join(dict(first), row) if joined and table.join and first else dict(row)
        if len(wanted | old) > MOST_ROWS:
            raise Refusal(_("A change holds at most %s rows; make two.") % f"{MOST_ROWS:,}")
        made = []
        for key, after in wanted.items():
            seen = old[key].seen if key in old else as_json(there.get(key, ()))
            made.append(ConfigEntry(change=held, key=key, after=after, seen=seen))
        ConfigEntry.objects.bulk_create(
            made,
            update_conflicts=True,
            unique_fields=["change", "key"],
            update_fields=["after", "seen"],
            batch_size=200,
        )
        _touch(held)
        work.audit("city", "config.draft", "config_change", held.id, {"rows": list(wanted)[:50], "count": len(wanted)})
    return made


def _alone(table: ConfigTable) -> None:
    """Lets one change of a table be put in force or undone at a time, on every database."""
    bump(f"config_{table.code}")


def _draft(change_id: int) -> ConfigChange:
    """The draft, locked. Raises Refusal when it is none any more."""
    held = locked(ConfigChange.objects.filter(id=change_id)).first()
    if held is None:
        raise NotThere(_("There is no such change."))
    if held.state != ChangeState.DRAFT:
        raise Refusal(_("This change is at “%s” by now; look at it again.") % ChangeState(held.state).label)
    return held


def _touch(held: ConfigChange, **columns: Any) -> None:
    ConfigChange.objects.filter(id=held.id).update(seq=held.seq + 1, **columns)


def leave_out(actor: Actor, *, access: Access, change_id: int, keys: Iterable[str]) -> None:
    """Takes rows out of a draft. Twice is once."""
    table, change = find_change(access, change_id)
    refuse_others(access, table)
    with write(actor) as work:
        held = _draft(change.id)
        gone, _rows = held.entries.filter(key__in=list(keys)).delete()
        _touch(held)
        work.audit("city", "config.leave_out", "config_change", held.id, {"count": gone})


def answer_questions(actor: Actor, *, access: Access, change_id: int, answers: Mapping[str, str]) -> None:
    """Says once for all rows of a draft what their file left open. Raises BadInput for what is no answer."""
    table, change = find_change(access, change_id)
    refuse_others(access, table)
    for question in table.questions:
        if question.code in answers and answers[question.code] not in question.choices:
            raise BadInput(_("Choose one of those offered."), field=question.code)
    with write(actor) as work:
        held = _draft(change.id)
        said = {**held.answers, **answers}
        entries = list(held.entries.all())
        for entry in entries:
            if entry.after is not None and table.settle is not None:
                entry.after = table.settle(entry.after, said)
        ConfigEntry.objects.bulk_update(entries, ["after"], batch_size=200)
        _touch(held, answers=said)
        work.audit("city", "config.answer", "config_change", held.id, dict(answers))


def look_anew(actor: Actor, *, access: Access, change_id: int) -> None:
    """Takes what holds now as what a draft was made upon, after somebody was faster: who does it has seen the difference."""
    table, change = find_change(access, change_id)
    refuse_others(access, table)
    with write(actor) as work:
        held, there = _draft(change.id), table.timelines()
        entries = list(held.entries.all())
        for entry in entries:
            entry.seen = as_json(there.get(entry.key, ()))
        ConfigEntry.objects.bulk_update(entries, ["seen"], batch_size=200)
        _touch(held)
        work.audit("city", "config.look_anew", "config_change", held.id, {})


def put_in_force(
    actor: Actor, *, access: Access | None, change_id: int, seq: int | None = None, reason: str = "", on: date | None = None
) -> ConfigChange:  # fmt: skip
    """Lets a draft hold from now, or from a later day on. Twice is refused by its state.

    `seq` is that of the draft as it was seen. Raises Refusal when somebody was faster (with a row, or with the draft), when something is
    left open or the rows together cannot be meant; BadInput for a day that cannot be chosen.
    """
    table, change = _found(access, change_id)
    refuse_others(access, table)
    _check_day(table, on)
    with write(actor) as work:
        _alone(table)
        held = _draft(change.id)
        if seq is not None and seq != held.seq:
            raise Refusal(_("Somebody has worked on this change meanwhile; look at it again."), code="stale")
        entries = list(held.entries.order_by("id"))
        why = _reason(reason) or held.reason
        _check_whole(table, entries, why)
        begins = begins_of(table, on, work.now)
        there = table.timelines()
        _check_seen(table, entries, there, ALWAYS if table.dates == "none" else work.now)
        wanted = {one.key: changed(there.get(one.key, ()), begins, one.after) for one in entries}
        if table.check_all is not None:
            table.check_all(holding({**there, **wanted}, begins))
        _keep(work, table, wanted)
        for entry in entries:
            entry.before, entry.stood = as_json(there.get(entry.key, ())), as_json(wanted[entry.key])
        ConfigEntry.objects.bulk_update(entries, ["before", "stood"], batch_size=200)
        _touch(
            held, state=ChangeState.PUT, begins_at=begins, put_at=work.now, put_by_id=access.user_id if access else None, reason=why
        )  # fmt: skip
        facts = {
            "table": table.code,
            "begins": begins.isoformat(),
            "rows": [one.key for one in entries][:50],
            "count": len(entries),
        }
        work.audit("city", "config.put", "config_change", held.id, facts)
    held.refresh_from_db()
    return held


def _keep(work: Work, table: ConfigTable, wanted: Mapping[str, Steps]) -> None:
    """Keeps timelines, and holds that the table says so afterwards: a table that does not is broken, and nothing is kept."""
    table.keep(work, wanted)
    says = table.timelines()
    wrong = next((key for key, steps in wanted.items() if says.get(key, ()) != steps), None)
    if wrong is not None:
        raise RuntimeError(f"The table {table.code!r} was to keep {wrong!r} and says otherwise.")


def _found(access: Access | None, change_id: int) -> tuple[ConfigTable, ConfigChange]:
    if access is not None:
        return find_change(access, change_id)
    from linli.core.configuration.table import tables

    change = ConfigChange.objects.filter(id=change_id).first()
    if change is None or change.table not in tables():
        raise NotThere(_("There is no such change."))
    return tables()[change.table], change


def _check_day(table: ConfigTable, on: date | None) -> None:
    today = local_today()
    if on is None:
        return
    if table.dates == "none" and on != today:
        raise BadInput(_("These rows hold as soon as they stand there; leave the day out."), field="on")
    if on < today:
        raise BadInput(_("A change begins today or on a later day; what held before stays."), field="on")
    if on.year > today.year + LAST_YEARS:
        raise BadInput(_("Choose a day within two years."), field="on")


def _check_whole(table: ConfigTable, entries: list[ConfigEntry], reason: str) -> None:
    if not entries:
        raise Refusal(_("This change has no rows yet; add some."))
    if not reason:
        raise BadInput(_("Say why, in a sentence."), field="reason")
    if table.open_questions is not None:
        for entry in entries:
            asked, mend = table.open_questions(entry.after or {})
            if asked:
                raise Refusal(_("Say first what the file leaves open."))
            if mend:
                raise Refusal(
                    _("%(row)s: %(mend)s Mend it, or leave the row out.") % {"row": entry.key, "mend": mend[0]}
                )


def _other(one: Steps, other: Steps, instant: datetime) -> bool:
    """Whether two timelines say different things from an instant on."""
    return onwards(one, instant) != onwards(other, instant)


def _check_seen(table: ConfigTable, entries: list[ConfigEntry], there: Mapping[str, Steps], instant: datetime) -> None:
    """Refuses a change whose rows were changed by somebody since it was drafted."""
    for entry in entries:
        if _other(from_json(entry.seen), there.get(entry.key, ()), instant):
            raise Refusal(faster(table, entry.key), code="stale")


def faster(table: ConfigTable, key: str) -> str:
    """Who changed a row meanwhile, in a sentence."""
    last = last_change(table, key)
    if last is None or last.put_at is None:
        return _("Somebody has changed a row of this change meanwhile; look at what holds now.")
    who = names_of({last.put_by_id}).get(last.put_by_id, "") if last.put_by_id else ""
    said = {"who": who or _("Somebody at the server"), "when": moment_words(last.put_at)}
    return _("%(who)s was faster and changed a row of this change on %(when)s; look at what holds now.") % said


def undo(actor: Actor, *, access: Access | None, change_id: int) -> ConfigChange:
    """Undoes a change: from now on, or from the day for which it was announced, what held without it. What held meanwhile stays told.

    Raises Refusal when another change stands on it. Twice is refused by its state.
    """
    table, change = _found(access, change_id)
    refuse_others(access, table)
    with write(actor) as work:
        _alone(table)
        held = _put(change.id)
        _take_back(work, table, held)
        _touch(held, state=ChangeState.UNDONE, undone_at=work.now, undone_by_id=access.user_id if access else None)
        work.audit("city", "config.undo", "config_change", held.id, {"table": table.code})
    held.refresh_from_db()
    return held


def _put(change_id: int) -> ConfigChange:
    held = locked(ConfigChange.objects.filter(id=change_id)).first()
    if held is None or held.state != ChangeState.PUT:
        raise Refusal(_("Only what is in force or announced can be undone; look at this change again."))
    return held


def _take_back(work: Work, table: ConfigTable, held: ConfigChange) -> None:
    entries, there = list(held.entries.all()), table.timelines()
    begins = held.begins_at or ALWAYS
    from_here = begins if begins == ALWAYS or begins > work.now else begins_of(table, None, work.now)
    moved = [one for one in entries if _other(from_json(one.stood), there.get(one.key, ()), from_here)]
    if moved:
        last = last_change(table, moved[0].key)
        if last is not None and last.id != held.id:
            raise Refusal(_("Change %s stands on this one; undo that one first.") % last.id)
        raise Refusal(_("What this change settled was changed elsewhere since; make a new change instead."))
    wanted = {}
    for entry in entries:
        wanted[entry.key] = restored(there.get(entry.key, ()), from_json(entry.before), from_here)
    if table.check_all is not None:
        table.check_all(holding({**there, **wanted}, from_here))
    _keep(work, table, wanted)


def bring_forward(
    actor: Actor, *, access: Access, change_id: int, on: date | None = None
) -> ConfigChange:  # fmt: skip
    """Lets an announced change begin now, or on another day. Raises Refusal when it has begun or another one stands on it."""
    table, change = find_change(access, change_id)
    refuse_others(access, table)
    _check_day(table, on)
    with write(actor) as work:
        _alone(table)
        held = _put(change.id)
        if not is_announced(held):
            raise Refusal(_("This change has begun already."))
        _take_back(work, table, held)
        begins, there = begins_of(table, on, work.now), table.timelines()
        entries = list(held.entries.all())
        wanted = {one.key: changed(there.get(one.key, ()), begins, one.after) for one in entries}
        if table.check_all is not None:
            table.check_all(holding({**there, **wanted}, begins))
        _keep(work, table, wanted)
        for entry in entries:
            entry.before, entry.stood = as_json(there.get(entry.key, ())), as_json(wanted[entry.key])
        ConfigEntry.objects.bulk_update(entries, ["before", "stood"], batch_size=200)
        _touch(held, begins_at=begins)
        work.audit("city", "config.move", "config_change", held.id, {"begins": begins.isoformat()})
    held.refresh_from_db()
    return held


def drop(actor: Actor, *, access: Access, change_id: int) -> None:
    """Throws a draft away. It stays on record as dropped."""
    table, change = find_change(access, change_id)
    refuse_others(access, table)
    with write(actor) as work:
        held = _draft(change.id)
        _touch(held, state=ChangeState.DROPPED)
        work.audit("city", "config.drop", "config_change", held.id, {"table": listed([table.code])})
