"""Pages of tables and changes. Each press does its step once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from linli.algorithms.timelines import Values, at, spans_of
from linli.core.access.public import access_on, names_of, staff_page
from linli.core.configuration import selectors, services
from linli.core.configuration.kinds import words_of
from linli.core.configuration.models import ChangeState, ConfigChange
from linli.core.configuration.pages.forms import MoveForm, PutForm, row_form
from linli.core.configuration.previewing import open_questions, previewed
from linli.core.configuration.table import ConfigTable, preview_of
from linli.core.desk.public import answer_once, do_once, marks, posted_from
from linli.core.platform.public import Actor, Refusal, local_day, moment_words, now, title_in
from linli.lib.outside import day as day_of
from linli.lib.outside import whole_number

PAGE_ROWS = 100
SHOWN_CHANGES = 20
SHOWN_ROWS = 200
PHASES = {"draft": "new", "put": "done", "undone": "joined", "dropped": "joined"}


def state_of(change: ConfigChange) -> str:
    """The pill of a change."""
    if selectors.is_announced(change):
        return str(marks.state("announced", _("announced"), "waiting"))
    return str(marks.state(change.state, str(ChangeState(change.state).label), PHASES[change.state]))


def sentence_of(table: ConfigTable, values: Values | None) -> str:
    """A row in a sentence; a dash for none."""
    return table.sentence(values) if values is not None else "—"


def row_address(table: ConfigTable, name: str, key: str) -> str:
    """The address of a page about a row."""
    return f"{reverse(name, args=[table.code])}?{urlencode({'key': key})}"


@require_safe
@staff_page()
def tables_page(request: HttpRequest) -> HttpResponse:
    """All tables that this person may open, and the changes that wait or came lately."""
    access = access_on(request)
    shown = [
        {
            "title": title_in(one.titles),
            "text": title_in(one.explained),
            "url": reverse("configuration-table", args=[one.code]),
        }
        for one in selectors.tables_for(access)
    ]
    changes = list(selectors.changes_seen(access).order_by("-id")[:SHOWN_CHANGES])
    return render(request, "configuration/tables.html", {"tables": shown, "changes": change_lines(changes)})


def change_lines(changes: list[ConfigChange]) -> list[dict[str, Any]]:
    """Changes as lists show them."""
    from linli.core.configuration.table import tables

    names = names_of({id_ for one in changes for id_ in (one.made_by_id, one.put_by_id) if id_})
    return [
        {
            "title": one.reason or _("Change %s") % one.id, "url": reverse("configuration-change", args=[one.id]), "pill": state_of(one),
            "table": title_in(tables()[one.table].titles) if one.table in tables() else one.table,
            "who": names.get(one.put_by_id or one.made_by_id or 0, _("At the server")), "when": moment_words(one.put_at or one.made_at),
        }
        for one in changes
    ]  # fmt: skip


@require_safe
@staff_page()
def table_page(request: HttpRequest, code: str) -> HttpResponse:
    """What holds and what is announced; what held; what held on a day."""
    access = access_on(request)
    table = selectors.may_see(access, code)
    on, past = day_of(request.GET.get("on", "")), request.GET.get("past") == "1"
    words = request.GET.get("q", "").replace("\0", "").strip()[:60].casefold()
    found = table.timelines()
    rows = [(row, table.sentence(row.values)) for row in selectors.rows_of(found, on=on, past=past)]
    if words:
        rows = [one for one in rows if words in one[1].casefold() or words in one[0].key.casefold()]
    rows.sort(key=lambda one: (one[0].key, one[0].begins or now(), one[1]))
    page = max(1, whole_number(request.GET.get("page", ""), 10_000) or 1)
    first = (page - 1) * PAGE_ROWS
    lines = [
        {
            "sentence": sentence, "url": row_address(table, "configuration-row", row.key), "is_next": row.is_next,
            "since": marks.day_words(local_day(row.begins)) if row.begins else "", "until": marks.day_words(local_day(row.ends)) if row.ends else "",
        }
        for row, sentence in rows[first : first + PAGE_ROWS]
    ]  # fmt: skip
    asked = {
        key: value
        for key, value in (
            ("q", request.GET.get("q", "")),
            ("on", request.GET.get("on", "")),
            ("past", "1" if past else ""),
        )
        if value
    }
    changes = list(selectors.changes_seen(access).filter(table=code).order_by("-id")[:SHOWN_CHANGES])
    context = {
        "table": table, "title": title_in(table.titles), "text": title_in(table.explained), "lines": lines, "total": len(rows), "on": on,
        "on_typed": request.GET.get("on", "")[:10], "past": past, "q": request.GET.get("q", "")[:60], "may": selectors.may_change(access, table),
        "next": f"?{urlencode({**asked, 'page': page + 1})}" if len(rows) > first + PAGE_ROWS else "",
        "first": f"?{urlencode(asked)}" if page > 1 else "", "changes": change_lines(changes), "import_code": table.import_code,
        "draft": selectors.draft_of(access, table),
    }  # fmt: skip
    return render(request, "configuration/table.html", context)


@require_safe
@staff_page()
def row_page(request: HttpRequest, code: str) -> HttpResponse:
    """A row: what holds, what held and what comes, and the changes that made it so."""
    access = access_on(request)
    table = selectors.may_see(access, code)
    key = request.GET.get("key", "")[:200]
    steps = selectors.find_row(table, key)
    holds = at(steps, now())
    spans = [
        {
            "sentence": table.sentence(one.values), "holds": one.values is holds, "is_next": one.begins > now(),
            "since": marks.day_words(local_day(one.begins)) if one.begins.year > 1900 else "",
            "until": marks.day_words(local_day(one.ends)) if one.ends else "",
        }
        for one in reversed(spans_of(steps))
    ]  # fmt: skip
    shown = holds if holds is not None else spans_of(steps)[-1].values
    context = {
        "table": table, "title": title_in(table.titles), "sentence": table.sentence(shown), "spans": spans, "key": key,
        "facts": facts_of(table, shown), "may": selectors.may_change(access, table),
        "edit_url": row_address(table, "configuration-edit", key), "holds": holds is not None,
        "changes": change_lines([change for change, _entry in selectors.history_of(table, key)]),
    }  # fmt: skip
    return render(request, "configuration/row.html", context)


def facts_of(table: ConfigTable, values: Values) -> list[tuple[str, str]]:
    """A row field by field."""
    return [(one.title, words_of(one, values.get(one.code))) for one in table.fields]


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def edit_page(request: HttpRequest, code: str) -> HttpResponseBase:
    """A row to be added or altered. It goes into the person's draft of the table, or into the draft that the address names."""
    access = access_on(request)
    table = selectors.may_see(access, code)
    selectors.refuse_others(access, table)
    key, change_id = request.GET.get("key"), whole_number(request.GET.get("change", ""))
    initial = _initial(request, table, key, change_id)
    fixed = {name: initial[name] for name in table.key_fields} if table.usual is not None and key is not None else {}
    form = row_form(table, fixed)(request, initial=initial)

    def effect(actor: Actor, uuid: UUID) -> int:
        change = _draft_for(actor, access, table, uuid, change_id, request.GET.get("reason", "")[:300])
        values = form.values  # type: ignore[attr-defined]  # what the table made of the form
        moved = key if key is not None and table.key_of(values) != key else None
        ended = [moved] if moved is not None and moved in table.timelines() else []
        if moved is not None and change_id:
            services.leave_out(actor, access=access, change_id=change.id, keys=[moved])
        services.draft_rows(actor, access=access, change=change, table=table, rows=[values], ended=ended)
        return change.id

    answer = form.send(["configuration row", code, key, change_id], effect)
    if answer is not None:
        return HttpResponseRedirect(reverse("configuration-change", args=[int(answer.body)]))
    context = {"table": table, "title": title_in(table.titles), "form": form, "is_new": key is None}
    return render(request, "configuration/edit.html", context, status=form.status)


def _draft_for(
    actor: Actor, access: Any, table: ConfigTable, uuid: UUID, change_id: int | None, reason: str = ""
) -> ConfigChange:
    if change_id:
        return selectors.find_change(access, change_id)[1]
    found = selectors.draft_of(access, table)
    return found or services.begin_change(actor, access=access, uuid=uuid, table=table, origin="hand", reason=reason)


def _initial(request: HttpRequest, table: ConfigTable, key: str | None, change_id: int | None) -> Mapping[str, Any]:
    """What stands in the form at first: the row of the draft, else what holds, else what the address brings."""
    access = access_on(request)
    if change_id and key is not None:
        _table, change = selectors.find_change(access, change_id)
        entry = change.entries.filter(key=key).first()
        if entry is not None and entry.after is not None:
            kept: Mapping[str, Any] = entry.after
            return kept
    if key is not None:
        steps = selectors.find_row(table, key)
        found = at(steps, now()) or spans_of(steps)[-1].values
        return dict(found)
    given = {one.code: request.GET[one.code][:200] for one in table.fields if one.code in request.GET}
    return {one.code: one.default for one in table.fields if one.default is not None} | given


@posted_from("configuration-table", "code")
@staff_page()
def end_page(request: HttpRequest, code: str) -> HttpResponseBase:
    """Lets rows end, by a draft."""
    access = access_on(request)
    table = selectors.may_see(access, code)
    keys = [key[:200] for key in request.POST.getlist("key")][: services.MOST_ROWS]

    def effect(actor: Actor, uuid: UUID) -> int:
        change = _draft_for(actor, access, table, uuid, None)
        services.draft_rows(actor, access=access, change=change, table=table, ended=keys)
        return change.id

    answer = do_once(request, ["configuration end", code], effect)
    return HttpResponseRedirect(reverse("configuration-change", args=[int(answer.body)]))


@require_safe
@staff_page()
def change_page(request: HttpRequest, change_id: int) -> HttpResponse:
    """A change: before and after, what it would have done, and what can be done with it."""
    return _change(request, change_id)


def _change(
    request: HttpRequest, change_id: int, refusal: Refusal | None = None, put: PutForm | None = None
) -> HttpResponse:
    access = access_on(request)
    table, change = selectors.find_change(access, change_id)
    may = selectors.may_change(access, table)
    found = selectors.differences(table, change)
    is_draft = change.state == ChangeState.DRAFT
    asked = open_questions(table, {one.entry.key: one.after for one in found}) if is_draft else set()
    seen = previewed(table, change, access) if is_draft and not asked else None
    looks = preview_of(table)
    lines = [_line(table, change, one) for one in found]
    first = [one for one in lines if one["mend"]] + [one for one in lines if not one["mend"]]
    names = names_of({id_ for id_ in (change.made_by_id, change.put_by_id, change.undone_by_id) if id_})
    context = {
        "table": table, "change": change, "title": title_in(table.titles), "pill": state_of(change), "may": may, "is_draft": is_draft,
        "lines": first[:SHOWN_ROWS], "more": max(0, len(lines) - SHOWN_ROWS), "count": len(lines),
        "counts": {what: sum(one.what == what for one in found) for what in ("added", "altered", "ended")},
        "questions": [
            (one, [(code, title_in(titles), change.answers.get(one.code) == code) for code, titles in one.choices.items()], title_in(one.titles))
            for one in table.questions if one.code in asked
        ],
        "mend": sum(bool(one["mend"]) for one in lines), "seen": seen, "looks": title_in(looks.titles) if looks else "",
        "announced": selectors.is_announced(change), "refused": refusal.sentence if refusal else "",
        "stale": refusal is not None and refusal.code == "stale",
        "put": put or PutForm(request, table, fresh=True, initial={"reason": change.reason or request.GET.get("reason", "")[:300]}),
        "move": MoveForm(request, fresh=True, code="move") if selectors.is_announced(change) else None,
        "made_by": names.get(change.made_by_id or 0, _("At the server")), "put_by": names.get(change.put_by_id or 0, _("At the server")),
        "undone_by": names.get(change.undone_by_id or 0, _("At the server")),
    }  # fmt: skip
    status = refusal.status if refusal else put.status if put else 200
    return render(request, "configuration/change.html", context, status=status)


def _line(table: ConfigTable, change: ConfigChange, one: selectors.Difference) -> dict[str, Any]:
    mend: list[str] = []
    if change.state == ChangeState.DRAFT and one.after is not None and table.open_questions is not None:
        mend = table.open_questions(one.after)[1]
    fields = []
    if one.before is not None and one.after is not None:
        fields = [
            (kept.title, words_of(kept, one.before.get(kept.code)), words_of(kept, one.after.get(kept.code)))
            for kept in table.fields
            if one.before.get(kept.code) != one.after.get(kept.code)
        ]
    address = f"{row_address(table, 'configuration-edit', one.entry.key)}&change={change.id}"
    return {
        "what": one.what, "key": one.entry.key, "before": sentence_of(table, one.before) if one.before else "",
        "after": sentence_of(table, one.after) if one.after is not None else "", "fields": fields, "mend": mend,
        "edit": address if one.after is not None else "",
    }  # fmt: skip


@posted_from("configuration-change", "change_id")
@staff_page()
def put_page(request: HttpRequest, change_id: int) -> HttpResponseBase:
    """Puts it in force, now or on a day."""
    access = access_on(request)
    table, _found = selectors.find_change(access, change_id)
    form, seq = PutForm(request, table), whole_number(request.POST.get("seq", ""))

    def effect(actor: Actor, _uuid: UUID) -> int:
        said = form.cleaned_data
        return services.put_in_force(
            actor, access=access, change_id=change_id, seq=seq, reason=said["reason"], on=said.get("on")
        ).id

    try:
        if not form.is_valid():
            return _change(request, change_id, put=form)
        do_once(request, ["configuration put", change_id], effect)
    except Refusal as refusal:
        if refusal.field in form.fields:
            form.refuse(refusal)
            return _change(request, change_id, put=form)
        return _change(request, change_id, refusal)
    return HttpResponseRedirect(reverse("configuration-change", args=[change_id]))


@posted_from("configuration-change", "change_id")
@staff_page()
def move_page(request: HttpRequest, change_id: int) -> HttpResponseBase:
    """Brings an announced change forward, or puts it off."""
    on = day_of(request.POST.get("on", ""))
    return _press(request, change_id, "configuration move", services.bring_forward, on=on)


@posted_from("configuration-change", "change_id")
@staff_page()
def undo_page(request: HttpRequest, change_id: int) -> HttpResponseBase:
    """Undoes it."""
    return _press(request, change_id, "configuration undo", services.undo)


@posted_from("configuration-change", "change_id")
@staff_page()
def drop_page(request: HttpRequest, change_id: int) -> HttpResponseBase:
    """Throws a draft away."""
    table, _change_found = selectors.find_change(access_on(request), change_id)
    to = reverse("configuration-table", args=[table.code])
    return _press(request, change_id, "configuration drop", services.drop, to=to)


@posted_from("configuration-change", "change_id")
@staff_page()
def leave_out_page(request: HttpRequest, change_id: int) -> HttpResponseBase:
    """Takes rows out of a draft: one, or all that a person would have to mend."""
    keys = [key[:200] for key in request.POST.getlist("key")]
    if request.POST.get("unmended") == "1":
        table, change = selectors.find_change(access_on(request), change_id)
        keys = [
            one.key for one in change.entries.all() if table.open_questions and table.open_questions(one.after or {})[1]
        ]
    return _press(request, change_id, "configuration leave out", services.leave_out, keys=keys)


@posted_from("configuration-change", "change_id")
@staff_page()
def answers_page(request: HttpRequest, change_id: int) -> HttpResponseBase:
    """Says what the file leaves open."""
    table, _found = selectors.find_change(access_on(request), change_id)
    answers = {one.code: request.POST[one.code] for one in table.questions if one.code in request.POST}
    return _press(request, change_id, "configuration answers", services.answer_questions, answers=answers)


@posted_from("configuration-change", "change_id")
@staff_page()
def anew_page(request: HttpRequest, change_id: int) -> HttpResponseBase:
    """Looks at what holds now, after somebody was faster."""
    return _press(request, change_id, "configuration anew", services.look_anew)


def _press(
    request: HttpRequest, change_id: int, what: str, step: Callable[..., Any], *, to: str = "", **given: Any
) -> HttpResponseBase:
    """A button of the page of a change: does its step once."""
    access = access_on(request)
    selectors.find_change(access, change_id)
    return answer_once(
        request, [what, change_id], lambda actor, _uuid: step(actor, access=access, change_id=change_id, **given) and change_id,
        to=to or reverse("configuration-change", args=[change_id]), refused=lambda refusal: _change(request, change_id, refusal),
    )  # fmt: skip
