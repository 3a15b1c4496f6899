"""What waits for whoever is signed in, what they were told, and how they want to be told."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from linli.core.access.public import access_on, staff_page
from linli.core.desk.public import DeskForm, answer_once, posted_from
from linli.core.inbox.public import Letters, choice_of, choose, kinds_of, notices_of, read_all, waiting_for
from linli.core.platform.public import Actor, BadInput, Refusal, now
from linli.lib.outside import whole_number

MOST_CURSOR = 60


@require_GET
@staff_page()
def inbox_page(request: HttpRequest) -> HttpResponse:
    """Everything that waits, or what of one kind does, the most urgent first."""
    access, asked = access_on(request), request.GET.get("kind", "")
    kinds = kinds_of(access)
    kind = asked if any(one.flow == asked for one in kinds) else ""
    cursor = request.GET.get("cursor", "")[:MOST_CURSOR]
    page = waiting_for(access, now(), kind=kind, cursor=cursor)
    total = sum(one.count for one in kinds)
    context = {
        "kinds": [one for one in kinds if one.count or one.flow == kind],
        "kind": kind, "rows": page.rows, "next_cursor": page.next_cursor, "paged": bool(cursor), "total": total,
        "more": any(one.more for one in kinds), "hidden": not kind and total > len(page.rows),
    }  # fmt: skip
    return render(request, "inbox/inbox.html", context)


@require_GET
@staff_page()
def notices_page(request: HttpRequest) -> HttpResponse:
    """What this person was told, newest first."""
    return _notices(request)


def _notices(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    before = whole_number(request.GET.get("before", ""))
    rows, next_before = notices_of(access_on(request), before=before)
    context = {
        "rows": rows, "next_before": next_before, "paged": before is not None, "any_new": any(one.is_new for one in rows),
        "newest": rows[0].id if rows else 0, "notice": refusal.sentence if refusal else "",
    }  # fmt: skip
    return render(request, "inbox/notices.html", context, status=refusal.status if refusal else 200)


@posted_from("notices")
@staff_page()
def read_page(request: HttpRequest) -> HttpResponseBase:
    """Marks the notices that the person saw as read: those up to the newest that stood on the page."""
    access = access_on(request)

    def effect(actor: Actor, _uuid: object) -> int:
        up_to = whole_number(request.POST.get("up_to", ""))
        if up_to is None:
            raise BadInput(str(_("Open the page of notices again and try once more.")), field="up_to")
        return read_all(actor, access=access, up_to=up_to)

    return answer_once(
        request, ["inbox.read"], effect, to=reverse("notices"), refused=lambda refusal: _notices(request, refusal)
    )


class ChoiceForm(DeskForm):
    """How somebody wants to be told."""

    letters = forms.ChoiceField(
        label=_("Send unread notices by mail"), choices=Letters.choices, widget=forms.RadioSelect
    )
    quiet_from = forms.TimeField(label=_("No mail from"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    quiet_to = forms.TimeField(label=_("until"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def settings_page(request: HttpRequest) -> HttpResponse:
    """How this person wants to be told."""
    access = access_on(request)
    kept = choice_of(access.user_id)
    shown = {"letters": kept.letters, "quiet_from": kept.quiet_from, "quiet_to": kept.quiet_to}
    form = ChoiceForm(request, initial=shown)
    if form.send(["inbox.choose"], lambda actor, _uuid: choose(actor, access=access, **form.cleaned_data).id):
        return HttpResponseRedirect(reverse("notices"))
    return render(request, "inbox/settings.html", {"form": form}, status=form.status)
