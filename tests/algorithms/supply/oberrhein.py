"""The medium-voltage network mv_oberrhein of pandapower as a `Network`, made from its tables.

179 nodes, two 25 MVA transformers 110/20 kV, 181 lines of which six are open ties. pandapower's own files are read, none
of its results. `make_oberrhein_outages` beside this module searches the same network exhaustively.
"""

from __future__ import annotations

import math
import warnings
from typing import Any, Literal

import numpy as np
import pandapower.networks

from linli.algorithms.supply.network import Network, transformer_branch

Scenario = Literal["load", "generation"]


def pandapower_net(scenario: Scenario, load_factor: float = 1.0) -> Any:
    """Load the network; `load`: 60 % of the loads and no generation, `generation`: 10 % and 60 % of the generation."""
    with warnings.catch_warnings():
        # The stored network is older than this column, and pandapower computes it once before it hands it over.
        warnings.filterwarnings("ignore", "tap_dependency_table is missing", DeprecationWarning)
        net = pandapower.networks.mv_oberrhein(scenario=scenario)
    net.trafo["tap_dependency_table"] = False
    net.load.scaling *= load_factor
    return net


def network_of(net: Any, *, transformers_limit: bool = False) -> Network:
    """Turn the tables of a pandapower net of lines, transformers, loads, sgens and line switches into a `Network`."""
    number = {bus: position for position, bus in enumerate(net.bus.index)}
    nominal_kv = net.bus.vn_kv.to_numpy(dtype=float)
    columns = _line_columns(net, number)
    for index, trafo in net.trafo.iterrows():
        assert (trafo.tap_changer_type, trafo.tap_side, trafo.parallel) == ("Ratio", "hv", 1)
        a, b = number[trafo.hv_bus], number[trafo.lv_bus]
        branch = transformer_branch(
            rated_kva=trafo.sn_mva * 1e3, high_kv=trafo.vn_hv_kv, low_kv=trafo.vn_lv_kv,
            nominal_high_kv=nominal_kv[a], nominal_low_kv=nominal_kv[b],
            short_circuit_percent=trafo.vk_percent, short_circuit_loss_percent=trafo.vkr_percent,
            iron_loss_kw=trafo.pfe_kw, no_load_current_percent=trafo.i0_percent,
            tap_percent=(trafo.tap_pos - trafo.tap_neutral) * trafo.tap_step_percent,
        )  # fmt: skip
        columns.append(
            (f"trafo {index}", a, b, branch.resistance_ohm, branch.reactance_ohm, branch.conductance_us,
             branch.susceptance_us, branch.ratio, branch.rating_a if transformers_limit else math.inf, False, False, False)
        )  # fmt: skip
    codes, a_, b_, r, x, g, s, ratio, rating, open_a, open_b, switchable = zip(*columns, strict=True)
    load_kw, load_kvar = _sums(net.load, number)
    generation_kw, generation_kvar = _sums(net.sgen, number)
    return Network(
        node_codes=tuple(f"bus {bus}" for bus in net.bus.index), nominal_kv=nominal_kv,
        load_kw=load_kw, load_kvar=load_kvar, generation_kw=generation_kw, generation_kvar=generation_kvar,
        sources=np.array([number[bus] for bus in net.ext_grid.bus], dtype=np.int32),
        source_pu=net.ext_grid.vm_pu.to_numpy(dtype=float),
        branch_codes=codes, a=np.array(a_, dtype=np.int32), b=np.array(b_, dtype=np.int32),
        resistance_ohm=np.array(r), reactance_ohm=np.array(x), conductance_us=np.array(g), susceptance_us=np.array(s),
        ratio=np.array(ratio), rating_a=np.array(rating),
        open_a=np.array(open_a), open_b=np.array(open_b), switchable=np.array(switchable),
    )  # fmt: skip


def _line_columns(net: Any, number: dict[Any, int]) -> list[tuple[Any, ...]]:
    columns: list[tuple[Any, ...]] = []
    for index, line in net.line.iterrows():
        assert line.in_service
        switches = net.switch[(net.switch.et == "l") & (net.switch.element == index)]
        opened = set(switches.bus[~switches.closed])
        columns.append(
            (f"line {index}", number[line.from_bus], number[line.to_bus],
             line.r_ohm_per_km * line.length_km / line.parallel, line.x_ohm_per_km * line.length_km / line.parallel,
             line.g_us_per_km * line.length_km * line.parallel,
             2 * math.pi * net.f_hz * line.c_nf_per_km * 1e-3 * line.length_km * line.parallel,
             1.0, line.max_i_ka * 1e3 * line.df * line.parallel,
             line.from_bus in opened, line.to_bus in opened, len(switches) > 0)
        )  # fmt: skip
    return columns


def _sums(table: Any, number: dict[Any, int]) -> tuple[Any, Any]:
    kw, kvar = np.zeros(len(number)), np.zeros(len(number))
    for row in table[table.in_service].itertuples():
        kw[number[row.bus]] += row.p_mw * row.scaling * 1e3
        kvar[number[row.bus]] += row.q_mvar * row.scaling * 1e3
    return kw, kvar
