"""Exact covers of components of few blocks: against the optima that CP-SAT proved, and where there is none."""

from __future__ import annotations

import json
from dataclasses import astuple, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

from linli.algorithms.division import cover
from linli.algorithms.division.atoms import Atoms, block_atoms, contract
from linli.algorithms.division.blocks import arrays_of
from linli.algorithms.division.generated import generated_graph
from linli.algorithms.division.model import NOBODY, Floats, Ints, ParcelGraph, Rules
from linli.algorithms.division.solve import board_of
from tests.algorithms.division.optimum import by_blocks, community_of, objective_m

FIXTURE: dict[str, Any] = json.loads(Path(__file__).with_name("optima.json").read_text())


@cache
def city_by_blocks(seed: int) -> ParcelGraph:
    return by_blocks(generated_graph(FIXTURE["buildings"], seed))


def weights_of(rules: Rules) -> Floats:
    return np.array([rules.low, rules.target, rules.high, rules.crossing_m, rules.shape_m, rules.target_m, 20_000.0])


def atoms_of(graph: ParcelGraph, rules: Rules) -> Atoms:
    return contract(graph, block_atoms(graph, graph.dedicated == NOBODY), rules)


def covered(graph: ParcelGraph, rules: Rules) -> tuple[Atoms, Ints, Floats, Ints]:
    """The atoms, a grid for each parcel (NOBODY for dedicated ones), and cost and status of each component."""
    atoms = atoms_of(graph, rules)
    label, grids = np.zeros(len(atoms.load), np.int32), np.zeros(atoms.components, np.int32)
    cost, status = np.zeros(atoms.components), np.zeros(atoms.components, np.int32)
    for c in range(atoms.components):
        own = label[atoms.first[c] : atoms.first[c + 1]]
        status[c], cost[c], _ = cover.cover(board_of(arrays_of(atoms), c), weights_of(rules), own)
        grids[c] = own.max() + 1
    whole = label + np.repeat(np.cumsum(grids) - grids, np.diff(atoms.first)).astype(np.int32)
    return atoms, np.where(atoms.of_parcel == NOBODY, NOBODY, whole[atoms.of_parcel]).astype(np.int32), cost, status


@pytest.mark.parametrize("prices", sorted(FIXTURE["rules"]))
def test_covers_are_the_optima_that_another_solver_proved(prices: str) -> None:
    kept = FIXTURE["rules"][prices]
    rules = Rules(**{**kept["rules"], "border_costs": tuple(kept["rules"]["border_costs"])})
    for case in kept["cases"]:
        graph = community_of(city_by_blocks(case["seed"]), case["community"])
        _, grid_of, cost, status = covered(graph, rules)
        assert case["status"] == "optimal"
        assert (status == cover.PROVED).all()
        assert objective_m(graph, rules, grid_of) == pytest.approx(case["cost_m"], abs=0.002)
        # With one component, the costs that the walk and the cover reckon with are the whole objective.
        if len(cost) == 1:
            assert cost[0] == pytest.approx(case["cost_m"], abs=0.002)


def test_prices_of_atoms_are_those_of_the_linear_relaxation() -> None:
    rules, tried = Rules(), 0
    for community in range(6):
        atoms = atoms_of(community_of(city_by_blocks(1), community), rules)
        if atoms.components > 1:
            continue
        tried += 1
        board = board_of(arrays_of(atoms), 0)
        sets, complete = cover.list_sets(board, rules.low, rules.high, cover.ALL)
        assert complete
        cost, members, count = cover.price_sets(board, sets, weights_of(rules))
        prices, possible = cover.relax(cost, members, count, len(atoms.load))
        assert possible
        matrix = np.array([[number >> atom & 1 for number in sets.tolist()] for atom in range(len(atoms.load))])
        exact = linprog(cost, A_eq=matrix, b_eq=np.ones(len(matrix)), method="highs")
        assert prices.sum() == pytest.approx(exact.fun, rel=1e-5)
        assert (cost - prices @ matrix).min() > -1e-6
    assert tried >= 3


def test_a_component_that_no_blocks_put_into_bounds_is_called_impossible() -> None:
    graph = community_of(city_by_blocks(1), 0)
    heavy = replace(graph, load=np.where(graph.dedicated == NOBODY, 260.0, 0.0))
    assert (covered(heavy, Rules())[3] == cover.IMPOSSIBLE).all()
    assert (covered(heavy, Rules(low=200))[3] == cover.PROVED).all()


def test_where_sets_or_atoms_are_too_many_the_cover_says_so_and_writes_nothing() -> None:
    light = replace(graph := city_by_blocks(1), load=np.where(graph.dedicated == NOBODY, 20.0, 0.0))
    light = community_of(light, 2)
    atoms, grid_of, cost, status = covered(light, Rules(low=100, target=200, high=300))
    assert len(atoms.load) <= cover.MOST_ATOMS
    assert (status == cover.TOO_MANY).all()
    assert np.isinf(cost).all()
    assert not grid_of[grid_of != NOBODY].any()
    parcels = community_of(generated_graph(500, 1), 0)
    single = replace(parcels, block=np.arange(parcels.size, dtype=np.int32))
    assert (covered(single, Rules())[3] == cover.TOO_MANY).all()


def test_covering_twice_gives_the_same() -> None:
    one, two = (covered(community_of(city_by_blocks(2), 3), Rules()) for _ in range(2))
    np.testing.assert_array_equal(one[1], two[1])
    assert astuple(one[0])[1].tolist() == astuple(two[0])[1].tolist()
