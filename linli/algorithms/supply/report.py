"""A supply plan and a search for restorations as plain rows, ready for a table, a file or a page. Nothing is decided here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linli.algorithms.division.model import NOBODY, Bools, Finding, Ints
from linli.algorithms.supply.model import SupplyPlan


@dataclass(frozen=True, slots=True)
class SubstationRow:
    """One service area. `forecast_kw` is its demand × growth; `carried_kw` and `dark_kw` divide that when it is out."""

    code: str
    customers: int
    demand_kw: float
    forecast_kw: float
    capacity_kw: float
    utilisation: float
    mean_distance_m: float
    farthest_m: float
    beyond_radius: int
    carried_by: tuple[str, ...]
    carried_kw: float
    dark_kw: float
    dark_customers: int


@dataclass(frozen=True, slots=True)
class FeederRow:
    """One feeder and what hangs on it."""

    code: str
    substation: str
    customers: int
    demand_kw: float
    forecast_kw: float
    capacity_kw: float
    utilisation: float


@dataclass(frozen=True, slots=True)
class GroupRow:
    """Customers with the same first and second source; codes are "" where there is none."""

    feeder: str
    substation: str
    second_feeder: str
    second_substation: str
    customers: int
    demand_kw: float


@dataclass(frozen=True, slots=True)
class SupplyReport:
    """Everything about a plan; `gap` is how far its price may be from the best one, as a share of the proved bound."""

    substations: tuple[SubstationRow, ...]
    feeders: tuple[FeederRow, ...]
    groups: tuple[GroupRow, ...]
    customers: int
    demand_kw: float
    unserved_customers: int
    unserved_kw: float
    mean_distance_m: float
    largest_utilisation: float
    gap: float
    findings: tuple[Finding, ...]


def supply_report(plan: SupplyPlan) -> SupplyReport:
    """Make the rows of a plan: substations and feeders in the order given, groups by their codes."""
    feeder = plan.feeder_of[plan.cells.cell_of]
    second = plan.second_feeder_of[plan.cells.cell_of]
    unserved = feeder == NOBODY
    return SupplyReport(
        substations=tuple(_substation(plan, number, feeder, second) for number in range(len(plan.sources.codes))),
        feeders=tuple(_feeder(plan, number, feeder == number) for number in range(len(plan.sources.feeder_codes))),
        groups=_groups(plan, feeder, second),
        customers=len(plan.customers.codes),
        demand_kw=float(plan.customers.demand_kw.sum()),
        unserved_customers=int(unserved.sum()),
        unserved_kw=float(plan.customers.demand_kw[unserved].sum()),
        mean_distance_m=plan.mean_distance_m,
        largest_utilisation=plan.largest_utilisation,
        gap=(plan.objective_m - plan.bound_m) / plan.bound_m if plan.bound_m > 0 else 0.0,
        findings=plan.findings,
    )


def _substation(plan: SupplyPlan, number: int, feeder: Ints, second: Ints) -> SubstationRow:
    customers, sources = plan.customers, plan.sources
    mine = (feeder != NOBODY) & (sources.substation[feeder] == number)
    dark = mine & (second == NOBODY)
    away_m = np.hypot(customers.x_m[mine] - sources.x_m[number], customers.y_m[mine] - sources.y_m[number])
    demand = customers.demand_kw[mine]
    total_kw, growth = float(demand.sum()), float(sources.growth[number])
    dark_kw = float(customers.demand_kw[dark].sum()) * growth
    helpers = np.unique(sources.substation[second[mine & ~dark]])
    return SubstationRow(
        code=sources.codes[number],
        customers=int(mine.sum()),
        demand_kw=total_kw,
        forecast_kw=total_kw * growth,
        capacity_kw=float(sources.capacity_kw[number]),
        utilisation=_share(total_kw * growth, float(sources.capacity_kw[number])),
        mean_distance_m=float((away_m * demand).sum() / total_kw) if total_kw > 0 else 0.0,
        farthest_m=float(away_m.max(initial=0.0)),
        beyond_radius=int((away_m > plan.rules.radius_m).sum()),
        carried_by=tuple(sources.codes[other] for other in helpers),
        carried_kw=total_kw * growth - dark_kw,
        dark_kw=dark_kw,
        dark_customers=int(dark.sum()),
    )


def _feeder(plan: SupplyPlan, number: int, mine: Bools) -> FeederRow:
    sources = plan.sources
    station = int(sources.substation[number])
    demand_kw = float(plan.customers.demand_kw[mine].sum())
    forecast_kw = demand_kw * float(sources.growth[station])
    return FeederRow(
        code=sources.feeder_codes[number],
        substation=sources.codes[station],
        customers=int(mine.sum()),
        demand_kw=demand_kw,
        forecast_kw=forecast_kw,
        capacity_kw=float(sources.feeder_capacity_kw[number]),
        utilisation=_share(forecast_kw, float(sources.feeder_capacity_kw[number])),
    )


def _groups(plan: SupplyPlan, feeder: Ints, second: Ints) -> tuple[GroupRow, ...]:
    rows = []
    for first, other in np.unique(np.column_stack((feeder, second)), axis=0).tolist():
        mine = (feeder == first) & (second == other)
        names = (*_names(plan, first), *_names(plan, other))
        rows.append(GroupRow(*names, int(mine.sum()), float(plan.customers.demand_kw[mine].sum())))
    return tuple(sorted(rows, key=lambda row: (row.substation, row.feeder, row.second_substation, row.second_feeder)))


def _names(plan: SupplyPlan, feeder: int) -> tuple[str, str]:
    if feeder == NOBODY:
        return "", ""
    return plan.sources.feeder_codes[feeder], plan.sources.codes[int(plan.sources.substation[feeder])]


def _share(part: float, whole: float) -> float:
    """Return part / whole; nothing of nothing is nothing."""
    return part / whole if part > 0 else 0.0
