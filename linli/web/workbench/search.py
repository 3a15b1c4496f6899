"""The search: a page, and the list below the box in the frame. What is found, and by whom, stands in finding.py."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.core.access.public import Access, access_on, staff_page
from linli.core.platform.public import NotAllowed
from linli.web.workbench.finding import found, may_search

MOST_WORDS = 100
IN_LIST, ON_PAGE = 4, 20


def _asked(request: HttpRequest) -> tuple[Access, str]:
    access = access_on(request)
    if not may_search(access):
        raise NotAllowed(_("There is nothing here that you could search."))
    return access, request.GET.get("q", "").replace("\0", "").strip()[:MOST_WORDS]


@require_GET
@staff_page()
def search_page(request: HttpRequest) -> HttpResponse:
    """Everything that the words find, by kind; without words, what can be searched for."""
    access, words = _asked(request)
    kinds = found(access, words, ON_PAGE) if words else []
    return render(
        request, "workbench/search.html", {"words": words, "kinds": kinds, "sees_cases": access.may("case.view")}
    )


@require_GET
@staff_page(part=True)
def search_found(request: HttpRequest) -> HttpResponse:
    """The list below the search box while one types; `on=map` puts places first."""
    access, words = _asked(request)
    on_map = request.GET.get("on") == "map"
    kinds = found(access, words, IN_LIST, on_map=on_map) if words else []
    # Without the request: the frame around a page would count what waits, once for every letter.
    answer = {"words": words, "kinds": kinds, "on_map": on_map}
    return HttpResponse(render_to_string("workbench/search_found.html", answer))


search_urls = [path("search/", search_page, name="search"), path("search/found/", search_found, name="search-found")]
