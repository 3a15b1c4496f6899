"""The records of a supply plan: customers, cells, substations with their feeders, rules, and the plan itself.

Nothing computes here. Coordinates are metres in one projected system, east and north; demands and capacities are kW.
`NOBODY` and `Finding` are those of the division engine: a finding carries a kind and values, texts are made above.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely

from linli.algorithms.division.model import NOBODY, Finding, Floats, Geometries, Ints


@dataclass(frozen=True, slots=True)
class Customers:
    """Who is supplied (k): a code of its own each, a place, and a demand of 0 kW or more. Raises ValueError."""

    codes: tuple[str, ...]
    x_m: Floats
    y_m: Floats
    demand_kw: Floats

    def __post_init__(self) -> None:
        if len(set(self.codes)) < len(self.codes):
            raise ValueError("codes: a customer has a code of its own")
        _check_numbers(len(self.codes), x_m=self.x_m, y_m=self.y_m, demand_kw=self.demand_kw)
        _check_lowest(0.0, demand_kw=self.demand_kw)


@dataclass(frozen=True, slots=True)
class Cells:
    """Ground that is supplied as a whole (c): one customer, a raster cell, a parcel or a block. `cells` makes them.

    Per cell: the place `x_m`, `y_m` that distances are measured from, `demand_kw`, and its `polygons`, which do not overlap
    and together are the ground of the plan. `cell_of` (k) is the cell of each customer. `a`, `b` (e) are the pairs of
    neighbours.
    """

    x_m: Floats
    y_m: Floats
    demand_kw: Floats
    polygons: Geometries
    cell_of: Ints
    a: Ints
    b: Ints

    @property
    def size(self) -> int:
        """How many cells there are."""
        return len(self.x_m)


@dataclass(frozen=True, slots=True)
class Sources:
    """Substations (s) and their feeders (f). Use `substations_only` where feeders are not known.

    Per substation: place, `capacity_kw` (may be infinite) and `growth`, the factor by which the demand of its area is
    forecast to grow (1: not at all). Per feeder: the number of its `substation`, its `feeder_routes` (a point or a line), and
    `feeder_capacity_kw` (may be infinite). Raises ValueError naming what makes no sense.
    """

    codes: tuple[str, ...]
    x_m: Floats
    y_m: Floats
    capacity_kw: Floats
    growth: Floats
    feeder_codes: tuple[str, ...]
    substation: Ints
    feeder_routes: Geometries
    feeder_capacity_kw: Floats

    def __post_init__(self) -> None:
        count, feeders = len(self.codes), len(self.feeder_codes)
        if len(set(self.codes)) < count or len(set(self.feeder_codes)) < feeders:
            raise ValueError("codes: every substation and every feeder has a code of its own")
        _check_numbers(count, x_m=self.x_m, y_m=self.y_m, growth=self.growth)
        for name, values, size in (
            ("capacity_kw", self.capacity_kw, count),
            ("feeder_capacity_kw", self.feeder_capacity_kw, feeders),
            ("substation", self.substation, feeders),
            ("feeder_routes", self.feeder_routes, feeders),
        ):
            if len(values) != size:
                raise ValueError(f"{name}: {size} values")
        _check_lowest(0.0, capacity_kw=self.capacity_kw, feeder_capacity_kw=self.feeder_capacity_kw)
        if not (self.growth > 0).all():
            raise ValueError("growth: a factor above 0, 1 where demand stays as it is")
        if feeders and not 0 <= self.substation.min() <= self.substation.max() < count:
            raise ValueError(f"substation: the number of a feeder's substation, 0 to {count - 1}")
        if any(route is None or route.is_empty for route in self.feeder_routes):
            raise ValueError("feeder_routes: a point or a line for every feeder")


@dataclass(frozen=True, slots=True)
class SupplyRules:
    """What a good plan is.

    `radius_m` is the supply radius (供电半径), straight from customer to substation. `utilisation` is the share of a capacity that
    the forecast demand may take in normal operation; `emergency_utilisation` and `emergency_radius_m` hold while a neighbour
    is out. The plan minimises the mean distance to the feeder, weighted by demand, in metres, plus `balance_m` times the
    largest utilisation: how many metres one may add to make the fullest source emptier by its whole capacity. A kW served
    from beyond the radius costs `beyond_m` more, one not served at all costs `unserved_m`. With `contiguous`, pieces of an
    area that lie apart go to a neighbour that can take them. `gap` is the relative distance from the optimum at which the
    search for whole cells may stop. Raises ValueError naming the parameter.
    """

    radius_m: float = 3000.0
    emergency_radius_m: float = 5000.0
    utilisation: float = 1.0
    emergency_utilisation: float = 1.0
    balance_m: float = 500.0
    beyond_m: float = 20_000.0
    unserved_m: float = 1_000_000.0
    contiguous: bool = True
    gap: float = 1e-4

    def __post_init__(self) -> None:
        for name in ("radius_m", "emergency_radius_m", "utilisation", "emergency_utilisation", "unserved_m"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} {getattr(self, name):g}: must be above 0")
        for name in ("balance_m", "beyond_m", "gap"):
            if not 0 <= getattr(self, name) < math.inf:
                raise ValueError(f"{name} {getattr(self, name):g}: must be 0 or more")


@dataclass(frozen=True, slots=True)
class SupplyPlan:
    """Who is supplied from where, and from where when that fails.

    Per cell (c): `feeder_of`, the feeder in normal operation (NOBODY: no capacity is left for it), and `second_feeder_of`, the
    feeder of another substation when its own substation is out (NOBODY: it stays dark). `mean_distance_m` is that of the
    served demand, `largest_utilisation` that of the fullest source under forecast demand. `objective_m` is what the rules
    price the plan at before pieces are joined, `bound_m` a proved lower bound of it.
    """

    customers: Customers
    cells: Cells
    sources: Sources
    rules: SupplyRules
    feeder_of: Ints
    second_feeder_of: Ints
    mean_distance_m: float
    largest_utilisation: float
    objective_m: float
    bound_m: float
    findings: tuple[Finding, ...]

    @property
    def substation_of(self) -> Ints:
        """The substation of each cell (c), or NOBODY."""
        return substation_of(self.sources, self.feeder_of)

    @property
    def second_substation_of(self) -> Ints:
        """The substation that steps in for each cell (c), or NOBODY."""
        return substation_of(self.sources, self.second_feeder_of)


def substations_only(
    codes: tuple[str, ...], x_m: Floats, y_m: Floats, capacity_kw: Floats, growth: Floats | None = None
) -> Sources:
    """Make sources whose feeders are not known: one for each substation, at its place, with its code and all its capacity."""
    return Sources(
        codes=codes,
        x_m=x_m,
        y_m=y_m,
        capacity_kw=capacity_kw,
        growth=np.ones(len(codes)) if growth is None else growth,
        feeder_codes=codes,
        substation=np.arange(len(codes), dtype=np.int32),
        feeder_routes=shapely.points(x_m, y_m),
        feeder_capacity_kw=np.full(len(codes), np.inf),
    )


def substation_of(sources: Sources, feeder_of: Ints) -> Ints:
    """Return the substation of each feeder number, NOBODY for NOBODY."""
    padded = np.append(sources.substation, NOBODY).astype(np.int32)
    return padded[feeder_of]


def _check_numbers(size: int, **arrays: Floats) -> None:
    for name, values in arrays.items():
        if values.shape != (size,) or not np.isfinite(values).all():
            raise ValueError(f"{name}: {size} finite numbers")


def _check_lowest(lowest: float, **arrays: Floats) -> None:
    for name, values in arrays.items():
        if not (values >= lowest).all():
            raise ValueError(f"{name}: every value {lowest:g} or more")
