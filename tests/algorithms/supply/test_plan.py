"""The whole plan: service areas, second sources against brute force, faults, findings and report."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.algorithms.division.model import NOBODY
from linli.algorithms.supply.cells import cells_of_customers
from linli.algorithms.supply.faults import Fault, locate_fault
from linli.algorithms.supply.model import Cells, Customers, Sources, SupplyPlan, SupplyRules, substations_only
from linli.algorithms.supply.plan import (
    area_polygons,
    beyond_radius,
    detached_pieces,
    joined_areas,
    market_of,
    plan_supply,
    route_distances_m,
)
from linli.algorithms.supply.report import supply_report
from linli.algorithms.supply.second_source import carried_by, rooms_left_kw


def customers_at(places: list[tuple[float, float]], demand_kw: list[float] | None = None) -> Customers:
    x_m, y_m = np.array(places, dtype=float).reshape(-1, 2).T
    demand = np.full(len(places), 10.0) if demand_kw is None else np.array(demand_kw, dtype=float)
    return Customers(tuple(f"c{number}" for number in range(len(places))), x_m, y_m, demand)


def substations_at(places: list[tuple[float, float]], capacity_kw: float | list[float], **more: Any) -> Sources:
    x_m, y_m = np.array(places, dtype=float).reshape(-1, 2).T
    capacity = np.broadcast_to(np.array(capacity_kw, dtype=float), len(places)).copy()
    return substations_only(tuple(f"S{number}" for number in range(len(places))), x_m, y_m, capacity, **more)


def planned(customers: Customers, sources: Sources, side_m: float = 0.0, **rules: Any) -> SupplyPlan:
    return plan_supply(customers, cells_of_customers(customers, side_m), sources, SupplyRules(**rules))


def findings(plan: SupplyPlan) -> dict[tuple[str, Any], tuple[str, ...]]:
    """Return the customers of each finding by its kind and what it speaks of."""
    return {
        (found.kind, found.values.get("substation", found.values.get("feeder"))): found.codes for found in plan.findings
    }


STREET = [(100.0 * number, 0.0) for number in range(11)]  # 0 to 1000 m
BOTH_ENDS = [(0.0, 50.0), (1000.0, 50.0)]


def test_each_customer_hangs_on_the_nearest_substation_that_has_room() -> None:
    plan = planned(customers_at(STREET), substations_at(BOTH_ENDS, 1000), balance_m=0)
    station = plan.substation_of[plan.cells.cell_of]
    assert station[:5].tolist() == [0] * 5
    assert station[6:].tolist() == [1] * 5
    assert plan.findings == ()


def test_a_full_substation_sends_the_border_towards_itself() -> None:
    plan = planned(customers_at(STREET), substations_at(BOTH_ENDS, [35, 1000]), balance_m=0)
    assert plan.substation_of[plan.cells.cell_of].tolist() == [0] * 3 + [1] * 8


def test_forecast_growth_takes_up_capacity() -> None:
    sources = substations_at(BOTH_ENDS, [50, 1000], growth=np.array([1.6, 1.0]))
    plan = planned(customers_at(STREET), sources, balance_m=0)
    assert plan.substation_of[plan.cells.cell_of].tolist() == [0] * 3 + [1] * 8
    first = supply_report(plan).substations[0]
    assert [first.demand_kw, first.forecast_kw, first.utilisation] == pytest.approx([30, 48, 0.96])


def test_balance_moves_the_border_for_an_even_utilisation() -> None:
    places = [(100.0 * number, 0.0) for number in range(8)]
    sources = substations_at([(0, 0), (1000, 0)], 100)
    near = planned(customers_at(places), sources, balance_m=0)
    even = planned(customers_at(places), sources, balance_m=5000)
    assert np.bincount(near.substation_of).tolist() in ([6, 2], [5, 3])
    assert np.bincount(even.substation_of).tolist() == [4, 4]
    assert even.largest_utilisation == pytest.approx(0.4)
    assert even.mean_distance_m > near.mean_distance_m


def test_customers_beyond_the_radius_are_served_and_named() -> None:
    plan = planned(customers_at([*STREET, (1700.0, 0.0)]), substations_at(BOTH_ENDS, 1000), radius_m=600)
    assert findings(plan) == {("beyond_radius", "S1"): ("c11",)}
    assert plan.substation_of[plan.cells.cell_of][11] == 1
    assert supply_report(plan).substations[1].beyond_radius == 1


def test_the_radius_holds_for_each_customer_and_not_only_for_the_middle_of_its_cell() -> None:
    plan = planned(customers_at(STREET), substations_at([(0, 0)], 1000), side_m=500, radius_m=950)
    assert plan.cells.size == 3
    assert findings(plan)[("beyond_radius", "S0")] == ("c10",)


def test_customers_beyond_all_capacity_are_named_and_not_lost() -> None:
    plan = planned(customers_at(STREET), substations_at(BOTH_ENDS, [30, 50]))
    assert len(findings(plan)[("beyond_capacity", None)]) == 3
    report = supply_report(plan)
    assert (report.unserved_customers, report.unserved_kw) == (3, 30)
    assert sum(row.customers for row in report.groups) == 11
    assert all(row.utilisation <= 1 for row in report.substations)


def test_each_substation_is_the_others_second_source_while_there_is_room() -> None:
    plan = planned(customers_at(STREET), substations_at(BOTH_ENDS, 110))
    assert ((plan.substation_of + plan.second_substation_of) == 1).all()
    assert plan.findings == ()
    assert [row.carried_by for row in supply_report(plan).substations] == [("S1",), ("S0",)]


def test_customers_that_stay_dark_are_named() -> None:
    plan = planned(customers_at(STREET), substations_at(BOTH_ENDS, 80), emergency_radius_m=920)
    found = findings(plan)
    rows = {row.code: row for row in supply_report(plan).substations}
    for code in ("S0", "S1"):
        assert rows[code].dark_customers == len(found[("dark_when_out", code)])
        assert rows[code].dark_kw + rows[code].carried_kw == pytest.approx(rows[code].forecast_kw)
    assert rows["S0"].carried_kw <= 80 - rows["S1"].forecast_kw
    # Room or no room, the last ones are too far from the other substation.
    assert "c0" in found[("dark_when_out", "S0")]
    assert "c10" in found[("dark_when_out", "S1")]


def test_emergency_utilisation_is_room_that_normal_operation_does_not_have() -> None:
    customers, sources = customers_at(STREET), substations_at(BOTH_ENDS, 80)
    assert findings(planned(customers, sources)) != {}
    assert findings(planned(customers, sources, emergency_utilisation=1.4)) == {}


def test_a_single_substation_has_no_second_source() -> None:
    plan = planned(customers_at(STREET), substations_at([(500, 0)], 1000))
    assert findings(plan) == {("dark_when_out", "S0"): tuple(f"c{number}" for number in range(11))}


def two_substations_with_feeders() -> Sources:
    routes = [[(0, 0), (500, 0)], [(0, 0), (0, 500)], [(1000, 0), (500, 0)], [(1000, 0), (1000, 500)]]
    return Sources(
        codes=("W", "E"), x_m=np.array([0.0, 1000.0]), y_m=np.zeros(2), capacity_kw=np.array([700.0, 700.0]),
        growth=np.ones(2), feeder_codes=("W1", "W2", "E1", "E2"), substation=np.array([0, 0, 1, 1], dtype=np.int32),
        feeder_routes=np.array([shapely.LineString(route) for route in routes], dtype=object),
        feeder_capacity_kw=np.full(4, 350.0),
    )  # fmt: skip


GROUND = [(100.0 * x, 100.0 * y) for x in range(11) for y in range(6)]


def test_a_fault_answers_with_its_grid_its_feeder_and_its_second_source() -> None:
    plan = planned(customers_at(GROUND), two_substations_with_feeders())
    fault = locate_fault(plan, 210, 10)
    assert (fault.state, fault.substation, fault.feeder, fault.customers) == ("supplied", "W", "W1", ("c12",))
    assert fault.second_substation == "E"
    assert fault.second_feeder in ("E1", "E2")
    assert fault.distance_m == pytest.approx(math.hypot(210, 10))
    assert locate_fault(plan, 30, 480).feeder == "W2"


def test_a_fault_outside_the_ground_says_so() -> None:
    plan = planned(customers_at(GROUND), two_substations_with_feeders())
    assert locate_fault(plan, 5000, 0) == Fault("outside")
    assert locate_fault(plan, -49, 0).state == "supplied"
    assert locate_fault(plan, -51, 0).state == "outside"


def test_a_fault_where_no_capacity_was_left_says_so() -> None:
    plan = planned(customers_at(STREET), substations_at([(0, 0)], 50))
    assert locate_fault(plan, 1000, 0) == Fault("unsupplied", customers=("c10",))
    assert locate_fault(plan, 0, 0) == Fault(
        "supplied", substation="S0", feeder="S0", customers=("c0",), distance_m=0.0
    )  # and no second source


def test_the_second_source_of_a_group_is_that_of_its_cells() -> None:
    plan = planned(customers_at(GROUND), two_substations_with_feeders())
    report = supply_report(plan)
    assert sum(row.customers for row in report.groups) == len(GROUND)
    for row in report.groups:
        assert {row.substation, row.second_substation} == {"W", "E"}
        assert row.feeder[0] == row.substation
        assert row.second_feeder[0] == row.second_substation
    for feeder in report.feeders:
        assert feeder.customers == sum(group.customers for group in report.groups if group.feeder == feeder.code)
        assert 0 < feeder.utilisation <= 1


def test_areas_cover_the_ground_once() -> None:
    plan = planned(customers_at(GROUND), two_substations_with_feeders())
    areas = area_polygons(plan)
    ground = shapely.union_all(plan.cells.polygons)
    assert shapely.is_valid(areas).all()
    assert shapely.area(areas).sum() == pytest.approx(ground.area)
    assert shapely.area(shapely.union_all(areas)) == pytest.approx(ground.area)


def row_market(capacity_kw: list[float]) -> tuple[Cells, Any, Any]:
    """Nine cells in a row between two substations; what `joined_areas` needs."""
    cells = cells_of_customers(customers_at([(100.0 * number, 0.0) for number in range(9)]))
    sources, rules = substations_at([(0, 0), (800, 0)], capacity_kw), SupplyRules(radius_m=600)
    beyond = beyond_radius(cells, sources, rules)
    return cells, market_of(cells, sources, rules, route_distances_m(cells, sources), beyond), beyond


def test_pieces_that_lie_apart_go_to_the_area_around_them() -> None:
    cells, market, beyond = row_market([90, 90])
    apart = np.array([0, 0, 0, 1, 0, 1, 1, 1, 1], dtype=np.int32)
    assert [piece.tolist() for piece in detached_pieces(cells, apart)] == [[3], [4]]
    assert joined_areas(cells, market, beyond, apart).tolist() == [0, 0, 0, 0, 0, 1, 1, 1, 1]


def test_pieces_stay_apart_where_the_area_around_them_is_full() -> None:
    cells, market, beyond = row_market([90, 50])
    apart = np.array([0, 0, 0, 1, 0, 1, 1, 1, 1], dtype=np.int32)
    assert joined_areas(cells, market, beyond, apart).tolist() == [0, 0, 0, 0, 0, 1, 1, 1, 1]
    cells, market, beyond = row_market([40, 50])
    assert joined_areas(cells, market, beyond, apart).tolist() == apart.tolist()


def test_pieces_stay_apart_rather_than_go_beyond_the_radius() -> None:
    cells, market, beyond = row_market([40, 90])
    # Cell 1 lies within the radius of the first substation alone, and that has no room for cell 0.
    apart = np.array([1, 0, 1, 1, 1, 1, 0, 0, 0], dtype=np.int32)
    assert [piece.tolist() for piece in detached_pieces(cells, apart)] == [[0], [1]]
    assert joined_areas(cells, market, beyond, apart).tolist() == apart.tolist()
    assert joined_areas(cells, market, np.zeros_like(beyond), apart).tolist() == [1, 1, 1, 1, 1, 1, 0, 0, 0]


def test_an_area_that_stays_in_pieces_is_named() -> None:
    """Two islands, and a substation that serves both."""
    customers = customers_at([(20, 50), (80, 50), (220, 50)])
    islands = shapely.MultiPolygon([shapely.box(0, 0, 100, 100), shapely.box(200, 0, 300, 100)])
    plan = plan_supply(customers, cells_of_customers(customers, outline=islands), substations_at([(50, 50)], 100))
    assert findings(plan)[("detached_area", "S0")] == ("c2",)


@settings(max_examples=40, deadline=None)
@given(
    places=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=40, unique=True),
    stands=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=4, unique=True),
    tightness=st.sampled_from([0.6, 1.0, 1.5]),
    seed=st.integers(0, 1000),
)
def test_every_plan_keeps_its_promises(
    places: list[tuple[int, int]], stands: list[tuple[int, int]], tightness: float, seed: int
) -> None:
    random = np.random.default_rng(seed)
    demand = random.lognormal(2, 1, len(places)).round(1)
    customers = customers_at([(100.0 * x, 100.0 * y) for x, y in places], demand.tolist())
    capacity = (random.uniform(0.5, 1.5, len(stands)) * demand.sum() * tightness / len(stands)).tolist()
    growth = random.uniform(0.8, 1.3, len(stands))
    sources = substations_at([(100.0 * x + 7, 100.0 * y + 7) for x, y in stands], capacity, growth=growth)
    plan = planned(customers, sources, radius_m=2000, emergency_radius_m=2500)
    report = supply_report(plan)
    assert sum(row.customers for row in report.substations) + report.unserved_customers == len(places)
    for row in report.substations:
        assert row.forecast_kw <= row.capacity_kw * (1 + 1e-6)
        assert row.dark_kw + row.carried_kw == pytest.approx(row.forecast_kw)
    # What neighbours take over in an emergency fits beside their own, and lies within the emergency radius.
    for failed in range(len(stands)):
        out = plan.substation_of == failed
        for other in range(len(stands)):
            taken = out & (plan.second_substation_of == other)
            assert not (taken.any() and other == failed)
            moved_kw = plan.cells.demand_kw[taken].sum() * sources.growth[failed]
            own_kw = report.substations[other].forecast_kw
            if taken.any():
                assert own_kw + moved_kw <= sources.capacity_kw[other] * (1 + 1e-6)
                away_m = np.hypot(
                    plan.cells.x_m[taken] - sources.x_m[other], plan.cells.y_m[taken] - sources.y_m[other]
                )
                assert away_m.max() <= 2500
    # Findings name exactly those whom the arrays leave without.
    named = findings(plan)
    feeder, second = plan.feeder_of[plan.cells.cell_of], plan.second_feeder_of[plan.cells.cell_of]
    without = {customers.codes[number] for number in np.flatnonzero(feeder == NOBODY)}
    assert set(named.get(("beyond_capacity", None), ())) == without
    dark = {code for (kind, _), codes in named.items() if kind == "dark_when_out" for code in codes}
    assert dark == {customers.codes[number] for number in np.flatnonzero((feeder != NOBODY) & (second == NOBODY))}


def most_carried_by_brute_force(
    cells: Cells, sources: Sources, rules: SupplyRules, feeder_of: np.ndarray[Any, Any], failed: int
) -> float:
    """Try every way to hand the cells of the failed substation out; the most forecast kW that stays supplied."""
    mine = [cell for cell in range(cells.size) if feeder_of[cell] != NOBODY and feeder_of[cell] == failed]
    best = 0.0
    for choice in itertools.product([NOBODY, *range(len(sources.codes))], repeat=len(mine)):
        loads = [
            sum(cells.demand_kw[cell] for cell in range(cells.size) if feeder_of[cell] == station)
            * sources.growth[station]
            for station in range(len(sources.codes))
        ]
        carried, allowed = 0.0, True
        for cell, station in zip(mine, choice, strict=True):
            if station == NOBODY:
                continue
            kw = cells.demand_kw[cell] * sources.growth[failed]
            loads[station] += kw
            carried += kw
            away_m = math.hypot(cells.x_m[cell] - sources.x_m[station], cells.y_m[cell] - sources.y_m[station])
            allowed &= station != failed and away_m <= rules.emergency_radius_m
        full = any(
            loads[station] > sources.capacity_kw[station] * rules.emergency_utilisation + 1e-6
            for station in set(choice) - {NOBODY}
        )
        if allowed and not full:
            best = max(best, carried)
    return best


@settings(max_examples=40, deadline=None)
@given(
    places=st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=2, max_size=7, unique=True),
    demand=st.lists(st.integers(1, 9), min_size=7, max_size=7),
    capacity=st.lists(st.integers(5, 25), min_size=3, max_size=3),
)
def test_neighbours_carry_as_much_as_any_handing_out_could(
    places: list[tuple[int, int]], demand: list[int], capacity: list[int]
) -> None:
    customers = customers_at([(100.0 * x, 100.0 * y) for x, y in places], [10.0 * kw for kw in demand[: len(places)]])
    sources = substations_at(
        [(203, 207), (1811, 402), (951, 1707)], [10.0 * kw for kw in capacity], growth=np.array([1.0, 1.5, 0.5])
    )
    rules = SupplyRules(emergency_radius_m=1500, gap=1e-9)
    cells = cells_of_customers(customers)
    plan = plan_supply(customers, cells, sources, rules)
    route_m = route_distances_m(cells, sources)
    for failed in range(3):
        mine = np.flatnonzero(plan.feeder_of == failed)
        best = most_carried_by_brute_force(cells, sources, rules, plan.feeder_of, failed)
        if len(mine):
            found = carried_by(cells, sources, rules, plan.feeder_of, route_m, failed)
            assert found.feeder_of.tolist() == plan.second_feeder_of[mine].tolist()
        carried = plan.cells.demand_kw[mine][plan.second_feeder_of[mine] != NOBODY].sum() * sources.growth[failed]
        assert carried == pytest.approx(best)
        left = rooms_left_kw(cells, sources, rules, plan.feeder_of, failed)
        assert left[1][failed] == 0


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"radius_m": 0}, "radius_m"), ({"balance_m": -1}, "balance_m"), ({"unserved_m": math.inf}, "unserved_m"),
        ({"utilisation": 0}, "utilisation"), ({"gap": math.nan}, "gap"),
    ],
)  # fmt: skip
def test_rules_that_make_no_sense_are_refused_by_name(change: dict[str, float], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        SupplyRules(**change)  # type: ignore[arg-type]


def test_input_that_makes_no_sense_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="demand_kw"):
        customers_at([(0, 0)], [-1])
    with pytest.raises(ValueError, match="codes"):
        Customers(("a", "a"), np.zeros(2), np.zeros(2), np.zeros(2))
    with pytest.raises(ValueError, match="x_m"):
        customers_at([(math.nan, 0)])
    with pytest.raises(ValueError, match="growth"):
        substations_at([(0, 0)], 10, growth=np.zeros(1))
    with pytest.raises(ValueError, match="feeder_codes"):
        planned(customers_at([(0, 0)]), substations_at([], []))
