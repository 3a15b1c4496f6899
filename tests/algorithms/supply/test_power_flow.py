"""The radial power flow: against closed forms on two nodes, and against pandapower's Newton on mv_oberrhein."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandapower
import pytest

from linli.algorithms.supply.network import Network, TransformerBranch, three_winding_branches, transformer_branch
from linli.algorithms.supply.power_flow import NotRadialError, power_flow
from tests.algorithms.supply.oberrhein import Scenario, network_of, pandapower_net


def line_network(edges: list[tuple[int, int]], load_kw: list[float], *, ties: int = 0, ohm: float = 1.0) -> Network:
    """Nodes at 20 kV with node 0 as the source; the last `ties` of the edges are normally open at b."""
    count = len(edges)
    is_tie = np.arange(count) >= count - ties
    nodes = len(load_kw)
    return Network(
        node_codes=tuple(f"n{node}" for node in range(nodes)), nominal_kv=np.full(nodes, 20.0),
        load_kw=np.array(load_kw, dtype=float), load_kvar=np.zeros(nodes),
        generation_kw=np.zeros(nodes), generation_kvar=np.zeros(nodes),
        sources=np.array([0], dtype=np.int32), source_pu=np.ones(1),
        branch_codes=tuple(f"l{number}" for number in range(count)),
        a=np.array([a for a, _ in edges], dtype=np.int32), b=np.array([b for _, b in edges], dtype=np.int32),
        resistance_ohm=np.full(count, ohm), reactance_ohm=np.zeros(count), conductance_us=np.zeros(count),
        susceptance_us=np.zeros(count), ratio=np.ones(count), rating_a=np.full(count, 100.0),
        open_a=np.zeros(count, dtype=np.bool_), open_b=is_tie, switchable=np.ones(count, dtype=np.bool_),
    )  # fmt: skip


def test_one_line_keeps_to_the_quadratic_formula() -> None:
    network = line_network([(0, 1)], [0.0, 10_000.0], ohm=2.0)
    flow = power_flow(network)
    # U² − U·20 kV + R·P = 0, in kV, ohm and MW.
    far_kv = (20 + math.sqrt(400 - 4 * 2 * 10)) / 2
    assert abs(flow.voltage_pu[1]) == pytest.approx(far_kv / 20, abs=1e-12)
    assert flow.loading[0] == pytest.approx(10_000 / (math.sqrt(3) * far_kv) / 100, rel=1e-12)
    assert flow.root.tolist() == [0, 0]


def test_more_load_than_a_line_can_carry_does_not_converge() -> None:
    assert not power_flow(line_network([(0, 1)], [0.0, 51_000.0], ohm=2.0)).converged
    assert power_flow(line_network([(0, 1)], [0.0, 49_000.0], ohm=2.0)).converged


def test_nodes_behind_an_open_branch_have_no_voltage() -> None:
    flow = power_flow(line_network([(0, 1), (1, 2)], [0.0, 100.0, 100.0], ties=1))
    assert flow.converged
    assert np.isnan(flow.voltage_pu[2])
    assert flow.root.tolist() == [0, 0, -1]


@pytest.mark.parametrize("edges", [[(0, 1), (1, 2), (2, 0)], [(0, 1), (0, 1)]])
def test_a_loop_is_refused(edges: list[tuple[int, int]]) -> None:
    with pytest.raises(NotRadialError):
        power_flow(line_network(edges, [0.0] * (max(max(edge) for edge in edges) + 1)))


def test_two_sources_joined_are_refused() -> None:
    network = line_network([(0, 1)], [0.0, 0.0])
    both = replace(network, sources=np.array([0, 1], dtype=np.int32), source_pu=np.ones(2))
    with pytest.raises(NotRadialError):
        power_flow(both)


def test_the_direction_a_branch_is_written_in_makes_no_difference() -> None:
    forth = line_network([(0, 1), (1, 2)], [0.0, 4000.0, 3000.0])
    back = line_network([(1, 0), (2, 1)], [0.0, 4000.0, 3000.0])
    np.testing.assert_allclose(power_flow(forth).voltage_pu, power_flow(back).voltage_pu, atol=1e-13)


@pytest.mark.parametrize(("scenario", "factor"), [("load", 1.0), ("generation", 1.0), ("load", 1.5)])
def test_voltages_and_loadings_agree_with_pandapower(scenario: Scenario, factor: float) -> None:
    net = pandapower_net(scenario, factor)
    network = network_of(net, transformers_limit=True)
    flow = power_flow(network)
    pandapower.runpp(net, tolerance_mva=1e-10)
    assert flow.converged
    np.testing.assert_allclose(np.abs(flow.voltage_pu), net.res_bus.vm_pu, atol=1e-9)
    loading = np.concatenate([net.res_line.loading_percent, net.res_trafo.loading_percent]) / 100
    # A hanging tie has its charging current in pandapower's table and none here; its effect on the voltages is in both.
    np.testing.assert_allclose(flow.loading[network.closed], loading[network.closed], atol=1e-9)
    assert loading[~network.closed].max() < 0.004


def test_what_switching_changes_agrees_with_pandapower() -> None:
    net = pandapower_net("load")
    network = network_of(net)
    closed = network.closed.copy()
    closed[network.branch("line 36")] = False
    closed[network.branch("line 66")] = True
    in_service = np.ones(len(closed), dtype=np.bool_)
    in_service[network.branch("line 36")] = False
    flow = power_flow(network, closed, in_service)
    net.line.loc[36, "in_service"] = False
    net.switch.loc[net.switch.element == 66, "closed"] = True
    pandapower.runpp(net, tolerance_mva=1e-10)
    np.testing.assert_allclose(np.abs(flow.voltage_pu), net.res_bus.vm_pu, atol=1e-9)


def test_a_transformer_written_from_its_low_side_gives_the_same_voltages() -> None:
    """The ratio sits at `a`; a feed from `b` steps up through the same circuit."""
    branch = transformer_branch(
        rated_kva=25_000, high_kv=110, low_kv=20, nominal_high_kv=110, nominal_low_kv=20, short_circuit_percent=11.2,
        short_circuit_loss_percent=0.282, iron_loss_kw=29, no_load_current_percent=0.071, tap_percent=-3,
    )  # fmt: skip
    network = replace(
        line_network([(0, 1)], [0.0, 8_000.0]),
        nominal_kv=np.array([20.0, 110.0]), a=np.array([1], dtype=np.int32), b=np.array([0], dtype=np.int32),
        resistance_ohm=np.array([branch.resistance_ohm]), reactance_ohm=np.array([branch.reactance_ohm]),
        conductance_us=np.array([branch.conductance_us]), susceptance_us=np.array([branch.susceptance_us]),
        ratio=np.array([branch.ratio]), rating_a=np.array([branch.rating_a]),
    )  # fmt: skip
    net = pandapower.create_empty_network()
    low, high = pandapower.create_bus(net, 20), pandapower.create_bus(net, 110)
    pandapower.create_ext_grid(net, low)
    pandapower.create_load(net, high, 8.0)
    pandapower.create_transformer_from_parameters(
        net, high, low, sn_mva=25, vn_hv_kv=110, vn_lv_kv=20, vk_percent=11.2, vkr_percent=0.282, pfe_kw=29,
        i0_percent=0.071, tap_side="hv", tap_neutral=0, tap_pos=-2, tap_step_percent=1.5, tap_changer_type="Ratio",
    )  # fmt: skip
    pandapower.runpp(net, tolerance_mva=1e-10)
    flow = power_flow(network)
    np.testing.assert_allclose(np.abs(flow.voltage_pu), net.res_bus.vm_pu, atol=1e-10)
    assert flow.loading[0] * 100 == pytest.approx(net.res_trafo.loading_percent[0], abs=1e-6)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("nominal_kv", [20.0, 0.0]),
        ("load_kw", [0.0, math.nan]),
        ("ratio", [-1.0]),
        ("a", [2]),
        ("source_pu", [1.0, 1.0]),
    ],
)
def test_a_network_that_makes_no_sense_is_refused_with_the_name_of_the_array(name: str, value: list[float]) -> None:
    network = line_network([(0, 1)], [0.0, 1.0])
    changed: dict[str, Any] = {name: np.array(value, dtype=getattr(network, name).dtype)}
    with pytest.raises(ValueError, match=name):
        replace(network, **changed)


def test_a_transformer_of_three_windings_agrees_with_pandapower() -> None:
    net = pandapower.create_empty_network()
    buses = [pandapower.create_bus(net, kv) for kv in (110.0, 20.0, 10.0)]
    pandapower.create_ext_grid(net, buses[0], vm_pu=1.02)
    plate: dict[str, float] = {
        "sn_hv_mva": 63, "sn_mv_mva": 40, "sn_lv_mva": 25, "vn_hv_kv": 110, "vn_mv_kv": 21, "vn_lv_kv": 10.5,
        "vk_hv_percent": 10.5, "vk_mv_percent": 6.5, "vk_lv_percent": 17.5, "vkr_hv_percent": 0.3, "vkr_mv_percent": 0.35,
        "vkr_lv_percent": 0.4, "pfe_kw": 60, "i0_percent": 0.3,
    }  # fmt: skip
    pandapower.create_transformer3w_from_parameters(net, *buses, **plate)
    pandapower.create_load(net, buses[1], p_mw=25, q_mvar=8)
    pandapower.create_load(net, buses[2], p_mw=15, q_mvar=-3)
    pandapower.runpp(net, tolerance_mva=1e-10, trafo_model="t", trafo3w_losses="hv")
    arms = three_winding_branches(
        rated_kva=(63e3, 40e3, 25e3), rated_kv=(110, 21, 10.5), nominal_kv=(110, 20, 10), iron_loss_kw=60, no_load_current_percent=0.3,
        short_circuit_percent=(10.5, 6.5, 17.5), short_circuit_loss_percent=(0.3, 0.35, 0.4),
    )  # fmt: skip
    assert min(arm.reactance_ohm for arm in arms) < 0  # the middle of such a star
    values = {name: np.array([getattr(arm, name) for arm in arms]) for name in TransformerBranch.__annotations__}
    network = replace(
        line_network([(0, 3), (3, 1), (3, 2)], [0, 25e3, 15e3, 0]), nominal_kv=np.array([110.0, 20, 10, 110]),
        load_kvar=np.array([0, 8e3, -3e3, 0]), source_pu=np.array([1.02]), **values,
    )  # fmt: skip
    flow = power_flow(network)
    assert np.abs(flow.voltage_pu)[:3] == pytest.approx(net.res_bus.vm_pu.to_numpy(), abs=1e-9)


def test_a_switch_between_two_busbars_is_a_branch_without_impedance() -> None:
    network = line_network([(0, 1), (1, 2)], [0.0, 100.0, 100.0])
    network = replace(network, resistance_ohm=np.array([1.0, 0.0]), rating_a=np.array([100.0, np.inf]))
    flow = power_flow(network)
    assert flow.voltage_pu[1] == flow.voltage_pu[2]
