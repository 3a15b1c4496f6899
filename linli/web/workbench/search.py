"""One search for what people quote: cases, grids, people, places, categories; a page, and the list below the search box.

Every kind asks the gate for itself: cases through the filter of lists, grids and people by the areas of one's grants, accounts by who
may administer them. The list costs three statements at most, whatever there is: names stand in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.core.access.public import Access, access_on, staff_page, users_below
from linli.core.areas.public import area_tree
from linli.core.cases.public import CaseFilter, case_title, catalogue, list_cases, state_title
from linli.core.grids.public import grid_title, main_layer
from linli.core.platform.public import NotAllowed
from linli.core.registry.public import compound_names
from linli.core.staff.public import Post, staff_of
from linli.lib.names_by_pinyin import name_rank

MOST_WORDS = 100
IN_LIST, ON_PAGE = 4, 20


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


def _reach(access: Access, permission: str) -> set[int]:
    """The areas in which a grant over an area holds the permission."""
    tree = area_tree()
    tops = {grant.area_id for grant in access.grants if grant.unit_id is None and permission in grant.permissions}
    return {area_id for top in tops for area_id in tree.subtree(top)}


def _best(ranked: Iterable[tuple[int | None, str, Hit]], most: int) -> list[Hit]:
    fitting = sorted(((rank, order, hit) for rank, order, hit in ranked if rank is not None), key=lambda one: one[:2])
    return [hit for _rank, _order, hit in islice(fitting, most)]


def _grids(access: Access, words: str, most: int) -> Kind | None:
    layer, reach = main_layer(), _reach(access, "grid.view")
    if layer is None or not reach:
        return None
    tree = area_tree()
    ranked = (
        (_rank(words, node.name, *node.names.values(), node.code), node.code,
         Hit(node.title, tree.nodes[node.area_id].title if node.area_id in tree.nodes else "", _grid_address(access, node.code)))
        for node in layer.nodes.values() if node.area_id in reach
    )  # fmt: skip
    return Kind(_("Grids"), "grid", _best(ranked, most))


def _people(access: Access, words: str, most: int) -> Kind | None:
    return Kind(_("People"), "user", list(islice(_persons(access, words, most), most)))


def _persons(access: Access, words: str, most: int) -> Iterator[Hit]:
    layer, reach = main_layer(), _reach(access, "staff.view")
    nodes = [node for node in layer.nodes.values() if node.area_id in reach] if layer and reach else []
    ranked = (
        (name_rank(words, person.name), f"{person.name} {node.code}",
         Hit(person.name, f"{Post(person.post).label} · {node.title}", _grid_address(access, node.code)))
        for node in nodes for person in staff_of(node.id)
    )  # fmt: skip
    yield from _best(ranked, most)
    if access.may("access.delegate"):
        accounts = (
            users_below(access).filter(is_active=True, display_name__icontains=words).order_by("display_name", "id")
        )
        for user in accounts[:most]:
            yield Hit(user.display_name, user.unit.name if user.unit else "", reverse("person", args=[user.id]))


def _places(access: Access, words: str, most: int) -> Kind | None:
    if not access.may("case.view"):
        return None
    tree = area_tree()
    reach = _reach(access, "case.view")
    ranked: list[tuple[int | None, str, Hit]] = []
    for node in tree.nodes.values():
        if node.id in reach and node.level in ("district", "street", "community"):
            above = tree.nodes.get(node.parent_id or 0)
            hit = Hit(node.title, above.title if above else "", _address("cases", area=node.code))
            ranked.append((_rank(words, node.name, *node.names.values()), node.code, hit))
    if access.may("registry.view"):
        for name, area_id in compound_names(access):
            rank = name_rank(words, name)
            if rank is not None:
                area = tree.nodes.get(area_id)
                ranked.append((rank, f"~{name}", Hit(name, area.title if area else "", _address("cases", q=name))))
    return Kind(_("Places"), "map-pin", _best(ranked, most))


def _categories(access: Access, words: str, most: int) -> Kind | None:
    if not access.may("case.view"):
        return None
    nodes = catalogue().search(words, most)
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
