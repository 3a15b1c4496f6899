"""Adjusting a division: only what left its bounds moves, everything ends in bounds, and numbers stay with their grids."""

from dataclasses import replace

import numpy as np
import pytest

from linli.algorithms.division.adjust import adjust, drift, subgraph
from linli.algorithms.division.divide import divide
from linli.algorithms.division.generated import generated_graph
from linli.algorithms.division.measures import measure
from linli.algorithms.division.model import NOBODY, Division, Floats, Ints, ParcelGraph, Rules
from tests.algorithms.division.grounds import random_graph

SIZE = 2500


@pytest.fixture(scope="module")
def town() -> tuple[ParcelGraph, Division]:
    graph = generated_graph(SIZE, 5)
    return graph, divide(graph, seed=5)


def changed(graph: ParcelGraph, share: float, seed: int) -> Floats:
    """Loads after some buildings were emptied, halved or doubled: about this share of all households changed."""
    rng = np.random.default_rng(seed)
    load, left = graph.load.copy(), share * graph.load.sum()
    while left > 0:
        parcel = rng.integers(graph.size)
        now = min(200.0, round(graph.load[parcel] * rng.choice([0.0, 0.5, 2.0])))
        left -= abs(now - load[parcel])
        load[parcel] = now
    return load


def test_a_division_in_bounds_is_left_alone(town: tuple[ParcelGraph, Division]) -> None:
    graph, division = town
    found = adjust(graph, division.grid_of)
    assert found.touched == 0
    assert (found.kept[found.division.grid_of] == division.grid_of).all()


@pytest.mark.parametrize("seed", range(4))
def test_a_few_changes_move_few_buildings_and_all_grids_end_in_bounds(
    town: tuple[ParcelGraph, Division], seed: int
) -> None:
    graph, division = town
    after = replace(graph, load=changed(graph, 0.02, seed))
    assert not measure(after, division).in_bounds[division.dedicated == NOBODY].all()
    found = adjust(after, division.grid_of, seed=seed)
    measures = measure(after, found.division)
    assert measures.in_bounds[~measures.dedicated].all()
    assert (measures.pieces == 1).all()
    moved = found.kept[found.division.grid_of] != division.grid_of
    assert 0 < moved.mean() < 0.03
    assert found.touched <= 0.3 * division.size
    again = adjust(after, division.grid_of, seed=seed)
    assert (again.division.grid_of == found.division.grid_of).all()


def test_a_new_estate_gets_a_grid_of_its_own_without_moving_the_others(town: tuple[ParcelGraph, Division]) -> None:
    graph, division = town
    grid = int(np.flatnonzero(division.dedicated == NOBODY)[3])
    members = np.flatnonzero(division.grid_of == grid)
    load = graph.load.copy()
    load[members] *= 800 / load[members].sum()
    after = replace(graph, load=np.minimum(np.round(load), 450.0))
    found = adjust(after, division.grid_of)
    measures = measure(after, found.division)
    assert measures.in_bounds[~measures.dedicated].all()
    others = division.grid_of != grid
    assert (found.kept[found.division.grid_of[others]] == division.grid_of[others]).mean() > 0.95
    assert (found.kept == NOBODY).sum() >= 1


def test_parcels_that_are_new_join_a_neighbour(town: tuple[ParcelGraph, Division]) -> None:
    graph, division = town
    before = division.grid_of.copy()
    lost = np.flatnonzero(graph.dedicated == NOBODY)[7]
    before[lost] = NOBODY
    found = adjust(graph, before)
    assert (measure(graph, found.division).pieces == 1).all()
    neighbours = np.concatenate([graph.b[graph.a == lost], graph.a[graph.b == lost]])
    assert found.division.grid_of[lost] in found.division.grid_of[neighbours]


def test_a_bad_division_drifts_and_a_fresh_one_does_not(town: tuple[ParcelGraph, Division]) -> None:
    graph, division = town
    assert not drift(graph, division, seed=5).worth_it
    rng = np.random.default_rng(1)
    shuffled = division.grid_of.copy()
    border = np.flatnonzero(division.grid_of[graph.a] != division.grid_of[graph.b])
    chosen = rng.choice(border, len(border) // 4, replace=False)
    shuffled[graph.a[chosen]] = division.grid_of[graph.b[chosen]]
    assert drift(graph, replace(division, grid_of=shuffled), seed=5).worth_it


def test_a_subgraph_keeps_every_outline(town: tuple[ParcelGraph, Division]) -> None:
    graph, _division = town
    chosen = np.flatnonzero(graph.community == graph.community[0])[::2].astype(np.int32)
    part = subgraph(graph, chosen)

    def outlines(of: ParcelGraph) -> Floats:
        whole = of.outer_m + np.bincount(of.a, of.border_m, minlength=of.size)
        return np.asarray(whole + np.bincount(of.b, of.border_m, minlength=of.size))

    assert outlines(part) == pytest.approx(outlines(graph)[chosen])
    assert (part.a < part.b).all()
    assert Rules().low < Rules().high


def changed_ground(seed: int) -> tuple[ParcelGraph, Ints]:
    """Ground by lot some of whose loads changed, and the grids of before, of which some parcels may have forgotten theirs."""
    rng = np.random.default_rng(seed)
    graph = random_graph(rng, int(rng.integers(4, 40)))
    home = divide(graph, seed=seed).grid_of.copy()
    share, load = rng.choice([0.02, 0.1, 0.3]), graph.load.copy()
    chosen = rng.random(graph.size) < share
    load[chosen] = np.round(load[chosen] * rng.choice([0, 0.5, 1.5, 2, 4], chosen.sum()))
    if rng.random() < 0.2:
        load[rng.integers(graph.size)] = 10_000
    if rng.random() < 0.3:
        home[rng.random(graph.size) < 0.1] = NOBODY
    return replace(graph, load=load), home


# In 7 and 153 a grid can be mended only once others are.
@pytest.mark.parametrize("seed", [*range(12), 153])
def test_an_adjusted_division_is_not_adjusted_any_more(seed: int) -> None:
    graph, home = changed_ground(seed)
    once = adjust(graph, home, seed=seed)
    again = adjust(graph, once.division.grid_of, seed=seed)
    assert again.touched == 0
    assert (again.division.grid_of == once.division.grid_of).all()


def test_no_number_is_kept_by_two_grids() -> None:
    for seed in range(60):
        graph, home = changed_ground(seed)
        kept = adjust(graph, home, seed=seed).kept
        kept = kept[kept != NOBODY]
        assert len(np.unique(kept)) == len(kept), seed


@pytest.mark.parametrize(("tower", "keeps"), [(600.0, True), (0.0, False)])
def test_of_a_grid_that_falls_into_an_ordinary_and_a_dedicated_one_the_larger_part_keeps_the_number(
    town: tuple[ParcelGraph, Division], tower: float, keeps: bool
) -> None:
    graph, division = town
    grid = int(np.flatnonzero(division.dedicated == NOBODY)[2])
    parcel = int(np.flatnonzero(division.grid_of == grid)[0])
    load, dedicated = graph.load.copy(), graph.dedicated.copy()
    load[parcel] = tower
    if not tower:
        dedicated[parcel] = int(graph.dedicated.max()) + 1
    found = adjust(replace(graph, load=load, dedicated=dedicated), division.grid_of)
    assert (found.kept == grid).sum() == 1
    assert (found.kept[found.division.grid_of[parcel]] == grid) == keeps
