"""Which loads come back by closing ties when a line of a radial network is out (转供), and by which switches.

When a branch is taken out, everything behind it is lost: the lost section. A switching plan closes ties (normally open,
switchable branches) that touch the section and may open switchable branches inside it, so that each part of the section
hangs on exactly one healthy node, or stays dark. The healthy rest of the network is left as it is. Plans are tried in the
order of what they restore, so the first one within the limits restores the most; `power_flow` beside this module judges. What
was outside the limits before the outage may stay so, and must not get worse: one overloaded line does not forbid all help.

This is an exhaustive search over a space that is stated, not a heuristic: with at most `most_openings` branches opened, no
plan within the limits restores more. Cost: one power flow (O(n)) for each plan that promises more than the best one keeps
and whose power alone, without losses, does not already pass a rating on the way (`_Section.room_kw`).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from linli.algorithms.division.model import NOBODY, Bools, Floats, Ints
from linli.algorithms.supply.network import Network
from linli.algorithms.supply.power_flow import Flow, Trees, power_flow, trees_of

_SAME_PU = 1e-9  # a value this much past a bound is the same
_SAME_KW = 6  # plans whose restored kW agree to this many decimals are equal, and the one with fewer operations wins


@dataclass(frozen=True, slots=True)
class Limits:
    """What must hold wherever a plan changes the supply: voltage in p.u. and current over rating, both inclusive."""

    lowest_pu: float = 0.9
    highest_pu: float = 1.1
    loading: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.lowest_pu < self.highest_pu:
            raise ValueError(f"lowest_pu {self.lowest_pu:g}, highest_pu {self.highest_pu:g}: must grow, from above 0")
        if not self.loading > 0:
            raise ValueError(f"loading {self.loading:g}: must be above 0")


@dataclass(frozen=True, slots=True)
class SwitchingPlan:
    """Branch numbers to close and to open, and what that restores (kW of load)."""

    close: tuple[int, ...]
    open: tuple[int, ...]
    restored_kw: float


Reason = Literal["", "open", "dark", "no_tie", "collapse", "voltage_low", "voltage_high", "loading"]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a plan that restores more cannot be, at node or branch `at` (NOBODY where the whole is meant), with the value there.

    `open`: the branch carries nothing in the normal state. `dark`: what is behind it is without supply then already. `no_tie`:
    no switchable tie leads to a healthy node. `collapse`: the voltages do not settle. `voltage_low`, `voltage_high` (p.u. at a node)
    and `loading` (of a branch): the limit that the plan which restores most would break; `before` is the value there before
    the outage. "": nothing more is to be restored.
    """

    reason: Reason = ""
    at: int = NOBODY
    value: float = float("nan")
    before: float = float("nan")


@dataclass(frozen=True, slots=True)
class NormalState:
    """The network before any outage: nodes without supply and their load, and what is outside the limits already.

    `low` and `high` are nodes by voltage, `overloaded` branches. `flow` is the power flow behind it.
    """

    dark: Ints
    dark_kw: float
    low: Ints
    high: Ints
    overloaded: Ints
    flow: Flow


@dataclass(frozen=True, slots=True)
class Restoration:
    """What happens when branch `out` is taken out, and the best that switching can do.

    `lost` are the nodes behind it, `lost_kw` their load; `restored` and `dark` divide them. `lowest_pu`, `highest_pu` and
    `highest_loading` are those of the trees that take something over, NaN where nothing is restored. `plans_tried` counts
    the power flows. `obstacle` says why not more comes back.
    """

    out: int
    lost: Ints
    lost_kw: float
    plan: SwitchingPlan
    restored: Ints
    dark: Ints
    lowest_pu: float
    highest_pu: float
    highest_loading: float
    plans_tried: int
    obstacle: Obstacle


def normal_state(network: Network, limits: Limits | None = None) -> NormalState:
    """Compute the normal state: nobody who plans outages should learn from "0 kW lost" that a node is dark anyway.

    Raises `NotRadialError`.
    """
    limits = limits or Limits()
    flow = power_flow(network)
    size = np.abs(flow.voltage_pu)
    dark = np.flatnonzero(flow.root == NOBODY).astype(np.int32)
    return NormalState(
        dark, float(network.load_kw[dark].sum()),
        np.flatnonzero(size < limits.lowest_pu).astype(np.int32), np.flatnonzero(size > limits.highest_pu).astype(np.int32),
        np.flatnonzero(flow.loading > limits.loading).astype(np.int32), flow,
    )  # fmt: skip


def restore_all(
    network: Network,
    limits: Limits | None = None,
    most_openings: int = 2,
    branches: Iterable[int] | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> tuple[Restoration, ...]:
    """Take out each closed branch in turn (or those of `branches`), and say what can be restored. See `restore`."""
    chosen = np.flatnonzero(network.closed).tolist() if branches is None else list(branches)
    before = normal_state(network, limits)
    results = []
    for done, branch in enumerate(chosen):
        if progress is not None:
            progress("restoration", done / len(chosen))
        results.append(restore(network, branch, limits, most_openings, before))
    return tuple(results)


def restore(
    network: Network, out: int, limits: Limits | None = None, most_openings: int = 2, before: NormalState | None = None
) -> Restoration:
    """Find the plan that restores the most load when branch `out` is taken out; among equals the fewest operations.

    With every plan that opens at most `most_openings` branches of the lost section. `before` spares the power flow of the
    normal state. Raises `NotRadialError` when the normal state has loops. A branch that is open in the normal state loses nothing.
    """
    limits = limits or Limits()
    bounds = _bounds(network, limits, before or normal_state(network, limits))
    section = _lost_section(network, out, bounds)
    lost_kw = float(network.load_kw[section.nodes].sum())
    tried, obstacle = 0, _without_trying(network, section, out)
    for plan, carried_kw in _plans(network, section, most_openings):
        hopeless = _hopeless(section, carried_kw)
        if hopeless and obstacle.reason not in ("", "no_tie"):
            continue
        closed, in_service = state_of(network, out, plan)
        flow = power_flow(network, closed, in_service)
        back = section.nodes[flow.root[section.nodes] != NOBODY]
        touched = np.isin(flow.root, np.unique(flow.root[back]))
        found = _broken(network, flow, bounds, touched)
        tried += 1
        if not found.reason:
            dark = section.nodes[flow.root[section.nodes] == NOBODY]
            extremes = _extremes(network, flow, touched)
            return Restoration(out, section.nodes, lost_kw, plan, back, dark, *extremes, tried, obstacle)
        if obstacle.reason in ("", "no_tie"):
            obstacle = found
    none = SwitchingPlan((), (), 0.0)
    nan = float("nan")
    return Restoration(
        out, section.nodes, lost_kw, none, section.nodes[:0], section.nodes, nan, nan, nan, tried, obstacle
    )


def _without_trying(network: Network, section: _Section, out: int) -> Obstacle:
    if not network.closed[out]:
        return Obstacle("open")
    if not len(section.nodes):
        return Obstacle("dark")
    return Obstacle("" if any(tie[2] == NOBODY for tie in section.ties) else "no_tie")


def state_of(network: Network, out: int, plan: SwitchingPlan) -> tuple[Bools, Bools]:
    """Return which branches are closed and which in service (m each) under `plan`: what it opens is off at both ends."""
    closed, in_service = network.closed.copy(), np.ones(len(network.branch_codes), dtype=np.bool_)
    closed[list(plan.close)] = True
    off = [out, *plan.open]
    closed[off] = False
    in_service[off] = False
    return closed, in_service


@dataclass(frozen=True, slots=True)
class _Bounds:
    """What must hold at each node (n) and on each branch (m): the limits, or what was before where that was outside of them."""

    lowest_pu: Floats
    highest_pu: Floats
    loading: Floats
    before: Flow


def _bounds(network: Network, limits: Limits, before: NormalState) -> _Bounds:
    size = np.abs(before.flow.voltage_pu)
    if not before.flow.converged:  # its values mean nothing
        size, loading = np.full(len(size), np.nan), np.zeros(len(network.branch_codes))
    else:
        loading = before.flow.loading
    return _Bounds(
        np.fmin(limits.lowest_pu, size), np.fmax(limits.highest_pu, size), np.fmax(limits.loading, loading), before.flow
    )  # fmt: skip


def _broken(network: Network, flow: Flow, bounds: _Bounds, touched: Bools) -> Obstacle:
    """Return the worst break of a bound among the nodes `touched` (n) and the branches there, or an empty one."""
    if not flow.converged:
        return Obstacle("collapse")
    size = np.where(touched, np.abs(flow.voltage_pu), np.nan)
    loading = np.where(touched[network.a], flow.loading, np.nan)
    tried: tuple[tuple[Reason, Floats, Floats, Floats], ...] = (
        ("loading", loading, loading - bounds.loading, bounds.before.loading),
        ("voltage_low", size, bounds.lowest_pu - size, np.abs(bounds.before.voltage_pu)),
        ("voltage_high", size, size - bounds.highest_pu, np.abs(bounds.before.voltage_pu)),
    )
    for reason, value, past, known in tried:
        if (past > _SAME_PU).any():
            at = int(np.nanargmax(past))
            return Obstacle(reason, at, float(value[at]), float(known[at]))
    return Obstacle()


@dataclass(frozen=True, slots=True)
class _Section:
    """The lost section as a subtree in preorder: nodes (k), where each subtree ends, the branch above; ties as triples.

    A tie is (branch, position of its end inside, position of its other end or NOBODY where that is healthy). `room_kw` is the
    most that each tie to a healthy node could bring, were there no losses and no reactive power.
    """

    nodes: Ints
    end: Ints
    via: Ints
    ties: tuple[tuple[int, int, int], ...]
    room_kw: dict[int, float]


def _lost_section(network: Network, out: int, bounds: _Bounds) -> _Section:
    trees = trees_of(network, network.closed)
    at = np.flatnonzero(trees.via == out)
    if not len(at):
        return _Section(trees.order[:0], trees.end[:0], trees.via[:0], (), {})
    start, end = int(at[0]), int(trees.end[at[0]])
    nodes = trees.order[start:end]
    ties = _ties(network, trees, nodes)
    rooms_kw = _rooms_kw(network, trees, nodes, ties, bounds)
    return _Section(nodes, trees.end[start:end] - start, trees.via[start:end], ties, rooms_kw)


def _rooms_kw(
    network: Network, trees: Trees, lost: Ints, ties: tuple[tuple[int, int, int], ...], bounds: _Bounds
) -> dict[int, float]:
    """Return what a tie could bring at most: the least room of its own rating and of those between it and the source.

    Current is at least power over the highest voltage allowed, and losses only add to it: so this never rules out a plan
    that a power flow would find within the bounds.
    """
    net_kw = network.load_kw - network.generation_kw
    net_kw[lost] = 0.0
    total = np.concatenate(([0.0], np.cumsum(net_kw[trees.order])))
    below_kw = total[trees.end] - total[:-1]
    most_kw = np.sqrt(3) * network.nominal_kv[network.b] * network.rating_a * bounds.loading * bounds.highest_pu.max()
    position = {node: place for place, node in enumerate(trees.order.tolist())}
    above = {int(trees.via[place]): place for place in range(len(trees.order))}
    rooms: dict[int, float] = {}
    for tie, inside, other in ties:
        if other != NOBODY:
            continue
        node = int(network.b[tie] if network.a[tie] == lost[inside] else network.a[tie])
        room = float(most_kw[tie])
        while (branch := int(trees.via[position[node]])) != NOBODY:
            room = min(room, float(most_kw[branch] - below_kw[above[branch]]))
            node = int(network.a[branch] + network.b[branch] - node)
        rooms[tie] = room
    return rooms


def _hopeless(section: _Section, carried_kw: dict[int, float]) -> bool:
    """Tell whether some tie would have to bring more than it can, whatever the others feed back."""
    fed_back_kw = sum(min(kw, 0.0) for kw in carried_kw.values())
    return any(kw + fed_back_kw - min(kw, 0.0) > section.room_kw[tie] for tie, kw in carried_kw.items())


def _ties(network: Network, trees: Trees, nodes: Ints) -> tuple[tuple[int, int, int], ...]:
    supplied = set(trees.order.tolist())
    position = {node: place for place, node in enumerate(nodes.tolist())}
    ties = []
    for branch in np.flatnonzero(~network.closed & network.switchable).tolist():
        ends = (int(network.a[branch]), int(network.b[branch]))
        inside = [position[node] for node in ends if node in position]
        if inside and supplied.issuperset(ends):
            ties.append((branch, inside[0], inside[1] if len(inside) == 2 else NOBODY))
    return tuple(ties)


_Planned = tuple[SwitchingPlan, dict[int, float]]


def _plans(network: Network, section: _Section, most_openings: int) -> Iterator[_Planned]:
    """Yield every plan and what each tie then brings (kW), those that restore most first.

    Plans that open nothing restore all, so they come first and the others are not made unless these fail.
    """
    whole = list(_plans_with(network, section, ()))
    yield from sorted(whole, key=_rank)
    cuts = [place for place in range(1, len(section.nodes)) if network.switchable[section.via[place]]]
    more: list[_Planned] = []
    for count in range(1, most_openings + 1):
        for chosen in itertools.combinations(cuts, count):
            more.extend(_plans_with(network, section, chosen))
    yield from sorted(more, key=_rank)


def _rank(planned: _Planned) -> tuple[float, int, tuple[int, ...], tuple[int, ...]]:
    plan = planned[0]
    return -round(plan.restored_kw, _SAME_KW), len(plan.close) + len(plan.open), plan.close, plan.open


def _plans_with(network: Network, section: _Section, cuts: tuple[int, ...]) -> Iterator[_Planned]:
    """Yield the plans that open the branches above the positions `cuts` (growing), for every choice of ties.

    The section falls into len(cuts) + 1 parts. Ties inside may join parts again; each group of parts takes one tie to a
    healthy node or stays dark.
    """
    part = np.zeros(len(section.nodes), dtype=np.int32)
    for number, cut in enumerate(cuts, start=1):
        part[cut : section.end[cut]] = number
    kw = np.bincount(part, weights=network.load_kw[section.nodes], minlength=len(cuts) + 1)
    net_kw = (network.load_kw - network.generation_kw)[section.nodes]
    net = np.bincount(part, weights=net_kw, minlength=len(cuts) + 1)
    inner = [tie for tie in section.ties if tie[2] != NOBODY]
    outer = [tie for tie in section.ties if tie[2] == NOBODY]
    opened = tuple(sorted(int(section.via[cut]) for cut in cuts))
    for count in range(min(len(inner), len(cuts)) + 1):
        for joining in itertools.combinations(inner, count):
            group = _joined(part, len(cuts) + 1, joining)
            if group is None:
                continue
            choices: list[list[int | None]] = []
            names = sorted(set(group))
            for name in names:
                choices.append([None, *(branch for branch, place, _ in outer if group[part[place]] == name)])
            for choice in itertools.product(*choices):
                fed = {name for name, tie in zip(names, choice, strict=True) if tie is not None}
                if not fed:
                    continue
                ties = [tie for tie in choice if tie is not None] + [tie[0] for tie in joining]
                restored = float(sum(kw[number] for number, name in enumerate(group) if name in fed))
                carried = {
                    tie: float(sum(net[number] for number, other in enumerate(group) if other == name))
                    for name, tie in zip(names, choice, strict=True)
                    if tie is not None
                }
                yield SwitchingPlan(tuple(sorted(ties)), opened, restored), carried


def _joined(part: Ints, parts: int, joining: tuple[tuple[int, int, int], ...]) -> list[int] | None:
    """Return the group of each part when the ties `joining` are closed; None when that makes a loop."""
    group = list(range(parts))
    for _, one, other in joining:
        first, second = group[part[one]], group[part[other]]
        if first == second:
            return None
        group = [first if name == second else name for name in group]
    return group


def _extremes(network: Network, flow: Flow, touched: Bools) -> tuple[float, float, float]:
    """Return lowest and highest voltage and highest loading of the nodes `touched` (n) and the branches there."""
    size = np.abs(flow.voltage_pu[touched])
    loading = flow.loading[touched[network.a]]
    return float(size.min()), float(size.max()), float(loading.max(initial=0.0))
