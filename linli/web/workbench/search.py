"""The search: a page, and the list below the box in the frame. What is found, and by whom, say the owners (linli.core.search)."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.views.decorators.http import require_GET

from linli.core.access.public import Access, access_on, staff_page
from linli.core.platform.public import Found
from linli.core.search.public import Answer, answer

MOST_WORDS = 100
IN_LIST, ON_PAGE, COUNTED, PLACE_ZOOM = 4, 20, 99, 17
PIN = re.compile(r"[?&]at=([0-9.,-]+)")


def _asked(request: HttpRequest) -> tuple[Access, str]:
    return access_on(request), request.GET.get("q", "").replace("\0", "").strip()[:MOST_WORDS]


def _too_short(words: str) -> bool:
    return len(words) == 1 and words.isascii()


@require_GET
@staff_page()
def search_page(request: HttpRequest) -> HttpResponse:
    """Everything that the words find, by kind; without words, what can be searched for."""
    access, words = _asked(request)
    kinds = answer(access, words, ON_PAGE, counted=COUNTED) if words else []
    shown = {"words": words, "kinds": kinds, "sees_cases": access.may("case.view"), "too_short": _too_short(words)}
    return render(request, "workbench/search.html", shown)


def _on_map(found: Found) -> dict[str, str]:
    """How the map shows it: an address, and the place to which it moves without being loaded anew."""
    shown = {"title": found.title, "note": found.note, "url": found.map_url or found.url, "at": ""}
    if found.point and not found.map_url:
        pin = PIN.search(found.url)
        shown["at"] = pin[1] if pin else f"{found.point[0]:.6f},{found.point[1]:.6f},{PLACE_ZOOM}"
        shown["url"] = f"{reverse('map')}?at={shown['at']}"
    return shown


@require_GET
@staff_page(part=True)
def search_found(request: HttpRequest) -> HttpResponse:
    """The list below the search box while one types; `on=map` puts places first."""
    access, words = _asked(request)
    on_map = request.GET.get("on") == "map"
    kinds: list[Answer] = answer(access, words, IN_LIST, on_map=on_map) if words else []
    # Without the request: the frame around a page would count what waits, once for every letter.
    shown = [
        {"icon": one.kind.icon, "title": one.title, "hits": [_on_map(hit) for hit in one.hits] if on_map else one.hits}
        for one in kinds
    ]
    given = {"words": words, "kinds": shown, "on_map": on_map, "too_short": _too_short(words)}
    return HttpResponse(render_to_string("workbench/search_found.html", given))


search_urls = [path("search/", search_page, name="search"), path("search/found/", search_found, name="search-found")]
