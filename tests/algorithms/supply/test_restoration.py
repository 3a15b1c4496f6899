"""Which loads come back by closing ties: on networks of a few nodes, and against brute force."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.algorithms.supply.network import Network
from linli.algorithms.supply.power_flow import NotRadialError, power_flow
from linli.algorithms.supply.restoration import Limits, normal_state, restore, restore_all, state_of
from tests.algorithms.supply.test_power_flow import line_network

# Two feeders from node 0, joined at their ends by a tie: 0 - 1 - 2 ~ 4 - 3 - 0.
RING = [(0, 1), (1, 2), (0, 3), (3, 4), (2, 4)]


def test_a_tie_brings_a_whole_feeder_back() -> None:
    network = line_network(RING, [0, 500, 600, 700, 800], ties=1, ohm=0.1)
    found = restore(network, 0)
    assert (found.lost_kw, found.plan.restored_kw) == (1100, 1100)
    assert (found.plan.close, found.plan.open) == ((4,), ())
    assert sorted(found.restored.tolist()) == [1, 2]
    assert not len(found.dark)
    flow = power_flow(network, *state_of(network, 0, found.plan))
    assert found.lowest_pu == pytest.approx(np.abs(flow.voltage_pu).min())
    assert found.highest_loading == pytest.approx(flow.loading.max())


def test_what_a_line_cannot_carry_is_left_dark_and_named() -> None:
    # 100 A at 20 kV carry 3464 kW: the far feeder's 1500 and 1800 of the lost 2600.
    network = line_network(RING, [0, 800, 1800, 700, 800], ties=1, ohm=0.1)
    found = restore(network, 0)
    assert found.plan.restored_kw == 1800
    assert found.plan.open == (1,)
    assert found.dark.tolist() == [1]
    assert found.highest_loading <= 1.0


def test_without_openings_it_is_all_or_nothing() -> None:
    network = line_network(RING, [0, 800, 1800, 700, 800], ties=1, ohm=0.1)
    found = restore(network, 0, most_openings=0)
    assert (found.plan.restored_kw, found.plan.close) == (0.0, ())
    assert sorted(found.dark.tolist()) == [1, 2]


def test_voltage_limits_are_kept_on_both_sides() -> None:
    network = line_network(RING, [0, 800, 900, 700, 800], ties=1, ohm=4.0)
    assert restore(network, 0, Limits(lowest_pu=0.85)).plan.restored_kw == 1700
    assert restore(network, 0, Limits(lowest_pu=0.985)).plan.restored_kw == 0
    feeding = replace(network, generation_kw=np.array([0, 0, 9000.0, 0, 0]), rating_a=np.full(5, 1e4))
    assert restore(feeding, 0, Limits(lowest_pu=0.5, highest_pu=2.0)).plan.restored_kw == 1700
    # With the generation at node 2 the voltage climbs, so only what hangs without it may come back: nothing does.
    assert restore(feeding, 0, Limits(lowest_pu=0.5, highest_pu=1.05)).plan.restored_kw == 0


def test_two_ties_share_what_one_cannot_carry() -> None:
    # 1 - 2 - 3 lost; ties 3 ~ 4 and 1 ~ 5, each healthy side with room for about half.
    edges = [(0, 1), (1, 2), (2, 3), (0, 4), (0, 5), (3, 4), (1, 5)]
    network = line_network(edges, [0, 1500, 100, 1500, 1500, 1500], ties=2, ohm=0.1)
    found = restore(network, 0)
    assert found.plan.restored_kw == 3100
    assert found.plan.close == (5, 6)
    assert len(found.plan.open) == 1


def test_generation_fed_back_through_one_tie_makes_room_for_another() -> None:
    # 1 - 2 lost; ties 1 ~ 4 and 2 ~ 5. What 2 generates cannot pass the weak line to 1, but comes back by the way of 5 and 4.
    edges = [(0, 1), (1, 2), (0, 4), (4, 5), (0, 3), (1, 4), (2, 5)]
    network = line_network(edges, [0, 3000, 500, 0, 1000, 0], ties=2, ohm=0.1)
    network = replace(
        network,
        generation_kw=np.array([0, 0, 2500.0, 0, 0, 0]),
        rating_a=np.array([100.0, 10, 100, 100, 100, 100, 100]),
    )
    found = restore(network, 0)
    assert (found.plan.restored_kw, found.plan.close, found.plan.open) == (3500, (5, 6), (1,))


def test_what_is_lost_no_longer_loads_the_line_that_it_shared() -> None:
    network = line_network([(0, 1), (1, 2), (1, 3), (2, 3)], [0, 0, 2000, 1000], ties=1, ohm=0.1)
    assert restore(network, 1).plan.restored_kw == 2000


def test_a_switch_that_cannot_be_moved_is_not_moved() -> None:
    network = line_network(RING, [0, 800, 1800, 700, 800], ties=1, ohm=0.1)
    fixed_line = replace(network, switchable=np.array([True, False, True, True, True]))
    assert restore(fixed_line, 0).plan.restored_kw == 0
    fixed_tie = replace(network, switchable=np.array([True, True, True, True, False]))
    assert restore(fixed_tie, 0).plan.restored_kw == 0


def test_a_tie_to_a_node_without_supply_is_of_no_use() -> None:
    network = line_network([*RING[:4], (2, 5), RING[4]], [0, 500, 600, 700, 800, 100], ties=2, ohm=0.1)
    found = restore(network, 0)
    assert (found.plan.restored_kw, found.plan.close) == (1100, (5,))


def test_a_tie_taken_out_loses_nothing() -> None:
    found = restore(line_network(RING, [0, 500, 600, 700, 800], ties=1), 4)
    assert (found.lost_kw, found.plan.restored_kw, len(found.lost)) == (0.0, 0.0, 0)


def test_an_overload_elsewhere_does_not_stand_in_the_way() -> None:
    """A second source with a feeder of its own, overloaded in the normal state, takes no part."""
    network = line_network([*RING[:4], (5, 6), RING[4]], [0, 500, 600, 700, 800, 0, 9000], ties=1, ohm=0.1)
    network = replace(network, sources=np.array([0, 5], dtype=np.int32), source_pu=np.ones(2))
    assert power_flow(network).loading.max() > 1
    assert restore(network, 0).plan.restored_kw == 1100


def test_every_closed_branch_is_taken_out_in_turn() -> None:
    network = line_network(RING, [0, 500, 600, 700, 800], ties=1, ohm=0.1)
    steps: list[float] = []
    found = restore_all(network, progress=lambda _step, share: steps.append(share))
    assert [one.out for one in found] == [0, 1, 2, 3]
    assert [one.lost_kw for one in found] == [1100, 600, 1500, 800]
    assert steps == [0.0, 0.25, 0.5, 0.75]


@pytest.mark.parametrize("limits", [{"lowest_pu": 1.2}, {"loading": 0.0}, {"lowest_pu": 0.0}])
def test_limits_that_leave_nothing_are_refused(limits: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(limits))):
        Limits(**limits)


@st.composite
def small_networks(draw: st.DrawFn) -> Network:
    """A random tree of up to 8 nodes with up to 3 ties, loads that make limits matter, and some generation."""
    nodes = draw(st.integers(3, 8))
    edges = [(draw(st.integers(0, node - 1)), node) for node in range(1, nodes)]
    pairs = [pair for pair in itertools.combinations(range(nodes), 2) if pair not in edges]
    ties = draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=3, unique=True)) if pairs else []
    load = [0.0, *(float(draw(st.integers(0, 15))) * 100 for _ in range(nodes - 1))]
    network = line_network([*edges, *ties], load, ties=len(ties), ohm=draw(st.sampled_from([0.1, 3.0])))
    feeding = [float(draw(st.sampled_from([0, 0, 0, 1500]))) for _ in range(nodes)]
    ratings = [draw(st.sampled_from([40.0, 80.0, 150.0])) for _ in range(len(edges) + len(ties))]
    return replace(network, generation_kw=np.array(feeding), rating_a=np.array(ratings))


def most_by_brute_force(network: Network, out: int, openings: int, limits: Limits) -> float:
    """Try every state of every tie and every branch of the lost section; the best that keeps to the limits, or to what was before."""
    before = power_flow(network)
    size = np.abs(before.voltage_pu)
    lowest, highest = np.minimum(limits.lowest_pu, size), np.maximum(limits.highest_pu, size)
    most = np.maximum(limits.loading, before.loading)
    closed = network.closed.copy()
    closed[out] = False
    healthy = power_flow(network, closed).root >= 0
    ties = np.flatnonzero(~network.closed).tolist()
    inside = [k for k in np.flatnonzero(closed).tolist() if not healthy[network.a[k]] and not healthy[network.b[k]]]
    best = 0.0
    for close in itertools.chain.from_iterable(itertools.combinations(ties, n) for n in range(1, len(ties) + 1)):
        for opened in itertools.chain.from_iterable(itertools.combinations(inside, n) for n in range(openings + 1)):
            state = closed.copy()
            state[list(close)] = True
            state[list(opened)] = False
            in_service = np.ones(len(state), dtype=np.bool_)
            in_service[[out, *opened]] = False
            try:
                flow = power_flow(network, state, in_service)
            except NotRadialError:
                continue
            back = (flow.root >= 0) & ~healthy
            fed, voltage = flow.root >= 0, np.abs(flow.voltage_pu)
            kept = (voltage >= lowest - 1e-9)[fed].all() and (voltage <= highest + 1e-9)[fed].all()
            if back.any() and flow.converged and kept and (flow.loading <= most + 1e-9).all():
                best = max(best, float(network.load_kw[back].sum()))
    return best


@settings(max_examples=60, deadline=None)
@given(network=small_networks(), openings=st.integers(0, 2), place=st.integers(0, 6))
def test_no_plan_of_the_stated_space_restores_more(network: Network, openings: int, place: int) -> None:
    limits = Limits(lowest_pu=0.97, highest_pu=1.02)
    out = place % int(network.closed.sum())
    found = restore(network, out, limits, openings)
    flow = power_flow(network)
    size = np.abs(flow.voltage_pu)
    if flow.converged:
        assert found.plan.restored_kw == pytest.approx(most_by_brute_force(network, out, openings, limits))
    if found.plan.restored_kw:
        assert min(limits.lowest_pu, size.min()) - 1e-9 <= found.lowest_pu
        assert found.highest_pu <= max(limits.highest_pu, size.max()) + 1e-9
        assert found.highest_loading <= max(1, flow.loading.max()) + 1e-9
        assert found.plan.restored_kw == pytest.approx(network.load_kw[found.restored].sum())
    assert sorted([*found.restored.tolist(), *found.dark.tolist()]) == sorted(found.lost.tolist())


def test_a_loop_is_named_by_all_its_branches() -> None:
    network = line_network([(0, 1), (1, 2), (1, 3), (2, 3)], [0, 1, 1, 1])
    with pytest.raises(NotRadialError) as found:
        power_flow(network)
    assert set(found.value.codes) == {"l1", "l2", "l3"}
    joined = replace(
        line_network([(0, 1), (1, 2)], [0, 1, 1]), sources=np.array([0, 2], dtype=np.int32), source_pu=np.ones(2)
    )
    with pytest.raises(NotRadialError) as found:
        power_flow(joined)
    assert set(found.value.codes) == {"l0", "l1"}


def test_what_is_dark_before_anything_happens_is_said() -> None:
    network = line_network([*RING[:4], (2, 5), RING[4]], [0, 500, 600, 700, 800, 100], ties=2, ohm=0.1)
    state = normal_state(network)
    assert (state.dark.tolist(), state.dark_kw) == ([5], 100)
    behind = line_network([(0, 1), (2, 3), (1, 2)], [0, 100, 200, 300], ties=1)
    assert restore(behind, 1).obstacle.reason == "dark"
    assert restore(behind, 2).obstacle.reason == "open"


def test_what_was_overloaded_before_may_stay_so_and_not_get_worse() -> None:
    """One source with three feeders: the third is overloaded in the normal state and takes no part, then it is the one that helps."""
    edges = [*RING[:4], (0, 5), RING[4]]
    network = line_network(edges, [0, 500, 600, 700, 800, 4000], ties=1, ohm=0.1)
    assert normal_state(network).overloaded.tolist() == [4]
    assert restore(network, 0).plan.restored_kw == 1100
    through = line_network([*edges[:5], (5, 2)], [0, 500, 600, 700, 800, 4000], ties=1, ohm=0.1)
    found = restore(through, 0)
    assert found.plan.restored_kw == 0
    assert (found.obstacle.reason, found.obstacle.at) == ("loading", 4)
    assert found.obstacle.value > found.obstacle.before > 1


@pytest.mark.parametrize(
    ("limits", "reason"), [(Limits(lowest_pu=0.985), "voltage_low"), (Limits(lowest_pu=0.5, loading=0.5), "loading")]
)
def test_why_nothing_comes_back_is_said(limits: Limits, reason: str) -> None:
    found = restore(line_network(RING, [0, 800, 900, 700, 800], ties=1, ohm=4.0), 0, limits, most_openings=0)
    assert (found.plan.restored_kw, found.obstacle.reason) == (0, reason)
    alone = restore(line_network([(0, 1), (1, 2)], [0, 1, 1]), 0)
    assert alone.obstacle.reason == "no_tie"
