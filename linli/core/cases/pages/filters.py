"""The filters of lists and map as they stand in the address: parsed once, and shown again as chips."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _

from linli.algorithms.drawn import Disc, Ring
from linli.core.access.public import Access, UnitNode, unit_tree
from linli.core.areas.public import AreaNode, area_tree
from linli.core.cases.public import CaseFilter, State, source_titles
from linli.core.catalogue.public import catalogue
from linli.core.grids.public import main_layer
from linli.core.platform.public import day_start, listed
from linli.lib.outside import corners, day, disc, map_point

MOST_UNITS = 60
MOST_WORDS = 100
MOST_SHAPE = 1000  # more than any shape that is understood, so that none is cut into another


@dataclass(frozen=True)
class Chip:
    """A filter that is on: what it says, and the address without it."""

    words: str
    without: str


@dataclass(frozen=True)
class Choice:
    """An entry of a filter's menu."""

    words: str
    query: str
    on: bool


@dataclass
class Asked:
    """What an address asks for: the filter, the chips that are on, and what could not be understood."""

    filter: CaseFilter
    query: dict[str, str]
    chips: list[Chip] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    at: tuple[float, float, float] | None = None  # where the map stands: longitude, latitude, zoom

    def with_(self, **changed: str | None) -> str:
        """The query string with some keys changed or dropped; pages begin anew."""
        merged = {**self.query, **changed}
        return "?" + urlencode({key: value for key, value in merged.items() if value})

    def to(self, key: str) -> Callable[[str], str]:
        """The query string for each value of one key: what is the same in the links of a menu is written once."""
        start = self.with_(**{key: None}).removesuffix("?")
        start = f"{start}&{key}=" if start else f"?{key}="
        return lambda value: start + quote(value)


KEYS = (
    "q",
    "state",
    "clock",
    "mine",
    "unplaced",
    "area",
    "unit",
    "grid",
    "source",
    "category",
    "since",
    "until",
    "closed",
    "within",
    "order",
    "at",
)


def parse_filter(given: Mapping[str, str]) -> Asked:
    """Parses an address. What is not understood is left out and said in `wrong`."""
    query = {
        key: words[: MOST_SHAPE if key == "within" else MOST_WORDS]
        for key in KEYS
        if (words := str(given.get(key, "")).replace("\0", "").strip())
    }
    asked = Asked(CaseFilter(), query)
    values: dict[str, object] = {"words": query.get("q", "")}
    if values["words"]:
        asked.chips.append(Chip(f"“{values['words']}”", asked.with_(q=None)))
    _places(asked, values)
    _words(asked, values)
    _times(asked, values)
    _within(asked, values)
    asked.at = map_point(query.get("at", ""))
    if asked.at is None:
        query.pop("at", None)  # said to nobody: the map then shows all of the ground
    asked.filter = CaseFilter(**values)  # type: ignore[arg-type]
    return asked


def _wrong(asked: Asked, key: str) -> None:
    asked.wrong.append(
        _("Nothing is called “%(value)s” here; the filter was left out.") % {"value": asked.query.pop(key)}
    )


def _places(asked: Asked, values: dict[str, object]) -> None:
    query = asked.query
    if "area" in query:
        node = area_tree().by_code.get(query["area"])
        if node is None:
            _wrong(asked, "area")
        else:
            values["area_id"] = node.id
            asked.chips.append(Chip(node.title, asked.with_(area=None)))
    if "unit" in query:
        unit = unit_tree().by_code.get(query["unit"])
        if unit is None:
            _wrong(asked, "unit")
        else:
            values["unit_id"] = unit.id
            asked.chips.append(Chip(_("With %s") % unit.title, asked.with_(unit=None)))
    if "grid" in query:
        layer = main_layer()
        grid = next((one for one in layer.nodes.values() if one.code == query["grid"]), None) if layer else None
        if grid is None:
            _wrong(asked, "grid")
        else:
            values["grid_id"] = grid.id
            asked.chips.append(Chip(grid.title, asked.with_(grid=None)))


def _words(asked: Asked, values: dict[str, object]) -> None:
    query = asked.query
    if "state" in query:
        states = tuple(name for name in query["state"].split(",") if name in State.values)
        if not states:
            _wrong(asked, "state")
        else:
            values["states"] = states
            asked.chips.append(Chip(listed(State(name).label for name in states), asked.with_(state=None)))
    if "clock" in query:
        if query["clock"] not in ("red", "amber"):
            _wrong(asked, "clock")
        else:
            values["late" if query["clock"] == "red" else "amber"] = True
    if query.get("mine"):
        values["mine"] = True
    if query.get("unplaced"):
        values["unplaced"] = True
        asked.chips.append(Chip(_("Unplaced"), asked.with_(unplaced=None)))
    if "source" in query:
        if query["source"] not in source_titles():
            _wrong(asked, "source")
        else:
            values["source"] = query["source"]
            asked.chips.append(Chip(source_titles()[query["source"]], asked.with_(source=None)))
    if "category" in query:
        node = next((one for one in catalogue().categories.values() if one.code == query["category"]), None)
        values["category"] = query["category"]
        asked.chips.append(Chip(node.title if node else query["category"], asked.with_(category=None)))
    if query.get("order") == "due":
        values["order"] = "due"


def _times(asked: Asked, values: dict[str, object]) -> None:
    for key, name in (("since", "since"), ("until", "until"), ("closed", "closed_since")):
        if key not in asked.query:
            continue
        found = day(asked.query[key])
        if found is None:
            _wrong(asked, key)
            continue
        values[name] = day_start(found + timedelta(days=1) if key == "until" else found)
        words = {"since": _("Reported from %s"), "until": _("Reported until %s"), "closed": _("Closed from %s")}[key]
        asked.chips.append(Chip(words % asked.query[key], asked.with_(**{key: None})))


def _within(asked: Asked, values: dict[str, object]) -> None:
    words = asked.query.get("within", "")
    if not words:
        return
    ring, circle = corners(words), disc(words)
    if ring is None and circle is None:
        del asked.query["within"]
        asked.wrong.append(
            _("The part of the map in the address could not be read; the filter was left out. Draw it again.")
        )
        return
    values["within"] = Ring(ring) if ring else Disc(*circle)  # type: ignore[misc]
    asked.chips.append(Chip(_("Part of the map"), asked.with_(within=None)))


def areas_below(access: Access, area_code: str = "") -> list[AreaNode]:
    """The areas one step below the chosen one, else the areas of the person's own grants."""
    tree = area_tree()
    chosen = tree.by_code.get(area_code)
    if chosen is not None:
        return [tree.nodes[area_id] for area_id in tree.children.get(chosen.id, ())]
    tops = access.tops_with("case.view", for_units=True)
    below = [area_id for top in sorted(tops) for area_id in tree.children.get(top, (top,))]
    return [tree.nodes[area_id] for area_id in dict.fromkeys(below)]


def units_near(access: Access) -> list[UnitNode]:
    """The units that serve the person's areas or what these lie in, offices of a kind together; at most sixty."""
    tree, reach = area_tree(), set(access.areas())
    reach.update(node.id for grant in access.grants for node in tree.ancestors(grant.area_id))
    found = [unit for unit in unit_tree().nodes.values() if unit.area_id in reach]
    return sorted(found, key=lambda unit: (unit.kind, unit.code))[:MOST_UNITS]


@dataclass(frozen=True)
class Menus:
    """The menus of the filter bar."""

    clocks: list[Choice]
    states: list[Choice]
    areas: list[Choice]
    units: list[Choice]
    sources: list[Choice]


def menus(asked: Asked, access: Access) -> Menus:
    """What can be chosen further from here."""
    query = asked.query
    plain = not query.get("clock") and not query.get("mine")
    state, area, unit, source = (asked.to(key) for key in ("state", "area", "unit", "source"))
    return Menus(
        clocks=[
            Choice(_("All"), asked.with_(clock=None, mine=None), plain),
            Choice(_("Waiting for me"), asked.with_(clock=None, mine="1"), bool(query.get("mine"))),
            Choice(_("Overdue"), asked.with_(clock="red", mine=None), query.get("clock") == "red"),
            Choice(_("Due soon"), asked.with_(clock="amber", mine=None), query.get("clock") == "amber"),
        ],
        states=[Choice(str(State(name).label), state(name), query.get("state") == name) for name in State.values],
        areas=[
            Choice(_("Unplaced"), asked.with_(unplaced="1"), bool(query.get("unplaced"))),
            *(Choice(node.title, area(node.code), False) for node in areas_below(access, query.get("area", ""))),
        ],
        units=[Choice(near.title, unit(near.code), query.get("unit") == near.code) for near in units_near(access)],
        sources=[Choice(title, source(code), query.get("source") == code) for code, title in source_titles().items()],
    )
