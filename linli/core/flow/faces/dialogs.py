"""The dialog of an action, made from what the table says that it needs and takes: shown when it is opened, carried out once.

A refusal stands in the dialog, and nothing has changed.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access.public import access_on
from linli.core.desk.public import DeskForm, PhotosField, WordsField
from linli.core.flow.act import Changed, act
from linli.core.flow.allowed import possible
from linli.core.flow.faces.item_page import context_of
from linli.core.flow.faces.item_pages import ItemPages
from linli.core.flow.given import Given, lacking
from linli.core.flow.parts import Who
from linli.core.flow.reading import find
from linli.core.flow.table import Transition
from linli.core.platform.public import Actor, NotAllowed, NotThere, Refusal
from linli.lib.outside import whole_number

LABELS = {
    "reason": gettext_lazy("Reason"), "note": gettext_lazy("Note"), "amount": gettext_lazy("How much more"),
    "photo": gettext_lazy("Photos"), "photo_before": gettext_lazy("Photos of before"),
}  # fmt: skip
ROLES = {"photo": "proof", "photo_before": "before"}


class ActionForm(DeskForm):
    """The form of one action; its fields are those of the row."""

    names = {"photos": "photo"}
    changed = False

    def refuse(self, refusal: Refusal) -> None:
        """Also keeps whether somebody else was faster: a decision on what is there now is another effect."""
        super().refuse(refusal)
        self.changed = isinstance(refusal, Changed)

    def given(self, row: Transition) -> Given:
        """What was filled in, parsed."""
        values = {name: self.cleaned_data.get(name) for name in row.given}
        files = tuple(
            {"role": role, "stored_file_id": file.id} for name, role in ROLES.items() for file in values.get(name) or ()
        )
        own = {name: value for name, value in values.items() if name not in LABELS}
        return Given(
            reason=values.get("reason") or "", note=values.get("note") or "", amount=values.get("amount"), files=files, values=own
        )  # fmt: skip


def form_of(pages: ItemPages, request: HttpRequest, item: Any, row: Transition) -> ActionForm:
    """The form of a row for an item: words, amount and photos as every flow has them, the rest from the department."""
    sentences = lacking(row, Given(), pages.flow.needed, pages.flow.notes)
    fields = {name: _field(pages, request, item, row, name) for name in (*row.needs, *row.takes)}
    for name, made in fields.items():
        made.required = name in row.needs
        if name in sentences:
            made.error_messages["required"] = sentences[name]
    return type("RowForm", (ActionForm,), fields)(request, code=f"do-{row.action}")  # type: ignore[no-any-return]


def _field(pages: ItemPages, request: HttpRequest, item: Any, row: Transition, name: str) -> forms.Field:
    label: Any = pages.labels.get((row.action, name)) or pages.labels.get(name) or LABELS.get(name, name)
    if name in ("reason", "note"):
        return WordsField(label=label)
    if name == "amount":
        return forms.DecimalField(
            label=label, max_digits=8, decimal_places=3, min_value=0, help_text=str(pages.amount_unit(item))
        )
    if name in ROLES:
        return PhotosField(label=label)
    made = pages.fields[name](item, access_on(request))
    made.label = made.label or label
    return made


def answer(pages: ItemPages, request: HttpRequest, item_id: int, action: str) -> HttpResponse:
    """One action on one item: GET shows its dialog, which the page takes in and which is a page without scripts."""
    item, flow = pages.item(request, item_id), pages.flow
    if action not in flow.titles:
        raise NotThere(_("There is no such action."))
    row = next((one for one in possible(flow, item, Who(access_on(request))) if one.action == action), None)
    if request.method == "POST":  # also of what is not possible any more: a form sent again is given its answer
        asked = (
            row
            or flow.table_of(item).get((item.state, action))
            or next(one for one in flow.rows if one.action == action)
        )
        return _carry_out(pages, request, item, asked, form_of(pages, request, item, asked))
    if row is None and (item.state, action) in flow.table_of(item):
        raise NotAllowed(_("This is not yours to do: %s.") % flow.titles[action])
    if row is None:
        return _as_it_is(pages, request, item, _("The %s has changed; look at it again.") % flow.title, 409)
    seen = whole_number(request.GET.get("seen", ""), 999_999_999) or item.seq
    shown = _dialog(pages, item, row, form_of(pages, request, item, row), seen)
    return render(request, "flow/action.html", shown | {"title": pages.flow.heading(item)})


def _dialog(pages: ItemPages, item: Any, row: Transition, form: ActionForm, seen_seq: int) -> dict[str, Any]:
    words = str(pages.flow.titles[row.action])
    return {
        "form": form, "action": row.action, "words": words, "hint": pages.hints.get(row.action, ""), "seen_seq": seen_seq,
        "danger": row.action in pages.dangerous, "url": reverse(f"{pages.name}-do", args=[item.id, row.action]),
        "item_url": reverse(pages.name, args=[item.id]),
    }  # fmt: skip


def _carry_out(pages: ItemPages, request: HttpRequest, item: Any, row: Transition, form: ActionForm) -> HttpResponse:
    access, seen_seq = access_on(request), whole_number(request.POST.get("seen_seq", ""), 999_999_999)

    def effect(actor: Actor, uuid: Any) -> int:
        given = form.given(row)
        return act(pages.flow, actor, item.id, row.action, given, uuid=uuid, access=access, seen_seq=seen_seq).seq  # type: ignore[no-any-return]

    done = form.send([pages.flow.code, item.id, row.action], effect)
    if done is None:
        fresh = pages.item(request, item.id)
        if form.changed or row not in possible(pages.flow, fresh, Who(access)):
            return _as_it_is(
                pages, request, fresh, " ".join(str(words) for words in form.non_field_errors()), form.status
            )
        dialog = _dialog(pages, fresh, row, form, seen_seq or fresh.seq)
        return render(request, pages.template, context_of(pages, request, fresh, dialog=dialog), status=form.status)
    if find(pages.flow, access, item.id) is None:  # it went where this person does not see it any more
        return HttpResponseRedirect(reverse(pages.back))
    return HttpResponseRedirect(f"{reverse(pages.name, args=[item.id])}?{urlencode({'done': row.action})}")


def _as_it_is(pages: ItemPages, request: HttpRequest, item: Any, notice: str, status: int) -> HttpResponse:
    return render(request, pages.template, context_of(pages, request, item, notice=notice), status=status)
