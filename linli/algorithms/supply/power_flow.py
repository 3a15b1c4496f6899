"""The power flow of a radial `Network`: voltages and loadings, by sweeping currents up and voltages down the trees.

`network` beside it holds the network, `restoration` asks for thousands of these. The method is the backward/forward sweep
(Shirmohammadi et al., IEEE Trans. Power Systems 3(2), 1988, doi:10.1109/59.192932). In preorder every subtree is a range,
so the sum over a subtree and the sum along the path to the source are both one running sum: O(n) NumPy work a round.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from linli.algorithms.division.model import NOBODY, Bools, Floats, Ints
from linli.algorithms.supply.network import Network

Complexes = npt.NDArray[np.complex128]
_Number = TypeVar("_Number", np.float64, np.complex128)

_BASE_KVA = 1000.0
_SETTLED_PU = 1e-12
_MOST_ROUNDS = 200
_COLLAPSED_PU = 0.1


class NotRadialError(ValueError):
    """The closed branches make a loop, or join two sources: `loop` are their numbers along the way, `codes` what they are called."""

    def __init__(self, loop: tuple[int, ...], codes: tuple[str, ...]) -> None:
        super().__init__(f"{', '.join(codes)} make a loop or join two sources: only radial operation is computed")
        self.loop, self.codes = loop, codes


@dataclass(frozen=True, slots=True)
class Flow:
    """What a power flow found. A node without supply has voltage NaN and `root` NOBODY; a branch without current, 0.

    Per node (n): `voltage_pu`, the complex voltage in units of its nominal one (angles without the vector groups of
    transformers), `root`, the number of the source that feeds it, `via`, the branch towards it (NOBODY at a source). Per branch
    (m): `loading`, its current over `rating_a`, the larger of both ends. `converged` is False when the voltages do not
    settle: the network cannot carry that load, and the other values mean nothing.
    """

    voltage_pu: Complexes
    root: Ints
    via: Ints
    loading: Floats
    converged: bool


@dataclass(frozen=True, slots=True)
class Trees:
    """The supplied nodes in preorder (k): `order` node numbers, `end` where its subtree ends, `via` the branch, `root`."""

    order: Ints
    end: Ints
    via: Ints
    root: Ints


def power_flow(network: Network, closed: Bools | None = None, in_service: Bools | None = None) -> Flow:
    """Compute voltages and loadings with the branches of `closed` (m; the normal state by default) carrying current.

    A branch that is not closed but `in_service` (all by default) and open at one end in the normal state hangs charged on
    the other end. Agrees with a Newton power flow to better than 1e-9 p.u. where both converge. Raises `NotRadialError`.
    """
    closed = network.closed if closed is None else closed
    in_service = np.ones(len(closed), dtype=np.bool_) if in_service is None else in_service
    trees = trees_of(network, closed)
    return _sweep(network, trees, closed, in_service)


def trees_of(network: Network, closed: Bools) -> Trees:
    """Walk the closed branches from every source, depth first. Raises `NotRadialError` where they make a loop."""
    neighbours: list[list[tuple[int, int]]] = [[] for _ in network.node_codes]
    ends_a, ends_b = network.a.tolist(), network.b.tolist()
    for branch in np.flatnonzero(closed).tolist():
        neighbours[ends_a[branch]].append((ends_b[branch], branch))
        neighbours[ends_b[branch]].append((ends_a[branch], branch))
    order: list[int] = []
    via: list[int] = []
    roots: list[int] = []
    end: list[int] = []
    seen = [False] * len(neighbours)
    for number, source in enumerate(network.sources.tolist()):
        stack = [(source, NOBODY)]
        open_positions: list[int] = []
        while stack:
            node, branch = stack.pop()
            if node < 0:
                end[open_positions.pop()] = len(order)
                continue
            if seen[node]:
                loop = _loop(network, dict(zip(order, via, strict=True)), node, branch)
                raise NotRadialError(loop, tuple(network.branch_codes[one] for one in loop))
            seen[node] = True
            open_positions.append(len(order))
            order.append(node)
            via.append(branch)
            roots.append(number)
            end.append(0)
            stack.append((-1, NOBODY))
            stack.extend((other, line) for other, line in neighbours[node] if line != branch)
    return Trees(_ints(order), _ints(end), _ints(via), _ints(roots))


def _loop(network: Network, via_of: dict[int, int], node: int, closing: int) -> tuple[int, ...]:
    """Return the branches that lead to `node` a second time, by `closing`: up to where both ways part, or to both sources.

    NOBODY closes where the node is a source itself.
    """

    def upwards(node: int) -> list[int]:
        way: list[int] = []
        while (branch := via_of[node]) != NOBODY:
            way.append(branch)
            node = int(network.a[branch] + network.b[branch]) - node
        return way

    if closing == NOBODY:
        return tuple(upwards(node))
    one, other = upwards(int(network.a[closing])), upwards(int(network.b[closing]))
    while one and other and one[-1] == other[-1]:
        one.pop()
        other.pop()
    return (closing, *one, *reversed(other))


def _ints(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int32)


def _sweep(network: Network, trees: Trees, closed: Bools, in_service: Bools) -> Flow:
    """Sweep until the voltages settle.

    Ideal ratios are taken out first: a node's values are referred to its source, by the product of the ratios on the way.
    """
    order, end, count = trees.order, trees.end, len(trees.order)
    start = np.arange(count)
    fed = trees.via != NOBODY
    line = trees.via[fed]
    position = np.full(len(network.node_codes), NOBODY, dtype=np.int32)
    position[order] = start
    downwards = network.b[line] == order[fed]
    log_ratio = np.zeros(count)
    log_ratio[fed] = np.where(downwards, 1, -1) * np.log(network.ratio[line])
    scale: Floats = np.exp(_path_sum(log_ratio, end))
    base_b: Floats = network.nominal_kv[network.b] ** 2 * 1e3 / _BASE_KVA
    scale_b = scale[position[network.b[line]]]
    impedance = np.zeros(count, dtype=np.complex128)
    impedance[fed] = _complex(network.resistance_ohm, network.reactance_ohm)[line] / base_b[line] * scale_b**2
    shunt = _complex(network.conductance_us, network.susceptance_us) * (base_b * 1e-6)
    admittance = _node_admittance(network, closed, in_service, shunt)[order] / scale**2
    taken_kva = _complex(network.load_kw - network.generation_kw, network.load_kvar - network.generation_kvar)
    power = taken_kva[order] / _BASE_KVA
    fixed_drop = np.zeros(count, dtype=np.complex128)
    fixed_drop[~fed] = 1 - network.source_pu[trees.root[~fed]]

    voltage = 1 - _path_sum(fixed_drop, end)
    current = np.zeros(count, dtype=np.complex128)
    converged = False
    for _ in range(_MOST_ROUNDS):
        injected = np.conj(power / voltage) + admittance * voltage
        total = np.concatenate(([0], np.cumsum(injected)))
        current = total[end] - total[start]
        settled = 1 - _path_sum(np.where(fed, impedance * current, fixed_drop), end)
        change = np.abs(settled - voltage).max(initial=0.0)
        voltage = settled
        if not np.abs(voltage).min(initial=1.0) > _COLLAPSED_PU:
            break
        if change < _SETTLED_PU:
            converged = True
            break

    voltage_pu = np.full(len(network.node_codes), np.nan + 0j)
    voltage_pu[order] = voltage / scale
    loading = np.zeros(len(network.branch_codes))
    series = np.where(downwards, 1, -1) * current[fed] * scale_b
    loading[line] = _loading(network, line, series, shunt[line], voltage_pu)
    root = np.full(len(network.node_codes), NOBODY, dtype=np.int32)
    root[order] = trees.root
    via = np.full(len(network.node_codes), NOBODY, dtype=np.int32)
    via[order] = trees.via
    return Flow(voltage_pu, root, via, loading, converged)


def _complex(real: Floats, imaginary: Floats) -> Complexes:
    joined: Complexes = real + 1j * imaginary
    return joined


def _path_sum(values: npt.NDArray[_Number], end: Ints) -> npt.NDArray[_Number]:
    """Sum `values` (k, in preorder) over each node and everything above it."""
    steps = np.append(values, values.dtype.type(0))
    np.subtract.at(steps, end, values)
    total: npt.NDArray[_Number] = np.cumsum(steps)[:-1]
    return total


def _node_admittance(network: Network, closed: Bools, in_service: Bools, shunt: Complexes) -> Complexes:
    """Sum what the shunts of branches take at each node (n), p.u. A branch open at one end is a shunt as a whole."""
    nodes = np.zeros(len(network.node_codes), dtype=np.complex128)
    through = closed & in_service
    np.add.at(nodes, network.b[through], shunt[through] / 2)
    np.add.at(nodes, network.a[through], (shunt / 2 / network.ratio**2)[through])
    base_b = network.nominal_kv[network.b] ** 2 * 1e3 / _BASE_KVA
    series = _complex(network.resistance_ohm, network.reactance_ohm) / base_b
    hanging = shunt / 2 + (shunt / 2) / (1 + series * shunt / 2)
    on_a = in_service & ~closed & network.open_b & ~network.open_a
    on_b = in_service & ~closed & network.open_a & ~network.open_b
    np.add.at(nodes, network.a[on_a], (hanging / network.ratio**2)[on_a])
    np.add.at(nodes, network.b[on_b], hanging[on_b])
    return nodes


def _loading(network: Network, line: Ints, series: Complexes, shunt: Complexes, voltage_pu: Complexes) -> Floats:
    """Return the current of branches `line` over their rating; `series` flows from a to b, in the values of b."""
    ratio = network.ratio[line]
    at_a = (series + shunt / 2 * voltage_pu[network.a[line]] / ratio) / ratio
    at_b = series - shunt / 2 * voltage_pu[network.b[line]]
    rating_pu = np.sqrt(3) * network.nominal_kv[network.b[line]] * network.rating_a[line] / _BASE_KVA
    loading: Floats = np.maximum(np.abs(at_a), np.abs(at_b)) / rating_pu
    return loading
