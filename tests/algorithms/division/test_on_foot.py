"""Every ordinary grid hangs together on foot, also where a block has a neck that nobody passes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from shapely import Polygon, box

from linli.algorithms.division.adjust import adjust
from linli.algorithms.division.atoms import block_atoms, contract, split_atoms
from linli.algorithms.division.cells import parcels_of
from linli.algorithms.division.cuts import cuts_of
from linli.algorithms.division.divide import divide
from linli.algorithms.division.measures import measure
from linli.algorithms.division.model import Line, ParcelGraph, Rules
from linli.algorithms.division.reasons import reasons
from tests.algorithms.division.grounds import ground_of, random_graph

# Two halves of 60 m that a neck of 0.3 m joins, and the corners of both.
BOW_TIE = Polygon([(0, 0), (60, 29.85), (120, 0), (120, 60), (60, 30.15), (0, 60)])
CORNERS = (box(5, 10, 10, 15), box(5, 45, 10, 50), box(110, 10, 115, 15), box(110, 45, 115, 50))


@pytest.fixture(scope="module")
def bow_tie() -> ParcelGraph:
    return parcels_of(ground_of([BOW_TIE], [], CORNERS, [80.0] * 4)).graph


def test_a_community_with_a_neck_becomes_a_grid_on_either_side_and_says_why(bow_tie: ParcelGraph) -> None:
    division = divide(bow_tie)
    assert measure(bow_tie, division).pieces.tolist() == [1, 1]
    assert division.load.tolist() == [160, 160]
    assert [(one.kind, one.grids) for one in reasons(bow_tie, division, Rules())] == [
        ("cut_off", (0,)),
        ("cut_off", (1,)),
    ]
    assert adjust(bow_tie, division.grid_of).touched == 0


def test_both_sides_of_a_neck_are_in_bounds_where_each_is_a_grid(bow_tie: ParcelGraph) -> None:
    rules = Rules(low=150, target=170, high=330)
    division = divide(bow_tie, rules)
    assert measure(bow_tie, division, rules).in_bounds.all()
    assert reasons(bow_tie, division, rules) == ()


def strip(passable: list[bool]) -> ParcelGraph:
    """One block of parcels in a row, joined to a ring at its ends by a border that is passable."""
    size = len(passable) + 1
    floats = np.full(size, 10.0)
    a, b = np.arange(size - 1, dtype=np.int32), np.arange(1, size, dtype=np.int32)
    return ParcelGraph(
        load=np.full(size, 100.0), area_m2=floats * 10, x_m=np.arange(size) * 10.0, y_m=np.zeros(size), outer_m=floats * 2,
        community=np.zeros(size, np.int32), superblock=np.zeros(size, np.int32), block=np.zeros(size, np.int32),
        dedicated=np.full(size, -1, np.int32), a=np.append(a, np.int32(0)), b=np.append(b, np.int32(size - 1)),
        border_m=np.full(size, 10.0), kind=np.full(size, Line.INSIDE, np.int8), passable=np.array([*passable, True]),
    )  # fmt: skip


def test_an_atom_and_its_pieces_hang_together_on_foot() -> None:
    graph = strip([True, False, True, True, False])
    everything = np.ones(graph.size, np.bool_)
    # 1 and 0 and 5 on one side of both necks, 2, 3 and 4 on the other.
    atom = block_atoms(graph, everything)
    assert len({*atom[[0, 1, 5]]}) == len({*atom[2:5]}) == 1
    assert atom[0] != atom[2]
    whole = strip([True, True, False, True, True])
    pieces = split_atoms(whole, block_atoms(whole, everything), 200)
    assert pieces[2] != pieces[3]


def test_a_block_is_not_cut_into_halves_that_a_neck_parts() -> None:
    rules = Rules()
    for passable, good in ((True, True), (False, False)):
        graph = strip([passable, True, True])
        atoms = contract(graph, block_atoms(graph, np.ones(graph.size, np.bool_)), rules)
        assert cuts_of(graph, atoms, rules).good[0, 2] == good


def test_grids_of_any_ground_with_necks_hang_together() -> None:
    for seed in range(60):
        rng = np.random.default_rng(seed)
        graph = random_graph(rng, int(rng.integers(4, 40)), necks=0.15)
        # Few and large blocks, so that blocks have necks.
        graph = replace(
            graph, block=graph.block // 4, kind=np.where(graph.passable, Line.INSIDE, graph.kind).astype(np.int8)
        )
        graph = replace(graph, kind=np.where(graph.kind == Line.MINOR, Line.INSIDE, graph.kind).astype(np.int8))
        division = divide(graph, seed=seed)
        assert measure(graph, division).pieces.tolist() == [1] * division.size, seed
