"""What a draft was begun with, ready to be worked on: its topology, its buildings, the plane in which it is measured.

A beginning never changes, so a process keeps those of the drafts that were asked for last; `standing` next door keeps what came of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from linli.algorithms.ground_faults import Plane
from linli.algorithms.topology.building import Built, build
from linli.algorithms.topology.model import Face, TopologyRefused
from linli.core.grids.public import Grid, GridRow
from linli.core.platform.public import BadInput, Versioned, in_words
from linli.subsystems.division.drafts.written import row_of
from linli.subsystems.division.models import GridDraft

MOST_KEPT = 4


@dataclass(frozen=True, slots=True)
class Site:
    """A building (or compound) of a draft: where it stands, and whoever lives there, None where nobody knows."""

    code: str
    lon: float
    lat: float
    households: float | None
    people: float | None
    ring: Sequence[Sequence[float]] | None


@dataclass(frozen=True)
class Beginning:
    """A draft as it was begun. `grid_ids` are the ids of grids that its layer has, by code."""

    rows: Mapping[str, GridRow]
    built: Built
    plane: Plane
    sites: tuple[Site, ...]
    places: npt.NDArray[np.float64]
    households: npt.NDArray[np.float64]
    people: npt.NDArray[np.float64]
    shapes: Mapping[str, Any]
    tree: shapely.STRtree
    grid_ids: Mapping[str, int]


def built_of(rows: Sequence[GridRow]) -> Built:
    """The topology of grids; the ground of each is its area. Raises BadInput with the reason where they do not fit together."""
    faces = {row.code: Face(str(row.area_id), row.name, row.kind, row.purpose) for row in rows}
    try:
        return build(faces, list(shapely.from_wkb([row.polygon for row in rows])))
    except TopologyRefused as refused:
        raise BadInput(in_words(refused.sentence), field="area") from None


_kept: Versioned[dict[int, Beginning]] = Versioned(dict, "grids")


def beginning_of(draft: GridDraft) -> Beginning:
    """The beginning of a draft, put together once by each process."""
    kept = _kept.get()
    found = kept.get(draft.id)
    if found is None:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        found = kept[draft.id] = _put_together(draft)
    return found


def _put_together(draft: GridDraft) -> Beginning:
    rows = [row_of(kept) for kept in draft.begun]
    shapes = shapely.from_wkb([row.polygon for row in rows])
    sites = tuple(Site(*kept) for kept in draft.sites)
    codes = [row.code for row in rows]
    return Beginning(
        rows={row.code: row for row in rows},
        built=built_of(rows),
        plane=Plane.around(shapes),
        sites=sites,
        places=np.array([(site.lon, site.lat) for site in sites], dtype=float).reshape(-1, 2),
        households=_numbers([site.households for site in sites]),
        people=_numbers([site.people for site in sites]),
        shapes=dict(zip(codes, shapes, strict=True)),
        tree=shapely.STRtree(shapes),
        grid_ids=dict(Grid.objects.filter(layer_id=draft.layer_id, code__in=codes).values_list("code", "id")),
    )


def _numbers(values: Sequence[float | None]) -> npt.NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], dtype=float)
