"""Lists of cases: the list with its filters, and my queue, the most urgent first."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from linli.core.access.public import access_on, staff_page
from linli.core.cases.pages.case_list import CASES
from linli.core.cases.pages.filter_bar import filter_bar
from linli.core.cases.pages.filters import menus, parse_filter
from linli.core.cases.public import CaseFilter, list_cases
from linli.core.cases.reading.words import case_rows_of
from linli.core.desk.public import bulk_of, more_of
from linli.core.platform.public import Refusal, now

MOST_CURSOR = 60


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("case.view")
def cases_page(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    """The visible cases that the address asks for, one page of fifty; after a refused bulk action with what was ticked."""
    asked = parse_filter(request.GET)
    access, instant = access_on(request), now()
    page = list_cases(access, asked.filter, cursor=request.GET.get("cursor", "")[:MOST_CURSOR])
    context = {
        "asked": asked, "filters": filter_bar(asked, menus(asked, access)), "rows": case_rows_of(page.rows, instant),
        "next_cursor": page.next_cursor, "paged": bool(request.GET.get("cursor")),
        **more_of(CASES, "cases", access, asked.with_(at=None)),
        **bulk_of(request, CASES, "cases", asked.with_(at=None), refusal),
    }  # fmt: skip
    return render(request, "cases/list.html", context, status=refusal.status if refusal else 200)


@require_GET
@staff_page("case.view")
def queue_page(request: HttpRequest) -> HttpResponse:
    """What waits for this person, the most urgent first."""
    asked = parse_filter(request.GET)
    access, instant = access_on(request), now()
    wanted = replace(asked.filter, mine=True, order="due")
    page = list_cases(access, wanted, cursor=request.GET.get("cursor", "")[:MOST_CURSOR])
    context = {
        "asked": asked, "rows": case_rows_of(page.rows, instant), "next_cursor": page.next_cursor,
        "paged": bool(request.GET.get("cursor")), **bulk_of(request, CASES, "cases", asked.with_(mine="1", order="due", at=None)),
    }  # fmt: skip
    return render(request, "cases/queue.html", context)


@require_GET
@staff_page("case.view")
def next_case_page(request: HttpRequest) -> HttpResponse:
    """Leads to the most urgent case that waits for this person, besides the one they come from; to the queue when none does."""
    waiting = list_cases(access_on(request), CaseFilter(mine=True, order="due"), rows_per_page=2).rows
    besides = request.GET.get("besides", "")
    found = next((case for case in waiting if str(case.id) != besides), None)
    return HttpResponseRedirect(reverse("case", args=[found.id]) if found else reverse("queue"))
