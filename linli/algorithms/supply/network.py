"""A medium-voltage network (中压配电网) as nodes and branches: what `power_flow` computes and `restoration` switches.

Everything here is a physical quantity of one three-phase, balanced network; per-unit values are made where they are
used. Nothing computes here but the equivalent circuit of a transformer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linli.algorithms.division.model import Bools, Floats, Ints


@dataclass(frozen=True, slots=True)
class Network:
    """Nodes (n), the sources (s) that hold some of them at a voltage, and branches (m): lines and transformers.

    Per node: `nominal_kv` (phase to phase), `load_kw` and `load_kvar` taken, `generation_kw` and `generation_kvar` fed in,
    all at any voltage (constant power). `sources` are node numbers, `source_pu` what they are held at.

    Per branch, seen from `b`: series `resistance_ohm` and `reactance_ohm`; shunt `conductance_us` and `susceptance_us`, half
    at each end; `rating_a`, infinite where nothing limits. `ratio` is the off-nominal ratio of an ideal transformer at `a`
    (p.u. voltage at `a` over that behind it), 1 for a line. `open_a`, `open_b`: a switch at that end is open in the normal
    state; a branch open at one end hangs charged on the other. `switchable`: a switch there may be opened or closed.

    Raises ValueError naming the array whose shape or values make no sense.
    """

    node_codes: tuple[str, ...]
    nominal_kv: Floats
    load_kw: Floats
    load_kvar: Floats
    generation_kw: Floats
    generation_kvar: Floats
    sources: Ints
    source_pu: Floats
    branch_codes: tuple[str, ...]
    a: Ints
    b: Ints
    resistance_ohm: Floats
    reactance_ohm: Floats
    conductance_us: Floats
    susceptance_us: Floats
    ratio: Floats
    rating_a: Floats
    open_a: Bools
    open_b: Bools
    switchable: Bools

    def __post_init__(self) -> None:
        nodes, branches = len(self.node_codes), len(self.branch_codes)
        for name in ("nominal_kv", "load_kw", "load_kvar", "generation_kw", "generation_kvar"):
            _check(name, getattr(self, name), nodes)
        for name in ("resistance_ohm", "reactance_ohm", "conductance_us", "susceptance_us", "ratio"):
            _check(name, getattr(self, name), branches)
        for name in ("a", "b", "rating_a", "open_a", "open_b", "switchable"):
            if getattr(self, name).shape != (branches,):
                raise ValueError(f"{name}: one value per branch, {branches} of them")
        _check("source_pu", self.source_pu, len(self.sources))
        for name in ("a", "b", "sources"):
            if len(getattr(self, name)) and not 0 <= getattr(self, name).min() <= getattr(self, name).max() < nodes:
                raise ValueError(f"{name}: numbers of nodes, 0 to {nodes - 1}")
        for name in ("nominal_kv", "ratio", "source_pu", "rating_a"):
            if not (getattr(self, name) > 0).all():
                raise ValueError(f"{name}: every value above 0")
        if (self.a == self.b).any() or len(np.unique(self.sources)) < len(self.sources):
            raise ValueError("a branch joins two different nodes, and a node has one source at most")

    @property
    def closed(self) -> Bools:
        """Tell which branches carry current in the normal state (m)."""
        return ~(self.open_a | self.open_b)

    def branch(self, code: str) -> int:
        """Return the number of the branch with this code; ValueError if there is none."""
        return self.branch_codes.index(code)


def _check(name: str, values: Floats, size: int) -> None:
    if values.shape != (size,) or not np.isfinite(values).all():
        raise ValueError(f"{name}: {size} finite numbers")


@dataclass(frozen=True, slots=True)
class TransformerBranch:
    """The values that a two-winding transformer has as a branch of a `Network`, high-voltage side at `a`."""

    resistance_ohm: float
    reactance_ohm: float
    conductance_us: float
    susceptance_us: float
    ratio: float
    rating_a: float


def transformer_branch(
    *,
    rated_kva: float,
    high_kv: float,
    low_kv: float,
    nominal_high_kv: float,
    nominal_low_kv: float,
    short_circuit_percent: float,
    short_circuit_loss_percent: float,
    iron_loss_kw: float,
    no_load_current_percent: float,
    tap_percent: float = 0.0,
) -> TransformerBranch:
    """Turn the name plate of a transformer into a branch; `high_kv`, `low_kv` are rated, `nominal_*` those of its nodes.

    `tap_percent` is how far the tap changer raises the rated voltage of the high side. The magnetising branch sits in the
    middle of the series impedance (T circuit) and is turned into the exact equivalent with a shunt at each end.
    """
    base_ohm = low_kv**2 * 1e3 / rated_kva
    resistance = short_circuit_loss_percent / 100 * base_ohm
    series = complex(resistance, np.sqrt((short_circuit_percent / 100 * base_ohm) ** 2 - resistance**2))
    shunt = _magnetising(iron_loss_kw, no_load_current_percent, rated_kva, low_kv)
    ratio = high_kv * (1 + tap_percent / 100) / low_kv * nominal_low_kv / nominal_high_kv
    return _equivalent(series, shunt, ratio, rated_kva / (np.sqrt(3) * low_kv))


def _magnetising(iron_loss_kw: float, no_load_current_percent: float, rated_kva: float, kv: float) -> complex:
    """Return what the magnetising branch lets through (S), seen from the side of `kv`."""
    conductance = iron_loss_kw / (kv**2 * 1e3)
    admittance = no_load_current_percent / 100 * rated_kva / (kv**2 * 1e3)
    return complex(conductance, -np.sqrt(max(admittance**2 - conductance**2, 0.0)))


def _equivalent(series: complex, shunt: complex, ratio: float, rating_a: float) -> TransformerBranch:
    """Turn a T circuit (ohm, and S in its middle) into the exact equivalent with a shunt at each end."""
    product = 1 + series * shunt / 4
    return TransformerBranch(
        resistance_ohm=float((series * product).real),
        reactance_ohm=float((series * product).imag),
        conductance_us=float((shunt / product).real * 1e6),
        susceptance_us=float((shunt / product).imag * 1e6),
        ratio=float(ratio),
        rating_a=float(rating_a),
    )


def three_winding_branches(
    *,
    rated_kva: tuple[float, float, float],
    rated_kv: tuple[float, float, float],
    nominal_kv: tuple[float, float, float],
    short_circuit_percent: tuple[float, float, float],
    short_circuit_loss_percent: tuple[float, float, float],
    iron_loss_kw: float,
    no_load_current_percent: float,
    tap_percent: float = 0.0,
) -> tuple[TransformerBranch, TransformerBranch, TransformerBranch]:
    """Turn a transformer of three windings (high, middle, low) into three branches that meet in a star node (星点).

    The star node is one more node of the network, without load, at the nominal voltage of the high side; the branches lead from
    the high side to it, and from it to the middle and the low side, each with its first end as `a`. `short_circuit_percent` and
    its losses are those between high and middle, middle and low, high and low, each of the smaller of both rated powers. The
    magnetising branch belongs to the first. A short-circuit voltage of a star may be below 0, and so is then a reactance.
    """
    smaller = (min(rated_kva[0], rated_kva[1]), min(rated_kva[1], rated_kva[2]), min(rated_kva[0], rated_kva[2]))
    base_kva = rated_kva[0]
    # On one base, real and reactive parts apart; then each arm of the star out of the three pairs.
    real = [loss * base_kva / power for loss, power in zip(short_circuit_loss_percent, smaller, strict=True)]
    whole = [percent * base_kva / power for percent, power in zip(short_circuit_percent, smaller, strict=True)]
    reactive = [float(np.sqrt(all_ * all_ - part * part)) for all_, part in zip(whole, real, strict=True)]
    arms = [
        complex((real[i] + real[j] - real[k]) / 2, (reactive[i] + reactive[j] - reactive[k]) / 2)
        for i, j, k in ((0, 2, 1), (0, 1, 2), (1, 2, 0))
    ]
    high_kv = rated_kv[0]  # the star node is on this side
    shunts = (_magnetising(iron_loss_kw, no_load_current_percent, base_kva, high_kv), 0j, 0j)
    seen_kv = (high_kv, rated_kv[1], rated_kv[2])
    ratios = (1 + tap_percent / 100, *(high_kv / rated_kv[i] * nominal_kv[i] / nominal_kv[0] for i in (1, 2)))
    made = [
        _equivalent(arm / 100 * kv**2 * 1e3 / base_kva, shunt, ratio, kva / (np.sqrt(3) * kv))
        for arm, kv, shunt, ratio, kva in zip(arms, seen_kv, shunts, ratios, rated_kva, strict=True)
    ]
    return made[0], made[1], made[2]
