"""Cells to feeders at the lowest price within capacity: a minimum-cost flow that ends with every cell whole.

The flow (cell → feeder → substation) is a transportation problem with one more variable, the largest utilisation, which
caps every source at once. It is solved as a linear program by HiGHS (through SciPy), with columns added until no arc that
was left out could lower the price: that is the optimum over all arcs, and a lower bound. A vertex of it splits few cells.
Whole cells are then a small mixed-integer program over the arcs whose reduced cost the bound does not rule out.
Deterministic: limits are counted in nodes, never in seconds.
Cost: about (cells × arcs) of simplex work; 10,000 cells and 20 feeders take some seconds.
Source: R. K. Ahuja, T. L. Magnanti, J. B. Orlin, Network Flows, Prentice Hall 1993 (transportation, reduced costs).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, sparse

from linli.algorithms.division.model import NOBODY, Bools, Floats, Ints

_FIRST_ARCS = 6
_TOLERANCE = 1e-7
_MOST_ARCS = 1000
_MOST_NODES = 200
_FULL = 1e-6  # the feasibility tolerance of HiGHS: a source is full, not too full, within this utilisation
_Indices = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Market:
    """What is to be assigned: cells (c) with `demand_kw`, feeders (f) with rooms, substations (s) with rooms.

    `price_m` (c × f) is the price of serving a kW of the cell from the feeder, infinite where that is ruled out; `unserved_m`
    that of serving it from nowhere. A room is the kW at utilisation 1 (may be infinite, or 0: closed), and no source may
    pass `utilisation`. `balance_m` is the price of the largest utilisation.
    """

    demand_kw: Floats
    price_m: Floats
    feeder_room_kw: Floats
    substation: Ints
    substation_room_kw: Floats
    utilisation: float
    balance_m: float
    unserved_m: float
    gap: float


@dataclass(frozen=True, slots=True)
class Assignment:
    """`feeder_of` (c): the feeder of each cell or NOBODY. `price_m` per kW of all demand, and its proved lower bound."""

    feeder_of: Ints
    price_m: float
    bound_m: float


@dataclass(frozen=True, slots=True)
class _Solution:
    share: Floats  # per arc
    value: float
    cell_dual: Floats
    source_dual: Floats  # per feeder, its own and its substation's together: what a unit of demand there costs


def assign(market: Market) -> Assignment:
    """Assign every cell with demand; one without any goes where the prices of the optimum send it.

    The price never passes the bound by more than the share `gap`, unless the integer search meets its node limit: compare
    the two fields. Calling it twice gives the same answer.
    """
    cells, feeders = market.price_m.shape
    total_kw = float(market.demand_kw.sum())
    busy = np.flatnonzero(market.demand_kw > 0)
    feeder_of = np.full(cells, NOBODY, dtype=np.int32)
    toll = np.zeros(feeders)
    price = bound = 0.0
    if len(busy):
        cell, feeder, solution = _relaxed(market, busy, total_kw)
        toll = solution.source_dual * total_kw
        bound = solution.value
        feeder_of[busy] = _rounded(market, busy, cell, feeder, solution.share)
        price = price_of(market, feeder_of)
        if price - bound > market.gap * max(bound, _TOLERANCE):
            feeder_of, price, bound = _whole(market, busy, total_kw, solution, feeder_of, price)
    idle = np.flatnonzero(market.demand_kw <= 0)
    if len(idle) and feeders:
        priced = market.price_m[idle] + toll
        best = np.argmin(priced, axis=1)
        served = np.isfinite(priced[np.arange(len(idle)), best])
        feeder_of[idle[served]] = best[served]
    return Assignment(feeder_of, price, bound)


def price_of(market: Market, feeder_of: Ints) -> float:
    """Return what the market prices an assignment at, per kW of all demand; infinite when it breaks a capacity."""
    total_kw = float(market.demand_kw.sum())
    if total_kw <= 0:
        return 0.0
    served = feeder_of != NOBODY
    metres = np.full(len(feeder_of), market.unserved_m)
    metres[served] = market.price_m[np.flatnonzero(served), feeder_of[served]]
    largest = largest_utilisation(market, feeder_of)
    if largest > market.utilisation + _FULL:
        return float("inf")
    with_demand = market.demand_kw > 0
    paid = float((metres[with_demand] * market.demand_kw[with_demand]).sum())
    return paid / total_kw + market.balance_m * largest


def largest_utilisation(market: Market, feeder_of: Ints) -> float:
    """Return the utilisation of the fullest feeder or substation; infinite when a closed one serves any demand."""
    served = (feeder_of != NOBODY) & (market.demand_kw > 0)
    feeders, substations = len(market.feeder_room_kw), len(market.substation_room_kw)
    feeder_kw = np.bincount(feeder_of[served], weights=market.demand_kw[served], minlength=feeders)
    substation_kw = np.bincount(market.substation, weights=feeder_kw, minlength=substations)
    load = np.concatenate((feeder_kw, substation_kw))
    room = np.concatenate((market.feeder_room_kw, market.substation_room_kw))
    with np.errstate(divide="ignore", invalid="ignore"):
        used = np.where(load > 0, load / room, 0.0)
    return float(used.max(initial=0.0))


def _open_arcs(market: Market, busy: _Indices) -> Bools:
    room = np.minimum(market.feeder_room_kw, market.substation_room_kw[market.substation])
    allowed: Bools = np.isfinite(market.price_m[busy]) & (room > 0)[None, :]
    return allowed


def _relaxed(market: Market, busy: _Indices, total_kw: float) -> tuple[_Indices, _Indices, _Solution]:
    """Solve the linear program over all open arcs; return the arcs used as (cell among busy, feeder) and the solution."""
    allowed = _open_arcs(market, busy)
    priced = np.where(allowed, market.price_m[busy], np.inf)
    chosen = np.zeros(priced.shape, dtype=np.bool_)
    nearest = np.argsort(priced, axis=1, kind="stable")[:, :_FIRST_ARCS]
    np.put_along_axis(chosen, nearest, values=True, axis=1)
    chosen &= allowed
    while True:
        cell, feeder = np.nonzero(chosen)
        solution = _solve(market, busy, total_kw, cell, feeder)
        weight = market.demand_kw[busy][:, None] / total_kw
        reduced = weight * (priced + solution.source_dual * total_kw) - solution.cell_dual[:, None]
        missing = allowed & ~chosen & (reduced < -_TOLERANCE * weight * market.unserved_m)
        if not missing.any():
            return cell, feeder, solution
        chosen |= missing


def _rows(
    market: Market, busy: _Indices, cell: _Indices, feeder: _Indices
) -> tuple[sparse.csr_array, sparse.csr_array, Bools]:
    """Return the matrices of "each cell once" and "no source past the largest utilisation", and which sources have a row.

    Columns: arcs, then "not served" of each cell, then the largest utilisation.
    """
    arcs, cells, feeders = len(cell), len(busy), len(market.feeder_room_kw)
    room = np.concatenate((market.feeder_room_kw, market.substation_room_kw))
    limited: Bools = np.isfinite(room) & (room > 0)
    row_of = np.cumsum(limited) - 1
    once = sparse.csr_array(
        (np.ones(arcs + cells), (np.concatenate((cell, np.arange(cells))), np.arange(arcs + cells))),
        shape=(cells, arcs + cells + 1),
    )
    source = np.concatenate((feeder, feeders + market.substation[feeder]))
    column = np.concatenate((np.arange(arcs), np.arange(arcs)))
    demand = market.demand_kw[busy][np.concatenate((cell, cell))]
    kept = limited[source]
    rows = int(limited.sum())
    share = sparse.csr_array(
        (
            np.concatenate((demand[kept], -room[limited])) / market.demand_kw[busy].mean(),
            (
                np.concatenate((row_of[source[kept]], np.arange(rows))),
                np.concatenate((column[kept], np.full(rows, arcs + cells))),
            ),
        ),
        shape=(rows, arcs + cells + 1),
    )
    return once, share, limited


def _costs(market: Market, busy: _Indices, total_kw: float, cell: _Indices, feeder: _Indices) -> Floats:
    weight = market.demand_kw[busy] / total_kw
    return np.concatenate(
        (weight[cell] * market.price_m[busy[cell], feeder], weight * market.unserved_m, [market.balance_m])
    )


def _solve(market: Market, busy: _Indices, total_kw: float, cell: _Indices, feeder: _Indices) -> _Solution:
    once, share, limited = _rows(market, busy, cell, feeder)
    result = optimize.linprog(
        _costs(market, busy, total_kw, cell, feeder),
        A_ub=share,
        b_ub=np.zeros(share.shape[0]),
        A_eq=once,
        b_eq=np.ones(len(busy)),
        bounds=np.array([(0, np.inf)] * (len(cell) + len(busy)) + [(0, market.utilisation)]),
        method="highs-ds",
    )
    if result.status != 0:
        raise ArithmeticError(f"HiGHS: {result.message}")  # bounded and feasible by construction
    dual = np.zeros(len(limited))
    dual[limited] = -result.ineqlin.marginals / market.demand_kw[busy].mean()
    feeders = len(market.feeder_room_kw)
    source_dual = dual[:feeders] + dual[feeders:][market.substation]
    return _Solution(result.x[: len(cell)], float(result.fun), result.eqlin.marginals, source_dual)


def _rounded(market: Market, busy: _Indices, cell: _Indices, feeder: _Indices, share: Floats) -> Ints:
    """Make the cells whole: larger shares first, then the cheapest feeder with room, largest cells first."""
    demand = market.demand_kw[busy]
    feeder_left = market.feeder_room_kw * market.utilisation
    substation_left = market.substation_room_kw * market.utilisation
    feeder_of = np.full(len(busy), NOBODY, dtype=np.int32)

    def take(number: int, source: int) -> bool:
        kw = demand[number]
        if kw > feeder_left[source] or kw > substation_left[market.substation[source]]:
            return False
        feeder_left[source] -= kw
        substation_left[market.substation[source]] -= kw
        feeder_of[number] = source
        return True

    for arc in np.lexsort((np.arange(len(share)), -share)):
        if share[arc] > _TOLERANCE and feeder_of[cell[arc]] == NOBODY:
            take(int(cell[arc]), int(feeder[arc]))
    allowed = _open_arcs(market, busy)
    for number in sorted(np.flatnonzero(feeder_of == NOBODY).tolist(), key=lambda place: -demand[place]):
        for source in np.argsort(market.price_m[busy[number]], kind="stable").tolist():
            if allowed[number, source] and take(number, source):
                break
    return feeder_of


def _whole(
    market: Market, busy: _Indices, total_kw: float, relaxed: _Solution, known: Ints, known_price: float
) -> tuple[Ints, float, float]:
    """Improve on the rounding `known` by a mixed-integer program over the arcs that a better one could use.

    Where these are too many, over those of lowest reduced cost: then the linear program alone gives the bound.
    """
    cell, feeder, complete = _worth_trying(market, busy, total_kw, relaxed, known, known_price)
    once, share, _ = _rows(market, busy, cell, feeder)
    weight = market.demand_kw[busy] / total_kw
    spared = weight * market.unserved_m - relaxed.cell_dual > known_price - relaxed.value + _TOLERANCE
    highest = np.concatenate((np.ones(len(cell)), ~spared | (known[busy] == NOBODY), [market.utilisation]))
    result = optimize.milp(
        _costs(market, busy, total_kw, cell, feeder),
        integrality=np.append(np.ones(len(highest) - 1), 0),
        bounds=optimize.Bounds(np.zeros(len(highest)), highest),
        constraints=[
            optimize.LinearConstraint(once, 1.0, 1.0),
            optimize.LinearConstraint(share, -np.inf, 0.0),
        ],
        options={"mip_rel_gap": market.gap, "node_limit": _MOST_NODES},
    )
    bound = relaxed.value
    if complete and result.mip_dual_bound is not None and np.isfinite(result.mip_dual_bound):
        bound = max(bound, min(float(result.mip_dual_bound), known_price))
    if result.x is None:
        return known, known_price, bound
    found = known.copy()
    found[busy] = NOBODY
    taken = result.x[: len(cell)] > 0.5
    found[busy[cell[taken]]] = feeder[taken]
    price = price_of(market, found)
    return (found, price, bound) if price < known_price else (known, known_price, bound)


def _worth_trying(
    market: Market, busy: _Indices, total_kw: float, relaxed: _Solution, known: Ints, known_price: float
) -> tuple[_Indices, _Indices, bool]:
    """Return the arcs that an assignment better than `known` may use, beside those of `known`, and whether it is all."""
    weight = market.demand_kw[busy][:, None] / total_kw
    allowed = _open_arcs(market, busy)
    priced = np.where(allowed, market.price_m[busy], np.inf)
    reduced = weight * (priced + relaxed.source_dual * total_kw) - relaxed.cell_dual[:, None]
    slack = known_price - relaxed.value + _TOLERANCE * max(relaxed.value, 1.0)
    served = np.flatnonzero(known[busy] != NOBODY)
    kept = allowed & (reduced <= slack)
    kept[served, known[busy[served]]] = False
    complete = int(kept.sum()) <= _MOST_ARCS
    if not complete:
        limit = np.partition(reduced[kept], _MOST_ARCS)[_MOST_ARCS]
        kept &= reduced < limit
    kept[served, known[busy[served]]] = True
    cell, feeder = np.nonzero(kept)
    return cell, feeder, complete
