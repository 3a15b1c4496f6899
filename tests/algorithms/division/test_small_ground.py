"""Small ground: several walks of which the cheapest is kept, what is said to be proved, and a building too large for any grid."""

from __future__ import annotations

import numpy as np

from linli.algorithms.division.divide import dedicate, divide
from linli.algorithms.division.model import NOBODY, TOO_LARGE, Line, ParcelGraph, Rules
from tests.algorithms.division.optimum import objective_m, optimum


def lattice(load: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> ParcelGraph:
    """Squares of 100 m, each a block, by their loads (rows, columns); borders of one metre."""
    rows, columns = load.shape
    number = np.arange(load.size, dtype=np.int32).reshape(load.shape)
    a = np.concatenate((number[:, :-1].ravel(), number[:-1].ravel()))
    b = np.concatenate((number[:, 1:].ravel(), number[1:].ravel()))
    size, zeros = load.size, np.zeros(load.size, np.int32)
    return ParcelGraph(
        load=load.ravel().astype(np.float64), area_m2=np.full(size, 10_000.0), x_m=np.tile(np.arange(columns) * 100.0, rows),
        y_m=np.repeat(np.arange(rows) * 100.0, columns), outer_m=zeros.astype(np.float64), community=zeros, superblock=zeros,
        block=number.ravel(), dedicated=np.full(size, NOBODY, np.int32), a=a, b=b, border_m=np.ones(len(a)),
        kind=np.full(len(a), Line.MINOR, np.int8), passable=np.ones(len(a), bool),
    )  # fmt: skip


def test_every_seed_finds_the_least_division_of_25_units() -> None:
    draw = np.random.default_rng(25)
    graph = lattice(draw.uniform(50, 150, (5, 5)))
    third = float(graph.load.sum()) / 3
    # Only borders count, each one metre: the cost is the number of cut edges.
    rules = Rules(
        0.95 * third, third, 1.05 * third, border_costs=(1.0, 1.0, 1.0, 1.0), crossing_m=0.0, shape_m=0.0, target_m=0.0
    )
    best = optimum(graph, rules)
    assert best.status == "optimal"
    found = [divide(graph, rules, seed) for seed in range(10)]
    costs = [objective_m(graph, rules, one.grid_of) for one in found]
    assert costs == [best.cost_m] * 10


def test_what_is_proved_is_said_of_each_grid() -> None:
    load = np.full((2, 4), 100.0)
    proved = divide(lattice(load), Rules(low=150, target=200, high=250), 1)
    assert proved.above_least is not None
    assert proved.above_least.tolist() == [0.0] * proved.size
    many = divide(lattice(np.full((9, 9), 10.0)), Rules(low=150, target=200, high=250), 1)
    assert many.above_least is not None
    assert np.isinf(many.above_least).all()


def test_a_building_too_large_for_any_grid_takes_in_the_few_that_it_would_shut_in() -> None:
    rules = Rules()
    for few, joined in ((74.0, True), (149.0, True), (151.0, False)):
        graph = lattice(np.array([[few, 900.0, 200.0, 200.0]]))
        grid_of, special = dedicate(graph, rules)
        assert (grid_of[0] == grid_of[1]) == joined
        assert special[1] == TOO_LARGE
        division = divide(graph, rules, 1)
        assert sorted(division.load.tolist()) == ([400.0, 900.0 + few] if joined else [few, 400.0, 900.0])
    behind_a_school = lattice(np.array([[74.0, 0.0, 200.0, 200.0]]))
    behind_a_school.dedicated[1] = 0
    grid_of, special = dedicate(behind_a_school, rules)
    assert grid_of[0] == NOBODY, "people were given to a school"
