"""Reads an extract of OpenStreetMap for a city: every object with a key of its kinds is taken, or counted with the reason why not.

`ground.extract` opens it. Areas are settled last (`areas` next door), since only then it shows which boundaries are complete.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _

from linli.algorithms.coordinates import choose_system
from linli.core.platform.public import BadInput
from linli.subsystems.division.city.areas import CityAsked, areas_of, filed
from linli.subsystems.division.city.kinds import components_of, kinds_by_key
from linli.subsystems.division.city.things import AREA, BUILDING, COMPONENT, STREET, Account, CityExtract, Thing
from linli.subsystems.division.ground.extract import box_of, code_of, name_of, runs_of, shape_of, things_of
from linli.subsystems.division.ground.osm import ALLEYS, LEVELS, MAIN, MINOR, reckoned_households
from linli.subsystems.division.ground.projection import to_plane

STREETS = MAIN | MINOR | ALLEYS | {"steps", "bridleway", "busway", "corridor"}
UNNAMED, CUT, INCOMPLETE, PLANNED, NO_AREA, COARSE, SQUARE = (
    "unnamed",
    "cut",
    "incomplete",
    "planned",
    "no_area",
    "coarse",
    "square",
)
NAME_MAX = 120
_LEVELS_MAX = 200.0


class _Reading:
    """One reading: what was taken, and closed ways and relations of which it does not show yet whether they are complete."""

    def __init__(self) -> None:
        self.things: list[Thing] = []
        self.boundaries: dict[str, list[Thing]] = {}
        self.buildings: list[tuple[Thing, dict[str, str]]] = []
        self.account = Account()
        self.waiting: dict[tuple[str, str, str], None] = {}  # (kind, what, code) of areas that are to come

    def take(self, thing: Any) -> None:
        """Takes an object of the extract, or counts why not."""
        tags = dict(thing.tags)
        if thing.is_area():
            self._settle(thing, tags)
            return
        self._without_category(tags)
        if thing.is_node():
            self._node(code_of(thing), tags, shapely.Point(thing.location.lon, thing.location.lat))
        elif thing.is_way():
            self._way(thing, tags)
        elif tags.get("type") in ("multipolygon", "boundary"):
            self._wait(code_of(thing), tags)
            if tags.get("highway") in STREETS:
                self.account.put(STREET, tags["highway"], SQUARE)

    def over(self) -> None:
        """Whatever never came as an area is not complete in this extract."""
        for kind, what, _code in self.waiting:
            self.account.put(kind, what, INCOMPLETE)
        self.waiting.clear()

    def _without_category(self, tags: dict[str, str]) -> None:
        """Counts tags under which the standard has no component; streets are told as streets."""
        for key, value in components_of(tags)[1]:
            if not (key == "highway" and value in STREETS):
                self.account.unknown[f"{key}={value}"[:60]] += 1

    def _node(self, code: str, tags: dict[str, str], place: Any) -> None:
        if _is_building(tags):
            self._building(code, tags, place)
        self._components(code, tags, place)

    def _way(self, way: Any, tags: dict[str, str]) -> None:
        code = code_of(way)
        if "highway" in tags:
            self._street(way, code, tags)
        if way.is_closed() and tags.get("area") != "no":
            self._wait(code, tags)
            return
        if _is_building(tags):
            self.account.put(BUILDING, "", INCOMPLETE)
        categories, _unknown = components_of(tags)
        if categories:
            runs = [run for run, _before, _after in runs_of(way) if len(run) > 1]
            if runs:
                self._components(code, tags, shapely.LineString(max(runs, key=len)).interpolate(0.5, normalized=True))
            else:
                for category in categories:
                    self.account.put(COMPONENT, category, CUT)

    def _street(self, way: Any, code: str, tags: dict[str, str]) -> None:
        kind = tags["highway"]
        if kind not in STREETS:
            if not components_of(tags)[0]:
                self.account.put(STREET, kind, PLANNED)
            return
        if tags.get("area") == "yes":
            self.account.put(STREET, kind, SQUARE)
            return
        name = _text(name_of(tags, ""))
        runs = [run for run, _before, _after in runs_of(way) if len(run) > 1]
        if not name or not runs:
            self.account.put(STREET, kind, UNNAMED if not name else CUT)
            return
        self.account.put(STREET, kind)
        self.things.append(Thing(STREET, code, name, shapely.MultiLineString(runs), kind))

    def _wait(self, code: str, tags: dict[str, str]) -> None:
        if _level(tags) in LEVELS:
            self.waiting[AREA, _level(tags), code] = None
        elif _level(tags):
            self.account.put(AREA, _level(tags), COARSE)
        if _is_building(tags):
            self.waiting[BUILDING, "", code] = None
        for category in components_of(tags)[0]:
            self.waiting[COMPONENT, category, code] = None

    def _settle(self, area: Any, tags: dict[str, str]) -> None:
        code, shape = code_of(area), shape_of(area)
        if shape is None or shape.is_empty:
            return
        level = _level(tags)
        if self._arrived(AREA, level, code):
            name = _text(name_of(tags, code))
            english = _text(tags.get("name:en") or (tags.get("name", "") if tags.get("name:zh") else ""))
            one = Thing(AREA, f"osm-{code}", name, shape, level, english)
            self.boundaries.setdefault(level, []).append(one)
        if self._arrived(BUILDING, "", code):
            self._building(code, tags, shape)
        arrived = [one for one in components_of(tags)[0] if self._arrived(COMPONENT, one, code)]
        if arrived:
            self._components(code, tags, shape.representative_point())

    def _arrived(self, kind: str, what: str, code: str) -> bool:
        return self.waiting.pop((kind, what, code), 0) is None

    def _building(self, code: str, tags: dict[str, str], shape: Any) -> None:
        name = _text(name_of(tags, "") or f"{tags.get('addr:street', '')} {tags.get('addr:housenumber', '')}".strip())
        use = _text(tags["building"])[:40]
        self.buildings.append((Thing(BUILDING, code, name, shape, use, levels=_levels(tags)), tags))

    def _components(self, code: str, tags: dict[str, str], place: Any) -> None:
        for number, category in enumerate(components_of(tags)[0]):
            own = code if number == 0 else f"{code}-{category}"
            self.things.append(Thing(COMPONENT, own, _text(name_of(tags, "")), place, category))


def read_city(path: Path, asked: CityAsked) -> CityExtract:
    """What an extract holds for a city, read once, each thing filed in its area. Raises BadInput for a file that cannot be read or holds
    nothing of it, and what `areas_of` raises."""
    reading = _Reading()
    for thing in things_of(path, {"highway", "building", "boundary", *kinds_by_key()}):
        reading.take(thing)
    reading.over()
    placed = reading.things + [thing for thing, _tags in reading.buildings]
    if not placed:
        raise BadInput(_("%s holds no streets, buildings or components.") % path.name, field="file")
    box = box_of(path)
    if box is None:
        box = shapely.box(*shapely.total_bounds([thing.shape for thing in placed]))
    areas = areas_of(reading.boundaries, box, path, asked, reading.account)
    things = [*areas.things]
    things += [one for one in reading.things if one.kind == STREET]
    others = [one for one in reading.things if one.kind == COMPONENT] + _with_households(reading.buildings, box)
    for one, area in zip(others, filed(others, areas), strict=True):
        what = "" if one.kind == BUILDING else one.what
        reading.account.put(one.kind, what, "taken" if area else NO_AREA)
        if area:
            things.append(replace(one, filed_in=area))
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return CityExtract(path.name, digest, box, tuple(things), reading.account)


def _with_households(buildings: list[tuple[Thing, dict[str, str]]], box: Any) -> list[Thing]:
    """The buildings with their households, as the division reckons them; a building that is a mere point has none."""
    if not buildings:
        return []
    shapes = np.empty(len(buildings), dtype=object)
    shapes[:] = [thing.shape for thing, _tags in buildings]
    areas = shapely.area(to_plane(shapes, choose_system(box.centroid.x, box.centroid.y)))
    return [
        replace(thing, households=round(reckoned_households(float(area), tags)) if area else None)
        for area, (thing, tags) in zip(areas, buildings, strict=True)
    ]


def _is_building(tags: dict[str, str]) -> bool:
    return tags.get("building", "no") != "no"


def _level(tags: dict[str, str]) -> str:
    return tags.get("admin_level", "") if tags.get("boundary") == "administrative" else ""


def _levels(tags: dict[str, str]) -> float | None:
    """Levels above ground where somebody wrote them down."""
    try:
        levels = float(tags.get("building:levels", "").split(";")[0])
    except ValueError:
        return None
    return levels if 0 <= levels <= _LEVELS_MAX else None


def _text(words: str) -> str:
    """Words in one line, without what nobody sees, at most 120 characters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in words).split())[:NAME_MAX]
