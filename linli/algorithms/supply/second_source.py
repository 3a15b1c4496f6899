"""The second source (互为备用) of every cell: which feeder of another substation carries it when its own substation is out.

Each substation fails alone, under forecast demand. The others keep their own customers; what room is left to them is given
out by the same minimum-cost flow as in normal operation (`assignment`), within the emergency radius. What finds no room
stays dark, and is named.
"""

from __future__ import annotations

import numpy as np

from linli.algorithms.division.model import NOBODY, Floats, Ints
from linli.algorithms.supply.assignment import Assignment, Market, assign
from linli.algorithms.supply.model import Cells, Sources, SupplyRules, substation_of


def second_sources(cells: Cells, sources: Sources, rules: SupplyRules, feeder_of: Ints, route_m: Floats) -> Ints:
    """Return the second feeder of each cell (c), NOBODY where it stays dark or has no first one.

    `route_m` (c × f) is the distance from cell to feeder.
    """
    second = np.full(cells.size, NOBODY, dtype=np.int32)
    for failed in range(len(sources.codes)):
        mine = np.flatnonzero(substation_of(sources, feeder_of) == failed)
        if len(mine):
            second[mine] = carried_by(cells, sources, rules, feeder_of, route_m, failed).feeder_of
    return second


def carried_by(
    cells: Cells, sources: Sources, rules: SupplyRules, feeder_of: Ints, route_m: Floats, failed: int
) -> Assignment:
    """Let substation `failed` be out: assign its cells, in their order, to what the others have left.

    The price of a kW is its distance to the feeder, and `unserved_m` where it stays dark.
    """
    mine = np.flatnonzero(substation_of(sources, feeder_of) == failed)
    distance_m = np.hypot(
        cells.x_m[mine][:, None] - sources.x_m[sources.substation],
        cells.y_m[mine][:, None] - sources.y_m[sources.substation],
    )
    within = (distance_m <= rules.emergency_radius_m) & (sources.substation != failed)
    feeder_left, substation_left = rooms_left_kw(cells, sources, rules, feeder_of, failed)
    market = Market(
        demand_kw=cells.demand_kw[mine] * sources.growth[failed],
        price_m=np.where(within, route_m[mine], np.inf),
        feeder_room_kw=feeder_left,
        substation=sources.substation,
        substation_room_kw=substation_left,
        utilisation=1.0,
        balance_m=0.0,
        unserved_m=rules.unserved_m,
        gap=rules.gap,
    )
    return assign(market)


def rooms_left_kw(
    cells: Cells, sources: Sources, rules: SupplyRules, feeder_of: Ints, failed: int
) -> tuple[Floats, Floats]:
    """Return what feeders (f) and substations (s) can take over beside their own forecast demand; 0 for the failed one."""
    served = feeder_of != NOBODY
    own_kw = np.bincount(feeder_of[served], weights=cells.demand_kw[served], minlength=len(sources.feeder_codes))
    feeder_kw = own_kw * sources.growth[sources.substation]
    substation_kw = np.bincount(sources.substation, weights=feeder_kw, minlength=len(sources.codes))
    feeder_left = (sources.feeder_capacity_kw * rules.emergency_utilisation - feeder_kw).clip(min=0.0)
    substation_left = (sources.capacity_kw * rules.emergency_utilisation - substation_kw).clip(min=0.0)
    feeder_left[sources.substation == failed] = 0.0
    substation_left[failed] = 0.0
    return feeder_left, substation_left
