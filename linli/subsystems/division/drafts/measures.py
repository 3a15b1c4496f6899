"""What each grid of a draft measures: households, people, buildings, ground, shape, who works there; and the draft as a whole.

Households and people are counted from the buildings, where the draft knows them. Else a grid that is made of whole grids of the beginning
has their sum, and for any other the share of ground stands in for them: an estimate, which is said and never published.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from linli.algorithms.topology.faces import shape_of
from linli.algorithms.topology.model import Face, Topology
from linli.core.grids.public import GridRow
from linli.core.staff.public import staff_of
from linli.subsystems.division.drafts.beginnings import Beginning
from linli.subsystems.division.drafts.codes import names_for
from linli.subsystems.division.models import GridDraft

# Of a polygon: less ground than this in common is rounding.
SHARE = 1e-7


@dataclass(frozen=True, slots=True)
class Measured:
    """One grid. `households` and `people` are None where nobody knows; `is_estimate` says that the share of ground stands in for them.
    `buildings` is None for a draft without buildings. `compactness` is Polsby–Popper, 4πA/P², 1 for a circle. `worker` is the name of
    whoever has the grid now, "" for a gap. `fits` says whether households are within the draft's bounds, None where that is not asked."""

    code: str
    area_m2: float
    perimeter_m: float
    compactness: float
    households: float | None
    people: float | None
    is_estimate: bool
    buildings: int | None
    worker: str
    fits: bool | None


def measured(draft: GridDraft, beginning: Beginning, topology: Topology, codes: Iterable[str]) -> list[Measured]:
    """The measures of these grids, in the order given. Milliseconds for a few, some 0.1 s for a street."""
    return [_measured(draft, beginning, topology, code) for code in codes]


def _measured(draft: GridDraft, beginning: Beginning, topology: Topology, code: str) -> Measured:
    shape, face = shape_of(topology, code), topology.faces[code]
    flat = beginning.plane.metres(shape)
    area_m2, perimeter_m = float(flat.area), float(flat.length)
    households, people, is_estimate, buildings = _lived_in(beginning, code, shape)
    asked = households is not None and face.kind == "comprehensive"
    return Measured(
        code=code,
        area_m2=area_m2,
        perimeter_m=perimeter_m,
        compactness=4 * math.pi * area_m2 / perimeter_m**2,
        households=households,
        people=people,
        is_estimate=is_estimate,
        buildings=buildings,
        worker=_worker(beginning, code),
        fits=draft.low <= (households or 0) <= draft.high if asked else None,
    )


def _lived_in(beginning: Beginning, code: str, shape: Any) -> tuple[float | None, float | None, bool, int | None]:
    if beginning.sites:
        inside = shapely.contains_xy(shape, beginning.places[:, 0], beginning.places[:, 1])
        return _sum(beginning.households[inside]), _sum(beginning.people[inside]), False, int(inside.sum())
    row = beginning.rows.get(code)
    if row is not None and beginning.shapes[code].equals(shape):
        return row.households, row.people, False, None
    codes = list(beginning.shapes)
    near = [codes[place] for place in beginning.tree.query(shape, predicate="intersects")]
    shares = {
        one: shapely.area(shapely.intersection(beginning.shapes[one], shape)) / beginning.shapes[one].area
        for one in near
    }
    shares = {one: share for one, share in shares.items() if share > SHARE}
    is_estimate = any(share < 1 - SHARE for share in shares.values())
    of = {one: beginning.rows[one] for one in shares}
    return (
        _weighted([(of[one].households, share) for one, share in shares.items()]),
        _weighted([(of[one].people, share) for one, share in shares.items()]),
        is_estimate,
        None,
    )


def _sum(values: Any) -> float | None:
    known = values[~np.isnan(values)]
    return float(known.sum()) if len(known) or not len(values) else None


def _weighted(values: list[tuple[int | None, float]]) -> float | None:
    if any(value is None for value, _ in values):
        return None
    return round(sum((value or 0) * share for value, share in values))


def _worker(beginning: Beginning, code: str) -> str:
    grid_id = beginning.grid_ids.get(code)
    people = staff_of(grid_id) if grid_id is not None else []
    return next((one.name for one in people if one.post == "worker" and one.force == "base"), "")


def row_after(beginning: Beginning, topology: Topology, one: Measured) -> GridRow:
    """A grid of a draft as it would be published: the very row of the beginning where nothing of it changed."""
    face, shape = topology.faces[one.code], shape_of(topology, one.code)
    before = beginning.rows.get(one.code)
    if before is not None and (face.name, face.kind, face.purpose) == (before.name, before.kind, before.purpose):
        first, second = shapely.normalize(beginning.shapes[one.code]), shapely.normalize(shape)
        if shapely.equals_exact(first, second, 0) and not _counts_anew(before, one):
            return before
    inside = shapely.point_on_surface(shape)
    return GridRow(
        code=one.code,
        polygon=shapely.to_wkb(shape),
        lon=inside.x,
        lat=inside.y,
        area_id=int(face.ground),
        name=face.name,
        kind=face.kind,
        purpose=face.purpose,
        names=names_after(beginning, one.code, face),
        households=None if one.is_estimate or one.households is None else round(one.households),
        people=None if one.is_estimate or one.people is None else round(one.people),
    )


def names_after(beginning: Beginning, code: str, face: Face) -> dict[str, str]:
    """What a grid is called in other languages. Of one that somebody named anew, nobody knows it."""
    before = beginning.rows.get(code)
    if before is not None and before.name == face.name:
        return dict(before.names)
    chinese, english = names_for(code, face.ground, face.kind)
    return {"en": english} if face.name == chinese else {}


def _counts_anew(before: GridRow, one: Measured) -> bool:
    """Whether buildings say another number than the grid was begun with."""
    return one.buildings is not None and one.households is not None and before.households != round(one.households)
