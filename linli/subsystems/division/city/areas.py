"""The areas of an extract: its own boundaries, outlines of a file with the city's codes, the communities in force, or all of it as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _

from linli.algorithms.coordinates import choose_system
from linli.core.areas.public import Area, area_tree
from linli.core.platform.public import BadInput
from linli.subsystems.division.city.things import AREA, Account, Thing
from linli.subsystems.division.ground.osm import LEVELS
from linli.subsystems.division.ground.outlines import Outlines, within_extract
from linli.subsystems.division.ground.projection import to_degrees, to_plane

CITY_CODE, WHOLE_CODE = "osm-city", "osm"
# From the finest complete level of boundaries upwards.
RANKS = ("community", "street", "district")


@dataclass(frozen=True, slots=True)
class CityAsked:
    """What the command says of the areas: name and code of the city where it has none yet, outlines of the communities, or that all of the
    extract is one community."""

    name: str = ""
    english: str = ""
    code: str = ""
    outlines: Outlines | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class CityAreas:
    """The areas to bring in, those above first, and the communities in which things are filed (codes and polygons in degrees)."""

    things: tuple[Thing, ...]
    codes: tuple[str, ...]
    shapes: Any


def areas_of(boundaries: dict[str, list[Thing]], box: Any, path: Path, asked: CityAsked, account: Account) -> CityAreas:
    """The areas of an extract. Counts each boundary in the account. Raises BadInput where the city has areas with codes of its own and
    nothing says where they lie, and GroundRefused for bad rows of the outlines."""
    root = area_tree().root()
    below = area_tree().by_code.keys() - {root.code if root else ""}
    own = bool(below) and not any(code == WHOLE_CODE or code.startswith(("osm-r", "osm-w")) for code in below)
    if asked.outlines is not None:
        _count(boundaries, (), account)
        communities = _of_file(asked.outlines, box)
    elif own and not asked.whole:
        _count(boundaries, (), account)
        return _in_force()
    else:
        levels = () if asked.whole else tuple(level for level in LEVELS if level in boundaries)
        _count(boundaries, levels, account)
        if levels:
            return _of_boundaries(boundaries, levels, _city(path, asked))
        name = asked.name or _stem(path)
        communities = [Thing(AREA, WHOLE_CODE, name, box, "community", asked.english)]
    city = _city(path, asked)
    return _together([city], [replace(one, filed_in=city.code) for one in communities])


def _stem(path: Path) -> str:
    return path.name.split(".")[0]


def _city(path: Path, asked: CityAsked) -> Thing:
    """The root: the one in force, or a new one."""
    root = area_tree().root()
    if root is not None:
        return Thing(AREA, root.code, root.name, shapely.Polygon(), "city", root.names.get("en", ""))
    return Thing(AREA, asked.code or CITY_CODE, asked.name or _stem(path), shapely.Polygon(), "city", asked.english)


def _count(boundaries: dict[str, list[Thing]], levels: Sequence[str], account: Account) -> None:
    for level, found in boundaries.items():
        for _one in found:
            account.put(AREA, level, "taken" if level in levels else "other_areas")


def _of_boundaries(boundaries: dict[str, list[Thing]], levels: Sequence[str], city: Thing) -> CityAreas:
    """Each boundary in the smallest that holds it, of a higher rank."""
    ranks = dict(zip(levels, RANKS, strict=False))
    above: list[Thing] = [city]
    for level in reversed(levels):
        rows = sorted(boundaries[level], key=lambda one: one.code)
        holders = [one for one in above if not one.shape.is_empty]
        above += [replace(one, what=ranks[level], filed_in=_holder(one, holders, city.code)) for one in rows]
    return _together(above[: -len(boundaries[levels[0]])], above[-len(boundaries[levels[0]]) :])


def _holder(one: Thing, holders: list[Thing], otherwise: str) -> str:
    place = one.shape.representative_point()
    found = [holder for holder in holders if holder.shape.contains(place)]
    return min(found, key=lambda holder: holder.shape.area).code if found else otherwise


def _of_file(outlines: Outlines, box: Any) -> list[Thing]:
    """The communities of a file that the extract holds, by their own codes."""
    system = choose_system(box.centroid.x, box.centroid.y)
    edge = to_plane(np.array([shapely.segmentize(box, 0.001)]), system)[0]
    grounds, codes, names, _told = within_extract(outlines, edge, edge, system, take_good=False)
    shapes = to_degrees(grounds, system)
    return [Thing(AREA, code, name, shape, "community") for code, name, shape in zip(codes, names, shapes, strict=True)]


def _in_force() -> CityAreas:
    """The communities that the city has already, where their outlines are known."""
    rows = Area.objects.filter(valid_to__isnull=True, level="community", outline__isnull=False).order_by("code")
    known = [
        (code, shapely.from_wkb(bytes(outline))) for code, outline in rows.values_list("code", "outline") if outline
    ]
    if not known:
        raise BadInput(
            _(
                "This city has areas with codes of its own and no outlines; name a file that has them with --communities."
            ),
            field="communities",
        )
    return CityAreas(
        (), tuple(code for code, _shape in known), np.array([shape for _code, shape in known], dtype=object)
    )


def _together(above: list[Thing], communities: list[Thing]) -> CityAreas:
    shapes = np.empty(len(communities), dtype=object)
    shapes[:] = [one.shape for one in communities]
    return CityAreas((*above, *communities), tuple(one.code for one in communities), shapes)


def filed(things: Sequence[Thing], areas: CityAreas) -> list[str]:
    """The code of the community in which each lies by a point on it, "" for none."""
    found = [""] * len(things)
    if not things:
        return found
    tree = shapely.STRtree(areas.shapes)
    places = shapely.point_on_surface(np.array([one.shape for one in things], dtype=object))
    for thing, area in zip(*tree.query(places, predicate="intersects"), strict=True):
        found[thing] = found[thing] or areas.codes[area]
    return found
