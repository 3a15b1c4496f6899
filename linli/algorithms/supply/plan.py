"""Service areas of substations and feeders: `plan_supply` makes the whole plan, `area_polygons` draws it.

`cells` makes what goes in, `assignment` does the flow, `second_source` lets substations fail; here stand the prices, the
joining of pieces that lie apart, and the findings.
"""

from __future__ import annotations

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from linli.algorithms.division.model import NOBODY, Bools, Finding, Floats, Geometries, Ints, Progress
from linli.algorithms.supply.assignment import Market, assign, largest_utilisation
from linli.algorithms.supply.model import Cells, Customers, Sources, SupplyPlan, SupplyRules
from linli.algorithms.supply.second_source import second_sources


def plan_supply(
    customers: Customers,
    cells: Cells,
    sources: Sources,
    rules: SupplyRules | None = None,
    progress: Progress | None = None,
) -> SupplyPlan:
    """Give every cell a feeder and a second source, and name whom that does not suit.

    Findings, `codes` being those of customers: `beyond_radius` (values substation, radius_m), `beyond_capacity` (kw),
    `dark_when_out` (substation, kw: what stays dark while it is out), `detached_area` (feeder, pieces). Nobody is left
    out of the plan: who has no feeder is in `beyond_capacity`. Deterministic. Raises ValueError when there is no feeder.
    """
    rules = rules or SupplyRules()
    if not len(sources.feeder_codes):
        raise ValueError("feeder_codes: at least one feeder")
    tell = progress or (lambda _step, _share: None)
    tell("distances", 0.0)
    route_m = route_distances_m(cells, sources)
    beyond = beyond_radius(cells, sources, rules)
    market = market_of(cells, sources, rules, route_m, beyond)
    tell("areas", 0.0)
    assignment = assign(market)
    feeder_of = assignment.feeder_of
    if rules.contiguous:
        feeder_of = joined_areas(cells, market, beyond, feeder_of)
    tell("second sources", 0.0)
    second = second_sources(cells, sources, rules, feeder_of, route_m)
    tell("second sources", 1.0)
    served = feeder_of != NOBODY
    served_kw = cells.demand_kw[served]
    metres = route_m[served, feeder_of[served]]
    return SupplyPlan(
        customers=customers,
        cells=cells,
        sources=sources,
        rules=rules,
        feeder_of=feeder_of,
        second_feeder_of=second,
        mean_distance_m=float((metres * served_kw).sum() / served_kw.sum()) if served_kw.sum() > 0 else 0.0,
        largest_utilisation=largest_utilisation(market, feeder_of),
        objective_m=assignment.price_m,
        bound_m=assignment.bound_m,
        findings=tuple(_findings(customers, cells, sources, rules, feeder_of, second)),
    )


def route_distances_m(cells: Cells, sources: Sources) -> Floats:
    """Return the distance from each cell to each feeder's route (c × f), straight."""
    distances: Floats = shapely.distance(
        shapely.points(cells.x_m, cells.y_m)[:, None], np.asarray(sources.feeder_routes, dtype=object)[None, :]
    )
    return distances


def beyond_radius(cells: Cells, sources: Sources, rules: SupplyRules) -> Bools:
    """Tell which cells lie beyond the supply radius of each feeder's substation (c × f)."""
    away_m = np.hypot(cells.x_m[:, None] - sources.x_m, cells.y_m[:, None] - sources.y_m)
    beyond: Bools = away_m[:, sources.substation] > rules.radius_m
    return beyond


def market_of(cells: Cells, sources: Sources, rules: SupplyRules, route_m: Floats, beyond: Bools) -> Market:
    """Price the normal operation: the distance to the feeder, `beyond_m` more where the substation is beyond the radius."""
    return Market(
        demand_kw=cells.demand_kw,
        price_m=route_m + rules.beyond_m * beyond,
        feeder_room_kw=sources.feeder_capacity_kw / sources.growth[sources.substation],
        substation=sources.substation,
        substation_room_kw=sources.capacity_kw / sources.growth,
        utilisation=rules.utilisation,
        balance_m=rules.balance_m,
        unserved_m=rules.unserved_m,
        gap=rules.gap,
    )


def pieces_of(cells: Cells, feeder_of: Ints) -> Ints:
    """Number the connected pieces of the areas (c): cells of one piece are neighbours of one feeder, step by step."""
    same = feeder_of[cells.a] == feeder_of[cells.b]
    links = coo_array((np.ones(int(same.sum())), (cells.a[same], cells.b[same])), shape=(cells.size, cells.size))
    piece: Ints = connected_components(links, directed=False)[1]
    return piece


def detached_pieces(cells: Cells, feeder_of: Ints) -> list[Ints]:
    """Return the cells of each piece of an area that is not its largest one by demand; cells without feeder make none."""
    piece = pieces_of(cells, feeder_of)
    count = int(piece.max(initial=-1)) + 1
    demand = np.bincount(piece, weights=cells.demand_kw, minlength=count)
    size = np.bincount(piece, minlength=count)
    owner = np.full(count, NOBODY, dtype=np.int32)
    owner[piece] = feeder_of
    main: dict[int, int] = {}
    for number in np.lexsort((np.arange(count), -size, -demand)).tolist():
        main.setdefault(int(owner[number]), number)
    apart = [number for number in range(count) if owner[number] != NOBODY and main[int(owner[number])] != number]
    return [np.flatnonzero(piece == number).astype(np.int32) for number in apart]


def joined_areas(cells: Cells, market: Market, beyond: Bools, feeder_of: Ints) -> Ints:
    """Give pieces that lie apart to the cheapest neighbouring area that has room, until none can move.

    A move never serves from beyond the radius what was within it, and never passes a capacity. Every move leaves one piece
    less, so it ends.
    """
    feeder_of = feeder_of.copy()
    while True:
        for members in detached_pieces(cells, feeder_of):
            target = _target(cells, market, beyond, feeder_of, members)
            if target is not None:
                feeder_of[members] = target
                break
        else:
            return feeder_of


def _target(cells: Cells, market: Market, beyond: Bools, feeder_of: Ints, members: Ints) -> int | None:
    inside: Bools = np.zeros(cells.size, dtype=np.bool_)
    inside[members] = True
    around = np.concatenate((cells.b[inside[cells.a]], cells.a[inside[cells.b]]))
    now = int(feeder_of[members[0]])
    candidates = sorted({int(feeder) for feeder in feeder_of[around[~inside[around]]]} - {NOBODY, now})
    demand = cells.demand_kw[members]
    prices = []
    for feeder in candidates:
        moved = feeder_of.copy()
        moved[members] = feeder
        farther = beyond[members, feeder] & ~beyond[members, now]
        if not farther.any() and largest_utilisation(market, moved) <= market.utilisation:
            prices.append((float((market.price_m[members, feeder] * demand).sum()), feeder))
    return min(prices)[1] if prices else None


def _findings(
    customers: Customers, cells: Cells, sources: Sources, rules: SupplyRules, feeder_of: Ints, second: Ints
) -> list[Finding]:
    findings = []
    feeder = feeder_of[cells.cell_of]
    station = np.where(feeder == NOBODY, NOBODY, sources.substation[feeder])
    away_m = np.hypot(customers.x_m - sources.x_m[station], customers.y_m - sources.y_m[station])
    for number, code in enumerate(sources.codes):
        far = (station == number) & (away_m > rules.radius_m)
        if far.any():
            values: dict[str, float | int | str] = {"substation": code, "radius_m": rules.radius_m}
            findings.append(Finding("beyond_radius", codes=_codes(customers, far), values=values))
    unserved = feeder == NOBODY
    if unserved.any():
        kw = float(customers.demand_kw[unserved].sum())
        findings.append(Finding("beyond_capacity", codes=_codes(customers, unserved), values={"kw": kw}))
    dark = ~unserved & (second[cells.cell_of] == NOBODY)
    for number, code in enumerate(sources.codes):
        left = dark & (station == number)
        if left.any():
            kw = float(customers.demand_kw[left].sum())
            findings.append(
                Finding("dark_when_out", codes=_codes(customers, left), values={"substation": code, "kw": kw})
            )
    pieces: dict[int, list[Ints]] = {}
    for members in detached_pieces(cells, feeder_of):
        pieces.setdefault(int(feeder_of[members[0]]), []).append(members)
    for number in sorted(pieces):
        inside = np.isin(cells.cell_of, np.concatenate(pieces[number]))
        values = {"feeder": sources.feeder_codes[number], "pieces": len(pieces[number])}
        findings.append(Finding("detached_area", codes=_codes(customers, inside), values=values))
    return findings


def _codes(customers: Customers, chosen: Bools) -> tuple[str, ...]:
    return tuple(customers.codes[place] for place in np.flatnonzero(chosen))


def area_polygons(plan: SupplyPlan) -> Geometries:
    """Return the area of each feeder (f) as one polygon or multi-polygon; empty where it serves no ground."""
    areas = np.full(len(plan.sources.feeder_codes), shapely.Polygon(), dtype=object)
    for feeder in np.unique(plan.feeder_of[plan.feeder_of != NOBODY]).tolist():
        areas[feeder] = shapely.union_all(plan.cells.polygons[plan.feeder_of == feeder])
    return areas
