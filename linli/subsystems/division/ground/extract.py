"""An extract of OpenStreetMap opened: its box, its tagged objects, their shapes and names. `osm` next door takes what a division needs,
`linli/subsystems/division/city` what a city keeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import osmium
import shapely
from django.utils.translation import gettext as _

from linli.core.platform.public import BadInput

Run = tuple[list[tuple[float, float]], bool, bool]


def box_of(path: Path) -> Any:
    """What the header of an extract says it covers, a rectangle in degrees; None where it says nothing. Raises BadInput."""
    try:
        box = osmium.io.Reader(str(path)).header().box()
    except (RuntimeError, OSError) as error:
        raise _unread(path, error) from None
    if not box.valid():
        return None
    return shapely.box(box.bottom_left.lon, box.bottom_left.lat, box.top_right.lon, box.top_right.lat)


def things_of(path: Path, keys: Iterable[str]) -> Iterator[Any]:
    """The objects that have one of these keys: nodes, ways with the places of their nodes, relations, and the areas out of closed ways and
    of multipolygons that are complete. Raises BadInput for a file that cannot be read."""
    wanted = osmium.filter.KeyFilter(*keys)
    try:
        yield from osmium.FileProcessor(str(path)).with_areas(wanted).with_filter(wanted)
    except (RuntimeError, OSError) as error:
        raise _unread(path, error) from None


def _unread(path: Path, error: Exception) -> BadInput:
    return BadInput(
        _("%(file)s cannot be read as an extract of OpenStreetMap: %(reason)s") % {"file": path, "reason": error},
        field="ground",
    )


def code_of(thing: Any) -> str:
    """The id of an object with the letter of its kind, as everywhere in OpenStreetMap; an area's is that of its way or relation."""
    if thing.is_area():
        return f"{'w' if thing.from_way() else 'r'}{thing.orig_id()}"
    return f"{'n' if thing.is_node() else 'w' if thing.is_way() else 'r'}{thing.id}"


def shape_of(area: Any) -> Any:
    """The polygon of an area in degrees, valid; None for one that is not closed or not complete in this extract."""
    try:
        return shapely.make_valid(shapely.from_wkb(bytes.fromhex(_factory().create_multipolygon(area))))
    except (RuntimeError, shapely.errors.GEOSException):
        return None


@lru_cache(maxsize=1)
def _factory() -> Any:
    return osmium.geom.WKBFactory()


def runs_of(way: Any) -> Iterator[Run]:
    """The stretches of a way whose points the extract holds, and whether it goes on before and after."""
    run: list[tuple[float, float]] = []
    before = False
    for node in way.nodes:
        if node.location.valid():
            run.append((node.location.lon, node.location.lat))
        else:
            if run:
                yield run, before, True
            run, before = [], True
    if run:
        yield run, before, False


def name_of(tags: Any, otherwise: str) -> str:
    """The Chinese name, else the one that is used there."""
    return str(tags.get("name:zh") or tags.get("name") or otherwise)
