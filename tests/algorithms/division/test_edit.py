"""Steps by hand: move, merge, split; each leaves the division before alone."""

import numpy as np
import pytest

from linli.algorithms.division.divide import divide
from linli.algorithms.division.edit import merge, move, split
from linli.algorithms.division.generated import generated_graph
from linli.algorithms.division.measures import measure
from linli.algorithms.division.model import NOBODY, Division, ParcelGraph, Rules


@pytest.fixture(scope="module")
def street() -> tuple[ParcelGraph, Division]:
    graph = generated_graph(2000, 3)
    return graph, divide(graph, seed=3)


def test_moved_parcels_change_loads_and_nothing_else(street: tuple[ParcelGraph, Division]) -> None:
    graph, division = street
    before = division.grid_of.copy()
    border = np.flatnonzero(
        (division.grid_of[graph.a] != division.grid_of[graph.b])
        & (division.dedicated[division.grid_of[graph.a]] == NOBODY)
        & (division.dedicated[division.grid_of[graph.b]] == NOBODY)
    )[0]
    parcel, grid = graph.a[border], int(division.grid_of[graph.b[border]])
    moved = move(graph, division, np.array([parcel]), grid)
    assert (division.grid_of == before).all()
    assert np.flatnonzero(moved.grid_of != before).tolist() == [parcel]
    assert moved.load.sum() == division.load.sum()
    assert moved.load[grid] == division.load[grid] + graph.load[parcel]
    assert measure(graph, moved).load.tolist() == moved.load.tolist()


def test_a_move_out_of_the_community_or_of_the_last_parcel_is_refused(street: tuple[ParcelGraph, Division]) -> None:
    graph, division = street
    other = int(np.flatnonzero(division.community != graph.community[0])[0])
    with pytest.raises(ValueError, match="another community"):
        move(graph, division, np.array([0]), other)
    grid = int(division.grid_of[0])
    neighbour = int(
        np.flatnonzero((division.community == division.community[grid]) & (np.arange(division.size) != grid))[0]
    )
    with pytest.raises(ValueError, match="merge it instead"):
        move(graph, division, np.flatnonzero(division.grid_of == grid), neighbour)
    with pytest.raises(ValueError, match="numbered from 0"):
        move(graph, division, np.array([0]), division.size)


def test_a_split_grid_merged_again_is_the_division_before(street: tuple[ParcelGraph, Division]) -> None:
    graph, division = street
    grid = int(np.flatnonzero(division.dedicated == NOBODY)[0])
    halves = split(graph, division, grid)
    assert halves.size == division.size + 1
    measures = measure(graph, halves, Rules(low=1))
    assert (measures.pieces == 1).all()
    assert measures.load[[grid, halves.size - 1]].min() >= 0.35 * division.load[grid]
    again = merge(graph, halves, grid, halves.size - 1)
    assert (again.grid_of == division.grid_of).all()
    assert again.load.tolist() == division.load.tolist()


def test_grids_of_two_communities_do_not_merge(street: tuple[ParcelGraph, Division]) -> None:
    graph, division = street
    other = int(np.flatnonzero(division.community != division.community[0])[0])
    with pytest.raises(ValueError, match="one community"):
        merge(graph, division, 0, other)
    with pytest.raises(ValueError, match="must be two"):
        merge(graph, division, 0, 0)


def test_dedicated_ground_is_neither_given_away_nor_added_to_nor_merged_nor_split(
    street: tuple[ParcelGraph, Division],
) -> None:
    graph, division = street
    school = int(np.flatnonzero(division.dedicated >= 0)[0])
    here = division.community == division.community[school]
    home = int(np.flatnonzero(here & (division.dedicated == NOBODY))[0])
    ground, houses = (np.flatnonzero(division.grid_of == grid) for grid in (school, home))
    for step in (
        lambda: move(graph, division, ground[:1], home),
        lambda: move(graph, division, houses[:1], school),
        lambda: merge(graph, division, home, school),
        lambda: merge(graph, division, school, home),
        lambda: split(graph, division, school),
    ):
        with pytest.raises(ValueError, match=f"grid {school} is dedicated"):
            step()


@pytest.mark.parametrize("beyond", [-1, 0])
def test_parcels_that_there_are_not_are_refused(street: tuple[ParcelGraph, Division], beyond: int) -> None:
    graph, division = street
    parcel = beyond if beyond < 0 else graph.size
    with pytest.raises(ValueError, match=f"parcel {parcel}: there are {graph.size}"):
        move(graph, division, np.array([0, parcel]), int(division.grid_of[0]))
