"""The page of a record: every value with source, date and state, what stands beside it, its history, and what was known on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.core.access.public import Access, access_on, names_of
from linli.core.areas.public import place
from linli.core.desk.public import choice_words, marks
from linli.core.ledger.aging import old_ones
from linli.core.ledger.beside import address
from linli.core.ledger.definition import Kept, Ledger
from linli.core.ledger.faces.forms import may_any
from linli.core.ledger.faces.lists import pill
from linli.core.ledger.history import Standing, entries, find, held_true, holds, text_in
from linli.core.ledger.merging import merges_of
from linli.core.ledger.models import Act, Source
from linli.core.ledger.moving import moved
from linli.core.ledger.words import masked
from linli.core.platform.public import day_start, local_today
from linli.lib.outside import day as day_of
from linli.lib.outside import whole_number

SHOWN_ENTRIES = 60
VALUE_PHASES = {"verified": "done", "reported": "new", "disputed": "check", "late": "joined"}


@dataclass(frozen=True)
class ValueLine:
    """One value as the page shows it."""

    words: str
    state: str
    source: str
    on: str
    who: str
    row_id: int = 0


@dataclass(frozen=True)
class FieldLine:
    """One field: its value, those that stand beside it, whether it has grown old, whether it can be revealed."""

    name: str
    title: str
    value: ValueLine
    beside: list[ValueLine] = field(default_factory=list)
    is_old: bool = False
    is_sealed: bool = False


@dataclass(frozen=True)
class Entry:
    """One act of the history."""

    what: str
    who: str
    at: datetime
    source: str
    lines: list[tuple[str, str, str]]


def show(ledger: Ledger, request: HttpRequest, record_id: int) -> HttpResponse:
    """One record; one that was merged leads to the one that it goes on as."""
    record = find(ledger, access_on(request), record_id)
    if record.id != record_id:
        return HttpResponseRedirect(address(ledger, record.id))
    return render(request, ledger.template, context_of(ledger, request, record))


def context_of(ledger: Ledger, request: HttpRequest, record: Any, **more: Any) -> dict[str, Any]:
    """What the page of a record shows; `more` is a dialog that was refused, or what is said above everything."""
    access, today = access_on(request), local_today()
    on, true = day_of(request.GET.get("on", "")), request.GET.get("as") == "true"
    asked = on if on is not None and date(2000, 1, 1) <= on <= today else None
    held = _held(ledger, record, asked, true=true)
    merges = merges_of(ledger, record.id)
    gone = {one.gone_id: one for one in merges}
    of = whole_number(request.GET.get("of", "")) or record.id
    rows = entries(ledger, of if of in gone else record.id, most=SHOWN_ENTRIES)
    names = names_of({row.actor_id for row in rows} | {r.actor_id for s in held.values() for r in _all(s)})
    old = set() if asked else {kept.name for kept in old_ones(ledger, held, today)}
    codes = dict(ledger.model._default_manager.filter(id__in=gone).values_list("id", "code")) if gone else {}
    may = may_any(ledger, access, record)
    return {
        "ledger": ledger, "record": record, "title": ledger.heading(record), "pill": pill(record), "place": place(record.area_id),
        "facts": ledger.facts(record, access), "lines": [_field(ledger, kept, record, held, names, old, asked) for kept in ledger.kept],
        "on": asked, "on_wrong": bool(request.GET.get("on")) and asked is None, "as_true": true, "today": today,
        "history": _entries(ledger, rows, names), "more_history": len(rows) == SHOWN_ENTRIES, "of": codes.get(of, ""),
        "merges": [(one, codes.get(one.gone_id, ""), names_of({one.by_id}).get(one.by_id, "")) for one in merges],
        "may": may, "may_reveal": _may_reveal(ledger, access, record), "back_url": reverse(ledger.code), "old": old,
        "do": {action: _do(ledger, record, action) for action in ("change", "verify", "decide", "move", "retire", "restore", "reveal")},
        "merge_url": reverse(f"{ledger.code}-merge", args=[record.id]), "undo_name": f"{ledger.code}-undo", "self_url": address(ledger, record.id),
        **ledger.more(record, access), **more,
    }  # fmt: skip


def _may_reveal(ledger: Ledger, access: Access, record: Any) -> bool:
    return bool(ledger.of_person) and access.may_in_area(ledger.permission("reveal"), record.area_id)


def _do(ledger: Ledger, record: Any, action: str) -> str:
    return reverse(f"{ledger.code}-do", args=[record.id, action])


def _held(ledger: Ledger, record: Any, on: date | None, *, true: bool) -> dict[str, Standing]:
    if on is None:
        return holds(ledger, [record.id]).get(record.id, {})
    if true:
        return held_true(ledger, [record.id], on).get(record.id, {})
    return holds(ledger, [record.id], known_before=day_start(on + timedelta(days=1))).get(record.id, {})


def _all(standing: Standing) -> list[Any]:
    return [one for one in (standing.row, *standing.beside) if one is not None]


def _field(
    ledger: Ledger,
    kept: Kept,
    record: Any,
    held: dict[str, Standing],
    names: Mapping[int | None, str],
    old: set[str],
    on: date | None,
) -> FieldLine:
    standing = held.get(kept.name, Standing())
    if standing.row is not None:
        value = _value(ledger, kept, standing.row, names)
    else:
        words = masked(ledger, kept, getattr(record, kept.name)) if on is None else ""
        value = ValueLine(words, "", "", "", "")
    return FieldLine(
        kept.name, str(kept.title), value, [_value(ledger, kept, row, names) for row in standing.beside], kept.name in old,
        ledger.is_sealed(kept) and value.words != "" and on is None,
    )  # fmt: skip


def _value(ledger: Ledger, kept: Kept, row: Any, names: Mapping[int | None, str]) -> ValueLine:
    text = text_in(row)
    words = _("erased, its time is over") if text is None else masked(ledger, kept, ledger.value_of(kept, text))
    pill_of = marks.state(row.state, choice_words(row, "state"), VALUE_PHASES[row.state])
    return ValueLine(
        words, pill_of, str(Source(row.source).label), marks.day_words(row.stated_on), names.get(row.actor_id, ""), row.id
    )  # fmt: skip


def _entries(ledger: Ledger, rows: Sequence[Any], names: Mapping[int | None, str]) -> list[Entry]:
    found = []
    for _seq, acts in groupby(rows, key=lambda row: row.seq):
        of_act = list(acts)
        first = of_act[0]
        lines = []
        for row in of_act:
            if row.act == "move":
                old, new = moved(row.value)
                lines.append((_("Area"), _("%(old)s → %(new)s") % {"old": old, "new": new}, ""))
            kept = ledger.by_name.get(row.field)
            if kept is not None:
                text = text_in(row)
                words = (
                    _("erased, its time is over")
                    if text is None
                    else masked(ledger, kept, ledger.value_of(kept, text)) or "—"
                )
                lines.append(
                    (str(kept.title), words, choice_words(row, "state") if row.state in ("disputed", "late") else "")
                )
        source = "" if not lines or first.act == "move" else _("%(source)s, as of %(day)s") % {
            "source": Source(first.source).label, "day": marks.day_words(first.stated_on),
        }  # fmt: skip
        who = names.get(first.actor_id, "") or (_("System") if first.actor_kind == "system" else "")
        found.append(Entry(str(Act(first.act).label), who, first.known_at, source, lines))
    return found
