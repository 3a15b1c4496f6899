"""The addresses of the actions of a case: their dialogs, by the engine (dialogs.py), and seeing who reported."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from linli.core.access.public import access_on, actor_on, staff_page
from linli.core.cases.pages.case_page import case_context, the_case
from linli.core.cases.pages.dialogs import PAGES
from linli.core.cases.public import reveal_reporter
from linli.core.desk.public import posted_from
from linli.core.flow.public import dialog_page
from linli.core.platform.public import NotAllowed, NotThere, Refusal


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("case.view")
def action_page(request: HttpRequest, case_id: int, action: str) -> HttpResponse:
    """One action on one case."""
    return dialog_page(PAGES, request, case_id, action)


@posted_from("case", "case_id")
@staff_page("case.reveal")
def reveal_page(request: HttpRequest, case_id: int) -> HttpResponse:
    """The case with its reporter's name and phone, after a purpose was given; the reporter can read each look."""
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
