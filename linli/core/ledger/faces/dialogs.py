"""The dialogs of a record: shown when they are opened, carried out once. A refusal stands in the dialog, and nothing has changed.

Verifying is a page for the phone as well: a task leads there, and one press says that everything is still so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from linli.core.access.public import access_on, actor_on
from linli.core.desk.public import DeskForm, marks
from linli.core.ledger import adding, keeping, moving
from linli.core.ledger.beside import address
from linli.core.ledger.definition import Kept, Ledger
from linli.core.ledger.faces import forms
from linli.core.ledger.faces.record_page import context_of
from linli.core.ledger.history import find, holds, may, text_in
from linli.core.ledger.looking import reveal_of
from linli.core.ledger.models import Source
from linli.core.ledger.words import masked
from linli.core.platform.public import Actor, NotAllowed, NotThere, Refusal, local_today, sentences
from linli.lib.outside import whole_number


@dataclass(frozen=True)
class Dialog:
    """One dialog: what it asks for, what it is called, and which right it takes."""

    action: str
    right: str
    title: Any
    button: Any
    hint: Any = ""
    danger: bool = False


DIALOGS = {
    one.action: one
    for one in (
        Dialog("change", "change", gettext_lazy("Something has changed"), gettext_lazy("Write down")),
        Dialog(
            "verify", "verify", gettext_lazy("Still so?"), gettext_lazy("Still so"),
            gettext_lazy("Untick what is different, and then say what has changed."),
        ),
        Dialog("decide", "verify", gettext_lazy("Which one is true?"), gettext_lazy("Decide")),
        Dialog(
            "move", "change", gettext_lazy("Move to another area"), pgettext_lazy("ledger", "Move"),
            gettext_lazy("For a record that was filed in the wrong area. Its history goes along and says so."),
        ),
        Dialog(
            "retire", "retire", gettext_lazy("Retire"), gettext_lazy("Retire"),
            gettext_lazy("It stays with its history and stands in no list of what is in use. It can be taken up again."), danger=True,
        ),
        Dialog("restore", "retire", gettext_lazy("Take up again"), gettext_lazy("Take up again")),
        Dialog(
            "reveal", "reveal", gettext_lazy("Show whom to turn to"), gettext_lazy("Show"),
            gettext_lazy("Who looked, when and what for is written down, and the person can read it."),
        ),
    )
}  # fmt: skip


def dialog_page(ledger: Ledger, request: HttpRequest, record_id: int, action: str) -> HttpResponse:
    """The dialog of an action by itself; posted to, the action."""
    dialog, access = DIALOGS.get(action), access_on(request)
    if dialog is None or (action == "reveal" and not ledger.of_person):
        raise NotThere(_("There is no such page."))
    record = find(ledger, access, record_id)
    if not may(ledger, access, record, dialog.right):
        raise NotAllowed(_("This is not yours to do: %s.") % dialog.title)
    kept = _named(ledger, request) if action == "decide" else None
    form = _form(ledger, request, record, action, kept)
    seen = whole_number(str(request.POST.get("seen_seq", request.GET.get("seen", ""))), 999_999_999)
    shown = _shown(ledger, record, dialog, form, kept, seen if seen is not None else record.seq)
    if request.method == "POST":
        return _carry_out(ledger, request, record, dialog, form, kept, shown)
    context = {"dialog": shown, "title": ledger.heading(record), "item_url": address(ledger, record.id)}
    return render(request, "ledger/action.html", context)


def _named(ledger: Ledger, request: HttpRequest) -> Kept:
    name = request.GET.get("field", "")
    if name not in ledger.by_name:
        raise NotThere(_("There is no such field."))
    return ledger.by_name[name]


def _form(ledger: Ledger, request: HttpRequest, record: Any, action: str, kept: Kept | None) -> DeskForm:
    if action == "change":
        return forms.change_form(ledger, record)(request, initial=forms.initial_of(ledger, record), code=action)
    if action == "move":
        return forms.move_form(ledger)(request, code=action)
    today = {"stated_on": local_today()}
    if action == "verify":
        return forms.verify_form(ledger, record)(request, initial=today, code=action)
    if action == "decide" and kept is not None:
        return forms.decide_form(ledger, kept, _choices(ledger, record, kept))(request, initial=today, code=action)
    return (forms.reveal_form(ledger) if action == "reveal" else forms.EmptyForm)(request, code=action)


def _choices(ledger: Ledger, record: Any, kept: Kept) -> list[tuple[str, str]]:
    """The values that stand beside each other, each with its source and day."""
    standing = holds(ledger, [record.id]).get(record.id, {}).get(kept.name)
    rows = [] if standing is None or not standing.beside else [standing.row, *standing.beside]
    return [
        (
            str(row.id),
            f"{masked(ledger, kept, ledger.value_of(kept, text_in(row) or '')) or '—'} · {Source(row.source).label} · {marks.day_words(row.stated_on)}",
        )
        for row in rows
        if row is not None
    ]


def _shown(
    ledger: Ledger, record: Any, dialog: Dialog, form: DeskForm, kept: Kept | None, seen_seq: int
) -> dict[str, Any]:
    field = f"?{urlencode({'field': kept.name})}" if kept is not None else ""
    key = f"{dialog.action}-{kept.name}" if kept is not None else dialog.action
    return {
        "form": form, "action": key, "title": dialog.title, "button": dialog.button, "danger": dialog.danger, "hint": dialog.hint,
        "seen_seq": seen_seq, "url": reverse(f"{ledger.code}-do", args=[record.id, dialog.action]) + field,
        "change_url": reverse(f"{ledger.code}-do", args=[record.id, "change"]) if dialog.action == "verify" else "",
    }  # fmt: skip


def _carry_out(
    ledger: Ledger,
    request: HttpRequest,
    record: Any,
    dialog: Dialog,
    form: DeskForm,
    kept: Kept | None,
    shown: Mapping[str, Any],
) -> HttpResponse:
    if dialog.action == "reveal":
        return _reveal(ledger, request, record, form, shown)
    effect = partial(_EFFECTS[dialog.action], ledger, record, form, kept, shown["seen_seq"])
    done = form.send([ledger.code, record.id, dialog.action, kept.name if kept else ""], effect)
    if done is None:
        fresh = find(ledger, access_on(request), record.id)
        changed = {"notice": sentences(form.non_field_errors())} if fresh.seq != record.seq else {}
        context = context_of(ledger, request, fresh, dialog=shown, **changed)
        return render(request, ledger.template, context, status=form.status)
    return HttpResponseRedirect(f"{address(ledger, record.id)}?{urlencode({'done': dialog.action})}")


def _change(
    ledger: Ledger, record: Any, form: Any, _kept: Kept | None, seen: int, actor: Actor, _uuid: Any
) -> object:  # fmt: skip
    said = form.said(record.area_id, beside=form.cleaned_data["beside"])
    keeping.change(actor, ledger, record.id, form.values(), said, seen_seq=seen)
    return record.id


def _verify(
    ledger: Ledger, record: Any, form: Any, _kept: Kept | None, seen: int, actor: Actor, _uuid: Any
) -> object:  # fmt: skip
    said = form.said(record.area_id)
    keeping.verify(actor, ledger, record.id, said, names=form.cleaned_data["ticked"], seen_seq=seen)
    return record.id


def _decide(ledger: Ledger, record: Any, form: Any, kept: Any, seen: int, actor: Actor, _uuid: Any) -> object:
    row_id = whole_number(form.cleaned_data["row"]) or 0
    keeping.decide(actor, ledger, record.id, kept.name, row_id, form.said(record.area_id), seen_seq=seen)
    return record.id


def _move(ledger: Ledger, record: Any, form: Any, _kept: Any, seen: int, actor: Actor, _uuid: Any) -> object:
    area, place = form.cleaned_data["area"], form.cleaned_data.get("place")
    moving.move(actor, ledger, record.id, area.id, point=(place.lon, place.lat) if place else None, seen_seq=seen)
    return record.id


def _retire(ledger: Ledger, record: Any, _form: Any, _kept: Any, seen: int, actor: Actor, _uuid: Any) -> object:
    keeping.retire(actor, ledger, record.id, seen_seq=seen)
    return record.id


def _restore(ledger: Ledger, record: Any, _form: Any, _kept: Any, seen: int, actor: Actor, _uuid: Any) -> object:
    keeping.retire(actor, ledger, record.id, back=True, seen_seq=seen)
    return record.id


def _reveal(
    ledger: Ledger, request: HttpRequest, record: Any, form: DeskForm, shown: Mapping[str, Any]
) -> HttpResponse:
    """Shows what is kept of a person. Not `send`: sent again it is another look, and stands there as one."""
    found: dict[str, str] = {}
    try:
        if form.is_valid():
            found = reveal_of(ledger, actor_on(request), access_on(request), record, form.cleaned_data["purpose"])
    except Refusal as refusal:
        form.refuse(refusal)
    if not found:
        return render(request, ledger.template, context_of(ledger, request, record, dialog=shown), status=form.status)
    revealed = [(ledger.of_person[name].title, words) for name, words in found.items()]
    answer = render(request, ledger.template, context_of(ledger, request, record, revealed=revealed))
    answer.headers["Cache-Control"] = "no-store"
    return answer


_EFFECTS: Mapping[str, Callable[..., object]] = {
    "change": _change, "verify": _verify, "decide": _decide, "move": _move, "retire": _retire, "restore": _restore,
}  # fmt: skip


def add_page(ledger: Ledger, request: HttpRequest) -> HttpResponse:
    """The form of a new record."""
    form = forms.add_form(ledger)(request, initial={"stated_on": local_today()})

    def effect(actor: Actor, _uuid: Any) -> int:
        new = form.new()
        return int(adding.add(actor, ledger, new, form.said(new.area_id)).id)

    answer = form.send([ledger.code, "add"], effect)
    if answer is not None:
        return HttpResponseRedirect(address(ledger, int(answer.body)))
    context = {
        "form": form,
        "title": _("Add: %s") % ledger.noun,
        "back_url": reverse(ledger.code),
        "back_title": ledger.title,
    }
    return render(request, "ledger/add.html", context, status=form.status)
