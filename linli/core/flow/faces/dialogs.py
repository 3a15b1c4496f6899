"""The dialog of an action, made from what the table says that it needs and takes: shown when it is opened, carried out once.

A refusal stands in the dialog, and nothing has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access.public import access_on
from linli.core.desk.public import AmountField, DeskForm, PhotosField, Sent, WordsField
from linli.core.flow.act import Changed, act
from linli.core.flow.allowed import possible
from linli.core.flow.faces.item_page import context_of
from linli.core.flow.faces.item_pages import ItemPages
from linli.core.flow.given import Given, lacking
from linli.core.flow.parts import Who
from linli.core.flow.reading import find
from linli.core.flow.table import Transition
from linli.core.platform.public import Actor, NotAllowed, NotThere, Refusal, sentences
from linli.lib.outside import whole_number

LABELS = {
    "reason": gettext_lazy("Reason"), "note": gettext_lazy("Note"), "amount": gettext_lazy("How much more"),
    "photo": gettext_lazy("Photos"), "photo_before": gettext_lazy("Photos of before"),
}  # fmt: skip
Fields = Mapping[str, forms.Field]
ROLES = {"photo": "proof", "photo_before": "before"}
NAMES = {"photos": ("photo",), "note": ("note", "reason")}


class ActionForm(DeskForm):
    """The form of one action; its fields are those of the row."""

    changed = False
    pages: ItemPages

    def refuse(self, refusal: Refusal) -> None:
        """Also keeps whether somebody else was faster: a decision on what is there now is another effect."""
        super().refuse(refusal)
        self.changed = isinstance(refusal, Changed)

    def given(self, row: Transition) -> Given:
        """What was filled in, parsed."""
        values = {name: self.cleaned_data.get(name) for name in row.given}
        roles = ROLES | ({"photo": self.pages.roles[row.action]} if row.action in self.pages.roles else {})
        files = tuple(
            {"role": role, "stored_file_id": file.id} for name, role in roles.items() for file in values.get(name) or ()
        )
        own = {name: value for name, value in values.items() if name not in LABELS}
        return self.pages.flow.given(
            reason=values.get("reason") or "", note=values.get("note") or "", amount=values.get("amount"), files=files,
            **self.pages.given(own),
        )  # fmt: skip


def form_of(
    pages: ItemPages, request: HttpRequest, item: Any, row: Transition, sent: Callable[[Fields], Sent] | None = None
) -> ActionForm:
    """The form of a row for an item: words, amount and photos as every flow has them, the rest from the department.

    `sent` makes of its fields what a program sent.
    """
    sentences = lacking(row, Given(), pages.flow.needed, pages.flow.notes)
    fields = {name: _field(pages, request, item, row, name) for name in (*row.needs, *row.takes)}
    for name, made in fields.items():
        made.required = made.widget.is_required = name in row.needs or getattr(made, "always", False)
        if name in sentences:
            made.error_messages["required"] = sentences[name]
    names = {one: word for one, words in {**NAMES, **pages.names}.items() for word in words if word in fields}
    form: type[ActionForm] = type("RowForm", (ActionForm,), {**fields, "names": names, "pages": pages})
    return form(request, code=row.action, sent=sent(fields) if sent else None)


def _field(pages: ItemPages, request: HttpRequest, item: Any, row: Transition, name: str) -> forms.Field:
    label: Any = pages.labels.get((row.action, name)) or pages.labels.get(name) or LABELS.get(name, name)
    if name in ("reason", "note"):
        return WordsField(label=label)
    own = pages.fields.get((row.action, name)) or pages.fields.get(name)
    if name == "amount" and own is None:
        return AmountField(label=label, unit=pages.amount_unit(item))
    if name in ROLES:
        return PhotosField(label=label)
    made = (own or pages.fields[name])(item, access_on(request))
    made.label = made.label or label
    return made


def dialog_page(pages: ItemPages, request: HttpRequest, item_id: int, action: str) -> HttpResponse:
    """One action on one item: GET shows its dialog, which the page takes in and which is a page without scripts."""
    item, flow = pages.item(request, item_id), pages.flow
    if action not in flow.titles:
        raise NotThere(_("There is no such action."))
    if request.method == "POST":  # also of what is not possible any more: a form sent again is given its answer
        asked = flow.table_of(item).get((item.state, action)) or next(one for one in flow.rows if one.action == action)
        return _carry_out(pages, request, item, asked, form_of(pages, request, item, asked))
    row = next((one for one in possible(flow, item, Who(access_on(request))) if one.action == action), None)
    if row is None and (item.state, action) in flow.table_of(item):
        raise NotAllowed(_("This is not yours to do: %s.") % flow.titles[action])
    if row is None:
        return _as_it_is(pages, request, item, _("The %s has changed; look at it again.") % flow.title, 409)
    seen = whole_number(request.GET.get("seen", ""), 999_999_999) or item.seq
    dialog = _dialog(pages, item, row, form_of(pages, request, item, row), seen)
    around = pages.around(item, action, access_on(request))
    shown = {"dialog": dialog, "title": pages.flow.heading(item), "item_url": reverse(pages.name, args=[item.id])}
    return render(request, "flow/action.html", around | shown)


def _dialog(pages: ItemPages, item: Any, row: Transition, form: ActionForm, seen_seq: int) -> dict[str, Any]:
    words, hint = str(pages.flow.titles[row.action]), pages.hints.get(row.action, "")
    above, below = pages.parts.get(row.action, ("", ""))
    danger, title = row.action in pages.dangerous, str(pages.titles.get(row.action, words))
    return {
        "form": form, "action": row.action, "title": title, "button": title if danger else words, "danger": danger,
        "hint": hint(item) if callable(hint) else hint, "seen_seq": seen_seq, "above": above, "below": below,
        "url": reverse(pages.do_name, args=[item.id, row.action]),
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
            return _as_it_is(pages, request, fresh, sentences(form.non_field_errors()), form.status)
        dialog = _dialog(pages, fresh, row, form, fresh.seq if form.changed else seen_seq or fresh.seq)
        shown = _context(pages, request, fresh, dialog=dialog)
        return render(request, pages.template, shown, status=form.status)
    if find(pages.flow, access, item.id) is None:  # it went where this person does not see it any more
        return HttpResponseRedirect(pages.way_back(access)["back_url"])
    return HttpResponseRedirect(f"{reverse(pages.name, args=[item.id])}?{urlencode({'done': row.action})}")


def _as_it_is(pages: ItemPages, request: HttpRequest, item: Any, notice: str, status: int) -> HttpResponse:
    kept = " ".join(words for name in ("note", "reason") if (words := request.POST.get(name, "").strip()))
    shown = _context(pages, request, item, notice=notice, kept=kept)
    return render(request, pages.template, shown, status=status)


def _context(pages: ItemPages, request: HttpRequest, item: Any, **more: Any) -> dict[str, Any]:
    return (pages.context or partial(context_of, pages))(request, item, **more)
