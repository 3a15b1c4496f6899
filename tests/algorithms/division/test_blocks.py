"""Divisions by whole and cut blocks: what they claim is counted again parcel by parcel."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from linli.algorithms.division import cuts as cutting
from linli.algorithms.division.atoms import Atoms, block_atoms, contract, parts
from linli.algorithms.division.blocks import arrays_of, divide_by_blocks
from linli.algorithms.division.cuts import WAYS, cuts_of
from linli.algorithms.division.generated import generated_graph
from linli.algorithms.division.measures import crossing_bound
from linli.algorithms.division.model import NOBODY, Bools, Ints, Line, ParcelGraph, Rules
from linli.algorithms.division.solve import board_of
from tests.algorithms.division.optimum import by_blocks, community_of, objective_m

RULES = Rules()
WEIGHTS = np.array([RULES.low, RULES.target, RULES.high, RULES.crossing_m, RULES.shape_m, RULES.target_m, 0.0])


@cache
def city(seed: int) -> ParcelGraph:
    return generated_graph(5000, seed)


def ordinary(graph: ParcelGraph) -> Bools:
    return np.asarray(graph.dedicated == NOBODY)


def atoms_of(graph: ParcelGraph) -> Atoms:
    return contract(graph, block_atoms(graph, ordinary(graph)), RULES)


def crossing(graph: ParcelGraph, grid_of: Ints) -> int:
    chosen = grid_of != NOBODY
    pairs = np.unique(np.column_stack([grid_of, graph.superblock])[chosen], axis=0)
    return int((np.bincount(pairs[:, 0]) > 1).sum())


def cut_blocks(graph: ParcelGraph, grid_of: Ints) -> int:
    chosen = grid_of != NOBODY
    pairs = np.unique(np.column_stack([graph.block, grid_of])[chosen], axis=0)
    return int((np.bincount(pairs[:, 0]) > 1).sum())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_grids_are_connected_in_bounds_and_inside_their_community(seed: int) -> None:
    graph = city(seed)
    grid_of, solved = divide_by_blocks(graph, ordinary(graph), RULES)
    assert (solved == (grid_of != NOBODY)).all()
    assert solved.sum() > 0.9 * ordinary(graph).sum()
    load = np.bincount(grid_of[solved], graph.load[solved])
    assert load.min() >= RULES.low
    assert load.max() <= RULES.high
    same = (grid_of[graph.a] == grid_of[graph.b]) & graph.passable & solved[graph.a] & solved[graph.b]
    _, part = parts(graph.size, graph.a[same], graph.b[same])
    assert len(np.unique(part[solved])) == len(load)
    assert len(np.unique(np.column_stack([grid_of, graph.community])[solved], axis=0)) == len(load)


def test_cut_blocks_save_more_crossings_than_they_cost() -> None:
    total = {"whole": np.zeros(3), "cut": np.zeros(3)}
    for seed in (1, 2, 3):
        graph = city(seed)
        whole = by_blocks(graph)
        coarse, solved = divide_by_blocks(whole, ordinary(whole), RULES)
        fine, all_solved = divide_by_blocks(graph, ordinary(graph), RULES)
        if not solved[ordinary(whole)].all() or not all_solved[ordinary(graph)].all():
            continue
        for name, grid_of in (("whole", coarse[graph.block]), ("cut", fine)):
            grid_of = np.where(ordinary(graph), grid_of, NOBODY).astype(np.int32)
            total[name] += objective_m(graph, RULES, grid_of), crossing(graph, grid_of), cut_blocks(graph, grid_of)
    assert total["whole"][2] == 0
    assert total["cut"][2] > 0
    assert total["cut"][0] < total["whole"][0]
    assert total["cut"][1] < 0.85 * total["whole"][1]


def test_in_no_community_do_cut_blocks_make_a_division_dearer() -> None:
    graph = city(2)
    better = 0
    for community in range(int(graph.community.max()) + 1):
        one = community_of(graph, community)
        whole = by_blocks(one)
        coarse, solved = divide_by_blocks(whole, ordinary(whole), RULES)
        fine, fine_solved = divide_by_blocks(one, ordinary(one), RULES)
        if solved[ordinary(whole)].all():
            assert fine_solved[ordinary(one)].all()
            coarse = np.where(ordinary(one), coarse[one.block], NOBODY).astype(np.int32)
            costs = objective_m(one, RULES, coarse), objective_m(one, RULES, fine)
            assert costs[1] <= costs[0] + 1e-6
            better += costs[1] < costs[0] - 1e-6
    assert better >= 3


def test_halves_are_what_their_parcels_add_up_to() -> None:
    graph = generated_graph(400, 3)
    atoms = atoms_of(graph)
    cuts = cuts_of(graph, atoms, RULES)
    price = np.asarray(RULES.border_costs)[graph.kind] * graph.border_m
    component = np.repeat(np.arange(atoms.components), np.diff(atoms.first))
    tried = 0
    for atom in range(0, len(atoms.load), 3):
        for way in range(WAYS):
            for side in range(2):
                inside = (atoms.of_parcel == atom) & (cuts.half >> way & 1 == side)
                leaving = inside[graph.a] != inside[graph.b]
                assert cuts.load[atom, way, side] == pytest.approx(graph.load[inside].sum())
                assert cuts.area[atom, way, side] == pytest.approx(graph.area_m2[inside].sum())
                outline_m = graph.outer_m[inside].sum() + graph.border_m[leaving].sum()
                assert cuts.outline[atom, way, side] == pytest.approx(outline_m)
                beside = np.where(inside[graph.a], atoms.of_parcel[graph.b], atoms.of_parcel[graph.a])
                reckoned = leaving & (beside != NOBODY) & (component[np.maximum(beside, 0)] == component[atom])
                assert cuts.cut[atom, way, side] == pytest.approx(price[reckoned].sum())
                for entry in range(atoms.start[atom], atoms.start[atom + 1]):
                    to = leaving & (beside == atoms.to[entry] + atoms.first[component[atom]])
                    assert cuts.metres[entry, way, side] == pytest.approx(graph.border_m[to].sum())
                    assert cuts.price[entry, way, side] == pytest.approx(price[to].sum())
                    assert cuts.passable[entry, way, side] == (to & graph.passable).any()
            tried += int(cuts.good[atom, way])
    assert tried > 50


def test_a_half_that_falls_apart_is_no_way_to_cut() -> None:
    # A block of five parcels in a row whose middle one is not between the others: the ends hang on it from outside.
    row = np.arange(5.0)
    graph = ParcelGraph(
        load=np.full(5, 80.0),
        area_m2=np.ones(5),
        x_m=row,
        y_m=np.zeros(5),
        outer_m=np.full(5, 2.0),
        community=np.zeros(5, np.int32),
        superblock=np.zeros(5, np.int32),
        block=np.zeros(5, np.int32),
        dedicated=np.full(5, NOBODY, np.int32),
        a=np.array([0, 1, 2, 3], np.int32),
        b=np.array([4, 4, 4, 4], np.int32),
        border_m=np.ones(4),
        kind=np.full(4, Line.INSIDE, np.int8),
        passable=np.ones(4, np.bool_),
    )
    atoms = atoms_of(graph)
    cuts = cuts_of(graph, atoms, RULES)
    along = range(len(cutting.SHARES))
    first = [int((cuts.half >> way & 1 == 0).sum()) for way in along]
    assert first == [1, 2, 3, 3, 4]
    assert cuts.good[0, : len(first)].tolist() == [count == 1 for count in first]


def test_a_pair_costs_what_its_two_grids_cost_parcel_by_parcel() -> None:
    graph = next(
        case for case in (community_of(city(1), number) for number in range(9)) if atoms_of(case).components == 1
    )
    atoms = atoms_of(graph)
    cuts = cuts_of(graph, atoms, RULES)
    price = np.asarray(RULES.border_costs)[graph.kind] * graph.border_m
    own = ordinary(graph)
    pairs = cutting.list_pairs(board_of(arrays_of(atoms), 0), cuts, WEIGHTS)
    assert len(pairs[0]) > 50
    for whole, halves, (atom, way), cost in zip(*(column[::7] for column in pairs), strict=True):
        expected, together = 0.0, np.zeros(graph.size, np.bool_)
        for side in range(2):
            members = [number for number in range(len(atoms.load)) if int(halves[side]) >> number & 1]
            inside = np.isin(atoms.of_parcel, members)
            inside |= (atoms.of_parcel == atom) & (cuts.half >> way & 1 == side)
            assert RULES.low <= graph.load[inside].sum() <= RULES.high
            leaving = inside[graph.a] != inside[graph.b]
            perimeter_m = graph.outer_m[inside].sum() + graph.border_m[leaving].sum()
            off = graph.load[inside].sum() / RULES.target - 1
            expected += 0.5 * price[leaving & own[graph.a] & own[graph.b]].sum()
            expected += RULES.crossing_m * (len(np.unique(graph.superblock[inside])) - 1)
            expected += RULES.shape_m * (perimeter_m**2 / (4 * np.pi * graph.area_m2[inside].sum()) - 1)
            expected += RULES.target_m * off**2
            same = graph.passable & inside[graph.a] & inside[graph.b]
            _, part = parts(graph.size, graph.a[same], graph.b[same])
            assert len(np.unique(part[inside])) == 1
            assert not (together & inside).any()
            together |= inside
        assert cost == pytest.approx(expected)
        assert set(atoms.of_parcel[together].tolist()) == {n for n in range(len(atoms.load)) if int(whole) >> n & 1}


def test_a_block_for_two_grids_is_cut_where_whole_it_could_not_be_used() -> None:
    graph = community_of(city(1), 0)
    block = np.flatnonzero(np.bincount(graph.block[ordinary(graph)]) >= 10)[0]
    chosen = graph.block == block
    load = np.where(chosen, 700.0 / chosen.sum(), 0.0)
    alone = replace(graph, load=load, dedicated=np.where(chosen, NOBODY, 0).astype(np.int32))
    grid_of, solved = divide_by_blocks(alone, chosen, RULES)
    assert (solved == chosen).all()
    loads = np.bincount(grid_of[chosen], load[chosen])
    assert len(loads) == 2
    assert loads.min() >= 300


def test_what_cannot_be_put_into_bounds_is_left_unsolved() -> None:
    graph = community_of(city(1), 0)
    free = ordinary(graph)
    poor = replace(graph, load=graph.load * 0.05)
    grid_of, solved = divide_by_blocks(poor, free, RULES)
    assert not solved.any()
    assert (grid_of == NOBODY).all()
    nobody_free = divide_by_blocks(graph, np.zeros(graph.size, np.bool_), RULES)
    assert not nobody_free[1].any()


def test_the_lower_bound_of_crossings_holds_for_divisions_by_blocks() -> None:
    graph = city(3)
    grid_of, solved = divide_by_blocks(graph, ordinary(graph), RULES)
    assert solved[ordinary(graph)].all()
    assert crossing(graph, grid_of) >= crossing_bound(graph, RULES)


def test_progress_is_told_up_to_the_end_and_can_stop_the_work() -> None:
    graph = city(1)
    heard: list[float] = []
    divide_by_blocks(graph, ordinary(graph), RULES, 1, heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1.0

    def stop(_share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        divide_by_blocks(graph, ordinary(graph), RULES, 2, stop)


def test_threads_change_nothing() -> None:
    graph = city(2)
    one, two = (divide_by_blocks(graph, ordinary(graph), RULES, threads)[0] for threads in (1, 2))
    np.testing.assert_array_equal(one, two)
