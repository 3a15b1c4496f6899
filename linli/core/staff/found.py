"""What the one search finds of grids and people: names stand in memory, accounts come in one statement."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from linli.core.access.public import Access, Colleague, colleagues
from linli.core.areas.public import area_tree
from linli.core.grids.public import main_layer
from linli.core.platform.public import Found
from linli.core.staff.models import Post
from linli.core.staff.selectors import staff_of
from linli.lib.names_by_pinyin import best_named, name_rank


def find_grids(access: Access, words: str, most: int) -> list[Found]:
    """The grids of a name or code in the areas of the person."""
    layer, reach = main_layer(), set(access.areas_with("grid.view"))
    inside = [node for node in layer.nodes.values() if node.area_id in reach] if layer else []
    named = ((node, (node.name, *node.names.values(), node.code), node.code) for node in inside)
    areas = area_tree().nodes
    return [
        Found(node.title, areas[node.area_id].title if node.area_id in areas else "", _grid_address(access, node.code))
        for node in best_named(words, named, most)
    ]


def find_people(access: Access, words: str, most: int) -> list[Found]:
    """Who works on a grid, and who has an account at an office; whoever is both stands once, with the grid."""
    layer, reach = main_layer(), set(access.areas_with("staff.view"))
    inside = [node for node in layer.nodes.values() if node.area_id in reach] if layer and reach else []
    accounts = {one.user_id: one for one in colleagues(access) if name_rank(words, one.name) is not None}
    found: list[tuple[Found, tuple[str], str]] = []
    on_grids: set[int] = set()
    for node in inside:
        for one in staff_of(node.id):
            if name_rank(words, one.name) is not None:
                on_grids.add(one.user_id)
                url = _person_address(accounts.get(one.user_id)) or _grid_address(access, node.code)
                note = f"{Post(one.post).label} · {node.title}"
                found.append((Found(one.name, note, url), (one.name,), f"{one.name} {node.code}"))
    for person in accounts.values():
        at_work = person.unit_code and access.may("case.view")
        url = _person_address(person) or (_address("cases", unit=person.unit_code) if at_work else "")
        if url and person.user_id not in on_grids:
            found.append((Found(person.name, person.unit, url), (person.name,), person.name))
    return best_named(words, found, most)


def _person_address(person: Colleague | None) -> str:
    """The page of an account, for whoever administers it."""
    return reverse("person", args=[person.user_id]) if person and person.administered else ""


def _grid_address(access: Access, code: str) -> str:
    return _address("map", grid=code) if access.may("case.view") else reverse("grid-board")


def _address(name: str, **query: str) -> str:
    return f"{reverse(name)}?{urlencode(query)}"
