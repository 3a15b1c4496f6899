"""What the one search finds of cases, and what leads to a list of them: areas, units, categories."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from linli.core.access.public import Access, unit_tree
from linli.core.areas.public import area_tree
from linli.core.cases.reading.listed import state_title
from linli.core.cases.reading.selectors import found_cases
from linli.core.cases.reading.words import case_title
from linli.core.catalogue.public import catalogue
from linli.core.grids.public import grid_title
from linli.core.platform.public import Found
from linli.lib.names_by_pinyin import best_named

NUMBER_END = 6
SHOWN_LEVELS = ("district", "street", "community")


def find_cases(access: Access, words: str, most: int) -> list[Found]:
    """The newest cases that the words find, by their number too. On the map each leads to its place, elsewhere to its page."""
    return [
        Found(
            case_title(case),
            " · ".join(
                part for part in (case.number[-NUMBER_END:], state_title(case.state), grid_title(case.grid_id)) if part
            ),
            reverse("case", args=[case.id]),
            None if case.lon is None or case.lat is None else (case.lon, case.lat),
        )
        for case in found_cases(access, words, most)
    ]


def find_areas(access: Access, words: str, most: int) -> list[Found]:
    """The districts, streets and communities of a name in which this person sees cases."""
    tree = area_tree()
    inside = (tree.nodes[area_id] for area_id in access.areas_with("case.view", for_units=True))
    named = ((node, (node.name, *node.names.values()), node.code) for node in inside if node.level in SHOWN_LEVELS)
    return [
        Found(
            node.title,
            tree.nodes[node.parent_id].title if node.parent_id in tree.nodes else "",
            _address("cases", area=node.code),
            map_url=_address("map", area=node.code),
        )
        for node in best_named(words, named, most)
    ]


def find_units(access: Access, words: str, most: int) -> list[Found]:
    """The units of a name that serve the areas in which this person sees cases."""
    tree, reach = area_tree(), set(access.areas_with("case.view", for_units=True))
    inside = (unit for unit in unit_tree().nodes.values() if unit.area_id in reach)
    named = ((unit, (unit.title, unit.name), unit.code) for unit in inside)
    return [
        Found(
            unit.title,
            tree.nodes[unit.area_id].title if unit.area_id in tree.nodes else "",
            _address("cases", unit=unit.code),
        )
        for unit in best_named(words, named, most)
    ]


def find_named_categories(access: Access, words: str, most: int) -> list[Found]:  # noqa: ARG001 - the standard is nobody's secret
    """What the words name, by what people call it too; nothing that they only suggest, since most words here are names."""
    return [Found(one.title, one.major_title, _address("cases", q=one.name)) for one in catalogue().search(words, most)]


def _address(name: str, **query: str) -> str:
    return f"{reverse(name)}?{urlencode(query)}"
