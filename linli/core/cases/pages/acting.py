"""Shows the dialog of an action when it is opened, and does what it asks for, once per effect.

A refusal stands in the page, and nothing has changed.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.core.access.public import access_on, actor_on, staff_page
from linli.core.cases.pages.action_form import Failed, action_form, parse_given
from linli.core.cases.pages.alike import alike
from linli.core.cases.pages.case_page import JUDGING, before_after, case_context, the_case
from linli.core.cases.public import (
    ACTION_TITLES,
    ACTIONS,
    TABLE,
    Case,
    act,
    case_full,
    find_case,
    possible,
    reveal_reporter,
)
from linli.core.cases.reading.rules import lacking
from linli.core.cases.reading.words import case_title
from linli.core.desk.public import do_once, posted_from
from linli.core.flow.public import Changed
from linli.core.platform.public import Actor, NotAllowed, NotThere, Refusal
from linli.lib.outside import whole_number


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("case.view")
def action_page(request: HttpRequest, case_id: int, action: str) -> HttpResponse:
    """One action on one case: GET shows its dialog, which the case page takes in and which is a page without scripts."""
    case = the_case(request, case_id)
    if action not in ACTIONS:
        raise NotThere(_("There is no such action."))
    return act_on_case(request, case, action) if request.method == "POST" else _dialog(request, case, action)


def _dialog(request: HttpRequest, case: Case, action: str) -> HttpResponse:
    row = next((one for one in possible(case, access_on(request)) if one.action == action), None)
    if row is None and (case.state, action) in TABLE:
        raise NotAllowed(_("This is not yours to do: %s.") % ACTION_TITLES[action])
    if row is None:
        changed = case_context(request, case, notice=_("The case has changed; look at it again."))
        return render(request, "cases/case.html", changed, status=409)
    # The timeline as the person saw it: when somebody acted since, the answer to the form will say so.
    seen_seq = _seq(request.GET.get("seen", "")) or case.seq
    form = action_form(case, row, user_id=access_on(request).user_id)
    if action in JUDGING:
        form.compared = before_after(case_full(case).files)
    context: dict[str, Any] = {"case": case, "title": case_title(case), "form": form, "seen_seq": seen_seq}
    if action == "file":
        access = access_on(request)
        merges = any(one.action == "merge" for one in possible(case, access))
        context |= {"alike": alike(access, case), "may_merge": merges}
    return render(request, "cases/action.html", context)


def _seq(words: str) -> int | None:
    return whole_number(words, 999_999_999)


def act_on_case(request: HttpRequest, case: Case, action: str) -> HttpResponse:
    """Carries a form out. The same form sent twice acts once; who was slower reads what the other did."""
    case_id, access = case.id, access_on(request)
    missing: dict[str, str] = {}
    try:
        seen_seq = _seq(request.POST.get("seen_seq", ""))
        row = TABLE.get((case.state, action)) or next(row for row in TABLE.values() if row.action == action)
        sent = parse_given(row, request.POST, request.FILES)
        missing = lacking(row, sent.given)

        def effect(actor: Actor, uuid: UUID) -> int:
            return act(actor, case_id, action, sent.given, uuid=uuid, access=access, seen_seq=seen_seq).seq

        do_once(request, ["case", case_id, action, sent.content], effect)
    except NotThere:
        raise
    except Refusal as refusal:
        return _refused(request, case_id, action, refusal, missing)
    if find_case(access, case_id) is None:
        return HttpResponseRedirect(reverse("queue"))
    return HttpResponseRedirect(f"{reverse('case', args=[case_id])}?{urlencode({'done': action})}")


def _refused(
    request: HttpRequest, case_id: int, action: str, refusal: Refusal, missing: dict[str, str]
) -> HttpResponse:
    """The case as it is now. What the person typed stays in the dialog, where the action is still possible."""
    case = the_case(request, case_id)
    changed = isinstance(refusal, Changed)
    typed = request.POST.copy()
    if changed or refusal.needs_new_uuid:
        typed["effect_id"] = str(uuid4())  # a decision on the fresh case is another effect
    failed = Failed(action, typed, refusal.sentence, refusal.field, is_open=not changed, lacking=missing)
    context = case_context(request, case, failed=failed)
    if changed or context["form"] is None:
        context["notice"] = refusal.sentence
    return render(request, "cases/case.html", context, status=refusal.status)


@posted_from("case", "case_id")
@staff_page("case.reveal")
def reveal_page(request: HttpRequest, case_id: int) -> HttpResponse:
    """The case with its reporter's name and phone, after a purpose was given; each look is written into the audit trail."""
    case = the_case(request, case_id)
    try:
        shown = reveal_reporter(actor_on(request), access_on(request), case_id, request.POST.get("purpose", ""))
    except (NotThere, NotAllowed):
        raise
    except Refusal as refusal:
        context = case_context(request, case, reveal_error=refusal.sentence)
        return render(request, "cases/case.html", context, status=refusal.status)
    response = render(request, "cases/case.html", case_context(request, case, revealed=shown))
    response.headers["Cache-Control"] = "no-store"
    return response
