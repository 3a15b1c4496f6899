"""The page on which everything that waits for one person by name is handed over to another."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from linli.core.access.public import access_on, names_of, staff_page
from linli.core.desk.public import DeskForm, WordsField
from linli.core.inbox.pages.task_pages import DoerField
from linli.core.inbox.public import hand_all_over, may_hand_over, named_for
from linli.core.platform.public import Actor
from linli.lib.outside import whole_number


class HandOverForm(DeskForm):
    """From whom, to whom, and why."""

    person = DoerField(label=gettext_lazy("What waits for"))
    to = DoerField(label=gettext_lazy("Goes to"))
    reason = WordsField(label=gettext_lazy("Reason"), max_length=500)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def hand_over_page(request: HttpRequest) -> HttpResponse:
    """Hands everything over; first it says how much there is."""
    access = access_on(request)
    person = whole_number(request.GET.get("person", "")) or access.user_id
    person = person if may_hand_over(access, person) else access.user_id
    form = HandOverForm(request, initial={"person": str(person)})

    def effect(actor: Actor, uuid: UUID) -> str:
        given = form.cleaned_data
        handed = hand_all_over(
            actor, access=access, uuid=uuid, from_id=given["person"].user_id, to_id=given["to"].user_id, reason=given["reason"]
        )  # fmt: skip
        return f"{given['person'].user_id}-{handed.done}-{handed.left}"

    answer = form.send(["inbox.hand_over"], effect)
    if answer is not None:
        of, done, left = str(answer.body).strip('"').split("-")
        return HttpResponseRedirect(f"{reverse('hand-over')}?person={of}&done={done}&left={left}")
    found = named_for(access, person)
    context = {
        "form": form, "found": found, "person": names_of([person]).get(person, ""),
        "total": sum(one.count for one in found), "mine": sum(one.mine for one in found), "said": _said(request),
    }  # fmt: skip
    return render(request, "inbox/hand_over.html", context, status=form.status)


def _said(request: HttpRequest) -> str:
    done, left = (whole_number(request.GET.get(name, ""), 100_000) for name in ("done", "left"))
    if done is None:
        return ""
    words = ngettext("%s thing was handed over.", "%s things were handed over.", done) % done
    return f"{words} {_('%s stay: they are not yours to hand over, or too many for once.') % left}" if left else words
