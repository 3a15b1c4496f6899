"""The designer of forms, without scripts: an office makes a form, adds, changes and moves its questions, looks at it, publishes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_http_methods, require_safe

from linli.core.access.public import access_on, staff_page
from linli.core.desk.public import AreaField, DeskForm, answer_once, posted_from
from linli.core.forms.pages.design_form import TYPES, ItemForm, OwnForm
from linli.core.forms.pages.design_items import Document, changed, free_name, moved, placed, put_in, taken_out
from linli.core.forms.pages.file_field import SentFileField
from linli.core.forms.pages.sheet_form import SheetForm
from linli.core.forms.public import (
    MOST_BYTES,
    Form,
    SchemaRefused,
    change_form,
    document_of,
    fault_words,
    forms_designed,
    judged,
    make_form,
    publish_form,
    read,
    set_form_state,
    title_of,
    told,
)
from linli.core.platform.public import (
    Actor,
    BadInput,
    NotThere,
    Refusal,
    local_today,
    moment_words,
    subsystems,
    title_in,
)
from linli.lib.outside import whole_number

MOST_SHOWN = 500


class NewForm(OwnForm):
    """A new form."""

    area = AreaField(permission="form.design", label=gettext_lazy("Area that it is for"))
    residents = forms.BooleanField(label=gettext_lazy("Residents fill it in, without account"), required=False)


class FileForm(DeskForm):
    """A document, as text or as a file."""

    words = forms.CharField(
        label=gettext_lazy("JSON"),
        widget=forms.Textarea({"rows": 20, "spellcheck": "false"}),
        required=False,
        max_length=MOST_BYTES,
        strip=False,
    )
    file = SentFileField(".json", label=gettext_lazy("Or a file"), required=False)


def designed(request: HttpRequest, form_id: int) -> Form:
    """A form that this person designs. Raises NotThere."""
    found = forms_designed(access_on(request)).filter(id=form_id).first()
    if found is None:
        raise NotThere(_("There is no such form."))
    return found


def _faults(document: Document) -> list[str]:
    try:
        read(document)
    except SchemaRefused as refused:
        return [fault_words(one) for one in refused.faults]
    return []


@require_safe
@staff_page("form.design")
def designs_page(request: HttpRequest) -> HttpResponse:
    """The forms that this person designs, the ones changed last first."""
    found = list(forms_designed(access_on(request)).order_by("-changed_at", "-id")[:MOST_SHOWN])
    rows = [(one, title_of(one), one.get_state_display(), moment_words(one.changed_at)) for one in found]
    return render(request, "forms/designs.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("form.design")
def new_design(request: HttpRequest) -> HttpResponseBase:
    """The words of a new form."""
    form, access = NewForm(request), access_on(request)

    def effect(actor: Actor, uuid: UUID) -> int:
        given = form.cleaned_data
        area = given["area"].id
        return make_form(
            actor, access=access, uuid=uuid, document=form.document({}), area_id=area, for_residents=given["residents"]
        ).id

    answer = form.send(["form.make"], effect)
    if answer is not None:
        return HttpResponseRedirect(reverse("form-design", args=[int(answer.body)]))
    context = {
        "form": form,
        "title": _("New form"),
        "back_url": reverse("form-designs"),
        "back_title": _("Design forms"),
        "words": _("Make the form"),
    }
    return render(request, "forms/design_form.html", context, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("form.design")
def design_page(request: HttpRequest, form_id: int) -> HttpResponseBase:
    """One form: its words, its questions, its faults, its versions."""
    found, access = designed(request, form_id), access_on(request)
    form = OwnForm.of(request, found.draft)

    def effect(actor: Actor, _uuid: UUID) -> int:
        return change_form(actor, access=access, form_id=form_id, document=form.document(found.draft)).id

    if form.send(["form.change", form_id], effect) is not None:
        return HttpResponseRedirect(reverse("form-design", args=[form_id]))
    return design_of(request, found, form)


def design_of(
    request: HttpRequest, found: Form, form: OwnForm | None = None, refused: Refusal | None = None
) -> HttpResponse:
    """The page of a form, after a refusal with what was refused."""
    titles = dict(TYPES)
    faults = (
        [fault_words(one) for one in refused.faults] if isinstance(refused, SchemaRefused) else _faults(found.draft)
    )
    rows = [
        {
            "place": one.place, "depth": one.depth, "label": _words(one.item), "type": titles.get(one.item.get("type", ""), one.item.get("type")),
            "name": one.item.get("name"), "required": one.item.get("required"), "first": one.at == 0, "last": one.at == len(one.siblings) - 1,
            "group": "items" in one.item,
        }
        for one in placed(found.draft)
    ]  # fmt: skip
    versions = [
        (one.number, moment_words(one.published_at, with_year=True)) for one in found.versions.order_by("-number")[:20]
    ]
    form = form or OwnForm.of(request, found.draft)
    departments = {one.code: title_in(one.titles) for one in subsystems()}
    context = {
        "found": found, "title": title_of(found), "state": found.get_state_display(), "rows": rows, "faults": faults, "versions": versions, "form": form,
        "preview": None if faults else _preview(request, found.draft), "notice": refused.sentence if refused and not faults else "",
        "published": bool(versions), "with_map": True, "brought_by": departments.get(found.origin, found.origin),
    }  # fmt: skip
    return render(request, "forms/design.html", context, status=refused.status if refused else form.status)


def _words(item: dict[str, Any]) -> str:
    """What an item is called: its words in the reader's language, else in the other one, else its name."""
    label = item.get("label")
    return str((told(label) if isinstance(label, dict) else label) or item.get("name") or "?")


def _preview(request: HttpRequest, document: Document) -> list[dict[str, Any]]:
    schema = read(document)
    shown = SheetForm(request, schema.items, judged(schema, {}, local_today().isoformat()), {}, {}, fresh=True)
    return shown.drawn()


def _save(request: HttpRequest, form_id: int, what: str, change: Callable[[Document], Document]) -> HttpResponseBase:
    found, access = designed(request, form_id), access_on(request)

    def effect(actor: Actor, _uuid: UUID) -> int:
        return change_form(actor, access=access, form_id=form_id, document=change(found.draft)).id

    address = reverse("form-design", args=[form_id])
    return answer_once(
        request,
        [f"form.{what}", form_id],
        effect,
        to=address,
        refused=lambda refusal: design_of(request, found, refused=refusal),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("form.design")
def question_page(request: HttpRequest, form_id: int, place: int) -> HttpResponseBase:
    """One item: place 0 is a new one (in the group that `into` names), 1 the first of the form."""
    found, access = designed(request, form_id), access_on(request)
    items = placed(found.draft)
    if place > len(items):
        raise NotThere(_("There is no such question."))
    into = whole_number(request.GET.get("into", ""), len(items) - 1) if items else None
    before = items[place - 1].item if place else {}
    form = ItemForm.of(request, before)

    def effect(actor: Actor, _uuid: UUID) -> int:
        item = form.item(free_name(found.draft, form.cleaned_data["type"]), before)
        document = changed(found.draft, place - 1, item) if place else put_in(found.draft, item, into)
        return change_form(actor, access=access, form_id=form_id, document=document).id

    address = reverse("form-design", args=[form_id])
    if form.send(["form.question", form_id, place, into], effect) is not None:
        return HttpResponseRedirect(f"{address}#questions")
    context = {
        "form": form,
        "title": _words(items[place - 1].item) if place else _("New question"),
        "back_url": address,
        "back_title": title_of(found),
        "words": _("Save"),
        "item": True,
    }
    return render(request, "forms/design_form.html", context, status=form.status)


@posted_from("form-design", "form_id")
@staff_page("form.design")
def move_page(request: HttpRequest, form_id: int) -> HttpResponseBase:
    """Moves an item up or down, or takes it out."""
    items = placed(designed(request, form_id).draft)
    place = whole_number(request.POST.get("place", ""), len(items) - 1) if items else None
    if place is None:
        raise NotThere(_("There is no such question."))
    doing = request.POST.get("do", "")
    if doing == "out":
        return _save(request, form_id, "take_out", lambda document: taken_out(document, place))
    return _save(request, form_id, "move", lambda document: moved(document, place, -1 if doing == "up" else 1))


@posted_from("form-design", "form_id")
@staff_page("form.design")
def publish_page(request: HttpRequest, form_id: int) -> HttpResponseBase:
    """Publishes what is designed."""
    found, access = designed(request, form_id), access_on(request)
    return answer_once(
        request, ["form.publish", form_id], lambda actor, _uuid: publish_form(actor, access=access, form_id=form_id).id,
        to=reverse("form-design", args=[form_id]), refused=lambda refusal: design_of(request, found, refused=refusal),
    )  # fmt: skip


@posted_from("form-design", "form_id")
@staff_page("form.design")
def state_page(request: HttpRequest, form_id: int) -> HttpResponseBase:
    """Opens a form or closes it, as the button says."""
    found, access, open_ = designed(request, form_id), access_on(request), request.POST.get("open") == "1"
    return answer_once(
        request, ["form.state", form_id, open_], lambda actor, _uuid: set_form_state(actor, access=access, form_id=form_id, open_=open_),
        to=reverse("form-design", args=[form_id]), refused=lambda refusal: design_of(request, found, refused=refusal),
    )  # fmt: skip


@posted_from("form-design", "form_id")
@staff_page("form.design")
def copy_page(request: HttpRequest, form_id: int) -> HttpResponseBase:
    """Makes a form of one's own out of one that is there: its words and questions, nothing published, in one's first area."""
    found, access = designed(request, form_id), access_on(request)
    titles = {}
    for language, words in found.titles.items():
        with override(language):
            titles[language] = _("%s (copy)") % words[:110]
    return answer_once(
        request, ["form.copy", form_id],
        lambda actor, uuid: make_form(actor, access=access, uuid=uuid, document={**found.draft, "titles": titles}).id,
        to=lambda made: reverse("form-design", args=[made]), refused=lambda refusal: design_of(request, found, refused=refusal),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("form.design")
def json_page(request: HttpRequest, form_id: int) -> HttpResponseBase:
    """The document itself: read, changed, or brought in as a file. What has faults is kept and told."""
    found, access = designed(request, form_id), access_on(request)
    form = FileForm(request, initial={"words": json.dumps(found.draft, ensure_ascii=False, indent=1)})

    def effect(actor: Actor, _uuid: UUID) -> int:
        given = form.cleaned_data
        document = document_of(given["file"][0].content.read(MOST_BYTES + 1) if given["file"] else given["words"])
        if not isinstance(document, dict):
            raise BadInput(_("A form is an object; this is something else."), field="words")
        return change_form(actor, access=access, form_id=form_id, document=document).id

    form.names = {"form": "words", "title": "words"}  # type: ignore[misc]
    address = reverse("form-design", args=[form_id])
    if form.send(["form.json", form_id], effect) is not None:
        return HttpResponseRedirect(address)
    context = {
        "form": form,
        "title": _("As JSON"),
        "back_url": address,
        "back_title": title_of(found),
        "words": _("Save"),
        "multipart": True,
    }
    return render(request, "forms/design_form.html", context, status=form.status)


@require_safe
@staff_page("form.design")
def download(request: HttpRequest, form_id: int) -> HttpResponse:
    """The document as a file."""
    found = designed(request, form_id)
    answer = HttpResponse(
        json.dumps(found.draft, ensure_ascii=False, indent=1), content_type="application/json; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{found.code}.json"'
    return answer
