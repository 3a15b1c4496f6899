"""A fault at a point: which grid, which feeder, which second source. `plan` beside it made the areas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely

from linli.algorithms.division.model import NOBODY
from linli.algorithms.supply.model import SupplyPlan


@dataclass(frozen=True, slots=True)
class Fault:
    """What is known of a place. `state` says how to read the codes, each "" where there is none.

    `supplied`: in the grid of `substation`, on `feeder`; while that substation is out, `second_feeder` of
    `second_substation` carries it, or nobody. `unsupplied`: inside the ground, but no capacity was left for it. `outside`: not on
    the ground of the plan. `customers` are those of the cell there, `distance_m` the way to the substation.
    """

    state: Literal["supplied", "unsupplied", "outside"]
    substation: str = ""
    feeder: str = ""
    second_substation: str = ""
    second_feeder: str = ""
    customers: tuple[str, ...] = ()
    distance_m: float = float("nan")


def locate_fault(plan: SupplyPlan, x_m: float, y_m: float) -> Fault:
    """Say what is known of the place; on a border the cell with the lowest number answers. O(c)."""
    point = shapely.Point(x_m, y_m)
    hits = np.flatnonzero(shapely.intersects(plan.cells.polygons, point))
    if not len(hits):
        return Fault("outside")
    cell = int(hits[0])
    customers = tuple(plan.customers.codes[place] for place in np.flatnonzero(plan.cells.cell_of == cell))
    feeder, second = int(plan.feeder_of[cell]), int(plan.second_feeder_of[cell])
    if feeder == NOBODY:
        return Fault("unsupplied", customers=customers)
    sources = plan.sources
    station = int(sources.substation[feeder])
    return Fault(
        state="supplied",
        substation=sources.codes[station],
        feeder=sources.feeder_codes[feeder],
        second_substation="" if second == NOBODY else sources.codes[int(sources.substation[second])],
        second_feeder="" if second == NOBODY else sources.feeder_codes[second],
        customers=customers,
        distance_m=float(np.hypot(x_m - sources.x_m[station], y_m - sources.y_m[station])),
    )
