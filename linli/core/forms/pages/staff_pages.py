"""Forms on the pages of the staff: what can be filled in, what was begun, one sheet, what was sent, what it cost people."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from linli.core.access.public import access_on, actor_on, staff_page
from linli.core.desk.public import DeskForm, GridField, posted_from
from linli.core.forms.pages.sheets import Revealed, SheetPages
from linli.core.forms.public import (
    About,
    AnswerSheet,
    Form,
    SheetState,
    begin_sheet,
    forms_to_fill,
    reveal_answers,
    schema_of,
    sheets_seen,
    subject_kinds,
    title_of,
    told,
)
from linli.core.platform.public import Actor, NotThere, local_today, moment_words
from linli.lib.outside import whole_number

MOST_SHOWN = 200


def _find(request: HttpRequest, key: str) -> AnswerSheet:
    sheet = sheets_seen(access_on(request)).filter(id=whole_number(key) or 0).first()
    if sheet is None:
        raise NotThere(_("There is no such answer sheet."))
    return sheet


PAGES = SheetPages(
    space="", base="base/workbench.html", home="forms", find=_find, actor=actor_on, access=access_on,
    own=lambda request, sheet: sheet.filled_by_id == access_on(request).user_id,
)  # fmt: skip


@require_safe
@staff_page()
def forms_page(request: HttpRequest) -> HttpResponse:
    """What this person can fill in, what they began, what they handed in last. What is begun on the page of its subject stands there."""
    access = access_on(request)
    open_ = list(forms_to_fill(access).order_by("-id")[:MOST_SHOWN]) if access.may("form.fill") else []
    own = list(AnswerSheet.objects.filter(filled_by_id=access.user_id).order_by("-id")[:50])
    titles = {one.id: title_of(one) for one in Form.objects.filter(id__in=[one.form_id for one in own])}
    context = {
        "open": [
            (one, title_of(one), schema) for one in open_ if (schema := schema_of(one.version_id or 0)).subject in ("", "grid")
        ],
        "drafts": [
            (one, titles.get(one.form_id, ""), moment_words(one.saved_at), moment_words(one.valid_until))
            for one in own
            if one.state == SheetState.DRAFT
        ],
        "sent": [(one, titles.get(one.form_id, ""), moment_words(one.sent_at)) for one in own if one.state == SheetState.SENT][:10],
        "may_design": access.may("form.design"), "may_view": access.may("form.view"),
        "this_month": f"{local_today():%Y-%m}",
    }  # fmt: skip
    return render(request, "forms/forms.html", context)


class BeginForm(DeskForm):
    """What a form is filled in about."""

    subject = GridField(permission="form.fill", label=gettext_lazy("Grid"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("form.fill")
def begin_page(request: HttpRequest, form_id: int) -> HttpResponseBase:
    """Says what a form asks for, lets its subject be chosen, and begins a sheet."""
    access = access_on(request)
    found = forms_to_fill(access).filter(id=form_id).first()
    if found is None:
        raise NotThere(_("There is no such form, or it is closed."))
    schema = schema_of(found.version_id or 0)
    kind = subject_kinds().get(schema.subject)
    number = whole_number(request.GET.get("about", "")) if schema.subject else None
    form = BeginForm(request) if schema.subject == "grid" and number is None else DeskForm(request)

    def effect(actor: Actor, uuid: UUID) -> int:
        chosen = form.cleaned_data.get("subject")
        about = About(schema.subject, chosen.id if chosen else number or 0) if schema.subject else None
        return begin_sheet(actor, access=access, uuid=uuid, form_id=form_id, about=about).id

    answer = form.send(["form.begin", form_id, number], effect)
    if answer is not None:
        return HttpResponseRedirect(reverse("sheet", args=[answer.body]))
    asked = [one for one in schema.questions if one.answered]
    purposes = list(dict.fromkeys(one.keeping.purpose for one in asked if one.keeping))
    context = {
        "form": form, "found": found, "about": number, "form_title": title_of(found), "intro": told(schema.intro), "count": len(asked), "purposes": purposes,
        "kind": kind.title if kind else schema.subject, "choose": "subject" in form.fields,
        "lost": bool(schema.subject) and number is None and "subject" not in form.fields,
    }  # fmt: skip
    return render(request, "forms/begin.html", context, status=form.status)


@never_cache
@posted_from("sheet", "key")
@staff_page("form.reveal")
def reveal_page(request: HttpRequest, key: str) -> HttpResponseBase:
    """Shows the sealed answers that were asked for the chosen purpose, after the look is on record. Each press is a look."""
    sheet, purpose = _find(request, key), request.POST.get("purpose", "")
    answers = reveal_answers(actor_on(request), access=access_on(request), sheet_id=sheet.id, purpose=purpose)
    return PAGES.sheet_page(request, key, revealed=Revealed(purpose, answers))


step_page = require_http_methods(["GET", "HEAD", "POST"])(staff_page()(PAGES.step_page))
whole_page = require_http_methods(["GET", "HEAD", "POST"])(staff_page()(PAGES.whole_page))
sheet_page = require_safe(staff_page()(PAGES.sheet_page))
send_page = require_http_methods(["GET", "HEAD", "POST"])(staff_page()(PAGES.send_page))
sheet_file = require_GET(staff_page()(PAGES.file))
