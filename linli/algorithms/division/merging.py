"""One set of grids for several layers (三网合一): proposed so that it serves all of them best, with what each gives up.

Every layer has its own grids and rules on the same parcels. Their overlay is what grids are made of, and a border that is one in
many layers is cheap to keep; `divide` then finds the cheapest grids, and in each community they are held against those that
the layers have already. `layers` beside this module says what layers usually ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from linli.algorithms.division.atoms import border_prices, summed
from linli.algorithms.division.changes import changes
from linli.algorithms.division.divide import EFFORT, dedicate, divide, numbered, out_of_bounds_m
from linli.algorithms.division.measures import Measures, measure
from linli.algorithms.division.model import NOBODY, Bools, Division, Floats, Ints, ParcelGraph, Progress, Rules

DISCOUNT = 0.9
"""A border that a layer has already costs it this share less than a new one."""
LEAST_SPAN = 1.4
"""Common bounds are of use when the upper is this many times the lower: below, few loads can be divided at all."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One department's grids: `grid_of` (n) numbers them, NOBODY for parcels where it has none; `rules` are its own.

    `weight` says how much it counts beside the others, above 0.
    """

    name: str
    grid_of: Ints
    rules: Rules
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Fit:
    """How grids serve a layer, by its own rules, on the ground where it has grids. Grids that are nothing but dedicated ground, or
    one parcel too large for any grid, keep no bounds and are in no count but the first.

    `load_out` is the load in grids out of bounds; `border_cost` that of borders apart from the fences of premises; `cost_m` its
    objective, borders, crossings, shape and target together, but without a price for bounds; `compactness` the mean
    Polsby–Popper score.
    """

    grids: int
    counted: int
    out_of_bounds: int
    load_out: float
    border_cost: float
    crossing: int
    compactness: float
    cost_m: float


@dataclass(frozen=True, slots=True)
class GivenUp:
    """What a layer gives up for the common grids: `own` are its own grids, `common` those of the merge.

    `load_moved` and `load_share` (of 1) come to another grid than the one that carries theirs on. `agreement` is the adjusted Rand
    index over pairs of residents: 1 the same grids, 0 no more alike than chance. `borders_kept` is the share of the length of
    its borders that are common borders too; `grids_cut` of its grids have residents in several common grids.
    """

    layer: str
    weight: float
    rules: Rules
    own: Fit
    common: Fit
    load_moved: float
    load_share: float
    agreement: float
    borders_kept: float
    grids_cut: int


@dataclass(frozen=True, slots=True)
class Merged:
    """The common grids with the rules they keep. `source` (c communities) is the layer whose grids were taken as they are, by its
    position, or NOBODY where the grids are new. `given_up` holds one entry for each layer."""

    division: Division
    rules: Rules
    source: Ints
    given_up: tuple[GivenUp, ...]


def merge(
    graph: ParcelGraph, layers: Sequence[Layer], rules: Rules | None = None, seed: int = 0,
    progress: Progress | None = None, *, discount: float = DISCOUNT, effort: float = EFFORT, threads: int = 2,
) -> Merged:  # fmt: skip
    """Proposes the one set of grids that serves several layers best.

    Best is the cheapest by `rules` (default: `common_rules`) with borders priced by `shared_prices`; in each community what
    `divide` finds is held against the grids of every layer, so that no layer's own grids would be cheaper for all.
    Deterministic; cost as `divide`. Raises ValueError without layers, or when their units, lengths or weights make no sense.
    """
    _check(graph, layers)
    rules = rules or common_rules(layers)
    priced = replace(
        graph, block=overlay(graph, layers), border_price=shared_prices(graph, layers, rules, discount)
    )  # fmt: skip
    found = divide(priced, rules, seed, progress, effort=effort, threads=threads)
    fixed, special = dedicate(graph, rules)
    candidates = [_completed(graph, layer.grid_of, fixed) for layer in layers]
    candidates.append(_completed(graph, found.grid_of, fixed))
    costs = np.stack([_costs(priced, candidate, special, rules) for candidate in candidates])
    best = np.argmin(np.round(costs, 6), axis=0)
    # Every candidate numbers its grids from 0, so that a number means a grid only together with its community.
    chosen = np.stack(candidates)[best[graph.community], np.arange(graph.size)]
    division = numbered(graph, _dense(graph.community, chosen), special)
    return Merged(
        division=division,
        rules=rules,
        source=np.where(best < len(layers), best, NOBODY).astype(np.int32),
        given_up=tuple(given_up(graph, layer, division) for layer in layers),
    )


def _check(graph: ParcelGraph, layers: Sequence[Layer]) -> None:
    if not layers:
        raise ValueError("layers: a merge needs at least one")
    units = {layer.rules.unit for layer in layers}
    if len(units) > 1:
        raise ValueError(f"unit {', '.join(sorted(units))}: all layers must count the same")
    for layer in layers:
        if len(layer.grid_of) != graph.size:
            raise ValueError(f"grid_of of {layer.name}: {len(layer.grid_of)} parcels, the graph has {graph.size}")
        if not 0 < layer.weight < float("inf"):
            raise ValueError(f"weight of {layer.name} {layer.weight:g}: must be above 0")


def common_rules(layers: Sequence[Layer]) -> Rules:
    """Rules for the grids that several layers share: the bounds that most of their weight can agree on, prices on average.

    Of all intersections of their bounds that leave room to divide (LEAST_SPAN; a layer's own always may stay), that which lies
    within the bounds of the most weight, then of the first layer, then the widest. Bounds of 80–120 and 300–500 have
    nothing in common: then the heavier layer (of equals the first) keeps its own, and `given_up` shows what that means for the
    other.
    """
    best = (0.0, False, 0.0)
    low, high = layers[0].rules.low, layers[0].rules.high
    for one in layers:
        for other in layers:
            lower, upper = one.rules.low, other.rules.high
            if one is not other and upper < LEAST_SPAN * lower:
                continue
            holders = [layer for layer in layers if layer.rules.low <= lower and upper <= layer.rules.high]
            score = sum(layer.weight for layer in holders), any(layer is layers[0] for layer in holders), upper / lower
            if holders and score > best:
                best, low, high = score, lower, upper
    inside = [layer for layer in layers if layer.rules.low <= low and high <= layer.rules.high]
    weights = np.array([layer.weight for layer in layers])

    def mean(name: str) -> float:
        return float(np.average([getattr(layer.rules, name) for layer in layers], weights=weights))

    target = float(np.average([one.rules.target for one in inside], weights=[one.weight for one in inside]))
    main, minor, within, river = np.average(
        [one.rules.border_costs for one in layers], axis=0, weights=weights
    ).tolist()
    return Rules(
        low=low, target=min(max(target, low), high), high=high, unit=layers[0].rules.unit,
        border_costs=(main, minor, within, river),
        crossing_m=mean("crossing_m"), shape_m=mean("shape_m"), target_m=mean("target_m"),
    )  # fmt: skip


def overlay(graph: ParcelGraph, layers: Sequence[Layer]) -> Ints:
    """The blocks (n) cut along the borders of all layers: parcels of one number lie in one block and in one grid of each layer."""
    return _dense(graph.block, *(layer.grid_of for layer in layers))


def shared_prices(graph: ParcelGraph, layers: Sequence[Layer], rules: Rules, discount: float = DISCOUNT) -> Floats:
    """What each border (m) costs the layers when it divides common grids: the mean, by weight, of what it costs each.

    A new border costs a layer its length by the layer's own prices, one that it has already `discount` (0 to 1) less. Layers that
    have no grids on either side have no say; where none has, `rules` do. Raises ValueError for another discount.
    """
    if not 0 <= discount <= 1:
        raise ValueError(f"discount {discount:g}: must be from 0 to 1")
    whole, weight = np.zeros(len(graph.a)), np.zeros(len(graph.a))
    for layer in layers:
        one, other = layer.grid_of[graph.a], layer.grid_of[graph.b]
        says = layer.weight * ((one >= 0) | (other >= 0))
        whole += says * border_prices(graph, layer.rules) * (1.0 - discount * (one != other))
        weight += says
    prices: Floats = np.where(weight > 0, whole / np.maximum(weight, 1e-300), border_prices(graph, rules))
    return prices


def _completed(graph: ParcelGraph, grid_of: Ints, fixed: Ints) -> Ints:
    """A layer's grids as ones that could be proposed: inside communities, dedicated ground apart; NOBODY stays NOBODY."""
    dense = _dense(graph.community, fixed, np.where(fixed == NOBODY, grid_of, NOBODY))
    dense[(fixed == NOBODY) & (grid_of < 0)] = NOBODY
    return dense


def _dense(*labels: Ints) -> Ints:
    """Numbers from 0 for what has the same value in all of some arrays (n)."""
    numbers: Ints = np.unique(np.stack(labels, axis=1), axis=0, return_inverse=True)[1].reshape(-1).astype(np.int32)
    return numbers


def _costs(graph: ParcelGraph, grid_of: Ints, special: Ints, rules: Rules) -> Floats:
    """What grids cost in each community (c), by the solver's objective; infinite where a parcel has none or one is in pieces."""
    communities = int(graph.community.max(initial=NOBODY)) + 1
    free = special == NOBODY
    cut = (grid_of[graph.a] != grid_of[graph.b]) & free[graph.a] & free[graph.b]
    total = summed(graph.community[graph.a[cut]], border_prices(graph, rules)[cut], communities)
    if communities == 0:
        return total
    labels = np.where(grid_of >= 0, grid_of, int(grid_of.max(initial=0)) + 1)
    division = numbered(graph, labels, special)
    grids = measure(graph, division, rules)
    ordinary = division.dedicated == NOBODY
    prices = np.where(ordinary, _own_prices(grids, rules), 0.0)
    out = np.maximum(0.0, np.maximum(rules.low - grids.load, grids.load - rules.high))
    prices += np.where(ordinary & (out > 1e-9), out_of_bounds_m(rules) * (0.1 + out / rules.target), 0.0)
    total += summed(division.community, prices, communities)
    broken = np.zeros(communities, np.bool_)
    broken[division.community[ordinary & (grids.pieces > 1)]] = True
    broken[graph.community[grid_of < 0]] = True
    return np.where(broken, np.inf, total)


def _own_prices(grids: Measures, rules: Rules) -> Floats:
    """What each grid costs apart from borders and bounds: reaching over main roads, shape, distance from the target."""
    shape = 1.0 / np.maximum(grids.compactness, 1e-12) - 1.0
    off = (grids.load - rules.target) / rules.target
    return rules.crossing_m * (grids.superblocks - 1) + rules.shape_m * shape + rules.target_m * off * off


def given_up(graph: ParcelGraph, layer: Layer, division: Division) -> GivenUp:
    """What a layer gives up when the grids of `division` take the place of its own. Cost O(parcels log parcels)."""
    covered = layer.grid_of >= 0
    part = part_of(graph, covered)
    own, common = layer.grid_of[covered], division.grid_of[covered]
    moved = changes(own, common, part.load).load_moved
    whole = float(part.load.sum())
    mine, theirs = (labels[part.a] != labels[part.b] for labels in (own, common))
    length_m = float(part.border_m[mine].sum())
    lived_in = part.load > 0
    pairs = np.unique(np.stack([own, common], axis=1)[lived_in], axis=0)
    return GivenUp(
        layer=layer.name,
        weight=layer.weight,
        rules=layer.rules,
        own=_fit(part, own, layer.rules),
        common=_fit(part, common, layer.rules),
        load_moved=moved,
        load_share=moved / whole if whole > 0 else 0.0,
        agreement=agreement(own, common, part.load),
        borders_kept=float(part.border_m[mine & theirs].sum()) / length_m if length_m > 0 else 1.0,
        grids_cut=int((np.unique(pairs[:, 0], return_counts=True)[1] > 1).sum()),
    )


def _fit(graph: ParcelGraph, grid_of: Ints, rules: Rules) -> Fit:
    labels = np.unique(grid_of, return_inverse=True)[1].astype(np.int32)
    size = int(labels.max(initial=NOBODY)) + 1
    parcels = np.bincount(labels, minlength=size)
    load = summed(labels, graph.load, size)
    ordinary = np.bincount(labels, graph.dedicated == NOBODY, minlength=size) > 0
    ordinary &= (load > 0) & ~((parcels == 1) & (load > rules.high))
    apart = np.where(ordinary, NOBODY, 0).astype(np.int32)
    grids = measure(graph, Division(labels, np.zeros(size, np.int32), load, apart), rules)
    out = ordinary & ~grids.in_bounds
    free = graph.dedicated == NOBODY
    cut = (labels[graph.a] != labels[graph.b]) & free[graph.a] & free[graph.b]
    border_cost = float(border_prices(graph, rules)[cut].sum())
    return Fit(
        grids=size,
        counted=int(ordinary.sum()),
        out_of_bounds=int(out.sum()),
        load_out=float(load[out].sum()),
        border_cost=border_cost,
        crossing=grids.crossing,
        compactness=grids.mean_compactness,
        cost_m=border_cost + float(_own_prices(grids, rules)[ordinary].sum()),
    )


def agreement(one: Ints, other: Ints, load: Floats) -> float:
    """The adjusted Rand index (Hubert and Arabie 1985, doi:10.1007/BF01908075) of two divisions (n), every parcel as many times as its
    load, pairs drawn with replacement: 1 for equal divisions, 0 for what chance gives; may be below.
    """
    whole = float(load.sum())
    if whole <= 0:
        return 1.0
    pairs = _dense(one, other)
    both, first, second = (
        float((np.bincount(np.unique(labels, return_inverse=True)[1], load) ** 2).sum()) / whole**2
        for labels in (pairs, one, other)
    )
    chance, most = first * second, (first + second) / 2
    return 1.0 if most - chance < 1e-12 else (both - chance) / (most - chance)


def part_of(graph: ParcelGraph, chosen: Bools) -> ParcelGraph:
    """The graph of some parcels (n), numbered anew in their order; borders to the others become outline."""
    number = np.cumsum(chosen) - 1
    within = chosen[graph.a] & chosen[graph.b]
    outer_m = graph.outer_m.copy()
    for mine, beside in ((graph.a, graph.b), (graph.b, graph.a)):
        lost = chosen[mine] & ~chosen[beside]
        outer_m += summed(mine[lost], graph.border_m[lost], graph.size)
    parcels = {
        name: getattr(graph, name)[chosen]
        for name in ("load", "area_m2", "x_m", "y_m", "community", "superblock", "block", "dedicated")
    }
    borders = {name: getattr(graph, name)[within] for name in ("border_m", "kind", "passable")}
    return ParcelGraph(
        **parcels, **borders, outer_m=outer_m[chosen],
        a=number[graph.a[within]].astype(np.int32), b=number[graph.b[within]].astype(np.int32),
        border_price=None if graph.border_price is None else graph.border_price[within],
    )  # fmt: skip


__all__ = [
    "DISCOUNT", "Fit", "GivenUp", "Layer", "Merged", "agreement", "common_rules", "given_up", "merge", "overlay", "part_of",
    "shared_prices",
]  # fmt: skip
