"""Reads of grids: the location service (a point answers with its grid in every layer) and what is in force when."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import shapely
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.utils.translation import get_language

from linli.algorithms.coordinates import Bounds
from linli.algorithms.distances import distance_m
from linli.algorithms.location import GridLocator
from linli.core.access.public import Access, restrict
from linli.core.areas.public import expected_bounds
from linli.core.grids.models import Grid, GridLayer, GridSetVersion, GridShape
from linli.core.platform.public import Versioned, now


@dataclass(frozen=True, slots=True)
class GridNode:
    """One grid in force, without its polygon."""

    id: int
    code: str
    name: str
    names: dict[str, str]
    kind: str
    area_id: int

    @property
    def title(self) -> str:
        """The name in the language of the request."""
        return self.names.get(get_language() or "", self.name)


@dataclass(frozen=True)
class LayerIndex:
    """The grids of one layer in force, ready for points."""

    layer_id: int
    layer_code: str
    name: str
    names: dict[str, str]
    is_main: bool
    version_id: int | None
    version_number: int
    locator: GridLocator
    nodes: dict[int, GridNode]
    bounds: Bounds | None

    @property
    def title(self) -> str:
        """The name of the layer in the language of the request."""
        return self.names.get(get_language() or "", self.name)


def shapes_at(layer_id: int, instant: datetime) -> QuerySet[GridShape]:
    """The shapes of a layer in force at an instant."""
    return GridShape.objects.filter(_in_force(instant), grid__layer_id=layer_id)


def _in_force(instant: datetime) -> Q:
    return Q(valid_from__lte=instant) & (Q(valid_to__isnull=True) | Q(valid_to__gt=instant))


def grids_at(instant: datetime, *, layer_id: int | None = None) -> QuerySet[Grid]:
    """The grids of a layer (None: the main one) in force at an instant: those with a shape then.

    The dates on the grid itself say when it was first and last published, which may lie ahead; the shapes say what holds.
    """
    rows = Grid.objects.filter(layer__is_main=True) if layer_id is None else Grid.objects.filter(layer_id=layer_id)
    return rows.filter(Exists(GridShape.objects.filter(_in_force(instant), grid=OuterRef("pk"))))


def ended_grids(grid_ids: Iterable[int], instant: datetime) -> dict[int, datetime]:
    """Those of the grids that are not in force any more at an instant, with the instant they ended. New ones are not."""
    past = GridShape.objects.filter(grid_id__in=list(grid_ids), valid_to__lte=instant)
    present = GridShape.objects.filter(_in_force(instant), grid=OuterRef("grid_id"))
    rows = past.filter(~Exists(present)).order_by("grid_id").values("grid_id").annotate(ended=Max("valid_to"))
    return {row["grid_id"]: row["ended"] for row in rows}


def ended_by(grid_ids: Iterable[int], instant: datetime) -> dict[int, int | None]:
    """The version (its id) that ended the last shape of each of these grids before an instant."""
    past = GridShape.objects.filter(grid_id__in=list(grid_ids), valid_to__lte=instant, valid_to__gt=F("valid_from"))
    return dict(past.order_by("valid_to", "id").values_list("grid_id", "ended_by_id"))


def version_at(layer_id: int, instant: datetime) -> GridSetVersion | None:
    """The version of a layer in force at an instant: of two that begin together the one published later."""
    versions = GridSetVersion.objects.filter(layer_id=layer_id, valid_from__lte=instant, taken_back_at__isnull=True)
    return versions.order_by("-valid_from", "-number").first()


def _load_layer(layer: GridLayer, instant: datetime) -> LayerIndex:
    columns = ("grid_id", "grid__code", "name", "names", "kind", "grid__area_id", "polygon")
    nodes: dict[int, GridNode] = {}
    polygons: list[bytes] = []
    no_names: dict[str, str] = {}
    for grid_id, code, name, names, kind, area_id, polygon in (
        shapes_at(layer.id, instant).order_by("grid__code").values_list(*columns).iterator(2000)
    ):
        # One empty dict and one word per kind for all: tens of thousands of grids stay in the memory of each process.
        nodes[grid_id] = GridNode(grid_id, code, name, names or no_names, sys.intern(kind), area_id)
        polygons.append(bytes(polygon))
    locator = GridLocator(
        polygons, ids=np.fromiter(nodes, dtype=np.int64, count=len(nodes)), codes=[node.code for node in nodes.values()]
    )
    del polygons
    current = version_at(layer.id, instant)
    return LayerIndex(
        layer_id=layer.id,
        layer_code=layer.code,
        name=layer.name,
        names=layer.names,
        is_main=layer.is_main,
        version_id=current.id if current else None,
        version_number=current.number if current else 0,
        locator=locator,
        nodes=nodes,
        bounds=_around(locator.extent),
    )


def _around(extent: tuple[float, float, float, float] | None) -> Bounds | None:
    """The rectangle of all grids and half a degree around it: where positions of this city are expected."""
    if extent is None:
        return None
    west, south, east, north = extent
    return Bounds(max(west - 0.5, -180.0), max(south - 0.5, -90.0), min(east + 0.5, 180.0), min(north + 0.5, 90.0))


def _give_back_memory() -> None:
    """Building the index leaves tens of megabytes of free heap that glibc keeps for itself; elsewhere nothing is done."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def city_bounds() -> Bounds | None:
    """Where positions of this city are expected: around its grids, before there are any in its province, else None."""
    index = main_layer()
    return (index.bounds if index else None) or expected_bounds()


def _load() -> dict[str, LayerIndex]:
    instant = now()
    found = {layer.code: _load_layer(layer, instant) for layer in GridLayer.objects.filter(retired_at__isnull=True)}
    _give_back_memory()
    return found


def next_beginning() -> datetime | None:
    """When the next version begins that was published for a later instant; None when none was. For what is kept in memory."""
    begins = GridSetVersion.objects.filter(valid_from__gt=now(), taken_back_at__isnull=True).order_by("valid_from")
    return begins.values_list("valid_from", flat=True).first()


_layers = Versioned(_load, "grids", until=next_beginning)


def layers(*, fresh: bool = False) -> dict[str, LayerIndex]:
    """Every layer with its index in force now; loads again when a version is published or an announced one begins.

    Another process's version is seen within a second; with `fresh` at once.
    """
    return _layers.get(fresh=fresh)


def main_layer(*, fresh: bool = False) -> LayerIndex | None:
    """The layer that cases are routed by, or None before grids are imported. `fresh` as in `layers`."""
    return next((index for index in layers(fresh=fresh).values() if index.is_main), None)


def locate(lon: float, lat: float) -> dict[str, GridNode]:
    """The grid of a point (WGS 84 degrees) in every layer that has one there, by layer code."""
    found: dict[str, GridNode] = {}
    for code, index in layers().items():
        grid_id = index.locator.locate(lon, lat)
        if grid_id is not None:
            found[code] = index.nodes[grid_id]
    return found


def locate_main(lon: float, lat: float) -> tuple[GridNode | None, LayerIndex | None]:
    """The grid of a point in the main layer (None in a gap), and the layer's index (None without grids)."""
    index = main_layer()
    if index is None:
        return None, None
    grid_id = index.locator.locate(lon, lat)
    return (index.nodes[grid_id] if grid_id is not None else None), index


def grid_title(grid_id: int | None) -> str:
    """The name of a grid for a page, as it is or, for a retired one, as it last was; empty when the case has none."""
    if grid_id is None:
        return ""
    index = main_layer()
    if index and grid_id in index.nodes:
        return index.nodes[grid_id].title
    names = _past_names.get()
    if grid_id not in names:
        shapes = GridShape.objects.filter(grid_id=grid_id, valid_from__lte=now()).order_by("-valid_from", "-id")
        if len(names) >= MOST_PAST_NAMES:
            names.clear()
        names[grid_id] = shapes.values_list("name", "names").first() or ("", {})
    name, translated = names[grid_id]
    return str(translated.get(get_language() or "", name))


# Lists of closed cases name retired grids again and again; each is asked for once until the next version.
MOST_PAST_NAMES = 20_000
_past_names: Versioned[dict[int, tuple[str, dict[str, str]]]] = Versioned(dict, "grids", until=next_beginning)


@dataclass(frozen=True, eq=False)
class GridBoxes:
    """The bounding boxes of a layer's grids in force: rows of west, south, east, north in degrees, and whose they are."""

    ids: npt.NDArray[np.int64]
    areas: npt.NDArray[np.int64]
    boxes: npt.NDArray[np.float64]

    def touch(self, bounds: Bounds) -> npt.NDArray[np.bool_]:
        """Which of them touch a rectangle."""
        west, south, east, north = self.boxes.T
        beside: npt.NDArray[np.bool_] = (
            (west > bounds.east) | (east < bounds.west) | (south > bounds.north) | (north < bounds.south)
        )
        return ~beside


def _boxes_of(layer_id: int | None) -> GridBoxes:
    shapes = shapes_at(layer_id, now()) if layer_id is not None else GridShape.objects.none()
    rows = list(shapes.values_list("grid_id", "grid__area_id", "polygon"))
    boxes = shapely.bounds(shapely.from_wkb([bytes(row[2]) for row in rows])) if rows else np.empty((0, 4))
    ids, areas = (np.array([row[column] for row in rows], np.int64) for column in (0, 1))
    return GridBoxes(ids, areas, boxes)


def _load_boxes() -> GridBoxes:
    main = main_layer()
    return _boxes_of(main.layer_id if main else None)


_boxes = Versioned(_load_boxes, "grids", until=next_beginning)
# Those of the other layers, each when somebody first looks at it.
_other_boxes: Versioned[dict[int, GridBoxes]] = Versioned(dict, "grids", until=next_beginning)


def _boxes_in(layer: LayerIndex | None) -> GridBoxes:
    if layer is None or layer.is_main:
        return _boxes.get()
    kept = _other_boxes.get()
    if layer.layer_id not in kept:
        kept[layer.layer_id] = _boxes_of(layer.layer_id)
    return kept[layer.layer_id]


def extent_of(area_ids: set[int] | None) -> list[float] | None:
    """West, south, east, north of the grids filed under these areas (None: all); None when there are none."""
    found = _boxes.get()
    boxes = found.boxes if area_ids is None else found.boxes[np.isin(found.areas, list(area_ids))]
    if not len(boxes):
        return None
    return [float(value) for value in (*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0))]


def nearest_grid(lon: float, lat: float) -> tuple[GridNode, float] | None:
    """The grid of the main layer whose bounding box is nearest to a point (WGS 84), and the metres to that box.

    0 m inside a box, which may still be a gap. None without grids. Far from the city the metres are rough.
    """
    index, found = main_layer(), _boxes.get()
    if index is None or not len(found.boxes):
        return None
    west, south, east, north = found.boxes.T
    metres = distance_m(
        np.clip(lon, west, east), np.clip(lat, south, north), np.full_like(west, lon), np.full_like(west, lat)
    )
    place = int(np.argmin(metres))
    node = index.nodes.get(int(found.ids[place]))
    return (node, float(np.asarray(metres)[place])) if node else None


@dataclass(frozen=True, slots=True)
class GridOnMap:
    """One grid with its polygon (WKB, WGS 84); `area_id` is the community that it lies in, as a rule."""

    code: str
    area_id: int
    name: str
    names: dict[str, str]
    kind: str
    polygon: bytes

    @property
    def title(self) -> str:
        """The name in the language of the request."""
        return self.names.get(get_language() or "", self.name)


def grids_on_map(
    access: Access, bounds: Bounds, *, layer: LayerIndex | None = None, limit: int = 5000
) -> list[GridOnMap]:
    """The grids of a layer (None: the main one) that touch a rectangle and that this person may see, the largest `limit` of them."""
    found = _boxes_in(layer)
    boxes = found.boxes
    size = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    hits = np.flatnonzero(found.touch(bounds))
    hits = hits[np.argsort(-size[hits], kind="stable")][: 4 * limit]
    rows = Grid.objects.filter(id__in=found.ids[hits].tolist())
    seen = set(restrict(access, "grid.view", rows).values_list("id", flat=True))
    ids = [grid_id for grid_id in found.ids[hits].tolist() if grid_id in seen][:limit]
    shapes = GridShape.objects.filter(_in_force(now()), grid_id__in=ids)
    columns = ("grid__code", "grid__area_id", "name", "names", "kind", "polygon")
    drawn = shapes.order_by("grid__code").values_list(*columns)
    return [GridOnMap(code, area_id, name, names, kind, bytes(wkb)) for code, area_id, name, names, kind, wkb in drawn]


def grid_for(access: Access, code: str) -> Grid | None:
    """A grid of the main layer by its code, if this person may see it."""
    return restrict(access, "grid.view", grids_at(now()).filter(code=code)).first()


def grids_for(access: Access) -> QuerySet[Grid]:
    """The grids of the main layer in force that this person may see, by code."""
    return restrict(access, "grid.view", grids_at(now())).order_by("code")


def shapes_for(access: Access, boxes: Iterable[Bounds] = ()) -> QuerySet[GridShape]:
    """The shapes in force of the main layer's grids that this person may see.

    With `boxes` (degrees) only of grids whose own bounding box touches one of them; the polygon itself may still lie beside it.
    """
    seen = restrict(access, "grid.view", Grid.objects.filter(layer__is_main=True))
    shapes, found, boxes = GridShape.objects.filter(_in_force(now()), grid__in=seen), _boxes.get(), list(boxes)
    if not boxes:
        return shapes
    touches = np.logical_or.reduce([found.touch(bounds) for bounds in boxes])
    return shapes if touches.all() else shapes.filter(grid_id__in=found.ids[touches].tolist())
