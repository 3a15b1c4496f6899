"""What the one search finds: cases, grids, people, places, categories. search.py next door shows it.

Every kind asks the gate for itself: cases through the filter of lists, grids, people and places by the areas of one's grants. The
whole costs four statements at most, whatever there is, and one for each kind that a department brings: names stand in memory, or
come in one statement for a kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.core.access.public import Access, Colleague, colleagues
from linli.core.areas.public import area_tree
from linli.core.cases.public import CaseFilter, case_title, list_cases, state_title
from linli.core.catalogue.public import catalogue
from linli.core.grids.public import extent_of, grid_title, locate_main, main_layer
from linli.core.platform.public import Found, SearchKind, parts, title_in
from linli.core.registry.public import compound_places, named_streets
from linli.core.staff.public import Post, staff_of
from linli.lib.names_by_pinyin import name_rank

BESIDE_DEGREES = 0.003  # a street may be the border of one's ground: some 300 m
STREET_ZOOM, ESTATE_ZOOM = 16, 17
T = TypeVar("T")
Point = tuple[float, float]


@dataclass(frozen=True)
class Hit:
    """One thing found: its name, what it is or where, where a press leads, and where it stands on the map if it is a point
    (longitude,latitude,zoom)."""

    title: str
    note: str
    url: str
    at: str = ""


@dataclass(frozen=True)
class Kind:
    """What was found of one kind; `more_url` leads to all of it, empty when all is here."""

    title: str
    icon: str
    hits: list[Hit]
    more_url: str = ""


def may_search(access: Access) -> bool:
    """Whether there is anything that this person could find."""
    own = (kind.permission for kind in parts(SearchKind))
    return any(access.may(code) for code in ("case.view", "grid.view", "staff.view", "access.delegate", *own))


def found(access: Access, words: str, most: int, *, on_map: bool = False) -> list[Kind]:
    """What the words find, at most so many of each kind; kinds of which nothing was found are left out.

    On the map what has a place stands first, and areas open there instead of in the list.
    """
    places = _places(access, words, most, on_map)
    grids, cases = _grids(access, words, most), _cases(access, words, most)
    people, categories = _people(access, words, most), _categories(access, words, most)
    kinds: Sequence[Kind | None] = (cases, grids, people, places, categories)
    if on_map:
        kinds = (places, grids, cases, people, categories)
    kinds = (*kinds, *_of_departments(access, words, most, on_map))
    return [kind for kind in kinds if kind is not None and kind.hits]


def _of_departments(access: Access, words: str, most: int, on_map: bool) -> Iterator[Kind]:
    """What departments find, each kind by itself."""
    for kind in parts(SearchKind):
        if access.may(kind.permission):
            found = kind.find(access, words, most)[:most]
            yield Kind(title_in(kind.titles), kind.icon, [_hit(one, on_map) for one in found])


def _hit(one: Found, on_map: bool) -> Hit:
    if one.point is None or not on_map:
        return Hit(one.title, one.note, one.url)
    return _at(one.title, one.note, one.point, ESTATE_ZOOM)


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


def _best(ranked: Iterable[tuple[int | None, str, T]], most: int) -> list[tuple[int, str, T]]:
    """The best so many of what has a rank; pages are made of these only."""
    fitting = sorted(((rank, order, one) for rank, order, one in ranked if rank is not None), key=lambda each: each[:2])
    return fitting[:most]


def _grids(access: Access, words: str, most: int) -> Kind | None:
    layer, reach = main_layer(), set(access.areas_with("grid.view"))
    if layer is None or not reach:
        return None
    inside = [node for node in layer.nodes.values() if node.area_id in reach]
    best = _best(((_rank(words, node.name, *node.names.values(), node.code), node.code, node) for node in inside), most)
    hits = [
        Hit(node.title, _area_title(node.area_id), _grid_address(access, node.code)) for _rank, _order, node in best
    ]
    return Kind(_("Grids"), "grid", hits)


def _people(access: Access, words: str, most: int) -> Kind | None:
    """Who works on a grid, and who has an account at an office; whoever is both stands once, with the grid."""
    layer, reach = main_layer(), set(access.areas_with("staff.view"))
    inside = [node for node in layer.nodes.values() if node.area_id in reach] if layer and reach else []
    named = {one.user_id: one for one in colleagues(access) if name_rank(words, one.name) is not None}
    ranked: list[tuple[int | None, str, Hit]] = []
    on_grids: set[int] = set()
    for node in inside:
        for one in staff_of(node.id):
            rank = name_rank(words, one.name)
            if rank is not None:
                on_grids.add(one.user_id)
                url = _person_address(named.get(one.user_id)) or _grid_address(access, node.code)
                ranked.append(
                    (rank, f"{one.name} {node.code}", Hit(one.name, f"{Post(one.post).label} · {node.title}", url))
                )
    for person in named.values():
        at_work = person.unit_code and access.may("case.view")
        url = _person_address(person) or (_address("cases", unit=person.unit_code) if at_work else "")
        if url and person.user_id not in on_grids:
            ranked.append((name_rank(words, person.name), person.name, Hit(person.name, person.unit, url)))
    return Kind(_("People"), "user", [hit for _rank, _order, hit in _best(ranked, most)])


def _person_address(person: Colleague | None) -> str:
    """The page of an account, for whoever administers it."""
    return reverse("person", args=[person.user_id]) if person and person.administered else ""


def _places(access: Access, words: str, most: int, on_map: bool) -> Kind | None:
    if not access.may("case.view"):
        return None
    reach = set(access.areas_with("case.view", for_units=True))
    ranked = [*_areas(reach, words, "map" if on_map else "cases"), *_streets(reach, words, most)]
    if access.may("registry.view"):
        for name, area_id, lon, lat in compound_places(access):
            rank = name_rank(words, name)
            if rank is not None:
                hit = _at(name, _area_title(area_id), (lon, lat), ESTATE_ZOOM)
                ranked.append((rank, f"3{name}", hit if on_map else replace(hit, url=_address("cases", q=name))))
    return Kind(_("Places"), "map-pin", [hit for _rank, _order, hit in _best(ranked, most)])


def _areas(reach: set[int], words: str, areas_open: str) -> Iterator[tuple[int, str, Hit]]:
    tree = area_tree()
    for area_id in reach:
        node = tree.nodes[area_id]
        if node.level in ("district", "street", "community"):
            rank = _rank(words, node.name, *node.names.values())
            if rank is not None:
                hit = Hit(node.title, _area_title(node.parent_id or 0), _address(areas_open, area=node.code))
                yield rank, f"1{node.code}", hit


def _streets(reach: set[int], words: str, most: int) -> list[tuple[int, str, Hit]]:
    """The named streets on the ground where this person's maps begin, each once in every administrative street it runs through."""
    bounds = extent_of(reach)
    if bounds is None:
        return []
    west, south, east, north = (
        edge + outwards * BESIDE_DEGREES for edge, outwards in zip(bounds, (-1, -1, 1, 1), strict=True)
    )
    called = ((name_rank(words, name), name, points) for name, points in named_streets().items())
    near = (
        (rank, name, [(lon, lat) for lon, lat in points if west <= lon <= east and south <= lat <= north])
        for rank, name, points in called
        if rank is not None
    )
    best = _best(((rank if inside else None, name, inside) for rank, name, inside in near), most)
    return [
        (rank, f"2{name}{number:03}", _at(name, _area_title(area_id), point, STREET_ZOOM))
        for rank, name, inside in best
        for number, (area_id, point) in enumerate(_stretches(inside, reach))
    ]


def _stretches(points: list[Point], reach: set[int]) -> list[tuple[int, Point]]:
    """The area and the place of the middle of a street in each administrative street of the own ground; where it is nowhere in
    it, as a border may be, one of all."""
    tree, layer = area_tree(), main_layer()
    by_street: dict[int, list[tuple[int, Point]]] = {}
    for point in points:
        grid = locate_main(*point)[0] if layer else None
        node = tree.nodes.get(grid.area_id) if grid and grid.area_id in reach else None
        if node is not None:
            by_street.setdefault(node.street_id or node.id, []).append((node.id, point))
    return [inside[len(inside) // 2] for inside in by_street.values()] or [(0, points[len(points) // 2])]


def _at(title: str, note: str, point: Point, zoom: int) -> Hit:
    at = f"{point[0]:.6f},{point[1]:.6f},{zoom}"
    return Hit(title, note, _address("map", at=at), at)


def _area_title(area_id: int) -> str:
    node = area_tree().nodes.get(area_id)
    return node.title if node else ""


def _categories(access: Access, words: str, most: int) -> Kind | None:
    """What the words name, by what people call it too; nothing that they only suggest, since most words here are names."""
    if not access.may("case.view"):
        return None
    nodes = catalogue().search(words, most)
    return Kind(
        _("Categories"), "layers", [Hit(one.title, one.major_title, _address("cases", q=one.name)) for one in nodes]
    )


def _rank(words: str, *names: str) -> int | None:
    return min((rank for name in names if name and (rank := name_rank(words, name)) is not None), default=None)


def _address(name: str, **query: str) -> str:
    return f"{reverse(name)}?{urlencode(query, safe=',')}"


def _grid_address(access: Access, code: str) -> str:
    return _address("map", grid=code) if access.may("case.view") else reverse("grid-board")
