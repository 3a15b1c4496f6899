"""One set of grids for several layers: the cheapest that there is, never dearer than adopting one layer, and honest about the rest."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import combinations

import numpy as np
import pytest

from linli.algorithms.division.divide import divide, out_of_bounds_m
from linli.algorithms.division.generated import generated_graph
from linli.algorithms.division.measures import measure
from linli.algorithms.division.merging import (
    Layer,
    agreement,
    common_rules,
    given_up,
    merge,
    overlay,
    part_of,
    shared_prices,
)
from linli.algorithms.division.model import NOBODY, Division, Floats, Ints, Line, ParcelGraph, Rules
from tests.algorithms.division.optimum import by_blocks, community_of, objective_m
from tests.algorithms.division.test_optimum import _divisions

SMALL = Rules(low=150, target=200, high=260)


def prices_by_hand(graph: ParcelGraph, layers: list[Layer], discount: float) -> list[float]:
    """What a border costs, layer by layer."""
    prices = []
    for a, b, border_m, kind in zip(graph.a, graph.b, graph.border_m, graph.kind, strict=True):
        total, weights = 0.0, 0.0
        for layer in layers:
            new = layer.grid_of[a] == layer.grid_of[b]
            total += layer.weight * border_m * layer.rules.border_costs[kind] * (1.0 if new else 1.0 - discount)
            weights += layer.weight
        prices.append(total / weights)
    return prices


def cost_by_hand(graph: ParcelGraph, rules: Rules, labels: Ints, prices: list[float]) -> float:
    free = Rules(**{**{name: getattr(rules, name) for name in Rules.__dataclass_fields__}, "border_costs": (0.0,) * 4})
    cut = [
        price
        for a, b, price in zip(graph.a, graph.b, prices, strict=True)
        if labels[a] != labels[b] and NOBODY not in (labels[a], labels[b])
    ]
    loads = np.bincount(labels[labels >= 0], graph.load[labels >= 0])
    out = [max(rules.low - load, load - rules.high) for load in loads[np.unique(labels[labels >= 0])].tolist()]
    fines = [out_of_bounds_m(rules) * (0.1 + off / rules.target) for off in out if off > 0]
    return float(objective_m(graph, free, labels) + sum(cut) + sum(fines))


def labels_of(graph: ParcelGraph, division: Division) -> Ints:
    return np.where(division.dedicated[division.grid_of] == NOBODY, division.grid_of, NOBODY).astype(np.int32)


def test_no_grids_serve_two_layers_better_in_small_cases() -> None:
    tried = taken = 0
    for seed in range(1, 16):
        city = by_blocks(generated_graph(80, seed))
        for community in range(int(city.community.max()) + 1):
            graph = community_of(city, community)
            if not 4 <= graph.size <= 9:
                continue
            layers = [
                Layer("a", divide(graph, SMALL).grid_of, replace(SMALL, border_costs=(0.5, 1.0, 4.0, 0.5)), 2.0),
                Layer("b", divide(graph, Rules(low=90, target=130, high=180)).grid_of, SMALL),
            ]
            rules = common_rules(layers)
            prices = prices_by_hand(graph, layers, 0.9)
            best = min((cost_by_hand(graph, rules, one, prices) for one in _divisions(graph, rules)), default=None)
            if best is None:
                continue
            merged = merge(graph, layers)
            assert cost_by_hand(graph, rules, labels_of(graph, merged.division), prices) == pytest.approx(best)
            tried += 1
            taken += int(merged.source[0] == 0)
    assert tried >= 4
    assert taken > 0, "the first layer's grids are optimal for all somewhere"


@cache
def city() -> tuple[ParcelGraph, Layer, Layer]:
    graph = generated_graph(1200, 5)
    other = Rules(low=280, target=350, high=460, border_costs=(0.1, 2.0, 6.0, 0.1))
    return (
        graph,
        Layer("urban", divide(graph, effort=50).grid_of, Rules()),
        Layer("police", divide(graph, other, 9, effort=50).grid_of, other),
    )


def test_a_layer_merged_with_itself_gives_up_nothing() -> None:
    graph, urban, _police = city()
    merged = merge(graph, [urban, replace(urban, name="again")], effort=20)
    for one in merged.given_up:
        assert (one.load_moved, one.load_share, one.borders_kept, one.grids_cut) == (0, 0, 1, 0)
        assert one.agreement == pytest.approx(1)
        assert one.common == one.own
    assert (merged.source == 0).all()


def test_the_merge_is_never_dearer_than_adopting_one_layer() -> None:
    graph, urban, police = city()
    merged = merge(graph, [urban, police], effort=20)
    assert merged.rules.low == 300
    assert merged.rules.high == 460
    prices = prices_by_hand(graph, [urban, police], 0.9)

    def cost(grid_of: Ints) -> float:
        special = merged.division.dedicated[merged.division.grid_of] != NOBODY
        return cost_by_hand(graph, merged.rules, np.where(special, NOBODY, grid_of).astype(np.int32), prices)

    measures = measure(graph, merged.division, merged.rules)
    ordinary = merged.division.dedicated == NOBODY
    assert (measures.pieces == 1).all()
    assert measures.in_bounds[ordinary].all()
    assert len({*zip(graph.community.tolist(), merged.division.grid_of.tolist(), strict=True)}) == merged.division.size
    assert {NOBODY, 0} <= {*merged.source.tolist()}, "grids of a layer stand beside new ones"
    for layer in (urban, police):
        assert cost(merged.division.grid_of) <= cost(layer.grid_of) + 1e-6
        apart = divide(graph, merged.rules, 4, effort=20)
        assert agreement(layer.grid_of, merged.division.grid_of, graph.load) > agreement(
            layer.grid_of, apart.grid_of, graph.load
        )


def test_the_same_layers_and_seed_give_the_same_merge() -> None:
    graph, urban, police = city()
    one, other = (merge(graph, [urban, police], seed=2, effort=10, threads=threads) for threads in (1, 2))
    assert np.array_equal(one.division.grid_of, other.division.grid_of)
    assert one.given_up == other.given_up


def test_a_heavier_layer_keeps_more_of_its_grids() -> None:
    graph, urban, police = city()
    urban = replace(urban, rules=police.rules)

    def kept(weight: float) -> float:
        return merge(graph, [urban, replace(police, weight=weight)], effort=50).given_up[1].borders_kept

    assert kept(0.05) < kept(20.0)


def test_a_border_that_all_layers_have_decides_between_equals() -> None:
    """Four blocks in a row, 100 households each, can be paired anywhere; the layers agree on the middle."""
    graph = row(4)
    rules = Rules(low=100, target=200, high=300, target_m=0, shape_m=0, crossing_m=0)
    for agreed in ([0, 1, 1, 1], [0, 0, 1, 1], [0, 0, 0, 1]):
        layers = [Layer(name, np.array(agreed, np.int32), rules) for name in "ab"]
        assert merge(graph, layers, rules).division.grid_of.tolist() == agreed


def row(blocks: int) -> ParcelGraph:
    """Blocks of 100 households side by side, 100 m wide, a street between every two."""
    at = np.arange(blocks, dtype=np.int32)
    zeros = np.zeros(blocks, np.int32)
    outer_m = np.where((at == 0) | (at == blocks - 1), 300.0, 200.0)
    return ParcelGraph(
        load=np.full(blocks, 100.0), area_m2=np.full(blocks, 10_000.0), x_m=100.0 * np.arange(float(blocks)), y_m=np.zeros(blocks), outer_m=outer_m,
        community=zeros, superblock=zeros, block=at, dedicated=zeros + NOBODY, a=at[:-1], b=at[1:],
        border_m=np.full(blocks - 1, 100.0), kind=np.full(blocks - 1, Line.MINOR, np.int8),
        passable=np.ones(blocks - 1, np.bool_),
    )  # fmt: skip


def test_blocks_that_a_layer_cuts_can_be_cut_there_again() -> None:
    """One block of two halves: only by the overlay can a grid take half of it."""
    graph = replace(row(4), block=np.array([0, 1, 1, 2], np.int32), kind=np.array([1, 2, 1], np.int8))
    rules = Rules(low=200, target=200, high=200)
    layers = [Layer(name, np.array([0, 0, 1, 1], np.int32), rules) for name in "ab"]
    assert len(set(overlay(graph, layers).tolist())) == 4
    assert merge(graph, layers, rules).division.grid_of.tolist() == [0, 0, 1, 1]


def test_a_border_that_layers_share_inside_a_block_is_taken_though_no_layer_is_taken_whole() -> None:
    """Both cut the block after its first parcel, where the solver would not, and both have a grid too small besides."""
    at = np.arange(17)
    load = np.where((at == 0) | (at == 16), 100.0, 10.0)
    kind = np.where((at[:-1] == 0) | (at[:-1] == 15), Line.MINOR, Line.INSIDE).astype(np.int8)
    block = np.select([at == 0, at == 16], [0, 2], 1).astype(np.int32)
    graph = replace(row(17), load=load, kind=kind, block=block)
    rules = Rules(low=105, target=150, high=300, target_m=0, shape_m=0, crossing_m=0)
    layers = [Layer(str(end), ((at > 1) * 1 + (at > end)).astype(np.int32), rules) for end in (15, 7)]
    merged = merge(graph, layers, rules)
    assert merged.source.tolist() == [NOBODY]
    assert merged.division.grid_of.tolist() == [0, 0, *[1] * 15]


def test_a_layer_without_grids_on_some_ground_has_no_say_there() -> None:
    graph = row(4)
    half = Layer("half", np.array([0, 1, NOBODY, NOBODY], np.int32), Rules(border_costs=(1, 1, 1, 1)))
    whole = Layer("whole", np.array([0, 0, 0, 0], np.int32), Rules(border_costs=(3, 3, 3, 3)))
    assert shared_prices(graph, [half, whole], Rules(), 0.5).tolist() == [(50 + 300) / 2, (50 + 300) / 2, 300]
    assert shared_prices(graph, [half], Rules(border_costs=(7, 7, 7, 7)), 0.5).tolist() == [50, 50, 700]
    merged = merge(graph, [half, whole], Rules(low=200, target=200, high=200))
    assert merged.division.grid_of.tolist() == [0, 0, 1, 1]
    one, _other = merged.given_up
    assert (one.own.grids, one.common.grids, one.load_moved) == (2, 1, 100)
    assert one.borders_kept == 0


def test_what_a_layer_gives_up_is_counted_on_its_own_terms() -> None:
    graph = row(6)
    own = Layer("own", np.array([0, 0, 1, 1, 2, 2], np.int32), Rules(low=150, target=200, high=250))
    common = np.array([0, 0, 0, 1, 1, 1], np.int32)
    division = Division(common, np.zeros(2, np.int32), np.array([300.0, 300.0]), np.full(2, NOBODY, np.int32))
    found = given_up(graph, own, division)
    assert (found.own.grids, found.common.grids) == (3, 2)
    assert (found.own.out_of_bounds, found.common.out_of_bounds, found.common.load_out) == (0, 2, 600)
    assert (found.own.border_cost, found.common.border_cost) == (200, 100)
    # One grid must end: its 200 households move, whichever it is.
    assert found.load_moved == 200
    assert found.load_share == pytest.approx(1 / 3)
    assert (found.borders_kept, found.grids_cut) == (0, 1)
    square = 1 / (4 * np.pi * 20_000 / 600**2) - 1
    assert found.own.cost_m == pytest.approx(200 + 3 * 60 * square)


def test_dedicated_ground_stays_apart_though_a_layer_has_it_in_its_grids() -> None:
    dedicated = np.array([NOBODY, NOBODY, 0, NOBODY, NOBODY], np.int32)
    graph = replace(row(5), dedicated=dedicated, load=np.array([100, 100, 0, 100, 100.0]))
    layer = Layer("own", np.array([0, 0, 0, 1, 1], np.int32), Rules(low=150, target=200, high=250))
    merged = merge(graph, [layer])
    assert merged.division.grid_of.tolist() == [0, 0, 2, 1, 1]
    assert merged.division.dedicated.tolist() == [NOBODY, NOBODY, 0]
    assert merged.given_up[0].common.counted == 2
    assert (merged.source == 0).all(), "without the school they are the layer's own grids"


def test_grids_in_pieces_or_across_communities_are_not_taken_over() -> None:
    graph = row(4)
    rules = Rules(low=200, target=200, high=200)
    torn = Layer("torn", np.array([0, 1, 1, 0], np.int32), rules)
    merged = merge(graph, [torn])
    assert merged.source.tolist() == [NOBODY]
    assert merged.division.grid_of.tolist() == [0, 0, 1, 1]
    two = replace(graph, community=np.array([0, 0, 1, 1], np.int32), superblock=np.array([0, 0, 1, 1], np.int32),
                  a=graph.a[[0, 2]], b=graph.b[[0, 2]], border_m=graph.border_m[[0, 2]], kind=graph.kind[[0, 2]],
                  passable=graph.passable[[0, 2]])  # fmt: skip
    spanning = Layer("spanning", np.zeros(4, np.int32), rules)
    assert merge(two, [spanning]).division.grid_of.tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ([(300, 500, 1), (250, 450, 1)], (300, 450)),
        ([(300, 500, 1), (80, 120, 1)], (300, 500)),
        ([(300, 500, 1), (80, 120, 2)], (80, 120)),
        ([(300, 500, 1), (400, 700, 1)], (300, 500)),
        ([(400, 700, 1), (300, 500, 1)], (400, 700)),
        ([(300, 500, 1), (290, 600, 1), (80, 120, 1.5)], (300, 500)),
    ],
)
def test_common_bounds_are_those_that_most_weight_can_live_with(
    bounds: list[tuple[float, float, float]], expected: tuple[float, float]
) -> None:
    layers = [
        Layer(str(low), np.zeros(1, np.int32), Rules(low=low, target=(low + high) / 2, high=high), weight)
        for low, high, weight in bounds
    ]
    found = common_rules(layers)
    assert (found.low, found.high) == expected
    assert found.low <= found.target <= found.high


def test_common_prices_are_means_by_weight() -> None:
    one = Layer("a", np.zeros(1, np.int32), Rules(crossing_m=1000, border_costs=(1, 1, 1, 1)), 3.0)
    other = Layer("b", np.zeros(1, np.int32), Rules(crossing_m=2000, border_costs=(5, 5, 5, 5)), 1.0)
    found = common_rules([one, other])
    assert (found.crossing_m, found.border_costs) == (1250, (2, 2, 2, 2))


@pytest.mark.parametrize(
    ("layers", "named"),
    [
        ([], "at least one"),
        ([Layer("a", np.zeros(3, np.int32), Rules())], "3 parcels"),
        ([Layer("a", np.zeros(4, np.int32), Rules(), 0.0)], "weight of a 0"),
        (
            [Layer(unit, np.zeros(4, np.int32), Rules(unit=unit)) for unit in ("people", "households")],
            "households, people",
        ),
    ],
)
def test_layers_that_make_no_sense_together_are_named(layers: list[Layer], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        merge(row(4), layers)
    with pytest.raises(ValueError, match="discount 2"):
        shared_prices(row(4), [], Rules(), 2.0)


def test_agreement_is_that_of_pairs_of_residents() -> None:
    rng = np.random.default_rng(4)
    one, other = rng.integers(0, 3, (2, 12)).astype(np.int32)
    load = rng.integers(1, 5, 12).astype(float)
    # By hand: each resident drawn twice.
    people = np.repeat(np.arange(12), load.astype(int))
    pairs = [(a, b) for a in people for b in people]
    both, first, second = (
        float(np.mean([all(labels[a] == labels[b] for labels in used) for a, b in pairs]))
        for used in ((one, other), (one,), (other,))
    )
    assert agreement(one, other, load) == pytest.approx(
        (both - first * second) / ((first + second) / 2 - first * second)
    )
    assert agreement(one, one + 7, load) == pytest.approx(1)
    assert agreement(np.zeros(2, np.int32), np.zeros(2, np.int32), np.ones(2)) == 1


def test_part_of_a_graph_keeps_outlines_whole() -> None:
    graph = generated_graph(300, 2)
    chosen = graph.x_m < float(np.median(graph.x_m))
    part = part_of(graph, chosen)

    def outline(one: ParcelGraph) -> Floats:
        total = one.outer_m.copy()
        for side in (one.a, one.b):
            total += np.bincount(side, one.border_m, one.size)
        return total

    assert outline(part) == pytest.approx(outline(graph)[chosen])
    borders = {(a, b) for a, b in zip(graph.a.tolist(), graph.b.tolist(), strict=True) if chosen[a] and chosen[b]}
    number = np.flatnonzero(chosen)
    assert {(int(number[a]), int(number[b])) for a, b in zip(part.a, part.b, strict=True)} == borders


def test_different_loads_of_two_layers_show_in_all_measures() -> None:
    graph, urban, police = city()
    for one, other in combinations((urban, police), 2):
        found = given_up(graph, one, divide(graph, other.rules, 9, effort=50))
        assert 0 < found.agreement < 1
        assert 0 < found.borders_kept < 1
        assert found.load_share == pytest.approx(found.load_moved / graph.load.sum())
