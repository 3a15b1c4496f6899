"""One search for what people quote: cases, grids, people, places, categories; a page, and the list below the search box.

Every kind asks the gate for itself: cases through the filter of lists, grids and people by the areas of one's grants, accounts by who
may administer them. The list costs three statements at most, whatever there is: names stand in memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.core.access.public import Access, access_on, staff_page, users_below
from linli.core.areas.public import area_tree
from linli.core.cases.public import CaseFilter, case_title, find_categories, list_cases, state_title
from linli.core.grids.public import grid_title, main_layer
from linli.core.platform.public import NotAllowed
from linli.core.registry.public import compound_names
from linli.core.staff.public import Post, staff_of
from linli.lib.names_by_pinyin import name_rank

MOST_WORDS = 100
IN_LIST, ON_PAGE = 4, 20
T = TypeVar("T")


@dataclass(frozen=True)
class Hit:
    """One thing found: its name, what it is or where, and where a press leads."""

    title: str
    note: str
    url: str


@dataclass(frozen=True)
class Kind:
    """What was found of one kind; `more_url` leads to all of it, empty when all is here."""

    title: str
    icon: str
    hits: list[Hit]
    more_url: str = ""


def may_search(access: Access) -> bool:
    """Whether there is anything that this person could find."""
    return any(access.may(permission) for permission in ("case.view", "grid.view", "staff.view", "access.delegate"))


def found(access: Access, words: str, most: int) -> list[Kind]:
    """What the words find, at most so many of each kind; kinds of which nothing was found are left out."""
    kinds = (_cases, _grids, _people, _places, _categories)
    return [kind for find in kinds if (kind := find(access, words, most)) is not None and kind.hits]


def _cases(access: Access, words: str, most: int) -> Kind | None:
    if not access.may("case.view"):
        return None
    page = list_cases(access, CaseFilter(words=words), rows_per_page=most)
    hits = [
        Hit(
            case_title(case),
            " · ".join(part for part in (case.number[-6:], state_title(case.state), grid_title(case.grid_id)) if part),
            reverse("case", args=[case.id]),
        )
        for case in page.rows
    ]
    return Kind(_("Cases"), "list", hits, _address("cases", q=words) if page.next_cursor else "")


def _best(ranked: Iterable[tuple[int | None, str, T]], most: int) -> list[T]:
    """The best so many of what has a rank; pages are made of these only."""
    fitting = sorted(((rank, order, one) for rank, order, one in ranked if rank is not None), key=lambda each: each[:2])
    return [one for _rank, _order, one in fitting[:most]]


def _grids(access: Access, words: str, most: int) -> Kind | None:
    layer, reach = main_layer(), set(access.areas_with("grid.view"))
    if layer is None or not reach:
        return None
    inside = [node for node in layer.nodes.values() if node.area_id in reach]
    best = _best(((_rank(words, node.name, *node.names.values(), node.code), node.code, node) for node in inside), most)
    hits = [Hit(node.title, _area_title(node.area_id), _grid_address(access, node.code)) for node in best]
    return Kind(_("Grids"), "grid", hits)


def _people(access: Access, words: str, most: int) -> Kind | None:
    layer, reach = main_layer(), set(access.areas_with("staff.view"))
    inside = [node for node in layer.nodes.values() if node.area_id in reach] if layer and reach else []
    best = _best(
        (
            (name_rank(words, one.name), f"{one.name} {node.code}", (one, node))
            for node in inside
            for one in staff_of(node.id)
        ),
        most,
    )
    hits = [
        Hit(one.name, f"{Post(one.post).label} · {node.title}", _grid_address(access, node.code)) for one, node in best
    ]
    if access.may("access.delegate"):
        accounts = (
            users_below(access).filter(is_active=True, display_name__icontains=words).order_by("display_name", "id")
        )
        for user in accounts[: most - len(hits)]:
            hits.append(Hit(user.display_name, user.unit.title if user.unit else "", reverse("person", args=[user.id])))
    return Kind(_("People"), "user", hits)


def _places(access: Access, words: str, most: int) -> Kind | None:
    if not access.may("case.view"):
        return None
    tree = area_tree()
    ranked: list[tuple[int | None, str, tuple[str, int, str]]] = []
    for area_id in access.areas_with("case.view"):
        node = tree.nodes[area_id]
        if node.level in ("district", "street", "community"):
            ranked.append(
                (_rank(words, node.name, *node.names.values()), node.code, (node.title, node.parent_id or 0, node.code))
            )
    if access.may("registry.view"):
        ranked += [
            (name_rank(words, name), f"~{name}", (name, area_id, "")) for name, area_id in compound_names(access)
        ]
    hits = [
        Hit(title, _area_title(area_id), _address("cases", area=code) if code else _address("cases", q=title))
        for title, area_id, code in _best(ranked, most)
    ]
    return Kind(_("Places"), "map-pin", hits)


def _area_title(area_id: int) -> str:
    node = area_tree().nodes.get(area_id)
    return node.title if node else ""


def _categories(access: Access, words: str, most: int) -> Kind | None:
    if not access.may("case.view"):
        return None
    nodes = find_categories(words, most)
    return Kind(
        _("Categories"), "layers", [Hit(one.title, one.major_title, _address("cases", q=one.name)) for one in nodes]
    )


def _rank(words: str, *names: str) -> int | None:
    return min((rank for name in names if name and (rank := name_rank(words, name)) is not None), default=None)


def _address(name: str, **query: str) -> str:
    return f"{reverse(name)}?{urlencode(query)}"


def _grid_address(access: Access, code: str) -> str:
    return _address("map", grid=code) if access.may("case.view") else reverse("grid-board")


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
    """The list below the search box while one types."""
    access, words = _asked(request)
    kinds = found(access, words, IN_LIST) if words else []
    # Without the request: the frame around a page would count what waits, once for every letter.
    return HttpResponse(render_to_string("workbench/search_found.html", {"words": words, "kinds": kinds}))


search_urls = [path("search/", search_page, name="search"), path("search/found/", search_found, name="search-found")]
