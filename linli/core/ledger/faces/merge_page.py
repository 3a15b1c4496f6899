"""Joining two records: what may be the same, both side by side, what is taken over from which, and taking them apart again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.core.access.public import Access, access_on
from linli.core.desk.public import DeskForm, answer_once, choice_words, marks
from linli.core.ledger import merging
from linli.core.ledger.beside import address
from linli.core.ledger.definition import Ledger
from linli.core.ledger.faces.record_page import context_of
from linli.core.ledger.history import Standing, find, holds, may, seen, text_in
from linli.core.ledger.models import LedgerMerge
from linli.core.ledger.words import masked
from linli.core.platform.public import Actor, BadInput, NotAllowed, NotThere, Refusal
from linli.lib.outside import whole_number


@dataclass(frozen=True)
class Compared:
    """One field of both: what each says and since when, whether they differ, and whether that of the other is taken if nobody chooses."""

    name: str
    title: str
    mine: str
    mine_since: str
    other: str
    other_since: str
    differs: bool
    takes: bool


def _record(ledger: Ledger, access: Access, record_id: int) -> Any:
    record = find(ledger, access, record_id)
    if not may(ledger, access, record, "merge"):
        raise NotAllowed(_("This is not yours to do: %s.") % _("Join two records"))
    return record


def _other(ledger: Ledger, access: Access, record: Any, words: str) -> Any:
    """The record of a number or a code, if it may be joined with this one. Raises BadInput."""
    rows = seen(ledger, access, "merge").exclude(id=record.id)
    number = whole_number(words)
    found = rows.filter(code=words).first() or (rows.filter(id=number).first() if number is not None else None)
    if found is None:
        raise BadInput(_("There is no other record of yours with the code “%s”.") % words[:40], field="other")
    return found


def compared(ledger: Ledger, record: Any, other: Any) -> list[Compared]:
    """Both records, field by field, in one statement."""
    held = holds(ledger, [record.id, other.id])
    lines = []
    for kept in ledger.kept:
        a, b = (held.get(one.id, {}).get(kept.name, Standing()).row for one in (record, other))
        mine, theirs = text_in(a) or "", text_in(b) or ""
        lines.append(
            Compared(
                kept.name, str(kept.title), masked(ledger, kept, getattr(record, kept.name)), _since(a),
                masked(ledger, kept, getattr(other, kept.name)), _since(b), bool(theirs) and mine != theirs, bool(theirs) and not mine,
            )
        )  # fmt: skip
    return lines


def _since(row: Any) -> str:
    return f"{choice_words(row, 'state')} · {marks.day_words(row.stated_on)}" if row is not None else ""


def merge_page(ledger: Ledger, request: HttpRequest, record_id: int) -> HttpResponse:
    """What may be the same record; with `other`, both side by side; posted to, they are joined."""
    access = access_on(request)
    record, words = _record(ledger, access, record_id), request.GET.get("other", "").strip()
    other, wrong = None, ""
    if words:
        try:
            other = _other(ledger, access, record, words)
        except BadInput as refusal:
            wrong = refusal.sentence
    form = DeskForm(request)
    if other is not None and request.method == "POST":

        def effect(actor: Actor, uuid: UUID) -> int:
            takes = [one.name for one in ledger.kept if request.POST.get(f"take-{one.name}") == "other"]
            seen_seq = whole_number(request.POST.get("seen_seq", ""), 999_999_999)
            done = merging.merge(
                actor, ledger, uuid=uuid, kept_id=record.id, gone_id=other.id, takes=takes, seen_seq=seen_seq
            )
            return done.kept_id

        answer = form.send([ledger.code, "merge", record.id, other.id], effect)
        if answer is not None:
            return HttpResponseRedirect(address(ledger, int(answer.body)))
    return render(
        request, "ledger/merge.html", _context(ledger, access, record, other, form, wrong), status=form.status
    )


def _context(
    ledger: Ledger, access: Access, record: Any, other: Any, form: DeskForm, wrong: str
) -> dict[str, Any]:  # fmt: skip
    ids: Sequence[int] = [] if other is None else [record.id, other.id]
    return {
        "ledger": ledger, "record": record, "other": other, "form": form, "wrong": wrong, "title": ledger.heading(record),
        "other_title": ledger.heading(other) if other is not None else "", "back_url": address(ledger, record.id),
        "lines": compared(ledger, record, other) if other is not None else [], "pointed": merging.pointed_at(ledger, ids) if ids else 0,
        "alike": [] if other is not None else [(one, ledger.heading(one.record)) for one in merging.alike(ledger, access, record)],
        "merge_url": reverse(f"{ledger.code}-merge", args=[record.id]),
    }  # fmt: skip


def undo_page(ledger: Ledger, request: HttpRequest, record_id: int, merge_id: int) -> HttpResponseBase:
    """Takes two records apart again."""
    record = _record(ledger, access_on(request), record_id)
    if not LedgerMerge.objects.filter(id=merge_id, ledger=ledger.code, kept_id=record.id).exists():
        raise NotThere(_("There is no such merge."))

    def refused(refusal: Refusal) -> HttpResponse:
        context = context_of(ledger, request, record, notice=refusal.sentence)
        return render(request, ledger.template, context, status=refusal.status)

    return answer_once(
        request,
        [ledger.code, "undo", merge_id],
        lambda actor, _uuid: merging.undo_merge(actor, ledger, merge_id).id,
        to=address(ledger, record.id),
        refused=refused,
    )
