"""Whatever is out of bounds has its reason, with the numbers that show it."""

from __future__ import annotations

import numpy as np
import pytest

from linli.algorithms.division.atoms import summed
from linli.algorithms.division.divide import divide
from linli.algorithms.division.model import NOBODY, TOO_LARGE, Division, Line, ParcelGraph, Rules
from linli.algorithms.division.reasons import reasons


def row(loads: list[float], *, walls: tuple[int, ...] = (), dedicated: tuple[int, ...] = ()) -> ParcelGraph:
    """Parcels in a row, each a square of 10 m; `walls` are places of borders that nobody crosses."""
    size = len(loads)
    floats, links = np.full(size, 10.0), np.arange(size - 1, dtype=np.int32)
    special = np.full(size, NOBODY, dtype=np.int32)
    special[list(dedicated)] = 0
    return ParcelGraph(
        load=np.array(loads), area_m2=floats * 10, x_m=np.linspace(0, 10.0 * size, size), y_m=floats, outer_m=floats * 2,
        community=np.zeros(size, np.int32), superblock=np.zeros(size, np.int32), block=np.arange(size, dtype=np.int32),
        dedicated=special, a=links, b=links + 1, border_m=np.full(size - 1, 10.0),
        kind=np.full(size - 1, Line.MINOR, np.int8), passable=~np.isin(links, walls),
    )  # fmt: skip


def division(graph: ParcelGraph, grid_of: list[int], special: dict[int, int] | None = None) -> Division:
    numbers = np.array(grid_of, dtype=np.int32)
    size = int(numbers.max()) + 1
    dedicated = np.full(size, NOBODY, dtype=np.int32)
    for grid, what in (special or {}).items():
        dedicated[grid] = what
    load = summed(numbers, graph.load, size)
    return Division(numbers, np.zeros(size, np.int32), load, dedicated)


def test_grids_within_bounds_need_no_reason() -> None:
    graph = row([400, 400])
    assert reasons(graph, division(graph, [0, 1]), Rules()) == ()


def test_a_community_of_550_fits_no_number_of_grids() -> None:
    graph = row([300, 250])
    (found,) = reasons(graph, division(graph, [0, 1]), Rules())
    assert (found.kind, found.grids) == ("no_number_fits", (1,))
    assert found.values == {"load": 550, "low": 300, "high": 500, "more": 2, "fewer": 1, "smaller": 275, "larger": 550}


def test_a_community_with_less_than_a_grid_has_too_few() -> None:
    graph = row([100, 90])
    (found,) = reasons(graph, division(graph, [0, 0]), Rules())
    assert (found.kind, found.grids, found.values["load"]) == ("too_few", (0,), 190)


def test_an_island_is_cut_off_and_the_rest_is_not_blamed() -> None:
    graph = row([400, 90], walls=(0,))
    (found,) = reasons(graph, division(graph, [0, 1]), Rules())
    assert (found.kind, found.grids, found.values["load"]) == ("cut_off", (1,), 90)


def test_dedicated_ground_is_no_way_across() -> None:
    graph = row([400, 0, 90], dedicated=(1,))
    (found,) = reasons(graph, division(graph, [0, 1, 2], {1: 0}), Rules())
    assert (found.kind, found.grids) == ("cut_off", (2,))


def test_parcels_that_do_not_come_together_are_said_to_be_so() -> None:
    graph = row([450, 100, 350])
    (found,) = reasons(graph, division(graph, [0, 0, 1]), Rules())
    assert (found.kind, found.grids, found.values["more"], found.values["fewer"]) == ("not_found", (0,), 2, 3)


def test_large_buildings_and_empty_ground_are_named_once_for_a_community() -> None:
    graph = row([900, 0, 0, 700])
    found = reasons(graph, division(graph, [0, 1, 2, 3], {0: TOO_LARGE, 3: TOO_LARGE}), Rules())
    assert [(one.kind, one.grids) for one in found] == [("too_large", (0, 3)), ("undeveloped", (1, 2))]


@pytest.mark.parametrize("load", [299.0, 501.0, 599.0])
def test_every_ordinary_grid_out_of_bounds_has_a_reason(load: float) -> None:
    graph = row([load])
    assert [one.grids for one in reasons(graph, division(graph, [0]), Rules())] == [(0,)]


def test_premises_on_both_sides_of_a_river_are_one_grid_and_it_is_said_that_it_lies_in_pieces() -> None:
    graph = row([400.0, 0.0, 0.0, 0.0, 400.0], walls=(1, 2), dedicated=(1, 2, 3))
    found = divide(graph)
    school = int(np.flatnonzero(found.dedicated == 0)[0])
    assert (found.grid_of[1:4] == school).all()
    (said,) = reasons(graph, found, Rules())
    assert (said.kind, said.grids, said.values) == ("in_pieces", (school,), {"pieces": 3})


def test_an_ordinary_grid_that_a_planner_tore_apart_is_said_to_be_so() -> None:
    graph = row([200, 400, 200])
    (said,) = reasons(graph, division(graph, [0, 1, 0]), Rules())
    assert (said.kind, said.grids, said.values) == ("in_pieces", (0,), {"pieces": 2})
